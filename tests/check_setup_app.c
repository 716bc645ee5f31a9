/* The app changed through application/v7: what is set, how a version is published, and each reason
 * against it. */
#include "app.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "scene_kit.h"
#include "suite.h"
#include "tree.h"

#define GRANT "{\"grant\":[\"application:application:patch\"]}"

/* Answers the challenges that come to the sink with the configured key and token, until it is
 * killed. */
static pid_t start_bot(void)
{
    pid_t bot = fork();
    ck_assert_int_ge(bot, 0);
    if (bot != 0)
        return bot;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL);
    for (;;) {
        struct kit_message request = kit_accept(&scene_kit.sandbox);
        struct json_object *event = kit_event(&request);
        char body[256];
        bool genuine = strcmp(tree_text(event, "token"), KIT_TOKEN) == 0;
        (void)snprintf(body, sizeof(body), "{\"challenge\":\"%s\"}",
                       genuine ? tree_text(event, "challenge") : "");
        kit_answer(&request, 200, body);
        tree_free(event);
        kit_release(&request);
    }
}

static void stop_bot(pid_t bot)
{
    ck_assert_int_eq(kill(bot, SIGKILL), 0);
    ck_assert_int_eq(waitpid(bot, NULL, 0), bot);
}

/* Asks the sandbox for the app. Caller releases. */
static struct kit_message app_now(void)
{
    struct kit_message app = kit_get(&scene_kit.sandbox, "/sandbox/app");
    ck_assert_int_eq(app.status, 200);
    return app;
}

static bool has(struct json_object *array, const char *text)
{
    for (size_t i = 0; i < tree_count(array); i++) {
        const char *one = tree_text_at(array, i);
        if (one != NULL && strcmp(one, text) == 0)
            return true;
    }
    return false;
}

START_TEST(the_right_is_seen)
{
    scene_kit_begin(false, NULL);
    ck_assert(!app_may_change(&scene_kit.scene));
    scene_kit_post("/sandbox/app", GRANT);
    ck_assert(app_may_change(&scene_kit.scene));
    scene_kit_post("/sandbox/app", "{\"secret_right\":false}");
    ck_assert(!app_may_change(&scene_kit.scene));
    scene_kit_end();
}
END_TEST

/* A new app with a bot and the right is made whole, but for the scopes. */
START_TEST(all_is_set)
{
    scene_kit_begin(true, NULL);
    scene_kit_post("/sandbox/app", GRANT);
    scene_kit_post("/sandbox/app", "{\"draft\":{\"bot\":true},\"subscription_type\":\"websocket\","
                                   "\"callback_type\":\"websocket\",\"encryption_key\":\"another\","
                                   "\"verification_token\":\"another\"}");
    pid_t bot = start_bot();
    app_configure(&scene_kit.scene, &scene_kit.finding);
    stop_bot(bot);
    scene_kit_expect("configure", FINDING_PASS, scene_kit.url, NULL);
    struct kit_message app = app_now();
    struct json_object *draft = tree_object(app.tree, "draft");
    ck_assert_str_eq(tree_text(app.tree, "request_url"), scene_kit.url);
    ck_assert_str_eq(tree_text(app.tree, "callback_request_url"), scene_kit.url);
    ck_assert_str_eq(tree_text(app.tree, "subscription_type"), "webhook");
    ck_assert_str_eq(tree_text(app.tree, "callback_type"), "webhook");
    ck_assert(has(tree_array(draft, "events"), "im.message.receive_v1"));
    ck_assert(has(tree_array(draft, "events"), "im.chat.member.bot.added_v1"));
    ck_assert(has(tree_array(draft, "callbacks"), "card.action.trigger"));
    kit_release(&app);
    scene_kit_end();
}
END_TEST

START_TEST(no_url)
{
    scene_kit_begin(false, NULL);
    scene_kit.scene.url = NULL;
    app_configure(&scene_kit.scene, &scene_kit.finding);
    scene_kit_expect("configure", FINDING_FAIL, "not known where", "--url");
    scene_kit_end();
}
END_TEST

