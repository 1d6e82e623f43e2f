/* WAVs in and out: what is refused and why, what is read, and ffmpeg's opinion of both. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/prompt/tools.h"

/* A WAV by hand: header fields as given, then samples. */
struct made {
	uint8_t bytes[4096];
	size_t n;
};

static void put(struct made *m, const void *bytes, size_t n)
{
	assert_true(m->n + n <= sizeof(m->bytes));
	memcpy(m->bytes + m->n, bytes, n);
	m->n += n;
}

static void put_le(struct made *m, uint64_t v, size_t n)
{
	for (size_t i = 0; i < n; i++)
		put(m, &(uint8_t){ (uint8_t)(v >> (8 * i)) }, 1);
}

struct fmt {
	unsigned tag, channels, rate, align, bits;
};

static void put_fmt(struct made *m, struct fmt f)
{
	put(m, "fmt ", 4);
	put_le(m, 16, 4);
	put_le(m, f.tag, 2);
	put_le(m, f.channels, 2);
	put_le(m, f.rate, 4);
	put_le(m, f.rate * f.align, 4);
	put_le(m, f.align, 2);
	put_le(m, f.bits, 2);
}

static struct made riff(void)
{
	struct made m = { .n = 0 };

	put(&m, "RIFF\x24\0\0\0WAVE", 12);
	return m;
}

static struct made with_data(struct fmt f, const void *data, size_t n, uint32_t size)
{
	struct made m = riff();

	put_fmt(&m, f);
	put(&m, "data", 4);
	put_le(&m, size, 4);
	put(&m, data, n);
	return m;
}

static const struct fmt good = { 1, 1, 16000, 2, 16 };

static const struct {
	const char *name;
	struct fmt fmt;
	uint32_t size; /* of 8 bytes that are there */
	enum err want;
	const char *says;
} shapes[] = {
	{ "MP3 in a WAV", { 85, 1, 16000, 2, 16 }, 8, E_DENIED, "compressed format 85 (MP3)" },
	{ "mu-law", { 7, 1, 8000, 1, 8 }, 8, E_DENIED, "format 7 (G.711 mu-law)" },
	{ "a tag nobody knows", { 999, 1, 8000, 1, 8 }, 8, E_DENIED, "999 (unknown)" },
	{ "six channels", { 1, 6, 48000, 12, 16 }, 8, E_DENIED, "6 channels" },
	{ "no channel", { 1, 0, 48000, 0, 16 }, 8, E_DENIED, "0 channels" },
	{ "rate 0", { 1, 1, 0, 2, 16 }, 8, E_DENIED, "0 samples a second" },
	{ "rate too high", { 1, 1, 192001, 2, 16 }, 8, E_DENIED, "192001 samples a second" },
	{ "12 bits", { 1, 1, 16000, 2, 12 }, 8, E_DENIED, "12 bits (integer)" },
	{ "float of 16 bits", { 3, 1, 16000, 2, 16 }, 8, E_DENIED, "16 bits (float)" },
	{ "align and bits disagree", { 1, 2, 16000, 2, 16 }, 8, E_MALFORMED, "that would be 4" },
	{ "truncated", { 1, 1, 16000, 2, 16 }, 10, E_MALFORMED,
		"promises 10 bytes of samples and 8" },
	{ "half a sample", { 1, 1, 16000, 2, 16 }, 7, E_MALFORMED, "no multiple of 2" },
};

static void wrong_shapes_are_refused_with_what_is_right(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(shapes); i++) {
		struct made m = with_data(shapes[i].fmt, "\0\0\0\0\0\0\0\0", 8, shapes[i].size);
		struct why why = { .text = "" };
		struct pcm pcm;

		if (wav_read(m.bytes, m.n, &pcm, &why) != shapes[i].want)
			fail_msg("%s: %s", shapes[i].name, why.text);
		if (!strstr(why.text, shapes[i].says))
			fail_msg("%s: says \"%s\"", shapes[i].name, why.text);
		assert_null(pcm.samples);
		assert_int_equal(pcm.n_samples, 0);
	}
}

static const struct {
	const char *name, *bytes;
	size_t n;
	enum err want;
	const char *says;
} strangers[] = {
	{ "empty", "", 0, E_MALFORMED, "is not audio" },
	{ "text", "hello, I am a text", 18, E_MALFORMED, "is not audio" },
	{ "RIFF, but a picture", "RIFF\x10\0\0\0WEBPVP8 ", 16, E_MALFORMED, "is not audio" },
	{ "nothing behind the head", "RIFF\x24\0\0\0WAVE", 12, E_MALFORMED, "without a fmt" },
	{ "fmt chunk cut", "RIFF\x24\0\0\0WAVEfmt \x10\0\0\0\1\0\1\0", 24, E_MALFORMED,
		"4 bytes: 16" },
	{ "data first", "RIFF\x24\0\0\0WAVEdata\2\0\0\0\1\1", 22, E_MALFORMED,
		"data before its fmt" },
};

