/* What a runner is handed: it arrives as it was sent, or not at all. */
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "error.h"
#include "job.h"
#include "memory.h"
#include "suite.h"
#include "tree.h"

enum { JOB_MAX = 4 << 20 };

/* A job of the words, handed over: what arrives. Caller releases. */
static bool hand_over(const char *const *words, struct json_object *event, struct job *arrived)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(JOB_MAX);
    struct command_line line = { memory_zero(70, sizeof(char *)), 0 };
    for (; words[line.count] != NULL; line.count++)
        line.words[line.count] = memory_copy(words[line.count]);
    const struct job job = {
        .key = "message:om_1",
        .message_id = "om_1",
        .chat_id = "oc_1",
        .sender_id = "ou_1",
        .line = line,
        .timeout_ms = 60000,
        .started_ms = INT64_C(1) << 60,
        .event = event,
    };
    job_print(&job, &text);
    command_line_release(&line);
    bool whole = !text.failed && job_parse(buf_text(&text), text.len, arrived, &error);
    ck_assert(whole == (error.kind == ERROR_NONE));
    buf_release(&text);
    return whole;
}

static struct json_object *parse(const char *text)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse_object(text, strlen(text), &error);
    ck_assert_ptr_nonnull(tree);
    return tree;
}

START_TEST(arrives)
{
    static const char *const words[] = { "restart", "a b", "", "\"'\\", "中😀", "\x01\n", NULL };
    static const char event[] =
        "{\"message\":{\"content\":\"{\\\"text\\\":\\\"<at>\\\"}\"},\"n\":1}";
    struct json_object *tree = parse(event);
    struct buf printed = BUF_INIT(1000);
    struct job job;
    ck_assert(hand_over(words, tree, &job));
    tree_free(tree); /* the job has its own */
    ck_assert_str_eq(job.key, "message:om_1");
    ck_assert_str_eq(job.message_id, "om_1");
    ck_assert_str_eq(job.chat_id, "oc_1");
    ck_assert_str_eq(job.sender_id, "ou_1");
    ck_assert_int_eq(job.timeout_ms, 60000);
    ck_assert_int_eq(job.started_ms, INT64_C(1) << 60);
    ck_assert_uint_eq(job.line.count, COUNT(words) - 1);
    for (size_t i = 0; words[i] != NULL; i++)
        ck_assert_str_eq(job.line.words[i], words[i]);
    ck_assert_ptr_null(job.line.words[job.line.count]);
    tree_print(job.event, &printed);
    ck_assert_str_eq(buf_text(&printed), event);
    buf_release(&printed);
    job_release(&job);
    ck_assert_ptr_null(job.tree);
    ck_assert_ptr_null(job.line.words);
}
END_TEST

START_TEST(as_many_words_as_there_can_be)
{
    const char *words[65] = { NULL };
    struct json_object *tree = tree_new_object();
    struct job job;
    for (int i = 0; i < 64; i++)
        words[i] = "word";
    ck_assert(hand_over(words, tree, &job));
    ck_assert_uint_eq(job.line.count, 64);
    job_release(&job);
    tree_free(tree);
}
END_TEST

START_TEST(without_words)
{
    static const char *const words[] = { NULL };
    struct json_object *tree = tree_new_object();
    struct job job;
    ck_assert(!hand_over(words, tree, &job));
    tree_free(tree);
}
END_TEST

/* A large event, nested as deep as one can be that was read itself. */
START_TEST(any_event)
{
    static const char *const words[] = { "job", NULL };
    struct buf text = BUF_INIT(JOB_MAX);
    struct job job;
    buf_add_text(&text, "{\"large\":\"");
    for (int i = 0; i < 1000000; i++)
        buf_add(&text, "x", 1);
    buf_add_text(&text, "\"}");
    struct json_object *large = parse(buf_text(&text));
    ck_assert(hand_over(words, large, &job));
    ck_assert_uint_eq(strlen(tree_text(job.event, "large")), 1000000);
    job_release(&job);
    tree_free(large);
    buf_clear(&text);
    /* The event is one level below the whole, which is read 32 levels deep; so is the job. */
    for (int i = 0; i < 30; i++)
        buf_add_text(&text, "{\"a\":");
    buf_add_text(&text, "{}");
    for (int i = 0; i < 30; i++)
        buf_add_text(&text, "}");
    struct json_object *deep = parse(buf_text(&text));
    ck_assert(hand_over(words, deep, &job));
    job_release(&job);
    tree_free(deep);
    buf_release(&text);
}
END_TEST

