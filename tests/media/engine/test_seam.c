/*
 * What a caller hears where what feeds her changes: nothing of the change.
 *
 * A second leg, L16, is told the same at the same time and hears exactly what was mixed. At each
 * change its sound goes through a coder of the test's own, which is there two frames before: a
 * decoder that was in step with it all along is what the caller's is compared with.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

enum {
	FRAME = PHONE_FRAME,
	SECOND = PHONE_RATE,
	TICKS_MAX = 900,
	BACK = 2,
	QUIET = 30, /* RMS below which nothing is compared */
	LOOK = 40,  /* samples an Opus packet looks ahead */
	WINDOW = FRAME / 4,
};

static int16_t music[2 * SECOND], prompt[SECOND], agent[12 * SECOND], boss[12 * SECOND];

static int sounds(void **state)
{
	(void)state;
	voice(31, music, ARRAY_LEN(music));
	voice(32, prompt, ARRAY_LEN(prompt));
	voice(33, agent, ARRAY_LEN(agent));
	voice(34, boss, ARRAY_LEN(boss));
	return 0;
}

/* One caller, twice, and what each of her frames came from. */
struct seam {
	struct rig *r;
	size_t caller, exact, agent, boss;
	int n;
	struct {
		enum feed_kind kind;
		const struct stream *stream;
		uint8_t payload[CODEC_PAYLOAD_MAX];
		size_t bytes;
	} tick[TICKS_MAX];
};

static void run(struct seam *s, int frames)
{
	const struct phone *p = &s->r->phone[s->caller];

	for (int i = 0; i < frames; i++) {
		const struct feed *f;

		rig_run(s->r, 1);
		f = &engine_place(s->r->e, s->r->leg[s->caller])->line->feed;
		assert_true(s->n < TICKS_MAX);
		s->tick[s->n].kind = f->kind;
		s->tick[s->n].stream = f->stream;
		s->tick[s->n].bytes = p->came_bytes;
		memcpy(s->tick[s->n++].payload, p->came, p->came_bytes);
	}
}

static void hold(struct seam *s, uint32_t m, const uint32_t *say)
{
	size_t n = say ? 1 : 0;

	assert_int_equal(engine_hold(s->r->e, s->r->leg[s->caller], 1, m, say, n, 60000), OK);
	assert_int_equal(engine_hold(s->r->e, s->r->leg[s->exact], 1, m, say, n, 60000), OK);
}

static void hear(struct seam *s, size_t talker, int gain_cb)
{
	uint32_t t = s->r->leg[talker];

	assert_int_equal(engine_hear(s->r->e, s->r->leg[s->caller], t, gain_cb, 60), OK);
	assert_int_equal(engine_hear(s->r->e, s->r->leg[s->exact], t, gain_cb, 60), OK);
}

static void stop(struct seam *s)
{
	assert_int_equal(engine_stop(s->r->e, s->r->leg[s->caller]), OK);
	assert_int_equal(engine_stop(s->r->e, s->r->leg[s->exact]), OK);
}

static void play(struct seam *s, const uint32_t *say, size_t n)
{
	assert_int_equal(engine_play(s->r->e, s->r->leg[s->caller], 1, say, n), OK);
	assert_int_equal(engine_play(s->r->e, s->r->leg[s->exact], 1, say, n), OK);
}

/* Decoders that meet at tick k: the caller's, and one that was there with this coder before. */
struct pair {
	void *caller, *in_step;
};

static void meet(const struct seam *s, int k, struct pair *d)
{
	const int16_t *truth = s->r->phone[s->exact].heard;
	void *coder = codec_encoder_new(&codec_opus);
	uint8_t payload[CODEC_PAYLOAD_MAX];
	int16_t out[CODEC_SAMPLES_MAX];

	d->caller = codec_decoder_new(&codec_opus);
	d->in_step = codec_decoder_new(&codec_opus);
	for (int i = 0; i < k; i++)
		codec_opus.decode(d->caller, s->tick[i].payload, s->tick[i].bytes, out);
	for (int i = k - BACK; i < k; i++) {
		size_t n = codec_opus.encode(coder, truth + i * FRAME, payload);

		codec_opus.decode(d->in_step, payload, n, out);
	}
	free(coder);
}

/* Against the sound itself, around the change: the coder's own noise and no more. */
static void is_like_the_sound(const struct seam *s, int k)
{
	const int16_t *truth = s->r->phone[s->exact].heard + k * FRAME - LOOK;
	const int16_t *heard = s->r->phone[s->caller].heard + k * FRAME;

	for (int at = -WINDOW; at < FRAME; at += WINDOW / 2) {
		double is = rms(heard + at, WINDOW), wanted = rms(truth + at, WINDOW);

		if (wanted < 10 * QUIET)
			continue;
		if (snr_db(truth + at, heard + at, WINDOW) < 6 || db(is / wanted) > 1)
			fail_msg("tick %d, sample %d: %.1f dB of noise, %.1f dB louder", k, at,
				-snr_db(truth + at, heard + at, WINDOW), db(is / wanted));
	}
}

