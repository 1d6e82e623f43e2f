/* The caller's side: names, limits, handles; what passes here, the clock carries out unasked. */
#include "graph/sim/phone.h"

#include "graph/sim/phone_clock.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { ORDINARY_MAX = 4096 }; /* commands before one tick; beyond it only those that free */

/* ---- handles ---- */

static enum err handles_init(struct handles *h, size_t n)
{
	h->n = n;
	h->last = n - 1;
	h->of = calloc(n, sizeof(h->of[0]));
	return h->of ? OK : E_SYSTEM;
}

/* 0: all in use. The longest free slot comes first, so that a stale handle is told for long. */
static uint32_t handle_take(struct handles *h)
{
	for (size_t i = 1; i <= h->n; i++) {
		size_t slot = (h->last + i) % h->n;

		if (h->of[slot].used)
			continue;
		h->last = slot;
		h->of[slot].used = true;
		h->of[slot].generation++;
		return (uint32_t)h->of[slot].generation << 16 | (uint32_t)(slot + 1);
	}
	return 0;
}

bool phone_slot(const struct handles *h, uint32_t id, uint16_t *slot)
{
	size_t at = (id & 0xffff) - 1u;

	if ((id & 0xffff) == 0 || at >= h->n || !h->of[at].used || h->of[at].generation != id >> 16)
		return false;
	*slot = (uint16_t)at;
	return true;
}

uint32_t phone_handle_new(struct handles *h, uint16_t *slot)
{
	uint32_t id = handle_take(h);

	*slot = (uint16_t)((id & 0xffff) - 1u);
	return id;
}

/* ---- commands ---- */

enum err phone_ask(struct phones *p, const struct command *c, struct why *why)
{
	if (inbox_waiting(p->commands) >= ORDINARY_MAX || inbox_put(p->commands, c) != OK)
		return FAIL(
			why, E_LIMIT, "phones: %d commands wait for the next tick", ORDINARY_MAX);
	return OK;
}

void phone_ask_surely(struct phones *p, const struct command *c)
{
	enum err e = inbox_put(p->commands, c);

	assert(e == OK); /* phones_new counted what there can be to free */
	(void)e;
}

/* ---- the whole ---- */

static enum err check_conf(const struct phones_conf *conf, struct why *why)
{
	struct sockaddr_storage here;
	socklen_t bytes;

	if (conf->phones_max == 0 || conf->bridges_max == 0 || conf->legs_max == 0)
		return FAIL(why, E_MALFORMED, "phones, bridges and legs: at least 1 each");
	if (conf->record_dir && access(conf->record_dir, W_OK | X_OK) != 0)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s; must be a folder one can write to",
			conf->record_dir, strerror(errno));
	return phone_leg_address(
		conf->rtp_address ? conf->rtp_address : "127.0.0.1", 0, &here, &bytes, why);
}

static bool take_room(struct phones *p)
{
	size_t phones = p->conf.phones_max, bridges = p->conf.bridges_max, legs = p->conf.legs_max;

	p->owned_phone = calloc(phones, sizeof(*p->owned_phone));
	p->owned_bridge = calloc(bridges, sizeof(*p->owned_bridge));
	p->owned_leg = calloc(legs, sizeof(*p->owned_leg));
	p->phone = calloc(phones, sizeof(*p->phone));
	p->bridge = calloc(bridges, sizeof(*p->bridge));
	p->leg = calloc(legs, sizeof(*p->leg));
	p->meter = calloc(legs, sizeof(*p->meter));
	p->plays_max = bridges * PHONE_PLAYS_MAX;
	p->ears_max = 2 * phones;
	/* Each handle is freed once, each pick-up hung up once, each join left once. */
	p->commands = inbox_new(ORDINARY_MAX + 3 * phones + bridges + legs, sizeof(struct command));
	p->events = inbox_new(2 * p->plays_max + p->ears_max, sizeof(struct phone_event));
	return p->owned_phone && p->owned_bridge && p->owned_leg && p->phone && p->bridge &&
	       p->leg && p->meter && p->commands && p->events &&
	       handles_init(&p->phone_ids, phones) == OK &&
	       handles_init(&p->bridge_ids, bridges) == OK && handles_init(&p->leg_ids, legs) == OK;
}

