#include "bot/shell/watch.h"

#include "bot/base/text.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

enum { WHO_MAX = 1024, DRAW_MS = 500, ROWS_MAX = 30 };

/* Names of the contacts in progress, forgotten with them. */
struct who {
	uint32_t contact;
	bool gone; /* the caller's end was told */
	char name[48];
};

struct watch {
	const struct config *conf;
	enum watch_form form;
	FILE *out;
	uint64_t start_ms, drawn_ms;
	struct who who[WHO_MAX];
};

struct watch *watch_new(const struct config *conf, enum watch_form form, FILE *out)
{
	struct watch *w = calloc(1, sizeof(*w));

	if (!w)
		abort();
	w->conf = conf;
	w->form = form;
	w->out = out;
	return w;
}

void watch_reload(struct watch *w, const struct config *conf)
{
	if (w)
		w->conf = conf;
}

void watch_free(struct watch *w)
{
	free(w);
}

void watch_person(struct watch *w, uint32_t contact, const char *name)
{
	struct who *at = &w->who[contact % WHO_MAX];

	at->contact = contact;
	at->gone = false;
	snprintf(at->name, sizeof(at->name), "%s", name);
}

static const char *name_of(const struct watch *w, uint32_t contact, char out[64])
{
	const struct who *at = &w->who[contact % WHO_MAX];

	if (at->contact == contact && at->name[0])
		snprintf(out, 64, "%u %s", contact, at->name);
	else
		snprintf(out, 64, "%u", contact);
	return out;
}

