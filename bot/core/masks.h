#ifndef BOT_CORE_MASKS_H
#define BOT_CORE_MASKS_H

/*
 * A row of masks, and the first from a place on that has a bit of another: eight masks have one
 * sum above them, eight sums the next, and so on. Clear storage is a row of empty masks.
 */

#include <stdint.h>

/* Words of storage for n masks. */
uint32_t masks_words(uint32_t n);
/* m[at] is set soon: memory is slow. */
void masks_expect(const uint64_t *m, uint32_t n, uint32_t at);
void masks_set(uint64_t *m, uint32_t n, uint32_t at, uint64_t mask);
/* The first one at `from` or behind; n: none. */
uint32_t masks_first(const uint64_t *m, uint32_t n, uint32_t from, uint64_t mask);

#endif
