/* Keys heard in sound: tones as telephones make them and as they must not be taken, speech that is
 * no key, and nothing of a key left for who listens or records. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "media/engine/keys.h"
#include "tests/media/engine/rig.h"

#include <stdio.h>

enum { FRAME = PHONE_FRAME, RATE = PHONE_RATE, CALL_MAX = 60 * RATE };

static const double low_hz[] = { 697, 770, 852, 941 }, high_hz[] = { 1209, 1336, 1477, 1633 };
static const char pad[] = "123A456B789C*0#D";

/* How a telephone presses. */
struct hand {
	const char *name;
	double low_db, high_db; /* of each tone, dBov */
	double off_percent;     /* of pitch */
	unsigned on_ms, off_ms;
	bool is_heard;
};

static size_t press(const struct hand *h, char digit, int16_t *out)
{
	size_t key = (size_t)(strchr(pad, digit) - pad), on = h->on_ms * RATE / 1000;
	double low = 2 * M_PI * low_hz[key / 4] * (1 + h->off_percent / 100) / RATE;
	double high = 2 * M_PI * high_hz[key % 4] * (1 + h->off_percent / 100) / RATE;
	double a = 46341 * pow(10, h->low_db / 20), b = 46341 * pow(10, h->high_db / 20);

	for (size_t i = 0; i < on; i++)
		out[i] = (int16_t)lrint(a * sin(low * (double)i) + b * sin(high * (double)i));
	memset(out + on, 0, h->off_ms * RATE / 1000 * sizeof(*out));
	return on + h->off_ms * RATE / 1000;
}

/* What is heard of a call, and what is left of it. */
static size_t hear_keys(const int16_t *call, size_t n, char *heard, int16_t *left)
{
	struct pressed *k = pressed_new();
	size_t digits = 0;

	assert_non_null(k);
	for (size_t at = 0; at + FRAME <= n; at += FRAME) {
		int16_t frame[FRAME];
		char digit;

		memcpy(frame, call + at, sizeof(frame));
		digit = pressed_frame(k, frame, false);
		if (digit)
			heard[digits++] = digit;
		if (left)
			memcpy(left + at, frame, sizeof(frame));
	}
	heard[digits] = 0;
	pressed_free(k);
	return digits;
}

static void keys_are_heard_as_q24_asks(void **state)
{
	static const struct hand rows[] = {
		{ "as most", -13, -11, 0, 100, 100, true },
		{ "as loud as can be", -9.2, -9.2, 0, 100, 100, true },
		{ "soft", -33, -33, 0, 100, 100, true },
		{ "far too soft", -50, -50, 0, 100, 100, false },
		{ "quick", -13, -13, 0, 50, 50, true },
		{ "as quick as is allowed", -13, -13, 0, 40, 60, true },
		{ "a click is none", -13, -13, 0, 15, 100, false },
		{ "long", -13, -13, 0, 3000, 100, true },
		{ "high tone 3 dB louder", -14, -11, 0, 100, 100, true },
		{ "low tone 6 dB louder", -11, -17, 0, 100, 100, true },
		{ "high tone 14 dB louder", -25, -11, 0, 100, 100, false },
		{ "low tone 12 dB louder", -11, -23, 0, 100, 100, false },
		{ "1.3 % sharp", -13, -13, 1.3, 100, 100, true },
		{ "1.3 % flat", -13, -13, -1.3, 100, 100, true },
		{ "4 % sharp", -13, -13, 4, 100, 100, false },
		{ "4 % flat", -13, -13, -4, 100, 100, false },
	};
	static int16_t call[CALL_MAX];

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		char heard[64];
		size_t n = FRAME;

		memset(call, 0, FRAME * sizeof(*call));
		for (const char *d = pad; *d; d++)
			n += press(&rows[r], *d, call + n);
		n += 2 * (size_t)FRAME;
		memset(call + n - 2 * FRAME, 0, 2 * FRAME * sizeof(*call));
		hear_keys(call, n, heard, NULL);
		if (strcmp(heard, rows[r].is_heard ? pad : "") != 0)
			fail_msg("%s: \"%s\"", rows[r].name, heard);
	}
}

