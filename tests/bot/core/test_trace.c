/*
 * Golden traces: tests/golden/core/NAME.in is a conversation, NAME.out what the centre made of
 * it, line by line. GOLDEN=write in the environment (make golden) writes them anew.
 */
#include "tests/bot/core/trace.h"

#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

/* The whole file, NUL-terminated; "" where there is none. */
static void read_file(const char *path, char *out, size_t size)
{
	FILE *f = fopen(path, "r");
	size_t n = f ? fread(out, 1, size - 1, f) : 0;

	assert(n < size - 1);
	out[n] = '\0';
	if (f)
		fclose(f);
}

static void write_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

static void same_or_written(const char *in_path)
{
	static char script[TRACE_OUT], want[TRACE_OUT];
	const char *mode = getenv("GOLDEN");
	struct trace *t = trace_new();
	char out_path[256];

	snprintf(out_path, sizeof(out_path), "%.*s.out", (int)(strlen(in_path) - 3), in_path);
	read_file(in_path, script, sizeof(script));
	trace_run(t, script);
	if (t->error[0])
		fail_msg("%s: %s", in_path, t->error);
	assert_false(t->out.cut);
	if (mode && strcmp(mode, "write") == 0)
		write_file(out_path, t->out_room);
	read_file(out_path, want, sizeof(want));
	if (strcmp(want, t->out_room) != 0)
		fail_msg("%s differs; make golden shows how. Now:\n%s", out_path, t->out_room);
	trace_free(t);
}

static void conversations_go_as_recorded(void **state)
{
	glob_t found;

	(void)state;
	assert_int_equal(glob("tests/golden/core/*.in", 0, NULL, &found), 0);
	for (size_t i = 0; i < found.gl_pathc; i++)
		same_or_written(found.gl_pathv[i]);
	globfree(&found);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(conversations_go_as_recorded) };

	return cmocka_run_group_tests_name("core traces", tests, NULL, NULL);
}
