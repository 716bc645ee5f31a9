#include "command_line.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"
#include "text.h"

enum { WORDS_MAX = 64, NAME_MAX_LEN = 64 };

static const char white_space[] = " \t\n\v\f\r";

/* Whether at is a backslash that keeps the next character within "…". */
static bool is_escape(const char *at)
{
    return at[0] == '\\' && (at[1] == '"' || at[1] == '\\');
}

/* Moves what the quote at *from groups to *to; false if it is left open. */
static bool take_quoted(const char **from, char **to)
{
    const char quote = *(*from)++;
    while (**from != quote) {
        if (**from == '\0')
            return false;
        if (quote == '"' && is_escape(*from))
            (*from)++;
        *(*to)++ = *(*from)++;
    }
    (*from)++;
    return true;
}

/* Moves the word at *from to *to; false if it leaves a quote open. */
static bool take_word(const char **from, char **to)
{
    while (**from != '\0' && strchr(white_space, **from) == NULL) {
        const bool quoted = **from == '\'' || **from == '"';
        if (quoted && !take_quoted(from, to))
            return false;
        if (!quoted)
            *(*to)++ = *(*from)++;
    }
    return true;
}

bool command_line_parse(const char *text, struct command_line *line, struct error *error)
{
    bool done = false;
    char *folded = text_fold(text);
    char *word = memory_get(strlen(folded) + 1);
    const char *from = folded + strspn(folded, white_space);
    line->words = memory_zero(WORDS_MAX + 1, sizeof(line->words[0]));
    line->count = 0;
    while (*from != '\0') {
        char *to = word;
        if (line->count == WORDS_MAX) {
            error_set(error, ERROR_INVALID, "more than %d words", WORDS_MAX);
            goto out;
        }
        if (!take_word(&from, &to)) {
            error_set(error, ERROR_INVALID, "a quote is left open");
            goto out;
        }
        line->words[line->count++] = memory_copy_bytes(word, (size_t)(to - word));
        from += strspn(from, white_space);
    }
    done = true;
out:
    free(word);
    free(folded);
    if (!done)
        command_line_release(line);
    return done;
}

void command_line_release(struct command_line *line)
{
    for (size_t i = 0; i < line->count; i++)
        free(line->words[i]);
    free(line->words);
    *line = (struct command_line){ NULL, 0 };
}

bool command_line_is_name(const char *name)
{
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_-";
    const size_t len = strlen(name);
    return len > 0 && len <= NAME_MAX_LEN && strspn(name, allowed) == len && name[0] != '_' &&
           name[0] != '-';
}
