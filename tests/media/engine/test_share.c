/* What is encoded once for many, and what it sounds like to each of them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE, CROWD = 8 };

static int16_t said[2][6 * SECOND], music[2 * SECOND];

static int sounds(void **state)
{
	(void)state;
	voice(1, said[0], ARRAY_LEN(said[0]));
	voice(2, said[1], ARRAY_LEN(said[1]));
	voice(3, music, ARRAY_LEN(music));
	return 0;
}

/* What libopus by itself makes of this, in one go. */
static void coded(const int16_t *in, int16_t *out, size_t frames)
{
	void *enc = codec_encoder_new(&codec_opus), *dec = codec_decoder_new(&codec_opus);

	for (size_t f = 0; f < frames; f++) {
		uint8_t payload[CODEC_PAYLOAD_MAX];
		size_t n = codec_opus.encode(enc, in + f * FRAME, payload);

		assert_int_equal(
			codec_opus.decode(dec, payload, n, out + f * FRAME), (size_t)FRAME);
	}
	free(enc);
	free(dec);
}

static void conference(struct rig *r, size_t n)
{
	for (size_t i = 0; i < n; i++)
		rig_phone(r, 1, false);
	for (size_t l = 0; l < n; l++)
		for (size_t t = 0; t < n; t++)
			if (l != t)
				assert_int_equal(
					engine_hear(r->e, r->leg[l], r->leg[t], 0, 20), OK);
}

static void a_conference_is_encoded_once_for_each_mix(void **state)
{
	struct rig *r = rig_new(NULL);
	struct engine_stats before;

	(void)state;
	conference(r, CROWD);
	rig_say(r, 0, said[0], 2 * SECOND);
	rig_say(r, 1, said[1], 2 * SECOND);
	rig_run(r, 20);
	before = rig_stats(r);
	rig_run(r, 50);
	/* Each talker hears the other, everybody else hears both. */
	assert_int_equal(rig_stats(r).frames_encoded - before.frames_encoded, 3 * 50);
	assert_int_equal(rig_stats(r).encoders, 3);
	assert_int_equal(rig_stats(r).decoders, 2);
	for (size_t i = 3; i < CROWD; i++)
		assert_memory_equal(
			r->phone[2].heard, r->phone[i].heard, 70 * FRAME * sizeof(int16_t));
	for (size_t i = 0; i < CROWD; i++)
		assert_int_equal(r->phone[i].breaks, 0);
	rig_free(r);
}

static void audiences_meet_again_and_nothing_is_kept_for_silence(void **state)
{
	struct rig *r = rig_new(NULL);

	(void)state;
	conference(r, CROWD);
	rig_say(r, 0, said[0], 4 * SECOND);
	rig_say(r, 1, said[1], SECOND);
	rig_run(r, 90);
	/* The second has been silent for long: only the first hears nothing. */
	assert_int_equal(rig_stats(r).encoders, 1);
	rig_say(r, 0, NULL, 0);
	rig_run(r, 30);
	assert_int_equal(rig_stats(r).encoders, 0);
	assert_int_equal(rig_stats(r).decoders, 0);
	assert_int_equal(r->phone[5].small_packets > 10, true);
	rig_free(r);
}

/* Nobody hears a frame of somebody else's mix: not even when keys come and go every tick. */
static void whispers_stay_where_they_belong(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t n = 4;

	(void)state;
	conference(r, n);
	rig_say(r, 0, said[0], 4 * SECOND);
	rig_run(r, 20);
	for (int f = 0; f < 60; f++) {
		assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], f % 2 ? 0 : -900, 20), OK);
		rig_run(r, 1);
	}
	for (size_t i = 2; i < n; i++)
		assert_memory_equal(r->phone[2].heard, r->phone[i].heard, 80 * FRAME * 2);
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], ENGINE_DEAF, 20), OK);
	rig_run(r, 20);
	assert_true(rms(r->phone[1].heard + 85 * FRAME, 10 * FRAME) < 1);
	assert_true(rms(r->phone[2].heard + 85 * FRAME, 10 * FRAME) > 300);
	rig_free(r);
}

