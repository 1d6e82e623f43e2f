#ifndef TESTS_MEDIA_ENGINE_SPLICE_H
#define TESTS_MEDIA_ENGINE_SPLICE_H

/*
 * What one listener was sent, tick by tick, and whether a change of where it came from is heard.
 * Her decoder is put beside one that heard nothing else than what she is sent from there on. The
 * coder's own frame of the change is not compared by SNR; every later one is. Include after cmocka.
 */

#include "tests/media/engine/rig.h"

enum {
	SPLICE_BACK = 2,   /* frames a coder is shown before it begins */
	SPLICE_LOOK = 12,  /* frames from a change on that are compared: into the next word */
	SPLICE_QUIET = 30, /* RMS below which nothing is */
	SPLICE_DB = 50,
};

struct splice_tick {
	enum feed_kind kind;
	const struct stream *stream;
	uint8_t said[CODEC_PAYLOAD_MAX], came[CODEC_PAYLOAD_MAX]; /* by the talker, to her */
	size_t said_bytes, came_bytes;
};

/* The tick that has just run. */
static inline struct splice_tick splice_note(const struct rig *r, size_t talker, size_t listener)
{
	const struct feed *f = &engine_place(r->e, r->leg[listener])->line->feed;
	const struct phone *says = &r->phone[talker], *hears = &r->phone[listener];
	struct splice_tick t = { .kind = f->kind,
		.stream = f->stream,
		.said_bytes = says->said_bytes,
		.came_bytes = hears->came_bytes };

	memcpy(t.said, says->said, t.said_bytes);
	memcpy(t.came, hears->came, t.came_bytes);
	return t;
}

/* A decoder that heard all the talker's packets; what is sent at a tick is the tick's before. */
static inline void *splice_talker(const struct splice_tick *t, int k)
{
	void *d = codec_decoder_new(&codec_opus);
	int16_t out[CODEC_SAMPLES_MAX];

	for (int i = 0; i < k - 1; i++)
		if (t[i].said_bytes)
			codec_opus.decode(d, t[i].said, t[i].said_bytes, out);
	return d;
}

/* A decoder behind a coder of our own that was there two frames before. truth: what was mixed, from
 * the first tick on. */
static inline void *splice_mix(const int16_t *truth, int k)
{
	void *coder = codec_encoder_new(&codec_opus), *d = codec_decoder_new(&codec_opus);
	uint8_t payload[CODEC_PAYLOAD_MAX];
	int16_t out[CODEC_SAMPLES_MAX];

	for (int i = k - SPLICE_BACK; i < k; i++) {
		size_t n = codec_opus.encode(coder, truth + i * PHONE_FRAME, payload);

		codec_opus.decode(d, payload, n, out);
	}
	free(coder);
	return d;
}

static inline void splice_compare(int k, int after, const int16_t *wanted, const int16_t *heard)
{
	double snr = snr_db(wanted, heard, PHONE_FRAME);
	double louder = db(rms(heard, PHONE_FRAME) / rms(wanted, PHONE_FRAME));

	if ((after > 0 && snr < SPLICE_DB) || louder > 1)
		fail_msg("tick %d, frame %d after it: %.1f dB, %.1f dB louder", k, after, snr,
			louder);
}

/* The change at tick k is no seam. Returns how many frames were loud enough to look at. */
static inline int splice_is_smooth(const struct splice_tick *t, const int16_t *truth, int k)
{
	void *hers = codec_decoder_new(&codec_opus);
	void *other = t[k].kind == FEED_PASSED ? splice_talker(t, k) : splice_mix(truth, k);
	int16_t heard[CODEC_SAMPLES_MAX], wanted[CODEC_SAMPLES_MAX];
	int compared = 0;

	for (int i = 0; i < k; i++)
		codec_opus.decode(hers, t[i].came, t[i].came_bytes, heard);
	for (int i = k; i < k + SPLICE_LOOK && t[i].kind == t[k].kind; i++) {
		codec_opus.decode(hers, t[i].came, t[i].came_bytes, heard);
		codec_opus.decode(other, t[i].came, t[i].came_bytes, wanted);
		if (rms(wanted, PHONE_FRAME) < SPLICE_QUIET)
			continue;
		compared++;
		splice_compare(k, i - k, wanted, heard);
	}
	free(hers);
	free(other);
	return compared;
}

#endif
