/* An incident against what Alertmanager says. */
#include "suite.h"

#include <string.h>

#include "alert_kit.h"
#include "error.h"
#include "incident_compare.h"
#include "memory.h"
#include "tree.h"

#define MINUTE  INT64_C(60000)
#define STARTED (NOW_MS - 60 * MINUTE) /* of the Alertmanager */
#define EARLIER (STARTED - MINUTE)     /* of one before it */

/* Of the kit's payload; its fingerprints are 0000000000000000, 0000000000000001, … */
#define SINCE  "2023-11-14T22:13:20Z"
#define FUTURE "2023-11-14T22:20:00Z"
#define ALERT(number, silences)                                                                    \
    "{\"fingerprint\":\"000000000000000" number "\",\"startsAt\":\"" SINCE "\","                   \
    "\"endsAt\":\"" FUTURE "\",\"labels\":{\"alertname\":\"DiskFull\",\"cluster\":\"prod\"},"      \
    "\"status\":{\"state\":\"active\",\"silencedBy\":[" silences "]}}"
#define SILENCE(id, state, ends, comment)                                                          \
    "{\"id\":\"" id "\",\"status\":{\"state\":\"" state "\"},\"startsAt\":\"" SINCE "\","          \
    "\"endsAt\":\"" ends "\",\"createdBy\":\"alice\",\"comment\":\"" comment "\"}"
#define ENDS    "2023-11-15T00:00:00Z"
#define ENDS_MS (INT64_C(1700006400) * 1000)
#define LATER   "2023-11-15T04:00:00Z"

/* An open incident of two alerts that fire, both seen by the Alertmanager that began at server_ms.
 */
static struct incident two(int64_t server_ms)
{
    char *payload = alert_kit_payload(2, 0, "");
    struct incident incident = alert_kit_incident(payload);
    free(payload);
    incident.stage = INCIDENT_OPEN;
    for (size_t i = 0; i < incident.group.count; i++)
        incident.group.alerts[i].server_ms = server_ms;
    return incident;
}

static struct json_object *parse(const char *text)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse(text, strlen(text), &error);
    ck_assert_msg(tree != NULL, "%s: %s", error.text, text);
    return tree;
}

/* Whether the comparison changed the incident. */
static bool compare_at(struct incident *incident, int64_t started_ms, const char *alerts,
                       const char *silences)
{
    struct incident_facts facts;
    incident_facts_init(&facts, NOW_MS, started_ms, parse(alerts), parse(silences));
    const bool changed = incident_compare(incident, &facts);
    /* What was taken over once is the same the next time. */
    ck_assert(!incident_compare(incident, &facts));
    incident_facts_release(&facts);
    return changed;
}

static bool compare(struct incident *incident, const char *alerts, const char *silences)
{
    return compare_at(incident, STARTED, alerts, silences);
}

static size_t firing(const struct incident *incident)
{
    return alert_count_firing(incident->group.alerts, incident->group.count);
}

static const struct {
    const char *name;
    int64_t server_ms; /* where the alerts were seen last */
    int64_t started_ms;
    const char *alerts;
    size_t firing;
    bool changed;
} lists[] = {
    { "all as it was", STARTED, STARTED, "[" ALERT("0", "") "," ALERT("1", "") "]", 2, false },
    { "one is gone", STARTED, STARTED, "[" ALERT("0", "") "]", 1, true },
    { "all are gone", STARTED, STARTED, "[]", 0, true },
    { "others are none of ours", STARTED, STARTED,
      "[" ALERT("0", "") "," ALERT("1", "") "," ALERT("2", "") "]", 2, false },
    { "seen for the first time", 0, STARTED, "[" ALERT("0", "") "," ALERT("1", "") "]", 2, true },
    { "never seen there: another one told of them", 0, STARTED, "[]", 2, false },
    { "just started: it may have forgotten", EARLIER, NOW_MS - MINUTE, "[]", 2, false },
    { "just started, and one is told again", EARLIER, NOW_MS - MINUTE, "[" ALERT("1", "") "]", 2,
      true },
    { "started long ago: gone is gone", EARLIER, STARTED, "[]", 0, true },
    { "just started, but seen since", NOW_MS - MINUTE, NOW_MS - MINUTE, "[]", 0, true },
    { "its clock is ahead of ours", EARLIER, NOW_MS + MINUTE, "[]", 2, false },
    { "no fingerprints", 0, STARTED, "[{},7,null,{\"fingerprint\":7}]", 2, false },
};

START_TEST(takes_what_fires)
{
    struct incident incident = two(lists[_i].server_ms);
    const bool changed = compare_at(&incident, lists[_i].started_ms, lists[_i].alerts, "[]");
    ck_assert_msg(firing(&incident) == lists[_i].firing, "%s: %zu", lists[_i].name,
                  firing(&incident));
    ck_assert_msg(changed == lists[_i].changed, "%s", lists[_i].name);
    for (size_t i = 0; i < incident.group.count; i++) {
        const struct alert *alert = &incident.group.alerts[i];
        ck_assert_int_eq(alert->ends_ms, alert->firing ? 0 : NOW_MS);
    }
    incident_release(&incident);
}
END_TEST

