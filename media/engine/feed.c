#include "media/engine/feed.h"

#include "media/engine/beep.h"
#include "media/engine/pass.h"
#include "media/engine/studio.h"
#include "media/engine/track.h"

#include <string.h>

_Static_assert((int)FEED_BEFORE == (int)STREAM_BEFORE, "what was sent before is what streams need");

/* What a stream is shown of what was sent before it. */
struct before {
	const int16_t *at[FEED_BEFORE];
	int16_t frame[FEED_BEFORE][PCM_FRAME];
};

static void leave_stream(struct studio *st, struct line *l)
{
	if (l->feed.stream)
		stream_leave(&st->streams, l->feed.stream);
	l->feed.stream = NULL;
}

/* The line's time goes on by a frame, whatever is sent of it. */
static void step(struct studio *st, struct line *l, struct mix *out)
{
	player_mix(&l->player, out, &st->player);
	if (out)
		mixer_line(&st->mixer, l, out);
	if (out && l->beep)
		beep_add(out, l->beep);
	l->beep -= l->beep > 0;
	line_step(l);
}

static void note(struct feed *f, uint64_t key, struct plain plain)
{
	f->key = key;
	f->sound = plain.sound;
	f->frame = plain.frame;
}

/* The frame of the track that fits what was heard before; TRACK_NONE: none does. */
static size_t track_frame(const struct feed *f, const struct track *t, struct plain p)
{
	bool is_same = f->sound == p.sound;

	if (is_same && f->frame + 1 == p.frame)
		return p.frame;
	if (p.frame == 0 && is_same && p.is_music && f->frame + 1 == t->n)
		return t->n; /* round again */
	return p.frame == 0 && f->key == 0 ? 0 : TRACK_NONE;
}

/* How many frames one packet may hold, from this one on. */
static unsigned packet_frames(const struct line *l, const struct track *t, struct plain p)
{
	size_t left = t->n - p.frame;

	if (!p.is_music || l->n_edges || l->hold_frames < 2)
		return 1;
	return left < l->hold_frames ? (unsigned)left : l->hold_frames;
}

static unsigned send_track(struct line *l, const struct track *t, size_t at, unsigned frames)
{
	const uint8_t *payload[CODEC_JOIN_MAX];
	uint8_t joined[CODEC_PAYLOAD_MAX];
	size_t bytes[CODEC_JOIN_MAX], n = 0;

	for (unsigned i = 0; i < frames; i++, at = at == t->n ? 1 : at + 1)
		payload[i] = track_payload(t, at, &bytes[i]);
	if (frames > 1)
		n = l->sends->join(payload, bytes, frames, joined);
	if (!n)
		frames = 1;
	l->leg->kind->send(l->leg, n ? joined : payload[0], n ? n : bytes[0], frames);
	l->stored += frames;
	return frames;
}

/* A frame of a sound that was sent; padded, and silence before its first. */
static const int16_t *frame_of(
	const struct sound *s, size_t frame, size_t back, int16_t out[PCM_FRAME])
{
	size_t from = (frame - back) * PCM_FRAME, n = 0;

	if (back <= frame && from < s->pcm.n_samples)
		n = s->pcm.n_samples - from < PCM_FRAME ? s->pcm.n_samples - from : PCM_FRAME;
	if (n)
		memcpy(out, s->pcm.samples + from, n * sizeof(*out));
	memset(out + n, 0, (PCM_FRAME - n) * sizeof(*out));
	return out;
}

/* What the line was sent before this tick. NULL: silence. */
static const int16_t *const *heard_before(struct studio *st, const struct feed *f, struct before *b)
{
	if (f->kind == FEED_SILENCE || (f->kind == FEED_PASSED && !f->was->decoder))
		return NULL;
	for (unsigned back = 0; back < FEED_BEFORE; back++)
		if (f->kind == FEED_STREAM)
			b->at[back] = stream_heard(
				f->stream, back + (f->stream->tick == st->streams.tick));
		else if (f->kind == FEED_TRACK)
			b->at[back] = frame_of(f->sound, f->frame, back, b->frame[back]);
		else
			b->at[back] = f->was->before[back];
	return b->at;
}

/* The sound is over, and may be gone before the next tick: what follows begins with a stream that
 * has seen it. */
static void end_track(struct studio *st, struct line *l)
{
	struct before before;

	l->feed.stream = stream_open(
		&st->streams, l->sends, l->feed.key, heard_before(st, &l->feed, &before));
	l->feed.kind = FEED_STREAM;
	l->feed.sound = NULL;
}

