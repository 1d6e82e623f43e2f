#include "graph/client/courier.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

/* For a group that was told to wait, and not how long. */
enum { THROTTLE_MS = 1000 };

enum err courier_init(struct courier *k, size_t n_max, uint64_t seed)
{
	*k = (struct courier){ .rng = { seed } };
	return timers_init(&k->timers, n_max);
}

static void list_add(struct exchange **first, struct exchange **last, struct exchange *x)
{
	x->next = NULL;
	if (*first)
		(*last)->next = x;
	else
		*first = x;
	*last = x;
}

static struct exchange *list_take(struct exchange **first)
{
	struct exchange *x = *first;

	if (x) {
		*first = x->next;
		x->next = NULL;
	}
	return x;
}

void courier_fini(struct courier *k)
{
	struct exchange *x;

	while ((x = list_take(&k->ready)) != NULL || (x = list_take(&k->over)) != NULL)
		exchange_free(x);
	while (k->timers.at && (x = timers_first(&k->timers)) != NULL) {
		timers_remove(&k->timers, x);
		exchange_free(x);
	}
	lanes_fini(&k->lanes);
	timers_fini(&k->timers);
}

static void wait_until(
	struct courier *k, struct exchange *x, enum exchange_where where, uint64_t at)
{
	x->where = where;
	x->wake_ms = at;
	timers_add(&k->timers, x);
}

/* No more attempts: the last one's answer, or what all of them together let us know. */
static enum client_end last_word(const struct exchange *x)
{
	if (x->answer.status > 0)
		return CLIENT_ANSWERED;
	return x->maybe_done ? CLIENT_UNKNOWN : CLIENT_NOT_SENT;
}

/* The active one of its lane is done with. Returns the next, whose turn it is, or NULL. */
static struct exchange *leave(struct courier *k, struct exchange *x, enum client_end end)
{
	struct exchange *next = lanes_leave(&k->lanes, x);

	x->answer.end = end;
	x->answer.attempts = x->retry.n;
	if (end == CLIENT_ANSWERED) {
		x->answer.story[0] = '\0';
	} else {
		x->answer.status = 0;
		client_answer_fini(&x->answer);
	}
	list_add(&k->over, &k->over_last, x);
	if (next)
		timers_remove(&k->timers, next);
	return next;
}

/* false: it may go now. *ok: whether there is time enough to wait. */
static bool rests(struct courier *k, struct exchange *x, struct throttles *ts, uint64_t who,
	uint64_t now_ms, bool *ok)
{
	uint64_t until_ms = throttle_until_ms(ts, who, now_ms);

	if (!until_ms)
		return false;
	*ok = until_ms < x->retry.deadline_ms;
	if (*ok)
		wait_until(k, x, EXCHANGE_HELD,
			throttle_hold_ms(ts, who, x->retry.deadline_ms - 1, now_ms, &k->rng));
	else
		exchange_tell(x,
			"not sent: %s was told to wait for another %" PRIu64
			" ms, which is longer than its deadline",
			ts == &k->groups ? "its group" : "the same request", until_ms - now_ms);
	return true;
}

/* Whoever asked before, a request is not made again before its time; a group's time holds all but
 * the urgent. */
static bool was_told_to_wait(struct courier *k, struct exchange *x, uint64_t now_ms, bool *ok)
{
	return rests(k, x, &k->requests, x->same, now_ms, ok) ||
	       (!x->urgent && rests(k, x, &k->groups, x->throttle, now_ms, ok));
}

static void wait_for_probe(
	struct courier *k, struct exchange *x, struct circuit *c, uint64_t wake_ms)
{
	x->next = c->held;
	c->held = x;
	wait_until(k, x, EXCHANGE_HELD,
		wake_ms < x->retry.deadline_ms ? wake_ms : x->retry.deadline_ms);
}

static bool host_allows(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	struct circuit *c;
	uint64_t wake_ms;
	enum circuit_word word = circuit_ask(
		&k->circuits, x->host, x->urgent, now_ms, &wake_ms, &c);

	if (word == CIRCUIT_REFUSE) {
		exchange_tell(x,
			"not sent: %s failed %u times in a row and is left alone for another "
			"%" PRIu64 " ms",
			c->host, c->failures, c->until_ms - now_ms);
		return false;
	}
	if (word == CIRCUIT_WAIT) {
		wait_for_probe(k, x, c, wake_ms);
		return true;
	}
	x->probe = word == CIRCUIT_PROBE;
	x->where = EXCHANGE_READY;
	list_add(&k->ready, &k->ready_last, x);
	return true;
}

