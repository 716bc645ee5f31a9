#include "suite.h"

#include <string.h>

#include "buf.h"
#include "error.h"
#include "event.h"
#include "fixture.h"
#include "memory.h"
#include "tree.h"

#define V2_ID   "5e3702a84e847582be8db7fb73283c02"
#define V1_ID   "41b5f371157e3d5341b38b20396e77e3"
#define MESSAGE "om_dc13264520392913993dd051dba21dcf"
#define CHAT    "oc_5ce6d572455d361153b7cb51da133945"

/* What is written of a message: flags are P private, R readable, U from a person, T own tenant. */
static const struct {
    const char *file;
    enum event_kind kind;
    const char *id;
    const char *type;
    const char *chat_id;
    const char *message_id;
    const char *flags;
    const char *text;
    bool mentioned;
    const char *words; /* to ou_bot */
} files[] = {
    { "text_private", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "PRUT", "ping",
      false, "ping" },
    { "text_group", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "@_user_1 ping", true, "ping" },
    { "text_unmentioned", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "nothing for the bot", false, "nothing for the bot" },
    { "text_ten_mentions", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "@_user_1 id @_user_2 @_user_3 @_user_4 @_user_5 @_user_6 @_user_7 @_user_8 @_user_9 "
      "@_user_10",
      true, "id @P2 @P3 @P4 @P5 @P6 @P7 @P8 @P9 @P10" },
    { "text_all", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "@_all hello", false, "@\u6240\u6709\u4eba hello" },
    { "text_recalled", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "PRUT", "",
      false, "" },
    { "text_unparsable", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "PRUT", "",
      false, "" },
    { "text_from_bot", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-R-T",
      "@_user_1 ping", true, "ping" },
    { "text_foreign", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "PRU-", "ping",
      false, "ping" },
    { "post_group", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "Deploy\n@_user_1 restart [web](https://web.example/)\nhttps://x.example[SMILE]\n\n\n"
      "int x;\n",
      true, "Deploy\n restart [web](https://web.example/)\nhttps://x.example[SMILE]\n\n\nint x;" },
    { "post_untitled", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "-RUT",
      "@_user_1 ping", true, "ping" },
    { "post_empty", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "PRUT", "", false,
      "" },
    { "image", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "P-UT", "", false,
      "" },
    { "later_type", EVENT_MESSAGE, V2_ID, "im.message.receive_v1", CHAT, MESSAGE, "P-UT", "", false,
      "" },
    { "bot_added", EVENT_BOT_ADDED, V2_ID, "im.chat.member.bot.added_v1", CHAT, NULL, NULL, NULL,
      false, NULL },
    { "reaction", EVENT_OTHER, V2_ID, "im.message.reaction.created_v1", NULL, NULL, NULL, NULL,
      false, NULL },
    { "menu", EVENT_OTHER, V2_ID, "application.bot.menu_v6", NULL, NULL, NULL, NULL, false, NULL },
    { "old_group", EVENT_MESSAGE, V1_ID, "message", "oc_1", "om_1", "-RU-", "@_user_1 id @_user_2",
      true, "id @Li_Lei" },
    { "old_private", EVENT_MESSAGE, V1_ID, "message", "oc_1", "om_1", "PRU-", "ping", false,
      "ping" },
    { "old_post", EVENT_MESSAGE, V1_ID, "message", "oc_1", "om_1", "PRU-", "Deploy\nrestart web",
      false, "Deploy\nrestart web" },
    { "old_image", EVENT_MESSAGE, V1_ID, "message", "oc_1", "om_1", "P-U-", "", false, "" },
    { "old_add_bot", EVENT_OTHER, "u-2", "add_bot", NULL, NULL, NULL, NULL, false, NULL },
};

/* The tree of a file of tests/data/events. Caller frees. */
static struct json_object *load(const char *file)
{
    char *name = memory_format("events/%s.json", file);
    struct json_object *tree = fixture_tree(name);
    free(name);
    return tree;
}

static void assert_text(const char *text, const char *wanted, const char *name)
{
    ck_assert_msg((text == NULL) == (wanted == NULL), "%s", name);
    if (text != NULL)
        ck_assert_msg(strcmp(text, wanted) == 0, "%s: \"%s\"", name, text);
}

