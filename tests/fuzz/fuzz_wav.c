/* fuzz: media/prompt */
/* WAVs of strangers: any bytes are read or refused with a story, and what is read keeps its limits.
 */
#include "media/prompt/wav.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	struct why why = { .text = "" };
	struct pcm pcm;
	enum err e = wav_read(bytes, n, &pcm, &why);

	if (e == OK && pcm.n_samples > WAV_SAMPLES_MAX + 1)
		abort();
	if (e != OK && (!why.text[0] || pcm.samples))
		abort();
	pcm_free(&pcm);
	return 0;
}
