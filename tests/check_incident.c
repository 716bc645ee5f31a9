/* An incident through its life. */
#include "suite.h"

#include <string.h>

#include "alert_kit.h"
#include "buf.h"
#include "error.h"
#include "incident.h"
#include "memory.h"

/* A payload of one alert. Caller frees. */
static char *one(const char *fingerprint, const char *status, const char *starts, const char *ends)
{
    return memory_format("{\"version\":\"4\",\"groupKey\":\"k\",\"alerts\":[{\"status\":\"%s\","
                         "\"labels\":{\"a\":\"%s\"},\"startsAt\":\"%s\",\"endsAt\":\"%s\","
                         "\"fingerprint\":\"%s\"}]}",
                         status, fingerprint, starts, ends, fingerprint);
}

static struct incident_change merge(struct incident *incident, const char *payload)
{
    struct incident_change change;
    struct alert_group group = alert_kit_group(payload);
    incident_merge(incident, &group, NOW_MS, &change);
    return change;
}

#define EARLY "2023-11-14T22:13:20Z"
#define LATE  "2023-11-14T23:13:20Z"
#define LATER "2023-11-14T23:30:00Z"
#define NEVER "0001-01-01T00:00:00Z"

static const struct {
    const char *name;
    const char *known[2]; /* status, starts; it has no end while it fires */
    const char *known_ends;
    const char *told[2];
    const char *told_ends;
    bool fires; /* afterwards */
    size_t joined;
    size_t resolved;
} merges[] = {
    { "the same again", { "firing", EARLY }, NEVER, { "firing", EARLY }, NEVER, true, 0, 0 },
    { "it ends", { "firing", EARLY }, NEVER, { "resolved", EARLY }, LATE, false, 0, 1 },
    { "an older word after its end",
      { "resolved", EARLY },
      LATE,
      { "firing", EARLY },
      NEVER,
      false,
      0,
      0 },
    { "it begins anew", { "resolved", EARLY }, LATE, { "firing", LATE }, NEVER, true, 1, 0 },
    { "an end that another saw begin earlier",
      { "firing", LATE },
      NEVER,
      { "resolved", EARLY },
      LATER,
      false,
      0,
      1 },
    { "an older end", { "resolved", EARLY }, LATER, { "resolved", EARLY }, LATE, false, 0, 0 },
    { "a beginning that is older",
      { "firing", LATE },
      NEVER,
      { "firing", EARLY },
      NEVER,
      true,
      0,
      0 },
    { "an end of long ago", { "firing", LATE }, NEVER, { "resolved", EARLY }, EARLY, true, 0, 0 },
};

START_TEST(merges_by_fingerprint)
{
    char *known = one("f1", merges[_i].known[0], merges[_i].known[1], merges[_i].known_ends);
    char *told = one("f1", merges[_i].told[0], merges[_i].told[1], merges[_i].told_ends);
    struct incident incident = alert_kit_incident(known);
    const struct incident_change change = merge(&incident, told);
    ck_assert_uint_eq(incident.group.count, 1);
    ck_assert_msg(incident.group.alerts[0].firing == merges[_i].fires, "%s", merges[_i].name);
    ck_assert_uint_eq(change.joined, merges[_i].joined);
    ck_assert_uint_eq(change.resolved, merges[_i].resolved);
    ck_assert(change.repeated == (change.joined == 0 && change.resolved == 0));
    ck_assert(incident_is_over(&incident) == !merges[_i].fires);
    incident_release(&incident);
    free(known);
    free(told);
}
END_TEST

/* Alertmanager leaves muted alerts out: what is absent stays as it was. */
START_TEST(keeps_what_is_absent)
{
    char *first = one("f1", "firing", EARLY, NEVER);
    char *second = one("f2", "firing", EARLY, NEVER);
    char *end = one("f2", "resolved", EARLY, LATE);
    struct incident incident = alert_kit_incident(first);
    struct incident_change change = merge(&incident, second);
    ck_assert_uint_eq(incident.group.count, 2);
    ck_assert_uint_eq(change.joined, 1);
    change = merge(&incident, end);
    ck_assert_uint_eq(change.resolved, 1);
    ck_assert(!incident_is_over(&incident));
    incident_release(&incident);
    free(first);
    free(second);
    free(end);
}
END_TEST

START_TEST(takes_the_newer_words)
{
    struct incident incident = alert_kit_incident("{\"title\":\"x\",\"text\":\"90%\"}");
    const struct incident_change change =
        merge(&incident, "{\"title\":\"x\",\"text\":\"95%\",\"status\":\"ok\"}");
    ck_assert_str_eq(incident.group.text, "95%");
    ck_assert_uint_eq(incident.group.count, 1);
    ck_assert_uint_eq(change.resolved, 1);
    ck_assert(incident_is_over(&incident));
    incident_release(&incident);
}
END_TEST

