/* fuzz: media/prompt */
/*
 * Ogg Opus of strangers: any bytes are read or refused with a story, and what is read keeps its
 * limits. A page's checksum is made right first, or nearly nothing would get as far as the library.
 */
#include "media/prompt/audio.h"
#include "media/prompt/ogg.h"
#include "media/prompt/wav.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n);

/* RFC 3533: polynomial 0x04c11db7, from 0, not reflected, over the page with 0 in its place. */
static uint32_t checksum(const uint8_t *page, size_t n)
{
	uint32_t crc = 0;

	for (size_t i = 0; i < n; i++) {
		crc ^= (uint32_t)page[i] << 24;
		for (int bit = 0; bit < 8; bit++)
			crc = crc & 0x80000000 ? crc << 1 ^ 0x04c11db7 : crc << 1;
	}
	return crc;
}

static size_t page_bytes(const uint8_t *at, size_t left)
{
	size_t n = 27;

	if (left < n || memcmp(at, "OggS", 4) != 0 || left < n + at[26])
		return 0;
	for (size_t i = 0; i < at[26]; i++)
		n += 1u + at[27 + i];
	return n <= left ? n : 0;
}

static void mend(uint8_t *bytes, size_t n)
{
	for (size_t at = 0, page; (page = page_bytes(bytes + at, n - at)) > 0; at += page) {
		uint32_t crc;

		memset(bytes + at + 22, 0, 4);
		crc = checksum(bytes + at, page);
		for (int i = 0; i < 4; i++)
			bytes[at + 22 + (size_t)i] = (uint8_t)(crc >> (8 * i));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t n)
{
	uint8_t *copy = malloc(n + 1);
	struct why why = { .text = "" };
	struct pcm pcm;
	enum err e;

	memcpy(copy, bytes, n);
	mend(copy, n);
	e = audio_read(copy, n, &pcm, &why);
	if (e == OK && pcm.n_samples > WAV_SAMPLES_MAX + 1)
		abort();
	if (e != OK && (!why.text[0] || pcm.samples))
		abort();
	pcm_free(&pcm);
	free(copy);
	return 0;
}
