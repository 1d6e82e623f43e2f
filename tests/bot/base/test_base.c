/* The floor: errors, text, GUIDs, chance, and the two queues. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "bot/base/inbox.h"
#include "bot/base/ring.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>

static void failing_tells_its_story_once(void **state)
{
	struct why why;

	(void)state;
	assert_int_equal(FAIL_EXT(&why, E_REMOTE, 429, "slow down for %d s", 3), E_REMOTE);
	assert_string_equal(why.text, "slow down for 3 s");
	assert_int_equal(why.ext, 429);
	assert_non_null(strstr(why.site, "test_base.c:"));
	assert_int_equal(FAIL(NULL, E_LIMIT, "nobody listens"), E_LIMIT);
	assert_string_equal(err_text(E_ABSENT), "not there");
}

static void text_never_overruns_and_says_when_cut(void **state)
{
	char buf[8];
	struct text t = TEXT(buf);

	(void)state;
	text_add(&t, "%s", "abc");
	assert_false(t.cut);
	text_add(&t, "%s", "defghi");
	assert_true(t.cut);
	assert_string_equal(buf, "abcdefg");
	text_add_bytes(&t, "x", 1);
	assert_string_equal(buf, "abcdefg");
}

static void a_masked_number_keeps_its_ends_only(void **state)
{
	char out[16];

	(void)state;
	text_mask(out, sizeof(out), "+4915112345678");
	assert_string_equal(out, "+4***78");
	text_mask(out, sizeof(out), "12345");
	assert_string_equal(out, "***");
}

static const struct {
	const char *name, *number, *want;
} numbers[] = {
	{ "of two digits' country", "+4930123567", "+49 30 ***567" },
	{ "of one digit's", "+12125550123", "+1 21 ***123" },
	{ "of three digits'", "+353123456789", "+353 12 ***789" },
	{ "with three digits hidden", "+4930123567", "+49 30 ***567" },
	{ "with two is too little", "+493012567", "+4***67" },
	{ "an extension", "4711", "***" },
	{ "no number of the world's", "03012345678", "03***78" },
	{ "withheld", "anonymous", "an***us" },
	{ "none", "", "" },
	{ "a plus alone", "+", "***" },
};

static void a_number_for_people_shows_its_country_area_and_end(void **state)
{
	char got[40];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		text_mask_number(got, sizeof(got), numbers[i].number);
		if (strcmp(got, numbers[i].want) != 0)
			fail_msg("%s: %s", numbers[i].name, got);
	}
}

static const struct {
	const char *name, *text, *want;
} words[] = {
	{ "a number in a message", "Target +4915112345678 is unknown.",
		"Target +49*********78 is unknown." },
	{ "the shortest number", "1234567", "12***67" },
	{ "two numbers", "tel:1234567;tel:12345678", "tel:12***67;tel:12****78" },
	{ "codes and times stay", "7504 at 12:04:31, DiagCode: 10078", NULL },
	{ "six digits stay", "123456", NULL },
	{ "a GUID stays, a number beside it does not",
		"request 11111111-1111-4111-8111-111111111111 of 030123456",
		"request 11111111-1111-4111-8111-111111111111 of 03*****56" },
	{ "what only begins like a GUID does not", "11111111-1111-4111-8111",
		"11****11-1111-4111-8111" },
	{ "nothing", "", NULL },
};

static void numbers_in_other_people_s_words_are_masked(void **state)
{
	char got[128];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		snprintf(got, sizeof(got), "%s", words[i].text);
		text_mask_digits(got);
		if (strcmp(got, words[i].want ? words[i].want : words[i].text) != 0)
			fail_msg("%s: %s", words[i].name, got);
	}
}

static const struct {
	const char *name, *text, *want;
} names[] = {
	{ "a person's", "Ann Müller", "Ann Müller" },
	{ "a number", "+4915112345678", "+4***78" },
	{ "a number, written for people", "+49 (30) 12 34-56", "+4***56" },
	{ "an extension", "1234", "***" },
	{ "a person's, with her number", "Ann Müller of Lund 03012345678",
		"Ann Müller of Lund 03*******78" },
	{ "a person's, counted", "Ann 007", "Ann 007" },
	{ "none", "", "" },
};

static void a_name_that_is_a_number_is_masked(void **state)
{
	char got[48];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		text_mask_name(got, sizeof(got), names[i].text);
		if (strcmp(got, names[i].want) != 0)
			fail_msg("%s: %s", names[i].name, got);
	}
}

static const struct {
	const char *name, *text, *want; /* NULL: refused */
} guids[] = {
	{ "dashed", "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01",
		"4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01" },
	{ "dashless", "4b1f2d008e4c4d0e9a550d9f0c7f1a01", "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01" },
	{ "upper case", "4B1F2D00-8E4C-4D0E-9A55-0D9F0C7F1A01",
		"4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01" },
	{ "dash astray", "4b1f2d0-08e4c-4d0e-9a55-0d9f0c7f1a01", NULL },
	{ "not hexadecimal", "4g1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01", NULL },
	{ "short", "4b1f2d00", NULL },
	{ "empty", "", NULL },
};

