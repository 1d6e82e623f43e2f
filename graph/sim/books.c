/* The books: what happened to everybody, kept apart from what the bot believes. */
#include "graph/sim/annex.h"
#include "graph/sim/inside.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

int64_t book_now(const struct sim *s)
{
	return (int64_t)(s->now_ms - s->start_ms);
}

/* The oldest entry gives way; one that a call still writes to is passed over by its key. */
struct book *book_open(struct sim *s, struct sim_call *c, const char *name)
{
	struct book *b;

	do
		b = &s->book[s->n_books++ % BOOKS_MAX];
	while (b->call && call_of(s, b->call));
	free(b->ear);
	free(b->agent_ear);
	*b = (struct book){ .call = c->key,
		.offered_ms = -1,
		.answered_ms = -1,
		.active_ms = -1,
		.connected_ms = -1,
		.ended_ms = -1,
		.gone_ms = -1 };
	memcpy(b->id, c->id_text, GUID_TEXT);
	memcpy(b->chain, c->chain, GUID_TEXT);
	snprintf(b->name, sizeof(b->name), "%s", name);
	memcpy(b->app_id, app_of(s, c)->app_id, GUID_TEXT);
	memcpy(b->tenant, c->tenant, GUID_TEXT);
	return b;
}

bool book_has_name(const struct sim *s, const char *name)
{
	size_t n = s->n_books < BOOKS_MAX ? (size_t)s->n_books : BOOKS_MAX;

	for (size_t i = 0; i < n; i++)
		if (s->book[i].call && strcmp(s->book[i].name, name) == 0)
			return true;
	for (size_t i = 0; i < s->scn->n_agents; i++)
		if (strcmp(s->scn->agent[i].name, name) == 0)
			return true;
	return false;
}

void book_refuse(struct sim *s, const struct sim_request *q, const struct reply *reply)
{
	struct refusal *r = &s->refusal[s->count.refused++ % REFUSALS_MAX];

	*r = (struct refusal){ .at_ms = (uint64_t)book_now(s), .status = reply->status };
	snprintf(r->method, sizeof(r->method), "%s", q->method);
	snprintf(r->path, sizeof(r->path), "%s", q->path);
	memcpy(r->code, reply->code, sizeof(r->code));
	memcpy(r->message, reply->message, sizeof(r->message));
}

void book_surprise(struct sim *s, const struct sim_call *c, const char *fmt, ...)
{
	char *at = s->surprise[s->n_surprises++ % SURPRISES_MAX];
	va_list ap;
	int n = snprintf(at, sizeof(s->surprise[0]), "%s %s: ", c->id_text, c->book->name);

	va_start(ap, fmt);
	if (n > 0 && (size_t)n < sizeof(s->surprise[0]))
		vsnprintf(at + n, sizeof(s->surprise[0]) - (size_t)n, fmt, ap);
	va_end(ap);
}

void book_ear(struct sim *s, struct sim_call *c, uint32_t person, const char *path)
{
	char **at = person == caller_of(c) ? &c->book->ear : &c->book->agent_ear;

	(void)s;
	free(*at);
	*at = strdup(path);
}

void books_fini(struct sim *s)
{
	for (size_t i = 0; s->book && i < BOOKS_MAX; i++) {
		free(s->book[i].ear);
		free(s->book[i].agent_ear);
	}
}

static json_t *when(int64_t ms)
{
	return ms < 0 ? json_null() : json_integer(ms);
}

static const char *const by_name[] = { NULL, "caller", "agent", "bot", "transfer", "platform",
	"redirect" };
static const char *const joining_name[] = { NULL, "asked", "accepted", "rejected", "new-bot" };

static json_t *plain_json(const struct book *b)
{
	return json_pack("{ss, ss, ss, ss, ss, ss*, ss, so, so, so, so, so, so, so, so, ss*, si, "
			 "si, si, ss*, ss*}",
		"id", b->id, "chain", b->chain, "direction", b->outgoing ? "outgoing" : "incoming",
		"caller", b->name, "to", b->to, "agent", b->agent[0] ? b->agent : NULL, "media",
		b->relay ? "relay" : "service", "offered_ms", when(b->offered_ms), "answered_ms",
		when(b->answered_ms), "active_ms", when(b->active_ms), "connected_ms",
		when(b->connected_ms), "ended_ms", when(b->ended_ms), "caller_gone_ms",
		when(b->gone_ms), "end_code", b->ended_ms < 0 ? json_null() : json_integer(b->code),
		"end_subcode", b->ended_ms < 0 ? json_null() : json_integer(b->subcode), "ended_by",
		by_name[b->by], "prompts", (int)b->prompts, "tones", (int)b->tones, "rings",
		(int)b->rings, "wav", b->ear, "agent_wav", b->agent_ear);
}

