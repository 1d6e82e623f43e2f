/* The client's face over the real courier, and a network that is slow, refuses and gives up. */

#include "graph/client/client.h"
#include "graph/client/courier.h"

#include "tests/day/day.h"

#include <assert.h>
#include <curl/curl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
	FLIGHTS = 8192,
	OUTAGE_AT_MS = 54000000, /* into the day: nobody can connect to Graph for a while */
	OUTAGE_MS = 40000,
	MORNING_MS = 1000000
};

struct client {
	struct client_conf conf;
	struct courier courier;
	unsigned n;
};

struct flight {
	uint32_t id; /* 0: free */
	struct exchange *x;
	bool landed; /* it has arrived at Graph */
};

/* An answer on its way. */
struct parcel {
	uint32_t id;
	struct graph_answer a;
	char retry_after[32], location[320];
};

static struct client *the;
static struct flight flight[FLIGHTS];
static uint32_t last_id;

struct client *client_new(const struct client_conf *conf, struct why *why)
{
	(void)why;
	assert(!the);
	the = calloc(1, sizeof(*the));
	assert(the && courier_init(&the->courier, conf->requests_max, conf->seed) == OK);
	the->conf = *conf;
	return the;
}

static void flight_end(struct flight *f)
{
	exchange_free(f->x);
	*f = (struct flight){ 0 };
}

void client_free(struct client *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < FLIGHTS; i++)
		if (flight[i].id)
			flight_end(&flight[i]);
	courier_fini(&c->courier);
	free(c);
	the = NULL;
}

enum err client_send(struct client *c, const struct client_request *r, struct why *why)
{
	struct exchange *x;
	enum err e = exchange_new(r, &c->conf, day_ms, &x, why);

	assert(e == OK && c->n < c->conf.requests_max);
	c->n++;
	day_count.requests++;
	audit_sent(r->cookie, r->lane, r->method, r->url, r->deadline_ms);
	courier_enter(&c->courier, x, day_ms);
	return OK;
}

void client_lane_drop(struct client *c, uint64_t lane)
{
	courier_drop(&c->courier, lane, day_ms);
}

int client_fd(const struct client *c)
{
	(void)c;
	return -1;
}

bool client_take(struct client *c, struct client_answer *out)
{
	static const enum audit_end ends[] = { [CLIENT_ANSWERED] = AUDIT_ANSWERED,
		[CLIENT_UNKNOWN] = AUDIT_UNKNOWN,
		[CLIENT_NOT_SENT] = AUDIT_NOT_SENT,
		[CLIENT_DROPPED] = AUDIT_DROPPED };
	struct exchange *x = courier_over(&c->courier);

	if (!x)
		return false;
	*out = x->answer;
	x->answer.body = NULL;
	exchange_free(x);
	c->n--;
	if (strstr(out->story, "left alone"))
		day_count.refused_by_circuit++;
	if (strstr(out->story, "told to wait"))
		day_count.refused_by_throttle++;
	audit_answered(out->cookie, ends[out->end], out->story);
	return true;
}

bool client_notice(struct client *c, struct client_notice *out)
{
	if (!courier_notice(&c->courier, out))
		return false;
	day_count.circuits_opened += out->kind == CLIENT_HOST_DOWN;
	day_count.circuits_closed += out->kind == CLIENT_HOST_UP;
	return true;
}

static struct flight *flight_of(uint64_t id)
{
	struct flight *f = &flight[id % FLIGHTS];

	return f->id == id ? f : NULL;
}

static void attempted(struct flight *f, enum attempt_end end)
{
	struct exchange *x = f->x;

	*f = (struct flight){ 0 };
	audit_ended(x->cookie, x->answer.status, x->answer.retry_after_ms);
	courier_attempted(&the->courier, x, end, false, day_ms);
}

static void nobody_there(void *arg, uint64_t id)
{
	struct flight *f = flight_of(id);

	(void)arg;
	if (!f)
		return;
	day_count.refused_connections++;
	exchange_tell(f->x, "nobody there");
	attempted(f, ATTEMPT_NOT_SENT);
}

