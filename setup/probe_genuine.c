#include <stdlib.h>

#include "clock.h"
#include "context.h"
#include "duration.h"
#include "error.h"
#include "memory.h"
#include "news.h"
#include "report.h"
#include "scene.h"

/* How long ago a moment is. Caller frees. */
static char *ago(const struct scene *scene, int64_t then_ms)
{
    const int64_t now_ms = clock_wall_ms();
    return duration_say(now_ms > then_ms ? now_ms - then_ms : 0, scene->context->language);
}

void probe_genuine(struct scene *scene, struct finding *finding)
{
    struct news news;
    struct error error = ERROR_INIT;
    if (!news_read(scene, &news, &error)) {
        finding_set(finding, FINDING_SKIP, memory_copy(error.text),
                    memory_copy(_("It is noted in the store: mend that first")));
        return;
    }
    char *event = ago(scene, news.event_ms);
    char *challenge = ago(scene, news.challenge_ms);
    if (news.event_ms > 0 && news.challenge_ms > 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("the last event of Feishu's came %s ago; it checked the URL %s "
                                    "ago"),
                                  event, challenge),
                    NULL);
    else if (news.event_ms > 0)
        finding_set(finding, FINDING_PASS,
                    memory_format(_("the last event of Feishu's came %s ago"), event), NULL);
    else if (news.challenge_ms > 0)
        finding_set(
            finding, FINDING_WARN,
            memory_format(_("Feishu checked the URL %s ago; no event has come yet"), challenge),
            memory_copy(_("Write \"@bot ping\" to the bot")));
    else
        finding_set(finding, FINDING_WARN, memory_copy(_("nothing of Feishu's has come yet")),
                    memory_copy(_("Save the request URL in the console, then write \"@bot ping\" "
                                  "to the bot")));
    free(event);
    free(challenge);
    news_release(&news);
}
