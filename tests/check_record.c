/* What the store knows of a message: read as it was written, and nothing else read at all. */
#include "suite.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "memory.h"
#include "record.h"

static bool same_text(const char *a, const char *b)
{
    return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Records as they are stored. */
static const struct {
    const char *stored;
    enum record_stage stage;
    enum record_purpose purpose;
    enum content_kind kind;
    const char *content;
    const char *command;
    int64_t sending_ms;
    bool fixed;
} records[] = {
    { "{\"stage\":\"done\"}", RECORD_DONE, RECORD_REPLY, CONTENT_TEXT, NULL, NULL, 0, false },
    { "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"pong\"}",
      RECORD_ANSWERING, RECORD_REPLY, CONTENT_TEXT, "pong", NULL, 0, false },
    { "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"\"}",
      RECORD_ANSWERING, RECORD_REPLY, CONTENT_TEXT, "", NULL, 0, false },
    { "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"a\\\"\\n中\","
      "\"sending\":1700000000000}",
      RECORD_ANSWERING, RECORD_REPLY, CONTENT_TEXT, "a\"\n中", NULL, NOW_MS, true },
    { "{\"stage\":\"answering\",\"purpose\":\"refused\",\"kind\":\"text\",\"content\":\"no\"}",
      RECORD_ANSWERING, RECORD_REFUSED, CONTENT_TEXT, "no", NULL, 0, true },
    { "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":\"restart\"}",
      RECORD_BEGUN, RECORD_RESULT, CONTENT_TEXT, NULL, "restart", 0, false },
    { "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"card\",\"content\":\"{}\","
      "\"command\":\"restart\"}",
      RECORD_FINISHED, RECORD_RESULT, CONTENT_CARD, "{}", "restart", 0, false },
    { "{\"stage\":\"finished\",\"purpose\":\"interrupted\",\"kind\":\"text\",\"content\":\"x\","
      "\"command\":\"restart\",\"sending\":1}",
      RECORD_FINISHED, RECORD_INTERRUPTED, CONTENT_TEXT, "x", "restart", 1, false },
    { "{\"stage\":\"finished\",\"purpose\":\"running\",\"kind\":\"text\",\"content\":\"x\"}",
      RECORD_FINISHED, RECORD_RUNNING, CONTENT_TEXT, "x", NULL, 0, false },
};

START_TEST(is_read)
{
    struct error error = ERROR_INIT;
    struct record record = RECORD_INIT;
    const char *stored = records[_i].stored;
    ck_assert_msg(record_parse(stored, strlen(stored), &record, &error), "%s", stored);
    ck_assert_int_eq(record.stage, records[_i].stage);
    ck_assert_int_eq(record.purpose, records[_i].purpose);
    ck_assert_int_eq(record.content.kind, records[_i].kind);
    ck_assert(same_text(record.content.text, records[_i].content));
    ck_assert(same_text(record.command, records[_i].command));
    ck_assert_int_eq(record.sending_ms, records[_i].sending_ms);
    ck_assert(record_is_fixed(&record) == records[_i].fixed);
    ck_assert_int_eq(error.kind, ERROR_NONE);
    record_release(&record);
    ck_assert_int_eq(record.stage, RECORD_NEW);
    ck_assert_ptr_null(record.content.text);
    ck_assert_ptr_null(record.command);
    ck_assert_int_eq(record.sending_ms, 0);
}
END_TEST

START_TEST(is_written)
{
    struct buf stored = BUF_INIT(10000);
    struct record record = {
        .stage = records[_i].stage,
        .purpose = records[_i].purpose,
        .content = { records[_i].kind,
                     records[_i].content == NULL ? NULL : memory_copy(records[_i].content) },
        .command = records[_i].command == NULL ? NULL : memory_copy(records[_i].command),
        .sending_ms = records[_i].sending_ms,
    };
    record_print(&record, &stored);
    ck_assert_str_eq(buf_text(&stored), records[_i].stored);
    buf_release(&stored);
    record_release(&record);
}
END_TEST

/* Of what is done, only that is kept: no word of what was said. */
START_TEST(done_keeps_nothing)
{
    struct buf stored = BUF_INIT(10000);
    struct record record = { RECORD_DONE,
                             RECORD_RESULT,
                             { CONTENT_TEXT, memory_copy("private") },
                             memory_copy("restart"),
                             NOW_MS };
    record_print(&record, &stored);
    ck_assert_str_eq(buf_text(&stored), "{\"stage\":\"done\"}");
    buf_release(&stored);
    record_release(&record);
}
END_TEST

/* A content of any size and kind of character comes back. */
START_TEST(survives_the_store)
{
    enum { LEN = 200000 };
    struct error error = ERROR_INIT;
    struct buf stored = BUF_INIT(1 << 20);
    struct record record = { .stage = RECORD_FINISHED, .purpose = RECORD_RESULT };
    record.content.text = memory_zero(LEN + 1, 1);
    for (int i = 0; i < LEN; i++)
        record.content.text[i] = (char)(1 + i % 127);
    char *text = memory_copy(record.content.text);
    record_print(&record, &stored);
    record_release(&record);
    ck_assert(!stored.failed);
    ck_assert(record_parse(buf_text(&stored), stored.len, &record, &error));
    ck_assert_str_eq(record.content.text, text);
    record_release(&record);
    buf_release(&stored);
    free(text);
}
END_TEST

/* What is no record. Whoever takes one of these for one sends something twice, or runs it. */
static const char *const broken[] = {
    "",
    " ",
    "x",
    "null",
    "[]",
    "\"done\"",
    "{}",
    "{\"stage\":\"done\"",
    "{\"stage\":\"done\"}}",
    "{\"stage\":null}",
    "{\"stage\":4}",
    "{\"stage\":\"\"}",
    "{\"stage\":\"DONE\"}",
    "{\"stage\":\"done\\u0000\"}",
    "{\"stage\":\"new\"}",
    "{\"stage\":\"new\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\"}",
    /* fields that are missing */
    "{\"stage\":\"answering\"}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\"}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"content\":\"x\"}",
    "{\"stage\":\"answering\",\"kind\":\"text\",\"content\":\"x\"}",
    "{\"stage\":\"begun\"}",
    "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\"}",
    "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"content\":\"x\"}",
    "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":\"x\"}",
    /* fields of another type or value */
    "{\"stage\":\"answering\",\"purpose\":\"other\",\"kind\":\"text\",\"content\":\"x\"}",
    "{\"stage\":\"answering\",\"purpose\":0,\"kind\":\"text\",\"content\":\"x\"}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"post\",\"content\":\"x\"}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":1}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":{}}",
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"a\\u0000b\"}",
    "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":[\"x\"]}",
    /* a time of the first POST that cannot be read is not "never" */
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":\"1700000000000\"}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":null}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":true}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":1.5}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":0}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":-5}"),
    ("{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\","
     "\"sending\":99999999999999999999}"),
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"x\xff\"}",
};

