#include "rules.h"

#include <stdio.h>
#include <string.h>

#include "error.h"
#include "refusals.h"
#include "card_rules.h"
#include "tree.h"

/* As the platform counts them: bytes of the whole request. */
enum { TEXT_MAX = 150000, RICH_MAX = 30000 };

static struct rules_verdict verdict(int64_t code, const char *detail)
{
    struct rules_verdict verdict = { code, "" };
    /* A sentence cut at its end is still one. */
    (void)snprintf(verdict.detail, sizeof(verdict.detail), "%s", detail);
    return verdict;
}

static struct rules_verdict card_verdict(int reason, const char *text)
{
    char detail[128];
    (void)snprintf(detail, sizeof(detail), "ext=ErrCode: %d; ErrMsg: %s", reason, text);
    return verdict(REFUSAL_CARD, detail);
}

static struct rules_verdict fine(void)
{
    return verdict(0, "");
}

/* Looks at the elements of a card of schema 1.0, and those in them. */
static struct rules_verdict judge_elements(struct json_object *elements, size_t *count)
{
    struct rules_verdict result = fine();
    for (size_t i = 0; result.code == 0 && i < tree_count(elements); i++) {
        struct json_object *element = tree_at(elements, i);
        if (++*count > CARD_RULES_ELEMENTS_MAX)
            return card_verdict(CARD_RULES_TOO_MANY, "too many elements");
        if (tree_text(element, "tag") == NULL)
            return card_verdict(CARD_RULES_JSON, "an element without tag");
        result = judge_elements(tree_array(element, "columns"), count);
        if (result.code == 0)
            result = judge_elements(tree_array(element, "elements"), count);
    }
    return result;
}

static struct rules_verdict judge_template(struct json_object *template)
{
    return tree_text(tree_object(template, "data"), "template_id") != NULL
               ? fine()
               : card_verdict(CARD_RULES_JSON, "a template without template_id");
}

static struct rules_verdict judge_version_2(struct json_object *card)
{
    struct card_rules_verdict verdict = card_rules_judge(card);
    return verdict.reason == 0 ? fine() : card_verdict(verdict.reason, verdict.text);
}

static struct rules_verdict judge_card(struct json_object *card)
{
    size_t count = 0;
    const char *schema = tree_has(card, "schema") ? tree_text(card, "schema") : "1.0";
    const char *type = tree_text(card, "type");
    struct json_object *elements = tree_array(card, "elements");
    if (type != NULL && strcmp(type, "template") == 0)
        return judge_template(card);
    if (schema != NULL && strcmp(schema, "2.0") == 0)
        return judge_version_2(card);
    if (schema == NULL || strcmp(schema, "1.0") != 0)
        return card_verdict(CARD_RULES_JSON, "an unknown schema");
    if (elements == NULL && !tree_has(card, "i18n_elements"))
        return card_verdict(CARD_RULES_JSON, "no elements");
    return judge_elements(elements, &count);
}

/* Whether a language of a post, or the whole of it, is there. */
static struct rules_verdict judge_post(struct json_object *post)
{
    static const char *const languages[] = { "zh_cn", "en_us", "ja_jp", "zh_hk", "zh_tw" };
    for (size_t i = 0; i < sizeof(languages) / sizeof(languages[0]); i++) {
        struct json_object *one = tree_object(post, languages[i]);
        if (tree_array(one, "content") != NULL)
            return fine();
    }
    return verdict(REFUSAL_PARAM, "a post wants content under a language");
}

static struct rules_verdict judge_key(struct json_object *content, const char *key)
{
    const char *value = tree_text(content, key);
    if (value != NULL && value[0] != '\0')
        return fine();
    char detail[96];
    (void)snprintf(detail, sizeof(detail), "the content has no %s", key);
    return verdict(REFUSAL_PARAM, detail);
}

static const struct {
    const char *type;
    size_t max; /* bytes of the request */
    const char *key;
    struct rules_verdict (*judge)(struct json_object *content);
} types[] = {
    { "text", TEXT_MAX, "text", NULL },
    { "post", RICH_MAX, NULL, judge_post },
    { "interactive", RICH_MAX, NULL, judge_card },
    { "image", TEXT_MAX, "image_key", NULL },
    { "file", TEXT_MAX, "file_key", NULL },
    { "audio", TEXT_MAX, "file_key", NULL },
    { "media", TEXT_MAX, "file_key", NULL },
    { "sticker", TEXT_MAX, "file_key", NULL },
    { "share_chat", TEXT_MAX, "chat_id", NULL },
    { "share_user", TEXT_MAX, "user_id", NULL },
};

struct rules_verdict rules_judge(const char *msg_type, const char *content, size_t request_len)
{
    struct error error = ERROR_INIT;
    size_t at = 0;
    while (at < sizeof(types) / sizeof(types[0]) && strcmp(types[at].type, msg_type) != 0)
        at++;
    if (at == sizeof(types) / sizeof(types[0]))
        return verdict(REFUSAL_PARAM, "msg_type is unknown");
    if (request_len > types[at].max)
        return verdict(REFUSAL_TOO_LONG, "");
    struct json_object *tree = tree_parse_object(content, strlen(content), &error);
    struct rules_verdict result;
    if (tree == NULL && types[at].judge == judge_card)
        result = card_verdict(CARD_RULES_JSON, "parse card json err");
    else if (tree == NULL)
        result = verdict(REFUSAL_PARAM, "content is not a JSON object in a string");
    else
        result = types[at].key != NULL ? judge_key(tree, types[at].key) : types[at].judge(tree);
    tree_free(tree);
    return result;
}

bool rules_shared_card(const char *content)
{
    struct error error = ERROR_INIT;
    bool shared = false;
    struct json_object *card = tree_parse_object(content, strlen(content), &error);
    bool told = tree_bool(tree_object(card, "config"), "update_multi", &shared);
    tree_free(card);
    return told && shared;
}