static bool take_texts(struct phones *p, const struct phones_conf *conf)
{
	p->conf = *conf;
	p->conf.rtp_address = strdup(conf->rtp_address ? conf->rtp_address : "127.0.0.1");
	p->conf.record_dir = conf->record_dir ? strdup(conf->record_dir) : NULL;
	return p->conf.rtp_address && (p->conf.record_dir || !conf->record_dir);
}

static void let_room_go(struct phones *p)
{
	for (size_t i = 0; i < p->n_said; i++) {
		free((char *)p->said[i].speech.text);
		free((char *)p->said[i].speech.voice);
		free(p->said[i].mouth);
	}
	free(p->phone_ids.of);
	free(p->bridge_ids.of);
	free(p->leg_ids.of);
	free(p->owned_phone);
	free(p->owned_bridge);
	free(p->owned_leg);
	free(p->phone);
	free(p->bridge);
	free(p->leg);
	free(p->meter);
	inbox_free(p->commands);
	inbox_free(p->events);
	free((char *)p->conf.record_dir);
	free((char *)p->conf.rtp_address);
	free(p);
}

enum err phones_new(const struct phones_conf *conf, struct phones **out, struct why *why)
{
	struct phones *p;
	enum err e = check_conf(conf, why);

	*out = NULL;
	if (e != OK)
		return e;
	p = calloc(1, sizeof(*p));
	if (!p)
		return FAIL(why, E_SYSTEM, "no memory");
	if (!take_texts(p, conf) || !take_room(p)) {
		let_room_go(p);
		return FAIL(why, E_SYSTEM, "no memory for %u phones", conf->phones_max);
	}
	e = scribe_init(&p->scribe, conf->phones_max, p->ears_max, conf->record_dir != NULL,
		p->events, why);
	if (e != OK) {
		scribe_fini(&p->scribe);
		let_room_go(p);
		return e;
	}
	for (size_t i = 0; i < conf->phones_max; i++)
		p->phone[i].bridge = NOWHERE;
	*out = p;
	return OK;
}

enum err phones_start(struct phones *p, struct why *why)
{
	enum err e = scribe_start(&p->scribe, why);

	return e == OK ? phones_clock_start(p, why) : e;
}

void phones_free(struct phones *p)
{
	struct phone_event left;

	if (!p)
		return;
	phones_clock_stop(p);
	for (size_t i = 0; i < p->conf.phones_max; i++)
		if (p->phone_ids.of[i].used)
			phone_free(p,
				(uint32_t)p->phone_ids.of[i].generation << 16 | (uint32_t)(i + 1));
	for (size_t i = 0; i < p->conf.bridges_max; i++)
		if (p->bridge_ids.of[i].used)
			phone_bridge_free(p,
				(uint32_t)p->bridge_ids.of[i].generation << 16 | (uint32_t)(i + 1));
	for (size_t i = 0; i < p->conf.legs_max; i++)
		if (p->leg_ids.of[i].used)
			phone_leg_close(
				p, (uint32_t)p->leg_ids.of[i].generation << 16 | (uint32_t)(i + 1));
	phones_obey(p);
	while (inbox_take(p->events, &left))
		free(left.sound);
	scribe_fini(&p->scribe);
	let_room_go(p);
}

void phones_count(const struct phones *p, struct phones_counters *out)
{
	*out = (struct phones_counters){
		.ticks = atomic_load_explicit(&p->ticks, memory_order_relaxed),
		.ticks_lost = atomic_load_explicit(&p->ticks_lost, memory_order_relaxed),
		.ear_lost = atomic_load_explicit(&p->scribe.lost, memory_order_relaxed),
	};
}

/* ---- events ---- */

int phones_event_fd(const struct phones *p)
{
	return inbox_fd(p->events);
}

bool phones_event_take(struct phones *p, struct phone_event *out)
{
	uint16_t slot;

	if (!inbox_take(p->events, out))
		return false;
	if (out->kind == PHONE_HUNG_UP) {
		p->ears_open--;
		return true;
	}
	if (out->kind == PHONE_RECORDS) /* the play goes on */
		return true;
	p->plays_open--;
	if (phone_slot(&p->bridge_ids, out->bridge, &slot))
		p->owned_bridge[slot].plays--;
	return true;
}
