#include "words.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"

static const char *const names[] = { [LANGUAGE_ZH] = "zh", [LANGUAGE_EN] = "en" };

static const char *const phrases[PHRASE_COUNT][2] = {
    [PHRASE_HELP] = { "我会这些：\n"
                      "help（帮助）：这份说明\n"
                      "ping：看看我在不在\n"
                      "id：本会话和你的 ID；“id @某人”查看对方的 ID",
                      "I know these:\n"
                      "help: this text\n"
                      "ping: am I there?\n"
                      "id: the ids of this chat and of you; \"id @somebody\" gives theirs" },
    [PHRASE_HELP_FOLDER] = { "\n\n你在这里还可以运行：\n{1}", "\n\nHere you may also run:\n{1}" },
    [PHRASE_PONG] = { "pong（距消息发出 {1} 毫秒）", "pong ({1} ms after you wrote)" },
    [PHRASE_PONG_TIMELESS] = { "pong（消息没有注明发出时间）",
                               "pong (the message does not say when it was written)" },
    [PHRASE_ID] = { "会话：{1}\n你：{2}", "chat: {1}\nyou: {2}" },
    [PHRASE_ID_OTHER] = { "会话：{1}\n{2}", "chat: {1}\n{2}" },
    [PHRASE_GREETING] = { "大家好，我来了。@我 并写上命令，例如“ping”；“帮助”列出我会的。\n"
                          "本群的 chat_id：{1}",
                          "Hello. Mention me with a command, \"ping\" for example; \"help\" lists "
                          "what I know.\nThe chat_id of this group: {1}" },
    [PHRASE_UNKNOWN] = { "没有“{1}”这个命令。发送“帮助”查看用法。",
                         "There is no command \"{1}\". Send \"help\" to see what there is." },
    [PHRASE_UNSUPPORTED] = { "目前只支持文字消息，发送“帮助”查看用法",
                             "I read text messages only; send \"help\" to see what I know" },
    [PHRASE_OPEN_QUOTE] = { "这行命令读不懂：引号没有成对，或者词太多。",
                            "I cannot read this line: a quote is left open, or there are too many "
                            "words." },
    [PHRASE_NO_KEY] = { "{1} 没有运行：机器人还没有配置 Encrypt Key，不能运行命令。请联系管理员。",
                        "{1} was not run: without an Encrypt Key the bot runs no commands. Please "
                        "tell its administrator." },
    [PHRASE_FOREIGN] = { "{1} 没有运行：无法确认你是本企业的成员。",
                         "{1} was not run: you are not known to belong to this organisation." },
    [PHRASE_DENIED] = { "{1} 没有运行：你在这里没有权限。如需开通，请把这两个 ID 发给管理员：\n"
                        "你：{2}\n会话：{3}",
                        "{1} was not run: you may not run it here. To ask for it, give these ids "
                        "to "
                        "the bot's administrator:\nyou: {2}\nchat: {3}" },
    [PHRASE_OPTION] = { "{1} 没有运行：不接受以“-”开头的参数（{2}）。",
                        "{1} was not run: it takes no words that begin with \"-\" ({2})." },
    [PHRASE_LATE] = { "{1} 没有运行：消息 {2} 秒后才送达。仍需要的话，请重新发送。",
                      "{1} was not run: your message arrived {2} seconds late. If it is still "
                      "wanted, please send it again." },
    [PHRASE_BUSY] = { "{1} 没有运行：已有 {2} 个命令在运行。请稍后重新发送。",
                      "{1} was not run: {2} commands are running already. Please send it again "
                      "later." },
    [PHRASE_UNSAFE] = { "{1} 没有运行：它的文件或目录权限不安全。详情见服务器日志。",
                        "{1} was not run: its file, or a folder above it, is not safe. The "
                        "server's "
                        "log says why." },
    [PHRASE_NO_STORE] = { "{1} 没有运行：机器人的存储不可用，无法保证只运行一次。请联系管理员。",
                          "{1} was not run: the bot's store cannot be used, so it might run twice. "
                          "Please tell its administrator." },
    [PHRASE_NOT_STARTED] = { "{1} 无法启动。详情见服务器日志。",
                             "{1} could not be started. The server's log says why." },
    [PHRASE_RUNNING] = { "{1} 正在运行，结束后在这里回复结果。",
                         "{1} is running; the result will be a reply here." },
    [PHRASE_INTERRUPTED] = { "{1} "
                             "被中断，可能只做了一部分，不会自动重新运行。请先检查，再决定是否重新"
                             "发送。",
                             "{1} was interrupted and may have done a part of its work. It will "
                             "not "
                             "be run again by itself: please check before you send it again." },
    [PHRASE_NO_OUTPUT] = { "{1} 已完成，没有输出。", "{1} is done; it printed nothing." },
    [PHRASE_EXIT] = { "{1} 失败，退出码 {2}。{3}", "{1} failed with exit status {2}.{3}" },
    [PHRASE_SIGNAL] = { "{1} 被信号 {2} 终止。{3}", "{1} was ended by signal {2}.{3}" },
    [PHRASE_TIMEOUT] = { "{1} 运行超过 {2} 秒，已被终止。{3}",
                         "{1} ran for more than {2} seconds and was stopped.{3}" },
    [PHRASE_LEFT_OUT] = { "\n……（还有 {1} 字节未显示）", "\n… ({1} more bytes not shown)" },
    [PHRASE_REFUSED] = { "回复没有发出：飞书不接受它的内容（代码 {1}）。",
                         "The reply was not posted: the platform refuses its content (code {1})." },
    [PHRASE_STATE_FIRING] = { "告警中 {1}", "FIRING {1}" },
    [PHRASE_STATE_ACKNOWLEDGED] = { "已认领 {1}", "ACKNOWLEDGED {1}" },
    [PHRASE_STATE_SILENCED] = { "已静默至 {1}", "SILENCED until {1}" },
    [PHRASE_STATE_RESOLVED] = { "已恢复", "RESOLVED" },
    [PHRASE_STATE_STORM] = { "告警风暴 {1}", "ALERT STORM {1}" },
    [PHRASE_STATE_STORM_OVER] = { "告警风暴已结束", "ALERT STORM OVER" },
    [PHRASE_STORM] = { "一分钟内新告警超过 10 组，其余集中列在这里；之后有变化的会单独发卡片。",
                       "More than 10 incidents began within a minute: these are listed here, and "
                       "get a card of their own when they change." },
    [PHRASE_STORM_OVER] = { "列在这里的告警都已恢复，或已有单独的卡片。",
                            "What was listed here is resolved, or has a card of its own." },
    [PHRASE_SEVERITY_CRITICAL] = { "严重", "critical" },
    [PHRASE_SEVERITY_WARNING] = { "警告", "warning" },
    [PHRASE_SEVERITY_INFO] = { "提示", "info" },
    [PHRASE_ALERT] = { "告警", "Alert" },
    [PHRASE_SINCE] = { "自 {1}", "since {1}" },
    [PHRASE_ENDED] = { "于 {1} 恢复", "resolved {1}" },
    [PHRASE_ACKNOWLEDGED_BY] = { "{1} 已认领，{2}", "Acknowledged by {1}, {2}" },
    [PHRASE_SILENCED_BY] = { "{1} 已静默，至 {2}", "Silenced by {1} until {2}" },
    [PHRASE_NOT_SHOWN] = { "另有 {1} 条未显示（{2}）", "{1} more not shown ({2})" },
    [PHRASE_SOME_CRITICAL] = { "严重 {1}", "{1} critical" },
    [PHRASE_SOME_WARNING] = { "警告 {1}", "{1} warning" },
    [PHRASE_SOME_INFO] = { "提示 {1}", "{1} info" },
    [PHRASE_LIST] = { "{1}，{2}", "{1}, {2}" },
    [PHRASE_ENDED_NOT_SHOWN] = { "另有 {1} 条已恢复，未显示", "{1} more resolved, not shown" },
    [PHRASE_SOURCE_LEFT_OUT] = { "来源未发送另外 {1} 条", "The source left {1} more out" },
    [PHRASE_LINK_RUNBOOK] = { "处理手册", "Runbook" },
    [PHRASE_LINK_DASHBOARD] = { "仪表盘", "Dashboard" },
    [PHRASE_LINK_PANEL] = { "图表", "Panel" },
    [PHRASE_LINK_SOURCE] = { "告警来源", "Source" },
    [PHRASE_BUTTON_ACKNOWLEDGE] = { "认领", "Acknowledge" },
    [PHRASE_BUTTON_SILENCE] = { "静默 {1}", "Silence {1}" },
    [PHRASE_BUTTON_UNSILENCE] = { "撤销静默", "End silence" },
    [PHRASE_BUTTON_VIEW] = { "查看告警", "View alerts" },
    [PHRASE_BUTTON_SILENCE_AT] = { "去静默", "Silence there" },
    [PHRASE_CONFIRM_SILENCE] = { "静默 {1}？", "Silence for {1}?" },
    [PHRASE_CONFIRM_MUTES] = { "将静默 {1} 条告警，期间不再通知。",
                               "What fires now ({1}) will be muted; nobody is told of it "
                               "meanwhile." },
    [PHRASE_NOTE_JOINED] = { "新增 {1} 条：{2}（现有 {3} 条告警中）",
                             "{1} more: {2} ({3} firing now)" },
    [PHRASE_NOTE_RESOLVED] = { "已恢复：{1}（持续 {2}）", "Resolved: {1} (after {2})" },
    [PHRASE_NOTE_REPEAT] = { "仍在告警：{1}（{2} 条）", "Still firing: {1} ({2})" },
    [PHRASE_TOAST_OLD] = { "这张卡片已失效", "This card is out of date" },
    [PHRASE_TOAST_DENIED] = { "你没有权限操作", "You may not do this" },
    [PHRASE_TOAST_BUSY] = { "正在处理中，请稍后再点", "Being worked on, try again in a moment" },
    [PHRASE_TOAST_ACKNOWLEDGED] = { "已认领", "Acknowledged" },
    [PHRASE_TOAST_TAKEN] = { "已被 {1} 认领（{2}）", "Acknowledged by {1} ({2})" },
    [PHRASE_TOAST_SILENCED] = { "已静默至 {1}", "Silenced until {1}" },
    [PHRASE_TOAST_SILENT] = { "已被 {1} 静默至 {2}", "Silenced by {1} until {2}" },
    [PHRASE_TOAST_UNSILENCED] = { "已撤销静默", "The silence has ended" },
    [PHRASE_TOAST_NOT_SILENT] = { "当前没有静默", "There is no silence" },
    [PHRASE_TOAST_NO_ANSWER] = { "Alertmanager 无响应，静默未生效",
                                 "Alertmanager does not answer: nothing was changed" },
    [PHRASE_TOAST_REFUSED] = { "Alertmanager 拒绝了：{1}", "Alertmanager refuses: {1}" },
    [PHRASE_TOAST_UNKNOWN] = { "尚未确认是否生效，请稍后再点一次",
                               "Not confirmed yet, press again in a moment" },
    [PHRASE_TOAST_OVER] = { "告警已恢复", "It is over" },
    [PHRASE_HELP_ALERTS] = { "\n\n处理本群的告警：\n"
                             "alerts（告警）[条件]：未恢复的告警\n"
                             "ack（认领）[序号]：认领列表中的一组，或所回复的卡片\n"
                             "silence（静默）条件 时长 [说明]：例如“静默 instance=db1 2h”\n"
                             "silences（静默列表）：生效中的静默\n"
                             "unsilence（撤销静默）ID",
                             "\n\nFor the alerts of this chat:\n"
                             "alerts [filter]: what is not over\n"
                             "ack [number]: acknowledge one of that list, or the card you reply "
                             "to\n"
                             "silence matchers duration [comment]: \"silence instance=db1 2h\"\n"
                             "silences: those in force\n"
                             "unsilence id" },
    [PHRASE_USAGE_ALERTS] = { "用法：告警 [条件]，例如“告警 severity=critical”“告警 磁盘”",
                              "Write: alerts [filter], as \"alerts severity=critical\" or "
                              "\"alerts disk\"" },
    [PHRASE_USAGE_SILENCES] = { "用法：静默列表", "Write: silences" },
    [PHRASE_USAGE_SILENCE] = { "用法：静默 条件 时长 [说明]，例如“静默 alertname=DiskFull "
                               "instance=~\"db.*\" 2h 扩容中”；回复卡片时可只写“静默 2h”",
                               "Write: silence matchers duration [comment], as \"silence "
                               "alertname=DiskFull instance=~\"db.*\" 2h more disks come\"; in "
                               "reply to a card \"silence 2h\" is enough" },
    [PHRASE_USAGE_UNSILENCE] = { "用法：撤销静默 ID，ID 见“静默列表”",
                                 "Write: unsilence id; \"silences\" lists the ids" },
    [PHRASE_USAGE_ACKNOWLEDGE] = { "用法：认领 序号，序号见“告警”；或直接回复卡片“认领”",
                                   "Write: ack number, of the list that \"alerts\" gives; or "
                                   "reply \"ack\" to a card" },
    [PHRASE_ALERTS] = { "未恢复的告警（{1} 组）：\n{2}", "Not over ({1}):\n{2}" },
    [PHRASE_NO_ALERTS] = { "没有未恢复的告警", "There is nothing that is not over" },
    [PHRASE_MORE_ALERTS] = { "另有 {1} 组未列出，可加条件缩小范围",
                             "{1} more are not listed; a filter shows fewer" },
    [PHRASE_UNTIL] = { "至 {1}", "until {1}" },
    [PHRASE_SILENCES] = { "静默（{1} 条）：\n{2}", "Silences ({1}):\n{2}" },
    [PHRASE_NO_SILENCES] = { "没有生效中的静默", "There are no silences" },
    [PHRASE_SILENCE_MADE] = { "已静默至 {1}：{2}\n如需撤销，发送“撤销静默 {3}”",
                              "Silenced until {1}: {2}\nTo end it, send \"unsilence {3}\"" },
    [PHRASE_NO_SUCH_SILENCE] = { "没有这条静默，或已结束：{1}",
                                 "There is no such silence, or it has ended: {1}" },
    [PHRASE_NOT_CONFIRMED] = { "Alertmanager 没有确认，不知道是否生效。请用“静默列表”查看。",
                               "Alertmanager has not confirmed it. Send \"silences\" to see "
                               "whether it was done." },
    [PHRASE_NO_ALERTMANAGER] = { "本群的告警没有配置 Alertmanager，不能静默",
                                 "The alerts of this chat have no Alertmanager to silence them" },
    [PHRASE_NOT_LISTED] = { "最近的列表里没有 {1}。请重新发送“告警”。",
                            "The last list has no {1}. Please send \"alerts\" again." },
    [PHRASE_NO_CARD] = { "所回复的消息不是未恢复告警的卡片",
                         "You did not reply to the card of something that is not over" },
};

