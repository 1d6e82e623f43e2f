/*
 * Plans for the steps of flows, by name; part of plans.h. Flow 0 begins with what the plan is named
 * after; flow 1 says prompt 4, flow 2 prompt 5. Questions: prompt 2, wrong prompt 3, one retry.
 *
 *   collect       three to five digits, # ends, 4 s; into var 2, and sent to lookup 7; 123: flow 1;
 *                 then a menu without prompt, 1: queue 1. Retries used up: flow 2
 *   ahead         the same after prompt 6
 *   pin           exactly four digits, nothing ends it, no prompt, no retry, hangs up
 *   anything      any number of digits, also none
 *   set           priority 1, language 1, need 2 of 3, var 3; then prompt 6 and the queue
 *   set-nothing   all of them out of range
 *   branch OP N   var 0 is 5: OP against N leads to flow 1, else prompt 6
 *   speaks N      language 1: N leads to flow 1, else prompt 6
 *   circle        flow 0 and flow 1 lead to each other
 *   crossing      70 lookups nobody waits for, then the queue
 *   circling      one of them in a circle
 *   hop           as lone, and key 1 leads from the queue to flow 1, a menu where 1 leads back
 *   round         a menu without prompt, 1: itself; 2: the queue
 *   german        menu for an entry of language 1
 *   hours         open 00:00 to 00:17 of 1970-01-01: prompt 6; closed: flow 1; holiday: flow 2
 *   holiday       the same, and that day a holiday; holiday-plain: with no way of its own
 *   asked-after   as direct, and who is left by the agent goes to flow 1: question 0 from 1 to 5,
 *                 then the queue again
 *   survey        question 0 up to 5, question 1 (prompt 7) from 2 to 3, then prompt 6
 */

static inline void plans_two_more(struct plans *p)
{
	for (uint16_t i = 1; i <= 2; i++) {
		p->flow[i] =
			(struct plan_flow){ .key = 300u + i, .first_step = 13u + i, .n_steps = 1 };
		p->step[13 + i] = (struct plan_step){ .kind = STEP_PLAY, .prompt = 3 + i };
	}
	p->plan.n_flows = 3;
	p->plan.n_steps = 16;
}

static inline void plans_steps(struct plans *p, const struct plan_step *step, uint32_t n)
{
	memcpy(p->step, step, n * sizeof(*step));
	p->flow[0].n_steps = n;
	plans_two_more(p);
}

#define PLANS_STEPS(p, ...)                                         \
	plans_steps((p), (const struct plan_step[]){ __VA_ARGS__ }, \
		sizeof((const struct plan_step[]){ __VA_ARGS__ }) / sizeof(struct plan_step))
#define TO_FLOW(i)             \
	{                      \
		TARGET_FLOW, i \
	}
#define TO_QUEUE                \
	{                       \
		TARGET_QUEUE, 0 \
	}
#define QUESTION .prompt = 2, .wrong_prompt = 3, .retries = 1

#define PLANS_NUMBER                                                                    \
	{ .kind = STEP_COLLECT,                                                         \
		QUESTION,                                                               \
		.min = 3,                                                               \
		.max = 5,                                                               \
		.terminator = '#',                                                      \
		.timeout_ms = 4000,                                                     \
		.var = 2,                                                               \
		.otherwise = TO_FLOW(2) },                                              \
		{ .kind = STEP_LOOKUP, .index = 7, .var = PLAN_VARS },                  \
		{ .kind = STEP_BRANCH, .var = 2, .value = 123, .key = { TO_FLOW(1) } }, \
	{                                                                               \
		.kind = STEP_MENU, .timeout_ms = 5000, .key = { [1] = TO_QUEUE }        \
	}

static inline void plans_collect(struct plans *p, const char *name)
{
	if (strcmp(name, "pin") == 0)
		PLANS_STEPS(p, { .kind = STEP_COLLECT, .min = 4, .max = 4, .var = PLAN_VARS },
			{ .kind = STEP_LOOKUP, .index = 7, .var = PLAN_VARS });
	else if (strcmp(name, "anything") == 0)
		PLANS_STEPS(p, { .kind = STEP_COLLECT, .terminator = '*', QUESTION },
			{ .kind = STEP_LOOKUP, .index = 7, .var = PLAN_VARS },
			{ .kind = STEP_BRANCH, .value = INT32_MAX, .key = { TO_FLOW(1) } });
	else if (strcmp(name, "ahead") == 0)
		PLANS_STEPS(p, { .kind = STEP_PLAY, .prompt = 6 }, PLANS_NUMBER);
	else
		PLANS_STEPS(p, PLANS_NUMBER);
}

static inline void plans_set(struct plans *p, bool sane)
{
	int32_t wild = sane ? 0 : 100;

	p->plan.n_needs = 3;
	PLANS_STEPS(p, { .kind = STEP_SET, .op = SET_PRIORITY, .value = 1 + wild },
		{ .kind = STEP_SET, .op = SET_LANGUAGE, .value = 1 + wild },
		{ .kind = STEP_SET, .op = SET_NEED, .index = (uint16_t)(2 + wild) },
		{ .kind = STEP_SET, .op = SET_VAR, .var = (uint8_t)(3 + wild), .value = 9 },
		{ .kind = STEP_BRANCH, .var = 3, .value = 9, .key = { TO_QUEUE } },
		{ .kind = STEP_PLAY, .prompt = 6 });
}