/* It is ready, or waits for something that may come in time. false: neither; the story says why. */
static bool admit(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	bool ok;

	if (now_ms >= x->retry.deadline_ms) {
		exchange_tell(x, "the deadline passed before it could be sent");
		return false;
	}
	return was_told_to_wait(k, x, now_ms, &ok) ? ok : host_allows(k, x, now_ms);
}

/* x, or the first after it in its lane that can go on. NULL is fine. */
static void start(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	while (x && !admit(k, x, now_ms))
		x = leave(k, x, last_word(x));
}

static void finish(struct courier *k, struct exchange *x, enum client_end end, uint64_t now_ms)
{
	start(k, leave(k, x, end), now_ms);
}

void courier_enter(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	enum err e;

	if (lanes_enter(&k->lanes, x, &e)) {
		start(k, x, now_ms);
	} else if (e == OK) {
		wait_until(k, x, EXCHANGE_QUEUED, x->retry.deadline_ms);
	} else {
		exchange_tell(x, "no memory for a lane");
		list_add(&k->over, &k->over_last, x);
	}
}

/* Those held for a probe, in the order in which they came. */
static struct exchange *held_take(struct circuit *c)
{
	struct exchange *x, *list = NULL;

	while ((x = list_take(&c->held)) != NULL) {
		x->next = list;
		list = x;
	}
	return list;
}

static void release(struct courier *k, struct exchange *list, uint64_t now_ms)
{
	struct exchange *x;

	while ((x = list_take(&list)) != NULL) {
		timers_remove(&k->timers, x);
		start(k, x, now_ms);
	}
}

static void notice(struct courier *k, enum client_notice_kind kind, const struct circuit *c,
	const struct exchange *x, uint64_t ms)
{
	struct client_notice *n = &k->notice[k->n_notices];

	if (k->n_notices == COURIER_NOTICES)
		return;
	k->n_notices++;
	*n = (struct client_notice){ .kind = kind, .failures = c->failures, .ms = ms };
	memcpy(n->host, c->host, sizeof(n->host));
	if (kind == CLIENT_HOST_UP)
		return;
	if (x->answer.status > 0)
		snprintf(n->story, sizeof(n->story), "HTTP %d", x->answer.status);
	else
		snprintf(n->story, sizeof(n->story), "%s", x->answer.story);
}

static void host_failed(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	bool probe = x->probe, news;
	struct circuit *c = circuit_failed(&k->circuits, x->host, probe, now_ms, &k->rng, &news);

	x->probe = false;
	if (!c)
		return;
	if (news)
		notice(k, c->pauses > 1 ? CLIENT_HOST_STILL : CLIENT_HOST_DOWN, c, x,
			c->until_ms - now_ms);
	if (probe)
		release(k, held_take(c), now_ms);
}

static void host_lives(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	struct circuit *c = circuit_find(&k->circuits, x->host);
	struct exchange *held;

	x->probe = false;
	if (!c)
		return;
	if (c->open)
		notice(k, CLIENT_HOST_UP, c, x, now_ms - c->opened_ms);
	held = held_take(c);
	circuit_close(c);
	release(k, held, now_ms);
}

/* Told to wait: so is whoever asks for the same, and where Graph throttles, its group. */
static void heed(struct courier *k, const struct exchange *x, uint64_t now_ms)
{
	const struct client_answer *a = &x->answer;
	bool told = a->status >= 400 && a->retry_after_ms != UINT64_MAX;

	if (told)
		throttle_note(&k->requests, x->same, now_ms + a->retry_after_ms, now_ms);
	if (a->status > 0 && throttle_twice(&k->groups, x->throttle,
				     a->status == 429 || (a->status == 503 && told)))
		throttle_note(&k->groups, x->throttle,
			now_ms + (told ? a->retry_after_ms : THROTTLE_MS), now_ms);
}

