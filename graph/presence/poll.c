/*
 * Asking: those who matter now first, in batches. The answer leaves out whom Graph does not know;
 * in case it refuses the whole batch because of one of them instead, a refused batch is halved
 * until that one is asked for alone.
 */
#include "graph/presence/inside.h"

#include "graph/wire/reply.h"

#include <string.h>

static uint64_t due_of(const struct people *p, const struct person *x)
{
	if (person_held(x))
		return NEVER;
	if (!x->asked_ms)
		return 0;
	if (x->heed == HEED_NONE)
		return NEVER;
	if (x->absent)
		return x->asked_ms + ABSENT_MS;
	return x->asked_ms + (x->heed == HEED_OFTEN ? p->conf.often_ms : p->conf.seldom_ms);
}

uint64_t poll_due_ms(const struct people *p)
{
	uint64_t due = NEVER;

	if (!p->conf.poll || p->poll_attempt)
		return NEVER;
	for (uint32_t i = 0; i < p->conf.n; i++) {
		uint64_t at = due_of(p, &p->person[i]);

		due = at < due ? at : due;
	}
	return due < p->poll_retry_ms ? p->poll_retry_ms : due;
}

static void gather(struct people *p, uint64_t now_ms, bool often)
{
	for (uint32_t i = 0; i < p->conf.n && p->n_batch < p->batch_max; i++)
		if ((p->person[i].heed == HEED_OFTEN) == often &&
			due_of(p, &p->person[i]) <= now_ms)
			p->batch[p->n_batch++] = i;
}

bool poll_want(struct people *p, uint64_t now_ms, struct people_ask *out)
{
	if (!p->conf.poll || p->poll_attempt || now_ms < p->poll_retry_ms)
		return false;
	p->n_batch = 0;
	gather(p, now_ms, true);
	gather(p, now_ms, false);
	if (!p->n_batch)
		return false;
	p->poll_attempt = people_start(p, now_ms);
	p->poll_ms = now_ms;
	out->kind = ASK_PRESENCES;
	out->attempt = p->poll_attempt;
	out->n = p->n_batch;
	memcpy(out->person, p->batch, p->n_batch * sizeof(p->batch[0]));
	return true;
}

static void all_unknown(struct people *p)
{
	p->blind = true;
	for (uint32_t i = 0; i < p->conf.n; i++)
		people_know(p, i, AVAILABILITY_UNKNOWN);
}

void poll_stale(struct people *p, uint64_t now_ms)
{
	if (p->failing_ms && !p->blind && now_ms >= p->failing_ms + p->conf.stale_ms)
		all_unknown(p);
}

/* NULL: not in this answer. Answers keep the request's order, but for those left out. */
static const struct presence *find(const struct presences *in, const char *user_id, size_t *at)
{
	for (size_t n = 0; n < in->n; n++) {
		const struct presence *it = &in->item[(*at + n) % in->n];

		if (strcmp(it->user_id, user_id) == 0) {
			*at += n + 1;
			return it;
		}
	}
	return NULL;
}

static void absent(struct people *p, uint32_t person)
{
	struct person *x = &p->person[person];

	if (!x->absent)
		x->ever = false; /* so that it is news even where nothing was known */
	x->absent = true;
	x->asked_ms = p->poll_ms;
	people_know(p, person, AVAILABILITY_UNKNOWN);
}

/* What it says of those whom we do not know better. */
static void take(struct people *p, const struct presences *in)
{
	size_t at = 0;

	for (size_t i = 0; i < p->n_batch; i++) {
		struct person *x = &p->person[p->batch[i]];
		const struct presence *it = find(in, p->conf.user_id[p->batch[i]], &at);

		if (person_held(x) || p->poll_ms < x->free_ms)
			continue;
		if (!it) {
			absent(p, p->batch[i]);
			continue;
		}
		x->absent = false;
		x->asked_ms = p->poll_ms;
		people_know(p, p->batch[i], it->availability);
	}
}

static enum err answered(struct people *p, const struct people_answer *a, struct why *why)
{
	struct presences in;
	enum err e = presences_decode(a->body ? a->body : "", a->body_bytes, &in, why);

	if (e != OK)
		return e;
	take(p, &in);
	p->batch_max *= 2;
	if (p->batch_max > PRESENCES_MAX)
		p->batch_max = PRESENCES_MAX;
	p->failing_ms = 0;
	p->poll_retry_ms = 0;
	p->n_poll_failures = p->n_refused_alone = 0;
	p->blind = p->poll_told = false;
	return OK;
}

/* A trouble is told once, until presence is answered again. */
static enum err tell(struct people *p, enum err e)
{
	bool told = p->poll_told;

	p->poll_told = true;
	return told ? OK : e;
}

static enum err denied(struct people *p, uint64_t now_ms, int status, struct why *why)
{
	all_unknown(p);
	p->poll_retry_ms = now_ms + DENIED_MS;
	if (status != 403)
		return tell(
			p, FAIL_EXT(why, E_REMOTE, status,
				   "Graph refuses to tell anybody's presence (status %d): "
				   "everybody's counts as unknown, asked again every %d minutes",
				   status, DENIED_MS / 60000));
	return tell(p, FAIL_EXT(why, E_DENIED, status,
			       "the tenant has not given the application permission "
			       "Presence.Read.All: everybody's presence counts as unknown, asked "
			       "again every %d minutes",
			       DENIED_MS / 60000));
}

/* One of them is the reason, or all are. */
static enum err refused(struct people *p, uint64_t now_ms, int status, struct why *why)
{
	if (p->n_batch > 1) {
		p->batch_max = p->n_batch / 2;
		return OK;
	}
	absent(p, p->batch[0]);
	if (++p->n_refused_alone < REFUSED_ALONE_MAX)
		return OK;
	p->n_refused_alone = 0;
	return denied(p, now_ms, status, why);
}

static enum err failed(struct people *p, uint64_t now_ms, int status, struct why *why)
{
	if (!p->failing_ms)
		p->failing_ms = p->poll_ms;
	p->poll_retry_ms = now_ms + people_back_off(p, ++p->n_poll_failures);
	return tell(p, FAIL_EXT(why, E_REMOTE, status,
			       "presence cannot be had (status %d): it stays as it was, and counts "
			       "as unknown after %llu s without",
			       status, (unsigned long long)(p->conf.stale_ms / 1000)));
}

enum err poll_got(struct people *p, uint64_t now_ms, const struct people_answer *a, struct why *why)
{
	p->poll_attempt = 0;
	people_pause(p, now_ms, a->retry_after_ms);
	switch (reply_class(a->status)) {
	case REPLY_OK:
		return answered(p, a, why) == OK ? OK : failed(p, now_ms, a->status, why);
	case REPLY_FORBIDDEN:
		return denied(p, now_ms, a->status, why);
	case REPLY_REFUSED:
	case REPLY_GONE:
		if (a->status)
			return refused(p, now_ms, a->status, why);
		break;
	default:
		break;
	}
	return failed(p, now_ms, a->status, why);
}
