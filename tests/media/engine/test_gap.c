/* Where a sound ends in the middle, begins in the middle, or becomes another sender's: to the
 * sample, on an L16 ear. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t steady[2 * SECOND], said[2 * SECOND];

static int sounds(void **state)
{
	(void)state;
	tone(400, 8000, steady, ARRAY_LEN(steady));
	voice(3, said, ARRAY_LEN(said));
	return 0;
}

/* A talker, and an L16 ear that hears him not quite at unity, so that he is decoded. */
static struct rig *talk(bool is_l16, size_t *talker, size_t *ear)
{
	struct rig *r = rig_new(NULL);

	*talker = rig_phone(r, 1, is_l16);
	*ear = rig_phone(r, 1, true);
	assert_int_equal(engine_hear(r->e, r->leg[*ear], r->leg[*talker], 0, 20), OK);
	return r;
}

/* Who is cut off in mid-sound is made up for five frames, and the last of them ends in silence
 * without a step. */
static void a_sound_that_is_cut_off_fades(void **state)
{
	size_t talker, ear, end;
	struct rig *r = talk(false, &talker, &ear);
	const struct phone *p = &r->phone[ear];
	const int16_t *last;

	(void)state;
	rig_say(r, talker, steady, SECOND);
	rig_run(r, 80);
	end = p->n_heard;
	while (end && rms(p->heard + end - FRAME, FRAME) < 1)
		end -= FRAME;
	/* A frame in the coder, one in the cushion, fifty, and those made up. */
	assert_true(end >= (50 + LINE_CONCEALED_MAX) * FRAME);
	last = p->heard + end - FRAME;
	assert_true(rms(last, FRAME / 4) > 300);
	if (rms(last + FRAME - 16, 16) > 0.1 * rms(last, FRAME / 4))
		fail_msg("from %.0f to %.0f", rms(last, FRAME / 4), rms(last + FRAME - 16, 16));
	rig_free(r);
}

/* Who is heard from the middle of a sound on, after silence, comes in over a frame. */
static void a_sound_that_begins_in_its_middle_rises(void **state)
{
	static int16_t level[SECOND];
	size_t talker, ear, at = 0;
	struct rig *r = talk(true, &talker, &ear);
	const struct phone *p = &r->phone[ear];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(level); i++)
		level[i] = 8000;
	rig_run(r, 5);
	rig_say(r, talker, level, SECOND / 2);
	rig_run(r, 20);
	while (!p->heard[at])
		at++;
	assert_in_range(p->heard[at], 1, 100);
	for (size_t i = at; i < at + FRAME; i++)
		assert_in_range(p->heard[i + 1] - p->heard[i], 0, 2 * 8000 / FRAME);
	assert_int_equal(p->heard[at + FRAME], 8000);
	rig_free(r);
}

/* What is heard of a sender does not depend on who sent before him. */
static void another_sender_is_heard_as_if_alone(void **state)
{
	static int16_t heard[2][30 * FRAME];

	(void)state;
	for (int is_second = 0; is_second < 2; is_second++) {
		size_t talker, ear, at;
		struct rig *r = talk(false, &talker, &ear);
		struct phone *t = &r->phone[talker];
		const struct phone *p = &r->phone[ear];

		rig_run(r, 5);
		if (is_second) {
			rig_say(r, talker, steady, SECOND);
			rig_run(r, 30);
			t->ssrc += 1000;
			t->seq = (uint16_t)(t->seq + 20000);
			t->ts += 1000000;
			opus_encoder_ctl(t->encoder, OPUS_RESET_STATE);
		}
		at = p->n_heard;
		rig_say(r, talker, said, SECOND);
		rig_run(r, 40);
		memcpy(heard[is_second], p->heard + at, sizeof(heard[0]));
		rig_free(r);
	}
	assert_true(rms(heard[0], ARRAY_LEN(heard[0])) > 500);
	assert_memory_equal(heard[0], heard[1], sizeof(heard[0]));
}

