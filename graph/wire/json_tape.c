#include "graph/wire/json_tape.h"

#include "graph/wire/json_string.h"
#include "graph/wire/utf8.h"

#include <string.h>

#ifdef __SSE2__
#include <emmintrin.h>
#endif

/* One reading: where we are, how deep, and where a failure goes. */
struct scan {
	const char *p, *end;
	struct tape *tape;
	struct why *why;
	unsigned depth;
};

static enum err fail_at(struct scan *s, const char *at, enum err code, const char *what)
{
	tape_place_of(s->tape, (size_t)(at - s->tape->text), &s->tape->line, &s->tape->column);
	return FAIL(s->why, code, "%s", what);
}

static enum err malformed(struct scan *s, const char *what)
{
	return fail_at(s, s->p, E_MALFORMED, s->p == s->end ? "the text ends too early" : what);
}

static void skip_space(struct scan *s)
{
	while (s->p < s->end && (*s->p == ' ' || *s->p == '\n' || *s->p == '\t' || *s->p == '\r'))
		s->p++;
}

static bool next_is(struct scan *s, char c)
{
	return s->p < s->end && *s->p == c;
}

/* NULL: the tape is full. */
static struct tape_token *token_put(struct scan *s, enum tape_kind kind)
{
	struct tape *t = s->tape;
	struct tape_token *k;

	if (t->n == TAPE_TOKENS_MAX)
		return NULL;
	k = &t->token[t->n++];
	*k = (struct tape_token){
		.at = (uint32_t)(s->p - t->text), .next = t->n, .kind = (uint8_t)kind
	};
	return k;
}

static enum err full(struct scan *s)
{
	return fail_at(s, s->p, E_LIMIT, "more than 16384 values and names in one body");
}

static enum err scan_word(struct scan *s, const char *word, enum tape_kind kind)
{
	size_t n = strlen(word);
	struct tape_token *k;

	if ((size_t)(s->end - s->p) < n || memcmp(s->p, word, n) != 0)
		return malformed(s, "not a value (a string wants double quotes)");
	k = token_put(s, kind);
	if (!k)
		return full(s);
	s->p += n;
	return OK;
}

static bool is_digit(const struct scan *s)
{
	return s->p < s->end && *s->p >= '0' && *s->p <= '9';
}

static enum err scan_digits(struct scan *s)
{
	if (!is_digit(s))
		return malformed(s, "a digit is missing in this number");
	while (is_digit(s))
		s->p++;
	return OK;
}

static enum err scan_number(struct scan *s)
{
	struct tape_token *k = token_put(s, TAPE_NUMBER);
	const char *from = s->p;
	enum err e;

	if (!k)
		return full(s);
	if (*s->p == '-')
		s->p++;
	if (next_is(s, '0'))
		s->p++;
	else if ((e = scan_digits(s)) != OK)
		return e;
	if (next_is(s, '.')) {
		s->p++;
		if ((e = scan_digits(s)) != OK)
			return e;
	}
	if (next_is(s, 'e') || next_is(s, 'E')) {
		s->p++;
		if (next_is(s, '+') || next_is(s, '-'))
			s->p++;
		if ((e = scan_digits(s)) != OK)
			return e;
	}
	k->size = (uint32_t)(s->p - from);
	return OK;
}

/* Where the plain ASCII of a string ends: at a quote, backslash, control or non-ASCII byte. As
 * signed bytes the last two are one comparison. */
static const char *plain_end(const char *p, const char *end)
{
#ifdef __SSE2__
	const __m128i quote = _mm_set1_epi8('"'), slash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	for (; end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i odd = _mm_or_si128(_mm_cmplt_epi8(v, space),
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, slash)));
		int mask = _mm_movemask_epi8(odd);

		if (mask)
			return p + __builtin_ctz((unsigned)mask);
	}
#endif
	while (p < end && (signed char)*p >= ' ' && *p != '"' && *p != '\\')
		p++;
	return p;
}

/* p stands behind the opening quote, and is left behind the closing one. */
static enum err scan_string_rest(struct scan *s, bool *escaped)
{
	for (;;) {
		size_t step;

		s->p = plain_end(s->p, s->end);
		if (next_is(s, '"')) {
			s->p++;
			return OK;
		}
		if (next_is(s, '\\')) {
			*escaped = true;
			step = json_escape(s->p, s->end, NULL);
			if (step == 0)
				return malformed(s, "an escape JSON does not have");
		} else {
			step = utf8_step(s->p, s->end);
			if (step < 2)
				return malformed(
					s, step ? "a control character in a string" : "not UTF-8");
		}
		s->p += step;
	}
}

static enum err scan_string(struct scan *s)
{
	struct tape_token *k;
	enum err e;

	s->p++;
	k = token_put(s, TAPE_STRING);
	if (!k)
		return full(s);
	e = scan_string_rest(s, &k->escaped);
	if (e == OK)
		k->size = (uint32_t)(s->p - 1 - s->tape->text) - k->at;
	return e;
}

