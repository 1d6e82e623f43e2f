#include "bot/shell/whatif.h"

#include "bot/base/clean.h"
#include "bot/shell/check.h"
#include "bot/shell/recover.h"
#include "bot/whatif/bands.h"
#include "bot/whatif/life.h"

#include <math.h>
#include <stdlib.h>

enum { LEVEL_MS = 20000 /* of queues that have no service level */ };

CLEAN_FN(config_free, struct config *)

/* Lives of one configuration. */
struct lives {
	const struct config *conf;
	struct figures *run; /* [n] */
};

struct question {
	struct lives was, is;
	unsigned n;
};

static void saw(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	past_saw(arg, ev, fx, &conf->plan);
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	(void)seq;
	return follow(arg, ev);
}

/* The past, and the configuration it ended with. */
static enum err read_past(
	const char *journal, struct past *past, struct config **conf, struct why *why)
{
	struct follower f = { .saw = saw, .arg = past };
	struct store_summary found;
	enum err e = store_open_to_read(journal, &f.store, &found, why);

	if (e == OK)
		e = store_replay(f.store, each, &f, why);
	if (e == OK && f.why.code != OK) {
		*why = f.why;
		e = why->code;
	}
	if (e == OK && !past->n_callers)
		e = FAIL(why, E_ABSENT, "nobody called in this journal");
	if (e == OK)
		*conf = TAKE(f.conf);
	follower_fini(&f);
	store_close(f.store);
	return e;
}

static enum err run_lives(struct lives *l, const struct config *conf, const struct past *past,
	unsigned n, uint64_t seed, struct why *why)
{
	enum err e = OK;

	l->conf = conf;
	l->run = calloc(n, sizeof(*l->run));
	if (!l->run)
		return FAIL(why, E_SYSTEM, "no memory");
	for (unsigned i = 0; i < n && e == OK; i++) {
		struct life_conf life = { &conf->plan, past, seed + i, LEVEL_MS };

		e = life_run(&life, &l->run[i], why);
	}
	return e;
}

static void drop_lives(struct lives *l, unsigned n)
{
	for (unsigned i = 0; l->run && i < n; i++)
		figures_fini(&l->run[i]);
	free(l->run);
}

/* ---- figures */

static double offered(const struct figures *f, uint32_t q)
{
	return (double)f->queue[q].offered;
}
static double level(const struct figures *f, uint32_t q)
{
	return 100 * figures_level(&f->queue[q]);
}
static double asa(const struct figures *f, uint32_t q)
{
	return figures_asa_s(&f->queue[q]);
}
static double abandons(const struct figures *f, uint32_t q)
{
	return 100 * figures_abandons(&f->queue[q]);
}
static double otherwise(const struct figures *f, uint32_t q)
{
	return (double)f->queue[q].other;
}
static double occupancy(const struct figures *f, uint32_t q)
{
	(void)q;
	return 100 * figures_occupancy(f);
}

struct row {
	const char *name, *unit;
	double (*of)(const struct figures *f, uint32_t queue);
};
static const struct row rows[] = {
	{ "offered", "", offered },
	{ "service level", " %", level },
	{ "ASA", " s", asa },
	{ "abandons", " %", abandons },
	{ "other ends", "", otherwise },
};
static const struct row occupancy_row = { "occupancy", " %", occupancy };

static void put_band(struct band b, const char *unit, bool change)
{
	const char *form = change ? "%+.1f%s (%+.1f to %+.1f)" : "%.1f%s (%.1f to %.1f)";
	char text[80] = "-";

	if (!isnan(b.middle))
		snprintf(text, sizeof(text), form, b.middle, unit, b.low, b.high);
	printf(change ? "  %s\n" : "  %-30s", text);
}

/* A queue's number in either's figures; UINT32_MAX: it is not there. */
struct pair {
	uint32_t was, is;
};

