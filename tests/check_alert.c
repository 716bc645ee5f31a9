/* What sources tell, in one shape. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "alert.h"
#include "config.h"
#include "error.h"
#include "cipher.h"
#include "labels.h"
#include "memory.h"
#include "tree.h"

static char house_words[2][32] = { "P0=critical", "一般=info" };
static char *house_items[] = { house_words[0], house_words[1] };
static const struct config_list house = { house_items, 2 };

/* Reads a file of tests/data/alerts. Caller releases. */
static struct alert_group read_file(const char *name)
{
    static char body[1 << 20];
    char path[128];
    struct alert_group group;
    struct error error = ERROR_INIT;
    (void)snprintf(path, sizeof(path), "tests/data/alert/%s", name);
    FILE *file = fopen(path, "re");
    ck_assert_msg(file != NULL, "%s", path);
    const size_t len = fread(body, 1, sizeof(body), file);
    (void)fclose(file);
    ck_assert_msg(alert_read("application/json", body, len, &house, &group, &error), "%s: %s", name,
                  error.text);
    return group;
}

START_TEST(alertmanager)
{
    struct alert_group group = read_file("alertmanager.json");
    ck_assert_str_eq(group.key,
                     "{}/{severity=~\"^(?:critical|warning)$\"}:{alertname=\"DiskFull\", "
                     "cluster=\"prod\"}");
    ck_assert_str_eq(group.title, "");
    ck_assert_str_eq(group.url, "http://alertmanager.example.com:9093");
    ck_assert(!group.single);
    ck_assert_uint_eq(group.left_out, 2);
    ck_assert_str_eq(labels_get(group.labels, "cluster"), "prod");
    ck_assert_uint_eq(group.count, 3);
    const struct alert *alert = &group.alerts[0];
    ck_assert_str_eq(alert->fingerprint, "1a2b3c4d5e6f7081");
    ck_assert(alert->firing);
    ck_assert_int_eq(alert->starts_ms, NOW_MS);
    ck_assert_int_eq(alert->ends_ms, 0);
    ck_assert_int_eq(alert->severity, SEVERITY_CRITICAL);
    ck_assert_str_eq(labels_get(alert->labels, "instance"), "n1:9100");
    ck_assert_str_eq(labels_get(alert->annotations, "summary"), "Disk almost full");
    ck_assert_str_eq(alert->source_url, "http://prometheus.example.com:9090/graph?g0.expr=x%3E1");
    ck_assert_str_eq(alert->runbook_url, "https://wiki.example.com/disk");
    ck_assert(!group.alerts[2].firing);
    ck_assert_int_eq(group.alerts[2].ends_ms, NOW_MS + 60000);
    ck_assert_uint_eq(alert_count_firing(group.alerts, group.count), 2);
    ck_assert_int_eq(alert_worst(group.alerts, group.count), SEVERITY_CRITICAL);
    alert_group_release(&group);
}
END_TEST

START_TEST(grafana)
{
    struct alert_group group = read_file("grafana.json");
    ck_assert_str_eq(group.title, ""); /* Grafana's own templates say what the card says */
    ck_assert_str_eq(group.text, "");
    ck_assert(!group.listed && !group.single);
    ck_assert_str_eq(group.url, "https://grafana.example.com/");
    ck_assert_uint_eq(group.count, 1);
    const struct alert *alert = &group.alerts[0];
    ck_assert_str_eq(alert->dashboard_url, "https://grafana.example.com/d/abc?orgId=1");
    ck_assert_str_eq(alert->panel_url, "https://grafana.example.com/d/abc?orgId=1&viewPanel=2");
    ck_assert(strncmp(alert->silence_url, "https://grafana.example.com/alerting/silence/", 45) ==
              0);
    ck_assert_str_eq(alert->values, "B=97.4");
    alert_group_release(&group);
}
END_TEST

