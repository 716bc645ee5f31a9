/* Makes what the platform would send, many at a time, for tests/bench/cost.c: each line of standard
 * input becomes an encrypted request of a folder, in its files input-N and environment-N.
 *
 *     seal KEY FOLDER [unsigned]
 *
 * A challenge is not signed by the platform. */
#include <stdint.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "buf.h"
#include "cipher.h"
#include "error.h"
#include "memory.h"
#include "secret.h"

static bool write_file(const char *folder, const char *name, size_t number, const struct buf *text)
{
    char *path = memory_format("%s/%s-%zu", folder, name, number);
    FILE *file = fopen(path, "we");
    free(path);
    if (file == NULL)
        return false;
    const bool done = fwrite(buf_text(text), 1, text->len, file) == text->len;
    return fclose(file) == 0 && done;
}

static void add_variable(struct buf *environment, const char *name, const char *value)
{
    buf_add_format(environment, "%s=%s", name, value);
    buf_add(environment, "", 1);
}

static void sign(const struct secret *key, const struct buf *body, struct buf *environment)
{
    char now[24];
    char hex[CIPHER_HEX_LEN];
    (void)snprintf(now, sizeof(now), "%lld", (long long)time(NULL));
    cipher_signature(now, "n", key, buf_text(body), body->len, hex);
    add_variable(environment, "HTTP_X_LARK_REQUEST_TIMESTAMP", now);
    add_variable(environment, "HTTP_X_LARK_REQUEST_NONCE", "n");
    add_variable(environment, "HTTP_X_LARK_SIGNATURE", hex);
}

static bool seal(const struct secret *key, const char *text, size_t len, const char *folder,
                 size_t number, bool is_signed)
{
    char length[24];
    uint8_t iv[CIPHER_IV_LEN];
    struct error error = ERROR_INIT;
    struct buf body = BUF_INIT(16 << 20);
    struct buf environment = BUF_INIT(4096);
    cipher_random(iv, sizeof(iv));
    buf_add_text(&body, "{\"encrypt\":\"");
    bool done = cipher_encrypt(key, iv, text, len, &body, &error);
    buf_add_text(&body, "\"}");
    (void)snprintf(length, sizeof(length), "%zu", body.len);
    add_variable(&environment, "CONTENT_LENGTH", length);
    if (is_signed)
        sign(key, &body, &environment);
    done = done && write_file(folder, "input", number, &body) &&
           write_file(folder, "environment", number, &environment);
    buf_release(&environment);
    buf_release(&body);
    return done;
}

int main(int argc, char **argv)
{
    if (argc < 3 || argc > 4) {
        (void)fprintf(stderr, "usage: seal KEY FOLDER [unsigned]\n");
        return 2;
    }
    const struct secret key = { argv[1], strlen(argv[1]) };
    char *line = NULL;
    size_t size = 0;
    ssize_t len;
    bool done = true;
    for (size_t number = 0; done && (len = getline(&line, &size, stdin)) > 0; number++)
        done = seal(&key, line, (size_t)len - (line[len - 1] == '\n'), argv[2], number, argc == 3);
    free(line);
    if (!done)
        perror("seal");
    return done ? EXIT_SUCCESS : EXIT_FAILURE;
}