static enum err scan_value(struct scan *s);

static enum err scan_array_rest(struct scan *s, struct tape_token *array)
{
	enum err e;

	s->p++;
	skip_space(s);
	if (next_is(s, ']'))
		return OK;
	for (;;) {
		e = scan_value(s);
		if (e != OK)
			return e;
		array->size++;
		skip_space(s);
		if (next_is(s, ']'))
			return OK;
		if (!next_is(s, ','))
			return malformed(s, "a comma or ] is missing here");
		s->p++;
		skip_space(s);
	}
}

static bool key_same(const struct tape *t, const struct tape_token *a, const struct tape_token *b)
{
	if (a->hash != b->hash)
		return false;
	if (!a->escaped && !b->escaped)
		return a->size == b->size && memcmp(t->text + a->at, t->text + b->at, a->size) == 0;
	return json_string_same(t->text + a->at, a->size, t->text + b->at, b->size);
}

static bool key_is_doubled(const struct tape *t, uint32_t object, uint32_t key)
{
	for (uint32_t k = object + 1; k < key; k = t->token[k + 1].next)
		if (key_same(t, &t->token[k], &t->token[key]))
			return true;
	return false;
}

/* Keys seen so far leave a bit each, so that the search for a double seldom has to run. */
static enum err scan_key(struct scan *s, uint32_t object, uint64_t *seen)
{
	struct tape *t = s->tape;
	uint32_t key = t->n;
	const char *at = s->p;
	uint64_t bit;
	enum err e;

	if (!next_is(s, '"'))
		return malformed(s, "a member's name in double quotes is missing here");
	if (t->token[object].size == TAPE_MEMBERS_MAX)
		return fail_at(s, at, E_LIMIT, "more than 1024 members in one object");
	e = scan_string(s);
	if (e != OK)
		return e;
	t->token[key].hash = json_string_hash(
		t->text + t->token[key].at, t->token[key].size, t->token[key].escaped);
	bit = 1ULL << (t->token[key].hash & 63);
	if (*seen & bit && key_is_doubled(t, object, key))
		return fail_at(s, at, E_MALFORMED, "this member's name appears twice");
	*seen |= bit;
	return OK;
}

static enum err scan_object_rest(struct scan *s, uint32_t object)
{
	uint64_t seen = 0;
	enum err e;

	s->p++;
	skip_space(s);
	if (next_is(s, '}'))
		return OK;
	for (;;) {
		e = scan_key(s, object, &seen);
		if (e != OK)
			return e;
		skip_space(s);
		if (!next_is(s, ':'))
			return malformed(s, "a colon is missing here");
		s->p++;
		skip_space(s);
		e = scan_value(s);
		if (e != OK)
			return e;
		s->tape->token[object].size++;
		skip_space(s);
		if (next_is(s, '}'))
			return OK;
		if (!next_is(s, ','))
			return malformed(s, "a comma or } is missing here");
		s->p++;
		skip_space(s);
	}
}

static enum err scan_container(struct scan *s, enum tape_kind kind)
{
	uint32_t self = s->tape->n;
	struct tape_token *k;
	enum err e;

	if (s->depth == TAPE_DEPTH_MAX)
		return fail_at(s, s->p, E_LIMIT, "nested deeper than 64 levels");
	k = token_put(s, kind);
	if (!k)
		return full(s);
	s->depth++;
	e = kind == TAPE_ARRAY ? scan_array_rest(s, k) : scan_object_rest(s, self);
	if (e != OK)
		return e;
	s->depth--;
	s->p++;
	k->next = s->tape->n;
	return OK;
}

/* Recursion is bounded by TAPE_DEPTH_MAX. */
static enum err scan_value(struct scan *s)
{
	switch (s->p < s->end ? *s->p : '\0') {
	case '{':
		return scan_container(s, TAPE_OBJECT);
	case '[':
		return scan_container(s, TAPE_ARRAY);
	case '"':
		return scan_string(s);
	case 't':
		return scan_word(s, "true", TAPE_TRUE);
	case 'f':
		return scan_word(s, "false", TAPE_FALSE);
	case 'n':
		return scan_word(s, "null", TAPE_NULL);
	case '-':
	case '0' ... '9':
		return scan_number(s);
	default:
		return malformed(s, "not a value (a string wants double quotes)");
	}
}

enum err tape_read(struct tape *t, const char *text, size_t bytes, struct why *why)
{
	struct scan s = { .p = text, .end = text + bytes, .tape = t, .why = why };
	enum err e;

	t->text = text;
	t->text_bytes = bytes;
	t->n = 0;
	t->line = t->column = 0;
	if (bytes > TAPE_TEXT_BYTES_MAX)
		return fail_at(&s, text, E_LIMIT, "longer than 16 MiB");
	skip_space(&s);
	e = scan_value(&s);
	if (e != OK)
		return e;
	skip_space(&s);
	if (s.p < s.end)
		return fail_at(
			&s, s.p, E_MALFORMED, "something stands behind the end of the value");
	return OK;
}