/* Bodies that are one alert of its own. */
static const struct {
    const char *name;
    const char *type;
    const char *body;
    const char *title;
    const char *text;
    bool firing;
    enum alert_severity severity;
} singles[] = {
    { "a text", "text/plain", "backup of db1 failed\n", "backup of db1 failed", "", true,
      SEVERITY_WARNING },
    { "lines", "", "\n backup failed\n\ntar: no space\nleft\n", "backup failed",
      "tar: no space\nleft", true, SEVERITY_WARNING },
    { "a form's type", "application/x-www-form-urlencoded", "disk 90% [x]", "disk 90% [x]", "",
      true, SEVERITY_WARNING },
    { "our JSON", "application/json",
      "{\"title\":\"Backup\",\"text\":\"db1\\nfailed\",\"severity\":\"P0\",\"status\":\"firing\"}",
      "Backup", "db1\nfailed", true, SEVERITY_CRITICAL },
    { "without a type", "", " {\"text\":\"x\\ny\"}", "x", "y", true, SEVERITY_WARNING },
    { "marked as UTF-8", "", "\xef\xbb\xbf{\"title\":\"x\"}", "x", "", true, SEVERITY_WARNING },
    { "another type of JSON", "application/json-seq", "x", "x", "", true, SEVERITY_WARNING },
    { "control characters", "text/plain", "a\x1b[31mb\r\nc\x07", "a\uFFFD[31mb", "c\uFFFD", true,
      SEVERITY_WARNING },
    { "over", "", "{\"title\":\"x\",\"status\":\"OK\"}", "x", "", false, SEVERITY_WARNING },
    { "over, in Chinese", "", "{\"title\":\"x\",\"status\":\"恢复\",\"severity\":\"一般\"}", "x",
      "", false, SEVERITY_INFO },
    { "severity among the labels", "", "{\"title\":\"x\",\"labels\":{\"severity\":\"info\"}}", "x",
      "", true, SEVERITY_INFO },
};

START_TEST(single)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    ck_assert_msg(alert_read(singles[_i].type, singles[_i].body, strlen(singles[_i].body), &house,
                             &group, &error),
                  "%s: %s", singles[_i].name, error.text);
    ck_assert(group.single);
    ck_assert_str_eq(group.title, singles[_i].title);
    ck_assert_str_eq(group.text, singles[_i].text);
    ck_assert_uint_eq(group.count, 1);
    ck_assert(group.alerts[0].firing == singles[_i].firing);
    ck_assert_int_eq(group.alerts[0].severity, singles[_i].severity);
    ck_assert_str_ne(group.key, "");
    alert_group_release(&group);
}
END_TEST

static char *key_of(const char *body)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    static char key[256];
    ck_assert(alert_read("", body, strlen(body), &house, &group, &error));
    (void)snprintf(key, sizeof(key), "%s", group.key);
    alert_group_release(&group);
    return key;
}

/* What belongs together has one key, whatever else is told of it. */
START_TEST(keys)
{
    char one[256];
    (void)snprintf(one, sizeof(one), "%s", key_of("{\"title\":\"x\",\"text\":\"90%\"}"));
    ck_assert_str_eq(one, key_of("{\"title\":\"x\",\"text\":\"95%\",\"status\":\"ok\"}"));
    ck_assert_str_ne(one, key_of("{\"title\":\"y\"}"));
    ck_assert_str_ne(one, key_of("{\"title\":\"x\",\"labels\":{\"a\":\"b\"}}"));
    ck_assert_str_eq("mine", key_of("{\"title\":\"x\",\"key\":\"mine\"}"));
    (void)snprintf(one, sizeof(one), "%s", key_of("backup failed\nat 1:00"));
    ck_assert_str_eq(one, key_of("backup failed\nat 2:00"));
}
END_TEST

