#ifndef MEDIA_DSP_NOISE_H
#define MEDIA_DSP_NOISE_H

/*
 * Comfort noise: the hiss of a line on which nobody speaks, so that it does not seem dead.
 *
 * White; the spectrum a sender may describe is not followed. Pure. Source: RFC 3389.
 */

#include <stddef.h>
#include <stdint.h>

/* db: below full scale, 0 to 127; 91 and more is silence in 16 bits. state: any value, goes on. */
void noise_fill(uint32_t *state, unsigned db, int16_t *out, size_t n);

#endif
