/*
 * One moment of each kind: nothing about a call depends on when it comes but whether each calendar
 * is open, closed or on holiday. A week without dates of its own is walked from edge to edge, from
 * a Friday noon on so that closing comes first, then every date.
 */
#include "bot/base/text.h"
#include "bot/shell/lint_inside.h"

#include <stdlib.h>
#include <string.h>

enum { HOUR_MS = 3600000, MINUTE_MS = 60000, WEEKS_TRIED = 100, EDGES_A_DATE = 16 };

static const uint64_t day_ms = 86400000, week_ms = 7 * 86400000ull;
static const uint64_t friday_ms = 1767355200000; /* 2026-01-02T12:00Z */

static bool date_within(const struct plan_calendar *p, uint64_t from_ms, uint64_t to_ms)
{
	for (uint32_t i = 0; i < p->n_dates; i++) {
		uint64_t at = (uint64_t)p->date[i].day * day_ms;

		if (at + 2 * day_ms > from_ms && at < to_ms + day_ms)
			return true;
	}
	return false;
}

static uint64_t ordinary_week(const struct plan *p)
{
	for (uint64_t w = 0; w < WEEKS_TRIED; w++) {
		uint64_t from = friday_ms + w * week_ms;
		bool clear = true;

		for (uint32_t c = 0; c < p->n_calendars; c++)
			clear &= !date_within(&p->calendar[c], from, from + week_ms);
		if (clear)
			return from;
	}
	return friday_ms;
}

static void states_at(const struct plan *p, uint64_t at_ms, uint8_t *out)
{
	for (uint32_t c = 0; c < p->n_calendars; c++)
		out[c] = (uint8_t)hours_at(&p->calendar[c], at_ms);
}

/* Keep it if its kind is new. A minute in, where that is the same: people say 17:31. */
static void try_moment(struct lint *l, uint64_t at_ms)
{
	const struct plan *p = &l->c->plan;
	uint8_t *state = config_array(p->n_calendars, 1), *later = config_array(p->n_calendars, 1);
	bool known = l->n_moments == MOMENTS_MAX;

	states_at(p, at_ms, state);
	states_at(p, at_ms + MINUTE_MS, later);
	for (size_t i = 0; i < l->n_moments && !known; i++)
		known = memcmp(l->moment[i].state, state, p->n_calendars) == 0;
	if (memcmp(state, later, p->n_calendars) == 0)
		at_ms += MINUTE_MS;
	free(later);
	if (known)
		free(state);
	else
		l->moment[l->n_moments++] = (struct moment){ at_ms, state };
}

static void walk(struct lint *l, const struct plan_calendar *p, uint64_t from_ms, uint64_t to_ms,
	size_t most)
{
	for (uint64_t at = from_ms; at < to_ms && most-- > 0; at = hours_next_change_ms(p, at))
		try_moment(l, at);
}

void moments_find(struct lint *l)
{
	const struct plan *p = &l->c->plan;
	uint64_t from = ordinary_week(p);

	if (!p->n_calendars)
		try_moment(l, from);
	for (uint32_t c = 0; c < p->n_calendars; c++)
		walk(l, &p->calendar[c], from, from + week_ms, SIZE_MAX);
	for (uint32_t c = 0; c < p->n_calendars; c++)
		for (uint32_t i = 0; i < p->calendar[c].n_dates; i++) {
			uint64_t day = (uint64_t)p->calendar[c].date[i].day * day_ms;

			walk(l, &p->calendar[c], day - 14 * HOUR_MS, day + 38 * HOUR_MS,
				EDGES_A_DATE);
		}
}

void moments_free(struct lint *l)
{
	for (size_t i = 0; i < l->n_moments; i++)
		free(l->moment[i].state);
}

static int64_t offset_at(const struct plan_calendar *p, int64_t at_s)
{
	int64_t offset = p->n_offsets ? p->offset[0].offset_s : 0;

	for (uint32_t i = 0; i < p->n_offsets && p->offset[i].at_s <= at_s; i++)
		offset = p->offset[i].offset_s;
	return offset;
}

/* Year, month and day of a day number, by the civil calendar. */
static void date_of(int64_t day, int *y, int *m, int *d)
{
	int64_t z = day + 719468, era = z / 146097, in_era = z - era * 146097;
	int64_t year = (in_era - in_era / 1460 + in_era / 36524 - in_era / 146096) / 365;
	int64_t in_year = in_era - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;

	*d = (int)(in_year - (153 * month + 2) / 5 + 1);
	*m = (int)(month < 10 ? month + 3 : month - 9);
	*y = (int)(year + era * 400 + (*m <= 2));
}

void moment_print(const struct lint *l, const struct moment *m, uint32_t calendar, struct text *out)
{
	static const char *const days[] = { "Thursday", "Friday", "Saturday", "Sunday", "Monday",
		"Tuesday", "Wednesday" };
	const struct plan_calendar *p;
	int64_t local;
	int y, month, d;

	if (calendar == NOBODY) {
		text_add(out, "any time");
		return;
	}
	p = &l->c->plan.calendar[calendar];
	local = (int64_t)(m->at_ms / 1000);
	local += offset_at(p, local);
	text_add(out, "%s ", days[local / 86400 % 7]);
	date_of(local / 86400, &y, &month, &d);
	if (m->state[calendar] == HOURS_HOLIDAY)
		text_add(out, "%04d-%02d-%02d ", y, month, d);
	text_add(out, "%02d:%02d", (int)(local / 3600 % 24), (int)(local / 60 % 60));
}