START_TEST(is_read)
{
    const char *name = files[_i].file;
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load(name);
    const struct event_message *message = &event.message;
    ck_assert_msg(event_read(tree, &event, &error), "%s: %s", name, error.text);
    ck_assert_msg(event.kind == files[_i].kind, "%s", name);
    assert_text(event.id, files[_i].id, name);
    assert_text(event.type, files[_i].type, name);
    assert_text(event.chat_id, files[_i].chat_id, name);
    assert_text(message->id, files[_i].message_id, name);
    assert_text(message->text, files[_i].text, name);
    ck_assert_ptr_eq(event.body, tree_object(tree, "event"));
    if (event.kind == EVENT_MESSAGE) {
        const char flags[] = { message->private ? 'P' : '-', message->readable ? 'R' : '-',
                               message->from_person ? 'U' : '-', message->own_tenant ? 'T' : '-',
                               '\0' };
        char *words = event_words(message, "ou_bot");
        assert_text(flags, files[_i].flags, name);
        assert_text(words, files[_i].words, name);
        ck_assert_str_eq(message->sender_id, "ou_u");
        ck_assert_int_eq(message->created_ms,
                         event.id[0] == '5' ? INT64_C(1752346850000) : INT64_C(1502199207717));
        ck_assert_msg(event_mentions(message, "ou_bot") == files[_i].mentioned, "%s", name);
        ck_assert_msg(!event_mentions(message, ""), "%s", name);
        free(words);
    }
    event_release(&event);
    ck_assert_ptr_null(event.message.text);
    event_release(&event);
    tree_free(tree);
}
END_TEST

/* A file in which one field was replaced by JSON; "" removes it. */
static const struct {
    const char *file;
    const char *object; /* where the field is: up to three keys with dots between them */
    const char *key;
    const char *json;
    bool valid;
} changes[] = {
    /* the frame */
    { "text_private", "", "schema", "\"1.0\"", false },
    { "text_private", "", "schema", "2.0", false },
    { "text_private", "", "schema", "", false },
    { "text_private", "", "header", "", false },
    { "text_private", "", "header", "[]", false },
    { "text_private", "", "event", "", false },
    { "text_private", "", "event", "\"x\"", false },
    { "text_private", "header", "event_id", "", false },
    { "text_private", "header", "event_id", "\"\"", false },
    { "text_private", "header", "event_id", "1", false },
    { "text_private", "header", "event_id", "\"a b\"", false },
    { "text_private", "header", "event_id", "\"a\\nb\"", false },
    { "text_private", "header", "event_id", "\"a\\u0000b\"", false },
    { "text_private", "header", "event_id", "\"\u4f60\"", false },
    { "text_private", "header", "event_id", "\" a\"", false },
    { "text_private", "header", "event_id", "\"0123456789:./=~!\"", true },
    { "text_private", "header", "event_id", "\"e\"", true },
    { "text_private", "event.message", "chat_id", "\"c\"", true },
    { "text_private", "header", "event_type", "", false },
    { "text_private", "header", "event_type", "7", false },
    { "text_private", "header", "tenant_key", "", true },
    { "reaction", "", "event", "", true },
    { "reaction", "header", "event_id", "", false },
    { "reaction", "header", "event_type", "\"\"", true },
    { "old_private", "", "uuid", "", false },
    { "old_private", "", "uuid", "{}", false },
    { "old_private", "", "event", "", false },
    { "old_private", "event", "type", "", false },
    { "old_private", "event", "type", "\"later\"", true },
    /* a type of one schema in the other */
    { "text_private", "header", "event_type", "\"message\"", true },
    { "old_private", "event", "type", "\"im.message.receive_v1\"", true },
    /* messages */
    { "text_private", "event", "message", "", false },
    { "text_private", "event", "message", "[]", false },
    { "text_private", "event", "sender", "", false },
    { "text_private", "event", "sender", "\"ou_u\"", false },
    { "text_private", "event.message", "message_id", "", false },
    { "text_private", "event.message", "message_id", "5", false },
    { "text_private", "event.message", "message_id", "\"\"", false },
    { "text_private", "event.message", "message_id", "\"../../etc\"", false },
    { "text_private", "event.message", "message_id", "\"om_1/reply\"", false },
    { "text_private", "event.message", "message_id", "\"om_1?x\"", false },
    { "text_private", "event.message", "message_id", "\"om 1\"", false },
    { "text_private", "event.message", "message_id", "\"om_1\\u0000\"", false },
    { "text_private", "event.message", "message_id", "\"om_1\\r\\n\"", false },
    { "text_private", "event.message", "message_id", "\"om_\u4f60\"", false },
    { "text_private", "event.message", "chat_id", "", false },
    { "text_private", "event.message", "chat_id", "\"oc.1\"", false },
    { "text_private", "event.message", "message_type", "", false },
    { "text_private", "event.message", "message_type", "[]", false },
    { "text_private", "event.message", "content", "", true },
    { "text_private", "event.message", "content", "{}", true },
    { "text_private", "event.message", "content", "\"[]\"", true },
    { "text_private", "event.message", "content", "\"{\\\"text\\\":5}\"", true },
    { "text_private", "event.message", "create_time", "", true },
    { "text_private", "event.message", "mentions", "{}", true },
    { "text_private", "event.message", "mentions", "[null,1,\"x\",[],{},{\"key\":1}]", true },
    { "text_private", "event.sender", "sender_id", "", true },
    { "text_private", "event.sender.sender_id", "open_id", "", true },
    { "text_private", "event.sender.sender_id", "open_id", "\"\"", true },
    { "text_private", "event.sender.sender_id", "open_id", "\"ou u\"", false },
    { "text_private", "event.sender.sender_id", "open_id", "\"<at\"", false },
    { "old_private", "event", "open_message_id", "", false },
    { "old_private", "event", "open_message_id", "\"a/b\"", false },
    { "old_private", "event", "open_chat_id", "", false },
    { "old_private", "event", "open_chat_id", "\"a/b\"", false },
    { "old_private", "event", "open_id", "", true },
    { "old_private", "event", "open_id", "\"a/b\"", false },
    { "old_private", "event", "msg_type", "", false },
    { "old_private", "event", "text", "", true },
    { "old_private", "event", "text", "[]", true },
    { "old_private", "", "ts", "", true },
    /* the bot added */
    { "bot_added", "event", "chat_id", "", false },
    { "bot_added", "event", "chat_id", "{}", false },
    { "bot_added", "event", "chat_id", "\"oc/1\"", false },
    { "bot_added", "", "event", "", false },
};

