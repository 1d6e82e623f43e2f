#include "bot/shell/compare_inside.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

struct names {
	struct names *next;
	char text[];
};

const char *name_keep(struct names **names, const char *text)
{
	struct names *n = *names;
	size_t bytes;

	while (n && strcmp(n->text, text) != 0)
		n = n->next;
	if (n)
		return n->text;
	bytes = strlen(text) + 1;
	n = malloc(sizeof(*n) + bytes);
	if (!n)
		abort();
	memcpy(n->text, text, bytes);
	n->next = *names;
	*names = n;
	return n->text;
}

void names_free(struct names *names)
{
	while (names) {
		struct names *n = names;

		names = n->next;
		free(n);
	}
}

static void *more(void *rows, size_t n, size_t row_bytes)
{
	/* Doubled at each power of two. */
	if ((n & (n - 1)) == 0)
		rows = realloc(rows, (n ? 2 * n : 1) * row_bytes);
	if (!rows)
		abort();
	return rows;
}

static void put_agent(
	struct decision *d, uint16_t agent, const struct config *conf, struct names **names)
{
	if (!agent)
		return;
	memcpy(d->agent, conf->agent[agent - 1].user_id, sizeof(d->agent));
	d->agent_name = name_keep(names, conf->agent[agent - 1].name);
}

static void decide(struct side *s, const struct effect *fx, uint64_t at_ms,
	const struct config *conf, struct names **names)
{
	const struct record *r = &fx->record;
	bool over = fx->kind == FX_OUTCOME;
	uint16_t queue = over ? r->queue : fx->queue;
	struct decision d = { .at_ms = at_ms, .kind = (uint8_t)fx->kind, .agent_name = "" };

	d.queue = queue ? name_keep(names, conf->queue[queue - 1].name) : "";
	put_agent(&d, over ? r->agent : fx->agent, conf, names);
	if (over) {
		uint64_t until = r->connected_ms ? r->connected_ms : r->ended_ms;

		d.outcome = r->outcome;
		d.at_ms = r->ended_ms;
		d.waited_ms = r->queued_ms && until > r->queued_ms ? until - r->queued_ms : 0;
	}
	s->decision = more(s->decision, s->n_decisions, sizeof(d));
	s->decision[s->n_decisions++] = d;
}

void side_saw(struct side *s, const struct effect *fx, uint64_t at_ms, const struct config *conf,
	struct names **names)
{
	if (fx->kind == FX_RING || fx->kind == FX_OUTCOME)
		decide(s, fx, at_ms, conf, names);
	if (!fx->attempt || fx->kind == FX_WITHDRAW || fx->kind == FX_DROP_AGENT)
		return;
	s->asked = more(s->asked, s->n_asked, sizeof(*s->asked));
	s->asked[s->n_asked++] = (struct asked){ fx->kind, fx->attempt, at_ms };
}

uint32_t side_ordinal(const struct side *s, uint32_t kind, uint32_t attempt)
{
	uint32_t n = 0;

	for (size_t i = 0; i < s->n_asked; i++) {
		n += s->asked[i].kind == kind;
		if (s->asked[i].kind == kind && s->asked[i].attempt == attempt)
			return n;
	}
	return 0;
}

const struct asked *side_asked(const struct side *s, uint32_t kind, uint32_t ordinal)
{
	for (size_t i = 0; i < s->n_asked; i++)
		if (s->asked[i].kind == kind && ordinal-- == 1)
			return &s->asked[i];
	return NULL;
}

void story_fini(struct story *s)
{
	free(s->was.decision);
	free(s->was.asked);
	free(s->is.decision);
	free(s->is.asked);
	free(s->parked);
}

/* ---- telling */

enum { DIFFER_NOT, DIFFER_AGENT, DIFFER_QUEUE, DIFFER_TIME, DIFFER_OUTCOME, DIFFER_MORE, DIFFERS };