static void put_row(const struct question *q, const struct row *row, struct pair at)
{
	double *value = calloc(3 * q->n, sizeof(*value));

	if (!value)
		abort();
	for (unsigned i = 0; i < q->n; i++) {
		double was = at.was == UINT32_MAX ? NAN : row->of(&q->was.run[i], at.was);
		double is = at.is == UINT32_MAX ? NAN : row->of(&q->is.run[i], at.is);

		value[i] = was;
		value[q->n + i] = is;
		value[2 * q->n + i] = is - was;
	}
	printf("  %-14s", row->name);
	put_band(band_of(value, q->n), row->unit, false);
	put_band(band_of(value + q->n, q->n), row->unit, false);
	put_band(band_of(value + 2 * q->n, q->n), row->unit, true);
	free(value);
}

static void put_rows(const struct question *q, const char *name, struct pair at)
{
	printf("\n%-16s  %-30s  %-30s  %s\n", name, "yesterday's", "the new one's", "change");
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		put_row(q, &rows[i], at);
}

static void put_queues(const struct question *q)
{
	const struct config *was = q->was.conf, *is = q->is.conf;

	for (uint32_t i = 1; i <= was->plan.n_queues; i++) {
		uint32_t now = config_queue_in(is, was, (uint16_t)i);

		put_rows(q, was->queue[i - 1].name, (struct pair){ i, now ? now : UINT32_MAX });
	}
	for (uint32_t i = 1; i <= is->plan.n_queues; i++)
		if (!config_queue_in(was, is, (uint16_t)i))
			put_rows(q, is->queue[i - 1].name, (struct pair){ UINT32_MAX, i });
}

/* How long a share of callers has patience for; "-": longer than anybody waited. */
static void put_patience(const struct past *p)
{
	static const unsigned percent[] = { 90, 75, 50, 25 };

	printf("patience of callers (Kaplan-Meier, of %zu waits):", p->queue[0].n_wait);
	for (size_t i = 0; i < ARRAY_LEN(percent); i++) {
		uint64_t ms = patience_ms(&p->queue[0].patience, percent[i] / 100.0);

		if (ms == PATIENCE_ENDLESS)
			printf("  %u %% -", percent[i]);
		else
			printf("  %u %% %.0f s", percent[i], (double)ms / 1000);
	}
	putchar('\n');
}

static void put_all(const struct question *q, const struct past *p, uint64_t seed)
{
	printf("journal: %zu contacts in %.2f hours; %zu met an agent, %zu rings, %zu changes of "
	       "agents' states\n",
		p->n_callers, (double)(p->to_ms - p->from_ms) / 3600000, p->queue[0].n_handled,
		p->queue[0].n_ring, p->n_duties);
	put_patience(p);
	printf("%u lives of each configuration, seeds from %llu, the same callers in both; median "
	       "(p10 to p90)\n"
	       "service level = answered within the queue's service level (else %u s) / (offered - "
	       "abandoned short)\n"
	       "abandons = (abandoned - abandoned short) / (offered - abandoned short); ASA from "
	       "entering the queue to the conversation\n",
		q->n, (unsigned long long)seed, LEVEL_MS / 1000);
	put_queues(q);
	put_rows(q, "all queues", (struct pair){ 0, 0 });
	put_row(q, &occupancy_row, (struct pair){ 0, 0 });
}

int whatif(const char *config_path, const char *journal, unsigned runs, uint64_t seed)
{
	CLEAN(config_free) struct config *next = config_or_complain(config_path);
	CLEAN(config_free) struct config *now = NULL;
	struct question q = { .n = runs };
	struct past past;
	struct why why;
	enum err e;

	if (!next)
		return EXIT_FAILURE;
	past_open(&past);
	e = read_past(journal, &past, &now, &why);
	past_close(&past);
	if (e == OK)
		e = run_lives(&q.was, now, &past, runs, seed, &why);
	if (e == OK)
		e = run_lives(&q.is, next, &past, runs, seed, &why);
	if (e == OK)
		put_all(&q, &past, seed);
	else
		fprintf(stderr, "%s: %s\n", journal, why.text);
	drop_lives(&q.was, runs);
	drop_lives(&q.is, runs);
	past_fini(&past);
	return e == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
