/* Nothing is left in the chat, whatever happened before. */
#include "smoke.h"

#include <time.h>

#include "content.h"
#include "context.h"
#include "memory.h"
#include "record.h"
#include "report.h"

enum { TRIES = 3, PAUSE_MS = 300 };

_Static_assert((int)CONTENT_UUID_LEN <= (int)CHAT_UUID_LEN, "the bot's uuid is one");

/* A reply whose POST was given to the bot's own uuid is the bot's: its id becomes known, or the bot
 * posts none any more. */
static void claim_reply(struct smoke *smoke)
{
    struct api_answer answer = API_ANSWER_INIT;
    char uuid[CONTENT_UUID_LEN];
    char reply_id[CHAT_ID_LEN];
    content_uuid(smoke->message_id, record_purpose_name(RECORD_REPLY), uuid);
    if (chat_reply_as(&smoke->scene.link, smoke->message_id, "…", uuid, reply_id, &answer))
        smoke_remember(smoke, reply_id);
    api_answer_release(&answer);
}

/* Remembers the replies that the chat shows. False if we may not look. */
static bool find_replies(struct smoke *smoke)
{
    struct chat_message replies[SMOKE_REPLIES_MAX];
    struct api_answer answer = API_ANSWER_INIT;
    size_t count = chat_replies(&smoke->scene.link, smoke->chat, smoke->message_id, replies,
                                SMOKE_REPLIES_MAX, &answer);
    for (size_t i = 0; i < count; i++)
        smoke_remember(smoke, replies[i].id);
    bool seen = answer.outcome == API_ACCEPTED;
    api_answer_release(&answer);
    return seen;
}

/* Recalls the message; if it cannot be done, the finding fails, unless it has failed already. */
static bool take_back(struct smoke *smoke, const char *message_id, struct finding *finding)
{
    struct link *link = &smoke->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    struct finding cause = { FINDING_PASS, NULL, NULL };
    bool done = chat_recall(link, message_id, &answer);
    if (!done && finding->status != FINDING_FAIL) {
        link_explain(link, &answer, &cause);
        finding_set(finding, FINDING_FAIL,
                    memory_format(_("%s is still in the chat: %s"), message_id, cause.detail),
                    memory_copy(_("Let an administrator of the group recall it")));
    }
    finding_release(&cause);
    api_answer_release(&answer);
    return done;
}

/* Learns the id of a message whose POST was not answered. False, with the finding failed, if the
 * platform does not tell. */
static bool find_message(struct smoke *smoke, struct finding *finding)
{
    static const struct timespec pause = { .tv_nsec = PAUSE_MS * 1000000L };
    struct link *link = &smoke->scene.link;
    struct api_answer answer = API_ANSWER_INIT;
    struct finding cause = { FINDING_PASS, NULL, NULL };
    bool found = smoke_post(smoke, &answer);
    for (int i = 1; i < TRIES && !found && link_has_time(link, PAUSE_MS); i++) {
        (void)nanosleep(&pause, NULL);
        found = smoke_post(smoke, &answer);
    }
    if (!found) {
        link_explain(link, &answer, &cause);
        finding_set(
            finding, FINDING_FAIL,
            memory_format(_("whether the message is in the chat is not known: %s"), cause.detail),
            memory_copy(_("Look into the chat; an administrator of the group can recall "
                          "it")));
    }
    finding_release(&cause);
    api_answer_release(&answer);
    return found;
}

/* The message before its replies: nobody can reply to it any more then, and what there is by then
 * is found. How many are gone. */
static size_t take_all_back(struct smoke *smoke, struct finding *finding)
{
    size_t count = 0;
    bool unknown = smoke->uncertain && smoke->reply_count == 0;
    bool shown = unknown && find_replies(smoke);
    if (unknown && !shown)
        claim_reply(smoke);
    count += take_back(smoke, smoke->message_id, finding) ? 1 : 0;
    if (shown && smoke->reply_count == 0)
        (void)find_replies(smoke);
    for (size_t i = 0; i < smoke->reply_count; i++)
        count += take_back(smoke, smoke->replies[i], finding) ? 1 : 0;
    return count;
}

void smoke_recall(struct smoke *smoke, struct finding *finding)
{
    if (!smoke->posted) {
        finding_set(finding, FINDING_SKIP, memory_copy(_("nothing was sent")), NULL);
        return;
    }
    smoke->scene.link.deadline_ms = smoke->began_ms + SMOKE_ALL_MS;
    if (smoke->message_id[0] == '\0' && !find_message(smoke, finding))
        return;
    size_t count = take_all_back(smoke, finding);
    if (finding->status != FINDING_FAIL)
        finding_set(finding, FINDING_PASS, memory_format(_("%zu, so that nothing is left"), count),
                    NULL);
}
