/* ffmpeg's G.711 and G.722 beside ours: what it encodes we decode, and the other way round. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "media/codec/codec.h"
#include "media/dsp/half.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { FRAMES = 60, N = FRAMES * PCM_FRAME, BYTES = N / 2 };

struct row {
	const struct codec *codec;
	const char *raw; /* ffmpeg's words for the bare format */
	unsigned rate;
};

static const struct row rows[] = {
	{ &codec_pcmu, "-f mulaw -ar 8000 -ac 1", 8000 },
	{ &codec_pcma, "-f alaw -ar 8000 -ac 1", 8000 },
	{ &codec_g722, "-f g722", 16000 },
};

static char folder[] = "/tmp/foyer-codec-XXXXXX";

static void put(const char *name, const void *bytes, size_t n)
{
	char path[80];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "wbe");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	assert_int_equal(fclose(f), 0);
}

static size_t take(const char *name, void *out, size_t room)
{
	char path[80];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	f = fopen(path, "rbe");
	assert_non_null(f);
	n = fread(out, 1, room, f);
	fclose(f);
	unlink(path);
	return n;
}

static void ffmpeg(const char *format, ...) __attribute__((format(printf, 1, 2)));
static void ffmpeg(const char *format, ...)
{
	char options[300], command[400];
	va_list args;

	va_start(args, format);
	vsnprintf(options, sizeof(options), format, args);
	va_end(args);
	snprintf(command, sizeof(command), "cd %s && ffmpeg -nostdin -v error -y %s", folder,
		options);
	if (system(command) != 0)
		fail_msg("%s", command);
}

static void speak(int16_t *out, size_t n, unsigned rate)
{
	for (size_t i = 0; i < n; i++) {
		double t = (double)i / rate, v = 0;

		for (int h = 1; h < 12; h++)
			v += sin(2 * M_PI * 150 * h * t) / h;
		out[i] = (int16_t)lrint(6000 * v * (0.6 + 0.4 * sin(2 * M_PI * 3 * t)));
	}
}

static double snr_db(const int16_t *want, const int16_t *got, size_t n)
{
	double best = -100;

	for (size_t lag = 0; lag < 120; lag++) {
		double signal = 1e-9, noise = 1e-9, db;

		for (size_t i = 400; i + 120 < n; i++) {
			signal += pow(want[i], 2);
			noise += pow((double)want[i] - got[i + lag], 2);
		}
		db = 10 * log10(signal / noise);
		best = db > best ? db : best;
	}
	return best;
}

static void what_we_encode_ffmpeg_decodes(void **state)
{
	static int16_t in[N], want[N], heard[N];
	static uint8_t sent[BYTES];

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		void *e = codec_encoder_new(rows[r].codec);
		size_t n = N * rows[r].rate / PCM_RATE;

		speak(in, N, PCM_RATE);
		speak(want, n, rows[r].rate);
		for (size_t f = 0; f < FRAMES; f++)
			assert_int_equal(rows[r].codec->encode(
						 e, in + f * PCM_FRAME, sent + f * PCM_FRAME / 2),
				PCM_FRAME / 2);
		free(e);
		put("sent", sent, sizeof(sent));
		ffmpeg("%s -i sent -f s16le heard", rows[r].raw);
		assert_int_equal(take("heard", heard, sizeof(heard)), n * sizeof(int16_t));
		if (snr_db(want, heard, n) < 20)
			fail_msg("%s: %.1f dB", rows[r].codec->name, snr_db(want, heard, n));
	}
}

/* Decoded by ffmpeg and by us: the same to the sample, but for what lies between 8 and 16 kHz. */
static void what_ffmpeg_encodes_we_decode_as_it_does(void **state)
{
	static int16_t in[N], theirs[N], wide[N], ours[N + CODEC_SAMPLES_MAX];
	static uint8_t sent[BYTES];

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		size_t n = N * rows[r].rate / PCM_RATE;
		void *d = codec_decoder_new(rows[r].codec);
		struct half_up up = { 0 };

		speak(in, n, rows[r].rate);
		put("in", in, n * sizeof(*in));
		ffmpeg("-f s16le -ar %u -ac 1 -i in %s sent", rows[r].rate, rows[r].raw);
		ffmpeg("%s -i sent -f s16le heard", rows[r].raw);
		assert_int_equal(take("sent", sent, sizeof(sent)), BYTES);
		assert_int_equal(take("heard", theirs, sizeof(theirs)), n * sizeof(int16_t));
		for (size_t f = 0; f < FRAMES; f++)
			assert_int_equal(rows[r].codec->decode(d, sent + f * PCM_FRAME / 2,
						 PCM_FRAME / 2, ours + f * PCM_FRAME),
				PCM_FRAME);
		free(d);
		for (size_t at = 0; n < N && at < n; at += PCM_FRAME / 2)
			half_up(&up, theirs + at, PCM_FRAME / 2, wide + 2 * at);
		if (memcmp(n < N ? wide : theirs, ours, sizeof(wide)) != 0)
			fail_msg("%s decodes otherwise", rows[r].codec->name);
	}
}

static int make_folder(void **state)
{
	(void)state;
	return mkdtemp(folder) ? 0 : -1;
}

static int remove_folder(void **state)
{
	static uint8_t waste[N * sizeof(int16_t)];

	(void)state;
	put("in", "", 0);
	take("in", waste, sizeof(waste));
	put("sent", "", 0);
	take("sent", waste, sizeof(waste));
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_we_encode_ffmpeg_decodes),
		cmocka_unit_test(what_ffmpeg_encodes_we_decode_as_it_does),
	};

	return cmocka_run_group_tests_name("codec ffmpeg", tests, make_folder, remove_folder);
}
