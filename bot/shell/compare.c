#include "bot/shell/compare.h"

#include "bot/core/view.h"
#include "bot/shell/compare_inside.h"
#include "bot/shell/recover.h"

#include <stdlib.h>
#include <string.h>

enum { AFTER_MS = 3600000 /* of the new run, when the journal has ended */ };

struct two {
	const struct config *next;
	void *storage;
	struct centre *centre; /* of the new run */
	uint64_t now_ms;
	struct heap heap;    /* what will be answered there */
	struct story *story; /* [n + 1], by contact */
	uint32_t n;
	uint64_t dropped;
	struct names *names;
};

static struct story *story_of(struct two *t, uint32_t contact)
{
	uint32_t n = t->n;

	while (contact > t->n)
		t->n = t->n ? 2 * t->n : 1024;
	if (t->n != n || !t->story) {
		t->story = realloc(t->story, (t->n + 1) * sizeof(*t->story));
		if (!t->story)
			abort();
		memset(&t->story[n ? n + 1 : 0], 0,
			(t->n + 1 - (n ? n + 1 : 0)) * sizeof(*t->story));
	}
	return &t->story[contact];
}

/* ---- the new run */

static void put_planned(struct two *t, uint64_t at_ms, struct event ev)
{
	heap_put(&t->heap,
		(struct planned){ .at_ms = at_ms > t->now_ms ? at_ms : t->now_ms, .ev = ev });
}

/* What the world said of this effect, or of the one in its place, comes as long after it. */
static void unpark(struct two *t, struct story *s, const struct effect *fx)
{
	uint32_t ordinal = side_ordinal(&s->is, fx->kind, fx->attempt);
	size_t kept = 0;

	for (size_t i = 0; i < s->n_parked; i++) {
		struct parked p = s->parked[i];

		if (p.kind != fx->kind || p.ordinal != ordinal) {
			s->parked[kept++] = p;
			continue;
		}
		if (p.ev.attempt)
			p.ev.attempt = fx->attempt;
		put_planned(t, t->now_ms + p.after_ms, p.ev);
	}
	s->n_parked = kept;
}

static void step(struct two *t, struct event ev)
{
	struct effects fx;

	ev.at_ms = t->now_ms;
	centre_step(t->centre, &ev, &fx);
	for (size_t i = 0; i < fx.n; i++) {
		const struct effect *it = &fx.item[i];
		struct story *s = story_of(t, it->contact);

		side_saw(&s->is, it, t->now_ms, t->next, &t->names);
		if (it->attempt)
			unpark(t, s, it);
	}
}

static void pass(struct two *t, uint64_t until_ms)
{
	for (;;) {
		uint64_t due = centre_deadline_ms(t->centre);
		uint64_t said = t->heap.n ? t->heap.item[0].at_ms : UINT64_MAX;

		if (due > until_ms && said > until_ms)
			break;
		if (said <= due) {
			t->now_ms = said;
			step(t, heap_take(&t->heap).ev);
		} else {
			t->now_ms = due > t->now_ms ? due : t->now_ms;
			step(t, (struct event){ .kind = EV_TICK });
		}
	}
	t->now_ms = until_ms > t->now_ms ? until_ms : t->now_ms;
}

/* ---- translation */

static bool names_queue(uint32_t kind)
{
	return kind == EV_SIGN_IN || kind == EV_SIGN_OUT || kind == EV_TO_QUEUE ||
	       kind == EV_QUEUE_OPEN || kind == EV_QUEUE_CLOSE || kind == EV_ANNOUNCE;
}

static uint32_t prompt_in(const struct config *next, const struct config *conf, uint32_t prompt)
{
	for (uint32_t i = 0; prompt && prompt <= conf->plan.n_prompts && i < next->plan.n_prompts;
		i++)
		if (next->plan.prompt_key[i] == conf->plan.prompt_key[prompt - 1])
			return i + 1;
	return 0;
}

/* The event in the new configuration's numbers. false: it is about somebody it has not. */
static bool translate(const struct two *t, const struct config *conf, struct event *ev)
{
	uint16_t id;

	if (ev->kind == EV_CALL_INCOMING) {
		id = config_entry_in(t->next, conf, (uint16_t)(ev->value + 1));
		ev->value = id ? id - 1 : 0;
	}
	if (ev->kind == EV_ANNOUNCE && ev->attempt) {
		ev->attempt = prompt_in(t->next, conf, ev->attempt);
		if (!ev->attempt)
			return false;
	}
	if (names_queue(ev->kind) && ev->value > 0) {
		id = config_queue_in(t->next, conf, (uint16_t)ev->value);
		if (!id)
			return false;
		ev->value = id;
	}
	if (event_names_agent((enum event_kind)ev->kind) && ev->attempt) {
		id = config_agent_in(t->next, conf, (uint16_t)ev->attempt);
		if (!id && ev->kind != EV_CALLER)
			return false;
		ev->attempt = id;
	}
	return true;
}