/* Replaces the field. */
static void change(struct json_object *tree, const char *object, const char *key, const char *json)
{
    struct error error = ERROR_INIT;
    char *keys = memory_copy(object);
    char *rest = keys;
    for (char *at = strsep(&rest, "."); at != NULL && at[0] != '\0'; at = strsep(&rest, "."))
        tree = tree_object(tree, at);
    ck_assert_ptr_nonnull(tree);
    /* null is of no type that is asked for */
    tree_set(tree, key, json[0] == '\0' ? NULL : tree_parse(json, strlen(json), &error));
    ck_assert_str_eq(error.text, "");
    free(keys);
}

START_TEST(has_its_shape)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load(changes[_i].file);
    change(tree, changes[_i].object, changes[_i].key, changes[_i].json);
    const bool valid = event_read(tree, &event, &error);
    ck_assert_msg(valid == changes[_i].valid, "%s: %s.%s = %s", changes[_i].file,
                  changes[_i].object, changes[_i].key, changes[_i].json);
    ck_assert_int_eq(error.kind, valid ? ERROR_NONE : ERROR_INVALID);
    if (valid) {
        ck_assert_ptr_nonnull(event.type);
        ck_assert((event.message.text != NULL) == (event.kind == EVENT_MESSAGE));
    } else {
        ck_assert_ptr_null(event.message.text);
        ck_assert_ptr_null(event.message.mentions);
        ck_assert_int_eq(event.kind, EVENT_OTHER);
    }
    event_release(&event);
    tree_free(tree);
}
END_TEST