/* What only some calls have; who hears whom is known while the call lasts. */
static json_t *book_json(const struct sim *s, const struct book *b)
{
	json_t *all = plain_json(b), *more;
	struct sim_call *c = call_of((struct sim *)(uintptr_t)s, b->call);

	more = json_pack("{ss, ss, si, ss*, ss*, ss*}", "app_id", b->app_id, "tenant", b->tenant,
		"recordings", (int)b->recordings, "dtmf", b->dtmf[0] ? b->dtmf : NULL, "joining",
		joining_name[b->joining], "recording_status",
		b->recording_status[0] ? b->recording_status : NULL);
	json_object_update(all, more);
	json_decref(more);
	if (c && c->book == b)
		json_object_set_new(all, "hears", mix_json((struct sim *)(uintptr_t)s, c));
	return all;
}

static json_t *calls_json(const struct sim *s)
{
	uint64_t first = s->n_books > BOOKS_MAX ? s->n_books - BOOKS_MAX : 0;
	json_t *all = json_array();

	for (uint64_t i = first; i < s->n_books; i++)
		if (s->book[i % BOOKS_MAX].call)
			json_array_append_new(all, book_json(s, &s->book[i % BOOKS_MAX]));
	return all;
}

static json_t *refusals_json(const struct sim *s)
{
	uint64_t first = s->count.refused > REFUSALS_MAX ? s->count.refused - REFUSALS_MAX : 0;
	json_t *all = json_array();

	for (uint64_t i = first; i < s->count.refused; i++) {
		const struct refusal *r = &s->refusal[i % REFUSALS_MAX];

		json_array_append_new(
			all, json_pack("{sI, ss, ss, si, ss, ss}", "at_ms", (json_int_t)r->at_ms,
				     "verb", r->method, "path", r->path, "status", r->status,
				     "code", r->code, "message", r->message, ""));
	}
	return all;
}

static json_t *agents_json(const struct sim *s)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->scn->n_agents; i++) {
		const struct agent *a = &s->scn->agent[i];
		const struct agent_state *st = &s->agent[i + 1];

		json_array_append_new(
			all, json_pack("{ss, ss, si, si, sb}", "name", a->name, "user", a->user,
				     "rings", (int)st->rings, "talks", (int)st->talks,
				     "on_the_phone", st->call != 0));
	}
	return all;
}

static json_t *surprises_json(const struct sim *s)
{
	uint64_t first = s->n_surprises > SURPRISES_MAX ? s->n_surprises - SURPRISES_MAX : 0;
	json_t *all = json_array();

	for (uint64_t i = first; i < s->n_surprises; i++)
		json_array_append_new(all, json_string(s->surprise[i % SURPRISES_MAX]));
	return all;
}

#define N(x) (json_int_t)(x)

json_t *sim_books(struct sim *s)
{
	const struct counts *c = &s->count;
	unsigned held = 0;
	json_t *books;

	for (uint32_t i = 0; i < s->slots_used; i++)
		held += s->call[i].key && s->call[i].state != CALL_ENDED;
	books = json_pack("{sb, sb, si, sI, sI, so, so, so, so, s{sI, sI, sI, sI, sI, sI, sI, sI}, "
			  "s{sI, sI, sI, sI, sI, sI, sI}, sI, sI, so}",
		"started", s->started, "idle", sim_idle(s), "calls_held", (int)held, "calls_total",
		N(s->n_books), "not_offered", N(c->not_offered), "calls", calls_json(s), "agents",
		agents_json(s), "refused", refusals_json(s), "surprises", surprises_json(s),
		"notifications", "sent", N(c->notes), "ok", N(c->acked), "other", N(c->other),
		"unanswered", N(c->unanswered), "lost", N(c->lost), "twice", N(c->twice),
		"reordered", N(c->reordered), "given_up", N(c->given_up), "faults", "http_429",
		N(c->throttled), "http_5xx", N(c->errors), "hung", N(c->hung), "reset", N(c->reset),
		"region_redirects", N(c->regions), "key_rollovers", N(c->rolls), "over_limits",
		N(c->limited), "requests", N(c->requests), "refused_total", N(c->refused),
		"evil_tokens", evil_json(s));
	annex_books(s, books);
	return books;
}
