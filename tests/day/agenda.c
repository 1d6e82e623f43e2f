/* Time, chance and what is to happen: in place of the kernel's, for the service and for us. */

#include "tests/day/day.h"

#include "bot/base/clock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { MORNING_S = 1793491200 }; /* of 2026-11-01, in Unix time */

struct due {
	uint64_t at_ms, seq, n;
	day_deed *deed;
	void *arg;
};

uint64_t day_ms = 1000000;
struct rng day_rng;
struct day_counts day_count;

static struct due *heap;
static size_t n_due, room;
static uint64_t seq;

uint64_t clock_mono_ms(void)
{
	return day_ms;
}

uint64_t clock_mono_ns(void)
{
	return day_ms * 1000000;
}

uint64_t clock_unix_ms(void)
{
	return (uint64_t)MORNING_S * 1000 + day_ms;
}

uint64_t clock_unix_us(void)
{
	return clock_unix_ms() * 1000;
}

/* Seeds and secrets of the service: the same in each run of a seed. */
void random_bytes(void *out, size_t n)
{
	uint8_t *at = out;

	for (size_t i = 0; i < n; i++)
		at[i] = (uint8_t)rng_next(&day_rng);
}

bool day_chance(double rate)
{
	return (double)rng_below(&day_rng, 1000000) < rate * 1e6;
}

uint64_t day_between(uint64_t lo, uint64_t hi)
{
	return lo + rng_below(&day_rng, hi - lo + 1);
}

static bool sooner(const struct due *a, const struct due *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->seq < b->seq;
}

void agenda_add(uint64_t at_ms, day_deed *deed, void *arg, uint64_t n)
{
	struct due d = { at_ms, seq++, n, deed, arg };
	size_t i = n_due++;

	if (n_due > room) {
		room = room ? 2 * room : 1024;
		heap = realloc(heap, room * sizeof(*heap));
		assert(heap);
	}
	for (; i > 0 && sooner(&d, &heap[(i - 1) / 2]); i = (i - 1) / 2)
		heap[i] = heap[(i - 1) / 2];
	heap[i] = d;
}

uint64_t agenda_first_ms(void)
{
	return n_due ? heap[0].at_ms : UINT64_MAX;
}

static struct due take(void)
{
	struct due first = heap[0], last = heap[--n_due];
	size_t i = 0;

	for (;;) {
		size_t c = 2 * i + 1;

		if (c + 1 < n_due && sooner(&heap[c + 1], &heap[c]))
			c++;
		if (c >= n_due || !sooner(&heap[c], &last))
			break;
		heap[i] = heap[c];
		i = c;
	}
	heap[i] = last;
	return first;
}

bool agenda_run(void)
{
	struct due d;

	if (n_due == 0 || heap[0].at_ms > day_ms)
		return false;
	d = take();
	if (n_due == 0) {
		free(heap);
		heap = NULL;
		room = 0;
	}
	d.deed(d.arg, d.n);
	return true;
}
