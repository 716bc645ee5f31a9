/* Digests of a storm: what they list, how large they get, and how they are stored. */
#include "suite.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "alert_card.h"
#include "alert_kit.h"
#include "buf.h"
#include "card_rules.h"
#include "digest.h"
#include "error.h"
#include "memory.h"
#include "tree.h"

static struct digest_line line_of(int number, enum alert_severity severity, uint64_t firing,
                                  const char *title)
{
    struct digest_line line = { .severity = severity, .firing = firing };
    (void)snprintf(line.incident, sizeof(line.incident), "%032d", number);
    line.title = memory_copy(title);
    return line;
}

/* The card as text. Caller frees. */
static char *print_card(const struct digest_line *const *lines, size_t count,
                        const struct digest_view *view)
{
    struct buf text = BUF_INIT(1 << 20);
    struct json_object *card = digest_card(lines, count, view);
    ck_assert_int_eq(card_rules_judge(card).reason, 0);
    tree_print(card, &text);
    tree_free(card);
    return text.data;
}

static const struct {
    enum language language;
    const char *has;
} says[] = {
    { LANGUAGE_ZH, "[告警风暴 3] 严重 1，警告 2" },
    { LANGUAGE_ZH, "**严重**\\n- a\\n" },
    { LANGUAGE_ZH, "**警告**\\n- c ×7\\n- b\\n" },
    { LANGUAGE_ZH, "<at id=ou_1></at> <at id=all></at> " },
    { LANGUAGE_ZH, "\"default_url\":\"https://am.example.com/x\"" },
    { LANGUAGE_ZH, "\"template\":\"red\"" },
    { LANGUAGE_EN, "[ALERT STORM 3] 1 critical, 2 warning" },
    { LANGUAGE_EN, "**critical**\\n- a\\n" },
};

START_TEST(lists_by_severity_and_count)
{
    static const char *const people[] = { "ou_1", "all" };
    const struct digest_view view = { says[_i].language, "https://am.example.com/x", people, 2 };
    struct digest_line lines[] = {
        line_of(1, SEVERITY_WARNING, 1, "b"),
        line_of(2, SEVERITY_CRITICAL, 1, "a"),
        line_of(3, SEVERITY_WARNING, 7, "c"),
    };
    const struct digest_line *order[] = { &lines[0], &lines[1], &lines[2] };
    qsort(order, COUNT(order), sizeof(struct digest_line *), digest_line_compare);
    char *text = print_card(order, COUNT(order), &view);
    ck_assert_msg(strstr(text, says[_i].has) != NULL, "%s\nis not in %s", says[_i].has, text);
    free(text);
    for (int i = 0; i < COUNT(lines); i++)
        digest_line_release(&lines[i]);
}
END_TEST

START_TEST(ends_in_green)
{
    static const char *const people[] = { "ou_1" };
    const struct digest_view view = { LANGUAGE_ZH, "", people, 1 };
    char *text = print_card(NULL, 0, &view);
    ck_assert_ptr_nonnull(strstr(text, "[告警风暴已结束]"));
    ck_assert_ptr_nonnull(strstr(text, "\"template\":\"green\""));
    ck_assert_ptr_null(strstr(text, "<at"));
    free(text);
}
END_TEST

/* Whatever the titles hold, as many lines as may stand on a card make one that can be posted. */
static const char *const titles[] = { "x", "\"\\\"\\\"\\\"\\",
                                      "<at id=all></at><font color='red'>](http://a)",
                                      "磁盘空间不足 磁盘空间不足" };

START_TEST(fits_into_a_request)
{
    enum { LINES_MAX = 5000, PERSON_LEN = 40 };
    const char *people[DIGEST_PEOPLE_MAX];
    struct buf title = BUF_INIT(4096);
    static struct digest_line lines[LINES_MAX];
    static const struct digest_line *order[LINES_MAX];
    size_t used = 0;
    size_t count = 0;
    for (int i = 0; i < DIGEST_PEOPLE_MAX; i++)
        people[i] = "ou_0123456789abcdef0123456789abcdef";
    for (int i = 0; i <= _i % 2 * 20; i++)
        buf_add_text(&title, titles[_i / 2]);
    const struct digest_view view = { LANGUAGE_ZH, "https://am.example.com/x", people,
                                      DIGEST_PEOPLE_MAX };
    for (; count < LINES_MAX && used <= DIGEST_LINES_BYTES; count++) {
        lines[count] = line_of((int)count, (enum alert_severity)(count % SEVERITY_COUNT), 1000000,
                               buf_text(&title));
        used += digest_line_cost(&lines[count]);
        order[count] = &lines[count];
    }
    count--; /* the one that was too much */
    qsort(order, count, sizeof(struct digest_line *), digest_line_compare);
    struct json_object *card = digest_card(order, count, &view);
    ck_assert_uint_le(alert_card_size(card, ALERT_CARD_APP), ALERT_CARD_APP_MAX);
    ck_assert_uint_gt(alert_card_size(card, ALERT_CARD_APP), 15000);
    tree_free(card);
    char *text = print_card(order, count, &(struct digest_view){ LANGUAGE_ZH, "", NULL, 0 });
    ck_assert_ptr_null(strstr(text, "<at"));
    ck_assert_ptr_null(strstr(text, "<font"));
    ck_assert_ptr_null(strstr(text, "]("));
    free(text);
    for (size_t i = 0; i <= count; i++)
        digest_line_release(&lines[i]);
    buf_release(&title);
}
END_TEST

