/* Graph in a person's name: one exchange however many ask, never another person's token, and what
 * a refusal asks of her. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/token/obo.h"
#include "tests/auth/token/flight.h"

#define USER_READ "https://graph.microsoft.com/User.Read"

static struct obo *o;
static struct tokens *t;

static int open_all(void **state)
{
	(void)state;
	o = obo_new();
	t = tokens_with_slot();
	return !o;
}

static int close_all(void **state)
{
	(void)state;
	obo_free(o);
	tokens_free(t);
	return 0;
}

static enum err ask_in(uint64_t now, const char *whose, const char *scope, const char **bearer,
	const char **claims, struct why *why)
{
	struct obo_ask ask = { .scope = scope,
		.assertion = whose,
		.assertion_bytes = strlen(whose),
		.life_ms = 60 * MINUTE };

	return obo_get(o, now, &ask, bearer, claims, why);
}

static enum err ask(uint64_t now, const char *whose, const char **bearer)
{
	return ask_in(now, whose, USER_READ, bearer, NULL, NULL);
}

static uint32_t posted(uint64_t now, const char *holds)
{
	struct token_post post;

	assert_int_equal(obo_want(o, t, now, NOW, &post, NULL), OK);
	assert_non_null(strstr(post.body, holds));
	token_post_fini(&post);
	return post.attempt;
}

static void nothing_more(uint64_t now)
{
	struct token_post post;

	assert_int_equal(obo_want(o, t, now, NOW, &post, NULL), E_ABSENT);
}

static enum err came_after(
	uint64_t now, uint32_t attempt, int status, const char *body, const char *retry_after)
{
	const struct token_reply reply = { .status = status,
		.retry_after = retry_after,
		.now_unix_s = NOW,
		.body = body,
		.body_bytes = strlen(body) };

	return obo_got(o, now, attempt, &reply, NULL);
}

static enum err came(uint64_t now, uint32_t attempt, int status, const char *body)
{
	return came_after(now, attempt, status, body, NULL);
}

static void the_request_is_what_entra_documents(void **state)
{
	struct token_post post;
	const char *bearer;

	(void)state;
	assert_int_equal(ask(0, "her.own.token", &bearer), E_STALE);
	assert_int_equal(obo_want(o, t, 0, NOW, &post, NULL), OK);
	assert_string_equal(post.url, AUTHORITY "/" TENANT "/oauth2/v2.0/token");
	assert_string_equal(post.body,
		"client_id=" APP "&grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer"
		"&assertion=her.own.token&scope=https%3A%2F%2Fgraph.microsoft.com%2FUser.Read"
		"&requested_token_use=on_behalf_of&client_secret=a%2Bb~c%2Fd%3D%25%20%C3%A9");
	token_post_fini(&post);
}

static void fifty_who_ask_make_one_exchange(void **state)
{
	const char *bearer;
	uint32_t attempt;

	(void)state;
	for (uint64_t i = 0; i < 50; i++)
		assert_int_equal(ask(i, "hers", &bearer), E_STALE);
	attempt = posted(50, "assertion=hers&");
	nothing_more(50);
	assert_int_equal(ask(51, "hers", &bearer), E_STALE);
	nothing_more(51);
	assert_int_equal(came(60, attempt, 200, GOOD("3599", "graph.of.hers")), OK);
	assert_int_equal(ask(61, "hers", &bearer), OK);
	assert_string_equal(bearer, "graph.of.hers");
	nothing_more(61);
}

static void nobody_gets_anothers(void **state)
{
	const char *bearer;
	uint32_t hers, his, more;

	(void)state;
	assert_int_equal(ask(0, "hers", &bearer), E_STALE);
	hers = posted(0, "assertion=hers&");
	assert_int_equal(ask(1, "his", &bearer), E_STALE);
	his = posted(1, "assertion=his&");
	assert_int_equal(
		ask_in(2, "hers", "https://graph.microsoft.com/Mail.Read", &bearer, NULL, NULL),
		E_STALE);
	more = posted(2, "Mail.Read");
	assert_int_equal(came(3, his, 200, GOOD("3599", "of.his")), OK);
	assert_int_equal(ask(4, "hers", &bearer), E_STALE);
	assert_int_equal(came(5, hers, 200, GOOD("3599", "of.hers")), OK);
	assert_int_equal(came(6, more, 200, GOOD("3599", "mail.of.hers")), OK);
	assert_int_equal(ask(7, "hers", &bearer), OK);
	assert_string_equal(bearer, "of.hers");
	assert_int_equal(ask(8, "his", &bearer), OK);
	assert_string_equal(bearer, "of.his");
}

static void it_ends_with_the_shorter_life(void **state)
{
	const char *bearer;
	struct obo_ask short_one = { .scope = USER_READ,
		.assertion = "short",
		.assertion_bytes = 5,
		.life_ms = 10 * MINUTE };

	(void)state;
	assert_int_equal(obo_get(o, 0, &short_one, &bearer, NULL, NULL), E_STALE);
	assert_int_equal(came(1000, posted(0, "short"), 200, GOOD("3599", "t")), OK);
	assert_int_equal(obo_get(o, 10 * MINUTE - 1, &short_one, &bearer, NULL, NULL), OK);
	assert_int_equal(obo_get(o, 10 * MINUTE, &short_one, &bearer, NULL, NULL), E_STALE);
}

static void what_she_must_do_is_told(void **state)
{
	const char *bearer, *claims;
	struct why why;

	(void)state;
	assert_int_equal(ask(0, "hers", &bearer), E_STALE);
	assert_int_equal(came(1, posted(0, "hers"), 400,
				 "{\"error\":\"interaction_required\",\"error_codes\":[50076],"
				 "\"claims\":\"{\\\"access_token\\\":{\\\"acrs\\\":1}}\"}"),
		E_DENIED);
	assert_int_equal(ask_in(2, "hers", USER_READ, &bearer, &claims, &why), E_DENIED);
	assert_string_equal(claims, "{\"access_token\":{\"acrs\":1}}");
	assert_non_null(strstr(why.text, "AADSTS50076"));
	nothing_more(3);
	/* She has consented meanwhile. */
	assert_int_equal(ask(2000, "hers", &bearer), E_STALE);
	assert_int_equal(came(2001, posted(2000, "hers"), 200, GOOD("3599", "now")), OK);
	assert_int_equal(ask(2002, "hers", &bearer), OK);
}

