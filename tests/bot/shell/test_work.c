/* Jobs beside the loop: each done once, in order of their lane, none more than fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/shell.h"
#include "bot/shell/work.h"

#include <poll.h>
#include <pthread.h>
#include <stdlib.h>

static struct {
	unsigned order[JOBS_MAX * 2], n, ended;
} seen;

struct number {
	struct job job;
	unsigned n;
	pthread_mutex_t *gate; /* NULL: it does not wait */
	bool ran;
};

static void run(struct job *j, const atomic_bool *stop)
{
	struct number *it = (struct number *)j;

	(void)stop;
	if (it->gate) {
		pthread_mutex_lock(it->gate);
		pthread_mutex_unlock(it->gate);
	}
	it->ran = true;
}

static void done(struct shell *s, struct job *j)
{
	struct number *it = (struct number *)j;

	seen.ended += s == NULL;
	if (s) {
		assert_true(it->ran);
		seen.order[seen.n++] = it->n;
	}
	free(it);
}

static bool put(struct work *w, enum lane lane, unsigned n, pthread_mutex_t *gate)
{
	struct number *it = calloc(1, sizeof(*it));
	bool taken;

	*it = (struct number){ .job = { .run = run, .done = done }, .n = n, .gate = gate };
	taken = work_put(w, lane, &it->job);
	if (!taken)
		free(it);
	return taken;
}

static void take(struct shell *s, unsigned n)
{
	struct pollfd fd = { .fd = work_fd(s->work), .events = POLLIN };

	while (seen.n < n) {
		assert_int_not_equal(poll(&fd, 1, 60000), 0);
		work_run(s);
	}
}

static void a_lane_does_its_jobs_in_order_and_lets_the_other_go_on(void **state)
{
	pthread_mutex_t gate = PTHREAD_MUTEX_INITIALIZER;
	struct shell *s = calloc(1, sizeof(*s));

	(void)state;
	seen.n = 0;
	s->work = work_new();
	pthread_mutex_lock(&gate);
	for (unsigned i = 0; i < JOBS_MAX; i++)
		assert_true(put(s->work, LANE_LONG, i, &gate));
	assert_false(put(s->work, LANE_LONG, 99, &gate));
	assert_true(put(s->work, LANE_SHORT, 50, NULL));
	take(s, 1);
	assert_int_equal(seen.order[0], 50);
	pthread_mutex_unlock(&gate);
	take(s, 1 + JOBS_MAX);
	for (unsigned i = 0; i < JOBS_MAX; i++)
		assert_int_equal(seen.order[1 + i], i);
	assert_true(put(s->work, LANE_LONG, 7, NULL)); /* there is room again */
	take(s, 2 + JOBS_MAX);
	work_free(s->work);
	free(s);
}

static void what_is_not_taken_up_is_ended_once(void **state)
{
	struct work *w = work_new();

	(void)state;
	seen.ended = 0;
	for (unsigned i = 0; i < JOBS_MAX; i++)
		assert_true(put(w, LANE_SHORT, i, NULL));
	work_free(w);
	assert_int_equal(seen.ended, JOBS_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_lane_does_its_jobs_in_order_and_lets_the_other_go_on),
		cmocka_unit_test(what_is_not_taken_up_is_ended_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
