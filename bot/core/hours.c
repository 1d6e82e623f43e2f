#include "bot/core/hours.h"

#include <stddef.h>

enum { MINUTE_S = 60, DAY_S = 86400, DAY_MINUTES = 1440, THURSDAY = 3 };

/* A local moment. */
struct wall {
	int64_t day; /* since 1970-01-01, a Thursday */
	uint16_t minute;
};

struct open {
	const struct plan_range *range;
	uint16_t n;
	bool holiday;
};

/* The offset in force: the last that is not after the moment. */
static uint32_t offset_at(const struct plan_calendar *p, int64_t at_s)
{
	uint32_t from = 0, to = p->n_offsets;

	while (to - from > 1) {
		uint32_t middle = from + (to - from) / 2;

		if (p->offset[middle].at_s <= at_s)
			from = middle;
		else
			to = middle;
	}
	return from;
}

static int64_t local_s(const struct plan_calendar *p, int64_t at_s)
{
	return p->n_offsets ? at_s + p->offset[offset_at(p, at_s)].offset_s : at_s;
}

static struct wall wall_of(int64_t s)
{
	int64_t day = s / DAY_S - (s % DAY_S < 0);

	return (struct wall){ day, (uint16_t)((s - day * DAY_S) / MINUTE_S) };
}

static const struct plan_date *date_of(const struct plan_calendar *p, int64_t day)
{
	uint32_t from = 0, to = p->n_dates;

	while (from < to) {
		uint32_t middle = from + (to - from) / 2;

		if (p->date[middle].day < day)
			from = middle + 1;
		else
			to = middle;
	}
	return from < p->n_dates && p->date[from].day == day ? &p->date[from] : NULL;
}

static struct open open_on(const struct plan_calendar *p, int64_t day)
{
	const struct plan_date *date = date_of(p, day);
	int64_t weekday = ((day + THURSDAY) % 7 + 7) % 7;

	if (date)
		return (struct open){ p->range + date->first_range, date->n_ranges, date->holiday };
	return (struct open){ p->range + p->weekday[weekday].first_range,
		p->weekday[weekday].n_ranges, false };
}

static enum hours hours_on(const struct open *open, uint16_t minute)
{
	for (uint16_t i = 0; i < open->n; i++)
		if (open->range[i].from <= minute && minute < open->range[i].to)
			return HOURS_OPEN;
	return open->holiday ? HOURS_HOLIDAY : HOURS_CLOSED;
}

enum hours hours_at(const struct plan_calendar *p, uint64_t at_ms)
{
	struct wall wall = wall_of(local_s(p, (int64_t)(at_ms / 1000)));
	struct open open = open_on(p, wall.day);

	return hours_on(&open, wall.minute);
}

/* The first minute of this day after `minute` at which something may change; DAY_MINUTES: none
 * before midnight. */
static uint16_t edge_after(const struct open *open, uint16_t minute)
{
	uint16_t first = DAY_MINUTES;

	for (uint16_t i = 0; i < open->n; i++) {
		if (open->range[i].from > minute && open->range[i].from < first)
			first = open->range[i].from;
		if (open->range[i].to > minute && open->range[i].to < first)
			first = open->range[i].to;
	}
	return first;
}

/* The next moment at which something may change: an edge of this local day, midnight, or the
 * clock's own change. */
static int64_t next_s(const struct plan_calendar *p, int64_t at_s)
{
	int64_t local = local_s(p, at_s);
	struct wall wall = wall_of(local);
	struct open open = open_on(p, wall.day);
	int64_t edge = wall.day * DAY_S + edge_after(&open, wall.minute) * (int64_t)MINUTE_S;
	int64_t next = at_s + edge - local;
	uint32_t i = p->n_offsets ? offset_at(p, at_s) + 1 : 0;

	if (i < p->n_offsets && p->offset[i].at_s > at_s && p->offset[i].at_s < next)
		return p->offset[i].at_s;
	return next;
}

uint64_t hours_next_change_ms(const struct plan_calendar *p, uint64_t at_ms)
{
	enum hours now = hours_at(p, at_ms);
	int64_t at_s = (int64_t)(at_ms / 1000);
	int64_t end_s = at_s + HOURS_CHANGES_WITHIN_DAYS * (int64_t)DAY_S;

	/* Each step is at least a second on, and rarely less than a range. */
	for (at_s = next_s(p, at_s); at_s <= end_s; at_s = next_s(p, at_s))
		if (hours_at(p, (uint64_t)at_s * 1000) != now)
			return (uint64_t)at_s * 1000;
	return UINT64_MAX;
}
