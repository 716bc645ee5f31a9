#include "config_scan.h"

#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "memory.h"

enum token_kind { TOKEN_END, TOKEN_WORD, TOKEN_STRING, TOKEN_MARK, TOKEN_BAD };

struct token {
    enum token_kind kind;
    char mark; /* of TOKEN_MARK: one of { } = , */
    const char *text;
    size_t len;
    int line;
    const char *trouble; /* of TOKEN_BAD */
};

struct scanner {
    const char *at;
    const char *end;
    int line;
    const char *name;
    struct token token; /* the present one */
    struct config_scan *scan;
    struct error *error;
};

static bool fail(struct scanner *scanner, int line, const char *path, const char *what)
{
    return error_set(scanner->error, ERROR_CONFIG, "%s:%d: %s%s%s", scanner->name, line, path,
                     path[0] == '\0' ? "" : ": ", what);
}

static bool starts(const struct scanner *scanner, const char *text)
{
    size_t len = strlen(text);
    return (size_t)(scanner->end - scanner->at) >= len && memcmp(scanner->at, text, len) == 0;
}

static void step(struct scanner *scanner)
{
    if (*scanner->at++ == '\n')
        scanner->line++;
}

/* Passes a comment from its first to its last character; false if it does not end. */
static bool skip_comment(struct scanner *scanner)
{
    bool block = starts(scanner, "/*");
    const char *ending = block ? "*/" : "\n";
    while (scanner->at < scanner->end && !starts(scanner, ending))
        step(scanner);
    if (block && starts(scanner, ending))
        scanner->at += 2;
    return !block || scanner->at[-1] == '/';
}

static bool skip_space(struct scanner *scanner)
{
    while (scanner->at < scanner->end) {
        if (strchr(" \t\r\n", *scanner->at) != NULL)
            step(scanner);
        else if (*scanner->at != '#' && !starts(scanner, "//") && !starts(scanner, "/*"))
            return true;
        else if (!skip_comment(scanner))
            return false;
    }
    return true;
}

/* Reads a string in quotes; they are not part of the token's text. */
static void read_string(struct scanner *scanner, struct token *token)
{
    char quote = *scanner->at++;
    token->kind = TOKEN_STRING;
    token->text = scanner->at;
    while (scanner->at < scanner->end && *scanner->at != quote) {
        bool escape = *scanner->at == '\\';
        step(scanner);
        if (escape && scanner->at < scanner->end)
            step(scanner);
    }
    token->len = (size_t)(scanner->at - token->text);
    if (scanner->at < scanner->end) {
        scanner->at++;
        return;
    }
    token->kind = TOKEN_BAD;
    token->trouble = "a string is not closed: its second quote is missing";
}

static bool ends_word(const struct scanner *scanner)
{
    return strchr(" \t\r\n#\"'{}=()+,", *scanner->at) != NULL || starts(scanner, "//") ||
           starts(scanner, "/*");
}

static void read_word(struct scanner *scanner, struct token *token)
{
    token->kind = TOKEN_WORD;
    token->text = scanner->at;
    while (scanner->at < scanner->end && !ends_word(scanner))
        scanner->at++;
    token->len = (size_t)(scanner->at - token->text);
    if (token->len > 0)
        return;
    token->kind = TOKEN_BAD;
    token->trouble = starts(scanner, "+=") ? "\"+=\" is not supported: write the list once, with ="
                                           : "a character that means nothing here";
}

/* Goes on to the next token. */
static void advance(struct scanner *scanner)
{
    struct token *token = &scanner->token;
    bool closed = skip_space(scanner);
    *token = (struct token){ .kind = TOKEN_END, .line = scanner->line };
    if (!closed) {
        token->kind = TOKEN_BAD;
        token->trouble = "a comment is not closed";
    } else if (scanner->at < scanner->end && strchr("{}=,", *scanner->at) != NULL) {
        token->kind = TOKEN_MARK;
        token->mark = *scanner->at++;
    } else if (scanner->at < scanner->end && (*scanner->at == '"' || *scanner->at == '\'')) {
        read_string(scanner, token);
    } else if (scanner->at < scanner->end) {
        read_word(scanner, token);
    }
}

static bool is_mark(const struct scanner *scanner, char mark)
{
    return scanner->token.kind == TOKEN_MARK && scanner->token.mark == mark;
}

static bool is_value(const struct scanner *scanner)
{
    return scanner->token.kind == TOKEN_WORD || scanner->token.kind == TOKEN_STRING;
}

/* The complaint about the present token, where `wanted` should be. */
static bool unexpected(struct scanner *scanner, const char *path, const char *wanted)
{
    const struct token *token = &scanner->token;
    return fail(scanner, token->line, path, token->kind == TOKEN_BAD ? token->trouble : wanted);
}

