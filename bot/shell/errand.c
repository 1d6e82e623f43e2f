#include "bot/shell/errand.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/shell.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

struct errands {
	uint32_t n_max, first_free;         /* index + 1 */
	uint32_t first_parked, last_parked; /* index + 1, in order: a call's requests keep theirs */
	struct errand slot[];
};

struct errands *errands_new(uint32_t n_max)
{
	struct errands *es = calloc(1, sizeof(*es) + n_max * sizeof(es->slot[0]));

	if (!es)
		return NULL;
	es->n_max = n_max;
	for (uint32_t i = n_max; i > 0; i--) {
		es->slot[i - 1].next = es->first_free;
		es->first_free = i;
	}
	return es;
}

static void wipe(char **text)
{
	if (*text)
		OPENSSL_cleanse(*text, strlen(*text));
	free(*text);
	*text = NULL;
}

static void errand_release(struct errands *es, struct errand *e)
{
	uint32_t generation = e->generation + 1;

	free(e->method);
	free(e->url);
	wipe(&e->body);
	wipe(&e->bearer);
	*e = (struct errand){ .next = es->first_free, .generation = generation };
	es->first_free = (uint32_t)(e - es->slot) + 1;
}

void errands_free(struct errands *es)
{
	if (!es)
		return;
	for (uint32_t i = 0; i < es->n_max; i++)
		if (es->slot[i].used)
			errand_release(es, &es->slot[i]);
	free(es);
}

/* Ends an errand: its owner hears once. The slot is free before, so that done may start another. */
static void errand_end(struct shell *s, struct errand *e, const struct client_answer *a)
{
	struct errand copy = *e;

	copy.method = copy.url = copy.body = copy.bearer = NULL;
	errand_release(s->errands, e);
	copy.done(s, &copy, a);
}

static void never_sent(struct shell *s, struct errand *e)
{
	struct client_answer a = { .end = CLIENT_NOT_SENT, .retry_after_ms = UINT64_MAX };

	errand_end(s, e, &a);
}

static struct errand *errand_new(struct shell *s, const struct errand *from)
{
	struct errands *es = s->errands;
	struct errand *e;
	uint32_t generation;

	if (!es->first_free)
		return NULL;
	e = &es->slot[es->first_free - 1];
	es->first_free = e->next;
	generation = e->generation;
	*e = *from;
	e->generation = generation;
	e->used = true;
	return e;
}

static uint64_t cookie_of(const struct shell *s, const struct errand *e)
{
	return (uint64_t)e->generation << 32 | (uint32_t)(e - s->errands->slot);
}

static struct errand *errand_of(struct shell *s, uint64_t cookie)
{
	uint32_t index = (uint32_t)cookie;

	if (index >= s->errands->n_max || !s->errands->slot[index].used ||
		s->errands->slot[index].generation != (uint32_t)(cookie >> 32))
		return NULL;
	return &s->errands->slot[index];
}

/* Graph answers only after it has been answered itself, at two addresses, for each of which it
 * waits 10 s. */
static bool shakes_hands(enum op_kind op)
{
	return op == OP_CREATE_SUBSCRIPTION;
}

/* Graph counts by application, tenant and workload; a token's slot stands for the first two, and is
 * the Connector's own. */
static uint64_t group_of(const struct errand *e)
{
	return ((uint64_t)e->slot + 1) * OP_WORKLOADS + op_workload(e->op);
}

static void send_with_token(struct shell *s, struct errand *e, const char *bearer)
{
	uint64_t now = clock_mono_ms();
	char scenario[GUID_TEXT];
	struct client_request r = {
		.cookie = cookie_of(s, e),
		.lane = e->lane,
		.method = e->method,
		.url = e->url,
		.bearer = bearer,
		.content_type = e->body ? "application/json" : NULL,
		.body = e->body,
		.body_bytes = e->body_bytes,
		.scenario_id = scenario,
		.deadline_ms = e->until_ms > now ? (uint32_t)(e->until_ms - now) : 1,
		.attempt_ms = shakes_hands(e->op) ? ERRAND_HANDSHAKE_MS : ERRAND_ATTEMPT_MS,
		.attempts_max = e->once ? 1 : 4,
		.harmless = e->harmless,
		.throttle = group_of(e),
		.urgent = e->urgent,
	};
	struct why why;

	if (e->contact)
		scenario_print(s, e->contact, scenario);
	else
		r.scenario_id = NULL;
	e->bearer = strdup(bearer);
	if (!e->bearer || client_send(s->client, &r, &why) != OK) {
		log_line(LOG_ERROR, "graph", "", "op=%s cannot be sent: %s -> failed", e->what,
			e->bearer ? why.text : "no memory");
		never_sent(s, e);
	}
}

