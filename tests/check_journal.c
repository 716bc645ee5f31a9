/* What is noted of the past: ids and times, the last twenty, and nothing of our own tools. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "journal.h"
#include "mark.h"
#include "memory.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"

SERVICE_KIT_CLOCKS

enum { LAST = 20, PROCESSES = 4, NOTES = 4 };

/* The journal as it is stored, or NULL. Caller frees. */
static struct json_object *journal(void)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(STORE_VALUE_MAX);
    enum store_result result =
        store_get(service_kit.service.store, JOURNAL_KEY, service_kit.wall_ms, &text, &error);
    struct json_object *tree =
        result == STORE_OK ? tree_parse_object(buf_text(&text), text.len, &error) : NULL;
    ck_assert(result == STORE_ABSENT || tree != NULL);
    buf_release(&text);
    return tree;
}

static int64_t number(struct json_object *tree, const char *key)
{
    int64_t value = -1;
    (void)tree_int(tree, key, &value);
    return value;
}

static void note(bool challenge, const char *event_id)
{
    const struct journal_entry entry = { .challenge = challenge,
                                         .event_id = event_id,
                                         .type = "im.message.receive_v1",
                                         .message_id = "om_1",
                                         .chat_id = "oc_1",
                                         .reply_id = "om_2",
                                         .status = 200,
                                         .took_ms = 321 };
    journal_note(&service_kit.service, &entry);
}

START_TEST(an_event)
{
    static const char *const texts[][2] = { { "event_id", "ev_1" },
                                            { "type", "im.message.receive_v1" },
                                            { "message_id", "om_1" },
                                            { "chat_id", "oc_1" },
                                            { "reply_id", "om_2" } };
    note(false, "ev_1");
    struct json_object *tree = journal();
    struct json_object *events = tree_array(tree, "events");
    ck_assert_int_eq(number(tree, "event"), NOW_MS);
    ck_assert(!tree_has(tree, "challenge"));
    ck_assert_uint_eq(tree_count(events), 1);
    struct json_object *event = tree_at(events, 0);
    for (int i = 0; i < COUNT(texts); i++)
        ck_assert_str_eq(tree_text(event, texts[i][0]), texts[i][1]);
    ck_assert_int_eq(number(event, "time"), NOW_MS);
    ck_assert_int_eq(number(event, "status"), 200);
    ck_assert_int_eq(number(event, "ms"), 321);
    tree_free(tree);
}
END_TEST

START_TEST(a_challenge)
{
    ck_assert_int_eq(mark_get(service_kit.state, JOURNAL_MARK), 0);
    note(true, "challenge text");
    ck_assert_int_eq(mark_get(service_kit.state, JOURNAL_MARK), NOW_MS);
    ck_assert_ptr_null(journal());
}
END_TEST

/* The time of each kind is its own. */
START_TEST(one_after_the_other)
{
    note(true, "c");
    service_kit.wall_ms += 1000;
    note(false, "ev_1");
    service_kit.wall_ms += 1000;
    note(false, "ev_2");
    service_kit.wall_ms += 1000;
    note(true, "c");
    struct json_object *tree = journal();
    ck_assert_int_eq(mark_get(service_kit.state, JOURNAL_MARK), NOW_MS + 3000);
    ck_assert(!tree_has(tree, "challenge"));
    ck_assert_int_eq(number(tree, "event"), NOW_MS + 2000);
    ck_assert_uint_eq(tree_count(tree_array(tree, "events")), 2);
    tree_free(tree);
}
END_TEST

START_TEST(the_last_events)
{
    static const int counts[] = { 19, 20, 21, 75 };
    int count = counts[_i];
    for (int i = 0; i < count; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "ev_%d", i);
        note(false, id);
    }
    int kept = count < LAST ? count : LAST;
    struct json_object *tree = journal();
    struct json_object *events = tree_array(tree, "events");
    ck_assert_uint_eq(tree_count(events), (size_t)kept);
    for (int i = 0; i < kept; i++) {
        char id[16];
        (void)snprintf(id, sizeof(id), "ev_%d", count - kept + i);
        ck_assert_str_eq(tree_text(tree_at(events, (size_t)i), "event_id"), id);
    }
    tree_free(tree);
}
END_TEST