static void guids_are_read_in_every_spelling(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(guids); i++) {
		char got[GUID_TEXT];
		struct guid g;
		enum err e = guid_parse(guids[i].text, strlen(guids[i].text), &g);

		if ((e == OK) != (guids[i].want != NULL))
			fail_msg("%s", guids[i].name);
		if (e != OK) {
			assert_true(guid_is_none(g));
			continue;
		}
		guid_print(g, got);
		assert_string_equal(got, guids[i].want);
	}
}

static void a_seed_is_one_sequence_everywhere(void **state)
{
	struct rng a = { 7 }, b = { 7 };

	(void)state;
	for (int i = 0; i < 100; i++)
		assert_int_equal(rng_next(&a), rng_next(&b));
	for (int i = 0; i < 1000; i++)
		assert_true(rng_below(&a, 6) < 6);
	a.state = 0; /* splitmix64's published first value for seed 0 */
	assert_true(rng_next(&a) == 0xe220a8397b1dcdafULL);
}

static void an_inbox_refuses_the_one_too_many(void **state)
{
	struct inbox *in = inbox_new(2, sizeof(int));
	struct pollfd p = { .fd = inbox_fd(in), .events = POLLIN };
	int v;

	(void)state;
	assert_int_equal(poll(&p, 1, 0), 0);
	assert_int_equal(inbox_put(in, &(int){ 1 }), OK);
	assert_int_equal(inbox_put(in, &(int){ 2 }), OK);
	assert_int_equal(inbox_put(in, &(int){ 3 }), E_LIMIT);
	assert_int_equal(poll(&p, 1, 0), 1);
	assert_true(inbox_take(in, &v) && v == 1);
	assert_true(inbox_take(in, &v) && v == 2);
	assert_false(inbox_take(in, &v));
	assert_int_equal(poll(&p, 1, 0), 0);
	inbox_free(in);
}

enum { MANY = 20000 };

static void *write_many(void *arg)
{
	for (uint32_t i = 1; i <= MANY; i++)
		while (!ring_put(arg, &i))
			sched_yield();
	return NULL;
}

static void a_ring_keeps_order_between_two_threads(void **state)
{
	struct ring r;
	pthread_t writer;
	uint32_t got, last = 0;

	(void)state;
	assert_int_equal(ring_init(&r, 60, sizeof(uint32_t)), OK);
	assert_int_equal(r.capacity, 64);
	pthread_create(&writer, NULL, write_many, &r);
	while (last < MANY) {
		if (!ring_take(&r, &got)) {
			sched_yield();
			continue;
		}
		assert_int_equal(got, last + 1);
		last = got;
	}
	pthread_join(writer, NULL);
	ring_fini(&r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(failing_tells_its_story_once),
		cmocka_unit_test(text_never_overruns_and_says_when_cut),
		cmocka_unit_test(a_masked_number_keeps_its_ends_only),
		cmocka_unit_test(a_number_for_people_shows_its_country_area_and_end),
		cmocka_unit_test(numbers_in_other_people_s_words_are_masked),
		cmocka_unit_test(a_name_that_is_a_number_is_masked),
		cmocka_unit_test(guids_are_read_in_every_spelling),
		cmocka_unit_test(a_seed_is_one_sequence_everywhere),
		cmocka_unit_test(an_inbox_refuses_the_one_too_many),
		cmocka_unit_test(a_ring_keeps_order_between_two_threads),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