static void park(struct errands *es, struct errand *e)
{
	uint32_t index = (uint32_t)(e - es->slot) + 1;

	e->next = 0;
	if (es->last_parked)
		es->slot[es->last_parked - 1].next = index;
	else
		es->first_parked = index;
	es->last_parked = index;
}

/* A ring that was called off while the token was waited for: nobody shall be rung for it. */
static bool called_off(struct shell *s, const struct errand *e)
{
	return (e->op == OP_INVITE || e->op == OP_CREATE_CALL || e->op == OP_TRANSFER) &&
	       !line_waits(line_of(s->lines, e->contact), e->attempt);
}

/* With the token, or park until it is there; the errand's deadline stands. */
static void start(struct shell *s, struct errand *e)
{
	const char *bearer;
	struct why why;
	enum err got;

	if (called_off(s, e)) {
		struct client_answer a = { .end = CLIENT_DROPPED, .retry_after_ms = UINT64_MAX };

		errand_end(s, e, &a);
		return;
	}
	got = token_get(s->tokens, e->slot, clock_mono_ms(), &bearer, &why);
	if (got == OK) {
		send_with_token(s, e, bearer);
	} else if (got == E_STALE ||
		   (got == E_REMOTE && token_retry_ms(s->tokens, e->slot) < e->until_ms)) {
		park(s->errands, e);
	} else {
		log_line(LOG_ERROR, "auth", "", "no token for op=%s: %s -> failed", e->what,
			why.text);
		never_sent(s, e);
	}
}

static struct errand *begin(
	struct shell *s, const struct errand *from, const char *what, uint64_t lane)
{
	struct errand *e = errand_new(s, from);

	if (!e) {
		struct client_answer a = { .end = CLIENT_NOT_SENT };

		log_line(LOG_ERROR, "graph", "", "op=%s: too many requests under way -> failed",
			what);
		from->done(s, from, &a);
		return NULL;
	}
	e->what = what;
	e->with_token = true;
	e->lane = lane;
	e->until_ms = clock_mono_ms() + ERRAND_GRAPH_MS;
	return e;
}

void errand_graph(struct shell *s, const struct errand *from, uint64_t lane, const struct op_in *in)
{
	struct errand *e = begin(s, from, op_name(from->op), lane);
	struct op_out out = { .body = NULL };
	struct why why;

	if (!e)
		return;
	if (e->realm >= s->conf->n_realms) {
		log_line(LOG_ERROR, "graph", "", "op=%s: its tenant is served no more -> failed",
			e->what);
		never_sent(s, e);
		return;
	}
	if (op_in_cloud(from->op, s->conf->endpoint.cloud, &why) != OK ||
		op_write(from->op, in, &out, &why) != OK) {
		log_line(LOG_ERROR, "graph", "", "op=%s: %s -> failed", e->what, why.text);
		never_sent(s, e);
		return;
	}
	if (shakes_hands(e->op))
		e->until_ms = clock_mono_ms() + ERRAND_HANDSHAKE_MS;
	e->slot = s->graph_slot[e->realm];
	e->harmless = op_is_harmless(e->op);
	e->urgent = op_is_urgent(e->op);
	e->method = strdup(out.method);
	e->body = out.body;
	e->body_bytes = out.body ? strlen(out.body) : 0;
	if (!e->method || asprintf(&e->url, "%s%s", s->conf->endpoint.graph, out.path) < 0)
		abort();
	start(s, e);
}

