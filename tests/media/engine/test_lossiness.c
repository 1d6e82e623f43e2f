/* When what is sent shall bear loss, by the reports of who receives it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "media/engine/lossiness.h"

static const struct {
	const char *name;
	struct {
		unsigned s; /* until then */
		uint8_t fraction;
	} report[6];
	bool is_lossy;
} rows[] = {
	{ "a good way", { { 300, 0 } }, false },
	{ "2 % is borne", { { 300, 5 } }, false },
	{ "3 % for nine seconds", { { 9, 8 }, { 300, 0 } }, false },
	{ "3 % for more than ten", { { 11, 8 } }, true },
	{ "with one good report between", { { 9, 8 }, { 10, 0 }, { 19, 8 }, { 20, 0 } }, false },
	{ "good again, but not for a minute", { { 11, 8 }, { 70, 0 } }, true },
	{ "good for a minute", { { 11, 8 }, { 73, 0 } }, false },
	{ "half a percent does not keep it, one does", { { 11, 8 }, { 73, 1 } }, false },
	{ "one percent keeps it", { { 11, 8 }, { 300, 3 } }, true },
	{ "bad once more within the minute", { { 11, 8 }, { 60, 0 }, { 61, 9 }, { 120, 0 } },
		true },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct lossiness l = { 0 };
		uint64_t ms = 0;

		for (size_t i = 0; i < 6 && rows[r].report[i].s; i++)
			for (; ms < rows[r].report[i].s * 1000; ms += 500)
				lossiness_step(&l, rows[r].report[i].fraction, ms);
		if (l.is_lossy != rows[r].is_lossy)
			fail_msg("%s", rows[r].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
