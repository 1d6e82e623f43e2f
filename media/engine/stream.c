#include "media/engine/stream.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { SILENT_FRAMES_CODED = 3 };

enum err streams_init(struct streams *ss, size_t legs_max)
{
	size_t size = 2;

	while (size < 2 * legs_max)
		size *= 2;
	ss->mask = size - 1;
	ss->made = calloc(size, sizeof(*ss->made));
	/* One more: a leg's next stream is opened before it leaves the last. */
	if (!ss->made || pool_open(&ss->stream, sizeof(struct stream), legs_max + 1, NULL) != OK)
		return E_SYSTEM;
	for (size_t i = 0; i < CODECS; i++) {
		const struct codec *c = codec_at(i);

		if (pool_open(&ss->encoder[i], c->encoder_bytes(), legs_max + 1, c->encoder_init) !=
			OK)
			return E_SYSTEM;
	}
	return OK;
}

void streams_fini(struct streams *ss)
{
	for (size_t i = 0; i < CODECS; i++)
		pool_close(&ss->encoder[i]);
	pool_close(&ss->stream);
	free(ss->made);
	ss->made = NULL;
}

/* The place of what was made in this tick with this key, or where it would go. */
static struct made *made_at(struct streams *ss, const struct codec *codec, uint64_t key,
	uint64_t key_before, bool is_new)
{
	for (size_t i = key & ss->mask;; i = (i + 1) & ss->mask) {
		struct made *m = &ss->made[i];

		if (m->tick != ss->tick)
			return m;
		if (!is_new && m->stream->key == key && m->stream->key_before == key_before &&
			m->stream->codec == codec)
			return m;
	}
}

struct stream *streams_find(
	struct streams *ss, const struct codec *codec, uint64_t key, uint64_t key_before)
{
	const struct made *m = made_at(ss, codec, key, key_before, false);

	return m->tick == ss->tick ? m->stream : NULL;
}

struct stream *stream_open(struct streams *ss, const struct codec *codec, uint64_t key_before,
	const int16_t *const before[STREAM_BEFORE])
{
	struct stream *s = pool_take(&ss->stream);

	memset(s, 0, sizeof(*s));
	s->codec = codec;
	s->users = 1;
	s->key = key_before;
	s->encoder = pool_take(&ss->encoder[codec_number(codec)]);
	for (unsigned back = STREAM_BEFORE; before && back-- > 0;) {
		s->newest = (s->newest + 1) % (STREAM_BEFORE + 1);
		memcpy(s->heard[s->newest], before[back], sizeof(s->heard[0]));
		codec->encode(s->encoder, before[back], s->payload);
	}
	return s;
}

void stream_leave(struct streams *ss, struct stream *s)
{
	assert(s->users > 0);
	if (--s->users)
		return;
	/* What others found in this tick is in the table no longer. */
	pool_give(&ss->encoder[codec_number(s->codec)], s->encoder);
	pool_give(&ss->stream, s);
}

static void stored_silence(struct stream *s)
{
	memcpy(s->payload, s->codec->silence, s->codec->silence_bytes);
	s->bytes = s->codec->silence_bytes;
}

bool stream_rests(const struct stream *s)
{
	return s->silent_frames == SILENT_FRAMES_CODED;
}

static bool encode(struct stream *s, const int16_t frame[PCM_FRAME], bool is_silent)
{
	if (is_silent && stream_rests(s)) {
		stored_silence(s);
		return false;
	}
	s->silent_frames = is_silent ? s->silent_frames + 1 : 0;
	s->bytes = s->codec->encode(s->encoder, frame, s->payload);
	if (!s->bytes) /* the codec gave up on this frame: time must go on */
		stored_silence(s);
	return true;
}

bool stream_encode(struct streams *ss, struct stream *s, uint64_t key,
	const int16_t frame[PCM_FRAME], bool is_silent)
{
	s->key_before = s->key;
	s->key = key;
	s->tick = ss->tick;
	s->newest = (s->newest + 1) % (STREAM_BEFORE + 1);
	memcpy(s->heard[s->newest], frame, sizeof(s->heard[0]));
	*made_at(ss, s->codec, key, s->key_before, true) = (struct made){ .tick = ss->tick,
		.stream = s };
	return encode(s, frame, is_silent);
}
