/* The auditor on ends: hanging up, and the one outcome with its record. */
#include "tests/sim/audit.h"

#include <string.h>

enum { HANG_UPS = 3, HANG_UP_MS = 10000 };

void end_hang_up(struct life *l, struct account *k, const struct effect *fx)
{
	if (k->phase == PHASE_ARRIVING) {
		if (l->now_ms < k->record.offered_ms + l->cfg->plan.active_ms_max &&
			!book_nobody_answers(l, k))
			life_fail(l, "contact %u is given up too soon", fx->contact);
		book_close(l, k, BIT(OUTCOME_FAILED));
	}
	if (book_waits(k)) {
		if (book_nobody_answers(l, k))
			wait_keep(l, k);
		wait_leave(l, k, fx->contact);
	}
	wait_look(l, k);
	if (k->phase == PHASE_FLOW)
		book_close(l, k, flow_possible(l, k));
	if (k->phase != PHASE_CLOSING)
		life_fail(l, "contact %u is let go for no reason", fx->contact);
	if (++k->n_hang_ups > HANG_UPS * (k->n_starts + 1))
		life_fail(l, "contact %u is hung up again and again", fx->contact);
	k->hang_up = fx->attempt;
	k->hang_up_due_ms = l->now_ms + HANG_UP_MS;
	if (!k->record.ended_ms)
		k->record.ended_ms = l->now_ms;
}

static bool has_a_way(enum exit how)
{
	return how == EXIT_NONE || how == EXIT_KEY;
}

/* A queue that let her go had a reason, and where she met nobody afterwards, it is the outcome. */
static void exits(struct life *l, const struct account *k, const struct record *got)
{
	static const enum outcome outcome[] = { [EXIT_TIMEOUT] = OUTCOME_TIMEOUT,
		[EXIT_OVERFLOW] = OUTCOME_OVERFLOW,
		[EXIT_NO_AGENTS] = OUTCOME_NO_AGENTS,
		[EXIT_CLOSED] = OUTCOME_CLOSED };
	bool justified = true;

	if (got->exit == EXIT_OVERFLOW)
		justified = (k->full & BIT(got->queue)) != 0;
	if (got->exit == EXIT_CLOSED)
		justified = (k->shut & BIT(got->queue)) != 0;
	if (got->exit == EXIT_NO_AGENTS)
		justified = (k->unserved & BIT(got->queue)) || (k->reasons & BIT(EXIT_NO_AGENTS));
	if (got->exit == EXIT_TIMEOUT || got->exit == EXIT_KEY)
		justified = (k->reasons & BIT(got->exit)) != 0;
	if (!justified)
		life_fail(l, "queue %u let somebody go by %u for no reason", got->queue, got->exit);
	for (enum exit e = EXIT_TIMEOUT; e < EXIT_KEY; e++)
		if (got->outcome == outcome[e] && got->exit != e)
			life_fail(l, "outcome %u, and the exit was %u", got->outcome, got->exit);
	if (!has_a_way((enum exit)got->exit) &&
		(got->outcome == OUTCOME_SELF_SERVED || got->outcome == OUTCOME_ABANDONED_IVR))
		life_fail(l, "outcome %u after exit %u", got->outcome, got->exit);
}

/* The path's end is the queue and the exit that the record has itself. */
void end_walked(struct life *l, const struct record *got)
{
	unsigned last = (got->n_queues - 1u) % RECORD_PATH;

	for (unsigned i = got->n_queues; i < RECORD_PATH; i++)
		if (got->path[i] || got->path_exit[i])
			life_fail(l, "queue %u is in the path of %u", got->path[i], got->n_queues);
	if (got->n_queues && (got->path[last] != got->queue || got->path_exit[last] != got->exit))
		life_fail(l, "the path ends with queue %u by exit %u, the record with %u by %u",
			got->path[last], got->path_exit[last], got->queue, got->exit);
}

/* What the flow may have set is only within its bounds; all else is as in the books. */
static void compare(struct life *l, const struct account *k, const struct effect *fx)
{
	struct record want = k->record, got = fx->record;

	if (!want.ended_ms)
		want.ended_ms = l->now_ms;
	want.outcome = got.outcome;
	want.exit = got.exit;
	if (got.priority < 1 || got.priority > PLAN_PRIORITIES || got.language > 3)
		life_fail(l, "contact %u: priority or language is out of range", fx->contact);
	want.priority = got.priority;
	want.language = got.language;
	memcpy(want.survey, got.survey, sizeof(want.survey));
	want.n_queues = got.n_queues;
	memcpy(want.path, got.path, sizeof(want.path));
	memcpy(want.path_exit, got.path_exit, sizeof(want.path_exit));
	want.promised_s = got.promised_s;
	want.promised_ms = got.promised_ms;
	if (got.exit || !want.queued_ms)
		want.queue = got.queue; /* the last one tried */
	if (memcmp(&want, &got, sizeof(want)) != 0) {
		struct effect by_the_books = { .kind = FX_OUTCOME, .contact = fx->contact };
		char room[400];
		struct text t = TEXT(room);

		by_the_books.record = want;
		effect_print(&by_the_books, &t);
		life_fail(l, "the record tells another story; by the books: %s", room);
	}
}

static bool call_is_gone(const struct event *ev, uint32_t contact)
{
	if (ev->contact != contact)
		return false;
	return (ev->kind == EV_CALL_ENDED && ev->value != END_LEFT) ||
	       (ev->kind == EV_EFFECT_FAILED && ev->value == EFFECT_GONE);
}

void end_outcome(struct life *l, struct account *k, const struct effect *fx)
{
	uint32_t got = fx->record.outcome;

	if (k->phase != PHASE_CLOSING)
		life_fail(l, "contact %u ends out of the blue", fx->contact);
	if (k->awaited_ms && l->now_ms < k->awaited_ms && !call_is_gone(l->audit->ev, fx->contact))
		life_fail(l, "contact %u ends before its recording is told", fx->contact);
	if (!k->awaited_ms && !call_is_gone(l->audit->ev, fx->contact) &&
		k->n_hang_ups < HANG_UPS && !(k->possible & BIT(OUTCOME_REJECTED)))
		life_fail(l, "contact %u is written off while its call may live", fx->contact);
	if (got >= OUTCOMES || !(k->possible & BIT(got)))
		life_fail(l, "contact %u cannot be %s", fx->contact,
			got < OUTCOMES ? outcome_name((enum outcome)got) : "that");
	exits(l, k, &fx->record);
	end_walked(l, &fx->record);
	compare(l, k, fx);
	k->record = fx->record;
	k->ended = true;
	l->audit->in_progress--;
	l->audit->outcome[got]++;
}
