#include "alert_command.h"

#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "command_line.h"
#include "config.h"
#include "duration.h"
#include "error.h"
#include "list.h"
#include "memory.h"
#include "number.h"

enum { TEXT_MAX = 1000 /* bytes of a comment */, NUMBER_MAX = 9999 };

static bool read_alerts(const struct command_line *line, struct alert_command *command);
static bool read_silences(const struct command_line *line, struct alert_command *command);
static bool read_silence(const struct command_line *line, struct alert_command *command);
static bool read_unsilence(const struct command_line *line, struct alert_command *command);
static bool read_acknowledge(const struct command_line *line, struct alert_command *command);

static const struct {
    const char *name;
    bool acts;
    enum phrase usage;
    bool (*read)(const struct command_line *line, struct alert_command *command);
} commands[] = {
    [ALERT_COMMAND_ALERTS] = { "alerts", false, PHRASE_USAGE_ALERTS, read_alerts },
    [ALERT_COMMAND_SILENCES] = { "silences", false, PHRASE_USAGE_SILENCES, read_silences },
    [ALERT_COMMAND_SILENCE] = { "silence", true, PHRASE_USAGE_SILENCE, read_silence },
    [ALERT_COMMAND_UNSILENCE] = { "unsilence", true, PHRASE_USAGE_UNSILENCE, read_unsilence },
    [ALERT_COMMAND_ACKNOWLEDGE] = { "acknowledge", true, PHRASE_USAGE_ACKNOWLEDGE,
                                    read_acknowledge },
};

static const struct {
    const char *word;
    enum alert_command_kind kind;
} words[] = {
    { "alerts", ALERT_COMMAND_ALERTS },       { "告警", ALERT_COMMAND_ALERTS },
    { "silences", ALERT_COMMAND_SILENCES },   { "静默列表", ALERT_COMMAND_SILENCES },
    { "silence", ALERT_COMMAND_SILENCE },     { "静默", ALERT_COMMAND_SILENCE },
    { "unsilence", ALERT_COMMAND_UNSILENCE }, { "撤销静默", ALERT_COMMAND_UNSILENCE },
    { "ack", ALERT_COMMAND_ACKNOWLEDGE },     { "认领", ALERT_COMMAND_ACKNOWLEDGE },
};

bool alert_command_is_word(const char *word, enum alert_command_kind *kind)
{
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (strcmp(words[i].word, word) == 0) {
            *kind = words[i].kind;
            return true;
        }
    }
    return false;
}

bool alert_command_is_chat(const struct config *config, const char *chat_id)
{
    for (size_t i = 0; i < config->receiver_count; i++) {
        const char *chat = config->receivers[i].chat;
        if (chat[0] != '\0' && strcmp(chat, chat_id) == 0)
            return true;
    }
    return false;
}

const char *alert_command_name(enum alert_command_kind kind)
{
    return commands[kind].name;
}

bool alert_command_acts(enum alert_command_kind kind)
{
    return commands[kind].acts;
}

enum phrase alert_command_usage(enum alert_command_kind kind)
{
    return commands[kind].usage;
}

/* Appends the word to the text, which is one of words. */
static void add_word(struct buf *text, const char *word)
{
    buf_add_format(text, "%s%s", text->len > 0 ? " " : "", word);
}

static bool add_matcher(struct alert_command *command, const char *word)
{
    struct error error = ERROR_INIT;
    command->matchers =
        list_grow(command->matchers, command->matcher_count, sizeof(*command->matchers));
    if (!matcher_read(word, &command->matchers[command->matcher_count], &error))
        return false;
    command->matcher_count++;
    return true;
}

static bool has_operator(const char *word)
{
    return strpbrk(word, "=~") != NULL;
}

static bool keep_text(struct alert_command *command, struct buf *text)
{
    const bool fits = !text->failed;
    command->text = memory_copy(fits ? buf_text(text) : "");
    buf_release(text);
    return fits;
}

static bool read_alerts(const struct command_line *line, struct alert_command *command)
{
    struct buf text = BUF_INIT(TEXT_MAX);
    bool good = true;
    for (size_t i = 1; i < line->count && good; i++) {
        if (has_operator(line->words[i]))
            good = add_matcher(command, line->words[i]);
        else
            add_word(&text, line->words[i]);
    }
    return keep_text(command, &text) && good;
}

static bool read_silences(const struct command_line *line, struct alert_command *command)
{
    (void)command;
    return line->count == 1;
}

/* Also "2 小时", in two words. How many words, 0 if there is no length of time at i. */
static size_t duration_at(const struct command_line *line, size_t i, int64_t *length_ms)
{
    if (duration_read(line->words[i], ALERT_COMMAND_SILENCE_MS, length_ms))
        return 1;
    if (i + 1 == line->count)
        return 0;
    char *pair = memory_format("%s %s", line->words[i], line->words[i + 1]);
    const bool good = duration_read(pair, ALERT_COMMAND_SILENCE_MS, length_ms);
    free(pair);
    return good ? 2 : 0;
}

static bool read_silence(const struct command_line *line, struct alert_command *command)
{
    size_t at = 1;
    size_t taken = 0;
    struct buf text = BUF_INIT(TEXT_MAX);
    for (; at < line->count; at++) {
        const char *word = line->words[at];
        taken = has_operator(word) ? 0 : duration_at(line, at, &command->silence_ms);
        if (taken > 0)
            break;
        char *named =
            has_operator(word) || at > 1 ? memory_copy(word) : memory_format("alertname=%s", word);
        const bool good = add_matcher(command, named);
        free(named);
        if (!good)
            return false;
    }
    for (at += taken; at < line->count; at++)
        add_word(&text, line->words[at]);
    return keep_text(command, &text) && taken > 0;
}

/* An id is what Alertmanager makes: it becomes a part of an address. */
static bool read_unsilence(const struct command_line *line, struct alert_command *command)
{
    static const char letters[] = "0123456789abcdefABCDEF-";
    const char *id = line->count == 2 ? line->words[1] : "";
    command->text = memory_copy(id);
    return id[0] != '\0' && strlen(id) <= 64 && strspn(id, letters) == strlen(id);
}

static bool read_acknowledge(const struct command_line *line, struct alert_command *command)
{
    return line->count == 1 ||
           (line->count == 2 && number_parse(line->words[1], 1, NUMBER_MAX, &command->number));
}

bool alert_command_read(const struct command_line *line, struct alert_command *command)
{
    enum alert_command_kind kind = ALERT_COMMAND_ALERTS;
    (void)alert_command_is_word(line->words[0], &kind);
    *command = (struct alert_command){ .kind = kind };
    if (!commands[kind].read(line, command)) {
        alert_command_release(command);
        return false;
    }
    if (command->text == NULL)
        command->text = memory_copy("");
    return true;
}

void alert_command_release(struct alert_command *command)
{
    for (size_t i = 0; i < command->matcher_count; i++)
        matcher_release(&command->matchers[i]);
    free(command->matchers);
    free(command->text);
    *command = (struct alert_command){ .kind = ALERT_COMMAND_ALERTS };
}
