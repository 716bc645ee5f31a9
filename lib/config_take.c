#include "config_take.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "config_check.h"
#include "config_rule.h"
#include "config_scan.h"
#include "config_schema.h"
#include "config_text.h"
#include "config_tree.h"
#include "error.h"
#include "list.h"
#include "memory.h"
#include "number.h"

const char config_disagreement[] = "cannot be read; write it in the plainest way";

static bool fail(const struct config_item *item, const char *what)
{
    const char *key = item->mark->is_file ? item->key->file_name : item->key->name;
    return config_fault(item->error, item->name, item->mark->line, item->section->name, key, what);
}

/* The only value of what is no list; NULL and the error set if libconfuse has another number. */
static const char *value_of(const struct config_item *item)
{
    const char *name = item->mark->is_file ? item->key->file_name : item->key->name;
    if (config_tree_count(item->tree, name) == 1)
        return config_tree_value(item->tree, name, 0);
    fail(item, config_disagreement);
    return NULL;
}

static bool is_good(const struct config_item *item, const char *value)
{
    const char *wrong = item->key->check == NULL ? NULL : item->key->check(value);
    return wrong == NULL || fail(item, wrong);
}

static bool take_text(const struct config_item *item)
{
    char **text = item->field;
    const char *value = value_of(item);
    if (value == NULL || !is_good(item, value))
        return false;
    free(*text); /* what was inherited */
    *text = memory_copy(value);
    return true;
}

static bool take_list(const struct config_item *item)
{
    struct config_list *list = item->field;
    const size_t count = config_tree_count(item->tree, item->key->name);
    if (count != item->mark->len)
        return fail(item, config_disagreement);
    config_list_release(list);
    list->items = memory_zero(count, sizeof(*list->items));
    for (size_t i = 0; i < count; i++) {
        const char *value = config_tree_value(item->tree, item->key->name, i);
        if (!is_good(item, value))
            return false;
        list->items[list->count++] = memory_copy(value);
    }
    return true;
}

static bool take_choice(const struct config_item *item)
{
    const char *const *choices = item->key->choices;
    char what[100] = "must be one of:";
    const char *value = value_of(item);
    if (value == NULL)
        return false;
    for (unsigned i = 0; choices[i] != NULL; i++) {
        if (strcmp(choices[i], value) == 0) {
            memcpy(item->field, &i, sizeof(i));
            return true;
        }
        const size_t len = strlen(what);
        (void)snprintf(what + len, sizeof(what) - len, " '%s'", choices[i]);
    }
    return fail(item, what);
}

static bool take_number(const struct config_item *item)
{
    const struct config_key *key = item->key;
    int64_t *field = item->field;
    char what[100];
    uint64_t number;
    const char *value = value_of(item);
    if (value == NULL)
        return false;
    const bool is_zero = key->zero && number_parse(value, 0, 0, &number);
    if (!is_zero && !number_parse(value, (uint64_t)key->min, (uint64_t)key->max, &number)) {
        (void)snprintf(what, sizeof(what), "must be %sa whole number from %lld to %lld",
                       key->zero ? "0 or " : "", (long long)key->min, (long long)key->max);
        return fail(item, what);
    }
    *field = (int64_t)number;
    return true;
}

static bool take_flag(const struct config_item *item)
{
    bool *flag = item->field;
    const char *value = value_of(item);
    if (value == NULL)
        return false;
    *flag = strcmp(value, "true") == 0;
    return *flag || strcmp(value, "false") == 0 || fail(item, "must be true or false");
}

static bool read_secret(const struct config_item *item, struct secret *secret)
{
    struct error cause = ERROR_INIT;
    const char *path = value_of(item);
    if (path == NULL)
        return false;
    const char *wrong = config_check_path(path);
    if (wrong != NULL)
        return fail(item, wrong);
    item->files->items =
        list_grow(item->files->items, item->files->count, sizeof(*item->files->items));
    item->files->items[item->files->count++] = memory_copy(path);
    return item->read_file(path, secret, &cause) || fail(item, cause.text);
}

