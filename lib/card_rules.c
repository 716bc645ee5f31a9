#include "card_rules.h"

#include <ctype.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include "tree.h"

enum { ID_MAX = 20, TAGS_MAX = 3, BUTTON_TEXT_MAX = 100 };

static const char *const templates[] = {
    "blue",    "wathet", "turquoise", "green",  "yellow", "orange",  "red",
    "carmine", "violet", "purple",    "indigo", "grey",   "default",
};
static const char *const button_types[] = {
    "default",     "primary",        "danger",        "text",  "primary_text",
    "danger_text", "primary_filled", "danger_filled", "laser",
};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define EVERY "tag element_id margin "
#define SPACING                                                                                    \
    "direction padding horizontal_spacing horizontal_align vertical_spacing vertical_align "
#define PRESSED "behaviors confirm disabled disabled_tips hover_tips name value "

/* The components, with their properties: those that a bot of ours may use, and of the others that
 * there are (NULL) whatever they have. */
static const struct {
    const char *tag;
    const char *properties;
} components[] = {
    { "markdown", EVERY "content i18n_content text_size text_align icon" },
    { "div", EVERY "text fields extra icon width" },
    { "hr", EVERY },
    { "button", EVERY PRESSED "type size width text icon url multi_url form_action_type required" },
    { "column_set", EVERY "columns flex_mode background_style horizontal_spacing horizontal_align "
                          "action" },
    { "column", EVERY SPACING "elements width weight background_style action" },
    { "interactive_container", EVERY SPACING PRESSED
      "elements width height background_style has_border border_color corner_radius" },
    { "collapsible_panel", EVERY SPACING "elements expanded background_color header border" },
    { "img", EVERY "img_key alt title transparent preview corner_radius scale_type size mode "
                   "custom_width compact_width" },
    { "person", EVERY "user_id size show_avatar show_name style" },
    { "person_list", EVERY "persons lines drop_invalid_user_id show_avatar show_name size icon" },
    { "table", EVERY "columns rows page_size row_height row_max_height header_style "
                     "freeze_first_column" },
    { "form", EVERY SPACING "elements name confirm" },
    { "input", NULL },
    { "select_static", NULL },
    { "multi_select_static", NULL },
    { "select_person", NULL },
    { "multi_select_person", NULL },
    { "select_img", NULL },
    { "date_picker", NULL },
    { "picker_time", NULL },
    { "picker_datetime", NULL },
    { "overflow", NULL },
    { "checker", NULL },
    { "chart", NULL },
    { "img_combination", NULL },
    { "audio", NULL },
};

#define TEXT "tag content i18n i18n_content text_size text_color text_align lines icon element_id"

/* What is in a component, or in the card, under a name. */
static const struct {
    const char *name;
    const char *properties;
} parts[] = {
    { "text", TEXT },
    { "title", TEXT },
    { "subtitle", TEXT },
    { "hover_tips", TEXT },
    { "disabled_tips", TEXT },
    { "icon", "tag token color img_key size" },
    { "confirm", "title text" },
};

struct walk {
    struct card_rules_verdict verdict;
    size_t tags; /* seen so far */
};

static bool fail(struct walk *walk, int reason, const char *text, const char *name)
{
    walk->verdict.reason = reason;
    /* A sentence cut at its end is still one. */
    (void)snprintf(walk->verdict.text, sizeof(walk->verdict.text), "%s%s%s", text,
                   name[0] != '\0' ? ": " : "", name);
    return false;
}

/* Whether the object has none but these properties; NULL: any. */
static bool check_properties(struct walk *walk, struct json_object *object, const char *properties)
{
    const char *odd = properties == NULL ? NULL : tree_odd_key(object, properties);
    return odd == NULL || fail(walk, CARD_RULES_JSON, "unknown property", odd);
}

static bool count_tag(struct walk *walk)
{
    return ++walk->tags <= CARD_RULES_ELEMENTS_MAX ||
           fail(walk, CARD_RULES_TOO_MANY, "too many elements", "");
}

/* The parts of a component that have a form of their own. */
static bool check_parts(struct walk *walk, struct json_object *object)
{
    for (size_t i = 0; i < COUNT(parts); i++) {
        struct json_object *part = tree_object(object, parts[i].name);
        if (tree_has(object, parts[i].name) && part == NULL)
            return fail(walk, CARD_RULES_JSON, "not an object", parts[i].name);
        if (!check_properties(walk, part, parts[i].properties))
            return false;
        if (tree_has(part, "tag") && !count_tag(walk))
            return false;
        if (tree_has(part, "content") && tree_text(part, "content") == NULL)
            return fail(walk, CARD_RULES_JSON, "content is not a text in", parts[i].name);
    }
    return true;
}

static bool check_behaviors(struct walk *walk, struct json_object *element)
{
    struct json_object *behaviors = tree_array(element, "behaviors");
    if (tree_has(element, "behaviors") && behaviors == NULL)
        return fail(walk, CARD_RULES_JSON, "not an array", "behaviors");
    for (size_t i = 0; i < tree_count(behaviors); i++) {
        struct json_object *behavior = tree_at(behaviors, i);
        const char *type = tree_text(behavior, "type");
        if (type == NULL || (strcmp(type, "callback") != 0 && strcmp(type, "open_url") != 0 &&
                             strcmp(type, "form_action") != 0))
            return fail(walk, CARD_RULES_JSON, "a behavior of no known type", "");
        if (!check_properties(walk, behavior,
                              "type value default_url pc_url ios_url android_url behavior"))
            return false;
    }
    return true;
}

