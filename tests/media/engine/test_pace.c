/* Which ticks run when the clock wakes late. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "media/engine/pace.h"

#define MS UINT64_C(1000000)

static const struct {
	const char *name;
	uint64_t now_ms; /* the tick was due at 1000 */
	unsigned run;
	uint64_t lost, next_ms;
} rows[] = {
	{ "early", 999, 0, 0, 1000 },
	{ "on time", 1000, 1, 0, 1020 },
	{ "late within its tick", 1019, 1, 0, 1020 },
	{ "one behind", 1020, 2, 0, 1040 },
	{ "two behind", 1059, 3, 0, 1060 },
	{ "three behind: the first is lost", 1060, 3, 1, 1080 },
	{ "paused for 430 ms", 1430, 3, 19, 1440 },
	{ "paused for an hour", 3601000, 3, 179998, 3601020 },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct pace p = { .deadline_ns = 1000 * MS };
		struct pace_due due = pace_due(&p, rows[i].now_ms * MS);

		if (due.run != rows[i].run || due.lost != rows[i].lost ||
			p.deadline_ns != rows[i].next_ms * MS)
			fail_msg("%s: run %u, lost %llu, next at %llu ms", rows[i].name, due.run,
				(unsigned long long)due.lost,
				(unsigned long long)(p.deadline_ns / MS));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(each_row) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}
