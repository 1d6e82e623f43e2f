/*
 * A call in which agent and caller speak the same codec, from the music on and back to it: his
 * packets are passed on, prompts and a supervisor take him out of that in mid-word, and it begins
 * again in his pauses. Nothing is heard of any of it.
 *
 * Nobody but the caller listens, so that he is not decoded while he is passed on. What she should
 * have heard is told by the same call once more, where an L16 leg is told the same as hers.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/splice.h"

enum {
	FRAME = PHONE_FRAME,
	SECOND = PHONE_RATE,
	TICKS = 500,
	WORDS = 40, /* of the agent, in frames, and then */
	PAUSE = 8,  /* a pause of his */
	LOOK = 40,  /* samples an Opus packet of ours looks ahead */
	WINDOW = FRAME / 4,
	CALLER = 0,
	AGENT,
	BOSS,
	EXACT,
};

static int16_t music[2 * SECOND], prompt[SECOND], agent[TICKS * FRAME], boss[2 * SECOND];

/* A voice whose coder leans on what was before: the same hum goes on and on. */
static void hum(int16_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		double t = (double)i / PHONE_RATE, sum = 0;

		for (int k = 1; k <= 20; k++)
			sum += sin(2 * M_PI * 130 * k * t + k * k) / k;
		out[i] = (int16_t)lrint(4000 * (1 + 0.5 * sin(2 * M_PI * 3 * t)) * sum);
	}
}

static int sounds(void **state)
{
	static int16_t hush[TICKS * FRAME];

	(void)state;
	voice(31, music, ARRAY_LEN(music));
	voice(32, prompt, ARRAY_LEN(prompt));
	hum(agent, ARRAY_LEN(agent));
	voice(34, boss, ARRAY_LEN(boss));
	voice(35, hush, ARRAY_LEN(hush));
	for (size_t i = 0; i < ARRAY_LEN(agent); i++)
		if (i / FRAME % (WORDS + PAUSE) >= WORDS)
			agent[i] = hush[i] / 300;
	return 0;
}

struct call {
	struct rig *r;
	bool is_told; /* with EXACT */
	int n;
	struct splice_tick tick[TICKS]; /* the agent and the caller */
};

static void run(struct call *c, int frames)
{
	for (int i = 0; i < frames; i++, c->n++) {
		assert_true(c->n < TICKS);
		rig_run(c->r, 1);
		c->tick[c->n] = splice_note(c->r, AGENT, CALLER);
	}
}

static void hold(struct call *c, uint32_t m, const uint32_t *say)
{
	for (size_t i = CALLER; i <= (c->is_told ? EXACT : CALLER); i += EXACT)
		assert_int_equal(
			engine_hold(c->r->e, c->r->leg[i], 1, m, say, say ? 1 : 0, 60000), OK);
}

static void play(struct call *c, uint32_t say)
{
	for (size_t i = CALLER; i <= (c->is_told ? EXACT : CALLER); i += EXACT)
		assert_int_equal(engine_play(c->r->e, c->r->leg[i], 1, &say, 1), OK);
}

static void stop(struct call *c)
{
	for (size_t i = CALLER; i <= (c->is_told ? EXACT : CALLER); i += EXACT)
		assert_int_equal(engine_stop(c->r->e, c->r->leg[i]), OK);
}

static void hear(struct call *c, size_t talker, int gain_cb)
{
	for (size_t i = CALLER; i <= (c->is_told ? EXACT : CALLER); i += EXACT)
		assert_int_equal(
			engine_hear(c->r->e, c->r->leg[i], c->r->leg[talker], gain_cb, 60), OK);
}

/* Music, an announcement over it, the agent, a prompt of hers alone over his words, he again, a
 * supervisor beside him, he again, and the music. */
static void the_way(struct call *c)
{
	uint32_t m = rig_sound(c->r, music, ARRAY_LEN(music));
	uint32_t news = rig_sound(c->r, prompt, 30 * FRAME);
	uint32_t word = rig_sound(c->r, prompt + 31 * FRAME, 9 * FRAME + 100);

	hold(c, m, NULL);
	run(c, 30);
	hold(c, m, &news);
	run(c, 60);
	stop(c);
	hear(c, AGENT, 0);
	rig_say(c->r, AGENT, agent, TICKS * FRAME);
	run(c, 2 * (WORDS + PAUSE) - 20);
	play(c, word);
	run(c, WORDS + PAUSE);
	rig_say(c->r, BOSS, boss, 30 * FRAME);
	hear(c, BOSS, 0);
	run(c, 40);
	hear(c, BOSS, ENGINE_DEAF);
	run(c, 2 * (WORDS + PAUSE) + 5);
	hear(c, AGENT, ENGINE_DEAF);
	hold(c, m, NULL);
	run(c, 40);
}

