/* Who has the floor in a conference is passed on to those who hear only him, until another voice
 * comes up; and nobody hears where that begins and ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/splice.h"

enum {
	FRAME = PHONE_FRAME,
	SECOND = PHONE_RATE,
	TICKS = 600,
	WORDS = 45, /* frames, */
	PAUSE = 8,  /* and then so many, shorter than a gate's */
	LATELY = 25,
	LOOK = 40, /* samples an Opus packet of ours looks ahead */
	WINDOW = FRAME / 4,
	A = 0,
	B,
	C,     /* hears A and B */
	EXACT, /* the same as L16 */
	PHONES,
};

static int16_t said[3][TICKS * FRAME];

/* Words and pauses, over a room's hush. */
static void talk(uint64_t seed, int16_t *out, size_t frames)
{
	static int16_t hush[TICKS * FRAME];

	voice(seed, out, frames * FRAME);
	voice(seed + 100, hush, frames * FRAME);
	for (size_t f = 0; f < frames; f++)
		for (size_t i = f * FRAME; i < (f + 1) * FRAME; i++)
			out[i] = (int16_t)(f % (WORDS + PAUSE) < WORDS ? out[i] : hush[i] / 300);
}

static int voices(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(said); i++)
		talk(40 + i, said[i], TICKS);
	return 0;
}

/* A conference, and what each tick brought to C. */
struct floor {
	struct rig *r;
	int n;
	struct splice_tick tick[TICKS]; /* A and C */
};

/* all: everybody hears everybody; else nobody hears EXACT. */
static struct floor *begin_with(bool all)
{
	struct floor *f = calloc(1, sizeof(*f));

	f->r = rig_new(NULL);
	for (size_t i = 0; i < PHONES; i++)
		rig_phone(f->r, 1, i == EXACT);
	for (size_t i = 0; i < PHONES; i++)
		for (size_t k = 0; k < (all ? PHONES : EXACT); k++)
			if (i != k)
				assert_int_equal(
					engine_hear(f->r->e, f->r->leg[i], f->r->leg[k], 0, 20),
					OK);
	rig_run(f->r, 5);
	return f;
}

static struct floor *begin(void)
{
	return begin_with(true);
}

static void end(struct floor *f)
{
	for (size_t i = 0; i < PHONES; i++)
		assert_int_equal(f->r->phone[i].breaks, 0);
	rig_free(f->r);
	free(f);
}

static enum feed_kind feed_of(const struct floor *f, size_t phone)
{
	return engine_place(f->r->e, f->r->leg[phone])->line->feed.kind;
}

static void run(struct floor *f, int frames)
{
	for (int i = 0; i < frames; i++, f->n++) {
		assert_true(f->n < TICKS);
		rig_run(f->r, 1);
		f->tick[f->n] = splice_note(f->r, A, C);
	}
}

static void one_talks_and_nothing_is_encoded(void **state)
{
	struct floor *f = begin();
	uint64_t encoded;

	(void)state;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE);
	assert_int_equal(feed_of(f, A), FEED_SILENCE); /* who does not hear himself */
	assert_int_equal(feed_of(f, B), FEED_PASSED);
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	encoded = rig_stats(f->r).frames_encoded;
	for (int i = 0; i < 3 * WORDS; i++) {
		run(f, 1);
		assert_int_equal(f->tick[f->n - 1].came_bytes, f->tick[f->n - 2].said_bytes);
		assert_memory_equal(f->tick[f->n - 1].came, f->tick[f->n - 2].said,
			f->tick[f->n - 2].said_bytes);
	}
	/* Nothing but L16's frames. */
	assert_int_equal(rig_stats(f->r).frames_encoded - encoded, 3 * WORDS);
	assert_int_equal(rig_stats(f->r).decoders, 1);
	end(f);
}

/* Whoever speaks up in the middle of a word is heard in the tick in which he is heard at all. */
static void is_beside_him_at_once(struct floor *f)
{
	const int16_t *heard = f->r->phone[EXACT].heard;

	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE + 10);
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	rig_say(f->r, B, said[B], 20 * FRAME);
	while (!engine_place(f->r->e, f->r->leg[B])->line->is_sounding)
		run(f, 1);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	assert_int_equal(feed_of(f, B), FEED_PASSED); /* he hears A alone still */
	run(f, 4);
	for (int back = 3; back > 0; back--)
		assert_true(
			correlation(f->r->phone[C].heard + f->r->phone[C].n_heard - back * FRAME,
				FRAME, heard + f->r->phone[EXACT].n_heard - back * FRAME - 64, 64,
				&(size_t){ 0 }) > 0.9);
	end(f);
}

