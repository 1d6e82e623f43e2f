/* Signing in outside Teams: one browser, one time, ten minutes; and sessions that end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/b64url.h"
#include "auth/login/session.h"
#include "auth/login/signin.h"

#include <openssl/sha.h>
#include <stdio.h>
#include <string.h>

#define APP "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01"
#define TENANT "72f988bf-86f1-41af-91ab-2d7cd011db47"

static const struct signin_ask ask = { .authority = "https://login.microsoftonline.com",
	.tenant = TENANT,
	.client_id = APP,
	.redirect_uri = "https://cc.example.com/auth/callback",
	.back = "/app/agent?l=de",
	.realm = 3 };

static struct signins *table;

static int open_table(void **state)
{
	(void)state;
	table = signins_new();
	return !table;
}

static int close_table(void **state)
{
	(void)state;
	signins_free(table);
	return 0;
}

/* The value of a parameter of the address, as it stands there. */
static const char *parameter(const char *url, const char *name)
{
	static char value[256];
	char want[40];
	const char *at;

	snprintf(want, sizeof(want), "&%s=", name);
	at = strstr(url, want);
	assert_non_null(at);
	snprintf(value, sizeof(value), "%.*s", (int)strcspn(at + strlen(want), "&"),
		at + strlen(want));
	return value;
}

static void begin(uint64_t now, struct signin_away *away, char state[SIGNIN_TEXT])
{
	assert_int_equal(signin_begin(table, now, &ask, away, NULL), OK);
	snprintf(state, SIGNIN_TEXT, "%.43s", parameter(away->url, "state"));
}

static void the_address_is_what_entra_documents(void **state)
{
	struct signin_away away;
	struct signin_back back;
	char id[SIGNIN_TEXT], challenge[64], want[64];
	uint8_t print[SHA256_DIGEST_LENGTH];

	(void)state;
	begin(0, &away, id);
	assert_memory_equal(away.url,
		"https://login.microsoftonline.com/" TENANT
		"/oauth2/v2.0/authorize?response_type=code&response_mode=query&client_id=" APP
		"&redirect_uri=https%3A%2F%2Fcc.example.com%2Fauth%2Fcallback&scope=openid%"
		"20profile%20" APP "%2Faccess_as_user&state=",
		280);
	assert_string_equal(parameter(away.url, "code_challenge_method"), "S256");
	snprintf(challenge, sizeof(challenge), "%.60s", parameter(away.url, "code_challenge"));
	assert_int_equal(signin_return(table, 1, id, away.browser, &back, NULL), OK);
	SHA256((const unsigned char *)back.verifier, strlen(back.verifier), print);
	b64url_encode(print, sizeof(print), want, sizeof(want));
	assert_string_equal(challenge, want);
	assert_int_equal(strlen(back.verifier), 43);
	assert_string_equal(back.nonce, parameter(away.url, "nonce"));
	assert_string_equal(back.back, "/app/agent?l=de");
	assert_int_equal(back.realm, 3);
}

static void a_sign_in_is_good_once_here_and_soon(void **state)
{
	struct signin_away away, other;
	struct signin_back back;
	char id[SIGNIN_TEXT], another[SIGNIN_TEXT];
	struct why why;

	(void)state;
	begin(0, &away, id);
	begin(0, &other, another);
	assert_string_not_equal(id, another);
	assert_string_not_equal(away.browser, other.browser);
	assert_int_equal(signin_return(table, 1, "nonsense", away.browser, &back, &why), E_DENIED);
	assert_int_equal(signin_return(table, 1, NULL, away.browser, &back, &why), E_DENIED);
	assert_int_equal(signin_return(table, 1, id, NULL, &back, &why), E_DENIED);
	assert_int_equal(signin_return(table, 1, another, away.browser, &back, &why), E_DENIED);
	assert_non_null(strstr(why.text, "another browser"));
	assert_int_equal(signin_return(table, 2, another, other.browser, &back, &why), E_DENIED);
	assert_int_equal(signin_return(table, SIGNIN_MS - 1, id, away.browser, &back, &why), OK);
	assert_int_equal(
		signin_return(table, SIGNIN_MS - 1, id, away.browser, &back, &why), E_DENIED);
	begin(0, &away, id);
	assert_int_equal(signin_return(table, SIGNIN_MS, id, away.browser, &back, &why), E_DENIED);
	assert_non_null(strstr(why.text, "ten minutes"));
}

