/* Symptom in, the right sentence out: a server that answers in each of the wrong ways. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "knock_kit.h"
#include "memory.h"
#include "store_kit.h"
#include "suite.h"

#define ANSWER(status, type, body)                                                                 \
    "HTTP/1.1 " status " X\r\nContent-Type: " type "\r\nConnection: close\r\n\r\n" body
#define OURS(status)       ANSWER(status, "application/json; charset=utf-8", "{\"error\":\"any\"}")
#define NGINX(status)      ANSWER(status, "text/html", "<html><hr><center>nginx/1.22.1</center></html>")
#define BARE(status, text) ANSWER(status, "text/plain", text)
#define PAGE(status, body) ANSWER(status, "text/html; charset=utf-8", "<!DOCTYPE html>" body)

static const struct {
    const char *name;
    const char *reply;
    const char *detail;
    const char *fix;
} answers[] = {
    { "moved", "HTTP/1.1 301 X\r\nLocation: https://bot.example.com/y\r\nContent-Length: 0\r\n\r\n",
      "301: redirected to \"https://bot.example.com/y\", and Feishu follows no redirect",
      "without a redirect" },
    { "moved by nginx",
      "HTTP/1.1 308 X\r\nLocation: /login\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n"
      "<html><center>nginx</center></html>",
      "redirected to \"/login\"", NULL },
    { "moved nowhere", "HTTP/1.1 302 X\r\nContent-Length: 0\r\n\r\n", "redirected to \"\"", NULL },
    { "moved, with a terminal's escape",
      "HTTP/1.1 302 X\r\nLocation: /\x1b[31m\xff\r\nContent-Length: 0\r\n\r\n",
      "redirected to \"/\xef\xbf\xbd[31m\xef\xbf\xbd\"", NULL },
    { "our 401", OURS("401"), "401: the bot refuses it as not coming from Feishu",
      "FEISHU_CONFIG" },
    { "our 404", OURS("404"), "not at this path, or it has neither verification_token",
      "/feishu/event" },
    { "our 405", OURS("405"), "takes no events at this path", "/feishu/event" },
    { "our 500", OURS("500"), "cannot use its configuration", "journalctl" },
    { "our 503", OURS("503"), "its store cannot be used", "feishu-setup check" },
    { "our 413", OURS("413"), "413: the bot refuses the request", "log" },
    { "nginx's 400", NGINX("400"), "plain HTTP for TLS", "https://" },
    { "nginx's 401", NGINX("401"), "password", "auth_basic" },
    { "nginx's 403", NGINX("403"), "403: nginx refuses it", "deny" },
    { "nginx's 404", NGINX("404"), "nginx has no location for this path", "feishu-setup nginx" },
    { "nginx's 405", NGINX("405"), "serves files", "location" },
    { "nginx's 413", NGINX("413"), "no body of that size", "client_max_body_size" },
    { "nginx's 502", NGINX("502"), "nginx does not reach the bot", "feishu-cgi.socket" },
    { "nginx's 503", NGINX("503"), "too many requests", "limit_req" },
    { "nginx's 504", NGINX("504"), "does not answer nginx in time", "workers" },
    { "nginx's 500", NGINX("500"), "500: nginx answers in the bot's place", "error.log" },
    { "openresty", PAGE("403", "<html><center>openresty</center></html>"), "nginx refuses it",
      NULL },
    { "fcgiwrap's 403", BARE("403", "403 Forbidden\r\n"), "fcgiwrap does not run the program",
      "SCRIPT_FILENAME" },
    { "fcgiwrap's 502",
      BARE("502", "An error occurred while reading CGI reply (no response received)\n"),
      "ends without an answer", "feishu-cgi.service" },
    { "not fcgiwrap's", BARE("200", "403 Forbidden\r\n"), "something else than the bot answers",
      NULL },
    { "Aliyun's page", PAGE("403", "<html><title>Non-compliance ICP Filing</title></html>"),
      "403: not the bot answers, but the page about a missing ICP filing (备案) of 阿里云 · "
      "Alibaba Cloud",
      "接入备案" },
    { "Aliyun's older page",
      PAGE("403", "<script>x.src=\"http://batit.aliyun.com/alww.html\"</script>"),
      "阿里云 · Alibaba Cloud", NULL },
    { "Tencent's page",
      "HTTP/1.1 302 X\r\nLocation: https://dnspod.qcloud.com/static/webblock.html?d=a\r\n"
      "Content-Length: 0\r\n\r\n",
      "腾讯云 · Tencent Cloud", "备案" },
    { "Huawei's page",
      PAGE("200", "<html>该网站未备案<a href=\"https://www.huaweicloud.com\"></html>"),
      "华为云 · Huawei Cloud", NULL },
    { "somebody's page", PAGE("200", "<html><body>网站暂未完成备案</body></html>"),
      "200: not the bot answers, but a page about a missing ICP filing (备案)", "备案" },
    { "somebody's page in GBK", ANSWER("403", "text/html; charset=gbk", "<html>\xb1\xb8\xb0\xb8"),
      "a page about a missing ICP filing", NULL },
    { "a site that is filed", PAGE("200", "<html><title>公司</title>备案号：粤ICP备12345号</html>"),
      "200: a web page (title: \"公司\") instead of JSON", "WAF" },
    { "a site", PAGE("200", "<html><head><title lang=en>\n Log  in\n</title></html>"),
      "a web page (title: \"Log in\") instead of JSON", "login page" },
    { "a site's 404", PAGE("404", "<html></html>"), "404: a web page (title: \"\")", NULL },
    { "a title with a terminal's escape", PAGE("200", "<html><title>\x1b]0;x\x07</title>"),
      "(title: \"\xef\xbf\xbd]0;x\xef\xbf\xbd\")", NULL },
    { "an endless title",
      PAGE("200", "<html><title>0123456789012345678901234567890123456789"
                  "0123456790123456中文</title>"),
      "90123456中\")", NULL },
    { "another program", ANSWER("200", "application/json", "{\"challenge\":\"other\"}"),
      "200: another program answers", "another bot" },
    { "another program's 404", ANSWER("404", "application/json", "{\"code\":404}"),
      "404: another program answers", NULL },
    { "a list", ANSWER("200", "application/json", "[]"), "something else than the bot answers",
      NULL },
    { "nothing", ANSWER("200", "application/json", ""), "something else than the bot answers",
      NULL },
    { "words", ANSWER("200", "text/plain", "ok"), "something else than the bot answers", NULL },
    { "half an answer", "HTTP/1.1 200 X\r\nContent-Length: 10\r\n\r\n{", "no whole answer",
      "nginx" },
    { "no HTTP", "SSH-2.0-OpenSSH\r\n", "no whole answer", NULL },
    { "the challenge with another status",
      ANSWER("500", "application/json", "{\"challenge\":\"any\"}"), "500: another program answers",
      NULL },
};

START_TEST(each_answer_is_explained)
{
    const struct script_step steps[] = { { .reply = answers[_i].reply } };
    knock_kit_serve(steps, 1, "/feishu/event");
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    ck_assert(!knock_kit.knock.answers);
    knock_kit_finish();
    knock_kit_expect(answers[_i].name, FINDING_FAIL, answers[_i].detail, answers[_i].fix);
    ck_assert_msg(knock_kit.finding.fix != NULL, "%s: no fix", answers[_i].name);
}
END_TEST

static const struct {
    const char *name;
    const char *url;
    const char *connect_to;
    const char *detail;
    const char *fix;
} nobody[] = {
    { "refused", "http://127.0.0.1:1/x", NULL, "http://127.0.0.1:1/x: the connection is refused",
      "security group" },
    { "refused there", "https://bot.example.com/x", "127.0.0.1:1",
      "127.0.0.1:1: the connection is refused", "systemctl status nginx" },
    { "no name", "http://name..invalid/", NULL, "the name name..invalid has no address in the DNS",
      "A record" },
    { "no name there", "http://bot.example.com/", "name..invalid:443",
      "--connect-to: name..invalid:443 is not found", "127.0.0.1:443" },
};

START_TEST(who_does_not_answer_is_explained)
{
    knock_kit_open(nobody[_i].url);
    knock_kit.knock.connect_to = nobody[_i].connect_to;
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    knock_kit_expect(nobody[_i].name, FINDING_FAIL, nobody[_i].detail, nobody[_i].fix);
}
END_TEST

/* Time is told by what happened, not by this machine's clock: an answer is made up. */
static const struct {
    const char *name;
    enum http_outcome outcome;
    enum http_trouble trouble;
    const char *detail;
    const char *fix;
} late[] = {
    { "no connection", HTTP_UNREACHED, HTTP_TROUBLE_TIME, "no connection (Connection timed out)",
      "drops what is sent" },
    { "no answer", HTTP_CUT, HTTP_TROUBLE_TIME,
      "connected, but no answer within 5.0 s, and Feishu waits 1 s", "workers" },
    { "cut off in TLS", HTTP_UNREACHED, HTTP_TROUBLE_TLS, "no TLS (Connection timed out)",
      "ICP filing (备案)" },
};

