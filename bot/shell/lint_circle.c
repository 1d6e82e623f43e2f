/*
 * Circles. One in which no time passes would be gone round for ever at one moment: it is refused.
 * One that a caller who does nothing goes round is told: nobody meant her to wait till the line
 * breaks.
 */
#include "bot/base/text.h"
#include "bot/shell/lint_inside.h"

#include <stdlib.h>
#include <string.h>

enum colour { NEW, OPEN, DONE };

struct search {
	struct lint *l;
	const struct moment *m;
	bool instant;
	uint8_t *colour, *told;
	uint32_t *way; /* the nodes that are open, from the root on */
	uint8_t *next; /* of each of them, the edge to try */
	size_t depth;
};

static bool sets_something(const struct search *s, size_t from)
{
	for (size_t i = from; i < s->depth; i++) {
		const struct plan_step *step = step_at(s->l, s->way[i]);

		if (step && step->kind == STEP_SET &&
			(step->op == SET_VAR || step->op == SET_LANGUAGE))
			return true;
	}
	return false;
}

/* "a, b, a": flows and queues in turn. */
static void print_circle(const struct search *s, size_t from, struct text *out)
{
	const char *last = NULL;

	for (size_t i = from; i < s->depth; i++) {
		const char *name = node_name(s->l, s->way[i]);

		if (last && strcmp(last, name) == 0)
			continue;
		text_add(out, "%s\"%s\"", last ? ", " : "", name);
		last = name;
	}
	text_add(out, " and so on");
}

/* What sets something may find its way out by it; all else goes the same way again. */
static void tell(struct search *s, size_t from)
{
	char call[200], circle[150], pointer[POINTER_MAX];
	struct text t = TEXT(call), c = TEXT(circle);
	uint32_t node = s->way[from];
	bool fault = s->instant && !sets_something(s, from);

	if (s->told[node] || !call_to(s->l, s->m, node, &t))
		return;
	s->told[node] = 1;
	print_circle(s, from, &c);
	node_pointer(s->l, node, pointer);
	fault_add(fault ? s->l->faults : s->l->warnings, pointer, true, "%s: in circles%s: %s",
		call, s->instant ? " without waiting" : " for who does nothing", circle);
}

static void open_node(struct search *s, uint32_t node)
{
	s->colour[node] = OPEN;
	s->next[s->depth] = 0;
	s->way[s->depth++] = node;
}

static void follow(struct search *s, uint32_t to)
{
	size_t at = s->depth;

	if (s->colour[to] == NEW)
		open_node(s, to);
	else if (s->colour[to] == OPEN) {
		while (s->way[at - 1] != to)
			at--;
		tell(s, at - 1);
	}
}

static void search_from(struct search *s, uint32_t root)
{
	if (s->colour[root] != NEW)
		return;
	open_node(s, root);
	while (s->depth > 0) {
		uint32_t node = s->way[s->depth - 1];
		struct edge edge[EDGES_MAX];
		size_t n = edges_of(s->l, s->m, node, edge);
		uint8_t i = s->next[s->depth - 1]++;

		if (i >= n) {
			s->colour[node] = DONE;
			s->depth--;
		} else if (s->instant ? is_instant(s->l, node, &edge[i]) : is_passive(&edge[i])) {
			follow(s, edge[i].to);
		}
	}
}

static void search_all(struct search *s)
{
	for (size_t m = 0; m < s->l->n_moments; m++) {
		s->m = &s->l->moment[m];
		memset(s->colour, NEW, s->l->n_nodes);
		for (uint32_t node = 0; node < s->l->human; node++)
			search_from(s, node);
	}
}

void lint_circles(struct lint *l)
{
	struct search s = { .l = l,
		.colour = config_array(l->n_nodes, 1),
		.told = config_array(l->n_nodes, 1),
		.way = config_array(l->n_nodes, sizeof(*s.way)),
		.next = config_array(l->n_nodes, 1) };

	s.instant = true;
	search_all(&s);
	s.instant = false;
	search_all(&s);
	free(s.colour);
	free(s.told);
	free(s.way);
	free(s.next);
}
