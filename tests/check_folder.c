/* Which file may be run as a command: nobody but root and we must have had a hand in it. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "error.h"
#include "folder.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

enum { ROOT = 0, OTHER = 65533, US = 65534, NAMES_LIMIT = 200 };

#define TEXT "#!/bin/sh\n"

/* kit.folder/above/commands.d/job */
static char *above, *commands, *job;

static char *path_of(const char *folder, const char *name)
{
    return memory_format("%s/%s", folder, name);
}

static void write_file(const char *path, mode_t mode)
{
    int file = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, TEXT, strlen(TEXT)), (ssize_t)strlen(TEXT));
    ck_assert_int_eq(fchmod(file, mode), 0);
    close(file);
}

static void setup(void)
{
    ck_assert_int_eq(chmod(kit.folder, 0755), 0);
    above = path_of(kit.folder, "above");
    commands = path_of(above, "commands.d");
    job = path_of(commands, "job");
    ck_assert_int_eq(mkdir(above, 0755), 0);
    ck_assert_int_eq(mkdir(commands, 0755), 0);
    write_file(job, 0755);
}

static void teardown(void)
{
    free(above);
    free(commands);
    free(job);
}

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    tcase_add_checked_fixture(store_kit_add(suite, name, test, rows), setup, teardown);
}

/* What opening is to end with: open, or with an error that has both texts, or if those are NULL
 * with none. */
struct wanted {
    const char *directory;
    const char *name;
    bool open;
    const char *words;
    const char *culprit;
};

/* Whether the text has the path, and not just the beginning of a longer one. */
static bool has_path(const char *text, const char *path)
{
    const char *at = strstr(text, path);
    return at != NULL && strchr(": ", at[strlen(path)]) != NULL; /* or at its end */
}

static void check_open(const struct wanted *wanted)
{
    struct error error = ERROR_INIT;
    int file = folder_open(wanted->directory, wanted->name, &error);
    if (wanted->open) {
        REQUIRE(file >= 0 && error.kind == ERROR_NONE);
        close(file);
        return;
    }
    REQUIRE(file == FOLDER_NONE);
    if (wanted->words == NULL) {
        REQUIRE(error.kind == ERROR_NONE);
        return;
    }
    REQUIRE(error.kind == ERROR_INTERNAL);
    (void)fprintf(stderr, "%s\n", error.text); /* to be seen if one of these fails */
    REQUIRE(strstr(error.text, wanted->words) != NULL);
    REQUIRE(has_path(error.text, wanted->culprit));
}

/* The same as a user without rights, if we are root. */
static void check_as_user(const void *context)
{
    store_kit_drop_rights();
    check_open(context);
}

static void check_in_child(const struct wanted *wanted, const char *name)
{
    ck_assert_msg(store_kit_run(check_as_user, wanted) == 0, "%s", name);
}

/* Owners and rights. */

struct rights {
    int owner;
    mode_t mode;
};

enum culprit { NOBODY_IS, FILE_IS, FOLDER_IS, ABOVE_IS };

