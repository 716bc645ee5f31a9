/* A message is sent once, whatever the platform says, whoever is killed and whatever the store
 * does. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "delivery.h"
#include "error.h"
#include "memory.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "tree.h"

SERVICE_KIT_CLOCKS

enum { DEADLINE_MS = 12345 };

#define UNSENT                                                                                     \
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":\"hello\"}"
#define REFUSAL(code) "{\"code\":" #code ",\"msg\":\"no\"}"
#define NOT_POSTED(code)                                                                           \
    "The reply was not posted: the platform refuses its content (code " #code ")."

static const struct delivery_target reply_target = { SERVICE_KIT_KEY, SERVICE_KIT_MESSAGE,
                                                     SERVICE_KIT_MESSAGE, SERVICE_KIT_CHAT };
static const struct delivery_target chat_target = { "event:ev_1", "ev_1", NULL, SERVICE_KIT_CHAT };

static struct error trouble;
static char message_id[DELIVERY_ID_LEN];

static enum delivery_result post(struct delivery *delivery)
{
    trouble = (struct error)ERROR_INIT;
    memset(message_id, 'x', sizeof(message_id) - 1);
    return delivery_post(&service_kit.service, delivery, DEADLINE_MS, message_id, &trouble);
}

/* Another process: it knows what is in the store, and has something to say where nothing is. */
static enum delivery_result post_anew(void)
{
    struct delivery delivery;
    struct error error = ERROR_INIT;
    delivery_init(&delivery, &reply_target);
    ck_assert(delivery_load(&service_kit.service, &delivery, &error));
    if (delivery.record.stage == RECORD_NEW) {
        delivery.record.stage = RECORD_ANSWERING;
        delivery.record.content = content_from_text(memory_copy("hello"));
    }
    enum delivery_result result = post(&delivery);
    delivery_release(&delivery);
    return result;
}

static void check_record(int64_t sending_ms, enum record_purpose purpose)
{
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_ANSWERING);
    ck_assert_int_eq(record.sending_ms, sending_ms);
    ck_assert_int_eq(record.purpose, purpose);
    record_release(&record);
}

/* What a POST can come to. */
static const struct {
    const char *name;
    enum http_outcome outcome;
    int status;
    const char *body;
    enum delivery_result result; /* of the first POST */
    bool unknown;                /* the message may be there */
} answers[] = {
    { "posted", HTTP_ANSWERED, 200, SERVICE_KIT_POSTED, DELIVERY_SENT, false },
    { "no connection", HTTP_UNREACHED, 0, NULL, DELIVERY_LATER, false },
    { "too fast for a chat", HTTP_ANSWERED, 400, REFUSAL(230020), DELIVERY_LATER, false },
    { "too fast for the API", HTTP_ANSWERED, 429, REFUSAL(99991400), DELIVERY_LATER, false },
    { "too fast for a bot", HTTP_ANSWERED, 200, REFUSAL(11232), DELIVERY_LATER, false },
    { "a permission is missing", HTTP_ANSWERED, 400, REFUSAL(99991672), DELIVERY_LATER, false },
    { "not on the whitelist", HTTP_ANSWERED, 400, REFUSAL(99991401), DELIVERY_LATER, false },
    { "no bot ability", HTTP_ANSWERED, 400, REFUSAL(11205), DELIVERY_LATER, false },
    { "bot not enabled", HTTP_ANSWERED, 400, REFUSAL(230006), DELIVERY_LATER, false },
    { "app not there", HTTP_ANSWERED, 400, REFUSAL(99991662), DELIVERY_LATER, false },
    { "app not enabled", HTTP_ANSWERED, 400, REFUSAL(99991673), DELIVERY_LATER, false },
    { "cut", HTTP_CUT, 0, NULL, DELIVERY_LATER, true },
    { "a bad gateway", HTTP_ANSWERED, 502, "<html>", DELIVERY_LATER, true },
    { "broken", HTTP_ANSWERED, 500, REFUSAL(230002), DELIVERY_LATER, true },
    { "success with a wrong status", HTTP_ANSWERED, 503, SERVICE_KIT_POSTED, DELIVERY_LATER, true },
    { "no JSON", HTTP_ANSWERED, 200, "hello", DELIVERY_LATER, true },
    { "nothing", HTTP_ANSWERED, 200, "", DELIVERY_LATER, true },
    { "no code", HTTP_ANSWERED, 200, "{}", DELIVERY_LATER, true },
    { "a code that is a text", HTTP_ANSWERED, 200, "{\"code\":\"0\"}", DELIVERY_LATER, true },
    { "still being sent", HTTP_ANSWERED, 400, REFUSAL(230049), DELIVERY_LATER, true },
    { "bot not in the chat", HTTP_ANSWERED, 400, REFUSAL(230002), DELIVERY_DROPPED, false },
    { "recalled", HTTP_ANSWERED, 400, REFUSAL(230011), DELIVERY_DROPPED, false },
    { "the monthly quota", HTTP_ANSWERED, 400, REFUSAL(99991403), DELIVERY_DROPPED, false },
    { "an unknown code", HTTP_ANSWERED, 400, REFUSAL(4711), DELIVERY_DROPPED, false },
};

