#include "media/prompt/say.h"

#include <ctype.h>
#include <string.h>

#define LANGUAGE(name, symbol) extern const struct say_language symbol;
#include "media/prompt/languages.def"
#undef LANGUAGE

static const struct {
	const char *name;
	const struct say_language *say;
} languages[] = {
#define LANGUAGE(name, symbol) { name, &symbol },
#include "media/prompt/languages.def"
#undef LANGUAGE
};

static const struct kind {
	const char *name;
	unsigned bit;
	const char *range; /* of a number of its own, for people */
} kinds[] = {
	{ "number", SAYS_NUMBER, "0 to 9999" },
	{ "ordinal", SAYS_ORDINAL, "0 to 9999" },
	{ "minutes", SAYS_MINUTES, "0 to 9999" },
	{ "time", SAYS_TIME, "0:00 to 24:00" },
};
_Static_assert(SAY_MAX == 9999, "the ranges above say so");

/* One placeholder, taken apart. */
struct place {
	const struct kind *kind;
	int32_t own; /* the number it holds; -1: it speaks the prompt's */
	size_t bytes;
};

static const struct say_language *language_of(const char *name)
{
	size_t n = strcspn(name, "-_");

	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (strlen(languages[i].name) == n && strncasecmp(languages[i].name, name, n) == 0)
			return languages[i].say;
	return NULL;
}

static enum err refuse_language(const char *language, struct why *why)
{
	char buf[128];
	struct text have = TEXT(buf);

	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		text_add(&have, "%s%s", i ? ", " : "", languages[i].name);
	return FAIL(why, E_ABSENT,
		"there are no words for numbers in language \"%.32s\" (have: %s)", language, buf);
}

/* Digits, at most five; -1: anything else. */
static int32_t digits(const char *at, size_t n)
{
	int32_t value = 0;

	if (n < 1 || n > 5)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)at[i]))
			return -1;
		value = value * 10 + at[i] - '0';
	}
	return value;
}

static bool in_range(unsigned bit, int32_t value)
{
	return value >= 0 && value <= (bit == SAYS_TIME ? SAY_DAY_MINUTES : SAY_MAX);
}

/* "12", or "9:30" of a time, as minutes since midnight; -1: neither. */
static int32_t own_number(unsigned bit, const char *at, size_t n)
{
	int32_t hour, minute;

	if (bit != SAYS_TIME)
		return digits(at, n);
	if (n < 4 || n > 5 || at[n - 3] != ':')
		return -1;
	hour = digits(at, n - 3);
	minute = digits(at + n - 2, 2);
	return hour < 0 || minute < 0 || minute > 59 ? -1 : hour * 60 + minute;
}

/* at is behind the brace; n bytes are in between. */
static enum err place_read(const char *at, size_t n, struct place *out, struct why *why)
{
	const char *space = memchr(at, ' ', n);
	size_t name = space ? (size_t)(space - at) : n;

	*out = (struct place){ .own = -1, .bytes = n + 2 };
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strlen(kinds[i].name) == name && memcmp(kinds[i].name, at, name) == 0)
			out->kind = &kinds[i];
	if (!out->kind)
		return FAIL(why, E_MALFORMED,
			"\"{%.*s}\" is unknown (have: {number}, {ordinal}, {minutes}, {time}, and "
			"with a number of their own {number 12}, {ordinal 3}, {minutes 5}, {time "
			"9:30})",
			(int)(n < 40 ? n : 40), at);
	if (!space)
		return OK;
	out->own = own_number(out->kind->bit, space + 1, n - name - 1);
	if (!in_range(out->kind->bit, out->own))
		return FAIL(why, E_MALFORMED, "\"{%.*s}\": what can be said is %s",
			(int)(n < 40 ? n : 40), at, out->kind->range);
	return OK;
}

/* The next placeholder: *at is its brace, NULL where there is none. */
static enum err place_next(const char *text, const char **at, struct place *out, struct why *why)
{
	const char *end;

	*at = strchr(text, '{');
	if (!*at)
		return OK;
	end = strchr(*at, '}');
	if (!end)
		return FAIL(why, E_MALFORMED, "\"%.20s\": a brace is opened and not closed", *at);
	return place_read(*at + 1, (size_t)(end - *at - 1), out, why);
}

enum err say_check(const char *language, const char *text, unsigned *says, struct why *why)
{
	struct place p;
	const char *at;
	enum err e;

	*says = 0;
	while ((e = place_next(text, &at, &p, why)) == OK && at) {
		if (!language_of(language))
			return refuse_language(language, why);
		if (p.own < 0)
			*says |= p.kind->bit;
		text = at + p.bytes;
	}
	return e;
}

static bool is_letter(char c)
{
	return isalpha((unsigned char)c) || (unsigned char)c >= 0x80;
}

static void put(
	const struct say_language *say, unsigned bit, unsigned value, bool ending, struct text *out)
{
	switch (bit) {
	case SAYS_NUMBER:
		say->number(value, out);
		break;
	case SAYS_ORDINAL:
		say->ordinal(value, out);
		text_add(out, "%s", ending ? "" : say->ordinal_end);
		break;
	case SAYS_MINUTES:
		say->minutes(value, out);
		break;
	case SAYS_TIME:
		say->time(value, out);
		break;
	}
}

static enum err put_all(const struct say_language *say, const char *text, int32_t value,
	struct text *out, struct why *why)
{
	struct place p;
	const char *at;
	enum err e;

	while ((e = place_next(text, &at, &p, why)) == OK && at) {
		int32_t spoken = p.own < 0 ? value : p.own;

		if (!in_range(p.kind->bit, spoken))
			return FAIL(why, E_LIMIT, "{%s} cannot say %d: %s is its range",
				p.kind->name, (int)spoken, p.kind->range);
		text_add_bytes(out, text, (size_t)(at - text));
		text = at + p.bytes;
		put(say, p.kind->bit, (unsigned)spoken, is_letter(*text), out);
	}
	text_add(out, "%s", text);
	return e;
}

enum err say_text(const char *language, const char *text, int32_t value, char *out, size_t out_size,
	struct why *why)
{
	struct text t = text_of(out, out_size);
	unsigned says;
	enum err e = say_check(language, text, &says, why);

	if (e == OK)
		e = put_all(language_of(language), text, value, &t, why);
	if (e == OK && t.cut)
		e = FAIL(why, E_LIMIT, "with its numbers the text has more than %zu bytes",
			out_size - 1);
	if (e != OK)
		*out = '\0';
	return e;
}
