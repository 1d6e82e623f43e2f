/* How live audio sounded, over all legs that ended: no leg, call or person can be told from it. */
#include "bot/api/metrics.h"

#include "bot/store/store.h"

#include <inttypes.h>

static double ratio(int64_t part, int64_t all)
{
	return all > 0 ? (double)part / (double)all : 0;
}

/* One line a figure that is spread. told: whether the leg has it. */
struct figure {
	const char *name, *help;
	double (*of)(const struct leg_row *row);
	bool (*told)(const struct leg_row *row); /* NULL: always */
	double bound[SPREAD_BOUNDS];             /* rising; "+Inf" follows by itself */
};

static double mos(const struct leg_row *row)
{
	return (double)row->mos_percent / 100;
}

static double their_mos(const struct leg_row *row)
{
	return (double)row->theirs_mos_percent / 100;
}

static bool tells_mos(const struct leg_row *row)
{
	return row->theirs_mos_percent > 0;
}

static double loss(const struct leg_row *row)
{
	return ratio(row->lost, row->expected);
}

static double jitter(const struct leg_row *row)
{
	return (double)row->jitter_us / 1000;
}

static double delay(const struct leg_row *row)
{
	return (double)row->delay_us / 1000;
}

static double level(const struct leg_row *row)
{
	return (double)row->level_cb / 10;
}

/* A WebSocket brings frames, and what was made up tells of its gaps. */
static bool counts_packets(const struct leg_row *row)
{
	return row->expected > 0;
}

/* Digital silence has no level. */
static bool sounds(const struct leg_row *row)
{
	return row->level_cb > -1270;
}

static const struct figure figures[SPREADS] = {
	{ "foyer_leg_mos", "Opinion of what came in, by the E-model (1 to 4.5).", mos, NULL,
		{ 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.4 } },
	{ "foyer_leg_mos_there", "The same of what we sent, by the other side's reports.",
		their_mos, tells_mos, { 2, 2.5, 3, 3.5, 3.8, 4, 4.2, 4.4 } },
	{ "foyer_leg_loss_ratio", "Packets that did not come, of those expected.", loss,
		counts_packets, { 0, 0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2 } },
	{ "foyer_leg_jitter_milliseconds", "Interarrival jitter (RFC 3550) at the end.", jitter,
		counts_packets, { 1, 2, 5, 10, 20, 50, 100, 200 } },
	{ "foyer_leg_delay_milliseconds", "From their mouth to our mix, at the end.", delay, NULL,
		{ 20, 40, 60, 80, 100, 150, 200, 400 } },
	{ "foyer_leg_level_dbov", "Mean level of what was not silent.", level, sounds,
		{ -50, -40, -35, -30, -26, -20, -15, -10 } },
};

void leg_metrics_add(struct leg_metrics *m, const struct leg_row *row)
{
	m->packets += (uint64_t)row->expected;
	m->lost += (uint64_t)row->lost;
	m->frames += (uint64_t)row->frames;
	m->concealed += (uint64_t)row->concealed;
	m->clipped += (uint64_t)row->clipped;
	for (size_t i = 0; i < SPREADS; i++) {
		const struct figure *f = &figures[i];
		size_t at = 0;

		if (f->told && !f->told(row))
			continue;
		while (at < SPREAD_BOUNDS && f->of(row) > f->bound[at])
			at++;
		if (at < SPREAD_BOUNDS)
			m->spread[i].at_most[at]++;
		m->spread[i].n++;
		m->spread[i].sum += f->of(row);
	}
}

static void put_spread(FILE *out, const struct figure *f, const struct spread *s)
{
	uint64_t below = 0;

	metrics_head(out, f->name, "histogram", f->help);
	for (size_t i = 0; i < SPREAD_BOUNDS; i++)
		fprintf(out, "%s_bucket{le=\"%g\"} %" PRIu64 "\n", f->name, f->bound[i],
			below += s->at_most[i]);
	fprintf(out, "%s_bucket{le=\"+Inf\"} %" PRIu64 "\n%s_sum %g\n%s_count %" PRIu64 "\n",
		f->name, s->n, f->name, s->sum, f->name, s->n);
}

void metrics_legs(FILE *out, const struct leg_metrics *m)
{
	const struct {
		const char *name, *help;
		uint64_t value;
	} totals[] = {
		{ "foyer_leg_packets_total", "Packets of live audio that were expected.",
			m->packets },
		{ "foyer_leg_packets_lost_total", "Of them, those that did not come.", m->lost },
		{ "foyer_leg_frames_total", "Frames of 20 ms decoded or made up.", m->frames },
		{ "foyer_leg_frames_concealed_total", "Of them, made up in place of lost ones.",
			m->concealed },
		{ "foyer_leg_frames_clipped_total", "Of them, with a sample at full scale.",
			m->clipped },
	};

	for (size_t i = 0; i < sizeof(totals) / sizeof(totals[0]); i++) {
		metrics_head(out, totals[i].name, "counter", totals[i].help);
		fprintf(out, "%s %" PRIu64 "\n", totals[i].name, totals[i].value);
	}
	for (size_t i = 0; i < SPREADS; i++)
		put_spread(out, &figures[i], &m->spread[i]);
}
