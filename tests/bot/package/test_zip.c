/* The zip, byte by byte where readers look; that others read it is shown end to end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/package/package.h"

#include <stdlib.h>
#include <string.h>

static uint32_t number(const uint8_t *at, unsigned bytes)
{
	uint32_t n = 0;

	for (unsigned i = bytes; i > 0; i--)
		n = n << 8 | at[i - 1];
	return n;
}

static void fill(struct package *p)
{
	*p = (struct package){ .n = 0 };
	package_add(p, "a.txt", strdup("123456789"), 9);
	package_add(p, "empty", malloc(1), 0);
}

/* Where readers begin: the end says where the index is, the index where each file is. */
static void found_from_its_end(void **state)
{
	static const struct {
		const char *name;
		uint32_t crc, bytes; /* cbf43926: what every CRC-32 says of 123456789 */
	} want[] = { { "a.txt", 0xcbf43926, 9 }, { "empty", 0, 0 } };
	struct package p;
	uint8_t *zip, *at;
	size_t n;

	(void)state;
	fill(&p);
	assert_int_equal(zip_write(&p, &zip, &n, NULL), OK);
	assert_int_equal(number(zip + n - 22, 4), 0x06054b50);
	assert_int_equal(number(zip + n - 22 + 10, 2), 2);
	assert_int_equal(number(zip + n - 22 + 16, 4) + number(zip + n - 22 + 12, 4), n - 22);
	at = zip + number(zip + n - 22 + 16, 4);
	for (size_t i = 0; i < ARRAY_LEN(want); i++) {
		const uint8_t *file = zip + number(at + 42, 4);

		assert_int_equal(number(at, 4), 0x02014b50);
		assert_int_equal(number(at + 16, 4), want[i].crc);
		assert_int_equal(number(at + 24, 4), want[i].bytes);
		assert_memory_equal(at + 46, want[i].name, strlen(want[i].name));
		assert_int_equal(number(file, 4), 0x04034b50);
		assert_int_equal(number(file + 14, 4), want[i].crc);
		assert_memory_equal(file + 30, want[i].name, strlen(want[i].name));
		assert_memory_equal(
			file + 30 + strlen(want[i].name), p.file[i].bytes, want[i].bytes);
		at += 46 + strlen(want[i].name);
	}
	assert_ptr_equal(at, zip + n - 22);
	free(zip);
	package_fini(&p);
}

static void the_same_twice(void **state)
{
	struct package p;
	uint8_t *a, *b;
	size_t n, m;

	(void)state;
	fill(&p);
	assert_int_equal(zip_write(&p, &a, &n, NULL), OK);
	assert_int_equal(zip_write(&p, &b, &m, NULL), OK);
	assert_int_equal(n, m);
	assert_memory_equal(a, b, n);
	free(a);
	free(b);
	package_fini(&p);
}

static void an_empty_one(void **state)
{
	struct package p = { .n = 0 };
	uint8_t *zip;
	size_t n;

	(void)state;
	assert_int_equal(zip_write(&p, &zip, &n, NULL), OK);
	assert_int_equal(n, 22);
	free(zip);
}

static void versions(void **state)
{
	static const char *const known[] = { "1.20", "1.24", "1.29", "1.30" };
	static const char *const unknown[] = { "", "1.2", "1.18", "1.19", "1.31", "1.200", "2.20",
		"1.2x", "devPreview" };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(known); i++)
		assert_true(manifest_version_known(known[i]));
	for (size_t i = 0; i < ARRAY_LEN(unknown); i++)
		assert_false(manifest_version_known(unknown[i]));
}

static void an_address_without_a_host(void **state)
{
	struct app app = { .public_url = "https://" };
	struct package p = { .n = 0 };
	struct why why;

	(void)state;
	assert_int_equal(manifest_write(&app, &p, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "https://cc.example.com would be right"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(found_from_its_end),
		cmocka_unit_test(the_same_twice),
		cmocka_unit_test(an_empty_one),
		cmocka_unit_test(versions),
		cmocka_unit_test(an_address_without_a_host),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
