#include "suite.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "error.h"
#include "memory.h"

START_TEST(keeps_the_first)
{
    struct error error = ERROR_INIT;
    ck_assert(!error_set(&error, ERROR_STORE, "no %s left", "room"));
    ck_assert(!error_set(&error, ERROR_INVALID, "second"));
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_str_eq(error.text, "no room left");
}
END_TEST

START_TEST(is_wrapped)
{
    struct error error = ERROR_INIT;
    error_set(&error, ERROR_CONFIG, "bad number");
    ck_assert(!error_wrap(&error, "%s:%d", "file", 7));
    ck_assert_int_eq(error.kind, ERROR_CONFIG);
    ck_assert_str_eq(error.text, "file:7: bad number");
}
END_TEST

START_TEST(is_cut_where_its_room_ends)
{
    struct error error = ERROR_INIT;
    char text[1000];
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    error_set(&error, ERROR_CONFIG, "%s", text);
    ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
    error_wrap(&error, "front");
    ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
    ck_assert_mem_eq(error.text, "front: xxx", 10);
    error_wrap(&error, "%s", text);
    ck_assert_uint_eq(strlen(error.text), sizeof(error.text) - 1);
    ck_assert_mem_eq(error.text, "xxx", 3);
}
END_TEST

START_TEST(memory_is_never_null)
{
    char *empty = memory_get(0);
    unsigned char *zeros = memory_zero(16, 16);
    char *nothing = memory_zero(0, 0);
    ck_assert_ptr_nonnull(empty);
    ck_assert_ptr_nonnull(nothing);
    for (size_t i = 0; i < 256; i++)
        ck_assert_uint_eq(zeros[i], 0);
    empty = memory_resize(empty, 0);
    ck_assert_ptr_nonnull(empty);
    free(empty);
    free(zeros);
    free(nothing);
}
END_TEST

START_TEST(memory_copies)
{
    char *text = memory_copy("text");
    char *bytes = memory_copy_bytes("a\0bc", 3);
    char *format = memory_format("%s-%d", "x", 7);
    ck_assert_str_eq(text, "text");
    ck_assert_mem_eq(bytes, "a\0b\0", 4);
    ck_assert_str_eq(format, "x-7");
    text = memory_resize(text, 1000);
    ck_assert_str_eq(text, "text");
    free(text);
    free(bytes);
    free(format);
}
END_TEST

/* Want of memory ends the process, says so on standard error and writes nothing to the answer. */
START_TEST(want_of_memory_ends_the_process)
{
    int answer[2];
    int complaint[2];
    char said[64] = "";
    int status = 0;
    ck_assert_int_eq(pipe(answer), 0);
    ck_assert_int_eq(pipe(complaint), 0);
    const pid_t child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        (void)dup2(answer[1], STDOUT_FILENO);
        (void)dup2(complaint[1], STDERR_FILENO);
        memory_check(NULL);
        _exit(0);
    }
    close(answer[1]);
    close(complaint[1]);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFEXITED(status));
    ck_assert_int_eq(WEXITSTATUS(status), 1);
    ck_assert_int_eq(read(answer[0], said, sizeof(said) - 1), 0);
    ck_assert_int_gt(read(complaint[0], said, sizeof(said) - 1), 0);
    ck_assert_str_eq(said, "feishu: out of memory\n");
    close(answer[0]);
    close(complaint[0]);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "keeps the first", keeps_the_first, 1);
    suite_add(suite, "is wrapped", is_wrapped, 1);
    suite_add(suite, "is cut", is_cut_where_its_room_ends, 1);
    suite_add(suite, "memory is never NULL", memory_is_never_null, 1);
    suite_add(suite, "memory copies", memory_copies, 1);
    suite_add(suite, "want of memory", want_of_memory_ends_the_process, 1);
}

SUITE_MAIN("error and memory", fill)
