#include "media/leg/acs.h"

#include "bot/base/text.h"
#include "media/leg/base64.h"

#include <string.h>

static const char audio_begin[] = "{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"";
static const char audio_end[] = "\"}}";
static const char stop[] = "{\"kind\":\"StopAudio\",\"audioData\":null,\"stopAudio\":{}}";

_Static_assert(
	sizeof(audio_begin) + BASE64_CHARS(ACS_SOUND_MAX) + sizeof(audio_end) <= ACS_TEXT_MAX,
	"a frame fits");

/* Two digits of a time; -1: they are none. */
static int64_t pair(const char *at)
{
	if (at[0] < '0' || at[0] > '9' || at[1] < '0' || at[1] > '9')
		return -1;
	return (at[0] - '0') * 10 + (at[1] - '0');
}

/* 2024-11-15T19:16:12.925Z: only differences count, so neither date nor zone does. */
static int64_t stamp_of(struct scan_text t)
{
	enum { TIME = 11, FRACTION = 20 };
	int64_t h, m, s, ms = 0;

	if (t.n < FRACTION || t.at[TIME - 1] != 'T')
		return ACS_NO_STAMP;
	h = pair(t.at + TIME);
	m = pair(t.at + TIME + 3);
	s = pair(t.at + TIME + 6);
	if (h < 0 || m < 0 || s < 0)
		return ACS_NO_STAMP;
	for (size_t i = FRACTION, weight = 100;
		i < t.n && weight && t.at[i] >= '0' && t.at[i] <= '9'; i++, weight /= 10)
		ms += (t.at[i] - '0') * (int64_t)weight;
	return (((h * 60 + m) * 60 + s) * 1000 + ms) % ACS_DAY_MS;
}

static char digit_of(struct scan_text t)
{
	static const struct {
		const char *name;
		char digit;
	} names[] = { { "zero", '0' }, { "one", '1' }, { "two", '2' }, { "three", '3' },
		{ "four", '4' }, { "five", '5' }, { "six", '6' }, { "seven", '7' },
		{ "eight", '8' }, { "nine", '9' }, { "asterisk", '*' }, { "star", '*' },
		{ "pound", '#' } };

	if (t.n == 1 && t.at[0] && strchr("0123456789*#ABCD", t.at[0]))
		return t.at[0];
	if (t.n == 1 && t.at[0] >= 'a' && t.at[0] <= 'd')
		return (char)(t.at[0] - 'a' + 'A');
	for (size_t i = 0; i < ARRAY_LEN(names); i++)
		if (scan_same(t, names[i].name))
			return names[i].digit;
	return 0;
}

/* A string, or null, which leaves *out as it is. */
static bool string_or_null(struct scan *s, struct scan_text *out)
{
	struct scan behind = *s;

	if (scan_is(&behind, '"'))
		return scan_string(s, out);
	return scan_is(&behind, 'n') && scan_skip(s);
}

static bool read_audio(struct scan *s, struct acs_message *out)
{
	struct scan_text name, text = { 0 };
	bool first = true, ended, fine;

	while (scan_member(s, &first, &name, &ended)) {
		if (scan_same(name, "data")) {
			fine = string_or_null(s, &out->data);
		} else if (scan_same(name, "timestamp")) {
			fine = string_or_null(s, &text);
			out->stamp_ms = stamp_of(text);
		} else if (scan_same(name, "participantRawID")) {
			fine = string_or_null(s, &out->participant);
		} else if (scan_same(name, "silent")) {
			fine = scan_bool(s, &out->is_silent);
		} else {
			fine = scan_skip(s);
		}
		if (!fine)
			return false;
	}
	return ended;
}

static bool read_metadata(struct scan *s, struct acs_message *out)
{
	struct scan_text name, encoding = { 0 };
	bool first = true, ended, fine;

	while (scan_member(s, &first, &name, &ended)) {
		if (scan_same(name, "sampleRate"))
			fine = scan_number(s, &out->sample_rate);
		else if (scan_same(name, "channels"))
			fine = scan_number(s, &out->channels);
		else if (scan_same(name, "encoding"))
			fine = string_or_null(s, &encoding);
		else
			fine = scan_skip(s);
		if (!fine)
			return false;
	}
	out->is_pcm = encoding.n > 0 && scan_same(encoding, "PCM");
	return ended;
}

static bool read_dtmf(struct scan *s, struct acs_message *out)
{
	struct scan_text name, data = { 0 };
	bool first = true, ended;

	while (scan_member(s, &first, &name, &ended))
		if (!(scan_same(name, "data") ? string_or_null(s, &data) : scan_skip(s)))
			return false;
	out->digit = data.n ? digit_of(data) : 0;
	return ended;
}

/* What a message of each kind holds, by the name of the member. */
static const struct {
	const char *kind, *member;
	bool (*read)(struct scan *s, struct acs_message *out);
} kinds[] = {
	[ACS_METADATA] = { "AudioMetadata", "audioMetadata", read_metadata },
	[ACS_AUDIO] = { "AudioData", "audioData", read_audio },
	[ACS_DTMF] = { "DtmfData", "dtmfData", read_dtmf },
};

/* null stands for not there. */
static bool read_body(struct scan *s, size_t kind, unsigned *has, struct acs_message *out)
{
	struct scan behind = *s;

	if (scan_is(&behind, 'n'))
		return scan_skip(s);
	*has |= 1u << kind;
	return kinds[kind].read(s, out);
}

static size_t kind_by_member(struct scan_text name)
{
	size_t i = ACS_METADATA;

	while (i < ARRAY_LEN(kinds) && !scan_same(name, kinds[i].member))
		i++;
	return i;
}

static enum acs_kind kind_by_name(struct scan_text name)
{
	for (size_t i = ACS_METADATA; i < ARRAY_LEN(kinds); i++)
		if (scan_same(name, kinds[i].kind))
			return (enum acs_kind)i;
	return ACS_OTHER;
}

enum err acs_read(char *text, size_t n, struct acs_message *out)
{
	struct scan s = { text, text + n };
	struct scan_text name, kind = { 0 };
	bool first = true, ended, fine;
	unsigned has = 0;

	*out = (struct acs_message){ .stamp_ms = ACS_NO_STAMP };
	while (scan_member(&s, &first, &name, &ended)) {
		size_t which = kind_by_member(name);

		if (which < ARRAY_LEN(kinds))
			fine = read_body(&s, which, &has, out);
		else
			fine = scan_same(name, "kind") ? scan_string(&s, &kind) : scan_skip(&s);
		if (!fine)
			return E_MALFORMED;
	}
	if (!ended || !scan_end(&s) || !kind.n)
		return E_MALFORMED;
	out->kind = kind_by_name(kind);
	return out->kind == ACS_OTHER || has & 1u << out->kind ? OK : E_MALFORMED;
}

size_t acs_audio_write(const uint8_t *sound, size_t n, char out[ACS_TEXT_MAX])
{
	char *at = out;

	memcpy(at, audio_begin, sizeof(audio_begin) - 1);
	at += sizeof(audio_begin) - 1;
	at += base64_encode(sound, n, at);
	memcpy(at, audio_end, sizeof(audio_end) - 1);
	return (size_t)(at - out) + sizeof(audio_end) - 1;
}

size_t acs_stop_write(char out[ACS_TEXT_MAX])
{
	memcpy(out, stop, sizeof(stop) - 1);
	return sizeof(stop) - 1;
}
