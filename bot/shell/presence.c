/*
 * Presence as a hand: one struct people a realm says whom to ask Graph about and whom to tell it
 * of; its news become events of the centre, and what the centre does with agents tells it who
 * matters.
 */
#include "bot/shell/shell.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/rng.h"
#include "graph/presence/people.h"

#include <assert.h>
#include <stdlib.h>

enum {
	LOOK_MS = 50,   /* between looks at the centre, however much happens */
	NEWS_MAX = 128, /* events a turn, so that calls have theirs */
};

/* The people of one realm are its agents. */
struct presence_realm {
	struct people *people; /* NULL: it has no agents */
	const char **user_id;
	uint32_t *agent; /* index, by person */
	uint32_t n;
};

struct presence_desk {
	struct presence_realm realm[REALMS_MAX];
	uint32_t *person; /* of its realm, by agent */
	uint8_t *heed;    /* enum heed, by agent; of the last look */
	bool more;        /* news is left */
	bool changed;     /* something happened since the last look */
	uint64_t look_ms; /* no look before */
};

/* Its people, as the configuration has them now; what it had before is the caller's. */
static enum err realm_list(struct shell *s, uint16_t realm, struct why *why)
{
	struct presence_realm *r = &s->presence->realm[realm];
	const struct config *c = s->conf;

	r->n = 0;
	r->user_id = calloc(c->plan.n_agents + 1, sizeof(*r->user_id));
	r->agent = calloc(c->plan.n_agents + 1, sizeof(*r->agent));
	if (!r->user_id || !r->agent)
		return FAIL(why, E_SYSTEM, "no memory");
	for (uint32_t i = 0; i < c->plan.n_agents; i++) {
		if (c->agent[i].realm != realm)
			continue;
		s->presence->person[i] = r->n;
		r->user_id[r->n] = c->agent[i].user_id;
		r->agent[r->n++] = i;
	}
	return OK;
}

static struct people_conf people_conf_of(const struct config *c, const struct presence_realm *r)
{
	struct people_conf conf = { .user_id = r->user_id,
		.n = r->n,
		.poll = c->presence.poll,
		.often_ms = c->presence.waiting_ms,
		.seldom_ms = c->presence.seldom_ms,
		.stale_ms = c->presence.stale_ms,
		.set = c->presence.set,
		.session_ms = UINT64_C(60000) * c->presence.set_minutes };

	random_bytes(&conf.seed, sizeof(conf.seed));
	return conf;
}

static enum err realm_open(struct shell *s, uint16_t realm, struct why *why)
{
	struct presence_realm *r = &s->presence->realm[realm];
	enum err e = realm_list(s, realm, why);
	struct people_conf conf;

	if (e != OK || !r->n)
		return e;
	conf = people_conf_of(s->conf, r);
	r->people = people_new(&conf);
	return r->people ? OK : FAIL(why, E_SYSTEM, "no memory");
}

/* Who stays goes on with what is known of her. */
static enum err realm_reload(struct shell *s, uint16_t realm, struct why *why)
{
	struct presence_realm *r = &s->presence->realm[realm], was = *r;
	enum err e = realm_list(s, realm, why);
	struct people_conf conf = people_conf_of(s->conf, r);

	if (e == OK && r->n && was.people && !people_renew(r->people, &conf))
		e = FAIL(why, E_SYSTEM, "no memory");
	if (e == OK && r->n && !was.people)
		r->people = people_new(&conf);
	if (e == OK && !r->n) {
		people_free(r->people);
		r->people = NULL;
	}
	if (e == OK && r->n && !r->people)
		e = FAIL(why, E_SYSTEM, "no memory");
	free(was.user_id);
	free(was.agent);
	return e;
}

/* By agent, of the configuration in force. */
static enum err desk_size(struct shell *s, struct why *why)
{
	struct presence_desk *d = s->presence;

