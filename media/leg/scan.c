#include "media/leg/scan.h"

#include <ctype.h>
#include <limits.h>
#include <stdint.h>
#include <string.h>

#ifdef __x86_64__
#include <immintrin.h>
#endif

static void blanks(struct scan *s)
{
	while (s->at < s->end &&
		(*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r'))
		s->at++;
}

bool scan_is(struct scan *s, char c)
{
	blanks(s);
	if (s->at == s->end || *s->at != c)
		return false;
	s->at++;
	return true;
}

bool scan_end(struct scan *s)
{
	blanks(s);
	return s->at == s->end;
}

#ifdef __x86_64__
/* Over blocks in which every character stands for itself. */
__attribute__((target("avx2"))) static char *plain_blocks(char *at, const char *end)
{
	for (; end - at >= 32; at += 32) {
		__m256i x = _mm256_loadu_si256((const __m256i *)at);
		__m256i odd = _mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('"')),
			_mm256_or_si256(_mm256_cmpeq_epi8(x, _mm256_set1_epi8('\\')),
				_mm256_cmpeq_epi8(_mm256_min_epu8(x, _mm256_set1_epi8(0x1f)), x)));
		unsigned where = (unsigned)_mm256_movemask_epi8(odd);

		if (where)
			return at + __builtin_ctz(where);
	}
	return at;
}
#endif

/* The first character of a string that does not stand for itself. */
static char *plain(char *at, const char *end)
{
#ifdef __x86_64__
	if (__builtin_cpu_supports("avx2"))
		at = plain_blocks(at, end);
#endif
	while (at < end && *at != '"' && *at != '\\' && (unsigned char)*at >= ' ')
		at++;
	return at;
}

/* Four hexadecimal digits. */
static bool unit(const char *at, const char *end, uint32_t *out)
{
	*out = 0;
	if (end - at < 4)
		return false;
	for (int i = 0; i < 4; i++) {
		int c = tolower((unsigned char)at[i]);

		if (!isxdigit(c))
			return false;
		*out = *out << 4 | (uint32_t)(c <= '9' ? c - '0' : c - 'a' + 10);
	}
	return true;
}

static char *utf8(uint32_t c, char *out)
{
	if (c < 0x80) {
		*out++ = (char)c;
		return out;
	}
	if (c < 0x800) {
		*out++ = (char)(0xc0 | c >> 6);
	} else {
		if (c < 0x10000) {
			*out++ = (char)(0xe0 | c >> 12);
		} else {
			*out++ = (char)(0xf0 | c >> 18);
			*out++ = (char)(0x80 | (c >> 12 & 0x3f));
		}
		*out++ = (char)(0x80 | (c >> 6 & 0x3f));
	}
	*out++ = (char)(0x80 | (c & 0x3f));
	return out;
}

/* What follows \u, two of them for a character beyond the first 65536. No NUL, no half a pair. */
static bool escaped_unit(struct scan *s, char **out)
{
	uint32_t c, low;

	if (!unit(s->at, s->end, &c) || c == 0 || (c >= 0xdc00 && c < 0xe000))
		return false;
	s->at += 4;
	if (c >= 0xd800 && c < 0xdc00) {
		if (s->end - s->at < 6 || s->at[0] != '\\' || s->at[1] != 'u' ||
			!unit(s->at + 2, s->end, &low) || low < 0xdc00 || low >= 0xe000)
			return false;
		s->at += 6;
		c = 0x10000 + ((c - 0xd800) << 10) + (low - 0xdc00);
	}
	*out = utf8(c, *out);
	return true;
}

/* Behind the backslash. It never grows: six characters become three bytes at the most. */
static bool escape(struct scan *s, char **out)
{
	static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
	const char *which;

	if (s->at == s->end)
		return false;
	if (*s->at == 'u') {
		s->at++;
		return escaped_unit(s, out);
	}
	which = *s->at ? strchr(from, *s->at) : NULL;
	if (!which)
		return false;
	s->at++;
	*(*out)++ = to[which - from];
	return true;
}

