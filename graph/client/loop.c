#include "graph/client/loop.h"

#include "bot/base/clock.h"
#include "bot/base/text.h"

#include <assert.h>

enum { SLEEP_MS_MAX = 60000 };

static void tell(struct exchange *x, const char *words)
{
	struct text story = TEXT(x->answer.story);

	text_add(&story, "%s", words);
}

static CURL *easy_take(struct client *c)
{
	return c->n_idle > 0 ? c->idle[--c->n_idle] : curl_easy_init();
}

static void easy_put(struct client *c, CURL *easy)
{
	curl_easy_reset(easy);
	if (c->n_idle < LOOP_IDLE_MAX)
		c->idle[c->n_idle++] = easy;
	else
		curl_easy_cleanup(easy);
}

static void deliver(struct client *c, struct exchange *x)
{
	enum err e;

	timers_remove(&c->timers, x);
	e = inbox_put(c->answers, &x->answer);
	assert(e == OK); /* c->n exchanges exist, and so many answers fit */
	(void)e;
	x->answer.body = NULL;
	exchange_free(x);
}

static void rest_until(struct client *c, struct exchange *x, enum exchange_where where, uint64_t at)
{
	x->where = where;
	x->wake_ms = at;
	timers_add(&c->timers, x);
}

static void under_way_add(struct client *c, struct exchange *x)
{
	x->where = EXCHANGE_UNDER_WAY;
	x->next = c->under_way;
	c->under_way = x;
}

static void under_way_remove(struct client *c, struct exchange *x)
{
	struct exchange **at = &c->under_way;

	while (*at != x)
		at = &(*at)->next;
	*at = x->next;
	x->next = NULL;
}

/* No more attempts: the last one's answer, or what all of them together let us know. */
static enum client_end last_word(const struct exchange *x)
{
	if (x->answer.status > 0)
		return CLIENT_ANSWERED;
	return x->maybe_done ? CLIENT_UNKNOWN : CLIENT_NOT_SENT;
}

/* The active one of its lane is done with. Returns the next, whose turn it is, or NULL. */
static struct exchange *over(struct client *c, struct exchange *x, enum client_end end)
{
	struct exchange *next = lanes_leave(&c->lanes, x);

	x->answer.end = end;
	x->answer.attempts = x->retry.n;
	if (end != CLIENT_ANSWERED) {
		x->answer.status = 0;
		client_answer_fini(&x->answer);
	}
	deliver(c, x);
	if (next)
		timers_remove(&c->timers, next);
	return next;
}

/* false: it cannot be; the story says why. */
static bool begin(struct client *c, struct exchange *x, uint64_t now_ms)
{
	CURL *easy;

	if (now_ms >= x->retry.deadline_ms) {
		tell(x, "the deadline passed before it could be sent");
		return false;
	}
	easy = easy_take(c);
	if (easy && attempt_begin(x, easy, &c->attempt_conf, now_ms) == OK &&
		curl_multi_add_handle(c->multi, easy) == CURLM_OK) {
		under_way_add(c, x);
		return true;
	}
	if (x->easy)
		attempt_fini(x);
	if (easy)
		easy_put(c, easy);
	tell(x, "curl refuses to begin: no memory");
	return false;
}

/* x, or the first after it in its lane that can begin. NULL is fine. */
static void start(struct client *c, struct exchange *x, uint64_t now_ms)
{
	while (x && !begin(c, x, now_ms))
		x = over(c, x, last_word(x));
}

static void finish(struct client *c, struct exchange *x, enum client_end end, uint64_t now_ms)
{
	start(c, over(c, x, end), now_ms);
}

/* A gateway's 502 or 504 has no story of curl's. */
static void unknown(struct client *c, struct exchange *x, uint64_t now_ms)
{
	if (x->answer.status > 0)
		tell(x, x->answer.status == 502 ? "HTTP 502: a gateway lost the answer"
						: "HTTP 504: a gateway lost the answer");
	finish(c, x, CLIENT_UNKNOWN, now_ms);
}

