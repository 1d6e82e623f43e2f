/* Every codec of the table keeps the same promises; Opus some more. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "media/codec/codec.h"
#include "media/dsp/level.h"

#include <math.h>
#include <opus/opus.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { FRAMES = 100, N = FRAMES * PCM_FRAME, LAG_MAX = 400 };

static const struct codec *const all[] = {
#define CODEC(id) &codec_##id,
#include "media/codec/codecs.def"
#undef CODEC
};

/* A buzz with a moving pitch and an envelope, as a voice has. */
static void speak(int16_t *out, size_t n)
{
	double phase = 0;

	for (size_t i = 0; i < n; i++) {
		double t = (double)i / PCM_RATE, v = 0;

		phase += 2 * M_PI * (140 + 30 * sin(2 * M_PI * 2 * t)) / PCM_RATE;
		for (int h = 1; h < 12; h++)
			v += sin(h * phase) / h;
		out[i] = (int16_t)lrint(5000 * v * (0.55 + 0.45 * sin(2 * M_PI * 4 * t)));
	}
}

static double snr_db(const int16_t *want, const int16_t *got, size_t n)
{
	double signal = 1e-9, noise = 1e-9;

	for (size_t i = 0; i < n; i++) {
		signal += pow(want[i], 2);
		noise += pow((double)want[i] - got[i], 2);
	}
	return 10 * log10(signal / noise);
}

static double best_snr_db(const int16_t *want, const int16_t *got, size_t n)
{
	double best = -100;

	for (size_t lag = 0; lag < LAG_MAX; lag++) {
		double snr = snr_db(want, got + lag, n - LAG_MAX);

		best = snr > best ? snr : best;
	}
	return best;
}

static void speech_comes_back_as_speech(void **state)
{
	static int16_t in[N], out[N + CODEC_SAMPLES_MAX];

	(void)state;
	speak(in, N);
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		void *enc = codec_encoder_new(all[c]), *dec = codec_decoder_new(all[c]);

		for (size_t f = 0; f < FRAMES; f++) {
			uint8_t payload[CODEC_PAYLOAD_MAX];
			size_t n = all[c]->encode(enc, in + f * PCM_FRAME, payload);

			assert_in_range(n, 1, CODEC_PAYLOAD_MAX);
			assert_int_equal(all[c]->samples(payload, n), PCM_FRAME);
			assert_int_equal(
				all[c]->decode(dec, payload, n, out + f * PCM_FRAME), PCM_FRAME);
		}
		/* SILK keeps the sound of a voice, and not its wave. */
		if (best_snr_db(in + PCM_FRAME, out + PCM_FRAME, N - PCM_FRAME) <
			(all[c]->has_memory ? 4 : 12))
			fail_msg("%s: %.1f dB", all[c]->name,
				best_snr_db(in + PCM_FRAME, out + PCM_FRAME, N - PCM_FRAME));
		free(enc);
		free(dec);
	}
}

static void stored_silence_is_silent_and_one_frame_long(void **state)
{
	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		int16_t out[CODEC_SAMPLES_MAX];
		void *dec = codec_decoder_new(all[c]);

		for (int f = 0; f < 10; f++) {
			assert_int_equal(
				all[c]->decode(dec, all[c]->silence, all[c]->silence_bytes, out),
				PCM_FRAME);
			/* A-law has no zero: its quietest is 8 of 32768. */
			assert_true(level_of(out, PCM_FRAME).peak_dbov <=
				    (all[c] == &codec_pcma ? -70 : -78));
		}
		free(dec);
	}
}

/* What a stranger sends is decoded or refused, and a decoder goes on after it. */
static void strangers_bytes_are_decoded_or_refused(void **state)
{
	struct rng r = { 3 };

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		void *dec = codec_decoder_new(all[c]);
		int16_t out[CODEC_SAMPLES_MAX];

		assert_int_equal(all[c]->decode(dec, (const uint8_t *)"", 0, out), 0);
		for (int round = 0; round < 2000; round++) {
			uint8_t payload[CODEC_PAYLOAD_MAX];
			size_t n = rng_below(&r, CODEC_PAYLOAD_MAX + 1), promised, got;

			for (size_t i = 0; i < n; i++)
				payload[i] = (uint8_t)rng_next(&r);
			promised = all[c]->samples(payload, n);
			got = all[c]->decode(dec, payload, n, out);
			assert_true(got == promised || got == 0);
			all[c]->conceal(dec, out);
		}
		(void)all[c]->decoder_init(dec);
		assert_int_equal(all[c]->decode(dec, all[c]->silence, all[c]->silence_bytes, out),
			PCM_FRAME);
		free(dec);
	}
}