/* What one changed field does to the flags of a message. */
static const struct {
    const char *file;
    const char *object;
    const char *key;
    const char *json;
    const char *flags;
} meanings[] = {
    { "text_private", "event.message", "chat_type", "\"group\"", "-RUT" },
    { "text_private", "event.message", "chat_type", "\"topic_group\"", "-RUT" },
    { "text_private", "event.message", "chat_type", "", "-RUT" },
    { "text_private", "event.message", "chat_type", "\"private\"", "-RUT" },
    { "text_private", "event.message", "message_type", "\"sticker\"", "P-UT" },
    { "text_private", "event.message", "message_type", "\"post\"", "PRUT" },
    { "text_private", "event.sender", "sender_type", "\"app\"", "PR-T" },
    { "text_private", "event.sender", "sender_type", "\"anonymous\"", "PR-T" },
    { "text_private", "event.sender", "sender_type", "", "PR-T" },
    { "text_private", "event.sender", "sender_id", "", "PR-T" },
    { "text_private", "event.sender.sender_id", "open_id", "\"\"", "PR-T" },
    { "text_private", "event.sender.sender_id", "open_id", "7", "PR-T" },
    { "text_private", "event.sender", "tenant_key", "", "PRU-" },
    { "text_private", "event.sender", "tenant_key", "\"\"", "PRU-" },
    { "text_private", "event.sender", "tenant_key", "\"TK\"", "PRU-" },
    { "text_private", "event.sender", "tenant_key", "\"t\"", "PRU-" },
    { "text_private", "header", "tenant_key", "", "PRU-" },
    { "text_private", "header", "tenant_key", "\"tk2\"", "PRU-" },
    { "old_private", "event", "chat_type", "\"group\"", "-RU-" },
    { "old_private", "event", "chat_type", "\"p2p\"", "-RU-" },
    { "old_private", "event", "chat_type", "", "-RU-" },
    { "old_private", "event", "open_id", "", "PR--" },
    { "old_private", "event", "msg_type", "\"file\"", "P-U-" },
};

START_TEST(has_its_meaning)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load(meanings[_i].file);
    change(tree, meanings[_i].object, meanings[_i].key, meanings[_i].json);
    ck_assert(event_read(tree, &event, &error));
    const struct event_message *message = &event.message;
    const char flags[] = { message->private ? 'P' : '-', message->readable ? 'R' : '-',
                           message->from_person ? 'U' : '-', message->own_tenant ? 'T' : '-',
                           '\0' };
    ck_assert_msg(strcmp(flags, meanings[_i].flags) == 0, "%s.%s = %s: %s", meanings[_i].object,
                  meanings[_i].key, meanings[_i].json, flags);
    event_release(&event);
    tree_free(tree);
}
END_TEST

START_TEST(has_equal_tenants_unless_both_are_empty)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_private");
    change(tree, "event.sender", "tenant_key", "\"t\"");
    change(tree, "header", "tenant_key", "\"t\"");
    ck_assert(event_read(tree, &event, &error));
    ck_assert(event.message.own_tenant);
    event_release(&event);
    change(tree, "event.sender", "tenant_key", "\"\"");
    change(tree, "header", "tenant_key", "\"\"");
    ck_assert(event_read(tree, &event, &error));
    ck_assert(!event.message.own_tenant);
    event_release(&event);
    tree_free(tree);
}
END_TEST

static const struct {
    const char *time;
    int64_t created_ms;
} times[] = {
    { "\"1752346850000\"", INT64_C(1752346850000) },
    { "\"1752346850\"", INT64_C(1752346850000) },
    { "\"1752346850000123\"", INT64_C(1752346850000) },
    { "\"soon\"", 0 },
    { "\"\"", 0 },
    { "1752346850000", 0 },
    { "", 0 },
};

START_TEST(has_a_time)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_private");
    change(tree, "event.message", "create_time", times[_i].time);
    ck_assert(event_read(tree, &event, &error));
    ck_assert_int_eq(event.message.created_ms, times[_i].created_ms);
    event_release(&event);
    tree_free(tree);
}
END_TEST

START_TEST(has_ids_of_limited_length)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("bot_added");
    char id[130];
    memset(id, 'a', sizeof(id));
    id[128] = '\0';
    tree_set_text(tree_object(tree, "event"), "chat_id", id);
    tree_set_text(tree_object(tree, "header"), "event_id", id);
    ck_assert(event_read(tree, &event, &error));
    event_release(&event);
    id[128] = 'a';
    id[129] = '\0';
    tree_set_text(tree_object(tree, "event"), "chat_id", id);
    ck_assert(!event_read(tree, &event, &error));
    tree_set_text(tree_object(tree, "event"), "chat_id", "oc_1");
    ck_assert(event_read(tree, &event, &error));
    event_release(&event);
    tree_set_text(tree_object(tree, "header"), "event_id", id);
    ck_assert(!event_read(tree, &event, &error));
    tree_free(tree);
}
END_TEST

