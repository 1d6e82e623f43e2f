/* Carries what the courier decides: mail in, attempts to curl and back, answers out. */
#include "graph/client/loop.h"

#include "bot/base/clock.h"

#include <assert.h>

enum { SLEEP_MS_MAX = 60000 };

static struct attempt *attempt_take(struct client *c)
{
	struct attempt *a = c->idle;

	if (!a)
		return attempt_new();
	c->idle = a->next;
	c->n_idle--;
	return a;
}

static void attempt_put(struct client *c, struct attempt *a)
{
	attempt_fini(a);
	if (c->n_idle == LOOP_IDLE_MAX) {
		attempt_free(a);
		return;
	}
	a->next = c->idle;
	c->idle = a;
	c->n_idle++;
}

static void under_way_add(struct client *c, struct attempt *a)
{
	a->before = NULL;
	a->next = c->under_way;
	if (a->next)
		a->next->before = a;
	c->under_way = a;
}

static void under_way_remove(struct client *c, struct attempt *a)
{
	if (a->before)
		a->before->next = a->next;
	else
		c->under_way = a->next;
	if (a->next)
		a->next->before = a->before;
}

/* false: no memory. */
static bool begin(struct client *c, struct exchange *x, uint64_t now_ms)
{
	struct attempt *a = attempt_take(c);

	if (!a)
		return false;
	if (attempt_begin(a, x, &c->attempt_conf, now_ms) == OK &&
		curl_multi_add_handle(c->multi, a->easy) == CURLM_OK) {
		under_way_add(c, a);
		return true;
	}
	attempt_put(c, a);
	return false;
}

static void begin_all(struct client *c)
{
	uint64_t now_ms = clock_mono_ms();
	struct exchange *x;

	while ((x = courier_next(&c->courier, now_ms)) != NULL)
		if (!begin(c, x, now_ms))
			courier_refused(&c->courier, x, now_ms);
}

/* Takes an attempt back from curl. */
static void stop(struct client *c, struct attempt *a)
{
	curl_multi_remove_handle(c->multi, a->easy);
	under_way_remove(c, a);
	attempt_put(c, a);
}

static void read_mail(struct client *c)
{
	struct mail m;

	while (inbox_take(c->mail, &m)) {
		if (m.x)
			courier_enter(&c->courier, m.x, clock_mono_ms());
		else
			courier_drop(&c->courier, m.drop, clock_mono_ms());
	}
}

static void collect(struct client *c)
{
	CURLMsg *msg;
	int left;

	while ((msg = curl_multi_info_read(c->multi, &left)) != NULL) {
		CURLcode rc = msg->data.result; /* msg is gone with its handle */
		enum attempt_end end;
		struct attempt *a;
		struct exchange *x;
		char *owner;
		bool hopeless;

		if (msg->msg != CURLMSG_DONE)
			continue;
		curl_easy_getinfo(msg->easy_handle, CURLINFO_PRIVATE, &owner);
		a = (struct attempt *)(void *)owner;
		x = a->x;
		end = attempt_end(a, rc);
		hopeless = end != ATTEMPT_ANSWERED && attempt_is_hopeless(a, rc);
		stop(c, a);
		courier_attempted(&c->courier, x, end, hopeless, clock_mono_ms());
	}
}

/* Notices first: the answer that follows wakes their reader. */
static void deliver(struct client *c)
{
	struct client_notice notice;
	struct exchange *x;
	enum err e;

	while (courier_notice(&c->courier, &notice))
		(void)!inbox_put(c->notices, &notice);
	while ((x = courier_over(&c->courier)) != NULL) {
		e = inbox_put(c->answers, &x->answer);
		assert(e == OK); /* c->n exchanges exist, and so many answers fit */
		(void)e;
		x->answer.body = NULL;
		exchange_free(x);
	}
}

static int sleep_ms(const struct client *c)
{
	uint64_t at_ms = courier_deadline_ms(&c->courier), now_ms = clock_mono_ms();

	if (at_ms == UINT64_MAX)
		return SLEEP_MS_MAX;
	if (at_ms <= now_ms)
		return 0;
	return at_ms - now_ms < SLEEP_MS_MAX ? (int)(at_ms - now_ms) : SLEEP_MS_MAX;
}

void *loop_run(void *user)
{
	struct client *c = user;
	struct curl_waitfd mail = { .fd = inbox_fd(c->mail), .events = CURL_WAIT_POLLIN };
	int running;

	while (!atomic_load(&c->stop)) {
		read_mail(c);
		begin_all(c);
		curl_multi_perform(c->multi, &running);
		collect(c);
		begin_all(c);
		deliver(c);
		curl_multi_poll(c->multi, &mail, 1, sleep_ms(c), NULL);
	}
	return NULL;
}

/* Everything that still exists is under way, the courier's, or in the mail. */
void loop_fini(struct client *c)
{
	struct attempt *a;
	struct mail m;

	while ((a = c->under_way) != NULL) {
		struct exchange *x = a->x;

		stop(c, a);
		exchange_free(x);
	}
	while ((a = c->idle) != NULL) {
		c->idle = a->next;
		attempt_free(a);
	}
	while (inbox_take(c->mail, &m))
		exchange_free(m.x);
}