START_TEST(what_took_too_long_is_explained)
{
    struct knock_answer answer = { .outcome = late[_i].outcome,
                                   .response = HTTP_RESPONSE_INIT,
                                   .trouble = "Connection timed out",
                                   .ms = 5000 };
    answer.response.trouble = late[_i].trouble;
    knock_kit_open("https://bot.example.com/x");
    knock_explain(&knock_kit.knock, &answer, &knock_kit.finding);
    knock_kit_expect(late[_i].name, FINDING_FAIL, late[_i].detail, late[_i].fix);
}
END_TEST

START_TEST(without_key_and_token_nothing_is_sent)
{
    static const struct script_step steps[] = { { .reply = OURS("404") } };
    knock_kit_configure("");
    knock_kit_serve(steps, 1, "/");
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    knock_kit_finish();
    knock_kit_expect("neither", FINDING_FAIL,
                     "neither verification_token nor encrypt_key is configured",
                     "Encryption Strategy");
    ck_assert_uint_eq(knock_kit.server.connections, 0);
}
END_TEST

/* Real certificates, each wrong in its own way. */
static const struct {
    const char *certificate;
    const char *detail; /* NULL: none is wrong with it, and the server then says nothing */
    const char *fix;
} certificates[] = {
    { "lone", "the chain is incomplete", "fullchain.pem" },
    { "self", "signed by itself", "certbot" },
    { "expired", "has expired", "certbot renew" },
    { "misnamed", "is for other.example.com, not for bot.example.com", "bot.example.com" },
    { "foreign", "leads to none of the certificates", "known authority" },
    { "good", "no whole answer", "error.log" },
};

