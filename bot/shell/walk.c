#include "bot/shell/walk.h"

#include "bot/base/clean.h"
#include "bot/shell/lint_inside.h"
#include "media/prompt/say.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

struct caller_walk {
	const struct config *c;
	struct lint l;
	struct moment m;
	uint8_t language;
	int32_t var[PLAN_VARS];
	const json_t *does;
	size_t n_done;
	json_t *steps, *step; /* step: the one under way, borrowed */
	unsigned wrong;       /* answers at the step under way */
};

/* ---- what is heard */

static void hear(struct caller_walk *w, uint16_t prompt, int32_t value)
{
	const struct config_saying *in;
	char text[SAY_TEXT_MAX];
	json_t *heard, *item;

	if (!prompt)
		return;
	in = &w->c->prompt[prompt - 1].in[w->language];
	item = json_pack("{ss, ss}", "prompt", w->c->prompt[prompt - 1].name, "language",
		w->c->language[in->language]);
	if (in->text)
		json_object_set_new(item, "text",
			json_string(say_text(w->c->language[in->language], in->text, value, text,
					    sizeof(text), NULL) == OK
					    ? text
					    : in->text));
	else
		json_object_set_new(item, "wav", json_string(in->wav ? in->wav : ""));
	heard = json_object_get(w->step, "heard");
	json_array_append_new(heard, item);
}

static void hear_queue(struct caller_walk *w, const struct plan_queue *q)
{
	hear(w, q->consent_prompt, 0);
	hear(w, q->position_prompt, 1);
	hear(w, q->music, 0);
	for (uint16_t i = 0; i < q->n_messages; i++)
		hear(w, w->c->plan.message[q->first_message + i], 0);
}

/* What an edge says as it is gone. */
static void hear_edge(struct caller_walk *w, uint32_t node, const struct edge *e)
{
	const struct plan_queue *q;

	if (!is_queue(&w->l, node))
		return;
	q = &w->c->plan.queue[node - w->l.first_queue];
	if (e->how == HOW_TIMEOUT)
		hear(w, q->timeout_prompt, 0);
	if (e->how == HOW_FULL)
		hear(w, q->full_prompt, 0);
	if (e->how == HOW_NO_AGENTS)
		hear(w, q->no_agents_prompt, 0);
	if (e->how == HOW_CLOSED)
		hear(w, q->closed.prompt, 0);
}

/* ---- where she is */

static const char *kind_of(const struct caller_walk *w, uint32_t node)
{
	static const char *const kinds[STEP_KINDS] = { [STEP_PLAY] = "play",
		[STEP_MENU] = "menu",
		[STEP_QUEUE] = "queue",
		[STEP_HANG_UP] = "hang_up",
		[STEP_COLLECT] = "collect",
		[STEP_HOURS] = "hours",
		[STEP_SET] = "set",
		[STEP_BRANCH] = "branch",
		[STEP_LOOKUP] = "lookup",
		[STEP_CALL_BACK] = "call_back",
		[STEP_VOICEMAIL] = "voicemail",
		[STEP_TRANSFER] = "transfer",
		[STEP_SURVEY] = "survey" };
	const struct plan_step *s = step_at(&w->l, node);

	return s ? kinds[s->kind] : "waiting";
}

static void come_to(struct caller_walk *w, uint32_t node)
{
	const struct plan_step *s = step_at(&w->l, node);
	char pointer[POINTER_MAX];

	node_pointer(&w->l, node, pointer);
	w->step = json_pack("{ss, ss, ss, s[]}", "pointer", pointer, "kind", kind_of(w, node),
		"name", node_name(&w->l, node), "heard");
	json_array_append_new(w->steps, w->step);
	w->wrong = 0;
	if (!s)
		hear_queue(w, &w->c->plan.queue[node - w->l.first_queue]);
	else if (s->kind != STEP_LOOKUP || s->timeout_ms)
		hear(w, s->prompt, 0);
	if (s && (s->kind == STEP_VOICEMAIL || s->kind == STEP_CALL_BACK))
		hear(w, s->done_prompt, 0);
}

static void note(struct caller_walk *w, const char *text)
{
	json_object_set_new(w->step, "note", json_string(text));
}

static void remember(struct caller_walk *w, uint8_t var, int32_t value)
{
	if (var < PLAN_VARS)
		w->var[var] = value;
}

static void set(struct caller_walk *w, const struct plan_step *s)
{
	if (s->op == SET_LANGUAGE)
		w->language = (uint8_t)s->value;
	else if (s->op == SET_VAR)
		remember(w, s->var, s->value);
}

static bool compares(const struct caller_walk *w, const struct plan_step *s)
{
	int32_t v = s->op == BRANCH_LANGUAGE ? w->language : w->var[s->var];

	switch ((enum branch_op)s->op) {
	case BRANCH_IS:
	case BRANCH_LANGUAGE:
		return v == s->value;
	case BRANCH_IS_NOT:
		return v != s->value;
	case BRANCH_BELOW:
		return v < s->value;
	case BRANCH_ABOVE:
		return v > s->value;
	}
	return false;
}

