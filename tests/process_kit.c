#include "process_kit.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <unistd.h>

#include "error.h"
#include "memory.h"
#include "store_kit.h"

struct process_kit process_kit;

static char *words[] = { NULL, NULL };
static char *environment[] = { NULL, NULL };
static char *list[16];

static void setup(void)
{
    static char word[] = "job";
    char *path = memory_format("%s/fifo", kit.folder);
    words[0] = word;
    environment[0] = memory_format("FIFO=%s", path);
    process_kit = (struct process_kit){
        .process = { .executable = -1,
                     .words = words,
                     .environment = environment,
                     .input = "",
                     .timeout_ms = PROCESS_KIT_LONG_MS },
        .end = PROCESS_END_INIT,
        .fifo = path,
    };
    /* Check's handler would run in a child that is to end before it has become a program. */
    ck_assert(signal(SIGTERM, SIG_DFL) != SIG_ERR);
    /* Some tests are run by users without rights. */
    ck_assert_int_eq(chmod(kit.folder, 0755), 0);
    ck_assert_int_eq(mkfifo(path, 0666), 0);
    ck_assert_int_eq(chmod(path, 0666), 0);
    process_kit.reader = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    ck_assert_int_ge(process_kit.reader, 0);
}

static void teardown(void)
{
    if (process_kit.process.executable >= 0)
        close(process_kit.process.executable);
    close(process_kit.reader);
    process_end_release(&process_kit.end);
    for (size_t i = 0; list[i] != NULL; i++) {
        free(list[i]);
        list[i] = NULL;
    }
    free(environment[0]);
    free(process_kit.fifo);
}

bool process_kit_works(const char *name)
{
    int self = pidfd_open(getpid(), 0);
    if (self < 0) {
        printf("skipped: %s: pidfd_open: %s\n", name, strerror(errno));
        return false;
    }
    close(self);
    return true;
}

void process_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    if (process_kit_works(name))
        tcase_add_checked_fixture(store_kit_add(suite, name, test, rows), setup, teardown);
}

void process_kit_program(const char *path)
{
    if (process_kit.process.executable >= 0)
        close(process_kit.process.executable);
    /* As folder_open does: not closed by exec. */
    process_kit.process.executable = open(path, O_RDONLY);
    ck_assert_int_gt(process_kit.process.executable, STDERR_FILENO);
}

void process_kit_script(const char *text)
{
    char *path = memory_format("%s/script", kit.folder);
    (void)unlink(path);
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, strlen(text)), (ssize_t)strlen(text));
    ck_assert_int_eq(fchmod(file, 0755), 0);
    close(file);
    process_kit_program(path);
    free(path);
}

char **process_kit_list(const char *const *texts)
{
    ck_assert_ptr_null(list[0]);
    for (size_t i = 0; texts[i] != NULL; i++) {
        ck_assert_uint_lt(i + 1, sizeof(list) / sizeof(list[0]));
        list[i] = memory_copy(texts[i]);
    }
    return list;
}

void process_kit_run(void)
{
    struct error error = ERROR_INIT;
    int before = process_kit_descriptors();
    process_end_release(&process_kit.end);
    ck_assert_msg(process_run(&process_kit.process, &process_kit.end, &error), "%s", error.text);
    ck_assert_int_eq(process_kit_descriptors(), before);
}

void process_kit_shell(const char *text)
{
    char *script = memory_format("#!/bin/sh\n%s\n", text);
    process_kit_script(script);
    process_kit_run();
    free(script);
}

const char *process_kit_output(void)
{
    return buf_text(&process_kit.end.output);
}

const char *process_kit_errors(void)
{
    return buf_text(&process_kit.end.errors);
}

void process_kit_wait_for_writers(void)
{
    char data[256];
    ssize_t count;
    struct pollfd wait = { process_kit.reader, POLLIN, 0 };
    do {
        ck_assert_int_ge(poll(&wait, 1, -1), 0);
        count = read(process_kit.reader, data, sizeof(data));
    } while (count != 0);
}

int process_kit_descriptors(void)
{
    int count = 0;
    DIR *folder = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder) != NULL)
        count++;
    closedir(folder);
    return count;
}
