/* What the seed says: a configuration, the weather, and how many callers. */
#include "tests/sim/life.h"

#include "bot/core/strategy.h"

bool draw_chance(struct life *l, uint32_t thousandths)
{
	return thousandths && rng_below(&l->rng, 1000) < thousandths;
}

uint64_t draw_between(struct life *l, uint64_t least, uint64_t most)
{
	return least + rng_below(&l->rng, most - least + 1);
}

const struct weather *draw_weather(const struct life *l)
{
	static const struct weather fair;

	return l->now_ms < l->draw.clear_ms ? &l->draw.weather : &fair;
}

static uint32_t one_of(struct life *l, const uint32_t *values, size_t n)
{
	return values[rng_below(&l->rng, n)];
}

#define ONE_OF(l, ...)                                 \
	one_of((l), (const uint32_t[]){ __VA_ARGS__ }, \
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

enum {
	KNOWN = BIT(PRESENCE_AVAILABLE) | BIT(PRESENCE_AVAILABLE_IDLE),
	REACHABLE = KNOWN | BIT(PRESENCE_UNKNOWN),
	PRESENCE_CHANGES = 12,
	/* After the last change, whatever the weather did to it. */
	ALL_BACK_MS = 120000,
};

static void draw_queue(struct life *l, uint32_t i, uint32_t n_agents)
{
	struct draw *d = &l->draw;
	struct plan_queue *q = &d->queue[i];

	*q = (struct plan_queue){ .key = 100 + i,
		.strategy = (uint8_t)rng_below(&l->rng, 2),
		.hand_off = (uint8_t)ONE_OF(l, HAND_OFF_BRIDGE, HAND_OFF_BRIDGE, HAND_OFF_TRANSFER),
		.available = (uint16_t)ONE_OF(
			l, 0, KNOWN, REACHABLE, REACHABLE, REACHABLE | BIT(PRESENCE_BUSY)),
		.music = PROMPT_MUSIC,
		.position_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_POSITION, PROMPT_POSITION),
		.timeout_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_TOO_LONG),
		.full_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_FULL),
		.no_agents_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_NOBODY),
		.join_needs = STAFF_SIGNED_IN,
		.waiting_max = (uint16_t)ONE_OF(l, 1, 3, 50, 50),
		.announce_ms = ONE_OF(l, 5000, 20000, 30000),
		.ring_ms = ONE_OF(l, 5000, 15000, 20000),
		.accept_ms = ONE_OF(l, 0, 0, 5000, 15000),
		.wrap_up_ms = ONE_OF(l, 0, 3000, 30000),
		.back_off_ms = ONE_OF(l, 0, 5000, 20000),
		.busy_ms = ONE_OF(l, 0, 3000, 30000),
		.rejected_ms = ONE_OF(l, 0, 10000),
		.wait_ms_max = ONE_OF(l, 0, 10000, 60000, 300000),
		.short_abandon_ms = ONE_OF(l, 0, 5000),
		.first_member = d->plan.n_members };
	for (uint16_t agent = 0; agent < n_agents; agent++)
		if (draw_chance(l, 650)) {
			d->member[d->plan.n_members++] = agent;
			q->n_members++;
		}
}

/* Flow 0: greeting and menu; flow 1: straight into a queue; flow 2: information, then hang up. */
static void draw_flows(struct life *l, uint32_t n_queues)
{
	struct draw *d = &l->draw;
	uint16_t queue = (uint16_t)rng_below(&l->rng, n_queues);

	d->step[0] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 1 };
	d->step[1] = (struct plan_step){ .kind = STEP_MENU,
		.prompt = (uint16_t)ONE_OF(l, 0, 2, 2),
		.wrong_prompt = (uint16_t)ONE_OF(l, 0, 3),
		.retries = (uint16_t)ONE_OF(l, 0, 1, 2),
		.timeout_ms = ONE_OF(l, 0, 3000, 5000),
		.otherwise = { (uint8_t)ONE_OF(l, TARGET_NONE, TARGET_QUEUE), queue } };
	for (uint16_t i = 0; i < n_queues; i++)
		d->step[1].key[1 + i] = (struct plan_target){ TARGET_QUEUE, i };
	d->step[1].key[4] = (struct plan_target){ TARGET_FLOW, 2 };
	d->step[1].key[5] = (struct plan_target){ TARGET_FLOW, 0 };
	d->step[1].key[9] = (struct plan_target){ TARGET_HANG_UP, 0 };
	d->step[2] = (struct plan_step){ .kind = STEP_QUEUE, .queue = queue };
	d->step[3] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 4 };
	d->step[4] = (struct plan_step){ .kind = STEP_HANG_UP };
	d->flow[0] = (struct plan_flow){ .key = 300, .first_step = 0, .n_steps = 2 };
	d->flow[1] = (struct plan_flow){ .key = 301, .first_step = 2, .n_steps = 1 };
	d->flow[2] = (struct plan_flow){
		.key = 302, .first_step = 3, .n_steps = (uint32_t)ONE_OF(l, 1, 2)
	};
	d->entry[0].flow = 0;
	d->entry[1].flow = 1;
}

