/* Calls: bridges, what is played in them, and the legs that lead out. */
#include "graph/sim/phone_clock.h"

#include "bot/base/clean.h"

#include <stdlib.h>

CLEAN_FN(phone_play_free, struct play *)
CLEAN_FN(phone_leg_drop, struct phone_leg *)

static enum err bridge_slot(
	const struct phones *p, uint32_t bridge, uint16_t *slot, struct why *why)
{
	if (!phone_slot(&p->bridge_ids, bridge, slot))
		return FAIL(why, E_ABSENT, "there is no bridge %u (any more)", bridge);
	return OK;
}

enum err phone_bridge_new(struct phones *p, uint32_t *bridge, struct why *why)
{
	struct command c = { .kind = DO_BRIDGE_NEW };
	enum err e;

	*bridge = 0;
	c.id = phone_handle_new(&p->bridge_ids, &c.bridge);
	if (!c.id)
		return FAIL(why, E_LIMIT, "bridges: %u are in use, the limit", p->conf.bridges_max);
	e = phone_ask(p, &c, why);
	if (e != OK) {
		p->bridge_ids.of[c.bridge].used = false;
		return e;
	}
	p->owned_bridge[c.bridge] = (struct owned_bridge){ 0 };
	*bridge = c.id;
	return OK;
}

void phone_bridge_free(struct phones *p, uint32_t bridge)
{
	struct command c = { .kind = DO_BRIDGE_FREE };
	uint16_t leg;

	if (!phone_slot(&p->bridge_ids, bridge, &c.bridge))
		return;
	for (size_t i = 0; i < p->conf.phones_max; i++)
		if (p->owned_phone[i].bridge == bridge)
			p->owned_phone[i].bridge = 0;
	if (phone_slot(&p->leg_ids, p->owned_bridge[c.bridge].leg, &leg))
		p->owned_leg[leg].bridge = 0;
	p->bridge_ids.of[c.bridge].used = false;
	phone_ask_surely(p, &c);
}

static enum err play(struct phones *p, uint32_t bridge, uint64_t cookie,
	struct phone_clip *const clips[], size_t n, const struct phone_record *how, struct why *why)
{
	struct command c = { .kind = DO_PLAY };
	CLEAN(phone_play_free) struct play *play = NULL;
	struct owned_bridge *o;
	enum err e = bridge_slot(p, bridge, &c.bridge, why);

	if (e != OK)
		return e;
	o = &p->owned_bridge[c.bridge];
	if (o->plays == PHONE_PLAYS_MAX || p->plays_open == p->plays_max)
		return FAIL(
			why, E_LIMIT, "play: %zu are queued or their events not taken", o->plays);
	play = calloc(1, sizeof(*play));
	if (!play)
		return FAIL(why, E_SYSTEM, "no memory");
	play->cookie = cookie;
	for (; play->n < n; play->n++)
		play->clip[play->n] = phone_clip_hold(clips[play->n]);
	if (how) {
		play->records = true;
		play->how = *how;
		play->sound = calloc(how->longest_ms / 20 + 2, TICK_SAMPLES * sizeof(int16_t));
		if (!play->sound)
			return FAIL(why, E_SYSTEM, "no memory");
	}
	c.u.play = play;
	e = phone_ask(p, &c, why);
	if (e != OK)
		return e;
	(void)TAKE(play);
	o->plays++;
	p->plays_open++;
	return OK;
}

enum err phone_play(struct phones *p, uint32_t bridge, uint64_t cookie,
	struct phone_clip *const clips[], size_t n, struct why *why)
{
	uint16_t slot;
	enum err e = bridge_slot(p, bridge, &slot, why);

	if (e == OK && (n == 0 || n > PHONE_CLIPS_MAX))
		return FAIL(
			why, E_MALFORMED, "play: %zu clips, must be 1 to %d", n, PHONE_CLIPS_MAX);
	return e == OK ? play(p, bridge, cookie, clips, n, NULL, why) : e;
}

