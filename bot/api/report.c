/* Reports: the columns that each kind has, as JSON and as CSV. */
#include "bot/api/told.h"

#include "bot/base/clean.h"

#include "graph/wire/datetime.h"

#include <inttypes.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum unit { NUMBER, MS, RATIO };
struct column {
	const char *name;
	enum unit unit;
	int64_t (*of)(const struct cell *c); /* -1: no value */
};

#define OF(name, expression)                           \
	static int64_t of_##name(const struct cell *c) \
	{                                              \
		return (int64_t)(expression);          \
	}
OF(offered, c->offered)
OF(handled, c->handled)
OF(within, c->within)
OF(abandoned, c->abandoned)
OF(abandoned_short, c->abandoned_short)
OF(otherwise, c->otherwise)
OF(timeout, c->end[VISIT_TIMEOUT])
OF(overflow, c->end[VISIT_OVERFLOW])
OF(no_agents, c->end[VISIT_NO_AGENTS])
OF(closed, c->end[VISIT_CLOSED])
OF(service_level, count_service_level(c))
OF(abandon_rate, count_per_mille(c->abandoned, c->handled + c->abandoned))
OF(asa, count_mean(c->wait_ms, c->handled))
OF(aht, count_mean(c->talk_ms + c->wrap_up_ms, c->talks))
OF(occupancy, count_occupancy(c))
OF(longest, c->longest_ms)
OF(transfers, c->transfers)
OF(call_backs, c->call_backs)
OF(call_backs_answered, c->call_backs_answered)
OF(talks, c->talks)
OF(talk, c->talk_ms)
OF(wrap_up, c->wrap_up_ms)
OF(available, c->duty_ms[DUTY_AVAILABLE])
OF(paused, c->duty_ms[DUTY_PAUSED])
OF(ringing, c->duty_ms[DUTY_RINGING])
OF(back_off, c->duty_ms[DUTY_BACK_OFF])
OF(contacts, c->contacts)
OF(self_served, c->self_served)
OF(left_in_flow, c->left_in_flow)
OF(to_queue, c->to_queue)
OF(mean_wait, count_mean(c->wait_ms, c->contacts))
#undef OF

static const struct column by_queue[] = { { "offered", NUMBER, of_offered },
	{ "handled", NUMBER, of_handled }, { "handled_within_service_level", NUMBER, of_within },
	{ "abandoned", NUMBER, of_abandoned }, { "abandoned_short", NUMBER, of_abandoned_short },
	{ "otherwise", NUMBER, of_otherwise }, { "timeout", NUMBER, of_timeout },
	{ "overflow", NUMBER, of_overflow }, { "no_agents", NUMBER, of_no_agents },
	{ "closed", NUMBER, of_closed }, { "service_level", RATIO, of_service_level },
	{ "abandon_rate", RATIO, of_abandon_rate }, { "asa_ms", MS, of_asa },
	{ "aht_ms", MS, of_aht }, { "occupancy", RATIO, of_occupancy },
	{ "longest_wait_ms", MS, of_longest }, { "transfers", NUMBER, of_transfers },
	{ "call_backs", NUMBER, of_call_backs },
	{ "call_backs_answered", NUMBER, of_call_backs_answered }, { NULL, NUMBER, NULL } };
static const struct column by_agent[] = { { "conversations", NUMBER, of_talks },
	{ "talk_ms", MS, of_talk }, { "wrap_up_ms", MS, of_wrap_up }, { "aht_ms", MS, of_aht },
	{ "transfers", NUMBER, of_transfers }, { "available_ms", MS, of_available },
	{ "paused_ms", MS, of_paused }, { "ringing_ms", MS, of_ringing },
	{ "back_off_ms", MS, of_back_off }, { "occupancy", RATIO, of_occupancy },
	{ NULL, NUMBER, NULL } };
static const struct column by_flow[] = { { "contacts", NUMBER, of_contacts },
	{ "self_served", NUMBER, of_self_served }, { "left_in_flow", NUMBER, of_left_in_flow },
	{ "to_queue", NUMBER, of_to_queue }, { "handled", NUMBER, of_handled },
	{ "abandoned", NUMBER, of_abandoned }, { "abandoned_short", NUMBER, of_abandoned_short },
	{ NULL, NUMBER, NULL } };
static const struct column by_journey[] = { { "contacts", NUMBER, of_contacts },
	{ "handled", NUMBER, of_handled }, { "abandoned", NUMBER, of_abandoned },
	{ "abandoned_short", NUMBER, of_abandoned_short }, { "mean_wait_ms", MS, of_mean_wait },
	{ NULL, NUMBER, NULL } };

static const struct kind {
	const char *name;
	const struct column *column;
} kinds[REPORT_BYS] = {
	[BY_QUEUE] = { "queue", by_queue },
	[BY_AGENT] = { "agent", by_agent },
	[BY_FLOW] = { "flow", by_flow },
	[BY_JOURNEY] = { "journey", by_journey },
};

const char *report_by_name(enum report_by by)
{
	return by < REPORT_BYS ? kinds[by].name : NULL;
}

