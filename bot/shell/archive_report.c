/* GET /api/v1/reports: rows of the history, counted by interval. */
#include "bot/api/told.h"
#include "bot/base/clean.h"
#include "bot/shell/archive.h"
#include "bot/shell/zone.h"
#include "graph/wire/datetime.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(count_free, struct count *)

enum { INTERVALS_MAX = 3000, ROWS_MAX = 2000000 };
#define DAY_MS UINT64_C(86400000)

/* A report under way. */
struct making {
	struct archive *a;
	struct question *q;
	struct count *count;
	struct plan_offset zone[ZONE_OFFSETS_MAX];
	size_t n_offsets;
	uint64_t bound[INTERVALS_MAX + 1];
	size_t n;
	uint64_t from_ms, to_ms, step_ms, rows;
	enum report_by by;
	bool too_much;
};

/* ---- intervals, on the wall clock of the zone */

static int64_t offset_ms(const struct making *m, uint64_t at_ms)
{
	size_t i = m->n_offsets;

	while (i > 1 && m->zone[i - 1].at_s * 1000 > (int64_t)at_ms)
		i--;
	return (int64_t)m->zone[i - 1].offset_s * 1000;
}

/* The moment that the wall shows; where a change of the clock doubles or skips it, one beside. */
static uint64_t moment_of(const struct making *m, int64_t wall_ms)
{
	uint64_t guess = (uint64_t)(wall_ms - offset_ms(m, (uint64_t)wall_ms));

	return (uint64_t)(wall_ms - offset_ms(m, guess));
}

static int64_t floored(int64_t ms, uint64_t step_ms)
{
	return ms - ms % (int64_t)step_ms;
}

static uint64_t aligned(const struct making *m, uint64_t at_ms)
{
	int64_t wall = (int64_t)at_ms + offset_ms(m, at_ms);

	if (m->step_ms == DAY_MS)
		return moment_of(m, floored(wall, DAY_MS));
	return at_ms - (uint64_t)(wall - floored(wall, m->step_ms));
}

/* A day has 23 or 25 hours now and then: the middle of the next one is always in it. */
static uint64_t next(const struct making *m, uint64_t from_ms)
{
	if (m->step_ms == DAY_MS)
		return aligned(m, from_ms + DAY_MS * 3 / 2);
	return aligned(m, from_ms + m->step_ms) > from_ms ? aligned(m, from_ms + m->step_ms)
							  : from_ms + m->step_ms;
}

static bool intervals(struct making *m)
{
	uint64_t at = aligned(m, m->from_ms);

	for (m->n = 0; at < m->to_ms && m->n < INTERVALS_MAX; m->n++) {
		m->bound[m->n] = at;
		at = next(m, at);
	}
	m->bound[m->n] = at;
	return at >= m->to_ms && m->n;
}

/* ---- what was asked */

static bool read_time(struct question *q, const char *name, const char *text, uint64_t *out)
{
	if (!*text || datetime_read(text, out))
		return true;
	archive_refuse(
		q, 400, name, "\"%s\" is no time: 2026-11-23T08:00:00Z would be right", text);
	return false;
}

static bool read_step(struct making *m)
{
	static const struct {
		const char *name;
		uint64_t ms;
	} steps[] = { { "15min", 900000 }, { "30min", 1800000 }, { "60min", 3600000 },
		{ "day", DAY_MS } };

	for (size_t i = 0; i < ARRAY_LEN(steps); i++)
		if (strcmp(m->q->step, steps[i].name) == 0)
			m->step_ms = steps[i].ms;
	if (!m->step_ms)
		archive_refuse(m->q, 400, "step",
			"\"%s\" is unknown (have: 15min, 30min, 60min, day)", m->q->step);
	return m->step_ms != 0;
}

