/* Pure. Who may speak to the sandbox at all: programs on this machine, and pages of its own, but no
 * page from elsewhere that a browser on this machine shows. */
#ifndef SANDBOX_GUARD_H
#define SANDBOX_GUARD_H

#include <stdbool.h>

/* Whether a request with this Host ("" if absent) and Origin (NULL if absent) is let in. */
bool guard_source(const char *host, const char *origin, bool tls);

/* Whether the text is valid UTF-8 without control characters. */
bool guard_text(const char *text);

#endif
