#include "bot/core/masks.h"

enum { GROUP = 8, LEVELS_MAX = 11 /* of 2^32 masks */ };

static uint32_t groups(uint32_t n)
{
	return n / GROUP + (n % GROUP != 0);
}

uint32_t masks_words(uint32_t n)
{
	uint32_t words = groups(n) * GROUP;

	while (n > GROUP) {
		n = groups(n);
		words += groups(n) * GROUP;
	}
	return words;
}

void masks_expect(const uint64_t *m, uint32_t n, uint32_t at)
{
	__builtin_prefetch(&m[at]);
	if (n > GROUP)
		__builtin_prefetch(&m[groups(n) * GROUP + at / GROUP]);
}

void masks_set(uint64_t *m, uint32_t n, uint32_t at, uint64_t mask)
{
	m[at] = mask;
	while (n > GROUP) {
		const uint64_t *group = &m[at / GROUP * GROUP];

		mask = 0;
		for (int i = 0; i < GROUP; i++)
			mask |= group[i];
		m += groups(n) * GROUP;
		n = groups(n);
		at /= GROUP;
		if (m[at] == mask)
			return;
		m[at] = mask;
	}
}

uint32_t masks_first(const uint64_t *m, uint32_t n, uint32_t from, uint64_t mask)
{
	const uint64_t *below[LEVELS_MAX];
	uint32_t all = n, at = from, up = 0, end;

	for (;;) {
		if (at >= n)
			return all;
		for (end = (at / GROUP + 1) * GROUP; at < end && !(m[at] & mask); at++)
			;
		if (at < end)
			break;
		if (n <= GROUP)
			return all;
		below[up++] = m;
		m += groups(n) * GROUP;
		n = groups(n);
		at /= GROUP; /* the sum of the next group */
	}
	while (up) {
		m = below[--up];
		for (at *= GROUP; !(m[at] & mask); at++)
			;
	}
	return at;
}