static unsigned differ(const struct decision *a, const struct decision *b)
{
	if (!a || !b || a->kind != b->kind)
		return DIFFER_MORE;
	if (strcmp(a->queue, b->queue) != 0)
		return DIFFER_QUEUE;
	if (strcmp(a->agent, b->agent) != 0)
		return DIFFER_AGENT;
	if (a->outcome != b->outcome)
		return DIFFER_OUTCOME;
	return a->at_ms != b->at_ms ? DIFFER_TIME : DIFFER_NOT;
}

static const struct decision *decision_at(const struct side *s, size_t i)
{
	return i < s->n_decisions ? &s->decision[i] : NULL;
}

static void put_time(uint64_t ms)
{
	time_t s = (time_t)(ms / 1000);
	struct tm tm;
	char text[32];

	gmtime_r(&s, &tm);
	strftime(text, sizeof(text), "%H:%M:%S", &tm);
	printf("%s.%03u", text, (unsigned)(ms % 1000));
}

static void put_decision(const char *whose, const struct decision *d)
{
	printf("    %s ", whose);
	if (!d) {
		printf("nothing more\n");
		return;
	}
	put_time(d->at_ms);
	if (d->kind == FX_RING) {
		printf(" offered to %s, queue %s\n", *d->agent ? d->agent_name : "?", d->queue);
		return;
	}
	printf(" over: %s", outcome_name((enum outcome)d->outcome));
	if (*d->agent)
		printf(" by %s", d->agent_name);
	if (*d->queue)
		printf(", queue %s, waited %.1f s", d->queue, (double)d->waited_ms / 1000);
	putchar('\n');
}

/* The outcome, if there is one. */
static const struct decision *end_of(const struct side *s)
{
	const struct decision *last = s->n_decisions ? &s->decision[s->n_decisions - 1] : NULL;

	return last && last->kind == FX_OUTCOME ? last : NULL;
}

static unsigned tell(uint32_t contact, const struct story *s)
{
	size_t n = s->was.n_decisions > s->is.n_decisions ? s->was.n_decisions : s->is.n_decisions;

	for (size_t i = 0; i < n; i++) {
		const struct decision *a = decision_at(&s->was, i), *b = decision_at(&s->is, i);
		unsigned how = differ(a, b);

		if (!how)
			continue;
		printf("contact %u\n", contact);
		put_decision("was", a);
		put_decision("is ", b);
		if (a == end_of(&s->was) && b == end_of(&s->is))
			return how;
		printf("  and at last, which is hypothetical\n");
		put_decision("was", end_of(&s->was));
		put_decision("is ", end_of(&s->is));
		return how;
	}
	return DIFFER_NOT;
}

static void count_end(const struct side *s, uint64_t outcome[OUTCOMES])
{
	const struct decision *end = end_of(s);

	outcome[end ? end->outcome : OUTCOME_NONE]++;
}

void stories_print(const struct story *story, uint32_t n, uint64_t dropped)
{
	static const char *const by[DIFFERS] = { "the same", "another agent", "another queue",
		"another moment", "another outcome", "a decision more or less" };
	uint64_t how[DIFFERS] = { 0 }, was[OUTCOMES] = { 0 }, is[OUTCOMES] = { 0 };
	uint64_t seen = 0;

	for (uint32_t i = 1; i <= n; i++) {
		if (!story[i].seen)
			continue;
		seen++;
		how[tell(i, &story[i])]++;
		count_end(&story[i].was, was);
		count_end(&story[i].is, is);
	}
	printf("%" PRIu64 " contacts, %" PRIu64 " decided alike throughout\n", seen,
		how[DIFFER_NOT]);
	for (unsigned i = DIFFER_NOT + 1; i < DIFFERS; i++)
		if (how[i])
			printf("  first difference: %-24s %" PRIu64 "\n", by[i], how[i]);
	for (unsigned o = 0; o < OUTCOMES; o++)
		if (was[o] || is[o])
			printf("  %-32s was %" PRIu64 ", is %" PRIu64 "\n",
				outcome_name((enum outcome)o), was[o], is[o]);
	if (dropped)
		printf("%" PRIu64 " events found nothing that they answer\n", dropped);
}