static void answer_with(int row)
{
    service_kit_answer(SERVICE_KIT_PATH, answers[row].outcome, answers[row].status,
                       answers[row].body);
}

/* When the message is on its way the store has it already. */
static void check_marked(void)
{
    check_record(NOW_MS, RECORD_REPLY);
}

START_TEST(a_first_post)
{
    service_kit.before_post = check_marked;
    answer_with(_i);
    ck_assert_msg(post_anew() == answers[_i].result, "%s", answers[_i].name);
    ck_assert_uint_eq(service_kit_posts(), 1);
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_REPLY);
    ck_assert_int_eq(service_kit_post(0)->deadline_ms, DEADLINE_MS);
    ck_assert_str_eq(message_id, answers[_i].result == DELIVERY_SENT ? "om_posted" : "");
    ck_assert((trouble.kind == ERROR_NETWORK) == (answers[_i].result != DELIVERY_SENT));
    if (answers[_i].result == DELIVERY_LATER)
        check_record(answers[_i].unknown ? NOW_MS : 0, RECORD_REPLY);
}
END_TEST

/* After a POST of unknown outcome nothing makes that known but success and the end. */
START_TEST(a_repeat)
{
    service_kit_store(SERVICE_KIT_KEY, UNSENT);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, NULL);
    answer_with(_i);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    service_kit.wall_ms += 60000;
    ck_assert_msg(post_anew() == answers[_i].result, "%s", answers[_i].name);
    ck_assert_uint_eq(service_kit_posts(), 2);
    service_kit_check_uuid(1, SERVICE_KIT_MESSAGE, RECORD_REPLY);
    ck_assert_str_eq(service_kit_post(0)->body, service_kit_post(1)->body);
    ck_assert_str_eq(service_kit_post(0)->url, service_kit_post(1)->url);
    if (answers[_i].result == DELIVERY_LATER)
        check_record(NOW_MS, RECORD_REPLY);
}
END_TEST

/* After a refusal or no connection everything is as before. */
START_TEST(a_second_first_post)
{
    service_kit_answer(SERVICE_KIT_PATH, HTTP_UNREACHED, 0, NULL);
    answer_with(_i);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    service_kit.wall_ms += 60000;
    ck_assert_msg(post_anew() == answers[_i].result, "%s", answers[_i].name);
    if (answers[_i].result == DELIVERY_LATER)
        check_record(answers[_i].unknown ? NOW_MS + 60000 : 0, RECORD_REPLY);
}
END_TEST

/* The token on the way to the POST. */
START_TEST(without_a_token)
{
    static const char *const refused = REFUSAL(99991663);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 400, refused);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 400, refused);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    ck_assert_uint_eq(service_kit_posts(), 2);
    check_record(0, RECORD_REPLY);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 400, refused);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, NULL);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    check_record(NOW_MS, RECORD_REPLY);
}
END_TEST

