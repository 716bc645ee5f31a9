/* Files of the configuration: which are read, and which are refused for their rights. */
#include "suite.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "error.h"
#include "memory.h"

#define TEXT   "app { id = 'cli_1' secret = 's3cr3t' }\n"
#define OTHERS "others may read or write it"
#define GROUP  "its group may write it"

enum { LIMIT = 256 * 1024 };

/* A folder for each test, and in it the configuration and the file of a secret. */
static char folder[] = "/tmp/check-config-XXXXXX";
static char *path;
static char *secret_path;

static void make_folder(void)
{
    ck_assert_ptr_nonnull(mkdtemp(folder));
    path = memory_format("%s/feishu.conf", folder);
    secret_path = memory_format("%s/secret", folder);
}

static void remove_folder(void)
{
    (void)unlink(path);
    (void)unlink(secret_path);
    ck_assert_int_eq(rmdir(folder), 0);
    free(path);
    free(secret_path);
    memset(folder + strlen(folder) - 6, 'X', 6);
}

static void write_file(const char *name, const char *text, size_t len, mode_t mode)
{
    const int file = open(name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    ck_assert_int_ge(file, 0);
    ck_assert_int_eq(write(file, text, len), (ssize_t)len);
    ck_assert_int_eq(fchmod(file, mode), 0);
    ck_assert_int_eq(close(file), 0);
}

static void write_config(const char *text, mode_t mode)
{
    write_file(path, text, strlen(text), mode);
}

static void is_loaded(void)
{
    struct config config;
    struct error error = ERROR_INIT;
    const bool done = config_load(path, &config, &error);
    ck_assert_msg(done, "%s", error.text);
    ck_assert_str_eq(config.app.secret.data, "s3cr3t");
    ck_assert_uint_eq(config.app.secret.len, 6);
    config_release(&config);
}

/* Refused with these words; config is as after its release. */
static void is_refused(const char *line)
{
    struct config config;
    struct error error = ERROR_INIT;
    memset(&config, 0x55, sizeof(config));
    ck_assert(!config_load(path, &config, &error));
    ck_assert_int_eq(error.kind, ERROR_CONFIG);
    ck_assert_str_eq(error.text, line);
    config_release(&config);
}

/* The configuration whose secret stands in a file. */
static void write_config_of_file(void)
{
    char *text = memory_format("app { id = 'cli_1'\nsecret_file = '%s' }\n", secret_path);
    write_config(text, 0640);
    free(text);
}

static const struct {
    mode_t mode;
    const char *trouble; /* NULL: it is read */
} rights[] = {
    { 0400, NULL },   { 0600, NULL },   { 0440, NULL },   { 0640, NULL },
    { 0750, NULL },   { 0641, NULL },   { 0644, OTHERS }, { 0604, OTHERS },
    { 0642, OTHERS }, { 0602, OTHERS }, { 0646, OTHERS }, { 0666, OTHERS },
    { 0660, GROUP },  { 0620, GROUP },  { 0664, OTHERS }, { 0777, OTHERS },
};

START_TEST(rights_of_the_file)
{
    write_config(TEXT, rights[_i].mode);
    char *line = memory_format("%s: %s; run: chmod 0640 %s", path,
                               rights[_i].trouble == NULL ? "" : rights[_i].trouble, path);
    if (rights[_i].trouble == NULL)
        is_loaded();
    else
        is_refused(line);
    free(line);
}
END_TEST

START_TEST(rights_of_a_secret)
{
    write_config_of_file();
    write_file(secret_path, "s3cr3t\n", 7, rights[_i].mode);
    char *line =
        memory_format("%s:2: app.secret_file: %s: %s; run: chmod 0640 %s", path, secret_path,
                      rights[_i].trouble == NULL ? "" : rights[_i].trouble, secret_path);
    if (rights[_i].trouble == NULL)
        is_loaded();
    else
        is_refused(line);
    free(line);
}
END_TEST

static const struct {
    const char *text;
    const char *trouble; /* NULL: it is s3cr3t */
} secrets[] = {
    { "s3cr3t", NULL },
    { "s3cr3t\n", NULL },
    { "", "must have 1 to 256 characters" },
    { "\n", "must have 1 to 256 characters" },
    { "s3cr3t\n\n", "must be UTF-8 without control characters" },
    { "s3cr3t\r\n", "must be UTF-8 without control characters" },
    { "\ns3cr3t", "must be UTF-8 without control characters" },
    { "s3cr3t \n", "has a space at one of its ends" },
};

START_TEST(contents_of_a_secret)
{
    write_config_of_file();
    write_file(secret_path, secrets[_i].text, strlen(secrets[_i].text), 0600);
    char *line = memory_format("%s:2: app.secret_file: %s", path,
                               secrets[_i].trouble == NULL ? "" : secrets[_i].trouble);
    if (secrets[_i].trouble == NULL)
        is_loaded();
    else
        is_refused(line);
    free(line);
}
END_TEST

START_TEST(no_secret)
{
    write_config_of_file();
    char *line =
        memory_format("%s:2: app.secret_file: %s: No such file or directory", path, secret_path);
    is_refused(line);
    free(line);
}
END_TEST

START_TEST(no_file)
{
    char *line = memory_format("%s: No such file or directory", path);
    is_refused(line);
    free(line);
}
END_TEST

START_TEST(error_in_it)
{
    char *line = memory_format("%s:3: app.ca: must be an absolute path, '/…'", path);
    write_config("app {\nid = 'i' secret = 's3cr3t'\nca = 'x' }", 0600);
    is_refused(line);
    free(line);
}
END_TEST

START_TEST(a_link_to_a_file)
{
    write_file(secret_path, TEXT, strlen(TEXT), 0600);
    ck_assert_int_eq(symlink(secret_path, path), 0);
    is_loaded();
    ck_assert_int_eq(chmod(secret_path, 0644), 0);
    char *line = memory_format("%s: " OTHERS "; run: chmod 0640 %s", path, path);
    is_refused(line);
    free(line);
}
END_TEST

/* Without a writer, opening it the plain way would wait for one. */
START_TEST(no_regular_file)
{
    char *line = memory_format("%s: is no regular file", path);
    ck_assert_int_eq(mkfifo(path, 0600), 0);
    is_refused(line);
    ck_assert_int_eq(unlink(path), 0);
    ck_assert_int_eq(mkdir(path, 0700), 0);
    is_refused(line);
    ck_assert_int_eq(rmdir(path), 0);
    ck_assert_int_eq(symlink("/dev/null", path), 0);
    is_refused(line);
    free(line);
}
END_TEST

START_TEST(length_of_the_file)
{
    char *text = memory_get(LIMIT + 1);
    char *line = memory_format("%s: is over 256 KiB", path);
    memset(text, '\n', LIMIT + 1);
    memcpy(text, TEXT, sizeof(TEXT) - 1);
    write_file(path, text, LIMIT, 0600);
    is_loaded();
    write_file(path, text, LIMIT + 1, 0600);
    is_refused(line);
    ck_assert_int_eq(truncate(path, 1 << 30), 0);
    is_refused(line);
    free(line);
    free(text);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, make_folder, remove_folder);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "rights of the file", rights_of_the_file, COUNT(rights));
    add(suite, "rights of a secret", rights_of_a_secret, COUNT(rights));
    add(suite, "contents of a secret", contents_of_a_secret, COUNT(secrets));
    add(suite, "no secret", no_secret, 1);
    add(suite, "no file", no_file, 1);
    add(suite, "error in it", error_in_it, 1);
    add(suite, "a link to a file", a_link_to_a_file, 1);
    add(suite, "no regular file", no_regular_file, 1);
    add(suite, "length of the file", length_of_the_file, 1);
}

SUITE_MAIN("files of the configuration", fill)
