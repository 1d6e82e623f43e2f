#ifndef BOT_SHELL_WORK_H
#define BOT_SHELL_WORK_H

/*
 * What would make the loop wait is done beside it: a bounded line of jobs, and a thread, for each
 * lane. A job sees copies and connections of its own, never the shell; what came of it is taken up
 * by the loop, which answers.
 *
 * Everything here is the main loop's but job.run.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

struct shell;
struct work;

enum lane {
	LANE_SHORT, /* well below a second, mostly: checks, test calls, scans of the journal */
	LANE_PAST,  /* what is asked of the journal; its thread alone owns the archive */
	LANE_LONG,  /* seconds to minutes: simulated lives */
	LANES
};

enum { JOBS_MAX = 16 /* a lane's, the one under way included: the one too many is refused */ };

/* First member of whatever the job is about; the heap's. */
struct job {
	/* On the lane's thread. stop becomes true when the service ends: what is long looks. */
	void (*run)(struct job *j, const atomic_bool *stop);
	/* On the loop, once, also when the service ends before run (then s is NULL): frees it. */
	void (*done)(struct shell *s, struct job *j);
	struct job *next;
};

/* NULL: no memory, descriptors or threads. */
struct work *work_new(void);
/* What is under way comes to its end, and every job is done with NULL. NULL is fine. */
void work_free(struct work *w);
/* Readable when work_run has something to do; -1: w is NULL. */
int work_fd(const struct work *w);
/* The job is taken over; false: the lane is full, and it is still the caller's: answer 503. */
bool work_put(struct work *w, enum lane lane, struct job *j);
void work_run(struct shell *s);

#endif
