#include "media/prompt/wav.h"

#include "bot/base/clean.h"
#include "media/dsp/resample.h"
#include "media/prompt/audio.h"

#include <math.h>
#include <stdbool.h>
#include <string.h>

enum { TAG_PCM = 1, TAG_FLOAT = 3, TAG_EXTENSIBLE = 0xfffe };

/* Sizes from here on were never known: the writer had a pipe and could not go back. */
enum { SIZE_UNKNOWN = 0x7ffff000 };

struct shape {
	unsigned tag;
	unsigned channels;
	unsigned bits;
	unsigned align; /* bytes of one sample of all channels */
	uint32_t rate;
};

struct chunk {
	const uint8_t *id; /* four characters */
	const uint8_t *body;
	uint32_t size; /* as the header says */
	size_t there;  /* as the bytes say */
};

/* RIFF is little-endian on every machine. */
static uint32_t le16(const uint8_t *p)
{
	return (uint32_t)p[0] | (uint32_t)p[1] << 8;
}

static uint32_t le32(const uint8_t *p)
{
	return le16(p) | le16(p + 2) << 16;
}

static const char *tag_name(unsigned tag)
{
	static const struct {
		unsigned tag;
		const char *name;
	} names[] = {
		{ 0x0002, "Microsoft ADPCM" },
		{ 0x0006, "G.711 A-law" },
		{ 0x0007, "G.711 mu-law" },
		{ 0x0011, "IMA ADPCM" },
		{ 0x0031, "GSM 6.10" },
		{ 0x0050, "MPEG" },
		{ 0x0055, "MP3" },
		{ 0x0161, "WMA" },
		{ 0x00ff, "AAC" },
	};

	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (names[i].tag == tag)
			return names[i].name;
	return "unknown";
}

/* The chunk at *at, which moves behind it. false: fewer bytes than a chunk header are left. */
static bool chunk_next(const uint8_t *bytes, size_t n_bytes, size_t *at, struct chunk *out)
{
	size_t left = n_bytes - *at;

	if (left < 8)
		return false;
	out->id = bytes + *at;
	out->size = le32(bytes + *at + 4);
	out->body = bytes + *at + 8;
	out->there = left - 8 < out->size ? left - 8 : out->size;
	*at += 8 + out->there;
	/* Chunks begin at even offsets; a pad byte that is missing at the very end harms nobody. */
	if (out->size % 2 && *at < n_bytes)
		*at += 1;
	return true;
}

static bool is_taken(const struct shape *s)
{
	if (s->tag == TAG_PCM)
		return s->bits == 8 || s->bits == 16 || s->bits == 24 || s->bits == 32;
	return s->bits == 32 || s->bits == 64;
}

static enum err shape_check(const struct shape *s, struct why *why)
{
	if (s->tag != TAG_PCM && s->tag != TAG_FLOAT)
		return FAIL(why, E_DENIED, "holds compressed format %u (%s): " AUDIO_CONVERT,
			s->tag, tag_name(s->tag));
	if (s->channels != 1 && s->channels != 2)
		return FAIL(why, E_DENIED, "has %u channels: mix it down to mono or stereo",
			s->channels);
	if (s->rate < WAV_RATE_MIN || s->rate > WAV_RATE_MAX)
		return FAIL(why, E_DENIED,
			"has %u samples a second: %d to %d are read, 16000 is best", s->rate,
			WAV_RATE_MIN, WAV_RATE_MAX);
	if (!is_taken(s))
		return FAIL(why, E_DENIED,
			"has samples of %u bits (%s): integers of 8, 16, 24, 32 and floats of 32 "
			"and 64 are read",
			s->bits, s->tag == TAG_PCM ? "integer" : "float");
	if (s->align != s->channels * s->bits / 8)
		return FAIL(why, E_MALFORMED,
			"says %u bytes for %u channels of %u bits: that would be %u", s->align,
			s->channels, s->bits, s->channels * s->bits / 8);
	return OK;
}

static enum err shape_read(const struct chunk *c, struct shape *out, struct why *why)
{
	if (c->there < 16)
		return FAIL(why, E_MALFORMED, "has a fmt chunk of %zu bytes: 16 is the least",
			c->there);
	*out = (struct shape){
		.tag = le16(c->body),
		.channels = le16(c->body + 2),
		.rate = le32(c->body + 4),
		.align = le16(c->body + 12),
		.bits = le16(c->body + 14),
	};
	if (out->tag == TAG_EXTENSIBLE) {
		if (c->there < 40)
			return FAIL(why, E_MALFORMED,
				"has an extensible fmt chunk of %zu bytes: 40 is the least",
				c->there);
		out->tag = le16(c->body + 24); /* the sub-format GUID begins with the old tag */
	}
	return shape_check(out, why);
}

