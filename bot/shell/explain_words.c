/* Why an agent has not the caller who waits, in words. */
#include "bot/shell/explain_words.h"

#include "bot/core/strategy.h"

#include <stdio.h>
#include <time.h>

void explain_time(uint64_t ms, char out[EXPLAIN_TIME])
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(out, EXPLAIN_TIME, "%H:%M:%S", &tm);
	snprintf(out + n, EXPLAIN_TIME - n, ".%03u", (unsigned)(ms % 1000));
}

double explain_seconds(uint64_t later_ms, uint64_t earlier_ms)
{
	return later_ms > earlier_ms ? (double)(later_ms - earlier_ms) / 1000 : 0;
}

const char *explain_queue(const struct config *conf, uint32_t queue)
{
	return queue ? conf->queue[queue - 1].name : "no queue";
}

/* ---- one caller before another */

/* Why first was before second for an agent of both. */
void explain_before(const struct explaining *x, uint32_t first, uint32_t second, struct text *out)
{
	const struct config *conf = x->conf;
	struct rank_view a, b;

	if (!centre_rank(x->centre, first, &a) || !centre_rank(x->centre, second, &b))
		return;
	text_add(out, "contact %u of %s is before contact %u", first, explain_queue(conf, a.queue),
		second);
	if (a.rank > b.rank) {
		text_add(out,
			": it did not wait where she could be given it when she was offered the "
			"other");
		return;
	}
	if (a.priority != b.priority && a.priority_ms)
		text_add(out, ", priority %u against %u, %.0f s a step", a.priority, b.priority,
			(double)a.priority_ms / 1000);
	if (a.head_start_ms != b.head_start_ms)
		text_add(out, ", a head start of %.0f s against %.0f s",
			(double)a.head_start_ms / 1000, (double)b.head_start_ms / 1000);
	if (a.credit_ms <= b.credit_ms)
		text_add(out, ", waiting %.1f s longer", explain_seconds(b.credit_ms, a.credit_ms));
	else
		text_add(out, ", though waiting %.1f s less",
			explain_seconds(a.credit_ms, b.credit_ms));
}

/* ---- why not */

static void put_skill(const struct config *conf, uint32_t queue, uint32_t class, struct text *out)
{
	const struct plan_queue *p = &conf->plan.queue[queue - 1];
	const char *name = class < p->n_classes && conf->class_name
				   ? conf->class_name[p->first_class + class]
				   : NULL;

	text_add(out, "has not the skills the caller needs now%s%s", name && *name ? ": " : "",
		name ? name : "");
}

static uint8_t tier_of(const struct plan *plan, uint32_t queue, uint32_t agent)
{
	const struct plan_queue *p = &plan->queue[queue - 1];

	for (uint32_t i = p->first_member; plan->place && i < p->first_member + p->n_members; i++)
		if (plan->member[i] == agent)
			return plan->place[i].tier;
	return 0;
}

/* She could have had the caller whom another is offered. */
static void put_beaten(const struct explaining *x, uint32_t contact, uint32_t agent, uint32_t queue,
	struct text *out)
{
	const struct plan *plan = &x->conf->plan;
	const struct plan_queue *p = &plan->queue[queue - 1];
	struct agent_view v;

	centre_agent(x->centre, agent, &v);
	text_add(out, "is free too, since %.1f s", explain_seconds(x->now_ms, v.since_ms));
	for (uint32_t i = 0; i < p->n_members; i++) {
		uint32_t other = plan->member[p->first_member + i];
		uint8_t mine = tier_of(plan, queue, agent), hers = tier_of(plan, queue, other);

		if (centre_why(x->centre, contact, other).why != WHY_OFFERED)
			continue;
		if (mine != hers)
			text_add(out, "; %s is of tier %u, and she of tier %u",
				x->conf->agent[other].name, hers, mine);
		else
			text_add(out, "; strategy %s has %s before her",
				strategy_at(p->strategy)->name, x->conf->agent[other].name);
		return;
	}
}

void explain_why(const struct explaining *x, uint32_t contact, uint32_t agent, struct explanation e,
	uint32_t queue, struct text *out)
{
	const struct config *conf = x->conf;
	const char *reason;
	struct agent_view v;
	char until[EXPLAIN_TIME];

	explain_time(e.until_ms, until);
	centre_agent(x->centre, agent, &v);
	switch (e.why) {
	case WHY_PAUSED:
		reason = config_pause_reason(conf, e.number);
		text_add(out, "is paused (%s)",
			reason ? reason : "a reason of another configuration");
		return;
	case WHY_PRESENCE:
		text_add(out, "shows %s in Teams, which %s does not ring",
			presence_name((enum presence_class)e.number), explain_queue(conf, queue));
		return;
	case WHY_RINGING:
	case WHY_TALKING:
		text_add(out, "%s contact %u since %.1f s; ",
			e.why == WHY_RINGING ? "rings for" : "is with", e.number,
			explain_seconds(x->now_ms, v.since_ms));
		explain_before(x, e.number, contact, out);
		return;
	case WHY_WRAP_UP:
		text_add(out, "wraps up until %s", until);
		return;
	case WHY_BACK_OFF:
		text_add(out, "did not take an offer and is left alone until %s", until);
		return;
	case WHY_CLASS:
		put_skill(conf, queue, e.number, out);
		return;
	case WHY_STICKY:
		text_add(out,
			"is free, but until %s the caller is kept for %s, whom she spoke with "
			"last",
			until, conf->agent[e.number - 1].name);
		return;
	case WHY_RESTS:
		text_add(out,
			"is free, but Graph failed to ring for this caller, who rests until %s",
			until);
		return;
	case WHY_OFFERED:
		text_add(out, "is offered the caller, by strategy %s",
			strategy_at(conf->plan.queue[queue - 1].strategy)->name);
		return;
	case WHY_RINGS_ELSEWHERE:
		put_beaten(x, contact, agent, queue, out);
		return;
	case WHY_FREE:
		text_add(out, "is free");
		return;
	default:
		text_add(out, "%s", why_not_text(e.why));
		return;
	}
}

const char *explain_phase(enum contact_phase p)
{
	static const char *const words[] = {
		[PHASE_ARRIVING] = "rings at us",
		[PHASE_FLOW] = "goes through the flow",
		[PHASE_WAITING] = "waits",
		[PHASE_RINGING] = "waits, and is offered",
		[PHASE_TALKING] = "talks",
		[PHASE_CLOSING] = "is let go",
		[PHASE_CALL_BACK] = "waits to be called back",
	};

	return words[p];
}
