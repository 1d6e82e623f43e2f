#include "bot/shell/zone.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>
#include <unicode/ucal.h>
#include <unicode/uenum.h>

enum { NAME_MAX_UNITS = 64, SUGGESTIONS_MAX = 3, FAR = 99 };

static const int64_t first_s = 1577836800; /* 2020-01-01 */
static const int64_t end_s = 2840140800;   /* 2060-01-01 */

/* Zone names are ASCII. false: this one is not, or is too long. */
static bool to_units(const char *name, UChar out[NAME_MAX_UNITS])
{
	size_t n = strlen(name);

	for (size_t i = 0; i < n && n < NAME_MAX_UNITS; i++) {
		if (name[i] & 0x80)
			return false;
		out[i] = (UChar)name[i];
	}
	if (n < NAME_MAX_UNITS)
		out[n] = 0;
	return n > 0 && n < NAME_MAX_UNITS;
}

bool zone_is_known(const char *name)
{
	UChar units[NAME_MAX_UNITS], canonical[NAME_MAX_UNITS * 2];
	UErrorCode error = U_ZERO_ERROR;
	UBool of_system = 0;

	if (!to_units(name, units))
		return false;
	(void)ucal_getCanonicalTimeZoneID(
		units, -1, canonical, NAME_MAX_UNITS * 2, &of_system, &error);
	return U_SUCCESS(error) && of_system;
}

static int32_t offset_of(UCalendar *cal, int64_t at_s)
{
	UErrorCode error = U_ZERO_ERROR;
	int32_t zone, summer;

	ucal_setMillis(cal, (UDate)at_s * 1000.0, &error);
	zone = ucal_get(cal, UCAL_ZONE_OFFSET, &error);
	summer = ucal_get(cal, UCAL_DST_OFFSET, &error);
	return U_SUCCESS(error) ? (zone + summer) / 1000 : 0;
}

/* The next change after at_s; end_s: none until then. */
static int64_t change_after(UCalendar *cal, int64_t at_s)
{
	UErrorCode error = U_ZERO_ERROR;
	UDate next;

	ucal_setMillis(cal, (UDate)at_s * 1000.0, &error);
	if (!ucal_getTimeZoneTransitionDate(cal, UCAL_TZ_TRANSITION_NEXT, &next, &error) ||
		U_FAILURE(error) || (int64_t)(next / 1000.0) > end_s)
		return end_s;
	return (int64_t)(next / 1000.0);
}

size_t zone_offsets(const char *name, struct plan_offset out[ZONE_OFFSETS_MAX])
{
	UErrorCode error = U_ZERO_ERROR;
	UChar units[NAME_MAX_UNITS];
	UCalendar *cal;
	size_t n = 0;

	if (!zone_is_known(name) || !to_units(name, units))
		return 0;
	cal = ucal_open(units, -1, "en", UCAL_GREGORIAN, &error);
	if (U_FAILURE(error))
		return 0;
	for (int64_t at = first_s; at < end_s && n < ZONE_OFFSETS_MAX; at = change_after(cal, at)) {
		int32_t offset = offset_of(cal, at);

		if (n == 0 || out[n - 1].offset_s != offset) /* some changes are of the name only */
			out[n++] = (struct plan_offset){ .at_s = at, .offset_s = offset };
	}
	ucal_close(cal);
	return n;
}

/* Edits from a to b without regard to case, when there are few; FAR: many. */
static int distance(const char *a, const char *b)
{
	size_t n = strlen(b);
	int row[NAME_MAX_UNITS + 1];

	if (n > NAME_MAX_UNITS || strlen(a) > NAME_MAX_UNITS)
		return FAR;
	for (size_t j = 0; j <= n; j++)
		row[j] = (int)j;
	for (size_t i = 1; a[i - 1]; i++) {
		int diagonal = row[0];

		row[0] = (int)i;
		for (size_t j = 1; j <= n; j++) {
			bool same = tolower((unsigned char)a[i - 1]) ==
				    tolower((unsigned char)b[j - 1]);
			int best = diagonal + !same;

			diagonal = row[j];
			if (row[j] + 1 < best)
				best = row[j] + 1;
			if (row[j - 1] + 1 < best)
				best = row[j - 1] + 1;
			row[j] = best;
		}
	}
	return row[n];
}

/* A city alone, or with a slip: "Berlin", "Europe/Berlín" spelt without care. */
static int unlikeness(const char *meant, const char *zone)
{
	const char *city = strrchr(zone, '/'), *said = strrchr(meant, '/');
	int whole = distance(meant, zone);
	int part = city ? distance(said ? said + 1 : meant, city + 1) + 1 : FAR;

	return whole < part ? whole : part;
}

struct near {
	char name[NAME_MAX_UNITS];
	int distance;
};

static void keep_best(struct near best[SUGGESTIONS_MAX], const char *name, int far)
{
	size_t i = SUGGESTIONS_MAX;

	while (i > 0 && far < best[i - 1].distance)
		i--;
	if (i == SUGGESTIONS_MAX)
		return;
	memmove(&best[i + 1], &best[i], (SUGGESTIONS_MAX - 1 - i) * sizeof(best[0]));
	snprintf(best[i].name, sizeof(best[i].name), "%s", name);
	best[i].distance = far;
}

static bool suggest_windows(const char *name, struct text *out)
{
	UErrorCode error = U_ZERO_ERROR;
	UChar units[NAME_MAX_UNITS], zone[NAME_MAX_UNITS];
	int32_t n;

	if (!to_units(name, units))
		return false;
	n = ucal_getTimeZoneIDForWindowsID(units, -1, NULL, zone, NAME_MAX_UNITS, &error);
	for (int32_t i = 0; U_SUCCESS(error) && i < n; i++)
		text_add(out, "%c", (char)zone[i]);
	return U_SUCCESS(error) && n > 0;
}

void zone_suggest(const char *name, struct text *out)
{
	struct near best[SUGGESTIONS_MAX] = { { "", 6 }, { "", 6 }, { "", 6 } };
	UErrorCode error = U_ZERO_ERROR;
	UEnumeration *all;
	const char *zone;
	int32_t n;

	if (suggest_windows(name, out))
		return;
	all = ucal_openTimeZoneIDEnumeration(UCAL_ZONE_TYPE_CANONICAL_LOCATION, NULL, NULL, &error);
	while (U_SUCCESS(error) && (zone = uenum_next(all, &n, &error)))
		keep_best(best, zone, unlikeness(name, zone));
	uenum_close(all);
	for (size_t i = 0;
		i < SUGGESTIONS_MAX && best[i].name[0] && best[i].distance <= best[0].distance + 1;
		i++)
		text_add(out, "%s%s", i ? ", " : "", best[i].name);
	if (!best[0].name[0])
		text_add(out, "Europe/Berlin");
}
