/* Queues and agents drawn at random. */
#include "tests/sim/draw.h"

#include "bot/core/strategy.h"

enum {
	KNOWN = BIT(PRESENCE_AVAILABLE) | BIT(PRESENCE_AVAILABLE_IDLE),
	REACHABLE = KNOWN | BIT(PRESENCE_UNKNOWN),
};

static uint32_t n_strategies(void)
{
	uint32_t n = 0;

	while (strategy_at(n))
		n++;
	return n;
}

/* Each class widens to the next. */
static void draw_classes(struct life *l, struct config *g, uint32_t i)
{
	struct plan_queue *q = &g->queue[i];
	uint32_t after_ms = ONE_OF(l, 0, 10000, 30000);

	q->first_class = i * CLASSES_MAX;
	q->n_classes = (uint32_t)draw_between(l, 0, CLASSES_MAX);
	for (uint32_t c = 0; c < q->n_classes; c++)
		g->class[q->first_class + c] = (struct plan_class){
			.after_ms = c + 1 < q->n_classes ? after_ms * (c + 1) : 0,
			.next = (uint8_t)(c + 1)
		};
	for (uint32_t need = 0; need <= NEEDS_MAX; need++)
		g->need_class[i * (NEEDS_MAX + 1) + need] =
			q->n_classes ? (uint8_t)rng_below(&l->rng, q->n_classes) : 0;
}

/* Who may serve a class may serve those that it widens to. */
static void draw_member(struct life *l, struct config *g, uint32_t i, uint16_t agent)
{
	uint64_t from = g->queue[i].n_classes ? draw_between(l, 0, g->queue[i].n_classes - 1) : 0;

	g->place[g->plan.n_members] = (struct plan_place){ .classes = ~(uint64_t)0 << from,
		.tier = (uint8_t)ONE_OF(l, 0, 0, 1, 2),
		.weight = (uint8_t)ONE_OF(l, 1, 1, 3) };
	g->member[g->plan.n_members++] = agent;
	g->queue[i].n_members++;
}

static void draw_queue(struct life *l, struct config *g, uint32_t i)
{
	g->queue[i] = (struct plan_queue){ .key = 100 + i,
		.strategy = (uint8_t)rng_below(&l->rng, n_strategies()),
		.hand_off = (uint8_t)ONE_OF(l, HAND_OFF_BRIDGE, HAND_OFF_BRIDGE, HAND_OFF_TRANSFER),
		.available = (uint16_t)ONE_OF(
			l, 0, KNOWN, REACHABLE, REACHABLE, REACHABLE | BIT(PRESENCE_BUSY)),
		.music = PROMPT_MUSIC,
		.position_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_POSITION, PROMPT_POSITION),
		.timeout_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_TOO_LONG),
		.full_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_FULL),
		.no_agents_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_NOBODY),
		.waiting_max = (uint16_t)ONE_OF(l, 1, 3, 50, 50),
		.announce_ms = ONE_OF(l, 5000, 20000, 30000),
		.ring_ms = ONE_OF(l, 5000, 15000, 20000),
		.accept_ms = ONE_OF(l, 0, 0, 5000, 15000),
		.wrap_up_ms = ONE_OF(l, 0, 3000, 30000),
		.busy_ms = ONE_OF(l, 0, 3000, 30000),
		.rejected_ms = ONE_OF(l, 0, 10000),
		.back_off_ms = ONE_OF(l, 0, 5000, 20000),
		.wait_ms_max = ONE_OF(l, 0, 10000, 60000, 300000),
		.short_abandon_ms = ONE_OF(l, 0, 5000),
		.first_member = g->plan.n_members,
		.join_needs = (uint8_t)ONE_OF(l, STAFF_NONE, STAFF_SIGNED_IN, STAFF_SIGNED_IN,
			STAFF_ACTIVE, STAFF_PRESENT),
		.stay_needs = (uint8_t)ONE_OF(
			l, STAFF_NONE, STAFF_NONE, STAFF_SIGNED_IN, STAFF_PRESENT),
		.ring_at_once = (uint16_t)ONE_OF(l, 0, 2, 3),
		.position_max = (uint16_t)ONE_OF(l, 0, 0, 3),
		.estimate_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_ESTIMATE),
		.estimate_over_prompt = (uint16_t)ONE_OF(l, 0, PROMPT_ESTIMATE_OVER),
		.n_messages = (uint16_t)ONE_OF(l, 0, 1, 2),
		.redial_ms = ONE_OF(l, 0, 60000, 300000),
		.consent = (uint8_t)ONE_OF(
			l, RECORD_OFF, RECORD_OFF, RECORD_NOTICE, RECORD_OPT_IN, RECORD_OPT_OUT),
		.consent_prompt = PROMPT_CONSENT };
	g->queue[i].priority_ms = ONE_OF(l, 0, 10000, 60000);
	g->queue[i].head_start_ms = ONE_OF(l, 0, 0, 20000);
	g->queue[i].sticky_ms = ONE_OF(l, 0, 0, 10000);
	g->queue[i].by_hand = draw_chance(l, 50);
	g->queue[i].unanswered_max = (uint8_t)ONE_OF(l, 0, 0, 2);
	g->queue[i].wrap_up_more_ms = ONE_OF(l, 0, 10000);
	g->queue[i].dials_max = (uint8_t)ONE_OF(l, 1, 2, 3);
	g->queue[i].redial_after_ms = ONE_OF(l, 5000, 30000);
	g->queue[i].dial_ms_max = ONE_OF(l, 10000, 30000);
	draw_classes(l, g, i);
	for (uint16_t agent = 0; agent < g->plan.n_agents; agent++)
		if (draw_chance(l, 650))
			draw_member(l, g, i, agent);
}