/* Records the place; false if the path has one already. Takes path. */
static bool record(struct scanner *scanner, char *path, int line)
{
    struct config_scan *scan = scanner->scan;
    bool repeated = config_scan_line(scan, path) != 0;
    scan->places = memory_resize(scan->places, (scan->count + 1) * sizeof(*scan->places));
    scan->places[scan->count++] = (struct config_place){ path, line };
    return !repeated || fail(scanner, line, path, "given twice; remove one");
}

static bool scan_list(struct scanner *scanner, const char *path)
{
    advance(scanner);
    while (!is_mark(scanner, '}')) {
        if (!is_value(scanner))
            return unexpected(scanner, path, "a list is written {'one', 'two'}");
        advance(scanner);
        if (is_mark(scanner, ','))
            advance(scanner);
        else if (!is_mark(scanner, '}'))
            return unexpected(scanner, path, "a comma or } is missing in the list");
    }
    advance(scanner);
    return true;
}

/* The value of the key at path, from behind its "=". */
static bool scan_value(struct scanner *scanner, const char *path)
{
    advance(scanner);
    if (is_mark(scanner, '{'))
        return scan_list(scanner, path);
    if (!is_value(scanner))
        return unexpected(scanner, path, "the value is missing");
    advance(scanner);
    return true;
}

static bool scan_statements(struct scanner *scanner, const char *section);

/* The body of a section, from its "{". */
static bool scan_section(struct scanner *scanner, const char *path, int line)
{
    advance(scanner);
    if (!scan_statements(scanner, path))
        return false;
    if (!is_mark(scanner, '}'))
        return fail(scanner, line, path, "the section is not closed: its } is missing");
    advance(scanner);
    return true;
}

/* What follows a name: a value, or a section with or without a title. Takes path. */
static bool scan_statement(struct scanner *scanner, char *path, int line)
{
    static const char wanted[] = "after a name comes = or {; a value of several words needs quotes";
    if (is_mark(scanner, '='))
        return record(scanner, path, line) && scan_value(scanner, path);
    if (is_value(scanner)) {
        const struct token title = scanner->token;
        advance(scanner);
        if (is_mark(scanner, '{')) {
            char *titled = memory_format("%s '%.*s'", path, (int)title.len, title.text);
            free(path);
            path = titled;
        }
    }
    if (is_mark(scanner, '{'))
        return record(scanner, path, line) && scan_section(scanner, path, line);
    free(path);
    return unexpected(scanner, "", wanted);
}

/* Statements up to the first token that begins none. section: "" at the outermost level. */
static bool scan_statements(struct scanner *scanner, const char *section)
{
    while (scanner->token.kind == TOKEN_WORD) {
        const struct token name = scanner->token;
        char *path = memory_format("%s%s%.*s", section, section[0] == '\0' ? "" : ".",
                                   (int)name.len, name.text);
        advance(scanner);
        if (!scan_statement(scanner, path, name.line))
            return false;
    }
    if (scanner->token.kind == TOKEN_END || is_mark(scanner, '}'))
        return true;
    return unexpected(scanner, section, "a key or section name is missing here");
}

/* Things that are refused wherever they stand. */
static bool scan_characters(struct scanner *scanner)
{
    int line = 1;
    for (const char *at = scanner->at; at < scanner->end; at++) {
        unsigned char byte = (unsigned char)*at;
        if (*at == '\n')
            line++;
        if ((byte < ' ' && strchr("\t\r\n", *at) == NULL) || byte == 0 || byte == 0x7f)
            return fail(scanner, line, "", "a control character");
        if (*at != '$' || at + 1 == scanner->end || at[1] != '{')
            continue;
        const char *start = at;
        while (start > scanner->at && start[-1] != '\n')
            start--;
        start += strspn(start, " \t");
        char *key = memory_copy_bytes(start, strspn(start, "abcdefghijklmnopqrstuvwxyz_"));
        fail(scanner, line, key, "\"${\" is not supported; put the value into a file (NAME_file)");
        free(key);
        return false;
    }
    return true;
}

bool config_scan(const char *text, size_t len, const char *name, struct config_scan *scan,
                 struct error *error)
{
    struct scanner scanner = {
        .at = text, .end = text + len, .line = 1, .name = name, .scan = scan, .error = error
    };
    *scan = (struct config_scan){ NULL, 0, 1 };
    if (!scan_characters(&scanner))
        return false;
    advance(&scanner);
    if (!scan_statements(&scanner, ""))
        return false;
    scan->last_line = scanner.line;
    return scanner.token.kind == TOKEN_END || unexpected(&scanner, "", "a } without a section");
}

int config_scan_line(const struct config_scan *scan, const char *path)
{
    for (size_t i = 0; i < scan->count; i++) {
        if (strcmp(scan->places[i].path, path) == 0)
            return scan->places[i].line;
    }
    return 0;
}

void config_scan_release(struct config_scan *scan)
{
    for (size_t i = 0; i < scan->count; i++)
        free(scan->places[i].path);
    free(scan->places);
    *scan = (struct config_scan){ NULL, 0, 0 };
}
