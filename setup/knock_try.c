/* What is tried at the URL: the challenge, and what must be refused. */
#include "knock.h"

#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "report.h"
#include "tree.h"

enum {
    LIMIT_MS = 1000,    /* Feishu's */
    PATIENCE_MS = 4000, /* ours: to see how long it takes; less than nginx has */
};

/* Whether the answer holds the challenge. */
static bool is_returned(const struct knock_answer *answer, const char *challenge)
{
    struct error error = ERROR_INIT;
    const struct buf *body = &answer->response.body;
    struct json_object *tree = answer->response.status == 200
                                   ? tree_parse_object(buf_text(body), body->len, &error)
                                   : NULL;
    const char *returned = tree_text(tree, "challenge");
    const bool same = returned != NULL && strcmp(returned, challenge) == 0;
    tree_free(tree);
    return same;
}

static void judge_time(const struct knock_answer *answer, struct finding *finding)
{
    if (answer->ms <= LIMIT_MS)
        finding_set(
            finding, FINDING_PASS,
            memory_format(_("it came back in %lld ms; Feishu waits 1 s"), (long long)answer->ms),
            NULL);
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("it came back, but too late: after %.1f s, and Feishu waits "
                                    "1 s"),
                                  (double)answer->ms / 1000),
                    memory_copy(_(
                        "Find what takes the time: too few workers, a busy machine, a "
                        "store on a slow disk, a slow DNS; feishu-setup check tells more. Then try "
                        "again")));
}

/* Whether the bot can receive anything with this configuration at all. */
static bool can_receive(const struct knock *knock, struct finding *finding)
{
    if (config_receives(knock->config))
        return true;
    finding_set(finding, FINDING_FAIL,
                memory_copy(_("neither verification_token nor encrypt_key is configured: the bot "
                              "takes no events")),
                memory_copy(_("Copy both from 事件与回调 → 加密策略 · Events & Callbacks → "
                              "Encryption Strategy into app { }")));
    return false;
}

void knock_challenge(struct knock *knock, struct finding *finding)
{
    char challenge[KNOCK_ID_LEN];
    struct knock_answer answer;
    knock->answers = false;
    if (!can_receive(knock, finding))
        return;
    knock_new_id(challenge);
    knock_post(knock, knock_challenge_event(challenge), KNOCK_GENUINE, PATIENCE_MS, &answer);
    knock->answers = answer.outcome == HTTP_ANSWERED && is_returned(&answer, challenge);
    if (knock->answers)
        judge_time(&answer, finding);
    else
        knock_explain(knock, &answer, finding);
    knock_answer_release(&answer);
}

/* Posts an event that nobody would act on, were it taken for genuine. */
static void post_event(struct knock *knock, enum knock_forgery forgery, struct knock_answer *answer)
{
    char id[KNOCK_ID_LEN];
    struct json_object *body = tree_new_object();
    tree_set(body, "message_id_list", tree_new_array());
    knock_new_id(id);
    knock_post(knock, knock_event(knock, id, "im.message.message_read_v1", body), forgery,
               PATIENCE_MS, answer);
}

/* Without it, that all else is refused would prove nothing. */
static void try_genuine(struct knock *knock, struct finding *finding)
{
    struct knock_answer answer;
    post_event(knock, KNOCK_GENUINE, &answer);
    if (answer.outcome == HTTP_ANSWERED && answer.response.status == 200)
        finding_set(finding, FINDING_PASS, memory_copy(_("taken")), NULL);
    else
        knock_explain(knock, &answer, finding);
    knock_answer_release(&answer);
}

/* What does not check an attack: a finding in its place. True if it was set. */

static bool needs_key(const struct knock *knock, struct finding *finding)
{
    if (secret_is_set(&knock->config->app.encrypt_key))
        return false;
    finding_set(finding, FINDING_SKIP,
                memory_copy(_("no encrypt_key is configured, so Feishu signs nothing: the token "
                              "alone tells who sent an event")),
                memory_copy(_("Set one: 事件与回调 → 加密策略 → Encrypt Key · Events & Callbacks → "
                              "Encryption Strategy, and the same as encrypt_key in app { }")));
    return true;
}

static bool needs_token(const struct knock *knock, struct finding *finding)
{
    if (secret_is_set(&knock->config->app.verification_token))
        return false;
    finding_set(finding, FINDING_SKIP,
                memory_copy(_("no verification_token is configured: the signature alone tells who "
                              "sent an event")),
                NULL);
    return true;
}

static bool needs_age(const struct knock *knock, struct finding *finding)
{
    if (knock->config->app.max_age_s != 0)
        return false;
    finding_set(finding, FINDING_WARN,
                memory_copy(_("max_age is 0: an event that somebody recorded is taken however old "
                              "it is")),
                memory_copy(_(
                    "Leave max_age out of app { } (it is 28800 s then), or set it to some hours")));
    return true;
}

static const struct attack {
    const char *name;
    const char *title;
    enum knock_forgery forgery;
    bool (*unchecked)(const struct knock *knock, struct finding *finding);
} attacks[] = {
    { "unsigned", N_("an event without a signature"), KNOCK_UNSIGNED, needs_key },
    { "signature", N_("an event with a wrong signature"), KNOCK_WRONG_SIGNATURE, needs_key },
    { "token", N_("an event with a wrong token"), KNOCK_WRONG_TOKEN, needs_token },
    { "stale", N_("an event that is too old"), KNOCK_STALE, needs_age },
};

/* Whether it is refused. */
static void try_attack(struct knock *knock, const struct attack *attack, struct finding *finding)
{
    struct knock_answer answer;
    post_event(knock, attack->forgery, &answer);
    if (answer.outcome == HTTP_ANSWERED && answer.response.status == 401)
        finding_set(finding, FINDING_PASS, memory_copy(_("refused")), NULL);
    else if (answer.outcome == HTTP_ANSWERED && answer.response.status == 200)
        finding_set(finding, FINDING_FAIL,
                    memory_copy(_("taken for genuine: whoever knows the URL can give the bot "
                                  "orders")),
                    memory_copy(_("The bot reads another configuration than this one, or another "
                                  "program answers: see FEISHU_CONFIG in nginx's location")));
    else
        knock_explain(knock, &answer, finding);
    knock_answer_release(&answer);
}

/* Nothing is tried where not even the challenge comes back. */
static bool is_mute(const struct knock *knock, struct finding *finding)
{
    if (knock->answers)
        return false;
    finding_set(finding, FINDING_SKIP, memory_copy(_("not tried: the challenge did not come back")),
                NULL);
    return true;
}

void knock_attacks(struct knock *knock, struct report *report)
{
    struct finding finding = { 0 };
    report_step(report, "event", _("a genuine event"));
    if (!is_mute(knock, &finding))
        try_genuine(knock, &finding);
    report_end(report, &finding);
    for (size_t i = 0; i < sizeof(attacks) / sizeof(attacks[0]); i++) {
        report_step(report, attacks[i].name, _(attacks[i].title));
        if (!is_mute(knock, &finding) && !attacks[i].unchecked(knock, &finding))
            try_attack(knock, &attacks[i], &finding);
        report_end(report, &finding);
    }
}
