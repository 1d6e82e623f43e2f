/* Comfort noise (RFC 3389), the way in and the way out: nobody's line seems dead, and nothing is
 * sent that says nothing. L16 legs, so that all else is exact; ffmpeg as the stranger. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

#include <stdio.h>

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE, NOISE_TYPE = 13, SOUND_TYPE = 97 };

static int16_t said[4 * SECOND];

static int sounds(void **state)
{
	(void)state;
	voice(7, said, ARRAY_LEN(said));
	return 0;
}

static size_t phone_of_noise(struct rig *r, bool rests)
{
	struct leg_conf conf = { .codec = &codec_l16, .comfort_noise = NOISE_TYPE, .rests = rests };
	struct why why = { 0 };
	size_t i = r->n++;
	uint16_t port;

	phone_init(&r->phone[i], true);
	if (engine_leg_open(r->e, 1, &conf, &r->leg[i], &port, &why) != OK ||
		engine_leg_remote(r->e, r->leg[i], "127.0.0.1", r->phone[i].port, &why) != OK)
		fail_msg("%s", why.text);
	phone_dial(&r->phone[i], port);
	return i;
}

static void say_noise(struct rig *r, size_t phone, const uint8_t *payload, size_t bytes)
{
	struct phone *p = &r->phone[phone];

	phone_send(p, NOISE_TYPE, false, p->ts, payload, bytes);
	rig_await_arrival(r, phone);
	p->ts += FRAME;
}

/* Frames of a rest: the phone's clock goes on, and it sends nothing. */
static void rest(struct rig *r, size_t phone, int frames)
{
	for (int f = 0; f < frames; f++, r->phone[phone].ts += FRAME)
		rig_run(r, 1);
}

static double heard_db(const struct rig *r, size_t phone, size_t from)
{
	const struct phone *p = &r->phone[phone];

	return db(rms(p->heard + from, p->n_heard - from) / 32768);
}

/* What a talker's silence sounds like is heard from its first frame to its last, and nothing of it
 * is loss; then the voice is back as it was said. */
static void silence_sounds_as_it_was_told(void **state)
{
	static const struct {
		uint8_t level;
		double db;
	} rows[] = { { 40, -40 }, { 55, -55 } };
	struct rig *r = rig_new(NULL);
	size_t talker = phone_of_noise(r, false), ear = rig_phone(r, 1, true), from, lag = 0,
	       n_silent = 0;
	struct phone *p = &r->phone[ear];

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[ear], r->leg[talker], 0, 20), OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		rig_say(r, talker, said, SECOND / 2);
		rig_run(r, 25);
		say_noise(r, talker, &rows[i].level, 1);
		rest(r, talker, 5); /* what waited in the buffer is said first */
		from = p->n_heard;
		rest(r, talker, 60);
		if (fabs(heard_db(r, ear, from) - rows[i].db) > 0.5)
			fail_msg("level %d: %.1f dB", rows[i].level, heard_db(r, ear, from));
		for (size_t at = from; at < p->n_heard; at += FRAME)
			assert_true(rms(p->heard + at, FRAME) > 0);
	}
	rig_say(r, talker, said, SECOND);
	rig_run(r, 50);
	from = p->n_heard - SECOND / 2;
	assert_true(correlation(p->heard + from, SECOND / 2, said, SECOND / 2, &lag) > 0.999);
	assert_memory_equal(p->heard + from, said + lag, SECOND / 2 * sizeof(*said));
	say_noise(r, talker, &rows[0].level, 1);
	rest(r, talker, 20); /* counts are shown five times a second */
	assert_int_equal(rig_stats(r).packets_lost, 0);
	assert_int_equal(rig_stats(r).frames_concealed, 0);
	assert_int_equal(p->breaks, 0);
	/* It was of that silence: the next one, of which nothing is told, is none of it. */
	rig_say(r, talker, said, SECOND / 2);
	rig_run(r, 20);
	r->phone[talker].ts += 8 * FRAME;
	from = p->n_heard;
	rig_run(r, 5);
	rest(r, talker, 8);
	for (; from < p->n_heard; from += FRAME)
		n_silent += rms(p->heard + from, FRAME) < 1;
	assert_int_equal(n_silent, 8);
	rig_free(r);
}

/* One packet for a listener who rests: its type, and its place in time and number. */
struct sent {
	unsigned sounds, noises, out_of_place;
	uint32_t first_ts;
	uint16_t next_seq;
	bool any, marked; /* the last one */
};

static void note_sent(struct sent *t, const uint8_t *packet, uint32_t tick)
{
	uint16_t seq = (uint16_t)(packet[2] << 8 | packet[3]);
	uint32_t ts;

	memcpy(&ts, packet + 4, sizeof(ts));
	ts = ntohl(ts);
	if (!t->any)
		t->first_ts = ts - tick * FRAME;
	else
		t->out_of_place += seq != t->next_seq;
	t->out_of_place += ts != t->first_ts + tick * FRAME;
	t->any = true;
	t->next_seq = (uint16_t)(seq + 1);
	t->marked = packet[1] & 0x80;
	t->noises += (packet[1] & 0x7f) == NOISE_TYPE;
	t->sounds += (packet[1] & 0x7f) == SOUND_TYPE;
}

