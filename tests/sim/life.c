/*
 * The shell's part of a life: journal, step, effects; and crashes at every boundary of
 * that order, each followed by recovery from the journal alone.
 */
#include "tests/sim/life.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { STEPS_MAX = 60000, DUMP_MAX = 1 << 16 };

/* After this much fair weather everybody must have been served or let go. */
static uint64_t bound_ms(const struct life *l)
{
	const struct plan *p = &l->cfg->plan;

	return l->draw.clear_ms + 900000 + p->talk_ms_max + p->keep_alive_ms + p->transfer_ms_max;
}

void life_fail(struct life *l, const char *fmt, ...)
{
	struct text t;
	char say[480];
	va_list args;

	if (l->failure[0])
		return;
	va_start(args, fmt);
	vsnprintf(say, sizeof(say), fmt, args);
	va_end(args);
	t = TEXT(l->failure);
	text_add(&t, "SEED=%llu step=%zu: %s", (unsigned long long)l->seed, l->n_journal, say);
}

static void tell_event(const struct life *l, const struct event *ev)
{
	char room[160];
	struct text t = TEXT(room);

	if (!l->story)
		return;
	event_print(ev, &t);
	fprintf(l->story, "# %9.3f  %s\n", (double)(l->now_ms - LIFE_START_MS) / 1000, room);
}

static void tell_effect(const struct life *l, const struct effect *fx, bool sent)
{
	char room[300];
	struct text t = TEXT(room);

	if (!l->story)
		return;
	effect_print(fx, &t);
	fprintf(l->story, "#            %s %s\n", sent ? "->" : "-x", room);
}

struct dump {
	char text[DUMP_MAX];
	size_t used;
};

static void keep(void *arg, const char *text, size_t n)
{
	struct dump *d = arg;

	assert(d->used + n <= sizeof(d->text));
	memcpy(d->text + d->used, text, n);
	d->used += n;
}

static void *room_for(const struct config *g)
{
	void *storage = aligned_alloc(16, centre_bytes(&g->plan));

	assert(storage);
	return storage;
}

/* *c goes on with another configuration. E_LIMIT: it does not. */
static enum err take_over(struct centre **c, const struct config *g)
{
	void *storage = room_for(g);
	struct centre *next;

	if (centre_plan(*c, storage, &g->plan, &next) != OK) {
		free(storage);
		return E_LIMIT;
	}
	free(*c);
	*c = next;
	return OK;
}

/* A fresh centre that has read the journal. */
static struct centre *replay(struct life *l)
{
	const struct config *first = &l->draw.config[0];
	struct centre *c = centre_init(room_for(first), &first->plan);
	struct effects out;
	struct event ev;

	for (size_t i = 0; i < l->n_journal; i++) {
		if (event_unpack(l->journal[i], EVENT_BYTES, &ev) != OK)
			life_fail(l, "the journal cannot be read back");
		if (ev.kind == EV_RELOAD && take_over(&c, &l->draw.config[ev.ref.byte[0]]) != OK)
			life_fail(l, "the journal names a configuration that does not fit");
		centre_step(c, &ev, &out);
	}
	return c;
}

static void recover(struct life *l)
{
	static struct dump was, is;
	size_t at = 0;

	was.used = is.used = 0;
	centre_dump(l->centre, keep, &was);
	free(l->centre);
	l->centre = replay(l);
	centre_dump(l->centre, keep, &is);
	while (at < was.used && at < is.used && was.text[at] == is.text[at])
		at++;
	if (was.used != is.used || at != was.used)
		life_fail(l, "recovery differs at byte %zu of the dump: %.40s", at,
			is.text + (at > 20 ? at - 20 : 0));
}

static enum crash crash_now(struct life *l)
{
	if (l->crash_at)
		return !l->boot && l->n_journal + 1 == l->crash_at ? l->crash_how : CRASH_NEVER;
	if (!draw_chance(l, draw_weather(l)->crash))
		return CRASH_NEVER;
	return (enum crash)draw_between(l, CRASH_BEFORE_WRITE, CRASHES - 1);
}

/* The process dies and starts again. A notification that was not acknowledged is repeated. */
static void crash(struct life *l, enum crash how, const struct todo *t)
{
	uint64_t back_ms = l->now_ms + draw_between(l, 100, 40000);
	struct todo again = *t;

	l->n_crashes[how]++;
	l->boot++;
	if (l->story)
		fprintf(l->story, "# %9.3f  CRASH (%d)\n",
			(double)(l->now_ms - LIFE_START_MS) / 1000, (int)how);
	agenda_crash(l, back_ms);
	if (t->notification && (how == CRASH_BEFORE_WRITE || draw_chance(l, 700))) {
		struct todo *more = agenda_add(l, DO_NOTE, 0, back_ms + draw_between(l, 1, 5000));

		more->ev = again.ev;
		more->notification = true;
	}
	recover(l);
	agenda_add(l, DO_START, 0, back_ms);
}

static void send_effects(struct life *l, const struct effects *out, enum crash how)
{
	size_t n = out->n;

	if (how == CRASH_AFTER_WRITE)
		n = 0;
	else if (how == CRASH_AFTER_SOME)
		n = n ? (size_t)rng_below(&l->rng, n) : 0;
	for (size_t i = 0; i < out->n; i++) {
		struct effect fx = out->item[i];

		tell_effect(l, &fx, i < n);
		fx.contact = l->call_of[fx.contact];
		if (i < n)
			world_request(l, &fx);
	}
}