/* It was told to have ended, and fires: only if that is newer. */
START_TEST(fires_again)
{
    struct incident incident = two(STARTED);
    struct alert *alert = &incident.group.alerts[0];
    alert->firing = false;
    alert->ends_ms = NOW_MS - 1;
    ck_assert(compare(&incident, "[" ALERT("0", "") "," ALERT("1", "") "]", "[]"));
    ck_assert(alert->firing);
    ck_assert_int_eq(alert->ends_ms, 0);
    alert->firing = false;
    alert->ends_ms = NOW_MS + 60 * MINUTE;
    ck_assert(!compare(&incident, "[" ALERT("0", "") "," ALERT("1", "") "]", "[]"));
    ck_assert(!alert->firing);
    incident_release(&incident);
}
END_TEST

/* What a payload or a button said after Alertmanager was asked is newer than its answer. */
START_TEST(leaves_what_is_newer_alone)
{
    struct incident incident = two(STARTED);
    incident.stored_ms = NOW_MS;
    ck_assert(!compare(&incident, "[]", "[]"));
    ck_assert_uint_eq(firing(&incident), 2);
    incident.stored_ms = NOW_MS - 1;
    ck_assert(compare(&incident, "[]", "[]"));
    ck_assert_uint_eq(firing(&incident), 0);
    incident_release(&incident);
}
END_TEST

START_TEST(leaves_other_sources_alone)
{
    struct incident incident = two(STARTED);
    incident.group.listed = false;
    ck_assert(!compare(&incident, "[]", "[]"));
    ck_assert_uint_eq(firing(&incident), 2);
    incident_release(&incident);
}
END_TEST

#define SILENCED "[" ALERT("0", "\"s1\"") "," ALERT("1", "\"s1\"") "]"

static const struct {
    const char *name;
    const char *known_id; /* the incident's silence before */
    const char *alerts;
    const char *silences;
    const char *id; /* afterwards; NULL: none */
    int64_t until_ms;
    const char *author;
    bool changed;
} silences[] = {
    { "from elsewhere", NULL, SILENCED, "[" SILENCE("s1", "active", ENDS, "") "]", "s1", ENDS_MS,
      "alice", true },
    { "its own: who pressed stays", "s1", SILENCED, "[" SILENCE("s1", "active", ENDS, "") "]", "s1",
      ENDS_MS, "张三", false },
    { "its own ends at another time now", "s1", SILENCED,
      "[" SILENCE("s1", "active", LATER, "") "]", "s1", ENDS_MS + 240 * MINUTE, "张三", true },
    { "gone", "s1", "[" ALERT("0", "") "," ALERT("1", "") "]", "[]", NULL, 0, NULL, true },
    { "expired", "s1", SILENCED, "[" SILENCE("s1", "expired", ENDS, "") "]", NULL, 0, NULL, true },
    { "not yet", NULL, SILENCED, "[" SILENCE("s1", "pending", ENDS, "") "]", NULL, 0, NULL, false },
    { "one of two", NULL, "[" ALERT("0", "\"s1\"") "," ALERT("1", "") "]",
      "[" SILENCE("s1", "active", ENDS, "") "]", NULL, 0, NULL, false },
    { "one of two fires", NULL, "[" ALERT("0", "\"s1\"") "]",
      "[" SILENCE("s1", "active", ENDS, "") "]", "s1", ENDS_MS, "alice", true },
    { "each by another: until the first ends", NULL,
      "[" ALERT("0", "\"s1\"") "," ALERT("1", "\"s2\"") "]",
      "[" SILENCE("s2", "active", LATER, "") "," SILENCE("s1", "active", ENDS, "") "]", "s1",
      ENDS_MS, "alice", true },
    { "twice: until the last ends", NULL,
      "[" ALERT("0", "\"s1\",\"s2\"") "," ALERT("1", "\"s2\",\"s1\"") "]",
      "[" SILENCE("s1", "active", ENDS, "") "," SILENCE("s2", "active", LATER, "") "]", "s2",
      ENDS_MS + 240 * MINUTE, "alice", true },
    { "its own before a longer one", "s1",
      "[" ALERT("0", "\"s1\",\"s2\"") "," ALERT("1", "\"s2\",\"s1\"") "]",
      "[" SILENCE("s2", "active", LATER, "") "," SILENCE("s1", "active", ENDS, "") "]", "s1",
      ENDS_MS, "张三", false },
    { "its own gone, another there", "s0", SILENCED, "[" SILENCE("s1", "active", ENDS, "") "]",
      "s1", ENDS_MS, "alice", true },
    { "not told of", NULL, SILENCED, "[]", NULL, 0, NULL, false },
    { "nonsense", NULL, SILENCED, "[7,{},{\"id\":7,\"status\":\"active\"}]", NULL, 0, NULL, false },
};

