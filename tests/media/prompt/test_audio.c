/* Sounds that people bring: told apart, read, or refused by name. ffmpeg writes the Ogg Opus. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/prompt/tools.h"

static const struct {
	const char *name, *bytes;
	size_t n;
	enum err want;
	const char *says;
} strangers[] = {
	{ "empty", "", 0, E_MALFORMED, "is not audio" },
	{ "text", "hello, I am a text", 18, E_MALFORMED, "is not audio" },
	{ "a word too short", "Ogg", 3, E_MALFORMED, "is not audio" },
	{ "RIFF, but a picture", "RIFF\x10\0\0\0WEBPVP8 ", 16, E_MALFORMED, "is not audio" },
	{ "MP3 with tags", "ID3\3\0\0\0\0\0\0\0\0", 12, E_DENIED, "is an MP3 file: convert" },
	{ "MP3 without", "\xff\xfb\x90\x64", 4, E_DENIED, "is an MP3 file: convert" },
	{ "FLAC", "fLaC\0\0\0\0\0\0\0\0", 12, E_DENIED, "is a FLAC file" },
	{ "MP4", "\0\0\0\x18\x66typmp42", 12, E_DENIED, "is an MP4 file" },
	{ "64 bit", "RF64\xff\xff\xff\xffWAVE", 12, E_DENIED, "RF64" },
	{ "Opus of a browser", "\x1a\x45\xdf\xa3\x9f\x42", 6, E_DENIED, "is a WebM" },
	{ "half a page", "OggS\0\2\0\0\0\0\0\0", 12, E_MALFORMED, "is truncated" },
};

static void strangers_are_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
		struct why why = { .text = "" };
		struct pcm pcm;

		if (audio_read((const uint8_t *)strangers[i].bytes, strangers[i].n, &pcm, &why) !=
			strangers[i].want)
			fail_msg("%s: %s", strangers[i].name, why.text);
		if (!strstr(why.text, strangers[i].says))
			fail_msg("%s: says \"%s\"", strangers[i].name, why.text);
		assert_null(pcm.samples);
	}
}

/* What ffmpeg makes of in.wav, or of a source of its own. */
static void ffmpeg(const char *const input[], const char *const output[], const char *name)
{
	const char *argv[32] = { "ffmpeg", "-v", "error", "-nostdin", "-y" };
	size_t n = 5;

	for (; *input; input++)
		argv[n++] = *input;
	for (; *output; output++)
		argv[n++] = *output;
	argv[n] = in_dir(name);
	free(output_of(argv));
}

static uint8_t *bytes_of(const char *name, size_t *n)
{
	FILE *f = fopen(in_dir(name), "rbe");
	uint8_t *bytes = malloc(1 << 20);

	assert_non_null(f);
	*n = fread(bytes, 1, 1 << 20, f);
	fclose(f);
	assert_in_range(*n, 100, (1 << 20) - 1);
	return bytes;
}

static const struct {
	const char *name, *rate, *channels, *application;
	double alike, loudness_db; /* against what went in */
} opus[] = {
	{ "a voice message", "48000", "1", "voip", 0.98, 0 },
	{ "stereo", "48000", "2", "audio", 0.98, -3 }, /* as ffmpeg spreads mono */
	{ "narrow", "8000", "1", "voip", 0.98, 0 },
	{ "six channels", "48000", "6", "audio", 0.95,
		-8.5 }, /* as the library mixes the middle one */
};

static void ogg_opus_sounds_as_it_did(void **state)
{
	struct pcm in = sound_make(PCM_RATE * 2), out;

	(void)state;
	wav_make(in_dir("in.wav"), &in);
	for (size_t i = 0; i < ARRAY_LEN(opus); i++) {
		struct why why = { .text = "" };
		double db;

		ffmpeg((const char *[]){ "-i", in_dir("in.wav"), NULL },
			(const char *[]){ "-ar", opus[i].rate, "-ac", opus[i].channels, "-c:a",
				"libopus", "-b:a", "192k", "-application", opus[i].application,
				NULL },
			"out.opus");
		if (audio_read_file(in_dir("out.opus"), &out, &why) != OK)
			fail_msg("%s: %s", opus[i].name, why.text);
		if (labs((long)out.n_samples - (long)in.n_samples) > 16)
			fail_msg("%s: %zu samples", opus[i].name, out.n_samples);
		if (alike(&in, &out, 8) < opus[i].alike)
			fail_msg("%s: correlation %f", opus[i].name, alike(&in, &out, 8));
		db = 20 *
		     log10(rms_of(out.samples, out.n_samples) / rms_of(in.samples, in.n_samples));
		if (fabs(db - opus[i].loudness_db) > 1)
			fail_msg("%s: %f dB", opus[i].name, db);
		pcm_free(&out);
	}
	pcm_free(&in);
}

