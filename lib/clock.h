/* Effect. The two clocks, in milliseconds. Pure modules take such values as arguments. */
#ifndef FEISHU_CLOCK_H
#define FEISHU_CLOCK_H

#include <stdint.h>

/* Milliseconds since the epoch, UTC: for what is stored and for the platform's times. */
int64_t clock_wall_ms(void);

/* Milliseconds since some start: for deadlines within one machine's uptime. */
int64_t clock_steady_ms(void);

#endif
