/* What is to be done about an event: for whom, where, and on whose word. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "action.h"
#include "buf.h"
#include "config.h"
#include "event.h"
#include "memory.h"
#include "suite.h"

enum { MENTIONS = 3, AGE_MS = 1234 };

#define BOT  "ou_bot"
#define ME   "ou_me"
#define CHAT "oc_1"

/* Who is mentioned in a message. */
struct people {
    struct {
        const char *key;
        const char *open_id;
        const char *name;
    } mentions[MENTIONS];
};

static const struct people nobody = { { { NULL, NULL, NULL } } };
static const struct people bot = { { { "@_user_1", BOT, "Bot" } } };
static const struct people bot_and_li = { { { "@_user_1", BOT, "Bot" },
                                            { "@_user_2", "ou_li", "李四" } } };
static const struct people only_li = { { { "@_user_1", "ou_li", "李四" } } };
static const struct people everybody = { { { "@_all", "", "所有人" } } };
static const struct people ten = { { { "@_user_1", "ou_li", "李四" },
                                     { "@_user_10", BOT, "Bot" } } };
static const struct people two = { { { "@_user_1", BOT, "Bot" },
                                     { "@_user_2", "ou_li", "李四" },
                                     { "@_user_3", "ou_wang", "{1}%s<at id=all>" } } };
static const struct people stranger = { { { "@_user_1", BOT, "Bot" },
                                          { "@_user_2", "", "Guest" } } };

/* Our own configuration, with a key and everybody allowed, unless a test changes it. */
static struct config config;
static char *star[] = { NULL };
static struct config_rule own_rule;

static void setup(void)
{
    static char word[] = "*";
    star[0] = word;
    config = (struct config){ .language = LANGUAGE_EN };
    secret_set(&config.app.encrypt_key, "key", 3);
    config.defaults = (struct config_rule){ .people = { star, 1 }, .max_delay_s = 120 };
    config.rules = &own_rule;
    config.rule_count = 0;
}

static void teardown(void)
{
    secret_release(&config.app.encrypt_key);
}

static struct event message(const char *text, bool private, const struct people *people)
{
    struct event event = { .kind = EVENT_MESSAGE, .chat_id = CHAT };
    event.message = (struct event_message){
        .id = "om_1",
        .private = private,
        .readable = true,
        .from_person = true,
        .own_tenant = true,
        .sender_id = ME,
        .created_ms = NOW_MS - AGE_MS,
        .text = memory_copy(text),
        .mentions = memory_zero(MENTIONS, sizeof(struct event_mention)),
    };
    for (size_t i = 0; i < MENTIONS && people->mentions[i].key != NULL; i++)
        event.message.mentions[event.message.mention_count++] =
            (struct event_mention){ memory_copy(people->mentions[i].key),
                                    memory_copy(people->mentions[i].open_id),
                                    memory_copy(people->mentions[i].name) };
    return event;
}

/* The words of a command, each behind a bar. Caller frees. */
static char *joined(const struct command_line *line)
{
    struct buf words = BUF_INIT(1 << 20);
    for (size_t i = 0; i < line->count; i++)
        buf_add_format(&words, "|%s", line->words[i]);
    return memory_check(words.data);
}

/* Decides, and checks what must always hold. Caller releases action. */
static void decide(const struct event *event, struct action *action)
{
    action_decide(event, &config, BOT, NOW_MS, action);
    ck_assert_ptr_nonnull(action->reason);
    ck_assert((action->kind == ACTION_ANSWER) == (action->text != NULL));
    ck_assert(action->kind == ACTION_RUN || action->denial == NULL);
    ck_assert((action->kind == ACTION_NOTHING || action->denial != NULL) ==
              (action->reason[0] != '\0'));
    if (action->text != NULL)
        ck_assert_ptr_null(strcasestr(action->text, "<at"));
    if (action->denial != NULL)
        ck_assert_ptr_null(strcasestr(action->denial, "<at"));
}

#define PONG             "pong (1234 ms after you wrote)"
#define IDS              "chat: " CHAT "\nyou: " ME
#define OPEN             "I cannot read this line: a quote is left open, or there are too many words."
#define NO_COMMAND(name) "There is no command \"" name "\". Send \"help\" to see what there is."

