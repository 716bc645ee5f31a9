#include "trial.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "events.h"
#include "memory.h"
#include "secret.h"
#include "tree.h"
#include "world.h"

enum { CHALLENGE_LEN = 36, BODY_MAX = 64 << 10 };

/* What the console says, in its own words. */
#define SAYS_NO_CHALLENGE "Challenge code 没有返回"
#define SAYS_NO_JSON      "返回数据不是合法的 JSON 格式"

/* Reads the body of an answer that came in time. */
static void judge_body(const struct buf *body, const char *challenge, struct trial_verdict *verdict)
{
    struct error error = ERROR_INIT;
    struct json_object *tree = tree_parse_object(buf_text(body), body->len, &error);
    const char *returned = tree_text(tree, "challenge");
    const char *detail = "";
    if (tree == NULL) {
        verdict->says = SAYS_NO_JSON;
        detail = "the answer is not a JSON object";
    } else if (returned == NULL || strcmp(returned, challenge) != 0) {
        verdict->says = SAYS_NO_CHALLENGE;
        detail = "the answer does not hold the challenge";
    }
    (void)snprintf(verdict->detail, sizeof(verdict->detail), "%s", detail);
    tree_free(tree);
}

static void judge(const struct buf *body, const char *challenge, struct trial_verdict *verdict)
{
    const struct courier_result *result = &verdict->result;
    if (result->status == 0) {
        verdict->says = SAYS_NO_CHALLENGE;
        (void)snprintf(verdict->detail, sizeof(verdict->detail), "no answer within a second: %s",
                       result->trouble);
    } else if (result->status != 200) {
        verdict->says = SAYS_NO_JSON;
        (void)snprintf(verdict->detail, sizeof(verdict->detail), "the answer has HTTP status %d",
                       result->status);
    } else {
        judge_body(body, challenge, verdict);
    }
}

struct trial_verdict trial_run(struct world *world, const struct trial *trial)
{
    struct trial_verdict verdict = { .says = NULL };
    char challenge[CHALLENGE_LEN + 1];
    struct buf text = BUF_INIT(BODY_MAX);
    struct buf body = BUF_INIT(BODY_MAX);
    struct secret key = SECRET_INIT;
    char *url = memory_copy(trial->url);
    cipher_random_hex(challenge, CHALLENGE_LEN / 2);
    struct json_object *tree = events_challenge(trial->token, challenge);
    tree_print(tree, &text);
    tree_free(tree);
    if (secret_is_set(trial->key))
        secret_set(&key, trial->key->data, trial->key->len);
    /* What was borrowed may change now. */
    world_unlock(world);
    verdict.result = courier_challenge(world, url, &key, buf_text(&text), &body);
    world_lock(world);
    judge(&body, challenge, &verdict);
    secret_release(&key);
    free(url);
    buf_release(&body);
    buf_release(&text);
    return verdict;
}