static const struct {
    const char *type;
    const char *body;
} refused[] = {
    { "application/json", "" },
    { "", "" },
    { "text/plain", " \n" },
    { "application/json", "text" },
    { "Application/JSON; charset=utf-8", "text" },
    { "text/plain", " {" },
    { "text/plain", "[x] disk full" },
    { "text/plain", "\xef\xbb\xbf{" },
    { "text/plain", "\xef\xbb\xbf" },
    { "", "{\"title\":7}" },
    { "", "{\"text\":\" \\n\"}" },
    { "", "{\"title\":\"x\"} y" },
    { "", "{\"version\":4,\"groupKey\":\"x\",\"alerts\":[{\"status\":\"firing\",\"labels\":{}}]}" },
    { "",
      "{\"version\":\"4\",\"groupKey\":\"x\",\"alerts\":[{\"status\":\"firing\",\"labels\":[]}]}" },
    { "", "{\"orgId\":1,\"alerts\":[{\"status\":\"alerting\",\"labels\":{}}]}" },
    { "", "{" },
    { "", "[]" },
    { "", "{}" },
    { "", "{\"a\":1}" },
    { "", "{\"title\":\"\"}" },
    { "",
      "{\"version\":\"3\",\"groupKey\":\"x\",\"alerts\":[{\"status\":\"firing\",\"labels\":{}}]}" },
    { "", "{\"version\":\"4\",\"groupKey\":\"x\",\"alerts\":[]}" },
    { "", "{\"version\":\"4\",\"groupKey\":\"x\",\"alerts\":[{\"status\":\"x\",\"labels\":{}}]}" },
    { "", "{\"version\":\"4\",\"groupKey\":\"x\",\"alerts\":[{\"status\":\"firing\"}]}" },
    { "", "{\"version\":\"4\",\"groupKey\":\"x\",\"alerts\":[7]}" },
    { "text/plain", "\xff\xfe" },
};

START_TEST(wrong)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    ck_assert_msg(!alert_read(refused[_i].type, refused[_i].body, strlen(refused[_i].body), &house,
                              &group, &error),
                  "%s", refused[_i].body);
    ck_assert_int_eq(error.kind, ERROR_INVALID);
    ck_assert_str_ne(error.text, "");
}
END_TEST

/* A payload of Alertmanager's with these members in its only alert, and in its group. Caller
 * releases. */
static struct alert_group read_one(const char *member, const char *group_member)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    char *body = memory_format("{\"version\":\"4\",\"groupKey\":\"k\",%s\"alerts\":[{%s\"status\":"
                               "\"firing\",\"labels\":{\"a\":\"b\"}}]}",
                               group_member, member);
    ck_assert_msg(alert_read("", body, strlen(body), &house, &group, &error), "%s: %s", body,
                  error.text);
    free(body);
    return group;
}

static const struct {
    const char *told;
    const char *read;
} urls[] = {
    { "http://a/b?c=d", "http://a/b?c=d" },
    { "https://a/磁 盘", "https://a/%E7%A3%81%20%E7%9B%98" },
    { "http://a/(b)[c]", "http://a/%28b%29%5Bc%5D" },
    { "http://a/<at id=all></at>", "http://a/%3Cat%20id=all%3E%3C/at%3E" },
    { "javascript:alert(1)", "" },
    { "ftp://a", "" },
    { "//a", "" },
    { "http://a\\nb", "" },
    { "", "" },
};

START_TEST(addresses)
{
    char *member = memory_format("\"generatorURL\":\"%s\",\"annotations\":{\"runbook\":\"%s\"},",
                                 urls[_i].told, urls[_i].told);
    struct alert_group group = read_one(member, "");
    ck_assert_str_eq(group.alerts[0].source_url, urls[_i].read);
    ck_assert_str_eq(group.alerts[0].runbook_url, urls[_i].read);
    alert_group_release(&group);
    free(member);
}
END_TEST

static const struct {
    const char *member;
    const char *read;
} values[] = {
    { "\"valueString\":\"[ x ]\",", "[ x ]" },
    { "\"values\":{\"B\":97.41234567890123,\"A\":1},\"valueString\":\"x\",", "A=1, B=97.4123" },
    { "\"values\":null,\"valueString\":\"no data\",", "no data" },
    { "\"values\":{\"B\":123456789},", "B=123456789" },
    { "\"values\":{},", "" },
};

