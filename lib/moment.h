/* Effect, for the machine's time zone. Moments as people say them where no client does it for them.
 */
#ifndef FEISHU_MOMENT_H
#define FEISHU_MOMENT_H

#include <stdint.h>

/* "14:02"; "11-24 14:02" if that is half a day or more from now. Wall clock. Caller frees. */
char *moment_say(int64_t ms, int64_t now_ms);

#endif