	free(d->person);
	free(d->heed);
	d->person = calloc(s->conf->plan.n_agents + 1, sizeof(*d->person));
	d->heed = calloc(s->conf->plan.n_agents + 1, sizeof(*d->heed));
	d->changed = true;
	return d->person && d->heed ? OK : FAIL(why, E_SYSTEM, "no memory");
}

static enum err presence_open(struct shell *s, struct why *why)
{
	struct presence_desk *d = s->presence = calloc(1, sizeof(*d));
	enum err e = d ? desk_size(s, why) : FAIL(why, E_SYSTEM, "no memory");

	for (uint16_t i = 0; i < s->conf->n_realms && e == OK; i++)
		e = realm_open(s, i, why);
	return e;
}

static void presence_reload(struct shell *s, const struct config *old)
{
	struct why why;
	enum err e = desk_size(s, &why);

	(void)old; /* people_renew finds those who stay */
	for (uint16_t i = 0; i < s->conf->n_realms && e == OK; i++)
		e = realm_reload(s, i, &why);
	if (e != OK)
		abort(); /* some hundred bytes, and there is no way back */
}

static void presence_close(struct shell *s)
{
	struct presence_desk *d = s->presence;

	if (!d)
		return;
	for (size_t i = 0; i < REALMS_MAX; i++) {
		people_free(d->realm[i].people);
		free(d->realm[i].user_id);
		free(d->realm[i].agent);
	}
	free(d->person);
	free(d->heed);
	free(d);
	s->presence = NULL;
}

static struct people *people_of(const struct shell *s, uint32_t agent)
{
	return s->presence->realm[s->conf->agent[agent].realm].people;
}

/* Who might be offered a caller soon: often where somebody waits, seldom where somebody is in the
 * house, else nobody. */
static void judge_heed(struct shell *s)
{
	const struct plan *plan = &s->conf->plan;
	uint8_t *heed = s->presence->heed;
	struct ledger ledger;

	centre_ledger(s->centre, &ledger);
	for (uint32_t i = 0; i < plan->n_agents; i++)
		heed[i] = HEED_NONE;
	for (uint32_t q = 0; q < plan->n_queues && ledger.in_progress; q++) {
		struct queue_view v;

		centre_queue(s->centre, q, &v);
		for (uint32_t i = 0; i < plan->queue[q].n_members; i++) {
			uint32_t agent = plan->member[plan->queue[q].first_member + i];
			enum heed want = v.n_waiting ? HEED_OFTEN : HEED_SELDOM;

			heed[agent] = heed[agent] > want ? heed[agent] : (uint8_t)want;
		}
	}
}

static void look(struct shell *s, uint64_t now)
{
	struct presence_desk *d = s->presence;

	if (!d->changed)
		return;
	d->changed = false;
	d->look_ms = now + LOOK_MS;
	judge_heed(s);
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++) {
		struct people *p = people_of(s, i);
		struct agent_view v;
		bool talks, wraps_up;

		centre_agent(s->centre, i, &v);
		talks = v.phase == AGENT_TALKING;
		wraps_up = v.phase == AGENT_WRAP_UP && s->conf->presence.set_in_wrap_up;
		people_heed(p, d->person[i],
			v.phase == AGENT_SIGNED_OUT ? HEED_NONE : (enum heed)d->heed[i]);
		people_ours(p, d->person[i], now, talks);
		people_at_work(p, d->person[i], talks || wraps_up);
	}
}

static void on_answer(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct people *p = s->presence->realm[e->realm].people;
	struct people_answer answer = { .status = a->end == CLIENT_ANSWERED ? a->status : 0,
		.retry_after_ms = a->retry_after_ms,
		.body = a->body,
		.body_bytes = a->body_bytes };
	uint64_t now = clock_mono_ms();
	char told[ERRAND_STORY_MAX];
	struct why why;
	enum err got;

	look(s, now); /* an answer older than what happened since counts for less */
	got = people_got(p, now, e->number, &answer, &why);
	if (got == E_DENIED || got == E_REMOTE)
		log_line(got == E_DENIED ? LOG_ERROR : LOG_WARN, "presence", "",
			"tenant=%s op=%s: %s: %s", s->conf->realm[e->realm].tenant_id,
			op_name(e->op), why.text, errand_told(a, told));
}