static void draw_exits(struct life *l, struct config *g, struct plan_queue *q)
{
	q->timeout = draw_exit(l, g);
	q->full = draw_exit(l, g);
	q->no_agents = draw_exit(l, g);
	q->closed = (struct plan_exit){ draw_exit(l, g), (uint16_t)ONE_OF(l, 0, PROMPT_CLOSED) };
	for (int i = 0; i < PLAN_KEYS; i++)
		if (draw_chance(l, 100))
			q->leave[i] = draw_exit(l, g);
	if (l->wild) /* 3: to be called back, where there is such a flow */
		q->leave[3] = (struct plan_target){ TARGET_FLOW, (uint16_t)(g->plan.n_flows - 1) };
	if (draw_chance(l, 300))
		q->survey = (struct plan_target){ TARGET_FLOW,
			(uint16_t)rng_below(&l->rng, g->plan.n_flows) };
}

void draw_config(struct life *l, struct config *g)
{
	g->plan = (struct plan){ .queue = g->queue,
		.agent = g->agent,
		.member = g->member,
		.message = g->message,
		.place = g->place,
		.class = g->class,
		.need_class = g->need_class,
		.n_classes = QUEUES_MAX * CLASSES_MAX,
		.n_needs = NEEDS_MAX,
		.n_queues = (uint32_t)draw_between(l, 1, QUEUES_MAX),
		.n_agents = l->draw.config[0].plan.n_agents, /* the same people */
		.n_messages = 2,
		.contacts_max = ONE_OF(l, 2, 6, 20, 40, 40, 40),
		.keep_alive_ms = ONE_OF(l, 60000, 900000),
		.active_ms_max = 15000,
		.transfer_ms_max = ONE_OF(l, 20000, 60000),
		.play_ms_max = ONE_OF(l, 10000, 60000),
		.talk_ms_max = ONE_OF(l, 60000, 1800000),
		.tickets_max = ONE_OF(l, 0, 2 * CALLS_MAX) };
	if (g == &l->draw.config[0])
		g->plan.n_agents = (uint32_t)draw_between(l, 1, AGENTS_MAX);
	g->plan.call_back_ms_max = ONE_OF(l, 60000, 600000);
	g->message[0] = g->message[1] = PROMPT_MESSAGE;
	for (uint32_t i = 0; i < g->plan.n_agents; i++)
		g->agent[i] = (struct plan_agent){ .key = 200 + i,
			.signed_in = draw_chance(l, 900),
			.supervisor = draw_chance(l, l->wild ? 800 : 300) };
	for (uint32_t i = 0; i < g->plan.n_queues; i++)
		draw_queue(l, g, i);
	draw_flows(l, g);
	for (uint32_t i = 0; i < g->plan.n_queues; i++)
		draw_exits(l, g, &g->queue[i]);
}