/* ---- JSON */

static json_t *value_json(const struct column *k, const struct cell *c)
{
	int64_t value = k->of(c);

	if (value < 0)
		return json_null();
	return k->unit == RATIO ? json_real((double)value / 1000) : json_integer(value);
}

static json_t *cell_json(const struct column *k, const struct cell *c)
{
	json_t *out = json_object();

	for (; k->name; k++)
		json_object_set_new(out, k->name, value_json(k, c));
	return out;
}

static void set_time(json_t *out, const char *name, uint64_t ms)
{
	char at[DATETIME_TEXT];

	datetime_print(ms, at);
	json_object_set_new(out, name, json_string(at));
}

static json_t *row_json(
	const struct count *c, const struct report_page *p, size_t key, struct cell *sum)
{
	const struct column *column = kinds[p->by].column;
	json_t *cells = json_array(), *row;

	*sum = (struct cell){ 0 };
	for (size_t i = 0; i < p->n; i++) {
		const struct cell *cell = count_cell(c, key, i);
		json_t *one;

		if (!cell)
			continue;
		one = cell_json(column, cell);
		set_time(one, "from", p->bound[i]);
		json_array_append_new(cells, one);
		cell_add(sum, cell);
	}
	row = cell_json(column, sum);
	json_object_set_new(row, "key", json_string(count_key(c, key)));
	json_object_set_new(row, "intervals", cells);
	return row;
}

static json_t *formulas(void)
{
	return json_pack("{s:s, s:s, s:s, s:s, s:s}", "service_level",
		"handled within the queue's service level / (handled + abandoned); who left sooner "
		"than short_abandon is counted apart",
		"asa_ms", "sum of waits of the handled, ringing included / handled", "aht_ms",
		"(talk, hold included, + wrap-up) of conversations that ended / their number",
		"occupancy", "(talking + wrap-up) / (talking + wrap-up + available)",
		"abandon_rate", "abandoned / (handled + abandoned)");
}

json_t *api_report(const struct count *c, const struct report_page *p)
{
	json_t *rows = json_array(), *bounds = json_array(), *out;
	struct cell all = { 0 }, sum;

	for (size_t k = 0; k < count_keys(c); k++) {
		json_array_append_new(rows, row_json(c, p, k, &sum));
		cell_add(&all, &sum);
	}
	for (size_t i = 0; i < p->n; i++) {
		char at[DATETIME_TEXT];

		datetime_print(p->bound[i], at);
		json_array_append_new(bounds, json_string(at));
	}
	out = json_pack("{s:s, s:s, s:s, s:I, s:b, s:o, s:o, s:o, s:o}", "by", kinds[p->by].name,
		"time_zone", p->time_zone, "step", p->step, "position", (json_int_t)p->position,
		"per_agent", p->per_agent, "formulas", formulas(), "intervals", bounds, "rows",
		rows, "total", cell_json(kinds[p->by].column, &all));
	if (out) {
		set_time(out, "from", p->bound[0]);
		set_time(out, "to", p->bound[p->n]);
	}
	return out;
}

/* ---- CSV */

/* Spreadsheets run what begins with these. */
static void put_text(FILE *f, const char *text)
{
	fputc('"', f);
	if (*text && strchr("=+-@\t\r", *text))
		fputc('\'', f);
	for (; *text; text++) {
		if (*text == '"')
			fputc('"', f);
		fputc(*text, f);
	}
	fputc('"', f);
}

static void put_value(FILE *f, const struct column *k, const struct cell *c)
{
	int64_t value = k->of(c);

	fputc(',', f);
	if (value >= 0 && k->unit == RATIO)
		fprintf(f, "%" PRId64 ".%03" PRId64, value / 1000, value % 1000);
	else if (value >= 0)
		fprintf(f, "%" PRId64, value);
}

static void put_row(
	FILE *f, const struct report_page *p, const char *key, size_t i, const struct cell *cell)
{
	char from[DATETIME_TEXT], to[DATETIME_TEXT];

	datetime_print(p->bound[i], from);
	datetime_print(p->bound[i + 1], to);
	put_text(f, key);
	fprintf(f, ",%s,%s", from, to);
	for (const struct column *k = kinds[p->by].column; k->name; k++)
		put_value(f, k, cell);
	fputs("\r\n", f);
}

char *api_report_csv(const struct count *c, const struct report_page *p)
{
	char *out = NULL;
	size_t bytes;
	FILE *f = open_memstream(&out, &bytes);

	if (!f)
		return NULL;
	fprintf(f, "%s,from,to", kinds[p->by].name);
	for (const struct column *k = kinds[p->by].column; k->name; k++)
		fprintf(f, ",%s", k->name);
	fputs("\r\n", f);
	for (size_t key = 0; key < count_keys(c); key++)
		for (size_t i = 0; i < p->n; i++)
			if (count_cell(c, key, i))
				put_row(f, p, count_key(c, key), i, count_cell(c, key, i));
	if (fclose(f) != 0) {
		free(out);
		return NULL;
	}
	return out;
}
