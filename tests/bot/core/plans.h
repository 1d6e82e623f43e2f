#ifndef TESTS_BOT_CORE_PLANS_H
#define TESTS_BOT_CORE_PLANS_H

/*
 * Small plans by name, for rows and traces. All start from "direct": one entry leads straight
 * into queue 1 (bridge, longest idle) with agents 1 and 2 signed in.
 *
 *   direct       that
 *   transfer     queue 1 hands off by transfer
 *   round-robin  four agents in turn
 *   menu         greeting 1; menu 2 with 1 queue, 2 flow of prompt 4, 9 hang up; wrong prompt 3;
 *                one retry, then the queue
 *   pair         agent 1 serves queues 1 and 2, agent 2 only queue 2; key 1 and 2 choose
 *   nobody       nobody is signed in
 *   small        two contacts at once
 *   narrow       one may wait
 *   plain        no prompts, no limit of waiting, no wrap-up
 *   lone         agent 1 alone
 *   patient      agent 1 alone, no limit of waiting
 *   hasty        wait limit 8 s, shorter than the ring
 *   late         wait limit 8 s, by transfer
 *   crowd        200 contacts
 *   other-queue  queue 1 is another one; other-flow: flow 1 is; other-agents: agent 1 is
 *   presence     as direct, for agents who are Available, AvailableIdle or of unknown presence
 *   known        the same without the unknown; relaxed: whoever
 *   two-minded   as pair, queue 1 as presence, queue 2 also for agents who are Busy
 *   swapped      as direct, agents 1 and 2 in the other order
 */

#include "bot/core/event.h"
#include "bot/core/plan.h"
#include "bot/core/strategy.h"

#include <assert.h>
#include <string.h>

enum {
	KNOWN = 1 << PRESENCE_AVAILABLE | 1 << PRESENCE_AVAILABLE_IDLE,
	REACHABLE = KNOWN | 1 << PRESENCE_UNKNOWN,
};
enum { MUSIC = 10, POSITION = 11, TOO_LONG = 12, FULL = 13, NOBODY = 14 };

struct plans {
	struct plan plan;
	struct plan_queue queue[4];
	struct plan_agent agent[16];
	struct plan_flow flow[4];
	struct plan_step step[16];
	struct plan_entry entry[4];
	uint16_t member[64];
	struct plan_place place[64];
	struct plan_class class[16];
	uint16_t message[2];
	uint8_t need_class[64];
};

static inline void plans_base(struct plans *p)
{
	memset(p, 0, sizeof(*p));
	for (uint16_t i = 0; i < 4; i++)
		p->queue[i] = (struct plan_queue){ .key = 100u + i,
			.music = MUSIC,
			.position_prompt = POSITION,
			.timeout_prompt = TOO_LONG,
			.full_prompt = FULL,
			.no_agents_prompt = NOBODY,
			.waiting_max = 20,
			.join_needs = STAFF_SIGNED_IN,
			.announce_ms = 30000,
			.ring_ms = 20000,
			.wrap_up_ms = 5000,
			.back_off_ms = 10000,
			.busy_ms = 10000,
			.rejected_ms = 10000,
			.wait_ms_max = 120000,
			.short_abandon_ms = 5000,
			.n_members = 2 };
	for (uint16_t i = 0; i < 16; i++) {
		p->agent[i] = (struct plan_agent){ .key = 200u + i, .signed_in = true };
		p->member[i] = i;
	}
	p->step[0] = (struct plan_step){ .kind = STEP_QUEUE };
	p->flow[0] = (struct plan_flow){ .key = 300, .n_steps = 1 };
	p->plan = (struct plan){ .queue = p->queue,
		.agent = p->agent,
		.flow = p->flow,
		.step = p->step,
		.entry = p->entry,
		.member = p->member,
		.n_queues = 1,
		.n_agents = 2,
		.n_flows = 1,
		.n_steps = 1,
		.n_entries = 1,
		.n_members = 2,
		.contacts_max = 30,
		.keep_alive_ms = 900000,
		.active_ms_max = 15000,
		.transfer_ms_max = 60000,
		.play_ms_max = 60000,
		.talk_ms_max = 3600000 };
}

static inline void plans_menu(struct plans *p)
{
	p->step[0] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 1 };
	p->step[1] = (struct plan_step){ .kind = STEP_MENU,
		.prompt = 2,
		.wrong_prompt = 3,
		.retries = 1,
		.timeout_ms = 5000,
		.otherwise = { TARGET_QUEUE, 0 } };
	p->step[1].key[1] = (struct plan_target){ TARGET_QUEUE, 0 };
	p->step[1].key[2] = (struct plan_target){ TARGET_FLOW, 1 };
	p->step[1].key[9] = (struct plan_target){ TARGET_HANG_UP, 0 };
	p->step[2] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 4 };
	p->flow[0].n_steps = 2;
	p->flow[1] = (struct plan_flow){ .key = 301, .first_step = 2, .n_steps = 1 };
	p->plan.n_flows = 2;
	p->plan.n_steps = 3;
}