/* Opus of a full-band sender, mono and stereo, is 16 kHz mono here; L16 lasts 30 ms at most. */
static void other_rates_and_lengths_become_ours(void **state)
{
	static int16_t in[2 * 5760], out[CODEC_SAMPLES_MAX];
	static const int ms[] = { 5, 10, 20, 40, 60 };
	uint8_t packet[1500];
	void *decoder = codec_decoder_new(&codec_opus);

	(void)state;
	for (int channels = 1; channels <= 2; channels++) {
		OpusEncoder *e = opus_encoder_create(48000, channels, OPUS_APPLICATION_AUDIO, NULL);

		opus_encoder_ctl(e, OPUS_SET_BITRATE(96000));
		for (size_t k = 0; k < sizeof(ms) / sizeof(ms[0]); k++) {
			size_t n = (size_t)ms[k] * 48, samples = (size_t)ms[k] * 16;
			double level = 0;

			for (size_t i = 0; i < n * (size_t)channels; i++)
				in[i] = (int16_t)lrint(
					8000 * sin(2 * M_PI * (double)(i / (size_t)channels) / 48));
			for (int turn = 0; turn < 6; turn++) {
				int bytes = opus_encode(e, in, (int)n, packet, sizeof(packet));

				assert_in_range(bytes, 3, CODEC_PAYLOAD_MAX);
				assert_int_equal(
					codec_opus.samples(packet, (size_t)bytes), samples);
				assert_int_equal(
					codec_opus.decode(decoder, packet, (size_t)bytes, out),
					samples);
			}
			for (size_t i = 0; i < samples; i++)
				level += pow(out[i], 2) / (double)samples;
			/* 1 kHz, as loud as it was. */
			assert_in_range(lrint(sqrt(2 * level)), 7000, 9000);
		}
		opus_encoder_destroy(e);
	}
	free(decoder);
	assert_int_equal(codec_l16.samples(packet, 960), 480);
	assert_int_equal(codec_l16.samples(packet, 1280), 0);
}

static void names_find_their_codec(void **state)
{
	(void)state;
	assert_ptr_equal(codec_find("OPUS"), &codec_opus);
	assert_ptr_equal(codec_find("L16"), &codec_l16);
	assert_ptr_equal(codec_find("pcmu"), &codec_pcmu);
	assert_ptr_equal(codec_find("PCMA"), &codec_pcma);
	assert_ptr_equal(codec_find("G722"), &codec_g722);
	assert_null(codec_find("mp3"));
	assert_int_equal(codec_opus.clock_hz, 48000);
}

/* Two decoders of one stream, one of which joins late: in step from its second frame on. */
static size_t encoded_at(const struct codec *codec, unsigned complexity, const int16_t *in,
	uint8_t out[CODEC_PAYLOAD_MAX])
{
	void *enc;
	size_t n = 0;

	codec_opus_complexity(complexity, complexity);
	enc = codec_encoder_new(codec);
	assert_non_null(enc);
	for (size_t f = 0; f < 10; f++)
		n = codec->encode(enc, in + f * PCM_FRAME, out);
	free(enc);
	codec_opus_complexity(CODEC_OPUS_COMPLEXITY, CODEC_OPUS_LOSSY_COMPLEXITY);
	return n;
}

static void opus_works_as_hard_as_it_is_told(void **state)
{
	const struct codec *both[] = { &codec_opus, &codec_opus_lossy };
	uint8_t least[CODEC_PAYLOAD_MAX], most[CODEC_PAYLOAD_MAX];
	static int16_t in[10 * PCM_FRAME];

	(void)state;
	speak(in, ARRAY_LEN(in));
	for (size_t c = 0; c < ARRAY_LEN(both); c++) {
		size_t n = encoded_at(both[c], 0, in, least);
		size_t m = encoded_at(both[c], CODEC_OPUS_COMPLEXITY_MAX, in, most);

		assert_true(n && m);
		if (n == m && memcmp(least, most, n) == 0)
			fail_msg("%s: the same at complexity 0 and 10", both[c]->name);
	}
}

