#include "graph/client/circuit.h"

#include "bot/base/text.h"

#include <string.h>

static struct circuit *place_of(struct circuits *cs, const char *host)
{
	for (size_t i = 0; i < CIRCUITS_MAX; i++)
		if (strcmp(cs->at[i].host, host) == 0)
			return &cs->at[i];
	return NULL;
}

struct circuit *circuit_find(struct circuits *cs, const char *host)
{
	return *host ? place_of(cs, host) : NULL;
}

static uint64_t last_failure_ms(const struct circuit *c)
{
	return c->failed_ms[(c->failures - 1) % CIRCUIT_FAILURES];
}

/* A free place, or that of the closed one which failed the longest time ago. NULL: all are open. */
static struct circuit *place_for(struct circuits *cs, const char *host)
{
	struct circuit *best = place_of(cs, "");

	for (size_t i = 0; i < CIRCUITS_MAX && (!best || best->host[0]); i++)
		if (!cs->at[i].open &&
			(!best || last_failure_ms(&cs->at[i]) < last_failure_ms(best)))
			best = &cs->at[i];
	if (!best)
		return NULL;
	*best = (struct circuit){ .open = false };
	return text_copy(best->host, sizeof(best->host), host) == OK ? best : NULL;
}

enum circuit_word circuit_ask(struct circuits *cs, const char *host, bool urgent, uint64_t now_ms,
	uint64_t *wake_ms, struct circuit **which)
{
	struct circuit *c = circuit_find(cs, host);
	bool half_open;

	*which = c;
	*wake_ms = UINT64_MAX;
	if (!c || !c->open)
		return CIRCUIT_GO;
	half_open = now_ms >= c->until_ms;
	if (c->probing)
		return half_open || urgent ? CIRCUIT_WAIT : CIRCUIT_REFUSE;
	if (!half_open && !urgent)
		return CIRCUIT_REFUSE;
	if (!half_open && now_ms < c->urgent_ms) {
		*wake_ms = c->urgent_ms;
		return CIRCUIT_WAIT;
	}
	c->probing = true;
	return CIRCUIT_PROBE;
}

/* Half of the pause is chance, so that several of us do not come back together. */
static void rest(struct circuit *c, uint64_t now_ms, struct rng *rng)
{
	uint64_t ms = CIRCUIT_OPEN_MS;

	for (unsigned i = 0; i < c->pauses && ms < CIRCUIT_OPEN_MS_MAX; i++)
		ms *= 2;
	if (ms > CIRCUIT_OPEN_MS_MAX)
		ms = CIRCUIT_OPEN_MS_MAX;
	c->pauses++;
	c->until_ms = now_ms + ms / 2 + rng_below(rng, ms / 2);
	c->urgent_ms = now_ms + CIRCUIT_GAP_MS;
}

static bool too_many(const struct circuit *c, uint64_t now_ms)
{
	return c->failures >= CIRCUIT_FAILURES &&
	       now_ms - c->failed_ms[c->failures % CIRCUIT_FAILURES] <= CIRCUIT_WINDOW_MS;
}

/* What was sent before it opened and fails now is no news. */
static bool probe_failed(struct circuit *c, bool probe, uint64_t now_ms, struct rng *rng)
{
	if (!probe)
		return false;
	c->probing = false;
	c->urgent_ms = now_ms + CIRCUIT_GAP_MS;
	if (now_ms < c->until_ms)
		return false;
	rest(c, now_ms, rng);
	return true;
}

struct circuit *circuit_failed(struct circuits *cs, const char *host, bool probe, uint64_t now_ms,
	struct rng *rng, bool *news)
{
	struct circuit *c = circuit_find(cs, host);

	*news = false;
	if (!c && *host)
		c = place_for(cs, host);
	if (!c)
		return NULL;
	c->failed_ms[c->failures++ % CIRCUIT_FAILURES] = now_ms;
	if (c->open) {
		*news = probe_failed(c, probe, now_ms, rng);
	} else if (too_many(c, now_ms)) {
		c->open = *news = true;
		c->opened_ms = now_ms;
		rest(c, now_ms, rng);
	}
	return c;
}

void circuit_close(struct circuit *c)
{
	*c = (struct circuit){ .open = false };
}
