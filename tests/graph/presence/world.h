#ifndef TESTS_GRAPH_PRESENCE_WORLD_H
#define TESTS_GRAPH_PRESENCE_WORLD_H

/* The people of a realm, a clock that jumps to what is due, and a Graph that answers as a test
 * says. */

#include "graph/presence/people.h"

#include "bot/base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

enum { PEOPLE = 1400, START_MS = 50000, SESSION_MS = 600000 };

static char ids[PEOPLE][GUID_TEXT];
static const char *id_list[PEOPLE];

static inline struct people_conf conf_of(uint32_t n, bool poll, bool set)
{
	for (uint32_t i = 0; i < PEOPLE; i++) {
		snprintf(ids[i], sizeof(ids[i]), "%08x-1111-4222-8333-444444444444", i);
		id_list[i] = ids[i];
	}
	return (struct people_conf){ .user_id = id_list,
		.n = n,
		.poll = poll,
		.often_ms = 3000,
		.seldom_ms = 30000,
		.stale_ms = 60000,
		.set = set,
		.session_ms = SESSION_MS,
		.seed = 7 };
}

struct world {
	struct people *p;
	uint64_t now_ms;
	struct people_ask ask;
	const char *word[PEOPLE]; /* what Graph says of each; NULL: Available; "": nothing */
	struct why why;
};

static inline void open_world(struct world *w, struct people_conf conf)
{
	memset(w, 0, sizeof(*w));
	w->now_ms = START_MS;
	w->p = people_new(&conf);
	assert_non_null(w->p);
}

/* Whether something is asked within so many ms; the clock goes there, or to the end. */
static inline bool asks_within(struct world *w, uint64_t ms)
{
	uint64_t until = w->now_ms + ms;

	for (int n = 0; n < 100; n++) {
		if (people_want(w->p, w->now_ms, &w->ask))
			return true;
		if (people_deadline_ms(w->p) > until)
			break;
		assert_true(people_deadline_ms(w->p) > w->now_ms);
		w->now_ms = people_deadline_ms(w->p);
	}
	w->now_ms = until;
	return false;
}

static inline enum err got(struct world *w, int status, uint64_t retry_after_ms, const char *body)
{
	struct people_answer a = { .status = status,
		.retry_after_ms = retry_after_ms,
		.body = body,
		.body_bytes = body ? strlen(body) : 0 };

	return people_got(w->p, w->now_ms, w->ask.attempt, &a, &w->why);
}

static inline enum err replies(struct world *w, int status)
{
	return got(w, status, UINT64_MAX, NULL);
}

/* Graph tells what w->word says. */
static inline enum err answers(struct world *w)
{
	static char body[PEOPLE * 160];
	struct text t = TEXT(body);
	const char *comma = "";

	text_add(&t, "{\"value\":[");
	for (size_t i = 0; i < w->ask.n; i++) {
		uint32_t who = w->ask.person[i];
		const char *word = w->word[who] ? w->word[who] : "Available";

		if (!*word)
			continue;
		text_add(&t, "%s{\"id\":\"%s\",\"availability\":\"%s\",\"activity\":\"%s\"}", comma,
			ids[who], word, word);
		comma = ",";
	}
	text_add(&t, "]}");
	assert_false(t.cut);
	return got(w, 200, UINT64_MAX, body);
}

#endif
