#ifndef GRAPH_SIM_PHONE_SPEECH_H
#define GRAPH_SIM_PHONE_SPEECH_H

/* What a person says, as sound. */

#include "graph/sim/phone.h"

struct phone_mouth {
	size_t n;        /* samples of one round, the pause included */
	size_t n_speech; /* without it */
	int16_t sample[];
};

/*
 * Lets espeak-ng (GPL: a process of its own, never linked) say the text, brings it to 16 kHz and
 * -20 dBFS, cuts the silence around it and adds 0.4 s of pause. The same text gives the same
 * samples. Blocks. Errors as phone_add; out is free()d by the caller.
 */
enum err phone_mouth_render(
	const struct phone_speech *speech, struct phone_mouth **out, struct why *why) MUST_CHECK;

#endif