/* What stands against it, and what is said. No bot answers at the URL. */
static const struct {
    const char *name;
    const char *app; /* a setting beside the right, or NULL */
    bool without_right;
    bool symptom;
    void (*change)(struct scene *scene, struct finding *finding);
    const char *detail;
    const char *fix;
} refusals[] = {
    { "no right", NULL, true, false, app_configure, "99991672",
      "auth?q=application:application:patch" },
    { "URL", NULL, false, false, app_configure, "did not return the challenge in time (code 210042",
      "verify-url" },
    { "review", "{\"name\":\"in_review\"}", false, true, app_configure, "under review (code 210040",
      "/app/cli_sandbox/version" },
    { "bot", "{\"draft\":{\"bot\":false}}", false, false, app_configure,
      "has no bot yet (code 210041", "/app/cli_sandbox/capability" },
    { "maker", "{\"console_made\":false}", false, false, app_configure,
      "not made in the developer console (code 210043", "/app/cli_sandbox/event" },
    { "secret", "{\"secret_right\":false}", false, false, app_configure, "App Secret is wrong",
      "baseinfo" },
    { "publish without right", NULL, true, false, app_publish, "99991672",
      "auth?q=application:application:patch" },
    { "publish in review", "{\"name\":\"in_review\"}", false, true, app_publish,
      "under review (code 210302", "/app/cli_sandbox/version" },
    { "publish maker", "{\"console_made\":false}", false, false, app_publish,
      "not made in the developer console (code 210001", "/app/cli_sandbox/version" },
};

START_TEST(a_refusal_is_explained)
{
    scene_kit_begin(false, NULL);
    if (refusals[_i].app != NULL)
        scene_kit_post(refusals[_i].symptom ? "/sandbox/symptom" : "/sandbox/app",
                       refusals[_i].app);
    if (!refusals[_i].without_right)
        scene_kit_post("/sandbox/app", GRANT);
    /* Whoever connects is refused, and not left waiting. */
    scene_kit.scene.url = "http://127.0.0.1:1/event";
    refusals[_i].change(&scene_kit.scene, &scene_kit.finding);
    scene_kit_expect(refusals[_i].name, FINDING_FAIL, refusals[_i].detail, refusals[_i].fix);
    ck_assert_ptr_null(strstr(scene_kit.finding.detail, KIT_KEY));
    ck_assert_ptr_null(strstr(scene_kit.finding.detail, KIT_TOKEN));
    scene_kit_end();
}
END_TEST

static const struct {
    const char *name;
    const char *app;
    const char *withdraw;
    const char *detail;
    const char *fix;
} publications[] = {
    { "online", "{\"review\":false}", "{}", "version 1.0.1 is online",
      "withdraw application:application:patch" },
    { "waits", "{\"review\":true}", "{}", "version 1.0.1 waits for an administrator's approval",
      "/app/cli_sandbox/version" },
    { "after a rejected one", "{\"version\":\"rejected\"}", "{}", "version 1.0.2 is online",
      "withdraw" },
    { "unseen", "{\"review\":false}", "{\"withdraw\":[\"application:application:self_manage\"]}",
      "version 1.0.1 is submitted", "/app/cli_sandbox/version" },
    { "the first", "{\"version\":\"none\"}", "{}", "version 1.0.0 is online", "withdraw" },
};

START_TEST(a_version_is_published)
{
    scene_kit_begin(false, NULL);
    scene_kit_post("/sandbox/app", GRANT);
    scene_kit_post("/sandbox/app", publications[_i].app);
    scene_kit_post("/sandbox/app", publications[_i].withdraw);
    app_publish(&scene_kit.scene, &scene_kit.finding);
    scene_kit_expect(publications[_i].name, FINDING_PASS, publications[_i].detail,
                     publications[_i].fix);
    scene_kit_end();
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "right", the_right_is_seen, 1);
    suite_add(suite, "configure", all_is_set, 1);
    suite_add(suite, "no URL", no_url, 1);
    suite_add(suite, "refusals", a_refusal_is_explained, COUNT(refusals));
    suite_add(suite, "publish", a_version_is_published, COUNT(publications));
}

SUITE_MAIN("setup_app", fill)