/* Walk the chunks to the samples. Both come back; the shape is checked. */
static enum err chunks_walk(const uint8_t *bytes, size_t n_bytes, struct shape *shape,
	struct chunk *data, struct why *why)
{
	bool shaped = false;
	size_t at = 12;

	for (size_t n = 0; n < WAV_CHUNKS_MAX; n++) {
		if (!chunk_next(bytes, n_bytes, &at, data))
			return FAIL(why, E_MALFORMED,
				"ends after %zu bytes without %s chunk: "
				"truncated, copy it again",
				n_bytes, shaped ? "a data" : "a fmt");
		if (memcmp(data->id, "fmt ", 4) == 0) {
			enum err e = shape_read(data, shape, why);

			if (e != OK)
				return e;
			shaped = true;
		} else if (memcmp(data->id, "data", 4) == 0) {
			return shaped ? OK
				      : FAIL(why, E_MALFORMED, "has its data before its fmt chunk");
		}
	}
	return FAIL(why, E_LIMIT, "has more than %d chunks before its samples", WAV_CHUNKS_MAX);
}

/* How many samples (of all channels) there are to read. */
static enum err data_check(const uint8_t *bytes, size_t n_bytes, const struct shape *shape,
	struct chunk *data, size_t *n, struct why *why)
{
	bool streamed = data->size >= SIZE_UNKNOWN || (data->size == 0 && le32(bytes + 4) == 0);

	if (streamed)
		data->there = n_bytes - (size_t)(data->body - bytes);
	else if (data->there < data->size)
		return FAIL(why, E_MALFORMED,
			"is truncated: its header promises %u bytes of samples and %zu are there; "
			"copy "
			"it again",
			data->size, data->there);
	else if (data->size % shape->align)
		return FAIL(why, E_MALFORMED, "has %u bytes of samples: no multiple of %u",
			data->size, shape->align);
	*n = data->there / shape->align;
	if (*n > (size_t)WAV_SECONDS_MAX * shape->rate)
		return FAIL(why, E_LIMIT, "lasts %zu seconds: %d is the most", *n / shape->rate,
			WAV_SECONDS_MAX);
	return OK;
}

/* -1 to 1 onto 16 bits. What is no number is silence. */
static int32_t of_real(double x)
{
	if (isnan(x))
		return 0;
	x = rint(x * 32768.0);
	return x > 32767 ? 32767 : x < -32768 ? -32768 : (int32_t)x;
}

static int32_t of_float32(const uint8_t *p)
{
	uint32_t bits = le32(p);
	float f;

	memcpy(&f, &bits, sizeof(f));
	return of_real(f);
}

static int32_t of_float64(const uint8_t *p)
{
	uint64_t bits = le32(p) | (uint64_t)le32(p + 4) << 32;
	double d;

	memcpy(&d, &bits, sizeof(d));
	return of_real(d);
}

/* One channel's sample, as 16 bits. */
static int32_t sample_of(const struct shape *s, const uint8_t *p)
{
	if (s->tag == TAG_FLOAT)
		return s->bits == 32 ? of_float32(p) : of_float64(p);
	if (s->bits == 8) /* the one unsigned form */
		return (p[0] - 128) * 256;
	return (int16_t)le16(p + s->bits / 8 - 2);
}

static enum err mono_of(
	const struct shape *s, const uint8_t *data, size_t n, int16_t **out, struct why *why)
{
	int16_t *mono = malloc(n * sizeof(*mono));

	if (!mono)
		return FAIL(why, E_SYSTEM, "no memory for %zu samples", n);
	for (size_t i = 0; i < n; i++, data += s->align) {
		int32_t left = sample_of(s, data);
		int32_t right = s->channels == 1 ? left : sample_of(s, data + s->bits / 8);

		mono[i] = (int16_t)((left + right) / 2);
	}
	*out = mono;
	return OK;
}

enum err wav_read(const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why)
{
	CLEAN(free) int16_t *mono = NULL;
	struct shape shape = { 0 };
	struct chunk data = { 0 };
	enum err e;
	size_t n = 0;

	*out = (struct pcm){ 0 };
	if (n_bytes < 12 || memcmp(bytes, "RIFF", 4) != 0 || memcmp(bytes + 8, "WAVE", 4) != 0)
		return FAIL(why, E_MALFORMED,
			"is not audio: a WAV begins with RIFF, four bytes of size and WAVE");
	e = chunks_walk(bytes, n_bytes, &shape, &data, why);
	if (e == OK)
		e = data_check(bytes, n_bytes, &shape, &data, &n, why);
	if (e != OK || n == 0)
		return e;
	e = mono_of(&shape, data.body, n, &mono, why);
	if (e != OK)
		return e;
	if (shape.rate != PCM_RATE)
		return resample_to_pcm(mono, n, shape.rate, out, why);
	*out = (struct pcm){ .samples = TAKE(mono), .n_samples = n };
	return OK;
}