static void a_listener_joins_an_opus_stream_without_a_seam(void **state)
{
	static int16_t in[N], steady[CODEC_SAMPLES_MAX], joined[CODEC_SAMPLES_MAX];
	void *enc = codec_encoder_new(&codec_opus), *a = codec_decoder_new(&codec_opus);
	void *b = codec_decoder_new(&codec_opus);

	(void)state;
	speak(in, N);
	for (size_t f = 0; f < FRAMES; f++) {
		uint8_t payload[CODEC_PAYLOAD_MAX];
		size_t n = codec_opus.encode(enc, in + f * PCM_FRAME, payload);

		assert_int_equal(n, 120); /* 48 kb/s, constant */
		codec_opus.decode(a, payload, n, steady);
		if (f >= 60)
			codec_opus.decode(b, payload, n, joined);
		if (f > 60 && snr_db(steady, joined, PCM_FRAME) < 50)
			fail_msg("frame %zu after joining: %.1f dB", f - 60,
				snr_db(steady, joined, PCM_FRAME));
	}
	free(enc);
	free(a);
	free(b);
}

/* Stored silence in place of coded silence leaves the decoder where coded silence leaves it. */
static void sound_after_stored_silence_is_as_after_coded_silence(void **state)
{
	static int16_t in[N], coded[CODEC_SAMPLES_MAX], stored[CODEC_SAMPLES_MAX];
	void *enc = codec_encoder_new(&codec_opus), *a = codec_decoder_new(&codec_opus);
	void *b = codec_decoder_new(&codec_opus);

	(void)state;
	speak(in, N);
	memset(in + 40 * PCM_FRAME, 0, 20 * PCM_FRAME * sizeof(*in));
	for (size_t f = 0; f < FRAMES; f++) {
		bool is_stored = f >= 43 && f < 60;
		uint8_t payload[CODEC_PAYLOAD_MAX];
		size_t n = codec_opus.encode(enc, in + f * PCM_FRAME, payload);

		codec_opus.decode(a, payload, n, coded);
		codec_opus.decode(b, is_stored ? codec_opus.silence : payload,
			is_stored ? codec_opus.silence_bytes : n, stored);
		if (f >= 60)
			assert_true(snr_db(coded, stored, PCM_FRAME) > 35);
	}
	free(enc);
	free(a);
	free(b);
}

/* Told without decoding, as if decoded. */
static void check_hush(const struct codec *law, uint8_t byte)
{
	uint8_t payload[PCM_FRAME / 2];
	int16_t out[CODEC_SAMPLES_MAX];
	void *decoder = codec_decoder_new(law);

	memset(payload, byte, sizeof(payload));
	law->decode(decoder, payload, sizeof(payload), out);
	assert_int_equal(law->activity(payload, sizeof(payload)),
		abs(out[PCM_FRAME / 2]) > CODEC_HUSH ? CODEC_UNKNOWN : CODEC_SILENT);
	memset(payload, law->silence[0], sizeof(payload) - 1);
	assert_int_equal(law->activity(payload, sizeof(payload)),
		abs(out[PCM_FRAME / 2]) > CODEC_HUSH ? CODEC_UNKNOWN : CODEC_SILENT);
	free(decoder);
}

static void packets_of_silence_are_told_without_decoding(void **state)
{
	static int16_t in[N];

	(void)state;
	speak(in, N);
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		uint8_t payload[CODEC_PAYLOAD_MAX];
		void *enc = codec_encoder_new(all[c]);
		size_t n = all[c]->encode(enc, in + 10 * PCM_FRAME, payload);

		assert_int_equal(
			all[c]->activity(all[c]->silence, all[c]->silence_bytes), CODEC_SILENT);
		assert_int_not_equal(all[c]->activity(payload, n), CODEC_SILENT);
		assert_int_equal(all[c]->activity(payload, 0), CODEC_UNKNOWN);
		free(enc);
	}
	for (size_t law = 0; law < 2; law++)
		for (int byte = 0; byte < 256; byte++)
			check_hush(law ? &codec_pcma : &codec_pcmu, (uint8_t)byte);
	assert_int_equal(codec_l16.activity((const uint8_t *)"\0\0\0\1", 4), CODEC_UNKNOWN);
}

