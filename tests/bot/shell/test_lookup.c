/* What is asked of another system, and what its answer is taken for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/shell/from_core.h"
#include "bot/shell/known.h"
#include "bot/shell/lookup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *template, *digits, *caller, *want;
} urls[] = {
	{ "nothing to put in", "https://x/a?b=c", "1", "2", "https://x/a?b=c" },
	{ "digits", "https://x/{digits}/y", "4711", "", "https://x/4711/y" },
	{ "a plus must not become a space", "https://x?c={caller}", "", "+4930 1",
		"https://x?c=%2B4930%201" },
	{ "twice, side by side", "https://x/{digits}{digits}", "1*", "", "https://x/1%2A1%2A" },
	{ "no word of ours", "https://x/{name}", "1", "2", "https://x/{name}" },
	{ "not typed", "https://x?d={digits}", "", "", "https://x?d=" },
};

static void addresses_are_filled_in_and_escaped(void **state)
{
	char url[LOOKUP_URL_MAX], longest[LOOKUP_URL_MAX + 1];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(urls); i++) {
		assert_int_equal(
			lookup_url(urls[i].template, urls[i].digits, urls[i].caller, url), OK);
		if (strcmp(url, urls[i].want) != 0)
			fail_msg("%s: %s", urls[i].name, url);
	}
	memset(longest, '*', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(lookup_url("https://x/{digits}", longest, "", url), E_LIMIT);
	assert_int_equal(lookup_url(longest, "", "", url), E_LIMIT);
}

/* RFC 6901, section 5. */
static const char document[] = "{\"foo\":[\"bar\",\"baz\"],\"\":0,\"a/b\":1,\"m~n\":8,\"t\":true}";

static const struct {
	const char *pointer, *want; /* NULL: nothing there */
} pointers[] = {
	{ "/foo/0", "\"bar\"" },
	{ "/foo/1", "\"baz\"" },
	{ "/foo/2", NULL },
	{ "/foo/01", NULL },
	{ "/foo/-", NULL },
	{ "/", "0" },
	{ "/a~1b", "1" },
	{ "/m~0n", "8" },
	{ "/t", "true" },
	{ "/t/x", NULL },
	{ "/nobody", NULL },
};

static void pointers_point(void **state)
{
	json_t *root = json_loads(document, 0, NULL);

	(void)state;
	assert_ptr_equal(json_at(root, ""), root);
	for (size_t i = 0; i < ARRAY_LEN(pointers); i++) {
		json_t *found = json_at(root, pointers[i].pointer);
		char *text = found ? json_dumps(found, JSON_ENCODE_ANY) : NULL;

		if ((text == NULL) != (pointers[i].want == NULL) ||
			(text && strcmp(text, pointers[i].want) != 0))
			fail_msg("%s: %s", pointers[i].pointer, text ? text : "nothing");
		free(text);
	}
	json_decref(root);
}

