/* Ids that are stale, limits that are reached, ticks that come late, and a long random life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "tests/media/engine/rig.h"

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t speech[4 * SECOND];

static int voices(void **state)
{
	(void)state;
	voice(3, speech, ARRAY_LEN(speech));
	return 0;
}

static void stale_ids_do_nothing(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, true), b = rig_phone(r, 1, true);
	uint32_t sound = rig_sound(r, speech, SECOND), old = r->leg[a],
		 none[] = { 0, 1, UINT32_MAX };
	struct why why;

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[b], old, 0, 0), OK);
	rig_say(r, a, speech, SECOND);
	rig_run(r, 5);
	assert_int_equal(engine_leg_close(r->e, old), OK);
	rig_run(r, 2);
	r->n_says[a] = 0;
	rig_phone(r, 1, true); /* may take the old place, not the old id */
	for (size_t i = 0; i < 4; i++) {
		uint32_t id = i < 3 ? none[i] : old;

		if (id == r->leg[b] || id == r->leg[2])
			continue;
		assert_int_equal(engine_leg_close(r->e, id), E_STALE);
		assert_int_equal(engine_leg_remote(r->e, id, "127.0.0.1", 9, &why), E_STALE);
		assert_int_equal(engine_hear(r->e, id, r->leg[b], 0, 0), E_STALE);
		assert_int_equal(engine_hear(r->e, r->leg[b], id, 0, 0), E_STALE);
		assert_int_equal(engine_play(r->e, id, 1, &sound, 1), E_STALE);
		assert_int_equal(engine_hold(r->e, id, 1, sound, NULL, 0, 20), E_STALE);
		assert_int_equal(engine_stop(r->e, id), E_STALE);
		assert_null(engine_leg(r->e, id));
	}
	r->n_events = 0;
	rig_run(r, 20);
	assert_int_equal(r->n_events, 0);
	assert_int_equal(rms(r->phone[2].heard, r->phone[2].n_heard), 0);
	rig_free(r);
}

static void legs_ports_and_sounds_end(void **state)
{
	struct engine_conf conf;
	struct leg_conf leg_conf = { 0 };
	uint32_t leg[4], sound;
	uint16_t port[4];
	struct pcm none = { 0 };
	struct why why;
	struct rig *r;

	(void)state;
	engine_conf_default(&conf);
	conf.legs_max = 3;
	conf.sounds_max = 1;
	r = rig_new(&conf);
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(engine_leg_open(r->e, i, &leg_conf, &leg[i], &port[i], &why), OK);
	assert_int_equal(engine_leg_open(r->e, 9, &leg_conf, &leg[3], &port[3], &why), E_LIMIT);
	assert_string_equal(why.text, "all 3 legs are taken");
	rig_run(r, 1);
	assert_int_equal(engine_leg_close(r->e, leg[1]), OK);
	rig_run(r, 1);
	assert_int_equal(engine_leg_open(r->e, 9, &leg_conf, &leg[3], &port[3], &why), OK);
	assert_int_not_equal(leg[3], leg[1]);

	sound = rig_sound(r, speech, 10);
	none = (struct pcm){ malloc(20), 10 };
	assert_int_equal(engine_sound_add(r->e, &none, &sound, &why), E_LIMIT);
	assert_int_equal(none.n_samples, 10); /* still ours */
	pcm_free(&none);
	assert_int_equal(engine_sound_add(r->e, &none, &sound, &why), E_MALFORMED);
	rig_free(r);
}

static void a_range_of_ports_ends_and_a_closed_legs_port_comes_back(void **state)
{
	struct leg_conf leg_conf = { 0 };
	struct engine_conf conf;
	struct why why = { 0 };
	uint16_t port[2], again;
	uint32_t leg[2];
	bool has_both;
	struct rig *r;

	(void)state;
	do { /* where nobody else is */
		uint16_t at;

		random_bytes(&at, sizeof(at));
		engine_conf_default(&conf);
		conf.port_first = (uint16_t)(at % 20000 * 2 + 10000);
		conf.port_last = (uint16_t)(conf.port_first + 3);
		r = rig_new(&conf);
		has_both = engine_leg_open(r->e, 1, &leg_conf, &leg[0], &port[0], &why) == OK &&
			   engine_leg_open(r->e, 1, &leg_conf, &leg[1], &port[1], &why) == OK;
		if (!has_both)
			rig_free(r);
	} while (!has_both);
	assert_int_equal(engine_leg_open(r->e, 1, &leg_conf, &leg[1], &again, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "all 2 even ports of "));
	assert_int_equal(engine_leg_close(r->e, leg[0]), OK);
	rig_run(r, 2);
	assert_int_equal(engine_leg_open(r->e, 1, &leg_conf, &leg[0], &again, &why), OK);
	assert_int_equal(again, port[0]);
	rig_free(r);
}