/* Of each tenth packet lost: what comes in its place, against what a decoder without loss gives. */
static double replaced_db(bool with_fec, unsigned *n_recovered)
{
	static int16_t in[N], whole[CODEC_SAMPLES_MAX], out[CODEC_SAMPLES_MAX];
	const struct codec *c = codec_opus.lossy;
	uint8_t payload[2][CODEC_PAYLOAD_MAX];
	void *enc = codec_encoder_new(c), *a = codec_decoder_new(c), *b = codec_decoder_new(c);
	double sum = 0;
	size_t n[2], lost = 0;

	speak(in, N);
	n[0] = c->encode(enc, in, payload[0]);
	for (size_t f = 0; f + 1 < FRAMES; f++) {
		size_t now = f % 2, next = !now;

		n[next] = c->encode(enc, in + (f + 1) * PCM_FRAME, payload[next]);
		c->decode(a, payload[now], n[now], whole);
		if (f % 10 != 9) {
			c->decode(b, payload[now], n[now], out);
			continue;
		}
		/* Where a voice only begins, there was nothing worth repeating. */
		if (with_fec && c->recover(b, payload[next], n[next], out))
			*n_recovered += 1;
		else
			c->conceal(b, out);
		sum += snr_db(whole, out, PCM_FRAME);
		lost++;
	}
	free(enc);
	free(a);
	free(b);
	return sum / (double)lost;
}

static void the_packet_after_a_lost_one_brings_it_back(void **state)
{
	uint8_t celt[CODEC_PAYLOAD_MAX];
	int16_t in[PCM_FRAME] = { 1 }, out[PCM_FRAME];
	void *enc = codec_encoder_new(&codec_opus), *dec = codec_decoder_new(&codec_opus);
	size_t n = codec_opus.encode(enc, in, celt);
	double with, without;
	unsigned recovered = 0;

	(void)state;
	with = replaced_db(true, &recovered);
	without = replaced_db(false, &recovered);
	if (with < without + 3 || recovered < 5)
		fail_msg("with FEC %.1f dB, without %.1f; %u of 10", with, without, recovered);
	assert_false(codec_opus.recover(dec, celt, n, out));
	assert_false(codec_opus.recover(dec, celt, 0, out));
	free(enc);
	free(dec);
}

/* Both ways, in the middle of a note: the step from sample to sample stays the note's own. */
static void changing_the_profile_does_not_click(void **state)
{
	static int16_t in[N], out[N + CODEC_SAMPLES_MAX];
	const struct codec *const profile[] = { &codec_opus, codec_opus.lossy };
	void *dec = codec_decoder_new(&codec_opus), *enc = NULL;
	int most = 0;

	(void)state;
	for (size_t i = 0; i < N; i++)
		in[i] = (int16_t)lrint(8000 * sin(2 * M_PI * 300 * (double)i / PCM_RATE));
	for (size_t f = 0; f < FRAMES; f++) {
		const struct codec *c = profile[f / 20 % 2];
		uint8_t payload[CODEC_PAYLOAD_MAX];
		size_t n;

		if (f % 20 == 0) {
			free(enc);
			enc = codec_encoder_new(c);
			for (size_t back = 2; f && back > 0; back--)
				c->encode(enc, in + (f - back) * PCM_FRAME, payload);
		}
		n = c->encode(enc, in + f * PCM_FRAME, payload);
		assert_int_equal(
			codec_opus.decode(dec, payload, n, out + f * PCM_FRAME), PCM_FRAME);
	}
	for (size_t i = 5 * PCM_FRAME; i + 1 < N; i++)
		most = abs(out[i + 1] - out[i]) > most ? abs(out[i + 1] - out[i]) : most;
	/* 8000 * 2 pi * 300 / 16000 is 942. */
	assert_in_range(most, 800, 1900);
	free(enc);
	free(dec);
}

static OpusEncoder *stranger(int rate, int channels, int ms)
{
	static const int duration[] = { 0, OPUS_FRAMESIZE_20_MS, OPUS_FRAMESIZE_40_MS,
		OPUS_FRAMESIZE_60_MS };
	int status;
	OpusEncoder *e = opus_encoder_create(rate, channels, OPUS_APPLICATION_VOIP, &status);

	assert_non_null(e);
	opus_encoder_ctl(e, OPUS_SET_BITRATE(rate == 48000 ? 40000 : 20000));
	opus_encoder_ctl(e, OPUS_SET_EXPERT_FRAME_DURATION(duration[ms / 20]));
	opus_encoder_ctl(e, OPUS_SET_FORCE_CHANNELS(channels));
	return e;
}