static void is_no_seam(const struct seam *s, int k)
{
	int16_t caller[CODEC_SAMPLES_MAX], in_step[CODEC_SAMPLES_MAX];
	struct pair d;

	meet(s, k, &d);
	for (int i = k; i < k + 3 && i < s->n; i++) {
		codec_opus.decode(d.caller, s->tick[i].payload, s->tick[i].bytes, caller);
		codec_opus.decode(d.in_step, s->tick[i].payload, s->tick[i].bytes, in_step);
		if (rms(in_step, FRAME) < QUIET)
			continue;
		if (i > k && snr_db(in_step, caller, FRAME) < 50)
			fail_msg("tick %d, frame %d after it: %.1f dB", k, i - k,
				snr_db(in_step, caller, FRAME));
		if (db(rms(caller, FRAME) / rms(in_step, FRAME)) > 1)
			fail_msg("tick %d, frame %d after it: %.1f dB louder", k, i - k,
				db(rms(caller, FRAME) / rms(in_step, FRAME)));
	}
	free(d.caller);
	free(d.in_step);
	is_like_the_sound(s, k);
}

/* All changes there were. Returns how many. */
static int look_at_all(const struct seam *s)
{
	int n = 0;

	for (int k = BACK; k + 1 < s->n; k++)
		if (s->tick[k].kind != s->tick[k - 1].kind ||
			s->tick[k].stream != s->tick[k - 1].stream) {
			is_no_seam(s, k);
			n++;
		}
	return n;
}

static struct seam *begin(void)
{
	struct seam *s = calloc(1, sizeof(*s));

	s->r = rig_new(NULL);
	s->caller = rig_phone(s->r, 1, false);
	s->exact = rig_phone(s->r, 1, true);
	s->agent = rig_phone(s->r, 1, true);
	s->boss = rig_phone(s->r, 1, true);
	return s;
}

static void end(struct seam *s)
{
	assert_int_equal(s->r->phone[s->caller].breaks, 0);
	rig_free(s->r);
	free(s);
}

/* Music, an announcement over it, a prompt, the agent, a supervisor beside him, and back. */
static void the_way_of_a_call(void **state)
{
	struct seam *s = begin();
	uint32_t m = rig_sound(s->r, music, ARRAY_LEN(music));
	uint32_t list[] = { rig_sound(s->r, prompt, 30 * FRAME),
		rig_sound(s->r, prompt + 31 * FRAME, 9 * FRAME + 100) };

	(void)state;
	hold(s, m, NULL);
	run(s, 40);
	hold(s, m, &list[0]);
	run(s, 90);
	play(s, list, 2);
	run(s, 30);
	rig_say(s->r, s->agent, agent, 8 * SECOND);
	hear(s, s->agent, 0);
	run(s, 40);
	rig_say(s->r, s->boss, boss, 4 * SECOND);
	hear(s, s->boss, -60);
	run(s, 40);
	hear(s, s->boss, ENGINE_DEAF);
	run(s, 20);
	hold(s, m, NULL);
	hear(s, s->agent, ENGINE_DEAF);
	run(s, 40);
	stop(s);
	hear(s, s->agent, 0);
	run(s, 60);
	assert_true(look_at_all(s) >= 8);
	end(s);
}

/* Others share what she hears, and part from it and her, at every moment. */
static void audiences_that_part_and_meet(void **state)
{
	struct seam *s = begin();
	size_t others[2] = { rig_phone(s->r, 1, false), rig_phone(s->r, 1, false) };

	(void)state;
	rig_say(s->r, s->agent, agent, 10 * SECOND);
	rig_say(s->r, s->boss, boss, 10 * SECOND);
	hear(s, s->agent, 0);
	for (size_t i = 0; i < 2; i++)
		assert_int_equal(
			engine_hear(s->r->e, s->r->leg[others[i]], s->r->leg[s->agent], 0, 20), OK);
	run(s, 20);
	for (int i = 0; i < 12; i++) {
		hear(s, s->boss, i % 2 ? ENGINE_DEAF : 0);
		run(s, 7 + i);
		assert_int_equal(engine_hear(s->r->e, s->r->leg[others[i % 2]], s->r->leg[s->boss],
					 i % 4 < 2 ? 0 : ENGINE_DEAF, 20),
			OK);
		run(s, 11);
	}
	assert_true(look_at_all(s) >= 8);
	end(s);
}

/* A hold that asks for longer packets ends in the middle of one. */
static void from_longer_packets_to_an_agent(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t caller = rig_phone_on(r, 1, false, 60), talker = rig_phone(r, 1, true);
	uint32_t m = rig_sound(r, music, ARRAY_LEN(music));
	const struct phone *p = &r->phone[caller];

	(void)state;
	rig_say(r, talker, agent, 10 * SECOND);
	for (int i = 0; i < 6; i++) {
		size_t from;

		assert_int_equal(engine_hold(r->e, r->leg[caller], 1, m, NULL, 0, 60000), OK);
		rig_run(r, 30 + i);
		assert_int_equal(engine_stop(r->e, r->leg[caller]), OK);
		assert_int_equal(engine_hear(r->e, r->leg[caller], r->leg[talker], 0, 100), OK);
		from = p->n_heard;
		rig_run(r, 30);
		assert_in_range(p->n_heard - from, 28 * FRAME, 30 * FRAME);
		for (size_t at = from - 2 * FRAME; at + FRAME < from + 10 * FRAME; at += WINDOW)
			assert_true(rms(p->heard + at, FRAME) < 1.3 * 6000);
		assert_int_equal(
			engine_hear(r->e, r->leg[caller], r->leg[talker], ENGINE_DEAF, 100), OK);
	}
	assert_int_equal(p->breaks, 0);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_way_of_a_call),
		cmocka_unit_test(audiences_that_part_and_meet),
		cmocka_unit_test(from_longer_packets_to_an_agent),
	};

	return cmocka_run_group_tests(tests, sounds, NULL);
}
