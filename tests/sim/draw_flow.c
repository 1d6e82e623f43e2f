/*
 * Flows drawn at random, out of every kind of step.
 *
 * A caller who only keeps silent, and an outside world that only fails, go forward: to a flow of a
 * higher number, or to a queue. Keys lead anywhere. So nobody goes in circles without waiting, but
 * in those few lives that are about it.
 */
#include "tests/sim/draw.h"

enum { CIRCLES = 30, PROMPTS = 6, OPENING_MINUTES = 60 };

static uint16_t any_queue(struct life *l, const struct config *g)
{
	return (uint16_t)rng_below(&l->rng, g->plan.n_queues);
}

static struct plan_target forward(struct life *l, const struct config *g, uint32_t from)
{
	uint32_t kind = ONE_OF(l, TARGET_NONE, TARGET_FLOW, TARGET_FLOW, TARGET_QUEUE, TARGET_QUEUE,
		TARGET_HANG_UP);

	if (kind == TARGET_FLOW && from + 1 >= g->plan.n_flows)
		kind = TARGET_QUEUE;
	if (kind == TARGET_FLOW)
		return (struct plan_target){ TARGET_FLOW,
			(uint16_t)draw_between(l, from + 1, g->plan.n_flows - 1) };
	return (struct plan_target){ (uint8_t)kind, any_queue(l, g) };
}

static struct plan_target anywhere(struct life *l, const struct config *g)
{
	if (draw_chance(l, 400))
		return (struct plan_target){ TARGET_FLOW,
			(uint16_t)rng_below(&l->rng, g->plan.n_flows) };
	return (struct plan_target){ (uint8_t)ONE_OF(l, TARGET_QUEUE, TARGET_QUEUE, TARGET_HANG_UP),
		any_queue(l, g) };
}

struct plan_target draw_exit(struct life *l, const struct config *g)
{
	if (draw_chance(l, 500))
		return (struct plan_target){ .kind = TARGET_NONE };
	return anywhere(l, g);
}

static uint16_t prompt(struct life *l)
{
	return draw_chance(l, 300) ? 0 : (uint16_t)draw_between(l, 1, PROMPTS);
}

static void question(struct life *l, const struct config *g, uint32_t from, struct plan_step *s)
{
	s->prompt = prompt(l);
	s->wrong_prompt = prompt(l);
	s->retries = (uint16_t)ONE_OF(l, 0, 1, 2);
	s->timeout_ms = ONE_OF(l, 0, 3000, 5000);
	s->otherwise = forward(l, g, from);
}

static void menu(struct life *l, const struct config *g, struct plan_step *s)
{
	for (uint16_t i = 0; i < g->plan.n_queues; i++)
		s->key[1 + i] = (struct plan_target){ TARGET_QUEUE, i };
	for (int i = 4; i < PLAN_KEYS; i++)
		if (draw_chance(l, 300))
			s->key[i] = anywhere(l, g);
}

static void set(struct life *l, const struct config *g, struct plan_step *s)
{
	uint64_t most = PLAN_PRIORITIES;

	s->op = (uint8_t)ONE_OF(l, SET_PRIORITY, SET_PRIORITY, SET_LANGUAGE, SET_VAR);
	if (s->op == SET_LANGUAGE)
		most = g->plan.n_needs;
	s->value = (int32_t)draw_between(l, s->op == SET_PRIORITY, most);
}

/* The times, in the plain words of a step; some of them only matter to some kinds. */
static void ask_outside(struct life *l, const struct config *g, uint32_t from, struct plan_step *s)
{
	s->prompt = prompt(l);
	s->done_prompt = draw_chance(l, 500) ? PROMPT_THANKS : 0;
	s->timeout_ms = ONE_OF(l, 0, 2000, 8000);
	s->length_ms = ONE_OF(l, 10000, 60000);
	s->otherwise = forward(l, g, from);
	if (s->kind == STEP_LOOKUP)
		for (int i = 0; i < 4; i++)
			s->key[i] = forward(l, g, from);
}

static struct plan_step draw_step(struct life *l, const struct config *g, uint32_t from)
{
	struct plan_step s = { .kind = (uint8_t)rng_below(&l->rng, STEP_KINDS) };

	if (s.kind == STEP_CALL_BACK && !l->wild)
		s.kind = STEP_VOICEMAIL;

