#include "bot/core/estimate.h"

#include "bot/core/queue.h"
#include "bot/core/touch.h"

enum {
	ONE = 256,   /* in struct fading */
	MEMORY = 64, /* what is so many samples old counts a third */
	ENOUGH = 10, /* samples before anything is said */
	SERVICE_MS_MAX = 14400000,
	PATIENCE_MS_MAX = 86400000,
	SINGLE = 8, /* positions from the head that are added one by one */
	RATIO_MAX = 1024,
	/* Of promises kept, in percent: they were for 80, and MEMORY samples differ by so much. */
	KEPT_MIN = 65,
	KEPT_MAX = 98,
};

struct moments {
	uint64_t mean_q10; /* ms / 1024 */
	uint64_t variance; /* (8 ms)^2 */
};

static uint64_t root(uint64_t of)
{
	uint64_t r = 0;

	for (uint64_t bit = (uint64_t)1 << 31; bit; bit >>= 1)
		if ((r + bit) * (r + bit) <= of)
			r += bit;
	return r;
}

/*
 * Positions first..last at once: the sum is the integral from first - 1/2 to last + 1/2, that is
 * 2/theta * atanh(z) with z = half the width, over the middle, both in rates; z is at most 1/3
 * where last < 2 * first, so that two terms of the series are enough. The variance is the sum of
 * squares of the same, as the times at the positions do not depend on each other.
 */
static void add_positions(struct moments *m, struct rates r, uint64_t first, uint64_t last)
{
	uint64_t n = last - first + 1;
	uint64_t ratio_q20 = r.patience_ms ? ((uint64_t)r.service_ms << 20) / r.patience_ms : 0;
	uint64_t middle_q20 = ((uint64_t)r.n_agents << 20) + (first + last) * ratio_q20 / 2;
	uint64_t one_q10 = ((uint64_t)r.service_ms << 30) / middle_q20, one_8ms = one_q10 >> 13;
	uint64_t z = n > 1 ? ((n * ratio_q20) << 15) / middle_q20 : 0, z2 = z * z >> 16;
	uint64_t more = z2 / 3 + (z2 * z2 >> 16) / 5;

	m->mean_q10 += n * one_q10 + (n * one_q10 >> 16) * more;
	m->variance += n * one_8ms * one_8ms;
}

static struct rates within_limits(struct rates r)
{
	if (r.service_ms > SERVICE_MS_MAX)
		r.service_ms = SERVICE_MS_MAX;
	if (r.patience_ms > PATIENCE_MS_MAX)
		r.patience_ms = 0;
	if (r.patience_ms && r.patience_ms < r.service_ms / RATIO_MAX + 1)
		r.patience_ms = r.service_ms / RATIO_MAX + 1;
	return r;
}

static struct moments moments_of(struct rates r, uint32_t position)
{
	struct moments m = { 0, 0 };
	uint64_t k = 1;

	r = within_limits(r);
	if (position > UINT16_MAX / 2)
		position = UINT16_MAX / 2;
	for (; k <= position && k <= SINGLE; k++)
		add_positions(&m, r, k, k);
	for (uint64_t last; k <= position; k = last + 1) {
		last = 2 * k - 2;
		if (last > position)
			last = position;
		add_positions(&m, r, k, last);
	}
	return m;
}

uint64_t estimate_mean_ms(struct rates r, uint32_t position)
{
	return r.n_agents ? moments_of(r, position).mean_q10 >> 10 : 0;
}

/*
 * The wait is a sum of independent exponential times, of which the first moments are known. For
 * one of them and for many equal ones it is a gamma distribution, whose quantile, by Wilson and
 * Hilferty, is mean * (1 - s^2/9 + 0.84162 * s/3)^3 with s = deviation / mean; 0.84162 is the
 * normal one of 80 percent. For one position that is 1.60 times the mean (1.61 exactly), for a
 * long line nearly the mean itself.
 */
uint64_t estimate_most_ms(struct rates r, uint32_t position)
{
	struct moments m = { 0, 0 };
	uint64_t mean, s, f;

	if (r.n_agents)
		m = moments_of(r, position);
	mean = m.mean_q10 >> 10;
	if (!mean)
		return 0;
	s = (root(m.variance) * 8 << 16) / mean;
	if (s > 65536)
		s = 65536;
	f = 65536 - (s * s >> 16) / 9 + (s * 18386 >> 16);
	f = (f * f >> 16) * f >> 16;
	return mean * f >> 16;
}