START_TEST(knows_what_it_shows)
{
    char said[DIGEST_SAID_LEN];
    struct storm storm = { NULL, 0 };
    struct storm read;
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(1 << 20);
    struct digest_line line = line_of(1, SEVERITY_WARNING, 1, "b");
    ck_assert(!storm_shows(&storm, &line));
    struct digest *digest = storm_begin(&storm);
    digest->message_id = memory_copy("om_1");
    digest->posted_ms = 5;
    digest->joined_ms = 6;
    digest_said(&line, said);
    tree_set_text(digest->shown, line.incident, said);
    digest = storm_begin(&storm);
    digest->sending_ms = 7;
    (void)storm_begin(&storm);
    storm_tidy(&storm);
    ck_assert_uint_eq(storm.count, 2);
    storm_print(&storm, &text);
    ck_assert(storm_parse(buf_text(&text), text.len, &read, &error));
    ck_assert_uint_eq(read.count, 2);
    ck_assert(storm_shows(&read, &line));
    ck_assert_str_eq(read.digests[0].message_id, "om_1");
    ck_assert_str_eq(read.digests[0].id, storm.digests[0].id);
    ck_assert_int_eq(read.digests[0].posted_ms, 5);
    ck_assert_int_eq(read.digests[0].joined_ms, 6);
    ck_assert_int_eq(read.digests[1].sending_ms, 7);
    ck_assert_ptr_null(read.digests[1].message_id);
    line.firing = 2;
    ck_assert(!storm_shows(&read, &line));
    line.firing = 1;
    line.severity = SEVERITY_CRITICAL;
    ck_assert(!storm_shows(&read, &line));
    ck_assert_ptr_eq(storm_find(&read, line.incident), &read.digests[0]);
    storm_release(&read);
    storm_release(&storm);
    buf_release(&text);
    digest_line_release(&line);
}
END_TEST

static const char *const damaged[] = {
    "",
    "{",
    "[]",
    "{}",
    "{\"digests\":{}}",
    "{\"digests\":[1]}",
    "{\"digests\":[{\"id\":\"x\",\"shown\":{}}]}",
    "{\"digests\":[{\"id\":\"0123456789abcdef0123456789abcdef\"}]}",
};

START_TEST(is_refused_if_damaged)
{
    struct storm storm;
    struct error error = ERROR_INIT;
    ck_assert(!storm_parse(damaged[_i], strlen(damaged[_i]), &storm, &error));
    ck_assert_int_eq(error.kind, ERROR_STORE);
}
END_TEST

START_TEST(is_called_as_its_card_is)
{
    char *payload = alert_kit_payload(3, 1, "");
    struct incident incident = alert_kit_incident(payload);
    incident.uncounted[SEVERITY_WARNING] = 4;
    struct digest_line line = digest_line(&incident, LANGUAGE_ZH);
    char *title = alert_card_title(&incident, LANGUAGE_ZH);
    ck_assert_str_eq(line.title, title);
    ck_assert_str_eq(line.incident, incident.id);
    ck_assert_uint_eq(line.firing, 6);
    digest_line_release(&line);
    incident_release(&incident);
    free(title);
    free(payload);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "lists by severity and count", lists_by_severity_and_count, COUNT(says));
    suite_add(suite, "ends in green", ends_in_green, 1);
    suite_add(suite, "fits into a request", fits_into_a_request, 2 * COUNT(titles));
    suite_add(suite, "knows what it shows", knows_what_it_shows, 1);
    suite_add(suite, "is refused if damaged", is_refused_if_damaged, COUNT(damaged));
    suite_add(suite, "is called as its card is", is_called_as_its_card_is, 1);
}

SUITE_MAIN("digest", fill)
