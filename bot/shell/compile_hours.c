/* Calendars: opening hours of a week, dates that go before it, and the zone's offsets. */
#include "bot/shell/config_inside.h"

#include "bot/shell/zone.h"

#include <stdlib.h>
#include <string.h>

enum { DAYS = 7, DAY_MINUTES = 1440, DAY_RANGES_MAX = 40 };

static const char *const weekday[DAYS] = { "mon", "tue", "wed", "thu", "fri", "sat", "sun" };

/* One day's, while they are collected. */
struct day {
	struct plan_range range[DAY_RANGES_MAX];
	uint16_t n;
};

static uint16_t minutes_of(const char *clock)
{
	return (uint16_t)(((clock[0] - '0') * 10 + clock[1] - '0') * 60 + (clock[3] - '0') * 10 +
			  clock[4] - '0');
}

/* The schema has seen to the form: "09:00-17:00". */
static struct plan_range range_of(json_t *text)
{
	const char *clock = json_string_value(text);

	return (struct plan_range){ minutes_of(clock), minutes_of(clock + 6) };
}

static void add(struct day *d, uint16_t from, uint16_t to)
{
	if (from < to)
		d->range[d->n++] = (struct plan_range){ from, to };
}

static int by_from(const void *a, const void *b)
{
	return ((const struct plan_range *)a)->from - ((const struct plan_range *)b)->from;
}

/* In order, and those that touch or overlap as one. */
static void tidy(struct day *d)
{
	uint16_t n = 0;

	qsort(d->range, d->n, sizeof(d->range[0]), by_from);
	for (uint16_t i = 0; i < d->n; i++) {
		struct plan_range *last = n ? &d->range[n - 1] : NULL;

		if (!last || d->range[i].from > last->to)
			d->range[n++] = d->range[i];
		else if (d->range[i].to > last->to)
			last->to = d->range[i].to;
	}
	d->n = n;
}

/* Hours on paper into a day; what lies after midnight into the day after. */
static void read_ranges(struct compile *x, json_t *ranges, const char *pointer, struct day *today,
	struct day *after)
{
	json_t *text;
	size_t i;

	json_array_foreach(ranges, i, text)
	{
		struct plan_range r = range_of(text);
		char at[POINTER_MAX];

		snprintf(at, sizeof(at), "%.480s/%zu", pointer, i);
		if (r.from == r.to)
			fault_add(x->faults, at, false,
				"%s is no time at all: 00:00-24:00 is the whole day",
				json_string_value(text));
		else if (r.from < r.to)
			add(today, r.from, r.to);
		else if (!after)
			fault_add(x->faults, at, false,
				"%s ends on the next day: %.5s-24:00 would be right, and the rest "
				"on that date",
				json_string_value(text), json_string_value(text));
		else {
			add(today, r.from, DAY_MINUTES);
			add(after, 0, r.to);
		}
	}
}

static uint16_t lay_down(struct day *d, struct plan_range *range, uint16_t *n)
{
	uint16_t first = *n;

	tidy(d);
	memcpy(range + first, d->range, d->n * sizeof(range[0]));
	*n = (uint16_t)(first + d->n);
	return first;
}

static void compile_week(struct compile *x, json_t *week, const char *pointer,
	struct plan_calendar *out, struct plan_range *range, uint16_t *n)
{
	struct day day[DAYS] = { 0 };
	char at[POINTER_MAX];

	for (size_t i = 0; i < DAYS; i++) {
		pointer_add(at, pointer, weekday[i]);
		read_ranges(
			x, json_object_get(week, weekday[i]), at, &day[i], &day[(i + 1) % DAYS]);
	}
	for (size_t i = 0; i < DAYS; i++) {
		out->weekday[i].first_range = lay_down(&day[i], range, n);
		out->weekday[i].n_ranges = day[i].n;
	}
}

/* The schema has seen to the digits. */
static int number_at(const char *text, size_t n)
{
	int out = 0;

	for (size_t i = 0; i < n; i++)
		out = out * 10 + text[i] - '0';
	return out;
}

