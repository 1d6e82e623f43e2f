/* Skills, tiers and times that do not go together. */
#include "bot/shell/lint_inside.h"

#include <string.h>

struct look {
	struct lint *l;
	const struct plan_queue *q;
	const char *name;
	char at[POINTER_MAX];
};

static void warn(const struct look *k, const char *member, const char *text)
{
	char at[POINTER_MAX];

	pointer_add(at, k->at, member);
	fault_add(k->l->warnings, at, true, "queue \"%s\": %s", k->name, text);
}

/* ---- times */

static void check_times(const struct look *k)
{
	const struct plan_queue *q = k->q;
	char text[200];

	if (q->wait_ms_max && q->wait_ms_max < q->ring_ms) {
		snprintf(text, sizeof(text),
			"callers leave after %g s while the first agent still rings, for %g s",
			q->wait_ms_max / 1000.0, q->ring_ms / 1000.0);
		warn(k, "wait_seconds_max", text);
	}
	if (q->sticky_ms && q->wait_ms_max && q->sticky_ms >= q->wait_ms_max)
		warn(k, "sticky_seconds",
			"who waits for her own agent leaves before others are offered her");
	if (q->hand_off == HAND_OFF_TRANSFER && k->l->c->plan.transfer_ms_max < q->ring_ms)
		warn(k, "ring_seconds",
			"a transfer must be over in limits.transfer_seconds, which is less");
	if (q->service_level_ms && q->wait_ms_max && q->service_level_ms > q->wait_ms_max)
		warn(k, "service_level_seconds",
			"nobody waits that long, so that the service level is always met");
}

/* ---- options without effect */

static void check_strategy(const struct look *k, const char *strategy)
{
	const struct plan_queue *q = k->q;
	const struct plan_place *place = k->l->c->plan.place + q->first_member;
	bool tiers = false, weights = false;

	for (uint32_t i = 0; i < q->n_members; i++) {
		tiers |= place[i].tier != place[0].tier;
		weights |= place[i].weight != 1;
	}
	if (q->ring_at_once && strcmp(strategy, "ring-all") != 0)
		warn(k, "ring_at_once", "is of strategy ring-all, and does nothing here");
	if (weights && strcmp(strategy, "weighted") != 0)
		warn(k, "strategy", "its agents' weights do nothing: weighted would mind them");
	if (tiers && q->by_hand)
		warn(k, "strategy",
			"its agents' tiers are never opened, as agents pick callers by hand");
	if (q->sticky_ms && q->by_hand)
		warn(k, "sticky_seconds", "does nothing, as agents pick callers by hand");
}

static void check_dead_options(const struct look *k)
{
	const struct plan_queue *q = k->q;

	if (!q->wait_ms_max && q->timeout.kind != TARGET_HANG_UP)
		warn(k, "timeout", "is never taken, as wait_seconds_max is 0");
	if (q->join_needs == STAFF_NONE && q->stay_needs == STAFF_NONE &&
		q->no_agents.kind != TARGET_HANG_UP)
		warn(k, "no_agents", "is never taken, as join_needs and stay_needs are nobody");
	if (q->survey.kind != TARGET_NONE && q->hand_off == HAND_OFF_TRANSFER)
		warn(k, "survey", "never begins, as the bot leaves with hand_off transfer");
	if (q->wrap_up_more_ms && !q->wrap_up_ms)
		warn(k, "wrap_up_more_seconds", "adds to nothing, as wrap_up_seconds is 0");
	if (q->position_max && !q->position_prompt)
		warn(k, "position_max", "limits nothing, as position_prompt is empty");
	if (q->estimate_over_prompt && !q->estimate_prompt)
		warn(k, "estimate_over_prompt", "is never heard, as estimate_prompt is empty");
	if (q->redial_ms && !k->l->c->plan.tickets_max)
		warn(k, "redial_seconds", "keeps no place, as limits.tickets is 0");
}