/* said: the text of an answer, the words of a command, the reason for nothing. */
static const struct {
    const char *name;
    bool private;
    const struct people *people;
    const char *text;
    enum action_kind kind;
    const char *said;
} messages[] = {
    /* in private, everything is for the bot */
    { "ping", true, &nobody, "ping", ACTION_ANSWER, PONG },
    { "a capital", true, &nobody, "Ping", ACTION_ANSWER, PONG },
    { "capitals", true, &nobody, "PING", ACTION_ANSWER, PONG },
    { "space around", true, &nobody, " \n ping\t ", ACTION_ANSWER, PONG },
    { "more words", true, &nobody, "ping \"are you there\"", ACTION_ANSWER, PONG },
    { "a quoted ping", true, &nobody, "'ping'", ACTION_ANSWER, PONG },
    { "nothing", true, &nobody, "", ACTION_HELP, "" },
    { "white space", true, &nobody, "  \u3000\u00a0 ", ACTION_HELP, "" },
    { "help", true, &nobody, "help", ACTION_HELP, "" },
    { "Help", true, &nobody, "Help", ACTION_HELP, "" },
    { "help in Chinese", true, &nobody, "帮助", ACTION_HELP, "" },
    { "help about", true, &nobody, "help restart", ACTION_HELP, "" },
    { "id", true, &nobody, "id", ACTION_ANSWER, IDS },
    { "Id", true, &nobody, "Id", ACTION_ANSWER, IDS },
    { "id of another", true, &only_li, "id @_user_1", ACTION_ANSWER,
      "chat: " CHAT "\n李四: ou_li" },
    { "mentioned in private", true, &bot, "@_user_1 ping", ACTION_ANSWER, PONG },
    /* in groups, what mentions the bot */
    { "not mentioned", false, &nobody, "ping", ACTION_NOTHING, "bot not mentioned" },
    { "another mentioned", false, &only_li, "@_user_1 ping", ACTION_NOTHING, "bot not mentioned" },
    { "all mentioned", false, &everybody, "@_all ping", ACTION_NOTHING, "bot not mentioned" },
    { "mentioned in words alone", false, &nobody, "@_user_1 @Bot ou_bot ping", ACTION_NOTHING,
      "bot not mentioned" },
    { "mentioned", false, &bot, "@_user_1 ping", ACTION_ANSWER, PONG },
    { "mentioned behind", false, &bot, "ping @_user_1", ACTION_ANSWER, PONG },
    { "mentioned twice", false, &bot, "@_user_1 @_user_1 ping", ACTION_ANSWER, PONG },
    { "no space", false, &bot, "@_user_1ping", ACTION_ANSWER, PONG },
    { "an ideographic space", false, &bot, "@_user_1\u3000ping", ACTION_ANSWER, PONG },
    { "a no-break space", false, &bot, "@_user_1\u00a0ping\u00a0", ACTION_ANSWER, PONG },
    { "alone", false, &bot, "@_user_1", ACTION_HELP, "" },
    { "the tenth", false, &ten, "@_user_10 ping", ACTION_ANSWER, PONG },
    { "the first and the tenth", false, &ten, "id @_user_1 @_user_10", ACTION_ANSWER,
      "chat: " CHAT "\n李四: ou_li" },
    { "id in a group", false, &bot, "@_user_1 id", ACTION_ANSWER, IDS },
    { "id of another in a group", false, &bot_and_li, "@_user_1 id @_user_2", ACTION_ANSWER,
      "chat: " CHAT "\n李四: ou_li" },
    { "ids of others", false, &two, "@_user_1 id @_user_2 @_user_3", ACTION_ANSWER,
      "chat: " CHAT "\n李四: ou_li\n{1}%s＜at id=all>: ou_wang" },
    { "id of nobody known", false, &stranger, "@_user_1 id @_user_2", ACTION_ANSWER, IDS },
    /* folder commands */
    { "a command", true, &nobody, "restart web", ACTION_RUN, "|restart|web" },
    { "its name alone is folded", true, &nobody, "ReStart Web", ACTION_RUN, "|restart|Web" },
    { "in a group", false, &bot, "@_user_1 restart", ACTION_RUN, "|restart" },
    { "quotes", true, &nobody, "restart 'a b' \"c \\\" d\" e'f'g", ACTION_RUN,
      "|restart|a b|c \" d|efg" },
    { "an empty word", true, &nobody, "restart ''", ACTION_RUN, "|restart|" },
    { "what a shell would do", true, &nobody, "restart $HOME `id` $(id) * ; rm | > & \\",
      ACTION_RUN, "|restart|$HOME|`id`|$(id)|*|;|rm|||>|&|\\" },
    { "signs of Chinese input", true, &nobody, "restart\u3000“a b”\u00a0c＝d，e～f", ACTION_RUN,
      "|restart|a b|c=d,e~f" },
    { "somebody as a word", false, &bot_and_li, "@_user_1 notify @_user_2", ACTION_RUN,
      "|notify|@李四" },
    { "two lines", true, &nobody, "restart\nweb", ACTION_RUN, "|restart|web" },
    { "a name of all that names have", true, &nobody, "0a-b_c9", ACTION_RUN, "|0a-b_c9" },
    /* what cannot be a command */
    { "an open quote", true, &nobody, "restart 'a", ACTION_ANSWER, OPEN },
    { "an open quote of Chinese input", true, &nobody, "restart “a", ACTION_ANSWER, OPEN },
    { "in Chinese", true, &nobody, "重启", ACTION_ANSWER, NO_COMMAND("重启") },
    { "a path", true, &nobody, "../restart", ACTION_ANSWER, NO_COMMAND("../restart") },
    { "a full path", true, &nobody, "/bin/sh", ACTION_ANSWER, NO_COMMAND("/bin/sh") },
    { "a dot", true, &nobody, "restart.sh", ACTION_ANSWER, NO_COMMAND("restart.sh") },
    { "an option", true, &nobody, "-restart", ACTION_ANSWER, NO_COMMAND("-restart") },
    { "a line below", true, &nobody, "_restart", ACTION_ANSWER, NO_COMMAND("_restart") },
    { "an empty name", true, &nobody, "'' restart", ACTION_ANSWER, NO_COMMAND("") },
    { "a name with a space", true, &nobody, "'re start'", ACTION_ANSWER, NO_COMMAND("re start") },
    { "a mention for a name", true, &nobody, "<at", ACTION_ANSWER, NO_COMMAND("＜at") },
    { "a whole mention for a name", true, &nobody, "'<AT user_id=\"all\">x</at>'", ACTION_ANSWER,
      NO_COMMAND("＜at user_id=\"all\">x</at>") },
    { "placeholders for a name", true, &nobody, "{1}%n", ACTION_ANSWER, NO_COMMAND("{1}%n") },
    { "full-width letters", true, &nobody, "ｐｉｎｇ", ACTION_ANSWER, NO_COMMAND("ｐｉｎｇ") },
};

