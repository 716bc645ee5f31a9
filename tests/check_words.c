/* The bot's sentences: none is missing, each says what it is given, in both languages. */
#include "suite.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "text.h"
#include "words.h"

enum { ARGUMENTS_MAX = 4, LANGUAGES = 2 };

/* How many arguments each phrase takes, as its comment in words.h says. */
static const struct {
    const char *name;
    int arguments;
} phrases[] = {
    [PHRASE_HELP] = { "help", 0 },
    [PHRASE_HELP_FOLDER] = { "help folder", 1 },
    [PHRASE_PONG] = { "pong", 1 },
    [PHRASE_PONG_TIMELESS] = { "pong timeless", 0 },
    [PHRASE_ID] = { "id", 2 },
    [PHRASE_ID_OTHER] = { "id other", 2 },
    [PHRASE_GREETING] = { "greeting", 1 },
    [PHRASE_UNKNOWN] = { "unknown", 1 },
    [PHRASE_UNSUPPORTED] = { "unsupported", 0 },
    [PHRASE_OPEN_QUOTE] = { "open quote", 0 },
    [PHRASE_NO_KEY] = { "no key", 1 },
    [PHRASE_FOREIGN] = { "foreign", 1 },
    [PHRASE_DENIED] = { "denied", 3 },
    [PHRASE_OPTION] = { "option", 2 },
    [PHRASE_LATE] = { "late", 2 },
    [PHRASE_BUSY] = { "busy", 2 },
    [PHRASE_UNSAFE] = { "unsafe", 1 },
    [PHRASE_NO_STORE] = { "no store", 1 },
    [PHRASE_NOT_STARTED] = { "not started", 1 },
    [PHRASE_RUNNING] = { "running", 1 },
    [PHRASE_INTERRUPTED] = { "interrupted", 1 },
    [PHRASE_NO_OUTPUT] = { "no output", 1 },
    [PHRASE_EXIT] = { "exit", 3 },
    [PHRASE_SIGNAL] = { "signal", 3 },
    [PHRASE_TIMEOUT] = { "timeout", 3 },
    [PHRASE_LEFT_OUT] = { "left out", 1 },
    [PHRASE_REFUSED] = { "refused", 1 },
    [PHRASE_STATE_FIRING] = { "state firing", 1 },
    [PHRASE_STATE_ACKNOWLEDGED] = { "state acknowledged", 1 },
    [PHRASE_STATE_SILENCED] = { "state silenced", 1 },
    [PHRASE_STATE_RESOLVED] = { "state resolved", 0 },
    [PHRASE_STATE_STORM] = { "state storm", 1 },
    [PHRASE_STATE_STORM_OVER] = { "state storm over", 0 },
    [PHRASE_STORM] = { "storm", 0 },
    [PHRASE_STORM_OVER] = { "storm over", 0 },
    [PHRASE_SEVERITY_CRITICAL] = { "critical", 0 },
    [PHRASE_SEVERITY_WARNING] = { "warning", 0 },
    [PHRASE_SEVERITY_INFO] = { "info", 0 },
    [PHRASE_ALERT] = { "alert", 0 },
    [PHRASE_SINCE] = { "since", 1 },
    [PHRASE_ENDED] = { "ended", 1 },
    [PHRASE_ACKNOWLEDGED_BY] = { "acknowledged by", 2 },
    [PHRASE_SILENCED_BY] = { "silenced by", 2 },
    [PHRASE_NOT_SHOWN] = { "not shown", 2 },
    [PHRASE_SOME_CRITICAL] = { "some critical", 1 },
    [PHRASE_SOME_WARNING] = { "some warning", 1 },
    [PHRASE_SOME_INFO] = { "some info", 1 },
    [PHRASE_LIST] = { "list", 2 },
    [PHRASE_ENDED_NOT_SHOWN] = { "ended not shown", 1 },
    [PHRASE_SOURCE_LEFT_OUT] = { "source left out", 1 },
    [PHRASE_LINK_RUNBOOK] = { "runbook", 0 },
    [PHRASE_LINK_DASHBOARD] = { "dashboard", 0 },
    [PHRASE_LINK_PANEL] = { "panel", 0 },
    [PHRASE_LINK_SOURCE] = { "source", 0 },
    [PHRASE_BUTTON_ACKNOWLEDGE] = { "acknowledge", 0 },
    [PHRASE_BUTTON_SILENCE] = { "silence", 1 },
    [PHRASE_BUTTON_UNSILENCE] = { "unsilence", 0 },
    [PHRASE_BUTTON_VIEW] = { "view", 0 },
    [PHRASE_BUTTON_SILENCE_AT] = { "silence at", 0 },
    [PHRASE_CONFIRM_SILENCE] = { "confirm silence", 1 },
    [PHRASE_CONFIRM_MUTES] = { "confirm mutes", 1 },
    [PHRASE_NOTE_JOINED] = { "note joined", 3 },
    [PHRASE_NOTE_RESOLVED] = { "note resolved", 2 },
    [PHRASE_NOTE_REPEAT] = { "note repeat", 2 },
    [PHRASE_TOAST_OLD] = { "toast old", 0 },
    [PHRASE_TOAST_DENIED] = { "toast denied", 0 },
    [PHRASE_TOAST_BUSY] = { "toast busy", 0 },
    [PHRASE_TOAST_ACKNOWLEDGED] = { "toast acknowledged", 0 },
    [PHRASE_TOAST_TAKEN] = { "toast taken", 2 },
    [PHRASE_TOAST_SILENCED] = { "toast silenced", 1 },
    [PHRASE_TOAST_SILENT] = { "toast silent", 2 },
    [PHRASE_TOAST_UNSILENCED] = { "toast unsilenced", 0 },
    [PHRASE_TOAST_NOT_SILENT] = { "toast not silent", 0 },
    [PHRASE_TOAST_NO_ANSWER] = { "toast no answer", 0 },
    [PHRASE_TOAST_REFUSED] = { "toast refused", 1 },
    [PHRASE_TOAST_UNKNOWN] = { "toast unknown", 0 },
    [PHRASE_TOAST_OVER] = { "toast over", 0 },
    [PHRASE_HELP_ALERTS] = { "help alerts", 0 },
    [PHRASE_USAGE_ALERTS] = { "usage alerts", 0 },
    [PHRASE_USAGE_SILENCES] = { "usage silences", 0 },
    [PHRASE_USAGE_SILENCE] = { "usage silence", 0 },
    [PHRASE_USAGE_UNSILENCE] = { "usage unsilence", 0 },
    [PHRASE_USAGE_ACKNOWLEDGE] = { "usage acknowledge", 0 },
    [PHRASE_ALERTS] = { "alerts", 2 },
    [PHRASE_NO_ALERTS] = { "no alerts", 0 },
    [PHRASE_MORE_ALERTS] = { "more alerts", 1 },
    [PHRASE_UNTIL] = { "until", 1 },
    [PHRASE_SILENCES] = { "silences", 2 },
    [PHRASE_NO_SILENCES] = { "no silences", 0 },
    [PHRASE_SILENCE_MADE] = { "silence made", 3 },
    [PHRASE_NO_SUCH_SILENCE] = { "no such silence", 1 },
    [PHRASE_NOT_CONFIRMED] = { "not confirmed", 0 },
    [PHRASE_NO_ALERTMANAGER] = { "no alertmanager", 0 },
    [PHRASE_NOT_LISTED] = { "not listed", 1 },
    [PHRASE_NO_CARD] = { "no card", 0 },
};