void errand_connector(struct shell *s, const struct errand *from, uint64_t lane, const char *method,
	const char *url, const char *body)
{
	struct errand *e = begin(s, from, "connector", lane);

	if (!e)
		return;
	e->slot = s->bot_slot[s->conf->realm[e->realm].bot];
	e->harmless = strcmp(method, "POST") != 0;
	e->once = true;
	e->method = strdup(method);
	e->url = strdup(url);
	e->body = body ? strdup(body) : NULL;
	e->body_bytes = body ? strlen(body) : 0;
	if (!e->method || !e->url || (body && !e->body))
		abort();
	start(s, e);
}

void errand_http(struct shell *s, const struct errand *from, const struct client_request *r)
{
	struct errand *e = errand_new(s, from);
	struct client_request mine = *r;
	struct why why;

	if (e) {
		mine.cookie = cookie_of(s, e);
		if (client_send(s->client, &mine, &why) == OK)
			return;
		log_line(LOG_ERROR, "http", "", "request cannot be sent: %s -> failed", why.text);
		never_sent(s, e);
	} else {
		struct client_answer a = { .end = CLIENT_NOT_SENT };

		log_line(LOG_ERROR, "http", "", "too many requests under way -> failed");
		from->done(s, from, &a);
	}
}

const char *errand_told(const struct client_answer *a, char out[ERRAND_STORY_MAX])
{
	struct text t = text_of(out, ERRAND_STORY_MAX);

	client_answer_print(a, &t);
	return out;
}

/* Graph refused the token: forget it, and ask once more with a fresh one. */
static bool retry_with_fresh_token(struct shell *s, struct errand *e, const struct client_answer *a)
{
	char told[ERRAND_STORY_MAX];

	if (!e->with_token || e->again || a->end != CLIENT_ANSWERED || a->status != 401)
		return false;
	log_line(LOG_WARN, "graph", "", "op=%s %s -> fresh token", e->what, errand_told(a, told));
	e->again = true;
	token_drop_if(s->tokens, e->slot, clock_mono_ms(), e->bearer);
	wipe(&e->bearer);
	start(s, e);
	return true;
}

static void tell_hosts(struct shell *s)
{
	struct client_notice n;

	while (client_notice(s->client, &n)) {
		unsigned long long ms = n.ms;

		if (n.kind == CLIENT_HOST_UP)
			log_line(
				LOG_INFO, "http", "", "%s answers again after %llu ms", n.host, ms);
		else
			log_line(LOG_ERROR, "http", "",
				"%s failed %u times in a row: %s -> left alone for %llu ms", n.host,
				n.failures, n.story, ms);
	}
}

void errands_take(struct shell *s)
{
	struct client_answer a;

	tell_hosts(s);
	while (s->n_batch < BATCH_MAX - TO_CORE_MAX && client_take(s->client, &a)) {
		struct errand *e = errand_of(s, a.cookie);

		if (e && !retry_with_fresh_token(s, e, &a))
			errand_end(s, e, &a);
		client_answer_fini(&a);
	}
}

void errands_token(struct shell *s)
{
	struct errands *es = s->errands;
	uint64_t now = clock_mono_ms();
	uint32_t at = es->first_parked;

	/* Those who must wait on line up again, in the same order. */
	es->first_parked = es->last_parked = 0;
	while (at) {
		struct errand *e = &es->slot[at - 1];

		at = e->next;
		if (e->until_ms <= now) {
			log_line(LOG_ERROR, "auth", "", "no token in time for op=%s -> failed",
				e->what);
			never_sent(s, e);
		} else {
			start(s, e);
		}
	}
}

uint32_t errands_open(const struct errands *es)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < es->n_max; i++)
		n += es->slot[i].used;
	return n;
}

uint64_t errands_deadline_ms(const struct errands *es)
{
	uint64_t first = UINT64_MAX;

	for (uint32_t i = es->first_parked; i; i = es->slot[i - 1].next)
		if (es->slot[i - 1].until_ms < first)
			first = es->slot[i - 1].until_ms;
	return first;
}
