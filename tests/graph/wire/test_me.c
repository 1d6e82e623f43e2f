/* What Graph tells a person of herself. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/wire/me.h"

#include <string.h>

static const struct {
	const char *body;
	enum err want;
	const char *name, *mail;
} rows[] = {
	{ "{\"@odata.context\":\"x\",\"displayName\":\"Ada "
	  "L\xc3\xb8velace\",\"mail\":\"ada@contoso.example\","
	  "\"userPrincipalName\":\"ada@contoso.onmicrosoft.com\"}",
		OK, "Ada L\xc3\xb8velace", "ada@contoso.example" },
	{ "{\"displayName\":\"Ada\",\"mail\":null,\"userPrincipalName\":\"ada@x.example\"}", OK,
		"Ada", "ada@x.example" },
	{ "{\"displayName\":7}", OK, "", "" },
	{ "{}", OK, "", "" },
	{ "[]", E_MALFORMED, "", "" },
	{ "<html>", E_MALFORMED, "", "" },
	{ "", E_MALFORMED, "", "" },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct me me;

		assert_int_equal(
			me_decode(rows[i].body, strlen(rows[i].body), &me, NULL), rows[i].want);
		assert_string_equal(me.name, rows[i].name);
		assert_string_equal(me.mail, rows[i].mail);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