static inline void plans_branch(struct plans *p, const char *name)
{
	bool speaks = strncmp(name, "speaks", 6) == 0;
	int op = speaks ? BRANCH_LANGUAGE : name[7] - '0';
	int value = name[speaks ? 7 : 9] - '0';

	p->entry[0].language = 1;
	PLANS_STEPS(p, { .kind = STEP_SET, .op = SET_VAR, .value = 5 },
		{ .kind = STEP_BRANCH, .op = (uint8_t)op, .value = value, .key = { TO_FLOW(1) } },
		{ .kind = STEP_PLAY, .prompt = 6 });
}

static inline void plans_circle(struct plans *p, const char *name)
{
	static struct plan_step crossing[71];

	if (strcmp(name, "crossing") == 0) {
		for (size_t i = 0; i < 70; i++)
			crossing[i] = (struct plan_step){ .kind = STEP_LOOKUP, .var = PLAN_VARS };
		crossing[70] = (struct plan_step){ .kind = STEP_QUEUE };
		p->plan.step = crossing;
		p->plan.n_steps = p->flow[0].n_steps = 71;
		return;
	}
	PLANS_STEPS(p,
		{ .kind = strcmp(name, "circle") == 0 ? STEP_SET : STEP_LOOKUP, .op = SET_VAR },
		{ .kind = STEP_BRANCH, .op = BRANCH_BELOW, .value = 1, .key = { TO_FLOW(1) } });
	p->step[14] = p->step[1];
	p->step[14].key[0].index = 0;
}

static inline void plans_hours(struct plans *p, const char *name)
{
	static const struct plan_range range[] = { { 0, 17 } };
	static const struct plan_date date[] = { { 0, true, 0, 0 } };
	static struct plan_calendar calendar;
	bool holiday = strncmp(name, "holiday", 7) == 0;

	calendar = (struct plan_calendar){ .key = 400,
		.range = range,
		.weekday = { [3] = { 0, 1 } },
		.date = date,
		.n_dates = holiday };
	p->plan.calendar = &calendar;
	p->plan.n_calendars = 1;
	PLANS_STEPS(p, { .kind = STEP_HOURS, .key = { TO_FLOW(1), TO_FLOW(2) } },
		{ .kind = STEP_PLAY, .prompt = 6 });
	if (strcmp(name, "holiday-plain") == 0)
		p->step[0].key[1].kind = TARGET_NONE;
}

static inline void plans_survey(struct plans *p)
{
	PLANS_STEPS(p, { .kind = STEP_SURVEY, QUESTION, .timeout_ms = 4000, .max = 5 },
		{ .kind = STEP_SURVEY,
			.prompt = 7,
			.timeout_ms = 4000,
			.var = 1,
			.min = 2,
			.max = 3 },
		{ .kind = STEP_PLAY, .prompt = 6 });
}

static inline void plans_asked_after(struct plans *p)
{
	plans_two_more(p);
	p->queue[0].survey = (struct plan_target)TO_FLOW(1);
	p->flow[1].n_steps = 2;
	p->step[14] = (struct plan_step){
		.kind = STEP_SURVEY, QUESTION, .timeout_ms = 4000, .min = 1, .max = 5
	};
	p->step[15] = (struct plan_step){ .kind = STEP_QUEUE };
}

static inline void plans_hop(struct plans *p)
{
	plans_two_more(p);
	p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = 1;
	p->queue[0].leave[1] = (struct plan_target)TO_FLOW(1);
	p->step[14] = (struct plan_step){
		.kind = STEP_MENU, .timeout_ms = 60000, .key = { [1] = TO_QUEUE }
	};
}

#include "tests/bot/core/plans_task.h"

static inline bool plans_flow(struct plans *p, const char *name)
{
	if (strcmp(name, "collect") == 0 || strcmp(name, "pin") == 0 ||
		strcmp(name, "anything") == 0 || strcmp(name, "ahead") == 0)
		plans_collect(p, name);
	else if (strcmp(name, "set") == 0 || strcmp(name, "set-nothing") == 0)
		plans_set(p, name[3] == '\0');
	else if (strncmp(name, "branch ", 7) == 0 || strncmp(name, "speaks ", 7) == 0)
		plans_branch(p, name);
	else if (strcmp(name, "circle") == 0 || strcmp(name, "crossing") == 0 ||
		 strcmp(name, "circling") == 0)
		plans_circle(p, name);
	else if (strcmp(name, "hours") == 0 || strncmp(name, "holiday", 7) == 0)
		plans_hours(p, name);
	else if (strcmp(name, "round") == 0)
		PLANS_STEPS(p, { .kind = STEP_MENU, .key = { [1] = TO_FLOW(0), TO_QUEUE } });
	else if (strcmp(name, "hop") == 0)
		plans_hop(p);
	else if (strcmp(name, "survey") == 0)
		plans_survey(p);
	else if (strcmp(name, "asked-after") == 0)
		plans_asked_after(p);
	else if (strcmp(name, "german") == 0) {
		plans_menu(p);
		p->entry[0].language = 1;
	} else {
		return plans_task(p, name);
	}
	return true;
}