static const char *const markers[ARGUMENTS_MAX] = { "first#", "second#", "third#", "fourth#" };

/* The phrase of the loop's row, said with the first count markers. What is behind the end of the
 * arguments is none. */
static char *say(int row, enum language language, int count)
{
    const char *arguments[2 * ARGUMENTS_MAX + 1];
    for (int i = 0; i < COUNT(arguments); i++)
        arguments[i] = i < count ? markers[i] : "behind the end";
    arguments[count] = NULL;
    return words_say(language, (enum phrase)row, arguments);
}

static int occurrences(const char *text, const char *part)
{
    int count = 0;
    for (const char *at = strstr(text, part); at != NULL; at = strstr(at + 1, part))
        count++;
    return count;
}

START_TEST(every_phrase_is_here)
{
    ck_assert_int_eq(COUNT(phrases), PHRASE_COUNT);
    for (int i = 0; i < PHRASE_COUNT; i++)
        ck_assert_msg(phrases[i].name != NULL, "phrase %d", i);
}
END_TEST

START_TEST(says_its_arguments)
{
    for (int language = 0; language < LANGUAGES; language++) {
        char *said = say(_i, (enum language)language, ARGUMENTS_MAX);
        for (int i = 0; i < ARGUMENTS_MAX; i++)
            ck_assert_msg(occurrences(said, markers[i]) == (i < phrases[_i].arguments ? 1 : 0),
                          "%s, argument %d: %s", phrases[_i].name, i + 1, said);
        ck_assert_msg(strpbrk(said, "{}%") == NULL, "%s: %s", phrases[_i].name, said);
        free(said);
    }
}
END_TEST

