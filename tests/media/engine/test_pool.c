/* Places that are taken, scribbled on, given back and taken again. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/codec/codec.h"
#include "media/engine/pool.h"

#include <stdlib.h>
#include <string.h>

enum { PLACES = 5, TURNS = 40 };

static bool init(void *place)
{
	return codec_opus.encoder_init(place);
}

static bool refuse(void *place)
{
	(void)place;
	return false;
}

static void each_is_like_the_model(void **state)
{
	size_t bytes = codec_opus.encoder_bytes();
	uint8_t *model = calloc(1, bytes), *taken[PLACES];
	struct pool p;

	(void)state;
	assert_true(init(model));
	assert_int_equal(pool_open(&p, bytes, PLACES, init), OK);
	for (int turn = 0; turn < TURNS; turn++) {
		for (size_t i = 0; i < PLACES; i++) {
			taken[i] = pool_take(&p);
			assert_int_equal((uintptr_t)taken[i] % _Alignof(max_align_t), 0);
			assert_memory_equal(taken[i], model, bytes);
			for (size_t k = 0; k < i; k++)
				assert_ptr_not_equal(taken[i], taken[k]);
		}
		assert_int_equal(p.n_used, PLACES);
		for (size_t i = 0; i < PLACES; i++) {
			taken[i][((size_t)turn * 1117 + i) % bytes] ^= 1;
			taken[i][bytes - 1] ^= 1;
			pool_give(&p, taken[i]);
		}
	}
	pool_close(&p);
	free(model);
}

/* A codec without a state has places all the same, and one that refuses is found out at once. */
static void nothing_and_refused(void **state)
{
	struct pool p;

	(void)state;
	assert_int_equal(pool_open(&p, 0, 2, init), OK);
	assert_ptr_not_equal(pool_take(&p), pool_take(&p));
	pool_close(&p);
	assert_int_equal(pool_open(&p, 100, 2, refuse), E_SYSTEM);
	pool_close(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_is_like_the_model),
		cmocka_unit_test(nothing_and_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
