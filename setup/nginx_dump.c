#include "nginx_dump.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "list.h"
#include "memory.h"
#include "nginx_token.h"

#define MARKER "# configuration file "

/* What one dump may cost besides its own length, in tokens taken. A token is worth so many bytes of
 * text or names compared, and a block so many tokens. And how deep files may lie in files. */
enum { BUDGET = 300000, TOKEN_BYTES = 8, TOKEN_NAMES = 16, BLOCK_TOKENS = 32, DEPTH_MAX = 16 };

struct file {
    const char *name;
    size_t name_len;
    const char *text;
    const char *end;
};

struct walk {
    struct file *files;
    size_t count;
    void (*take)(void *context, const struct nginx_directive *directive);
    void *context;
    size_t max;    /* bytes that words can be */
    size_t budget; /* what is left of it */
    int depth;
};

const char *nginx_word(const struct nginx_directive *directive, size_t index)
{
    const char *word = directive->words;
    if (index >= directive->count)
        return "";
    for (; index > 0; index--)
        word += strlen(word) + 1;
    return word;
}

/* Whether the line, up to end, begins a file: "# configuration file NAME:". */
static bool is_marker(const char *line, const char *end)
{
    const size_t len = (size_t)(end - line);
    return len > strlen(MARKER) + 1 && memcmp(line, MARKER, strlen(MARKER)) == 0 && end[-1] == ':';
}

static void add_file(struct walk *walk, const char *line, const char *end, const char *text)
{
    walk->files = list_grow(walk->files, walk->count, sizeof(*walk->files));
    walk->files[walk->count++] = (struct file){
        .name = line + strlen(MARKER),
        .name_len = (size_t)(end - 1 - line) - strlen(MARKER),
        .text = text,
    };
}

/* Finds the files in the dump. */
static void split(struct walk *walk, const char *dump, const char *end)
{
    const char *line = dump;
    while (line < end) {
        const char *line_end = memchr(line, '\n', (size_t)(end - line));
        const char *next = line_end == NULL ? end : line_end + 1;
        if (line_end == NULL)
            line_end = end;
        if (is_marker(line, line_end)) {
            if (walk->count > 0)
                walk->files[walk->count - 1].end = line;
            add_file(walk, line, line_end, next);
        }
        line = next;
    }
    if (walk->count > 0)
        walk->files[walk->count - 1].end = end;
}

/* Takes from the budget; once it did not suffice, nothing is left. */
static bool spend(struct walk *walk, size_t cost)
{
    const bool enough = cost <= walk->budget;
    walk->budget = enough ? walk->budget - cost : 0;
    return enough;
}

/* Whether name is what the pattern means: "*" and "?" stand for anything but a slash. */
static bool matches(const char *pattern, const char *name, size_t name_len)
{
    const char *end = name + name_len;
    const char *star = NULL; /* the last one, and what it has swallowed up to */
    const char *swallowed = NULL;
    while (name < end) {
        if (*pattern == '*') {
            star = pattern++;
            swallowed = name;
        } else if (*pattern != '\0' && (*pattern == *name || (*pattern == '?' && *name != '/'))) {
            pattern++;
            name++;
        } else if (star != NULL && *swallowed != '/') {
            pattern = star + 1;
            name = ++swallowed;
        } else {
            return false;
        }
    }
    while (*pattern == '*')
        pattern++;
    return *pattern == '\0';
}

static void walk_file(struct walk *walk, const struct file *file);

/* Walks the files that the pattern names; a relative one begins at the main file's folder. */
static void include(struct walk *walk, const char *pattern)
{
    const struct file *main_file = &walk->files[0];
    const char *slash = memrchr(main_file->name, '/', main_file->name_len);
    char *all =
        pattern[0] == '/' || slash == NULL
            ? memory_copy(pattern)
            : memory_format("%.*s/%s", (int)(slash - main_file->name), main_file->name, pattern);
    walk->depth++;
    bool go_on = walk->depth < DEPTH_MAX && spend(walk, walk->count / TOKEN_NAMES + 1);
    for (size_t i = 1; go_on && i < walk->count; i++) {
        if (matches(all, walk->files[i].name, walk->files[i].name_len))
            walk_file(walk, &walk->files[i]);
    }
    walk->depth--;
    free(all);
}

/* One file on its way: the words of the directive that is being read. */
struct reading {
    const struct file *file;
    struct nginx_tokens tokens;
    struct buf words;
    size_t count;
    size_t line;
    size_t open; /* blocks */
};

static void emit(struct walk *walk, const struct reading *reading, enum nginx_part part)
{
    const struct nginx_directive directive = {
        .part = part,
        .words = buf_text(&reading->words),
        .count = part == NGINX_CLOSE ? 0 : reading->count,
        .file = reading->file->name,
        .file_len = reading->file->name_len,
        .line = reading->line,
    };
    if (part == NGINX_SIMPLE && reading->count == 2 && strcmp(directive.words, "include") == 0)
        include(walk, nginx_word(&directive, 1));
    else if (part == NGINX_CLOSE || reading->count > 0)
        walk->take(walk->context, &directive);
}

static bool is_lua(const struct reading *reading)
{
    static const char end[] = "_by_lua_block";
    const char *name = buf_text(&reading->words);
    const size_t len = strlen(name);
    return reading->count > 0 && len > strlen(end) && strcmp(name + len - strlen(end), end) == 0;
}

/* A block begins: it is open if it has a name, unless it is Lua. */
static void open_block(struct walk *walk, struct reading *reading)
{
    if (is_lua(reading)) {
        nginx_tokens_skip_lua(&reading->tokens);
    } else if (reading->count > 0 && spend(walk, BLOCK_TOKENS)) {
        reading->open++;
        emit(walk, reading, NGINX_OPEN);
    }
}

static void close_block(struct walk *walk, struct reading *reading)
{
    if (reading->open == 0)
        return;
    reading->open--;
    emit(walk, reading, NGINX_CLOSE);
}

/* Takes one token. False at the end of the file. */
static bool step(struct walk *walk, struct reading *reading)
{
    enum nginx_token token = nginx_tokens_next(&reading->tokens, &reading->words);
    switch (token) {
    case NGINX_TOKEN_WORD:
        reading->line = reading->count == 0 ? reading->tokens.word_line : reading->line;
        reading->count++;
        return true;
    case NGINX_TOKEN_SEMICOLON:
        emit(walk, reading, NGINX_SIMPLE);
        break;
    case NGINX_TOKEN_OPEN:
        open_block(walk, reading);
        break;
    case NGINX_TOKEN_CLOSE:
        close_block(walk, reading);
        break;
    case NGINX_TOKEN_END:
        return false;
    }
    reading->count = 0;
    buf_clear(&reading->words);
    return true;
}

static void walk_file(struct walk *walk, const struct file *file)
{
    struct reading reading = {
        .file = file,
        .tokens = { .at = file->text, .end = file->end, .line = 1 },
        .words = BUF_INIT(walk->max),
    };
    bool more = spend(walk, (size_t)(file->end - file->text) / TOKEN_BYTES);
    while (more)
        more = spend(walk, 1) && step(walk, &reading);
    while (reading.open > 0)
        close_block(walk, &reading);
    buf_release(&reading.words);
}

void nginx_walk(const char *dump, size_t len,
                void (*take)(void *context, const struct nginx_directive *directive), void *context)
{
    struct walk walk = {
        .take = take, .context = context, .max = 2 * len + 2, .budget = BUDGET + len
    };
    split(&walk, dump, dump + len);
    if (walk.count > 0)
        walk_file(&walk, &walk.files[0]);
    free(walk.files);
}
