#ifndef TESTS_BOT_CORE_RINGS_H
#define TESTS_BOT_CORE_RINGS_H

/*
 * Rows that ask only who rings for whom. A script as of trace.h, and beside its lines
 *
 *   1 comes by 0               a call by an entry, and the caller can hear us
 *   1 comes by 0 knowing 2     and spoke with agent 2 last
 *   1 is answered, 1 is left   by the agent who rings or talks; left: the call ends too
 *   1 is declined              by the agent who rings
 *   1 hangs up
 *
 * Wanted are the rings of the last line, "1>2" being contact 1 at agent 2, or why it is refused.
 */

#include "tests/bot/core/trace.h"

#include <stdarg.h>

static inline uint32_t rings_attempt(const struct trace *t, uint32_t contact)
{
	struct contact_view v = { 0 };

	return centre_contact(t->centre, contact, &v) ? v.ring_attempt : 0;
}

static inline void rings_happen(struct trace *t, struct text *got, const char *format, ...)
{
	char line[120];
	va_list args;
	unsigned contact, attempt, agent;

	va_start(args, format);
	vsnprintf(line, sizeof(line), format, args);
	va_end(args);
	trace_line(t, line);
	for (const char *at = t->last_room; t->last.used && at; at = strchr(at, '\n')) {
		at += *at == '\n';
		if (sscanf(at, "ring contact=%u attempt=%u agent=%u", &contact, &attempt, &agent) ==
			3)
			text_add(got, "%s%u>%u", got->used ? " " : "", contact, agent);
		else if (strncmp(at, "refused", 7) == 0)
			text_add(got, "%s", strchr(at, ':') + 2);
	}
}

static inline void rings_line(struct trace *t, struct text *got, const char *line)
{
	unsigned n = 0, by, agent;
	int end = 0;

	got->used = 0;
	*got->at = '\0';
	if (sscanf(line, "%u comes by %u%n", &n, &by, &end) == 2) {
		rings_happen(t, got, "+0 call-incoming contact=%u entry=%u", n, by);
		if (sscanf(line + end, " knowing %u", &agent) == 1)
			rings_happen(t, got, "+0 caller contact=%u agent=%u", n, agent);
		rings_happen(t, got, "+0 call-active contact=%u", n);
	} else if (sscanf(line, "%u is answere%n", &n, &end) == 1 && end) {
		rings_happen(
			t, got, "+0 agent-answered contact=%u attempt=%u", n, rings_attempt(t, n));
	} else if (sscanf(line, "%u is lef%n", &n, &end) == 1 && end) {
		rings_happen(t, got, "+0 agent-left contact=%u attempt=%u", n, rings_attempt(t, n));
		rings_happen(t, got, "+0 call-ended contact=%u end=by-us", n);
	} else if (sscanf(line, "%u is decline%n", &n, &end) == 1 && end) {
		rings_happen(t, got, "+0 agent-failed contact=%u attempt=%u end=rejected", n,
			rings_attempt(t, n));
	} else if (sscanf(line, "%u hang%n", &n, &end) == 1 && end) {
		rings_happen(t, got, "+0 call-ended contact=%u end=hung-up", n);
	} else {
		rings_happen(t, got, "%s", line);
	}
}

/* Runs all rows and prints each that differs; how many did. */
static inline int rings_rows(const struct trace_row *rows, size_t n_rows)
{
	int bad = 0;

	for (size_t i = 0; i < n_rows; i++) {
		struct trace *t = trace_new();
		char room[400] = "", line[120];
		struct text got = TEXT(room);
		const char *script = rows[i].script;

		while (*script && !t->error[0]) {
			size_t n = strcspn(script, "\n");

			assert(n < sizeof(line));
			memcpy(line, script, n);
			line[n] = '\0';
			rings_line(t, &got, line);
			script += n + (script[n] == '\n');
		}
		if (t->error[0] || strcmp(room, rows[i].want) != 0) {
			bad++;
			printf("# %s: %s\n# got: %s\n# wanted: %s\n# after:\n%s\n", rows[i].name,
				t->error, room, rows[i].want, t->out_room);
		}
		trace_free(t);
	}
	return bad;
}

#endif
