/* Messages of audio streaming, by rows; and whatever is JSON, against jansson. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "media/leg/acs.h"
#include "media/leg/base64.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *text;
	const char *want; /* NULL: refused */
} rows[] = {
	{ "metadata, as the quickstart shows it",
		"{\"kind\":\"AudioMetadata\",\"audioMetadata\":{\"subscriptionId\":\"89e8cb59\","
		"\"encoding\":\"PCM\",\"sampleRate\":16000,\"channels\":1,\"length\":640}}",
		"metadata 16000 1 pcm" },
	{ "metadata of another encoding",
		"{\"kind\":\"AudioMetadata\",\"audioMetadata\":{\"encoding\":\"opus\","
		"\"sampleRate\":48000,\"channels\":2}}",
		"metadata 48000 2" },
	{ "sound",
		"{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"2024-11-15T19:16:12.925Z\","
		"\"participantRawID\":\"8:acs:3d20\",\"data\":\"5ADw\",\"silent\":false}}",
		"audio 5ADw 8:acs:3d20 69372925" },
	{ "silence without data",
		"{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"2024-11-15T00:00:00Z\","
		"\"data\":null,\"silent\":true}}",
		"audio   0 silent" },
	{ "another order, other case, blanks, and more members",
		" { \"AUDIODATA\" : { \"Silent\" : false , \"mark\" : { \"a\" : [ 1 , { } , [ ] ] "
		"} ,\n"
		"\t\"DATA\" : \"5ADw\" } , \"StopAudio\" : null , \"Kind\" : \"audiodata\" } ",
		"audio 5ADw  -1" },
	{ "base64 with escapes, as .NET writes + and some write /",
		"{\"kind\":\"AudioData\",\"audioData\":{\"data\":\"\\u002b\\/\\u002B\\u0041\"}}",
		"audio +/+A  -1" },
	{ "a time of seven digits and a zone",
		"{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"2024-11-15T01:02:03."
		"4567891+01:00\"}}",
		"audio   3723456" },
	{ "a time that is none",
		"{\"kind\":\"AudioData\",\"audioData\":{\"timestamp\":\"yesterday, half past "
		"five\"}}",
		"audio   -1" },
	{ "a digit", "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"3\"}}", "dtmf 3" },
	{ "a digit by its name", "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"Pound\"}}",
		"dtmf #" },
	{ "the letter of a column", "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"d\"}}",
		"dtmf D" },
	{ "a tone we do not know", "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"flash\"}}",
		"dtmf none" },
	{ "a kind of a later version", "{\"kind\":\"MarkData\",\"markData\":{\"id\":\"7\"}}",
		"other" },
	{ "nothing of its kind", "{\"kind\":\"AudioData\",\"audioData\":null}", NULL },
	{ "sound with the body of a digit",
		"{\"kind\":\"AudioData\",\"dtmfData\":{\"data\":\"3\"}}", NULL },
	{ "no kind", "{\"audioData\":{\"data\":\"5ADw\"}}", NULL },
	{ "a kind that is a number", "{\"kind\":1}", NULL },
	{ "an array", "[]", NULL },
	{ "empty", "", NULL },
	{ "cut", "{\"kind\":\"DtmfData\",\"dtmfData\":{\"data\":\"3\"}", NULL },
	{ "two of them", "{\"kind\":\"X\"}{\"kind\":\"X\"}", NULL },
	{ "a comma too many", "{\"kind\":\"X\",}", NULL },
	{ "a comma too few", "{\"kind\":\"X\" \"a\":1}", NULL },
	{ "a line end in a string", "{\"kind\":\"X\ny\"}", NULL },
	{ "an unknown escape", "{\"kind\":\"\\x41\"}", NULL },
	{ "half a surrogate pair", "{\"kind\":\"\\ud83d\"}", NULL },
	{ "a whole one", "{\"kind\":\"\\ud83d\\ude00\"}", "other" },
	{ "numbers of every form", "{\"kind\":\"X\",\"a\":[0,-1,1.5,2e3,-0.1E-2,1e+1]}", "other" },
	{ "a number with a zero before it", "{\"kind\":\"X\",\"a\":01}", NULL },
	{ "a number that ends in a point", "{\"kind\":\"X\",\"a\":1.}", NULL },
	{ "brackets that do not fit", "{\"kind\":\"X\",\"a\":[1}]}", NULL },
	{ "deeper than we follow", "{\"kind\":\"X\",\"a\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}",
		NULL },
};