START_TEST(no_token_to_be_had)
{
    static const struct {
        enum http_outcome outcome;
        int status;
        const char *body;
    } rows[] = { { HTTP_UNREACHED, 0, "" },
                 { HTTP_CUT, 0, "" },
                 { HTTP_ANSWERED, 502, "" },
                 { HTTP_ANSWERED, 200, "{}" },
                 { HTTP_ANSWERED, 400, REFUSAL(10014) } };
    for (size_t i = 0; i < service_kit.fake->answer_count; i++) {
        service_kit.fake->answers[i].outcome = rows[_i].outcome;
        service_kit.fake->answers[i].status = rows[_i].status;
        service_kit.fake->answers[i].body = rows[_i].body;
    }
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    ck_assert_uint_eq(service_kit_posts(), 0);
    check_record(0, RECORD_REPLY);
}
END_TEST

/* How long a repeat is safe. */
START_TEST(the_life_of_a_uuid)
{
    static const struct {
        int64_t later_ms;
        bool repeated;
    } rows[] = { { 0, true },
                 { SERVICE_KIT_LIFE_MS, true },
                 { SERVICE_KIT_LIFE_MS + 1, false },
                 { INT64_C(10) * SERVICE_KIT_LIFE_MS, false },
                 { -60000, true } }; /* a clock was set back */
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, NULL);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    service_kit.wall_ms += 1000;
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, NULL); /* a repeat does not lengthen it */
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    service_kit.wall_ms = NOW_MS + rows[_i].later_ms;
    if (rows[_i].repeated)
        service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post_anew(), rows[_i].repeated ? DELIVERY_SENT : DELIVERY_DROPPED);
    ck_assert_uint_eq(service_kit_posts(), rows[_i].repeated ? 3 : 2);
    ck_assert_int_eq(trouble.kind, ERROR_NONE);
    ck_assert(service_kit_logged("too late to repeat") == !rows[_i].repeated);
}
END_TEST

/* Killed. */

static void end_process(void)
{
    _exit(9);
}

static void post_in_child(const void *context)
{
    const bool *before = context;
    service_kit.before_post = *before ? end_process : NULL;
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    (void)post_anew();
    _exit(8); /* the message is there; nobody has heard of it */
}

START_TEST(killed_around_a_post)
{
    static const bool before[] = { true, false };
    ck_assert_int_eq(store_kit_run(post_in_child, &before[_i]), _i == 0 ? 9 : 8);
    check_record(NOW_MS, RECORD_REPLY);
    service_kit.wall_ms += 15000;
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post_anew(), DELIVERY_SENT);
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_REPLY);
}
END_TEST

/* Content that is refused. */

static const struct {
    int64_t code;
    const char *body;
    const char *said;
} refusals[] = {
    { 230025, REFUSAL(230025), NOT_POSTED(230025) },
    { 230028, REFUSAL(230028), NOT_POSTED(230028) },
    { 230099, REFUSAL(230099), NOT_POSTED(230099) },
};

static void refuse_content(int row)
{
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 400, refusals[row].body);
}

START_TEST(content_is_refused)
{
    refuse_content(_i);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post_anew(), DELIVERY_SENT);
    ck_assert_str_eq(message_id, "om_posted");
    ck_assert_uint_eq(service_kit_posts(), 2);
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_REPLY);
    service_kit_check_uuid(1, SERVICE_KIT_MESSAGE, RECORD_REFUSED);
    char *said = service_kit_posted(1, "content", "text");
    ck_assert_str_eq(said, refusals[_i].said);
    ck_assert(service_kit_logged("log-1"));
    free(said);
}
END_TEST

/* What comes of the short text is kept as of any other. */
START_TEST(after_content_was_refused)
{
    refuse_content(0);
    answer_with(_i);
    ck_assert_int_eq(post_anew(), answers[_i].result);
    ck_assert_uint_eq(service_kit_posts(), 2);
    if (answers[_i].result != DELIVERY_LATER)
        return;
    check_record(answers[_i].unknown ? NOW_MS : 0, RECORD_REFUSED);
    service_kit.wall_ms += 1000;
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post_anew(), DELIVERY_SENT);
    service_kit_check_uuid(2, SERVICE_KIT_MESSAGE, RECORD_REFUSED);
    ck_assert_str_eq(service_kit_post(1)->body, service_kit_post(2)->body);
}
END_TEST

START_TEST(content_is_refused_twice)
{
    refuse_content(_i);
    refuse_content(_i);
    ck_assert_int_eq(post_anew(), DELIVERY_DROPPED);
    ck_assert_uint_eq(service_kit_posts(), 2);
    ck_assert_str_eq(message_id, "");
}
END_TEST