START_TEST(a_message)
{
    struct action action;
    struct event event = message(messages[_i].text, messages[_i].private, messages[_i].people);
    decide(&event, &action);
    ck_assert_msg(action.kind == messages[_i].kind, "%s: kind %d", messages[_i].name,
                  (int)action.kind);
    if (action.kind == ACTION_ANSWER)
        ck_assert_str_eq(action.text, messages[_i].said);
    if (action.kind == ACTION_NOTHING)
        ck_assert_str_eq(action.reason, messages[_i].said);
    if (action.kind == ACTION_RUN) {
        char *words = joined(&action.line);
        ck_assert_str_eq(words, messages[_i].said);
        ck_assert_ptr_null(action.line.words[action.line.count]);
        free(words);
    }
    action_release(&action);
    ck_assert_ptr_null(action.line.words);
    event_release(&event);
}
END_TEST

/* Words without end. */
START_TEST(very_many_words)
{
    static const struct {
        int words;
        enum action_kind kind;
    } rows[] = { { 64, ACTION_RUN }, { 65, ACTION_ANSWER }, { 50000, ACTION_ANSWER } };
    struct buf text = BUF_INIT(1 << 20);
    struct action action;
    for (int i = 0; i < rows[_i].words; i++)
        buf_add_text(&text, "word ");
    struct event event = message(buf_text(&text), true, &nobody);
    decide(&event, &action);
    ck_assert_int_eq(action.kind, rows[_i].kind);
    if (action.kind == ACTION_ANSWER)
        ck_assert_str_eq(action.text, OPEN);
    action_release(&action);
    event_release(&event);
    buf_release(&text);
}
END_TEST

START_TEST(a_very_long_name)
{
    static const size_t lens[] = { 64, 65, 200000 };
    char *name = memory_zero(lens[_i] + 1, 1);
    struct action action;
    memset(name, 'x', lens[_i]);
    struct event event = message(name, true, &nobody);
    decide(&event, &action);
    ck_assert_int_eq(action.kind, lens[_i] <= 64 ? ACTION_RUN : ACTION_ANSWER);
    action_release(&action);
    event_release(&event);
    free(name);
}
END_TEST

