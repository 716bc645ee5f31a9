#include "guard.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "loopback.h"
#include "text.h"

bool guard_source(const char *host, const char *origin, bool tls)
{
    const char *scheme = tls ? "https://" : "http://";
    size_t len = strlen(scheme);
    if (!loopback_authority(host))
        return false;
    return origin == NULL ||
           (strncmp(origin, scheme, len) == 0 && strcasecmp(origin + len, host) == 0);
}

bool guard_text(const char *text)
{
    char *clean = text_clean(text, strlen(text));
    bool same = strcmp(clean, text) == 0 && strpbrk(text, "\n\t") == NULL;
    free(clean);
    return same;
}