/* ---- what she, or the world, does */

static const char *word_of(
	const struct caller_walk *w, const struct plan_step *s, const struct edge *e, char key[2])
{
	static const char keys[] = "0123456789*#";
	static const char *const words[] = { [HOW_SILENCE] = "silence",
		[HOW_TYPED] = "number",
		[HOW_NO_ANSWER] = "no-answer",
		[HOW_FAILS] = "fails",
		[HOW_TIMEOUT] = "timeout",
		[HOW_FULL] = "full",
		[HOW_NO_AGENTS] = "nobody",
		[HOW_CLOSED] = "closed",
		[HOW_SERVED] = "answers",
		[HOW_SURVEY] = "survey",
		[HOW_NEXT] = "goes-on" };

	if (e->how == HOW_KEY || e->how == HOW_LEAVE) {
		key[0] = keys[e->n];
		key[1] = '\0';
		return key;
	}
	if (e->how == HOW_CASE)
		return w->c->lookup[s->index].in_case[e->n].name;
	return words[e->how];
}

static void target_print(const struct caller_walk *w, uint32_t node, char out[POINTER_MAX])
{
	if (node < w->l.human)
		node_pointer(&w->l, node, out);
	else
		snprintf(out, POINTER_MAX, "%s",
			node == w->l.human  ? "agent"
			: node == w->l.kept ? "kept"
					    : "hung_up");
}

static json_t *options_of(
	const struct caller_walk *w, const struct plan_step *s, const struct edge *edge, size_t n)
{
	json_t *all = json_array();

	for (size_t i = 0; i < n; i++) {
		char key[2], to[POINTER_MAX];

		target_print(w, edge[i].to, to);
		json_array_append_new(
			all, json_pack("{ss, ss}", "do", word_of(w, s, &edge[i], key), "to", to));
	}
	return all;
}

static bool is_number(const struct plan_step *s, const char *text)
{
	size_t n = strlen(text);

	if (s->kind == STEP_SURVEY)
		return n == 1 && text[0] >= '0' + s->min && text[0] <= '0' + s->max;
	if (n && s->terminator && text[n - 1] == s->terminator)
		n--;
	return n >= s->min && n <= s->max && strspn(text, "0123456789") >= n;
}

static const struct edge *edge_how(const struct edge *edge, size_t n, enum how how)
{
	for (size_t i = 0; i < n; i++)
		if (edge[i].how == how)
			return &edge[i];
	return NULL;
}

/* NULL: nothing of the kind can happen here. */
static const struct edge *edge_named(struct caller_walk *w, const struct plan_step *s,
	const struct edge *edge, size_t n, const char *word)
{
	char key[2];

	for (size_t i = 0; i < n; i++)
		if (edge[i].how != HOW_TYPED && !strcmp(word_of(w, s, &edge[i], key), word))
			return &edge[i];
	if (s && (s->kind == STEP_COLLECT || s->kind == STEP_SURVEY) && is_number(s, word)) {
		if (s->kind == STEP_COLLECT)
			remember(w, s->var, (int32_t)strtol(word, NULL, 10));
		return edge_how(edge, n, HOW_TYPED);
	}
	return NULL;
}

static bool asks(const struct plan_step *s)
{
	return s && (s->kind == STEP_MENU || s->kind == STEP_COLLECT || s->kind == STEP_SURVEY);
}

/* The question is asked again after what does not answer it, until it is not. */
static const struct edge *mistaken(
	struct caller_walk *w, const struct plan_step *s, const struct edge *edge, size_t n)
{
	if (w->wrong++ >= s->retries)
		return edge_how(edge, n, HOW_SILENCE);
	hear(w, s->wrong_prompt, 0);
	hear(w, s->prompt, 0);
	return NULL;
}

static const char *next_word(struct caller_walk *w)
{
	return json_string_value(json_array_get(w->does, w->n_done));
}

static void did(struct caller_walk *w, const char *word)
{
	json_t *all = json_object_get(w->step, "did");

	if (!all)
		json_object_set_new(w->step, "did", all = json_array());
	json_array_append_new(all, json_string(word));
	w->n_done++;
}

static void learn(struct caller_walk *w, const struct plan_step *s, const struct edge *e)
{
	if (s && s->kind == STEP_LOOKUP)
		remember(w, s->var, e->how == HOW_CASE ? e->n : -1);
}

/* Somebody must say which way. NULL: nobody has. */
static const struct edge *choose(
	struct caller_walk *w, const struct plan_step *s, const struct edge *edge, size_t n)
{
	const struct edge *e = NULL;
	const char *word;