static bool read_by(struct making *m)
{
	while (m->by < REPORT_BYS && strcmp(report_by_name(m->by), m->q->by) != 0)
		m->by++;
	if (m->by == REPORT_BYS)
		archive_refuse(m->q, 400, "by",
			"\"%s\" is unknown (have: queue, agent, flow, journey)", m->q->by);
	else if ((m->by == BY_AGENT || *m->q->agent) && !m->a->f.conf->reports.per_agent)
		archive_refuse(m->q, 403, m->by == BY_AGENT ? "by" : "agent",
			"reports by agent are off: \"reports\".\"per_agent\" of the configuration");
	else /* a flow is no queue's, and an agent's day is all her queues' */
		return m->by == BY_QUEUE || question_sees_all(m->q);
	return false;
}

static const char *zone_named(const struct config *c, const char *queue)
{
	for (uint32_t i = 0; *queue && i < c->plan.n_queues; i++)
		if (strcmp(c->queue[i].name, queue) == 0 && c->queue[i].time_zone)
			return c->queue[i].time_zone;
	return c->reports.time_zone ? c->reports.time_zone : "Etc/UTC";
}

static bool read_zone(struct making *m)
{
	struct question *q = m->q;

	if (!*q->zone)
		snprintf(q->zone, sizeof(q->zone), "%s", zone_named(m->a->f.conf, q->queue));
	m->n_offsets = zone_offsets(q->zone, m->zone);
	if (!m->n_offsets)
		archive_refuse(q, 400, "zone",
			"time zone \"%s\" is unknown: IANA's names are known, like Europe/Berlin",
			q->zone);
	return m->n_offsets != 0;
}

/* Today until now, where nothing is said. */
static bool read_ask(struct making *m)
{
	struct question *q = m->q;

	if (!*q->step)
		snprintf(q->step, sizeof(q->step), "30min");
	if (!*q->by)
		snprintf(q->by, sizeof(q->by), "queue");
	if (!read_step(m) || !read_by(m) || !read_zone(m))
		return false;
	m->to_ms = q->now_ms;
	if (!read_time(q, "to", q->to, &m->to_ms))
		return false;
	m->from_ms = moment_of(m, floored((int64_t)m->to_ms + offset_ms(m, m->to_ms), DAY_MS));
	if (!read_time(q, "from", q->from, &m->from_ms))
		return false;
	if (m->from_ms >= m->to_ms) {
		archive_refuse(q, 400, "from", "\"from\" must be before \"to\"");
		return false;
	}
	if (m->by == BY_JOURNEY) { /* one interval: a journey is not at one time */
		m->bound[0] = m->from_ms;
		m->bound[m->n = 1] = m->to_ms;
		return true;
	}
	if (intervals(m))
		return true;
	archive_refuse(q, 400, "step",
		"more than %d intervals: a longer step or a shorter time would be right",
		INTERVALS_MAX);
	return false;
}

/* ---- rows */

static bool more(struct making *m, bool fits)
{
	m->too_much |= !fits || ++m->rows > ROWS_MAX;
	return !m->too_much && !atomic_load(m->a->stop);
}

static bool wanted(const struct making *m, const char *queue)
{
	return (!*m->q->queue || strcmp(m->q->queue, queue) == 0) && question_sees(m->q, queue);
}

static const char *key_of(const struct making *m, const struct visit_row *row)
{
	return m->by == BY_AGENT ? row->agent : row->queue;
}

static bool entered(void *arg, const struct visit_row *row)
{
	struct making *m = arg;

	return more(m, !wanted(m, row->queue) || count_entered(m->count, row->queue, &row->visit));
}

static bool left(void *arg, const struct visit_row *row)
{
	struct making *m = arg;

	return more(m, !wanted(m, row->queue) || count_left(m->count, row->queue, &row->visit));
}

static bool talked(void *arg, const struct visit_row *row)
{
	struct making *m = arg;

	if (!wanted(m, row->queue) || (*m->q->agent && strcmp(m->q->agent, row->agent) != 0))
		return more(m, true);
	return more(m, count_talk(m->count, key_of(m, row), &row->visit, row->wrap_up_ms));
}