/* What is not given stays to be seen, and nothing beyond the arguments is read. */
START_TEST(stops_at_the_last_argument)
{
    int arguments = phrases[_i].arguments;
    for (int count = 0; count < arguments; count++) {
        char *wanted = memory_format("{%d}", count + 1);
        for (int language = 0; language < LANGUAGES; language++) {
            char *said = say(_i, (enum language)language, count);
            ck_assert_msg(occurrences(said, wanted) == 1, "%s: %s", phrases[_i].name, said);
            ck_assert_msg(strstr(said, "behind") == NULL, "%s: %s", phrases[_i].name, said);
            free(said);
        }
        free(wanted);
    }
}
END_TEST

static bool has_chinese(const char *text)
{
    for (const char *at = text; *at != '\0'; at++) {
        unsigned char byte = (unsigned char)*at;
        if (byte >= 0xe3 && byte <= 0xef) /* the first byte of U+3000 and above */
            return true;
    }
    return false;
}

START_TEST(is_in_its_language)
{
    char *chinese = say(_i, LANGUAGE_ZH, ARGUMENTS_MAX);
    char *english = say(_i, LANGUAGE_EN, ARGUMENTS_MAX);
    ck_assert_msg(has_chinese(chinese), "%s: %s", phrases[_i].name, chinese);
    ck_assert_msg(!has_chinese(english), "%s: %s", phrases[_i].name, english);
    ck_assert_msg(text_is_utf8(chinese, strlen(chinese)), "%s", phrases[_i].name);
    ck_assert_msg(text_is_utf8(english, strlen(english)), "%s", phrases[_i].name);
    free(chinese);
    free(english);
}
END_TEST

static const struct {
    enum language language;
    enum phrase phrase;
    const char *said;
} exact[] = {
    { LANGUAGE_ZH, PHRASE_UNSUPPORTED, "目前只支持文字消息，发送“帮助”查看用法" },
    { LANGUAGE_ZH, PHRASE_PONG, "pong（距消息发出 first# 毫秒）" },
    { LANGUAGE_EN, PHRASE_PONG, "pong (first# ms after you wrote)" },
    { LANGUAGE_ZH, PHRASE_ID, "会话：first#\n你：second#" },
    { LANGUAGE_EN, PHRASE_ID, "chat: first#\nyou: second#" },
    { LANGUAGE_ZH, PHRASE_EXIT, "first# 失败，退出码 second#。third#" },
    { LANGUAGE_EN, PHRASE_EXIT, "first# failed with exit status second#.third#" },
};

START_TEST(says_exactly)
{
    char *said = say((int)exact[_i].phrase, exact[_i].language, ARGUMENTS_MAX);
    ck_assert_str_eq(said, exact[_i].said);
    free(said);
}
END_TEST