static void draw_plan(struct life *l)
{
	struct draw *d = &l->draw;
	uint32_t n_agents = (uint32_t)draw_between(l, 1, AGENTS_MAX);
	uint32_t n_queues = (uint32_t)draw_between(l, 1, QUEUES_MAX);

	for (uint32_t i = 0; i < n_agents; i++)
		d->agent[i] = (struct plan_agent){ .key = 200 + i,
			.signed_in = draw_chance(l, 900) };
	for (uint32_t i = 0; i < n_queues; i++)
		draw_queue(l, i, n_agents);
	draw_flows(l, n_queues);
	d->plan = (struct plan){ .queue = d->queue,
		.agent = d->agent,
		.flow = d->flow,
		.step = d->step,
		.entry = d->entry,
		.member = d->member,
		.n_queues = n_queues,
		.n_agents = n_agents,
		.n_flows = 3,
		.n_steps = 5,
		.n_entries = 2,
		.n_members = d->plan.n_members,
		.contacts_max = ONE_OF(l, 2, 6, 20, 40, 40, 40),
		.keep_alive_ms = ONE_OF(l, 60000, 900000),
		.active_ms_max = 15000,
		.transfer_ms_max = ONE_OF(l, 20000, 60000),
		.play_ms_max = ONE_OF(l, 10000, 60000),
		.talk_ms_max = ONE_OF(l, 60000, 1800000) };
}

/* One life in four is fair throughout: there the world's truth must be met exactly. */
static void draw_storm(struct life *l)
{
	struct weather *w = &l->draw.weather;

	w->moody = ONE_OF(l, 0, 200, 600);
	if (draw_chance(l, 250))
		return;
	w->lose = ONE_OF(l, 0, 10, 50, 150);
	w->twice = ONE_OF(l, 0, 50, 300);
	w->late = ONE_OF(l, 0, 50, 300);
	w->refuse = ONE_OF(l, 0, 10, 80);
	w->unsent = ONE_OF(l, 0, 10, 80);
	w->unsure = ONE_OF(l, 0, 10, 80);
	w->mute = ONE_OF(l, 0, 100, 500);
	w->crash = ONE_OF(l, 0, 5, 20);
	w->prompt_fails = ONE_OF(l, 0, 30, 200);
}

/* In half of the lives the agents are elsewhere at times. At last, all are there. */
static void draw_presences(struct life *l)
{
	bool restless = draw_chance(l, 500);
	uint64_t end_ms = l->draw.clear_ms;

	for (uint32_t id = 1; id <= l->draw.plan.n_agents; id++) {
		for (uint64_t n = restless ? draw_between(l, 0, PRESENCE_CHANGES) : 0; n > 0; n--)
			agenda_add(l, DO_PRESENCE, id, draw_between(l, LIFE_START_MS, end_ms))
				->value = (int32_t)rng_below(&l->rng, PRESENCES);
		agenda_add(l, DO_PRESENCE, id, end_ms + ALL_BACK_MS)->value = PRESENCE_AVAILABLE;
	}
}

void draw_life(struct life *l)
{
	uint64_t at_ms = LIFE_START_MS, gap_ms;

	draw_plan(l);
	draw_storm(l);
	gap_ms = ONE_OF(l, 500, 5000, 20000);
	l->draw.n_calls = (uint32_t)draw_between(l, 1, CALLS_MAX - 8);
	for (uint32_t i = 1; i <= l->draw.n_calls; i++) {
		at_ms += draw_chance(l, 100) ? 0 : draw_between(l, 1, 2 * gap_ms);
		agenda_add(l, DO_ARRIVE, i, at_ms);
	}
	l->draw.clear_ms = at_ms + draw_between(l, 0, 300000);
	draw_presences(l);
}