START_TEST(takes_silences)
{
    struct incident incident = two(STARTED);
    if (silences[_i].known_id != NULL) {
        incident.silence_id = memory_copy(silences[_i].known_id);
        incident.silenced_until_ms = ENDS_MS;
        incident_deed_set(&incident.silenced, "ou_1", "张三", NOW_MS);
    }
    const bool gone = strstr(silences[_i].alerts, "0000000000000001") == NULL;
    const bool changed = compare(&incident, silences[_i].alerts, silences[_i].silences);
    ck_assert_msg(changed == (silences[_i].changed || gone), "%s", silences[_i].name);
    ck_assert_msg((incident.silence_id == NULL) == (silences[_i].id == NULL), "%s",
                  silences[_i].name);
    if (silences[_i].id != NULL) {
        ck_assert_str_eq(incident.silence_id, silences[_i].id);
        ck_assert_msg(strcmp(incident.silenced.name, silences[_i].author) == 0, "%s: %s",
                      silences[_i].name, incident.silenced.name);
    }
    ck_assert_int_eq(incident.silenced_until_ms, silences[_i].until_ms);
    incident_release(&incident);
}
END_TEST

/* An alert that Alertmanager does not list may be silenced or not: only time ends a silence then.
 */
START_TEST(keeps_a_silence_it_cannot_judge)
{
    struct incident incident = two(0);
    incident.silence_id = memory_copy("s1");
    incident.silenced_until_ms = NOW_MS + 1;
    ck_assert(!compare(&incident, "[]", "[]"));
    ck_assert_str_eq(incident.silence_id, "s1");
    incident.silenced_until_ms = NOW_MS;
    ck_assert(compare(&incident, "[]", "[]"));
    ck_assert_ptr_null(incident.silence_id);
    incident_release(&incident);
}
END_TEST

/* A press that was not confirmed: its silence is known by its comment. */
START_TEST(finds_a_pending_silence)
{
    struct incident incident = two(STARTED);
    incident.pending_id = memory_copy("a1b2");
    ck_assert(!compare(&incident, "[" ALERT("0", "") "," ALERT("1", "") "]", "[]"));
    ck_assert_str_eq(incident.pending_id, "a1b2");
    ck_assert(
        compare(&incident, "[" ALERT("0", "\"s1\",\"s2\"") "," ALERT("1", "\"s1\",\"s2\"") "]",
                "[" SILENCE("s2", "active", LATER, "") "," SILENCE("s1", "active", ENDS,
                                                                   "card om_1, action a1b2") "]"));
    ck_assert_ptr_null(incident.pending_id);
    ck_assert_str_eq(incident.silence_id, "s1");
    ck_assert_str_eq(incident.silenced.name, "alice");
    incident_release(&incident);
}
END_TEST

/* Alerts that are only counted end with the last of their group. */
START_TEST(counts_what_it_cannot_look_up)
{
    struct incident incident = two(STARTED);
    incident.uncounted[SEVERITY_WARNING] = 7;
    ck_assert(compare(&incident, "[" ALERT("9", "") "]", "[]"));
    ck_assert_uint_eq(firing(&incident), 0);
    ck_assert_uint_eq(incident.uncounted[SEVERITY_WARNING], 7);
    ck_assert(!incident_is_over(&incident));
    ck_assert(compare(&incident, "[]", "[]"));
    ck_assert(incident_is_over(&incident));
    incident_release(&incident);
}
END_TEST

/* A payload that repeats an alert does not make it one that was never seen. */
START_TEST(stays_seen_when_it_is_told_again)
{
    struct incident_change change;
    struct incident incident = two(STARTED);
    char *payload = alert_kit_payload(2, 0, "");
    struct alert_group group = alert_kit_group(payload);
    ck_assert(group.listed);
    incident_merge(&incident, &group, NOW_MS, &change);
    ck_assert(compare(&incident, "[]", "[]"));
    ck_assert(incident_is_over(&incident));
    incident_release(&incident);
    free(payload);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "takes what fires", takes_what_fires, COUNT(lists));
    suite_add(suite, "fires again", fires_again, 1);
    suite_add(suite, "leaves what is newer alone", leaves_what_is_newer_alone, 1);
    suite_add(suite, "leaves other sources alone", leaves_other_sources_alone, 1);
    suite_add(suite, "takes silences", takes_silences, COUNT(silences));
    suite_add(suite, "keeps a silence it cannot judge", keeps_a_silence_it_cannot_judge, 1);
    suite_add(suite, "finds a pending silence", finds_a_pending_silence, 1);
    suite_add(suite, "counts what it cannot look up", counts_what_it_cannot_look_up, 1);
    suite_add(suite, "stays seen when it is told again", stays_seen_when_it_is_told_again, 1);
}

SUITE_MAIN("incident_compare", fill)
