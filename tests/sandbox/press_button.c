#include "press_button.h"

#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "memory.h"
#include "tree.h"

enum { VALUE_MAX = 1 << 20 };

/* What a button is looked for by. */
struct wanted {
    int64_t index; /* -1: any */
    const char *name;
    const char *text;
    char *value; /* as JSON; NULL: any */
    int64_t seen;
};

/* A field of whatever type, as JSON; NULL if it is absent. Caller frees. */
static char *print_field(struct json_object *object, const char *key)
{
    struct buf out = BUF_INIT(VALUE_MAX);
    struct json_object *field = tree_field(object, key);
    if (field == NULL)
        return NULL;
    tree_print(field, &out);
    char *text = memory_copy(buf_text(&out));
    buf_release(&out);
    return text;
}

static const char *first_text(struct json_object *object, const char *const *keys, size_t count)
{
    const char *text = NULL;
    for (size_t i = 0; text == NULL && i < count; i++)
        text = tree_text(object, keys[i]);
    return text;
}

/* What schema 2.0 says of a press. */
static void read_behaviors(struct json_object *behaviors, struct press_button *button)
{
    static const char *const urls[] = { "pc_url", "default_url" };
    for (size_t i = 0; i < tree_count(behaviors); i++) {
        struct json_object *behavior = tree_at(behaviors, i);
        const char *type = tree_text(behavior, "type");
        if (type != NULL && strcmp(type, "callback") == 0) {
            button->calls_back = true;
            button->value = tree_field(behavior, "value");
        } else if (type != NULL && strcmp(type, "open_url") == 0) {
            button->url = first_text(behavior, urls, sizeof(urls) / sizeof(urls[0]));
        }
    }
}

static struct press_button read_button(struct json_object *element)
{
    static const char *const urls[] = { "pc_url", "url" };
    struct press_button button = { .element = element };
    struct json_object *several = tree_object(element, "multi_url");
    (void)tree_bool(element, "disabled", &button.disabled);
    button.confirm = tree_object(element, "confirm");
    button.value = tree_field(element, "value");
    button.calls_back = button.value != NULL;
    button.url = tree_text(element, "url");
    if (button.url == NULL)
        button.url = first_text(several, urls, sizeof(urls) / sizeof(urls[0]));
    read_behaviors(tree_array(element, "behaviors"), &button);
    return button;
}

static bool same(const char *wanted, const char *there)
{
    return wanted == NULL || (there != NULL && strcmp(wanted, there) == 0);
}

static bool same_value(const char *wanted, struct json_object *value)
{
    struct buf out = BUF_INIT(VALUE_MAX);
    if (wanted == NULL)
        return true;
    if (value != NULL)
        tree_print(value, &out);
    bool equal = strcmp(wanted, buf_text(&out)) == 0;
    buf_release(&out);
    return equal;
}

static bool matches(struct wanted *wanted, const struct press_button *button)
{
    int64_t index = wanted->seen++;
    return (wanted->index < 0 || wanted->index == index) &&
           same(wanted->name, tree_text(button->element, "name")) &&
           same(wanted->text, tree_text(tree_object(button->element, "text"), "content")) &&
           same_value(wanted->value, button->value);
}

/* Looks at the elements, and at those in them. */
static bool search(struct json_object *elements, struct wanted *wanted, struct press_button *button)
{
    static const char *const inner[] = { "columns", "elements", "actions" };
    for (size_t i = 0; i < tree_count(elements); i++) {
        struct json_object *element = tree_at(elements, i);
        const char *tag = tree_text(element, "tag");
        if (tag != NULL && strcmp(tag, "button") == 0) {
            *button = read_button(element);
            if (matches(wanted, button))
                return true;
        }
        for (size_t j = 0; j < sizeof(inner) / sizeof(inner[0]); j++) {
            if (search(tree_array(element, inner[j]), wanted, button))
                return true;
        }
    }
    return false;
}

const char *press_button_find(struct json_object *card, struct json_object *request,
                              struct press_button *button)
{
    struct wanted wanted = { .index = -1 };
    wanted.name = tree_text(request, "name");
    wanted.text = tree_text(request, "text");
    if (tree_has(request, "index") &&
        (!tree_int(request, "index", &wanted.index) || wanted.index < 0))
        return "index: a number from 0";
    wanted.value = print_field(request, "value");
    if (wanted.index < 0 && wanted.name == NULL && wanted.text == NULL && wanted.value == NULL)
        return "which button: index, name, text or value";
    bool found = search(tree_array(tree_object(card, "body"), "elements"), &wanted, button) ||
                 search(tree_array(card, "elements"), &wanted, button);
    free(wanted.value);
    if (!found)
        return "the card has no such button";
    return button->disabled ? "the button is disabled" : NULL;
}
