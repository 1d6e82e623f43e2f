#include "bot/shell/recover.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/known.h"

#include <stdlib.h>
#include <string.h>

enum err centre_renew(const struct centre *old, const struct plan *plan, void **storage,
	struct centre **out, struct why *why)
{
	size_t bytes = (centre_bytes(plan) + 15) & ~(size_t)15;
	void *at = aligned_alloc(16, bytes);

	if (!at)
		return FAIL(why, E_SYSTEM, "no memory for %u contacts", plan->contacts_max);
	memset(at, 0, bytes);
	if (!old) {
		*out = centre_init(at, plan);
	} else if (centre_plan(old, at, plan, out) != OK) {
		free(at);
		return FAIL(why, E_LIMIT,
			"more contacts are in progress than the new configuration's "
			"limits.contacts");
	}
	*storage = at;
	return OK;
}

uint32_t lines_wanted(const struct config *conf)
{
	return conf->plan.contacts_max + PERSONS_MAX;
}

enum err lines_renew(
	struct lines *ls, const struct config *old, const struct config *next, struct why *why)
{
	if (!lines_grow(ls, lines_wanted(next)))
		return FAIL(why, E_SYSTEM, "no memory for lines");
	for (uint32_t i = 0; old && i < lines_slots(ls); i++) {
		struct line *l = lines_at(ls, i);

		if (l) {
			l->realm = config_realm_in(next, old, l->realm);
			if (l->recording)
				l->mailbox = config_mailbox_in(next, old, l->mailbox);
		}
		for (size_t k = 0; l && k < LINE_RINGS; k++) {
			struct ring_out *r = &l->ring[k];

			if (r->attempt)
				r->agent = config_agent_in(next, old, r->agent);
			if (!r->agent)
				r->attempt = 0; /* what she answers is not ours */
		}
	}
	return OK;
}

/* The configuration an EV_START or EV_RELOAD names takes over. */
static bool take_over(struct follower *f, const struct event *ev)
{
	struct config *next = NULL;
	struct centre *centre;
	struct faults *faults = calloc(1, sizeof(*faults));
	char *text = NULL;
	void *storage;
	enum err e;

	if (!faults)
		abort();
	e = store_config_get(f->store, ev->ref.byte, &text, &f->why);
	if (e == OK)
		e = config_parse(text, strlen(text), NULL, &next, faults, &f->why);
	if (e == OK)
		e = centre_renew(f->centre, &next->plan, &storage, &centre, &f->why);
	if (e == OK && f->lines && (e = lines_renew(f->lines, f->conf, next, &f->why)) != OK)
		free(storage);
	free(text);
	free(faults);
	if (e != OK) {
		config_free(next);
		return false;
	}
	if (f->left && f->conf) {
		f->left(f->arg, f->conf, f->storage);
	} else {
		free(f->storage);
		config_free(f->conf);
	}
	f->storage = storage;
	f->centre = centre;
	f->conf = next;
	return true;
}

bool follow(struct follower *f, const struct event *ev)
{
	static _Thread_local struct effects out; /* a thread may follow its own */

	if ((ev->kind == EV_START || ev->kind == EV_RELOAD) && !take_over(f, ev))
		return false;
	if (!f->centre) {
		(void)FAIL(&f->why, E_MALFORMED, "the journal does not begin with a start");
		return false;
	}
	centre_step(f->centre, ev, &out);
	f->saw(f->arg, ev, &out, f->conf);
	return true;
}

void follower_fini(struct follower *f)
{
	free(f->storage);
	config_free(f->conf);
}

/* The books of lines are kept as they were when it happened; records lost with the projections are
 * handed over again. */
static void saw(
	void *arg, const struct event *ev, const struct effects *out, const struct config *conf)
{
	struct shell *s = arg;

	lines_event(s->lines, ev, conf);
	for (size_t i = 0; i < out->n; i++) {
		const struct effect *fx = &out->item[i];
		const struct record *r = &fx->record;

		struct line *l = line_of(s->lines, fx->contact);

		if (fx->kind == FX_OUTCOME)
			store_contact_put(s->store, fx->contact, r,
				r->queue ? conf->queue[r->queue - 1].name : "",
				r->agent ? conf->agent[r->agent - 1].name : "");
		if (fx->kind == FX_OUTCOME && l)
			known_ended(s->known, l->caller, l->contact, r, conf);
		if (fx->kind == FX_CODE)
			store_contact_code(s->store, fx->contact, (uint16_t)fx->value);
		lines_effect(s->lines, fx,
			fx->queue && conf->plan.queue[fx->queue - 1].hand_off == HAND_OFF_TRANSFER);
	}
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	(void)seq;
	return follow(arg, ev);
}

static enum err take_present(struct shell *s, struct follower *f, struct why *why)
{
	enum err e = store_config_put(s->store, s->conf->digest, s->conf->text, why);

	if (e == OK)
		e = centre_renew(f->centre, &s->conf->plan, &s->centre_storage, &s->centre, why);
	return e == OK ? lines_renew(s->lines, f->conf, s->conf, why) : e;
}

enum err recover(struct shell *s, const struct store_summary *found, struct why *why)
{
	struct follower f = { .store = s->store, .saw = saw, .arg = s };
	struct event start = { .kind = EV_START };
	enum err e;

	s->mono_base = clock_mono_ms();
	s->service_base = clock_unix_ms() > found->last_ms ? clock_unix_ms() : found->last_ms;
	s->last_contact = found->last_contact;
	s->lines = lines_new(lines_wanted(s->conf));
	s->known = known_new();
	if (!s->lines || !s->known)
		return FAIL(why, E_SYSTEM, "no memory for lines");
	f.lines = s->lines;
	e = store_replay(s->store, each, &f, why);
	if (e == OK && f.why.code != OK) {
		*why = f.why;
		e = why->code;
	}
	if (e == OK)
		e = take_present(s, &f, why);
	if (e == OK) {
		struct ledger ledger;

		centre_ledger(s->centre, &ledger);
		memcpy(start.ref.byte, s->conf->digest, sizeof(start.ref.byte));
		shell_push(s, start);
		log_line(LOG_INFO, "shell", "", "journal events=%llu in_progress=%llu -> %s",
			(unsigned long long)found->n_events, (unsigned long long)ledger.in_progress,
			ledger.in_progress ? "asking Graph for each" : "nothing to take up");
	}
	follower_fini(&f);
	return e;
}
