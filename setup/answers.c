#include "answers.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config_text.h"
#include "error.h"
#include "memory.h"
#include "private_file.h"

enum { FILE_MAX = 65536, BLOCK = 4096 };

struct answer {
    char *name;
    char *value;
};

struct answers {
    struct answer *items;
    size_t count;
};

const char *answers_get(const struct answers *answers, const char *name)
{
    for (size_t i = 0; answers != NULL && i < answers->count; i++) {
        if (strcmp(answers->items[i].name, name) == 0)
            return answers->items[i].value;
    }
    return NULL;
}

static bool is_known(const char *const *names, const char *name)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

/* Takes "name = value"; NULL, or what is wrong. The name is the answers' last one then. */
static const char *take(struct config_text *text, const char *const *names, struct answers *answers)
{
    if (!config_text_is_word(text))
        return "a name is missing";
    const size_t name = text->at;
    config_text_word(text);
    char *word = memory_copy_bytes(text->data + name, text->at - name);
    if (!is_known(names, word)) { /* nor is it said: it may be a secret, in a file of its own */
        explicit_bzero(word, strlen(word));
        free(word);
        return "no question has the name that stands here";
    }
    const bool twice = answers_get(answers, word) != NULL;
    answers->items = memory_resize(answers->items, (answers->count + 1) * sizeof(*answers->items));
    struct answer *answer = &answers->items[answers->count++];
    *answer = (struct answer){ word, NULL };
    if (twice)
        return "stands here for the second time";
    if (config_text_skip(text) != NULL || config_text_peek(text) != '=')
        return "a = is missing";
    text->at++;
    const char *wrong = config_text_skip(text);
    const size_t start = text->at;
    wrong = wrong == NULL ? config_text_value(text) : wrong;
    if (wrong != NULL)
        return wrong;
    answer->value = memory_zero(text->at - start + 1, 1);
    (void)config_text_unquote(text->data + start, text->at - start, answer->value);
    return NULL;
}

static bool take_all(const char *path, const struct buf *file, const char *const *names,
                     struct answers *answers, struct error *error)
{
    struct config_text text = {
        .data = buf_text(file),
        .len = file->len,
        .line = 1,
        .plain = memory_zero(file->len + 1, 1),
    };
    const char *wrong = config_text_skip(&text);
    while (wrong == NULL && config_text_peek(&text) != -1) {
        wrong = take(&text, names, answers);
        wrong = wrong == NULL ? config_text_skip(&text) : wrong;
    }
    free(text.plain);
    if (wrong == NULL)
        return true;
    const bool named = answers->count > 0 && answers->items[answers->count - 1].value == NULL;
    return error_set(error, ERROR_CONFIG, "%s:%zu: %s%s%s", path, text.line,
                     named ? answers->items[answers->count - 1].name : "", named ? ": " : "",
                     wrong);
}

struct answers *answers_read(const char *path, const char *const *names, struct error *error)
{
    struct buf file = BUF_INIT(FILE_MAX + BLOCK);
    struct answers *answers = memory_zero(1, sizeof(*answers));
    if (!private_file_read(path, &file, error) || !take_all(path, &file, names, answers, error)) {
        answers_free(answers);
        answers = NULL;
    }
    buf_wipe(&file);
    return answers;
}

void answers_free(struct answers *answers)
{
    for (size_t i = 0; answers != NULL && i < answers->count; i++) {
        struct answer *answer = &answers->items[i];
        if (answer->value != NULL)
            explicit_bzero(answer->value, strlen(answer->value));
        free(answer->value);
        free(answer->name);
    }
    if (answers != NULL)
        free(answers->items);
    free(answers);
}