static void what_is_refused(
	const uint8_t *bytes, size_t n, enum err want, const char *says, const char *name)
{
	struct why why = { .text = "" };
	struct pcm pcm;

	if (audio_read(bytes, n, &pcm, &why) != want || !strstr(why.text, says))
		fail_msg("%s: \"%s\"", name, why.text);
	assert_null(pcm.samples);
}

static void damaged_ogg_is_refused(void **state)
{
	struct pcm in = sound_make(PCM_RATE * 3);
	uint8_t *bytes;
	size_t n;

	(void)state;
	wav_make(in_dir("in.wav"), &in);
	pcm_free(&in);
	ffmpeg((const char *[]){ "-i", in_dir("in.wav"), NULL },
		(const char *[]){ "-c:a", "libopus", "-page_duration", "200000", NULL },
		"whole.opus");
	bytes = bytes_of("whole.opus", &n);
	what_is_refused(bytes, n - 1, E_MALFORMED, "is truncated", "its last byte is missing");
	what_is_refused(bytes, n / 2, E_MALFORMED, "is truncated", "its second half is missing");
	bytes[n / 2] ^= 1;
	what_is_refused(bytes, n, E_MALFORMED, "is a damaged Ogg Opus file", "a bit is wrong");
	what_is_refused(bytes, 47, E_MALFORMED, "is a damaged Ogg Opus file", "the head alone");
	free(bytes);
}

static void other_things_in_ogg_are_refused(void **state)
{
	uint8_t *bytes;
	size_t n;

	(void)state;
	ffmpeg((const char *[]){ "-i", in_dir("in.wav"), NULL },
		(const char *[]){ "-c:a", "flac", "-f", "ogg", NULL }, "flac.ogg");
	bytes = bytes_of("flac.ogg", &n);
	what_is_refused(bytes, n, E_DENIED, "not of Opus: convert it", "FLAC in Ogg");
	free(bytes);
}

static void ogg_of_more_than_ten_minutes_is_refused(void **state)
{
	const char *const silence[] = { "-f", "lavfi", "-i", "anullsrc=r=8000:cl=mono", NULL };
	struct why why = { .text = "" };
	struct pcm pcm;

	(void)state;
	ffmpeg(silence,
		(const char *[]){ "-t", "601", "-c:a", "libopus", "-b:a", "6k",
			"-compression_level", "0", "-frame_duration", "60", NULL },
		"long.opus");
	assert_int_equal(audio_read_file(in_dir("long.opus"), &pcm, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "lasts 601 seconds: 600 is the most"));
}

static void a_file_is_named_in_its_refusal(void **state)
{
	struct why why = { .text = "" };
	struct pcm pcm;

	(void)state;
	file_make(in_dir("a.txt"), "no sound", 8, 0600);
	assert_int_equal(audio_read_file(in_dir("a.txt"), &pcm, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "/a.txt: is not audio"));
	assert_int_equal(audio_read_file(in_dir("none.wav"), &pcm, &why), E_ABSENT);
	assert_non_null(strstr(why.text, "/none.wav: No such file"));
	assert_int_equal(audio_read_file(tool_dir, &pcm, &why), E_ABSENT);
	assert_int_equal(mkfifo(in_dir("fifo"), 0600), 0);
	assert_int_equal(audio_read_file(in_dir("fifo"), &pcm, &why), E_ABSENT);
	assert_non_null(strstr(why.text, "not a regular file"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(strangers_are_named),
		cmocka_unit_test(ogg_opus_sounds_as_it_did),
		cmocka_unit_test(damaged_ogg_is_refused),
		cmocka_unit_test(other_things_in_ogg_are_refused),
		cmocka_unit_test(ogg_of_more_than_ten_minutes_is_refused),
		cmocka_unit_test(a_file_is_named_in_its_refusal),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
