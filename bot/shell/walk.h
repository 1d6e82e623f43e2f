#ifndef BOT_SHELL_WALK_H
#define BOT_SHELL_WALK_H

/*
 * A test call: the caller comes at some moment and does what is listed, and every step she comes to
 * is told, with what she hears there. It goes the linter's graph, so it goes where the linter says
 * that calls go; at a place that the list says nothing about it stops and says what could happen.
 */

#include "bot/shell/config.h"

struct json_t;

enum { WALK_STEPS_MAX = 200, WALK_DOES_MAX = 100 };

struct walk_ask {
	uint32_t entry; /* index */
	const char *at; /* "2026-11-27T17:31", by the first calendar's clock; with a Z: UTC */
	const struct json_t *does; /* array of texts: keys, a number, or one of what could happen */
};

/*
 * {"at", "when": "Friday 17:31", "steps": [{"pointer", "kind", "name", "note", "heard": [{"prompt",
 * "text" or "wav", "language"}], "did"}], "end": null or "hung_up"|"agent"|"kept"|"endless",
 * "options": [{"do", "to"}]}. E_MALFORMED: why says what of the question is wrong. Any thread.
 */
enum err walk_call(const struct config *c, const struct walk_ask *ask, struct json_t **out,
	struct why *why) MUST_CHECK;

#endif
