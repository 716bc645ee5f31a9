#include "redis_url.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "number.h"

static const char host_start[] = "redis://";
static const char path_start[] = "unix://";

#define LETTERS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS  "0123456789"

static int hex_digit(char c)
{
    static const char digits[] = "0123456789abcdefABCDEF";
    const char *at = c == '\0' ? NULL : strchr(digits, c);
    if (at == NULL)
        return -1;
    return at - digits < 16 ? (int)(at - digits) : (int)(at - digits) - 6;
}

/* The text with each %XX as the byte it stands for, or NULL. Caller wipes and frees. */
static char *decode(const char *text, size_t len)
{
    char *out = memory_get(len + 1);
    size_t count = 0;
    for (size_t i = 0; i < len; i++) {
        if (text[i] != '%') {
            out[count++] = text[i];
            continue;
        }
        const int high = i + 2 < len ? hex_digit(text[i + 1]) : -1;
        const int low = i + 2 < len ? hex_digit(text[i + 2]) : -1;
        if (high < 0 || low < 0 || high + low == 0) {
            explicit_bzero(out, count);
            free(out);
            return NULL;
        }
        out[count++] = (char)(high * 16 + low);
        i += 2;
    }
    out[count] = '\0';
    return out;
}

/* "user:password" of len bytes. */
static bool take_credentials(const char *text, size_t len, struct redis_url *url)
{
    const char *colon = memchr(text, ':', len);
    if (colon == NULL)
        return false;
    const size_t user_len = (size_t)(colon - text);
    url->user = decode(text, user_len);
    char *password = decode(colon + 1, len - user_len - 1);
    const bool done = url->user != NULL && password != NULL && password[0] != '\0';
    if (done)
        secret_set(&url->password, password, strlen(password));
    if (password != NULL)
        explicit_bzero(password, strlen(password));
    free(password);
    return done;
}

static bool take_database(const char *text, struct redis_url *url)
{
    uint64_t number = 0;
    const bool done = number_parse(text, 0, REDIS_DATABASE_MAX, &number);
    url->database = (int)number;
    return done;
}

/* "/path[?db=N]" */
static bool take_path(const char *text, struct redis_url *url)
{
    const char *question = strchr(text, '?');
    const size_t len = question == NULL ? strlen(text) : (size_t)(question - text);
    url->path = memory_copy_bytes(text, len);
    if (text[0] != '/' || len < 2)
        return false;
    return question == NULL ||
           (strncmp(question, "?db=", 4) == 0 && take_database(question + 4, url));
}

/* "[:port][/[db]]" */
static bool take_port(const char *text, struct redis_url *url)
{
    uint64_t port = REDIS_PORT;
    const size_t len = strcspn(text, "/");
    bool done = true;
    if (len > 0) {
        char *digits = memory_copy_bytes(text + 1, len - 1);
        done = text[0] == ':' && number_parse(digits, 1, UINT16_MAX, &port);
        free(digits);
    }
    url->port = (int)port;
    text += len;
    return done && (text[0] == '\0' || text[1] == '\0' || take_database(text + 1, url));
}

/* "host…" or "[address]…" */
static bool take_host(const char *text, struct redis_url *url)
{
    const bool brackets = text[0] == '[';
    text += brackets ? 1 : 0;
    const size_t len = strspn(text, brackets ? DIGITS "abcdefABCDEF:." : LETTERS DIGITS ".-_");
    url->host = memory_copy_bytes(text, len);
    if (len == 0 || (brackets && text[len] != ']'))
        return false;
    return take_port(text + len + (brackets ? 1 : 0), url);
}

bool redis_url_parse(const char *text, struct redis_url *url)
{
    *url = (struct redis_url){ .path = NULL };
    const bool is_path = strncmp(text, path_start, strlen(path_start)) == 0;
    if (!is_path && strncmp(text, host_start, strlen(host_start)) != 0)
        return false;
    text += is_path ? strlen(path_start) : strlen(host_start);
    const char *at = strrchr(text, '@');
    bool done = at == NULL || take_credentials(text, (size_t)(at - text), url);
    if (url->user == NULL)
        url->user = memory_copy("");
    text = at == NULL ? text : at + 1;
    done = done && (is_path ? take_path(text, url) : take_host(text, url));
    if (!done)
        redis_url_release(url);
    return done;
}

void redis_url_release(struct redis_url *url)
{
    free(url->path);
    free(url->host);
    free(url->user);
    secret_release(&url->password);
    *url = (struct redis_url){ .path = NULL };
}
