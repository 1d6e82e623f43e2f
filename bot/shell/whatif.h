#ifndef BOT_SHELL_WHATIF_H
#define BOT_SHELL_WHATIF_H

#include "bot/base/err.h"
#include "bot/whatif/bands.h"

#include <stdatomic.h>
#include <stdint.h>

struct config;

/*
 * foyer plan [--runs N] [--seed S] CONFIG JOURNAL
 *
 * What another configuration would have made of the journal's callers: lives of callers like them
 * under the journal's last configuration and under the new one, and the change in service level,
 * waits, abandons and occupancy, with bands. Returns the exit status.
 */
enum { WHATIF_RUNS = 20, WHATIF_RUNS_MAX = 1000 };
int whatif(const char *config_path, const char *journal, unsigned runs, uint64_t seed);

/* A figure of a queue ("all queues": of all), under the journal's last configuration and the other
 * one. Bands' members are NAN where there is no figure. */
struct whatif_row {
	const char *queue, *name, *unit;
	struct band was, is, change;
};
struct whatif_ask {
	const struct config *next;
	const char *journal;
	unsigned runs;
	uint64_t seed;
	const atomic_bool *stop; /* looked at between lives; NULL: to the end */
	void (*row)(void *arg, const struct whatif_row *row);
	void *arg;
};
/* The same for whoever draws it. E_ABSENT: nobody called in this journal. E_STALE: stopped. */
enum err whatif_rows(const struct whatif_ask *ask, struct why *why) MUST_CHECK;

#endif
