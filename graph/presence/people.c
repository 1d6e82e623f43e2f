#include "graph/presence/people.h"

#include "graph/presence/inside.h"

#include <assert.h>
#include <stdlib.h>

struct people *people_new(const struct people_conf *conf)
{
	struct people *p = calloc(1, sizeof(*p));

	if (p)
		p->person = calloc(conf->n ? conf->n : 1, sizeof(*p->person));
	if (!p || !p->person) {
		free(p);
		return NULL;
	}
	p->conf = *conf;
	p->rng.state = conf->seed;
	p->batch_max = PRESENCES_MAX;
	/* Whoever remembers another presence of theirs shall forget it. */
	for (uint32_t i = 0; i < conf->n && !conf->poll; i++)
		people_know(p, i, AVAILABILITY_UNKNOWN);
	return p;
}

void people_free(struct people *p)
{
	if (!p)
		return;
	free(p->person);
	free(p);
}

void people_know(struct people *p, uint32_t person, enum availability a)
{
	struct person *x = &p->person[person];

	if (x->ever && x->known == a)
		return;
	x->ever = true;
	x->known = a;
	p->n_changed += !x->changed;
	x->changed = true;
}

bool person_held(const struct person *x)
{
	return x->ours || x->session || x->flying;
}

void person_released(struct people *p, uint32_t person, uint64_t now_ms, bool was_held)
{
	struct person *x = &p->person[person];

	if (!was_held || person_held(x))
		return;
	x->free_ms = now_ms;
	x->asked_ms = 0;
	p->next_ms = 0;
}

void people_heed(struct people *p, uint32_t person, enum heed heed)
{
	assert(person < p->conf.n);
	if (p->person[person].heed == heed)
		return;
	p->person[person].heed = (uint8_t)heed;
	p->next_ms = 0;
}

void people_told(struct people *p, uint32_t person, enum availability a)
{
	assert(person < p->conf.n);
	if (!person_held(&p->person[person]))
		people_know(p, person, a);
}

void people_ours(struct people *p, uint32_t person, uint64_t now_ms, bool ours)
{
	struct person *x = &p->person[person];
	bool was_held = person_held(x);

	assert(person < p->conf.n);
	if (x->ours == ours)
		return;
	x->ours = ours;
	person_released(p, person, now_ms, was_held);
}

void people_at_work(struct people *p, uint32_t person, bool at_work)
{
	assert(person < p->conf.n);
	if (p->person[person].at_work == at_work)
		return;
	p->person[person].at_work = at_work;
	p->person[person].retry_ms = 0;
	p->person[person].n_failures = 0;
	p->next_ms = 0;
}

uint32_t people_start(struct people *p, uint64_t now_ms)
{
	p->quiet_ms = now_ms + GAP_MS;
	if (++p->last_attempt == 0)
		p->last_attempt = 1;
	return p->last_attempt;
}

void people_pause(struct people *p, uint64_t now_ms, uint64_t retry_after_ms)
{
	if (retry_after_ms != UINT64_MAX && now_ms + retry_after_ms > p->quiet_ms)
		p->quiet_ms = now_ms + retry_after_ms;
}

uint64_t people_back_off(struct people *p, uint32_t n_failures)
{
	uint64_t ms = RETRY_MS_MIN;

	for (uint32_t i = 1; i < n_failures && ms < RETRY_MS_MAX; i++)
		ms *= 2;
	if (ms > RETRY_MS_MAX)
		ms = RETRY_MS_MAX;
	return ms / 2 + rng_below(&p->rng, ms / 2 + 1);
}

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* When people_want will have something; the requests' distance included. */
static uint64_t due_ms(const struct people *p)
{
	uint64_t due = poll_due_ms(p);

	for (uint32_t i = 0; i < p->conf.n && p->conf.set; i++)
		due = sooner(due, session_due_ms(p, i));
	if (due < p->quiet_ms)
		due = p->quiet_ms;
	/* That nobody answers is seen in time, whatever may be asked until then. */
	if (p->failing_ms && !p->blind)
		due = sooner(due, p->failing_ms + p->conf.stale_ms);
	return due;
}

bool people_want(struct people *p, uint64_t now_ms, struct people_ask *out)
{
	if (now_ms < p->next_ms)
		return false;
	poll_stale(p, now_ms);
	if (now_ms >= p->quiet_ms && (session_want(p, now_ms, out) || poll_want(p, now_ms, out))) {
		p->next_ms = 0;
		return true;
	}
	p->next_ms = due_ms(p);
	return false;
}

enum err people_got(struct people *p, uint64_t now_ms, uint32_t attempt,
	const struct people_answer *answer, struct why *why)
{
	p->next_ms = 0;
	if (attempt && attempt == p->poll_attempt)
		return poll_got(p, now_ms, answer, why);
	for (size_t i = 0; i < SESSIONS_IN_FLIGHT && attempt; i++) {
		struct flight f = p->flight[i];

		if (f.attempt != attempt)
			continue;
		p->flight[i].attempt = 0;
		return session_got(p, now_ms, f, answer, why);
	}
	return E_STALE;
}

bool people_news(struct people *p, struct people_news *out)
{
	struct person *x;

	if (p->n_changed == 0)
		return false;
	while (!p->person[p->news_at].changed) /* ends: there is one */
		p->news_at = (p->news_at + 1) % p->conf.n;
	x = &p->person[p->news_at];
	x->changed = false;
	p->n_changed--;
	*out = (struct people_news){
		.person = p->news_at, .availability = x->known, .absent = x->absent
	};
	p->news_at = (p->news_at + 1) % p->conf.n;
	return true;
}

uint64_t people_deadline_ms(const struct people *p)
{
	return p->next_ms;
}
