#ifndef BOT_SHELL_EXPLAIN_WORDS_H
#define BOT_SHELL_EXPLAIN_WORDS_H

/*
 * A centre's explanations with names in them, for whoever prints or answers them. Sentences are of
 * the agent or the contact they follow: "wraps up until 12:03:10.000". No line ends. Any thread
 * that owns the centre.
 */

#include "bot/base/text.h"
#include "bot/core/explain.h"
#include "bot/core/view.h"
#include "bot/shell/config.h"

struct explaining {
	const struct config *conf;
	const struct centre *centre;
	uint64_t now_ms;
};

enum { EXPLAIN_TIME = 40 };

/* "12:03:10.000", UTC */
void explain_time(uint64_t ms, char out[EXPLAIN_TIME]);
/* 0 when later is not later. */
double explain_seconds(uint64_t later_ms, uint64_t earlier_ms);
/* queue: index + 1 */
const char *explain_queue(const struct config *conf, uint32_t queue);
/* "waits, and is offered" */
const char *explain_phase(enum contact_phase p);
/* Why first was before second for an agent of both; nothing where one is no more. */
void explain_before(const struct explaining *x, uint32_t first, uint32_t second, struct text *out);
/* Why the agent (index) has not the contact, who is in that queue (index + 1). */
void explain_why(const struct explaining *x, uint32_t contact, uint32_t agent, struct explanation e,
	uint32_t queue, struct text *out);

#endif