static inline void plans_pair(struct plans *p)
{
	static const uint16_t member[] = { 0, 0, 1 };

	memcpy(p->member, member, sizeof(member));
	p->queue[0].n_members = 1;
	p->queue[1].first_member = 1;
	p->plan.n_queues = 2;
	p->plan.n_members = 3;
	p->step[0] = (struct plan_step){ .kind = STEP_MENU, .timeout_ms = 5000 };
	p->step[0].key[1] = (struct plan_target){ TARGET_QUEUE, 0 };
	p->step[0].key[2] = (struct plan_target){ TARGET_QUEUE, 1 };
}

static inline void plans_plain(struct plans *p)
{
	p->queue[0].position_prompt = p->queue[0].timeout_prompt = 0;
	p->queue[0].full_prompt = p->queue[0].no_agents_prompt = 0;
	p->queue[0].wait_ms_max = p->queue[0].wrap_up_ms = 0;
}

static inline bool plans_other(struct plans *p, const char *name)
{
	if (strcmp(name, "presence") == 0 || strcmp(name, "relaxed") == 0) {
		p->queue[0].available = name[0] == 'p' ? REACHABLE : 0;
	} else if (strcmp(name, "known") == 0) {
		p->queue[0].available = KNOWN;
	} else if (strcmp(name, "two-minded") == 0) {
		plans_pair(p);
		p->queue[0].available = REACHABLE;
		p->queue[1].available = REACHABLE | 1 << PRESENCE_BUSY;
	} else if (strcmp(name, "late") == 0) {
		p->queue[0].hand_off = HAND_OFF_TRANSFER;
		p->queue[0].wait_ms_max = 8000;
	} else if (strcmp(name, "asks") == 0) {
		p->queue[0].accept_ms = 15000;
	} else if (strcmp(name, "asks-transfer") == 0) {
		p->queue[0].accept_ms = 15000;
		p->queue[0].hand_off = HAND_OFF_TRANSFER;
	} else if (strcmp(name, "other-queue") == 0) {
		p->queue[0].key = 999;
	} else if (strcmp(name, "other-flow") == 0) {
		p->flow[0].key = 999;
	} else if (strcmp(name, "other-agents") == 0) {
		p->agent[0].key = 999;
	} else if (strcmp(name, "swapped") == 0) {
		p->agent[0].key = 201;
		p->agent[1].key = 200;
	} else {
		return false;
	}
	return true;
}

#include "tests/bot/core/plans_flow.h"
#include "tests/bot/core/plans_people.h"
#include "tests/bot/core/plans_renewed.h"
#include "tests/bot/core/plans_route.h"
#include "tests/bot/core/plans_wait.h"

static inline void plans_named(struct plans *p, const char *name)
{
	plans_base(p);
	if (strcmp(name, "transfer") == 0)
		p->queue[0].hand_off = HAND_OFF_TRANSFER;
	else if (strcmp(name, "menu") == 0)
		plans_menu(p);
	else if (strcmp(name, "pair") == 0)
		plans_pair(p);
	else if (strcmp(name, "nobody") == 0)
		p->agent[0].signed_in = p->agent[1].signed_in = false;
	else if (strcmp(name, "small") == 0)
		p->plan.contacts_max = 2;
	else if (strcmp(name, "narrow") == 0)
		p->queue[0].waiting_max = 1;
	else if (strcmp(name, "plain") == 0)
		plans_plain(p);
	else if (strcmp(name, "hasty") == 0)
		p->queue[0].wait_ms_max = 8000;
	else if (strcmp(name, "crowd") == 0)
		p->plan.contacts_max = p->queue[0].waiting_max = 200;
	else if (strcmp(name, "lone") == 0 || strcmp(name, "patient") == 0)
		p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = 1;
	else if (!plans_other(p, name) && !plans_route(p, name) && !plans_flow(p, name) &&
		 !plans_renewed(p, name) && !plans_wait(p, name) && !plans_people(p, name))
		assert(strcmp(name, "direct") == 0 || strcmp(name, "round-robin") == 0);
	if (strcmp(name, "patient") == 0)
		p->queue[0].wait_ms_max = 0;
	if (strcmp(name, "round-robin") == 0) {
		p->queue[0].strategy = (uint8_t)strategy_number(strategy_named("round-robin"));
		p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = 4;
	}
}

#endif
