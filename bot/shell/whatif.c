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
	const struct whatif_ask *ask;
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
	const struct whatif_ask *ask, struct why *why)
{
	unsigned n = ask->runs;
	enum err e = OK;

	l->conf = conf;
	l->run = calloc(n, sizeof(*l->run));
	if (!l->run)
		return FAIL(why, E_SYSTEM, "no memory");
	for (unsigned i = 0; i < n && e == OK; i++) {
		struct life_conf life = { &conf->plan, past, ask->seed + i, LEVEL_MS };

		e = ask->stop && *ask->stop ? FAIL(why, E_STALE, "stopped")
					    : life_run(&life, &l->run[i], why);
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

/* A queue's number in either's figures; UINT32_MAX: it is not there. */
struct pair {
	uint32_t was, is;
};

static void give_row(
	const struct question *q, const char *queue, const struct row *row, struct pair at)
{
	struct whatif_row out = { .queue = queue, .name = row->name, .unit = row->unit };
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
	out.was = band_of(value, q->n);
	out.is = band_of(value + q->n, q->n);
	out.change = band_of(value + 2 * q->n, q->n);
	free(value);
	q->ask->row(q->ask->arg, &out);
}

static void give_rows(const struct question *q, const char *queue, struct pair at)
{
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		give_row(q, queue, &rows[i], at);
}

static void give_queues(const struct question *q)
{
	const struct config *was = q->was.conf, *is = q->is.conf;

	for (uint32_t i = 1; i <= was->plan.n_queues; i++) {
		uint32_t now = config_queue_in(is, was, (uint16_t)i);

		give_rows(q, was->queue[i - 1].name, (struct pair){ i, now ? now : UINT32_MAX });
	}
	for (uint32_t i = 1; i <= is->plan.n_queues; i++)
		if (!config_queue_in(was, is, (uint16_t)i))
			give_rows(q, is->queue[i - 1].name, (struct pair){ UINT32_MAX, i });
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

static void give_all(const struct question *q)
{
	static const char all[] = "all queues";

	give_queues(q);
	give_rows(q, all, (struct pair){ 0, 0 });
	give_row(q, all, &occupancy_row, (struct pair){ 0, 0 });
}

/* before: what is told of the past before the rows; may be NULL. */
static enum err answer(const struct whatif_ask *ask,
	void (*before)(const struct whatif_ask *ask, const struct past *p), struct why *why)
{
	CLEAN(config_free) struct config *now = NULL;
	struct question q = { .ask = ask, .n = ask->runs };
	struct past past;
	enum err e;

	past_open(&past);
	e = read_past(ask->journal, &past, &now, why);
	past_close(&past);
	if (e == OK)
		e = run_lives(&q.was, now, &past, ask, why);
	if (e == OK)
		e = run_lives(&q.is, ask->next, &past, ask, why);
	if (e == OK && before)
		before(ask, &past);
	if (e == OK)
		give_all(&q);
	drop_lives(&q.was, q.n);
	drop_lives(&q.is, q.n);
	past_fini(&past);
	return e;
}

enum err whatif_rows(const struct whatif_ask *ask, struct why *why)
{
	return answer(ask, NULL, why);
}

/* ---- on paper */

static void put_band(struct band b, const char *unit, bool change)
{
	const char *form = change ? "%+.1f%s (%+.1f to %+.1f)" : "%.1f%s (%.1f to %.1f)";
	char text[80] = "-";

	if (!isnan(b.middle))
		snprintf(text, sizeof(text), form, b.middle, unit, b.low, b.high);
	printf(change ? "  %s\n" : "  %-30s", text);
}

static void put_row(void *arg, const struct whatif_row *row)
{
	const char **last = arg;

	if (row->queue != *last)
		printf("\n%-16s  %-30s  %-30s  %s\n", row->queue, "yesterday's", "the new one's",
			"change");
	*last = row->queue;
	printf("  %-14s", row->name);
	put_band(row->was, row->unit, false);
	put_band(row->is, row->unit, false);
	put_band(row->change, row->unit, true);
}

static void put_past(const struct whatif_ask *ask, const struct past *p)
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
		ask->runs, (unsigned long long)ask->seed, LEVEL_MS / 1000);
}

int whatif(const char *config_path, const char *journal, unsigned runs, uint64_t seed)
{
	CLEAN(config_free) struct config *next = config_or_complain(config_path);
	const char *last = NULL;
	struct whatif_ask ask = { .next = next,
		.journal = journal,
		.runs = runs,
		.seed = seed,
		.row = put_row,
		.arg = &last };
	struct why why;

	if (!next)
		return EXIT_FAILURE;
	if (answer(&ask, put_past, &why) == OK)
		return EXIT_SUCCESS;
	fprintf(stderr, "%s: %s\n", journal, why.text);
	return EXIT_FAILURE;
}