/* Who is not answered at all, and what cannot be read. */
static const struct {
    const char *name;
    bool private;
    bool readable;
    bool from_person;
    const struct people *people;
    enum action_kind kind;
    const char *reason;
} senders[] = {
    { "a picture in private", true, false, true, &nobody, ACTION_ANSWER, "" },
    { "a picture in a group", false, false, true, &nobody, ACTION_NOTHING, "bot not mentioned" },
    { "a picture that mentions the bot", false, false, true, &bot, ACTION_NOTHING, "not a text" },
    { "a bot in private", true, true, false, &nobody, ACTION_NOTHING, "from a bot" },
    { "a bot in a group", false, true, false, &bot, ACTION_NOTHING, "from a bot" },
    { "a bot's picture", true, false, false, &nobody, ACTION_NOTHING, "from a bot" },
};

START_TEST(who_is_not_answered)
{
    struct action action;
    struct event event =
        message(senders[_i].readable ? "ping" : "", senders[_i].private, senders[_i].people);
    event.message.readable = senders[_i].readable;
    event.message.from_person = senders[_i].from_person;
    decide(&event, &action);
    ck_assert_msg(action.kind == senders[_i].kind, "%s", senders[_i].name);
    ck_assert_str_eq(action.reason, senders[_i].reason);
    if (action.kind == ACTION_ANSWER)
        ck_assert_str_eq(action.text,
                         "I read text messages only; send \"help\" to see what I know");
    action_release(&action);
    event_release(&event);
}
END_TEST

/* Where the bot does not know itself, nobody mentions it. */
START_TEST(without_an_id_of_its_own)
{
    struct action action;
    struct event event = message("ping", false, &everybody);
    action_decide(&event, &config, "", NOW_MS, &action);
    ck_assert_int_eq(action.kind, ACTION_NOTHING);
    action_release(&action);
    event_release(&event);
}
END_TEST

START_TEST(in_chinese)
{
    static const struct {
        const char *text;
        const char *said;
    } rows[] = {
        { "ping", "pong（距消息发出 1234 毫秒）" },
        { "id", "会话：oc_1\n你：ou_me" },
        { "重启", "没有“重启”这个命令。发送“帮助”查看用法。" },
        { "", NULL },
    };
    struct action action;
    struct event event = message(rows[_i].text, true, &nobody);
    event.message.readable = rows[_i].said != NULL;
    config.language = LANGUAGE_ZH;
    decide(&event, &action);
    ck_assert_str_eq(action.text, rows[_i].said != NULL ? rows[_i].said
                                                        : "目前只支持文字消息，发送“帮助”查看用法");
    action_release(&action);
    event_release(&event);
}
END_TEST

/* Clocks may differ: nothing arrives before it was sent. */
START_TEST(ping_from_the_future)
{
    struct action action;
    struct event event = message("ping", true, &nobody);
    event.message.created_ms = NOW_MS + 5000;
    decide(&event, &action);
    ck_assert_str_eq(action.text, "pong (0 ms after you wrote)");
    action_release(&action);
    event_release(&event);
}
END_TEST

/* Nobody knows how long ago it was. */
START_TEST(ping_without_a_time)
{
    struct action action;
    struct event event = message("ping", true, &nobody);
    event.message.created_ms = 0;
    decide(&event, &action);
    ck_assert_str_eq(action.text, "pong (the message does not say when it was written)");
    action_release(&action);
    event_release(&event);
}
END_TEST

START_TEST(other_events)
{
    struct action action;
    struct event event = { .kind = EVENT_OTHER, .type = "im.message.reaction.created_v1" };
    decide(&event, &action);
    ck_assert_int_eq(action.kind, ACTION_NOTHING);
    action_release(&action);
    event = (struct event){ .kind = EVENT_BOT_ADDED, .chat_id = "oc_new" };
    decide(&event, &action);
    ck_assert_int_eq(action.kind, ACTION_ANSWER);
    ck_assert_ptr_nonnull(strstr(action.text, "oc_new"));
    ck_assert_ptr_nonnull(strstr(action.text, "help"));
    action_release(&action);
}
END_TEST

