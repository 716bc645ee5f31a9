#include "config_scan.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config_text.h"
#include "error.h"
#include "memory.h"

struct scanner {
    struct config_text text;
    const char *name;
    struct config_scan *scan;
    struct error *error;
    const char *section; /* what the next error is about */
    char key[40];
    size_t secret_line; /* where a secret stood last */
};

static const char *const wanted[] = {
    [CONFIG_TEXT] = "a text is needed: '…'",
    [CONFIG_SECRET] = "a text is needed: '…'",
    [CONFIG_CHOICE] = "a text is needed: '…'",
    [CONFIG_LIST] = "a list is needed: {'…', '…'}",
    [CONFIG_SECRETS] = "a list is needed: {'…', '…'}",
    [CONFIG_NUMBER] = "a number is needed, without quotes",
    [CONFIG_FLAG] = "true or false is needed, without quotes",
};

bool config_fault(struct error *error, const char *name, size_t line, const char *section,
                  const char *key, const char *what)
{
    const char *dot = section[0] != '\0' && key[0] != '\0' ? "." : "";
    const char *nowhere = section[0] == '\0' && key[0] == '\0' ? "configuration" : "";
    return error_set(error, ERROR_CONFIG, "%s:%zu: %s%s%s%s: %s", name, line, nowhere, section, dot,
                     key, what);
}

static bool fail_at(struct scanner *scanner, size_t line, const char *what)
{
    return config_fault(scanner->error, scanner->name, line, scanner->section, scanner->key, what);
}

static bool fail(struct scanner *scanner, const char *what)
{
    return fail_at(scanner, scanner->text.line, what);
}

/* Says what the next error is about; a name that is too long to be one of ours is cut. */
static void set_key(struct scanner *scanner, const char *name, size_t len)
{
    (void)snprintf(scanner->key, sizeof(scanner->key), "%.*s", (int)(len < 40 ? len : 39), name);
}

/* Passes blanks, and gives the character after them in *next. */
static bool skip(struct scanner *scanner, int *next)
{
    const char *wrong = config_text_skip(&scanner->text);
    *next = config_text_peek(&scanner->text);
    return wrong == NULL || fail(scanner, wrong);
}

/* Passes blanks and the character that must follow them. */
static bool expect(struct scanner *scanner, char character, const char *otherwise)
{
    int next;
    if (!skip(scanner, &next))
        return false;
    if (next != character)
        return fail(scanner, otherwise);
    scanner->text.at++;
    return true;
}

static bool is_quote(int character)
{
    return character == '\'' || character == '"';
}

/* Passes a value; if it is a secret, libconfuse gets a filler for it. */
static bool scan_value(struct scanner *scanner, struct config_mark *mark, bool is_secret)
{
    struct config_text *text = &scanner->text;
    const char *wrong = config_text_value(text);
    if (wrong != NULL)
        return fail(scanner, wrong);
    mark->len = text->at - mark->start;
    if (!is_secret)
        return true;
    const size_t quotes = is_quote(text->data[mark->start]) ? 1 : 0;
    memset(text->plain + mark->start + quotes, 'x', mark->len - 2 * quotes);
    return true;
}

static bool is_list(enum config_type type)
{
    return type == CONFIG_LIST || type == CONFIG_SECRETS;
}

static bool scan_list(struct scanner *scanner, struct config_mark *mark, bool is_secret)
{
    int next;
    scanner->text.at++;
    if (!skip(scanner, &next))
        return false;
    while (next != '}') {
        struct config_mark item = { .start = scanner->text.at };
        if (is_secret)
            scanner->secret_line = scanner->text.line;
        if (!scan_value(scanner, &item, is_secret) || !skip(scanner, &next))
            return false;
        mark->len++;
        if (next == ',')
            scanner->text.at++;
        else if (next != '}')
            return fail(scanner, "a comma or } is missing in the list");
        if (!skip(scanner, &next))
            return false;
    }
    scanner->text.at++;
    mark->end = scanner->text.at;
    return true;
}

/* Whether a value of the type can begin with the character. */
static bool may_begin(enum config_type type, int character)
{
    if (is_list(type) || character == '{')
        return is_list(type) && character == '{';
    return !is_quote(character) || (type != CONFIG_NUMBER && type != CONFIG_FLAG);
}

/* What follows the name of a key. */
static bool scan_key(struct scanner *scanner, const struct config_key *key,
                     struct config_mark *mark, bool is_file)
{
    int next;
    const size_t line = scanner->text.line;
    if (mark->line != 0)
        return fail(scanner, mark->is_file == is_file ? "stands here for the second time"
                                                      : "give the value or the file, not both");
    if (!skip(scanner, &next))
        return false;
    if (next == '+')
        return fail(scanner, "+= is not allowed; give all of it with one =");
    if (!expect(scanner, '=', "a = is missing after the key") || !skip(scanner, &next))
        return false;
    const bool is_secret = (key->type == CONFIG_SECRET || key->type == CONFIG_SECRETS) && !is_file;
    if (!may_begin(key->type, next))
        return fail(scanner, wanted[key->type]);
    if (is_secret)
        scanner->secret_line = scanner->text.line;
    *mark = (struct config_mark){ .line = line, .start = scanner->text.at, .is_file = is_file };
    return is_list(key->type) ? scan_list(scanner, mark, is_secret)
                              : scan_value(scanner, mark, is_secret);
}

static struct config_place *
add_place(struct config_scan *scan, const struct config_section *section, size_t outer, size_t line)
{
    if (scan->count == scan->capacity) {
        scan->capacity = scan->capacity * 2 + 8;
        scan->places = memory_resize(scan->places, scan->capacity * sizeof(*scan->places));
    }
    struct config_place *place = &scan->places[scan->count++];
    *place = (struct config_place){ .section = section, .outer = outer, .line = line };
    return place;
}

