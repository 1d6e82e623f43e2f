#ifndef BOT_SHELL_LINT_INSIDE_H
#define BOT_SHELL_LINT_INSIDE_H

/*
 * Calls as a graph: a node is a step, a queue, or an end; an edge is what the caller does or what
 * happens. Which edges there are depends on the hours, so it is walked once for each moment that
 * differs.
 */

#include "bot/base/text.h"
#include "bot/core/hours.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/lint.h"

enum { EDGES_MAX = 20, MOMENTS_MAX = 64, NOBODY = UINT32_MAX };

enum how {
	HOW_NEXT,    /* at once */
	HOW_PLAYED,  /* a prompt is over */
	HOW_KEY,     /* n: the key */
	HOW_SILENCE, /* the caller does nothing */
	HOW_TYPED,   /* a number or an answer */
	HOW_BRANCH,  /* the comparison holds */
	HOW_CASE,    /* n: of the lookup */
	HOW_NO_ANSWER,
	HOW_FAILS, /* transfer, call-back */
	HOW_TIMEOUT,
	HOW_FULL,
	HOW_NO_AGENTS,
	HOW_CLOSED,
	HOW_LEAVE, /* n: the key */
	HOW_SERVED,
	HOW_SURVEY,
};

struct edge {
	uint32_t to;
	uint16_t n;
	uint8_t how;
};

/* Each calendar's state, enum hours, somewhen. */
struct moment {
	uint64_t at_ms;
	uint8_t *state;
};

struct lint {
	const struct config *c;
	struct faults *faults, *warnings;
	struct moment moment[MOMENTS_MAX];
	size_t n_moments;
	uint16_t *flow_of; /* by step */
	/* Nodes: steps, then queues, then these. */
	uint32_t first_queue, human, hung_up, kept, n_nodes;
};

/* lint_graph.c */
void graph_init(struct lint *l);
uint32_t graph_root(const struct lint *l, uint32_t entry);
bool is_queue(const struct lint *l, uint32_t node);
/* NULL: not a step. */
const struct plan_step *step_at(const struct lint *l, uint32_t node);
size_t edges_of(
	const struct lint *l, const struct moment *m, uint32_t node, struct edge out[EDGES_MAX]);
/* Whether no time passes on an edge from this node. */
bool is_instant(const struct lint *l, uint32_t node, const struct edge *e);
/* Whether a caller who does nothing may go it. */
bool is_passive(const struct edge *e);
void node_pointer(const struct lint *l, uint32_t node, char out[POINTER_MAX]);
const char *node_name(const struct lint *l, uint32_t node);

/* lint_moments.c: one moment of each kind; at least one. */
void moments_find(struct lint *l);
void moments_free(struct lint *l);
/* "Friday 17:31", by the calendar of the first hours step met; "any time" where none was. */
void moment_print(
	const struct lint *l, const struct moment *m, uint32_t calendar, struct text *out);

/* lint_call.c: what calls meet on their way. */
void lint_calls(struct lint *l);
/* The way of a call to a node at that moment: "Friday 17:31, press 2". false: none leads there. */
bool call_to(struct lint *l, const struct moment *m, uint32_t node, struct text *out);

/* lint_circle.c */
void lint_circles(struct lint *l);
/* lint_human.c: hours without a way to a person or voicemail. */
void lint_humans(struct lint *l);
/* lint_dead.c: what is there and never used. */
void lint_dead(struct lint *l);
/* lint_people.c: skills, tiers, times that do not go together. */
void lint_people(struct lint *l);

#endif
