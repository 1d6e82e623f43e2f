/* The strict reader: rows for what it takes and refuses, and jansson as a second opinion on many
 * thousands of damaged bodies. */

#include "bot/base/rng.h"
#include "graph/wire/json_tape.h"
#include "tests/graph/wire/files.h"

#include <jansson.h>

#include <dirent.h>

enum { MUTATIONS = 40000, BODY_MAX = 16384 };

static struct tape tape;

static const struct {
	const char *name, *text;
	enum err want;
	int line, column;
} rows[] = {
	{ "an empty object", "{}", OK, 0, 0 },
	{ "an empty array", " [ ] ", OK, 0, 0 },
	{ "every kind", "{\"a\":[1,-2.5e+3,true,false,null,\"x\"],\"b\":{}}", OK, 0, 0 },
	{ "a bare value", "17", OK, 0, 0 },
	{ "space of all four kinds", "\t\r\n {\t\"a\"\r:\n1 }\n", OK, 0, 0 },
	{ "every escape", "[\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u00e9\"]", OK, 0, 0 },
	{ "a surrogate pair", "[\"\\ud83d\\ude00\"]", OK, 0, 0 },
	{ "UTF-8 of two, three and four bytes", "[\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"]", OK, 0,
		0 },
	{ "a number too large for a word is not read here", "[123456789012345678901234567890]", OK,
		0, 0 },
	{ "nothing", "", E_MALFORMED, 1, 1 },
	{ "space only", " \n ", E_MALFORMED, 2, 2 },
	{ "an object that ends early", "{\"a\":1", E_MALFORMED, 1, 7 },
	{ "a string that ends early", "[\"abc", E_MALFORMED, 1, 6 },
	{ "a comma too many in an array", "[1,]", E_MALFORMED, 1, 4 },
	{ "a comma too many in an object", "{\"a\":1,}", E_MALFORMED, 1, 8 },
	{ "no comma", "[1 2]", E_MALFORMED, 1, 4 },
	{ "no colon", "{\"a\" 1}", E_MALFORMED, 1, 6 },
	{ "a name without quotes", "{a:1}", E_MALFORMED, 1, 2 },
	{ "quotes of the other kind", "['a']", E_MALFORMED, 1, 2 },
	{ "a comment", "[1] // one", E_MALFORMED, 1, 5 },
	{ "a second value", "{} {}", E_MALFORMED, 1, 4 },
	{ "a backslash behind the end", "{}\\", E_MALFORMED, 1, 3 },
	{ "a leading zero", "[01]", E_MALFORMED, 1, 3 },
	{ "a plus", "[+1]", E_MALFORMED, 1, 2 },
	{ "a point without digits", "[1.]", E_MALFORMED, 1, 4 },
	{ "a point first", "[.5]", E_MALFORMED, 1, 2 },
	{ "an exponent without digits", "[1e]", E_MALFORMED, 1, 4 },
	{ "a minus alone", "[-]", E_MALFORMED, 1, 3 },
	{ "not a number", "[NaN]", E_MALFORMED, 1, 2 },
	{ "half a word", "[tru]", E_MALFORMED, 1, 2 },
	{ "a word too long", "[truex]", E_MALFORMED, 1, 6 },
	{ "a word in capitals", "[True]", E_MALFORMED, 1, 2 },
	{ "an unknown escape", "[\"\\x41\"]", E_MALFORMED, 1, 3 },
	{ "an escaped NUL", "[\"\\u0000\"]", E_MALFORMED, 1, 3 },
	{ "a high surrogate alone", "[\"\\ud83d\"]", E_MALFORMED, 1, 3 },
	{ "a high surrogate and something else", "[\"\\ud83d\\u0041\"]", E_MALFORMED, 1, 3 },
	{ "a low surrogate alone", "[\"\\ude00\"]", E_MALFORMED, 1, 3 },
	{ "three hexadecimal digits", "[\"\\u00e\"]", E_MALFORMED, 1, 3 },
	{ "a line end in a string", "[\"a\nb\"]", E_MALFORMED, 1, 4 },
	{ "an overlong form", "[\"\xc0\xaf\"]", E_MALFORMED, 1, 3 },
	{ "a surrogate in UTF-8", "[\"\xed\xa0\x80\"]", E_MALFORMED, 1, 3 },
	{ "past U+10FFFF", "[\"\xf4\x90\x80\x80\"]", E_MALFORMED, 1, 3 },
	{ "a continuation alone", "[\"\x80\"]", E_MALFORMED, 1, 3 },
	{ "a cut character", "[\"\xe2\x82\"]", E_MALFORMED, 1, 3 },
	{ "a byte order mark", "\xef\xbb\xbf{}", E_MALFORMED, 1, 1 },
	{ "a name twice", "{\"a\":1,\n \"b\":2,\n \"a\":3}", E_MALFORMED, 3, 2 },
	{ "a name twice, once escaped", "{\"a\":1,\"\\u0061\":2}", E_MALFORMED, 1, 8 },
	{ "a name twice, escaped first", "{\"\\u0061b\":1,\"ab\":2}", E_MALFORMED, 1, 14 },
	{ "the empty name twice", "{\"\":1,\"\":2}", E_MALFORMED, 1, 7 },
	{ "the same name in another object", "{\"a\":{\"a\":{\"a\":1}}}", OK, 0, 0 },
	{ "columns count characters", "[\"\xc3\xa9\xe2\x82\xac\" x]", E_MALFORMED, 1, 7 },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		size_t bytes = strlen(rows[i].text);
		struct why why = { .text = "" };
		enum err e = tape_read(&tape, rows[i].text, bytes, &why);

		if (e != rows[i].want || tape.line != rows[i].line || tape.column != rows[i].column)
			fail_msg("%s: %d at %d:%d, wanted %d at %d:%d (%s)", rows[i].name, e,
				tape.line, tape.column, rows[i].want, rows[i].line, rows[i].column,
				why.text);
	}
}