/* Between Entra and the bot: she can do nothing about it, and it is not asked again and again. */
static void what_is_not_hers_to_repair(void **state)
{
	static const struct {
		const char *name, *body, *retry_after;
		int status;
		uint64_t wait_ms;
	} rows[] = {
		{ "our secret", "{\"error\":\"invalid_client\",\"error_codes\":[7000215]}", NULL,
			401, MINUTE },
		{ "our registration", "{\"error\":\"unauthorized_client\"}", NULL, 400, MINUTE },
		{ "slow down", "", "7", 429, 7000 },
		{ "slow down, however long", "", NULL, 429, MINUTE },
		{ "down", "<html>", NULL, 503, OBO_FAULT_MS },
	};
	uint64_t now = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const char *bearer, *claims;

		assert_int_equal(ask(now, "hers", &bearer), E_STALE);
		if (came_after(now, posted(now, "hers"), rows[i].status, rows[i].body,
			    rows[i].retry_after) != E_REMOTE)
			fail_msg("%s: not the bot's own", rows[i].name);
		if (ask_in(now + rows[i].wait_ms - 1, "hers", USER_READ, &bearer, &claims, NULL) !=
				E_REMOTE ||
			claims)
			fail_msg("%s: asked too soon, or of her", rows[i].name);
		now += rows[i].wait_ms;
	}
}

static void a_token_that_graph_refuses_is_forgotten_once(void **state)
{
	struct obo_ask hers = { .scope = USER_READ,
		.assertion = "hers",
		.assertion_bytes = 4,
		.life_ms = 60 * MINUTE };
	const char *bearer;

	(void)state;
	assert_int_equal(ask(0, "hers", &bearer), E_STALE);
	assert_int_equal(came(10, posted(0, "hers"), 200, GOOD("3599", "first")), OK);
	assert_int_equal(ask(0, "his", &bearer), E_STALE);
	assert_int_equal(came(10, posted(0, "his"), 200, GOOD("3599", "of.his")), OK);
	obo_drop_if(o, &hers, 20);
	assert_int_equal(ask(30, "hers", &bearer), E_STALE);
	obo_drop_if(o, &hers, 20); /* under way */
	assert_int_equal(came(40, posted(30, "hers"), 200, GOOD("3599", "second")), OK);
	obo_drop_if(o, &hers, 20); /* of the first one, late */
	assert_int_equal(ask(50, "hers", &bearer), OK);
	assert_string_equal(bearer, "second");
	assert_int_equal(ask(50, "his", &bearer), OK);
	assert_string_equal(bearer, "of.his");
}

static void silence_and_a_late_answer(void **state)
{
	const char *bearer;
	uint32_t attempt;

	(void)state;
	assert_int_equal(ask(0, "hers", &bearer), E_STALE);
	attempt = posted(0, "hers");
	assert_true(obo_deadline_ms(o) == TOKEN_FLIGHT_MS);
	assert_int_equal(ask(TOKEN_FLIGHT_MS, "hers", &bearer), E_REMOTE);
	assert_int_equal(came(TOKEN_FLIGHT_MS + 1, attempt, 200, GOOD("3599", "late")), E_STALE);
	assert_int_equal(ask(TOKEN_FLIGHT_MS + OBO_FAULT_MS, "hers", &bearer), E_STALE);
	assert_true(obo_deadline_ms(o) == UINT64_MAX);
}

static void the_one_too_many_is_told_and_the_oldest_makes_room(void **state)
{
	char whose[16];
	const char *bearer;
	uint32_t first = 0;

	(void)state;
	for (unsigned i = 0; i < OBO_MAX; i++) {
		snprintf(whose, sizeof(whose), "p%u", i);
		assert_int_equal(ask(i, whose, &bearer), E_STALE);
		if (i == 0)
			first = posted(i, "assertion=p0&");
	}
	assert_int_equal(ask(OBO_MAX, "one more", &bearer), E_LIMIT);
	assert_int_equal(came(OBO_MAX, first, 200, GOOD("3599", "t")), OK);
	assert_int_equal(ask(OBO_MAX + 1, "one more", &bearer), E_STALE);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, open_all, close_all)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(the_request_is_what_entra_documents),
		ROW(fifty_who_ask_make_one_exchange),
		ROW(nobody_gets_anothers),
		ROW(it_ends_with_the_shorter_life),
		ROW(what_she_must_do_is_told),
		ROW(what_is_not_hers_to_repair),
		ROW(a_token_that_graph_refuses_is_forgotten_once),
		ROW(silence_and_a_late_answer),
		ROW(the_one_too_many_is_told_and_the_oldest_makes_room),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
