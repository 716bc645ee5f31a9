/* Pure. From what somebody wrote to the words of a command. No shell, no expansion. */
#ifndef FEISHU_COMMAND_LINE_H
#define FEISHU_COMMAND_LINE_H

#include <stdbool.h>
#include <stddef.h>

struct error;

struct command_line {
    char **words; /* NULL-terminated, as for exec; words[0] is the command's name */
    size_t count;
};

/* Folds text (text_fold) and splits it at white space; '…' and "…" group words, and inside "…" a
 * backslash keeps the next quote or backslash. At most 64 words. ERROR_INVALID: a quote is left
 * open, or there are too many words; nothing to release. An empty text has no words. Otherwise the
 * caller releases. */
bool command_line_parse(const char *text, struct command_line *line, struct error *error)
    __attribute__((warn_unused_result));

/* Frees the words. */
void command_line_release(struct command_line *line);

/* Whether name can be a folder command's: [a-z0-9][a-z0-9_-]*, at most 64 characters. */
bool command_line_is_name(const char *name);

#endif