START_TEST(the_short_text_is_refused_later)
{
    service_kit_store(SERVICE_KIT_KEY, "{\"stage\":\"answering\",\"purpose\":\"refused\",\"kind\":"
                                       "\"text\",\"content\":\"no\"}");
    refuse_content(_i);
    ck_assert_int_eq(post_anew(), DELIVERY_DROPPED);
    ck_assert_uint_eq(service_kit_posts(), 1);
}
END_TEST

/* The first POST of unknown outcome was refused as well, then. */
START_TEST(a_repeat_is_refused)
{
    service_kit_answer(SERVICE_KIT_PATH, HTTP_CUT, 0, NULL);
    refuse_content(_i);
    service_kit_answer(SERVICE_KIT_PATH, HTTP_UNREACHED, 0, NULL);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    check_record(0, RECORD_REFUSED);
}
END_TEST

START_TEST(a_card_that_is_too_long)
{
    struct delivery delivery;
    char *card = memory_zero(40001, 1);
    memset(card, 'x', 40000);
    delivery_init(&delivery, &reply_target);
    delivery.record.stage = RECORD_ANSWERING;
    delivery.record.content = (struct content){ CONTENT_CARD, card };
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post(&delivery), DELIVERY_SENT);
    ck_assert_uint_eq(service_kit_posts(), 1);
    char *type = service_kit_posted(0, "msg_type", NULL);
    char *said = service_kit_posted(0, "content", "text");
    ck_assert_str_eq(type, "text");
    ck_assert_str_eq(said, NOT_POSTED(230025));
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_REFUSED);
    free(said);
    free(type);
    delivery_release(&delivery);
}
END_TEST

/* The store. */

START_TEST(a_built_in_answer_without_a_store)
{
    struct delivery delivery;
    delivery_init(&delivery, &reply_target);
    delivery.record.stage = RECORD_ANSWERING;
    delivery.record.content = content_from_text(memory_copy("hello"));
    service_kit_break_store();
    answer_with(_i);
    ck_assert_msg(post(&delivery) == answers[_i].result, "%s", answers[_i].name);
    ck_assert_uint_eq(service_kit_posts(), 1);
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_REPLY);
    ck_assert(service_kit_logged("without a record"));
    delivery_release(&delivery);
}
END_TEST

/* Of what a command printed, nothing goes out that is not in the store before. */
START_TEST(a_result_without_a_store)
{
    struct delivery delivery;
    delivery_init(&delivery, &reply_target);
    delivery.record.stage = RECORD_FINISHED;
    delivery.record.purpose = RECORD_RESULT;
    delivery.record.content = content_from_text(memory_copy("hello"));
    service_kit_break_store();
    ck_assert_int_eq(post(&delivery), DELIVERY_LATER);
    ck_assert_int_eq(trouble.kind, ERROR_STORE);
    ck_assert_uint_eq(service_kit_posts(), 0);
    ck_assert_int_eq(delivery.record.sending_ms, 0);
    service_kit_mend_store();
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
    ck_assert_int_eq(post(&delivery), DELIVERY_SENT);
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_RESULT);
    delivery_release(&delivery);
}
END_TEST

/* A store that fails in the middle: what is known of the POST is not stored, and that is no harm:
 * the record says that it may be there. */
START_TEST(the_store_fails_meanwhile)
{
    service_kit_store(SERVICE_KIT_KEY, UNSENT);
    service_kit.before_post = service_kit_break_store;
    answer_with(_i);
    ck_assert_msg(post_anew() == answers[_i].result, "%s", answers[_i].name);
    check_record(NOW_MS, RECORD_REPLY);
}
END_TEST

/* Another process has gone on with the record since it was read. */
START_TEST(overtaken)
{
    struct delivery delivery;
    struct error error = ERROR_INIT;
    if (_i == 1)
        service_kit_store(SERVICE_KIT_KEY, UNSENT);
    delivery_init(&delivery, &reply_target);
    ck_assert(delivery_load(&service_kit.service, &delivery, &error));
    delivery.record.stage = RECORD_ANSWERING;
    content_release(&delivery.record.content);
    delivery.record.content = content_from_text(memory_copy("hello"));
    service_kit_store(SERVICE_KIT_KEY, "{\"stage\":\"done\"}");
    ck_assert_int_eq(post(&delivery), DELIVERY_LATER);
    ck_assert_int_eq(trouble.kind, ERROR_STORE);
    ck_assert_uint_eq(service_kit_posts(), 0);
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_DONE);
    record_release(&record);
    delivery_release(&delivery);
}
END_TEST

