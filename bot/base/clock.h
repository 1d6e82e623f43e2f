#ifndef BOT_BASE_CLOCK_H
#define BOT_BASE_CLOCK_H

/* The two clocks of the machine. Pure rooms see neither: they are told the time. */

#include <stdint.h>

uint64_t clock_mono_ms(void);
uint64_t clock_mono_ns(void);
uint64_t clock_unix_ms(void);
uint64_t clock_unix_us(void);

#endif