static void what_is_no_wav_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++) {
		struct why why = { .text = "" };
		struct pcm pcm;

		if (wav_read((const uint8_t *)strangers[i].bytes, strangers[i].n, &pcm, &why) !=
			strangers[i].want)
			fail_msg("%s: %s", strangers[i].name, why.text);
		if (!strstr(why.text, strangers[i].says))
			fail_msg("%s: says \"%s\"", strangers[i].name, why.text);
	}
}

static const struct {
	const char *name;
	struct fmt fmt;
	const char *data;
	size_t n;
	int16_t want[2];
} forms[] = {
	{ "8 bit", { 1, 1, 16000, 1, 8 }, "\x80\xff", 2, { 0, 32512 } },
	{ "16 bit", { 1, 1, 16000, 2, 16 }, "\x34\x12\xff\xff", 4, { 0x1234, -1 } },
	{ "24 bit", { 1, 1, 16000, 3, 24 }, "\x99\x34\x12\0\0\x80", 6, { 0x1234, -32768 } },
	{ "32 bit", { 1, 1, 16000, 4, 32 }, "\0\0\x34\x12\0\0\xff\xff", 8, { 0x1234, -1 } },
	{ "float", { 3, 1, 16000, 4, 32 }, "\0\0\0\x3f\0\0\x80\xc0", 8, { 16384, -32768 } },
	{ "float, no number, then infinite", { 3, 1, 16000, 4, 32 }, "\0\0\xc0\x7f\0\0\x80\x7f", 8,
		{ 0, 32767 } },
	{ "double", { 3, 1, 16000, 8, 64 }, "\0\0\0\0\0\0\xe0\x3f\0\0\0\0\0\0\0\0", 16,
		{ 16384, 0 } },
	{ "stereo is averaged", { 1, 2, 16000, 4, 16 }, "\x10\0\x20\0\xff\x7f\xff\x7f", 8,
		{ 0x18, 32767 } },
};

static void every_form_gives_the_same_samples(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
		struct made m = with_data(
			forms[i].fmt, forms[i].data, forms[i].n, (uint32_t)forms[i].n);
		struct why why = { .text = "" };
		struct pcm pcm;

		if (wav_read(m.bytes, m.n, &pcm, &why) != OK)
			fail_msg("%s: %s", forms[i].name, why.text);
		if (pcm.n_samples != 2 ||
			memcmp(pcm.samples, forms[i].want, sizeof(forms[i].want)) != 0)
			fail_msg("%s: %zu samples, %d %d", forms[i].name, pcm.n_samples,
				pcm.n_samples > 0 ? pcm.samples[0] : 0,
				pcm.n_samples > 1 ? pcm.samples[1] : 0);
		pcm_free(&pcm);
	}
}

static void a_stream_of_unknown_size_ends_with_its_bytes(void **state)
{
	static const uint32_t sizes[] = { 0x7ffff000, 0xffffffff };
	struct pcm pcm;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		struct made m = with_data(good, "\1\0\2\0\3", 5, sizes[i]);

		assert_int_equal(wav_read(m.bytes, m.n, &pcm, NULL), OK);
		assert_int_equal(pcm.n_samples, 2);
		pcm_free(&pcm);
	}
}

static void chunks_between_are_passed_but_not_for_ever(void **state)
{
	struct made m = riff();
	struct pcm pcm;

	(void)state;
	put(&m, "LIST\3\0\0\0abc\0", 12); /* odd: a pad byte follows */
	put_fmt(&m, good);
	put(&m, "data\2\0\0\0\5\0", 10);
	assert_int_equal(wav_read(m.bytes, m.n, &pcm, NULL), OK);
	assert_int_equal(pcm.n_samples, 1);
	assert_int_equal(pcm.samples[0], 5);
	pcm_free(&pcm);

	m = riff();
	for (int i = 0; i < WAV_CHUNKS_MAX; i++)
		put(&m, "junk\0\0\0\0", 8);
	put_fmt(&m, good);
	assert_int_equal(wav_read(m.bytes, m.n, &pcm, NULL), E_LIMIT);
}

