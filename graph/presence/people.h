#ifndef GRAPH_PRESENCE_PEOPLE_H
#define GRAPH_PRESENCE_PEOPLE_H

/*
 * The presence of one realm's people: whom to ask Graph about next, which answers count, and our
 * own session about those who are on our work.
 *
 * A state machine without network or clock. Whoever owns it says who matters, asks people_want what
 * to send, brings the answers to people_got, and comes again at people_deadline_ms:
 *
 *	people_heed(p, i, HEED_OFTEN); people_ours(p, i, now, true); ...
 *	while (people_want(p, now, &ask))
 *		start it, remembering ask.attempt
 *	...
 *	e = people_got(p, now, attempt, &answer, &why);
 *	while (people_news(p, &news)) ...
 *
 * What we know ourselves beats what was polled: while a person talks in a call of ours, or our
 * session may still speak for her, answers about her do not count, nor does one afterwards whose
 * request began before. She is asked about at once then.
 *
 * Requests are at least 100 ms apart, so 300 in 30 s, where Graph allows 1,500 an app and tenant;
 * one poll at a time. Retry-After stops everything until then. Without an answer for stale_ms, and
 * when Graph refuses, everybody is unknown, and it is asked again slowly.
 *
 * Times are monotonic ms. One thread.
 * Source: Graph v1.0, api/cloudcommunications-getpresencesbyuserid, api/presence-setpresence,
 * throttling limits of cloud communications.
 */

#include "graph/wire/presence.h"

#include <stdbool.h>
#include <stdint.h>

struct people;

struct people_conf {
	const char *const *user_id; /* of each person, lower case; borrowed for life */
	uint32_t n;
	bool poll; /* else nothing is asked and everybody is unknown */
	uint64_t often_ms, seldom_ms;
	uint64_t stale_ms;   /* so long without an answer that is wanted: unknown */
	bool set;            /* whether we tell Teams who is on our work */
	uint64_t session_ms; /* a session's life; told again at half of it */
	uint64_t seed;       /* for jitter */
};

/* How soon a person's presence is to be known. Each is asked about once at the start. */
enum heed {
	HEED_NONE,   /* nobody is served whom she might take */
	HEED_SELDOM, /* every seldom_ms */
	HEED_OFTEN,  /* somebody waits whom she might take: first, and every often_ms */
};

enum people_ask_kind {
	ASK_PRESENCES, /* getPresences of n people */
	ASK_SET,       /* setPresence Busy/InACall of one, for session_ms */
	ASK_CLEAR,     /* clearPresence of one */
};

struct people_ask {
	enum people_ask_kind kind;
	uint32_t attempt; /* never 0 */
	size_t n;
	uint32_t person[PRESENCES_MAX];
};

struct people_answer {
	int status;              /* HTTP's; 0: none came */
	uint64_t retry_after_ms; /* from now; UINT64_MAX: not said */
	const char *body;        /* borrowed */
	size_t body_bytes;
};

struct people_news {
	uint32_t person;
	enum availability availability;
	bool absent; /* Graph does not know this person; told once */
};

/* NULL: no memory. */
struct people *people_new(const struct people_conf *conf);
/* NULL is fine. */
void people_free(struct people *p);
/*
 * Others from now on: those with the same user id go on with all that is known and under way, new
 * ones are asked about, and answers about those who went are nobody's. A session of theirs expires
 * by itself. conf->seed is not looked at; the old user ids are no longer borrowed. false: no
 * memory, nothing changed.
 */
bool people_renew(struct people *p, const struct people_conf *conf) MUST_CHECK;

void people_heed(struct people *p, uint32_t person, enum heed heed);
/* She talks in a call of ours, or does not any more. */
void people_ours(struct people *p, uint32_t person, uint64_t now_ms, bool ours);
/* She is on our work, so that our session shall say so (where set), or is not any more. */
void people_at_work(struct people *p, uint32_t person, bool at_work);

/* Graph told of her by itself. While she is on our work it tells of our own doing, and is not
 * heard.
 */
void people_told(struct people *p, uint32_t person, enum availability a);

/* Is there something to ask now? Then it counts as under way until people_got, which must come. */
bool people_want(struct people *p, uint64_t now_ms, struct people_ask *out);

/*
 * The answer to a request. Each trouble is returned once until it is over.
 *
 * OK        nothing to tell; ask people_news
 * E_STALE   not under way: nothing changed
 * E_DENIED  the tenant has not given a permission, which why names; for an admin
 * E_REMOTE  Graph cannot be had or refuses; why says what becomes of it
 */
enum err people_got(struct people *p, uint64_t now_ms, uint32_t attempt,
	const struct people_answer *answer, struct why *why) MUST_CHECK;

/* What is known of somebody became another, or for the first time; as long as there is some. */
bool people_news(struct people *p, struct people_news *out);

/* When to ask people_want again if nothing happens before; UINT64_MAX: not. */
uint64_t people_deadline_ms(const struct people *p);

#endif