static void settle(struct client *c, struct exchange *x, enum attempt_end end, CURLcode rc)
{
	uint64_t now_ms = clock_mono_ms();
	struct retry_decision d = retry_next(
		&x->retry, now_ms, end, x->answer.status, x->answer.retry_after_ms, &c->rng);

	x->maybe_done |= end == ATTEMPT_UNKNOWN;
	x->fresh = x->answer.status == 503;
	if (x->too_large || (end != ATTEMPT_ANSWERED && attempt_is_hopeless(rc)))
		d.verdict = RETRY_NO;
	if (d.verdict == RETRY_AT)
		rest_until(c, x, EXCHANGE_RESTING, d.at_ms);
	else if (d.verdict == RETRY_UNKNOWN)
		unknown(c, x, now_ms);
	else
		finish(c, x, last_word(x), now_ms);
}

/* Takes an exchange back from curl. */
static void stop(struct client *c, struct exchange *x)
{
	CURL *easy = x->easy;

	curl_multi_remove_handle(c->multi, easy);
	attempt_fini(x);
	easy_put(c, easy);
	under_way_remove(c, x);
}

static void receive(struct client *c, struct exchange *x)
{
	enum err e;

	if (lanes_enter(&c->lanes, x, &e)) {
		start(c, x, clock_mono_ms());
	} else if (e == OK) {
		rest_until(c, x, EXCHANGE_QUEUED, x->retry.deadline_ms);
	} else {
		tell(x, "no memory for a lane");
		deliver(c, x);
	}
}

/* What waits is dropped. What rests between two attempts ends with what the last one brought: the
 * next would meet a call that is over. What is under way comes to its own end. */
static void drop(struct client *c, uint64_t id)
{
	struct exchange *x = lanes_drop(&c->lanes, id), *active;

	while (x) {
		struct exchange *next = x->next;

		x->answer.end = CLIENT_DROPPED;
		deliver(c, x);
		x = next;
	}
	active = lanes_active(&c->lanes, id);
	if (active && active->where == EXCHANGE_RESTING) {
		timers_remove(&c->timers, active);
		finish(c, active, last_word(active), clock_mono_ms());
	}
}

static void read_mail(struct client *c)
{
	struct mail m;

	while (inbox_take(c->mail, &m)) {
		if (m.x)
			receive(c, m.x);
		else
			drop(c, m.drop);
	}
}

static void late(struct client *c, struct exchange *x)
{
	lanes_remove(&c->lanes, x);
	tell(x, "the deadline passed behind other requests of its call");
	deliver(c, x);
}

static void run_timers(struct client *c)
{
	uint64_t now_ms = clock_mono_ms();
	struct exchange *x;

	while ((x = timers_first(&c->timers)) != NULL && x->wake_ms <= now_ms) {
		timers_remove(&c->timers, x);
		if (x->where == EXCHANGE_QUEUED)
			late(c, x);
		else
			start(c, x, now_ms);
	}
}

static void collect(struct client *c)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(c->multi, &left)) != NULL) {
		CURLcode rc = msg->data.result; /* msg is gone with its handle */
		enum attempt_end end;
		struct exchange *x;
		char *owner;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &owner);
		x = (struct exchange *)(void *)owner;
		end = attempt_end(x, rc);
		stop(c, x);
		settle(c, x, end, rc);
	}
}

static int sleep_ms(const struct client *c)
{
	const struct exchange *x = timers_first(&c->timers);
	uint64_t now_ms = clock_mono_ms();

	if (!x)
		return SLEEP_MS_MAX;
	if (x->wake_ms <= now_ms)
		return 0;
	return x->wake_ms - now_ms < SLEEP_MS_MAX ? (int)(x->wake_ms - now_ms) : SLEEP_MS_MAX;
}

void *loop_run(void *user)
{
	struct client *c = user;
	struct curl_waitfd mail = { .fd = inbox_fd(c->mail), .events = CURL_WAIT_POLLIN };
	int running;

	while (!atomic_load(&c->stop)) {
		read_mail(c);
		run_timers(c);
		curl_multi_perform(c->multi, &running);
		collect(c);
		curl_multi_poll(c->multi, &mail, 1, sleep_ms(c), NULL);
	}
	return NULL;
}

/* Everything that still exists is under way, in the timers, or in the mail. */
void loop_fini(struct client *c)
{
	struct exchange *x;
	struct mail m;

	while ((x = c->under_way) != NULL) {
		stop(c, x);
		exchange_free(x);
	}
	while ((x = timers_first(&c->timers)) != NULL) {
		timers_remove(&c->timers, x);
		exchange_free(x);
	}
	while (inbox_take(c->mail, &m))
		exchange_free(m.x);
	lanes_fini(&c->lanes);
}