/* Not one tone of it is left, whatever the phase it began in; and what was said around it is. */
static void nothing_of_a_key_is_left(void **state)
{
	static int16_t call[RATE], left[RATE];
	const struct hand h = { "", -13, -11, 0, 120, 0, true };

	(void)state;
	for (size_t phase = 0; phase < FRAME; phase += 37) {
		size_t at = 10 * FRAME + phase, n;
		char heard[8];
		double most = 0;

		tone(300, 3000, call, RATE);
		memset(call + at - FRAME, 0, (size_t)(16 * FRAME) * sizeof(*call));
		n = press(&h, '7', call + at);
		assert_int_equal(hear_keys(call, RATE, heard, left), 1);
		for (size_t i = at; i < at + n + 2 * FRAME; i += 80)
			most = fmax(most, amplitude_at(852, left + i + KEYS_HELD * FRAME, 160));
		/* A finger's worth of what the first filter block may not see: 60 dB down. */
		if (most > 10400 / 1000.0)
			fail_msg("phase %zu: %.0f of the tone is left", phase, most);
		assert_memory_equal(left + KEYS_HELD * FRAME, call, 8 * FRAME * sizeof(*call));
		assert_true(rms(left + RATE - 10 * FRAME, 8 * FRAME) > 2000);
	}
}

static void what_was_lost_on_the_way_does_not_press_twice(void **state)
{
	const struct hand h = { "", -13, -11, 0, 200, 200, true };
	static int16_t call[RATE];
	struct pressed *k = pressed_new();
	unsigned digits = 0;

	(void)state;
	press(&h, '5', call);
	for (size_t f = 0; f < 20; f++) {
		int16_t frame[FRAME] = { 0 };
		bool is_lost = f == 4 || f == 5;

		if (!is_lost)
			memcpy(frame, call + f * FRAME, sizeof(frame));
		digits += pressed_frame(k, frame, is_lost) != 0;
	}
	assert_int_equal(digits, 1);
	pressed_free(k);
}

/* Half a minute and more of this voice, 16 kHz. 0: it cannot be made here. */
static size_t speech(const char *voice, unsigned speed, int16_t *out)
{
	char command[1200];
	FILE *f;
	size_t n;

	snprintf(command, sizeof(command),
		"espeak-ng -v %s -s %u --stdout 'Welcome to the service. You are number three in "
		"the "
		"queue; your call may be recorded. Please hold the line, or press one for sales, "
		"two "
		"for support, three for everything else. We are open from nine to half past seven. "
		"Willkommen. Sie sind der naechste Anrufer. Bitte haben Sie noch etwas Geduld, wir "
		"verbinden Sie gleich mit einer Mitarbeiterin. Aaaah, oooooh, eeeeeh, uuuuh. "
		"Sieben, "
		"sechs, fuenf, vier, drei, zwei, eins, null. One two three four five six seven "
		"eight "
		"nine zero. The quick brown fox jumps over the lazy dog; she sells sea shells.' | "
		"ffmpeg -v error -i - -ar 16000 -ac 1 -f s16le -",
		voice, speed);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(out, sizeof(*out), CALL_MAX, f);
	pclose(f);
	return n;
}

static void speech_is_no_key(void **state)
{
	static const char *const voices[] = { "en", "en+f3", "en+m7", "de", "de+f2",
		"en-us+whisper", "fr+f4", "en+croak" };
	static int16_t call[CALL_MAX], left[CALL_MAX];
	size_t all = 0;

	(void)state;
	for (size_t v = 0; v < ARRAY_LEN(voices); v++)
		for (unsigned speed = 120; speed <= 200; speed += 80) {
			size_t n = speech(voices[v], speed, call);
			char heard[256];

			assert_true(n > 10 * RATE);
			if (hear_keys(call, n, heard, left))
				fail_msg("%s: \"%s\"", voices[v], heard);
			n -= n % FRAME;
			assert_memory_equal(left + KEYS_HELD * FRAME, call,
				(n - KEYS_HELD * FRAME) * sizeof(*call));
			all += n;
		}
	printf("# %zu s of speech\n", all / RATE);
	assert_true(all > 300 * (size_t)RATE);
}