START_TEST(measured_values)
{
    struct alert_group group = read_one(values[_i].member, "");
    ck_assert_str_eq(group.alerts[0].values, values[_i].read);
    alert_group_release(&group);
}
END_TEST

/* An end is told of what is over only; a time that cannot be read is none. */
START_TEST(times)
{
    struct alert_group group =
        read_one("\"startsAt\":\"soon\",\"endsAt\":\"2023-11-14T22:13:20Z\",", "");
    ck_assert_int_eq(group.alerts[0].starts_ms, 0);
    ck_assert_int_eq(group.alerts[0].ends_ms, 0);
    alert_group_release(&group);
}
END_TEST

static const struct {
    const char *member; /* of the group */
    const char *title;
    const char *text;
} grafanas[] = {
    { "\"title\":\"[FIRING:1, RESOLVED:2] CPU (web)\",", "CPU (web)", "" },
    { "\"title\":\"[RESOLVED] CPU (web)\",", "CPU (web)", "" },
    { "\"title\":\"[RESOLVED] CPU (web)\",\"groupLabels\":{\"alertname\":\"CPU\"},", "", "" },
    { "\"title\":\"[web] CPU\",\"groupLabels\":{\"alertname\":\"CPU\"},", "[web] CPU", "" },
    { "\"title\":\"[FIRING:1\",", "[FIRING:1", "" },
    { "\"title\":\"x\",\"message\":\"\\n**Firing**\\n\\nValue\",", "x", "" },
    { "\"title\":\"x\",\"message\":\"**Resolved**\",", "x", "" },
    { "\"title\":\"x\",\"message\":\"look at\\nit\",", "x", "look at\nit" },
};

START_TEST(grafana_words)
{
    char *members = memory_format("\"orgId\":1,%s", grafanas[_i].member);
    struct alert_group group = read_one("", members);
    ck_assert_str_eq(group.title, grafanas[_i].title);
    ck_assert_str_eq(group.text, grafanas[_i].text);
    alert_group_release(&group);
    free(members);
}
END_TEST

/* Without a fingerprint, or with one that is none, an alert is known by its labels. */
START_TEST(fingerprints)
{
    char *hex = memory_zero(200, 1);
    memset(hex, 'a', 199);
    char *member = memory_format("\"fingerprint\":\"%s\",", hex);
    struct alert_group one = read_one("", "");
    struct alert_group other = read_one(member, "");
    ck_assert_uint_eq(strlen(one.alerts[0].fingerprint), 16);
    ck_assert_str_eq(one.alerts[0].fingerprint, other.alerts[0].fingerprint);
    alert_group_release(&one);
    alert_group_release(&other);
    free(member);
    free(hex);
}
END_TEST

/* Whatever the size of a body, what is kept of it fits into the store. */
START_TEST(large_texts)
{
    static char body[4 << 20];
    struct alert_group group;
    struct error error = ERROR_INIT;
    memset(body, 'x', sizeof(body));
    ck_assert(alert_read("text/plain", body, sizeof(body), &house, &group, &error));
    ck_assert_uint_eq(strlen(group.title), 16384);
    alert_group_release(&group);
    memset(body, '\n', sizeof(body));
    body[0] = 'x';
    ck_assert(alert_read("text/plain", body, sizeof(body), &house, &group, &error));
    ck_assert_str_eq(group.title, "x");
    alert_group_release(&group);
    char *key = memory_format("{\"title\":\"x\",\"key\":\"%.*s\"}", 5000, body + 1);
    memset(key + 20, 'k', 5000);
    ck_assert(alert_read("", key, strlen(key), &house, &group, &error));
    ck_assert_uint_eq(strlen(group.key), CIPHER_HEX_LEN - 1);
    alert_group_release(&group);
    free(key);
}
END_TEST

