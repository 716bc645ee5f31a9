#include "open_api.h"

#include <string.h>

#include "buf.h"
#include "clock.h"
#include "error.h"
#include "exchange.h"
#include "refusals.h"
#include "rules.h"
#include "tree.h"
#include "world.h"

enum { CARD_MAX = 1 << 20 };

/* The press whose token may change a card now; NULL with the refusal answered. */
static struct press *find_press(struct world *world, struct exchange *exchange)
{
    const char *token = tree_text(exchange->body, "token");
    struct press *press = token == NULL ? NULL : presses_find(&world->presses, token);
    if (token == NULL || strncmp(token, "c-", 2) != 0)
        refusals_answer(exchange, REFUSAL_UPDATE_TOKEN, "");
    else if (press == NULL || exchange->now_ms >= press->ends_ms)
        refusals_answer(exchange, REFUSAL_UPDATE_ENDED, "");
    else if (!press->answered)
        refusals_answer(exchange, REFUSAL_UPDATE_ENDED, "the callback is not answered yet");
    else if (press->uses >= PRESSES_USES)
        refusals_answer(exchange, REFUSAL_UPDATE_USED, "");
    else
        return press;
    return NULL;
}

static bool are_texts(struct json_object *array)
{
    for (size_t i = 0; i < tree_count(array); i++) {
        if (tree_text_at(array, i) == NULL)
            return false;
    }
    return tree_count(array) > 0;
}

static bool has_schema_2(struct json_object *card)
{
    const char *schema = tree_text(card, "schema");
    return schema != NULL && strcmp(schema, "2.0") == 0;
}

/* Whether everybody sees the change: a card of schema 1.0 has to say so. */
static bool is_shared(struct json_object *card)
{
    bool shared = has_schema_2(card);
    (void)tree_bool(tree_object(card, "config"), "update_multi", &shared);
    return shared;
}

/* Whether the card may take the old one's place; else the refusal is answered. */
static bool check_card(struct exchange *exchange, struct json_object *card, const char *text,
                       const struct post *post)
{
    struct error error = ERROR_INIT;
    struct json_object *old = tree_parse_object(post->content, strlen(post->content), &error);
    struct rules_verdict verdict = rules_judge("interactive", text, exchange->body_len);
    bool back = has_schema_2(old) && !has_schema_2(card) && !tree_has(card, "type");
    tree_free(old);
    if (verdict.code != 0)
        refusals_answer(exchange, REFUSAL_UPDATE_CARD, verdict.detail);
    else if (back)
        refusals_answer(exchange, REFUSAL_UPDATE_CARD, "schema 2.0 cannot become schema 1.0");
    else if (!is_shared(card) && !tree_has(card, "open_ids"))
        refusals_answer(exchange, REFUSAL_UPDATE_WHOSE, "");
    else if (tree_has(card, "open_ids") && !are_texts(tree_array(card, "open_ids")))
        refusals_answer(exchange, REFUSAL_UPDATE_PEOPLE, "");
    else
        return true;
    return false;
}

static void update(struct exchange *exchange, struct json_object *card, struct press *press,
                   struct post *post)
{
    struct buf text = BUF_INIT(CARD_MAX);
    tree_print(card, &text);
    if (check_card(exchange, card, buf_text(&text), post)) {
        press->uses++;
        posts_update(post, buf_text(&text), clock_wall_ms());
        exchange_answer_data(exchange, tree_new_object());
    }
    buf_release(&text);
}

void open_update_card(struct world *world, struct exchange *exchange)
{
    struct json_object *card = tree_object(exchange->body, "card");
    struct press *press = find_press(world, exchange);
    if (press == NULL)
        return;
    struct post *post = posts_find(&world->posts, press->message_id);
    if (card == NULL)
        refusals_answer(exchange, REFUSAL_UPDATE_PARAM, "");
    else if (post == NULL || post->recalled)
        refusals_answer(exchange, REFUSAL_UPDATE_RECALLED, "");
    else
        update(exchange, card, press, post);
}