/* Texts and what they are as words to ou_bot. The mentions: 1 the bot, 2 Li, 10 "X Y", 3 nameless,
 * 4 somebody whose name is an attack, 12 the bot again; @_all. */
static const char mentions[] =
    "[{\"key\":\"@_user_1\",\"id\":{\"open_id\":\"ou_bot\"},\"name\":\"Bot\"},"
    "{\"key\":\"@_user_2\",\"id\":{\"open_id\":\"ou_2\"},\"name\":\"Li\"},"
    "{\"key\":\"@_user_10\",\"id\":{\"open_id\":\"ou_10\"},\"name\":\"X Y\"},"
    "{\"key\":\"@_user_3\",\"id\":{\"open_id\":\"ou_3\"},\"name\":\"\"},"
    "{\"key\":\"@_user_4\",\"id\":{\"open_id\":\"ou_4\"},\"name\":"
    "\"a\\t\\\"b' \\\\\u3000\u201c@_user_1\"},"
    "{\"key\":\"@_user_12\",\"id\":{\"open_id\":\"ou_bot\"},\"name\":\"Bot\"},"
    "{\"key\":\"@_all\",\"id\":{\"open_id\":\"\"},\"name\":\"All\"},"
    "{\"key\":\"\",\"id\":{\"open_id\":\"ou_5\"},\"name\":\"Nobody\"},"
    "{\"key\":\"ping\",\"id\":{\"open_id\":\"ou_6\"},\"name\":\"Nobody\"}]";

static const struct {
    const char *text;
    const char *words;
} wordings[] = {
    { "@_user_1 ping", "ping" },
    { "ping @_user_1", "ping" },
    { "@_user_1", "" },
    { " \t\n@_user_1\v\f\r ", "" },
    { "@_user_1ping", "ping" },
    { "restart @_user_1 web", "restart  web" },
    { "@_user_1 @_user_12 ping", "ping" },
    { "@_user_10 @_user_1", "@X_Y" },
    { "@_user_1@_user_10@_user_2", "@X_Y@Li" },
    { "@_user_11 ping", "1 ping" }, /* 11 is not in the table: it is 1, and a 1 after it */
    { "@_user_20 ping", "@Li0 ping" },
    { "@_user_5 ping", "@_user_5 ping" },
    { "@_user_3 ping", "@_user_3 ping" },
    { "id @_user_4", "id @a__b_____@_user_1" },
    { "@_all ping", "@All ping" },
    { "@_user_ @ @@ @@_user_1", "@_user_ @ @@ @" },
    { "mail a@b.example", "mail a@b.example" },
    { "", "" },
};

START_TEST(becomes_words)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_private");
    struct json_object *content = tree_new_object();
    struct buf json = BUF_INIT(4096);
    tree_set_text(content, "text", wordings[_i].text);
    tree_print(content, &json);
    tree_set_text(tree_object(tree_object(tree, "event"), "message"), "content", buf_text(&json));
    change(tree, "event.message", "mentions", mentions);
    ck_assert(event_read(tree, &event, &error));
    ck_assert_str_eq(event.message.text, wordings[_i].text);
    ck_assert_uint_eq(event.message.mention_count, 7);
    char *words = event_words(&event.message, "ou_bot");
    ck_assert_str_eq(words, wordings[_i].words);
    free(words);
    event_release(&event);
    tree_free(content);
    tree_free(tree);
    buf_release(&json);
}
END_TEST

