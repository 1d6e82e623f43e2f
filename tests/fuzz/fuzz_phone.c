/* fuzz: graph/sim */
/*
 * What the simulator's telephones are given by others: a prompt file ('W' and the file), or the
 * datagrams of a leg ('R', then each behind a byte: its length, and above 200 that a tick passes).
 */
#include "graph/sim/phone_clip.h"
#include "graph/sim/phone_leg.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void one_file(const uint8_t *data, size_t n)
{
	struct why why = { 0 };
	struct phone_clip *clip = phone_clip_new(data, n, "fuzz", &why);

	assert(clip);
	assert((clip->subcode == 0) == (clip->n > 0));
	assert(clip->n * 2 <= n && (clip->subcode == 0 || why.text[0]));
	phone_clip_drop(clip);
}

static void hear(struct phone_leg *l)
{
	int16_t pcm[TICK_SAMPLES];

	phone_leg_hear(l, pcm);
	assert(l->n_pcm < sizeof(l->pcm) / sizeof(l->pcm[0]));
}

static void datagrams(const uint8_t *data, size_t n)
{
	static struct phone_leg l;
	int rc;

	l = (struct phone_leg){ .payload_type = 111, .telephone_event = 101 };
	l.dec = opus_decoder_create(16000, 1, &rc);
	assert(l.dec);
	while (n > 0) {
		size_t bytes = data[0] % 200;

		if (data[0] >= 200)
			hear(&l);
		data++, n--;
		if (bytes > n)
			bytes = n;
		phone_leg_take(&l, data, bytes);
		data += bytes, n -= bytes;
	}
	for (int i = 0; i < JITTER_SLOTS; i++)
		hear(&l);
	opus_decoder_destroy(l.dec);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	if (n > 0 && data[0] == 'W')
		one_file(data + 1, n - 1);
	if (n > 0 && data[0] == 'R')
		datagrams(data + 1, n - 1);
	return 0;
}
