#include "bot/shell/lint_inside.h"

#include <string.h>

void graph_init(struct lint *l)
{
	const struct plan *p = &l->c->plan;

	l->flow_of = config_array(p->n_steps, sizeof(*l->flow_of));
	for (uint32_t f = 0; f < p->n_flows; f++)
		for (uint32_t i = 0; i < p->flow[f].n_steps; i++)
			l->flow_of[p->flow[f].first_step + i] = (uint16_t)f;
	l->first_queue = p->n_steps;
	l->human = l->first_queue + p->n_queues;
	l->hung_up = l->human + 1;
	l->kept = l->human + 2;
	l->n_nodes = l->human + 3;
}

bool is_queue(const struct lint *l, uint32_t node)
{
	return node >= l->first_queue && node < l->human;
}

const struct plan_step *step_at(const struct lint *l, uint32_t node)
{
	return node < l->first_queue ? &l->c->plan.step[node] : NULL;
}

static uint32_t node_of(const struct lint *l, struct plan_target t)
{
	switch ((enum plan_target_kind)t.kind) {
	case TARGET_FLOW:
		return l->c->plan.flow[t.index].first_step;
	case TARGET_QUEUE:
		return l->first_queue + t.index;
	case TARGET_NONE:
	case TARGET_HANG_UP:
		break;
	}
	return l->hung_up;
}

uint32_t graph_root(const struct lint *l, uint32_t entry)
{
	return l->c->plan.flow[l->c->plan.entry[entry].flow].first_step;
}

static uint32_t after(const struct lint *l, uint32_t node)
{
	const struct plan_flow *f = &l->c->plan.flow[l->flow_of[node]];

	return node + 1 < f->first_step + f->n_steps ? node + 1 : l->hung_up;
}

struct edges {
	struct edge *out;
	size_t n;
};

static void add(struct edges *e, uint32_t to, enum how how, uint16_t n)
{
	e->out[e->n++] = (struct edge){ .to = to, .n = n, .how = (uint8_t)how };
}

/* Every key or case that leads somewhere. */
static void add_keys(const struct lint *l, struct edges *e, const struct plan_target key[PLAN_KEYS],
	enum how how)
{
	for (uint16_t k = 0; k < PLAN_KEYS; k++)
		if (key[k].kind != TARGET_NONE)
			add(e, node_of(l, key[k]), how, k);
}

static void add_or_next(const struct lint *l, struct edges *e, uint32_t node, enum how how)
{
	struct plan_target t = l->c->plan.step[node].otherwise;

	add(e, t.kind == TARGET_NONE ? after(l, node) : node_of(l, t), how, 0);
}

static void add_hours(const struct lint *l, const struct moment *m, uint32_t node, struct edges *e)
{
	const struct plan_step *s = &l->c->plan.step[node];
	uint8_t now = m->state[s->index];

	if (now == HOURS_OPEN)
		add(e, after(l, node), HOW_NEXT, 0);
	else if (now == HOURS_HOLIDAY && s->key[1].kind != TARGET_NONE)
		add(e, node_of(l, s->key[1]), HOW_NEXT, 0);
	else
		add(e, node_of(l, s->key[0]), HOW_NEXT, 0);
}

