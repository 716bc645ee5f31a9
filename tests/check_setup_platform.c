/* The platform examined: every symptom that the sandbox has, and what each step says of it; and
 * what is said when no event comes. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "scene_kit.h"
#include "scopes.h"
#include "silence.h"
#include "suite.h"

#define P FINDING_PASS
#define W FINDING_WARN
#define F FINDING_FAIL
#define S FINDING_SKIP

enum { TOKEN, CLOCK, BOT, SCOPES, VERSION, EVENTS, STEPS, NOWHERE = STEPS };

static const struct {
    const char *name;
    probe *ask;
} steps[STEPS] = {
    { "token", probe_token },   { "clock", probe_clock },     { "bot", probe_bot },
    { "scopes", probe_scopes }, { "version", probe_version }, { "events", probe_events },
};

#define LEFT       "which the platform does not tell"
#define EVENT_PAGE "/app/cli_sandbox/event"

/* What the symptom is, how each step ends, what the one that is told of says and advises; and the
 * same of the silence, if that is another cause. */
static const struct {
    const char *symptom;
    enum finding_status statuses[STEPS];
    int told;
    const char *detail;
    const char *fix;
    const char *silence;
    const char *silence_fix;
} rows[] = {
    { "{\"name\":\"none\"}",
      { P, P, P, P, P, P },
      EVENTS,
      "1.0.0 has subscribed",
      NULL,
      LEFT,
      EVENT_PAGE },
    { "{\"name\":\"wrong_secret\"}",
      { F, P, S, S, S, S },
      TOKEN,
      "the App Secret is wrong (code 10015: wrong app secret)",
      "/app/cli_sandbox/baseinfo",
      "the App Secret is wrong",
      "/app/cli_sandbox/baseinfo" },
    { "{\"name\":\"wrong_host\"}",
      { F, P, S, S, S, S },
      TOKEN,
      "does not know this App ID (code 10014",
      "a Lark app https://open.larksuite.com",
      "does not know this App ID",
      NULL },
    { "{\"name\":\"ip_whitelist\"}",
      { F, P, S, S, S, S },
      TOKEN,
      "IP whitelist (code 99991401",
      "/app/cli_sandbox/safe",
      "IP whitelist",
      NULL },
    { "{\"name\":\"app_disabled\"}",
      { F, P, S, S, S, S },
      TOKEN,
      "the app is disabled",
      "/app/cli_sandbox/version",
      "the app is disabled",
      NULL },
    { "{\"name\":\"not_installed\"}",
      { P, P, F, S, S, S },
      BOT,
      "not installed",
      "/app/cli_sandbox/version",
      "not installed",
      NULL },
    { "{\"name\":\"bot_off\"}",
      { P, P, F, P, P, P },
      BOT,
      "the app has no bot",
      "/app/cli_sandbox/capability",
      "the app has no bot",
      "/app/cli_sandbox/capability" },
    { "{\"name\":\"scope_missing\"}",
      { P, P, P, F, P, P },
      SCOPES,
      "not granted: im:message.p2p_msg:readonly (private chats stay silent)",
      "/app/cli_sandbox/auth?q=im:message.p2p_msg:readonly",
      "private chats",
      "{\"scopes\":{\"tenant\":[\"im:message.p2p_msg:readonly\"],\"user\":[]}}" },
    { "{\"name\":\"scope_missing\",\"scope\":\"group_at\"}",
      { P, P, P, F, P, P },
      SCOPES,
      "not granted: im:message.group_at_msg:readonly (groups stay silent)",
      "/app/cli_sandbox/auth?q=im:message.group_at_msg:readonly",
      "groups stay silent",
      NULL },
    { "{\"name\":\"scope_missing\",\"scope\":\"im:message:send_as_bot\"}",
      { P, P, P, P, P, P },
      SCOPES,
      "all that the bot needs",
      NULL,
      LEFT,
      NULL },
    { "{\"name\":\"scope_missing\",\"scope\":\"im:chat:readonly\"}",
      { P, P, P, W, P, P },
      SCOPES,
      "im:chat:readonly (its groups cannot be listed, no greeting",
      "auth?q=im:chat:readonly",
      LEFT,
      NULL },
    { "{\"name\":\"no_read_scope\"}",
      { P, P, P, P, S, S },
      VERSION,
      "may not read its own versions",
      "auth?q=application:application:self_manage",
      "it may not read",
      "auth?q=application:application:self_manage" },
    { "{\"name\":\"event_missing\"}",
      { P, P, P, P, P, F },
      EVENTS,
      "version 1.0.0, which is online, has not subscribed",
      EVENT_PAGE,
      "version 1.0.0, which is online, has not subscribed",
      EVENT_PAGE },
    { "{\"name\":\"callback_missing\"}", { P, P, P, P, P, P }, NOWHERE, NULL, NULL, LEFT, NULL },
    { "{\"name\":\"unpublished\"}",
      { P, P, F, P, F, S },
      VERSION,
      "no version was ever published",
      "/app/cli_sandbox/version",
      "no version was ever published",
      "/app/cli_sandbox/version" },
    { "{\"name\":\"in_review\"}",
      { P, P, P, P, W, F },
      VERSION,
      "version 1.0.1 waits for an administrator's approval; until then version 1.0.0 stays online",
      "应用审核 · ",
      "version 1.0.1, which subscribes to messages, waits for approval",
      "/app/cli_sandbox/version" },
    { "{\"name\":\"in_review\",\"first\":true}",
      { P, P, F, P, F, S },
      VERSION,
      "waits for an administrator's approval, and no other is online",
      "应用审核 · ",
      "waits for an administrator's approval, and no other is online",
      "应用审核 · " },
    { "{\"name\":\"rejected\"}",
      { P, P, P, P, W, F },
      VERSION,
      "version 1.0.1 was rejected; version 1.0.0 stays online",
      "/app/cli_sandbox/version",
      "version 1.0.1, which subscribes to messages, was rejected",
      "/app/cli_sandbox/version" },
    { "{\"name\":\"rejected\",\"first\":true}",
      { P, P, F, P, F, S },
      VERSION,
      "was rejected, and no other is online",
      "/app/cli_sandbox/version",
      "was rejected, and no other is online",
      NULL },
    { "{\"name\":\"long_connection\"}",
      { P, P, P, P, P, P },
      NOWHERE,
      NULL,
      NULL,
      "long connection",
      "not 长连接 · long connection" },
    { "{\"name\":\"other_url\"}",
      { P, P, P, P, P, P },
      NOWHERE,
      NULL,
      NULL,
      "another URL",
      "Request URL has to be http://127.0.0.1:" },
    { "{\"name\":\"clock_ahead\"}",
      { P, F, P, P, P, P },
      CLOCK,
      "s ahead of the platform's",
      "timedatectl",
      LEFT,
      NULL },
    { "{\"name\":\"clock_behind\"}",
      { P, F, P, P, P, P },
      CLOCK,
      "s behind the platform's",
      "timedatectl",
      LEFT,
      NULL },
};

