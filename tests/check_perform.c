/* One event and its answer: done once, by one process, and the request told what became of it. */
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "error.h"
#include "memory.h"
#include "perform.h"
#include "service_kit.h"
#include "store.h"
#include "store_kit.h"
#include "suite.h"
#include "work_kit.h"

SERVICE_KIT_CLOCKS

enum { PROCESSES = 6, DONE_MS = 16 * 3600 * 1000 };

#define POSTED_REPLY "{\"message_id\":\"om_posted\"}"
#define TRY_AGAIN    "{\"error\":\"try again\"}"
#define DONE         "{\"stage\":\"done\"}"
#define ANSWERING(rest)                                                                            \
    "{\"stage\":\"answering\",\"purpose\":\"reply\",\"kind\":\"text\",\"content\":"                \
    "\"earlier\"" rest "}"

static void posted(void)
{
    service_kit_answer(SERVICE_KIT_PATH, HTTP_ANSWERED, 200, SERVICE_KIT_POSTED);
}

START_TEST(an_answer)
{
    posted();
    work_kit_answer("pong");
    work_kit_check_reply(200, POSTED_REPLY);
    ck_assert_str_eq(work_kit.message_id, "om_posted");
    work_kit_check_posted(0, "pong", RECORD_REPLY);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
    ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    ck_assert_int_eq(work_kit.committed, 0);
    ck_assert_str_eq(buf_text(&service_kit.log.held), "");
}
END_TEST

/* The platform waits no longer than the request may last. */
START_TEST(within_the_requests_time)
{
    posted();
    work_kit_answer("pong");
    ck_assert_int_eq(service_kit_post(0)->deadline_ms,
                     service_kit.service.started_ms + SERVICE_CALL_MS);
}
END_TEST

START_TEST(nothing_to_do)
{
    const struct action action = { .kind = ACTION_NOTHING, .reason = "from a bot" };
    perform(&service_kit.service, &work_kit.event, &action, NULL, &work_kit.reply,
            work_kit.message_id);
    work_kit_check_reply(200, "{}");
    ck_assert_str_eq(work_kit.reply.reason, "from a bot");
    ck_assert_str_eq(work_kit.message_id, "");
    ck_assert_int_eq(store_kit_count(kit.folder, ""), 0); /* nothing is claimed or stored */
}
END_TEST

/* Each duplicate is done already, and is known for as long again. */
START_TEST(duplicates)
{
    posted();
    work_kit_answer("pong");
    for (int i = 0; i < 3; i++) {
        service_kit.wall_ms += DONE_MS - 1;
        work_kit_answer("pong");
        work_kit_check_reply(200, "{}");
        ck_assert_str_eq(work_kit.message_id, "");
        ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
    }
    ck_assert_uint_eq(service_kit_posts(), 1);
    service_kit.wall_ms += DONE_MS;
    posted();
    work_kit_answer("pong");
    ck_assert_uint_eq(service_kit_posts(), 2);
}
END_TEST

/* Another process has the message. */
static const struct {
    const char *record;
    int status;
} others[] = {
    { NULL, 503 },
    { ANSWERING(""), 503 },
    { ANSWERING(",\"sending\":1"), 503 },
    { "{\"stage\":\"begun\",\"purpose\":\"result\",\"kind\":\"text\",\"command\":\"x\"}", 200 },
    { "{\"stage\":\"finished\",\"purpose\":\"result\",\"kind\":\"text\",\"content\":\"x\"}", 200 },
    { DONE, 200 },
    { "damaged", 503 },
};

START_TEST(worked_on_by_another)
{
    struct store_claim claim;
    if (others[_i].record != NULL)
        service_kit_store(SERVICE_KIT_KEY, others[_i].record);
    ck_assert_int_eq(store_claim(service_kit.service.store, SERVICE_KIT_KEY, SERVICE_KIT_LEASE_MS,
                                 NOW_MS, &claim, &kit.error),
                     STORE_OK);
    work_kit_answer("pong");
    work_kit_check_reply(others[_i].status, others[_i].status == 200 ? "{}" : TRY_AGAIN);
    ck_assert_str_eq(work_kit.message_id, "");
    ck_assert_uint_eq(service_kit_posts(), 0);
    ck_assert(work_kit_is_claimed(SERVICE_KIT_KEY));
    /* A process that was killed had it: in the end it is taken over. */
    service_kit.wall_ms += SERVICE_KIT_LEASE_MS;
    if (_i < 2) {
        posted();
        work_kit_answer("pong");
        work_kit_check_reply(200, POSTED_REPLY);
    }
}
END_TEST

