/* The prompts of one bridge: operations in a queue, clips in an operation, samples in a clip. */
#include "graph/sim/phone_clock.h"

#include "bot/base/clean.h"

#include <assert.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

void phone_play_free(struct play *play)
{
	for (size_t i = 0; i < play->n; i++)
		phone_clip_drop(play->clip[i]);
	free(play->sound);
	free(play);
}

void phone_bridge_play(struct clock_bridge *b, struct play *play)
{
	assert(b->n_queued < PHONE_PLAYS_MAX); /* phone_play counted them */
	b->queue[b->n_queued++] = play;
}

void phone_play_end(
	struct phones *p, struct clock_bridge *b, enum phone_event_kind kind, int subcode)
{
	struct phone_event ev = {
		.kind = kind, .bridge = b->id, .cookie = b->queue[0]->cookie, .subcode = subcode
	};
	enum err e;

	if (kind == PHONE_RECORDED) {
		ev.n_samples = b->queue[0]->n_sound;
		ev.sound = TAKE(b->queue[0]->sound);
	}
	e = inbox_put(p->events, &ev);
	assert(e == OK); /* phone_play took a place for it */
	(void)e;
	phone_play_free(b->queue[0]);
	memmove(b->queue, b->queue + 1, --b->n_queued * sizeof(b->queue[0]));
	b->clip = b->at = 0;
	b->begun = b->listening = false;
}

static int subcode_of(const struct play *play)
{
	for (size_t i = 0; i < play->n; i++)
		if (play->clip[i]->subcode != 0)
			return play->clip[i]->subcode;
	return 0;
}

static void note_clip(
	struct phones *p, const struct clock_bridge *b, size_t offset, const char *what)
{
	const struct play *play = b->queue[0];

	phone_bridge_note(p, b, offset,
		"\"%s\",\"bridge\":%u,\"cookie\":%" PRIu64 ",\"clip\":%zu,\"name\":\"%s\"", what,
		b->id, play->cookie, b->clip, play->clip[b->clip]->name);
}

/* Copies from the running clip to pcm from done on; returns the new done. */
static size_t copy_clip(struct phones *p, struct clock_bridge *b, int16_t *pcm, size_t done)
{
	const struct phone_clip *clip = b->queue[0]->clip[b->clip];
	size_t n = clip->n - b->at;

	if (!b->begun)
		note_clip(p, b, done, "clip-started");
	b->begun = true;
	if (n > TICK_SAMPLES - done)
		n = TICK_SAMPLES - done;
	memcpy(pcm + done, clip->sample + b->at, n * sizeof(*pcm));
	b->at += n;
	done += n;
	if (b->at == clip->n) {
		note_clip(p, b, done, "clip-ended");
		b->clip++;
		b->at = 0;
		b->begun = false;
	}
	return done;
}

static void fail_bad(struct phones *p, struct clock_bridge *b)
{
	for (size_t i = 0; i < PHONE_PLAYS_MAX && b->n_queued > 0; i++) {
		int subcode = subcode_of(b->queue[0]);

		if (subcode == 0)
			return;
		phone_bridge_note(p, b, 0,
			"\"play-failed\",\"bridge\":%u,\"cookie\":%" PRIu64 ",\"subcode\":%d",
			b->id, b->queue[0]->cookie, subcode);
		phone_play_end(p, b, PHONE_FAILED, subcode);
	}
}

bool phone_bridge_prompt(struct phones *p, struct clock_bridge *b, int16_t pcm[TICK_SAMPLES])
{
	const struct play *play;
	size_t done = 0;

	memset(pcm, 0, TICK_SAMPLES * sizeof(*pcm));
	if (b->clip == 0 && b->at == 0 && !b->listening)
		fail_bad(p, b);
	if (b->n_queued == 0)
		return false;
	play = b->queue[0];
	while (done < TICK_SAMPLES && b->clip < play->n)
		done = copy_clip(p, b, pcm, done);
	if (b->clip == play->n && !play->records)
		phone_play_end(p, b, PHONE_PLAYED, 0); /* the next one starts with the next tick */
	else if (b->clip == play->n)
		phone_record_beep(p, b, pcm, done);
	return true;
}

void phone_bridge_cancel(struct phones *p, struct clock_bridge *b)
{
	for (size_t n = b->n_queued; n > 0; n--) {
		phone_bridge_note(p, b, 0, "\"play-cancelled\",\"bridge\":%u,\"cookie\":%" PRIu64,
			b->id, b->queue[0]->cookie);
		phone_play_end(p, b, PHONE_CANCELLED, 0);
	}
}
