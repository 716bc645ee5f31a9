/* Keys are changed in the text of a configuration, and nothing else is. */
#include "suite.h"

#include <string.h>

#include "buf.h"
#include "config.h"
#include "config_edit.h"
#include "error.h"

#define APP "app { id = 'cli_1' secret = 'x' }\n"

static bool no_file(const char *path, struct secret *secret, struct error *error)
{
    (void)path;
    (void)secret;
    return error_set(error, ERROR_INTERNAL, "no file");
}

static const struct {
    const char *name;
    const char *before;
    const char *section;
    const char *key;
    const char *value;
    const char *after; /* NULL: refused */
} edits[] = {
    { "an empty text", "", "app", "id", "cli_1", "app {\n  id = 'cli_1'\n}\n" },
    { "another section", APP, "bot", "language", "en", APP "\nbot {\n  language = 'en'\n}\n" },
    { "another key", "app {\n  id = 'a'\n}\n", "app", "secret", "s",
      "app {\n  id = 'a'\n  secret = 's'\n}\n" },
    { "another key, indented", "app {\n  id = 'a'\n  }\n", "app", "secret", "s",
      "app {\n  id = 'a'\n  secret = 's'\n  }\n" },
    { "another key on one line", "app { id = 'a' }", "app", "secret", "s",
      "app { id = 'a'\n  secret = 's'\n }" },
    { "a value", "app { id = 'a' secret = \"old\" }", "app", "secret", "new",
      "app { id = 'a' secret = 'new' }" },
    { "a word", "app { id = a # b\n}", "app", "id", "c", "app { id = 'c' # b\n}" },
    { "quotes and backslashes", "app { id = a }", "app", "id", "it's \\ \"so\"",
      "app { id = 'it\\'s \\\\ \"so\"' }" },
    { "what a comment holds stays", "app {\n  #id = 'no'\n  /* id = 'x' } */ id = 'a'\n}\n", "app",
      "id", "b", "app {\n  #id = 'no'\n  /* id = 'x' } */ id = 'b'\n}\n" },
    { "a comment behind the section's end", "app { id = a } # } app { id = b }\n", "app", "id", "c",
      "app { id = 'c' } # } app { id = b }\n" },
    { "the key of another section",
      "command 'app' { people = {'ou_1'} }\nbot { open_id = 'ou_2' }\n", "app", "open_id", "x",
      "command 'app' { people = {'ou_1'} }\nbot { open_id = 'ou_2' }\n\napp {\n  open_id = "
      "'x'\n}\n" },
    { "a list becomes a text", "app { id = {'a', 'b',} }", "app", "id", "c", "app { id = 'c' }" },
    { "away, with its line", "app {\n  id = 'a'\n  secret_file = '/x'\n}\n", "app", "secret_file",
      NULL, "app {\n  id = 'a'\n}\n" },
    { "away, among others", "app { id = 'a' secret = 's' }", "app", "id", NULL,
      "app {  secret = 's' }" },
    { "away, but not there", APP, "app", "proxy", NULL, APP },
    { "no configuration", "app { id = 'a'", "app", "id", "b", NULL },
    { "nor this", "app } {", "app", "id", "b", NULL },
    { "nor an open quote", "app { id = 'a }", "app", "id", "b", NULL },
    { "a control character", APP, "app", "id", "a\nb", NULL },
    { "what libconfuse would replace", APP, "app", "id", "${HOME}", NULL },
    { "not UTF-8", APP, "app", "id", "\xff", NULL },
};

START_TEST(edits_text)
{
    struct error error = ERROR_INIT;
    struct buf text = BUF_INIT(1 << 20);
    buf_add_text(&text, edits[_i].before);
    const bool done = config_edit(&text, edits[_i].section, edits[_i].key, edits[_i].value, &error);
    ck_assert_msg(done == (edits[_i].after != NULL), "%s: %s", edits[_i].name, error.text);
    ck_assert_msg(strcmp(buf_text(&text), done ? edits[_i].after : edits[_i].before) == 0, "%s: %s",
                  edits[_i].name, buf_text(&text));
    buf_release(&text);
}
END_TEST

static const char *const texts[] = {
    APP,
    "# one\napp {\n  id = 'cli_1' // two\n  secret = 'x'\n  /* three\n  } */\n}\n",
    "app{id=cli_1\nsecret=x}",
    "log { target = stderr } app { id = 'cli_1' secret = 'x' proxy = '' } # end",
    "\r\napp {\r\n  id = 'cli_1'\r\n  secret = 'x'\r\n}\r\ncommand 'x' { people = {'*'} }\r\n",
};
static const char *const values[] = { "x",    "'",     "\\", "\\'", "a'b\"c\\d", "# {}=,",
                                      "密钥", "$HOME", "//", "/*",  "a b",       "}" };

/* Whatever the text and the value: what is parsed is the value, and the rest is as it was. */
START_TEST(is_what_is_parsed)
{
    struct error error = ERROR_INIT;
    struct config config;
    const char *value = values[_i % COUNT(values)];
    struct buf text = BUF_INIT(1 << 20);
    buf_add_text(&text, texts[_i / COUNT(values)]);
    ck_assert(config_edit(&text, "app", "encrypt_key", value, &error));
    ck_assert(config_edit(&text, "app", "secret", value, &error));
    ck_assert_msg(config_parse(buf_text(&text), text.len, "test", no_file, &config, &error),
                  "%s\n%s", error.text, buf_text(&text));
    ck_assert_str_eq(config.app.encrypt_key.data, value);
    ck_assert_str_eq(config.app.secret.data, value);
    ck_assert_str_eq(config.app.id, "cli_1");
    config_release(&config);
    ck_assert(config_edit(&text, "app", "encrypt_key", NULL, &error));
    ck_assert(config_edit(&text, "app", "secret", "x", &error));
    ck_assert(config_parse(buf_text(&text), text.len, "test", no_file, &config, &error));
    ck_assert_ptr_null(config.app.encrypt_key.data);
    config_release(&config);
    buf_release(&text);
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "edits text", edits_text, COUNT(edits));
    suite_add(suite, "is what is parsed", is_what_is_parsed, COUNT(texts) * COUNT(values));
}

SUITE_MAIN("setup config edit", fill)