uint32_t estimate_rounded(uint64_t ms)
{
	static const uint8_t minutes[] = { 1, 2, 3, 5, 10, 15, 20, ESTIMATE_MINUTES_MAX };

	for (uint32_t i = 0; i < sizeof(minutes); i++)
		if (ms <= minutes[i] * 60000u)
			return minutes[i];
	return ESTIMATE_OVER;
}

static void fade(struct fading *f)
{
	f->sum -= f->sum / MEMORY;
	f->n -= f->n / MEMORY;
}

static void add(struct fading *f, uint64_t value)
{
	fade(f);
	f->sum += value * ONE;
	f->n += ONE;
}

static uint64_t mean(const struct fading *f)
{
	return f->n ? f->sum / f->n : 0;
}

static struct rates rates_of(const struct centre *c, uint32_t queue)
{
	const struct queue *q = &c->queue[queue];

	return (struct rates){ .n_agents = q->n_staff[STAFF_ACTIVE],
		.service_ms = (uint32_t)(mean(&q->learnt.ring) + mean(&q->learnt.service)),
		.patience_ms = mean(&q->learnt.waited) };
}

uint64_t estimate_ms(const struct centre *c, uint32_t queue, uint32_t position)
{
	const struct learnt *l = &c->queue[queue].learnt;

	if (l->n_services < ENOUGH || !position || !c->queue[queue].n_staff[STAFF_ACTIVE])
		return 0;
	return estimate_most_ms(rates_of(c, queue), position) + mean(&l->ring);
}

static bool trusted(const struct learnt *l)
{
	uint64_t kept = l->kept.n ? l->kept.sum * 100 / l->kept.n : 0;

	return l->n_promises >= ENOUGH && kept >= KEPT_MIN && kept <= KEPT_MAX;
}

uint32_t estimate_minutes(const struct centre *c, uint32_t queue, uint32_t position)
{
	uint64_t ms = estimate_ms(c, queue, position);

	return ms && trusted(&c->queue[queue].learnt) ? estimate_rounded(ms) : 0;
}

void estimate_promise(const struct centre *c, struct contact *k)
{
	uint64_t ms = 0;

	if (queue_plan(c, k->queue)->estimate_prompt)
		ms = estimate_ms(c, k->queue, queue_position(c, k));
	k->foreseen_ms = ms < UINT32_MAX ? (uint32_t)ms : UINT32_MAX;
}

static void score(struct learnt *l, bool kept)
{
	add(&l->kept, kept);
	if (l->n_promises < ENOUGH)
		l->n_promises++;
}

/* Whether k is of a queue that learns. A call-back waits for two things, and tells of neither. */
static struct learnt *learnt_of(struct centre *c, const struct contact *k)
{
	if (!k->queue || k->called_back)
		return NULL;
	touch_queue(c, k->queue);
	return &c->queue[k->queue].learnt;
}

static void waited(struct learnt *l, uint64_t ms, bool abandoned)
{
	fade(&l->waited);
	l->waited.sum += ms * ONE;
	l->waited.n += abandoned ? ONE : 0;
}

void estimate_met(struct centre *c, struct contact *k, uint64_t ring_ms)
{
	struct learnt *l = learnt_of(c, k);
	uint64_t ms = c->now_ms - k->record.queued_ms;

	if (!l)
		return;
	add(&l->ring, ring_ms < SERVICE_MS_MAX ? ring_ms : SERVICE_MS_MAX);
	waited(l, ms, false);
	if (k->foreseen_ms)
		score(l, ms <= k->foreseen_ms);
	k->foreseen_ms = 0;
}

void estimate_left(struct centre *c, struct contact *k, bool abandoned)
{
	struct learnt *l = learnt_of(c, k);
	uint64_t ms = c->now_ms - k->record.queued_ms;

	if (!l)
		return;
	waited(l, ms, abandoned);
	/* Who left sooner might have been served in time, or not. */
	if (k->foreseen_ms && ms > k->foreseen_ms)
		score(l, false);
	k->foreseen_ms = 0;
}

void estimate_served(struct centre *c, uint32_t queue, uint64_t ms)
{
	struct learnt *l = &c->queue[queue].learnt;

	touch_queue(c, queue);
	add(&l->service, ms < SERVICE_MS_MAX ? ms : SERVICE_MS_MAX);
	if (l->n_services < ENOUGH)
		l->n_services++;
}