static void overtake(void)
{
    service_kit_store(SERVICE_KIT_KEY, "{\"stage\":\"done\"}");
}

START_TEST(overtaken_meanwhile)
{
    service_kit.before_post = overtake;
    service_kit_answer(SERVICE_KIT_PATH, HTTP_UNREACHED, 0, NULL);
    ck_assert_int_eq(post_anew(), DELIVERY_LATER);
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_DONE);
    record_release(&record);
}
END_TEST

START_TEST(a_record_that_cannot_be_read)
{
    struct delivery delivery;
    struct error error = ERROR_INIT;
    service_kit_store(SERVICE_KIT_KEY, "{\"stage\":\"later\"}");
    delivery_init(&delivery, &reply_target);
    ck_assert(!delivery_load(&service_kit.service, &delivery, &error));
    ck_assert_int_eq(error.kind, ERROR_STORE);
    ck_assert_int_eq(delivery.record.stage, RECORD_NEW);
    delivery_release(&delivery);
}
END_TEST

START_TEST(saving)
{
    struct delivery delivery;
    struct error error = ERROR_INIT;
    delivery_init(&delivery, &reply_target);
    delivery.record.stage = RECORD_DONE;
    ck_assert(delivery_save(&service_kit.service, &delivery, _i == 0, &error));
    ck_assert(delivery_save(&service_kit.service, &delivery, _i == 0, &error));
    service_kit_store(SERVICE_KIT_KEY, UNSENT);
    ck_assert(!delivery_save(&service_kit.service, &delivery, _i == 0, &error));
    ck_assert_int_eq(error.kind, ERROR_NONE);
    service_kit_break_store();
    ck_assert(!delivery_save(&service_kit.service, &delivery, _i == 0, &error));
    ck_assert_int_eq(error.kind, ERROR_STORE);
    delivery_release(&delivery);
}
END_TEST

/* It is kept for max_age and eight hours, each time anew. */
START_TEST(how_long_it_is_kept)
{
    int64_t life_ms = INT64_C(16) * 3600 * 1000;
    struct delivery delivery;
    struct error error = ERROR_INIT;
    delivery_init(&delivery, &reply_target);
    delivery.record.stage = RECORD_DONE;
    for (int i = 0; i < 2; i++) {
        ck_assert(delivery_save(&service_kit.service, &delivery, false, &error));
        service_kit.wall_ms += life_ms - 1;
        struct record record = service_kit_record(SERVICE_KIT_KEY);
        ck_assert_int_eq(record.stage, RECORD_DONE);
        record_release(&record);
    }
    service_kit.wall_ms += 1;
    struct record record = service_kit_record(SERVICE_KIT_KEY);
    ck_assert_int_eq(record.stage, RECORD_NEW);
    delivery_release(&delivery);
}
END_TEST

/* Where it goes, and what comes back. */

START_TEST(into_a_chat)
{
    struct delivery delivery;
    delivery_init(&delivery, &chat_target);
    delivery.record.stage = RECORD_ANSWERING;
    delivery.record.content = content_from_text(memory_copy("hello"));
    service_kit_answer("/open-apis/im/v1/messages?receive_id_type=chat_id", HTTP_ANSWERED, 200,
                       SERVICE_KIT_POSTED);
    ck_assert_int_eq(post(&delivery), DELIVERY_SENT);
    char *chat = service_kit_posted(0, "receive_id", NULL);
    ck_assert_str_eq(chat, SERVICE_KIT_CHAT);
    service_kit_check_uuid(0, "ev_1", RECORD_REPLY);
    free(chat);
    delivery_release(&delivery);
}
END_TEST