/* Our own tools are handled as others, but leave no trace. */
START_TEST(of_our_own_tools)
{
    static const struct {
        const char *id;
        bool noted;
    } rows[] = { { "feishu-setup-", false },  { "feishu-setup-1", false }, { "feishu-setup", true },
                 { "xfeishu-setup-1", true }, { "Feishu-setup-1", true },  { "", true } };
    note(_i % 2 == 1, rows[_i / 2].id);
    struct json_object *tree = journal();
    const bool is_noted = tree != NULL || mark_get(service_kit.state, JOURNAL_MARK) != 0;
    ck_assert_msg(is_noted == rows[_i / 2].noted, "%s", rows[_i / 2].id);
    tree_free(tree);
}
END_TEST

/* A journal that is damaged begins anew; one that a later version wrote keeps what it has besides.
 */
START_TEST(whatever_was_there)
{
    static const char *const journals[] = { "",
                                            "x",
                                            "[]",
                                            "{}",
                                            "{\"events\":{}}",
                                            "{\"events\":\"x\"}",
                                            "{\"event\":\"x\",\"events\":null}",
                                            "{\"later\":1,\"events\":[]}" };
    service_kit_store(JOURNAL_KEY, journals[_i]);
    note(false, "ev_1");
    struct json_object *tree = journal();
    ck_assert_uint_eq(tree_count(tree_array(tree, "events")), 1);
    ck_assert_int_eq(number(tree, "event"), NOW_MS);
    ck_assert(tree_has(tree, "later") == (_i == COUNT(journals) - 1));
    tree_free(tree);
}
END_TEST

/* One entry that is too large costs itself, not those before it. */
START_TEST(an_entry_too_large)
{
    char *large = memory_zero(STORE_VALUE_MAX + 1, 1);
    memset(large, 'x', STORE_VALUE_MAX);
    const struct journal_entry entry = {
        .event_id = "ev_2", .type = large, .message_id = "", .chat_id = "", .reply_id = ""
    };
    note(false, "ev_1");
    journal_note(&service_kit.service, &entry);
    struct json_object *tree = journal();
    ck_assert_str_eq(tree_text(tree_at(tree_array(tree, "events"), 0), "event_id"), "ev_1");
    tree_free(tree);
    free(large);
}
END_TEST

START_TEST(without_a_store)
{
    service_kit_break_store();
    note(false, "ev_1");
    note(true, "c");
    service_kit_mend_store();
    ck_assert_ptr_null(journal());
    ck_assert_str_eq(buf_text(&service_kit.log.held), "");
}
END_TEST

static void note_a_few(const void *context)
{
    const int *process = context;
    for (int i = 0; i < NOTES; i++) {
        char id[32];
        (void)snprintf(id, sizeof(id), "ev_%d_%d", *process, i);
        note(false, id);
    }
}

START_TEST(at_the_same_time)
{
    int numbers[PROCESSES];
    pid_t processes[PROCESSES];
    for (int i = 0; i < PROCESSES; i++) {
        numbers[i] = i;
        processes[i] = store_kit_fork(note_a_few, &numbers[i]);
    }
    for (int i = 0; i < PROCESSES; i++)
        ck_assert_int_eq(store_kit_wait(processes[i]), 0);
    struct json_object *tree = journal();
    ck_assert_uint_eq(tree_count(tree_array(tree, "events")), PROCESSES * NOTES);
    tree_free(tree);
}
END_TEST

static void fill(Suite *suite)
{
    service_kit_add(suite, "an event", an_event, 1);
    service_kit_add(suite, "a challenge", a_challenge, 1);
    service_kit_add(suite, "one after the other", one_after_the_other, 1);
    service_kit_add(suite, "the last events", the_last_events, 4);
    service_kit_add(suite, "of our own tools", of_our_own_tools, 12);
    service_kit_add(suite, "whatever was there", whatever_was_there, 8);
    service_kit_add(suite, "an entry too large", an_entry_too_large, 1);
    service_kit_add(suite, "without a store", without_a_store, 1);
    service_kit_add(suite, "at the same time", at_the_same_time, 1);
}

SUITE_MAIN("journal", fill)
