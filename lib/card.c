#include "card.h"

#include <stddef.h>

#include "tree.h"

static struct json_object *tagged(const char *tag)
{
    struct json_object *element = tree_new_object();
    tree_set_text(element, "tag", tag);
    return element;
}

static struct json_object *plain_text(const char *text)
{
    struct json_object *element = tagged("plain_text");
    tree_set_text(element, "content", text);
    return element;
}

struct json_object *card_new(const char *template, const char *title, const char *summary)
{
    struct json_object *card = tree_new_object();
    struct json_object *config = tree_new_object();
    struct json_object *content = tree_new_object();
    struct json_object *header = tree_new_object();
    struct json_object *body = tree_new_object();
    tree_set_text(card, "schema", "2.0");
    tree_set_bool(config, "update_multi", true);
    tree_set_text(config, "width_mode", "fill");
    tree_set_text(content, "content", summary);
    tree_set(config, "summary", content);
    tree_set(card, "config", config);
    tree_set_text(header, "template", template);
    tree_set(header, "title", plain_text(title));
    tree_set(card, "header", header);
    tree_set(body, "elements", tree_new_array());
    tree_set(card, "body", body);
    return card;
}

void card_add_tag(struct json_object *card, const char *text, const char *colour)
{
    struct json_object *header = tree_object(card, "header");
    struct json_object *tag = tagged("text_tag");
    tree_set(tag, "text", plain_text(text));
    tree_set_text(tag, "color", colour);
    if (tree_array(header, "text_tag_list") == NULL)
        tree_set(header, "text_tag_list", tree_new_array());
    tree_append(tree_array(header, "text_tag_list"), tag);
}

struct json_object *card_elements(struct json_object *card)
{
    return tree_array(tree_object(card, "body"), "elements");
}

struct json_object *card_markdown(const char *content)
{
    struct json_object *element = tagged("markdown");
    tree_set_text(element, "content", content);
    return element;
}

struct json_object *card_row(void)
{
    struct json_object *row = tagged("column_set");
    tree_set_text(row, "flex_mode", "flow");
    tree_set(row, "columns", tree_new_array());
    return row;
}

void card_row_add(struct json_object *row, struct json_object *button)
{
    struct json_object *column = tagged("column");
    struct json_object *elements = tree_new_array();
    tree_set_text(column, "width", "auto");
    tree_append(elements, button);
    tree_set(column, "elements", elements);
    tree_append(tree_array(row, "columns"), column);
}

struct json_object *card_button(const char *text, const char *type, const char *url,
                                struct json_object *value)
{
    struct json_object *button = tagged("button");
    struct json_object *behaviors = tree_new_array();
    struct json_object *behavior = tree_new_object();
    tree_set(button, "text", plain_text(text));
    tree_set_text(button, "type", type);
    tree_set_text(behavior, "type", url == NULL ? "callback" : "open_url");
    if (url == NULL)
        tree_set(behavior, "value", value);
    else
        tree_set_text(behavior, "default_url", url);
    tree_append(behaviors, behavior);
    tree_set(button, "behaviors", behaviors);
    return button;
}

void card_button_confirm(struct json_object *button, const char *title, const char *text)
{
    struct json_object *confirm = tree_new_object();
    tree_set(confirm, "title", plain_text(title));
    tree_set(confirm, "text", plain_text(text));
    tree_set(button, "confirm", confirm);
}
