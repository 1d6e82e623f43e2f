#include "bot/base/clock.h"

#include <time.h>

static uint64_t ns_of(clockid_t which)
{
	struct timespec t;

	clock_gettime(which, &t);
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

uint64_t clock_mono_ms(void)
{
	return ns_of(CLOCK_MONOTONIC) / 1000000u;
}

uint64_t clock_mono_ns(void)
{
	return ns_of(CLOCK_MONOTONIC);
}

uint64_t clock_unix_ms(void)
{
	return ns_of(CLOCK_REALTIME) / 1000000u;
}

uint64_t clock_unix_us(void)
{
	return ns_of(CLOCK_REALTIME) / 1000u;
}