static void ask(struct shell *s, uint16_t realm, const struct people_ask *it)
{
	static const enum op_kind ops[] = {
		[ASK_PRESENCES] = OP_GET_PRESENCES,
		[ASK_SET] = OP_SET_PRESENCE,
		[ASK_CLEAR] = OP_CLEAR_PRESENCE,
	};
	const struct presence_realm *r = &s->presence->realm[realm];
	const char *ids[PRESENCES_MAX];
	struct op_presence presence = { .ids = ids,
		.n_ids = it->n,
		.session_id = s->conf->bot[s->conf->realm[realm].bot].app_id,
		.availability = AVAILABILITY_BUSY,
		.activity = ACTIVITY_IN_A_CALL,
		.expires_min = s->conf->presence.set_minutes };
	struct op_in in = { .presence = &presence, .user_id = r->user_id[it->person[0]] };
	struct errand e = {
		.done = on_answer, .realm = realm, .op = ops[it->kind], .number = it->attempt
	};

	for (size_t i = 0; i < it->n; i++)
		ids[i] = r->user_id[it->person[i]];
	errand_graph(s, &e, 0, &in);
}

/* Only what is new to the centre is an event: the journal is no log of polls. */
static void take_news(struct shell *s, const struct presence_realm *r, const struct people_news *n)
{
	uint32_t agent = r->agent[n->person];
	enum presence_class is = to_core_presence(n->availability);
	struct agent_view v;

	if (n->absent)
		log_line(LOG_WARN, "presence", "",
			"agent=\"%s\" user=%s is unknown to Graph -> counts as unknown",
			s->conf->agent[agent].name, s->conf->agent[agent].user_id);
	centre_agent(s->centre, agent, &v);
	if (v.presence != is)
		shell_push(s, (struct event){ .kind = EV_AGENT_PRESENCE,
				      .attempt = agent + 1,
				      .value = (int32_t)is });
}

void presence_told(struct shell *s, uint16_t realm, const struct presence *p)
{
	const struct presence_realm *r = &s->presence->realm[realm];

	for (uint32_t i = 0; i < r->n; i++)
		if (text_same_nocase(r->user_id[i], p->user_id))
			people_told(r->people, i, p->availability);
}

static void presence_run(struct shell *s)
{
	static struct people_ask it; /* large; one thread */
	uint64_t now = clock_mono_ms();
	size_t n_news = 0;

	if (now >= s->presence->look_ms)
		look(s, now);
	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		struct presence_realm *r = &s->presence->realm[i];
		struct people_news news;

		if (!r->people)
			continue;
		while (people_want(r->people, now, &it))
			ask(s, i, &it);
		for (; n_news < NEWS_MAX && people_news(r->people, &news); n_news++)
			take_news(s, r, &news);
	}
	s->presence->more = n_news == NEWS_MAX;
}

static uint64_t presence_deadline_ms(const struct shell *s)
{
	const struct presence_desk *d = s->presence;
	uint64_t due = d->more ? 0 : d->changed ? d->look_ms : UINT64_MAX;

	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		const struct people *p = d->realm[i].people;
		uint64_t at = p ? people_deadline_ms(p) : UINT64_MAX;

		due = at < due ? at : due;
	}
	return due;
}

static void presence_event(struct shell *s, const struct event *ev)
{
	(void)ev; /* After whatever happens it may be others who matter. */
	s->presence->changed = true;
}

const struct hand hand_presence = {
	.open = presence_open,
	.close = presence_close,
	.run = presence_run,
	.deadline_ms = presence_deadline_ms,
	.reload = presence_reload,
	.event = presence_event,
};