START_TEST(needs_the_bots_id)
{
    static const struct {
        enum event_kind kind;
        bool from_person;
        const struct people *people;
        bool needs;
    } rows[] = {
        { EVENT_MESSAGE, true, &bot, true },     { EVENT_MESSAGE, true, &only_li, true },
        { EVENT_MESSAGE, true, &nobody, false }, { EVENT_MESSAGE, false, &bot, false },
        { EVENT_OTHER, true, &bot, false },      { EVENT_BOT_ADDED, true, &bot, false },
    };
    for (int i = 0; i < COUNT(rows); i++) {
        struct event event = message("", false, rows[i].people);
        event.kind = rows[i].kind;
        event.message.from_person = rows[i].from_person;
        ck_assert_msg(action_needs_bot(&event) == rows[i].needs, "%d", i);
        event_release(&event);
    }
}
END_TEST

/* Who may run what. */

enum who { NONE, SELF, OTHERS, ANYBODY };

static const struct {
    const char *name;
    bool key;
    bool own_tenant;
    enum who people;
    enum who chats;
    const char *reason; /* "": may be run */
} permissions[] = {
    { "nobody", true, true, NONE, NONE, "not permitted" },
    { "this person", true, true, SELF, NONE, "" },
    { "another person", true, true, OTHERS, NONE, "not permitted" },
    { "everybody", true, true, ANYBODY, NONE, "" },
    { "this chat", true, true, NONE, SELF, "" },
    { "another chat", true, true, NONE, OTHERS, "not permitted" },
    { "all chats", true, true, NONE, ANYBODY, "" },
    { "this person here", true, true, SELF, SELF, "" },
    { "this person elsewhere", true, true, SELF, OTHERS, "not permitted" },
    { "others here", true, true, OTHERS, SELF, "not permitted" },
    { "others elsewhere", true, true, OTHERS, OTHERS, "not permitted" },
    { "everybody here", true, true, ANYBODY, SELF, "" },
    { "everybody elsewhere", true, true, ANYBODY, OTHERS, "not permitted" },
    { "everybody everywhere", true, true, ANYBODY, ANYBODY, "" },
    { "of another tenant", true, false, ANYBODY, ANYBODY, "foreign tenant" },
    { "without a key", false, true, ANYBODY, ANYBODY, "no encrypt_key" },
    { "with nothing", false, false, NONE, NONE, "no encrypt_key" },
};

static struct config_list list_of(enum who who, char **items, const char *self)
{
    static char other[] = "someone_else";
    static char any[] = "*";
    static char own[2][16];
    size_t which = self[1] == 'u' ? 0 : 1;
    (void)snprintf(own[which], sizeof(own[which]), "%s", self);
    items[0] = other;
    items[1] = who == ANYBODY ? any : own[which];
    const size_t counts[] = { [NONE] = 0, [SELF] = 2, [OTHERS] = 1, [ANYBODY] = 2 };
    return (struct config_list){ items, counts[who] };
}

/* By the defaults, and by a rule of its own against defaults that say the reverse. */
START_TEST(permission)
{
    char *people[2];
    char *chats[2];
    static char name[] = "restart";
    int row = _i / 2;
    bool own = _i % 2 == 1;
    bool may = permissions[row].reason[0] == '\0';
    struct action action;
    struct config_rule rule = { .name = own ? name : NULL,
                                .people = list_of(permissions[row].people, people, ME),
                                .chats = list_of(permissions[row].chats, chats, CHAT),
                                .max_delay_s = 120 };
    struct event event = message("restart web", true, &nobody);
    event.message.own_tenant = permissions[row].own_tenant;
    if (!permissions[row].key)
        secret_release(&config.app.encrypt_key);
    if (own) {
        own_rule = rule;
        config.rule_count = 1;
        config.defaults.people.count = may ? 0 : 1;
    } else {
        config.defaults = rule;
    }
    decide(&event, &action);
    ck_assert_int_eq(action.kind, ACTION_RUN);
    ck_assert_msg((action.denial == NULL) == may, "%s", permissions[row].name);
    ck_assert_str_eq(action.reason, permissions[row].reason);
    ck_assert(action_may_run(&event, &config, "restart") == may);
    if (own)
        ck_assert(action_may_run(&event, &config, "other") ==
                  (!may && permissions[row].key && permissions[row].own_tenant));
    action_release(&action);
    event_release(&event);
}
END_TEST

