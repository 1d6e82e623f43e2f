/*
 * Every call there can be at a moment, breadth first, so that what is told is the shortest one: by
 * node, by the language it has come to, and by whether the caller has heard anything since she last
 * pressed a key.
 */
#include "bot/base/text.h"
#include "bot/shell/lint_inside.h"

#include <stdlib.h>
#include <string.h>

enum { LABELS_MAX = 24, ROOT = UINT32_MAX, PROMPTS_OF_NODE = 32 };

/* How a state was first reached. */
struct seen {
	uint32_t from; /* state + 1, ROOT, 0: not reached */
	uint16_t n;
	uint8_t how;
};

struct walk {
	const struct lint *l;
	const struct moment *m;
	struct seen *seen;
	uint32_t *queue;
	size_t head, tail;
};

static uint32_t state_of(const struct lint *l, uint32_t node, uint8_t language, bool heard)
{
	return (node * l->c->n_languages + language) * 2 + heard;
}

static uint32_t node_of(const struct lint *l, uint32_t state)
{
	return state / 2 / l->c->n_languages;
}

static uint8_t language_of(const struct lint *l, uint32_t state)
{
	return (uint8_t)(state / 2 % l->c->n_languages);
}

static size_t prompts_of_queue(
	const struct lint *l, const struct plan_queue *q, uint16_t out[PROMPTS_OF_NODE])
{
	const uint16_t some[] = { q->position_prompt, q->timeout_prompt, q->full_prompt,
		q->no_agents_prompt, q->closed.prompt, q->estimate_prompt,
		q->estimate_over_prompt };
	size_t n = ARRAY_LEN(some);

	memcpy(out, some, sizeof(some));
	for (uint16_t i = 0; i < q->n_messages && n < PROMPTS_OF_NODE; i++)
		out[n++] = l->c->plan.message[q->first_message + i];
	return n;
}

/* All that is spoken there; music is of no language. */
static size_t prompts_of(const struct lint *l, uint32_t node, uint16_t out[PROMPTS_OF_NODE])
{
	const struct plan_step *s = step_at(l, node);

	if (is_queue(l, node))
		return prompts_of_queue(l, &l->c->plan.queue[node - l->first_queue], out);
	if (!s)
		return 0;
	out[0] = s->prompt;
	out[1] = s->wrong_prompt;
	out[2] = s->done_prompt;
	return 3;
}

/* Whether a caller who comes there hears anything. */
static bool says(const struct lint *l, uint32_t node)
{
	const struct plan_step *s = step_at(l, node);
	const struct plan_queue *q;

	if (s)
		return s->prompt || s->kind == STEP_VOICEMAIL;
	if (!is_queue(l, node))
		return true;
	q = &l->c->plan.queue[node - l->first_queue];
	return q->music || q->position_prompt || q->estimate_prompt || q->n_messages;
}

static bool edge_says(const struct lint *l, uint32_t node, const struct edge *e)
{
	const struct plan_queue *q = is_queue(l, node) ? &l->c->plan.queue[node - l->first_queue]
						       : NULL;

	switch ((enum how)e->how) {
	case HOW_TIMEOUT:
		return q->timeout_prompt;
	case HOW_FULL:
		return q->full_prompt;
	case HOW_NO_AGENTS:
		return q->no_agents_prompt;
	case HOW_CLOSED:
		return q->closed.prompt;
	case HOW_SURVEY:
		return true;
	default:
		return false;
	}
}

static bool forgets(const struct edge *e)
{
	return e->how == HOW_KEY || e->how == HOW_LEAVE || e->how == HOW_TYPED;
}

static void reach(struct walk *w, uint32_t state, uint32_t from, const struct edge *e)
{
	if (w->seen[state].from)
		return;
	w->seen[state] = (struct seen){ from, e ? e->n : 0, e ? e->how : 0 };
	w->queue[w->tail++] = state;
}

/* A language's branch is known here, where the graph goes both ways. */
static bool goes(const struct lint *l, uint32_t node, uint8_t language, const struct edge *e)
{
	const struct plan_step *s = step_at(l, node);

	if (!s || s->kind != STEP_BRANCH || s->op != BRANCH_LANGUAGE)
		return true;
	return (e->how == HOW_BRANCH) == (s->value == language);
}