/* Begins with a letter, and has letters, digits and _ only. */
static bool check_id(struct walk *walk, struct json_object *element)
{
    const char *id = tree_text(element, "element_id");
    if (!tree_has(element, "element_id"))
        return true;
    bool fine = id != NULL && isalpha((unsigned char)id[0]) != 0 && strlen(id) <= ID_MAX;
    for (size_t i = 0; fine && id[i] != '\0'; i++)
        fine = isalnum((unsigned char)id[i]) != 0 || id[i] == '_';
    return fine || fail(walk, CARD_RULES_JSON, "element_id", id != NULL ? id : "");
}

/* Whether the object's field, if it is there, is one of the words. */
static bool check_word(struct walk *walk, struct json_object *object, const char *key,
                       const char *const *words, size_t count)
{
    const char *word = tree_text(object, key);
    for (size_t i = 0; word != NULL && i < count; i++) {
        if (strcmp(words[i], word) == 0)
            return true;
    }
    return !tree_has(object, key) ||
           fail(walk, CARD_RULES_JSON, key, word == NULL ? "not a text" : word);
}

/* The characters of valid UTF-8. */
static size_t count_characters(const char *text)
{
    size_t count = 0;
    for (const char *at = text; *at != '\0'; at++)
        count += ((unsigned char)*at & 0xc0) != 0x80 ? 1 : 0;
    return count;
}

static bool check_button(struct walk *walk, struct json_object *button)
{
    const char *text = tree_text(tree_object(button, "text"), "content");
    if (text != NULL && count_characters(text) > BUTTON_TEXT_MAX)
        return fail(walk, CARD_RULES_JSON, "a button's text is too long", text);
    return check_word(walk, button, "type", button_types, COUNT(button_types));
}

static bool check_elements(struct walk *walk, struct json_object *elements);

/* A component, and those in it. */
static bool check_element(struct walk *walk, struct json_object *element)
{
    const char *tag = tree_text(element, "tag");
    size_t at = 0;
    if (tag == NULL)
        return fail(walk, CARD_RULES_JSON, "an element without tag", "");
    while (at < COUNT(components) && strcmp(components[at].tag, tag) != 0)
        at++;
    if (at == COUNT(components))
        return fail(walk, CARD_RULES_TAG, "cards of schema V2 have no such tag", tag);
    if (!count_tag(walk) || !check_properties(walk, element, components[at].properties))
        return false;
    if (strcmp(tag, "markdown") == 0 && tree_text(element, "content") == NULL)
        return fail(walk, CARD_RULES_JSON, "markdown without content", "");
    if (strcmp(tag, "button") == 0 && !check_button(walk, element))
        return false;
    return check_id(walk, element) && check_behaviors(walk, element) &&
           (components[at].properties == NULL || check_parts(walk, element)) &&
           check_elements(walk, tree_array(element, "elements")) &&
           (strcmp(tag, "column_set") != 0 || check_elements(walk, tree_array(element, "columns")));
}

static bool check_elements(struct walk *walk, struct json_object *elements)
{
    for (size_t i = 0; i < tree_count(elements); i++) {
        if (!check_element(walk, tree_at(elements, i)))
            return false;
    }
    return true;
}

static bool check_header(struct walk *walk, struct json_object *header)
{
    struct json_object *labels = tree_array(header, "text_tag_list");
    if (!check_properties(walk, header,
                          "title subtitle text_tag_list i18n_text_tag_list template icon padding "
                          "element_id") ||
        !check_word(walk, header, "template", templates, COUNT(templates)) ||
        !check_parts(walk, header))
        return false;
    for (size_t i = 0; i < tree_count(labels) && i < TAGS_MAX; i++) {
        struct json_object *label = tree_at(labels, i);
        if (!count_tag(walk) || !check_properties(walk, label, "tag element_id text color") ||
            !check_parts(walk, label))
            return false;
    }
    return true;
}

static bool check_card(struct walk *walk, struct json_object *card)
{
    bool shared = true;
    struct json_object *body = tree_object(card, "body");
    struct json_object *config = tree_object(card, "config");
    struct json_object *elements = tree_array(body, "elements");
    if (!check_properties(walk, card, "schema config card_link header body"))
        return false;
    if (!check_properties(walk, config,
                          "streaming_mode streaming_config summary locales enable_forward "
                          "update_multi width_mode use_custom_translation "
                          "enable_forward_interaction style"))
        return false;
    if (tree_bool(config, "update_multi", &shared) && !shared)
        return fail(walk, CARD_RULES_JSON, "update_multi can only be true in schema V2", "");
    if (elements == NULL)
        return fail(walk, CARD_RULES_JSON, "no body with elements", "");
    return check_properties(walk, body, SPACING "elements") &&
           check_header(walk, tree_object(card, "header")) && check_elements(walk, elements);
}

struct card_rules_verdict card_rules_judge(struct json_object *card)
{
    struct walk walk = { { 0, "" }, 0 };
    (void)check_card(&walk, card);
    return walk.verdict;
}
