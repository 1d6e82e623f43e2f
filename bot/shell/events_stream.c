/*
 * Who listens: a stream each, whose bytes are asked for when the last ones have been sent. First a
 * snapshot, unless she comes again and lacks only what the news still has; then what she may see of
 * the news; a heartbeat; and, when her token ends, a word.
 */
#include "bot/shell/events_inside.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/noun.h"

#include <stdlib.h>
#include <string.h>

struct listener {
	struct listener *next, *prev;
	struct shell *s;
	uint64_t visit;
	struct person who;
	struct viewer viewer;
	struct news_reader at;
	uint64_t looked; /* up to this event of the news nothing more concerns her */
	bool waits;      /* for door_stream_ready */
	bool fresh;      /* is to be given a snapshot */
	bool ends;
	uint64_t beat_ms;
	char *said; /* owned: before anything of the news */
	size_t n_said, sent;
};

static uint64_t due_of(const struct listener *l)
{
	uint64_t unix_ms = clock_unix_ms(), mono = clock_mono_ms();
	uint64_t end_ms = l->who.exp_unix_s * 1000;
	uint64_t left = end_ms > unix_ms ? end_ms - unix_ms : 0;

	return mono + left < l->beat_ms ? mono + left : l->beat_ms;
}

/* Takes over text. */
static void say(struct listener *l, char *text)
{
	free(l->said);
	l->said = text;
	l->n_said = text ? strlen(text) : 0;
	l->sent = 0;
}

static char *printed(const char *fmt, const char *a, unsigned long long b)
{
	char *text;

	return asprintf(&text, fmt, a, b) < 0 ? NULL : text;
}

/* All she may see, and from there on what follows. */
static void say_snapshot(struct listener *l)
{
	struct shell *s = l->s;
	char *view;

	viewer_of(s, &l->who, &l->viewer);
	view = events_view(s, &l->who, &l->viewer);
	l->fresh = false;
	l->at = (struct news_reader){ .next = news_end(s->events->news) };
	l->looked = l->at.next;
	say(l, view ? printed("retry: 3000\nevent: snapshot\ndata: %s\nid: %llu\n\n", view,
			      store_position(s->store))
		    : NULL);
	l->ends |= !view;
	free(view);
}

static ssize_t take_said(struct listener *l, char *buf, size_t max)
{
	size_t n = l->n_said - l->sent;

	n = n < max ? n : max;
	memcpy(buf, l->said + l->sent, n);
	l->sent += n;
	if (l->sent == l->n_said)
		say(l, NULL);
	return (ssize_t)n;
}

/* What there is to say when the news has nothing. */
static void say_beat(struct listener *l, uint64_t now)
{
	if (l->who.exp_unix_s * 1000 <= clock_unix_ms()) {
		say(l, printed("event: end\ndata: {\"reason\":\"%s\"}\n\n", "token_expired", 0));
		l->ends = true;
	} else if (now >= l->beat_ms) {
		say(l, printed("id: %2$llu\n: %1$s\n\n", "still here",
			       store_position(l->s->store)));
	}
}

static ssize_t on_read(void *arg, char *buf, size_t max)
{
	struct listener *l = arg;
	struct news *news = l->s->events->news;
	uint64_t now = clock_mono_ms();
	size_t n = 0;

	l->waits = false;
	if (l->ends && !l->said)
		return STREAM_END;
	if (!l->said && (l->fresh || news_take(news, &l->at, &l->viewer, buf, max, &n) != OK)) {
		/* A snapshot amid half an event would be taken for its rest: she comes again. */
		if (l->at.sent)
			return STREAM_END;
		say_snapshot(l);
	}
	l->looked = l->at.next > l->looked ? l->at.next : l->looked;
	if (!l->said && !n)
		say_beat(l, now);
	if (l->said)
		n = (size_t)take_said(l, buf, max);
	if (n)
		l->beat_ms = now + STREAM_BEAT_MS;
	l->waits = n == 0;
	return (ssize_t)n;
}

static void on_gone(void *arg)
{
	struct listener *l = arg;
	struct events *e = l->s->events;

	if (l->prev)
		l->prev->next = l->next;
	else
		e->first = l->next;
	if (l->next)
		l->next->prev = l->prev;
	e->n_listeners--;
	e->asleep_ms = clock_mono_ms() + LISTENED_MS;
	free(l->said);
	free(l);
}

/* The place behind what she has, if the news still has all that follows. */
static bool comes_again(struct listener *l, const char *last)
{
	struct events *e = l->s->events;
	unsigned long long position;
	char rest;

	return last && sscanf(last, "%llu%c", &position, &rest) == 1 &&
	       position <= store_position(l->s->store) && news_find(e->news, position, &l->at.next);
}

static struct listener *listen_new(struct shell *s, struct visit *v, const struct person *who)
{
	struct listener *l = calloc(1, sizeof(*l));
	struct events *e = s->events;

	if (!l)
		return NULL;
	l->s = s;
	l->visit = visit_id(v);
	l->who = *who;
	l->beat_ms = clock_mono_ms() + STREAM_BEAT_MS;
	events_awake(s);
	viewer_of(s, who, &l->viewer);
	l->fresh = !comes_again(l, visit_header(v, "Last-Event-ID"));
	if (!l->fresh)
		say(l, strdup("retry: 3000\n\n"));
	l->looked = l->at.next;
	l->next = e->first;
	if (l->next)
		l->next->prev = l;
	e->first = l;
	e->n_listeners++;
	if (due_of(l) < e->due_ms)
		e->due_ms = due_of(l);
	return l;
}

void route_events(struct shell *s, struct visit *v, const struct person *who)
{
	struct listener *l = NULL;

	if (s->events->n_listeners < STREAMS_MAX)
		l = listen_new(s, v, who);
	if (!l) {
		gate_refuse(s, visit_id(v), 503, NULL, "too many listen already: ask again");
		return;
	}
	visit_answer_stream(v, &(struct stream){ .content_type = "text/event-stream",
				       .read = on_read,
				       .gone = on_gone,
				       .arg = l });
}

bool events_listens(const struct shell *s, uint16_t agent)
{
	for (const struct listener *l = s->events->first; l; l = l->next)
		if (l->viewer.agent == agent)
			return true;
	return false;
}

/* Those who wait, and whom something concerns that they have not been asked about yet. */
void streams_wake(struct shell *s)
{
	struct events *e = s->events;
	uint64_t end = news_end(e->news);

	for (struct listener *l = e->first; l; l = l->next) {
		if (!l->waits)
			continue;
		if (news_concerns(e->news, l->looked, &l->viewer))
			door_stream_ready(s->door, l->visit);
		l->looked = end;
	}
}

void streams_run(struct shell *s)
{
	struct events *e = s->events;
	uint64_t now = clock_mono_ms();

	if (now < e->due_ms)
		return;
	e->due_ms = UINT64_MAX;
	for (struct listener *l = e->first; l; l = l->next) {
		uint64_t due = due_of(l);

		if (due <= now && l->waits)
			door_stream_ready(s->door, l->visit);
		/* Looked at again when it has been said, or cannot be. */
		due = due <= now ? now + 1000 : due;
		e->due_ms = due < e->due_ms ? due : e->due_ms;
	}
}

void streams_begin_again(struct shell *s)
{
	for (struct listener *l = s->events->first; l; l = l->next) {
		l->fresh = true;
		if (l->waits)
			door_stream_ready(s->door, l->visit);
	}
}

/* The door has closed before, and every stream with it. */
void streams_close(struct shell *s)
{
	if (s->events->first)
		abort();
}
