#include "knock_kit.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"
#include "secret.h"

enum { TEST_MAX_S = 20 };

struct knock_kit knock_kit;

static bool no_file(const char *path, struct secret *secret, struct error *error)
{
    (void)secret;
    return error_set(error, ERROR_CONFIG, "%s is not read in tests", path);
}

void knock_kit_configure(const char *lines)
{
    struct error error = ERROR_INIT;
    char *text = memory_format("app {\n id = '" KNOCK_KIT_APP "'\n secret = 'any'\n%s\n}\n", lines);
    config_release(&knock_kit.config);
    ck_assert_msg(config_parse(text, strlen(text), "test", no_file, &knock_kit.config, &error),
                  "%s", error.text);
    free(text);
}

static void setup(void)
{
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    memset(&knock_kit, 0, sizeof(knock_kit));
    knock_kit_configure(" encrypt_key = '" KNOCK_KIT_KEY
                        "'\n verification_token = '" KNOCK_KIT_TOKEN "'\n");
}

void knock_kit_finish(void)
{
    if (knock_kit.knock.http != NULL)
        knock_close(&knock_kit.knock);
    if (knock_kit.server.port != 0)
        script_server_stop(&knock_kit.server);
    knock_kit.server.port = 0;
}

static void teardown(void)
{
    knock_kit_finish();
    script_server_release(&knock_kit.server);
    finding_release(&knock_kit.finding);
    config_release(&knock_kit.config);
}

TCase *knock_kit_case(const char *name)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_set_timeout(tcase, TEST_MAX_S);
    return tcase;
}

void knock_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = knock_kit_case(name);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

void knock_kit_open(const char *url)
{
    (void)snprintf(knock_kit.url, sizeof(knock_kit.url), "%s", url);
    knock_open(&knock_kit.knock, knock_kit.url, NULL, &knock_kit.config);
}

void knock_kit_serve(const struct script_step *steps, size_t count, const char *path)
{
    knock_kit.server = (struct script_server){ .steps = steps, .count = count };
    script_server_start(&knock_kit.server);
    char *url = memory_format("http://127.0.0.1:%d%s", knock_kit.server.port, path);
    knock_kit_open(url);
    free(url);
}

static void expect_text(const char *name, const char *said, const char *wanted)
{
    if (wanted != NULL)
        ck_assert_msg(said != NULL && strstr(said, wanted) != NULL,
                      "%s: \"%s\" does not hold \"%s\"", name, said == NULL ? "" : said, wanted);
}

void knock_kit_expect(const char *name, enum finding_status status, const char *detail,
                      const char *fix)
{
    const struct finding *finding = &knock_kit.finding;
    ck_assert_msg(finding->status == status, "%s: status %d: %s", name, (int)finding->status,
                  finding->detail == NULL ? "" : finding->detail);
    expect_text(name, finding->detail, detail);
    expect_text(name, finding->fix, fix);
}