static void of_step(const struct lint *l, const struct moment *m, uint32_t node, struct edges *e)
{
	const struct plan_step *s = &l->c->plan.step[node];

	switch ((enum step_kind)s->kind) {
	case STEP_PLAY:
		add(e, after(l, node), s->prompt ? HOW_PLAYED : HOW_NEXT, 0);
		break;
	case STEP_MENU:
		add_keys(l, e, s->key, HOW_KEY);
		add(e, node_of(l, s->otherwise), HOW_SILENCE, 0);
		break;
	case STEP_COLLECT:
		add(e, after(l, node), HOW_TYPED, 0);
		add(e, node_of(l, s->otherwise), HOW_SILENCE, 0);
		break;
	case STEP_HOURS:
		add_hours(l, m, node, e);
		break;
	case STEP_SET:
		add(e, after(l, node), HOW_NEXT, 0);
		break;
	case STEP_BRANCH:
		add(e, node_of(l, s->key[0]), HOW_BRANCH, 0);
		add(e, after(l, node), HOW_NEXT, 0);
		break;
	case STEP_LOOKUP:
		if (!s->timeout_ms) {
			add(e, after(l, node), HOW_NEXT, 0);
			break;
		}
		add_keys(l, e, s->key, HOW_CASE);
		add_or_next(l, e, node, HOW_NO_ANSWER);
		break;
	case STEP_QUEUE:
		add(e, l->first_queue + s->queue, HOW_NEXT, 0);
		break;
	case STEP_CALL_BACK:
		add(e, l->kept, HOW_NEXT, 0);
		add_or_next(l, e, node, HOW_FAILS);
		break;
	case STEP_VOICEMAIL:
		add(e, l->kept, HOW_NEXT, 0);
		break;
	case STEP_TRANSFER:
		add(e, l->human, HOW_SERVED, 0);
		add_or_next(l, e, node, HOW_FAILS);
		break;
	case STEP_SURVEY:
		add(e, after(l, node), HOW_TYPED, 0);
		add_or_next(l, e, node, HOW_SILENCE);
		break;
	case STEP_HANG_UP:
	case STEP_KINDS:
		add(e, l->hung_up, HOW_NEXT, 0);
		break;
	}
}

static void of_queue(const struct lint *l, const struct plan_queue *q, struct edges *e)
{
	if (q->n_members)
		add(e, l->human, HOW_SERVED, 0);
	if (q->n_members && q->survey.kind != TARGET_NONE)
		add(e, node_of(l, q->survey), HOW_SURVEY, 0);
	add_keys(l, e, q->leave, HOW_LEAVE);
	if (q->wait_ms_max)
		add(e, node_of(l, q->timeout), HOW_TIMEOUT, 0);
	add(e, node_of(l, q->full), HOW_FULL, 0);
	if (q->join_needs != STAFF_NONE || q->stay_needs != STAFF_NONE)
		add(e, node_of(l, q->no_agents), HOW_NO_AGENTS, 0);
	add(e, node_of(l, q->closed.target), HOW_CLOSED, 0);
}

size_t edges_of(
	const struct lint *l, const struct moment *m, uint32_t node, struct edge out[EDGES_MAX])
{
	struct edges e = { .out = out };

	if (is_queue(l, node))
		of_queue(l, &l->c->plan.queue[node - l->first_queue], &e);
	else if (node < l->first_queue)
		of_step(l, m, node, &e);
	return e.n;
}

bool is_instant(const struct lint *l, uint32_t node, const struct edge *e)
{
	const struct plan_step *s = step_at(l, node);

	if (!s)
		return false;
	if (e->how == HOW_FAILS)
		return s->kind == STEP_CALL_BACK && !s->prompt;
	return e->how == HOW_NEXT || e->how == HOW_BRANCH;
}

bool is_passive(const struct edge *e)
{
	switch ((enum how)e->how) {
	case HOW_NEXT:
	case HOW_PLAYED:
	case HOW_SILENCE:
	case HOW_BRANCH:
	case HOW_NO_ANSWER:
	case HOW_FAILS:
	case HOW_TIMEOUT:
	case HOW_FULL:
	case HOW_NO_AGENTS:
		return true;
	case HOW_KEY:
	case HOW_TYPED:
	case HOW_CASE:
	case HOW_CLOSED:
	case HOW_LEAVE:
	case HOW_SERVED:
	case HOW_SURVEY:
		break;
	}
	return false;
}

const char *node_name(const struct lint *l, uint32_t node)
{
	if (is_queue(l, node))
		return l->c->queue[node - l->first_queue].name;
	return node < l->first_queue ? l->c->flow_name[l->flow_of[node]] : "";
}

void node_pointer(const struct lint *l, uint32_t node, char out[POINTER_MAX])
{
	char base[POINTER_MAX];

	pointer_add(base, is_queue(l, node) ? "/queues" : "/flows", node_name(l, node));
	if (is_queue(l, node))
		memcpy(out, base, POINTER_MAX);
	else
		snprintf(out, POINTER_MAX, "%.480s/%u", base, l->c->own->step_at[node]);
}
