/* Whom a request is handed to: certificates, the configured proxy, and none that the environment
 * names. */
#include "http.h"

#include <stdlib.h>
#include <string.h>

#include "http_kit.h"
#include "memory.h"
#include "suite.h"

#define OK_EMPTY "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}"
#define HERE     "IP:127.0.0.1"
#define BEHIND   "DNS:platform.test" /* a host that only the proxy knows */

static const struct script_step answer_once[] = { { .reply = OK_EMPTY } };

static enum http_outcome post_to(const char *url, int64_t deadline_ms)
{
    const struct http_request request = {
        .method = "POST", .url = url, .bearer = HTTP_KIT_TOKEN, .body = "{}", .body_len = 2
    };
    return http_kit_send(&request, deadline_ms);
}

/* How app.ca names the trusted certificates. */
enum trust {
    TRUST_FILE,
    TRUST_FOLDER,
    TRUST_OTHER_FILE,
    TRUST_OTHER_FOLDER,
    TRUST_UNHASHED_FOLDER,
    TRUST_NO_FILE,
    TRUST_NO_CERTIFICATE
};

/* A folder with the certificate in it, named by its hash or not. Caller frees. */
static char *certificate_folder(const char *name, const char *certificate, bool hashed)
{
    char *folder = memory_format("%s/%s", http_kit.folder, name);
    char *command = memory_format("mkdir %s && cp %s.crt %s/ca.crt%s%s%s", folder, certificate,
                                  folder, hashed ? " && openssl rehash " : "", hashed ? folder : "",
                                  hashed ? " >/dev/null" : "");
    http_kit_run(command);
    free(command);
    return folder;
}

static char *trusted(enum trust trust, const char *certificate)
{
    char *other = http_kit_certificate("other", HERE);
    char *ca = NULL;
    switch (trust) {
    case TRUST_FILE:
        ca = memory_format("%s.crt", certificate);
        break;
    case TRUST_FOLDER:
        ca = certificate_folder("hashed", certificate, true);
        break;
    case TRUST_OTHER_FILE:
        ca = memory_format("%s.crt", other);
        break;
    case TRUST_OTHER_FOLDER:
        ca = certificate_folder("foreign", other, true);
        break;
    case TRUST_UNHASHED_FOLDER:
        ca = certificate_folder("unhashed", certificate, false);
        break;
    case TRUST_NO_FILE:
        ca = memory_format("%s/nothing", http_kit.folder);
        break;
    case TRUST_NO_CERTIFICATE:
        ca = memory_format("%s.log", certificate);
        break;
    }
    free(other);
    return ca;
}

static const struct {
    const char *name;
    const char *names;
    enum trust trust;
    bool passes;
} certificates[] = {
    { "trusted file", HERE, TRUST_FILE, true },
    { "trusted folder", HERE, TRUST_FOLDER, true },
    { "one name of several", "DNS:a.test,IP:127.0.0.1", TRUST_FILE, true },
    { "another host", "DNS:elsewhere.test", TRUST_FILE, false },
    { "another host, trusted folder", "DNS:elsewhere.test", TRUST_FOLDER, false },
    { "the address as a name", "DNS:127.0.0.1", TRUST_FILE, false },
    { "unknown issuer", HERE, TRUST_OTHER_FILE, false },
    { "unknown issuer, folder", HERE, TRUST_OTHER_FOLDER, false },
    { "a folder without hashes", HERE, TRUST_UNHASHED_FOLDER, false },
    { "no such file", HERE, TRUST_NO_FILE, false },
    { "a file without certificates", HERE, TRUST_NO_CERTIFICATE, false },
};

START_TEST(only_a_trusted_host_gets_the_request)
{
    char *certificate = http_kit_certificate("server", certificates[_i].names);
    char *ca = trusted(certificates[_i].trust, certificate);
    http_kit.http = http_open(ca, "", false);
    http_kit_serve(answer_once, 1, certificate);
    enum http_outcome outcome = http_kit_post("/", "{}");
    http_kit_finish();
    ck_assert_msg(outcome == (certificates[_i].passes ? HTTP_ANSWERED : HTTP_UNREACHED), "%s: %s",
                  certificates[_i].name, http_kit.error.text);
    if (certificates[_i].passes)
        ck_assert(strstr(http_kit_request(0), "Bearer " HTTP_KIT_TOKEN) != NULL);
    else if (http_kit.server.request_count > 0)
        ck_assert_str_eq(http_kit_request(0), ""); /* hands were shaken, and that was all */
    free(ca);
    free(certificate);
}
END_TEST

