#ifndef BOT_SHELL_TO_CORE_H
#define BOT_SHELL_TO_CORE_H

/*
 * Graph's words, and the media engine's, into the centre's. The to_core*.c and from_core*.c are the
 * only places that know both. Nothing here acts: the events are journalled first. Repeated and late
 * notifications end here, as far as the line can tell them.
 */

#include "bot/shell/config.h"
#include "bot/shell/line.h"
#include "bot/store/store.h"
#include "graph/client/client.h"
#include "graph/wire/op.h"
#include "graph/wire/reply.h"
#include "media/engine/engine.h"

/* Events out of one note, answer or media event: a roster may tell of every ring. */
enum { TO_CORE_MAX = LINE_RINGS + 4 };

struct to_core {
	struct event event[TO_CORE_MAX]; /* at_ms is set by whoever journals them */
	size_t n;
	struct caller person; /* contact != 0: of a new contact */
	uint32_t recorded;    /* attempt whose recording the note brings; 0: none */
	const char *ignored;  /* why nothing came of it, for one log line; NULL: something did, or
				 nothing was due */
};

/* Where a notification came in: the registered webhook (contact 0), a call's own address, or, with
 * attempt, an agent's own call's. bot is in the address too; the realm is that bot in the tenant of
 * the notification's token. */
struct address {
	uint32_t contact, attempt;
	uint16_t bot, realm;
};

/* next_contact: the number a new contact gets; taken when out->person.contact says so. */
void to_core_note(const struct config *conf, struct lines *lines, struct address at,
	const struct notes *notes, const struct note *note, uint32_t next_contact,
	struct to_core *out);

/* Graph's answer to a request made for (line, attempt). end and reply as the client had them; reply
 * only when end is CLIENT_ANSWERED. l may be NULL: the contact is over. */
void to_core_reply(struct line *l, enum op_kind op, uint32_t contact, uint32_t attempt,
	enum client_end end, const struct reply *reply, struct to_core *out);

/* What is to be told of an effect that failed. l may be NULL. */
struct event to_core_failure(
	const struct line *l, uint32_t contact, uint32_t attempt, enum effect_end end);

/* Participants of the call, asked for after an invite or a probe. */
void to_core_roster(const struct config *conf, struct line *l, const struct roster_entry *party,
	size_t n, bool delta, struct to_core *out);

/* The state of the call, asked for by a probe; attempt of the probe. */
void to_core_probe(
	struct line *l, uint32_t attempt, const struct reply *reply, struct to_core *out);

/* PRESENCE_UNKNOWN for words that this service does not know. */
enum presence_class to_core_presence(enum availability a);

void to_core_media(struct line *l, const struct engine_event *ev, struct to_core *out);

#endif