/* Each key as a telephone with G.711 sends it. */
enum { KEY_FRAMES = 12 };
static uint8_t presses[sizeof(pad) - 1][KEY_FRAMES][PCM_FRAME / 2];

static void encode_presses(void)
{
	static const struct hand h = { "", -13, -11, 0, 120, 120, true };
	int16_t call[KEY_FRAMES * FRAME];

	for (size_t k = 0; k < ARRAY_LEN(presses); k++) {
		void *encoder = codec_encoder_new(&codec_pcma);

		assert_int_equal(press(&h, pad[k], call), ARRAY_LEN(call));
		for (size_t f = 0; f < KEY_FRAMES; f++)
			assert_int_equal(
				codec_pcma.encode(encoder, call + f * FRAME, presses[k][f]),
				sizeof(presses[k][f]));
		free(encoder);
	}
}

/* One frame's time, its packet lost or not. Returns the key heard in it, or 0. */
static char send_frame(struct rig *r, const uint8_t law[PCM_FRAME / 2], bool is_lost)
{
	struct phone *p = &r->phone[0];
	char digit = 0;

	if (is_lost) {
		p->seq++;
	} else {
		phone_send(p, 8, false, p->ts, law, PCM_FRAME / 2);
		rig_await_arrival(r, 0);
	}
	p->ts += PCM_FRAME / 2;
	engine_wake(r->e, r->now_ns);
	r->now_ns += PACE_TICK_NS;
	r->n_events = 0;
	rig_collect(r);
	for (size_t i = 0; i < r->n_events; i++)
		if (r->event[i].kind == ENGINE_DTMF)
			digit = r->event[i].digit;
	return digit;
}

/* Through G.711 and the engine, 2 % of the packets lost: each digit once and in order. One of whose
 * 120 ms half is missing may go unheard, once in ten thousand; none of these is such a one. */
static void random_digits_survive_the_weather(void **state)
{
	enum { SEQUENCES = 1000, SEQUENCE_MAX = 4 };
	struct leg_conf conf = { .codec = &codec_pcma, .in_band = true };
	static char want[SEQUENCES * SEQUENCE_MAX + 1], heard[2 * SEQUENCES * SEQUENCE_MAX];
	struct rng weather = { 11 }, chance = { 12 };
	struct rig *r = rig_new(NULL);
	size_t n = 0, n_heard = 0;
	uint16_t port;

	(void)state;
	encode_presses();
	r->n = 1;
	phone_init(&r->phone[0], false);
	assert_int_equal(engine_leg_open(r->e, 1, &conf, &r->leg[0], &port, NULL), OK);
	assert_int_equal(
		engine_leg_remote(r->e, r->leg[0], "127.0.0.1", r->phone[0].port, NULL), OK);
	assert_int_equal(engine_dtmf(r->e, r->leg[0], "1"), E_DENIED);
	phone_dial(&r->phone[0], port);
	for (int s = 0; s < SEQUENCES; s++)
		for (size_t left = 1 + rng_below(&chance, SEQUENCE_MAX); left; left--) {
			size_t k = rng_below(&chance, ARRAY_LEN(presses));

			want[n++] = pad[k];
			for (size_t f = 0; f < KEY_FRAMES; f++) {
				char digit = send_frame(
					r, presses[k][f], rng_below(&weather, 100) < 2);

				if (digit)
					heard[n_heard++] = digit;
			}
		}
	printf("# %zu digits\n", n);
	assert_string_equal(heard, want);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(keys_are_heard_as_q24_asks),
		cmocka_unit_test(nothing_of_a_key_is_left),
		cmocka_unit_test(what_was_lost_on_the_way_does_not_press_twice),
		cmocka_unit_test(speech_is_no_key),
		cmocka_unit_test(random_digits_survive_the_weather),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