START_TEST(a_symptom_is_named_by_its_step)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/symptom", rows[_i].symptom);
    for (int step = 0; step < STEPS; step++) {
        scene_kit_ask(steps[step].ask);
        scene_kit_expect(steps[step].name, rows[_i].statuses[step],
                         step == rows[_i].told ? rows[_i].detail : "",
                         step == rows[_i].told ? rows[_i].fix : NULL);
        if (rows[_i].statuses[step] == F || rows[_i].statuses[step] == W)
            ck_assert_msg(scene_kit.finding.fix != NULL, "%s advises nothing", steps[step].name);
    }
    scene_kit_end();
}
END_TEST

START_TEST(silence_has_a_cause)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/symptom", rows[_i].symptom);
    scene_kit_ask(silence_explain);
    scene_kit_expect(rows[_i].symptom, F, rows[_i].silence,
                     rows[_i].silence_fix == NULL ? "" : rows[_i].silence_fix);
    scene_kit_end();
}
END_TEST

/* Once it is mended, the same scene sees it: what a failed step barred is open again. */
START_TEST(what_was_mended_is_seen)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/symptom", rows[_i].symptom);
    for (int step = 0; step < STEPS; step++)
        scene_kit_ask(steps[step].ask);
    scene_kit_post("/sandbox/symptom", "{\"name\":\"none\"}");
    for (int step = 0; step < STEPS; step++) {
        scene_kit_ask(steps[step].ask);
        scene_kit_expect(steps[step].name, P, "", NULL);
    }
    scene_kit_end();
}
END_TEST

static const struct {
    const char *app;
    enum finding_status status;
    const char *detail;
    const char *fix;
} activity[] = {
    { "{\"activate_status\":0}", F, "not installed in the organisation yet", "/version" },
    { "{\"activate_status\":1}", F, "has disabled the bot", "应用管理" },
    { "{\"activate_status\":2}", P, "Sandbox Bot (ou_sandbox_bot) is enabled", NULL },
    { "{\"activate_status\":3}", F, "waits to be enabled", "应用管理" },
    { "{\"activate_status\":4}", F, "a new version of the bot waits", "应用管理" },
    { "{\"activate_status\":5}", F, "licence", "renew" },
    { "{\"activate_status\":6}", F, "plan", "renew" },
};

START_TEST(every_state_of_the_bot_is_explained)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/app", activity[_i].app);
    scene_kit_ask(probe_bot);
    scene_kit_expect(activity[_i].app, activity[_i].status, activity[_i].detail, activity[_i].fix);
    ck_assert_str_eq(scene_kit.scene.bot.open_id, "ou_sandbox_bot");
    ck_assert_str_eq(scene_kit.scene.bot.name, "Sandbox Bot");
    scene_kit_end();
}
END_TEST

START_TEST(another_bot_than_configured_is_told)
{
    scene_kit_begin(false, "ou_other");
    scene_kit_ask(probe_bot);
    scene_kit_expect("bot", F, "says that the bot is ou_other, but it is ou_sandbox_bot",
                     "bot.open_id");
    scene_kit_end();
}
END_TEST

