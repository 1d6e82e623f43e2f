/* Base64: against OpenSSL, and the vectorised way against the plain one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/rng.h"
#include "media/leg/base64.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

enum { BYTES_MAX = 1000 };

static void every_length_is_written_as_openssl_writes_it_and_read_back(void **state)
{
	struct rng r = { 8 };

	(void)state;
	for (size_t n = 0; n <= BYTES_MAX; n++) {
		/* On the heap and of the right size, so that a byte too far is seen. */
		uint8_t *in = malloc(n + 1), *back = malloc(BASE64_CHARS(n) / 4 * 3 + 1);
		char *out = malloc(BASE64_CHARS(n) + 1), *plain = malloc(BASE64_CHARS(n) + 1);
		uint8_t want[BASE64_CHARS(BYTES_MAX) + 1];

		for (size_t i = 0; i < n; i++)
			in[i] = (uint8_t)rng_next(&r);
		in = realloc(in, n ? n : 1);
		EVP_EncodeBlock(want, in, (int)n);
		assert_int_equal(base64_encode(in, n, out), BASE64_CHARS(n));
		assert_int_equal(base64_encode_plain(in, n, plain), BASE64_CHARS(n));
		assert_memory_equal(out, want, BASE64_CHARS(n));
		assert_memory_equal(plain, want, BASE64_CHARS(n));
		assert_int_equal(base64_decode(out, BASE64_CHARS(n), back), n);
		assert_memory_equal(back, in, n);
		memset(back, 0, n);
		assert_int_equal(base64_decode_plain(out, BASE64_CHARS(n), back), n);
		assert_memory_equal(back, in, n);
		free(in);
		free(back);
		free(out);
		free(plain);
	}
}

/* Every byte at every place of a block: only the 64 pass, at each place. */
static void a_character_that_is_none_is_refused_wherever_it_stands(void **state)
{
	static const char letters[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	char text[96];
	uint8_t out[96];

	(void)state;
	for (size_t at = 0; at < 92; at++)
		for (int c = 0; c < 256; c++) {
			bool is_good = c && strchr(letters, c);

			memset(text, 'A', sizeof(text));
			text[at] = (char)c;
			if ((base64_decode(text, sizeof(text), out) != BASE64_BAD) != is_good ||
				(base64_decode_plain(text, sizeof(text), out) != BASE64_BAD) !=
					is_good)
				fail_msg("byte %02x at %zu", c, at);
		}
}

static void endings_are_strict(void **state)
{
	static const struct {
		const char *name, *text;
		size_t bytes;
	} rows[] = {
		{ "empty", "", 0 },
		{ "one byte", "QQ==", 1 },
		{ "two bytes", "QUI=", 2 },
		{ "three bytes", "QUJD", 3 },
		{ "no padding", "QQ", BASE64_BAD },
		{ "half a padding", "QQ=", BASE64_BAD },
		{ "a character alone", "Q===", BASE64_BAD },
		{ "nothing but padding", "====", BASE64_BAD },
		{ "padding in the middle", "QQ==QUJD", BASE64_BAD },
		{ "unused bits of one byte", "QR==", BASE64_BAD },
		{ "unused bits of two bytes", "QUJ=", BASE64_BAD },
		{ "a line end", "QUJD\n", BASE64_BAD },
		{ "the letters of addresses", "-_-_", BASE64_BAD },
	};
	uint8_t out[8];

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		if (base64_decode(rows[r].text, strlen(rows[r].text), out) != rows[r].bytes)
			fail_msg("%s", rows[r].name);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_length_is_written_as_openssl_writes_it_and_read_back),
		cmocka_unit_test(a_character_that_is_none_is_refused_wherever_it_stands),
		cmocka_unit_test(endings_are_strict),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