static bool span_by_agent(void *arg, const struct span_row *row)
{
	struct making *m = arg;

	if (*m->q->agent && strcmp(m->q->agent, row->agent) != 0)
		return more(m, true);
	return more(m, count_span(m->count, row->agent, &row->span, m->q->now_ms));
}

/* An agent's time is in every queue of hers, as the configuration is now. */
static bool span_by_queue(void *arg, const struct span_row *row)
{
	struct making *m = arg;
	const struct config *c = m->a->f.conf;
	bool fits = true;

	for (uint32_t i = 0; i < c->plan.n_queues && fits; i++) {
		const struct plan_queue *p = &c->plan.queue[i];

		if (!wanted(m, c->queue[i].name))
			continue;
		for (uint32_t k = p->first_member; k < p->first_member + p->n_members; k++)
			if (strcmp(c->agent[c->plan.member[k]].user_id, row->user) == 0)
				fits = count_span(
					m->count, c->queue[i].name, &row->span, m->q->now_ms);
	}
	return more(m, fits);
}

static bool flow(void *arg, const struct flow_row *row)
{
	struct making *m = arg;

	return more(m, count_contact(m->count, row->flow, row->offered_ms,
			       (enum outcome)row->outcome, row->n_queues));
}

static bool journey(void *arg, const struct journey_row *row)
{
	struct making *m = arg;

	return more(
		m, count_journey(m->count, row->path, (enum outcome)row->outcome, row->waited_ms));
}

static enum err gather(struct making *m, struct why *why)
{
	struct history *h = m->a->history;
	struct guid tenant = m->q->who.tenant;
	uint64_t from = m->bound[0], to = m->bound[m->n];
	enum err e = OK;

	if (m->by == BY_FLOW)
		return history_flows(h, tenant, from, to, flow, m, why);
	if (m->by == BY_JOURNEY)
		return history_journeys(h, tenant, from, to, journey, m, why);
	if (m->by == BY_QUEUE)
		e = history_visits(h, tenant, VISIT_ENTERED, from, to, entered, m, why);
	if (e == OK && m->by == BY_QUEUE)
		e = history_visits(h, tenant, VISIT_LEFT, from, to, left, m, why);
	if (e == OK)
		e = history_visits(h, tenant, VISIT_TALK_END, from, to, talked, m, why);
	if (e == OK)
		e = history_spans(h, tenant, from, to,
			m->by == BY_AGENT ? span_by_agent : span_by_queue, m, why);
	return e;
}

/* ---- the answer */

static void answer(struct making *m)
{
	struct question *q = m->q;
	struct report_page page = { .by = m->by,
		.time_zone = q->zone,
		.step = q->step,
		.bound = m->bound,
		.n = m->n,
		.position = m->a->position,
		.per_agent = m->a->f.conf->reports.per_agent };

	if (strcmp(q->format, "csv") != 0) {
		archive_json(q, 200, api_report(m->count, &page));
		return;
	}
	q->status = 200;
	q->content_type = "text/csv; charset=utf-8";
	q->body = api_report_csv(m->count, &page);
}

static void make(struct making *m)
{
	CLEAN(count_free) struct count *count = NULL;
	struct why why;

	if (!read_ask(m))
		return;
	count = m->count = count_new(m->bound, m->n);
	if (!count)
		return;
	if (gather(m, &why) != OK)
		archive_refuse(m->q, 503, NULL, "%s", why.text);
	else if (m->too_much)
		archive_refuse(m->q, 400, "from",
			"more than can be counted at once: a shorter time or a longer step would "
			"be right");
	else
		answer(m);
}

void archive_report(struct archive *a, struct question *q)
{
	struct making *m = calloc(1, sizeof(*m));

	if (!m)
		return;
	*m = (struct making){ .a = a, .q = q };
	make(m);
	free(m);
}