START_TEST(states_of_the_app)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/app", "{\"status\":2}");
    scene_kit_ask(probe_version);
    scene_kit_expect("not enabled", F, "version 1.0.0 is published, but the app is not enabled",
                     "应用管理");
    scene_kit_post("/sandbox/app", "{\"status\":3}");
    scene_kit_ask(probe_version);
    scene_kit_expect("unknown", P, "version 1.0.0 is online", NULL);
    scene_kit_end();
}
END_TEST

START_TEST(a_new_app_asks_for_all_it_needs)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct scopes scopes;
    scene_kit_begin(true, NULL);
    ck_assert(scopes_read(&scene_kit.scene.link, &scopes, &answer));
    char *address = scopes_link(&scene_kit.scene.link, &scopes);
    char *json = scopes_json(&scopes);
    ck_assert(scopes.required && !scopes.may_read && !scopes.may_change);
    ck_assert_str_eq(strstr(address, "/app/"),
                     "/app/cli_sandbox/auth?q=im:message.p2p_msg:readonly,"
                     "im:message.group_at_msg:readonly,im:message:send_as_bot,im:chat:readonly");
    ck_assert_str_eq(json, "{\"scopes\":{\"tenant\":[\"im:message.p2p_msg:readonly\","
                           "\"im:message.group_at_msg:readonly\",\"im:message:send_as_bot\","
                           "\"im:chat:readonly\"],\"user\":[]}}");
    free(address);
    free(json);
    api_answer_release(&answer);
    scene_kit_end();
}
END_TEST

/* Alone each is enough for its need. */
static const struct {
    const char *granted;
    size_t lacks; /* of the five needs */
} alternatives[] = {
    { "im:message.p2p_msg", 4 },
    { "im:message.group_at_msg", 4 },
    { "im:message.group_at_msg.include_bot:readonly", 4 },
    { "im:message.group_msg", 4 },
    { "im:message", 4 },
    { "im:message:send", 4 },
    { "im:chat", 3 },
    { "im:chat:readonly", 3 },
    { "im:chat:read", 4 },
    { "im:chat.members:bot_access", 4 },
    { "im:message.p2p_msg:readonl", 5 },
    { "im:message.reactions:read", 5 },
};

START_TEST(an_alternative_is_enough)
{
    struct api_answer answer = API_ANSWER_INIT;
    struct scopes scopes;
    char *body = NULL;
    scene_kit_begin(true, NULL);
    ck_assert_int_gt(asprintf(&body, "{\"grant\":[\"%s\"]}", alternatives[_i].granted), 0);
    scene_kit_post("/sandbox/app", body);
    ck_assert(scopes_read(&scene_kit.scene.link, &scopes, &answer));
    ck_assert_uint_eq(scopes.count, alternatives[_i].lacks);
    api_answer_release(&answer);
    free(body);
    scene_kit_end();
}
END_TEST

START_TEST(what_is_asked_for_waits_for_a_version)
{
    scene_kit_begin(true, NULL);
    scene_kit_post("/sandbox/app",
                   "{\"grant\":[\"im:message\",\"im:chat\",\"im:message.group_at_msg\"],"
                   "\"draft\":{\"scopes\":[\"im:message.p2p_msg:readonly\"]}}");
    scene_kit_ask(probe_scopes);
    scene_kit_expect("scopes", F, "not granted: im:message.p2p_msg:readonly",
                     "asked for, but not granted yet");
    scene_kit_end();
}
END_TEST

START_TEST(nobody_there)
{
    scene_kit_begin(false, NULL);
    /* The port of nobody. */
    free(scene_kit.scene.link.config.app.base_url);
    scene_kit.scene.link.config.app.base_url = strdup("http://127.0.0.1:1");
    for (int step = 0; step < STEPS; step++) {
        scene_kit_ask(steps[step].ask);
        scene_kit_expect(steps[step].name, step == TOKEN ? F : S, "",
                         step == TOKEN ? "firewall" : NULL);
    }
    scene_kit_end();
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "symptoms", a_symptom_is_named_by_its_step, COUNT(rows));
    suite_add(suite, "silence", silence_has_a_cause, COUNT(rows));
    suite_add(suite, "mended", what_was_mended_is_seen, COUNT(rows));
    suite_add(suite, "bot", every_state_of_the_bot_is_explained, COUNT(activity));
    suite_add(suite, "another bot", another_bot_than_configured_is_told, 1);
    suite_add(suite, "states", states_of_the_app, 1);
    suite_add(suite, "new app", a_new_app_asks_for_all_it_needs, 1);
    suite_add(suite, "alternatives", an_alternative_is_enough, COUNT(alternatives));
    suite_add(suite, "asked", what_is_asked_for_waits_for_a_version, 1);
    suite_add(suite, "nobody", nobody_there, 1);
}

SUITE_MAIN("setup_platform", fill)
