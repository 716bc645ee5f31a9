/* Any text as the url of a Redis: refused, or read into parts that are whole. */
#include <assert.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "memory.h"
#include "redis_url.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
    struct redis_url url;
    char *text = memory_copy_bytes((const char *)data, len);
    if (redis_url_parse(text, &url)) {
        assert((url.path == NULL) != (url.host == NULL));
        assert(url.path == NULL || (url.path[0] == '/' && strlen(url.path) > 1));
        assert(url.host == NULL ||
               (url.host[0] != '\0' && url.port >= 1 && url.port <= UINT16_MAX));
        assert(url.database >= 0 && url.database <= REDIS_DATABASE_MAX);
        assert(url.password.data == NULL || strlen(url.password.data) == url.password.len);
        redis_url_release(&url);
    } else {
        assert(url.user == NULL && url.password.data == NULL);
    }
    free(text);
    return 0;
}