static const char *const elsewhere[] = { "//evil.example", "/\\evil.example",
	"https://evil.example", "evil", "", "/a\r\nSet-Cookie: x=y", "/a b" };

static void she_comes_back_to_a_path_of_ours(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(elsewhere) / sizeof(elsewhere[0]); i++) {
		struct signin_ask strange = ask;
		struct signin_away away;
		struct signin_back back;

		strange.back = elsewhere[i];
		assert_int_equal(signin_begin(table, 0, &strange, &away, NULL), OK);
		assert_int_equal(signin_return(table, 1, parameter(away.url, "state"), away.browser,
					 &back, NULL),
			OK);
		assert_string_equal(back.back, "/");
	}
}

static void the_oldest_makes_room(void **state)
{
	struct signin_away first, second, away;
	char one[SIGNIN_TEXT], two[SIGNIN_TEXT], id[SIGNIN_TEXT];
	struct signin_back back;

	(void)state;
	begin(0, &first, one);
	begin(1, &second, two);
	for (unsigned i = 2; i <= SIGNINS_MAX; i++)
		begin(i, &away, id);
	assert_int_equal(signin_return(table, 999, one, first.browser, &back, NULL), E_DENIED);
	assert_int_equal(signin_return(table, 999, two, second.browser, &back, NULL), OK);
}

static struct person her(unsigned n)
{
	struct person p = { .roles = ROLE_AGENT };

	p.user.byte[0] = (uint8_t)n;
	p.user.byte[1] = (uint8_t)(n >> 8);
	p.user.byte[15] = 1;
	return p;
}

static void a_session_ends(void **state)
{
	struct sessions *s = sessions_new();
	char value[SESSION_TEXT], other[SESSION_TEXT];
	struct person p = her(1), got;

	(void)state;
	session_open(s, 0, &p, value);
	session_open(s, 0, &p, other);
	assert_string_not_equal(value, other);
	assert_true(session_of(s, SESSION_IDLE_MS - 1, value, 43, &got));
	assert_true(guid_same(got.user, p.user));
	assert_int_equal(got.roles, ROLE_AGENT);
	assert_false(session_of(s, SESSION_IDLE_MS, other, 43, &got)); /* idle */
	assert_false(session_of(s, 5, value, 42, &got));
	value[0] = value[0] == 'A' ? 'B' : 'A';
	assert_false(session_of(s, 5, value, 43, &got)); /* forged */
	session_open(s, 0, &p, value);
	for (uint64_t t = 0; t < SESSION_MS; t += SESSION_IDLE_MS - 1)
		assert_true(session_of(s, t, value, 43, &got));
	assert_false(session_of(s, SESSION_MS, value, 43, &got)); /* a shift is over */
	session_open(s, SESSION_MS, &p, value);
	session_close(s, value, 43);
	assert_false(session_of(s, SESSION_MS, value, 43, &got)); /* signed out */
	sessions_free(s);
}

static void the_session_longest_unused_makes_room(void **state)
{
	struct sessions *s = sessions_new();
	char first[SESSION_TEXT], second[SESSION_TEXT], value[SESSION_TEXT];
	struct person p = her(1), got;

	(void)state;
	session_open(s, 0, &p, first);
	session_open(s, 1, &p, second);
	for (unsigned i = 2; i < SESSIONS_MAX; i++) {
		p = her(i);
		session_open(s, i, &p, value);
	}
	assert_true(session_of(s, SESSIONS_MAX, first, 43, &got));
	session_open(s, SESSIONS_MAX + 1, &p, value);
	assert_true(session_of(s, SESSIONS_MAX + 2, first, 43, &got));
	assert_true(session_of(s, SESSIONS_MAX + 2, value, 43, &got));
	assert_false(session_of(s, SESSIONS_MAX + 2, second, 43, &got));
	sessions_free(s);
}

#define ROW(name) cmocka_unit_test_setup_teardown(name, open_table, close_table)

int main(void)
{
	const struct CMUnitTest tests[] = {
		ROW(the_address_is_what_entra_documents),
		ROW(a_sign_in_is_good_once_here_and_soon),
		ROW(she_comes_back_to_a_path_of_ours),
		ROW(the_oldest_makes_room),
		cmocka_unit_test(a_session_ends),
		cmocka_unit_test(the_session_longest_unused_makes_room),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