static uint8_t language_after(const struct lint *l, uint32_t node, uint8_t language)
{
	const struct plan_step *s = step_at(l, node);

	return s && s->kind == STEP_SET && s->op == SET_LANGUAGE ? (uint8_t)s->value : language;
}

static void step_on(struct walk *w, uint32_t state)
{
	const struct lint *l = w->l;
	uint32_t node = node_of(l, state);
	uint8_t language = language_of(l, state);
	bool heard = (state & 1) || says(l, node);
	struct edge edge[EDGES_MAX];
	size_t n = edges_of(l, w->m, node, edge);

	for (size_t i = 0; i < n; i++) {
		const struct edge *e = &edge[i];
		bool still = edge_says(l, node, e) || (heard && !forgets(e));

		/* Who is sent away by a key's own "hang-up" has chosen to go. */
		if (e->to == l->hung_up && forgets(e))
			still = true;
		if (goes(l, node, language, e))
			reach(w, state_of(l, e->to, language_after(l, node, language), still),
				state + 1, e);
	}
}

static void walk_all(struct walk *w, const struct lint *l, const struct moment *m)
{
	size_t n = (size_t)l->n_nodes * l->c->n_languages * 2;

	*w = (struct walk){ .l = l, .m = m };
	w->seen = config_array(n, sizeof(*w->seen));
	w->queue = config_array(n, sizeof(*w->queue));
	for (uint32_t i = 0; i < l->c->plan.n_entries; i++)
		reach(w, state_of(l, graph_root(l, i), l->c->plan.entry[i].language, false), ROOT,
			NULL);
	while (w->head < w->tail)
		step_on(w, w->queue[w->head++]);
}

static void walk_free(struct walk *w)
{
	free(w->seen);
	free(w->queue);
}

static void print_seconds(const char *what, uint32_t ms, const char *name, struct text *out)
{
	text_add(out, "%s %g s in \"%s\"", what, ms / 1000.0, name);
}

/* What the caller did, or what happened; "" where nothing is worth a word. */
static void print_edge(const struct lint *l, uint32_t node, const struct seen *e, struct text *out)
{
	static const char keys[] = "0123456789*#";
	const char *name = node_name(l, node);
	const struct plan_step *s = step_at(l, node);

	switch ((enum how)e->how) {
	case HOW_KEY:
		text_add(out, "press %c", keys[e->n]);
		break;
	case HOW_LEAVE:
		text_add(out, "press %c in \"%s\"", keys[e->n], name);
		break;
	case HOW_SILENCE:
		text_add(out, "press nothing");
		break;
	case HOW_TYPED:
		text_add(out, s->kind == STEP_SURVEY ? "answer" : "type a number");
		break;
	case HOW_BRANCH:
		if (s->op != BRANCH_LANGUAGE)
			text_add(out, "%s compares so", l->c->var_name[s->var]);
		break;
	case HOW_CASE:
		text_add(out, "%s says %s", l->c->lookup[s->index].name,
			l->c->lookup[s->index].in_case[e->n].name);
		break;
	case HOW_NO_ANSWER:
		text_add(out, "%s says nothing", l->c->lookup[s->index].name);
		break;
	case HOW_FAILS:
		text_add(out, s->kind == STEP_TRANSFER ? "transfer fails" : "no call-back");
		break;
	case HOW_TIMEOUT:
		print_seconds(
			"wait", l->c->plan.queue[node - l->first_queue].wait_ms_max, name, out);
		break;
	case HOW_FULL:
		text_add(out, "\"%s\" is full", name);
		break;
	case HOW_NO_AGENTS:
		text_add(out, "nobody serves \"%s\"", name);
		break;
	case HOW_CLOSED:
		text_add(out, "\"%s\" is closed", name);
		break;
	case HOW_SURVEY:
		text_add(out, "talk in \"%s\"", name);
		break;
	case HOW_NEXT:
	case HOW_PLAYED:
	case HOW_SERVED:
		break;
	}
}

/* The calendar whose hours the call met first. */
static uint32_t calendar_of(const struct lint *l, const uint32_t *way, size_t n)
{
	for (size_t i = n; i-- > 0;) {
		const struct plan_step *s = step_at(l, node_of(l, way[i]));

		if (s && s->kind == STEP_HOURS)
			return s->index;
	}
	return NOBODY;
}

