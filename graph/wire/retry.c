#include "graph/wire/retry.h"

#include <assert.h>
#include <string.h>

enum { BASE_MS = 250, CAP_MS = 8000, SPREAD_MS = 100, HOUR_MS = 3600000 };

/* A gateway that lost the answer knows as little of the outcome as we do, and a service that broke
 * may have done so after the effect. */
static bool outcome_is_unknown(enum attempt_end end, int status)
{
	return end == ATTEMPT_UNKNOWN ||
	       (end == ATTEMPT_ANSWERED && (status == 500 || status == 502 || status == 504));
}

static bool is_worth_repeating(enum attempt_end end, int status)
{
	return end != ATTEMPT_ANSWERED || status == 408 || status == 429 || status == 500 ||
	       status == 502 || status == 503 || status == 504;
}

/* Full jitter: the longer it lasts the further apart, and never all at once. */
static uint64_t back_off_ms(unsigned n, struct rng *rng)
{
	uint64_t ceiling = (uint64_t)BASE_MS << (n < 16 ? n : 16);

	return 1 + rng_below(rng, ceiling < CAP_MS ? ceiling : CAP_MS);
}

struct retry_decision retry_next(struct retry *r, uint64_t now_ms, enum attempt_end end,
	int http_status, uint64_t retry_after_ms, struct rng *rng)
{
	struct retry_decision d = { .verdict = RETRY_NO };
	uint64_t wait_ms;

	if (!is_worth_repeating(end, http_status)) {
		r->n++;
		return d;
	}
	/* Those held off together would come back together. */
	wait_ms = retry_after_ms == UINT64_MAX ? back_off_ms(r->n, rng)
					       : retry_after_ms + rng_below(rng, SPREAD_MS);
	r->n++;
	if (outcome_is_unknown(end, http_status) && !r->harmless)
		d.verdict = RETRY_UNKNOWN;
	else if (r->n >= r->n_max)
		d.verdict = RETRY_NO;
	else if (now_ms + wait_ms > r->deadline_ms)
		d.verdict = RETRY_LATE;
	else
		d = (struct retry_decision){ .verdict = RETRY_AT, .at_ms = now_ms + wait_ms };
	return d;
}

static bool digits(const char **p, size_t n, uint64_t *out)
{
	*out = 0;
	for (size_t i = 0; i < n; i++, ++*p) {
		if (**p < '0' || **p > '9')
			return false;
		*out = *out * 10 + (uint64_t)(**p - '0');
	}
	return true;
}

/* "2.128", in milliseconds, rounded up: to be late is polite. */
static uint64_t seconds_read(const char *p)
{
	uint64_t ms = 0, unit = 1000;
	bool more = false, seen = false;

	for (; *p >= '0' && *p <= '9'; p++, seen = true)
		ms = ms > HOUR_MS ? ms : ms * 10 + (uint64_t)(*p - '0') * 1000;
	if (*p == '.')
		for (p++; *p >= '0' && *p <= '9'; p++, seen = true) {
			unit /= 10;
			ms += (uint64_t)(*p - '0') * unit;
			more |= unit == 0 && *p != '0';
		}
	while (*p == ' ' || *p == '\t')
		p++;
	if (!seen || *p)
		return UINT64_MAX;
	return ms + more;
}

static bool month_read(const char **p, uint64_t *month)
{
	static const char names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";

	for (*month = 0; *month < 12; ++*month) {
		if (strncmp(*p, names + *month * 3, 3) == 0) {
			*p += 3;
			return true;
		}
	}
	return false;
}

static bool literal(const char **p, const char *text)
{
	size_t n = strlen(text);

	if (strncmp(*p, text, n) != 0)
		return false;
	*p += n;
	return true;
}

static uint64_t days_since_1970(uint64_t year, uint64_t month, uint64_t day)
{
	static const unsigned short before[] = { 0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304,
		334 };
	uint64_t last = year - 1; /* leap days of the years before this one */
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);

	return (year - 1970) * 365 + (last / 4 - last / 100 + last / 400) - 477 + before[month] +
	       (leap && month > 1) + day - 1;
}

/* RFC 9110's IMF-fixdate, the one form still sent: "Sun, 06 Nov 1994 08:49:37 GMT". */
static uint64_t date_read(const char *p)
{
	uint64_t day, month, year, hour, minute, second;

	p = strchr(p, ',');
	if (!p || !literal(&p, ", ") || !digits(&p, 2, &day) || !literal(&p, " ") ||
		!month_read(&p, &month) || !literal(&p, " ") || !digits(&p, 4, &year) ||
		!literal(&p, " ") || !digits(&p, 2, &hour) || !literal(&p, ":") ||
		!digits(&p, 2, &minute) || !literal(&p, ":") || !digits(&p, 2, &second) ||
		!literal(&p, " GMT") || year < 1970 || day < 1 || day > 31)
		return UINT64_MAX;
	return ((days_since_1970(year, month, day) * 24 + hour) * 60 + minute) * 60000 +
	       second * 1000;
}

uint64_t retry_date_read(const char *value)
{
	uint64_t at = date_read(value);

	return at == UINT64_MAX ? 0 : at;
}

uint64_t retry_after_read(const char *value, uint64_t now_unix_ms)
{
	uint64_t ms;

	while (*value == ' ' || *value == '\t')
		value++;
	ms = seconds_read(value);
	if (ms == UINT64_MAX) {
		uint64_t at = date_read(value);

		if (at == UINT64_MAX)
			return UINT64_MAX;
		ms = at > now_unix_ms ? at - now_unix_ms : 0;
	}
	return ms < HOUR_MS ? ms : HOUR_MS;
}