static void time_out(void *arg, uint64_t id)
{
	struct flight *f = flight_of(id);

	(void)arg;
	if (!f)
		return;
	day_count.timeouts++;
	exchange_tell(f->x, "no answer in time");
	attempted(f, f->landed ? ATTEMPT_UNKNOWN : ATTEMPT_NOT_SENT);
}

static const char *header_of(const struct exchange *x, const char *name)
{
	size_t n = strlen(name);

	for (const struct curl_slist *h = x->headers; h; h = h->next)
		if (strncmp(h->data, name, n) == 0)
			return h->data + n;
	return NULL;
}

static void land(void *arg, uint64_t id)
{
	struct flight *f = flight_of(id);
	char *body;

	(void)arg;
	if (!f)
		return;
	f->landed = true;
	body = f->x->body ? strndup(f->x->body, f->x->body_bytes) : NULL;
	graph_request(&(struct graph_request){ .id = f->id,
		.method = f->x->method,
		.url = f->x->url,
		.authorization = header_of(f->x, "Authorization: "),
		.scenario_id = header_of(f->x, "Scenario-Id: "),
		.body = body,
		.body_bytes = f->x->body_bytes });
	free(body);
}

static void back(void *arg, uint64_t n)
{
	struct parcel *p = arg;
	struct flight *f = flight_of(p->id);
	char line[400];

	(void)n;
	if (!f && p->retry_after[0])
		day_count.waits_unseen++;
	if (f && p->a.drop) {
		exchange_tell(f->x, "the connection was closed before the answer came");
		attempted(f, ATTEMPT_UNKNOWN);
	} else if (f) {
		if (p->retry_after[0]) {
			snprintf(line, sizeof(line), "Retry-After: %s", p->retry_after);
			exchange_take_header(f->x, line, 0);
		}
		snprintf(line, sizeof(line), "Location: %s", p->location);
		exchange_take_header(f->x, line, 0);
		assert(!p->a.body || exchange_take_body(f->x, p->a.body, strlen(p->a.body)));
		assert(exchange_answered(f->x, p->a.status));
		attempted(f, ATTEMPT_ANSWERED);
	}
	free((char *)(uintptr_t)p->a.body);
	free(p);
}

void net_answered(uint32_t id, const struct graph_answer *a)
{
	struct parcel *p = calloc(1, sizeof(*p));

	assert(p);
	p->id = id;
	p->a = *a;
	p->a.body = a->body ? strdup(a->body) : NULL;
	snprintf(p->location, sizeof(p->location), "%s", a->location ? a->location : "");
	if (a->retry_after_s > 0)
		snprintf(p->retry_after, sizeof(p->retry_after), "%.3f", a->retry_after_s);
	agenda_add(day_ms + day_between(1, 40), back, p, 0);
}

static bool nobody_can_connect(const struct exchange *x)
{
	uint64_t into_ms = day_ms - MORNING_MS;

	return (into_ms >= OUTAGE_AT_MS && into_ms < OUTAGE_AT_MS + OUTAGE_MS &&
		       strstr(x->host, "graph.day")) ||
	       day_chance(0.001);
}

static void begin(struct exchange *x)
{
	uint64_t left_ms = x->retry.deadline_ms - day_ms, attempt_ms = x->attempt_ms;
	struct flight *f = &flight[++last_id % FLIGHTS];

	assert(!f->id);
	*f = (struct flight){ .id = last_id, .x = x };
	day_count.attempts++;
	day_count.retries += x->retry.n > 0;
	audit_begun(x->cookie);
	if (nobody_can_connect(x)) {
		agenda_add(day_ms + day_between(1, 30), nobody_there, NULL, last_id);
		return;
	}
	agenda_add(day_ms + day_between(1, 40), land, NULL, last_id);
	agenda_add(day_ms + (attempt_ms < left_ms ? attempt_ms : left_ms), time_out, NULL, last_id);
}

bool net_run(void)
{
	struct exchange *x;
	bool any = false;

	while ((x = courier_next(&the->courier, day_ms)) != NULL) {
		begin(x);
		any = true;
	}
	return any || the->courier.over;
}

uint64_t net_deadline_ms(void)
{
	return courier_deadline_ms(&the->courier);
}