/* Days since 1970-01-01, by the civil calendar. false: the month has no such day. */
static bool day_number(const char *date, int32_t *out)
{
	static const int in_month[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
	int y = number_at(date, 4), m = number_at(date + 5, 2), d = number_at(date + 8, 2),
	    days = 0;
	bool leap = y % 4 == 0; /* from 2020 to 2059 */

	for (int i = 1970; i < y; i++)
		days += i % 4 == 0 ? 366 : 365;
	for (int i = 1; i < m; i++)
		days += in_month[i - 1] + (i == 2 && leap);
	*out = days + d - 1;
	return d <= in_month[m - 1] + (m == 2 && leap);
}

static int by_day(const void *a, const void *b)
{
	const struct plan_date *x = a, *y = b;

	return (x->day > y->day) - (x->day < y->day);
}

static void compile_date(struct compile *x, json_t *holiday, const char *pointer,
	struct plan_date *out, struct plan_range *range, uint16_t *n)
{
	json_t *hours = json_object_get(holiday, "hours");
	struct day day = { 0 };
	char at[POINTER_MAX];

	pointer_add(at, pointer, "date");
	if (!day_number(text_of_member(holiday, "date"), &out->day))
		fault_add(x->faults, at, false, "the month has no such day");
	pointer_add(at, pointer, "hours");
	read_ranges(x, hours, at, &day, NULL);
	out->first_range = lay_down(&day, range, n);
	out->n_ranges = day.n;
	out->holiday = true;
}

static void check_twice(
	struct compile *x, const struct plan_date *date, uint32_t n, const char *pointer)
{
	for (uint32_t i = 1; i < n; i++)
		if (date[i].day == date[i - 1].day)
			fault_add(x->faults, pointer, false, "a date is listed twice");
}

static void compile_dates(struct compile *x, json_t *holidays, const char *pointer,
	struct plan_calendar *out, struct plan_range *range, uint16_t *n)
{
	struct plan_date *date = config_kept_array(
		x->own, json_array_size(holidays), sizeof(*date));
	json_t *holiday;
	size_t i;

	json_array_foreach(holidays, i, holiday)
	{
		char at[POINTER_MAX];

		snprintf(at, sizeof(at), "%.480s/%zu", pointer, i);
		compile_date(x, holiday, at, &date[i], range, n);
	}
	qsort(date, i, sizeof(*date), by_day);
	check_twice(x, date, (uint32_t)i, pointer);
	out->date = date;
	out->n_dates = (uint32_t)i;
}

static void compile_zone(
	struct compile *x, const char *name, const char *at, struct plan_calendar *out)
{
	struct plan_offset *offset = config_kept_array(x->own, ZONE_OFFSETS_MAX, sizeof(*offset));
	char have[300];
	struct text t = TEXT(have);

	out->n_offsets = (uint32_t)zone_offsets(name, offset);
	out->offset = offset;
	if (out->n_offsets)
		return;
	zone_suggest(name, &t);
	fault_add(x->faults, at, false,
		"time zone \"%.60s\" is unknown: IANA's names are known (near: %s)", name, have);
}

static size_t count_ranges(json_t *hours)
{
	json_t *week = json_object_get(hours, "week"), *day;
	const char *name;
	size_t n = 0, i;

	json_object_foreach(week, name, day) n += 2 * json_array_size(day);
	json_array_foreach(json_object_get(hours, "holidays"), i, day)
		n += json_array_size(json_object_get(day, "hours"));
	return n;
}

static void compile_calendar(
	struct compile *x, const char *name, json_t *hours, struct plan_calendar *out)
{
	struct plan_range *range = config_kept_array(x->own, count_ranges(hours), sizeof(*range));
	char base[POINTER_MAX], at[POINTER_MAX];
	uint16_t n = 0;

	out->key = config_key(name);
	out->range = range;
	pointer_add(base, "/hours", name);
	pointer_add(at, base, "time_zone");
	compile_zone(x, text_of_member(hours, "time_zone"), at, out);
	pointer_add(at, base, "week");
	compile_week(x, json_object_get(hours, "week"), at, out, range, &n);
	pointer_add(at, base, "holidays");
	compile_dates(x, json_object_get(hours, "holidays"), at, out, range, &n);
}

void compile_hours(struct compile *x)
{
	json_t *all = json_object_get(x->own->root, "hours"), *hours;
	size_t n = json_object_size(all);
	struct plan_calendar *calendar = config_kept_array(x->own, n, sizeof(*calendar));
	const char **names = config_kept_array(x->own, n, sizeof(*names));
	const char *name;

	x->c->plan.calendar = calendar;
	x->c->calendar_name = names;
	json_object_foreach(all, name, hours)
	{
		names[x->c->plan.n_calendars] = name;
		compile_calendar(x, name, hours, &calendar[x->c->plan.n_calendars++]);
	}
}
