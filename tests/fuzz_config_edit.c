/* Texts and values: what config_edit takes is parsed to exactly the value; what it refuses it
 * leaves alone. The input is a value, a zero byte, and the text. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "buf.h"
#include "config.h"
#include "config_edit.h"
#include "error.h"
#include "memory.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

enum { TEXT_MAX = 256 * 1024 };

static bool read_file(const char *path, struct secret *secret, struct error *error)
{
    (void)error;
    secret_set(secret, path, strlen(path));
    return true;
}

static bool parses(const struct buf *text, struct config *config)
{
    struct error error = ERROR_INIT;
    return config_parse(buf_text(text), text->len, "fuzz", read_file, config, &error);
}

/* Whether app.secret may be the value: that a configuration then still is one is not asked of
 * others. */
static bool is_secret(const char *value)
{
    const size_t len = strlen(value);
    return len >= 1 && len <= 256 && value[0] != ' ' && value[len - 1] != ' ';
}

/* usable: the text is a configuration whose secret stands in itself. */
static void edit(struct buf *text, const char *value, bool usable)
{
    struct error error = ERROR_INIT;
    struct config config;
    struct buf before = BUF_INIT(TEXT_MAX);
    buf_add(&before, buf_text(text), text->len);
    const bool done = config_edit(text, "app", "secret", value, &error);
    if (!done) {
        assert(error.kind == ERROR_CONFIG);
        assert(text->len == before.len &&
               memcmp(buf_text(text), buf_text(&before), text->len) == 0);
    } else if (usable && is_secret(value)) {
        assert(parses(text, &config));
        assert(config.app.secret.len == strlen(value));
        assert(memcmp(config.app.secret.data, value, strlen(value)) == 0);
        config_release(&config);
    }
    buf_release(&before);
}

/* What is changed back is what it was. */
static void edit_twice(struct buf *text, const char *value)
{
    struct error error = ERROR_INIT;
    struct config config;
    if (!config_edit(text, "app", "secret", value, &error))
        return;
    struct buf once = BUF_INIT(TEXT_MAX);
    buf_add(&once, buf_text(text), text->len);
    assert(config_edit(text, "app", "secret", value, &error));
    assert(text->len == once.len && memcmp(buf_text(text), buf_text(&once), text->len) == 0);
    assert(config_edit(text, "app", "secret", NULL, &error));
    if (parses(text, &config))
        config_release(&config);
    buf_release(&once);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct config config;
    struct buf text = BUF_INIT(TEXT_MAX);
    const uint8_t *end = len == 0 ? NULL : memchr(data, '\0', len);
    const size_t value_len = end == NULL ? 0 : (size_t)(end - data);
    char *value = memory_copy_bytes((const char *)data, value_len);
    const size_t start = end == NULL ? 0 : value_len + 1;
    buf_add(&text, (const char *)data + start, len - start);
    bool usable = parses(&text, &config);
    if (usable)
        config_release(&config);
    static const char other[] = "secret_file";
    usable = usable && memmem(buf_text(&text), text.len, other, strlen(other)) == NULL;
    edit(&text, value, usable);
    edit_twice(&text, value);
    free(value);
    buf_release(&text);
    return 0;
}
