/*
 * Plans about waiting, by name; part of plans.h. Two queues as in "lone": agent 1 serves queue 1,
 * agent 2 queue 2, and the entry leads to queue 1. Flow 1 says prompt 4, flow 2 leads to queue 1
 * again, flow 3 keeps the place: prompt 6 once it is kept.
 *
 *   exits         full: flow 1; key 1: flow 1, key 2: queue 2, key 3: hung up, key 4: flow 3, key
 * 5: flow 2; whose line dropped keeps the place for a minute; two dials, 10 s each, 30 s between;
 * prompt 7 first; for half an hour; two places kept exits-asks    the same, and agents are asked
 * first exits-lost    the same without queue 1; exits-others: with another agent there impatient
 * after 8 s from queue 1 to queue 2; impatient-flow: to flow 1; impatient-flows: the same where it
 * is flow 2 never         queue 1 is always full; full-flow: and leads to flow 1; full-queue: to
 * queue 2 ping-pong     both are always full, and lead to each other; round-about: by flow 2 away
 * nobody is signed in, and nobody must be to come in deserted      the agent of queue 1 must be
 * there; its callers go to queue 2 when she is not attended      the same, present; abandoned: the
 * same, and hung up told          position up to 2, consent notice 20, messages 21 and 22 promised
 * estimate: prompt 23, 24 over
 */

enum { NOTICE = 20, MESSAGE, MESSAGE_2, ESTIMATE, ESTIMATE_MORE };

static inline void plans_two_queues(struct plans *p)
{
	for (uint16_t i = 0; i < 2; i++) {
		p->queue[i].first_member = i;
		p->queue[i].n_members = 1;
		p->member[i] = i;
	}
	p->plan.n_queues = 2;
	p->plan.n_members = 2;
	p->step[1] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 4 };
	p->step[2] = (struct plan_step){ .kind = STEP_QUEUE };
	p->step[3] = (struct plan_step){ .kind = STEP_CALL_BACK, .done_prompt = 6 };
	for (uint16_t i = 1; i <= 3; i++)
		p->flow[i] = (struct plan_flow){ .key = 300u + i, .first_step = i, .n_steps = 1 };
	p->plan.n_flows = 4;
	p->plan.n_steps = 4;
}

static inline void plans_exits(struct plans *p)
{
	static const struct plan_target to[] = { { TARGET_FLOW, 1 }, { TARGET_QUEUE, 1 },
		{ TARGET_HANG_UP, 0 }, { TARGET_FLOW, 3 }, { TARGET_FLOW, 2 } };

	memcpy(&p->queue[0].leave[1], to, sizeof(to));
	p->queue[0].full = (struct plan_target){ TARGET_FLOW, 1 };
	for (uint16_t i = 0; i < 2; i++) {
		p->queue[i].redial_ms = 60000;
		p->queue[i].dials_max = 2;
		p->queue[i].redial_after_ms = 30000;
		p->queue[i].dial_ms_max = 10000;
		p->queue[i].dialled_prompt = 7;
	}
	p->plan.tickets_max = 2;
	p->plan.call_back_ms_max = 1800000;
}

static inline bool plans_exits_named(struct plans *p, const char *name)
{
	if (strncmp(name, "exits", 5) != 0)
		return false;
	plans_exits(p);
	if (strcmp(name, "exits-asks") == 0)
		p->queue[0].accept_ms = 15000;
	if (strcmp(name, "exits-full") == 0) {
		p->queue[0].waiting_max = 0;
		p->queue[0].full = (struct plan_target){ TARGET_FLOW, 3 };
	}
	if (strcmp(name, "exits-others") == 0)
		p->agent[0].key = 999;
	if (strcmp(name, "exits-lost") == 0)
		p->queue[0].key = 999;
	return true;
}

static inline bool plans_staffed(struct plans *p, const char *name)
{
	struct plan_queue *q = &p->queue[0];

	if (strcmp(name, "away") == 0) {
		q->join_needs = STAFF_NONE;
		p->agent[0].signed_in = false;
		return true;
	}
	q->no_agents = (struct plan_target){ TARGET_QUEUE, 1 };
	q->stay_needs = STAFF_ACTIVE;
	q->available = REACHABLE;
	if (strcmp(name, "attended") == 0)
		q->stay_needs = STAFF_PRESENT;
	else if (strcmp(name, "abandoned") == 0)
		q->no_agents.kind = TARGET_NONE;
	else
		return strcmp(name, "deserted") == 0;
	return true;
}

static inline bool plans_full(struct plans *p, const char *name)
{
	struct plan_queue *q = &p->queue[0];

	q->waiting_max = 0;
	if (strcmp(name, "full-flow") == 0) {
		q->full = (struct plan_target){ TARGET_FLOW, 1 };
	} else if (strcmp(name, "full-queue") == 0) {
		q->full = (struct plan_target){ TARGET_QUEUE, 1 };
	} else if (strcmp(name, "ping-pong") == 0) {
		q[0].full = (struct plan_target){ TARGET_QUEUE, 1 };
		q[1].full = (struct plan_target){ TARGET_QUEUE, 0 };
		q[1].waiting_max = 0;
		q[0].full_prompt = q[1].full_prompt = 0;
	} else if (strcmp(name, "round-about") == 0) {
		q->full = (struct plan_target){ TARGET_FLOW, 2 };
	} else {
		return strcmp(name, "never") == 0;
	}
	return true;
}

static inline bool plans_impatient(struct plans *p, const char *name)
{
	struct plan_queue *q = &p->queue[0];

	q->wait_ms_max = 8000;
	q->timeout = (struct plan_target){ TARGET_QUEUE, 1 };
	if (strncmp(name, "impatient-flow", 14) == 0)
		q->timeout = (struct plan_target){ TARGET_FLOW, 1 };
	else if (strcmp(name, "impatient") != 0)
		return false;
	if (strcmp(name, "impatient-flows") == 0) {
		p->flow[1] = p->flow[2];
		p->flow[2] = (struct plan_flow){ .key = 301, .first_step = 1, .n_steps = 1 };
	}
	return true;
}

static inline bool plans_told(struct plans *p, const char *name)
{
	struct plan_queue *q = &p->queue[0];

	if (strcmp(name, "promised-pair") == 0) {
		q->n_members = p->plan.n_members = 2;
		p->plan.n_queues = 1;
	}
	if (strncmp(name, "promised", 8) == 0) {
		q->position_prompt = 0;
		q->estimate_prompt = ESTIMATE;
		q->estimate_over_prompt = ESTIMATE_MORE;
		q->service_level_ms = 20000;
		q->wait_ms_max = 0;
		p->plan.contacts_max = q->waiting_max = 200;
		return true;
	}
	q->position_max = 2;
	q->consent = RECORD_NOTICE;
	q->consent_prompt = NOTICE;
	q->n_messages = 2;
	p->message[0] = MESSAGE;
	p->message[1] = MESSAGE_2;
	p->plan.message = p->message;
	p->plan.n_messages = 2;
	return strcmp(name, "told") == 0;
}

static inline bool plans_wait(struct plans *p, const char *name)
{
	static bool (*const each[])(struct plans *, const char *) = { plans_exits_named, plans_full,
		plans_impatient, plans_told, plans_staffed };
	const struct plans other = *p;
	struct plans begun;

	plans_two_queues(p);
	begun = *p;
	for (size_t i = 0; i < sizeof(each) / sizeof(each[0]); i++) {
		*p = begun;
		if (each[i](p, name))
			return true;
	}
	*p = other;
	return false;
}