/* What tells no times happens when it is told; telling it again changes nothing. */
START_TEST(dates_what_is_not_dated)
{
    struct incident incident = alert_kit_incident("{\"title\":\"x\"}");
    const struct alert *alert = &incident.group.alerts[0];
    struct alert_group again = alert_kit_group("{\"title\":\"x\"}");
    struct alert_group over = alert_kit_group("{\"title\":\"x\",\"status\":\"ok\"}");
    struct incident_change change;
    ck_assert_int_eq(alert->starts_ms, NOW_MS);
    incident_merge(&incident, &again, NOW_MS + 5, &change);
    alert = &incident.group.alerts[0];
    ck_assert_int_eq(alert->starts_ms, NOW_MS);
    ck_assert(change.repeated);
    incident_merge(&incident, &over, NOW_MS + 9, &change);
    alert = &incident.group.alerts[0];
    ck_assert_int_eq(alert->starts_ms, NOW_MS);
    ck_assert_int_eq(alert->ends_ms, NOW_MS + 9);
    ck_assert(!alert->firing);
    incident_release(&incident);
}
END_TEST

/* The same alert twice in one payload is one, and the newer. */
START_TEST(unites_what_is_told_twice)
{
    static const char payload[] =
        "{\"version\":\"4\",\"groupKey\":\"k\",\"alerts\":["
        "{\"status\":\"resolved\",\"labels\":{\"a\":\"1\"},\"startsAt\":\"" EARLY
        "\",\"endsAt\":\"" LATE "\"},"
        "{\"status\":\"firing\",\"labels\":{\"a\":\"2\"},\"startsAt\":\"" EARLY "\"},"
        "{\"status\":\"firing\",\"labels\":{\"a\":\"1\"},\"startsAt\":\"" EARLY "\"}]}";
    struct incident incident = alert_kit_incident(payload);
    ck_assert_uint_eq(incident.group.count, 2);
    ck_assert_uint_eq(alert_count_firing(incident.group.alerts, 2), 1);
    const struct incident_change change = merge(&incident, payload);
    ck_assert_uint_eq(incident.group.count, 2);
    ck_assert(change.repeated);
    incident_release(&incident);
}
END_TEST

/* Alerts that were only counted do not join when they are told again. */
START_TEST(knows_what_it_counted)
{
    char *payload = alert_kit_payload(10, 0, "");
    struct incident incident = alert_kit_incident(payload);
    for (size_t i = 4; i < 10; i++)
        alert_release(&incident.group.alerts[i]);
    incident.group.count = 4;
    incident.uncounted[SEVERITY_CRITICAL] = 1;
    incident.uncounted[SEVERITY_WARNING] = 4;
    const struct incident_change change = merge(&incident, payload);
    ck_assert_uint_eq(incident.group.count, 10);
    ck_assert_uint_eq(change.joined, 1);
    ck_assert_uint_eq(incident.uncounted[SEVERITY_WARNING], 0);
    incident_release(&incident);
    free(payload);
}
END_TEST

/* The incident as it is stored. Caller frees. */
static char *print(const struct incident *incident)
{
    struct buf text = BUF_INIT(2 << 20);
    incident_print(incident, &text);
    ck_assert(!text.failed);
    return text.data;
}

START_TEST(is_stored_and_read)
{
    struct incident read;
    struct error error = ERROR_INIT;
    char *payload = alert_kit_payload(7, 3, ",\"odd\":\"\\\"<磁盘>\\n\"");
    struct incident incident = alert_kit_incident(payload);
    incident.stage = INCIDENT_OPEN;
    incident.message_id = memory_copy("om_1");
    incident.posted_ms = NOW_MS;
    incident.shown = memory_copy("digest");
    incident.silence_id = memory_copy("s-1");
    incident.pending_id = memory_copy("p-1");
    incident.silenced_until_ms = NOW_MS + 5;
    incident_deed_set(&incident.acknowledged, "ou_1", "张三", NOW_MS + 1);
    incident_deed_set(&incident.silenced, "ou_2", "李四", NOW_MS + 2);
    char *text = print(&incident);
    ck_assert_msg(incident_parse(text, strlen(text), &read, &error), "%s", error.text);
    char *again = print(&read);
    ck_assert_str_eq(again, text);
    ck_assert_int_eq(read.stage, INCIDENT_OPEN);
    ck_assert_str_eq(read.id, ALERT_KIT_ID);
    ck_assert_str_eq(read.message_id, "om_1");
    ck_assert_str_eq(read.acknowledged.name, "张三");
    ck_assert_str_eq(read.pending_id, "p-1");
    ck_assert_uint_eq(alert_count_firing(read.group.alerts, read.group.count), 4);
    incident_release(&read);
    incident_release(&incident);
    free(text);
    free(again);
    free(payload);
}
END_TEST

