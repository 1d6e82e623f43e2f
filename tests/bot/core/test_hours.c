/* Opening hours: weeks, dates, and the two nights a year on which clocks are set. */
#include "bot/core/hours.h"

#include "bot/base/err.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

/* Berlin, 2026. */
static const struct plan_offset berlin[] = {
	{ 0, 3600 }, { 1774746000, 7200 }, /* 29 March, 01:00 UTC: 02:00 is 03:00 */
	{ 1792890000, 3600 },              /* 25 October, 01:00 UTC: 03:00 is 02:00 */
};
static const struct plan_offset new_york[] = { { 0, -18000 } };
static const struct plan_range range[] = {
	{ 9 * 60, 12 * 60 + 30 },
	{ 13 * 60, 17 * 60 },
	{ 22 * 60, 1440 },
	{ 0, 60 },
	{ 10 * 60, 12 * 60 },
	{ 135, 165 },
	{ 150, 240 },
};
/* Monday to Friday with a break; Saturday from 22:00 over midnight until 01:00. */
#define WEEK                                                                \
	{                                                                   \
		{ 0, 2 }, { 0, 2 }, { 0, 2 }, { 0, 2 }, { 0, 2 }, { 2, 1 }, \
		{                                                           \
			3, 1                                                \
		}                                                           \
	}
static const struct plan_date date[] = {
	{ 20454, true, 0, 0 },  /* Thursday, 1 January 2026 */
	{ 20811, true, 4, 1 },  /* Thursday, 24 December: 10 to 12 */
	{ 20812, true, 0, 0 },  /* Friday, 25 December */
	{ 20815, false, 0, 0 }, /* Monday, 28 December: the shop is moved */
	{ 20820, false, 4, 1 }, /* Saturday, 2 January 2027: 10 to 12 */
};
static const struct plan_calendar office = { .range = range,
	.weekday = WEEK,
	.date = date,
	.n_dates = ARRAY_LEN(date),
	.offset = berlin,
	.n_offsets = ARRAY_LEN(berlin) };
static const struct plan_calendar abroad = {
	.range = range, .weekday = WEEK, .offset = new_york, .n_offsets = 1
};
static const struct plan_calendar plain = { .range = range, .weekday = WEEK };
/* Sundays 02:15 to 02:45, which the clock skips once and shows twice once. */
static const struct plan_calendar early = {
	.range = range, .weekday = { [6] = { 5, 1 } }, .offset = berlin, .n_offsets = 3
};
/* Sundays 02:30 to 04:00. */
static const struct plan_calendar dawn = {
	.range = range, .weekday = { [6] = { 6, 1 } }, .offset = berlin, .n_offsets = 3
};
static const struct plan_calendar shut = { .range = range };

static uint64_t utc_ms(const char *text)
{
	struct tm tm = { 0 };

	assert_non_null(strptime(text, "%Y-%m-%d %H:%M:%S", &tm));
	return (uint64_t)timegm(&tm) * 1000;
}

