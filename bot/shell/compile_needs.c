/*
 * Skills become classes of callers. What a caller needs, and what it is relaxed to with time, is a
 * chain of classes; equal ends of chains are shared. Which member serves which class is worked out
 * here, so that the centre compares bits and knows no skill.
 */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

enum { SKILLS_MAX = 250, LEVELS_MAX = 50, STAGES_MAX = 11 };

struct level {
	uint8_t skill, least;
};

/* In order of the skills. */
struct demand {
	struct level level[LEVELS_MAX];
	size_t n;
};

struct class
{
	struct demand demand;
	struct plan_class plan;
	const char *name;
};

struct classes {
	struct class item[PLAN_CLASSES_MAX];
	size_t n;
};

/* What all queues share: of callers with a need, and of those with none where the queue asks for
 * nothing: class 0. */
struct config_needs {
	json_t *root_needs;
	uint8_t *level;                /* [agent * SKILLS_MAX + skill] */
	struct classes shared, *queue; /* of a queue: none where it asks for nothing itself */
	uint64_t *served;              /* by agent, of the shared ones */
	uint8_t shared_class[PLAN_NEEDS_MAX + 1];
	bool used; /* anything asks for a skill */
};

static uint8_t skill_of(struct compile *x, const char *name, const char *at)
{
	json_t *found = json_object_get(x->own->skill_index, name);
	size_t next = json_object_size(x->own->skill_index);

	if (found)
		return (uint8_t)(json_integer_value(found) - 1);
	if (next == SKILLS_MAX) {
		fault_add(x->faults, at, false, "more than %d skills are asked for", SKILLS_MAX);
		return 0;
	}
	json_object_set_new(x->own->skill_index, name, json_integer((json_int_t)next + 1));
	return (uint8_t)next;
}

static int by_skill(const void *a, const void *b)
{
	return ((const struct level *)a)->skill - ((const struct level *)b)->skill;
}

static struct demand demand_of(struct compile *x, json_t *skills, const char *at)
{
	struct demand d = { .n = 0 };
	const char *name;
	json_t *level;

	json_object_foreach(skills, name, level)
	{
		uint8_t least = (uint8_t)json_number_value(level);

		if (least)
			d.level[d.n++] = (struct level){ skill_of(x, name, at), least };
	}
	qsort(d.level, d.n, sizeof(d.level[0]), by_skill);
	return d;
}

static uint8_t least_of(const struct demand *d, uint8_t skill)
{
	for (size_t i = 0; i < d->n; i++)
		if (d->level[i].skill == skill)
			return d->level[i].least;
	return 0;
}

static const char *skill_name(struct compile *x, uint8_t skill)
{
	const char *name;
	json_t *v;

	json_object_foreach(
		x->own->skill_index, name, v) if (json_integer_value(v) == skill + 1) return name;
	return "";
}

static const char *name_of(struct compile *x, const struct demand *d)
{
	char buf[600];
	struct text t = TEXT(buf);

	for (size_t i = 0; i < d->n; i++)
		text_add(&t, "%s%s %u", i ? ", " : "", skill_name(x, d->level[i].skill),
			d->level[i].least);
	return config_keep(x->own, strdup(buf));
}

static bool same_demand(const struct demand *a, const struct demand *b)
{
	return a->n == b->n && memcmp(a->level, b->level, a->n * sizeof(a->level[0])) == 0;
}

/* The class that is so, perhaps a new one. UINT8_MAX: there are too many. */
static uint8_t class_add(
	struct compile *x, struct classes *all, const struct demand *d, struct plan_class plan)
{
	for (size_t i = 0; i < all->n; i++)
		if (all->item[i].plan.after_ms == plan.after_ms &&
			all->item[i].plan.next == plan.next && same_demand(&all->item[i].demand, d))
			return (uint8_t)i;
	if (all->n == PLAN_CLASSES_MAX)
		return UINT8_MAX;
	all->item[all->n] = (struct class){ .demand = *d, .plan = plan, .name = name_of(x, d) };
	return (uint8_t)all->n++;
}

/* Time only ever widens the choice: who was eligible stays so, also while ringing. */
static void check_monotone(
	struct compile *x, const struct demand *before, const struct demand *after, const char *at)
{
	for (size_t i = 0; i < after->n; i++) {
		const struct level *l = &after->level[i];
		uint8_t had = least_of(before, l->skill);

		if (l->least > had)
			fault_add(x->faults, at, false,
				"\"%s\" rises from %u to %u: with time less must be needed, never "
				"more",
				skill_name(x, l->skill), had, l->least);
	}
}

/* A caller's whole chain, from its end to its beginning. Its first class. */
static uint8_t chain(struct compile *x, struct classes *all, json_t *of, const char *pointer)
{
	json_t *relax = json_object_get(of, "relax"), *stage;
	struct demand demand[STAGES_MAX];
	uint32_t after[STAGES_MAX] = { 0 };
	struct plan_class plan = { 0 };
	size_t n = 0, i;
	uint8_t class = 0;
	char at[POINTER_MAX];

	pointer_add(at, pointer, "skills");
	demand[n++] = demand_of(x, json_object_get(of, "skills"), at);
	json_array_foreach(relax, i, stage)
	{
		snprintf(at, sizeof(at), "%.400s/relax/%zu", pointer, i);
		demand[n] = demand_of(x, json_object_get(stage, "skills"), at);
		after[n] = ms_of_member(stage, "after_seconds");
		check_monotone(x, &demand[n - 1], &demand[n], at);
		if (after[n] <= after[n - 1])
			fault_add(x->faults, at, false,
				"after_seconds must be more than the %g of the step before",
				after[n - 1] / 1000.0);
		n++;
	}
	while (n-- > 0) {
		class = class_add(x, all, &demand[n], plan);
		if (class == UINT8_MAX) {
			fault_add(x->faults, pointer, true,
				"needs and their relaxation come to more than %d classes of "
				"callers: fewer needs or fewer steps would be right",
				PLAN_CLASSES_MAX);
			return 0;
		}
		plan = (struct plan_class){ .after_ms = after[n], .next = class };
	}
	return class;
}