bool words_language(const char *name, enum language *language)
{
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strcmp(name, names[i]) == 0) {
            *language = (enum language)i;
            return true;
        }
    }
    return false;
}

const char *words_language_name(enum language language)
{
    return names[language];
}

/* The argument that the text at `at` stands for, if it is "{1}" to "{9}" and there is one. */
static const char *placeholder(const char *at, const char *const *arguments)
{
    if (at[0] != '{' || at[1] < '1' || at[1] > '9' || at[2] != '}')
        return NULL;
    for (int i = 0; i < at[1] - '1'; i++) {
        if (arguments[i] == NULL)
            return NULL;
    }
    return arguments[at[1] - '1'];
}

char *words_say(enum language language, enum phrase phrase, const char *const *arguments)
{
    struct buf out = BUF_INIT(SIZE_MAX / 4);
    for (const char *at = phrases[phrase][language]; *at != '\0'; at++) {
        const char *argument = placeholder(at, arguments);
        if (argument == NULL) {
            buf_add(&out, at, 1);
            continue;
        }
        buf_add_text(&out, argument);
        at += 2;
    }
    return out.data;
}

char *words_join(enum language language, char *list, char *item)
{
    if (list == NULL)
        return item;
    char *longer = words_say(language, PHRASE_LIST, WORDS(list, item));
    free(list);
    free(item);
    return longer;
}
