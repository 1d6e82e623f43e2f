/* What the seed says: a configuration, the weather, and how many callers. */
#include "tests/sim/draw.h"

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

uint32_t draw_one_of(struct life *l, const uint32_t *values, size_t n)
{
	return values[rng_below(&l->rng, n)];
}

enum {
	PRESENCE_CHANGES = 12,
	COMMANDS = 60,
	RELOADS = 3,
	/* After the last change, whatever the weather did to it. */
	ALL_BACK_MS = 120000,
};

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

	for (uint32_t id = 1; id <= l->cfg->plan.n_agents; id++) {
		for (uint64_t n = restless ? draw_between(l, 0, PRESENCE_CHANGES) : 0; n > 0; n--)
			agenda_add(l, DO_PRESENCE, id, draw_between(l, LIFE_START_MS, end_ms))
				->value = (int32_t)rng_below(&l->rng, PRESENCES);
		agenda_add(l, DO_PRESENCE, id, end_ms + ALL_BACK_MS)->value = PRESENCE_AVAILABLE;
	}
}

/* In half of the lives somebody wants something now and then. */
static void draw_commands(struct life *l)
{
	uint64_t n = draw_chance(l, 500) ? draw_between(l, 1, COMMANDS) : 0;

	if (l->wild)
		n = draw_between(l, COMMANDS, 4 * COMMANDS);

	for (uint64_t i = l->wild ? draw_between(l, 0, RELOADS) : 0; i > 0; i--)
		agenda_add(l, DO_RELOAD, 0, draw_between(l, LIFE_START_MS, l->draw.clear_ms));
	for (; n > 0; n--)
		agenda_add(l, DO_COMMAND, 0, draw_between(l, LIFE_START_MS, l->draw.clear_ms));
}

void draw_life(struct life *l)
{
	uint64_t at_ms = LIFE_START_MS, gap_ms;

	for (uint32_t i = 0; i < (l->wild ? CONFIGS : 1); i++)
		draw_config(l, &l->draw.config[i]);
	l->cfg = &l->draw.config[0];
	draw_storm(l);
	gap_ms = ONE_OF(l, 500, 5000, 20000);
	l->draw.n_calls = (uint32_t)draw_between(l, 1, CALLS_MAX - 8);
	for (uint32_t i = 1; i <= l->draw.n_calls; i++) {
		at_ms += draw_chance(l, 100) ? 0 : draw_between(l, 1, 2 * gap_ms);
		agenda_add(l, DO_ARRIVE, i, at_ms);
	}
	l->draw.clear_ms = at_ms + draw_between(l, 0, 300000);
	draw_presences(l);
	draw_commands(l);
}
