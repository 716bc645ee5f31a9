/* Who waits at a socket, and who may connect to it. */
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "buf.h"
#include "listener.h"
#include "memory.h"
#include "proc.h"
#include "report.h"
#include "scene.h"
#include "store_kit.h"
#include "suite.h"

enum { CHILDREN_MAX = 4 };

static char *folder;
static char *path;
static struct scene scene;
static struct finding finding;
static int listening;
static pid_t children[CHILDREN_MAX];

static void setup(void)
{
    folder = store_kit_folder();
    path = memory_format("%s/cgi.socket", folder);
    scene.place = (struct place)PLACE_INIT;
    scene.place.socket = path;
    listening = -1;
    memset(children, 0, sizeof(children));
}

static void teardown(void)
{
    for (int i = 0; i < CHILDREN_MAX; i++) {
        if (children[i] > 0) {
            (void)kill(children[i], SIGKILL);
            (void)waitpid(children[i], NULL, 0);
        }
    }
    if (listening >= 0)
        close(listening);
    finding_release(&finding);
    free(path);
    store_kit_remove(folder);
}

/* A socket at the path; it listens if so wished. */
static void bind_socket(bool listens)
{
    struct sockaddr_un address = { .sun_family = AF_UNIX };
    ck_assert_uint_lt(strlen(path), sizeof(address.sun_path));
    memcpy(address.sun_path, path, strlen(path));
    listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    ck_assert_int_eq(bind(listening, (struct sockaddr *)&address, sizeof(address)), 0);
    if (listens)
        ck_assert_int_eq(listen(listening, 1), 0);
}

/* As many children that have the socket, as fcgiwrap has. */
static void start_children(int count)
{
    for (int i = 0; i < count; i++) {
        children[i] = fork();
        ck_assert_int_ge(children[i], 0);
        if (children[i] == 0) {
            for (;;)
                (void)pause();
        }
    }
}

static void expect(enum finding_status status, const char *detail, const char *fix)
{
    probe_workers(&scene, &finding);
    ck_assert_msg(finding.status == status, "%s", finding.detail);
    ck_assert_msg(strstr(finding.detail, detail) != NULL, "%s", finding.detail);
    if (fix == NULL)
        ck_assert_ptr_null(finding.fix);
    else
        ck_assert_msg(strstr(finding.fix, fix) != NULL, "%s", finding.fix);
}

START_TEST(workers_are_counted)
{
    static const struct {
        int children;
        enum finding_status status;
        const char *detail;
        const char *fix;
    } cases[] = {
        { 0, FINDING_WARN, "a single worker waits", "-fc8" }, /* this program itself */
        { 1, FINDING_WARN, "a single worker waits", "-fc8" },
        { 2, FINDING_PASS, "2 workers wait", NULL },
        { CHILDREN_MAX, FINDING_PASS, "4 workers wait", NULL },
    };
    bind_socket(true);
    start_children(cases[_i].children);
    expect(cases[_i].status, cases[_i].detail, cases[_i].fix);
}
END_TEST

/* Nobody is called, since a call would start what waits for one. */
START_TEST(nobody_is_connected_to)
{
    bind_socket(true);
    expect(FINDING_WARN, path, "-fc8");
    struct pollfd file = { listening, POLLIN, 0 };
    ck_assert_int_eq(poll(&file, 1, 0), 0);
}
END_TEST

START_TEST(a_socket_under_another_name_is_the_same)
{
    char *link = memory_format("%s/link", folder);
    bind_socket(true);
    ck_assert_int_eq(symlink(path, link), 0);
    scene.place.socket = link;
    start_children(2);
    expect(FINDING_PASS, "2 workers wait", NULL);
    free(link);
}
END_TEST

START_TEST(nobody_listens)
{
    bind_socket(false);
    expect(FINDING_FAIL, "nobody listens", "systemctl restart feishu-cgi.socket");
    close(listening);
    listening = -1;
    expect(FINDING_FAIL, "nobody listens", "systemctl restart feishu-cgi.socket");
}
END_TEST

START_TEST(there_is_no_socket)
{
    expect(FINDING_FAIL, "No such file", "systemctl enable --now feishu-cgi.socket");
    scene.place.socket = folder;
    expect(FINDING_FAIL, "is no socket", "Remove that file");
}
END_TEST

/* A process and a file of user 10 and group 20. */
static const struct {
    unsigned mode;
    const char *status;
    bool may;
} rights[] = {
    { 0660, "Name:\tnginx\nUid:\t10\t10\t10\t10\nGid:\t9\t9\t9\t9\nGroups:\t9 \n", true },
    { 0060, "Uid:\t10\t10\t10\t10\nGid:\t20\t20\t20\t20\nGroups:\t20 \n", false },
    { 0660, "Uid:\t33\t33\t33\t33\nGid:\t20\t20\t20\t20\nGroups:\t \n", true },
    { 0660, "Uid:\t33\t33\t33\t33\nGid:\t33\t33\t33\t33\nGroups:\t1 2 20 200 \n", true },
    { 0660, "Uid:\t33\t33\t33\t33\nGid:\t33\t33\t33\t33\nGroups:\t2 200 120 \nX:\t20\n", false },
    { 0606, "Uid:\t33\t33\t33\t33\nGid:\t20\t20\t20\t20\nGroups:\t20 \n", false },
    { 0606, "Uid:\t33\t33\t33\t33\nGid:\t33\t33\t33\t33\nGroups:\t33 \n", true },
    { 0600, "Uid:\t33\t33\t33\t33\nGid:\t33\t33\t33\t33\nGroups:\t33 \n", false },
    { 0600, "Uid:\t33\t0\t33\t33\nGid:\t33\t33\t33\t33\nGroups:\t33 \n", true },
    { 0600, "Uid:\t0\t33\t0\t0\nGid:\t33\t33\t33\t33\nGroups:\t33 \n", false },
    { 0660, "", false },
};

START_TEST(rights_are_decided_as_the_kernel_does)
{
    struct buf status = BUF_INIT(4096);
    const struct stat at = { .st_uid = 10, .st_gid = 20, .st_mode = S_IFSOCK | rights[_i].mode };
    buf_add_text(&status, rights[_i].status);
    ck_assert_msg(proc_may_write(&status, &at) == rights[_i].may, "%s", rights[_i].status);
    buf_release(&status);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "count", workers_are_counted, 4);
    add(suite, "no call", nobody_is_connected_to, 1);
    add(suite, "link", a_socket_under_another_name_is_the_same, 1);
    add(suite, "nobody", nobody_listens, 1);
    add(suite, "nothing", there_is_no_socket, 1);
    add(suite, "rights", rights_are_decided_as_the_kernel_does, COUNT(rights));
}

SUITE_MAIN("setup: workers", fill)
