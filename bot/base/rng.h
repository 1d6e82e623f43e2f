#ifndef BOT_BASE_RNG_H
#define BOT_BASE_RNG_H

/*
 * Two kinds of chance. rng_* is a seeded sequence (splitmix64) that gives the same
 * numbers on every machine: for simulation, jitter and tests, never for secrets.
 * random_bytes asks the kernel and is for secrets and names.
 */

#include "bot/base/err.h"

#include <stdint.h>

struct rng {
	uint64_t state; /* the seed; any value will do */
};

uint64_t rng_next(struct rng *r);
/* 0 to n - 1, n at least 1. */
uint64_t rng_below(struct rng *r, uint64_t n);

/* Blocks only before the kernel's pool is first seeded. Aborts when the kernel refuses: there is
 * no safe way on without it. */
void random_bytes(void *out, size_t n);

#endif