/* ---- skills */

/* Whether any member serves a class of the queue. */
static bool is_served(const struct lint *l, const struct plan_queue *q, uint32_t class)
{
	for (uint32_t i = 0; i < q->n_members; i++)
		if (l->c->plan.place[q->first_member + i].classes >> class & 1)
			return true;
	return false;
}

/* What its own callers need, step by step. */
static void check_skills(const struct look *k, uint32_t queue)
{
	const struct plan *p = &k->l->c->plan;
	const struct plan_queue *q = k->q;
	uint32_t class = p->need_class ? p->need_class[(size_t)queue * (p->n_needs + 1)] : 0;
	const struct plan_class *at = q->n_classes ? &p->class[q->first_class + class] : NULL;
	const char *needs = at ? k->l->c->class_name[q->first_class + class] : "";
	char text[200];

	if (!q->n_members) {
		fault_add(k->l->warnings, k->at, true, "queue \"%s\": no agent serves it", k->name);
		return;
	}
	if (!at || !*needs)
		return;
	if (is_served(k->l, q, class)) {
		if (at->after_ms && q->wait_ms_max && at->after_ms >= q->wait_ms_max)
			warn(k, "relax", "begins after callers have left by wait_seconds_max");
		return;
	}
	if (at->after_ms)
		snprintf(text, sizeof(text),
			"no agent has %.100s, so that callers wait %g s for nothing", needs,
			at->after_ms / 1000.0);
	else
		snprintf(text, sizeof(text), "no agent has %.100s, and nothing relaxes it", needs);
	warn(k, "skills", text);
}

/* Needs that nobody in any queue can meet: the shared classes are the first ones everywhere. */
static bool need_is_met(const struct lint *l, uint32_t need)
{
	const struct plan *p = &l->c->plan;

	for (uint32_t q = 0; q < p->n_queues; q++)
		if (p->queue[q].n_classes &&
			is_served(l, &p->queue[q], p->need_class[q * (p->n_needs + 1) + need]))
			return true;
	return false;
}

static void check_needs(struct lint *l)
{
	for (uint32_t need = 1; need <= l->c->plan.n_needs; need++) {
		const char *name = l->c->need_name[need - 1];
		char at[POINTER_MAX];

		pointer_add(at, "/needs", name);
		if (!need_is_met(l, need))
			fault_add(l->warnings, at, true,
				"need \"%s\": no agent of any queue has these skills", name);
	}
}

/* One word a skill: where the first agent has it. */
static void check_unasked(struct lint *l)
{
	json_t *agents = json_object_get(l->c->own->root, "agents"), *told = json_object(), *a, *v;
	const char *skill;
	size_t i;

	json_array_foreach(agents, i, a)
	{
		json_object_foreach(json_object_get(a, "skills"), skill, v)
		{
			char at[POINTER_MAX], base[POINTER_MAX];

			if (json_object_get(l->c->own->skill_index, skill) ||
				json_object_get(told, skill))
				continue;
			json_object_set_new(told, skill, json_true());
			snprintf(base, sizeof(base), "/agents/%zu/skills", i);
			pointer_add(at, base, skill);
			fault_add(l->warnings, at, true,
				"skill \"%.60s\" is asked for by no queue and no need", skill);
		}
	}
	json_decref(told);
}

void lint_people(struct lint *l)
{
	json_t *queues = json_object_get(l->c->own->root, "queues"), *q;
	const char *name;
	uint32_t i = 0;

	json_object_foreach(queues, name, q)
	{
		struct look k = { .l = l, .q = &l->c->plan.queue[i], .name = name };

		pointer_add(k.at, "/queues", name);
		check_times(&k);
		check_strategy(&k, text_of_member(q, "strategy"));
		check_dead_options(&k);
		check_skills(&k, i);
		i++;
	}
	check_needs(l);
	check_unasked(l);
}
