#ifndef TESTS_BOT_CORE_PLANS_RENEWED_H
#define TESTS_BOT_CORE_PLANS_RENEWED_H

/*
 * Plans that follow one another. Every caller begins in queue 1.
 *
 *   keyed        one agent; prompts 21, 22, 23 and languages 31, 32, of which callers have 32
 *   keyed-other  the same with prompts 22, 24 and languages 32, 33
 *   over         queues 100 and 101, an agent each; 100 sends those without room to 101
 *   unstaffed    the same, but those whom nobody serves
 *   late-over    the same, but those who waited too long
 *   second-only  queue 101 and its agent
 */

#include "tests/bot/core/plans.h"

static inline void plans_keyed(
	struct plans *p, const uint32_t *prompt, uint32_t n_prompts, const uint32_t language[2])
{
	p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = 1;
	p->entry[0].language = 1;
	p->plan.prompt_key = prompt;
	p->plan.n_prompts = n_prompts;
	p->plan.language_key = language;
	p->plan.n_languages = 2;
}

static inline void plans_two(struct plans *p)
{
	p->queue[0].n_members = p->queue[1].n_members = 1;
	p->queue[1].first_member = 1;
	p->plan.n_queues = 2;
}

static inline bool plans_renewed(struct plans *p, const char *name)
{
	static const uint32_t prompt[] = { 21, 22, 23 }, other_prompt[] = { 22, 24 };
	static const uint32_t language[] = { 31, 32 }, other_language[] = { 32, 33 };
	static const struct plan_target second = { TARGET_QUEUE, 1 };

	if (strcmp(name, "keyed") == 0) {
		plans_keyed(p, prompt, 3, language);
	} else if (strcmp(name, "keyed-other") == 0) {
		plans_keyed(p, other_prompt, 2, other_language);
	} else if (strcmp(name, "over") == 0) {
		plans_two(p);
		p->queue[0].full = second;
	} else if (strcmp(name, "unstaffed") == 0) {
		plans_two(p);
		p->queue[0].no_agents = second;
	} else if (strcmp(name, "late-over") == 0) {
		plans_two(p);
		p->queue[0].timeout = second;
	} else if (strcmp(name, "second-only") == 0) {
		p->queue[0].key = 101;
		p->queue[0].n_members = p->plan.n_members = p->plan.n_agents = 1;
		p->agent[0].key = 201;
	} else {
		return false;
	}
	return true;
}

#endif