static char *nested(size_t depth)
{
	char *text = calloc(1, 2 * depth + 1);

	assert_non_null(text);
	memset(text, '[', depth);
	memset(text + depth, ']', depth);
	return text;
}

static void depth_has_a_limit(void **state)
{
	char *most = nested(TAPE_DEPTH_MAX), *more = nested(TAPE_DEPTH_MAX + 1);

	(void)state;
	assert_int_equal(tape_read(&tape, most, strlen(most), NULL), OK);
	assert_int_equal(tape_read(&tape, more, strlen(more), NULL), E_LIMIT);
	assert_int_equal(tape.column, TAPE_DEPTH_MAX + 1);
	free(most);
	free(more);
}

/* "[0,0,...]" or "{"k0":0,...}" of n. */
static char *many(size_t n, bool object)
{
	struct text t = text_of(malloc(n * 16 + 16), n * 16 + 16);

	text_add(&t, object ? "{" : "[");
	for (size_t i = 0; i < n; i++)
		text_add(&t, object ? "%s\"k%zu\":0" : "%s0", i ? "," : "", i);
	text_add(&t, object ? "}" : "]");
	assert_false(t.cut);
	return t.at;
}

static void counts_have_limits(void **state)
{
	static const struct {
		const char *name;
		size_t n;
		bool object;
		enum err want;
	} limits[] = {
		{ "as many values as fit", TAPE_TOKENS_MAX - 1, false, OK },
		{ "one value more", TAPE_TOKENS_MAX, false, E_LIMIT },
		{ "as many members as fit", TAPE_MEMBERS_MAX, true, OK },
		{ "one member more", TAPE_MEMBERS_MAX + 1, true, E_LIMIT },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(limits); i++) {
		char *text = many(limits[i].n, limits[i].object);

		if (tape_read(&tape, text, strlen(text), NULL) != limits[i].want)
			fail_msg("%s", limits[i].name);
		free(text);
	}
	assert_int_equal(tape_read(&tape, "", TAPE_TEXT_BYTES_MAX + 1, NULL), E_LIMIT);
	assert_int_equal(tape_read(&tape, "{}", 3, NULL), E_MALFORMED); /* a NUL behind the end */
}

static void the_end_is_the_end(void **state)
{
	static const char text[] = "{\"a\":12}";

	(void)state;
	for (size_t bytes = 0; bytes < sizeof(text) - 1; bytes++) {
		char *exact = malloc(bytes + !bytes); /* so that a sanitizer sees a step too far */

		memcpy(exact, text, bytes);
		assert_int_equal(tape_read(&tape, exact, bytes, NULL), E_MALFORMED);
		free(exact);
	}
}

