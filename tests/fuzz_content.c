/* What a command printed, on its way into a chat: it mentions nobody and fits the platform. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "content.h"
#include "error.h"
#include "text.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static char *check_text(const char *text)
{
    assert(text_is_utf8(text, strlen(text)));
    assert(strcasestr(text, "<at") == NULL);
    return NULL;
}

static void check_request(const struct content *content)
{
    static const size_t limits[] = { [CONTENT_TEXT] = 150000, [CONTENT_CARD] = 30000 };
    struct error error = ERROR_INIT;
    struct buf bytes = BUF_INIT(SIZE_MAX / 4);
    struct json_object *body =
        content_request(content, "0123456789abcdef0123456789abcdef", NULL, LANGUAGE_ZH);
    assert(body != NULL || content->kind == CONTENT_CARD);
    if (body == NULL)
        return;
    tree_print(body, &bytes);
    assert(bytes.len <= limits[content->kind]);
    const char *field = tree_text(body, "content");
    struct json_object *inner = tree_parse_object(field, strlen(field), &error);
    assert(inner != NULL);
    tree_rewrite_texts(inner, check_text);
    tree_free(inner);
    tree_free(body);
    buf_release(&bytes);
}

/* The first byte says how many bytes were left out before. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    if (len == 0)
        return 0;
    struct content content =
        content_from_output((const char *)data + 1, len - 1, data[0] % 4, LANGUAGE_ZH);
    assert(content.text != NULL);
    assert(content.kind == CONTENT_TEXT || data[0] % 4 == 0);
    if (content.kind == CONTENT_TEXT)
        (void)check_text(content.text);
    check_request(&content);
    content_release(&content);
    return 0;
}