	s.var = (uint8_t)rng_below(&l->rng, 3);
	s.index = (uint16_t)rng_below(&l->rng, g->plan.n_calendars);
	s.queue = any_queue(l, g);
	s.value = (int32_t)draw_between(l, 0, 12);
	switch ((enum step_kind)s.kind) {
	case STEP_MENU:
		menu(l, g, &s);
		question(l, g, from, &s);
		break;
	case STEP_COLLECT:
	case STEP_SURVEY:
		s.min = (uint8_t)draw_between(l, s.kind == STEP_SURVEY, 2);
		s.max = (uint8_t)draw_between(l, 2, 5);
		s.terminator = draw_chance(l, 500) ? '#' : '\0';
		question(l, g, from, &s);
		break;
	case STEP_SET:
		set(l, g, &s);
		break;
	case STEP_BRANCH:
		s.op = (uint8_t)rng_below(&l->rng, BRANCH_LANGUAGE + 1);
		s.key[0] = forward(l, g, from);
		break;
	case STEP_HOURS:
		s.key[0] = forward(l, g, from);
		s.key[1] = forward(l, g, from);
		break;
	case STEP_LOOKUP:
	case STEP_CALL_BACK:
	case STEP_VOICEMAIL:
	case STEP_TRANSFER:
		ask_outside(l, g, from, &s);
		break;
	case STEP_PLAY:
		s.prompt = prompt(l);
		break;
	case STEP_QUEUE:
	case STEP_HANG_UP:
	case STEP_KINDS:
		break;
	}
	return s;
}

static void add_step(struct config *g, uint32_t flow, struct plan_step s)
{
	g->step[g->plan.n_steps++] = s;
	g->flow[flow].n_steps++;
	/* Needs go with languages, which the auditor can see. */
	if (s.kind == STEP_SET && s.op == SET_LANGUAGE)
		add_step(g, flow,
			(struct plan_step){
				.kind = STEP_SET, .op = SET_NEED, .index = (uint16_t)s.value });
}

static void draw_flow(struct life *l, struct config *g, uint32_t i)
{
	struct plan_step last = { .kind = draw_chance(l, 700) ? STEP_QUEUE : STEP_PLAY,
		.queue = any_queue(l, g),
		.prompt = 1 };

	g->flow[i] = (struct plan_flow){ .key = 300 + i, .first_step = g->plan.n_steps };
	if (i == 0) {
		add_step(g, i, (struct plan_step){ .kind = STEP_PLAY, .prompt = 1 });
		last.kind = STEP_MENU;
		menu(l, g, &last);
		question(l, g, i, &last);
	}
	if (l->wild && i > 1 && i + 1 == g->plan.n_flows)
		add_step(g, i, (struct plan_step){ .kind = STEP_CALL_BACK, .prompt = prompt(l) });
	for (uint64_t n = i == 1 ? 0 : draw_between(l, 0, 3); n > 0; n--)
		add_step(g, i, draw_step(l, g, i));
	if (g->circles && i + 1 == g->plan.n_flows)
		last = (struct plan_step){ .kind = STEP_BRANCH,
			.op = BRANCH_IS_NOT,
			.var = 7,
			.value = 12345,
			.key = { { TARGET_FLOW, (uint16_t)i } } };
	if (i == 1)
		last.kind = STEP_QUEUE;
	add_step(g, i, last);
}

/* Open for some minutes of the first hours of 1970, where the lives are. */
static void draw_calendars(struct life *l, struct config *g)
{
	static const struct plan_range range[] = { { 0, OPENING_MINUTES }, { 17, 19 }, { 20, 25 } };
	static const struct plan_date date[] = { { 0, true, 1, 1 } };

	for (uint32_t i = 0; i < 2; i++) {
		g->calendar[i] = (struct plan_calendar){
			.key = 400 + i, .range = range, .date = date, .n_dates = draw_chance(l, 300)
		};
		g->calendar[i].weekday[3].first_range = (uint16_t)rng_below(&l->rng, 3);
		g->calendar[i].weekday[3].n_ranges = 1;
	}
	g->plan.calendar = g->calendar;
	g->plan.n_calendars = 2;
}

/* Entry 0: greeting, anything, menu; entry 1: straight into a queue. */
void draw_flows(struct life *l, struct config *g)
{
	draw_calendars(l, g);
	g->plan.flow = g->flow;
	g->plan.step = g->step;
	g->plan.entry = g->entry;
	g->plan.n_flows = (uint32_t)draw_between(l, 2, FLOWS_MAX);
	g->plan.n_entries = 2;
	g->plan.n_steps = 0;
	g->circles = draw_chance(l, CIRCLES);
	for (uint32_t i = 0; i < g->plan.n_flows; i++)
		draw_flow(l, g, i);
	g->entry[0] = (struct plan_entry){ .key = 500, .language = 0 };
	g->entry[1] = (struct plan_entry){ .key = 501, .flow = 1 };
}