START_TEST(ids_of_what_was_posted)
{
    static const char *const bodies[][2] = {
        { SERVICE_KIT_POSTED, "om_posted" },
        { "{\"code\":0}", "" },
        { "{\"code\":0,\"data\":{}}", "" },
        { "{\"code\":0,\"data\":{\"message_id\":5}}", "" },
        { "{\"code\":0,\"data\":{\"message_id\":null}}", "" },
        { "{\"code\":0,\"data\":[\"message_id\"]}", "" },
        { "{\"code\":0,\"data\":{\"message_id\":\"\"}}", "" },
        { "{\"code\":0,\"data\":{\"message_id\":\"a\\u0000b\"}}", "" },
        { NULL, NULL },
    };
    char longest[DELIVERY_ID_LEN + 1];
    char *body = bodies[_i / 2][0] == NULL ? NULL : memory_copy(bodies[_i / 2][0]);
    const char *wanted = bodies[_i / 2][1];
    if (body == NULL) { /* as long an id as is kept, and one that is longer */
        memset(longest, 'x', sizeof(longest) - 1);
        longest[DELIVERY_ID_LEN - 1 + _i % 2] = '\0';
        body = memory_format("{\"code\":0,\"data\":{\"message_id\":\"%s\"}}", longest);
        wanted = _i % 2 == 0 ? longest : "";
    }
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, body);
    ck_assert_int_eq(post_anew(), DELIVERY_SENT);
    ck_assert_str_eq(message_id, wanted);
    free(body);
}
END_TEST

/* A message of which the store knows nothing. */
START_TEST(just_sent)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct content content = content_from_text(memory_copy("running"));
    answer_with(_i);
    delivery_send(&service_kit.service, &reply_target, &content, RECORD_RUNNING, DEADLINE_MS,
                  &answer, message_id);
    ck_assert((answer.outcome == API_ACCEPTED) == (answers[_i].result == DELIVERY_SENT));
    ck_assert_str_eq(message_id, answers[_i].result == DELIVERY_SENT ? "om_posted" : "");
    service_kit_check_uuid(0, SERVICE_KIT_MESSAGE, RECORD_RUNNING);
    ck_assert_int_eq(service_kit_record(SERVICE_KIT_KEY).stage, RECORD_NEW);
    api_answer_release(&answer);
    content_release(&content);
}
END_TEST

static void fill(Suite *suite)
{
    service_kit_add(suite, "a first post", a_first_post, COUNT(answers));
    service_kit_add(suite, "a repeat", a_repeat, COUNT(answers));
    service_kit_add(suite, "a second first post", a_second_first_post, COUNT(answers));
    service_kit_add(suite, "without a token", without_a_token, 1);
    service_kit_add(suite, "no token to be had", no_token_to_be_had, 5);
    service_kit_add(suite, "the life of a uuid", the_life_of_a_uuid, 5);
    service_kit_add(suite, "killed around a post", killed_around_a_post, 2);
    service_kit_add(suite, "content is refused", content_is_refused, COUNT(refusals));
    service_kit_add(suite, "after content was refused", after_content_was_refused, COUNT(answers));
    service_kit_add(suite, "content is refused twice", content_is_refused_twice, COUNT(refusals));
    service_kit_add(suite, "the short text is refused later", the_short_text_is_refused_later,
                    COUNT(refusals));
    service_kit_add(suite, "a repeat is refused", a_repeat_is_refused, COUNT(refusals));
    service_kit_add(suite, "a card that is too long", a_card_that_is_too_long, 1);
    service_kit_add(suite, "a built-in answer without a store", a_built_in_answer_without_a_store,
                    COUNT(answers));
    service_kit_add(suite, "a result without a store", a_result_without_a_store, 1);
    service_kit_add(suite, "the store fails meanwhile", the_store_fails_meanwhile, COUNT(answers));
    service_kit_add(suite, "overtaken", overtaken, 2);
    service_kit_add(suite, "overtaken meanwhile", overtaken_meanwhile, 1);
    service_kit_add(suite, "a record that cannot be read", a_record_that_cannot_be_read, 1);
    service_kit_add(suite, "saving", saving, 2);
    service_kit_add(suite, "how long it is kept", how_long_it_is_kept, 1);
    service_kit_add(suite, "into a chat", into_a_chat, 1);
    service_kit_add(suite, "ids of what was posted", ids_of_what_was_posted, 18);
    service_kit_add(suite, "just sent", just_sent, COUNT(answers));
}

SUITE_MAIN("delivery", fill)