static void compile_shared(struct compile *x)
{
	struct config_needs *n = x->own->needs;
	const char **names = config_kept_array(
		x->own, json_object_size(n->root_needs), sizeof(*names));
	struct demand nothing = { .n = 0 };
	const char *name;
	json_t *need;

	x->c->need_name = names;
	class_add(x, &n->shared, &nothing, (struct plan_class){ 0 });
	json_object_foreach(n->root_needs, name, need)
	{
		char at[POINTER_MAX];

		pointer_add(at, "/needs", name);
		names[x->c->plan.n_needs++] = name;
		n->shared_class[x->c->plan.n_needs] = chain(x, &n->shared, need, at);
	}
}

static bool asks(json_t *queue)
{
	return json_object_size(json_object_get(queue, "skills")) > 0 ||
	       json_array_size(json_object_get(queue, "relax")) > 0;
}

/* A queue's own chain is that of callers without a need; the others' are as everywhere. */
static void compile_queue_classes(
	struct compile *x, uint32_t q, const char *name, json_t *queue, uint8_t *need_class)
{
	struct config_needs *n = x->own->needs;
	char at[POINTER_MAX];

	memcpy(need_class, n->shared_class, x->c->plan.n_needs + 1);
	if (!asks(queue))
		return;
	n->queue[q] = n->shared;
	pointer_add(at, "/queues", name);
	need_class[0] = chain(x, &n->queue[q], queue, at);
}

static const struct classes *classes_of(const struct config_needs *n, uint32_t queue)
{
	return n->queue[queue].n ? &n->queue[queue] : &n->shared;
}

static void lay_out(struct compile *x)
{
	struct plan *p = &x->c->plan;
	struct plan_class *plan;
	const char **names;

	for (uint32_t q = 0; q < p->n_queues; q++) {
		x->own->queue[q].first_class = p->n_classes;
		x->own->queue[q].n_classes = (uint32_t)classes_of(x->own->needs, q)->n;
		p->n_classes += x->own->queue[q].n_classes;
	}
	plan = config_kept_array(x->own, p->n_classes, sizeof(*plan));
	names = config_kept_array(x->own, p->n_classes, sizeof(*names));
	for (uint32_t q = 0; q < p->n_queues; q++)
		for (uint32_t i = 0; i < x->own->queue[q].n_classes; i++) {
			const struct class *c = &classes_of(x->own->needs, q)->item[i];

			plan[x->own->queue[q].first_class + i] = c->plan;
			names[x->own->queue[q].first_class + i] = c->name;
		}
	p->class = plan;
	x->c->class_name = names;
}

void compile_needs(struct compile *x)
{
	struct config_needs *n = config_kept_array(x->own, 1, sizeof(*n));
	json_t *queues = json_object_get(x->own->root, "queues"), *q;
	size_t n_agents = json_array_size(json_object_get(x->own->root, "agents"));
	const char *name;
	uint8_t *need_class;
	uint32_t i = 0, row;

	x->own->needs = n;
	n->root_needs = json_object_get(x->own->root, "needs");
	x->own->skill_index = json_object();
	compile_shared(x);
	n->used = x->c->plan.n_needs > 0;
	json_object_foreach(queues, name, q) n->used |= asks(q);
	if (!n->used)
		return;
	n->queue = config_kept_array(x->own, x->c->plan.n_queues, sizeof(*n->queue));
	n->level = config_kept_array(x->own, n_agents, SKILLS_MAX);
	n->served = config_kept_array(x->own, n_agents, sizeof(*n->served));
	row = x->c->plan.n_needs + 1;
	need_class = config_kept_array(x->own, (size_t)x->c->plan.n_queues * row, 1);
	x->c->plan.need_class = need_class;
	json_object_foreach(queues, name, q)
	{
		compile_queue_classes(x, i, name, q, need_class + (size_t)i * row);
		i++;
	}
	lay_out(x);
}

static uint64_t served(const struct config_needs *n, const struct classes *of, uint32_t agent)
{
	const uint8_t *level = n->level + (size_t)agent * SKILLS_MAX;
	uint64_t bits = 0;

	for (size_t i = 0; i < of->n; i++) {
		const struct demand *d = &of->item[i].demand;
		size_t k = 0;

		while (k < d->n && level[d->level[k].skill] >= d->level[k].least)
			k++;
		if (k == d->n)
			bits |= (uint64_t)1 << i;
	}
	return bits;
}

void needs_learn(struct compile *x, uint32_t agent, json_t *skills)
{
	struct config_needs *n = x->own->needs;
	const char *name;
	json_t *level;

	if (!n->used)
		return;
	json_object_foreach(skills, name, level)
	{
		json_t *skill = json_object_get(x->own->skill_index, name);

		if (skill)
			n->level[(size_t)agent * SKILLS_MAX + (size_t)json_integer_value(skill) -
				 1] = (uint8_t)json_number_value(level);
	}
	n->served[agent] = served(n, &n->shared, agent);
}

uint64_t needs_served(struct compile *x, uint32_t queue, uint32_t agent)
{
	const struct config_needs *n = x->own->needs;

	if (!n->used)
		return UINT64_MAX;
	return n->queue[queue].n ? served(n, &n->queue[queue], agent) : n->served[agent];
}

uint16_t compile_need(struct compile *x, const char *name, const char *at)
{
	return *name ? compile_name(x, "needs", "need", name, at) : 0;
}
