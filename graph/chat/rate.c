#include "graph/chat/rate.h"

#include <assert.h>

/* A burst of half, then one each step: in a window [t, t + w) that is half + (n - half). */
static uint64_t burst(const struct rate_limit *l)
{
	return l->n / 2;
}

static uint64_t step_us(const struct rate_limit *l)
{
	uint64_t refills = l->n - burst(l);

	return (l->window_ms * UINT64_C(1000) + refills - 1) / refills;
}

uint64_t rate_when_ms(
	const struct rate *r, const struct rate_limit *limits, size_t n_limits, uint64_t now_ms)
{
	uint64_t when = now_ms;

	assert(n_limits <= RATE_LIMITS_MAX);
	for (size_t i = 0; i < n_limits; i++) {
		uint64_t room = (burst(&limits[i]) - 1) * step_us(&limits[i]);
		uint64_t at = r->due_us[i] > room ? (r->due_us[i] - room + 999) / 1000 : 0;

		if (at > when)
			when = at;
	}
	return when;
}

void rate_take(struct rate *r, const struct rate_limit *limits, size_t n_limits, uint64_t now_ms)
{
	assert(n_limits <= RATE_LIMITS_MAX);
	for (size_t i = 0; i < n_limits; i++) {
		uint64_t now_us = now_ms * 1000;

		if (r->due_us[i] < now_us)
			r->due_us[i] = now_us;
		r->due_us[i] += step_us(&limits[i]);
	}
}
