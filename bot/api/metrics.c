/* The text format of Prometheus, version 0.0.4. */
#include "bot/api/metrics.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

void metrics_head(FILE *out, const char *name, const char *kind, const char *help)
{
	fprintf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, kind);
}

/* A label's value: backslash, quote and line feed are escaped. */
static void put_label(FILE *out, const char *text)
{
	for (; *text; text++) {
		if (*text == '\\' || *text == '"')
			fputc('\\', out);
		if (*text == '\n')
			fputs("\\n", out);
		else
			fputc(*text, out);
	}
}

static void put_ledger(FILE *out, const struct ledger *l)
{
	metrics_head(out, "foyer_contacts_offered_total", "counter", "Contacts that rang at us.");
	fprintf(out, "foyer_contacts_offered_total %" PRIu64 "\n", l->offered);
	metrics_head(out, "foyer_contacts_total", "counter",
		"Contacts that are over; with those in progress they are those offered.");
	for (unsigned o = OUTCOME_NONE + 1; o < OUTCOMES; o++)
		fprintf(out, "foyer_contacts_total{outcome=\"%s\"} %" PRIu64 "\n", outcome_name(o),
			l->outcome[o]);
	metrics_head(out, "foyer_contacts_in_progress", "gauge", "Contacts that are not over.");
	fprintf(out, "foyer_contacts_in_progress %" PRIu64 "\n", l->in_progress);
}

static void put_queue(FILE *out, const struct queue_metrics *q, const char *name, const char *more,
	uint64_t value)
{
	fprintf(out, "%s{queue=\"", name);
	put_label(out, q->name);
	fprintf(out, "\"%s} %" PRIu64 "\n", more, value);
}

static void put_outcomes(FILE *out, const struct queue_metrics *q)
{
	char more[64];

	for (unsigned o = OUTCOME_NONE + 1; o < OUTCOMES; o++) {
		if (!q->outcome[o])
			continue; /* most of a thousand queues' */
		snprintf(more, sizeof(more), ",outcome=\"%s\"", outcome_name(o));
		put_queue(out, q, "foyer_queue_contacts_total", more, q->outcome[o]);
	}
}

static void put_queues(FILE *out, const struct metrics *m)
{
	static const struct {
		const char *name, *kind, *help;
		size_t offset;
	} rows[] = {
		{ "foyer_queue_waiting", "gauge",
			"Callers in line, those whom agents ring for too.",
			offsetof(struct queue_metrics, waiting) },
		{ "foyer_queue_oldest_wait_milliseconds", "gauge",
			"Since the first in line came in.",
			offsetof(struct queue_metrics, oldest_wait_ms) },
		{ "foyer_queue_in_progress", "gauge", "Contacts not over whose last queue it is.",
			offsetof(struct queue_metrics, in_progress) },
		{ "foyer_queue_entered_total", "counter",
			"Contacts in progress or over whose last queue it is, since the start.",
			offsetof(struct queue_metrics, entered) },
		{ "foyer_queue_offers_total", "counter", "Rings at agents, since the start.",
			offsetof(struct queue_metrics, offers) },
	};

	for (size_t r = 0; r < sizeof(rows) / sizeof(rows[0]); r++) {
		metrics_head(out, rows[r].name, rows[r].kind, rows[r].help);
		for (uint32_t i = 0; i < m->n_queues; i++)
			put_queue(out, &m->queue[i], rows[r].name, "",
				*(const uint64_t *)((const char *)&m->queue[i] + rows[r].offset));
	}
	metrics_head(out, "foyer_queue_contacts_total", "counter",
		"Contacts that are over, by their last queue, since the start.");
	for (uint32_t i = 0; i < m->n_queues; i++)
		put_outcomes(out, &m->queue[i]);
}

static void put_decisions(FILE *out, const struct metrics *m)
{
	metrics_head(
		out, "foyer_events_total", "counter", "Events the centre took, since the start.");
	for (unsigned k = EV_NONE + 1; k < EVENT_KINDS; k++)
		fprintf(out, "foyer_events_total{kind=\"%s\"} %" PRIu64 "\n", event_name(k),
			m->event[k]);
	metrics_head(out, "foyer_decisions_total", "counter",
		"What the centre wanted done, since the start.");
	for (unsigned k = FX_NONE + 1; k < EFFECT_KINDS; k++)
		fprintf(out, "foyer_decisions_total{kind=\"%s\"} %" PRIu64 "\n", effect_name(k),
			m->effect[k]);
}

static void put_agents(FILE *out, const struct metrics *m)
{
	metrics_head(out, "foyer_agents", "gauge", "Agents by what they do.");
	for (unsigned p = 0; p < AGENT_PHASES; p++)
		fprintf(out, "foyer_agents{state=\"%s\"} %" PRIu64 "\n", api_agent_phase(p),
			m->agents[p]);
}

char *api_metrics(const struct metrics *m)
{
	char *text = NULL;
	size_t n;
	FILE *out = open_memstream(&text, &n);

	if (!out)
		return NULL;
	put_ledger(out, &m->ledger);
	put_queues(out, m);
	put_agents(out, m);
	put_decisions(out, m);
	metrics_legs(out, &m->legs);
	if (ferror(out) | fclose(out)) {
		free(text);
		return NULL;
	}
	return text;
}
