/* However a configuration is spoilt, no error shows a piece of a secret. */
#include "suite.h"

#include <string.h>

#include "config.h"
#include "error.h"
#include "memory.h"

/* Nothing else in the texts or in an error has a piece of it. */
#define SECRET "zqxjvkzwqj7xqz"

enum { PIECE = 3 };

static const char *const texts[] = {
    "app {\n  id = 'cli_1'\n  secret = '" SECRET "'\n  encrypt_key = \"" SECRET "\"\n"
    "  verification_token = " SECRET "\n  max_age = 60\n}\nlog { target = stderr }\n",
    "app { secret = '" SECRET "' id = 'cli_1' encrypt_key = '" SECRET "' max_age = 60 }\n",
    "# one\napp { id = 'cli_1' /* two */ secret =\n'" SECRET " {} = " SECRET "' }\n",
};

/* What replaces or comes before a character. */
static const char *const slips[] = { "",    "'",     "\"", "\\",   " ",     "\n", " ' ", "' ",
                                     " '",  "' = '", "{",  "}",    "=",     "#",  "//",  "/*",
                                     "*/",  "+=",    ",",  "${",   "(",     ";",  "|",   "\t",
                                     "\01", "\xff",  "\r", "\r\n", "' { '", "\n'" };

static bool no_file(const char *path, struct secret *secret, struct error *error)
{
    (void)path;
    (void)secret;
    return error_set(error, ERROR_INTERNAL, "no file");
}

static bool shows_a_piece(const char *line)
{
    static const char secret[] = SECRET;
    char piece[PIECE + 1] = "";
    for (size_t i = 0; i + PIECE < sizeof(secret); i++) {
        memcpy(piece, &secret[i], PIECE);
        if (strstr(line, piece) != NULL)
            return true;
    }
    return false;
}

/* Returns whether the text was refused. */
static bool refuses(const char *text)
{
    struct config config;
    struct error error = ERROR_INIT;
    const bool taken = config_parse(text, strlen(text), "feishu.conf", no_file, &config, &error);
    if (taken)
        config_release(&config);
    ck_assert_msg(!shows_a_piece(error.text), "%s\n%s", text, error.text);
    ck_assert_msg(strchr(error.text, '\n') == NULL, "%s", text);
    ck_assert_int_eq(error.kind, taken ? ERROR_NONE : ERROR_CONFIG);
    return !taken;
}

START_TEST(one_slip)
{
    const char *text = texts[_i / COUNT(slips)];
    const char *slip = slips[_i % COUNT(slips)];
    int refused = 0;
    for (int at = 0; text[at] != '\0'; at++) {
        for (int dropped = 0; dropped < 2; dropped++) {
            char *spoilt = memory_format("%.*s%s%s", at, text, slip, text + at + dropped);
            refused += refuses(spoilt) ? 1 : 0;
            free(spoilt);
        }
    }
    ck_assert_int_gt(refused, 0);
}
END_TEST

/* The text breaks off, as when the disk is full. */
START_TEST(an_early_end)
{
    int refused = 0;
    for (int len = 0; texts[_i][len] != '\0'; len++) {
        char *start = memory_format("%.*s", len, texts[_i]);
        refused += refuses(start) ? 1 : 0;
        free(start);
    }
    ck_assert_int_gt(refused, 0);
    ck_assert(!refuses(texts[_i]));
}
END_TEST

/* The secret is where something else should be. Before a = or a { it would be a name, which an
 * error has to show; but not on the line of a secret. */
START_TEST(another_place)
{
    static const char *const forms[] = {
        "app { %s }",
        "%s",
        "command '%s!' { }",
        "command %s. { }",
        "app { id = '!%s' secret = 'x' }",
        "app { id = 'i' secret '%s' }",
        "app { id = 'i' secret %s }",
        "app { id = 'i' secret %s = 'x' }",
        "app { id = 'i' secret = {'%s'} }",
        "app { id = 'i' secret = abc %s }",
        "app { id = 'i' secret = abc %s = 'x' }",
        "app { id = 'i' secret = 'a' %s 'b' }",
        "app { id = 'i' secret = 'a' %s { } }",
        "app { id = 'i' secret = 'a' %s += 'x' }",
        "app { id = 'i' secret = \"\\9%s\" }",
        "app { id = 'i' secret = 'x' secret = '%s' }",
        "app { id = 'i' secret_file = '%s' }",
        "app { id = 'i' secret_file = 'x/%s' }",
        "app { id = 'i' secret = 'x' base_url = '%s' }",
        "app { id = 'i' secret = 'x' base_url = 'https://x:%s@open.feishu.cn' }",
        "app { id = 'i' secret = 'x' ca = '%s' }",
        "app { id = 'i' secret = 'x' proxy = 'http://x:%s@127.0.0.1:80' }",
        "app { id = 'i' secret = 'x' max_age = %s }",
        "app { id = 'i' secret = 'x' } bot { open_id = '%s' }",
        "app { id = 'i' secret = 'x' } bot { language = '%s' }",
        "app { id = 'i' secret = 'x' } commands { people = {'%s'} }",
        "app { id = 'i' secret = 'x' } commands { chats = {'ou_%s'} }",
        "app { id = 'i' secret = 'x' } store { url = 'redis://:%s@' }",
    };
    for (int i = 0; i < COUNT(forms); i++) {
        const char *at = strstr(forms[i], "%s");
        char *text = memory_format("%.*s" SECRET "%s", (int)(at - forms[i]), forms[i], at + 2);
        ck_assert_msg(refuses(text), "taken: %s", text);
        free(text);
    }
}
END_TEST

static void fill(Suite *suite)
{
    suite_add(suite, "one slip", one_slip, COUNT(texts) * COUNT(slips));
    suite_add(suite, "an early end", an_early_end, COUNT(texts));
    suite_add(suite, "another place", another_place, 1);
}

SUITE_MAIN("secrets of the configuration", fill)