START_TEST(an_unknown_issuer_is_named_with_what_is_trusted)
{
    char *certificate = http_kit_certificate("server", HERE);
    char *ca = trusted(TRUST_OTHER_FOLDER, certificate);
    http_kit.http = http_open(ca, "", false);
    http_kit_serve(answer_once, 1, certificate);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_UNREACHED);
    ck_assert_msg(strstr(http_kit.error.text, ca) != NULL, "%s", http_kit.error.text);
    ck_assert_msg(strstr(http_kit.error.text, "certificate") != NULL, "%s", http_kit.error.text);
    free(ca);
    free(certificate);
}
END_TEST

static const struct {
    const char *name;
    bool tls; /* the server shakes hands */
    struct script_step step;
    bool soon;
    enum http_outcome outcome;
} breaks[] = {
    { "reset before the handshake",
      false,
      { .unread = true, .end = SCRIPT_RESET },
      false,
      HTTP_UNREACHED },
    { "silence before the handshake",
      false,
      { .unread = true, .end = SCRIPT_HOLD },
      true,
      HTTP_UNREACHED },
    { "no TLS at all",
      false,
      { .unread = true, .reply = "HTTP/1.1 400 Bad\r\nContent-Length: 0\r\n\r\n" },
      false,
      HTTP_UNREACHED },
    { "closed after the request", true, { .reply = NULL }, false, HTTP_CUT },
    { "reset after the request", true, { .end = SCRIPT_RESET }, false, HTTP_CUT },
    { "silence after the request", true, { .end = SCRIPT_HOLD }, true, HTTP_CUT },
    { "an end that anybody could have made",
      true,
      { .reply = "HTTP/1.1 200 OK\r\n\r\n{\"code\":0}", .end = SCRIPT_RESET },
      false,
      HTTP_CUT },
};

START_TEST(a_request_has_left_only_after_the_handshake)
{
    char *certificate = http_kit_certificate("server", HERE);
    char *ca = trusted(TRUST_FILE, certificate);
    http_kit.http = http_open(ca, "", false);
    http_kit_serve(&breaks[_i].step, 1, breaks[_i].tls ? certificate : NULL);
    char *url = http_kit_url("https", "/");
    enum http_outcome outcome = post_to(url, breaks[_i].soon ? http_kit_soon() : http_kit_late());
    ck_assert_msg(outcome == breaks[_i].outcome, "%s: %s", breaks[_i].name, http_kit.error.text);
    free(url);
    free(ca);
    free(certificate);
}
END_TEST