/* What becomes of a POST, for the request. */
static const struct {
    const char *name;
    enum http_outcome outcome;
    int http_status;
    const char *body;
    int status;
    bool later; /* another delivery goes on */
} outcomes[] = {
    { "no connection", HTTP_UNREACHED, 0, "", 503, true },
    { "cut", HTTP_CUT, 0, "", 503, true },
    { "broken", HTTP_ANSWERED, 502, "", 503, true },
    { "too fast", HTTP_ANSWERED, 429, "{\"code\":99991400,\"msg\":\"\"}", 503, true },
    { "still being sent", HTTP_ANSWERED, 400, "{\"code\":230049,\"msg\":\"\"}", 503, true },
    { "bot not in chat", HTTP_ANSWERED, 400, "{\"code\":230002,\"msg\":\"\"}", 200, false },
    { "quota", HTTP_ANSWERED, 400, "{\"code\":99991403,\"msg\":\"\"}", 200, false },
};

START_TEST(not_posted)
{
    service_kit_answer(SERVICE_KIT_PATH, outcomes[_i].outcome, outcomes[_i].http_status,
                       outcomes[_i].body);
    work_kit_answer("pong");
    work_kit_check_reply(outcomes[_i].status, outcomes[_i].status == 200 ? "{}" : TRY_AGAIN);
    ck_assert_str_eq(work_kit.message_id, "");
    ck_assert_str_ne(work_kit.reply.reason, "");
    ck_assert_msg(!work_kit_is_claimed(SERVICE_KIT_KEY), "%s", outcomes[_i].name);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY),
                     outcomes[_i].later ? RECORD_ANSWERING : RECORD_DONE);
    service_kit.wall_ms += 15000;
    if (outcomes[_i].later)
        posted();
    work_kit_answer("pong");
    work_kit_check_reply(200, outcomes[_i].later ? POSTED_REPLY : "{}");
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
}
END_TEST

/* What an earlier attempt may have said is said again; what it did not, is not. */
static const struct {
    const char *record;
    const char *said;
    enum record_purpose purpose;
} attempts[] = {
    { ANSWERING(""), "pong", RECORD_REPLY },
    { ANSWERING(",\"sending\":1699999990000"), "earlier", RECORD_REPLY },
    { "{\"stage\":\"answering\",\"purpose\":\"refused\",\"kind\":\"text\",\"content\":\"earlier\"}",
      "earlier", RECORD_REFUSED },
    { ANSWERING(",\"sending\":1699990000000"), NULL, RECORD_REPLY }, /* too long ago */
};

START_TEST(after_an_earlier_attempt)
{
    service_kit_store(SERVICE_KIT_KEY, attempts[_i].record);
    if (attempts[_i].said != NULL)
        posted();
    work_kit_answer("pong");
    if (attempts[_i].said != NULL)
        work_kit_check_posted(0, attempts[_i].said, attempts[_i].purpose);
    work_kit_check_reply(200, attempts[_i].said != NULL ? POSTED_REPLY : "{}");
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
}
END_TEST

START_TEST(greets)
{
    work_kit.event.kind = EVENT_BOT_ADDED;
    service_kit_answer("/open-apis/im/v1/messages?receive_id_type=chat_id", HTTP_ANSWERED, 200,
                       SERVICE_KIT_POSTED);
    for (int i = 0; i < 2; i++)
        work_kit_answer("hello");
    work_kit_check_reply(200, "{}");
    service_kit_check_uuid(0, "ev_1", RECORD_REPLY);
    char *chat = service_kit_posted(0, "receive_id", NULL);
    ck_assert_str_eq(chat, SERVICE_KIT_CHAT);
    ck_assert_int_eq(work_kit_stage("event:ev_1"), RECORD_DONE);
    free(chat);
}
END_TEST

/* The store. */

START_TEST(without_a_store)
{
    service_kit_break_store();
    for (size_t i = 0; i < 2; i++) { /* nobody knows that it is a duplicate */
        posted();
        work_kit_answer("pong");
        work_kit_check_reply(200, POSTED_REPLY);
        work_kit_check_posted(i, "pong", RECORD_REPLY);
    }
    ck_assert(service_kit_logged("no store: store.url is 'none'"));
}
END_TEST

START_TEST(the_store_fails_meanwhile)
{
    service_kit.before_post = service_kit_break_store;
    posted();
    work_kit_answer("pong");
    work_kit_check_reply(200, POSTED_REPLY);
    ck_assert(service_kit_logged("no store"));
}
END_TEST