static const struct {
	const char *name;
	const struct plan_calendar *calendar;
	const char *at; /* UTC */
	enum hours is;
	const char *changes; /* UTC; NULL: never */
} rows[] = {
	{ "a winter's Monday, one second before nine", &office, "2026-01-12 07:59:59", HOURS_CLOSED,
		"2026-01-12 08:00:00" },
	{ "at nine", &office, "2026-01-12 08:00:00", HOURS_OPEN, "2026-01-12 11:30:00" },
	{ "a summer's Monday at nine is an hour earlier", &office, "2026-07-13 07:00:00",
		HOURS_OPEN, "2026-07-13 10:30:00" },
	{ "the break", &office, "2026-01-12 11:30:00", HOURS_CLOSED, "2026-01-12 12:00:00" },
	{ "the last second", &office, "2026-01-12 15:59:59", HOURS_OPEN, "2026-01-12 16:00:00" },
	{ "Friday evening", &office, "2026-01-16 16:00:00", HOURS_CLOSED, "2026-01-17 21:00:00" },
	{ "over midnight it stays open", &office, "2026-01-17 22:59:59", HOURS_OPEN,
		"2026-01-18 00:00:00" },
	{ "until one", &office, "2026-01-18 00:00:00", HOURS_CLOSED, "2026-01-19 08:00:00" },
	{ "the local date counts: UTC is still on New Year's Eve", &office, "2025-12-31 23:00:00",
		HOURS_HOLIDAY, "2026-01-01 23:00:00" },
	{ "a holiday beats the week", &office, "2026-01-01 10:00:00", HOURS_HOLIDAY,
		"2026-01-01 23:00:00" },
	{ "half a holiday: open", &office, "2026-12-24 09:00:00", HOURS_OPEN,
		"2026-12-24 11:00:00" },
	{ "half a holiday: over", &office, "2026-12-24 11:00:00", HOURS_HOLIDAY,
		"2026-12-25 23:00:00" },
	{ "closed by date is no holiday", &office, "2026-12-28 09:00:00", HOURS_CLOSED,
		"2026-12-29 08:00:00" },
	{ "open by date on a day that is not", &office, "2027-01-02 09:00:00", HOURS_OPEN,
		"2027-01-02 11:00:00" },
	{ "and not by its weekday", &office, "2027-01-02 21:30:00", HOURS_CLOSED,
		"2027-01-02 23:00:00" },
	{ "west of Greenwich the day comes later", &abroad, "2026-01-12 13:59:59", HOURS_CLOSED,
		"2026-01-12 14:00:00" },
	{ "and Sunday's hour is Monday's in UTC", &abroad, "2026-01-18 05:59:59", HOURS_OPEN,
		"2026-01-18 06:00:00" },
	{ "and on the first day of all it is the day before", &abroad, "1970-01-01 00:00:00",
		HOURS_CLOSED, "1970-01-01 14:00:00" },
	{ "no offsets: UTC", &plain, "2026-01-12 09:00:00", HOURS_OPEN, "2026-01-12 12:30:00" },
	{ "a range in the hour that is skipped does not happen", &early, "2026-03-29 00:59:59",
		HOURS_CLOSED, "2026-04-05 00:15:00" },
	{ "one that begins in it begins as the clock is set", &dawn, "2026-03-29 00:59:59",
		HOURS_CLOSED, "2026-03-29 01:00:00" },
	{ "and is open then", &dawn, "2026-03-29 01:00:00", HOURS_OPEN, "2026-03-29 02:00:00" },
	{ "a range in the hour that is shown twice opens", &early, "2026-10-25 00:15:00",
		HOURS_OPEN, "2026-10-25 00:45:00" },
	{ "closes", &early, "2026-10-25 00:45:00", HOURS_CLOSED, "2026-10-25 01:15:00" },
	{ "and opens again", &early, "2026-10-25 01:15:00", HOURS_OPEN, "2026-10-25 01:45:00" },
	{ "one that begins in it is interrupted by the clock", &dawn, "2026-10-25 00:30:00",
		HOURS_OPEN, "2026-10-25 01:00:00" },
	{ "until it is half past two again", &dawn, "2026-10-25 01:00:00", HOURS_CLOSED,
		"2026-10-25 01:30:00" },
	{ "always closed never changes", &shut, "2026-01-12 09:00:00", HOURS_CLOSED, NULL },
	{ "the first moment of all", &plain, "1970-01-01 00:00:00", HOURS_CLOSED,
		"1970-01-01 09:00:00" },
};

static void each_row(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		uint64_t at = utc_ms(rows[i].at);
		uint64_t want = rows[i].changes ? utc_ms(rows[i].changes) : UINT64_MAX;
		enum hours is = hours_at(rows[i].calendar, at);
		uint64_t changes = hours_next_change_ms(rows[i].calendar, at);

		if (is == rows[i].is && changes == want)
			continue;
		printf("# %s: %d, changes %lld s later than wanted\n", rows[i].name, (int)is,
			(long long)(changes - want) / 1000);
		bad++;
	}
	assert_int_equal(bad, 0);
}

/* Every minute of two years: what is said to be the next change is the first one. */
static void changes_are_the_minutes_that_differ(void **state)
{
	static const struct plan_calendar *const all[] = { &office, &abroad, &plain, &early,
		&dawn };
	uint64_t from = utc_ms("2025-12-20 00:00:00"), to = utc_ms("2027-01-10 00:00:00");

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(all); i++) {
		uint64_t next = hours_next_change_ms(all[i], from);
		enum hours was = hours_at(all[i], from);

		for (uint64_t at = from; at < to; at += 60000) {
			enum hours is = hours_at(all[i], at);

			assert_int_equal(is != was, at == next);
			if (at == next)
				next = hours_next_change_ms(all[i], at);
			was = is;
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(changes_are_the_minutes_that_differ),
	};

	return cmocka_run_group_tests_name("core hours", tests, NULL, NULL);
}
