/* What sources tell, in one shape. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "alert.h"
#include "config.h"
#include "error.h"
#include "labels.h"

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
    ck_assert_str_eq(group.title, "[FIRING:1] High CPU (web)");
    ck_assert(strncmp(group.text, "**Firing**", 10) == 0);
    ck_assert_str_eq(group.url, "https://grafana.example.com/");
    ck_assert_uint_eq(group.count, 1);
    const struct alert *alert = &group.alerts[0];
    ck_assert_str_eq(alert->dashboard_url, "https://grafana.example.com/d/abc?orgId=1");
    ck_assert_str_eq(alert->panel_url, "https://grafana.example.com/d/abc?orgId=1&viewPanel=2");
    ck_assert(strncmp(alert->silence_url, "https://grafana.example.com/alerting/silence/", 45) ==
              0);
    ck_assert_str_eq(alert->values, "[ var='B' labels={} value=97.4 ]");
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
    { "without a type", "", " {\"text\":\"x\"}", "", "x", true, SEVERITY_WARNING },
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
    suite_add(suite, "severities", severities, COUNT(words));
}

SUITE_MAIN("alert", fill)
