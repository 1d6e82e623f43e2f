#ifndef GRAPH_SIM_PHONE_CLIP_H
#define GRAPH_SIM_PHONE_CLIP_H

/* The inside of a clip, for the clock that plays it, and the head of a WAV file. */

#include "graph/sim/phone.h"

#include <stdatomic.h>

struct phone_clip {
	atomic_uint owners;
	int subcode; /* 0: playable */
	size_t n;    /* samples; 0 unless playable */
	char name[PHONE_CLIP_NAME_MAX + 1];
	int16_t sample[];
};

enum { WAV_HEAD = 44, WAV_RATE = 16000 };

/* The head of a file with data_bytes of our only format. */
void phone_wav_head(uint8_t out[WAV_HEAD], uint32_t data_bytes);

#endif