static void the_first_case_that_fits_is_it(void **state)
{
	json_t *gold = json_loads("[\"gold\", \"platinum\"]", 0, NULL);
	json_t *numbers = json_loads("[7, true]", 0, NULL);
	const struct config_lookup l = { .n_cases = 2,
		.in_case = { { "vip", "/tier", gold }, { "seven", "/n", numbers } } };
	const struct {
		const char *answer;
		int want;
	} rows[] = {
		{ "{\"tier\": \"platinum\"}", 0 },
		{ "{\"tier\": \"gold\", \"n\": 7}", 0 },
		{ "{\"tier\": \"Gold\", \"n\": 7.0}", 1 },
		{ "{\"n\": true}", 1 },
		{ "{\"n\": \"7\"}", -1 },
		{ "{\"n\": null}", -1 },
		{ "[]", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *answer = json_loads(rows[i].answer, 0, NULL);

		if (lookup_case(&l, answer) != rows[i].want)
			fail_msg("%s", rows[i].answer);
		json_decref(answer);
	}
	json_decref(gold);
	json_decref(numbers);
}

/* ---- callers who are known */

static struct guid nth(uint32_t n)
{
	struct guid g = { { 0 } };

	memcpy(g.byte, &n, sizeof(n));
	g.byte[15] = 1;
	return g;
}

static void a_caller_is_known_by_whom_she_spoke_with_last(void **state)
{
	const struct plan_agent agents[] = { { .key = 11 }, { .key = 22 } },
				fewer[] = { { .key = 22 } };
	struct config conf = { .plan = { .agent = agents, .n_agents = 2 } };
	struct known *k = known_new();
	struct record r = { .agent = 1, .connected_ms = 5, .ended_ms = 1000 };

	(void)state;
	conf.limit.known_ms = 500;
	assert_int_equal(known_agent(k, nth(1), 1000, &conf), 0);
	known_ended(k, nth(1), 7, &r, &conf);
	assert_int_equal(known_agent(k, nth(1), 1500, &conf), 1);
	assert_int_equal(known_agent(k, nth(1), 1501, &conf), 0);
	assert_int_equal(known_agent(k, nth(2), 1000, &conf), 0);
	r.agent = 2;
	known_ended(k, nth(1), 7, &r, &conf);
	assert_int_equal(known_agent(k, nth(1), 1000, &conf), 2);
	r.agent = 0; /* an abandoned call changes nothing, nor does one nobody knows of */
	known_ended(k, nth(1), 7, &r, &conf);
	r.agent = 1;
	known_ended(k, nth(0x100), 7, &(struct record){ .agent = 1 }, &conf);
	assert_int_equal(known_agent(k, nth(1), 1000, &conf), 2);
	assert_int_equal(known_agent(k, nth(0x100), 1000, &conf), 0);
	conf.plan.agent = fewer;
	conf.plan.n_agents = 1;
	assert_int_equal(
		known_agent(k, nth(1), 1000, &conf), 1); /* the same one, by another number */
	known_free(k);
}

static void only_the_last_conversations_are_remembered(void **state)
{
	const struct plan_agent agents[] = { { .key = 11 } };
	struct config conf = { .plan = { .agent = agents, .n_agents = 1 } };
	struct known *k = known_new();
	struct record r = { .agent = 1, .connected_ms = 5, .ended_ms = 1000 };

	(void)state;
	conf.limit.known_ms = 500;
	for (uint32_t i = 1; i <= KNOWN_MAX; i++)
		known_ended(k, nth(i), 7, &r, &conf);
	known_ended(k, nth(1), 7, &r, &conf); /* again: not the oldest any more */
	for (uint32_t i = 1; i < 100; i++)
		known_ended(k, nth(KNOWN_MAX + i), 7, &r, &conf);
	assert_int_equal(known_agent(k, nth(1), 1000, &conf), 1);
	assert_int_equal(known_agent(k, nth(50), 1000, &conf), 0);
	assert_int_equal(known_agent(k, nth(102), 1000, &conf), 1);
	assert_int_equal(known_agent(k, nth(KNOWN_MAX + 99), 1000, &conf), 1);
	known_free(k);
}

/* ---- who hears whom */

static void who_hears_whom(void **state)
{
	static const char *const words[HEARINGS] = { "nothing", "all", "listen", "whisper",
		"music" };
	/* listener: talkers whom she hears */
	static const char *const lead[HEARINGS] = { "", "all whisper", "all whisper", "all whisper",
		"" };
	static const char *const other[HEARINGS] = { "", "all", "all", "all", "" };
	char heard[64];

	(void)state;
	for (uint8_t l = 0; l < HEARINGS; l++)
		for (int is_lead = 0; is_lead < 2; is_lead++) {
			struct text t = TEXT(heard);

			for (uint8_t k = 0; k < HEARINGS; k++)
				if (ear_hears(&(struct ear){ .is_lead = is_lead, .hearing = l },
					    &(struct ear){ .hearing = k }))
					text_add(&t, "%s%s", t.used ? " " : "", words[k]);
			if (strcmp(heard, (is_lead ? lead : other)[l]) != 0)
				fail_msg("%s %s: %s", is_lead ? "lead" : "other", words[l], heard);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_are_filled_in_and_escaped),
		cmocka_unit_test(pointers_point),
		cmocka_unit_test(the_first_case_that_fits_is_it),
		cmocka_unit_test(a_caller_is_known_by_whom_she_spoke_with_last),
		cmocka_unit_test(only_the_last_conversations_are_remembered),
		cmocka_unit_test(who_hears_whom),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
