/* Pure. What a message says, and the API request that posts it. */
#ifndef FEISHU_CONTENT_H
#define FEISHU_CONTENT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "words.h"

struct json_object;

enum {
    CONTENT_TEXT_MAX = 150000, /* bytes of the request that posts a text */
    CONTENT_CARD_MAX = 30000,  /* bytes of the request that posts a card */
    CONTENT_UUID_LEN = 33      /* with the final NUL; the platform takes 50 */
};

enum content_kind { CONTENT_TEXT, CONTENT_CARD };

struct content {
    enum content_kind kind;
    char *text; /* the text, or the card's JSON; owned, valid UTF-8 */
};

#define CONTENT_INIT                                                                               \
    {                                                                                              \
        CONTENT_TEXT, NULL                                                                         \
    }

/* What a folder command printed: a card if it is a JSON object with "schema":"2.0" and a "body",
 * else text, cleaned. Either way "<at" in it is inert. left_out: bytes that the caller did not
 * keep, said at the end if not 0. Caller releases. */
struct content content_from_output(const char *output, size_t len, uint64_t left_out,
                                   enum language language);

/* A text of our own making, which becomes the content's. */
struct content content_from_text(char *text);

void content_release(struct content *content);

/* The uuid by which the platform drops a second copy: from the id of what is answered and the
 * purpose of the message ("reply", "running", …). */
void content_uuid(const char *id, const char *purpose, char uuid[static CONTENT_UUID_LEN]);

/* The body of the request that posts the content: as a reply, or to chat_id if that is not NULL.
 * A text too long for the platform is cut at a character and says how much was left out. NULL if a
 * card is too long. Caller frees with tree_free. */
struct json_object *content_request(const struct content *content, const char *uuid,
                                    const char *chat_id, enum language language);

#endif
