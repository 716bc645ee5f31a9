/* What operators write: read, and who may have it done. */
#include "suite.h"

#include <stdio.h>
#include <string.h>

#include "action.h"
#include "alert_command.h"
#include "buf.h"
#include "command_line.h"
#include "config.h"
#include "error.h"
#include "event.h"

static const struct {
    const char *text;
    bool understood;
    enum alert_command_kind kind;
    const char *matchers; /* as amtool prints them, with a blank between */
    const char *words;
    int64_t silence_ms;
    uint64_t number;
} lines[] = {
    { "alerts", true, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "告警 磁盘 满", true, ALERT_COMMAND_ALERTS, "", "磁盘 满", 0, 0 },
    { "alerts a=b disk c!~d.*", true, ALERT_COMMAND_ALERTS, "a=\"b\" c!~\"d.*\"", "disk", 0, 0 },
    { "alerts =b", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silences", true, ALERT_COMMAND_SILENCES, "", "", 0, 0 },
    { "静默列表 x", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silence a=b 2h", true, ALERT_COMMAND_SILENCE, "a=\"b\"", "", 7200000, 0 },
    { "静默 DiskFull instance=~\"db.*\" 30分钟 正在 扩容", true, ALERT_COMMAND_SILENCE,
      "alertname=\"DiskFull\" instance=~\"db.*\"", "正在 扩容", 1800000, 0 },
    { "silence a=\"x y\" 2 小时 why 3h", true, ALERT_COMMAND_SILENCE, "a=\"x y\"", "why 3h",
      7200000, 0 },
    { "silence a=1h 1d", true, ALERT_COMMAND_SILENCE, "a=\"1h\"", "", 86400000, 0 },
    { "静默 2h", true, ALERT_COMMAND_SILENCE, "", "", 7200000, 0 },
    { "silence", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silence a=b", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silence a=b 400d", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silence a=b 0h", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "silence a=b DiskFull 2h", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "unsilence 8d0b4a1e-19f5-4c2a-9d43-7f6a0c1b2e3f", true, ALERT_COMMAND_UNSILENCE, "",
      "8d0b4a1e-19f5-4c2a-9d43-7f6a0c1b2e3f", 0, 0 },
    { "撤销静默", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "撤销静默 ../x", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "撤销静默 a b", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "ack", true, ALERT_COMMAND_ACKNOWLEDGE, "", "", 0, 0 },
    { "认领 12", true, ALERT_COMMAND_ACKNOWLEDGE, "", "", 0, 12 },
    { "认领 0", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "认领 x", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
    { "认领 1 2", false, ALERT_COMMAND_ALERTS, "", "", 0, 0 },
};

START_TEST(lines_are_read)
{
    struct command_line line;
    struct alert_command command;
    struct error error = ERROR_INIT;
    struct buf matchers = BUF_INIT(4096);
    ck_assert(command_line_parse(lines[_i].text, &line, &error));
    ck_assert_msg(alert_command_read(&line, &command) == lines[_i].understood, "%s",
                  lines[_i].text);
    command_line_release(&line);
    if (!lines[_i].understood)
        return;
    ck_assert_int_eq(command.kind, lines[_i].kind);
    for (size_t i = 0; i < command.matcher_count; i++) {
        buf_add_text(&matchers, i > 0 ? " " : "");
        matcher_print(&command.matchers[i], &matchers);
    }
    ck_assert_str_eq(buf_text(&matchers), lines[_i].matchers);
    ck_assert_str_eq(command.text, lines[_i].words);
    ck_assert_int_eq(command.silence_ms, lines[_i].silence_ms);
    ck_assert_uint_eq(command.number, lines[_i].number);
    buf_release(&matchers);
    alert_command_release(&command);
}
END_TEST

enum { NO_KEY = 1, FOREIGN = 2, OTHER_PERSON = 4, OTHER_CHAT = 8, LATE = 16, NOBODY_NAMED = 32 };

static const struct {
    const char *text;
    int but;
    enum action_kind kind;
    const char *says; /* of ACTION_ANSWER */
} decisions[] = {
    { "alerts", 0, ACTION_ALERTS, NULL },
    { "ALERTS", 0, ACTION_ALERTS, NULL },
    { "alerts", NO_KEY, ACTION_ALERTS, NULL },
    { "alerts", LATE, ACTION_ALERTS, NULL },
    { "alerts", OTHER_PERSON, ACTION_ANSWER, "没有权限" },
    { "alerts", OTHER_CHAT, ACTION_RUN, NULL },
    { "告警", OTHER_CHAT, ACTION_ANSWER, "没有“告警”这个命令" },
    { "ack 1", 0, ACTION_ALERTS, NULL },
    { "ack 1", NOBODY_NAMED, ACTION_ALERTS, NULL },
    { "ack 1", NOBODY_NAMED | OTHER_PERSON, ACTION_ALERTS, NULL },
    { "ack 1", NOBODY_NAMED | FOREIGN, ACTION_ANSWER, "无法确认你是本企业的成员" },
    { "ack 1", NO_KEY, ACTION_ANSWER, "Encrypt Key" },
    { "ack 1", FOREIGN, ACTION_ANSWER, "无法确认你是本企业的成员" },
    { "ack 1", OTHER_PERSON, ACTION_ANSWER, "没有权限" },
    { "ack 1", LATE, ACTION_ANSWER, "秒后才送达" },
    { "ack x", 0, ACTION_ANSWER, "用法：认领" },
    { "静默 a=b 2h", 0, ACTION_ALERTS, NULL },
    { "静默 a=b 2h", LATE, ACTION_ANSWER, "秒后才送达" },
    { "静默", 0, ACTION_ANSWER, "用法：静默" },
    { "撤销静默 1", NO_KEY, ACTION_ANSWER, "Encrypt Key" },
    { "静默列表", 0, ACTION_ALERTS, NULL },
    { "uptime", 0, ACTION_RUN, NULL },
};

START_TEST(who_may)
{
    static char operator_id[] = "ou_1";
    static char *operators[] = { operator_id };
    static char chat[] = "oc_1";
    static char key_text[] = "key";
    const int but = decisions[_i].but;
    char text[64];
    struct action action;
    struct config_receiver receivers[] = { { .chat = (char[]){ "" } },
                                           { .chat = chat, .operators = { operators, 1 } } };
    struct config config = { .receivers = receivers, .receiver_count = 2 };
    const struct event event = {
        .kind = EVENT_MESSAGE,
        .chat_id = but & OTHER_CHAT ? "oc_2" : "oc_1",
        .message = { .id = "om_1",
                     .private = true,
                     .readable = true,
                     .from_person = true,
                     .own_tenant = (but & FOREIGN) == 0,
                     .sender_id = but & OTHER_PERSON ? "ou_2" : "ou_1",
                     .created_ms = NOW_MS - (but & LATE ? 121000 : 119000),
                     .parent_id = "",
                     .root_id = "",
                     .text = text },
    };
    (void)snprintf(text, sizeof(text), "%s", decisions[_i].text);
    config.defaults.max_delay_s = 120;
    if ((but & NO_KEY) == 0)
        secret_set(&config.app.encrypt_key, key_text, strlen(key_text));
    if (but & NOBODY_NAMED)
        receivers[1].operators.count = 0;
    action_decide(&event, &config, "", NOW_MS, &action);
    ck_assert_int_eq(action.kind, decisions[_i].kind);
    if (decisions[_i].says != NULL)
        ck_assert_msg(strstr(action.text, decisions[_i].says) != NULL, "%s", action.text);
    action_release(&action);
    secret_release(&config.app.encrypt_key);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "lines are read", lines_are_read, COUNT(lines));
    suite_add(suite, "who may", who_may, COUNT(decisions));
}

SUITE_MAIN("alert command", fill)