static void another_voice_is_beside_him_at_once(void **state)
{
	(void)state;
	is_beside_him_at_once(begin_with(true));
	is_beside_him_at_once(begin_with(false));
}

/* Half a second after the other's last word, from the next pause on. */
static void he_is_passed_on_again(void **state)
{
	struct floor *f = begin();
	int silent;

	(void)state;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE + 10);
	rig_say(f->r, B, said[B], 20 * FRAME);
	run(f, 22);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	for (silent = 0; feed_of(f, C) != FEED_PASSED; silent++)
		run(f, 1);
	assert_in_range(silent, LATELY, LATELY + WORDS + PAUSE);
	assert_true(rms(f->r->phone[EXACT].heard + f->r->phone[EXACT].n_heard - FRAME, FRAME) <
		    SPLICE_QUIET);
	end(f);
}

/* What another hears is no matter of theirs: a gain, a prompt, a talker more for C. */
static void a_prompt_or_a_gain_takes_him_out_of_it(void **state)
{
	struct floor *f = begin();
	uint32_t prompt = rig_sound(f->r, said[2], 10 * FRAME);

	(void)state;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE + 5);
	assert_int_equal(engine_play(f->r->e, f->r->leg[C], 1, &prompt, 1), OK);
	run(f, 1);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	assert_int_equal(feed_of(f, B), FEED_PASSED);
	run(f, WORDS + PAUSE);
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	assert_int_equal(engine_hear(f->r->e, f->r->leg[C], f->r->leg[A], -60, 20), OK);
	run(f, 2);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	run(f, WORDS + PAUSE);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	end(f);
}

/* The others go: who is left hears one alone, and he need not be decoded any more. */
static void from_a_conference_to_a_call(void **state)
{
	struct floor *f = begin();

	(void)state;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE + 5);
	assert_int_equal(rig_stats(f->r).decoders, 1);
	assert_int_equal(engine_leg_close(f->r->e, f->r->leg[EXACT]), OK);
	assert_int_equal(engine_leg_close(f->r->e, f->r->leg[B]), OK);
	f->r->n = B; /* they are not listened to any more */
	for (int i = 0; i < WORDS + PAUSE; i++) {
		rig_run(f->r, 1);
		assert_true(phone_await(&f->r->phone[C]));
	}
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	assert_int_equal(rig_stats(f->r).decoders, 0);
	f->r->n = PHONES;
	end(f);
}

/* Three frames in one packet, as some telephones send them. */
static void say_long(struct floor *f, int frame)
{
	struct phone *a = &f->r->phone[A];
	uint8_t payload[1276];
	int n = opus_encode(
		a->encoder, said[A] + frame * FRAME, 3 * FRAME, payload, sizeof(payload));

	phone_send(a, 111, false, a->ts, payload, (size_t)n);
	a->ts += 3 * phone_ticks(a);
	rig_await_arrival(f->r, A);
}

/* A packet of 60 ms would go on beyond the tick in which another speaks up. */
static void longer_packets_are_mixed(void **state)
{
	const int hush = 3 * (WORDS + PAUSE);
	struct floor *f = begin();

	(void)state;
	rig_say(f->r, A, said[A], (WORDS + PAUSE + 10) * FRAME);
	run(f, WORDS + PAUSE + 10);
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	for (int i = 0; i < hush + 30; i++) {
		if (i % 3 == 0)
			say_long(f, i < hush ? i + 2 : WORDS + 2);
		run(f, 1);
		if (i > 1)
			assert_int_not_equal(feed_of(f, C), FEED_PASSED);
	}
	end(f);
}

/* His packets come late and at once, so that what is heard of him is stretched; in his next silence
 * packets and frames are in step again. */
