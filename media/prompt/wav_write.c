#include "media/prompt/wav.h"

#include <assert.h>
#include <string.h>

static void put16(uint8_t *p, uint32_t v)
{
	p[0] = (uint8_t)v;
	p[1] = (uint8_t)(v >> 8);
}

static void put32(uint8_t *p, uint32_t v)
{
	put16(p, v);
	put16(p + 2, v >> 16);
}

void wav_header(uint8_t out[WAV_HEADER_BYTES], size_t n_samples)
{
	uint32_t data_bytes = (uint32_t)(n_samples * sizeof(int16_t));

	assert(n_samples <= WAV_SAMPLES_MAX);
	memcpy(out, "RIFF", 4);
	put32(out + 4, WAV_HEADER_BYTES - 8 + data_bytes);
	memcpy(out + 8, "WAVEfmt ", 8);
	put32(out + 16, 16);
	put16(out + 20, 1); /* PCM */
	put16(out + 22, 1); /* mono */
	put32(out + 24, PCM_RATE);
	put32(out + 28, PCM_RATE * sizeof(int16_t));
	put16(out + 32, sizeof(int16_t));
	put16(out + 34, 16);
	memcpy(out + 36, "data", 4);
	put32(out + 40, data_bytes);
}

enum err wav_write(const struct pcm *pcm, uint8_t **bytes, size_t *n_bytes, struct why *why)
{
	uint8_t *p;

	*bytes = NULL;
	*n_bytes = 0;
	if (pcm->n_samples > WAV_SAMPLES_MAX)
		return FAIL(why, E_LIMIT, "the sound lasts %zu seconds: %d is the most",
			pcm->n_samples / PCM_RATE, WAV_SECONDS_MAX);
	*n_bytes = WAV_HEADER_BYTES + pcm->n_samples * sizeof(int16_t);
	p = malloc(*n_bytes);
	if (!p)
		return FAIL(why, E_SYSTEM, "no memory for %zu bytes of WAV", *n_bytes);
	wav_header(p, pcm->n_samples);
	for (size_t i = 0; i < pcm->n_samples; i++)
		put16(p + WAV_HEADER_BYTES + 2 * i, (uint16_t)pcm->samples[i]);
	*bytes = p;
	return OK;
}
