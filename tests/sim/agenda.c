/* What happens next: a heap over (time, order of planning). */
#include "tests/sim/life.h"

#include <assert.h>

static bool before(const struct todo *a, const struct todo *b)
{
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->seq < b->seq;
}

static void swap(struct life *l, size_t a, size_t b)
{
	struct todo t = l->agenda[a];

	l->agenda[a] = l->agenda[b];
	l->agenda[b] = t;
}

static size_t rise(struct life *l, size_t at)
{
	for (; at > 0 && before(&l->agenda[at], &l->agenda[(at - 1) / 2]); at = (at - 1) / 2)
		swap(l, at, (at - 1) / 2);
	return at;
}

static void sink(struct life *l, size_t at)
{
	for (size_t child = 2 * at + 1; child < l->n_agenda; child = 2 * at + 1) {
		if (child + 1 < l->n_agenda && before(&l->agenda[child + 1], &l->agenda[child]))
			child++;
		if (!before(&l->agenda[child], &l->agenda[at]))
			return;
		swap(l, at, child);
		at = child;
	}
}

struct todo *agenda_add(struct life *l, enum what what, uint32_t who, uint64_t at_ms)
{
	assert(l->n_agenda < AGENDA_MAX);
	l->agenda[l->n_agenda] = (struct todo){
		.at_ms = at_ms, .seq = ++l->seq, .what = what, .who = who, .boot = l->boot
	};
	return &l->agenda[rise(l, l->n_agenda++)];
}

struct todo *agenda_take(struct life *l)
{
	assert(l->n_agenda > 0);
	swap(l, 0, --l->n_agenda);
	sink(l, 0);
	return &l->agenda[l->n_agenda];
}

uint64_t agenda_next_ms(const struct life *l)
{
	return l->n_agenda ? l->agenda[0].at_ms : UINT64_MAX;
}

/* Requests not yet sent and answers not yet read die with the process; some requests had
 * left. Graph repeats notifications that nobody acknowledged, for a while. */
static bool survives(struct life *l, struct todo *t, uint64_t back_ms)
{
	if (t->what == DO_REQUEST)
		return draw_chance(l, 500);
	if (t->what != DO_NOTE)
		return true;
	if (!t->notification)
		return false;
	if (t->at_ms >= back_ms)
		return true;
	t->at_ms = back_ms + draw_between(l, 0, 20000);
	return !draw_weather(l)->lose || draw_chance(l, 800);
}

void agenda_crash(struct life *l, uint64_t back_ms)
{
	size_t n = l->n_agenda;

	l->n_agenda = 0;
	for (size_t i = 0; i < n; i++) {
		struct todo t = l->agenda[i];

		if (survives(l, &t, back_ms))
			l->agenda[l->n_agenda++] = t;
	}
	for (size_t i = 1; i < l->n_agenda; i++) /* a heap again; i + 1 of them are in it */
		rise(l, i);
}
