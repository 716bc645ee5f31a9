/* Effect. People's names. */
#ifndef FEISHU_PERSON_H
#define FEISHU_PERSON_H

#include <stdint.h>

struct service;

/* The person's name, from the store or asked of the platform before deadline_ms (clock_steady_ms)
 * and stored for a day; the open_id where the app may not know it. Caller frees. */
char *person_name(struct service *service, const char *open_id, int64_t deadline_ms);

#endif
