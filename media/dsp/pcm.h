#ifndef MEDIA_DSP_PCM_H
#define MEDIA_DSP_PCM_H

/*
 * Sound on the heap: always 16 kHz, mono, signed 16 bit, in the machine's byte order.
 *
 * Every other rate and shape ends where a file or a stream comes in, so that nothing
 * inside has to ask.
 */

#include "bot/base/clean.h"

#include <stddef.h>
#include <stdint.h>

enum {
	PCM_RATE = 16000,
	PCM_FRAME_MS = 20,
	PCM_FRAME = PCM_RATE / 1000 * PCM_FRAME_MS, /* samples the clock moves a tick: 320 */
};

struct pcm {
	int16_t *samples; /* owned, from malloc; NULL when n_samples is 0 */
	size_t n_samples;
};

/* Frees the samples and leaves an empty sound. An empty sound is fine. */
static inline void pcm_free(struct pcm *pcm)
{
	free(pcm->samples);
	*pcm = (struct pcm){ 0 };
}

/* CLEAN(pcm_free) struct pcm sound = { 0 }; hand over by *out = sound, sound = (struct pcm){ 0 }.
 */
__attribute__((unused)) static inline void pcm_free_clean(struct pcm *pcm)
{
	pcm_free(pcm);
}

#endif
