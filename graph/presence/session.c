/*
 * Telling: while somebody is on our work, a session of ours says Busy, InACall. It is told again at
 * half of its life, cleared when the work is over, and left to expire when that cannot be done.
 */
#include "graph/presence/inside.h"

#include "graph/wire/reply.h"

static uint64_t later(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

uint64_t session_due_ms(const struct people *p, uint32_t person)
{
	const struct person *x = &p->person[person];

	if (!p->conf.set || x->flying || (!x->at_work && !x->session))
		return NEVER;
	if (!x->at_work)
		return x->retry_ms;
	return later(later(x->session ? x->refresh_ms : 0, x->retry_ms), p->set_retry_ms);
}

static struct flight *free_flight(struct people *p)
{
	for (size_t i = 0; i < SESSIONS_IN_FLIGHT; i++)
		if (!p->flight[i].attempt)
			return &p->flight[i];
	return NULL;
}

static void begin(struct people *p, uint64_t now_ms, uint32_t person, struct flight *f)
{
	struct person *x = &p->person[person];

	*f = (struct flight){ .attempt = people_start(p, now_ms),
		.person = person,
		.clear = !x->at_work,
		.began_ms = now_ms };
	x->flying = true;
	if (f->clear)
		return;
	x->session = true; /* from now on it may speak */
	x->refresh_ms = now_ms + p->conf.session_ms / 2;
	x->expires_ms = now_ms + p->conf.session_ms;
}

bool session_want(struct people *p, uint64_t now_ms, struct people_ask *out)
{
	struct flight *f = p->conf.set ? free_flight(p) : NULL;

	for (uint32_t i = 0; i < p->conf.n && f; i++) {
		if (session_due_ms(p, i) > now_ms)
			continue;
		begin(p, now_ms, i, f);
		out->kind = f->clear ? ASK_CLEAR : ASK_SET;
		out->attempt = f->attempt;
		out->n = 1;
		out->person[0] = i;
		return true;
	}
	return false;
}

static enum err cleared(struct people *p, uint64_t now_ms, struct flight f, int status)
{
	struct person *x = &p->person[f.person];
	enum reply_class kind = reply_class(status);

	/* No such session is what was wanted; a refusal will be one the next time too. */
	if (kind == REPLY_OK ||
		(status && kind != REPLY_TRANSIENT && kind != REPLY_THROTTLED &&
			kind != REPLY_AUTH) ||
		++x->n_failures >= CLEARS_MAX || now_ms >= x->expires_ms) {
		x->session = false;
		x->n_failures = 0;
		x->retry_ms = 0;
	} else {
		x->retry_ms = now_ms + people_back_off(p, x->n_failures);
	}
	return OK;
}

static enum err tell(struct people *p, enum err e)
{
	bool told = p->set_told;

	p->set_told = true;
	return told ? OK : e;
}

static enum err denied(struct people *p, uint64_t now_ms, struct flight f, struct why *why)
{
	p->person[f.person].session = false;
	p->set_retry_ms = now_ms + DENIED_MS;
	return tell(p, FAIL_EXT(why, E_DENIED, 403,
			       "the tenant has not given the application permission "
			       "Presence.ReadWrite.All: Teams is not told who is in a call, tried "
			       "again every %d minutes",
			       DENIED_MS / 60000));
}

static enum err set(struct people *p, uint64_t now_ms, struct flight f, int status, struct why *why)
{
	struct person *x = &p->person[f.person];
	enum reply_class kind = reply_class(status);

	if (kind == REPLY_OK) {
		x->n_failures = 0;
		x->retry_ms = 0;
		p->set_told = false;
		return OK;
	}
	if (kind == REPLY_FORBIDDEN)
		return denied(p, now_ms, f, why);
	x->n_failures += x->n_failures < UINT8_MAX;
	x->retry_ms = now_ms + people_back_off(p, x->n_failures);
	if (status && (kind == REPLY_REFUSED || kind == REPLY_GONE)) {
		x->session = false;
		x->retry_ms = now_ms + DENIED_MS;
	}
	/* It may have been taken: told again, or cleared if the work is over. */
	if (x->refresh_ms > x->retry_ms)
		x->refresh_ms = x->retry_ms;
	return tell(
		p, FAIL_EXT(why, E_REMOTE, status, "presence of user=%s cannot be set (status %d)",
			   p->conf.user_id[f.person], status));
}

enum err session_got(struct people *p, uint64_t now_ms, struct flight f,
	const struct people_answer *a, struct why *why)
{
	struct person *x = &p->person[f.person];
	enum err e;

	people_pause(p, now_ms, a->retry_after_ms);
	x->flying = false;
	e = f.clear ? cleared(p, now_ms, f, a->status) : set(p, now_ms, f, a->status, why);
	person_released(p, f.person, now_ms, true);
	return e;
}