/* What people are to learn from a phrase, whatever its words. */
static const struct {
    enum phrase phrase;
    const char *parts[2][5];
} parts[] = {
    { PHRASE_HELP, { { "help", "帮助", "ping", "id", "id @" }, { "help", "ping", "id @" } } },
    { PHRASE_GREETING, { { "@", "ping", "帮助", "chat_id" }, { "ping", "help", "chat_id" } } },
    { PHRASE_UNKNOWN, { { "帮助" }, { "help" } } },
    { PHRASE_UNSUPPORTED, { { "帮助" }, { "help" } } },
    { PHRASE_NO_KEY, { { "Encrypt Key" }, { "Encrypt Key" } } },
    { PHRASE_LATE, { { "重新发送" }, { "send it again" } } },
    { PHRASE_BUSY, { { "稍后" }, { "again later" } } },
    { PHRASE_INTERRUPTED, { { "被中断", "检查" }, { "was interrupted", "check" } } },
};

START_TEST(tells_what_to_do)
{
    for (int language = 0; language < LANGUAGES; language++) {
        char *said = say((int)parts[_i].phrase, (enum language)language, ARGUMENTS_MAX);
        for (int i = 0; i < 5 && parts[_i].parts[language][i] != NULL; i++)
            ck_assert_msg(strstr(said, parts[_i].parts[language][i]) != NULL, "%s lacks %s", said,
                          parts[_i].parts[language][i]);
        free(said);
    }
}
END_TEST

/* Arguments come from people and programs: they are never read as phrases. */
static const struct {
    const char *first;
    const char *second;
    const char *said;
} hostile[] = {
    { "", "", "chat: \nyou: " },
    { "{2}", "x", "chat: {2}\nyou: x" },
    { "{1}", "{1}", "chat: {1}\nyou: {1}" },
    { "%s%n", "%%", "chat: %s%n\nyou: %%" },
    { "{", "}", "chat: {\nyou: }" },
    { "\xff", "\x01", "chat: \xff\nyou: \x01" },
};

START_TEST(arguments_are_only_text)
{
    char *said = words_say(LANGUAGE_EN, PHRASE_ID, WORDS(hostile[_i].first, hostile[_i].second));
    ck_assert_str_eq(said, hostile[_i].said);
    free(said);
}
END_TEST

START_TEST(a_large_argument)
{
    enum { LEN = 1 << 20 };
    char *large = memory_zero(LEN + 1, 1);
    memset(large, 'x', LEN);
    char *said = words_say(LANGUAGE_EN, PHRASE_HELP_FOLDER, WORDS(large));
    ck_assert_uint_eq(strlen(said), LEN + strlen("\n\nHere you may also run:\n"));
    free(said);
    free(large);
}
END_TEST

static const struct {
    const char *name;
    bool known;
    enum language language;
} languages[] = {
    { "zh", true, LANGUAGE_ZH },  { "en", true, LANGUAGE_EN },     { "", false, LANGUAGE_EN },
    { "ZH", false, LANGUAGE_EN }, { "zh_CN", false, LANGUAGE_EN }, { "z", false, LANGUAGE_EN },
    { "de", false, LANGUAGE_EN },
};

START_TEST(names_of_languages)
{
    enum language language = LANGUAGE_EN;
    ck_assert_msg(words_language(languages[_i].name, &language) == languages[_i].known, "%s",
                  languages[_i].name);
    ck_assert_msg(language == languages[_i].language, "%s", languages[_i].name);
    if (languages[_i].known)
        ck_assert_str_eq(words_language_name(language), languages[_i].name);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "every phrase is here", every_phrase_is_here, 1);
    suite_add(suite, "says its arguments", says_its_arguments, COUNT(phrases));
    suite_add(suite, "stops at the last argument", stops_at_the_last_argument, COUNT(phrases));
    suite_add(suite, "is in its language", is_in_its_language, COUNT(phrases));
    suite_add(suite, "says exactly", says_exactly, COUNT(exact));
    suite_add(suite, "tells what to do", tells_what_to_do, COUNT(parts));
    suite_add(suite, "arguments are only text", arguments_are_only_text, COUNT(hostile));
    suite_add(suite, "a large argument", a_large_argument, 1);
    suite_add(suite, "names of languages", names_of_languages, COUNT(languages));
}

SUITE_MAIN("words", fill)
