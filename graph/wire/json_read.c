#include "graph/wire/json_tape.h"

#include "graph/wire/json_string.h"
#include "graph/wire/utf8.h"

#include <assert.h>
#include <string.h>

uint32_t tape_member(const struct tape *t, uint32_t object, const char *name)
{
	size_t bytes = strlen(name);

	assert(t->token[object].kind == TAPE_OBJECT);
	for (uint32_t k = object + 1; k < t->token[object].next; k = t->token[k + 1].next) {
		const struct tape_token *key = &t->token[k];

		if (key->escaped
				? json_string_same(t->text + key->at, key->size, name, bytes)
				: key->size == bytes && memcmp(t->text + key->at, name, bytes) == 0)
			return k + 1;
	}
	return 0;
}

const char *tape_kind_text(enum tape_kind kind)
{
	static const char *const text[] = { "null", "a boolean", "a boolean", "a number",
		"a string", "an array", "an object" };

	return text[kind];
}

bool tape_string(const struct tape *t, uint32_t string, char *out, size_t out_size)
{
	const struct tape_token *k = &t->token[string];
	const char *from = t->text + k->at;
	bool whole = k->size < out_size;
	size_t n;

	assert(k->kind == TAPE_STRING && out_size > 0);
	if (k->escaped) {
		n = json_string_decode(from, k->size, out, out_size - 1, &whole);
	} else {
		n = utf8_prefix(from, k->size, out_size - 1);
		memcpy(out, from, n);
	}
	out[n] = '\0';
	return whole;
}

bool tape_integer(const struct tape *t, uint32_t token, int64_t *out)
{
	const struct tape_token *k = &t->token[token];
	const char *p = t->text + k->at, *end = p + k->size;
	bool negative = k->size > 0 && *p == '-';
	int64_t value = 0;

	if ((k->kind != TAPE_NUMBER && k->kind != TAPE_STRING) || k->size == (size_t)negative)
		return false;
	for (p += negative; p < end; p++) {
		int digit = *p - '0';

		if (digit < 0 || digit > 9 || __builtin_mul_overflow(value, 10, &value) ||
			__builtin_sub_overflow(value, digit, &value))
			return false;
	}
	/* Summed up as a negative number, whose range is the larger. */
	return negative ? (*out = value, true) : !__builtin_sub_overflow(0, value, out);
}

/* The member of the container that is, or holds, the token. */
static uint32_t child_towards(const struct tape *t, uint32_t container, uint32_t token)
{
	bool object = t->token[container].kind == TAPE_OBJECT;
	uint32_t child = container + 1 + object;

	while (t->token[child].next <= token)
		child = t->token[child].next + object;
	return child;
}

static void step_print(const struct tape *t, uint32_t container, uint32_t child, struct text *out)
{
	unsigned index = 0;
	char name[64];

	if (t->token[container].kind == TAPE_OBJECT) {
		(void)tape_string(
			t, child - 1, name, sizeof(name)); /* a cut name still leads there */
		text_add(out, "%s%s", out->used ? "." : "", name);
		return;
	}
	for (uint32_t i = container + 1; i < child; i = t->token[i].next)
		index++;
	text_add(out, "[%u]", index);
}

void tape_path(const struct tape *t, uint32_t token, struct text *out)
{
	assert(token < t->n);
	if (token == 0)
		text_add(out, "the body");
	for (uint32_t at = 0; at != token;) {
		uint32_t child = child_towards(t, at, token);

		if (child > token)
			return; /* the token is a name, not a value */
		step_print(t, at, child, out);
		at = child;
	}
}

void tape_place_of(const struct tape *t, size_t at, int *line, int *column)
{
	*line = 1;
	*column = 1;
	for (size_t i = 0; i < at && i < t->text_bytes; i++) {
		if (t->text[i] == '\n') {
			++*line;
			*column = 1;
		} else if (((unsigned char)t->text[i] & 0xc0) != 0x80) {
			++*column;
		}
	}
}

void tape_place(const struct tape *t, uint32_t token, int *line, int *column)
{
	assert(token < t->n);
	tape_place_of(t, t->token[token].at - (t->token[token].kind == TAPE_STRING), line, column);
}