START_TEST(a_damaged_record)
{
    service_kit_store(SERVICE_KIT_KEY, "damaged");
    posted();
    work_kit_answer("pong");
    work_kit_check_reply(200, POSTED_REPLY);
    ck_assert(service_kit_logged("cannot be read"));
    ck_assert(!work_kit_is_claimed(SERVICE_KIT_KEY));
}
END_TEST

/* So slow that another process took the claim over: it is done all the same, and the other's claim
 * is left to it. */
static void lose_claim(void)
{
    struct error error = ERROR_INIT;
    struct store_claim claim;
    service_kit.before_post = NULL;
    service_kit.wall_ms += SERVICE_KIT_LEASE_MS;
    ck_assert_int_eq(store_claim(service_kit.service.store, SERVICE_KIT_KEY, SERVICE_KIT_LEASE_MS,
                                 service_kit.wall_ms, &claim, &error),
                     STORE_OK);
}

START_TEST(too_slow)
{
    service_kit.before_post = lose_claim;
    posted();
    work_kit_answer("pong");
    work_kit_check_reply(200, POSTED_REPLY);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
    ck_assert(work_kit_is_claimed(SERVICE_KIT_KEY));
}
END_TEST

static void answer_at_once(const void *context)
{
    (void)context;
    posted();
    work_kit_answer("pong");
    REQUIRE(work_kit.reply.status == 503 || work_kit.reply.status == 200);
    _exit((int)service_kit_posts());
}

START_TEST(many_at_once)
{
    pid_t processes[PROCESSES];
    int posts = 0;
    for (int i = 0; i < PROCESSES; i++)
        processes[i] = store_kit_fork(answer_at_once, NULL);
    for (int i = 0; i < PROCESSES; i++)
        posts += store_kit_wait(processes[i]);
    ck_assert_int_eq(posts, 1);
    ck_assert_int_eq(work_kit_stage(SERVICE_KIT_KEY), RECORD_DONE);
}
END_TEST

/* Help. */

#define HELP                                                                                       \
    "I know these:\nhelp: this text\nping: am I there?\nid: the ids of this chat and of you; "     \
    "\"id @somebody\" gives theirs"

START_TEST(help)
{
    static char name[] = "deploy", somebody[] = "ou_2", me[] = "ou_1";
    char *people[] = { _i == 3 ? me : somebody };
    struct config_rule rule = { .name = name, .people = { people, 1 } };
    static const char *const wanted[] = {
        HELP, /* no commands */
        HELP "\n\nHere you may also run:\ndeploy\nrestart",
        HELP "\n\nHere you may also run:\nrestart",
        HELP "\n\nHere you may also run:\ndeploy",
        HELP, /* an unsafe folder */
        HELP, /* another tenant */
        HELP, /* no encrypt_key */
    };
    if (_i > 0) {
        work_kit_command("restart", 0755);
        work_kit_command("deploy", 0755);
        work_kit_command("not-to-be-run", 0644);
    }
    if (_i == 2 || _i == 3) {
        service_kit.config.rules = &rule;
        service_kit.config.rule_count = 1;
    }
    if (_i == 3)
        service_kit.config.defaults.people.count = 0;
    if (_i == 4)
        ck_assert_int_eq(chmod(service_kit.config.command_directory, 0777), 0);
    if (_i == 5)
        work_kit.event.message.own_tenant = false;
    if (_i == 6)
        secret_release(&service_kit.config.app.encrypt_key);
    posted();
    work_kit_help();
    work_kit_check_reply(200, POSTED_REPLY);
    work_kit_check_posted(0, wanted[_i], RECORD_REPLY);
}
END_TEST

static void fill(Suite *suite)
{
    work_kit_add(suite, "an answer", an_answer, 1);
    work_kit_add(suite, "within the request's time", within_the_requests_time, 1);
    work_kit_add(suite, "nothing to do", nothing_to_do, 1);
    work_kit_add(suite, "duplicates", duplicates, 1);
    work_kit_add(suite, "worked on by another", worked_on_by_another, COUNT(others));
    work_kit_add(suite, "not posted", not_posted, COUNT(outcomes));
    work_kit_add(suite, "after an earlier attempt", after_an_earlier_attempt, COUNT(attempts));
    work_kit_add(suite, "greets", greets, 1);
    work_kit_add(suite, "without a store", without_a_store, 1);
    work_kit_add(suite, "the store fails meanwhile", the_store_fails_meanwhile, 1);
    work_kit_add(suite, "a damaged record", a_damaged_record, 1);
    work_kit_add(suite, "too slow", too_slow, 1);
    work_kit_add(suite, "many at once", many_at_once, 1);
    work_kit_add(suite, "help", help, 7);
}

SUITE_MAIN("perform", fill)
