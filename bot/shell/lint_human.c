/* Hours at which a number's callers cannot come to a person, nor leave a message, whatever they
 * press. */
#include "bot/base/text.h"
#include "bot/shell/lint_inside.h"

#include <stdlib.h>
#include <string.h>

enum { STEPS_TOLD = 64 };

/* A byte a node: whether a person, or a message, can be reached from it. Told backwards, until
 * nothing more is learnt. */
static void mark(const struct lint *l, const struct moment *m, uint8_t *good)
{
	bool more = true;

	memset(good, 0, l->n_nodes);
	good[l->human] = good[l->kept] = 1;
	while (more) {
		more = false;
		for (uint32_t node = l->human; node-- > 0;) {
			struct edge edge[EDGES_MAX];
			size_t n = good[node] ? 0 : edges_of(l, m, node, edge);

			for (size_t i = 0; i < n && !good[node]; i++)
				good[node] = good[edge[i].to];
			more |= n && good[node];
		}
	}
}

/* The calendar that a call which does nothing meets first, and what is said last. */
static uint32_t first_calendar(
	const struct lint *l, const struct moment *m, uint32_t node, const char **said)
{
	uint32_t calendar = NOBODY;

	for (size_t i = 0; i < STEPS_TOLD && node < l->human; i++) {
		const struct plan_step *s = step_at(l, node);
		struct edge edge[EDGES_MAX];
		size_t n = edges_of(l, m, node, edge), k = 0;

		if (s && s->kind == STEP_HOURS && calendar == NOBODY)
			calendar = s->index;
		if (s && s->prompt)
			*said = l->c->prompt[s->prompt - 1].name;
		while (k < n && !is_passive(&edge[k]))
			k++;
		if (k == n)
			break;
		node = edge[k].to;
	}
	return calendar;
}

static void tell(struct lint *l, const struct moment *m, uint32_t entry)
{
	const char *said = NULL, *flow = l->c->flow_name[l->c->plan.entry[entry].flow];
	uint32_t calendar = first_calendar(l, m, graph_root(l, entry), &said);
	char when[60], pointer[POINTER_MAX];
	struct text t = TEXT(when);

	moment_print(l, m, calendar, &t);
	snprintf(pointer, sizeof(pointer), "/entries/%u/flow", entry);
	fault_add(l->warnings, pointer, false,
		"%s: flow \"%s\" leads to no person and no voicemail, whatever is pressed%s%s%s",
		when, flow, said ? " (last heard: \"" : "", said ? said : "", said ? "\")" : "");
}

/* Closed and holiday are told apart, other moments of the same kind are not told again. */
static uint8_t kind_of(struct lint *l, const struct moment *m, uint32_t entry)
{
	const char *said;
	uint32_t calendar = first_calendar(l, m, graph_root(l, entry), &said);

	return (uint8_t)(1u << (calendar == NOBODY ? 3 : m->state[calendar]));
}

void lint_humans(struct lint *l)
{
	uint8_t *good = config_array(l->n_nodes, 1);
	uint8_t *told = config_array(l->c->plan.n_flows, 1);

	for (size_t m = 0; m < l->n_moments; m++) {
		mark(l, &l->moment[m], good);
		for (uint32_t i = 0; i < l->c->plan.n_entries; i++) {
			uint16_t flow = l->c->plan.entry[i].flow;
			uint8_t kind;

			if (good[graph_root(l, i)])
				continue;
			kind = kind_of(l, &l->moment[m], i);
			if (told[flow] & kind)
				continue;
			told[flow] |= kind;
			tell(l, &l->moment[m], i);
		}
	}
	free(good);
	free(told);
}
