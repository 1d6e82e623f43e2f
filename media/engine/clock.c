/* The shard's thread: absolute deadlines, and what to do when the machine kept it from them. */
#include "media/engine/shard.h"

#include "bot/base/clock.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>
#include <time.h>

enum {
	COUNT_TICKS = 10,
	BUSY_TICKS = 64, /* over which the work is smoothed */
};

static uint64_t thread_cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000;
}

/* How much of so many ticks' time went into work. A test that moves the clock works in this thread
 * too, so there it says nothing. */
static void note_cpu(struct shard *s, uint64_t ticks)
{
	uint64_t us = thread_cpu_us(), was = s->tally[TALLY_CPU_US];
	int64_t busy = (int64_t)((us - was) * 1000000 / (PACE_TICK_NS * (ticks ? ticks : 1)));
	int64_t *mean = &s->busy;

	s->tally[TALLY_CPU_US] = us;
	if (!s->count_ticks || !ticks)
		return;
	*mean += (busy * BUSY_TICKS - *mean) / BUSY_TICKS;
	s->tally[TALLY_BUSY] = (uint64_t)(*mean / BUSY_TICKS);
}

static void sleep_until(uint64_t at_ns)
{
	struct timespec at = { (time_t)(at_ns / 1000000000), (long)(at_ns % 1000000000) };

	while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
		;
}

void shard_wake(struct shard *s, uint64_t now_ns)
{
	struct pace_due due = pace_due(&s->pace, now_ns);

	if (due.late_ns / 1000 > s->tally[TALLY_LATE_US_MAX])
		s->tally[TALLY_LATE_US_MAX] = due.late_ns / 1000;
	if (due.lost)
		shard_pass(s, due.lost, due.run - 1);
	for (unsigned i = 0; i < due.run; i++)
		shard_tick(s, now_ns);
	note_cpu(s, due.run + due.lost);
	shard_show(s);
}

static void *run(void *arg)
{
	struct sched_param wish = { 0 };
	struct shard *s = arg;

	/* Both are wishes: without them ticks come later on a busy machine, and are counted. */
	prctl(PR_SET_TIMERSLACK, 1);
	wish.sched_priority = (int)s->priority;
	if (s->priority)
		pthread_setschedparam(pthread_self(), SCHED_FIFO, &wish);
	while (!atomic_load(&s->stops)) {
		sleep_until(s->pace.deadline_ns);
		shard_wake(s, clock_mono_ns());
	}
	return NULL;
}

enum err shard_start(struct shard *s, uint64_t offset_ns, struct why *why)
{
	int rc;

	s->count_ticks = COUNT_TICKS;
	s->pace.deadline_ns = clock_mono_ns() + PACE_TICK_NS + offset_ns;
	rc = pthread_create(&s->thread, NULL, run, s);
	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "no thread for a media shard: %s", strerror(rc));
	s->has_thread = true;
	return OK;
}

void shard_stop(struct shard *s)
{
	if (!s->has_thread)
		return;
	atomic_store(&s->stops, true);
	pthread_join(s->thread, NULL);
	s->has_thread = false;
}
