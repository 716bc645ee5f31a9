/* Waiting for Feishu: the bot notes what came, and the wizard looks there. */
#include <inttypes.h>
#include <time.h>

#include "clock.h"
#include "context.h"
#include "error.h"
#include "memory.h"
#include "news.h"
#include "wizard.h"

enum { LOOK_MS = 300, MINUTE_MS = 60 * 1000, HOUR_MS = 60 * MINUTE_MS, DAY_MS = 24 * HOUR_MS };

bool wizard_challenge_came(const struct wizard *wizard, const struct news *news)
{
    return news->challenge_ms > wizard->since_ms;
}

bool wizard_event_came(const struct wizard *wizard, const struct news *news)
{
    return news->event_ms > wizard->since_ms;
}

enum wizard_wait wizard_wait(struct wizard *wizard,
                             bool (*came)(const struct wizard *wizard, const struct news *news),
                             int64_t patience_ms, struct news *news, struct error *error)
{
    const struct timespec pause = { .tv_nsec = LOOK_MS * INT64_C(1000000) };
    const int64_t end_ms = clock_steady_ms() + patience_ms;
    for (;;) {
        if (!news_read(&wizard->scene, news, error))
            return WIZARD_BLIND;
        if (came(wizard, news))
            return WIZARD_CAME;
        if (clock_steady_ms() >= end_ms || prompt_interrupted(&wizard->prompt))
            return WIZARD_LATE;
        news_release(news);
        (void)nanosleep(&pause, NULL);
    }
}

char *wizard_ago(int64_t when_ms)
{
    const int64_t ago_ms = clock_wall_ms() - when_ms;
    if (ago_ms < MINUTE_MS)
        return memory_copy(_("just now"));
    if (ago_ms < HOUR_MS)
        return memory_format(_("%" PRId64 " min ago"), ago_ms / MINUTE_MS);
    if (ago_ms < DAY_MS)
        return memory_format(_("%" PRId64 " h ago"), ago_ms / HOUR_MS);
    return memory_format(_("%" PRId64 " days ago"), ago_ms / DAY_MS);
}