/* Who is refused learns what to ask for. */
START_TEST(denial_tells_the_ids)
{
    struct action action;
    struct event event = message("restart", true, &nobody);
    config.defaults.people.count = 0;
    decide(&event, &action);
    ck_assert_ptr_nonnull(strstr(action.denial, "restart"));
    ck_assert_ptr_nonnull(strstr(action.denial, ME));
    ck_assert_ptr_nonnull(strstr(action.denial, CHAT));
    action_release(&action);
    event_release(&event);
}
END_TEST

/* Words that could be options. */
static const struct {
    const char *text;
    const char *option; /* NULL: none is found */
} options[] = {
    { "restart web", NULL },      { "restart a-b a- +x", NULL },
    { "restart －f", NULL },      { "restart —force", NULL },
    { "restart -f", "-f" },       { "restart web --force now", "--force" },
    { "restart -", "-" },         { "restart -- web", "--" },
    { "restart '-f'", "-f" },     { "restart \"\"-f", "-f" },
    { "restart \u200b-f", "-f" }, { "restart\u3000-f", "-f" },
    { "restart '-a b'", "-a b" }, { "restart -<at id=all>", "-＜at" },
};

START_TEST(option_words)
{
    struct action action;
    struct event event = message(options[_i].text, true, &nobody);
    decide(&event, &action);
    ck_assert_msg((action.denial != NULL) == (options[_i].option != NULL), "%s", options[_i].text);
    if (options[_i].option != NULL) {
        char *wanted = memory_format("(%s)", options[_i].option);
        ck_assert_str_eq(action.reason, "option refused");
        ck_assert_msg(strstr(action.denial, wanted) != NULL, "%s", action.denial);
        free(wanted);
    }
    action_release(&action);
    config.defaults.options = true;
    decide(&event, &action);
    ck_assert_ptr_null(action.denial);
    action_release(&action);
    event_release(&event);
}
END_TEST

/* What waited too long is not run: who wrote it may have done something else since. */
static const struct {
    int64_t created_ms;
    const char *late; /* how many seconds it says, or NULL if it is run */
} ages[] = {
    { NOW_MS, NULL },
    { NOW_MS + 5000, NULL },
    { NOW_MS - 1, NULL },
    { NOW_MS - 120000, NULL },
    { NOW_MS - 120001, " 120 seconds " },
    { NOW_MS - 120999, " 120 seconds " },
    { NOW_MS - 121000, " 121 seconds " },
    { NOW_MS - INT64_C(8) * 3600 * 1000, " 28800 seconds " },
    { 0, " 1700000000 seconds " },
};

START_TEST(age)
{
    struct action action;
    struct event event = message("restart web", true, &nobody);
    event.message.created_ms = ages[_i].created_ms;
    decide(&event, &action);
    ck_assert_msg((action.denial != NULL) == (ages[_i].late != NULL), "%d", _i);
    if (ages[_i].late != NULL) {
        ck_assert_str_eq(action.reason, "too old to run");
        ck_assert_msg(strstr(action.denial, ages[_i].late) != NULL, "%s", action.denial);
    }
    ck_assert(action_may_run(&event, &config, "restart")); /* it is still in the list */
    action_release(&action);
    event_release(&event);
}
END_TEST

static void add(Suite *suite, const char *name, const TTest *test, int rows)
{
    TCase *tcase = tcase_create(name);
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_loop_test(tcase, test, 0, rows);
    suite_add_tcase(suite, tcase);
}

static void fill(Suite *suite)
{
    add(suite, "a message", a_message, COUNT(messages));
    add(suite, "very many words", very_many_words, 3);
    add(suite, "a very long name", a_very_long_name, 3);
    add(suite, "who is not answered", who_is_not_answered, COUNT(senders));
    add(suite, "without an id of its own", without_an_id_of_its_own, 1);
    add(suite, "in Chinese", in_chinese, 4);
    add(suite, "ping from the future", ping_from_the_future, 1);
    add(suite, "ping without a time", ping_without_a_time, 1);
    add(suite, "other events", other_events, 1);
    add(suite, "needs the bot's id", needs_the_bots_id, 1);
    add(suite, "permission", permission, 2 * COUNT(permissions));
    add(suite, "denial tells the ids", denial_tells_the_ids, 1);
    add(suite, "option words", option_words, COUNT(options));
    add(suite, "age", age, COUNT(ages));
}

SUITE_MAIN("action", fill)
