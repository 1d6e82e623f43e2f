/* Addresses of calls: what we print we read, and nobody else can print one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

static const struct config conf = { .public_url = "https://cc.example.com",
	.bot = { { .name = "main" }, { .name = "main2" } },
	.n_bots = 2,
	.realm = { { .bot = 0 }, { .bot = 1 }, { .bot = 0 } },
	.n_realms = 3 };

static struct shell *shell_with_secret(uint8_t byte)
{
	struct shell *s = calloc(1, sizeof(*s));

	s->conf = &conf;
	memset(s->secret, byte, sizeof(s->secret));
	assert_int_equal(callback_open(s, NULL), OK);
	return s;
}

static void shell_free(struct shell *s)
{
	callback_close(s);
	free(s);
}

/* What follows /api/calls/. */
static const char *rest_of(const char *address)
{
	static const char head[] = "https://cc.example.com/api/calls/";

	assert_memory_equal(address, head, sizeof(head) - 1);
	return address + sizeof(head) - 1;
}

static void what_is_printed_is_read(void **state)
{
	static const struct address each[] = { { .contact = 1 }, { .contact = 999999999 },
		{ .contact = 7, .attempt = 3, .realm = 1 },
		{ .contact = 42, .attempt = 4294967295u, .realm = 2 } };
	struct shell *s = shell_with_secret(7);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(each); i++) {
		char address[CALLBACK_MAX];
		struct address got;

		callback_print(s, each[i].realm, each[i].contact, each[i].attempt, address);
		assert_true(callback_read(s, rest_of(address), &got));
		assert_int_equal(got.contact, each[i].contact);
		assert_int_equal(got.attempt, each[i].attempt);
		assert_int_equal(got.bot, conf.realm[each[i].realm].bot);
	}
	shell_free(s);
}

static void another_secret_makes_other_addresses(void **state)
{
	struct shell *s = shell_with_secret(7), *other = shell_with_secret(8);
	char address[CALLBACK_MAX];
	struct address got;

	(void)state;
	callback_print(s, 0, 1, 0, address);
	assert_false(callback_read(other, rest_of(address), &got));
	shell_free(s);
	shell_free(other);
}

/* Every change of one character of a good address is refused. */
static void nothing_else_is_read(void **state)
{
	struct shell *s = shell_with_secret(7);
	char address[CALLBACK_MAX], forged[CALLBACK_MAX];
	struct address got;
	const char *rest;
	size_t n;

	(void)state;
	callback_print(s, 0, 17, 4, address);
	rest = rest_of(address);
	n = strlen(rest);
	for (size_t i = 0; i < n; i++) {
		snprintf(forged, sizeof(forged), "%s", rest);
		forged[i] = forged[i] == '0' ? '1' : '0';
		assert_false(callback_read(s, forged, &got));
		forged[i] = '\0';
		/* The webhook to register is the bot's name alone. */
		assert_int_equal(callback_read(s, forged, &got), strcmp(forged, "main") == 0);
	}
	shell_free(s);
}

static void other_spellings_are_refused(void **state)
{
	static const char *const heads[] = { "", " ", "+", "-", "0", "00", "17", "1.", "1.0/",
		"17.4.", "x", "/", "4294967313", "main/", "main/17", "main/17.", "main2/", "mai",
		"mainx" };
	struct shell *s = shell_with_secret(7);
	char address[CALLBACK_MAX], forged[2 * CALLBACK_MAX];
	struct address got;

	(void)state;
	callback_print(s, 0, 17, 0, address);
	for (size_t i = 1; i < ARRAY_LEN(heads); i++) {
		snprintf(forged, sizeof(forged), "%s%s", heads[i], rest_of(address));
		assert_false(callback_read(s, forged, &got));
		assert_false(callback_read(s, heads[i], &got));
	}
	snprintf(forged, sizeof(forged), "%s/", rest_of(address));
	assert_false(callback_read(s, forged, &got));
	snprintf(forged, sizeof(forged), "0%s", strchr(rest_of(address), '/'));
	assert_false(callback_read(s, forged, &got));
	assert_false(callback_read(s, "", &got));
	shell_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_printed_is_read),
		cmocka_unit_test(another_secret_makes_other_addresses),
		cmocka_unit_test(nothing_else_is_read),
		cmocka_unit_test(other_spellings_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
