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

static inline bool plans_route(struct plans *p, const char *name)
{
	return plans_ring_all(p, name);
}

#endif
