#ifndef GRAPH_CHAT_OUTBOX_H
#define GRAPH_CHAT_OUTBOX_H

/*
 * Messages on their way to people: in order within a chat, one request of a chat at a time, within
 * Teams' limits of a chat and of a bot in a tenant, repeated where repeating helps, and given up
 * with a reason where not. One object a realm.
 *
 * A state machine without network or clock:
 *
 *	while (outbox_next(o, now, &out))
 *		OUTBOX_DEAD: log it; else start the request, remembering out.number
 *	...
 *	outbox_got(o, now, number, &answer, &out);
 *
 * A message may have a handle. An edit of a message that waits still takes its place: people see
 * how things stand, not how they came to. Times are monotonic ms. One thread.
 * Source: Teams' rate-limit page (7 a second, 8 in 2 s, 60 in 30 s, 1800 an hour and chat; 30 a
 * second a bot and tenant; 412, 429, 502 and 504 are to be repeated with back-off).
 */

#include "bot/base/err.h"
#include "graph/chat/rate.h"

enum {
	OUTBOX_ATTEMPTS_MAX = 6,
	OUTBOX_BASE_MS = 500,
	OUTBOX_CAP_MS = 30000,
	OUTBOX_FLIGHT_MS = 20000, /* no answer by then counts as lost */
	OUTBOX_REASON_MAX = 96,
};

enum outbox_kind {
	OUTBOX_SEND,
	OUTBOX_EDIT,
	OUTBOX_OPEN, /* out only: the chat must be opened before the first message */
	OUTBOX_DEAD, /* out only: given up */
};

struct outbox_in {
	enum outbox_kind kind; /* OUTBOX_SEND or OUTBOX_EDIT */
	uint32_t chat;         /* place of the reference */
	uint32_t handle;       /* 0: never edited */
	bool known;            /* the chat has a conversation already */
	const char *message;   /* copied */
	uint64_t until_ms;     /* of no use later */
};

struct outbox_out {
	enum outbox_kind kind;
	uint32_t number; /* of this request; never 0 */
	uint32_t chat, handle;
	const char *message;            /* borrowed until the next call */
	unsigned attempts;              /* so far, this one included */
	char reason[OUTBOX_REASON_MAX]; /* OUTBOX_DEAD */
};

enum outbox_end {
	OUTBOX_DONE,
	OUTBOX_AGAIN,   /* will be repeated */
	OUTBOX_REFUSED, /* given up: outbox_next will say so */
	OUTBOX_STALE,   /* not under way: nothing changed */
};

struct outbox_answer {
	int status;              /* HTTP's; 0: none */
	uint64_t retry_after_ms; /* UINT64_MAX: not told */
	const char *code;        /* the connector's word, "" if none */
};

struct outbox;

/* n_max messages at once. seed: for jitter. NULL: no memory. */
struct outbox *outbox_new(uint32_t n_max, uint64_t seed);
void outbox_free(struct outbox *o);

/*
 * E_LIMIT   full: nothing is taken, whoever waits goes first
 * E_DENIED  the chat is blocked: not until the person talks again
 * E_SYSTEM  no memory
 */
enum err outbox_put(struct outbox *o, const struct outbox_in *in, struct why *why) MUST_CHECK;

/* false: nothing to do now. */
bool outbox_next(struct outbox *o, uint64_t now_ms, struct outbox_out *out);
/*
 * The answer to a request; out tells which it was, without message. 2xx is done. After OUTBOX_OPEN
 * the chat counts as known, and its message follows. 403 and 404 of a conversation block the chat:
 * all that waits there is given up.
 */
enum outbox_end outbox_got(struct outbox *o, uint64_t now_ms, uint32_t number,
	const struct outbox_answer *answer, struct outbox_out *out);

void outbox_unblock(struct outbox *o, uint32_t chat);
/* Why nothing may be sent; NULL: it may. */
const char *outbox_blocked(const struct outbox *o, uint32_t chat);
/* The person is gone: what waits for her is forgotten. */
void outbox_forget(struct outbox *o, uint32_t chat);

/* When to ask outbox_next again if nothing happens before; UINT64_MAX: nothing waits. */
uint64_t outbox_deadline_ms(const struct outbox *o, uint64_t now_ms);

#endif
