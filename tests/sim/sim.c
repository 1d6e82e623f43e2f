/*
 * Many lives, from seed 1, and a few with a crash at every boundary in turn; prints TAP.
 * SEEDS in the environment: so many lives. SEED: that one life, told from beginning to end.
 */
#include "tests/sim/audit.h"

#include <stdlib.h>

enum { LIVES = 2500, FAILURES_SHOWN = 5, CRASHED_LIVES = 12 };

struct tally {
	uint64_t lives, events, contacts, outcome[OUTCOMES], crashes[CRASHES];
	uint64_t failures;
};

static void count(struct tally *t, const struct life *l)
{
	t->lives++;
	t->events += l->n_journal;
	t->contacts += l->audit->offered;
	for (int i = 0; i < OUTCOMES; i++)
		t->outcome[i] += l->audit->outcome[i];
	for (int i = 0; i < CRASHES; i++)
		t->crashes[i] += l->n_crashes[i];
	if (!l->failure[0])
		return;
	if (t->failures++ < FAILURES_SHOWN)
		printf("# %s%s\n#   make sim SEED=%llu tells this life\n", l->failure,
			l->crash_at ? " (with a planted crash)" : "", (unsigned long long)l->seed);
}

static size_t live(struct tally *t, uint64_t seed, size_t crash_at, enum crash how)
{
	struct life *l = life_new(seed);
	size_t steps;

	if (crash_at) {
		l->draw.weather = (struct weather){ .moody = l->draw.weather.moody };
		l->crash_at = crash_at;
		l->crash_how = how;
	}
	life_run(l);
	count(t, l);
	steps = l->n_journal;
	life_free(l);
	return steps;
}

static int story(uint64_t seed)
{
	struct tally t = { 0 };
	struct life *l = life_new(seed);

	l->story = stdout;
	life_run(l);
	count(&t, l);
	printf("1..1\n%s 1 - the life of seed %llu\n", t.failures ? "not ok" : "ok",
		(unsigned long long)seed);
	life_free(l);
	return t.failures ? 1 : 0;
}

static void show(const struct tally *t)
{
	printf("# %llu lives, %llu events, %llu contacts;", (unsigned long long)t->lives,
		(unsigned long long)t->events, (unsigned long long)t->contacts);
	for (int i = 1; i < OUTCOMES; i++)
		printf(" %s %llu", outcome_name((enum outcome)i),
			(unsigned long long)t->outcome[i]);
	printf("\n# crash points: before the write %llu, after it %llu, after some effects %llu, "
	       "after all %llu\n",
		(unsigned long long)t->crashes[CRASH_BEFORE_WRITE],
		(unsigned long long)t->crashes[CRASH_AFTER_WRITE],
		(unsigned long long)t->crashes[CRASH_AFTER_SOME],
		(unsigned long long)t->crashes[CRASH_AFTER_ALL]);
}

/* A row fails too when its lives met none of what it is about. */
static bool row(int n, const char *name, const struct tally *t)
{
	uint64_t points = 0;
	bool ok = !t->failures;

	for (int i = 1; i < CRASHES; i++) {
		points += t->crashes[i];
		ok = ok && t->crashes[i];
	}
	show(t);
	printf("%s %d - %s (%llu lives, %llu crash points)\n", ok ? "ok" : "not ok", n, name,
		(unsigned long long)t->lives, (unsigned long long)points);
	return ok;
}

static bool crash_everywhere(int n)
{
	struct tally t = { 0 };

	for (uint64_t seed = 1; seed <= CRASHED_LIVES; seed++) {
		size_t steps = live(&t, seed, SIZE_MAX, CRASH_NEVER);

		for (size_t at = 1; at <= steps; at++)
			for (int how = CRASH_BEFORE_WRITE; how < CRASHES; how++)
				live(&t, seed, at, (enum crash)how);
	}
	return row(n, "a crash at every journal boundary, in every way", &t);
}

int main(void)
{
	const char *seed = getenv("SEED"), *seeds = getenv("SEEDS");
	uint64_t n = seeds && *seeds ? strtoull(seeds, NULL, 10) : LIVES;
	struct tally t = { 0 };
	bool ok;

	if (seed && *seed)
		return story(strtoull(seed, NULL, 10));
	printf("1..2\n");
	for (uint64_t i = 1; i <= n; i++)
		live(&t, i, 0, CRASH_NEVER);
	ok = row(1, "everybody is served or let go, once, in turn, and the books agree", &t);
	ok &= crash_everywhere(2);
	return ok ? 0 : 1;
}
