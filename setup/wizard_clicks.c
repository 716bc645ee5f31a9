/* What to click in Feishu's console: menus in both languages, since one's console is in one of
 * them. */
#include <stdio.h>
#include <stdlib.h>

#include "context.h"
#include "wizard.h"

void wizard_clicks_app(const char *host)
{
    wizard_say(_("Open the console, %s/app (开发者后台 · Developer Console):\n"
                 "  1. 创建企业自建应用 · Create Custom App: a name, a description, an icon\n"
                 "  2. 应用能力 → 添加应用能力 → 机器人 · Features → Add Features → Bot: add it\n"
                 "  3. 基础信息 → 凭证与基础信息 · Credentials & Basic Info: App ID and App "
                 "Secret"),
               host);
    (void)printf("\n");
}

void wizard_clicks_keys(const struct wizard *wizard)
{
    char *page = link_console(&wizard->scene.link, "event");
    wizard_say(
        _("Open %s\n"
          "  事件与回调 → 加密策略 · Events & Callbacks → Encryption Strategy\n"
          "has both. With an Encrypt Key each event is signed and encrypted. Without one the\n"
          "bot answers ping, help and id only, and refuses to run commands."),
        page);
    (void)printf("\n");
    free(page);
}

void wizard_clicks_url(const struct wizard *wizard)
{
    char *page = link_console(&wizard->scene.link, "event");
    wizard_say(
        _("Open %s\n"
          "  1. 事件与回调 → 事件配置 → 订阅方式 · Events & Callbacks → Event Configuration\n"
          "     → Subscription mode: 将事件发送至开发者服务器 · Send events to developer's\n"
          "     server (not 长连接 · long connection)\n"
          "  2. 请求地址 · Request URL: %s\n"
          "  3. 保存 · Save. Feishu then calls the bot at once."),
        page, wizard->scene.url);
    (void)printf("\n");
    free(page);
}

void wizard_clicks_callback(const struct wizard *wizard)
{
    wizard_say(
        _("On the same page, for buttons on cards:\n"
          "  1. 事件与回调 → 回调配置 · Events & Callbacks → Callback Configuration: the same\n"
          "     way and the same URL, %s\n"
          "  2. 添加回调 → 卡片回传交互 · Add callback → card.action.trigger"),
        wizard->scene.url);
}

void wizard_clicks_events(const struct wizard *wizard)
{
    (void)wizard;
    wizard_say(
        _("Back in 事件配置 · Event Configuration:\n"
          "  添加事件 → 消息与群组 · Add Events → Messenger: 接收消息 v2.0 · Receive messages\n"
          "  v2.0 (im.message.receive_v1), and 机器人进群 · Bot added to group\n"
          "  (im.chat.member.bot.added_v1); confirm the permissions it proposes (确认开通权限)"));
}

void wizard_clicks_version(const struct wizard *wizard)
{
    char *page = link_console(&wizard->scene.link, "version");
    wizard_say(
        _("Then publish, without which nothing of this takes effect: %s\n"
          "  应用发布 → 版本管理与发布 → 创建版本 · Version Management & Release → Create a\n"
          "  version: a number, 可用范围 (availability: who sees the bot), 保存 · Save,\n"
          "  申请线上发布 · Release. An administrator may have to approve it."),
        page);
    (void)printf("\n");
    free(page);
}
