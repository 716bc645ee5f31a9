/* From trusted JSON to what happened: everything behind the token that people have a hand in. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "event.h"
#include "text.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

static void assert_id(const char *text)
{
    static const char allowed[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
    assert(text != NULL && text[0] != '\0' && strlen(text) <= 128);
    assert(strspn(text, allowed) == strlen(text));
}

static void check_message(const struct event_message *message)
{
    assert_id(message->id);
    assert(message->text != NULL && text_is_utf8(message->text, strlen(message->text)));
    assert(message->readable || message->text[0] == '\0');
    assert(!message->from_person || message->sender_id[0] != '\0');
    assert(message->mention_count <= EVENT_MENTIONS_MAX);
    assert(!event_mentions(message, ""));
    for (size_t i = 0; i < message->mention_count; i++) {
        assert(message->mentions[i].key[0] == '@');
        if (message->mentions[i].open_id[0] != '\0')
            assert_id(message->mentions[i].open_id);
    }
    char *words = event_words(message, "ou_bot");
    const size_t words_len = strlen(words);
    assert(text_is_utf8(words, words_len));
    assert(words_len == 0 || (words[0] != ' ' && words[words_len - 1] != ' '));
    free(words);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = tree_parse((const char *)data, len, &error);
    if (tree == NULL)
        return 0;
    if (event_read(tree, &event, &error)) {
        if (event.kind == EVENT_MESSAGE)
            check_message(&event.message);
        if (event.kind != EVENT_OTHER)
            assert_id(event.chat_id);
        event_release(&event);
    } else {
        assert(error.kind == ERROR_INVALID && event.message.text == NULL);
    }
    tree_free(tree);
    return 0;
}
