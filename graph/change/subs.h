#ifndef GRAPH_CHANGE_SUBS_H
#define GRAPH_CHANGE_SUBS_H

/*
 * Subscriptions of one realm (a bot in a tenant), kept alive: made, renewed ahead of their end,
 * reauthorized when Graph asks, made again when they are lost, found again after a restart.
 *
 * A state machine without network, clock or file:
 *
 *	while (subs_unsaved(s, &i, &state)) write state durably, then subs_saved(s, i)
 *	if (subs_want(s, now, unix, &request)) send it, remembering request.attempt
 *	...
 *	e = subs_got(s, now, unix, attempt, &answer, &why);
 *
 * One request at a time, so that nothing is made twice. What a subscription is judged by
 * (clientState) is durable before Graph hears it; therefore an answer that was lost does no harm:
 * the list of what is there finds the subscription again, and it is taken over. What bears our
 * address and is nobody's is deleted.
 *
 * Graph shakes hands with the notification address while its answer to the POST is pending: the
 * owner must be able to serve that, so nothing here may be waited for.
 *
 * After a failure: throttled waits for Retry-After (60 s without), transient starts at 2 s and
 * doubles to 5 min with full jitter, and what only a person can repair waits 1, 5, then 15 minutes.
 *
 * Times are monotonic ms, but for those named _unix. One thread.
 * Source: Graph v1.0, resources/subscription; concepts/change-notifications-lifecycle-events.
 */

#include "graph/wire/change.h"
#include "graph/wire/op.h"
#include "graph/wire/reply.h"

#include <stdbool.h>

enum {
	SUBS_MAX = 16,
	SUB_STATE_TEXT = 65, /* clientState: 64 hexadecimal digits */
	SUB_KEY_TEXT = 65,
	SUB_URL_MAX = 400,
	SUB_PAGE_MAX = 2048,
	/* Of a request: a create takes two handshakes of up to 10 s. */
	SUB_FLIGHT_MS = 45000,
	SUB_RECORD_BYTES = 256, /* what subs_state_write fills at most */
};

struct subs;

/* Borrowed for the call and copied. */
struct sub_wish {
	const char *resource;    /* one subject_of knows */
	const char *change_type; /* "created,updated" */
	bool rich;               /* content comes along, encrypted */
};

/* What the owner keeps of each between two lives of the process. */
struct sub_state {
	struct guid id; /* none: there is no subscription */
	uint64_t expires_unix_ms;
	char client_state[SUB_STATE_TEXT];
	char key_id[SUB_KEY_TEXT]; /* rich: the certificate it was made with; else "" */
};

/* Our key for rich content, borrowed for as long as it is set. */
struct sub_key {
	const char *id, *certificate; /* certificate: base64 of DER */
};

struct sub_request {
	uint32_t attempt; /* never 0 */
	enum op_kind op;
	struct op_in in; /* borrowed until the next call that takes these subs */
	struct op_subscription subscription; /* what in.subscription leads to */
	bool harmless;                       /* may be repeated when its outcome is unknown */
};

struct sub_answer {
	enum {
		SUB_ANSWERED,
		SUB_UNKNOWN,
		SUB_NOT_SENT
	} end; /* unknown: it may have taken effect */
	int status;
	uint64_t retry_after_ms; /* UINT64_MAX: none */
	const char *body;        /* borrowed */
	size_t body_bytes;
};

struct sub_view {
	const char *resource;
	bool live;
	uint64_t expires_unix_ms;
	uint32_t made, renewed, reauthorized, lost, failed_in_row;
	char story[240]; /* of the last failure; "": all is well */
};

struct subs_conf {
	struct guid tenant;
	const char *url, *lifecycle_url; /* of this realm; copied */
	const char *url_head; /* how all notification addresses of this service begin; copied */
	const char *graph;    /* Graph's root, before "/v1.0"; copied */
	uint64_t seed;        /* of the jitter alone */
};

/* E_LIMIT: an address is too long. E_SYSTEM: no memory. */
enum err subs_new(const struct subs_conf *conf, struct subs **out, struct why *why) MUST_CHECK;
/* Wipes. NULL is fine. Subscriptions stay as they are: the next life finds them. */
void subs_free(struct subs *s);

/*
 * Wish for one. state is what an earlier life kept of it; NULL: nothing.
 * E_MALFORMED: a resource we do not know. E_LIMIT: SUBS_MAX. E_SYSTEM: no memory.
 */
enum err subs_add(struct subs *s, const struct sub_wish *wish, const struct sub_state *state,
	uint32_t *index, struct why *why) MUST_CHECK;
/* One of an earlier life that nobody wishes for any more: it is deleted. */
void subs_forget(struct subs *s, const struct sub_state *state);
/*
 * Another resource in the place of a wish. What Graph has of the old one is deleted, and an answer
 * about it that is under way is not believed. errors as subs_add; nothing changed then.
 */
enum err subs_instead(
	struct subs *s, uint32_t index, const char *resource, struct why *why) MUST_CHECK;
/* The key for rich ones from now on; those made with another are made again. They wait for one. */
void subs_key(struct subs *s, const struct sub_key *key);

/* One whose state must be durable before anything is done about it. false: none. */
bool subs_unsaved(const struct subs *s, uint32_t *index, struct sub_state *out);
void subs_saved(struct subs *s, uint32_t index);

/* Is there something to ask for now? Counts as under way until subs_got or SUB_FLIGHT_MS. */
bool subs_want(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms, struct sub_request *out);

/*
 * The answer to a request.
 *
 * OK        well, also when what we deleted was gone
 * E_STALE   that request is not under way any more: nothing changed
 * E_ABSENT  Graph does not have it (any more): it is made again
 * E_DENIED  a person must act; why is a sentence for that person. Log it; it is tried again, slowly
 * E_REMOTE  throttled, down, or not understood: it is tried again
 */
enum err subs_got(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms, uint32_t attempt,
	const struct sub_answer *answer, struct why *why) MUST_CHECK;

/* When to ask subs_want again if nothing happens before; UINT64_MAX: not. */
uint64_t subs_deadline_ms(const struct subs *s, uint64_t now_ms, uint64_t now_unix_ms);

/*
 * Whose is this item? By clientState, in constant time, and by tenant.
 * OK: *index's. E_DENIED: nobody's; drop it with one line.
 */
enum err subs_judge(
	struct subs *s, const struct change *c, uint32_t *index, struct why *why) MUST_CHECK;
/* A judged item that is about the subscription itself. */
void subs_lifecycle(struct subs *s, uint32_t index, const struct change *c, uint64_t now_ms);
/* Something may have been missed since the last time this was asked: look for it another way. */
bool subs_gap(struct subs *s, uint32_t index);

void subs_view(const struct subs *s, uint32_t index, struct sub_view *out);

/* A state as bytes of the same form on every machine, and back. E_MALFORMED: not ours. */
size_t subs_state_write(const struct sub_state *state, uint8_t out[SUB_RECORD_BYTES]);
enum err subs_state_read(const uint8_t *bytes, size_t n, struct sub_state *out) MUST_CHECK;

#endif
