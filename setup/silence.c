#include "silence.h"

#include <stdlib.h>

#include "context.h"
#include "link.h"
#include "memory.h"
#include "report.h"
#include "scene.h"

/* The known causes, the surest first: a bot that is off may only be one whose version is not
 * published. */
static probe *const causes[] = { probe_token, probe_version, probe_bot, probe_events,
                                 probe_scopes };

/* All that the platform tells is right. What it tells nobody is how and whereto it delivers. */
static void say_left(const struct scene *scene, bool blind, struct finding *finding)
{
    const char *url = scene->url == NULL ? _("the bot's URL") : scene->url;
    char *page = link_console(&scene->link, "event");
    char *auth = link_console(&scene->link, "auth?q=application:application:self_manage");
    char *fix = memory_format(
        _("Open %s (事件与回调 → 事件配置 · Events & Callbacks → Event Configuration): "
          "订阅方式 · Subscription mode has to be 将事件发送至开发者服务器 · Send "
          "events to developer's server, not 长连接 · long connection, and 请求地址 · "
          "Request URL has to be %s. 开发配置 → 日志检索 → 事件日志检索 · event log "
          "shows whether an event was sent, and whereto. In a group the bot must be "
          "a member and be mentioned"),
        page, url);
    if (!blind) {
        finding_set(finding, FINDING_FAIL,
                    memory_copy(_("the app is enabled, has its bot and its permissions, and its "
                                  "version has subscribed to messages; so events go another way "
                                  "(long connection) or to another URL, which the platform does "
                                  "not tell")),
                    fix);
    } else {
        finding_set(finding, FINDING_FAIL,
                    memory_copy(_("the app has its bot and its permissions; whether a version that "
                                  "has subscribed to messages is online, it may not read; or "
                                  "events go another way (long connection) or to another URL")),
                    memory_format(_("Let it see: grant application:application:self_manage (%s) "
                                    "and ask again. %s"),
                                  auth, fix));
        free(fix);
    }
    free(auth);
    free(page);
}

void silence_explain(struct scene *scene, struct finding *finding)
{
    bool blind = false;
    for (size_t i = 0; i < sizeof(causes) / sizeof(causes[0]); i++) {
        finding_release(finding);
        causes[i](scene, finding);
        if (finding->status == FINDING_FAIL)
            return;
        blind = blind || finding->status == FINDING_SKIP;
    }
    say_left(scene, blind, finding);
}
