#ifndef BOT_WHATIF_LIFE_H
#define BOT_WHATIF_LIFE_H

/*
 * Callers like those of a journal come to the real centre under some plan, by discrete events and
 * one seed.
 *
 * In each quarter of an hour of the journal, callers come at random as often as they did then, and
 * each does as one of them did: dials the same number, presses the same keys at the same moments,
 * leaves at the same moment where she left before any queue. Her patience is drawn from the curve
 * of the queue she comes to, the agent's answer, the conversation and the end of wrap-up from what
 * was seen in that queue, or in all of them where that is too little. Agents sign in, pause and
 * change presence when they did.
 *
 * Each caller draws from a sequence of her own, so that the same seed under two plans sets the same
 * people on both, and the difference is the plans'.
 *
 * What no journal tells is taken as easy: requests to Graph succeed at once, a look-up has no
 * answer, a call-back and a transfer to somebody outside are answered. A caller who presses nothing
 * in time is not taught the new menu.
 */

#include "bot/whatif/past.h"

struct queue_figures {
	uint64_t offered;                        /* contacts whose last queue it was */
	uint64_t handled, abandoned, left_short; /* left_short: among abandoned */
	uint64_t within;    /* handled after at most the service level's seconds */
	uint64_t other;     /* neither handled nor abandoned */
	uint64_t wait_ms;   /* of those handled, all told */
	uint64_t waited_ms; /* of all */
	uint64_t waited;    /* how many of those handled were not answered at once */
};

struct figures {
	struct queue_figures *queue; /* [0]: all; then by the plan's queue, index + 1 */
	uint32_t n_queues;
	uint64_t contacts;            /* who called, also those who came to no queue */
	uint64_t busy_ms, staffed_ms; /* of agents, until the last caller: talking and
					 wrapping up; signed in */
	uint64_t line_ms;             /* callers in line, over time: Little's L times span_ms */
	uint64_t span_ms;
};

struct life_conf {
	const struct plan *plan;
	const struct past *past; /* closed */
	uint64_t seed;
	uint32_t level_ms; /* of queues that have no service level */
};

/* What share of callers who stayed a while was answered in time: within / (offered - left_short);
 * the reference's SL5. NAN: nobody. */
double figures_level(const struct queue_figures *q);
/* Mean wait of those answered, in seconds. NAN: nobody. */
double figures_asa_s(const struct queue_figures *q);
/* (abandoned - left_short) / (offered - left_short). NAN: nobody. */
double figures_abandons(const struct queue_figures *q);
double figures_occupancy(const struct figures *f);

/* One replication. E_SYSTEM: no memory. out is the caller's to free with figures_fini. */
enum err life_run(const struct life_conf *conf, struct figures *out, struct why *why) MUST_CHECK;
void figures_fini(struct figures *f);

#endif