/* Speech in the middle third of three seconds, hiss around it: what the packets' flags say. */
static void count_voices(
	OpusEncoder *e, int rate, int channels, int ms, int n_active[2], int n_silent[2])
{
	static int16_t voice[PCM_RATE], in[2 * 48 * 60];
	struct rng r = { 5 };
	int packets = 3000 / ms;

	speak(voice, PCM_RATE);
	for (int f = 0; f < packets; f++) {
		bool speaks = f >= packets / 3 && f < 2 * packets / 3;
		uint8_t payload[CODEC_PAYLOAD_MAX];
		enum codec_activity a;
		int n;

		for (int i = 0; i < rate / 1000 * ms; i++)
			for (int c = 0; c < channels; c++)
				in[channels * i + c] =
					(int16_t)((int)rng_below(&r, 5) - 2 +
						  (speaks ? voice[(f * ms * 16 +
									  i * PCM_RATE / rate) %
								    PCM_RATE]
							  : 0));
		n = opus_encode(e, in, rate / 1000 * ms, payload, sizeof(payload));
		assert_true(n > 0);
		a = codec_opus.activity(payload, (size_t)n);
		n_active[speaks] += a == CODEC_ACTIVE;
		n_silent[speaks] += a == CODEC_SILENT;
	}
}

static void the_voice_flag_of_an_opus_packet_is_read(void **state)
{
	const struct {
		int rate, channels, ms;
	} rows[] = { { 16000, 1, 20 }, { 16000, 1, 40 }, { 16000, 1, 60 }, { 16000, 2, 20 },
		{ 48000, 1, 20 }, { 48000, 2, 20 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		OpusEncoder *e = stranger(rows[i].rate, rows[i].channels, rows[i].ms);
		int active[2] = { 0 }, silent[2] = { 0 }, third = 1000 / rows[i].ms;

		count_voices(e, rows[i].rate, rows[i].channels, rows[i].ms, active, silent);
		if (active[true] < third * 9 / 10 || silent[false] < third)
			fail_msg("row %zu: %d active of %d, %d silent of %d", i, active[true],
				third, silent[false], 2 * third);
		opus_encoder_destroy(e);
	}
}

static void an_opus_packet_that_says_nothing_is_silent(void **state)
{
	uint8_t joined[] = { 0xb9, 0xff, 0xfe, 0xff, 0xfe }, mixed[] = { 0xb9, 0xff, 0xfe, 1, 2 };
	int16_t nothing[PCM_FRAME] = { 0 };
	uint8_t coded[CODEC_PAYLOAD_MAX];
	void *enc = codec_encoder_new(&codec_opus);
	size_t n = 0;

	(void)state;
	for (int f = 0; f < 3; f++)
		n = codec_opus.encode(enc, nothing, coded);
	assert_int_equal(codec_opus.activity(coded, n), CODEC_SILENT);
	assert_int_equal(codec_opus.activity((const uint8_t *)"\x48", 1), CODEC_SILENT); /* DTX */
	assert_int_equal(codec_opus.activity(joined, sizeof(joined)), CODEC_SILENT);
	assert_int_equal(codec_opus.activity(mixed, sizeof(mixed)), CODEC_UNKNOWN);
	free(enc);
}

static void a_state_in_our_own_memory_is_as_new(void **state)
{
	static int16_t in[N], a[CODEC_SAMPLES_MAX], b[CODEC_SAMPLES_MAX];

	(void)state;
	speak(in, N);
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		void *enc = codec_encoder_new(all[c]), *dec = codec_decoder_new(all[c]);
		void *own_enc = malloc(all[c]->encoder_bytes() + 1);
		void *own_dec = malloc(all[c]->decoder_bytes() + 1);

		memset(own_enc, 0xa5, all[c]->encoder_bytes()); /* used before */
		memset(own_dec, 0xa5, all[c]->decoder_bytes());
		assert_true(all[c]->encoder_init(own_enc) && all[c]->decoder_init(own_dec));
		for (size_t f = 0; f < 20; f++) {
			uint8_t one[CODEC_PAYLOAD_MAX], other[CODEC_PAYLOAD_MAX];
			size_t n = all[c]->encode(enc, in + f * PCM_FRAME, one);

			assert_int_equal(all[c]->encode(own_enc, in + f * PCM_FRAME, other), n);
			assert_memory_equal(one, other, n);
			assert_int_equal(all[c]->decode(dec, one, n, a), PCM_FRAME);
			assert_int_equal(all[c]->decode(own_dec, one, n, b), PCM_FRAME);
			assert_memory_equal(a, b, PCM_FRAME * sizeof(*a));
		}
		free(enc);
		free(dec);
		free(own_enc);
		free(own_dec);
	}
}