START_TEST(is_refused)
{
    struct error error = ERROR_INIT;
    struct record record = RECORD_INIT;
    record.sending_ms = 77;
    ck_assert_msg(!record_parse(broken[_i], strlen(broken[_i]), &record, &error), "%s", broken[_i]);
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_int_eq(record.stage, RECORD_NEW);
    ck_assert_int_eq(record.sending_ms, 77);
    ck_assert_ptr_null(record.content.text);
    ck_assert_ptr_null(record.command);
}
END_TEST

START_TEST(half_a_record)
{
    static const char whole[] = "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\","
                                "\"content\":\"x\",\"command\":\"y\",\"sending\":12}";
    for (size_t len = 0; len < sizeof(whole) - 1; len++) {
        struct error error = ERROR_INIT;
        struct record record = RECORD_INIT;
        ck_assert_msg(!record_parse(whole, len, &record, &error), "%.*s", (int)len, whole);
    }
}
END_TEST

/* Uuids are made from these: two alike would let the platform drop a message. */
START_TEST(purposes_have_names_of_their_own)
{
    for (int i = RECORD_REPLY; i <= RECORD_REFUSED; i++) {
        for (int j = RECORD_REPLY; j < i; j++)
            ck_assert_str_ne(record_purpose_name((enum record_purpose)i),
                             record_purpose_name((enum record_purpose)j));
    }
    /* They stay as they are: a record may be sent by another version than wrote it. */
    ck_assert_str_eq(record_purpose_name(RECORD_REPLY), "reply");
    ck_assert_str_eq(record_purpose_name(RECORD_RUNNING), "running");
    ck_assert_str_eq(record_purpose_name(RECORD_RESULT), "result");
    ck_assert_str_eq(record_purpose_name(RECORD_INTERRUPTED), "interrupted");
    ck_assert_str_eq(record_purpose_name(RECORD_REFUSED), "refused");
}
END_TEST

static const struct {
    enum record_stage stage;
    enum record_purpose purpose;
    int64_t sending_ms;
    bool fixed;
} fixed[] = {
    { RECORD_NEW, RECORD_REPLY, 0, false },        { RECORD_ANSWERING, RECORD_REPLY, 0, false },
    { RECORD_ANSWERING, RECORD_REPLY, 1, true },   { RECORD_ANSWERING, RECORD_REFUSED, 0, true },
    { RECORD_ANSWERING, RECORD_REFUSED, 1, true }, { RECORD_BEGUN, RECORD_RESULT, 0, false },
    { RECORD_FINISHED, RECORD_RESULT, 1, false },  { RECORD_DONE, RECORD_REPLY, 0, false },
};

START_TEST(says_whether_an_answer_is_fixed)
{
    const struct record record = { .stage = fixed[_i].stage,
                                   .purpose = fixed[_i].purpose,
                                   .sending_ms = fixed[_i].sending_ms };
    ck_assert(record_is_fixed(&record) == fixed[_i].fixed);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is read", is_read, COUNT(records));
    suite_add(suite, "is written", is_written, COUNT(records));
    suite_add(suite, "done keeps nothing", done_keeps_nothing, 1);
    suite_add(suite, "survives the store", survives_the_store, 1);
    suite_add(suite, "is refused", is_refused, COUNT(broken));
    suite_add(suite, "half a record", half_a_record, 1);
    suite_add(suite, "purposes have names of their own", purposes_have_names_of_their_own, 1);
    suite_add(suite, "says whether an answer is fixed", says_whether_an_answer_is_fixed,
              COUNT(fixed));
}

SUITE_MAIN("record", fill)
