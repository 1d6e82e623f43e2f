#include "media/engine/track.h"

#include "bot/base/clean.h"

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

static bool begin(struct press *now, struct pressing job)
{
	size_t n = (job.sound->pcm.n_samples + PCM_FRAME - 1) / PCM_FRAME;

	*now = (struct press){ .job = job };
	if (n > TRACK_FRAMES_MAX)
		return false;
	now->track = calloc(1, sizeof(*now->track) + (n + 2) * sizeof(now->track->at[0]));
	now->payload = malloc((n + 1) * CODEC_PAYLOAD_MAX);
	now->encoder = codec_encoder_new(job.codec);
	if (now->track)
		now->track->n = n;
	return now->track && now->payload && now->encoder;
}

/* So many frames more. false: the codec gave up. */
static bool encode(struct press *now, size_t frames)
{
	struct track *t = now->track;
	int16_t frame[PCM_FRAME];
	size_t bytes = 1;

	for (; bytes && frames && now->at <= t->n; frames--, now->at++) {
		read_frame(&now->job.sound->pcm, t->n, now->at, frame);
		bytes = now->job.codec->encode(now->encoder, frame, now->payload + t->at[now->at]);
		t->at[now->at + 1] = t->at[now->at] + (uint32_t)bytes;
	}
	return bytes > 0;
}

/* The bytes it has come to. */
static struct track *whole(struct press *now)
{
	struct track *t = TAKE(now->track);
	uint8_t *fits = realloc(now->payload, t->at[t->n + 1]);

	t->payload = fits ? fits : now->payload;
	now->payload = NULL;
	return t;
}

static void drop(struct press *now)
{
	free(now->encoder);
	free(now->payload);
	free(now->track);
	*now = (struct press){ .at = 0 };
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

static void finish(struct presser *p, bool good)
{
	struct press *now = &p->now;
	struct pressing job = now->job;
	bool fits;

	if (good)
		atomic_store_explicit(&job.sound->track[codec_number(job.codec)], whole(now),
			memory_order_release);
	drop(now);
	fits = ring_put(&p->done, &job); /* it has room for all there may be */
	(void)fits;
}

bool presser_turn(struct presser *p)
{
	struct press *now = &p->now;
	struct pressing job;
	bool good = true;

	if (!now->job.sound) {
		if (!ring_take(&p->inbox, &job))
			return false;
		good = begin(now, job);
	}
	good = good && encode(now, PRESS_FRAMES);
	if (!good || now->at > now->track->n)
		finish(p, good);
	return true;
}

bool presser_back(struct presser *p, struct pressing *out)
{
	*out = p->now.job;
	drop(&p->now);
	return out->sound || (p->inbox.values && ring_take(&p->inbox, out));
}
