/* The client's two books, each against a plain one: who is due first, and who waits behind whom. */

#include "graph/client/lanes.h"
#include "graph/client/timers.h"

#include "bot/base/rng.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

enum { ALL = 200, STEPS = 20000 };

static struct exchange x[ALL];

static const struct exchange *earliest(void)
{
	const struct exchange *least = NULL;

	for (size_t i = 0; i < ALL; i++)
		if (x[i].timer && (!least || x[i].wake_ms < least->wake_ms))
			least = &x[i];
	return least;
}

static void the_earliest_is_first(void **state)
{
	struct rng rng = { 42 };
	struct timers t;
	size_t n = 0;

	(void)state;
	memset(x, 0, sizeof(x));
	assert_int_equal(timers_init(&t, ALL), OK);
	for (int i = 0; i < STEPS; i++) {
		struct exchange *one = &x[rng_below(&rng, ALL)];
		const struct exchange *want;

		if (one->timer) {
			timers_remove(&t, one);
			timers_remove(&t, one); /* twice is once */
			n--;
		} else {
			one->wake_ms = rng_below(&rng, 1000);
			timers_add(&t, one);
			n++;
		}
		want = earliest();
		assert_int_equal(t.n, n);
		assert_true(!timers_first(&t) == !want);
		if (want)
			assert_int_equal(timers_first(&t)->wake_ms, want->wake_ms);
	}
	timers_fini(&t);
}

/* Lanes 1 to 4 of ten exchanges each, entered in turn. */
static void enter_all(struct lanes *l)
{
	enum err e;

	memset(x, 0, sizeof(x));
	for (uint64_t i = 0; i < 40; i++) {
		bool goes;

		x[i].lane = 1 + i % 4;
		goes = lanes_enter(l, &x[i], &e);
		assert_int_equal(e, OK);
		assert_int_equal(goes, i < 4);
	}
}

static void a_lane_is_first_in_first_out(void **state)
{
	struct lanes l = { { NULL } };

	(void)state;
	enter_all(&l);
	for (size_t i = 0; i < 40; i++) {
		struct exchange *next = lanes_leave(&l, &x[i]);

		assert_ptr_equal(next, i + 4 < 40 ? &x[i + 4] : NULL);
		assert_ptr_equal(lanes_active(&l, x[i].lane), next);
	}
	lanes_fini(&l);
}

static void any_that_waits_can_be_taken_out(void **state)
{
	struct lanes l = { { NULL } };
	struct exchange *dropped;
	enum err e;

	(void)state;
	enter_all(&l);
	lanes_remove(&l, &x[4]);  /* the first that waits in lane 1 */
	lanes_remove(&l, &x[20]); /* one in the middle */
	lanes_remove(&l, &x[36]); /* the last */
	assert_false(lanes_enter(&l, &x[36], &e));
	assert_ptr_equal(lanes_leave(&l, &x[0]), &x[8]);
	dropped = lanes_drop(&l, 1);
	for (size_t i = 12; i <= 36; i += i == 16 ? 8 : 4) {
		assert_ptr_equal(dropped, &x[i]);
		dropped = dropped->next;
	}
	assert_null(dropped);
	assert_null(lanes_drop(&l, 1));
	assert_null(lanes_drop(&l, 99));
	assert_ptr_equal(lanes_active(&l, 1), &x[8]);
	assert_null(lanes_leave(&l, &x[8]));
	assert_null(lanes_active(&l, 1));
	assert_ptr_equal(lanes_leave(&l, &x[1]), &x[5]); /* the others did not notice */
	lanes_fini(&l);
}

static void lane_0_is_none(void **state)
{
	struct lanes l = { { NULL } };
	enum err e;

	(void)state;
	memset(x, 0, sizeof(x));
	assert_true(lanes_enter(&l, &x[0], &e));
	assert_true(lanes_enter(&l, &x[1], &e));
	assert_null(lanes_leave(&l, &x[0]));
	assert_null(lanes_drop(&l, 0));
	assert_null(lanes_active(&l, 0));
	lanes_fini(&l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_earliest_is_first),
		cmocka_unit_test(a_lane_is_first_in_first_out),
		cmocka_unit_test(any_that_waits_can_be_taken_out),
		cmocka_unit_test(lane_0_is_none),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
