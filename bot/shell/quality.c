#include "bot/shell/quality.h"

#include "bot/api/api.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <stdlib.h>

enum {
	ROWS_MAX = 256, /* that wait; then they are written at once */
	ROWS_WAIT_MS = 1000,
};

struct quality_hand {
	struct leg_row row[ROWS_MAX];
	size_t n;
	uint64_t due_ms; /* of the first that waits, on the monotonic clock */
	struct leg_metrics metrics;
};

static enum err quality_open(struct shell *s, struct why *why)
{
	s->quality = calloc(1, sizeof(*s->quality));
	return s->quality ? OK : FAIL(why, E_SYSTEM, "no memory for how legs sound");
}

/* Calls go on where this cannot be kept. */
static void write_rows(struct shell *s)
{
	struct quality_hand *h = s->quality;
	struct why why;

	if (h->n && store_legs_put(s->store, h->row, h->n, &why) != OK)
		log_line(LOG_WARN, "store", "", "%s legs=%zu -> not kept", why.text, h->n);
	h->n = 0;
}

static void log_row(const struct leg_row *row)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", row->contact);
	log_line(LOG_INFO, "media", id,
		"attempt=%u mos=%lld.%02lld packets=%lld lost=%lld concealed=%lld clipped=%lld "
		"jitter_ms=%lld delay_ms=%lld level_dbov=%lld -> leg closed",
		row->attempt, (long long)row->mos_percent / 100, (long long)row->mos_percent % 100,
		(long long)row->expected, (long long)row->lost, (long long)row->concealed,
		(long long)row->clipped, (long long)row->jitter_us / 1000,
		(long long)row->delay_us / 1000, (long long)row->level_cb / 10);
}

static struct leg_row row_of(const struct engine_quality *q)
{
	return (struct leg_row){ .expected = (int64_t)q->expected,
		.lost = (int64_t)q->lost,
		.frames = (int64_t)q->frames,
		.concealed = (int64_t)q->concealed,
		.clipped = (int64_t)q->clipped,
		.jitter_us = q->jitter_us,
		.buffer_us = q->buffer_us,
		.delay_us = q->delay_us,
		.rtt_us = q->has_rtt ? (int64_t)q->rtt_us : -1,
		.level_cb = q->level_cb,
		.mos_percent = q->mos_percent,
		.sent = (int64_t)q->sent,
		.theirs_lost = q->theirs_lost,
		.theirs_jitter_us = q->theirs_jitter_us,
		.theirs_mos_percent = q->theirs_mos_percent };
}

void quality_ended(struct shell *s, const struct line *l, const struct ring_out *r, uint32_t leg)
{
	struct quality_hand *h = s->quality;
	struct engine_quality q;
	struct leg_row row;

	if (engine_quality(s->engine, leg, &q) != OK || !(q.expected || q.frames))
		return; /* nothing ever came in; a WebSocket counts no packets, but frames */
	row = row_of(&q);
	row.contact = l->contact;
	row.attempt = r ? r->attempt : 0;
	row.ended_unix_ms = shell_now_ms(s);
	if (r && r->agent)
		snprintf(row.agent, sizeof(row.agent), "%s", s->conf->agent[r->agent - 1].name);
	log_row(&row);
	leg_metrics_add(&h->metrics, &row);
	if (h->n == ROWS_MAX)
		write_rows(s);
	if (!h->n)
		h->due_ms = clock_mono_ms() + ROWS_WAIT_MS;
	h->row[h->n++] = row;
}

const struct leg_metrics *quality_metrics(const struct shell *s)
{
	return &s->quality->metrics;
}

static void quality_run(struct shell *s)
{
	if (s->quality->n && clock_mono_ms() >= s->quality->due_ms)
		write_rows(s);
}

static uint64_t quality_deadline_ms(const struct shell *s)
{
	return s->quality->n ? s->quality->due_ms : UINT64_MAX;
}

/* The legs of calls under way end with the process. */
static void end_all(struct shell *s)
{
	for (uint32_t at = 0; s->lines && s->engine && at < lines_slots(s->lines); at++) {
		const struct line *l = lines_at(s->lines, at);

		if (l && l->leg)
			quality_ended(s, l, NULL, l->leg);
		for (size_t i = 0; l && i < LINE_RINGS; i++)
			if (l->ring[i].leg)
				quality_ended(s, l, &l->ring[i], l->ring[i].leg);
	}
}

static void quality_close(struct shell *s)
{
	if (!s->quality)
		return;
	end_all(s);
	write_rows(s);
	free(s->quality);
	s->quality = NULL;
}

const struct hand hand_quality = {
	.open = quality_open,
	.close = quality_close,
	.run = quality_run,
	.deadline_ms = quality_deadline_ms,
};