/* A script's own card; what no chat could show is refused. */
START_TEST(cards)
{
    struct alert_group group;
    struct error error = ERROR_INIT;
    static const char *const good[] = { "{\"schema\":\"2.0\",\"body\":{}}",
                                        "{\"card\":{\"schema\":\"2.0\"},\"title\":\"x\"}" };
    for (int i = 0; i < COUNT(good); i++) {
        ck_assert(alert_read("", good[i], strlen(good[i]), &house, &group, &error));
        ck_assert_str_eq(tree_text(group.card, "schema"), "2.0");
        alert_group_release(&group);
    }
    char *filling = memory_zero(70001, 1);
    memset(filling, 'x', 70000);
    char *body = memory_format("{\"schema\":\"2.0\",\"x\":\"%s\"}", filling);
    ck_assert(!alert_read("", body, strlen(body), &house, &group, &error));
    free(body);
    free(filling);
}
END_TEST

/* What matters most comes first: what fires, the severe, the old. */
START_TEST(order)
{
    static char names[][2] = { "0", "1", "2", "3", "4", "5" };
    struct alert alerts[] = {
        { names[0], false, .severity = SEVERITY_CRITICAL, .starts_ms = 1 },
        { names[1], true, .severity = SEVERITY_INFO, .starts_ms = 1 },
        { names[2], true, .severity = SEVERITY_CRITICAL, .starts_ms = 9 },
        { names[3], true, .severity = SEVERITY_CRITICAL, .starts_ms = 8 },
        { names[4], true, .severity = SEVERITY_WARNING, .starts_ms = 1 },
        { names[5], true, .severity = SEVERITY_CRITICAL, .starts_ms = 9 },
    };
    const struct alert **ordered = alert_order(alerts, COUNT(alerts));
    char said[COUNT(alerts) + 1] = "";
    for (int i = 0; i < COUNT(alerts); i++)
        said[i] = ordered[i]->fingerprint[0];
    ck_assert_str_eq(said, "325410");
    ck_assert_int_eq(alert_worst(alerts, 2), SEVERITY_INFO);
    ck_assert_int_eq(alert_worst(alerts, 1), SEVERITY_CRITICAL);
    free(ordered);
}
END_TEST

static const struct {
    const char *word;
    enum alert_severity severity;
} words[] = {
    { "critical", SEVERITY_CRITICAL }, { "CRITICAL", SEVERITY_CRITICAL },
    { "page", SEVERITY_CRITICAL },     { "严重", SEVERITY_CRITICAL },
    { "P0", SEVERITY_CRITICAL },       { "p0", SEVERITY_CRITICAL },
    { "warning", SEVERITY_WARNING },   { "", SEVERITY_WARNING },
    { "what", SEVERITY_WARNING },      { "info", SEVERITY_INFO },
    { "一般", SEVERITY_INFO },         { "none", SEVERITY_INFO },
};

START_TEST(severities)
{
    ck_assert_msg(alert_severity_of(words[_i].word, &house) == words[_i].severity, "%s",
                  words[_i].word);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "Alertmanager", alertmanager, 1);
    suite_add(suite, "Grafana", grafana, 1);
    suite_add(suite, "single", single, COUNT(singles));
    suite_add(suite, "keys", keys, 1);
    suite_add(suite, "wrong", wrong, COUNT(refused));
    suite_add(suite, "addresses", addresses, COUNT(urls));
    suite_add(suite, "measured values", measured_values, COUNT(values));
    suite_add(suite, "times", times, 1);
    suite_add(suite, "Grafana's words", grafana_words, COUNT(grafanas));
    suite_add(suite, "fingerprints", fingerprints, 1);
    suite_add(suite, "large texts", large_texts, 1);
    suite_add(suite, "cards", cards, 1);
    suite_add(suite, "order", order, 1);
    suite_add(suite, "severities", severities, COUNT(words));
}

SUITE_MAIN("alert", fill)
