/* A button that was pressed. */
#include "suite.h"

#include <string.h>

#include "error.h"
#include "event.h"
#include "memory.h"
#include "tree.h"

/* The callback with each %s in turn: tenant of the header and of the operator, the rest of the
 * operator, the value, the context. */
static char *callback(const char *tenant, const char *of, const char *operator, const char * value,
                      const char *context)
{
    return memory_format("{\"schema\":\"2.0\",\"header\":{\"event_id\":\"e-1\",\"event_type\":"
                         "\"card.action.trigger\",\"tenant_key\":%s},\"event\":{\"operator\":{"
                         "\"tenant_key\":%s,%s},\"token\":\"c-1\",\"action\":{\"value\":%s,"
                         "\"tag\":\"button\"},\"context\":%s}}",
                         tenant, of, operator, value, context);
}

#define PERSON  "\"open_id\":\"ou_1\""
#define VALUE   "{\"key\":\"k\",\"act\":\"acknowledge\"}"
#define CONTEXT "{\"open_message_id\":\"om_1\",\"open_chat_id\":\"oc_1\"}"

static const struct {
    const char *tenant;
    const char *of;
    const char *operator;
    const char *value;
    const char *context;
    bool good;
    bool own;
    const char *key;
    const char *act;
} rows[] = {
    { "\"t\"", "\"t\"", PERSON, VALUE, CONTEXT, true, true, "k", "acknowledge" },
    { "\"t\"", "\"u\"", PERSON, VALUE, CONTEXT, true, false, "k", "acknowledge" },
    { "null", "null", PERSON, VALUE, CONTEXT, true, false, "k", "acknowledge" },
    { "\"t\"", "\"t\"", PERSON, "{}", CONTEXT, true, true, "", "" },
    { "\"t\"", "\"t\"", PERSON, "\"{\\\"key\\\":1}\"", CONTEXT, true, true, "", "" },
    { "\"t\"", "\"t\"", PERSON, "{\"key\":7,\"act\":[]}", CONTEXT, true, true, "", "" },
    { "\"t\"", "\"t\"", "\"open_id\":\"\"", VALUE, CONTEXT, false, false, "", "" },
    { "\"t\"", "\"t\"", "\"open_id\":\"a/b\"", VALUE, CONTEXT, false, false, "", "" },
    { "\"t\"", "\"t\"", PERSON, VALUE, "{\"open_message_id\":\"om_1\"}", false, false, "", "" },
    { "\"t\"", "\"t\"", PERSON, VALUE, "{\"open_message_id\":\"../x\",\"open_chat_id\":\"oc_1\"}",
      false, false, "", "" },
};

START_TEST(is_read)
{
    struct event event;
    struct error error = ERROR_INIT;
    char *text =
        callback(rows[_i].tenant, rows[_i].of, rows[_i].operator, rows[_i].value, rows[_i].context);
    struct json_object *tree = tree_parse(text, strlen(text), &error);
    ck_assert_msg(tree != NULL, "%s: %s", error.text, text);
    const bool good = event_read(tree, &event, &error);
    ck_assert_msg(good == rows[_i].good, "%s", text);
    if (good) {
        ck_assert_int_eq(event.kind, EVENT_PRESS);
        ck_assert_str_eq(event.press.person_id, "ou_1");
        ck_assert_str_eq(event.press.message_id, "om_1");
        ck_assert_str_eq(event.chat_id, "oc_1");
        ck_assert(event.press.own_tenant == rows[_i].own);
        ck_assert_str_eq(event.press.key, rows[_i].key);
        ck_assert_str_eq(event.press.act, rows[_i].act);
        event_release(&event);
    }
    tree_free(tree);
    free(text);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "is read", is_read, COUNT(rows));
}

SUITE_MAIN("event press", fill)