static void commands_end_but_closing_does_not(void **state)
{
	struct engine_conf conf;
	struct engine_stats s;
	struct rig *r;
	size_t a, b;
	uint32_t sound, many[ENGINE_LIST_MAX + 1];

	(void)state;
	engine_conf_default(&conf);
	conf.commands_max = 8;
	conf.hears_max = 1;
	r = rig_new(&conf);
	a = rig_phone(r, 1, true);
	b = rig_phone(r, 1, true);
	rig_phone(r, 1, true);
	sound = rig_sound(r, speech, SECOND);
	rig_run(r, 1);
	for (size_t i = 0; i < ARRAY_LEN(many); i++)
		many[i] = sound;
	assert_int_equal(engine_play(r->e, r->leg[a], 1, many, ENGINE_LIST_MAX + 1), E_LIMIT);
	assert_int_equal(engine_play(r->e, r->leg[a], 1, many, 0), E_MALFORMED);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[b], 0, 0), OK);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[2], 0, 0), E_LIMIT); /* hears_max */
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[b], -30, 0), OK);
	for (int i = 0; i < 6; i++)
		assert_int_equal(engine_play(r->e, r->leg[a], 1, many, ENGINE_LIST_MAX), OK);
	assert_int_equal(engine_play(r->e, r->leg[a], 1, many, 1), E_LIMIT);
	assert_int_equal(engine_stop(r->e, r->leg[a]), E_LIMIT);
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 0), E_LIMIT);
	assert_int_equal(engine_leg_close(r->e, r->leg[b]), OK);
	engine_stats(r->e, &s);
	assert_int_equal(s.legs, 2);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[2], 0, 0), E_LIMIT); /* no room */
	rig_run(r, 2);
	assert_int_equal(engine_hear(r->e, r->leg[a], r->leg[2], 0, 0), OK); /* b is forgotten */
	rig_run(r, 2);
	assert_int_equal(r->e->n_lines, 2);
	rig_free(r);
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state)
{
	struct engine_conf conf;
	struct why why;
	struct rig *r;
	size_t a;

	(void)state;
	engine_conf_default(&conf);
	conf.legs_max = 0;
	assert_null(engine_new(&conf, &why));
	assert_string_equal(why.text, "media legs_max is 0; want 1 to 60000");
	engine_conf_default(&conf);
	conf.port_first = 2000, conf.port_last = 1000;
	assert_null(engine_new(&conf, &why));
	assert_string_equal(why.text, "media port_last is 1000; want 2000 to 65535");
	engine_conf_default(&conf);
	assert_int_equal(text_copy(conf.address, sizeof(conf.address), "media.example"), OK);
	assert_null(engine_new(&conf, &why));
	assert_int_equal(why.code, E_MALFORMED);

	r = rig_new(NULL);
	a = rig_phone(r, 1, true);
	assert_int_equal(engine_leg_remote(r->e, r->leg[a], "a.b", 1, &why), E_MALFORMED);
	assert_int_equal(engine_leg_remote(r->e, r->leg[a], "127.0.0.1", 0, &why), E_MALFORMED);
	assert_int_equal(engine_leg_remote(r->e, r->leg[a], "::1", 1, &why), E_MALFORMED);
	rig_free(r);
}

