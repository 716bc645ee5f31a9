/* The steps up to the event. */
#include "smoke.h"

#include <stdio.h>
#include <string.h>

#include "clock.h"
#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "report.h"
#include "tree.h"

enum { CALLS_AT_END = 4 /* that it takes at most to find and recall what was sent */ };

int64_t smoke_left_ms(const struct smoke *smoke)
{
    return smoke->steps_end_ms - clock_steady_ms();
}

void smoke_explain_late(struct finding *finding)
{
    finding_set(finding, FINDING_FAIL,
                memory_copy(_("no time is left: this test is to be over in 10 seconds")),
                memory_copy(_("See above which step takes long; if it is the platform, check the "
                              "network on the way to it, and app.proxy")));
}

/* Keeps back the time for the last step, as far as it can be told from how long a call took. */
static void keep_time(struct smoke *smoke, int64_t call_ms)
{
    if (call_ms > smoke->call_ms)
        smoke->call_ms = call_ms;
    const int64_t most_ms = SMOKE_ALL_MS - CALLS_AT_END * smoke->call_ms;
    smoke->steps_end_ms = smoke->began_ms + (most_ms < SMOKE_STEPS_MS ? most_ms : SMOKE_STEPS_MS);
    smoke->scene.link.deadline_ms = smoke->steps_end_ms;
}

void smoke_config(struct smoke *smoke, struct finding *finding)
{
    struct scene *scene = &smoke->scene;
    probe_config(scene, finding);
    if (!scene->configured)
        return;
    keep_time(smoke, 0);
    if (finding->status == FINDING_FAIL)
        return;
    if (scene->url == NULL) {
        finding_set(finding, FINDING_FAIL,
                    memory_copy(_("no event_url: it is not known where Feishu reaches the bot")),
                    memory_copy(_("Set app.event_url to the request URL of the console, or give "
                                  "--url")));
        return;
    }
    knock_open(&smoke->knock, scene->url, scene->connect_to, &scene->link.config);
    smoke->knocking = true;
}

void smoke_token(struct smoke *smoke, struct finding *finding)
{
    probe_token(&smoke->scene, finding);
}

void smoke_bot(struct smoke *smoke, struct finding *finding)
{
    const int64_t began_ms = clock_steady_ms();
    probe_bot(&smoke->scene, finding);
    keep_time(smoke, clock_steady_ms() - began_ms);
}

bool smoke_post(struct smoke *smoke, struct api_answer *answer)
{
    return chat_send_as(&smoke->scene.link, smoke->chat,
                        _("A test of the bot, by feishu-setup. This message and the bot's reply "
                          "are recalled in a moment."),
                        smoke->uuid, smoke->message_id, answer);
}

void smoke_message(struct smoke *smoke, struct finding *finding)
{
    const int64_t began_ms = clock_steady_ms();
    struct api_answer answer = API_ANSWER_INIT;
    if (smoke_left_ms(smoke) < smoke->call_ms + SMOKE_EVENT_MS) {
        smoke_explain_late(finding);
        return;
    }
    chat_new_uuid(smoke->uuid);
    if (smoke_post(smoke, &answer))
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is in %s"), smoke->message_id, smoke->chat), NULL);
    else
        link_explain(&smoke->scene.link, &answer, finding);
    keep_time(smoke, clock_steady_ms() - began_ms);
    smoke->posted = answer.outcome == API_ACCEPTED || answer.outcome == API_UNKNOWN;
    api_answer_release(&answer);
}

void smoke_remember(struct smoke *smoke, const char *reply_id)
{
    for (size_t i = 0; i < smoke->reply_count; i++) {
        if (strcmp(smoke->replies[i], reply_id) == 0)
            return;
    }
    if (smoke->reply_count < SMOKE_REPLIES_MAX)
        (void)snprintf(smoke->replies[smoke->reply_count++], CHAT_ID_LEN, "%s", reply_id);
}

