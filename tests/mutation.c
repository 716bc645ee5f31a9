#include "mutation.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "alert_kit.h"
#include "buf.h"
#include "fixture.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

enum { BODY_MAX = 1 << 20, PIECE_MAX = 400, CHANGES_MAX = 3, CROWD_MAX = 250 };

static const char *const files[] = { "alert/alertmanager.json", "alert/grafana.json",
                                     "alert/hostile.json", "alert/script.json", "alert/text.txt" };

/* What takes the place of a text, or of a name, within JSON. */
static const char *const hostile[] = {
    "\"<at id=all></at>\"",
    "\"</at><AT user_id=\\\"all\\\">\"",
    "\"<font color='red'>\"",
    "\"](http://evil.example.com)\"",
    "\"[a](javascript:alert(1))\"",
    "\"]\\u200e(http://evil.example.com)\"",
    "\"\\u003cat id=all>\"",
    "\"http://a.example.com/)<at id=all>\"",
    "\"https://a.example.com/](https://b.example.com)\"",
    "\"\\\\\\\\\\\\\\\\\\\"\\\"\\\"\\\"\\n\\n\\n\\t\\r\"",
    "\"\\u0000\\u0001\\u001b\\u007f\\u202e\\u2066\\ufeff\"",
    "\"{1}{2}{3}%s%n%d\"",
    "\"resolved\"",
    "\"firing\"",
    "\"alertname\"",
    "\"labels\"",
    "\"0001-01-01T00:00:00Z\"",
    "\"9999-12-31T23:59:60+23:59\"",
    "\"2023-11-14T22:13:20Z\"",
    "\"\"",
    "0",
    "-9223372036854775808",
    "18446744073709551616",
    "1e308",
    "true",
    "null",
    "[]",
    "{}",
    "[[[[[[[[[[[[[[[[{\"a\":[]}]]]]]]]]]]]]]]]]",
    "[\"<at id=all></at>\",{\"](\":\"](\"}]",
};

/* Xorshift. */
static uint64_t state;

void mutation_seed(size_t number)
{
    state = UINT64_C(0x9e3779b97f4a7c15) * (uint64_t)(number + 1);
}

size_t mutation_any(size_t below)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return (size_t)(state % below);
}

/* Puts text in the place of what is between from and to. */
static void replace(struct buf *body, size_t from, size_t to, const char *text, size_t len)
{
    struct buf changed = BUF_INIT(BODY_MAX);
    buf_add(&changed, body->data, from);
    buf_add(&changed, text, len);
    buf_add(&changed, body->data + to, body->len - to);
    buf_release(body);
    *body = changed;
}

static void change_byte(char *byte)
{
    const unsigned changed = (unsigned char)*byte ^ (1U << mutation_any(8));
    memcpy(byte, &(const unsigned char){ (unsigned char)changed }, 1);
}

static void flip(struct buf *body)
{
    for (size_t i = mutation_any(8) + 1; i > 0; i--)
        change_byte(&body->data[mutation_any(body->len)]);
}

/* A piece is there twice, or many times. */
static void repeat(struct buf *body)
{
    char piece[PIECE_MAX];
    const size_t from = mutation_any(body->len);
    const size_t rest = body->len - from;
    const size_t len = mutation_any(rest < PIECE_MAX ? rest : PIECE_MAX) + 1;
    const size_t times = mutation_any(16) == 0 ? 100 : 1;
    memcpy(piece, body->data + from, len);
    for (size_t i = 0; i < times; i++)
        replace(body, from, from, piece, len);
}

static void cut(struct buf *body)
{
    const size_t from = mutation_any(body->len);
    const size_t rest = body->len - from;
    replace(body, from, from + mutation_any(rest < PIECE_MAX ? rest : PIECE_MAX) + 1, "", 0);
}

/* A piece of another fixture. */
static void splice(struct buf *body)
{
    struct buf other = BUF_INIT(BODY_MAX);
    fixture_read(files[mutation_any(COUNT(files))], &other);
    const size_t from = mutation_any(other.len);
    const size_t at = mutation_any(body->len);
    replace(body, at, at, other.data + from, mutation_any(other.len - from));
    buf_release(&other);
}

/* The end of the JSON text that begins at from. */
static size_t text_end(const struct buf *body, size_t from)
{
    size_t at = from + 1;
    while (at < body->len && body->data[at] != '"')
        at += body->data[at] == '\\' ? 2 : 1;
    return at < body->len ? at + 1 : body->len;
}

/* A text of the JSON becomes what nobody expects there. */
static void swap(struct buf *body)
{
    size_t chosen = mutation_any(160);
    for (size_t at = 0; at < body->len; at++) {
        if (body->data[at] != '"')
            continue;
        const size_t end = text_end(body, at);
        if (chosen-- > 0) {
            at = end - 1;
            continue;
        }
        const char *text = hostile[mutation_any(COUNT(hostile))];
        replace(body, at, end, text, strlen(text));
        return;
    }
}

/* A text is as long as no source's. */
static void stretch(struct buf *body)
{
    static const char *const grains[] = { "<",  "\\\"", "\\\\", "磁",
                                          "](", "a",    "\\n",  "\\ud83d\\ude00" };
    struct buf text = BUF_INIT(BODY_MAX);
    const char *grain = grains[mutation_any(COUNT(grains))];
    for (size_t i = mutation_any(12000); i > 0; i--)
        buf_add_text(&text, grain);
    const char *quote = memchr(body->data, '"', body->len);
    if (quote != NULL) {
        size_t from = (size_t)(quote - body->data);
        for (size_t i = mutation_any(60); i > 0 && from < body->len; i--)
            from = text_end(body, from);
        const char *next = memchr(body->data + from, '"', body->len - from);
        if (next != NULL)
            replace(body, (size_t)(next - body->data) + 1, (size_t)(next - body->data) + 1,
                    buf_text(&text), text.len);
    }
    buf_release(&text);
}

/* What keeps the JSON whole is done more often. */
static void (*const changes[])(struct buf *body) = { swap,    swap,    swap, swap,   swap, swap,
                                                     stretch, stretch, flip, repeat, cut,  splice };

/* More alerts than a card shows, with labels that need escaping. */
static void crowd(struct buf *body)
{
    static const char *const labels[] = {
        "",
        ",\"hostile\":\"<<<<[[[[****____](](](](<at id=all>\"",
        ",\"quotes\":\"\\\"\\\"\\\"\\\"\\\\\\\\\\\\\"",
        ",\"zh\":\"磁盘几乎已满磁盘几乎已满\"",
    };
    const size_t count = mutation_any(CROWD_MAX) + 1;
    char *payload =
        alert_kit_payload(count, mutation_any(count), labels[mutation_any(COUNT(labels))]);
    buf_add_text(body, payload);
    free(payload);
}

void mutation_make(struct buf *body)
{
    const size_t chosen = mutation_any(COUNT(files) + 1);
    if (chosen < COUNT(files))
        fixture_read(files[chosen], body);
    else
        crowd(body);
    for (size_t i = mutation_any(CHANGES_MAX) + 1; i > 0 && body->len > 0; i--)
        changes[mutation_any(COUNT(changes))](body);
}