static void a_press_is_told_once_and_presence_is_told(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, false);

	(void)state;
	rig_run(r, 5);
	assert_int_equal(r->n_events, 0);
	rig_say(r, a, speech, 10 * FRAME);
	rig_run(r, 10);
	phone_press(&r->phone[a], 5, 8);
	rig_await_arrival(r, a);
	rig_run(r, 10);
	phone_press(&r->phone[a], 5, 3);
	rig_await_arrival(r, a);
	rig_run(r, 1);
	assert_int_equal(r->n_events, 3);
	assert_int_equal(r->event[0].kind, ENGINE_HEARD);
	assert_int_equal(r->event[1].kind, ENGINE_DTMF);
	assert_int_equal(r->event[1].digit, '5');
	assert_int_equal(r->event[2].digit, '5');
	rig_run(r, 248); /* 4.98 s after the last packet */
	assert_int_equal(r->n_events, 3);
	rig_run(r, 2);
	assert_int_equal(rig_events(r, ENGINE_SILENT, a), 1);
	rig_say(r, a, speech, 2 * FRAME);
	rig_run(r, 260);
	assert_int_equal(rig_events(r, ENGINE_HEARD, a), 2);
	assert_int_equal(rig_events(r, ENGINE_SILENT, a), 2);
	rig_free(r);
}

/* Nobody takes events: digits are dropped and counted, PLAYED waits. */
static void events_end_but_played_is_kept(void **state)
{
	struct engine_conf conf;
	struct engine_event ev;
	struct engine_stats s;
	size_t a, n_played = 0;
	uint32_t sound;
	struct rig *r;

	(void)state;
	engine_conf_default(&conf);
	conf.events_max = 4;
	r = rig_new(&conf);
	a = rig_phone(r, 1, true);
	sound = rig_sound(r, speech, FRAME);
	engine_wake(r->e, r->now_ns);
	for (uint8_t event = 0; event < 6; event++)
		phone_press(&r->phone[a], event, 1);
	rig_await_arrival(r, a);
	assert_int_equal(engine_play(r->e, r->leg[a], 77, &sound, 1), OK);
	for (int i = 0; i < 3; i++)
		engine_wake(r->e, r->now_ns += PACE_TICK_NS);
	engine_stats(r->e, &s);
	assert_int_equal(s.events_dropped, 3); /* the first place took HEARD */
	rig_collect(r);
	assert_int_equal(rig_events(r, ENGINE_PLAYED, a), 0);
	engine_wake(r->e, r->now_ns += PACE_TICK_NS);
	while (engine_take(r->e, &ev))
		n_played += ev.kind == ENGINE_PLAYED && ev.cookie == 77;
	assert_int_equal(n_played, 1);
	rig_free(r);
}

static void late_ticks_run_up_to_three_and_the_others_are_dropped(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t a = rig_phone(r, 1, true), b = rig_phone(r, 1, true);
	struct engine_stats s;
	uint32_t last_ts;
	uint16_t last_seq;

	(void)state;
	assert_int_equal(engine_hear(r->e, r->leg[b], r->leg[a], 0, 0), OK);
	rig_say(r, a, speech, 4 * SECOND);
	rig_run(r, 50);
	last_ts = r->phone[b].heard_ts;
	last_seq = r->phone[b].heard_seq;
	for (int i = 0; i < 39;
		i++) /* the machine stands still for 39 ticks; the caller does not */
		rig_speak(r);
	r->now_ns += 39 * PACE_TICK_NS;
	rig_run(r, 1);
	engine_stats(r->e, &s);
	assert_int_equal(s.ticks, 50 + 3);
	assert_int_equal(s.ticks_lost, 37);
	assert_true(phone_await(&r->phone[b]) && phone_await(&r->phone[b]));
	assert_true(phone_await(&r->phone[a]) && phone_await(&r->phone[a]));
	assert_false(phone_hear(&r->phone[b]));
	assert_int_equal((uint16_t)(r->phone[b].heard_seq - last_seq), 3);
	assert_int_equal(r->phone[b].heard_ts - last_ts, 40 * FRAME);
	assert_int_equal(r->phone[b].breaks, 1); /* one leap of the timestamp, and no other */
	/* Level again at once: in the next tick as before, a frame is heard one tick after it was
	 * said. */
	rig_run(r, 20);
	assert_memory_equal(r->phone[b].heard + 53 * FRAME, speech + 89 * FRAME, 20 * FRAME * 2);
	rig_free(r);
}

enum { LIFE_STEPS = 6000, LIFE_PHONES = 12, LIFE_SOUNDS = 6 };

struct life {
	struct rng rng;
	struct engine *e;
	uint32_t leg[LIFE_PHONES], sound[LIFE_SOUNDS];
	uint64_t now_ns;
	struct phone phone;
};

