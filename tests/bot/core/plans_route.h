#ifndef TESTS_BOT_CORE_PLANS_ROUTE_H
#define TESTS_BOT_CORE_PLANS_ROUTE_H

/*
 * Plans for who is offered to whom, from "direct"; see plans.h, which includes this.
 *
 *   all          queue 1 rings all of four agents
 *   all-lone     one agent
 *   all-two      two of the four at once
 *   all-twelve   twelve agents
 *   all-asks     asks them first
 *   all-transfer by transfer
 *   all-but-one  agent 1 is another one
 *
 * In those below entry 0 leads to queue 1, entry 1 there with need 1, entry 2 there with priority
 * 1, entry 3 to queue 2; agents 1 to 4 serve queue 1, agents 1 and 2 also queue 2; nothing but
 * rings and rounds of music, and no wrap-up.
 *
 *   by NAME      strategy NAME in both
 *   tiers        round-robin; agents 1 and 2 of queue 1 are of tier 1
 *   classes      need 1 is for agent 3 of queue 1; after 10 s for agent 4 too, after 30 s for all
 *   head-start   queue 2 has a head start of 10 s
 *   bounded      a step of priority is 30 s in queue 1
 *   sticky       callers of queue 1 wait 15 s for whom they know; sticky-classes: with classes
 *   by-hand      agents pick in queue 1
 */

static inline void plans_members(struct plans *p, uint32_t n)
{
	p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = n;
}

static inline bool plans_ring_all(struct plans *p, const char *name)
{
	if (strncmp(name, "all", 3) != 0)
		return false;
	plans_members(p, 4);
	p->queue[0].strategy = (uint8_t)strategy_number(strategy_named("ring-all"));
	if (strcmp(name, "all-lone") == 0)
		plans_members(p, 1);
	else if (strcmp(name, "all-two") == 0)
		p->queue[0].ring_at_once = 2;
	else if (strcmp(name, "all-twelve") == 0)
		plans_members(p, 12);
	else if (strcmp(name, "all-asks") == 0)
		p->queue[0].accept_ms = 15000;
	else if (strcmp(name, "all-transfer") == 0)
		p->queue[0].hand_off = HAND_OFF_TRANSFER;
	else if (strcmp(name, "all-but-one") == 0)
		p->agent[0].key = 999;
	else
		return strcmp(name, "all") == 0;
	return true;
}

static inline void plans_entries(struct plans *p)
{
	static const uint16_t member[] = { 0, 1, 2, 3, 0, 1 };

	memcpy(p->member, member, sizeof(member));
	p->queue[0].n_members = 4;
	p->queue[1].first_member = 4;
	p->queue[1].n_members = 2;
	for (uint16_t i = 0; i < 4; i++) {
		p->flow[i] =
			(struct plan_flow){ .key = 300u + i, .first_step = 2u * i, .n_steps = 2 };
		p->entry[i] = (struct plan_entry){ .key = 400u + i, .flow = i };
		p->step[2 * i] = (struct plan_step){ .kind = STEP_SET, .op = SET_VAR };
		p->step[2 * i + 1] = (struct plan_step){ .kind = STEP_QUEUE, .queue = i == 3 };
	}
	p->step[2] = (struct plan_step){ .kind = STEP_SET, .op = SET_NEED, .index = 1 };
	p->step[4] = (struct plan_step){ .kind = STEP_SET, .op = SET_PRIORITY, .value = 1 };
	for (int i = 0; i < 2; i++) {
		p->queue[i].wrap_up_ms = p->queue[i].wait_ms_max = 0;
		p->queue[i].position_prompt = 0;
		p->queue[i].announce_ms = 600000;
	}
	for (int i = 0; i < 6; i++)
		p->place[i] = (struct plan_place){ .classes = ~(uint64_t)0, .weight = 1 };
	p->plan.place = p->place;
	p->plan.n_queues = 2;
	p->plan.n_members = 6;
	p->plan.n_agents = p->plan.n_flows = p->plan.n_entries = 4;
	p->plan.n_steps = 8;
	p->plan.n_needs = 1;
}

static inline void plans_classes(struct plans *p)
{
	p->class[1] = (struct plan_class){ 10000, 2 };
	p->class[2] = (struct plan_class){ 30000, 0 };
	p->queue[0].n_classes = p->plan.n_classes = 3;
	p->place[0].classes = p->place[1].classes = 1;
	p->place[2].classes = 7;
	p->place[3].classes = 5;
	p->need_class[1] = 1;
	p->plan.class = p->class;
	p->plan.need_class = p->need_class;
}

static inline bool plans_choice(struct plans *p, const char *name)
{
	plans_entries(p);
	if (strcmp(name, "tiers") == 0) {
		p->queue[0].strategy = (uint8_t)strategy_number(strategy_named("round-robin"));
		p->place[0].tier = p->place[1].tier = 1;
	} else if (strcmp(name, "classes") == 0) {
		plans_classes(p);
	} else if (strcmp(name, "head-start") == 0) {
		p->queue[1].head_start_ms = 10000;
	} else if (strcmp(name, "bounded") == 0) {
		p->queue[0].priority_ms = 30000;
	} else if (strcmp(name, "sticky") == 0) {
		p->queue[0].sticky_ms = 15000;
	} else if (strcmp(name, "sticky-classes") == 0) {
		p->queue[0].sticky_ms = 15000;
		plans_classes(p);
	} else if (strcmp(name, "by-hand") == 0) {
		p->queue[0].by_hand = true;
	} else if (strncmp(name, "by ", 3) == 0) {
		p->queue[0].strategy = p->queue[1].strategy = (uint8_t)strategy_number(
			strategy_named(name + 3));
		p->queue[0].n_classes = p->queue[1].n_classes = 3;
		p->plan.class = p->class;
		p->place[0].classes = p->place[1].classes = 7;
		p->place[2].classes = p->place[3].classes = 3;
	} else {
		plans_base(p);
		return false;
	}
	return true;
}

static inline bool plans_route(struct plans *p, const char *name)
{
	return plans_ring_all(p, name) || plans_choice(p, name);
}

#endif
