#include "bot/shell/explain.h"

#include "bot/base/clean.h"
#include "bot/core/view.h"
#include "bot/shell/explain_words.h"
#include "bot/shell/recover.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_TEXT = 600, ROWS_MAX = 20 /* of callers beside; the rest are counted */ };

struct explainer {
	struct follower f;
	const char *whom;
	uint32_t contact;  /* 0: an agent */
	uint64_t until_ms; /* UINT64_MAX: all moments */
	uint64_t last_ms;
	unsigned n_told;
	bool known; /* contact or agent was seen */
};

static struct explaining here(const struct explainer *x)
{
	return (struct explaining){ x->f.conf, x->f.centre, x->last_ms };
}

static void put_before(const struct explainer *x, uint32_t first, uint32_t second)
{
	struct explaining now = here(x);
	char buf[LINE_TEXT];
	struct text line = TEXT(buf);

	explain_before(&now, first, second, &line);
	puts(buf);
}

static void put_why(const struct explainer *x, uint32_t contact, uint32_t agent, uint32_t queue)
{
	struct explaining now = here(x);
	char buf[LINE_TEXT];
	struct text line = TEXT(buf);

	explain_why(&now, contact, agent, centre_why(x->f.centre, contact, agent), queue, &line);
	printf("    %-20s %s\n", x->f.conf->agent[agent].name, buf);
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

		put_why(x, k->contact, agent, queue);
	}
	put_not_members(plan->n_agents - p->n_members);
}

/* ---- a contact */

static void tell_contact(struct explainer *x)
{
	const struct config *conf = x->f.conf;
	struct contact_view k;
	char at[EXPLAIN_TIME];

	explain_time(x->last_ms, at);
	x->n_told++;
	if (!centre_contact(x->f.centre, x->contact, &k)) {
		printf("%s contact %u is not in progress\n", at, x->contact);
		return;
	}
	printf("%s contact %u %s", at, x->contact, explain_phase(k.phase));
	if (k.record.queue)
		printf(", queue %s, since %.1f s", explain_queue(conf, k.record.queue),
			explain_seconds(x->last_ms, k.record.queued_ms));
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
			explain_queue(x->f.conf, k.record.queue),
			explain_seconds(x->last_ms, k.record.queued_ms));
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
	char at[EXPLAIN_TIME];

	x->n_told++;
	centre_agent(x->f.centre, agent - 1, &v);
	explain_time(x->last_ms, at);
	printf("%s %s %s", at, x->f.conf->agent[agent - 1].name, words[v.phase]);
	if (v.contact)
		printf(v.phase == AGENT_TALKING ? " with contact %u" : " for contact %u",
			v.contact);
	printf(" since %.1f s", explain_seconds(x->last_ms, v.since_ms));
	if (v.until_ms) {
		explain_time(v.until_ms, at);
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
