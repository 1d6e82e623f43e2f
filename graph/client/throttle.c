#include "graph/client/throttle.h"

#include <assert.h>

enum { SPREAD_MS = 100, EACH_MS = 10 };

static struct throttle *find(struct throttles *ts, uint64_t group, uint64_t now_ms)
{
	for (size_t i = 0; i < THROTTLES_MAX && group; i++)
		if (ts->at[i].group == group && ts->at[i].until_ms > now_ms)
			return &ts->at[i];
	return NULL;
}

bool throttle_twice(struct throttles *ts, uint64_t group, bool told)
{
	for (size_t i = 0; i < THROTTLES_MAX && group; i++) {
		if (ts->told[i] != group)
			continue;
		if (!told)
			ts->told[i] = 0;
		return told;
	}
	if (told && group)
		ts->told[ts->next_told++ % THROTTLES_MAX] = group;
	return false;
}

void throttle_note(struct throttles *ts, uint64_t group, uint64_t until_ms, uint64_t now_ms)
{
	struct throttle *t = find(ts, group, now_ms);

	if (!group || (t && t->until_ms >= until_ms))
		return;
	/* What is over is the first to end, too. */
	for (size_t i = 0; i < THROTTLES_MAX && (!t || t->group != group); i++)
		if (ts->at[i].group == group || !t || ts->at[i].until_ms < t->until_ms)
			t = &ts->at[i];
	*t = (struct throttle){ .group = group, .until_ms = until_ms };
}

uint64_t throttle_until_ms(struct throttles *ts, uint64_t group, uint64_t now_ms)
{
	const struct throttle *t = find(ts, group, now_ms);

	return t ? t->until_ms : 0;
}

uint64_t throttle_hold_ms(
	struct throttles *ts, uint64_t group, uint64_t latest_ms, uint64_t now_ms, struct rng *rng)
{
	struct throttle *t = find(ts, group, now_ms);
	uint64_t spread_ms;

	if (!t)
		return 0;
	assert(latest_ms >= t->until_ms);
	spread_ms = SPREAD_MS + EACH_MS * t->held++;
	if (spread_ms > latest_ms - t->until_ms)
		spread_ms = latest_ms - t->until_ms;
	return t->until_ms + rng_below(rng, spread_ms + 1);
}
