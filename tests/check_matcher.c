/* Alertmanager's matchers. */
#include "suite.h"

#include <string.h>

#include "buf.h"
#include "error.h"
#include "matcher.h"
#include "tree.h"

static const struct {
    const char *text;
    const char *printed; /* NULL: refused */
} rows[] = {
    { "a=b", "a=\"b\"" },
    { "alertname=Disk Full", "alertname=\"Disk Full\"" },
    { "a=\"b\"", "a=\"b\"" },
    { "a=\"b\\\"c\\\\d\\n\"", "a=\"b\\\"c\\\\d\\n\"" },
    { "a=", "a=\"\"" },
    { "a!=b", "a!=\"b\"" },
    { "a=~b.*", "a=~\"b.*\"" },
    { "a!~b|c", "a!~\"b|c\"" },
    { "a==b", "a=\"=b\"" },
    { "_x:1=磁盘", "_x:1=\"磁盘\"" },
    { "", NULL },
    { "=b", NULL },
    { "1a=b", NULL },
    { "a", NULL },
    { "a b=c", NULL },
    { "a~b", NULL },
    { "a=\"b", NULL },
    { "a=\"b\"c", NULL },
    { "a=\"\\x\"", NULL },
    { "a=\xff", NULL },
};

START_TEST(are_read)
{
    struct matcher matcher;
    struct error error = ERROR_INIT;
    struct buf printed = BUF_INIT(1000);
    const bool good = matcher_read(rows[_i].text, &matcher, &error);
    ck_assert_msg(good == (rows[_i].printed != NULL), "%s: %s", rows[_i].text, error.text);
    if (!good) {
        ck_assert_int_eq(error.kind, ERROR_INVALID);
        return;
    }
    matcher_print(&matcher, &printed);
    ck_assert_str_eq(buf_text(&printed), rows[_i].printed);
    matcher_release(&matcher);
    buf_release(&printed);
}
END_TEST

static const struct {
    const char *matcher;
    bool fits; /* {"severity":"critical","team":"db"} */
} fits[] = {
    { "severity=critical", true },
    { "severity=warning", false },
    { "severity!=warning", true },
    { "severity!=critical", false },
    { "severity=~crit", false },
    { "severity=~crit.*", true },
    { "severity=~a|critical", true },
    { "severity!~crit.*", false },
    { "severity!~warn.*", true },
    { "none=", true },
    { "none=x", false },
    { "none!=x", true },
    { "team=~(", false },
    { "team!~(", false },
};

START_TEST(fit_labels)
{
    struct matcher matcher;
    struct error error = ERROR_INIT;
    static const char json[] = "{\"severity\":\"critical\",\"team\":\"db\"}";
    struct json_object *labels = tree_parse(json, strlen(json), &error);
    ck_assert(matcher_read(fits[_i].matcher, &matcher, &error));
    ck_assert_msg(matcher_fits(&matcher, labels) == fits[_i].fits, "%s", fits[_i].matcher);
    matcher_release(&matcher);
    tree_free(labels);
}
END_TEST

START_TEST(are_json)
{
    struct matcher matcher;
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(1000);
    ck_assert(matcher_read("a!~\"x\"", &matcher, &error));
    struct json_object *tree = matcher_tree(&matcher);
    tree_print(tree, &text);
    ck_assert_str_eq(buf_text(&text),
                     "{\"name\":\"a\",\"value\":\"x\",\"isRegex\":true,\"isEqual\":false}");
    tree_free(tree);
    matcher_release(&matcher);
    buf_release(&text);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "are read", are_read, COUNT(rows));
    suite_add(suite, "fit labels", fit_labels, COUNT(fits));
    suite_add(suite, "are JSON", are_json, 1);
}

SUITE_MAIN("matcher", fill)