static void life_start(struct life *l)
{
	struct engine_conf conf;

	engine_conf_default(&conf);
	conf.n_shards = 2;
	conf.legs_max = LIFE_PHONES - 2;
	conf.sounds_max = LIFE_SOUNDS - 1;
	conf.hears_max = 2;
	conf.commands_max = 16;
	conf.events_max = 8;
	l->e = engine_make(&conf, false, NULL);
	assert_non_null(l->e);
	phone_init(&l->phone, false);
}

static void life_wake(struct life *l, int ticks)
{
	while (ticks--) {
		l->now_ns += PACE_TICK_NS;
		engine_wake(l->e, l->now_ns);
	}
}

static void life_step(struct life *l, int step)
{
	size_t a = rng_below(&l->rng, LIFE_PHONES), b = rng_below(&l->rng, LIFE_PHONES);
	size_t k = rng_below(&l->rng, LIFE_SOUNDS);
	struct leg_conf lc = { .codec = rng_below(&l->rng, 2) ? &codec_l16 : NULL };
	struct pcm pcm = { 0 };
	uint16_t port;

	switch (rng_below(&l->rng, 12)) {
	case 0:
		if (engine_leg_open(l->e, rng_below(&l->rng, 3), &lc, &l->leg[a], &port, NULL) ==
			OK)
			phone_dial(&l->phone, port);
		break;
	case 1:
		(void)engine_leg_close(l->e, l->leg[a]);
		break;
	case 2:
		(void)!engine_leg_remote(l->e, l->leg[a], "127.0.0.1", l->phone.port, NULL);
		break;
	case 3:
		pcm = (struct pcm){ malloc(2000 * 2), 1 + rng_below(&l->rng, 2000) };
		memcpy(pcm.samples, speech, 4000);
		if (engine_sound_add(l->e, &pcm, &l->sound[k], NULL) != OK)
			pcm_free(&pcm);
		break;
	case 4:
		(void)engine_sound_drop(l->e, l->sound[k]);
		break;
	case 5:
		(void)!engine_play(l->e, l->leg[a], step, &l->sound[k],
			1 + rng_below(&l->rng, LIFE_SOUNDS - k));
		break;
	case 6:
		(void)!engine_hold(l->e, l->leg[a], step, l->sound[k], &l->sound[k],
			rng_below(&l->rng, 2), 100);
		break;
	case 7:
		(void)!engine_stop(l->e, l->leg[a]);
		break;
	case 8:
		(void)!engine_hear(l->e, l->leg[a], l->leg[b],
			rng_below(&l->rng, 3) ? (int)rng_below(&l->rng, 200) - 100 : ENGINE_DEAF,
			(unsigned)rng_below(&l->rng, 100));
		break;
	case 9:
		if (l->phone.to.sin_port)
			phone_say(&l->phone, speech + step % 100 * FRAME);
		break;
	default:
		l->now_ns += rng_below(&l->rng, 50) == 0 ? 10 * PACE_TICK_NS : 0;
		life_wake(l, 1);
	}
}

static void life_drain(struct life *l)
{
	struct engine_event ev;
	uint8_t packet[1500];

	while (rng_below(&l->rng, 3) && engine_take(l->e, &ev))
		;
	while (recv(l->phone.fd, packet, sizeof(packet), MSG_DONTWAIT) > 0)
		;
}

/* Everybody leaves; who comes then hears a sound to the last sample. */
static void life_after(struct life *l)
{
	enum { HEARD = 20 };
	struct leg_conf lc = { .codec = &codec_l16 };
	struct pcm pcm = { malloc(HEARD * FRAME * sizeof(int16_t)), HEARD * FRAME };
	struct phone ear;
	uint32_t leg, sound;
	uint16_t port;

	for (size_t i = 0; i < LIFE_PHONES; i++)
		(void)engine_leg_close(l->e, l->leg[i]);
	for (size_t i = 0; i < LIFE_SOUNDS; i++)
		(void)engine_sound_drop(l->e, l->sound[i]);
	life_wake(l, 3);
	phone_init(&ear, true);
	memcpy(pcm.samples, speech, HEARD * FRAME * sizeof(*speech));
	assert_int_equal(engine_sound_add(l->e, &pcm, &sound, NULL), OK);
	assert_int_equal(engine_leg_open(l->e, 1, &lc, &leg, &port, NULL), OK);
	assert_int_equal(engine_leg_remote(l->e, leg, "127.0.0.1", ear.port, NULL), OK);
	assert_int_equal(engine_play(l->e, leg, 1, &sound, 1), OK);
	life_wake(l, HEARD);
	for (int i = 0; i < HEARD; i++)
		assert_true(phone_await(&ear));
	assert_memory_equal(ear.heard, speech, HEARD * FRAME * sizeof(*speech));
	phone_fini(&ear);
}