static struct call *call(bool is_told)
{
	struct call *c = calloc(1, sizeof(*c));

	c->r = rig_new(NULL);
	c->is_told = is_told;
	for (size_t i = CALLER; i < (is_told ? EXACT + 1 : EXACT); i++)
		rig_phone(c->r, 1, i == EXACT);
	the_way(c);
	assert_int_equal(c->r->phone[CALLER].breaks, 0);
	return c;
}

/* Against the sound itself, around the change: the coder's own noise and no more. Where he was
 * passed on the frame before looked ahead less by LOOK, so from where that has passed. */
static void is_like_the_sound(const struct call *c, const int16_t *truth, int k)
{
	const int16_t *wanted = truth + k * FRAME - LOOK;
	const int16_t *heard = c->r->phone[CALLER].heard + k * FRAME;
	int from = c->tick[k - 1].kind == FEED_PASSED ? WINDOW : -WINDOW;

	for (int at = from; at + WINDOW <= 2 * FRAME; at += WINDOW / 2) {
		double louder = db(rms(heard + at, WINDOW) / rms(wanted + at, WINDOW));

		if (rms(wanted + at, WINDOW) < 10 * SPLICE_QUIET)
			continue;
		if (snr_db(wanted + at, heard + at, WINDOW) < 6 || louder > 1)
			fail_msg("tick %d, sample %d: %.1f dB, %.1f dB louder", k, at,
				snr_db(wanted + at, heard + at, WINDOW), louder);
	}
}

/* Where he is mixed again he was not decoded the frame before. In the other call he was; the
 * coder's choices turn on the last bit, so that equal sound is still coded a little differently. */
static void is_as_if_decoded_all_along(const struct call *c, const struct call *told, int k)
{
	const int16_t *is = c->r->phone[CALLER].heard, *wanted = told->r->phone[CALLER].heard;

	for (int i = k; i < k + 6; i++) {
		double snr = snr_db(wanted + i * FRAME, is + i * FRAME, FRAME);
		double louder = db(rms(is + i * FRAME, FRAME) / rms(wanted + i * FRAME, FRAME));

		if (snr < 30 || fabs(louder) > 0.2)
			fail_msg("tick %d, frame %d: %.1f dB, %.1f dB louder", k, i - k, snr,
				louder);
	}
}

static void nothing_is_heard_of_where_her_sound_comes_from(void **state)
{
	struct call *c = call(false), *told = call(true);
	const int16_t *truth = told->r->phone[EXACT].heard;
	int compared[FEED_STREAM + 1] = { 0 };

	(void)state;
	for (int k = SPLICE_BACK; k + SPLICE_LOOK < c->n; k++) {
		const struct splice_tick *t = &c->tick[k];

		if (t->kind == t[-1].kind && t->stream == t[-1].stream)
			continue;
		compared[t->kind] += splice_is_smooth(c->tick, truth, k) > 1;
		if (t->kind == FEED_STREAM && t[-1].kind == FEED_PASSED)
			is_as_if_decoded_all_along(c, told, k);
		if (t->kind == FEED_STREAM)
			is_like_the_sound(c, truth, k);
	}
	assert_in_range(compared[FEED_PASSED], 3, 9);
	assert_in_range(compared[FEED_TRACK], 2, 9);
	assert_in_range(compared[FEED_STREAM], 4, 9);
	/* He is decoded where he is mixed, and nowhere else. */
	assert_int_equal(rig_stats(told->r).frames_decoded - rig_stats(c->r).frames_decoded,
		rig_stats(c->r).packets_passed - 3);
	rig_free(c->r);
	rig_free(told->r);
	free(c);
	free(told);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing_is_heard_of_where_her_sound_comes_from),
	};

	return cmocka_run_group_tests(tests, sounds, NULL);
}