static char *folder;

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

START_TEST(what_is_wrong_with_a_certificate_is_told)
{
    /* The look at the certificate is a connection of its own. */
    static const struct script_step steps[] = { { .reply = NULL }, { .reply = NULL } };
    char *path = memory_format("%s/%s.pem", folder, certificates[_i].certificate);
    char *lines = memory_format(" encrypt_key = 'k'\n ca = '%s/root.crt'\n", folder);
    knock_kit_configure(lines);
    knock_kit.server =
        (struct script_server){ .steps = steps, .count = COUNT(steps), .certificate = path };
    script_server_start(&knock_kit.server);
    char *there = memory_format("127.0.0.1:%d", knock_kit.server.port);
    knock_kit_open("https://bot.example.com/feishu/event");
    knock_kit.knock.connect_to = there;
    knock_challenge(&knock_kit.knock, &knock_kit.finding);
    knock_kit_finish();
    knock_kit_expect(certificates[_i].certificate, FINDING_FAIL, certificates[_i].detail,
                     certificates[_i].fix);
    free(there);
    free(lines);
    free(path);
}
END_TEST

static void fill(Suite *suite)
{
    knock_kit_add(suite, "answers", each_answer_is_explained, COUNT(answers));
    knock_kit_add(suite, "nobody", who_does_not_answer_is_explained, COUNT(nobody));
    knock_kit_add(suite, "late", what_took_too_long_is_explained, COUNT(late));
    knock_kit_add(suite, "unable", without_key_and_token_nothing_is_sent, 1);
    TCase *tcase = knock_kit_case("certificates");
    tcase_add_unchecked_fixture(tcase, make_certificates, remove_certificates);
    tcase_add_loop_test(tcase, what_is_wrong_with_a_certificate_is_told, 0, COUNT(certificates));
    suite_add_tcase(suite, tcase);
}

SUITE_MAIN("setup: what answers", fill)
