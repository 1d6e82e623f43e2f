#ifndef TESTS_BOT_CORE_TRACE_H
#define TESTS_BOT_CORE_TRACE_H

/*
 * A conversation with a centre, as text.
 *
 *   plan NAME              of plans.h; first
 *   again NAME             go on with another plan
 *   # anything             a remark
 *   +500 digit contact=1 digit=2     500 ms later this happens, as event_print writes it
 *   +9000 pass             time passes: every deadline until then gets its tick
 *
 * Before an event, deadlines that lie before it get their ticks, as in the shell. Each event
 * and effect becomes a line of `out`; `last` holds the effects since the last line of input.
 */

#include "bot/core/check.h"
#include "bot/core/view.h"
#include "tests/bot/core/plans.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>

enum { TRACE_OUT = 65536, TRACE_LAST = 8192 };

struct trace {
	struct plans plans[2];
	void *storage[2];
	int at; /* which of the two is in force */
	struct centre *centre;
	uint64_t now_ms;
	struct text out, last;
	char out_room[TRACE_OUT], last_room[TRACE_LAST];
	char error[160]; /* "" : none */
};

static inline struct trace *trace_new(void)
{
	struct trace *t = calloc(1, sizeof(*t));

	assert(t);
	t->out = TEXT(t->out_room);
	t->last = TEXT(t->last_room);
	t->now_ms = 1000000;
	return t;
}

static inline void trace_free(struct trace *t)
{
	free(t->storage[0]);
	free(t->storage[1]);
	free(t);
}

static inline void trace_event(struct trace *t, const struct event *ev)
{
	struct contact_view k = { .contact = 0 };
	struct effects fx;

	t->now_ms = ev->at_ms;
	text_add(&t->out, "%8.3f  ", (double)(t->now_ms - 1000000) / 1000);
	event_print(ev, &t->out);
	text_add(&t->out, "\n");
	centre_step(t->centre, ev, &fx);
	while (centre_contact_after(t->centre, k.contact, &k))
		check_contact(t->centre, k.contact);
	for (size_t i = 0; i < fx.n; i++) {
		text_add(&t->out, "          -> ");
		effect_print(&fx.item[i], &t->out);
		text_add(&t->out, "\n");
		if (t->last.used)
			text_add(&t->last, "\n");
		effect_print(&fx.item[i], &t->last);
	}
}

/* Ticks for what is due before (or, with `at`, at) a moment. */
static inline void trace_pass(struct trace *t, uint64_t until_ms, bool at)
{
	for (int n = 0; n < 10000; n++) {
		uint64_t due = centre_deadline_ms(t->centre);
		struct event tick = { .kind = EV_TICK };

		if (at ? due > until_ms : due >= until_ms)
			return;
		tick.at_ms = due > t->now_ms ? due : t->now_ms;
		trace_event(t, &tick);
	}
	snprintf(t->error, sizeof(t->error), "time does not pass");
}

/* The inverse of event_print, by trying: no second list of names. */
static inline bool trace_parse(const char *text, struct event *ev)
{
	const char *contact = strstr(text, "contact="), *attempt = strstr(text, "attempt="),
		   *agent = strstr(text, "agent="), *prompt = strstr(text, "prompt="),
		   *ref = strstr(text, "ref=");

	if (contact)
		ev->contact = (uint32_t)strtoul(contact + 8, NULL, 10);
	if (attempt)
		ev->attempt = (uint32_t)strtoul(attempt + 8, NULL, 10);
	if (agent)
		ev->attempt = (uint32_t)strtoul(agent + 6, NULL, 10);
	if (prompt)
		ev->attempt = (uint32_t)strtoul(prompt + 7, NULL, 10);
	if (ref && guid_parse(ref + 4, strlen(ref + 4), &ev->ref) != OK)
		return false;
	for (ev->kind = EV_START; ev->kind < EVENT_KINDS; ev->kind++)
		for (ev->value = -1; ev->value < 127; ev->value++) {
			char room[160];
			struct text line = TEXT(room);

			event_print(ev, &line);
			if (strcmp(room, text) == 0)
				return true;
		}
	return false;
}

static inline void trace_plan(struct trace *t, const char *name, bool again)
{
	int to = again ? !t->at : t->at;
	struct centre *old = t->centre;
	enum err err = OK;

	plans_named(&t->plans[to], name);
	free(t->storage[to]);
	t->storage[to] = aligned_alloc(16, centre_bytes(&t->plans[to].plan));
	assert(t->storage[to]);
	if (again)
		err = centre_plan(old, t->storage[to], &t->plans[to].plan, &t->centre);
	else
		t->centre = centre_init(t->storage[to], &t->plans[to].plan);
	text_add(&t->out, "%s %s%s\n", again ? "again" : "plan", name, err == OK ? "" : " refused");
	if (err == OK)
		t->at = to;
	else
		t->centre = old;
}

/* One line of input, without its newline. */
static inline void trace_line(struct trace *t, const char *line)
{
	struct event ev = { 0 };
	uint64_t at_ms;
	char *rest;

	t->last = TEXT(t->last_room);
	if (strncmp(line, "plan ", 5) == 0) {
		trace_plan(t, line + 5, false);
		return;
	}
	if (strncmp(line, "again ", 6) == 0) {
		trace_plan(t, line + 6, true);
		return;
	}
	if (!line[0] || line[0] == '#') {
		text_add(&t->out, "%s\n", line);
		return;
	}
	at_ms = t->now_ms + strtoull(line, &rest, 10);
	while (isspace((unsigned char)*rest))
		rest++;
	if (strcmp(rest, "pass") == 0) {
		trace_pass(t, at_ms, true);
		t->now_ms = at_ms;
		return;
	}
	trace_pass(t, at_ms, false);
	t->last = TEXT(t->last_room);
	ev.at_ms = at_ms;
	if (trace_parse(rest, &ev))
		trace_event(t, &ev);
	else
		snprintf(t->error, sizeof(t->error), "no such event: %s", rest);
}

static inline void trace_run(struct trace *t, const char *script)
{
	while (*script && !t->error[0]) {
		size_t n = strcspn(script, "\n");
		char line[256];

		assert(n < sizeof(line));
		memcpy(line, script, n);
		line[n] = '\0';
		trace_line(t, line);
		script += n + (script[n] == '\n');
	}
}

/* A row: a script, and the effects of its last line. */
struct trace_row {
	const char *name, *script, *want;
};

/* Runs all rows and prints each that differs; how many did. */
static inline int trace_rows(const struct trace_row *rows, size_t n)
{
	int bad = 0;

	for (size_t i = 0; i < n; i++) {
		struct trace *t = trace_new();

		trace_run(t, rows[i].script);
		if (t->error[0] || strcmp(t->last_room, rows[i].want) != 0) {
			bad++;
			printf("# %s: %s\n# got:\n%s\n# wanted:\n%s\n# after:\n%s\n", rows[i].name,
				t->error, t->last_room, rows[i].want, t->out_room);
		}
		trace_free(t);
	}
	return bad;
}

#endif
