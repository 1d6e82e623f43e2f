/* base64url: one text for one value, and every other text refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/b64url.h"

#include "bot/base/rng.h"
#include "tests/auth/mint.h"

#include <string.h>

static const struct {
	const char *name, *text, *bytes; /* NULL: refused */
} rows[] = {
	{ "nothing", "", "" },
	{ "RFC 4648: f", "Zg", "f" },
	{ "RFC 4648: fo", "Zm8", "fo" },
	{ "RFC 4648: foo", "Zm9v", "foo" },
	{ "RFC 4648: foob", "Zm9vYg", "foob" },
	{ "RFC 4648: fooba", "Zm9vYmE", "fooba" },
	{ "RFC 4648: foobar", "Zm9vYmFy", "foobar" },
	{ "the two that differ from base64", "-_-_", "\xfb\xff\xbf" },
	{ "padding of two", "Zg==", NULL },
	{ "padding of one", "Zm8=", NULL },
	{ "plus", "++++", NULL },
	{ "slash", "////", NULL },
	{ "spare bits after one byte", "Zh", NULL },
	{ "spare bits after two bytes", "Zm9", NULL },
	{ "length 4n + 1", "Zm9vY", NULL },
	{ "one character", "Z", NULL },
	{ "one character of no bits", "A", NULL },
	{ "length 4n + 1, of no bits", "AAAAA", NULL },
	{ "white space within", "Zm 9v", NULL },
	{ "a line end after", "Zm9v\n", NULL },
	{ "a byte above 127", "Zm9\xc3", NULL },
	{ "a stranger in the tail", "Zm9vY*", NULL },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		uint8_t got[16];
		size_t n = 99;
		enum err e = b64url_decode(
			rows[r].text, strlen(rows[r].text), got, sizeof(got), &n);

		if (e != (rows[r].bytes ? OK : E_MALFORMED))
			fail_msg("%s: %s", rows[r].name, err_text(e));
		if (n != (rows[r].bytes ? strlen(rows[r].bytes) : 0))
			fail_msg("%s: %zu bytes", rows[r].name, n);
		if (rows[r].bytes && memcmp(got, rows[r].bytes, n) != 0)
			fail_msg("%s: other bytes", rows[r].name);
	}
}

/* Where "A" (no bits set) would do, no other sign does: in whole groups and in tails of 2 and 3. */
static void a_stranger_is_refused_in_every_place(void **state)
{
	static const char strangers[] = "+/=*.,@[`{ \n\x7f\x80\xff";

	(void)state;
	for (size_t n = 2; n <= 8; n += n == 4 ? 2 : 1)
		for (size_t at = 0; at < n; at++)
			for (size_t s = 0; s < sizeof(strangers); s++) {
				char text[] = "AAAAAAAA";
				uint8_t got[8];
				size_t used;

				text[at] = strangers[s];
				if (b64url_decode(text, n, got, sizeof(got), &used) != E_MALFORMED)
					fail_msg("%02x at %zu of %zu", strangers[s] & 0xff, at, n);
			}
}

static void all_bytes_survive_and_openssl_agrees(void **state)
{
	struct rng rng = { 5 };

	(void)state;
	for (size_t n = 0; n < 200; n++) {
		uint8_t bytes[200], back[200];
		char text[B64URL_TEXT(200) + 1], *theirs;
		size_t used;

		for (size_t i = 0; i < n; i++)
			bytes[i] = (uint8_t)rng_next(&rng);
		assert_int_equal(b64url_encode(bytes, n, text, sizeof(text)), B64URL_TEXT(n));
		theirs = mint_b64(bytes, n);
		assert_string_equal(text, theirs);
		free(theirs);
		assert_int_equal(b64url_decode(text, strlen(text), back, sizeof(back), &used), OK);
		assert_int_equal(used, n);
		assert_memory_equal(back, bytes, n);
	}
}

static void what_does_not_fit_is_not_written(void **state)
{
	uint8_t got[3] = { 7, 7, 7 };
	size_t n;

	(void)state;
	assert_int_equal(b64url_decode("Zm9v", 4, got, 2, &n), E_LIMIT);
	assert_int_equal(n, 0);
	assert_int_equal(got[0], 7);
	assert_int_equal(b64url_decode("Zm8", 3, got, 2, &n), OK);
	assert_int_equal(n, 2);
	assert_int_equal(got[2], 7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_stranger_is_refused_in_every_place),
		cmocka_unit_test(all_bytes_survive_and_openssl_agrees),
		cmocka_unit_test(what_does_not_fit_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