#define REST                                                                                       \
    "\"message_id\":\"m\",\"chat_id\":\"c\",\"sender_id\":\"s\",\"timeout_ms\":1,"                 \
    "\"started_ms\":2"

static const struct {
    const char *name;
    const char *text;
    bool whole;
} jobs[] = {
    { "whole", "{\"key\":\"k\",\"words\":[\"w\"],\"event\":{}," REST "}", true },
    { "nothing", "", false },
    { "no JSON", "job", false },
    { "a list", "[]", false },
    { "empty", "{}", false },
    { "no key", "{\"words\":[\"w\"],\"event\":{}," REST "}", false },
    { "a key that is a number", "{\"key\":1,\"words\":[\"w\"],\"event\":{}," REST "}", false },
    { "no event", "{\"key\":\"k\",\"words\":[\"w\"]," REST "}", false },
    { "an event that is a text", "{\"key\":\"k\",\"words\":[\"w\"],\"event\":\"\"," REST "}",
      false },
    { "no words", "{\"key\":\"k\",\"event\":{}," REST "}", false },
    { "words that are none", "{\"key\":\"k\",\"words\":{},\"event\":{}," REST "}", false },
    { "an empty list of words", "{\"key\":\"k\",\"words\":[],\"event\":{}," REST "}", false },
    { "a word that is a number", "{\"key\":\"k\",\"words\":[\"w\",1],\"event\":{}," REST "}",
      false },
    { "a word that is null", "{\"key\":\"k\",\"words\":[null],\"event\":{}," REST "}", false },
    { "a word with a NUL", "{\"key\":\"k\",\"words\":[\"w\",\"a\\u0000b\"],\"event\":{}," REST "}",
      false },
    { "a time that is a text",
      "{\"key\":\"k\",\"words\":[\"w\"],\"event\":{},\"message_id\":\"m\",\"chat_id\":\"c\","
      "\"sender_id\":\"s\",\"timeout_ms\":\"1\",\"started_ms\":2}",
      false },
    { "half of one", "{\"key\":\"k\",\"words\":[\"w\"],\"event\":{}," REST, false },
    { "more than one", "{\"key\":\"k\",\"words\":[\"w\"],\"event\":{}," REST "}{}", false },
};

START_TEST(is_whole_or_nothing)
{
    struct error error = ERROR_INIT;
    struct job job;
    bool whole = job_parse(jobs[_i].text, strlen(jobs[_i].text), &job, &error);
    ck_assert_msg(whole == jobs[_i].whole, "%s", jobs[_i].name);
    ck_assert_msg((error.kind == ERROR_NONE) == whole, "%s", jobs[_i].name);
    if (whole)
        job_release(&job);
}
END_TEST

START_TEST(every_field_counts)
{
    static const char *const fields[] = { "key",   "message_id", "chat_id",    "sender_id",
                                          "words", "timeout_ms", "started_ms", "event" };
    for (int i = 0; i < COUNT(fields); i++) {
        struct error error = ERROR_INIT;
        struct job job;
        struct buf text = BUF_INIT(1000);
        struct json_object *tree = parse(jobs[0].text);
        tree_set(tree, fields[i], NULL);
        tree_print(tree, &text);
        ck_assert_msg(!job_parse(buf_text(&text), text.len, &job, &error), "%s", fields[i]);
        tree_free(tree);
        buf_release(&text);
    }
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "arrives", arrives, 1);
    suite_add(suite, "as many words as there can be", as_many_words_as_there_can_be, 1);
    suite_add(suite, "without words", without_words, 1);
    suite_add(suite, "any event", any_event, 1);
    suite_add(suite, "is whole or nothing", is_whole_or_nothing, COUNT(jobs));
    suite_add(suite, "every field counts", every_field_counts, 1);
}

SUITE_MAIN("job", fill)
