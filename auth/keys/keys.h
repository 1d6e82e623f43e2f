#ifndef AUTH_KEYS_KEYS_H
#define AUTH_KEYS_KEYS_H

/*
 * One trust root: the keys one OpenID metadata address leads to, and the verdicts on
 * the tokens they signed.
 *
 * A state machine without network or clock. Whoever owns it asks keys_want what to
 * fetch, brings the answer to keys_got, and comes again at keys_deadline_ms:
 *
 *	while (keys_want(keys, now, &fetch))
 *		start GET fetch.url, remembering fetch.attempt
 *	...
 *	e = keys_got(keys, now, attempt, status, body, n, &why);
 *
 * The rules are Microsoft's published ones: metadata and keys are read at the start and
 * every hour (10 % earlier or later); a key dies 24 h after it was last seen; an unknown
 * kid causes a fetch, but one every 5 minutes at most (two in a burst) for the whole
 * root; one fetch at a time; a failed or useless document never replaces a good one. A
 * good document does: a key that is gone from it is withdrawn at once, with all verdicts.
 *
 * Good verdicts are remembered by SHA-256 of the token, so that a token shown again
 * costs a hash instead of a public-key operation; bad ones never are. Its claims are
 * judged again each time.
 *
 * Times are monotonic ms, but for the one named _unix. One thread.
 * Source: entra-docs, signing-key-rollover; OpenID Connect Discovery 1.0.
 */

#include "auth/jose/claims.h"
#include "auth/jose/jwk.h"

enum {
	KEYS_URL_MAX = 512, /* with the NUL */
	KEYS_HOST_MAX = 128,
	KEYS_HOSTS_MAX = 4,
	KEYS_VERDICTS_MAX = 4096,
	KEYS_WAIT_MS = 1500, /* how long a request may wait after E_STALE */
	KEYS_FLIGHT_MS = 10000,
};

struct keys;

struct keys_conf {
	char name[16]; /* "call": for stories */
	char metadata_url[KEYS_URL_MAX];
	/* Hosts the metadata's jwks_uri may name besides the metadata's own: host or host:port. */
	char host[KEYS_HOSTS_MAX][KEYS_HOST_MAX];
	size_t n_hosts;
	bool http_on_loopback; /* else https only; never plain http beyond this machine */
	uint64_t seed;         /* for the jitter */
};

struct keys_fetch {
	uint32_t attempt; /* never 0 */
	char url[KEYS_URL_MAX];
};

/* What a log line or a health page may show. */
struct keys_view {
	size_t n_keys, n_dropped, n_conflicting;
	uint64_t fetched_ms;                    /* when the keys were last read; 0: never */
	uint32_t generation;                    /* grows when a key is withdrawn or replaced */
	uint32_t fetches, failures;             /* of either document, since the start */
	uint32_t verified, remembered, refused; /* tokens: by signature, by memory, not at all */
	char issuer[ISSUER_MAX];                /* the metadata's own words: shown, never used */
};

/*
 * E_MALFORMED: a URL or host that cannot be meant; why names it.
 * now_ms is when the first fetch is due.
 */
enum err keys_new(const struct keys_conf *conf, uint64_t now_ms, struct keys **out,
	struct why *why) MUST_CHECK;
/* NULL is fine. */
void keys_free(struct keys *k);

/*
 * Is there something to fetch now? Then out is filled and the fetch counts as under way
 * until keys_got or KEYS_FLIGHT_MS. GET, "Accept: application/json", no redirects, at
 * most JWKS_BYTES_MAX of body (cut it one byte above: more is refused here).
 */
bool keys_want(struct keys *k, uint64_t now_ms, struct keys_fetch *out);

/*
 * The answer to a fetch. status is HTTP's, or 0 when there was none. body is borrowed.
 *
 * OK        taken; ask keys_want again, metadata is followed by keys
 * E_STALE   not the fetch under way: nothing changed
 * E_REMOTE  of no use; the keys we had stay, and it is tried again with growing pauses
 *           (1 s to 5 min). Log why
 */
enum err keys_got(struct keys *k, uint64_t now_ms, uint32_t attempt, int status, const char *body,
	size_t n, struct why *why) MUST_CHECK;

/* When to ask keys_want again if nothing happens before. */
uint64_t keys_deadline_ms(const struct keys *k);

/*
 * May this token pass? For the web door.
 *
 *   token     n bytes, borrowed (jws_bearer finds it in a header)
 *   out       filled on OK only
 *   why       may be NULL; for our log: the answer to the sender is one and the same
 *
 * OK        it is for this profile, now
 * E_DENIED  answer 401
 * E_STALE   its key is not known yet and a fetch is due or under way: ask keys_want, try
 *           again after keys_got, and after KEYS_WAIT_MS answer 503 with Retry-After: 1
 * E_ABSENT  its key is not known and may not be asked for now: answer 503 with
 *           Retry-After: 1 at once; the sender may be right
 */
enum err keys_verify(struct keys *k, const struct token_profile *profile, uint64_t now_ms,
	uint64_t now_unix_s, const char *token, size_t n, struct claims *out,
	struct why *why) MUST_CHECK;

void keys_view(const struct keys *k, struct keys_view *out);

#endif