static const struct {
    const char *name;
    struct rights file;
    struct rights folder;
    struct rights above;
    enum culprit culprit;
    const char *words;
} owners[] = {
    { "all of root's", { ROOT, 0755 }, { ROOT, 0755 }, { ROOT, 0755 }, NOBODY_IS, NULL },
    { "all ours", { US, 0755 }, { US, 0755 }, { US, 0755 }, NOBODY_IS, NULL },
    { "ours alone", { US, 0700 }, { US, 0700 }, { US, 0700 }, NOBODY_IS, NULL },
    { "for the owner to run", { US, 0500 }, { US, 0500 }, { US, 0500 }, NOBODY_IS, NULL },
    { "run as its owner", { ROOT, 06755 }, { ROOT, 0755 }, { ROOT, 0755 }, NOBODY_IS, NULL },
    { "in a sticky folder", { ROOT, 0755 }, { ROOT, 01777 }, { ROOT, 0755 }, NOBODY_IS, NULL },
    { "under a sticky folder", { US, 0755 }, { US, 0755 }, { ROOT, 01777 }, NOBODY_IS, NULL },
    { "another's file", { OTHER, 0755 }, { ROOT, 0755 }, { ROOT, 0755 }, FILE_IS, "chown root" },
    { "another's sticky file",
      { OTHER, 01755 },
      { ROOT, 0755 },
      { ROOT, 0755 },
      FILE_IS,
      "chown root" },
    { "a file of a group", { ROOT, 0775 }, { ROOT, 0755 }, { ROOT, 0755 }, FILE_IS, "chmod go-w" },
    { "a file of all", { ROOT, 0757 }, { ROOT, 0755 }, { ROOT, 0755 }, FILE_IS, "chmod go-w" },
    { "a sticky file of all",
      { ROOT, 01777 },
      { ROOT, 0755 },
      { ROOT, 0755 },
      FILE_IS,
      "chmod go-w" },
    { "our file of all", { US, 0702 | 020 }, { US, 0755 }, { US, 0755 }, FILE_IS, "chmod go-w" },
    { "not executable", { US, 0644 }, { ROOT, 0755 }, { ROOT, 0755 }, FILE_IS, "chmod +x" },
    { "not to be read",
      { ROOT, 0711 },
      { ROOT, 0755 },
      { ROOT, 0755 },
      FILE_IS,
      "Permission denied" },
    { "another's folder",
      { ROOT, 0755 },
      { OTHER, 0755 },
      { ROOT, 0755 },
      FOLDER_IS,
      "chown root" },
    { "another's sticky folder",
      { ROOT, 0755 },
      { OTHER, 01777 },
      { ROOT, 0755 },
      FOLDER_IS,
      "chown root" },
    { "a folder of a group",
      { ROOT, 0755 },
      { ROOT, 0775 },
      { ROOT, 0755 },
      FOLDER_IS,
      "chmod go-w" },
    { "a folder of all", { ROOT, 0755 }, { ROOT, 0757 }, { ROOT, 0755 }, FOLDER_IS, "chmod go-w" },
    { "our own sticky folder",
      { US, 0755 },
      { US, 01777 },
      { ROOT, 0755 },
      FOLDER_IS,
      "chmod go-w" },
    { "under another's folder",
      { US, 0755 },
      { US, 0755 },
      { OTHER, 0755 },
      ABOVE_IS,
      "chown root" },
    { "under a folder of a group",
      { US, 0755 },
      { US, 0755 },
      { ROOT, 0775 },
      ABOVE_IS,
      "chmod go-w" },
    { "under a folder of all", { US, 0755 }, { US, 0755 }, { US, 0777 }, ABOVE_IS, "chmod go-w" },
    { "under our own sticky folder",
      { US, 0755 },
      { US, 0755 },
      { US, 01777 },
      ABOVE_IS,
      "chmod go-w" },
};

/* False if this machine's user cannot arrange it. */
static bool arrange(const char *path, const struct rights *rights)
{
    if (geteuid() != 0 && rights->owner != US)
        return false;
    if (geteuid() == 0)
        ck_assert_int_eq(chown(path, (uid_t)rights->owner, (gid_t)rights->owner), 0);
    ck_assert_int_eq(chmod(path, rights->mode), 0);
    return true;
}

START_TEST(by_owner_and_rights)
{
    if (!arrange(job, &owners[_i].file) || !arrange(commands, &owners[_i].folder) ||
        !arrange(above, &owners[_i].above)) {
        printf("skipped: %s: only root can arrange that\n", owners[_i].name);
        return;
    }
    const char *culprits[] = { NULL, job, commands, above };
    const struct wanted wanted = { commands, "job", owners[_i].words == NULL, owners[_i].words,
                                   culprits[owners[_i].culprit] };
    check_in_child(&wanted, owners[_i].name);
}
END_TEST

/* Even the root folder counts. */
static void check_in_other_root(const void *context)
{
    const mode_t *mode = context;
    const struct wanted wanted = { "/above/commands.d", "job", *mode == 0755, "chmod go-w", "/" };
    REQUIRE(chmod(kit.folder, *mode) == 0);
    REQUIRE(chroot(kit.folder) == 0 && chdir("/") == 0);
    check_open(&wanted);
}

START_TEST(under_another_root)
{
    static const mode_t modes[] = { 0755, 0777, 0775 };
    if (geteuid() != 0) {
        printf("skipped: chroot is for root\n");
        return;
    }
    ck_assert_int_eq(store_kit_run(check_in_other_root, &modes[_i]), 0);
}
END_TEST