static bool play_track(struct studio *st, struct line *l, struct plain plain)
{
	const struct track *t = plain.sound ? sound_track(plain.sound, l->sends) : NULL;
	size_t at = t ? track_frame(&l->feed, t, plain) : TRACK_NONE;
	unsigned frames;

	if (at == TRACK_NONE)
		return false;
	frames = send_track(l, t, at, packet_frames(l, t, plain));
	leave_stream(st, l);
	l->feed.kind = FEED_TRACK;
	l->feed.ahead = frames - 1;
	for (unsigned i = 0; i < frames; i++) {
		note(&l->feed, player_key(&l->player), player_plain(&l->player));
		if (!plain.is_music && l->feed.frame + 1 == t->n)
			end_track(st, l);
		step(st, l, NULL);
	}
	return true;
}

/* Whose frame it is to encode: its own stream's while nobody has done it, else a new one's. */
static void own_stream(struct studio *st, struct line *l)
{
	struct stream *old = l->feed.stream;
	struct before before;

	if (old && old->codec == l->sends && old->tick != st->streams.tick)
		return;
	l->feed.stream = stream_open(
		&st->streams, l->sends, l->feed.key, heard_before(st, &l->feed, &before));
	if (old)
		stream_leave(&st->streams, old);
}

static void encode(struct studio *st, struct line *l, uint64_t key)
{
	int16_t frame[PCM_FRAME];
	struct mix mix;
	bool any;

	own_stream(st, l);
	mix_clear(&mix);
	step(st, l, &mix);
	any = mix_out(&mix, frame);
	l->encoded += stream_encode(&st->streams, l->feed.stream, key, frame, !any);
}

static void share(struct studio *st, struct line *l, struct stream *s)
{
	step(st, l, NULL);
	if (s == l->feed.stream)
		return;
	leave_stream(st, l);
	l->feed.stream = s;
	s->users++;
}

/* Where packets lean on those before, only who was there from a silence on listens along. */
static struct stream *find(struct studio *st, const struct line *l, uint64_t key)
{
	struct stream *own = l->feed.stream, *s;

	if (own && own->codec == l->sends && own->tick == st->streams.tick && own->key == key)
		return own;
	s = streams_find(&st->streams, l->sends, key, l->feed.key);
	return l->sends->has_memory && l->feed.key ? NULL : s;
}

static void send_stream(struct studio *st, struct line *l, uint64_t key, struct plain plain)
{
	struct stream *s = find(st, l, key);

	if (s)
		share(st, l, s);
	else
		encode(st, l, key);
	l->feed.kind = FEED_STREAM;
	note(&l->feed, key, plain);
	s = l->feed.stream;
	l->leg->kind->send(l->leg, s->payload, s->bytes, 1);
}

static void rest(struct studio *st, struct line *l)
{
	leave_stream(st, l);
	l->feed.kind = FEED_SILENCE;
	note(&l->feed, 0, (struct plain){ 0 });
	step(st, l, NULL);
}

static bool is_at_rest(const struct feed *f)
{
	return f->kind == FEED_SILENCE || (f->kind == FEED_STREAM && stream_rests(f->stream));
}

void feed_line(struct studio *st, struct line *l)
{
	const struct leg_kind *kind = l->leg->kind;
	uint64_t others, key;
	struct plain plain;

	if (l->feed.ahead) {
		l->feed.ahead--;
		return;
	}
	if (!kind->is_sending(l->leg)) {
		rest(st, l);
		kind->pass(l->leg, 1);
		return;
	}
	if (pass_is_on(&st->mixer, l)) {
		leave_stream(st, l);
		pass_send(l);
		return;
	}
	others = mixer_key(&st->mixer, l) + beep_key(l->beep);
	key = others + player_key(&l->player);
	plain = others ? (struct plain){ 0 } : player_plain(&l->player);
	if (play_track(st, l, plain))
		return;
	if (key || !is_at_rest(&l->feed)) {
		send_stream(st, l, key, plain);
		return;
	}
	rest(st, l);
	if (l->leg->rests)
		kind->rest(l->leg);
	else
		kind->send(l->leg, l->sends->silence, l->sends->silence_bytes, 1);
}

void feed_lapse(struct line *l, uint64_t ticks)
{
	uint64_t sent = ticks < l->feed.ahead ? ticks : l->feed.ahead;

	l->feed.ahead -= (unsigned)sent;
	l->leg->kind->pass(l->leg, ticks - sent);
	player_pass(&l->player, ticks - sent);
}

void feed_end(struct studio *st, struct line *l)
{
	pass_end(l);
	leave_stream(st, l);
}