static void hold_music_is_encoded_once_for_all_who_wait(void **state)
{
	static int16_t loops[6 * SECOND], want[6 * SECOND];
	struct rig *r = rig_new(NULL);
	uint32_t m = rig_sound(r, music, ARRAY_LEN(music));
	struct engine_stats before;

	(void)state;
	for (size_t i = 0; i < CROWD; i++) {
		rig_phone(r, i, false);
		assert_int_equal(engine_hold(r->e, r->leg[i], 1, m, NULL, 0, 60000), OK);
		rig_run(r, 3); /* everybody at another place of it */
	}
	rig_run(r, 10);
	before = rig_stats(r);
	rig_run(r, 200);
	assert_int_equal(rig_stats(r).frames_encoded, before.frames_encoded);
	assert_int_equal(rig_stats(r).frames_stored - before.frames_stored, CROWD * 200);
	assert_int_equal(rig_stats(r).encoders, 0);
	/* Twice round: who waits hears what a coder of his own would have made of it. */
	for (int i = 0; i < 3; i++)
		memcpy(loops + i * 2 * SECOND, music, sizeof(music));
	coded(loops, want, 230);
	for (int f = 8; f < 220; f++) {
		int16_t diff[FRAME];

		for (int i = 0; i < FRAME; i++)
			diff[i] = (int16_t)(r->phone[0].heard[f * FRAME + i] - want[f * FRAME + i]);
		if (db(rms(want + f * FRAME, FRAME) / rms(diff, FRAME)) < 12)
			fail_msg("frame %d: %.1f dB", f,
				db(rms(want + f * FRAME, FRAME) / rms(diff, FRAME)));
	}
	rig_free(r);
}

static void who_waits_gets_longer_packets_if_he_may(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t plain = rig_phone(r, 1, false), slow = rig_phone_on(r, 2, false, 60);
	uint32_t m = rig_sound(r, music, ARRAY_LEN(music));
	const struct phone *p = &r->phone[slow];
	unsigned packets;

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(engine_hold(r->e, r->leg[i], 1, m, NULL, 0, 60000), OK);
	rig_run(r, 12);
	packets = p->packets;
	rig_run(r, 120);
	assert_int_equal(p->packets - packets, 41); /* one is short: the music comes round */
	assert_int_equal(p->breaks, 0);
	/* To a time both have heard, the very same. */
	assert_memory_equal(r->phone[plain].heard, p->heard, 130 * FRAME * sizeof(int16_t));
	assert_int_equal(engine_stop(r->e, r->leg[slow]), OK);
	rig_run(r, 3);
	packets = p->packets;
	rig_run(r, 20);
	assert_int_equal(p->packets - packets, 20);
	assert_int_equal(p->heard_frames, 1);
	assert_int_equal(p->breaks, 0);
	/* The fade was not cut short by what had been sent already. */
	for (int f = 133; f < 137; f++)
		assert_true(rms(p->heard + f * FRAME, FRAME) > 30);
	assert_true(rms(p->heard + 142 * FRAME, 8 * FRAME) < 1);
	rig_free(r);
}

/* What the other side takes may be known only when it has answered, and music plays by then. */
static void longer_packets_may_be_told_of_later(void **state)
{
	static const struct {
		unsigned ms, ticks, packets;
	} rows[] = { { 40, 40, 20 }, { 120, 60, 10 }, { 60, 60, 20 }, { 20, 30, 30 } };
	struct rig *r = rig_new(NULL);
	size_t plain = rig_phone(r, 1, false), slow = rig_phone(r, 2, false);
	uint32_t m = rig_sound(r, music, ARRAY_LEN(music)), gone = r->leg[slow] + (1u << 20);
	const struct phone *p = &r->phone[slow];

	(void)state;
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(engine_hold(r->e, r->leg[i], 1, m, NULL, 0, 60000), OK);
	rig_run(r, 12);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned packets;

		assert_int_equal(engine_leg_hold_ms(r->e, r->leg[slow], rows[i].ms), OK);
		while (engine_place(r->e, r->leg[slow])->line->feed.ahead)
			rig_run(r, 1); /* of the packet that was sent before */
		packets = p->packets;
		rig_run(r, (int)rows[i].ticks);
		assert_int_equal(p->packets - packets, rows[i].packets);
	}
	assert_int_equal(p->breaks, 0);
	assert_memory_equal(r->phone[plain].heard, p->heard, 200 * FRAME * sizeof(int16_t));
	for (unsigned ms = 0; ms <= 240; ms += 10)
		if (ms % 20 || ms < 20 || ms > 120)
			assert_int_equal(engine_leg_hold_ms(r->e, r->leg[slow], ms), E_MALFORMED);
	assert_int_equal(engine_leg_hold_ms(r->e, gone, 60), E_STALE);
	rig_free(r);
}

