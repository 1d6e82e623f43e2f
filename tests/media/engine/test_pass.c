/* Who hears one talker alone is sent his packets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t said[3][6 * SECOND];

static int voices(void **state)
{
	(void)state;
	for (size_t i = 0; i < 3; i++)
		voice(20 + i, said[i], ARRAY_LEN(said[i]));
	return 0;
}

/* Two telephones that hear each other, since before either spoke. */
static struct rig *call(void)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, false), b = rig_phone(r, 1, false);

	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[b], 0, 20), OK);
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 20), OK);
	rig_run(r, 5);
	return r;
}

static enum feed_kind feed_of(const struct rig *r, size_t phone)
{
	return engine_place(r->e, r->leg[phone])->line->feed.kind;
}

static void his_packets_come_as_he_sent_them(void **state)
{
	struct rig *r = call();
	struct phone *a = &r->phone[0], *b = &r->phone[1];
	uint8_t before[1276];
	size_t bytes = 0;

	(void)state;
	rig_say(r, 0, said[0], 4 * SECOND);
	rig_say(r, 1, said[1], 4 * SECOND);
	rig_run(r, 10);
	for (int f = 0; f < 50; f++) {
		/* One frame is on its way in the cushion. */
		memcpy(before, a->said, a->said_bytes);
		bytes = a->said_bytes;
		rig_run(r, 1);
		assert_int_equal(b->came_bytes, bytes);
		assert_memory_equal(b->came, before, bytes);
	}
	assert_int_equal(rig_stats(r).frames_decoded + rig_stats(r).frames_encoded, 0);
	assert_int_equal(rig_stats(r).decoders + rig_stats(r).encoders, 0);
	/* Of two sides, sixty each: all but the frame in the cushion. */
	assert_int_equal(rig_stats(r).packets_passed, 2 * 59);
	assert_int_equal(a->breaks + b->breaks, 0);
	assert_true(b->heard_ssrc != a->ssrc);
	rig_free(r);
}

static void a_pause_of_his_does_not_end_it(void **state)
{
	struct rig *r = call();
	struct phone *b = &r->phone[1];
	unsigned small;

	(void)state;
	rig_say(r, 0, said[0], SECOND);
	rig_run(r, 50);
	small = b->small_packets;
	rig_run(r, 30); /* DTX: he sends nothing at all */
	assert_int_equal(b->small_packets - small, 29);
	assert_int_equal(b->came_bytes, 1);
	assert_int_equal(feed_of(r, 1), FEED_PASSED);
	r->phone[0].ts += 30 * 960;
	rig_say(r, 0, said[1], SECOND);
	rig_run(r, 50);
	assert_int_equal(rig_stats(r).frames_encoded, 0);
	assert_int_equal(b->breaks, 0);
	assert_true(rms(b->heard + 110 * FRAME, 20 * FRAME) > 500);
	rig_free(r);
}

/* In mid-word his coder's decoder would be out of step, so that waits for his next pause. */
static void it_begins_in_a_pause(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, false), b = rig_phone(r, 1, false);
	struct engine_stats s;

	(void)state;
	rig_say(r, a, said[0], 2 * SECOND);
	rig_run(r, 30);
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 20), OK);
	rig_run(r, 70);
	s = rig_stats(r);
	assert_int_equal(s.packets_passed, 0);
	assert_true(s.frames_encoded >= 68);
	rig_run(r, 20); /* he pauses */
	assert_int_equal(feed_of(r, b), FEED_PASSED);
	r->phone[a].ts += 20 * 960;
	rig_say(r, a, said[1], SECOND);
	rig_run(r, 40);
	assert_true(rig_stats(r).frames_encoded <= s.frames_encoded + 10);
	assert_int_equal(rig_stats(r).packets_passed, 39);
	assert_int_equal(r->phone[b].breaks, 0);
	rig_free(r);
}

