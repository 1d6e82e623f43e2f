#include "graph/wire/datetime.h"

#include "bot/base/text.h"

#include <inttypes.h>

#define DAY_MS UINT64_C(86400000)
#define LAST_MS UINT64_C(253402300799999) /* 9999-12-31T23:59:59.999Z */

/* Days from 1970-01-01. March begins the year, so that the leap day is its last. */
static int64_t days_of(int year, int month, int day)
{
	int64_t y = month > 2 ? year : year - 1, era = y / 400, of_era = y - era * 400;
	int64_t of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;

	return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int64_t days, int *year, int *month, int *day)
{
	int64_t z = days + 719468, era = z / 146097, of_era = z - era * 146097;
	int64_t y = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
	int64_t of_year = of_era - (365 * y + y / 4 - y / 100), m = (5 * of_year + 2) / 153;

	*day = (int)(of_year - (153 * m + 2) / 5 + 1);
	*month = (int)(m < 10 ? m + 3 : m - 9);
	*year = (int)(y + era * 400 + (*month <= 2));
}

static bool is_leap(int year)
{
	return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_days(int year, int month)
{
	static const int days[] = { 31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };

	return days[month - 1] + (month == 2 && is_leap(year));
}

/* Exactly n digits. */
static bool digits(const char **p, int n, int *out)
{
	*out = 0;
	for (; n > 0; n--, ++*p) {
		if (**p < '0' || **p > '9')
			return false;
		*out = *out * 10 + (**p - '0');
	}
	return true;
}

static bool one_of(const char **p, char a, char b)
{
	bool is = **p == a || **p == b;

	*p += is;
	return is;
}

static bool read_date(const char **p, int64_t *days)
{
	int year, month, day;

	if (!digits(p, 4, &year) || !one_of(p, '-', '-') || !digits(p, 2, &month) ||
		!one_of(p, '-', '-') || !digits(p, 2, &day))
		return false;
	if (year < 1970 || month < 1 || month > 12 || day < 1 || day > month_days(year, month))
		return false;
	*days = days_of(year, month, day);
	return true;
}

/* At least one digit, of which three count. */
static bool read_fraction(const char **p, int *ms)
{
	int n = 0;

	for (; **p >= '0' && **p <= '9' && n < 12; ++*p, n++)
		if (n < 3)
			*ms = *ms * 10 + (**p - '0');
	for (int i = n; i < 3; i++)
		*ms *= 10;
	return n > 0;
}

static bool read_clock(const char **p, int64_t *ms)
{
	int hour, minute, second = 0, part = 0;

	if (!digits(p, 2, &hour) || !one_of(p, ':', ':') || !digits(p, 2, &minute))
		return false;
	if (one_of(p, ':', ':') && !digits(p, 2, &second))
		return false;
	if (one_of(p, '.', '.') && !read_fraction(p, &part))
		return false;
	if (hour > 23 || minute > 59 || second > 60) /* 60: a leap second */
		return false;
	*ms = ((hour * 60 + minute) * 60 + second) * INT64_C(1000) + part;
	return true;
}

static bool read_zone(const char **p, int64_t *ms)
{
	bool west = **p == '-';
	int hour, minute;

	*ms = 0;
	if (one_of(p, 'Z', 'z'))
		return true;
	if (!one_of(p, '+', '-') || !digits(p, 2, &hour) || !one_of(p, ':', ':') ||
		!digits(p, 2, &minute) || hour > 23 || minute > 59)
		return false;
	*ms = (hour * 60 + minute) * INT64_C(60000) * (west ? -1 : 1);
	return true;
}

bool datetime_read(const char *text, uint64_t *unix_ms)
{
	int64_t days, clock, zone, total;

	*unix_ms = 0;
	if (!read_date(&text, &days) || !one_of(&text, 'T', 't') || !read_clock(&text, &clock) ||
		!read_zone(&text, &zone) || *text)
		return false;
	total = days * (int64_t)DAY_MS + clock - zone;
	if (total < 0)
		return false;
	*unix_ms = (uint64_t)total;
	return true;
}

void datetime_print(uint64_t unix_ms, char out[DATETIME_TEXT])
{
	struct text t = text_of(out, DATETIME_TEXT);
	int year, month, day;
	unsigned ms;

	if (unix_ms > LAST_MS)
		unix_ms = LAST_MS;
	date_of((int64_t)(unix_ms / DAY_MS), &year, &month, &day);
	ms = (unsigned)(unix_ms % DAY_MS);
	text_add(&t, "%04d-%02d-%02dT%02u:%02u:%02u.%03uZ", year, month, day, ms / 3600000,
		ms / 60000 % 60, ms / 1000 % 60, ms % 1000);
}