enum err phone_record(struct phones *p, uint32_t bridge, uint64_t cookie,
	struct phone_clip *const clips[], size_t n, const struct phone_record *how, struct why *why)
{
	if (n > PHONE_CLIPS_MAX || how->longest_ms < 20 || how->longest_ms > PHONE_RECORD_MS_MAX)
		return FAIL(why, E_MALFORMED, "record: %zu clips, %u ms; at most %d and 20 to %d",
			n, how->longest_ms, PHONE_CLIPS_MAX, PHONE_RECORD_MS_MAX);
	return play(p, bridge, cookie, clips, n, how, why);
}

enum err phone_play_stop(struct phones *p, uint32_t bridge, struct why *why)
{
	struct command c = { .kind = DO_STOP };
	enum err e = bridge_slot(p, bridge, &c.bridge, why);

	return e == OK ? phone_ask(p, &c, why) : e;
}

/* ---- legs ---- */

enum err phone_leg_open(struct phones *p, const struct phone_leg_conf *conf, uint32_t *leg,
	uint16_t *local_port, struct why *why)
{
	struct command c = { .kind = DO_LEG_OPEN };
	CLEAN(phone_leg_drop) struct phone_leg *made = NULL;
	enum err e;

	*leg = 0;
	*local_port = 0;
	e = phone_leg_make(conf, p->conf.rtp_address, &made, local_port, why);
	if (e != OK)
		return e;
	c.id = phone_handle_new(&p->leg_ids, &c.leg);
	if (!c.id)
		return FAIL(why, E_LIMIT, "legs: %u are in use, the limit", p->conf.legs_max);
	c.u.leg = made;
	e = phone_ask(p, &c, why);
	if (e != OK) {
		p->leg_ids.of[c.leg].used = false;
		return e;
	}
	(void)TAKE(made);
	p->owned_leg[c.leg] = (struct owned_leg){ 0 };
	*leg = c.id;
	return OK;
}

static void out_of_bridge(struct phones *p, struct owned_leg *o)
{
	uint16_t bridge;

	if (o->bridge && phone_slot(&p->bridge_ids, o->bridge, &bridge))
		p->owned_bridge[bridge].leg = 0;
	o->bridge = 0;
}

enum err phone_leg_join(struct phones *p, uint32_t leg, uint32_t bridge, struct why *why)
{
	struct command c = { .kind = DO_LEG_JOIN };
	enum err e;

	if (!phone_slot(&p->leg_ids, leg, &c.leg))
		return FAIL(why, E_ABSENT, "there is no leg %u (any more)", leg);
	e = bridge_slot(p, bridge, &c.bridge, why);
	if (e != OK || p->owned_bridge[c.bridge].leg == leg)
		return e;
	if (p->owned_bridge[c.bridge].leg)
		return FAIL(why, E_STALE, "bridge %u has a leg already", bridge);
	e = phone_ask(p, &c, why);
	if (e != OK)
		return e;
	out_of_bridge(p, &p->owned_leg[c.leg]);
	p->owned_leg[c.leg].bridge = bridge;
	p->owned_bridge[c.bridge].leg = leg;
	return OK;
}

void phone_leg_close(struct phones *p, uint32_t leg)
{
	struct command c = { .kind = DO_LEG_CLOSE };

	if (!phone_slot(&p->leg_ids, leg, &c.leg))
		return;
	out_of_bridge(p, &p->owned_leg[c.leg]);
	p->leg_ids.of[c.leg].used = false;
	phone_ask_surely(p, &c);
}

void phone_leg_count(const struct phones *p, uint32_t leg, struct phone_leg_counters *out)
{
	uint64_t v[ARRAY_LEN(p->meter[0].v)] = { 0 };
	uint16_t slot;

	_Static_assert(sizeof(v) == sizeof(*out), "a meter is the counters, one by one");
	if (phone_slot(&p->leg_ids, leg, &slot))
		for (size_t i = 0; i < ARRAY_LEN(v); i++)
			v[i] = atomic_load_explicit(&p->meter[slot].v[i], memory_order_relaxed);
	__builtin_memcpy(out, v, sizeof(v));
}