static void members_are_found_and_decoded(void **state)
{
	static const char text[] = "{\"x\":{\"name\":\"no\"},\"n\\u0061me\":"
				   "\"\\u00e9\\ud83d\\ude00!\",\"list\":[1,[2],{\"k\":3}]}";
	char out[16], path[64];
	uint32_t at, list;
	bool whole;

	(void)state;
	assert_int_equal(tape_read(&tape, text, strlen(text), NULL), OK);
	assert_int_equal(tape_member(&tape, 0, "absent"), 0);
	assert_int_equal(tape_member(&tape, 0, "k"), 0);
	at = tape_member(&tape, 0, "name");
	assert_int_not_equal(at, 0);
	whole = tape_string(&tape, at, out, sizeof(out));
	assert_true(whole);
	assert_string_equal(out, "\xc3\xa9\xf0\x9f\x98\x80!");
	whole = tape_string(&tape, at, out, 6); /* no half characters */
	assert_false(whole);
	assert_string_equal(out, "\xc3\xa9");
	list = tape_member(&tape, 0, "list");
	assert_int_equal(tape.token[list].size, 3);
	for (uint32_t i = list + 1; i < tape.token[list].next; i = tape.token[i].next)
		at = i;
	at = tape_member(&tape, at, "k");
	assert_int_not_equal(at, 0);
	struct text t = TEXT(path);
	tape_path(&tape, at, &t);
	assert_string_equal(path, "list[2].k");
}

static void integers(void **state)
{
	static const struct {
		const char *text;
		bool is;
		int64_t want;
	} numbers[] = {
		{ "0", true, 0 },
		{ "-0", true, 0 },
		{ "-17", true, -17 },
		{ "\"17\"", true, 17 },
		{ "\"-1\"", true, -1 },
		{ "9223372036854775807", true, INT64_MAX },
		{ "-9223372036854775808", true, INT64_MIN },
		{ "9223372036854775808", false, 0 },
		{ "-9223372036854775809", false, 0 },
		{ "1.0", false, 0 },
		{ "1e3", false, 0 },
		{ "\"\"", false, 0 },
		{ "\"-\"", false, 0 },
		{ "\"1 \"", false, 0 },
		{ "\"0x1\"", false, 0 },
		{ "true", false, 0 },
	};
	int64_t got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		got = 0;
		assert_int_equal(
			tape_read(&tape, numbers[i].text, strlen(numbers[i].text), NULL), OK);
		if (tape_integer(&tape, 0, &got) != numbers[i].is ||
			(numbers[i].is && got != numbers[i].want))
			fail_msg("%s: %lld", numbers[i].text, (long long)got);
	}
}

/* Everything one has read, rebuilt for the other to compare. */
static json_t *rebuild(uint32_t token)
{
	const struct tape_token *k = &tape.token[token];
	char text[BODY_MAX];
	json_t *out;
	int64_t n;

	switch ((enum tape_kind)k->kind) {
	case TAPE_NULL:
		return json_null();
	case TAPE_FALSE:
	case TAPE_TRUE:
		return json_boolean(k->kind == TAPE_TRUE);
	case TAPE_NUMBER:
		if (tape_integer(&tape, token, &n))
			return json_integer(n);
		memcpy(text, tape.text + k->at, k->size);
		text[k->size] = '\0';
		return json_real(strtod(text, NULL));
	case TAPE_STRING:
		assert_true(tape_string(&tape, token, text, sizeof(text)));
		return json_string(text);
	case TAPE_ARRAY:
		out = json_array();
		for (uint32_t i = token + 1; i < k->next; i = tape.token[i].next)
			json_array_append_new(out, rebuild(i));
		return out;
	case TAPE_OBJECT:
		break;
	}
	out = json_object();
	for (uint32_t i = token + 1; i < k->next; i = tape.token[i + 1].next) {
		assert_true(tape_string(&tape, i, text, sizeof(text)));
		json_object_set_new(out, text, rebuild(i + 1));
	}
	return out;
}

/* One body, both readers. Returns whether both took it. */
static bool compare(const char *body, size_t bytes, const char *what)
{
	json_error_t at;
	json_t *theirs = json_loadb(body, bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, &at);
	enum err e = tape_read(&tape, body, bytes, NULL);
	bool taken = theirs != NULL;

	if (!theirs && json_error_code(&at) == json_error_numeric_overflow)
		return false; /* the documented difference */
	if (taken != (e == OK) && e != E_LIMIT)
		fail_msg("%s: jansson %s, we %s: %.*s", what, taken ? "takes it" : at.text,
			e == OK ? "take it" : "do not", (int)bytes, body);
	if (taken && e == OK) {
		json_t *ours = rebuild(0);

		if (!json_equal(ours, theirs))
			fail_msg("%s: read differently: %.*s", what, (int)bytes, body);
		json_decref(ours);
	}
	json_decref(theirs);
	return taken;
}

