#ifndef TESTS_GRAPH_WIRE_FILES_H
#define TESTS_GRAPH_WIRE_FILES_H

/* Files for tests: read whole, and compared with golden ones, which GOLDEN=write rewrites. Tests
 * run in the root of the checkout. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What is POSTed about calls; the other folders under tests/fixtures are other readers'. */
__attribute__((unused)) static const char *const note_folders[] = { "tests/fixtures/call",
	"tests/fixtures/envelope", "tests/fixtures/malformed", "tests/fixtures/one-call",
	"tests/fixtures/operation", "tests/fixtures/roster" };

/* NULL when there is no such file. The caller frees. A NUL follows the bytes. */
__attribute__((unused)) static char *file_read(const char *path, size_t *bytes)
{
	FILE *f = fopen(path, "rb");
	char *text;
	long size;

	*bytes = 0;
	if (!f)
		return NULL;
	fseek(f, 0, SEEK_END);
	size = ftell(f);
	rewind(f);
	text = calloc(1, (size_t)size + 1);
	assert_non_null(text);
	*bytes = fread(text, 1, (size_t)size, f);
	assert_int_equal(*bytes, (size_t)size);
	fclose(f);
	return text;
}

__attribute__((unused)) static void golden_compare(const char *path, const char *got)
{
	const char *mode = getenv("GOLDEN");
	size_t bytes;
	char *want;

	if (mode && strcmp(mode, "write") == 0) {
		FILE *f = fopen(path, "wb");

		assert_non_null(f);
		assert_int_equal(fwrite(got, 1, strlen(got), f), strlen(got));
		assert_int_equal(fclose(f), 0);
	}
	want = file_read(path, &bytes);
	if (!want)
		fail_msg("%s is missing; make golden writes it", path);
	if (strcmp(want, got) != 0)
		fail_msg("%s differs; now:\n%s", path, got);
	free(want);
}

#endif