static void ten_minutes_are_read_and_no_more(void **state)
{
	size_t n = WAV_HEADER_BYTES + (size_t)WAV_SAMPLES_MAX / 4 * 2 + 2;
	uint8_t *bytes = calloc(1, n);
	struct why why = { .text = "" };
	struct pcm pcm;

	(void)state;
	/* At 4 kHz, so that the test stays small. */
	wav_header(bytes, WAV_SAMPLES_MAX / 4);
	memcpy(bytes + 24, "\xa0\x0f\0\0", 4);
	assert_int_equal(wav_read(bytes, n, &pcm, &why), OK);
	assert_int_equal(pcm.n_samples, WAV_SAMPLES_MAX);
	pcm_free(&pcm);
	wav_header(bytes, WAV_SAMPLES_MAX / 4 + 1);
	memcpy(bytes + 24, "\xa0\x0f\0\0", 4);
	assert_int_equal(wav_read(bytes, n, &pcm, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "lasts 600 seconds: 600 is the most"));
	free(bytes);
}

static void what_is_written_is_read_again(void **state)
{
	struct pcm in = sound_make(4321), out;
	uint8_t *bytes;
	size_t n;

	(void)state;
	assert_int_equal(wav_write(&in, &bytes, &n, NULL), OK);
	assert_int_equal(n, WAV_HEADER_BYTES + 4321 * 2);
	assert_int_equal(wav_read(bytes, n, &out, NULL), OK);
	assert_int_equal(out.n_samples, in.n_samples);
	assert_memory_equal(out.samples, in.samples, in.n_samples * 2);
	free(bytes);
	pcm_free(&in);
	pcm_free(&out);
	in.n_samples = WAV_SAMPLES_MAX + 1;
	assert_int_equal(wav_write(&in, &bytes, &n, NULL), E_LIMIT);
}

static void ffprobe_sees_what_graph_plays(void **state)
{
	struct pcm pcm = sound_make(PCM_RATE * 5 / 2);
	char *text;

	(void)state;
	wav_make(in_dir("ours.wav"), &pcm);
	pcm_free(&pcm);
	text = output_of((const char *[]){ "ffprobe", "-v", "error", "-show_entries",
		"format=format_name,duration:stream=codec_name,sample_rate,channels,bits_per_"
		"sample",
		"-of", "default=nk=1:nw=1", in_dir("ours.wav"), NULL });
	assert_string_equal(text, "pcm_s16le\n16000\n1\n16\nwav\n2.500000\n");
	free(text);
}

static const struct {
	const char *rate, *channels, *codec;
} others[] = {
	{ "8000", "1", "pcm_s16le" },
	{ "22050", "1", "pcm_s24le" },
	{ "44100", "2", "pcm_s16le" },
	{ "48000", "2", "pcm_f32le" },
	{ "48000", "1", "pcm_u8" },
	{ "16000", "2", "pcm_s32le" },
};

static void what_ffmpeg_writes_sounds_the_same_here(void **state)
{
	struct pcm in = sound_make(PCM_RATE * 2), out;

	(void)state;
	wav_make(in_dir("in.wav"), &in);
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		struct why why = { .text = "" };

		free(output_of((const char *[]){ "ffmpeg", "-v", "error", "-nostdin", "-y", "-i",
			in_dir("in.wav"), "-af",
			"aformat=channel_layouts=mono,pan=stereo|c0=c0|c1=c0", "-ar",
			others[i].rate, "-ac", others[i].channels, "-c:a", others[i].codec,
			in_dir("out.wav"), NULL }));
		if (audio_read_file(in_dir("out.wav"), &out, &why) != OK)
			fail_msg("%s", why.text);
		if (labs((long)out.n_samples - (long)in.n_samples) > 16)
			fail_msg("%s Hz: %zu samples", others[i].rate, out.n_samples);
		if (alike(&in, &out, 8) < 0.998)
			fail_msg("%s Hz %s: correlation %f", others[i].rate, others[i].codec,
				alike(&in, &out, 8));
		if (fabs(20 * log10(rms_of(out.samples, out.n_samples) /
				      rms_of(in.samples, in.n_samples))) > 0.3)
			fail_msg("%s Hz %s: rms %f", others[i].rate, others[i].codec,
				rms_of(out.samples, out.n_samples));
		pcm_free(&out);
	}
	pcm_free(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wrong_shapes_are_refused_with_what_is_right),
		cmocka_unit_test(what_is_no_wav_is_refused),
		cmocka_unit_test(every_form_gives_the_same_samples),
		cmocka_unit_test(a_stream_of_unknown_size_ends_with_its_bytes),
		cmocka_unit_test(chunks_between_are_passed_but_not_for_ever),
		cmocka_unit_test(ten_minutes_are_read_and_no_more),
		cmocka_unit_test(what_is_written_is_read_again),
		cmocka_unit_test(ffprobe_sees_what_graph_plays),
		cmocka_unit_test(what_ffmpeg_writes_sounds_the_same_here),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
