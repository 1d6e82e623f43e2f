/*
 * Range, as players and browsers ask for parts of a WAV. Whoever asks for several ranges, or in
 * words that are not these, gets the whole, as RFC 9110 section 14.2 allows.
 */
#include "bot/http/inside.h"

#include <string.h>

/* Digits to a number, no more than UINT64_MAX / 2; false: there are none. */
static bool digits(const char **p, uint64_t *out)
{
	const char *from = *p;

	*out = 0;
	for (; **p >= '0' && **p <= '9'; ++*p)
		if (*out < UINT64_MAX / 20)
			*out = *out * 10 + (uint64_t)(**p - '0');
	return *p > from;
}

static enum range range_suffix(const char *p, uint64_t total, uint64_t *first, uint64_t *bytes)
{
	uint64_t last;

	if (!digits(&p, &last) || *p)
		return RANGE_WHOLE;
	if (!last || !total)
		return RANGE_OUTSIDE;
	*bytes = last < total ? last : total;
	*first = total - *bytes;
	return RANGE_PART;
}

enum range range_parse(const char *text, uint64_t total, uint64_t *first, uint64_t *bytes)
{
	uint64_t last;

	if (!text || strncmp(text, "bytes=", 6))
		return RANGE_WHOLE;
	text += 6;
	if (*text == '-')
		return range_suffix(text + 1, total, first, bytes);
	if (!digits(&text, first) || *text++ != '-')
		return RANGE_WHOLE;
	if (!*text)
		last = UINT64_MAX;
	else if (!digits(&text, &last) || *text || last < *first)
		return RANGE_WHOLE;
	if (*first >= total)
		return RANGE_OUTSIDE;
	*bytes = (last < total ? last + 1 : total) - *first;
	return RANGE_PART;
}