START_TEST(keeps_all_mentions_for_nobody)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_ten_mentions");
    ck_assert(event_read(tree, &event, &error));
    char *words = event_words(&event.message, "");
    ck_assert_str_eq(words, "@Bot id @P2 @P3 @P4 @P5 @P6 @P7 @P8 @P9 @P10");
    free(words);
    ck_assert_uint_eq(event.message.mention_count, 10);
    ck_assert_str_eq(event.message.mentions[1].open_id, "ou_2");
    ck_assert_str_eq(event.message.mentions[1].name, "P2");
    ck_assert_str_eq(event.message.mentions[9].key, "@_user_10");
    ck_assert(!event_mentions(&event.message, ""));
    ck_assert(!event_mentions(&event.message, "ou_1"));
    ck_assert(!event_mentions(&event.message, "ou_b"));
    ck_assert(event_mentions(&event.message, "ou_10"));
    event_release(&event);
    change(tree, "event.message", "mentions", "[{\"key\":\"@_all\",\"id\":{\"open_id\":\"all\"}}]");
    ck_assert(event_read(tree, &event, &error));
    ck_assert(!event_mentions(&event.message, "ou_bot"));
    ck_assert(!event_mentions(&event.message, ""));
    event_release(&event);
    tree_free(tree);
}
END_TEST

/* Who has no open_id is not the bot whose open_id is not known. */
START_TEST(keeps_mentions_without_an_id_for_nobody)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_all");
    ck_assert(event_read(tree, &event, &error));
    char *words = event_words(&event.message, "");
    ck_assert_str_eq(words, "@\u6240\u6709\u4eba hello");
    free(words);
    event_release(&event);
    tree_free(tree);
}
END_TEST

START_TEST(has_a_limited_number_of_mentions)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("text_private");
    struct json_object *array = tree_new_array();
    for (int i = 1; i <= EVENT_MENTIONS_MAX + 1; i++) {
        struct json_object *entry = tree_new_object();
        char *key = memory_format("@_user_%d", i);
        tree_set_text(entry, "key", key);
        tree_append(array, entry);
        free(key);
    }
    tree_set(tree_object(tree_object(tree, "event"), "message"), "mentions", array);
    ck_assert(event_read(tree, &event, &error));
    ck_assert_uint_eq(event.message.mention_count, EVENT_MENTIONS_MAX);
    event_release(&event);
    tree_free(tree);
}
END_TEST

/* Texts of schema 1.0: what becomes of them, and who is mentioned. */
static const struct {
    const char *text;
    const char *read;
    const char *mentions;
} markups[] = {
    { "ping", "ping", "" },
    { "<at open_id=\"ou_1\">@A B</at> ping", "@_user_1 ping", "ou_1=A B;" },
    { "<at open_id=\"ou_1\">A</at><at open_id=\"ou_2\">@B</at>", "@_user_1@_user_2",
      "ou_1=A;ou_2=B;" },
    { "<at user_id=\"u\" open_id=\"ou_1\">@A</at>", "@_user_1", "ou_1=A;" },
    { "<at user_id=\"all\">@All</at> x", "@_user_1 x", "=All;" },
    { "<at open_id=\"\">@A</at>", "@_user_1", "=A;" },
    { "<at open_id=\"ou 1\">@A</at>", "@_user_1", "=A;" },
    { "<at open_id=\"ou_1\"></at>", "@_user_1", "ou_1=;" },
    { "<at open_id=\"ou_1\">A</at><at open_id=\"ou 2\">B</at><at open_id=\"?\">C</at>",
      "@_user_1@_user_2@_user_3", "ou_1=A;=B;=C;" },
    { "a < b <b> <at", "a < b <b> <at", "" },
    { "<at open_id=\"ou_1\"", "<at open_id=\"ou_1\"", "" },
    { "<at open_id=\"ou_1\">", "<at open_id=\"ou_1\">", "" },
    { "<at open_id=\"ou_1\">@A", "<at open_id=\"ou_1\">@A", "" },
    { "<at open_id=\"ou_1\">@A=B</at> c=d", "@_user_1 c=d", "ou_1=A=B;" },
    { "<at open_id=\"ou_1\">@A</at", "<at open_id=\"ou_1\">@A</at", "" },
    { "<at open_id=\"ou_1\">@A</a>", "<at open_id=\"ou_1\">@A</a>", "" },
    { "<at open_id=\"ou_1\"><at open_id=\"ou_2\">@B</at>", "<at open_id=\"ou_1\">@_user_1",
      "ou_2=B;" },
    { "<at open_id=ou_1>@A</at>", "@_user_1", "=A;" },
    { "<at open_id=\"ou_1>@A</at>\"", "@_user_1\"", "ou_1=A;" },
    { "<atopen_id=\"ou_1\">@A</at>", "<atopen_id=\"ou_1\">@A</at>", "" },
    { "<", "<", "" },
};

