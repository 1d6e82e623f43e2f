#ifndef AUTH_TOKEN_TOKEN_H
#define AUTH_TOKEN_TOKEN_H

/*
 * The bot's own tokens: client credentials, one token a slot.
 *
 * A slot is (authority, tenant, client id, credential, scope): app tokens are per
 * tenant, and a cache that leaves one of these out hands one tenant's token to
 * another. A state machine without network or clock:
 *
 *	while ((e = tokens_want(tokens, now, now_unix_s, &post, &why)) != E_ABSENT)
 *		if (e == OK) start POST post.url post.body, remembering post.attempt
 *		else log why
 *	...
 *	e = tokens_got(tokens, now, attempt, &reply, &why);
 *
 * One flight a slot, however many wait. A token is renewed behind its users' backs from
 * its soft age on (refresh_in, else the later of half life and 15 minutes before the
 * end, up to 10 % earlier) and not used in its last minute. Life is counted from the
 * start of the request on the monotonic clock, so no wall clock can shorten it.
 * After a failure: throttled waits for Retry-After (60 s without), transient starts at
 * 0.5 s and doubles to 30 s with full jitter, and what only a person can repair waits 1,
 * 5, then 15 minutes. A token that is still good is served meanwhile.
 *
 * Times are monotonic ms, but for those named _unix. One thread.
 * Source: Entra's client-credentials flow and error codes; MSAL's throttling rules.
 */

#include "auth/token/credential.h"

#include <stdbool.h>

enum {
	TOKEN_SLOTS_MAX = 256,
	TOKEN_URL_MAX = 512,
	TOKEN_SCOPE_MAX = 160,
	TOKEN_BYTES_MAX = 64 * 1024, /* of one access token */
	TOKEN_REPLY_MAX = 256 * 1024,
	TOKEN_FLIGHT_MS = 10000,
	TOKEN_DROP_PAUSE_MS = 30000,
};

struct tokens;

/* Everything is borrowed for the call and copied, but for the credential, which must outlive
 * the tokens. */
struct token_key {
	const char *authority; /* "https://login.microsoftonline.com", no closing slash */
	const char *tenant;    /* GUID or verified domain; never "common" */
	const char *client_id;
	const struct credential *credential;
	const char *scope; /* one resource and "/.default" */
};

/*
 * A request to make: POST of a body as application/x-www-form-urlencoded with Accept
 * application/json, client-request-id and TLS verified; or, of a managed identity, a GET to
 * this very machine or its platform, by plain http, with one more header and never through a
 * proxy. No redirects, at most TOKEN_REPLY_MAX of reply.
 */
struct token_post {
	uint32_t attempt; /* never 0 */
	bool managed;     /* GET; http is right */
	char url[TOKEN_URL_MAX];
	const char *header;     /* "Metadata": the name of one more; NULL: none */
	char header_value[160]; /* may hold a secret */
	char *body; /* NULL: none. Holds a secret: release with token_post_fini, which wipes it */
	size_t body_bytes;
};

struct token_reply {
	int status;              /* HTTP's; 0: no answer (network, TLS, timeout) */
	const char *retry_after; /* the header's value; NULL: absent */
	uint64_t now_unix_s;     /* for a Retry-After that is a date */
	const char *story;       /* why there was no answer, for the admin; NULL: not known */
	const char *body;        /* borrowed */
	size_t body_bytes;
};

/* seed: for jitter alone. http_on_loopback: else authorities are https only. NULL: no memory. */
struct tokens *tokens_new(uint64_t seed, bool http_on_loopback);
/* Wipes every token. NULL is fine. */
void tokens_free(struct tokens *t);

/*
 * The slot of this key, made if there is none yet. Slots live as long as the tokens.
 *
 * E_MALFORMED  authority is not https (http: loopback only), tenant is empty or "common",
 *              scope is not one "/.default", or a part is too long: why names it
 * E_LIMIT      TOKEN_SLOTS_MAX slots are taken
 */
enum err tokens_slot(
	struct tokens *t, const struct token_key *key, uint32_t *slot, struct why *why) MUST_CHECK;

/*
 * The bearer text of a slot. *bearer is borrowed until the next call that takes these
 * tokens; NULL unless OK. Asking is what makes a slot fetch.
 *
 * OK        use it
 * E_STALE   being fetched: ask tokens_want, and here again after tokens_got
 * E_DENIED  Entra refuses us and a person must act: why is a sentence for that person.
 *           Not before the slot's next try will it be otherwise
 * E_REMOTE  Entra cannot be had (throttled, down): it is asked again at token_retry_ms, so who
 *           can wait until then may; why tells the reason
 */
enum err token_get(struct tokens *t, uint32_t slot, uint64_t now_ms, const char **bearer,
	struct why *why) MUST_CHECK;

/* After E_REMOTE: when Entra is asked again. UINT64_MAX: nothing failed, or a person must act. */
uint64_t token_retry_ms(const struct tokens *t, uint32_t slot);

/*
 * The next request to make. It counts as under way until tokens_got or TOKEN_FLIGHT_MS.
 *
 * OK        out is filled
 * E_ABSENT  nothing to do now
 * others    this slot's credential cannot prove itself (file gone, key unfit): log why and
 *           ask again; the slot rests
 */
enum err tokens_want(struct tokens *t, uint64_t now_ms, uint64_t now_unix_s, struct token_post *out,
	struct why *why) MUST_CHECK;
void token_post_fini(struct token_post *post);

/*
 * The answer to a request.
 *
 * OK        the slot has its token
 * E_STALE   that request is no longer under way: nothing changed
 * E_DENIED  a person must act; E_REMOTE: throttled or transient. Log why, which holds
 *           Entra's ids for its support but nothing secret
 */
enum err tokens_got(struct tokens *t, uint64_t now_ms, uint32_t attempt,
	const struct token_reply *reply, struct why *why) MUST_CHECK;

/*
 * A resource answered 401 to this bearer: forget it, if it is still the slot's, so that the
 * next token_get fetches another. The caller retries once. A second one within
 * TOKEN_DROP_PAUSE_MS is kept: if a fresh token is refused too, fetching more of them
 * helps nobody, and Entra would take us for a loop.
 */
void token_drop_if(struct tokens *t, uint32_t slot, uint64_t now_ms, const char *bearer);

/* When to ask tokens_want again if nothing happens before; UINT64_MAX: not until somebody
 * asks for a token. */
uint64_t tokens_deadline_ms(const struct tokens *t);

#endif