/* A 500, and a gateway's 502 or 504, has no story of curl's. */
static void unknown(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	if (x->answer.status > 0)
		exchange_tell(x, "HTTP %d: it may have been done", x->answer.status);
	finish(k, x, CLIENT_UNKNOWN, now_ms);
}

void courier_attempted(
	struct courier *k, struct exchange *x, enum attempt_end end, bool hopeless, uint64_t now_ms)
{
	struct retry_decision d = retry_next(
		&x->retry, now_ms, end, x->answer.status, x->answer.retry_after_ms, &k->rng);

	assert(x->where == EXCHANGE_UNDER_WAY);
	x->maybe_done |= end == ATTEMPT_UNKNOWN;
	x->fresh = x->answer.status == 503;
	heed(k, x, now_ms);
	if (end != ATTEMPT_ANSWERED || x->answer.status >= 500)
		host_failed(k, x, now_ms);
	else
		host_lives(k, x, now_ms);
	if (hopeless)
		d.verdict = RETRY_NO;
	if (d.verdict == RETRY_AT)
		wait_until(k, x, EXCHANGE_RESTING, d.at_ms);
	else if (d.verdict == RETRY_UNKNOWN)
		unknown(k, x, now_ms);
	else
		finish(k, x, last_word(x), now_ms);
}

void courier_refused(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	struct circuit *c = x->probe ? circuit_find(&k->circuits, x->host) : NULL;

	x->probe = false;
	exchange_tell(x, "curl refuses to begin: no memory");
	finish(k, x, last_word(x), now_ms);
	if (c) {
		c->probing = false;
		release(k, held_take(c), now_ms);
	}
}

/* From among those that its host holds, if it is there. */
static void unhold(struct courier *k, struct exchange *x)
{
	struct circuit *c = circuit_find(&k->circuits, x->host);
	struct exchange **at = c ? &c->held : NULL;

	while (at && *at && *at != x)
		at = &(*at)->next;
	if (at && *at)
		*at = x->next;
	x->next = NULL;
}

/* What waits is dropped. What rests between two attempts ends with what the last one brought: the
 * next would meet a call that is over. What is under way comes to its own end. */
void courier_drop(struct courier *k, uint64_t lane, uint64_t now_ms)
{
	struct exchange *list = lanes_drop(&k->lanes, lane), *x;

	while ((x = list_take(&list)) != NULL) {
		timers_remove(&k->timers, x);
		x->answer.end = CLIENT_DROPPED;
		list_add(&k->over, &k->over_last, x);
	}
	x = lanes_active(&k->lanes, lane);
	if (!x || (x->where != EXCHANGE_RESTING && x->where != EXCHANGE_HELD))
		return;
	timers_remove(&k->timers, x);
	unhold(k, x);
	finish(k, x, x->retry.n == 0 ? CLIENT_DROPPED : last_word(x), now_ms);
}

static void wake(struct courier *k, struct exchange *x, uint64_t now_ms)
{
	if (x->where != EXCHANGE_QUEUED) {
		unhold(k, x);
		start(k, x, now_ms);
		return;
	}
	lanes_remove(&k->lanes, x);
	exchange_tell(x, "the deadline passed behind other requests of its call");
	list_add(&k->over, &k->over_last, x);
}

struct exchange *courier_next(struct courier *k, uint64_t now_ms)
{
	struct exchange *x;

	while ((x = timers_first(&k->timers)) != NULL && x->wake_ms <= now_ms) {
		timers_remove(&k->timers, x);
		wake(k, x, now_ms);
	}
	x = list_take(&k->ready);
	if (!x)
		return NULL;
	x->where = EXCHANGE_UNDER_WAY;
	exchange_forget_answer(x);
	return x;
}

struct exchange *courier_over(struct courier *k)
{
	return list_take(&k->over);
}

bool courier_notice(struct courier *k, struct client_notice *out)
{
	if (k->n_notices == 0)
		return false;
	*out = k->notice[0];
	memmove(&k->notice[0], &k->notice[1], --k->n_notices * sizeof(k->notice[0]));
	return true;
}

uint64_t courier_deadline_ms(const struct courier *k)
{
	const struct exchange *x = timers_first(&k->timers);

	if (k->ready || k->over || k->n_notices > 0)
		return 0;
	return x ? x->wake_ms : UINT64_MAX;
}