static void print_call(const struct walk *w, uint32_t state, struct text *out)
{
	uint32_t *way = config_array(w->tail + 1, sizeof(*way));
	size_t n = 0, labels = 0;

	for (uint32_t s = state + 1; s != ROOT; s = w->seen[s - 1].from)
		way[n++] = s - 1;
	moment_print(w->l, w->m, calendar_of(w->l, way, n), out);
	for (size_t i = n - 1; i-- > 0 && labels < LABELS_MAX;) {
		char buf[150];
		struct text label = TEXT(buf);

		print_edge(w->l, node_of(w->l, way[i + 1]), &w->seen[way[i]], &label);
		if (label.used) {
			text_add(out, ", %s", buf);
			labels++;
		}
	}
	free(way);
}

bool call_to(struct lint *l, const struct moment *m, uint32_t node, struct text *out)
{
	uint32_t n = l->c->n_languages * 2u, found = ROOT;
	struct walk w;

	walk_all(&w, l, m);
	for (size_t i = 0; i < w.tail && found == ROOT; i++)
		if (w.queue[i] / n == node)
			found = w.queue[i];
	if (found != ROOT)
		print_call(&w, found, out);
	walk_free(&w);
	return found != ROOT;
}

/* What was told already. */
struct told {
	uint8_t *silent;   /* a byte a node */
	uint8_t *unspoken; /* a bit a language, by prompt */
};

static void check_silence(struct lint *l, const struct walk *w, uint32_t state, struct told *told)
{
	uint32_t node = node_of(l, state), from = w->seen[state].from;
	uint32_t at = node == l->hung_up && from != ROOT ? node_of(l, from - 1) : node;
	char pointer[POINTER_MAX], call[300];
	struct text t = TEXT(call);

	if (at >= l->human || told->silent[at])
		return;
	if (node == l->hung_up ? (state & 1) : !is_queue(l, node) || says(l, node))
		return;
	told->silent[at] = 1;
	print_call(w, state, &t);
	node_pointer(l, at, pointer);
	fault_add(l->warnings, pointer, true, "%s: silence%s", call,
		node == l->hung_up ? ", then hung up" : "");
}

/* Who names the language of a single text means it: "Für Deutsch drücken Sie die Zwei." */
static bool is_meant_so(const struct lint *l, const struct config_prompt *p)
{
	json_t *prompts = json_object_get(l->c->own->root, "prompts");

	return text_of_member(json_object_get(prompts, p->name), "language");
}

static void check_languages(struct lint *l, const struct walk *w, uint32_t state, struct told *told)
{
	uint32_t node = node_of(l, state);
	uint8_t language = language_of(l, state);
	uint16_t prompt[PROMPTS_OF_NODE];
	size_t n = prompts_of(l, node, prompt);

	for (size_t i = 0; i < n; i++) {
		const struct config_prompt *p = prompt[i] ? &l->c->prompt[prompt[i] - 1] : NULL;
		char pointer[POINTER_MAX], call[200];
		struct text t = TEXT(call);

		if (!p || p->in[language].language == language ||
			(told->unspoken[prompt[i]] & (1u << language)) || is_meant_so(l, p))
			continue;
		told->unspoken[prompt[i]] |= (uint8_t)(1u << language);
		print_call(w, state, &t);
		pointer_add(pointer, "/prompts", p->name);
		fault_add(l->warnings, pointer, true, "%s: \"%s\" is heard in \"%s\", not \"%s\"",
			call, p->name, l->c->language[p->in[language].language],
			l->c->language[language]);
	}
}

void lint_calls(struct lint *l)
{
	struct told told = { .silent = config_array(l->n_nodes, 1),
		.unspoken = config_array(l->c->n_prompts + 1, 1) };

	for (size_t m = 0; m < l->n_moments; m++) {
		struct walk w;

		walk_all(&w, l, &l->moment[m]);
		for (size_t i = 0; i < w.tail; i++) {
			check_silence(l, &w, w.queue[i], &told);
			check_languages(l, &w, w.queue[i], &told);
		}
		walk_free(&w);
	}
	free(told.silent);
	free(told.unspoken);
}