static void a_second_voice_a_prompt_or_a_gain_ends_it_at_once(void **state)
{
	struct rig *r = call();
	size_t boss = rig_phone(r, 1, false);
	uint32_t prompt = rig_sound(r, said[2], 10 * FRAME);

	(void)state;
	rig_say(r, 0, said[0], 6 * SECOND);
	rig_run(r, 20);
	assert_int_equal(feed_of(r, 1), FEED_PASSED);
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[boss], 0, 20), OK);
	rig_run(r, 1);
	assert_int_equal(feed_of(r, 1), FEED_STREAM);
	assert_int_equal(feed_of(r, 0), FEED_PASSED);
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[boss], ENGINE_DEAF, 20), OK);
	rig_say(r, 0, NULL, 0);
	rig_run(r, 20);
	assert_int_equal(feed_of(r, 1), FEED_PASSED);
	assert_int_equal(engine_play(r->e, r->leg[1], 1, &prompt, 1), OK);
	rig_run(r, 1);
	assert_int_not_equal(feed_of(r, 1), FEED_PASSED);
	rig_run(r, 20);
	assert_int_equal(feed_of(r, 1), FEED_PASSED);
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], -60, 20), OK);
	rig_run(r, 2);
	assert_int_not_equal(feed_of(r, 1), FEED_PASSED);
	assert_int_equal(r->phone[1].breaks, 0);
	rig_free(r);
}

/* A recording wants him decoded; who listens is passed his packets all the same. */
static void another_listener_does_not_end_it(void **state)
{
	struct rig *r = call();
	size_t boss = rig_phone(r, 1, false);

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[boss], r->leg[0], -60, 20), OK);
	rig_say(r, 0, said[0], 2 * SECOND);
	rig_run(r, 50);
	assert_int_equal(feed_of(r, 1), FEED_PASSED);
	assert_int_equal(feed_of(r, boss), FEED_STREAM);
	assert_true(rig_stats(r).frames_decoded > 40);
	assert_int_equal(engine_leg_close(r->e, r->leg[boss]), OK);
	rig_run(r, 5);
	assert_int_equal(rig_stats(r).decoders, 0);
	assert_int_equal(engine_leg_close(r->e, r->leg[0]), OK);
	rig_run(r, 10);
	assert_int_equal(feed_of(r, 1), FEED_SILENCE);
	assert_int_equal(rig_stats(r).encoders, 0);
	rig_free(r);
}

/* What was lost on the way here is missing there, with its number: the other side conceals it, or
 * mends it by what the next packet says of it. */
static void what_he_lost_is_lost_to_who_hears_him(void **state)
{
	struct rig *r = call();
	struct phone *b = &r->phone[1];
	unsigned packets;
	uint16_t seq;

	(void)state;
	rig_say(r, 0, said[0], 4 * SECOND);
	rig_run(r, 20);
	r->phone[0].seq++; /* said into the void */
	r->phone[0].ts += 960;
	r->says[0] += FRAME;
	r->n_says[0] -= FRAME;
	packets = b->packets;
	seq = b->heard_seq;
	for (int f = 0; f < 10; f++, r->now_ns += PACE_TICK_NS) {
		rig_speak(r);
		engine_wake(r->e, r->now_ns);
		while (phone_hear(b) || phone_hear(&r->phone[0]))
			;
	}
	assert_int_equal(b->packets - packets, 9);
	assert_int_equal((uint16_t)(b->heard_seq - seq), 10);
	assert_int_equal(b->breaks, 1);
	rig_free(r);
}

static void another_codec_is_not_passed(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, true), b = rig_phone(r, 1, false), c = rig_phone(r, 1, true);

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 20), OK);
	assert_int_equal(engine_hear(r->e, r->leg[c], r->leg[a], 0, 20), OK);
	rig_run(r, 5);
	rig_say(r, a, said[0], SECOND);
	rig_run(r, 50);
	/* And L16 has no packet for a frame that is missing. */
	assert_int_equal(rig_stats(r).packets_passed, 0);
	assert_memory_equal(r->phone[c].heard + 7 * FRAME, said[0] + FRAME, 40 * FRAME * 2);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(his_packets_come_as_he_sent_them),
		cmocka_unit_test(a_pause_of_his_does_not_end_it),
		cmocka_unit_test(it_begins_in_a_pause),
		cmocka_unit_test(a_second_voice_a_prompt_or_a_gain_ends_it_at_once),
		cmocka_unit_test(another_listener_does_not_end_it),
		cmocka_unit_test(what_he_lost_is_lost_to_who_hears_him),
		cmocka_unit_test(another_codec_is_not_passed),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
