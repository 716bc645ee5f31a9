#include "controls.h"

#include <stdio.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "courier.h"
#include "error.h"
#include "events.h"
#include "exchange.h"
#include "tree.h"
#include "world.h"

enum { CHALLENGE_LEN = 36, BODY_MAX = 64 << 10 };

/* What the console says, in its own words. */
#define SAYS_NO_CHALLENGE "Challenge code 没有返回"
#define SAYS_NO_JSON      "返回数据不是合法的 JSON 格式"

/* What is wrong with the answer, as the console would say it, or NULL; detail tells more. */
static const char *judge(const struct courier_result *result, const struct buf *body,
                         const char *challenge, char *detail, size_t detail_len)
{
    struct error error = ERROR_INIT;
    const char *says = NULL;
    struct json_object *tree = NULL;
    const char *returned = NULL;
    if (result->status == 0) {
        (void)snprintf(detail, detail_len, "no answer within a second: %s", result->trouble);
        return SAYS_NO_CHALLENGE;
    }
    if (result->status != 200) {
        (void)snprintf(detail, detail_len, "the answer has HTTP status %d", result->status);
        return SAYS_NO_JSON;
    }
    tree = tree_parse_object(buf_text(body), body->len, &error);
    returned = tree_text(tree, "challenge");
    if (tree == NULL) {
        says = SAYS_NO_JSON;
        (void)snprintf(detail, detail_len, "the answer is not a JSON object");
    } else if (returned == NULL || strcmp(returned, challenge) != 0) {
        says = SAYS_NO_CHALLENGE;
        (void)snprintf(detail, detail_len, "the answer does not hold the challenge");
    }
    tree_free(tree);
    return says;
}

void control_verify(struct world *world, struct exchange *exchange)
{
    char challenge[CHALLENGE_LEN + 1];
    char detail[192] = "";
    struct buf text = BUF_INIT(BODY_MAX);
    struct buf body = BUF_INIT(BODY_MAX);
    cipher_random_hex(challenge, CHALLENGE_LEN / 2);
    struct json_object *tree = events_challenge(world, challenge);
    tree_print(tree, &text);
    tree_free(tree);
    world_unlock(world);
    struct courier_result result = courier_challenge(world, buf_text(&text), &body);
    world_lock(world);
    const char *says = judge(&result, &body, challenge, detail, sizeof(detail));
    struct json_object *answer = tree_new_object();
    tree_set_bool(answer, "ok", says == NULL);
    tree_set_int(answer, "status", result.status);
    tree_set_int(answer, "ms", result.ms);
    if (says != NULL) {
        tree_set_text(answer, "console", says);
        tree_set_text(answer, "detail", detail);
    }
    exchange_answer(exchange, answer);
    buf_release(&body);
    buf_release(&text);
}
