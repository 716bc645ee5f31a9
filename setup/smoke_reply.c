/* The reply is there, and there is one. */
#include "smoke.h"

#include <stdio.h>
#include <string.h>

#include "context.h"
#include "memory.h"
#include "report.h"

/* The bot took the event and wrote nothing. */
static void explain_silence(const struct smoke *smoke, struct finding *finding)
{
    finding_set(finding, FINDING_FAIL, memory_copy(_("the bot took the event and wrote no reply")),
                memory_format(_("See the bot's log, journalctl -t feishu -n 5, for event %s. If it "
                                "says nothing of it, the URL leads to another program or server"),
                              smoke->event_id));
}

/* We may not see what there is: the bot's own word, which detail tells, is taken. */
static void trust(const struct smoke *smoke, char *detail, struct finding *finding)
{
    finding_set(finding, FINDING_WARN, detail,
                link_advice(&smoke->scene.link,
                            _("To have it read back, grant im:message:readonly (开发配置 → "
                              "权限管理 · Permissions & Scopes) and publish a version"),
                            "auth?q=im:message:readonly"));
}

/* Judges what was read of the reply that the bot named. */
static void judge(const struct smoke *smoke, const struct chat_message *reply,
                  struct finding *finding)
{
    if (strcmp(reply->parent_id, smoke->message_id) == 0 && !reply->recalled)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is there, as a reply to the message"), smoke->answered_id),
                    NULL);
    else
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s is no reply to the message, or not there any more"),
                                  smoke->answered_id),
                    memory_copy(_("See whether another program answers for the bot, and who "
                                  "recalls messages in the chat")));
}

/* Reads the reply that the bot named. */
static void read_back(struct smoke *smoke, struct finding *finding)
{
    struct link *link = &smoke->scene.link;
    struct chat_message reply;
    struct api_answer answer = API_ANSWER_INIT;
    smoke->may_read = chat_read(link, smoke->answered_id, &reply, &answer);
    if (smoke->may_read)
        judge(smoke, &reply, finding);
    else if (chat_may_not_read(&answer))
        trust(smoke,
              memory_format(_("%s, by the bot's own word: the app may not read messages"),
                            smoke->answered_id),
              finding);
    else
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
}

/* How many replies the chat shows, all of which are remembered. */
static size_t count_replies(struct smoke *smoke, struct api_answer *answer)
{
    struct chat_message replies[SMOKE_REPLIES_MAX];
    size_t count = chat_replies(&smoke->scene.link, smoke->chat, smoke->message_id, replies,
                                SMOKE_REPLIES_MAX, answer);
    for (size_t i = 0; i < count; i++)
        smoke_remember(smoke, replies[i].id);
    return count;
}

/* Looks for a reply that the bot did not name. */
static void search(struct smoke *smoke, struct finding *finding)
{
    struct api_answer answer = API_ANSWER_INIT;
    size_t count = count_replies(smoke, &answer);
    if (count > 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("%s is there, as a reply to the message"), smoke->replies[0]),
                    NULL);
    else
        explain_silence(smoke, finding);
    api_answer_release(&answer);
}

void smoke_reply(struct smoke *smoke, struct finding *finding)
{
    if (smoke->answered_id[0] != '\0')
        read_back(smoke, finding);
    else
        search(smoke, finding);
}

static void explain_second(struct finding *finding)
{
    finding_set(finding, FINDING_FAIL,
                memory_copy(_("the same event was answered twice: Feishu sends some again")),
                memory_copy(_("See that store.url is a folder that the bot can write, and the same "
                              "on all servers of the bot: feishuctl check")));
}

/* The chat's messages cannot be listed, or show no replies; in groups that takes a permission of
 * its own, to read whatever people write there, which is not worth asking for. */
static void trust_count(const struct smoke *smoke, struct finding *finding)
{
    if (smoke->may_read)
        finding_set(finding, FINDING_PASS,
                    memory_copy(_("no second reply, by the bot's own word: the chat's messages are "
                                  "not shown to the app, and need not be")),
                    NULL);
    else
        trust(smoke,
              memory_copy(_("no second reply, by the bot's own word: the app may not read "
                            "messages")),
              finding);
}

/* With the bot's own word that it did not answer again. */
static void judge_count(struct smoke *smoke, struct finding *finding)
{
    struct link *link = &smoke->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    size_t count = count_replies(smoke, &answer);
    if (count > 1)
        explain_second(finding);
    else if (count == 1)
        finding_set(finding, FINDING_PASS, memory_copy(_("there is still one reply")), NULL);
    else if (answer.outcome == API_ACCEPTED || chat_may_not_read(&answer))
        trust_count(smoke, finding);
    else
        link_explain(link, &answer, finding);
    api_answer_release(&answer);
}

void smoke_repeat(struct smoke *smoke, struct finding *finding)
{
    char reply_id[CHAT_ID_LEN];
    if (!smoke_knock(smoke, reply_id, finding))
        return;
    if (reply_id[0] != '\0' && strcmp(reply_id, smoke->replies[0]) != 0)
        explain_second(finding);
    else
        judge_count(smoke, finding);
}
