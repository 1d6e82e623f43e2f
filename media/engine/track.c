#include "media/engine/track.h"

#include <stdlib.h>
#include <string.h>

/* The frame, or at the end the first one again. */
static void read_frame(const struct pcm *pcm, size_t n, size_t frame, int16_t out[PCM_FRAME])
{
	size_t from = frame % n * PCM_FRAME, left = pcm->n_samples - from;
	size_t take = left < PCM_FRAME ? left : PCM_FRAME;

	memcpy(out, pcm->samples + from, take * sizeof(*out));
	memset(out + take, 0, (PCM_FRAME - take) * sizeof(*out));
}

static uint8_t *encode_all(struct track *t, const struct pcm *pcm, const struct codec *codec)
{
	void *encoder = codec_encoder_new(codec);
	uint8_t *payload = malloc((t->n + 1) * CODEC_PAYLOAD_MAX);
	int16_t frame[PCM_FRAME];
	size_t bytes = 1;

	for (size_t i = 0; encoder && payload && bytes && i <= t->n; i++) {
		read_frame(pcm, t->n, i, frame);
		bytes = codec->encode(encoder, frame, payload + t->at[i]);
		t->at[i + 1] = t->at[i] + (uint32_t)bytes;
	}
	free(encoder);
	if (!encoder || !bytes) {
		free(payload);
		payload = NULL;
	}
	return payload;
}

struct track *track_new(const struct pcm *pcm, const struct codec *codec)
{
	size_t n = (pcm->n_samples + PCM_FRAME - 1) / PCM_FRAME;
	struct track *t;
	uint8_t *payload, *fits;

	if (n > TRACK_FRAMES_MAX)
		return NULL;
	t = calloc(1, sizeof(*t) + (n + 2) * sizeof(t->at[0]));
	if (!t)
		return NULL;
	t->n = n;
	payload = encode_all(t, pcm, codec);
	if (!payload) {
		free(t);
		return NULL;
	}
	fits = realloc(payload, t->at[n + 1]);
	t->payload = fits ? fits : payload;
	return t;
}

void track_free(struct track *t)
{
	if (t)
		free((void *)t->payload);
	free(t);
}

enum err presser_init(struct presser *p, uint32_t pressings_max)
{
	enum err err = ring_init(&p->inbox, pressings_max, sizeof(struct pressing));

	return err == OK ? ring_init(&p->done, pressings_max, sizeof(struct pressing)) : err;
}

void presser_fini(struct presser *p)
{
	ring_fini(&p->inbox);
	ring_fini(&p->done);
}

void presser_turn(struct presser *p)
{
	struct pressing job;

	while (ring_take(&p->inbox, &job)) {
		struct track *t = track_new(&job.sound->pcm, job.codec);
		bool fits;

		atomic_store_explicit(
			&job.sound->track[codec_number(job.codec)], t, memory_order_release);
		fits = ring_put(&p->done, &job); /* it has room for all there may be */
		(void)fits;
	}
}