/* A prompt that ends within a frame, then another one: coded by a stream across the joint. */
static void prompts_follow_one_another_whatever_their_length(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t opus = rig_phone(r, 1, false), exact = rig_phone(r, 2, true);
	uint32_t list[] = { rig_sound(r, said[0], 20 * FRAME),
		rig_sound(r, said[1], 10 * FRAME + 7), rig_sound(r, music, 10 * FRAME) };

	(void)state;
	for (int round = 0; round < 2; round++) { /* the second time from tracks */
		assert_int_equal(engine_play(r->e, r->leg[opus], 1, list, 3), OK);
		assert_int_equal(engine_play(r->e, r->leg[exact], 1, list, 3), OK);
		rig_run(r, 50);
	}
	assert_true(rig_stats(r).frames_stored > 60);
	for (int at = 0; at < 2; at++) {
		const int16_t *h = r->phone[exact].heard + at * 50 * FRAME;

		assert_memory_equal(h, said[0], 20 * FRAME * 2);
		assert_memory_equal(h + 20 * FRAME, said[1], (10 * FRAME + 7) * 2);
		assert_memory_equal(h + 30 * FRAME + 7, music, 10 * FRAME * 2);
		assert_int_equal(rms(h + 41 * FRAME, 9 * FRAME), 0);
	}
	for (int f = 2; f < 40; f++) {
		size_t lag;

		assert_true(correlation(r->phone[opus].heard + (50 + f) * FRAME, FRAME,
				    r->phone[exact].heard + (49 + f) * FRAME, FRAME, &lag) > 0.85);
	}
	rig_free(r);
}

/* What was said once in a codec is never coded in it again. */
static void a_prompt_is_coded_once_in_each_codec(void **state)
{
	static const struct codec *const codecs[] = { &codec_opus, &codec_l16, &codec_g722,
		&codec_pcmu, &codec_pcma };
	struct rig *r = rig_new(NULL);
	uint32_t prompt = rig_sound(r, said[0], 20 * FRAME), leg;
	struct phone ear;
	uint16_t port;

	(void)state;
	phone_init(&ear, true);
	for (size_t i = 0; i < ARRAY_LEN(codecs); i++) {
		struct leg_conf conf = { .codec = codecs[i] };
		uint64_t coded, stored;

		assert_int_equal(engine_leg_open(r->e, i, &conf, &leg, &port, NULL), OK);
		assert_int_equal(engine_leg_remote(r->e, leg, "127.0.0.1", ear.port, NULL), OK);
		assert_int_equal(engine_play(r->e, leg, 1, &prompt, 1), OK);
		rig_run(r, 30);
		coded = rig_stats(r).frames_encoded;
		stored = rig_stats(r).frames_stored;
		assert_int_equal(engine_play(r->e, leg, 1, &prompt, 1), OK);
		rig_run(r, 20); /* not into the silence behind it, whose first frames are coded */
		if (rig_stats(r).frames_encoded != coded ||
			rig_stats(r).frames_stored < stored + 19)
			fail_msg("%s: %llu frames coded again, %llu as they were", codecs[i]->name,
				(unsigned long long)(rig_stats(r).frames_encoded - coded),
				(unsigned long long)(rig_stats(r).frames_stored - stored));
	}
	phone_fini(&ear);
	rig_free(r);
}

static void what_there_is_no_room_for_is_encoded_as_it_is_played(void **state)
{
	struct engine_conf conf;
	struct rig *r;
	uint32_t m;

	(void)state;
	engine_conf_default(&conf);
	conf.tracks_mib = 0;
	r = rig_new(&conf);
	rig_phone(r, 1, false);
	m = rig_sound(r, music, ARRAY_LEN(music));
	assert_int_equal(engine_hold(r->e, r->leg[0], 1, m, NULL, 0, 60000), OK);
	rig_run(r, 30);
	assert_int_equal(rig_stats(r).frames_stored, 0);
	assert_int_equal(rig_stats(r).frames_encoded, 30);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_conference_is_encoded_once_for_each_mix),
		cmocka_unit_test(audiences_meet_again_and_nothing_is_kept_for_silence),
		cmocka_unit_test(whispers_stay_where_they_belong),
		cmocka_unit_test(hold_music_is_encoded_once_for_all_who_wait),
		cmocka_unit_test(who_waits_gets_longer_packets_if_he_may),
		cmocka_unit_test(longer_packets_may_be_told_of_later),
		cmocka_unit_test(prompts_follow_one_another_whatever_their_length),
		cmocka_unit_test(a_prompt_is_coded_once_in_each_codec),
		cmocka_unit_test(what_there_is_no_room_for_is_encoded_as_it_is_played),
	};

	return cmocka_run_group_tests(tests, sounds, NULL);
}
