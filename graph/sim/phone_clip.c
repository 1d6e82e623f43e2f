#include "graph/sim/phone_clip.h"

#include "bot/base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static uint32_t read_le(const uint8_t *at, size_t bytes)
{
	uint32_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | at[bytes];
	return v;
}

static void write_le(uint8_t *at, uint32_t v, size_t bytes)
{
	for (size_t i = 0; i < bytes; i++, v >>= 8)
		at[i] = (uint8_t)v;
}

struct span {
	const uint8_t *at;
	size_t n;
};

/* One row a member of fmt, with what Graph wants of it (reference: "Prompt files"). */
static const struct {
	const char *what;
	uint8_t at, bytes;
	uint32_t want;
} format_rows[] = {
	{ "format (1 is PCM)", 0, 2, 1 },
	{ "channels", 2, 2, 1 },
	{ "samples a second", 4, 4, WAV_RATE },
	{ "bytes a second", 8, 4, WAV_RATE * 2 },
	{ "bytes a sample", 12, 2, 2 },
	{ "bits a sample", 14, 2, 16 },
};

static enum err check_format(struct span fmt, struct why *why)
{
	if (fmt.n < 16)
		return FAIL(why, E_MALFORMED, "WAV: fmt has %zu bytes, needs 16", fmt.n);
	for (size_t i = 0; i < ARRAY_LEN(format_rows); i++) {
		uint32_t is = read_le(fmt.at + format_rows[i].at, format_rows[i].bytes);

		if (is != format_rows[i].want)
			return FAIL(why, E_MALFORMED, "WAV: %s: %u, must be %u",
				format_rows[i].what, is, format_rows[i].want);
	}
	return OK;
}

/* Walks the chunks; the first fmt and the first data count. Chunks start at even places. */
static enum err find_chunks(struct span file, struct span *fmt, struct span *data, struct why *why)
{
	size_t at = 12;

	while (at + 8 <= file.n) {
		const uint8_t *head = file.at + at;
		struct span body = { head + 8, read_le(head + 4, 4) };

		if (body.n > file.n - at - 8)
			return FAIL(why, E_MALFORMED,
				"WAV: chunk at byte %zu says %zu bytes, %zu are left", at, body.n,
				file.n - at - 8);
		if (!fmt->at && memcmp(head, "fmt ", 4) == 0)
			*fmt = body;
		if (!data->at && memcmp(head, "data", 4) == 0)
			*data = body;
		at += 8 + body.n + body.n % 2;
	}
	if (!fmt->at || !data->at)
		return FAIL(why, E_MALFORMED, "WAV: has no %s chunk", fmt->at ? "data" : "fmt");
	return OK;
}

static enum err wav_read(struct span file, struct span *data, struct why *why)
{
	struct span fmt = { 0 };
	enum err e;

	if (file.n > PHONE_CLIP_BYTES_MAX)
		return FAIL(why, E_MALFORMED, "WAV: %zu bytes, the limit is %d", file.n,
			PHONE_CLIP_BYTES_MAX);
	if (file.n < 12 || memcmp(file.at, "RIFF", 4) != 0 || memcmp(file.at + 8, "WAVE", 4) != 0)
		return FAIL(why, E_MALFORMED, "not a RIFF WAVE file");
	if (read_le(file.at + 4, 4) + (uint64_t)8 > file.n)
		return FAIL(why, E_MALFORMED, "WAV: RIFF says %llu bytes, the file has %zu",
			read_le(file.at + 4, 4) + 8ULL, file.n);
	e = find_chunks(file, &fmt, data, why);
	if (e == OK)
		e = check_format(fmt, why);
	if (e == OK && (data->n == 0 || data->n % 2 != 0))
		e = FAIL(why, E_MALFORMED, "WAV: data has %zu bytes, must be even and not 0",
			data->n);
	return e;
}

static struct phone_clip *clip_make(const char *name, size_t n)
{
	struct phone_clip *clip = calloc(1, sizeof(*clip) + n * sizeof(clip->sample[0]));
	struct text kept;

	if (!clip)
		return NULL;
	atomic_init(&clip->owners, 1);
	clip->n = n;
	kept = TEXT(clip->name);
	text_add(&kept, "%s", name);
	for (char *c = clip->name; *c; c++) /* it goes into JSON as it is */
		if ((unsigned char)*c < ' ' || (unsigned char)*c > '~' || *c == '"' || *c == '\\')
			*c = '?';
	return clip;
}

struct phone_clip *phone_clip_new(const void *bytes, size_t n, const char *name, struct why *why)
{
	struct span data = { 0 };
	struct phone_clip *clip;

	if (wav_read((struct span){ bytes, n }, &data, why) != OK)
		return phone_clip_failed(PHONE_SUBCODE_FORMAT, name);
	clip = clip_make(name, data.n / 2);
	for (size_t i = 0; clip && i < clip->n; i++)
		clip->sample[i] = (int16_t)read_le(data.at + 2 * i, 2);
	return clip;
}

struct phone_clip *phone_clip_failed(int subcode, const char *name)
{
	struct phone_clip *clip;

	assert(subcode != 0);
	clip = clip_make(name, 0);
	if (clip)
		clip->subcode = subcode;
	return clip;
}

int phone_clip_subcode(const struct phone_clip *clip)
{
	return clip->subcode;
}

uint64_t phone_clip_ms(const struct phone_clip *clip)
{
	return clip->n / (WAV_RATE / 1000);
}

struct phone_clip *phone_clip_hold(struct phone_clip *clip)
{
	if (clip)
		atomic_fetch_add_explicit(&clip->owners, 1, memory_order_relaxed);
	return clip;
}

void phone_clip_drop(struct phone_clip *clip)
{
	if (clip && atomic_fetch_sub_explicit(&clip->owners, 1, memory_order_acq_rel) == 1)
		free(clip);
}

void phone_wav_head(uint8_t out[WAV_HEAD], uint32_t data_bytes)
{
	memcpy(out, "RIFF____WAVEfmt \x10\0\0", 20);
	write_le(out + 4, WAV_HEAD - 8 + data_bytes, 4);
	for (size_t i = 0; i < ARRAY_LEN(format_rows); i++)
		write_le(out + 20 + format_rows[i].at, format_rows[i].want, format_rows[i].bytes);
	memcpy(out + 36, "data", 4);
	write_le(out + 40, data_bytes, 4);
}
