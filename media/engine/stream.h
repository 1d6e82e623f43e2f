#ifndef MEDIA_ENGINE_STREAM_H
#define MEDIA_ENGINE_STREAM_H

/*
 * Encoders, one for each audience: the legs that hear the same for as long as they do.
 *
 * What a leg hears in a frame has a key: the sum of one number for each sound in it, from which
 * and where it is and its gain; 0 is silence. Equal keys are equal samples. In a tick the first
 * leg of an audience has its frame encoded, the others find it by its key.
 *
 * An encoder always sees one continuous sound, and so does every decoder behind it: a leg joins a
 * stream only when both heard the same in the frame before as well, and a stream that begins in
 * mid-sound is first shown the frames that came before. Opus is coded without prediction, so the
 * other side is in step from the next frame on.
 *
 * All of it belongs to one shard, and takes no memory after streams_init.
 */

#include "media/codec/codec.h"
#include "media/engine/pool.h"

enum { STREAM_BEFORE = 2 }; /* frames an encoder is shown before it begins */

struct stream {
	const struct codec *codec;
	void *encoder;
	unsigned users;
	uint64_t tick; /* it was encoded in */
	uint64_t key, key_before;
	unsigned silent_frames; /* coded in a row */
	size_t bytes;           /* of payload, of the frame encoded last */
	uint8_t payload[CODEC_PAYLOAD_MAX];
	unsigned newest;
	int16_t heard[STREAM_BEFORE + 1][PCM_FRAME]; /* around newest: the last frames */
};

struct streams {
	uint64_t tick;
	struct pool stream, encoder[CODECS];
	struct made {
		uint64_t tick;
		struct stream *stream;
	} * made; /* a table by key; what is of another tick is nothing */
	size_t mask;
};

/* For so many legs at most. E_SYSTEM: no memory. streams_fini also after a failure. */
enum err streams_init(struct streams *ss, size_t legs_max) MUST_CHECK;
void streams_fini(struct streams *ss);

static inline void streams_tick(struct streams *ss)
{
	ss->tick++;
}

/* What was encoded in this tick of what is heard now by who heard key_before before. */
struct stream *streams_find(
	struct streams *ss, const struct codec *codec, uint64_t key, uint64_t key_before);

/* A new one, with one user, who heard key_before before, and these frames, the last one first;
 * before NULL: silence. */
struct stream *stream_open(struct streams *ss, const struct codec *codec, uint64_t key_before,
	const int16_t *const before[STREAM_BEFORE]);
/* With its last user it is gone. */
void stream_leave(struct streams *ss, struct stream *s);

/* Fill payload with this frame, once a tick; is_silent: all its samples are 0. Returns whether the
 * encoder had to run: the first silent frames are coded, so that encoder and decoder come to rest,
 * and the following ones are the codec's stored one. */
bool stream_encode(struct streams *ss, struct stream *s, uint64_t key,
	const int16_t frame[PCM_FRAME], bool is_silent);

/* Silence was coded until nothing of the sound is left: who hears more of it needs no stream. */
bool stream_rests(const struct stream *s);

/* A frame heard before: 0 is the last one. */
static inline const int16_t *stream_heard(const struct stream *s, unsigned back)
{
	return s->heard[(s->newest + STREAM_BEFORE + 1 - back) % (STREAM_BEFORE + 1)];
}

/* One sound's part of a key. */
static inline uint64_t stream_part(uint64_t what, uint64_t where)
{
	uint64_t z = what * UINT64_C(0x9e3779b97f4a7c15) ^ where;

	for (int i = 0; i < 2; i++) {
		z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
		z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
		z ^= z >> 31;
	}
	return z;
}

#endif