static void tell(struct watch *w, uint64_t at_ms, uint32_t contact, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static void tell(struct watch *w, uint64_t at_ms, uint32_t contact, const char *fmt, ...)
{
	char who[64];
	va_list args;

	if (!w->start_ms)
		w->start_ms = at_ms;
	fprintf(w->out, "%7.1f s  call %-22s ", (double)(at_ms - w->start_ms) / 1000.0,
		name_of(w, contact, who));
	va_start(args, fmt);
	vfprintf(w->out, fmt, args);
	va_end(args);
	fputc('\n', w->out);
	fflush(w->out);
}

/* A group call tells twice: that the caller left, and that the call is over. */
static void tell_end(struct watch *w, const struct event *ev)
{
	struct who *at = &w->who[ev->contact % WHO_MAX];

	if (at->contact == ev->contact && at->gone)
		return;
	at->gone = at->contact == ev->contact;
	if (ev->value == END_HUNG_UP || ev->value == END_LEFT)
		tell(w, ev->at_ms, ev->contact, "hangs up");
}

static void tell_handed_over(struct watch *w, const struct event *ev)
{
	tell(w, ev->at_ms, ev->contact, "is transferred: the bot leaves the call");
	w->who[ev->contact % WHO_MAX].gone = true;
}

void watch_event(struct watch *w, const struct event *ev)
{
	static const char *const rings[] = { "", "does not answer", "is busy", "declines",
		"is not there", "cannot be rung" };

	if (w->form != WATCH_STORY)
		return;
	if (ev->kind == EV_CALL_INCOMING)
		tell(w, ev->at_ms, ev->contact, "rings");
	else if (ev->kind == EV_CALL_ACTIVE)
		tell(w, ev->at_ms, ev->contact, "is answered");
	else if (ev->kind == EV_DIGIT)
		tell(w, ev->at_ms, ev->contact, "presses %c", ev->value);
	else if (ev->kind == EV_AGENT_FAILED && ev->value < (int32_t)ARRAY_LEN(rings))
		tell(w, ev->at_ms, ev->contact, "the agent %s", rings[ev->value]);
	else if (ev->kind == EV_HANDED_OVER)
		tell_handed_over(w, ev);
	else if (ev->kind == EV_AGENT_LEFT)
		tell(w, ev->at_ms, ev->contact, "the agent hangs up");
	else if (ev->kind == EV_CALL_ENDED)
		tell_end(w, ev);
}

static void tell_outcome(struct watch *w, const struct event *cause, const struct effect *fx)
{
	const struct record *r = &fx->record;
	uint64_t until = r->connected_ms ? r->connected_ms : r->ended_ms;
	double waited = r->queued_ms && until > r->queued_ms
				? (double)(until - r->queued_ms) / 1000.0
				: 0;

	tell(w, cause->at_ms, fx->contact, "is over: %s, waited %.1f s", outcome_name(r->outcome),
		waited);
}

void watch_effect(struct watch *w, const struct event *cause, const struct effect *fx)
{
	if (w->form != WATCH_STORY)
		return;
	if (fx->kind == FX_PLAY)
		tell(w, cause->at_ms, fx->contact, "hears \"%s\"",
			w->conf->prompt[fx->prompt - 1].name);
	else if (fx->kind == FX_HOLD && fx->prompt)
		tell(w, cause->at_ms, fx->contact, "waits for %s, number %d in line",
			w->conf->queue[fx->queue - 1].name, fx->value);
	else if (fx->kind == FX_ASK || fx->kind == FX_RING)
		tell(w, cause->at_ms, fx->contact,
			cause->kind == EV_AGENT_ACCEPTED ? "rings at %s" : "is offered to %s",
			w->conf->agent[fx->agent - 1].name);
	else if (fx->kind == FX_WITHDRAW)
		tell(w, cause->at_ms, fx->contact, "no longer rings there, and keeps the place");
	else if (fx->kind == FX_CONNECT)
		tell(w, cause->at_ms, fx->contact, "talks with %s",
			w->conf->agent[fx->agent - 1].name);
	else if (fx->kind == FX_OUTCOME)
		tell_outcome(w, cause, fx);
}

static void draw_contact(struct watch *w, const struct contact_view *v, uint64_t now_ms)
{
	static const char *const phases[] = { "arriving", "greeting and menu", "waiting", "waiting",
		"talking", "closing", "call-back" };
	const struct record *r = &v->record;
	char who[64], what[80];
	struct text t = TEXT(what);

	text_add(&t, "%s", phases[v->phase]);
	if (v->phase == PHASE_WAITING || v->phase == PHASE_RINGING)
		text_add(&t, " for %s, number %u%s",
			r->queue ? w->conf->queue[r->queue - 1].name : "?", v->position,
			v->phase == PHASE_RINGING ? ", rings" : "");
	if (v->phase == PHASE_TALKING && r->agent)
		text_add(&t, " with %s", w->conf->agent[r->agent - 1].name);
	fprintf(w->out, "  %-26s %-40s %5.0f s\033[K\n", name_of(w, v->contact, who), what,
		(double)(now_ms > v->since_ms ? now_ms - v->since_ms : 0) / 1000.0);
}

static void draw_agents(struct watch *w, const struct centre *c)
{
	static const char *const phases[] = { "signed out", "free", "rings", "talks", "wraps up",
		"rests" };
	uint32_t shown = w->conf->plan.n_agents < ROWS_MAX ? w->conf->plan.n_agents : ROWS_MAX;

	fprintf(w->out, "\033[K\n  agents\033[K\n");
	for (uint32_t i = 0; i < shown; i++) {
		struct agent_view v;

		centre_agent(c, i, &v);
		fprintf(w->out, "  %-26s %-12s %u handled\033[K\n", w->conf->agent[i].name,
			phases[v.phase], v.n_handled);
	}
}

static void draw(struct watch *w, const struct centre *c, uint64_t now_ms)
{
	struct contact_view v;
	struct ledger ledger;
	unsigned rows = 0;
	uint64_t ended;

	centre_ledger(c, &ledger);
	ended = ledger.offered - ledger.in_progress;
	fprintf(w->out,
		"\033[H  Foyer   offered %llu   in progress %llu   handled %llu   ended %llu   "
		"(Ctrl-C ends)\033[K\n\033[K\n"
		"  calls\033[K\n",
		(unsigned long long)ledger.offered, (unsigned long long)ledger.in_progress,
		(unsigned long long)ledger.outcome[OUTCOME_HANDLED], (unsigned long long)ended);
	v.contact = 0;
	while (rows < ROWS_MAX && centre_contact_after(c, v.contact, &v)) {
		draw_contact(w, &v, now_ms);
		rows++;
	}
	draw_agents(w, c);
	fprintf(w->out, "\033[J");
	fflush(w->out);
}

uint64_t watch_draw(struct watch *w, const struct centre *c, uint64_t now_ms)
{
	if (w->form != WATCH_LIVE)
		return UINT64_MAX;
	if (now_ms >= w->drawn_ms + DRAW_MS) {
		draw(w, c, now_ms);
		w->drawn_ms = now_ms;
	}
	return w->drawn_ms + DRAW_MS;
}