/* Takes a secret from the text itself: libconfuse has a filler in its place. */
static void unquote_secret(const char *quoted, size_t quoted_len, struct secret *secret)
{
    char *value = memory_get(quoted_len);
    const size_t len = config_text_unquote(quoted, quoted_len, value);
    secret_set(secret, value, len);
    explicit_bzero(value, quoted_len);
    free(value);
}

static size_t count_characters(const struct secret *secret)
{
    size_t count = 0;
    for (size_t i = 0; i < secret->len; i++)
        count += ((unsigned char)secret->data[i] & 0xc0) != 0x80;
    return count;
}

static bool is_good_secret(const struct config_item *item, const struct secret *secret)
{
    const struct config_key *key = item->key;
    char what[100];
    const int64_t count = (int64_t)count_characters(secret);
    if (count < key->min || count > key->max) {
        (void)snprintf(what, sizeof(what), "must have %lld to %lld characters", (long long)key->min,
                       (long long)key->max);
        return fail(item, what);
    }
    if (!config_text_is_clean(secret->data, secret->len))
        return fail(item, "must be UTF-8 without control characters");
    /* What is copied from a web page often has a space too many. */
    if (secret->data[0] == ' ' || secret->data[secret->len - 1] == ' ')
        return fail(item, "has a space at one of its ends");
    return is_good(item, secret->data);
}

static bool take_secret(const struct config_item *item)
{
    struct secret *secret = item->field;
    if (item->mark->is_file && !read_secret(item, secret))
        return false;
    if (!item->mark->is_file)
        unquote_secret(item->text + item->mark->start, item->mark->len, secret);
    return is_good_secret(item, secret);
}

/* Takes the next secret of a list, from where the text stands to what is behind it. The scan has
 * found nothing wrong with it. */
static void next_secret(struct config_text *text, struct secret *secret)
{
    (void)config_text_skip(text);
    const size_t start = text->at;
    (void)config_text_value(text);
    unquote_secret(text->data + start, text->at - start, secret);
    (void)config_text_skip(text);
    if (config_text_peek(text) == ',')
        text->at++;
}

static bool take_secrets(const struct config_item *item)
{
    const struct config_mark *mark = item->mark;
    struct config_secrets *list = item->field;
    bool done = config_tree_count(item->tree, item->key->name) == mark->len ||
                fail(item, config_disagreement);
    struct config_text text = {
        .data = item->text,
        .len = mark->end,
        .at = mark->start + 1,
        .line = mark->line,
        .plain = memory_zero(mark->end, 1), /* where comments are blanked */
    };
    config_secrets_release(list);
    list->items = memory_zero(mark->len + 1, sizeof(*list->items));
    while (done && list->count < mark->len) {
        next_secret(&text, &list->items[list->count]);
        done = is_good_secret(item, &list->items[list->count++]);
    }
    free(text.plain);
    return done;
}

static bool (*const take[])(const struct config_item *item) = {
    [CONFIG_TEXT] = take_text, [CONFIG_SECRET] = take_secret,   [CONFIG_CHOICE] = take_choice,
    [CONFIG_LIST] = take_list, [CONFIG_SECRETS] = take_secrets, [CONFIG_NUMBER] = take_number,
    [CONFIG_FLAG] = take_flag,
};

bool config_take(const struct config_item *item)
{
    return take[item->key->type](item);
}

void config_take_absent(const struct config_key *key, void *field)
{
    if (key->type == CONFIG_TEXT && key->text != NULL)
        *(char **)field = memory_copy(key->text);
    if (key->type == CONFIG_SECRET && key->text != NULL)
        secret_set(field, key->text, strlen(key->text));
    if (key->type == CONFIG_NUMBER)
        *(int64_t *)field = key->number;
}

void config_drop(const struct config_key *key, void *field)
{
    if (key->type == CONFIG_TEXT)
        free(*(char **)field);
    if (key->type == CONFIG_SECRET)
        secret_release(field);
    if (key->type == CONFIG_LIST)
        config_list_release(field);
    if (key->type == CONFIG_SECRETS)
        config_secrets_release(field);
}
