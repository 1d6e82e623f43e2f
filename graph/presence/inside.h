#ifndef GRAPH_PRESENCE_INSIDE_H
#define GRAPH_PRESENCE_INSIDE_H

/* What the people of a realm remember; for this room's own files. */

#include "graph/presence/people.h"

#include "bot/base/rng.h"

#define NEVER UINT64_MAX

enum {
	GAP_MS = 100,        /* between requests */
	DENIED_MS = 300000,  /* until a refused permission is tried again */
	ABSENT_MS = 600000,  /* until somebody Graph does not know is looked for again */
	RETRY_MS_MIN = 1000, /* after a failure, doubling, half of it by chance */
	RETRY_MS_MAX = 60000,
	SESSIONS_IN_FLIGHT = 8,
	CLEARS_MAX = 5,        /* then the session is left to expire */
	REFUSED_ALONE_MAX = 8, /* people in a row: then it is not they whom Graph refuses */
};

struct person {
	uint64_t asked_ms; /* the request began whose answer we have; 0: none that counts */
	uint64_t free_ms;  /* answers to requests begun before this do not count */
	uint64_t refresh_ms, expires_ms, retry_ms; /* of the session */
	enum availability known;
	uint8_t heed;
	uint8_t n_failures; /* of the session's requests, in a row */
	bool ever, absent, changed;
	bool ours, at_work;
	bool session; /* ours may speak for her at Graph */
	bool flying;  /* a request about the session */
};

struct flight {
	uint32_t attempt; /* 0: none */
	uint32_t person;
	bool clear;
	uint64_t began_ms;
};

struct people {
	struct people_conf conf;
	struct person *person;
	struct rng rng;
	uint32_t last_attempt;
	uint64_t next_ms;  /* nothing is due before; 0: look */
	uint64_t quiet_ms; /* no request before: the last one's gap, or Retry-After */
	uint32_t n_changed, news_at;

	uint32_t poll_attempt; /* 0: none under way */
	uint64_t poll_ms;      /* when it began */
	uint32_t batch[PRESENCES_MAX];
	size_t n_batch, batch_max;
	uint64_t poll_retry_ms, failing_ms; /* failing since; 0: not */
	uint32_t n_poll_failures, n_refused_alone;
	bool blind, poll_told;

	struct flight flight[SESSIONS_IN_FLIGHT];
	uint64_t set_retry_ms;
	bool set_told;
};

/* The attempt's number; and no other request for a while. */
uint32_t people_start(struct people *p, uint64_t now_ms);
void people_know(struct people *p, uint32_t person, enum availability a);
/* We know better than Graph. */
bool person_held(const struct person *x);
/* She may not be held any more: what began before does not count. */
void person_released(struct people *p, uint32_t person, uint64_t now_ms, bool was_held);
/* Graph's Retry-After, if it said one. */
void people_pause(struct people *p, uint64_t now_ms, uint64_t retry_after_ms);
uint64_t people_back_off(struct people *p, uint32_t n_failures);

bool poll_want(struct people *p, uint64_t now_ms, struct people_ask *out);
uint64_t poll_due_ms(const struct people *p);
/* Too long without an answer: everybody is unknown. */
void poll_stale(struct people *p, uint64_t now_ms);
enum err poll_got(struct people *p, uint64_t now_ms, const struct people_answer *a,
	struct why *why) MUST_CHECK;

bool session_want(struct people *p, uint64_t now_ms, struct people_ask *out);
uint64_t session_due_ms(const struct people *p, uint32_t person);
enum err session_got(struct people *p, uint64_t now_ms, struct flight f,
	const struct people_answer *a, struct why *why) MUST_CHECK;

#endif