/* Reads the title of a section, if it has to have one. */
static bool scan_title(struct scanner *scanner, struct config_place *place)
{
    int next;
    struct config_mark mark = { 0 };
    if (!skip(scanner, &next))
        return false;
    const bool given = is_quote(next) || config_text_is_word(&scanner->text);
    if (given != (place->section->add != NULL))
        return fail(scanner, given ? "this section has no title" : "a title is missing: '…'");
    if (!given)
        return true;
    mark.start = scanner->text.at;
    if (!scan_value(scanner, &mark, false))
        return false;
    place->title = memory_zero(mark.len + 1, 1);
    config_text_unquote(scanner->text.data + mark.start, mark.len, place->title);
    return true;
}

/* Whether a section like the last place, with the same title, stands in the same outer one. */
static bool is_repeated(const struct config_scan *scan)
{
    const struct config_place *last = &scan->places[scan->count - 1];
    for (const struct config_place *place = scan->places; place < last; place++) {
        if (place->section == last->section && place->outer == last->outer &&
            (last->title == NULL || strcmp(place->title, last->title) == 0))
            return true;
    }
    return false;
}

static bool scan_body(struct scanner *scanner, size_t at);

/* What follows the name of a section. */
static bool scan_section(struct scanner *scanner, const struct config_section *section,
                         size_t outer)
{
    const char *outer_name = scanner->section;
    const size_t line = scanner->text.line;
    const size_t at = scanner->scan->count;
    struct config_place *place = add_place(scanner->scan, section, outer, line);
    if (!scan_title(scanner, place) || !expect(scanner, '{', "a { is missing after the section"))
        return false;
    if (is_repeated(scanner->scan))
        return fail_at(scanner, line, "stands here for the second time");
    scanner->section = section->name;
    scanner->key[0] = '\0';
    if (!scan_body(scanner, at))
        return false;
    scanner->section = outer_name;
    scanner->text.at++;
    return true;
}

/* Names the word as what is unknown, unless it might be a piece of a secret. */
static bool fail_unknown(struct scanner *scanner, const char *word, size_t len)
{
    static const char characters[] = "abcdefghijklmnopqrstuvwxyz0123456789_";
    int next;
    const size_t line = scanner->text.line;
    scanner->key[0] = '\0';
    if (!skip(scanner, &next))
        return false;
    const bool is_section = next == '{' || is_quote(next);
    if ((next != '=' && next != '+' && !is_section) || line == scanner->secret_line)
        return fail_at(scanner, line, "a word that is no key; texts stand in '…'");
    if (len <= 32 && strspn(word, characters) >= len)
        set_key(scanner, word, len);
    if (is_section && scanner->section[0] != '\0')
        return fail_at(scanner, line, "no such section in here; is a } missing before it?");
    return fail_at(scanner, line, is_section ? "no such section" : "no such key");
}

static bool is_name(const char *name, const char *word, size_t len)
{
    return name != NULL && strlen(name) == len && memcmp(name, word, len) == 0;
}

/* A key or a section, from its name. */
static bool scan_item(struct scanner *scanner, size_t at)
{
    struct config_place *place = &scanner->scan->places[at];
    const struct config_section *section = place->section;
    const char *word = scanner->text.data + scanner->text.at;
    config_text_word(&scanner->text);
    const size_t len = (size_t)(scanner->text.data + scanner->text.at - word);
    set_key(scanner, word, len);
    for (size_t i = 0; i < section->key_count; i++) {
        const struct config_key *key = &section->keys[i];
        const bool is_file = is_name(key->file_name, word, len);
        if (is_file || is_name(key->name, word, len))
            return scan_key(scanner, key, &place->marks[i], is_file);
    }
    for (size_t i = 0; i < section->section_count; i++) {
        if (is_name(section->sections[i].name, word, len))
            return scan_section(scanner, &section->sections[i], at);
    }
    return fail_unknown(scanner, word, len);
}

/* What stands in the section at the index, up to its }. */
static bool scan_body(struct scanner *scanner, size_t at)
{
    const bool is_file = at == 0;
    int next;
    for (;;) {
        scanner->key[0] = '\0';
        if (!skip(scanner, &next))
            return false;
        if (next == (is_file ? -1 : '}'))
            return true;
        if (next == -1)
            return fail_at(scanner, scanner->scan->places[at].line, "its } is missing");
        if (next == '}')
            return fail(scanner, "a } that closes nothing");
        if (!config_text_is_word(&scanner->text))
            return fail(scanner, "a key is missing here; texts stand in '…'");
        if (!scan_item(scanner, at))
            return false;
    }
}

bool config_scan(const char *text, size_t len, const char *name, struct config_scan *scan,
                 struct error *error)
{
    *scan = (struct config_scan){ .plain = memory_copy_bytes(text, len), .len = len };
    struct scanner scanner = {
        .text = { .data = text, .len = len, .line = 1, .plain = scan->plain },
        .name = name,
        .scan = scan,
        .error = error,
        .section = "",
    };
    add_place(scan, &config_schema, 0, 1);
    const bool done = scan_body(&scanner, 0);
    const bool behind = len > 0 && text[len - 1] == '\n';
    scan->last_line = scanner.text.line - (behind ? 1 : 0);
    return done;
}

void config_scan_release(struct config_scan *scan)
{
    for (size_t i = 0; i < scan->count; i++)
        free(scan->places[i].title);
    free(scan->places);
    if (scan->plain != NULL)
        explicit_bzero(scan->plain, scan->len);
    free(scan->plain);
    *scan = (struct config_scan){ .places = NULL };
}