static void a_stretch_is_made_good_in_a_silence(void **state)
{
	const int16_t *next;
	const struct line *a;
	struct floor *f = begin();

	(void)state;
	a = engine_place(f->r->e, f->r->leg[A])->line;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	run(f, WORDS + PAUSE + 10);
	next = f->r->says[A];
	rig_say(f->r, A, NULL, 0);
	run(f, 4);
	for (int k = 0; k < 4; k++, next += FRAME)
		phone_say(&f->r->phone[A], next);
	rig_say(f->r, A, next, TICKS * FRAME);
	for (int i = 0; i < 2 * WORDS && a->n_ready == 0; i++)
		run(f, 1);
	assert_int_not_equal(a->n_ready % FRAME, 0);
	assert_int_equal(feed_of(f, C), FEED_STREAM);
	for (int i = 0; i < 4; i++) {
		rig_say(f->r, A, said[A] + WORDS * FRAME, PAUSE * FRAME);
		run(f, PAUSE);
	}
	assert_false(a->gate.is_open);
	rig_say(f->r, A, said[A], (WORDS + PAUSE) * FRAME);
	run(f, WORDS + PAUSE);
	assert_int_equal(feed_of(f, C), FEED_PASSED);
	assert_int_equal(a->n_ready, 0);
	end(f);
}

/* From the middle of the first frame on it is what was mixed, but for the coder's noise: that began
 * before. */
static void is_like_the_sound(const struct floor *f, int k)
{
	const int16_t *truth = f->r->phone[EXACT].heard + (5 + k) * FRAME - LOOK;
	const int16_t *heard = f->r->phone[C].heard + (5 + k) * FRAME;

	for (int at = WINDOW; at + WINDOW <= 2 * FRAME; at += WINDOW)
		if (rms(truth + at, WINDOW) > 10 * SPLICE_QUIET &&
			snr_db(truth + at, heard + at, WINDOW) < 6)
			fail_msg("tick %d, sample %d: %.1f dB", k, at,
				snr_db(truth + at, heard + at, WINDOW));
}

static void nothing_is_heard_of_the_changes(void **state)
{
	int passes[2] = { 0, 0 };
	struct floor *f = begin();
	const int16_t *truth = f->r->phone[EXACT].heard + 5 * FRAME; /* from the first tick on */

	(void)state;
	rig_say(f->r, A, said[A], TICKS * FRAME);
	for (int i = 0; i < 3; i++) {
		run(f, 2 * (WORDS + PAUSE) + 13 * i);
		rig_say(f->r, B, said[B] + i * FRAME, 20 * FRAME);
		run(f, 40);
	}
	run(f, 40);
	for (int k = SPLICE_BACK; k + SPLICE_LOOK < f->n; k++)
		if (f->tick[k].kind != f->tick[k - 1].kind &&
			(f->tick[k].kind == FEED_PASSED || f->tick[k].kind == FEED_STREAM)) {
			passes[f->tick[k].kind == FEED_PASSED] += splice_is_smooth(
									  f->tick, truth, k) > 1;
			if (f->tick[k].kind == FEED_STREAM)
				is_like_the_sound(f, k);
		}
	assert_true(passes[0] >= 3 && passes[1] >= 3);
	end(f);
}

/* Where packets say that nobody speaks they are not decoded, not even at the start; where only the
 * sound says so, its decoder goes on, or each packet would be a beginning. */
static void a_hush_needs_a_decoder_only_to_be_known(void **state)
{
	static int16_t hush[30 * FRAME];
	struct rig *r = rig_new(NULL);
	size_t opus = rig_phone(r, 1, false), l16 = rig_phone(r, 1, true),
	       who = rig_phone(r, 1, true);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(hush); i++)
		hush[i] = said[0][WORDS * FRAME + i % (PAUSE * FRAME)] / 2;
	assert_int_equal(engine_hear(r->e, r->leg[who], r->leg[opus], 0, 20), OK);
	rig_say(r, opus, hush, ARRAY_LEN(hush));
	rig_run(r, 30);
	assert_int_equal(rig_stats(r).frames_decoded, 1);
	assert_int_equal(rig_stats(r).decoders, 0);
	assert_int_equal(engine_hear(r->e, r->leg[who], r->leg[l16], 0, 20), OK);
	rig_say(r, l16, hush, ARRAY_LEN(hush));
	rig_run(r, 30);
	assert_false(engine_place(r->e, r->leg[l16])->line->gate.is_open);
	assert_int_equal(rig_stats(r).decoders, 1);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_talks_and_nothing_is_encoded),
		cmocka_unit_test(another_voice_is_beside_him_at_once),
		cmocka_unit_test(he_is_passed_on_again),
		cmocka_unit_test(a_prompt_or_a_gain_takes_him_out_of_it),
		cmocka_unit_test(from_a_conference_to_a_call),
		cmocka_unit_test(longer_packets_are_mixed),
		cmocka_unit_test(a_stretch_is_made_good_in_a_silence),
		cmocka_unit_test(a_hush_needs_a_decoder_only_to_be_known),
		cmocka_unit_test(nothing_is_heard_of_the_changes),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
