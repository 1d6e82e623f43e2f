#ifndef TESTS_BOT_CORE_PLANS_PEOPLE_H
#define TESTS_BOT_CORE_PLANS_PEOPLE_H

/*
 * Plans for what people command, from "direct"; see plans.h, which includes this.
 *
 *   talk          agents 1 and 2 serve queue 1, agent 2 also queue 2; agent 3 serves none and is
 *                 signed out; agent 4 too, and is a supervisor. Wrap-up may be 10 s longer; two
 *                 calls not answered make a pause
 *   talk-survey   and whom the agent left first hears prompt 4 of flow 2
 *   talk-transfer queue 1 hands off by transfer
 *   talk-asks     and asks first
 *   talk-brief    without wrap-up
 *   talk-bosses   agents 3 to 10 are supervisors
 *   talk-without  agent 3 is another one
 *   talk-headless agent 1 is another one
 *   talk-moved    queue 1 is another one
 *   talk-taped    queue 1 records, and says so (prompt 20)
 *   talk-agreed   it records who agrees, and the flow says she does; talk-unasked: it does not
 *   talk-refused  it records who does not refuse, and the flow says she does
 */

static inline void plans_talk(struct plans *p)
{
	static const uint16_t member[] = { 0, 1, 1 };

	memcpy(p->member, member, sizeof(member));
	p->agent[2].signed_in = p->agent[3].signed_in = false;
	p->agent[3].supervisor = true;
	p->queue[1].first_member = 2;
	p->queue[1].n_members = 1;
	p->plan.n_queues = 2;
	p->plan.n_members = 3;
	p->plan.n_agents = 4;
	for (int i = 0; i < 2; i++) {
		p->queue[i].busy_ms = 3000;
		p->queue[i].rejected_ms = 4000;
		p->queue[i].unanswered_max = 2;
		p->queue[i].wrap_up_more_ms = 10000;
		p->queue[i].priority_ms = 60000;
	}
}

static inline void plans_taped(struct plans *p, enum consent way, int agreed)
{
	p->queue[0].consent = (uint8_t)way;
	p->queue[0].consent_prompt = 20;
	p->step[0] = (struct plan_step){ .kind = STEP_SET, .op = SET_AGREED, .value = agreed };
	p->step[1] = (struct plan_step){ .kind = STEP_QUEUE };
	p->flow[0].n_steps = 2;
	p->plan.n_steps = 2;
}

static inline bool plans_people(struct plans *p, const char *name)
{
	if (strncmp(name, "talk", 4) != 0)
		return false;
	plans_talk(p);
	if (strcmp(name, "talk-survey") == 0) {
		p->queue[0].survey = (struct plan_target){ TARGET_FLOW, 1 };
		p->step[1] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 4 };
		p->flow[1] = (struct plan_flow){ .key = 301, .first_step = 1, .n_steps = 1 };
		p->plan.n_flows = 2;
		p->plan.n_steps = 2;
	} else if (strcmp(name, "talk-transfer") == 0) {
		p->queue[0].hand_off = HAND_OFF_TRANSFER;
	} else if (strcmp(name, "talk-asks") == 0) {
		p->queue[0].accept_ms = 15000;
	} else if (strcmp(name, "talk-brief") == 0) {
		p->queue[0].wrap_up_ms = 0;
	} else if (strcmp(name, "talk-bosses") == 0) {
		p->plan.n_agents = 10;
		for (int i = 2; i < 10; i++)
			p->agent[i].supervisor = true;
	} else if (strcmp(name, "talk-without") == 0) {
		p->agent[2].key = 999;
	} else if (strcmp(name, "talk-headless") == 0) {
		p->agent[0].key = 999;
	} else if (strcmp(name, "talk-taped") == 0) {
		plans_taped(p, RECORD_NOTICE, NOT_ASKED);
	} else if (strcmp(name, "talk-agreed") == 0) {
		plans_taped(p, RECORD_OPT_IN, AGREED);
	} else if (strcmp(name, "talk-unasked") == 0) {
		plans_taped(p, RECORD_OPT_IN, NOT_ASKED);
	} else if (strcmp(name, "talk-refused") == 0) {
		plans_taped(p, RECORD_OPT_OUT, REFUSED_TO_AGREE);
	} else if (strcmp(name, "talk-moved") == 0) {
		p->queue[0].key = 999;
	} else {
		return strcmp(name, "talk") == 0;
	}
	return true;
}

#endif
