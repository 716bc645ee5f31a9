/* What is said of a server's certificate: real ones, each wrong in its own way. */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "report.h"
#include "scene.h"
#include "script_server.h"
#include "store_kit.h"
#include "suite.h"

enum { TEST_MAX_S = 20 };

static char *folder;
static struct scene scene;
static struct finding finding;
static struct script_server server;

static void make_certificates(void)
{
    folder = store_kit_folder();
    char *command = memory_format("tests/tools/certificates.sh %s", folder);
    ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): a script of ours */
    free(command);
}

static void remove_certificates(void)
{
    store_kit_remove(folder);
}

static char *in_folder(const char *name, const char *ending)
{
    return memory_format("%s/%s%s", folder, name, ending);
}

static void setup(void)
{
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    scene = (struct scene){ .url = "https://bot.example.com/feishu/event" };
    scene.link.config.app.ca = in_folder("root", ".crt");
}

static void teardown(void)
{
    free(scene.link.config.app.ca);
    finding_release(&finding);
}

static const struct script_step silent[] = { { .reply = NULL } };
static const struct script_step plain[] = {
    { .unread = true, .reply = "HTTP/1.1 400 Bad Request\r\n\r\n" },
};

/* The finding about a server with that certificate, or about one without TLS. */
static void examine(const char *certificate)
{
    char *path = certificate == NULL ? NULL : in_folder(certificate, ".pem");
    server = (struct script_server){ .steps = path == NULL ? plain : silent,
                                     .count = 1,
                                     .certificate = path };
    script_server_start(&server);
    char *there = memory_format("127.0.0.1:%d", server.port);
    scene.connect_to = there;
    probe_certificate(&scene, &finding);
    script_server_stop(&server);
    script_server_release(&server);
    free(there);
    free(path);
}

static const struct {
    const char *certificate;
    enum finding_status status;
    const char *detail;
    const char *fix; /* NULL: there is none */
} cases[] = {
    { "good", FINDING_PASS,
      "for bot.example.com, www.example.com, issued by Test Intermediate; days left: 90", NULL },
    { "soon", FINDING_WARN, "days left: 5", "certbot renew" },
    { "lone", FINDING_FAIL, "sends the certificate for bot.example.com", "fullchain.pem" },
    { "self", FINDING_FAIL, "signed by itself", "fullchain.pem" },
    { "foreign", FINDING_FAIL, "issued by Other Root, and that leads to none of", "app.ca" },
    { "expired", FINDING_FAIL, "has expired 2 days ago", "certbot renew" },
    { "stale", FINDING_FAIL, "or one of its chain, is not valid today", "certbot renew" },
    { "misnamed", FINDING_FAIL, "is for other.example.com, not for bot.example.com",
      "certbot certonly --nginx -d bot.example.com" },
    { "address", FINDING_FAIL, "is for 127.0.0.1, not for bot.example.com", "-d bot.example.com" },
    { NULL, FINDING_FAIL, "no TLS", "ssl" },
};

START_TEST(each_certificate_is_told_apart)
{
    examine(cases[_i].certificate);
    ck_assert_msg(finding.status == cases[_i].status, "%d: %s", finding.status, finding.detail);
    ck_assert_msg(strstr(finding.detail, cases[_i].detail) != NULL, "%s", finding.detail);
    if (cases[_i].fix == NULL)
        ck_assert_ptr_null(finding.fix);
    else
        ck_assert_msg(strstr(finding.fix, cases[_i].fix) != NULL, "%s", finding.fix);
}
END_TEST

START_TEST(an_address_is_compared_as_one)
{
    scene.url = "https://127.0.0.1/feishu/event";
    examine("address");
    ck_assert_msg(finding.status == FINDING_PASS, "%s", finding.detail);
    examine("good");
    ck_assert_msg(finding.status == FINDING_FAIL, "%s", finding.detail);
    ck_assert_msg(strstr(finding.detail, "not for 127.0.0.1") != NULL, "%s", finding.detail);
}
END_TEST

START_TEST(any_name_of_it_will_do)
{
    scene.url = "https://WWW.example.com:443/feishu/event";
    examine("good");
    ck_assert_msg(finding.status == FINDING_PASS, "%s", finding.detail);
}
END_TEST

/* The trust is the configuration's: a folder of hashed names, or nothing at all. */
START_TEST(trust_is_as_configured)
{
    char *command = memory_format("mkdir %s/hashed && cp %s/root.crt %s/hashed/root.pem && "
                                  "openssl rehash %s/hashed >/dev/null",
                                  folder, folder, folder, folder);
    ck_assert_int_eq(system(command), 0); /* NOLINT(cert-env33-c): our own words */
    free(command);
    free(scene.link.config.app.ca);
    scene.link.config.app.ca = in_folder("hashed", "");
    examine("good");
    ck_assert_msg(finding.status == FINDING_PASS, "%s", finding.detail);
    free(scene.link.config.app.ca);
    scene.link.config.app.ca = in_folder("nothing", "");
    examine("good");
    ck_assert_msg(finding.status == FINDING_FAIL, "%s", finding.detail);
    ck_assert_msg(strstr(finding.detail, "cannot be read") != NULL, "%s", finding.detail);
}
END_TEST

START_TEST(a_server_that_is_silent_is_given_up)
{
    static const struct script_step holding[] = { { .unread = true, .end = SCRIPT_HOLD } };
    server = (struct script_server){ .steps = holding, .count = 1 };
    script_server_start(&server);
    char *there = memory_format("127.0.0.1:%d", server.port);
    scene.connect_to = there;
    probe_certificate(&scene, &finding);
    script_server_stop(&server);
    script_server_release(&server);
    free(there);
    ck_assert_int_eq(finding.status, FINDING_FAIL);
    ck_assert_msg(strstr(finding.detail, "timed out") != NULL, "%s", finding.detail);
}
END_TEST

static const struct {
    const char *url;
    const char *connect_to;
    enum finding_status status;
    const char *detail;
} without[] = {
    { NULL, NULL, FINDING_SKIP, "not known" },
    { "http://bot.example.com/feishu/event", NULL, FINDING_SKIP, "plain http" },
    { "ftp://bot.example.com/", NULL, FINDING_FAIL, "is no URL" },
    { "https://bot.example.com/", "127.0.0.1", FINDING_FAIL, "is not HOST:PORT" },
    { "https://bot.invalid/", "name..invalid:443", FINDING_FAIL, "has no IPv4 address" },
    { "https://bot.example.com/", "127.0.0.1:1", FINDING_FAIL, "no connection" },
};

START_TEST(what_cannot_be_reached_is_said)
{
    scene.url = without[_i].url;
    scene.connect_to = without[_i].connect_to;
    probe_certificate(&scene, &finding);
    ck_assert_msg(finding.status == without[_i].status, "%d: %s", finding.status, finding.detail);
    ck_assert_msg(strstr(finding.detail, without[_i].detail) != NULL, "%s", finding.detail);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_unchecked_fixture(tcase, make_certificates, remove_certificates);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    tcase_set_timeout(tcase, TEST_MAX_S);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "each", each_certificate_is_told_apart, COUNT(cases));
    add(suite, "address", an_address_is_compared_as_one, 1);
    add(suite, "names", any_name_of_it_will_do, 1);
    add(suite, "trust", trust_is_as_configured, 1);
    add(suite, "silent", a_server_that_is_silent_is_given_up, 1);
    add(suite, "without", what_cannot_be_reached_is_said, COUNT(without));
}

SUITE_MAIN("setup: certificate", fill)