/* What does not fit into the store is counted; the most severe alerts stay. */
START_TEST(is_stored_within_its_bytes)
{
    struct incident read;
    struct error error = ERROR_INIT;
    char more[3000];
    memset(more, 'x', sizeof(more) - 1);
    more[sizeof(more) - 1] = '\0';
    memcpy(more, ",\"long\":\"", strlen(",\"long\":\""));
    memcpy(more + sizeof(more) - 2, "\"", 1);
    char *payload = alert_kit_payload(1000, 0, more);
    struct incident incident = alert_kit_incident(payload);
    char *text = print(&incident);
    ck_assert_uint_le(strlen(text), INCIDENT_BYTES_MAX);
    ck_assert(incident_parse(text, strlen(text), &read, &error));
    ck_assert_uint_lt(read.group.count, 400);
    ck_assert_uint_gt(read.group.count, 200);
    ck_assert_uint_eq(read.uncounted[SEVERITY_CRITICAL], 0);
    ck_assert_uint_eq(read.group.count + read.uncounted[SEVERITY_WARNING], 1000);
    incident_release(&read);
    incident_release(&incident);
    free(text);
    free(payload);
}
END_TEST

/* Also where one alert alone, the group or the source's text is huge. */
START_TEST(is_stored_however_large)
{
    struct buf huge = BUF_INIT(8 << 20);
    struct incident read;
    struct error error = ERROR_INIT;
    buf_add_text(&huge, "{\"title\":\"x\",\"labels\":{\"a\":\"b\"");
    for (int i = 0; i < 300; i++) {
        buf_add_format(&huge, ",\"n%d\":\"", i);
        for (int j = 0; j < 2000; j++)
            buf_add_text(&huge, j % 2 == 0 ? "\\\"" : "\\u0007");
        buf_add_text(&huge, "\"");
    }
    buf_add_text(&huge, "},\"text\":\"");
    for (int j = 0; j < 1 << 20; j++)
        buf_add_text(&huge, j % 2 == 0 ? "\\\\" : "\\n");
    buf_add_text(&huge, "\"}");
    struct incident incident = alert_kit_incident(buf_text(&huge));
    char *text = print(&incident);
    ck_assert_uint_le(strlen(text), INCIDENT_BYTES_MAX);
    ck_assert(incident_parse(text, strlen(text), &read, &error));
    ck_assert_uint_eq(read.group.count, 1);
    ck_assert_str_eq(read.group.title, "x");
    incident_release(&read);
    incident_release(&incident);
    free(text);
    buf_release(&huge);
}
END_TEST

static const char *const damaged[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"id\":\"x\",\"stage\":\"open\"}",
    "{\"stage\":\"open\"}",
    "{\"id\":7,\"stage\":\"open\"}",
};

START_TEST(is_refused_if_damaged)
{
    struct incident read;
    struct error error = ERROR_INIT;
    ck_assert(!incident_parse(damaged[_i], strlen(damaged[_i]), &read, &error));
    ck_assert_int_eq(error.kind, ERROR_STORE);
}
END_TEST

START_TEST(has_a_key_of_its_group)
{
    char *key = incident_key("ops", "{}:{a=\"b\"}");
    char *other = incident_key("ops", "{}:{a=\"c\"}");
    char *elsewhere = incident_key("web", "{}:{a=\"b\"}");
    ck_assert(strncmp(key, "incident:ops:", 13) == 0);
    ck_assert_str_ne(key, other);
    ck_assert_str_ne(key, elsewhere);
    free(key);
    free(other);
    free(elsewhere);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "merges by fingerprint", merges_by_fingerprint, COUNT(merges));
    suite_add(suite, "keeps what is absent", keeps_what_is_absent, 1);
    suite_add(suite, "takes the newer words", takes_the_newer_words, 1);
    suite_add(suite, "dates what is not dated", dates_what_is_not_dated, 1);
    suite_add(suite, "unites what is told twice", unites_what_is_told_twice, 1);
    suite_add(suite, "knows what it counted", knows_what_it_counted, 1);
    suite_add(suite, "is stored however large", is_stored_however_large, 1);
    suite_add(suite, "is stored and read", is_stored_and_read, 1);
    suite_add(suite, "is stored within its bytes", is_stored_within_its_bytes, 1);
    suite_add(suite, "is refused if damaged", is_refused_if_damaged, COUNT(damaged));
    suite_add(suite, "has a key of its group", has_a_key_of_its_group, 1);
}

SUITE_MAIN("incident", fill)