/* What is no file. */

static void make_link(const char *path)
{
    ck_assert_int_eq(symlink(job, path), 0);
}

static void make_dead_link(const char *path)
{
    ck_assert_int_eq(symlink("/nowhere", path), 0);
}

static void make_pipe(const char *path)
{
    ck_assert_int_eq(mkfifo(path, 0755), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
}

static void make_folder(const char *path)
{
    ck_assert_int_eq(mkdir(path, 0755), 0);
}

static void make_socket(const char *path)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    int file = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_lt(snprintf(address.sun_path, sizeof(address.sun_path), "%s", path),
                     (int)sizeof(address.sun_path));
    ck_assert_int_eq(bind(file, (const struct sockaddr *)&address, sizeof(address)), 0);
    ck_assert_int_eq(chmod(path, 0755), 0);
    close(file);
}

static const struct {
    const char *name;
    void (*make)(const char *path);
    const char *words;
} no_files[] = {
    { "a link", make_link, "symbolic link" },
    { "a dead link", make_dead_link, "symbolic link" },
    { "a pipe", make_pipe, "no regular file" },
    { "a folder", make_folder, "no regular file" },
    { "a socket", make_socket, "" },
};

START_TEST(what_is_no_file)
{
    char *path = path_of(commands, "no-file");
    no_files[_i].make(path);
    const struct wanted wanted = { commands, "no-file", false, no_files[_i].words, path };
    check_in_child(&wanted, no_files[_i].name);
    free(path);
}
END_TEST

/* What is not there is no error; what cannot be looked at is one. */
START_TEST(what_is_not_there)
{
    char *missing = path_of(above, "missing");
    char *deeper = path_of(missing, "commands.d");
    char *under_file = path_of(job, "commands.d");
    const struct wanted rows[] = {
        { commands, "other", false, NULL, NULL },
        { missing, "job", false, NULL, NULL },
        { deeper, "job", false, NULL, NULL },
        { job, "job", false, "Not a directory", job },
        { under_file, "job", false, "Not a directory", under_file },
    };
    for (int i = 0; i < COUNT(rows); i++)
        check_in_child(&rows[i], rows[i].directory);
    free(missing);
    free(deeper);
    free(under_file);
}
END_TEST

START_TEST(behind_a_closed_folder)
{
    if (geteuid() == 0) {
        ck_assert_int_eq(chmod(above, 0700), 0); /* root's, and we are not */
        const struct wanted wanted = { commands, "job", false, "Permission denied", commands };
        check_in_child(&wanted, "closed");
    }
}
END_TEST

/* No name leads out of the folder, and none but a command's is looked for. */
static const char *const wrong_names[] = {
    "",       ".",         "..",        "../commands.d/job",
    "./job",  "/bin/true", "above/job", "JOB",
    "-job",   "_job",      "job ",      "job\n",
    "job.sh", ".hidden",   "j\xff",     "j%6fb",
};

START_TEST(names_lead_nowhere)
{
    struct error error = ERROR_INIT;
    char *path = path_of(commands, wrong_names[_i]);
    if (strchr(wrong_names[_i], '/') == NULL && access(path, F_OK) != 0)
        write_file(path, 0755);
    ck_assert_msg(folder_open(commands, wrong_names[_i], &error) == FOLDER_NONE, "%s",
                  wrong_names[_i]);
    free(path);
}
END_TEST

/* Links on the way. */

START_TEST(a_folder_behind_a_link)
{
    char *link_path = path_of(kit.folder, "link");
    char *through = path_of(link_path, "commands.d");
    char *dots = memory_format("%s//../above/./commands.d/", above);
    const struct wanted safe[] = { { through, "job", true, NULL, NULL },
                                   { dots, "job", true, NULL, NULL } };
    const struct wanted unsafe[] = { { through, "job", false, "chmod go-w", above },
                                     { dots, "job", false, "chmod go-w", above } };
    ck_assert_int_eq(symlink(above, link_path), 0);
    for (int i = 0; i < COUNT(safe); i++)
        check_in_child(&safe[i], safe[i].directory);
    ck_assert_int_eq(chmod(above, 0777), 0);
    for (int i = 0; i < COUNT(unsafe); i++)
        check_in_child(&unsafe[i], unsafe[i].directory);
    ck_assert_int_eq(unlink(link_path), 0);
    ck_assert_int_eq(symlink(link_path, link_path), 0);
    const struct wanted endless = { through, "job", false, "symbolic links", through };
    check_in_child(&endless, "endless");
    free(link_path);
    free(through);
    free(dots);
}
END_TEST