static void print(const struct acs_message *m, char *out, size_t size)
{
	if (m->kind == ACS_METADATA)
		snprintf(out, size, "metadata %u %u%s", m->sample_rate, m->channels,
			m->is_pcm ? " pcm" : "");
	else if (m->kind == ACS_AUDIO)
		snprintf(out, size, "audio %.*s %.*s %lld%s", (int)m->data.n, m->data.at,
			(int)m->participant.n, m->participant.at, (long long)m->stamp_ms,
			m->is_silent ? " silent" : "");
	else if (m->kind == ACS_DTMF)
		snprintf(out, size, m->digit ? "dtmf %c" : "dtmf none", m->digit);
	else
		snprintf(out, size, "other");
}

static void each_row(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		size_t n = strlen(rows[r].text);
		char *text = malloc(n + 1), got[200] = "refused";
		struct acs_message m;

		memcpy(text, rows[r].text, n);
		text = realloc(text, n ? n : 1); /* so that a byte too far is seen */
		if (acs_read(text, n, &m) == OK)
			print(&m, got, sizeof(got));
		if (strcmp(got, rows[r].want ? rows[r].want : "refused") != 0)
			fail_msg("%s: %s", rows[r].name, got);
		free(text);
	}
}

/* Texts of rows with bytes changed, taken out and doubled: what we take, jansson takes, and what it
 * refuses, we refuse. */
static void what_is_no_json_is_not_taken(void **state)
{
	struct rng r = { 12 };
	unsigned taken = 0;

	(void)state;
	for (int round = 0; round < 30000; round++) {
		const char *from = rows[rng_below(&r, ARRAY_LEN(rows))].text;
		char text[512], mine[512];
		size_t n = strlen(from), at = n ? rng_below(&r, (uint32_t)n) : 0;
		struct acs_message m;
		json_t *root;

		memcpy(text, from, n);
		switch (n ? rng_below(&r, 3) : 3) {
		case 0:
			text[at] = "{}[]\",:\\u0 1ae-.tfn\n"[rng_below(&r, 20)];
			break;
		case 1:
			memmove(text + at, text + at + 1, --n - at);
			break;
		case 2:
			memmove(text + at + 1, text + at, n++ - at);
			break;
		}
		memcpy(mine, text, n);
		root = json_loadb(text, n, 0, NULL);
		if (acs_read(mine, n, &m) == OK) {
			taken++;
			if (!root)
				fail_msg("taken: %.*s", (int)n, text);
		}
		json_decref(root);
	}
	assert_in_range(taken, 1000, 29000);
}

static void what_is_written_is_json_and_holds_the_sound(void **state)
{
	uint8_t sound[ACS_SOUND_MAX], back[ACS_SOUND_MAX];
	struct rng r = { 6 };
	char text[ACS_TEXT_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(sound); i++)
		sound[i] = (uint8_t)rng_next(&r);
	for (size_t n = 640; n <= ACS_SOUND_MAX; n += 320) {
		size_t chars = acs_audio_write(sound, n, text);
		const char *kind, *data;
		json_t *root = json_loadb(text, chars, 0, NULL);

		assert_int_equal(json_unpack(root, "{s:s, s:{s:s!}!}", "kind", &kind, "audioData",
					 "data", &data),
			0);
		assert_string_equal(kind, "AudioData");
		assert_int_equal(base64_decode(data, strlen(data), back), n);
		assert_memory_equal(back, sound, n);
		json_decref(root);
	}
}

static void stopping_is_told_as_the_quickstart_tells_it(void **state)
{
	char text[ACS_TEXT_MAX];
	size_t n = acs_stop_write(text);
	const char *kind;
	json_t *root = json_loadb(text, n, 0, NULL), *stop;

	(void)state;
	assert_int_equal(json_unpack(root, "{s:s, s:n, s:o}", "kind", &kind, "audioData",
				 "stopAudio", &stop),
		0);
	assert_string_equal(kind, "StopAudio");
	assert_true(json_is_object(stop));
	json_decref(root);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(what_is_no_json_is_not_taken),
		cmocka_unit_test(what_is_written_is_json_and_holds_the_sound),
		cmocka_unit_test(stopping_is_told_as_the_quickstart_tells_it),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
