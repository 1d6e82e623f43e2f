/*
 * Many lives, from seed 1, and a few with a crash at every boundary in turn; prints TAP.
 * SEEDS in the environment: so many lives. SEED: that one life, told from beginning to end; with
 * WILD=1 the wild life of that seed.
 */
#include "tests/sim/audit.h"

#include <stdlib.h>

enum {
	LIVES = 2500,
	WILD_LIVES = 2000,
	FAILURES_SHOWN = 5,
	CRASHED_LIVES = 12,
	WILD_CRASHED_LIVES = 3
};

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
		printf("# %s%s\n#   make sim SEED=%llu%s tells this life\n", l->failure,
			l->crash_at ? " (with a planted crash)" : "", (unsigned long long)l->seed,
			l->wild ? " WILD=1" : "");
}

static size_t live(struct tally *t, uint64_t seed, bool wild, size_t crash_at, enum crash how)
{
	struct life *l = life_new(seed, wild);
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

static int story(uint64_t seed, bool wild)
{
	struct tally t = { 0 };
	struct life *l = life_new(seed, wild);

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

static bool crash_everywhere(int n, const char *name, uint64_t lives, bool wild)
{
	struct tally t = { 0 };

	for (uint64_t seed = 1; seed <= lives; seed++) {
		size_t steps = live(&t, seed, wild, SIZE_MAX, CRASH_NEVER);

		for (size_t at = 1; at <= steps; at++)
			for (int how = CRASH_BEFORE_WRITE; how < CRASHES; how++)
				live(&t, seed, wild, at, (enum crash)how);
	}
	return row(n, name, &t);
}

static bool many(int n, const char *name, uint64_t lives, bool wild)
{
	struct tally t = { 0 };

	for (uint64_t i = 1; i <= lives; i++)
		live(&t, i, wild, 0, CRASH_NEVER);
	return row(n, name, &t);
}

int main(void)
{
	const char *seed = getenv("SEED"), *seeds = getenv("SEEDS"), *wild = getenv("WILD");
	uint64_t n = seeds && *seeds ? strtoull(seeds, NULL, 10) : LIVES;
	uint64_t n_wild = seeds && *seeds ? n : WILD_LIVES;
	bool ok;

	if (seed && *seed)
		return story(strtoull(seed, NULL, 10), wild && *wild);
	printf("1..4\n");
	ok = many(1, "everybody is served or let go, once, in turn, and the books agree", n, false);
	ok &= crash_everywhere(
		2, "a crash at every journal boundary, in every way", CRASHED_LIVES, false);
	ok &= many(3, "nobody is engaged twice or lost in consultations, call-backs and reloads",
		n_wild, true);
	ok &= crash_everywhere(
		4, "the same with a crash at every journal boundary", WILD_CRASHED_LIVES, true);
	return ok ? 0 : 1;
}
