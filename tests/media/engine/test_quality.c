/* The E-model against published values, and what a leg tells of a network that is known. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "tests/media/engine/rig.h"

#include <stdio.h>

/* G.107 table B.1. */
static void r_becomes_the_published_opinion(void **state)
{
	static const struct {
		double r, mos;
	} rows[] = { { 90, 4.34 }, { 80, 4.03 }, { 70, 3.60 }, { 60, 3.10 }, { 50, 2.58 },
		{ 93.2, 4.41 }, { 0, 1 }, { -20, 1 }, { 100, 4.5 }, { 120, 4.5 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		if (fabs(quality_mos(rows[i].r) - rows[i].mos) > 0.008)
			fail_msg("R %.1f: %.3f", rows[i].r, quality_mos(rows[i].r));
}

/* Ie,eff = Ie + (95 - Ie) Ppl / (Ppl / BurstR + Bpl) with the Bpl of G.113 table I.4, and Idd of
 * G.107 by hand: 100 ms cost nothing, 200 ms 3.0 of R, 400 ms 24.1. */
static void loss_and_delay_cost_what_is_published(void **state)
{
	static const struct {
		const char *name;
		const struct codec *codec;
		double loss, delay_ms, r;
	} rows[] = {
		{ "nothing", &codec_pcmu, 0, 0, 93.2 },
		{ "100 ms", &codec_pcmu, 0, 100, 93.2 },
		{ "200 ms", &codec_pcmu, 0, 200, 90.2 },
		{ "400 ms", &codec_pcmu, 0, 400, 69.1 },
		{ "G.711 without concealment, 1 %", &codec_pcmu, 0.01, 0, 75.3 },
		{ "G.711 without concealment, 5 %", &codec_pcma, 0.05, 0, 42.1 },
		{ "as with concealment, 1 %", &codec_opus, 0.01, 0, 89.6 },
		{ "as with concealment, 5 %", &codec_opus, 0.05, 0, 77.4 },
		{ "all of it", &codec_pcmu, 1, 0, 2.1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		double r = quality_r(rows[i].codec, rows[i].loss, rows[i].delay_ms);

		if (fabs(r - rows[i].r) > 0.1)
			fail_msg("%s: %.2f", rows[i].name, r);
	}
}

/* Every tenth packet is lost, and what comes is as loud as it is. */
static void a_leg_tells_its_losses_its_level_and_its_clipping(void **state)
{
	static int16_t loud[PHONE_FRAME], soft[PHONE_FRAME];
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, true), b = rig_phone(r, 1, true);
	struct engine_quality q;

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 0), OK);
	assert_int_equal(engine_quality(r->e, r->leg[a], &q), OK);
	assert_int_equal(q.expected + q.frames, 0);
	assert_int_equal(q.mos_percent, 441);
	tone(400, 3276.8, soft, PHONE_FRAME); /* an RMS of -23 dBov */
	for (size_t i = 0; i < PHONE_FRAME; i++)
		loud[i] = i % 2 ? INT16_MAX : INT16_MIN;
	for (int i = 0; i < 500; i++) {
		if (i % 10 == 5) {
			r->phone[a].seq++;
			r->phone[a].ts += PHONE_FRAME;
		} else {
			rig_say(r, a, soft, PHONE_FRAME);
		}
		rig_run(r, 1);
	}
	rig_run(r, QUALITY_TICKS);
	assert_int_equal(engine_quality(r->e, r->leg[a], &q), OK);
	assert_int_equal(q.expected, 500);
	assert_int_equal(q.lost, 50);
	assert_int_equal(q.concealed, 50 + 5); /* and the end */
	assert_int_equal(q.clipped, 0);
	assert_int_equal(q.level_cb, -230);
	assert_int_equal(q.mos_percent, 142); /* 10 % without concealment: nobody would stay */
	assert_int_equal(q.buffer_us, 20000);
	for (int i = 0; i < 100; i++) {
		rig_say(r, a, loud, PHONE_FRAME);
		rig_run(r, 1);
	}
	rig_run(r, QUALITY_TICKS);
	assert_int_equal(engine_quality(r->e, r->leg[a], &q), OK);
	assert_int_equal(q.clipped, 101); /* and the first frame made up at the end */
	assert_int_equal(engine_leg_close(r->e, r->leg[a]), OK);
	assert_int_equal(engine_quality(r->e, r->leg[a], &q), E_STALE);
	rig_free(r);
}