/* Whatever is asked in whatever order, at limits that are always reached: nothing breaks or leaks,
 * and the clock goes on. */
static void a_random_life(void **state)
{
	struct life l = { .rng = { 7 } };
	struct engine_stats s;

	(void)state;
	life_start(&l);
	for (int step = 0; step < LIFE_STEPS; step++) {
		life_step(&l, step);
		life_drain(&l);
	}
	life_after(&l);
	engine_stats(l.e, &s);
	/* Of two shards, and the one at 0: each was run, or is known not to have been. */
	assert_int_equal(s.ticks + s.ticks_lost, 2 * (l.now_ns / PACE_TICK_NS + 1));
	assert_true(s.ticks_lost > 0);
	engine_free(l.e);
	phone_fini(&l.phone);
}

/* Work is time that sound does not have: who is let in late is refused early. */
static void a_busy_clock_takes_no_more_legs(void **state)
{
	struct rig *r = rig_new(NULL);
	struct leg_conf conf = { 0 };
	struct why why = { 0 };
	uint32_t leg;
	uint16_t port;

	(void)state;
	r->e->shard[0].tally[TALLY_BUSY] = 701;
	rig_run(r, 1);
	assert_int_equal(rig_stats(r).busy, 70);
	assert_int_equal(engine_leg_open(r->e, 1, &conf, &leg, &port, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "70 %"));
	r->e->shard[0].tally[TALLY_BUSY] = 699;
	rig_run(r, 1);
	assert_int_equal(engine_leg_open(r->e, 1, &conf, &leg, &port, &why), OK);
	rig_free(r);
}

/* The clock stood still while a longer packet was being played: the leg's time goes on by what was
 * not sent before, and no frame of the music is lost or said twice. */
static void a_pause_of_the_machine_within_a_longer_packet(void **state)
{
	static int16_t music[4 * PHONE_RATE];
	struct rig *r = rig_new(NULL);
	size_t p = rig_phone_on(r, 1, false, 60);
	uint32_t m, ts;

	(void)state;
	voice(5, music, ARRAY_LEN(music));
	m = rig_sound(r, music, ARRAY_LEN(music));
	assert_int_equal(engine_hold(r->e, r->leg[p], 1, m, NULL, 0, 60000), OK);
	rig_run(r, 20);
	while (engine_place(r->e, r->leg[p])->line->feed.ahead != 2)
		rig_run(r, 1);
	ts = r->phone[p].heard_ts;
	r->now_ns += 10 * PACE_TICK_NS; /* eleven are due: three run, eight are lost */
	engine_wake(r->e, r->now_ns);
	r->now_ns += PACE_TICK_NS;
	assert_int_equal(rig_stats(r).ticks_lost, 8);
	assert_true(phone_await(&r->phone[p]));
	assert_int_equal(r->phone[p].heard_ts - ts, (2 + 1 + 6) * 960);
	assert_int_equal(r->phone[p].breaks, 1);
	rig_run(r, 12);
	assert_int_equal(r->phone[p].breaks, 1);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(stale_ids_do_nothing),
		cmocka_unit_test(legs_ports_and_sounds_end),
		cmocka_unit_test(a_range_of_ports_ends_and_a_closed_legs_port_comes_back),
		cmocka_unit_test(commands_end_but_closing_does_not),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
		cmocka_unit_test(a_press_is_told_once_and_presence_is_told),
		cmocka_unit_test(events_end_but_played_is_kept),
		cmocka_unit_test(late_ticks_run_up_to_three_and_the_others_are_dropped),
		cmocka_unit_test(a_busy_clock_takes_no_more_legs),
		cmocka_unit_test(a_pause_of_the_machine_within_a_longer_packet),
		cmocka_unit_test(a_random_life),
	};

	return cmocka_run_group_tests(tests, voices, NULL);
}