START_TEST(a_connection_with_tls_is_kept)
{
    static const struct script_step steps[] = {
        { .reply = OK_EMPTY, .end = SCRIPT_KEEP },
        { .reply = OK_EMPTY },
    };
    char *certificate = http_kit_certificate("server", HERE);
    char *ca = trusted(TRUST_FILE, certificate);
    http_kit.http = http_open(ca, "", false);
    http_kit_serve(steps, 2, certificate);
    ck_assert_int_eq(http_kit_post("/one", "{}"), HTTP_ANSWERED);
    ck_assert_int_eq(http_kit_post("/two", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_uint_eq(http_kit.server.connections, 1);
    free(ca);
    free(certificate);
}
END_TEST

/* A server that plays the proxy, and behind its tunnel the platform. */
static void serve_proxy(const struct script_step *steps, size_t count, const char *certificate)
{
    http_kit.server = (struct script_server){
        .steps = steps, .count = count, .certificate = certificate, .plain_first = true
    };
    script_server_start(&http_kit.server);
}

#define TUNNEL                                                                                     \
    {                                                                                              \
        .reply = "HTTP/1.1 200 Go\r\n\r\n", .end = SCRIPT_KEEP, .then_tls = true                   \
    }

static const struct {
    const char *name;
    const char *names; /* of the certificate */
    struct script_step steps[2];
    size_t count;
    bool soon;
    enum http_outcome outcome;
} proxies[] = {
    { "through", BEHIND, { TUNNEL, { .reply = OK_EMPTY } }, 2, false, HTTP_ANSWERED },
    { "another host behind it", HERE, { TUNNEL, { .reply = OK_EMPTY } }, 2, false, HTTP_UNREACHED },
    { "cut behind it", BEHIND, { TUNNEL, { .reply = NULL } }, 2, false, HTTP_CUT },
    { "no tunnel",
      BEHIND,
      { { .reply = "HTTP/1.1 403 No\r\nContent-Length: 2\r\n\r\nno" } },
      1,
      false,
      HTTP_UNREACHED },
    { "wants a password",
      BEHIND,
      { { .reply = "HTTP/1.1 407 Who\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n"
                   "\r\n" } },
      1,
      false,
      HTTP_UNREACHED },
    { "closed for an answer", BEHIND, { { .reply = NULL } }, 1, false, HTTP_UNREACHED },
    { "reset for an answer", BEHIND, { { .end = SCRIPT_RESET } }, 1, false, HTTP_UNREACHED },
    { "silent", BEHIND, { { .end = SCRIPT_HOLD } }, 1, true, HTTP_UNREACHED },
    { "closed after the tunnel stood",
      BEHIND,
      { { .reply = "HTTP/1.1 200 Go\r\n\r\n" } },
      1,
      false,
      HTTP_UNREACHED },
};

START_TEST(the_configured_proxy_is_taken_and_learns_no_token)
{
    char *certificate = http_kit_certificate("server", proxies[_i].names);
    char *ca = memory_format("%s.crt", certificate);
    serve_proxy(proxies[_i].steps, proxies[_i].count, certificate);
    char *proxy = http_kit_url("http", "");
    http_kit.http = http_open(ca, proxy, false);
    ck_assert_int_eq(setenv("no_proxy", "*", 1), 0);
    ck_assert_int_eq(setenv("NO_PROXY", "platform.test", 1), 0);
    enum http_outcome outcome = post_to("https://platform.test/open-apis/x",
                                        proxies[_i].soon ? http_kit_soon() : http_kit_late());
    http_kit_finish();
    ck_assert_msg(outcome == proxies[_i].outcome, "%s: %s", proxies[_i].name, http_kit.error.text);
    ck_assert_uint_eq(http_kit.server.connections, 1);
    const char *connect = http_kit_request(0);
    ck_assert_msg(strncmp(connect, "CONNECT platform.test:443 ", 26) == 0, "%s", connect);
    ck_assert(strstr(connect, HTTP_KIT_TOKEN) == NULL && strstr(connect, "Authorization") == NULL);
    if (outcome == HTTP_ANSWERED)
        ck_assert(strstr(http_kit_request(1), "Bearer " HTTP_KIT_TOKEN) != NULL);
    free(proxy);
    free(ca);
    free(certificate);
}
END_TEST

START_TEST(a_proxy_that_is_down_means_nothing_happened)
{
    char *proxy = memory_format("http://127.0.0.1:%d", script_server_free_port());
    http_kit.http = http_open("/nonexistent", proxy, false);
    ck_assert_int_eq(post_to("https://platform.test/", http_kit_late()), HTTP_UNREACHED);
    free(proxy);
}
END_TEST

START_TEST(a_proxys_password_is_in_no_error)
{
    static const char *const tails[] = { "@[bad:1", "@127.0.0.1:99999", "@:1", "@%00:1" };
    for (int i = 0; i < COUNT(tails); i++) {
        char *proxy = memory_format("http://user:" HTTP_KIT_TOKEN "%s", tails[i]);
        http_kit.http = http_open("/nonexistent", proxy, false);
        ck_assert_int_eq(post_to("https://127.0.0.1:1/", http_kit_late()), HTTP_UNREACHED);
        http_kit_finish();
        free(proxy);
    }
}
END_TEST

START_TEST(plain_http_goes_past_the_proxy)
{
    char *proxy = memory_format("http://127.0.0.1:%d", script_server_free_port());
    http_kit.http = http_open("/nonexistent", proxy, true);
    http_kit_serve(answer_once, 1, NULL);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    free(proxy);
}
END_TEST

static const char *const variables[] = { "http_proxy", "HTTP_PROXY", "https_proxy",   "HTTPS_PROXY",
                                         "all_proxy",  "ALL_PROXY",  "REQUEST_METHOD" };

START_TEST(the_environment_chooses_no_proxy)
{
    bool tls = _i == 1;
    struct script_server trap = { .steps = answer_once, .count = 1 };
    char *certificate = http_kit_certificate("server", HERE);
    char *ca = memory_format("%s.crt", certificate);
    script_server_start(&trap);
    char *address = memory_format("http://127.0.0.1:%d", trap.port);
    for (int i = 0; i < COUNT(variables); i++)
        ck_assert_int_eq(setenv(variables[i], address, 1), 0);
    ck_assert_int_eq(unsetenv("no_proxy") | unsetenv("NO_PROXY"), 0);
    http_kit.http = http_open(ca, "", true);
    http_kit_serve(answer_once, 1, tls ? certificate : NULL);
    ck_assert_int_eq(http_kit_post("/", "{}"), HTTP_ANSWERED);
    http_kit_finish();
    script_server_stop(&trap);
    ck_assert_uint_eq(trap.connections, 0);
    script_server_release(&trap);
    free(address);
    free(ca);
    free(certificate);
}
END_TEST

START_TEST(the_environment_gives_no_password_and_no_certificates)
{
    static const struct script_step steps[] = {
        { .reply = "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=x\r\nContent-Length: 2\r\n"
                   "\r\n{}" },
    };
    char *certificate = http_kit_certificate("server", HERE);
    char *other = http_kit_certificate("wrong", HERE);
    char *ca = memory_format("%s.crt", certificate);
    char *command =
        memory_format("printf 'default login user password pw\\n' >%s/.netrc", http_kit.folder);
    http_kit_run(command);
    ck_assert_int_eq(setenv("HOME", http_kit.folder, 1), 0);
    ck_assert_int_eq(setenv("SSL_CERT_FILE", other, 1), 0);
    ck_assert_int_eq(setenv("CURL_CA_BUNDLE", other, 1), 0);
    http_kit.http = http_open(ca, "", false);
    http_kit_serve(steps, 1, certificate);
    char *url = http_kit_url("https", "/");
    const struct http_request request = { .method = "GET", .url = url };
    ck_assert_int_eq(http_kit_send(&request, http_kit_late()), HTTP_ANSWERED);
    http_kit_finish();
    ck_assert_int_eq(http_kit.response.status, 401);
    ck_assert(strstr(http_kit_request(0), "Authorization") == NULL);
    ck_assert_uint_eq(http_kit.server.connections, 1);
    free(url);
    free(command);
    free(ca);
    free(other);
    free(certificate);
}
END_TEST

static void fill(Suite *suite)
{
    http_kit_add(suite, "certificate", only_a_trusted_host_gets_the_request, COUNT(certificates));
    http_kit_add(suite, "issuer", an_unknown_issuer_is_named_with_what_is_trusted, 1);
    http_kit_add(suite, "break", a_request_has_left_only_after_the_handshake, COUNT(breaks));
    http_kit_add(suite, "reuse", a_connection_with_tls_is_kept, 1);
    http_kit_add(suite, "proxy", the_configured_proxy_is_taken_and_learns_no_token, COUNT(proxies));
    http_kit_add(suite, "proxy down", a_proxy_that_is_down_means_nothing_happened, 1);
    http_kit_add(suite, "proxy password", a_proxys_password_is_in_no_error, 1);
    http_kit_add(suite, "plain", plain_http_goes_past_the_proxy, 1);
    http_kit_add(suite, "environment", the_environment_chooses_no_proxy, 2);
    http_kit_add(suite, "ambient", the_environment_gives_no_password_and_no_certificates, 1);
}

SUITE_MAIN("http_tls", fill)
