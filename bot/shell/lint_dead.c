/* What is on paper and never used: no call leads there, nothing plays it, nothing asks for it. */
#include "bot/shell/lint_inside.h"

#include "bot/shell/ways.h"

#include <stdlib.h>
#include <string.h>

/* Marks, a byte each. */
struct used {
	uint8_t *flow, *queue, *prompt;
	uint8_t *index[STEP_KINDS]; /* calendars, lookups, mailboxes, transfers, by step */
	uint8_t *need;
	uint8_t set[PLAN_VARS], compared[PLAN_VARS];
};

static void reach(const struct config *c, struct used *u, struct plan_target t)
{
	const struct plan *p = &c->plan;

	if (t.kind == TARGET_QUEUE && !u->queue[t.index]) {
		u->queue[t.index] = 1;
		for (size_t i = 0; i < QUEUE_WAYS; i++)
			reach(c, u, queue_way(&p->queue[t.index], i));
	} else if (t.kind == TARGET_FLOW && !u->flow[t.index]) {
		u->flow[t.index] = 1;
		for (uint32_t i = 0; i < p->flow[t.index].n_steps; i++)
			for (size_t k = 0; k < STEP_WAYS; k++)
				reach(c, u, step_way(&p->step[p->flow[t.index].first_step + i], k));
	}
}

static void use_step(struct used *u, const struct plan_step *s)
{
	u->prompt[s->prompt] = u->prompt[s->wrong_prompt] = u->prompt[s->done_prompt] = 1;
	if (s->kind < STEP_KINDS && u->index[s->kind])
		u->index[s->kind][s->index] = 1;
	if (s->kind == STEP_SET && s->op == SET_NEED)
		u->need[s->index] = 1;
	if (s->kind == STEP_SET && s->op == SET_VAR)
		u->set[s->var] = 1;
	if ((s->kind == STEP_COLLECT || s->kind == STEP_LOOKUP) && s->var < PLAN_VARS)
		u->set[s->var] = 1;
	if (s->kind == STEP_BRANCH && s->op != BRANCH_LANGUAGE)
		u->compared[s->var] = 1;
}

static void use_queue(const struct config *c, struct used *u, const struct plan_queue *q)
{
	u->prompt[q->music] = u->prompt[q->position_prompt] = u->prompt[q->timeout_prompt] = 1;
	u->prompt[q->full_prompt] = u->prompt[q->no_agents_prompt] = 1;
	u->prompt[q->closed.prompt] = u->prompt[q->estimate_prompt] = 1;
	u->prompt[q->estimate_over_prompt] = u->prompt[q->dialled_prompt] = 1;
	for (uint16_t i = 0; i < q->n_messages; i++)
		u->prompt[c->plan.message[q->first_message + i]] = 1;
}

static void unused(struct lint *l, const char *of, const char *name, const char *what)
{
	char base[POINTER_MAX], at[POINTER_MAX];

	pointer_add(base, "", of);
	pointer_add(at, base, name);
	fault_add(l->warnings, at, true, "%s \"%s\"", what, name);
}

static void tell_names(struct lint *l, const char *of, const uint8_t *used, const char *what)
{
	json_t *object = json_object_get(l->c->own->root, of), *v;
	const char *name;
	size_t i = 0;

	json_object_foreach(object, name, v) if (!used[i++]) unused(l, of, name, what);
}

static void tell_prompts(struct lint *l, const struct used *u)
{
	json_t *prompts = json_object_get(l->c->own->root, "prompts");

	for (size_t i = 0; i < l->c->n_prompts; i++)
		if (!u->prompt[i + 1] && json_object_get(prompts, l->c->prompt[i].name))
			unused(l, "prompts", l->c->prompt[i].name,
				"nothing plays it, unless a supervisor announces it: prompt");
}

static void tell_variables(struct lint *l, const struct used *u)
{
	for (size_t i = 0; i < PLAN_VARS && l->c->var_name[i]; i++)
		if (u->set[i] && !u->compared[i])
			fault_add(l->warnings, "/flows", true,
				"variable \"%s\" is set and never looked at by branch",
				l->c->var_name[i]);
}

static void tell_holidays(struct lint *l, const struct used *u)
{
	const struct plan *p = &l->c->plan;

	for (uint32_t i = 0; i < p->n_steps; i++) {
		const struct plan_step *s = &p->step[i];
		char at[POINTER_MAX];

		if (s->kind != STEP_HOURS || s->key[1].kind == TARGET_NONE ||
			!u->flow[l->flow_of[i]] || p->calendar[s->index].n_dates)
			continue;
		node_pointer(l, i, at);
		fault_add(l->warnings, at, false,
			"\"holiday\" leads nowhere, as hours \"%s\" have no holidays",
			l->c->calendar_name[s->index]);
	}
}

static void tell(struct lint *l, const struct used *u)
{
	tell_names(l, "flows", u->flow, "no call comes to it: flow");
	tell_names(l, "queues", u->queue, "no call comes to it but by an agent's transfer: queue");
	tell_names(l, "needs", u->need + 1, "no flow sets it: need");
	tell_names(l, "hours", u->index[STEP_HOURS], "no step looks at them: hours");
	tell_names(l, "lookups", u->index[STEP_LOOKUP], "no step asks it: lookup");
	tell_names(l, "mailboxes", u->index[STEP_VOICEMAIL], "no step records for it: mailbox");
	tell_names(l, "transfers", u->index[STEP_TRANSFER], "no step goes there: transfer");
	tell_prompts(l, u);
	tell_variables(l, u);
	tell_holidays(l, u);
}

void lint_dead(struct lint *l)
{
	const struct config *c = l->c;
	const struct plan *p = &c->plan;
	struct used u = { .flow = config_array(p->n_flows, 1),
		.queue = config_array(p->n_queues, 1),
		.prompt = config_array(c->n_prompts + 1, 1),
		.need = config_array(p->n_needs + 1, 1) };

	u.index[STEP_HOURS] = config_array(p->n_calendars, 1);
	u.index[STEP_LOOKUP] = config_array(c->n_lookups, 1);
	u.index[STEP_VOICEMAIL] = config_array(c->n_mailboxes, 1);
	u.index[STEP_TRANSFER] = config_array(c->n_transfers, 1);
	for (uint32_t i = 0; i < p->n_entries; i++)
		reach(c, &u, (struct plan_target){ TARGET_FLOW, p->entry[i].flow });
	for (uint32_t i = 0; i < p->n_steps; i++)
		use_step(&u, &p->step[i]);
	for (uint32_t i = 0; i < p->n_queues; i++)
		use_queue(c, &u, &p->queue[i]);
	tell(l, &u);
	for (size_t i = 0; i < STEP_KINDS; i++)
		free(u.index[i]);
	free(u.flow);
	free(u.queue);
	free(u.prompt);
	free(u.need);
}
