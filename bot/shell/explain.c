#include "bot/shell/explain.h"

#include "bot/base/clean.h"
#include "bot/core/explain.h"
#include "bot/core/strategy.h"
#include "bot/core/view.h"
#include "bot/shell/recover.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { TIME_TEXT = 40, ROWS_MAX = 20 /* of callers beside; the rest are counted */ };

struct explainer {
	struct follower f;
	const char *whom;
	uint32_t contact;  /* 0: an agent */
	uint64_t until_ms; /* UINT64_MAX: all moments */
	uint64_t last_ms;
	unsigned n_told;
	bool known; /* contact or agent was seen */
};

static void put_time(uint64_t ms, char out[TIME_TEXT])
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&s, &tm);
	n = strftime(out, TIME_TEXT, "%H:%M:%S", &tm);
	snprintf(out + n, TIME_TEXT - n, ".%03u", (unsigned)(ms % 1000));
}

/* "12.3 s", from now on or until now. */
static double seconds(uint64_t later_ms, uint64_t earlier_ms)
{
	return later_ms > earlier_ms ? (double)(later_ms - earlier_ms) / 1000 : 0;
}

static const char *queue_name(const struct config *conf, uint32_t queue)
{
	return queue ? conf->queue[queue - 1].name : "no queue";
}

/* ---- one caller before another */

/* Why first was before second for an agent of both. */
static void put_before(const struct explainer *x, uint32_t first, uint32_t second)
{
	const struct config *conf = x->f.conf;
	struct rank_view a, b;

	if (!centre_rank(x->f.centre, first, &a) || !centre_rank(x->f.centre, second, &b))
		return;
	printf("contact %u of %s is before contact %u", first, queue_name(conf, a.queue), second);
	if (a.rank > b.rank) {
		printf(": it did not wait where she could be given it when she was offered the "
		       "other\n");
		return;
	}
	if (a.priority != b.priority && a.priority_ms)
		printf(", priority %u against %u, %.0f s a step", a.priority, b.priority,
			(double)a.priority_ms / 1000);
	if (a.head_start_ms != b.head_start_ms)
		printf(", a head start of %.0f s against %.0f s", (double)a.head_start_ms / 1000,
			(double)b.head_start_ms / 1000);
	if (a.credit_ms <= b.credit_ms)
		printf(", waiting %.1f s longer\n", seconds(b.credit_ms, a.credit_ms));
	else
		printf(", though waiting %.1f s less\n", seconds(a.credit_ms, b.credit_ms));
}

/* ---- why not */

