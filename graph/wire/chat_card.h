#ifndef GRAPH_WIRE_CHAT_CARD_H
#define GRAPH_WIRE_CHAT_CARD_H

/*
 * The card by which an agent is offered a person who writes to the bot: who, and what was written
 * so far. What people write stands in TextRuns, which know no Markdown. It has no refresh: nobody
 * but her sees it, and an edit reaches her.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

enum chat_card_form {
	CHAT_CARD_ASK,      /* she may take it */
	CHAT_CARD_YOURS,    /* she has it; what she writes goes there */
	CHAT_CARD_TAKEN,    /* somebody else has it */
	CHAT_CARD_DECLINED, /* by her */
	CHAT_CARD_OVER,     /* nobody waits any longer */
	CHAT_CARD_FORMS
};

/* Those with buttons. */
bool chat_card_is_open(enum chat_card_form form);

struct chat_card_line {
	const char *who, *text;
};

/* Borrowed UTF-8; NULL or "": not known, its row is left out. */
struct chat_card_in {
	enum chat_card_form form;
	const char *language, *queue, *person, *taken_by, *notice;
	uint64_t since_unix_ms, at_unix_ms;
	const struct chat_card_line *line; /* oldest first */
	size_t n_lines;
	uint32_t handoff, rev;
};

/*
 * As card_write. Buttons bring back verb chat.accept, chat.decline or chat.end, contact (the
 * hand-off's number), attempt 0 and rev. Pure. Any thread.
 */
enum err chat_card_write(
	const struct chat_card_in *in, char **out, char **summary, struct why *why) MUST_CHECK;

#endif
