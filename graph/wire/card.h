#ifndef GRAPH_WIRE_CARD_H
#define GRAPH_WIRE_CARD_H

/*
 * The incoming-call card: what an agent sees of a call that is offered, and how it ends there.
 * Adaptive Cards 1.5, the newest that bots may use in Teams.
 *
 * Callers write their own display names. Such text stands in TextRuns, which know no Markdown, so
 * that no name becomes a link. A card stands still once it is shown, so it tells the time since
 * when, never how long; {{TIME(...)}} is put into the reader's zone and custom by the client.
 * Source: Adaptive Cards 1.5 schema; Teams' universal actions and card format pages.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdint.h>

/* One form a file would be one line a file; what they share is the frame. The name is for logs. */
#define CARD_FORMS(X)                                                             \
	X(CARD_OFFER, "offer")       /* beside the ring: it rings already */      \
	X(CARD_ASK, "ask")           /* it rings once she accepts */              \
	X(CARD_ACCEPTED, "accepted") /* she did; Teams rings */                   \
	X(CARD_YOURS, "yours")       /* she has the call */                       \
	X(CARD_TAKEN, "taken")       /* somebody else has it */                   \
	X(CARD_DECLINED, "declined") /* by her */                                 \
	X(CARD_ENDED, "ended")       /* the offer is over, the caller waits on */ \
	X(CARD_GONE, "gone")         /* nobody waits any longer */

#define CARD_ENUM(name, text) name,
enum card_form { CARD_FORMS(CARD_ENUM) CARD_FORM_COUNT };
#undef CARD_ENUM

const char *card_form_name(enum card_form form);

/* Borrowed UTF-8; NULL or "": not known, its row is left out. */
struct card_in {
	enum card_form form;
	const char *language; /* "de", "de-AT"; all else is English */
	const char *queue;
	const char *caller; /* masked already, where policy says so */
	const char *path;   /* how the caller came here */
	uint64_t since_unix_ms;
	uint64_t at_unix_ms; /* of what the form tells: accepted, taken, ... */
	const char *taken_by;
	uint32_t offers; /* earlier ones of this call that nobody took */
	uint32_t contact, attempt, rev;
	bool can_decline;       /* a ring that cannot be withdrawn cannot be declined here */
	const char *notice;     /* a sentence above all else */
	const char *viewer_mri; /* "29:...": her clients ask anew when the card is edited */
};

/* The forms with buttons: the offer is open. */
bool card_is_open(enum card_form form);

/*
 * *out: the card, *summary: one line for notifications and old clients. Both owned by the
 * receiver (free), NULL unless OK.
 *
 * E_MALFORMED  not UTF-8
 * E_SYSTEM     no memory
 *
 * Pure. Any thread.
 */
enum err card_write(
	const struct card_in *in, char **out, char **summary, struct why *why) MUST_CHECK;

/*
 * Answers of an invoke, which go into the HTTP response with status 200: the card for this one
 * client, words shown above the card, or an error. Owned by the receiver (free); NULL: no memory.
 */
char *card_answer(const char *card);
char *card_answer_text(const char *text);
char *card_answer_error(int status, const char *code, const char *message);

/* A message's activity: of text, or of a card with its summary. Owned by the receiver (free). */
enum err message_of_card(
	const char *card, const char *summary, bool alert, char **out, struct why *why) MUST_CHECK;
enum err message_of_text(const char *text, char **out, struct why *why) MUST_CHECK;

/* Words for people, in their language: card_words.def, where each says what it is for. */
enum card_word {
#define WORD(symbol, en, de) symbol,
#include "graph/wire/card_words.def"
#undef WORD
	CARD_WORDS
};

/* Never NULL. language as in card_in; NULL: English. */
const char *card_word(enum card_word word, const char *language);

#endif