/* Two legs of one engine, each the other's far end. */
struct pair {
	struct engine *e;
	uint32_t leg[2];
	uint64_t now_ns;
	char heard[64];
	size_t n_heard;
};

static void pair_open(struct pair *p, const struct leg_conf *conf)
{
	struct engine_conf plain;
	struct why why = { 0 };
	uint16_t port[2];

	engine_conf_default(&plain);
	*p = (struct pair){ .e = engine_make(&plain, false, &why) };
	for (int i = 0; i < 2; i++)
		if (!p->e || engine_leg_open(
				     p->e, 1 + (uint64_t)i, conf, &p->leg[i], &port[i], &why) != OK)
			fail_msg("%s", why.text);
	for (int i = 0; i < 2; i++)
		assert_int_equal(
			engine_leg_remote(p->e, p->leg[i], "127.0.0.1", port[!i], NULL), OK);
}

static void pair_run(struct pair *p, int ticks)
{
	struct engine_event ev;

	for (int i = 0; i < ticks; i++, p->now_ns += PACE_TICK_NS) {
		engine_wake(p->e, p->now_ns);
		while (engine_take(p->e, &ev))
			if (ev.kind == ENGINE_DTMF && ev.leg == p->leg[1])
				p->heard[p->n_heard++] = ev.digit;
	}
}

static void digits_are_dialled_in_order_and_have_an_end(void **state)
{
	struct leg_conf conf = { 0 };
	struct pair p;

	(void)state;
	pair_open(&p, &conf);
	pair_run(&p, 10);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], ""), E_MALFORMED);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "12 3"), E_MALFORMED);
	assert_int_equal(engine_dtmf(p.e, p.leg[0] + 999, "1"), E_STALE);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "0123456789*#abcd0123456789*#ABC"), OK);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "0123456789012345678901234567890"), OK);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "333"), E_LIMIT);
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "33"), OK);
	pair_run(&p, 8 * 64 + 5);
	p.heard[p.n_heard < 63 ? p.n_heard : 63] = 0;
	assert_int_equal(p.n_heard, 64);
	p.heard[63] = 0;
	assert_string_equal(
		p.heard, "0123456789*#ABCD0123456789*#ABC01234567890123456789012345678903");
	assert_int_equal(engine_dtmf(p.e, p.leg[0], "5"), OK); /* there is room again */
	engine_free(p.e);
}

/* Reports went there and back. */
static void the_way_is_measured(void **state)
{
	struct leg_conf conf = { .codec = &codec_pcma };
	struct engine_quality q;
	struct pair p;

	(void)state;
	pair_open(&p, &conf);
	pair_run(&p, 50 * 40);
	assert_int_equal(engine_quality(p.e, p.leg[0], &q), OK);
	assert_true(q.has_rtt && q.has_theirs);
	assert_in_range(q.rtt_us, 0, 40100); /* two ticks of this clock */
	assert_int_equal(q.lost + q.theirs_lost, 0);
	assert_int_equal(q.expected, 2000 - 25); /* as it was shown last */
	assert_int_equal(q.mos_percent, 441);
	assert_int_equal(q.theirs_mos_percent, 441);
	engine_free(p.e);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(r_becomes_the_published_opinion),
		cmocka_unit_test(loss_and_delay_cost_what_is_published),
		cmocka_unit_test(a_leg_tells_its_losses_its_level_and_its_clipping),
		cmocka_unit_test(digits_are_dialled_in_order_and_have_an_end),
		cmocka_unit_test(the_way_is_measured),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