bool scan_string(struct scan *s, struct scan_text *out)
{
	char *to, *from;

	if (!scan_is(s, '"'))
		return false;
	out->at = to = s->at;
	for (;;) {
		from = s->at;
		s->at = plain(from, s->end);
		if (to != from)
			memmove(to, from, (size_t)(s->at - from));
		to += s->at - from;
		if (s->at == s->end || (unsigned char)*s->at < ' ')
			return false;
		if (*s->at++ == '"')
			break;
		if (!escape(s, &to))
			return false;
	}
	out->n = (size_t)(to - out->at);
	return true;
}

static bool word(struct scan *s, const char *text)
{
	size_t n = strlen(text);

	blanks(s);
	if ((size_t)(s->end - s->at) < n || memcmp(s->at, text, n) != 0)
		return false;
	s->at += n;
	return true;
}

bool scan_bool(struct scan *s, bool *out)
{
	*out = word(s, "true");
	return *out || word(s, "false");
}

static size_t digits(struct scan *s)
{
	const char *from = s->at;

	while (s->at < s->end && *s->at >= '0' && *s->at <= '9')
		s->at++;
	return (size_t)(s->at - from);
}

/* Behind the whole part: .5, e-7. */
static bool rest_of_number(struct scan *s, bool *is_whole)
{
	if (s->at < s->end && *s->at == '.') {
		*is_whole = false;
		s->at++;
		if (!digits(s))
			return false;
	}
	if (s->at < s->end && (*s->at == 'e' || *s->at == 'E')) {
		*is_whole = false;
		s->at++;
		if (s->at < s->end && (*s->at == '+' || *s->at == '-'))
			s->at++;
		return digits(s) > 0;
	}
	return true;
}

bool scan_number(struct scan *s, unsigned *out)
{
	bool is_whole = !scan_is(s, '-');
	const char *from = s->at;
	size_t n = digits(s);
	unsigned v = 0;

	if (n == 0 || (n > 1 && *from == '0'))
		return false;
	for (size_t i = 0; i < n && n <= 9; i++)
		v = v * 10 + (unsigned)(from[i] - '0');
	if (!rest_of_number(s, &is_whole))
		return false;
	*out = is_whole && n <= 9 ? v : UINT_MAX;
	return true;
}

static bool scalar(struct scan *s)
{
	struct scan_text text;
	unsigned number;
	bool truth;

	blanks(s);
	if (s->at == s->end)
		return false;
	if (*s->at == '"')
		return scan_string(s, &text);
	if (*s->at == 't' || *s->at == 'f')
		return scan_bool(s, &truth);
	return *s->at == 'n' ? word(s, "null") : scan_number(s, &number);
}

bool scan_member(struct scan *s, bool *first, struct scan_text *name, bool *ended)
{
	*ended = false;
	if (*first && !scan_is(s, '{'))
		return false;
	if (scan_is(s, '}')) {
		*ended = true;
		return false;
	}
	if (!*first && !scan_is(s, ','))
		return false;
	*first = false;
	return scan_string(s, name) && scan_is(s, ':');
}

/* An opening bracket and what closes it are remembered in open, one character each. */
bool scan_skip(struct scan *s)
{
	char open[SCAN_DEPTH_MAX];
	struct scan_text name;
	size_t depth = 0;

	for (;;) {
		bool is_object = scan_is(s, '{'), is_opened = is_object || scan_is(s, '[');

		if (is_opened) {
			if (depth == SCAN_DEPTH_MAX)
				return false;
			open[depth++] = is_object ? '}' : ']';
		} else if (!scalar(s)) {
			return false;
		}
		/* What ends here, and what comes next. */
		while (depth > 0 && scan_is(s, open[depth - 1])) {
			depth--;
			is_opened = false;
		}
		if (depth == 0)
			return true;
		if (!is_opened && !scan_is(s, ','))
			return false;
		if (open[depth - 1] == '}' && !(scan_string(s, &name) && scan_is(s, ':')))
			return false;
	}
}