/* Its attempt is an effect's: not an agent, a prompt, or Graph's count of keys. */
static bool echoes(const struct event *ev)
{
	return ev->attempt && ev->kind != EV_DIGIT && ev->kind != EV_ANNOUNCE &&
	       !event_names_agent((enum event_kind)ev->kind);
}

/* The effect that an event of the journal answers; NULL: none. */
static const struct asked *answered(const struct side *was, const struct event *ev)
{
	const struct asked *connect = NULL;

	if (ev->attempt && !echoes(ev))
		return NULL;
	for (size_t i = 0; i < was->n_asked; i++) {
		const struct asked *a = &was->asked[i];
		bool hang_up = a->kind == FX_HANG_UP || a->kind == FX_REJECT;

		if (a->kind == FX_CONNECT)
			connect = a;
		if (ev->attempt ? a->attempt == ev->attempt && a->kind != FX_CONNECT
				: ev->kind == EV_CALL_ENDED && ev->value == END_BY_US && hang_up)
			return a;
		if (!ev->attempt && ev->kind == EV_CALL_ACTIVE && a->kind == FX_ANSWER)
			return a;
	}
	/* Who leaves out of a conversation has talked for so long. */
	return ev->kind == EV_CALL_ENDED || ev->kind == EV_AGENT_LEFT ? connect : NULL;
}

static void park(struct story *s, struct parked p)
{
	if ((s->n_parked & (s->n_parked - 1)) == 0)
		s->parked = realloc(
			s->parked, (s->n_parked ? 2 * s->n_parked : 1) * sizeof(*s->parked));
	if (!s->parked)
		abort();
	s->parked[s->n_parked++] = p;
}

/* As long after the new run's effect as it was after the old one's. */
static void answer(struct two *t, struct story *s, const struct asked *was, struct event ev)
{
	uint32_t ordinal = side_ordinal(&s->was, was->kind, was->attempt);
	const struct asked *is = side_asked(&s->is, was->kind, ordinal);
	uint64_t after_ms = ev.at_ms - was->at_ms;

	if (!is) {
		park(s, (struct parked){ was->kind, ordinal, after_ms, ev });
		return;
	}
	if (ev.attempt)
		ev.attempt = is->attempt;
	put_planned(t, is->at_ms + after_ms, ev);
}

static void take(struct two *t, const struct event *ev, const struct config *conf)
{
	struct story *s = story_of(t, ev->contact);
	struct event it = *ev;
	const struct asked *was;

	if (ev->kind == EV_TICK || ev->kind == EV_RELOAD)
		return; /* it has ticks of its own, and one configuration */
	if (ev->kind == EV_CALL_INCOMING)
		s->seen = true;
	was = ev->contact ? answered(&s->was, ev) : NULL;
	if (was)
		answer(t, s, was, it);
	else if (!echoes(ev) && translate(t, conf, &it))
		put_planned(t, it.at_ms, it);
	else
		t->dropped++;
}

static void saw(
	void *arg, const struct event *ev, const struct effects *fx, const struct config *conf)
{
	struct two *t = arg;

	if (!t->now_ms)
		t->now_ms = ev->at_ms;
	/* Before this moment in the new run: what is answered now may be asked then. */
	if (ev->at_ms > t->now_ms)
		pass(t, ev->at_ms - 1);
	take(t, ev, conf);
	pass(t, ev->at_ms);
	for (size_t i = 0; i < fx->n; i++)
		side_saw(&story_of(t, fx->item[i].contact)->was, &fx->item[i], ev->at_ms, conf,
			&t->names);
}

static bool each(void *arg, uint64_t seq, const struct event *ev)
{
	(void)seq;
	return follow(arg, ev);
}

static enum err run(struct two *t, const char *journal, struct why *why)
{
	struct follower f = { .saw = saw, .arg = t };
	struct store_summary found;
	enum err e = store_open_to_read(journal, &f.store, &found, why);

	if (e == OK)
		e = store_replay(f.store, each, &f, why);
	if (e == OK && f.why.code != OK) {
		*why = f.why;
		e = why->code;
	}
	if (e == OK)
		pass(t, t->now_ms + AFTER_MS);
	follower_fini(&f);
	store_close(f.store);
	return e;
}

int compare(const struct config *next, const char *journal)
{
	struct two t = { .next = next };
	struct why why;
	enum err e = centre_renew(NULL, &next->plan, &t.storage, &t.centre, &why);

	if (e == OK)
		e = run(&t, journal, &why);
	for (uint32_t i = 0; i <= t.n && t.story; i++)
		t.dropped += t.story[i].n_parked;
	if (e == OK)
		stories_print(t.story, t.n, t.dropped);
	else
		fprintf(stderr, "%s: %s\n", journal, why.text);
	for (uint32_t i = 0; i <= t.n && t.story; i++)
		story_fini(&t.story[i]);
	names_free(t.names);
	free(t.story);
	free(t.heap.item);
	free(t.storage);
	return e == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