	while (!e && (word = next_word(w))) {
		e = edge_named(w, s, edge, n, word);
		if (!e && !asks(s))
			return NULL; /* what could happen is told */
		did(w, word);
		if (!e || (e->how == HOW_SILENCE && w->wrong < s->retries))
			e = mistaken(w, s, edge, n);
	}
	if (e)
		learn(w, s, e);
	return e;
}

/* NULL: it stops here. */
static const struct edge *way_on(
	struct caller_walk *w, uint32_t node, const struct edge *edge, size_t n)
{
	const struct plan_step *s = step_at(&w->l, node);

	if (s && s->kind == STEP_HOURS) {
		uint8_t now = w->m.state[s->index];

		note(w, now == HOURS_OPEN ? "open" : now == HOURS_CLOSED ? "closed" : "holiday");
	}
	if (s && s->kind == STEP_SET)
		set(w, s);
	if (s && s->kind == STEP_BRANCH) {
		note(w, compares(w, s) ? "yes" : "no");
		return edge_how(edge, n, compares(w, s) ? HOW_BRANCH : HOW_NEXT);
	}
	return n == 1 && !asks(s) ? &edge[0] : choose(w, s, edge, n);
}

static const char *end_of(const struct caller_walk *w, uint32_t node)
{
	return node == w->l.human ? "agent" : node == w->l.kept ? "kept" : "hung_up";
}

static void go(struct caller_walk *w, uint32_t node, json_t *out)
{
	for (size_t i = 0; i < WALK_STEPS_MAX && node < w->l.human; i++) {
		struct edge edge[EDGES_MAX];
		size_t n = edges_of(&w->l, &w->m, node, edge);
		const struct edge *e;

		come_to(w, node);
		e = way_on(w, node, edge, n);
		if (!e) {
			json_object_set_new(
				out, "options", options_of(w, step_at(&w->l, node), edge, n));
			return;
		}
		hear_edge(w, node, e);
		node = e->to;
	}
	json_object_set_new(
		out, "end", json_string(node < w->l.human ? "endless" : end_of(w, node)));
}

/* ---- when */

static int64_t offset_s(const struct plan *p, int64_t at_s)
{
	const struct plan_calendar *c = p->calendar;
	int64_t offset = 0;

	if (!p->n_calendars)
		return 0;
	for (uint32_t i = 0; i < c->n_offsets && (i == 0 || c->offset[i].at_s <= at_s); i++)
		offset = c->offset[i].offset_s;
	return offset;
}

static enum err moment_of(struct caller_walk *w, const char *at, struct why *why)
{
	const struct plan *p = &w->c->plan;
	struct tm tm = { .tm_isdst = 0 };
	const char *end = at ? strptime(at, "%Y-%m-%dT%H:%M", &tm) : NULL;
	int64_t s;

	if (!end || tm.tm_year < 70 || tm.tm_year > 200)
		return FAIL(why, E_MALFORMED,
			"\"at\" is no local time: 2026-11-27T17:31 would be right");
	s = (int64_t)timegm(&tm);
	if (*end && end[strlen(end) - 1] == 'Z')
		w->m.at_ms = (uint64_t)s * 1000;
	else
		w->m.at_ms = (uint64_t)(s - offset_s(p, s - offset_s(p, s))) * 1000;
	w->m.state = config_array(p->n_calendars, 1);
	for (uint32_t i = 0; i < p->n_calendars; i++)
		w->m.state[i] = (uint8_t)hours_at(&p->calendar[i], w->m.at_ms);
	return OK;
}

enum err walk_call(
	const struct config *c, const struct walk_ask *ask, struct json_t **out, struct why *why)
{
	struct caller_walk w = { .c = c, .l.c = c, .does = ask->does, .steps = json_array() };
	char buf[60];
	struct text when = TEXT(buf);
	enum err e = OK;

	if (ask->entry >= c->plan.n_entries)
		e = FAIL(why, E_MALFORMED, "there is no entry %u: they are counted from 0",
			ask->entry);
	if (e == OK && json_array_size(ask->does) > WALK_DOES_MAX)
		e = FAIL(why, E_MALFORMED, "a caller does at most %d things", WALK_DOES_MAX);
	if (e == OK)
		e = moment_of(&w, ask->at, why);
	if (e != OK) {
		json_decref(w.steps);
		return e;
	}
	graph_init(&w.l);
	w.language = c->plan.entry[ask->entry].language;
	moment_print(&w.l, &w.m, c->plan.n_calendars ? 0 : NOBODY, &when);
	*out = json_pack("{ss, sI, so, sn, s[]}", "when", buf, "at_ms", (json_int_t)w.m.at_ms,
		"steps", w.steps, "end", "options");
	go(&w, graph_root(&w.l, ask->entry), *out);
	free(w.m.state);
	free(w.l.flow_of);
	return OK;
}
