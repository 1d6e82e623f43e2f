/* bench: bot/core */
/*
 * Steps a second with a thousand callers waiting, and what a caller costs.
 *
 * Fifty agents of one queue take calls as fast as they come; each caller who is served is
 * followed by another at the end of the line. Beside it, the peer of the same run: the least an
 * event costs anybody, its 40 bytes packed and unpacked.
 */
#include "bot/core/centre.h"
#include "bot/core/strategy.h"

#include "bot/base/clock.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

enum { WAITING = 1000, AGENTS = 50, ROUNDS = 200000 };

static struct plan_agent agent[AGENTS];
static uint16_t member[AGENTS];
static const struct plan_step step[] = { { .kind = STEP_QUEUE } };
static const struct plan_flow flow[] = { { .key = 1, .n_steps = 1 } };
static const struct plan_entry entry[1];
static struct plan_queue queue[] = { { .key = 1,
	.waiting_max = 2 * WAITING,
	.music = 1,
	.announce_ms = 30000,
	.ring_ms = 20000,
	.n_members = AGENTS } };
static const struct plan plan = { .queue = queue,
	.agent = agent,
	.flow = flow,
	.step = step,
	.entry = entry,
	.member = member,
	.n_queues = 1,
	.n_agents = AGENTS,
	.n_flows = 1,
	.n_steps = 1,
	.n_entries = 1,
	.n_members = AGENTS,
	.contacts_max = 2 * WAITING,
	.keep_alive_ms = 900000,
	.active_ms_max = 15000,
	.transfer_ms_max = 60000,
	.play_ms_max = 60000,
	.talk_ms_max = 3600000 };

struct run {
	struct centre *centre;
	uint64_t now_ms, steps;
	uint32_t last_contact;
	/* Rings to be answered, in order. */
	struct {
		uint32_t contact, attempt;
	} ring[AGENTS];
	uint32_t first, n;
};

static void happen(
	struct run *r, enum event_kind kind, uint32_t contact, uint32_t attempt, int32_t value)
{
	struct event ev = { .at_ms = r->now_ms,
		.kind = kind,
		.contact = contact,
		.attempt = attempt,
		.value = value };
	struct effects out;

	centre_step(r->centre, &ev, &out);
	r->steps++;
	for (size_t i = 0; i < out.n; i++) {
		uint32_t at = (r->first + r->n) % AGENTS;

		if (out.item[i].kind != FX_RING)
			continue;
		assert(r->n < AGENTS);
		r->ring[at].contact = out.item[i].contact;
		r->ring[at].attempt = out.item[i].attempt;
		r->n++;
	}
}

static void arrive(struct run *r)
{
	happen(r, EV_CALL_INCOMING, ++r->last_contact, 0, 0);
	happen(r, EV_CALL_ACTIVE, r->last_contact, 0, 0);
}

/* One caller is answered, talks, leaves; another comes. */
static void serve(struct run *r)
{
	uint32_t contact = r->ring[r->first].contact, attempt = r->ring[r->first].attempt;

	r->first = (r->first + 1) % AGENTS;
	r->n--;
	happen(r, EV_AGENT_ANSWERED, contact, attempt, 0);
	happen(r, EV_AGENT_LEFT, contact, attempt, 0);
	happen(r, EV_CALL_ENDED, contact, 0, END_BY_US);
	arrive(r);
}

static double bare_ns(void)
{
	struct event ev = { .kind = EV_DIGIT, .contact = 1 };
	uint8_t bytes[EVENT_BYTES];
	uint64_t from = clock_mono_ns();

	for (int i = 0; i < ROUNDS; i++) {
		ev.at_ms++;
		event_pack(&ev, bytes);
		if (event_unpack(bytes, sizeof(bytes), &ev) != OK)
			abort();
	}
	return (double)(clock_mono_ns() - from) / ROUNDS;
}

int main(void)
{
	size_t bytes = centre_bytes(&plan);
	struct run r = { .now_ms = 1000000 };
	void *storage = aligned_alloc(16, bytes);
	uint64_t from;
	double ns;

	assert(storage);
	for (uint16_t i = 0; i < AGENTS; i++) {
		agent[i] = (struct plan_agent){ .key = i, .signed_in = true };
		member[i] = i;
	}
	r.centre = centre_init(storage, &plan);
	for (int i = 0; i < WAITING + AGENTS; i++)
		arrive(&r);
	r.steps = 0;
	from = clock_mono_ns();
	for (int i = 0; i < ROUNDS; i++) {
		r.now_ms += i % 16 == 0;
		serve(&r);
	}
	ns = (double)(clock_mono_ns() - from) / (double)r.steps;
	printf("core: %.2f million steps a second (%.0f ns each), %d waiting, %d agents; "
	       "an event packed and unpacked %.0f ns\n",
		1000 / ns, ns, WAITING, AGENTS, bare_ns());
	printf("core: %zu bytes a call in the centre, %zu KiB for %u calls and %d agents\n",
		bytes / plan.contacts_max, bytes / 1024, plan.contacts_max, AGENTS);
	free(storage);
	return 0;
}