/* One packet of three frames says what three packets say. */
static void joined_packets_decode_to_the_same(void **state)
{
	static int16_t in[N], apart[CODEC_SAMPLES_MAX], joined[CODEC_SAMPLES_MAX];

	(void)state;
	speak(in, N);
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		void *enc = codec_encoder_new(all[c]), *a = codec_decoder_new(all[c]);
		void *b = codec_decoder_new(all[c]);
		uint8_t payload[3][CODEC_PAYLOAD_MAX], out[CODEC_PAYLOAD_MAX];
		const uint8_t *at[3];
		size_t bytes[3], n, sum = 0;

		for (int f = 0; f < 3; f++) {
			bytes[f] = all[c]->encode(enc, in + f * PCM_FRAME, payload[f]);
			all[c]->decode(a, payload[f], bytes[f], apart + f * PCM_FRAME);
			at[f] = payload[f];
			sum += bytes[f];
		}
		n = all[c]->join(at, bytes, 3, out);
		if (sum + 2 > CODEC_PAYLOAD_MAX) {
			assert_int_equal(n, 0);
		} else {
			assert_int_equal(all[c]->samples(out, n), 3 * PCM_FRAME);
			assert_int_equal(all[c]->decode(b, out, n, joined), 3 * PCM_FRAME);
			assert_memory_equal(apart, joined, 3 * PCM_FRAME * sizeof(*apart));
		}
		free(enc);
		free(a);
		free(b);
	}
}

static void a_packet_of_nothing_is_one_frame_of_the_same_mode(void **state)
{
	const uint8_t silk60[] = { 0x58, 1, 2 }, two[] = { 0x49, 1, 2, 3, 4 }; /* config 11 and 9 */
	uint8_t out[CODEC_PAYLOAD_MAX];

	(void)state;
	for (size_t c = 0; c < ARRAY_LEN(all); c++) {
		if (!all[c]->absent)
			continue;
		assert_true(all[c]->absent(NULL, 0, out) > 0);
		assert_int_equal(all[c]->samples(out, all[c]->absent(NULL, 0, out)), PCM_FRAME);
		assert_int_equal(all[c]->activity(out, all[c]->absent(NULL, 0, out)), CODEC_SILENT);
	}
	assert_int_equal(codec_opus.absent(two, sizeof(two), out), 1);
	assert_int_equal(out[0], 0x48);
	codec_opus.absent(silk60, sizeof(silk60), out);
	assert_int_equal(out[0], 0xb8); /* no frame of SILK's is 60 ms here */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_packet_after_a_lost_one_brings_it_back),
		cmocka_unit_test(changing_the_profile_does_not_click),
		cmocka_unit_test(speech_comes_back_as_speech),
		cmocka_unit_test(stored_silence_is_silent_and_one_frame_long),
		cmocka_unit_test(strangers_bytes_are_decoded_or_refused),
		cmocka_unit_test(other_rates_and_lengths_become_ours),
		cmocka_unit_test(names_find_their_codec),
		cmocka_unit_test(opus_works_as_hard_as_it_is_told),
		cmocka_unit_test(a_listener_joins_an_opus_stream_without_a_seam),
		cmocka_unit_test(sound_after_stored_silence_is_as_after_coded_silence),
		cmocka_unit_test(a_state_in_our_own_memory_is_as_new),
		cmocka_unit_test(joined_packets_decode_to_the_same),
		cmocka_unit_test(a_packet_of_nothing_is_one_frame_of_the_same_mode),
		cmocka_unit_test(packets_of_silence_are_told_without_decoding),
		cmocka_unit_test(the_voice_flag_of_an_opus_packet_is_read),
		cmocka_unit_test(an_opus_packet_that_says_nothing_is_silent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
