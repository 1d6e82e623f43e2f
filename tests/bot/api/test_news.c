/* Who sees what, and what a reader of the news gets of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/api/news.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { ADA = 1, BEN, SALES = 1, SUPPORT };

/* Ada serves sales, Ben support. */
static struct queue_set served[2];

static struct guid tenant(uint8_t n)
{
	return (struct guid){ .byte = { n } };
}

static struct viewer viewer(enum api_role role, uint16_t agent, uint32_t queue, bool all)
{
	struct viewer v = { .role = role, .tenant = tenant(1), .agent = agent, .all = all };

	if (queue)
		queue_set_add(&v.queues, queue - 1);
	return v;
}

static struct audience contact(uint16_t queue, bool in_short, uint16_t agent)
{
	return (struct audience){
		.tenant = tenant(1), .queue = queue, .in_short = in_short, .agent = { agent }
	};
}

static void each_sees_hers(void **state)
{
	const struct audience queue = { .tenant = tenant(1), .queue = SALES, .is_queue = true };
	const struct audience ada = {
		.tenant = tenant(1), .in_short = true, .of_agent = ADA, .agent = { ADA }
	};
	const struct audience theirs = { .tenant = tenant(2), .queue = SALES, .is_queue = true };
	const struct {
		const char *name;
		struct viewer v;
		struct audience a;
		enum sight want;
	} rows[] = {
		{ "her queue", viewer(API_AGENT, ADA, SALES, false), queue, WHOLE },
		{ "another queue", viewer(API_AGENT, BEN, SUPPORT, false), queue, UNSEEN },
		{ "an app's queue", viewer(API_APP, 0, SALES, false), queue, WHOLE },
		{ "an app's other queue", viewer(API_APP, 0, SUPPORT, false), queue, UNSEEN },
		{ "another tenant's admin", viewer(API_ADMIN, 0, 0, true), theirs, UNSEEN },
		{ "herself", viewer(API_AGENT, ADA, SALES, false), ada, WHOLE },
		{ "a colleague", viewer(API_AGENT, BEN, SALES, false), ada, IN_SHORT },
		{ "no colleague", viewer(API_AGENT, BEN, SUPPORT, false), ada, UNSEEN },
		{ "an app and an agent", viewer(API_APP, 0, SALES, false), ada, UNSEEN },
		{ "her supervisor", viewer(API_SUPERVISOR, 0, SALES, false), ada, WHOLE },
		{ "another's supervisor", viewer(API_SUPERVISOR, 0, SUPPORT, false), ada, UNSEEN },
		{ "who waits", viewer(API_AGENT, ADA, SALES, false), contact(SALES, true, 0),
			IN_SHORT },
		{ "who talks", viewer(API_AGENT, ADA, SALES, false), contact(SALES, false, BEN),
			UNSEEN },
		{ "who talks with her", viewer(API_AGENT, BEN, SUPPORT, false),
			contact(SALES, false, BEN), WHOLE },
		{ "an app and who waits", viewer(API_APP, 0, SALES, false), contact(SALES, true, 0),
			UNSEEN },
		{ "in no queue, and a supervisor of one", viewer(API_SUPERVISOR, 0, SALES, false),
			contact(0, false, 0), UNSEEN },
		{ "in no queue, and an admin", viewer(API_ADMIN, 0, 0, true), contact(0, false, 0),
			WHOLE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (sight_of(&rows[i].v, &rows[i].a, served) != rows[i].want)
			fail_msg("%s", rows[i].name);
}

static void put(struct news *n, uint64_t position, struct audience was, struct audience is,
	const char *whole, const char *in_short)
{
	news_put(n, &(struct happening){ .position = position,
			    .event = "contact",
			    .was = was,
			    .is = is,
			    .whole = whole,
			    .in_short = in_short,
			    .gone_event = "contact_gone",
			    .gone = "{}" });
}

/* All a reader gets from there, in bites of so many bytes. */
static const char *read_all(
	struct news *n, struct news_reader *r, const struct viewer *v, size_t bite)
{
	static char text[4096];
	size_t used = 0, more;

	do {
		assert_true(used + bite < sizeof(text));
		assert_int_equal(news_take(n, r, v, text + used, bite, &more), OK);
		used += more;
	} while (more);
	text[used] = '\0';
	return text;
}

static struct news *news_at(uint64_t position)
{
	struct news *n = news_new();

	assert_non_null(n);
	news_reset(n, served, position);
	return n;
}

/* The last of a position that she sees carries the id, whatever others see after it. */
static void a_position_ends_with_its_id(void **state)
{
	const struct viewer ada = viewer(API_AGENT, ADA, SALES, false);
	const struct viewer boss = viewer(API_ADMIN, 0, 0, true);
	const struct audience waits = contact(SALES, true, 0), nowhere = contact(0, false, 0);
	struct news *n = news_at(6);
	uint64_t begin = news_end(n);

	(void)state;
	put(n, 7, waits, waits, "1", "one");
	put(n, 7, waits, waits, "2", "two");
	put(n, 7, nowhere, nowhere, "3", "three");
	put(n, 8, nowhere, waits, "4", "four");
	for (size_t bite = 1; bite < 200; bite += 7) {
		assert_string_equal(read_all(n, &(struct news_reader){ .next = begin }, &ada, bite),
			"event: contact\ndata: one\n\nevent: contact\ndata: two\nid: 7\n\n"
			"event: contact\ndata: four\nid: 8\n\n");
		assert_string_equal(
			read_all(n, &(struct news_reader){ .next = begin }, &boss, bite),
			"event: contact\ndata: 1\n\nevent: contact\ndata: 2\n\n"
			"event: contact\ndata: 3\nid: 7\n\nevent: contact\ndata: 4\nid: 8\n\n");
	}
	news_free(n);
}

/* What comes to a position while its last event is half sent does not change how that one ends. */
static void an_end_begun_is_ended(void **state)
{
	const struct viewer boss = viewer(API_ADMIN, 0, 0, true);
	const struct audience a = contact(SALES, true, 0);
	const char *want = "event: contact\ndata: 1\nid: 7\n\n";
	struct news *n = news_at(6);
	struct news_reader r = { .next = news_end(n) };
	char got[64] = "";
	size_t half = strlen(want) - 3, more;

	(void)state;
	put(n, 7, a, a, "1", NULL);
	assert_int_equal(news_take(n, &r, &boss, got, half, &more), OK);
	put(n, 7, a, a, "2", NULL);
	assert_int_equal(news_take(n, &r, &boss, got + half, 3, &more), OK);
	assert_string_equal(got, want);
	news_free(n);
}

static void who_sees_it_no_more_is_told(void **state)
{
	const struct viewer ada = viewer(API_AGENT, ADA, SALES, false);
	const struct viewer ben = viewer(API_AGENT, BEN, SUPPORT, false);
	struct news *n = news_at(6);
	uint64_t begin = news_end(n);

	(void)state;
	put(n, 7, contact(SALES, true, 0), contact(SUPPORT, true, 0), "w", "s");
	assert_string_equal(read_all(n, &(struct news_reader){ .next = begin }, &ada, 99),
		"event: contact_gone\ndata: {}\nid: 7\n\n");
	assert_string_equal(read_all(n, &(struct news_reader){ .next = begin }, &ben, 99),
		"event: contact\ndata: s\nid: 7\n\n");
	assert_true(news_concerns(n, begin, &ben));
	assert_false(news_concerns(n, news_end(n), &ben));
	news_free(n);
}

static void places_are_found_while_the_ring_has_them(void **state)
{
	const struct viewer boss = viewer(API_ADMIN, 0, 0, true);
	const struct audience a = contact(SALES, true, 0);
	struct news_reader early = { .next = 0 };
	struct news *n = news_at(6);
	char buf[64];
	uint64_t next;
	size_t got;

	(void)state;
	assert_false(news_find(n, 5, &next));
	assert_true(news_find(n, 6, &next));
	early.next = next;
	for (uint64_t p = 7; p < 7 + NEWS_EVENTS_MAX + 10; p++)
		put(n, p, a, a, "w", "s");
	assert_int_equal(news_take(n, &early, &boss, buf, sizeof(buf), &got), E_STALE);
	assert_false(news_find(n, 15, &next));
	assert_true(news_find(n, 16, &next));
	assert_int_equal(news_end(n) - next, NEWS_EVENTS_MAX);
	/* What came late to a position is told again to who has that position. */
	assert_true(news_find(n, 16 + NEWS_EVENTS_MAX, &next));
	news_put(n, &(struct happening){ .position = 16 + NEWS_EVENTS_MAX,
			    .late = true,
			    .event = "voicemail",
			    .was = a,
			    .is = a,
			    .whole = "v" });
	assert_true(news_find(n, 16 + NEWS_EVENTS_MAX, &next));
	assert_int_equal(news_end(n) - next, 1);
	news_free(n);
}

/* Bytes that were written over are nobody's. */
static void large_ones_push_out_the_small(void **state)
{
	const struct viewer boss = viewer(API_ADMIN, 0, 0, true);
	const struct audience a = contact(SALES, true, 0);
	struct news *n = news_at(0);
	struct news_reader r = { .next = news_end(n) }, last;
	char *large = malloc(3 << 20), buf[64];
	size_t got;

	(void)state;
	memset(large, 'x', (3 << 20) - 1);
	large[(3 << 20) - 1] = '\0';
	put(n, 1, a, a, "small", NULL);
	for (uint64_t p = 2; p < 5; p++)
		put(n, p, a, a, large, NULL);
	last.next = news_end(n);
	last.sent = 0;
	put(n, 5, a, a, "small", NULL);
	assert_int_equal(news_take(n, &r, &boss, buf, sizeof(buf), &got), E_STALE);
	assert_string_equal(
		read_all(n, &last, &boss, 64), "event: contact\ndata: small\nid: 5\n\n");
	free(large);
	news_free(n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_sees_hers),
		cmocka_unit_test(a_position_ends_with_its_id),
		cmocka_unit_test(an_end_begun_is_ended),
		cmocka_unit_test(who_sees_it_no_more_is_told),
		cmocka_unit_test(places_are_found_while_the_ring_has_them),
		cmocka_unit_test(large_ones_push_out_the_small),
	};

	queue_set_add(&served[ADA - 1], SALES - 1);
	queue_set_add(&served[BEN - 1], SUPPORT - 1);
	return cmocka_run_group_tests_name("api news", tests, NULL, NULL);
}