/* What the bot's URL should answer: 200 with a JSON object. It may name a reply. */
static bool is_taken(const struct knock_answer *answer, char reply_id[static CHAT_ID_LEN])
{
    struct error error = ERROR_INIT;
    const struct http_response *response = &answer->response;
    if (answer->outcome != HTTP_ANSWERED || response->status != 200)
        return false;
    struct json_object *tree =
        tree_parse_object(buf_text(&response->body), response->body.len, &error);
    const char *id = tree_text(tree, "message_id");
    bool taken = tree != NULL;
    (void)snprintf(reply_id, CHAT_ID_LEN, "%s", chat_is_message_id(id) ? id : "");
    tree_free(tree);
    return taken;
}

/* Whether the bot may have answered in the chat without a word about it to us. */
static bool is_uncertain(const struct knock_answer *answer)
{
    return answer->outcome == HTTP_CUT ||
           (answer->outcome == HTTP_ANSWERED && answer->response.status >= 500);
}

/* The bot took the event and asks for it again, as when its platform or its store fails it; Feishu
 * would send it again after 15 s. */
static bool is_put_off(const struct knock_answer *answer)
{
    struct error error = ERROR_INIT;
    const struct http_response *response = &answer->response;
    if (answer->outcome != HTTP_ANSWERED || response->status != 503)
        return false;
    struct json_object *tree =
        tree_parse_object(buf_text(&response->body), response->body.len, &error);
    bool ours = tree_text(tree, "error") != NULL;
    tree_free(tree);
    return ours;
}

static void explain_put_off(struct finding *finding)
{
    finding_set(finding, FINDING_FAIL,
                memory_copy(_("HTTP status 503: the bot took the event and could not reply in "
                              "time")),
                memory_copy(_("The bot's log says why: journalctl -t feishu -n 5. Most often it is "
                              "the platform, slow or at its limits; \"check\" tries the store")));
}

/* Why the bot did not take the event, for which it had so much time. */
static void explain(const struct smoke *smoke, const struct knock_answer *answer,
                    int64_t timeout_ms, struct finding *finding)
{
    const bool late = answer->response.trouble == HTTP_TROUBLE_TIME && timeout_ms < SMOKE_EVENT_MS;
    if (late)
        smoke_explain_late(finding);
    else if (is_put_off(answer))
        explain_put_off(finding);
    else
        knock_explain(&smoke->knock, answer, finding);
}

bool smoke_knock(struct smoke *smoke, char reply_id[static CHAT_ID_LEN], struct finding *finding)
{
    const struct scene *scene = &smoke->scene;
    const char *configured = scene->link.config.bot_open_id;
    const struct knock_message message = {
        .event_id = smoke->event_id,
        .message_id = smoke->message_id,
        .chat_id = smoke->chat,
        .bot_open_id = scene->bot.open_id[0] != '\0' ? scene->bot.open_id : configured,
        .bot_name = scene->bot.name,
        .text = "ping",
    };
    const int64_t left_ms = smoke_left_ms(smoke);
    const int64_t timeout_ms = left_ms < SMOKE_EVENT_MS ? left_ms : SMOKE_EVENT_MS;
    struct knock_answer answer;
    reply_id[0] = '\0';
    knock_post(&smoke->knock, knock_message_event(&smoke->knock, &message), KNOCK_GENUINE,
               timeout_ms, &answer);
    bool taken = is_taken(&answer, reply_id);
    if (!taken)
        explain(smoke, &answer, timeout_ms, finding);
    if (reply_id[0] != '\0')
        smoke_remember(smoke, reply_id);
    smoke->uncertain = is_uncertain(&answer);
    knock_answer_release(&answer);
    return taken;
}

void smoke_event(struct smoke *smoke, struct finding *finding)
{
    const struct scene *scene = &smoke->scene;
    if (smoke_left_ms(smoke) < SMOKE_EVENT_MS) {
        smoke_explain_late(finding);
        return;
    }
    knock_new_id(smoke->event_id);
    if (!smoke_knock(smoke, smoke->answered_id, finding))
        return;
    finding_set(finding, FINDING_PASS,
                memory_format(secret_is_set(&scene->link.config.app.encrypt_key)
                                  ? _("%s took it, encrypted and signed")
                                  : _("%s took it, neither encrypted nor signed, since no Encrypt "
                                      "Key is set"),
                              scene->url),
                NULL);
}
