#include "http_kit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "clock.h"
#include "memory.h"
#include "store_kit.h"

enum { LATE_MS = 3600 * 1000, SOON_MS = 1000, TEST_MAX_S = 20 };

struct http_kit http_kit;

static void setup(void)
{
    /* The programs do so too; the server's TLS needs it. */
    ck_assert(signal(SIGPIPE, SIG_IGN) != SIG_ERR);
    http_kit = (struct http_kit){ .folder = store_kit_folder(),
                                  .response = HTTP_RESPONSE_INIT,
                                  .error = ERROR_INIT };
}

void http_kit_finish(void)
{
    http_close(http_kit.http);
    http_kit.http = NULL;
    if (http_kit.server.port != 0)
        script_server_stop(&http_kit.server);
    http_kit.server.port = 0;
}

static void teardown(void)
{
    http_kit_finish();
    script_server_release(&http_kit.server);
    buf_wipe(&http_kit.response.body);
    store_kit_remove(http_kit.folder);
}

void http_kit_add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    tcase_set_timeout(tcase, TEST_MAX_S);
    suite_add_tcase(suite, tcase);
}

void http_kit_serve(const struct script_step *steps, size_t count, const char *certificate)
{
    http_kit.server =
        (struct script_server){ .steps = steps, .count = count, .certificate = certificate };
    script_server_start(&http_kit.server);
}

char *http_kit_url(const char *scheme, const char *path)
{
    return memory_format("%s://127.0.0.1:%d%s", scheme, http_kit.server.port, path);
}

enum http_outcome http_kit_send(const struct http_request *request, int64_t deadline_ms)
{
    struct http_response *response = &http_kit.response;
    http_kit.error = (struct error)ERROR_INIT;
    enum http_outcome outcome =
        http_kit.http->send(http_kit.http, request, deadline_ms, response, &http_kit.error);
    bool answered = outcome == HTTP_ANSWERED;
    ck_assert_int_eq(http_kit.error.kind, answered ? ERROR_NONE : ERROR_NETWORK);
    ck_assert_msg(answered || (http_kit.error.text[0] != '\0' &&
                               strstr(http_kit.error.text, "No error") == NULL),
                  "no reason is given");
    ck_assert_msg(strstr(http_kit.error.text, HTTP_KIT_TOKEN) == NULL, "%s", http_kit.error.text);
    ck_assert_msg(answered || (response->status == 0 && response->body.len == 0 &&
                               response->log_id[0] == '\0' && response->reset_s == -1 &&
                               response->date_s == -1),
                  "a response without an answer");
    return outcome;
}

enum http_outcome http_kit_post(const char *path, const char *body)
{
    bool tls = http_kit.server.certificate != NULL;
    char *url = http_kit_url(tls ? "https" : "http", path);
    struct http_request request = { .method = "POST",
                                    .url = url,
                                    .bearer = HTTP_KIT_TOKEN,
                                    .body = body,
                                    .body_len = strlen(body) };
    enum http_outcome outcome = http_kit_send(&request, http_kit_late());
    free(url);
    return outcome;
}

const char *http_kit_request(size_t index)
{
    ck_assert_uint_lt(index, http_kit.server.request_count);
    return buf_text(&http_kit.server.requests[index]);
}

void http_kit_run(const char *command)
{
    int status = 0;
    pid_t process = fork();
    ck_assert_int_ne(process, -1);
    if (process == 0) {
        (void)execl("/bin/sh", "sh", "-c", command, (char *)NULL);
        _exit(127);
    }
    ck_assert_int_eq(waitpid(process, &status, 0), process);
    ck_assert_msg(status == 0, "%s", command);
}

char *http_kit_certificate(const char *file, const char *names)
{
    char *path = memory_format("%s/%s", http_kit.folder, file);
    char *command =
        memory_format("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes "
                      "-days 2 -subj /CN=test -addext subjectAltName=%s -keyout %s.key -out %s.crt "
                      "2>%s.log && cat %s.key %s.crt >%s",
                      names, path, path, path, path, path, path);
    http_kit_run(command);
    free(command);
    return path;
}

int64_t http_kit_late(void)
{
    return clock_steady_ms() + LATE_MS;
}

int64_t http_kit_soon(void)
{
    return clock_steady_ms() + SOON_MS;
}
