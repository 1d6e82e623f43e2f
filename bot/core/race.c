#include "bot/core/race.h"

enum { FRACTION_BITS = 24 };

/* Every bit of the result depends on every bit of x. Source: SplitMix64, Steele et al. 2014. */
static uint64_t mix(uint64_t x)
{
	x += 0x9e3779b97f4a7c15u;
	x = (x ^ x >> 30) * 0xbf58476d1ce4e5b9u;
	x = (x ^ x >> 27) * 0x94d049bb133111ebu;
	return x ^ x >> 31;
}

/* Binary logarithm of x, not 0, bit by bit: squaring doubles it. */
static uint64_t log2_fixed(uint32_t x)
{
	uint32_t whole = 31u - (uint32_t)__builtin_clz(x);
	uint64_t log = whole, m = (uint64_t)x << (31 - whole); /* from 1 to 2 in 31 bits */

	for (int i = 0; i < FRACTION_BITS; i++) {
		m = m * m >> 31;
		log = log << 1 | m >> 32;
		m >>= m >> 32;
	}
	return log;
}

/* - ln u for u = chance / 2^32, in 2^-32. */
static uint64_t exponential(uint32_t chance)
{
	uint64_t bits = ((uint64_t)32 << FRACTION_BITS) - log2_fixed(chance | 1);
	uint64_t ln2 = 2977044472u; /* in 2^-32 */

	return (bits * ln2) >> FRACTION_BITS;
}

uint64_t race_arrival(const struct candidate *it, uint8_t weight)
{
	uint32_t chance = (uint32_t)(mix(it->idle_seq ^ (uint64_t)it->queue << 32) >> 32);
	uint64_t at = it->offered_key + exponential(chance) / (weight ? weight : 1);

	return at < CANDIDATE_KEYS ? at : CANDIDATE_KEYS - 1;
}