/* A talker becomes louder or quieter in the time that was asked for, evenly, and not before. */
static void a_gain_takes_its_time(void **state)
{
	enum { RAMP_FRAMES = 10, RAMP_MS = RAMP_FRAMES * 20 };
	static int16_t level[2 * SECOND];
	size_t talker, ear, from;
	struct rig *r = talk(true, &talker, &ear);
	const struct phone *p = &r->phone[ear];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(level); i++)
		level[i] = 8000;
	rig_say(r, talker, level, ARRAY_LEN(level));
	rig_run(r, 10);
	assert_int_equal(engine_hear(r->e, r->leg[ear], r->leg[talker], -120, RAMP_MS), OK);
	from = p->n_heard;
	rig_run(r, RAMP_FRAMES + 5);
	assert_int_equal(p->heard[from - 1], 8000);
	for (size_t i = from; i < from + RAMP_FRAMES * FRAME; i++)
		assert_in_range(p->heard[i - 1] - p->heard[i], 0, 2 + 6000 / (RAMP_FRAMES * FRAME));
	assert_in_range(p->heard[from + RAMP_FRAMES * FRAME / 2], 4990, 5015); /* halfway to 2010 */
	for (size_t i = from + RAMP_FRAMES * FRAME; i < p->n_heard; i++)
		assert_in_range(p->heard[i], 2008, 2010); /* -12 dB */
	rig_free(r);
}

/* A voice to a coder: harmonics that rise and fall. */
static void speak(int16_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double t = (double)i / PHONE_RATE, x = 0;

		for (int h = 1; h <= 20; h++)
			x += sin(2 * M_PI * 120 * h * t + h * h) / h;
		out[i] = (int16_t)lrint(4000 * (0.6 + 0.4 * sin(2 * M_PI * 3 * t)) * x);
	}
}

enum { FRAMES = 60, EVERY = 9 };

/* A call of a voice; every ninth packet is lost, or none. told: of each lost frame, whether the
 * packet after it tells of it. */
static void call_of_voice(bool is_lossy, int16_t heard[FRAMES * FRAME], bool told[FRAMES])
{
	static int16_t vowel[FRAMES * FRAME];
	void *encoder = codec_encoder_new(codec_opus.lossy),
	     *other = codec_decoder_new(&codec_opus);
	size_t talker, ear, n_told = 0;
	struct rig *r = talk(false, &talker, &ear);
	struct phone *t = &r->phone[talker];

	speak(vowel, ARRAY_LEN(vowel));
	for (int f = 0; f < FRAMES; f++, t->ts += 960) {
		uint8_t payload[CODEC_PAYLOAD_MAX];
		int16_t unheard[FRAME];
		size_t n = codec_opus.lossy->encode(encoder, vowel + f * FRAME, payload);

		if (f % EVERY == 0 && f)
			n_told += told[f - 1] = codec_opus.recover(other, payload, n, unheard);
		if (is_lossy && f % EVERY == EVERY - 1) {
			t->seq++;
		} else {
			phone_send(t, 111, false, t->ts, payload, n);
			rig_await_arrival(r, talker);
		}
		rig_run(r, 1);
	}
	assert_true(n_told >= 3);
	assert_int_equal(
		engine_place(r->e, r->leg[talker])->line->recovered, is_lossy ? n_told : 0);
	memcpy(heard, r->phone[ear].heard, FRAMES * FRAME * sizeof(*heard));
	free(encoder);
	free(other);
	rig_free(r);
}

/* What is heard there is what was said, not a guess. The reference is the same call without losses.
 */
static void what_is_lost_is_told_by_what_follows(void **state)
{
	static int16_t heard[2][FRAMES * FRAME];
	bool told[FRAMES];

	(void)state;
	call_of_voice(false, heard[0], told);
	call_of_voice(true, heard[1], told);
	for (int f = EVERY - 1; f < FRAMES - 2; f += EVERY) {
		size_t at = (size_t)(f + 1) * FRAME, lag; /* one frame in the cushion */
		double alike = correlation(heard[1] + at, FRAME, heard[0] + at, 1, &lag);

		if (told[f] && alike < 0.9)
			fail_msg("frame %d: %.2f", f, alike);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_sound_that_is_cut_off_fades),
		cmocka_unit_test(a_sound_that_begins_in_its_middle_rises),
		cmocka_unit_test(a_gain_takes_its_time),
		cmocka_unit_test(what_is_lost_is_told_by_what_follows),
		cmocka_unit_test(another_sender_is_heard_as_if_alone),
	};

	return cmocka_run_group_tests_name("gaps", tests, sounds, NULL);
}
