/*
 * GET /metrics: the ledger, the queues and what was decided, for Prometheus. Asked for with the
 * bearer token in FOYER_METRICS_KEY; without that variable there is no such page, since queues have
 * names.
 */
#include "bot/shell/shell.h"

#include "bot/api/api.h"
#include "bot/base/log.h"
#include "bot/shell/quality.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum { METRICS_KEY_BYTES_MIN = 16 };

struct metrics_hand {
	const char *key; /* NULL: nobody may ask */
	struct queue_metrics *queue;
	struct metrics page; /* its counts go on; the rest is filled in when asked for */
};

static enum err size(struct shell *s, struct queue_metrics **out)
{
	const struct config *c = s->conf;

	*out = calloc(c->plan.n_queues + 1, sizeof(**out));
	for (uint32_t i = 0; *out && i < c->plan.n_queues; i++)
		(*out)[i].name = c->queue[i].name;
	return *out ? OK : E_SYSTEM;
}

static enum err metrics_open(struct shell *s, struct why *why)
{
	struct metrics_hand *m = s->metrics = calloc(1, sizeof(*m));

	if (!m || size(s, &m->queue) != OK)
		return FAIL(why, E_SYSTEM, "no memory for metrics");
	m->key = getenv("FOYER_METRICS_KEY");
	if (m->key && strlen(m->key) < METRICS_KEY_BYTES_MIN)
		return FAIL(why, E_DENIED, "FOYER_METRICS_KEY is shorter than %d characters",
			METRICS_KEY_BYTES_MIN);
	return OK;
}

static void metrics_close(struct shell *s)
{
	if (s->metrics)
		free(s->metrics->queue);
	free(s->metrics);
	s->metrics = NULL;
}

/* A queue that is gone takes its counts along. */
static void metrics_reload(struct shell *s, const struct config *old)
{
	struct metrics_hand *m = s->metrics;
	struct queue_metrics *queue;

	if (size(s, &queue) != OK)
		abort();
	for (uint32_t i = 0; i < old->plan.n_queues; i++) {
		uint16_t now = config_queue_in(s->conf, old, (uint16_t)(i + 1));

		if (!now)
			continue;
		queue[now - 1] = m->queue[i];
		queue[now - 1].name = s->conf->queue[now - 1].name;
	}
	free(m->queue);
	m->queue = queue;
}

static void metrics_event(struct shell *s, const struct event *ev)
{
	s->metrics->page.event[ev->kind]++;
}

static void metrics_effect(struct shell *s, const struct effect *fx)
{
	struct metrics_hand *m = s->metrics;

	m->page.effect[fx->kind]++;
	if (fx->kind == FX_RING && fx->queue)
		m->queue[fx->queue - 1].offers++;
	if (fx->kind == FX_OUTCOME && fx->record.queue)
		m->queue[fx->record.queue - 1].outcome[fx->record.outcome]++;
}

static void fill_queue(struct shell *s, uint32_t i)
{
	struct queue_metrics *q = &s->metrics->queue[i];
	struct queue_view v;

	centre_queue(s->centre, i, &v);
	q->waiting = v.n_waiting;
	q->oldest_wait_ms = v.oldest_ms && s->now_ms > v.oldest_ms ? s->now_ms - v.oldest_ms : 0;
	q->entered = q->in_progress = 0;
	for (int o = 0; o < OUTCOMES; o++)
		q->entered += q->outcome[o];
}

static void fill(struct shell *s)
{
	struct metrics_hand *m = s->metrics;
	struct contact_view k = { .contact = 0 };

	centre_ledger(s->centre, &m->page.ledger);
	m->page.legs = *quality_metrics(s);
	m->page.queue = m->queue;
	m->page.n_queues = s->conf->plan.n_queues;
	for (uint32_t i = 0; i < m->page.n_queues; i++)
		fill_queue(s, i);
	while (centre_contact_after(s->centre, k.contact, &k)) {
		if (!k.record.queue)
			continue;
		m->queue[k.record.queue - 1].in_progress++;
		m->queue[k.record.queue - 1].entered++;
	}
	memset(m->page.agents, 0, sizeof(m->page.agents));
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++) {
		struct agent_view v;

		centre_agent(s->centre, i, &v);
		m->page.agents[v.phase]++;
	}
}

static int admit_metrics(void *arg, struct visit *v)
{
	const struct shell *s = arg;
	const char *key = s->metrics->key, *given = visit_header(v, "Authorization");
	static const char bearer[] = "Bearer ";
	size_t n = strlen(bearer);

	if (!key)
		return 404;
	if (!given || visit_header_count(v, "Authorization") != 1 || strncmp(given, bearer, n) != 0)
		return 401;
	return strlen(given) == n + strlen(key) && CRYPTO_memcmp(given + n, key, strlen(key)) == 0
		       ? 0
		       : 401;
}

static void handle_metrics(void *arg, struct visit *v)
{
	struct shell *s = arg;
	char *body;

	shell_now_ms(s);
	fill(s);
	body = api_metrics(&s->metrics->page);
	visit_answer(v, &(struct answer){ .status = body ? 200 : 503,
				.content_type = "text/plain; version=0.0.4; charset=utf-8",
				.body = body,
				.body_bytes = body ? strlen(body) : 0 });
	free(body);
}

static size_t metrics_routes(struct shell *s, struct route *out, size_t n_max)
{
	if (n_max < 1)
		abort();
	out[0] = (struct route){ "GET", "/metrics", admit_metrics, handle_metrics, s };
	return 1;
}

const struct hand hand_metrics = {
	.open = metrics_open,
	.close = metrics_close,
	.reload = metrics_reload,
	.event = metrics_event,
	.effect = metrics_effect,
	.routes = metrics_routes,
};
