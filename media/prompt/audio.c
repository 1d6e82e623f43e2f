#include "media/prompt/audio.h"

#include "bot/base/clean.h"
#include "media/prompt/blob.h"
#include "media/prompt/ogg.h"
#include "media/prompt/wav.h"

#include <fcntl.h>
#include <stdbool.h>
#include <string.h>

static const struct audio_format formats[] = {
	{ "RIFF", ".wav", wav_read },
	{ "OggS", ".opus", ogg_read },
};

/* What people hand us besides. */
static const struct {
	const char *magic;
	size_t at;
	const char *what;
} strangers[] = {
	{ "RF64", 0, "a 64-bit WAV (RF64)" },
	{ "RIFX", 0, "a big-endian WAV (RIFX)" },
	{ "ID3", 0, "an MP3 file" },
	{ "\xff\xfb", 0, "an MP3 file" },
	{ "fLaC", 0, "a FLAC file" },
	{ "FORM", 0, "an AIFF file" },
	{ ".snd", 0, "an AU file" },
	{ "ftyp", 4, "an MP4 file" },
	{ "\x1a\x45\xdf\xa3", 0, "a WebM or Matroska file" },
};

static bool has_at(const uint8_t *bytes, size_t n_bytes, size_t at, const char *magic)
{
	size_t n = strlen(magic);

	return n_bytes >= at + n && memcmp(bytes + at, magic, n) == 0;
}

const struct audio_format *audio_format_of(const uint8_t *bytes, size_t n_bytes)
{
	for (size_t i = 0; i < ARRAY_LEN(formats); i++)
		if (has_at(bytes, n_bytes, 0, formats[i].begins))
			return &formats[i];
	return NULL;
}

static enum err refuse(const uint8_t *bytes, size_t n_bytes, struct why *why)
{
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
		if (has_at(bytes, n_bytes, strangers[i].at, strangers[i].magic))
			return FAIL(why, E_DENIED, "is %s: " AUDIO_CONVERT, strangers[i].what);
	return FAIL(why, E_MALFORMED,
		"is not audio: a WAV begins with RIFF, four bytes of size and WAVE, an Ogg Opus "
		"file with OggS");
}

enum err audio_read(const uint8_t *bytes, size_t n_bytes, struct pcm *out, struct why *why)
{
	const struct audio_format *f = audio_format_of(bytes, n_bytes);

	*out = (struct pcm){ 0 };
	return f ? f->read(bytes, n_bytes, out, why) : refuse(bytes, n_bytes, why);
}

enum err audio_read_file(const char *path, struct pcm *out, struct why *why)
{
	CLEAN(free) uint8_t *bytes = NULL;
	struct why inner = { .text = "" };
	size_t n_bytes;
	enum err e;

	*out = (struct pcm){ 0 };
	e = blob_read(AT_FDCWD, path, AUDIO_FILE_BYTES_MAX, &bytes, &n_bytes, why);
	if (e != OK)
		return e;
	e = audio_read(bytes, n_bytes, out, &inner);
	return e == OK ? OK : FAIL(why, e, "%s: %s", path, inner.text);
}