/* What was opened is what was checked, and stays it: for the program too. */
START_TEST(is_opened_once)
{
    char text[sizeof(TEXT)] = "";
    char *other = path_of(commands, "other");
    int file = folder_open(commands, "job", &kit.error);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(fcntl(file, F_GETFD) & FD_CLOEXEC, 0);
    ck_assert_int_eq(fcntl(file, F_GETFL) & O_ACCMODE, O_RDONLY);
    int empty = open(other, O_WRONLY | O_CREAT | O_CLOEXEC, 0700);
    close(empty);
    ck_assert_int_eq(rename(other, job), 0);
    ck_assert_int_eq(read(file, text, sizeof(text) - 1), (ssize_t)strlen(TEXT));
    ck_assert_str_eq(text, TEXT);
    close(file);
    free(other);
}
END_TEST

/* The list of names. */

static void check_names(const char *directory, const char *const *wanted, size_t wanted_count)
{
    size_t count = 77;
    char **names = folder_names(directory, &count);
    REQUIRE(count == wanted_count);
    for (size_t i = 0; i < count; i++)
        REQUIRE(strcmp(names[i], wanted[i]) == 0);
    folder_names_free(names, count);
}

START_TEST(lists_what_can_be_run)
{
    static const char *const wanted[] = { "0", "a-b_c", "b", "job", "z" };
    static const char *const plain[] = { "z", "b", "a-b_c", "0", "B", ".c", "d.sh", "_e", "-f" };
    char *path;
    for (int i = 0; i < COUNT(plain); i++) {
        write_file(path = path_of(commands, plain[i]), 0755);
        free(path);
    }
    for (int i = 0; i < COUNT(no_files); i++) {
        char name[] = "no0";
        name[2] = (char)(name[2] + i);
        no_files[i].make(path = path_of(commands, name));
        free(path);
    }
    write_file(path = path_of(commands, "not-executable"), 0644);
    free(path);
    check_names(commands, wanted, COUNT(wanted));
}
END_TEST

static void list_nothing(const void *context)
{
    store_kit_drop_rights();
    check_names(context, NULL, 0);
}

START_TEST(lists_nothing)
{
    char *missing = path_of(above, "missing");
    ck_assert_int_eq(store_kit_run(list_nothing, missing), 0);
    ck_assert_int_eq(store_kit_run(list_nothing, job), 0);
    ck_assert_int_eq(chmod(above, 0777), 0);
    ck_assert_int_eq(store_kit_run(list_nothing, commands), 0);
    free(missing);
}
END_TEST

START_TEST(lists_no_more_than_a_few)
{
    size_t count;
    for (int i = 0; i < NAMES_LIMIT + 20; i++) {
        char name[16];
        (void)snprintf(name, sizeof(name), "c%d", i);
        char *path = path_of(commands, name);
        write_file(path, 0755);
        free(path);
    }
    char **names = folder_names(commands, &count);
    ck_assert_uint_eq(count, NAMES_LIMIT);
    for (size_t i = 1; i < count; i++)
        ck_assert_int_lt(strcmp(names[i - 1], names[i]), 0);
    folder_names_free(names, count);
}
END_TEST

static void fill(Suite *suite)
{
    add(suite, "by owner and rights", by_owner_and_rights, COUNT(owners));
    add(suite, "under another root", under_another_root, 3);
    add(suite, "what is no file", what_is_no_file, COUNT(no_files));
    add(suite, "what is not there", what_is_not_there, 1);
    add(suite, "behind a closed folder", behind_a_closed_folder, 1);
    add(suite, "names lead nowhere", names_lead_nowhere, COUNT(wrong_names));
    add(suite, "a folder behind a link", a_folder_behind_a_link, 1);
    add(suite, "is opened once", is_opened_once, 1);
    add(suite, "lists what can be run", lists_what_can_be_run, 1);
    add(suite, "lists nothing", lists_nothing, 1);
    add(suite, "lists no more than a few", lists_no_more_than_a_few, 1);
}

SUITE_MAIN("folder", fill)
