#ifndef MEDIA_CODEC_CODEC_H
#define MEDIA_CODEC_CODEC_H

/*
 * Sound to packets and back: one codec a file, one line in codecs.def.
 *
 * Inside is always 16 kHz mono (media/dsp/pcm.h); a codec's own rate and its RTP clock end here.
 * States are made and freed where memory may be taken; init, encode, decode and conceal take none,
 * so the 20 ms clock may call them. A state belongs to one thread at a time.
 */

#include "bot/base/err.h"
#include "media/dsp/pcm.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	CODEC_JOIN_MAX = 6,      /* frames of one packet of ours */
	CODEC_PAYLOAD_MAX = 960, /* bytes of one packet, in either direction: pcm24 fills it */
	CODEC_PACKET_MS_MAX = 120,
	CODEC_HUSH = 32, /* of 32768: what is not louder is silence */
	CODEC_SAMPLES_MAX = PCM_RATE / 1000 * CODEC_PACKET_MS_MAX, /* one packet, decoded */
};

/* What a packet holds, told without decoding it. */
enum codec_activity {
	CODEC_UNKNOWN, /* only decoding tells */
	CODEC_ACTIVE,  /* the sender's detector took it for a voice */
	CODEC_SILENT,  /* the sender's detector heard no voice, or no sample is above CODEC_HUSH */
};

struct codec {
	const char *name;     /* as SDP's rtpmap writes it */
	uint32_t clock_hz;    /* of RTP timestamps; for Opus 48000 whatever the sound's rate */
	uint8_t channels;     /* as rtpmap writes it; the sound is mono all the same */
	uint8_t payload_type; /* where nothing else is agreed */
	/* Of the E-model: what it costs without losses, and how well it stands them. G.113 appendix
	 * I; Opus is not in it and stands in the place of G.711 with concealment. */
	double ie, bpl;
	/* The same on the wire, sent in a way that bears loss. NULL: there is no such way. */
	const struct codec *lossy;
	/* Its packets lean on those before, so who listens cannot change between encoders in
	 * mid-sound. */
	bool has_memory;

	/* One packet of digital silence, to be sent in place of encoding it. */
	const uint8_t *silence;
	size_t silence_bytes;

	/* The bytes of a state, aligned as malloc's; at the end it is just forgotten. init takes no
	 * memory and may be repeated: the next packet is of another sender or follows a long gap.
	 * false: the codec refused. */
	size_t (*encoder_bytes)(void);
	bool (*encoder_init)(void *encoder);
	/* One frame into out, CODEC_PAYLOAD_MAX bytes. Returns its bytes, 0 when the codec failed.
	 */
	size_t (*encode)(void *encoder, const int16_t in[PCM_FRAME], uint8_t *out);

	size_t (*decoder_bytes)(void);
	bool (*decoder_init)(void *decoder);
	/* One packet of a stranger's into out, CODEC_SAMPLES_MAX samples. Returns the samples, 0
	 * when the packet is not this codec's: conceal instead. */
	size_t (*decode)(void *decoder, const uint8_t *payload, size_t bytes, int16_t *out);
	/* One frame in place of a packet that was lost. */
	void (*conceal)(void *decoder, int16_t out[PCM_FRAME]);
	/* The same where the packet that follows it is here already, and may tell of it (in-band
	 * FEC); it is decoded afterwards as if nothing had been. false: it tells nothing, conceal.
	 * NULL: this codec's never does. */
	bool (*recover)(void *decoder, const uint8_t *next, size_t bytes, int16_t out[PCM_FRAME]);
	/* Samples at PCM_RATE a packet holds, without decoding it; 0: not this codec's. */
	size_t (*samples)(const uint8_t *payload, size_t bytes);
	/* One packet of a stranger's; what is not this codec's is CODEC_UNKNOWN. */
	enum codec_activity (*activity)(const uint8_t *payload, size_t bytes);

	/* Packets of one frame each, as encode makes them, into one packet of n frames, at most
	 * CODEC_JOIN_MAX. Returns its bytes; 0: they do not go together, or do not fit. */
	size_t (*join)(const uint8_t *const payload[], const size_t bytes[], unsigned n,
		uint8_t out[CODEC_PAYLOAD_MAX]);
	/* A packet that holds one frame of nothing, to be sent in place of one that did not come
	 * from who is passed on; last: the one before. The other side's decoder conceals, or goes
	 * on pausing. Returns its bytes. NULL: nothing of this codec is passed on. */
	size_t (*absent)(const uint8_t *last, size_t last_bytes, uint8_t out[CODEC_PAYLOAD_MAX]);
};

#define CODEC(id) extern const struct codec codec_##id;
#include "media/codec/codecs.def"
#undef CODEC

/*
 * How much libopus thinks before it writes: of the stream that loses nothing, where more costs more
 * and is hardly heard, and of the lossy one (codec_opus.c). For the whole process, before its first
 * encoder; at most CODEC_OPUS_COMPLEXITY_MAX, which is the caller's to see to.
 */
enum {
	CODEC_OPUS_COMPLEXITY_MAX = 10,
	CODEC_OPUS_COMPLEXITY = 0, /* unless told otherwise */
	CODEC_OPUS_LOSSY_COMPLEXITY = 5,
};
void codec_opus_complexity(unsigned plain, unsigned lossy);

/* A state of its own, for free(). NULL: no memory, or refused. */
void *codec_encoder_new(const struct codec *codec);
void *codec_decoder_new(const struct codec *codec);

/* Codecs by number, below CODECS, for tables of them. */
enum {
#define CODEC(id) CODEC_NUMBER_##id,
#include "media/codec/codecs.def"
#undef CODEC
	CODECS
};
const struct codec *codec_at(size_t number);
size_t codec_number(const struct codec *codec);

/* By name, letter case aside. NULL: we have none of that name. Any thread. */
const struct codec *codec_find(const char *name);

#endif
