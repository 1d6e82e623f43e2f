#include "media/prompt/ogg.h"

#include "bot/base/clean.h"
#include "media/dsp/resample.h"
#include "media/prompt/audio.h"
#include "media/prompt/wav.h"

#include <opusfile.h>
#include <stdbool.h>
#include <string.h>

enum {
	HZ = 48000, /* of all that libopusfile gives */
	SAMPLES_MAX = WAV_SECONDS_MAX * HZ,
	PIECE = 2 * HZ / 1000 * 120, /* both channels of the longest packet */
	PAGE_HEADER = 27,            /* bytes, then one for each segment: RFC 3533 section 6 */
	PAGE_SEGMENTS_AT = 26,
};

CLEAN_FN(op_free, OggOpusFile *)

/* The library plays what there is of a file that was cut off; a prompt shall not end in mid-word.
 */
static bool is_cut(const uint8_t *bytes, size_t n_bytes)
{
	size_t at = 0;

	while (n_bytes - at >= 4 && memcmp(bytes + at, "OggS", 4) == 0) {
		size_t left = n_bytes - at, page = PAGE_HEADER;

		if (left < PAGE_HEADER || left < page + bytes[at + PAGE_SEGMENTS_AT])
			return true;
		for (size_t i = 0; i < bytes[at + PAGE_SEGMENTS_AT]; i++)
			page += 1u + bytes[at + PAGE_HEADER + i];
		if (left < page)
			return true;
		at += page;
	}
	return false;
}

static enum err refuse(int error, struct why *why)
{
	switch (error) {
	case OP_ENOTFORMAT:
		return FAIL(why, E_DENIED, "is an Ogg file, but not of Opus: " AUDIO_CONVERT);
	case OP_EIMPL:
	case OP_EVERSION:
		return FAIL(
			why, E_DENIED, "is Ogg Opus of a kind that cannot be read: " AUDIO_CONVERT);
	case OP_EFAULT:
		return FAIL(why, E_SYSTEM, "no memory for an Ogg Opus file");
	default:
		return FAIL(why, E_MALFORMED, "is a damaged Ogg Opus file: copy it again");
	}
}

static enum err open_it(const uint8_t *bytes, size_t n_bytes, OggOpusFile **out, struct why *why)
{
	int error = 0;

	if (is_cut(bytes, n_bytes))
		return FAIL(why, E_MALFORMED,
			"is truncated: its last page is not whole; copy it "
			"again");
	*out = op_open_memory(bytes, n_bytes, &error);
	if (!*out)
		return refuse(error, why);
	op_set_dither_enabled(*out, 0); /* the same bytes give the same samples */
	return OK;
}

/* All of it, mono. *n: room for so many samples, then so many there are. */
static enum err decode(OggOpusFile *f, int16_t *mono, size_t *n, struct why *why)
{
	opus_int16 piece[PIECE];
	size_t room = *n;
	int got;

	for (*n = 0; (got = op_read_stereo(f, piece, PIECE)) > 0; *n += (size_t)got) {
		if ((size_t)got > room - *n)
			return FAIL(why, E_MALFORMED, "holds more sound than its pages say");
		for (int i = 0; i < got; i++)
			mono[*n + (size_t)i] = (int16_t)((piece[2 * i] + piece[2 * i + 1]) / 2);
	}
	return got == 0 ? OK : refuse(got, why);
}

enum err ogg_read(const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why)
{
	CLEAN(op_free) OggOpusFile *f = NULL;
	CLEAN(free) int16_t *mono = NULL;
	ogg_int64_t lasts;
	size_t n;
	enum err e = open_it(bytes, n_bytes, &f, why);

	*out = (struct pcm){ 0 };
	if (e != OK)
		return e;
	lasts = op_pcm_total(f, -1);
	if (lasts < 0)
		return refuse((int)lasts, why);
	if (lasts > SAMPLES_MAX)
		return FAIL(why, E_LIMIT, "lasts %lld seconds: %d is the most",
			(long long)lasts / HZ, WAV_SECONDS_MAX);
	n = (size_t)lasts;
	mono = malloc((n + 1) * sizeof(*mono));
	if (!mono)
		return FAIL(why, E_SYSTEM, "no memory for %zu samples", n);
	e = decode(f, mono, &n, why);
	return e == OK && n ? resample_to_pcm(mono, n, HZ, out, why) : e;
}