/* Ticks in which the phone at rest is given what was sent to it, and nothing is awaited that was
 * not. */
static void run_resting(
	struct rig *r, size_t phone, uint32_t *tick, unsigned frames, struct sent *t)
{
	const struct leg *leg = engine_place(r->e, r->leg[phone])->line->leg;

	for (unsigned f = 0; f < frames; f++, r->now_ns += PACE_TICK_NS, ++*tick) {
		struct pollfd ready = { .fd = r->phone[phone].fd, .events = POLLIN };
		uint64_t out = leg->out;
		uint8_t packet[1500];

		rig_speak(r);
		engine_wake(r->e, r->now_ns);
		if (leg->out == out)
			continue;
		do
			assert_int_equal(poll(&ready, 1, PHONE_WAIT_MS), 1);
		while (phone_receive(&r->phone[phone], packet) < 12);
		note_sent(t, packet, *tick);
	}
}

static void nothing_is_sent_that_says_nothing(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t ear = phone_of_noise(r, true), talker = rig_phone(r, 1, true);
	struct sent t = { .any = false };
	uint32_t tick = 0;

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[ear], r->leg[talker], 0, 20), OK);
	rig_say(r, talker, said, SECOND);
	run_resting(r, ear, &tick, 50, &t);
	assert_int_equal(t.sounds, 49);
	run_resting(r, ear, &tick, 20, &t); /* the last of it, and three frames of silence */
	t.sounds = t.noises = 0;
	run_resting(r, ear, &tick, 250, &t);
	assert_int_equal(t.sounds, 0);
	assert_int_equal(t.noises, 5);
	t.noises = 0;
	rig_say(r, talker, said, SECOND / 2);
	while (!t.sounds && tick < 1000)
		run_resting(r, ear, &tick, 1, &t);
	assert_true(t.marked);
	run_resting(r, ear, &tick, 20, &t);
	assert_false(t.marked);
	assert_int_equal(t.sounds, 21);
	assert_int_equal(t.noises, 0);
	assert_int_equal(t.out_of_place, 0);
	rig_free(r);
}

/* ---- a stranger */

enum { THEIR_BYTES = 11, THEIR_FRAMES = 25 }; /* a level and ten coefficients, every 80 ms */

/* What ffmpeg says of white noise this loud. false: there is no ffmpeg. */
static bool their_packets(double amplitude, uint8_t out[THEIR_FRAMES][THEIR_BYTES])
{
	char command[240];
	size_t n;
	FILE *f;

	snprintf(command, sizeof(command),
		"ffmpeg -nostdin -loglevel error -f lavfi -i "
		"anoisesrc=r=8000:a=%f:d=2:c=white:s=1 -map 0:a -c:a comfortnoise -f data - "
		"2>/dev/null",
		amplitude);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(out, THEIR_BYTES, THEIR_FRAMES, f);
	pclose(f);
	return n == THEIR_FRAMES;
}

/* White noise of an amplitude has a power a third of its square; ffmpeg tells it to two decibels,
 * and so it is heard. */
static void ffmpegs_silence_sounds_as_it_was(void **state)
{
	static const double amplitude[] = { 0.1, 0.01 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(amplitude); i++) {
		uint8_t packet[THEIR_FRAMES][THEIR_BYTES];
		double want = db(amplitude[i] / sqrt(3));
		struct rig *r = rig_new(NULL);
		size_t talker = phone_of_noise(r, false), ear = rig_phone(r, 1, true), from;

		if (!their_packets(amplitude[i], packet)) {
			rig_free(r);
			skip();
		}
		assert_int_equal(engine_hear(r->e, r->leg[ear], r->leg[talker], 0, 20), OK);
		rig_say(r, talker, said, SECOND / 2);
		rig_run(r, 35);
		from = r->phone[ear].n_heard;
		for (size_t k = 0; k < THEIR_FRAMES; k++) {
			say_noise(r, talker, packet[k], THEIR_BYTES);
			rig_run(r, 1);
			rest(r, talker, 3);
		}
		if (fabs(heard_db(r, ear, from) - want) > 2)
			fail_msg("%.1f dB, not %.1f", heard_db(r, ear, from), want);
		rig_free(r);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(silence_sounds_as_it_was_told),
		cmocka_unit_test(nothing_is_sent_that_says_nothing),
		cmocka_unit_test(ffmpegs_silence_sounds_as_it_was),
	};

	return cmocka_run_group_tests_name("comfort noise", tests, sounds, NULL);
}