static void put_skill(const struct config *conf, uint32_t queue, uint32_t class)
{
	const struct plan_queue *p = &conf->plan.queue[queue - 1];
	const char *name = class < p->n_classes && conf->class_name
				   ? conf->class_name[p->first_class + class]
				   : NULL;

	printf("has not the skills the caller needs now%s%s\n", name && *name ? ": " : "",
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
static void put_beaten(const struct explainer *x, uint32_t contact, uint32_t agent, uint32_t queue)
{
	const struct plan *plan = &x->f.conf->plan;
	const struct plan_queue *p = &plan->queue[queue - 1];
	struct agent_view v;

	centre_agent(x->f.centre, agent, &v);
	printf("is free too, since %.1f s", seconds(x->last_ms, v.since_ms));
	for (uint32_t i = 0; i < p->n_members; i++) {
		uint32_t other = plan->member[p->first_member + i];
		uint8_t mine = tier_of(plan, queue, agent), hers = tier_of(plan, queue, other);

		if (centre_why(x->f.centre, contact, other).why != WHY_OFFERED)
			continue;
		if (mine != hers)
			printf("; %s is of tier %u, and she of tier %u\n",
				x->f.conf->agent[other].name, hers, mine);
		else
			printf("; strategy %s has %s before her\n", strategy_at(p->strategy)->name,
				x->f.conf->agent[other].name);
		return;
	}
	putchar('\n');
}

static void put_why(const struct explainer *x, uint32_t contact, uint32_t agent,
	struct explanation e, uint32_t queue)
{
	const struct config *conf = x->f.conf;
	const char *reason;
	struct agent_view v;
	char until[TIME_TEXT];

	put_time(e.until_ms, until);
	centre_agent(x->f.centre, agent, &v);
	printf("    %-20s ", conf->agent[agent].name);
	switch (e.why) {
	case WHY_PAUSED:
		reason = config_pause_reason(conf, e.number);
		printf("is paused (%s)\n", reason ? reason : "a reason of another configuration");
		return;
	case WHY_PRESENCE:
		printf("shows %s in Teams, which %s does not ring\n",
			presence_name((enum presence_class)e.number), queue_name(conf, queue));
		return;
	case WHY_RINGING:
	case WHY_TALKING:
		printf("%s contact %u since %.1f s; ",
			e.why == WHY_RINGING ? "rings for" : "is with", e.number,
			seconds(x->last_ms, v.since_ms));
		put_before(x, e.number, contact);
		return;
	case WHY_WRAP_UP:
		printf("wraps up until %s\n", until);
		return;
	case WHY_BACK_OFF:
		printf("did not take an offer and is left alone until %s\n", until);
		return;
	case WHY_CLASS:
		put_skill(conf, queue, e.number);
		return;
	case WHY_STICKY:
		printf("is free, but until %s the caller is kept for %s, whom she spoke with "
		       "last\n",
			until, conf->agent[e.number - 1].name);
		return;
	case WHY_RESTS:
		printf("is free, but Graph failed to ring for this caller, who rests until %s\n",
			until);
		return;
	case WHY_OFFERED:
		printf("is offered the caller, by strategy %s\n",
			strategy_at(conf->plan.queue[queue - 1].strategy)->name);
		return;
	case WHY_RINGS_ELSEWHERE:
		put_beaten(x, contact, agent, queue);
		return;
	case WHY_FREE:
		printf("is free\n");
		return;
	default:
		printf("%s\n", why_not_text(e.why));
		return;
	}
}

static void put_not_members(unsigned n)
{
	if (n)
		printf("    %u agent%s no member%s of the queue\n", n, n == 1 ? " is" : "s are",
			n == 1 ? "" : "s");
}

/* Everybody's reason, the members' in order of the configuration. */
static void put_candidates(const struct explainer *x, const struct contact_view *k)
{
	const struct plan *plan = &x->f.conf->plan;
	uint32_t queue = k->record.queue;
	const struct plan_queue *p = &plan->queue[queue - 1];

	for (uint32_t i = 0; i < p->n_members; i++) {
		uint32_t agent = plan->member[p->first_member + i];

		put_why(x, k->contact, agent, centre_why(x->f.centre, k->contact, agent), queue);
	}
	put_not_members(plan->n_agents - p->n_members);
}

/* ---- a contact */

static const char *phase_words(enum contact_phase p)
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

static void tell_contact(struct explainer *x)
{
	const struct config *conf = x->f.conf;
	struct contact_view k;
	char at[TIME_TEXT];

	put_time(x->last_ms, at);
	x->n_told++;
	if (!centre_contact(x->f.centre, x->contact, &k)) {
		printf("%s contact %u is not in progress\n", at, x->contact);
		return;
	}
	printf("%s contact %u %s", at, x->contact, phase_words(k.phase));
	if (k.record.queue)
		printf(", queue %s, since %.1f s", queue_name(conf, k.record.queue),
			seconds(x->last_ms, k.record.queued_ms));
	if (k.position)
		printf(", number %u in line", k.position);
	if (k.record.priority && k.record.priority != PRIORITY_NORMAL)
		printf(", priority %u", k.record.priority);
	if (k.phase == PHASE_TALKING && k.record.agent)
		printf(" with %s", conf->agent[k.record.agent - 1].name);
	putchar('\n');
	if (k.record.queue && (k.phase == PHASE_WAITING || k.phase == PHASE_RINGING ||
				      k.phase == PHASE_CALL_BACK))
		put_candidates(x, &k);
}

/* ---- an agent */

static uint32_t agent_of(const struct explainer *x)
{
	const struct config *conf = x->f.conf;

	for (uint32_t i = 0; conf && i < conf->plan.n_agents; i++)
		if (strcmp(conf->agent[i].name, x->whom) == 0 ||
			strcmp(conf->agent[i].user_id, x->whom) == 0)
			return i + 1;
	return 0;
}

/* Who else waited where she serves, and why they were not for her. */
static void put_others(const struct explainer *x, uint32_t agent, uint32_t given)
{
	struct contact_view k = { .contact = 0 };
	unsigned n = 0;

	while (centre_contact_after(x->f.centre, k.contact, &k)) {
		struct explanation e;

		if (k.contact == given || (k.phase != PHASE_WAITING && k.phase != PHASE_RINGING))
			continue;
		e = centre_why(x->f.centre, k.contact, agent - 1);
		if (e.why == WHY_NOT_MEMBER || ++n > ROWS_MAX)
			continue;
		printf("    contact %u of %s, waiting %.1f s: ", k.contact,
			queue_name(x->f.conf, k.record.queue),
			seconds(x->last_ms, k.record.queued_ms));
		if (given && (e.why == WHY_RINGING || e.why == WHY_TALKING) && e.number == given)
			put_before(x, given, k.contact);
		else
			printf("%s\n", why_not_text(e.why));
	}
	if (n > ROWS_MAX)
		printf("    and %u more\n", n - ROWS_MAX);
}

static void tell_agent(struct explainer *x, uint32_t agent)
{
	static const char *const words[AGENT_PHASES] = {
		[AGENT_SIGNED_OUT] = "is signed out",
		[AGENT_IDLE] = "is free",
		[AGENT_RINGING] = "rings",
		[AGENT_TALKING] = "talks",
		[AGENT_WRAP_UP] = "wraps up",
		[AGENT_BACK_OFF] = "did not take an offer and is left alone",
	};
	const char *reason;
	struct agent_view v;
	char at[TIME_TEXT];

	x->n_told++;
	centre_agent(x->f.centre, agent - 1, &v);
	put_time(x->last_ms, at);
	printf("%s %s %s", at, x->f.conf->agent[agent - 1].name, words[v.phase]);
	if (v.contact)
		printf(v.phase == AGENT_TALKING ? " with contact %u" : " for contact %u",
			v.contact);
	printf(" since %.1f s", seconds(x->last_ms, v.since_ms));
	if (v.until_ms) {
		put_time(v.until_ms, at);
		printf(" until %s", at);
	}
	if (v.paused) {
		reason = config_pause_reason(x->f.conf, v.paused);
		printf(", paused (%s)", reason ? reason : "a reason of another configuration");
	}
	printf(", %s in Teams\n", presence_name(v.presence));
	put_others(x, agent, v.contact);
}

/* ---- the journal */

/* Something was decided about whom we ask for. */
static bool concerns(const struct explainer *x, const struct effects *fx, uint32_t agent)
{
	for (size_t i = 0; i < fx->n; i++) {
		const struct effect *it = &fx->item[i];
		bool offered = it->kind == FX_RING || it->kind == FX_ASK;

		if (agent && offered && it->agent == agent)
			return true;
		if (x->contact && it->contact == x->contact && (offered || it->kind == FX_HOLD))
			return true;
	}
	return false;
}

static void tell(struct explainer *x, uint32_t agent)
{
	if (x->contact)
		tell_contact(x);
	else if (agent)
		tell_agent(x, agent);
}

static void saw(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	struct explainer *x = arg;
	uint32_t agent = x->contact ? 0 : agent_of(x);

	(void)conf;
	x->last_ms = ev->at_ms;
	x->known |= agent || (x->contact && ev->contact == x->contact);
	if (x->until_ms == UINT64_MAX && concerns(x, fx, agent))
		tell(x, agent);
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	struct explainer *x = arg;

	(void)seq;
	return ev->at_ms <= x->until_ms && follow(&x->f, ev);
}

/* Of the day of last_ms where none is named. false: no time. */
static bool read_time(const char *text, uint64_t last_ms, uint64_t *out)
{
	time_t day = (time_t)(last_ms / 1000);
	const char *rest;
	struct tm tm;
	unsigned ms = 0;
	int n = 0;

	gmtime_r(&day, &tm);
	rest = strchr(text, 'T') ? strptime(text, "%Y-%m-%dT%H:%M:%S", &tm)
				 : strptime(text, "%H:%M:%S", &tm);
	if (!rest || (*rest && (sscanf(rest, ".%3u%n", &ms, &n) != 1 || n != 4 || rest[n])))
		return false;
	*out = (uint64_t)timegm(&tm) * 1000 + (*rest ? ms : 999);
	return true;
}

static enum err run(struct explainer *x, const char *journal, const char *time, struct why *why)
{
	struct store_summary found;
	enum err e = store_open_to_read(journal, &x->f.store, &found, why);

	if (e == OK && time && !read_time(time, found.last_ms, &x->until_ms))
		e = FAIL(why, E_MALFORMED,
			"\"%s\" is no time: HH:MM:SS, HH:MM:SS.mmm or YYYY-MM-DDTHH:MM:SS would be "
			"right",
			time);
	if (e == OK)
		e = store_replay(x->f.store, each, x, why);
	if (e == OK && x->f.why.code != OK) {
		*why = x->f.why;
		e = why->code;
	}
	if (e == OK && !x->known)
		e = FAIL(why, E_ABSENT, "there is no contact and no agent \"%s\" %s", x->whom,
			time ? "until then" : "in it");
	return e;
}

int explain(const char *journal, const char *whom, const char *time)
{
	struct explainer x = { .f = { .saw = saw }, .whom = whom, .until_ms = UINT64_MAX };
	struct why why;
	enum err e;

	x.f.arg = &x;
	if (whom[strspn(whom, "0123456789")] == '\0')
		x.contact = (uint32_t)strtoul(whom, NULL, 10);
	e = run(&x, journal, time, &why);
	if (e == OK && time)
		tell(&x, x.contact ? 0 : agent_of(&x));
	if (e == OK && !x.n_told)
		printf("nothing was decided about %s\n", whom);
	if (e != OK)
		fprintf(stderr, "%s: %s\n", journal, why.text);
	follower_fini(&x.f);
	store_close(x.f.store);
	return e == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