/* From the world's words into the centre's. false: about a call the shell does not know. */
static bool to_core(struct life *l, struct event *ev)
{
	uint32_t call = ev->contact;

	if (!call)
		return true;
	if (ev->kind == EV_CALL_INCOMING && !l->contact_of[call]) {
		l->contact_of[call] = ++l->n_contacts;
		l->call_of[l->n_contacts] = call;
	}
	ev->contact = l->contact_of[call];
	return ev->contact != 0;
}

/* false: the other configuration has no room for all who are there. */
static bool reloads(struct life *l, struct event *ev)
{
	const struct config *next = &l->draw.config[l->cfg == &l->draw.config[0]];

	if (ev->kind != EV_RELOAD)
		return true;
	if (take_over(&l->centre, next) != OK)
		return false;
	ev->ref.byte[0] = (uint8_t)(next - l->draw.config);
	l->cfg = next;
	return true;
}

static void deliver_caller(struct life *l, uint32_t call);

/* One event through the shell. t is the caller's own copy. */
static void deliver(struct life *l, const struct todo *t)
{
	enum crash how = crash_now(l);
	struct event ev = t->ev;
	struct effects out;

	if (how == CRASH_BEFORE_WRITE) {
		crash(l, how, t);
		return;
	}
	if (!to_core(l, &ev) || !reloads(l, &ev))
		return;
	ev.at_ms = l->now_ms;
	assert(l->n_journal < JOURNAL_MAX);
	event_pack(&ev, l->journal[l->n_journal++]);
	tell_event(l, &ev);
	touch_look(l);
	centre_step(l->centre, &ev, &out);
	touch_audit(l);
	audit_step(l, &ev, &out);
	send_effects(l, &out, how);
	if (how != CRASH_NEVER)
		crash(l, how, t);
	else if (t->ev.kind == EV_CALL_INCOMING)
		deliver_caller(l, t->ev.contact);
}

/* Who calls is told right after the call, where it is known. */
static void deliver_caller(struct life *l, uint32_t call)
{
	struct todo t = {
		.what = DO_NOTE, .boot = l->boot, .ev = { .kind = EV_CALLER, .contact = call }
	};

	t.ev.ref.byte[0] = (uint8_t)l->call[call].caller;
	t.ev.attempt = l->call[call].caller % (l->cfg->plan.n_agents + 1);
	if (t.ev.ref.byte[0])
		deliver(l, &t);
}

/* Whether the service is down: it starts again at this moment; 0: it runs. */
static uint64_t down_until(const struct life *l)
{
	for (size_t i = 0; i < l->n_agenda; i++)
		if (l->agenda[i].what == DO_START)
			return l->agenda[i].at_ms;
	return 0;
}

/* A notification while the service is down comes again; an answer to a dead process does not. */
static void receive(struct life *l, const struct todo *t)
{
	uint64_t back_ms = down_until(l);
	struct todo *again;

	if (!t->notification && t->boot != l->boot)
		return;
	if (!back_ms) {
		deliver(l, t);
		return;
	}
	if (draw_chance(l, draw_weather(l)->lose))
		return;
	again = agenda_add(l, DO_NOTE, 0, back_ms + draw_between(l, 0, 20000));
	again->ev = t->ev;
	again->notification = true;
}

static void next(struct life *l)
{
	uint64_t due_ms = down_until(l) ? UINT64_MAX : centre_deadline_ms(l->centre);
	/* Ticks come late on a busy machine. */
	bool busy = l->n_agenda && draw_chance(l, draw_weather(l)->late / 4);
	struct todo t = { .what = DO_NOTE, .boot = l->boot, .ev = { .kind = EV_TICK } };

	if (due_ms <= agenda_next_ms(l) && !busy) {
		if (due_ms > l->now_ms)
			l->now_ms = due_ms;
		deliver(l, &t);
		return;
	}
	t = *agenda_take(l);
	if (t.at_ms > l->now_ms)
		l->now_ms = t.at_ms;
	if (t.what == DO_START) {
		t.ev = (struct event){ .kind = EV_START };
		deliver(l, &t);
	} else if (t.what == DO_RELOAD) {
		t.ev = (struct event){ .kind = EV_RELOAD };
		if (!down_until(l))
			deliver(l, &t);
	} else if (t.what == DO_NOTE) {
		receive(l, &t);
	} else {
		world_do(l, &t);
	}
}

static bool over(const struct life *l)
{
	struct ledger ledger;

	centre_ledger(l->centre, &ledger);
	return !l->n_agenda && !ledger.in_progress && centre_deadline_ms(l->centre) == UINT64_MAX;
}

void life_run(struct life *l)
{
	for (size_t i = 0; !l->failure[0] && !over(l); i++) {
		if (i >= STEPS_MAX)
			life_fail(l, "time does not pass: %d steps", STEPS_MAX);
		else if (l->now_ms > bound_ms(l))
			life_fail(l, "the weather is fair for long, and somebody is still there");
		else
			next(l);
	}
	if (!l->failure[0])
		audit_end(l);
	if (!l->failure[0])
		recover(l);
}

struct life *life_new(uint64_t seed, bool wild)
{
	struct life *l = calloc(1, sizeof(*l));

	assert(l);
	l->seed = seed;
	l->wild = wild;
	l->rng.state = seed;
	l->now_ms = LIFE_START_MS;
	draw_life(l);
	l->audit = audit_new(l->cfg);
	l->centre = centre_init(room_for(l->cfg), &l->cfg->plan);
	return l;
}

void life_free(struct life *l)
{
	free(l->centre);
	audit_free(l->audit);
	free(l);
}
