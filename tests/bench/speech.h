/* bench: media/dsp */
#ifndef TESTS_BENCH_SPEECH_H
#define TESTS_BENCH_SPEECH_H

/* A minute of speech, from the voice the product speaks with. */

#include "media/dsp/resample.h"

#include <stdio.h>
#include <string.h>

/* E_ABSENT: espeak-ng is not here. */
static inline enum err speech_make(struct pcm *out)
{
	enum { WAV_MAX = 16 << 20, HEADER = 44 };
	static const char command[] = "for i in 1 2 3 4 5 6; do echo 'Thank you for calling. All "
				      "of our agents are busy at the "
				      "moment. Your call is important to us, and you are number "
				      "'$i' in the queue. The estimated "
				      "time to wait is '$i$i' minutes. You may stay on the line, "
				      "or press one to be called back.'; "
				      "done | espeak-ng --stdout 2>/dev/null";
	CLEAN(free) char *wav = malloc(WAV_MAX);
	FILE *f = popen(command, "r");
	size_t n = f && wav ? fread(wav, 1, WAV_MAX, f) : 0;
	uint32_t rate;

	if (f)
		pclose(f);
	if (n < HEADER + 2 * PCM_FRAME)
		return E_ABSENT;
	memcpy(&rate, wav + 24, sizeof(rate));
	return resample_to_pcm(
		(const int16_t *)(const void *)(wav + HEADER), (n - HEADER) / 2, rate, out, NULL);
}

#endif