/* Damage of the kinds that meet the reader's edges: bytes, pieces of JSON, lost and doubled parts.
 */
static size_t damage(struct rng *rng, char *body, size_t bytes)
{
	static const char *const pieces[] = { "\"", "\\", "\\u00", "\\ud83d", "\\ude00", "{", "}",
		"[", "]", ",", ":", "null", "1e", "-", "0", ".5", " ", "\n", "\xc3", "\xc3\xa9",
		"\xed\xa0\x80", "\xff", "true", "{\"id\":1}", "[]", "\"id\":0,", "\x1f", "\x7f",
		"99999999999999999999" };
	size_t at = rng_below(rng, bytes), n;

	switch (rng_below(rng, 5)) {
	case 0:
		body[at] = (char)rng_next(rng);
		return bytes;
	case 1: /* a piece lost */
		n = 1 + rng_below(rng, 8);
		n = n < bytes - at ? n : bytes - at - 1;
		memmove(body + at, body + at + n, bytes - at - n);
		return bytes - n;
	case 2: /* a piece doubled */
		n = 1 + rng_below(rng, 40);
		n = n < bytes - at ? n : bytes - at;
		n = n < BODY_MAX - bytes ? n : BODY_MAX - bytes;
		memmove(body + at + n, body + at, bytes - at);
		return bytes + n;
	case 3: {
		const char *piece = pieces[rng_below(rng, ARRAY_LEN(pieces))];

		n = strlen(piece);
		if (n > BODY_MAX - bytes)
			return bytes;
		memmove(body + at + n, body + at, bytes - at);
		memcpy(body + at, piece, n);
		return bytes + n;
	}
	default: /* cut off */
		return rng_below(rng, 8) ? bytes : at + 1;
	}
}

static char *bodies[64];
static size_t body_bytes[64], n_bodies;

static void bodies_read(const char *dir)
{
	DIR *d = opendir(dir);
	struct dirent *entry;

	assert_non_null(d);
	while ((entry = readdir(d)) != NULL && n_bodies < ARRAY_LEN(bodies)) {
		char path[512];

		snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name);
		if (entry->d_name[0] != '.')
			bodies[n_bodies] = file_read(path, &body_bytes[n_bodies]);
		n_bodies += entry->d_name[0] != '.' && body_bytes[n_bodies] < BODY_MAX;
	}
	closedir(d);
}

static void jansson_agrees_on_damaged_bodies(void **state)
{
	static char body[BODY_MAX];
	struct rng rng = { 20261122 };
	unsigned taken = 0;

	(void)state;
	bodies_read("tests/fixtures/call");
	bodies_read("tests/fixtures/operation");
	assert_true(n_bodies > 20);
	for (unsigned i = 0; i < MUTATIONS; i++) {
		size_t which = rng_below(&rng, n_bodies), bytes = body_bytes[which];
		char what[64];

		memcpy(body, bodies[which], bytes);
		for (uint64_t n = 1 + rng_below(&rng, 3); n > 0 && bytes > 1; n--)
			bytes = damage(&rng, body, bytes);
		snprintf(what, sizeof(what), "mutation %u", i);
		taken += compare(body, bytes, what);
	}
	/* Both sides of the comparison were exercised. */
	assert_in_range(taken, MUTATIONS / 20, MUTATIONS - MUTATIONS / 20);
	for (size_t i = 0; i < n_bodies; i++)
		free(bodies[i]);
}

static void jansson_agrees_on_the_rows(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++)
		compare(rows[i].text, strlen(rows[i].text), rows[i].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(depth_has_a_limit),
		cmocka_unit_test(counts_have_limits),
		cmocka_unit_test(the_end_is_the_end),
		cmocka_unit_test(members_are_found_and_decoded),
		cmocka_unit_test(integers),
		cmocka_unit_test(jansson_agrees_on_the_rows),
		cmocka_unit_test(jansson_agrees_on_damaged_bodies),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