START_TEST(reads_markup)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct buf found = BUF_INIT(4096);
    struct json_object *tree = load("old_private");
    tree_set_text(tree_object(tree, "event"), "text", markups[_i].text);
    ck_assert(event_read(tree, &event, &error));
    for (size_t i = 0; i < event.message.mention_count; i++)
        buf_add_format(&found, "%s=%s;", event.message.mentions[i].open_id,
                       event.message.mentions[i].name);
    ck_assert_str_eq(event.message.text, markups[_i].read);
    ck_assert_str_eq(buf_text(&found), markups[_i].mentions);
    event_release(&event);
    tree_free(tree);
    buf_release(&found);
}
END_TEST

START_TEST(has_a_limited_number_of_mentions_in_markup)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct buf text = BUF_INIT(1 << 20);
    struct json_object *tree = load("old_private");
    for (int i = 0; i <= EVENT_MENTIONS_MAX; i++)
        buf_add_text(&text, "<at open_id=\"ou_1\">@A</at>");
    tree_set_text(tree_object(tree, "event"), "text", buf_text(&text));
    ck_assert(event_read(tree, &event, &error));
    ck_assert_uint_eq(event.message.mention_count, EVENT_MENTIONS_MAX);
    event_release(&event);
    tree_free(tree);
    buf_release(&text);
}
END_TEST

/* Posts: their content, and the text of it. */
static const struct {
    const char *content;
    const char *text;
} posts[] = {
    { "{\"title\":\"T\",\"content\":[]}", "T" },
    { "{\"title\":\"T\"}", "T" },
    { "{\"title\":5,\"content\":{}}", "" },
    { "{\"content\":[[],[]]}", "" },
    { "{\"content\":[[{\"tag\":\"text\",\"text\":\"a\"}],[],[{\"tag\":\"text\",\"text\":\"b\"}]]}",
      "a\n\nb" },
    { "{\"content\":[null,5,\"x\",{},[null,5,\"x\",[],{},{\"tag\":5}]]}", "" },
    { "{\"content\":[[{\"tag\":\"text\"},{\"tag\":\"text\",\"text\":7},{\"tag\":\"at\"},"
      "{\"tag\":\"emotion\"},{\"tag\":\"a\"},{\"tag\":\"code_block\"}]]}",
      "" },
    { "{\"content\":[[{\"tag\":\"a\",\"text\":\"t\"},{\"tag\":\"a\",\"href\":\"h\"},"
      "{\"tag\":\"a\",\"text\":\"\",\"href\":\"g\"}]]}",
      "thg" },
    { "{\"content\":[[{\"tag\":\"at\",\"user_id\":\"@_all\"},{\"tag\":\"md\",\"text\":\"m\"}]]}",
      "@_all" },
    { "[]", "" },
    { "", "" },
};

START_TEST(reads_posts)
{
    struct error error = ERROR_INIT;
    struct event event;
    struct json_object *tree = load("post_empty");
    tree_set_text(tree_object(tree_object(tree, "event"), "message"), "content", posts[_i].content);
    ck_assert(event_read(tree, &event, &error));
    ck_assert(event.message.readable);
    ck_assert_str_eq(event.message.text, posts[_i].text);
    event_release(&event);
    tree_free(tree);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "files", is_read, COUNT(files));
    suite_add(suite, "shape", has_its_shape, COUNT(changes));
    suite_add(suite, "meaning", has_its_meaning, COUNT(meanings));
    suite_add(suite, "empty tenants", has_equal_tenants_unless_both_are_empty, 1);
    suite_add(suite, "time", has_a_time, COUNT(times));
    suite_add(suite, "length of ids", has_ids_of_limited_length, 1);
    suite_add(suite, "words", becomes_words, COUNT(wordings));
    suite_add(suite, "nobody", keeps_all_mentions_for_nobody, 1);
    suite_add(suite, "nobody and no id", keeps_mentions_without_an_id_for_nobody, 1);
    suite_add(suite, "many mentions", has_a_limited_number_of_mentions, 1);
    suite_add(suite, "markup", reads_markup, COUNT(markups));
    suite_add(suite, "much markup", has_a_limited_number_of_mentions_in_markup, 1);
    suite_add(suite, "posts", reads_posts, COUNT(posts));
}

SUITE_MAIN("event", fill)
