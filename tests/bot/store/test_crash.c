/* What was promised is there after any end of the process, and a full disk promises nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/store/shelf.h"

#include "bot/base/rng.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

enum { ROUNDS = 32, REPORTS_MAX = 50 };

/* Commits batches of changing size and reports each number that may be relied on, until it dies. */
static void child_commits(int report, uint64_t seed)
{
	struct store_summary found;
	struct rng rng = { seed };
	struct store *s;
	struct why why;
	uint64_t last;

	if (store_open(path, &s, &found, &why) != OK)
		_exit(2);
	for (last = found.n_events;;) {
		size_t n = 1 + rng_below(&rng, rng_below(&rng, 8) ? 8 : BATCH_EVENTS_MAX);

		if (commit_from(s, last + 1, n, &why) != OK)
			_exit(3);
		last += n;
		if (write(report, &last, sizeof(last)) != sizeof(last))
			_exit(4);
		if (rng_below(&rng, 16) == 0)
			store_idle(s);
	}
}

static void nothing_promised_is_lost_by_kill(void **state)
{
	struct rng rng = { 5 };
	uint64_t promised = 0, lost_rounds = 0;

	(void)state;
	for (int round = 0; round < ROUNDS; round++) {
		struct store_summary found;
		struct store *s;
		uint64_t n_reports = rng_below(&rng, REPORTS_MAX);
		int report[2], status;
		pid_t child;

		assert_int_equal(pipe(report), 0);
		child = fork();
		assert_true(child >= 0);
		if (!child) {
			close(report[0]);
			child_commits(report[1], (uint64_t)round + 1);
		}
		close(report[1]);
		/* Read to a random report, then strike wherever the child is by now. */
		for (uint64_t i = 0; i < n_reports; i++)
			assert_int_equal(
				read(report[0], &promised, sizeof(promised)), sizeof(promised));
		kill(child, SIGKILL);
		while (read(report[0], &promised, sizeof(promised)) == sizeof(promised))
			;
		close(report[0]);
		assert_int_equal(waitpid(child, &status, 0), child);
		assert_true(WIFSIGNALED(status));

		s = open_store(path, &found);
		if (found.n_events < promised)
			lost_rounds++;
		assert_int_equal(replayed(s), found.n_events);
		if (found.last_contact) {
			struct caller p, want = person_nth(found.last_contact);

			assert_int_equal(store_person_get(s, found.last_contact, &p, NULL), OK);
			assert_memory_equal(&p, &want, sizeof(p));
		}
		promised = found.n_events;
		store_close(s);
	}
	assert_int_equal(lost_rounds, 0);
	assert_true(promised > ROUNDS);
}

/* The log may not grow beyond a size: batches until one fails, then how many events stood. */
static void child_fills_the_disk(int report)
{
	const struct rlimit small = { 300000, RLIM_INFINITY };
	const struct rlimit large = { RLIM_INFINITY, RLIM_INFINITY };
	struct store_summary found;
	struct store *s;
	struct why why = { 0 };
	uint64_t last = 0;

	signal(SIGXFSZ, SIG_IGN);
	if (store_open(path, &s, &found, &why) != OK || setrlimit(RLIMIT_FSIZE, &small))
		_exit(2);
	while (last < 1000000 && commit_from(s, last + 1, 100, &why) == OK)
		last += 100;
	/* It says what and where, and from then on promises nothing. */
	if (why.code != E_SYSTEM || !strstr(why.text, path) || !strstr(why.text, "disk"))
		_exit(3);
	/* Also when there is room again: what this process wrote last is not known for sure. */
	if (setrlimit(RLIMIT_FSIZE, &large) || commit_from(s, last + 1, 1, &why) != E_SYSTEM)
		_exit(4);
	_exit(write(report, &last, sizeof(last)) == sizeof(last) ? 0 : 5);
}

static void a_full_disk_leaves_whole_batches(void **state)
{
	int report[2], status;
	uint64_t last = 0;
	struct store *s;
	pid_t child;

	(void)state;
	assert_int_equal(pipe(report), 0);
	child = fork();
	if (!child)
		child_fills_the_disk(report[1]);
	close(report[1]);
	assert_int_equal(waitpid(child, &status, 0), child);
	assert_int_equal(status, 0);
	assert_int_equal(read(report[0], &last, sizeof(last)), sizeof(last));
	close(report[0]);
	assert_true(last >= 100);

	s = open_store(path, NULL);
	assert_int_equal(replayed(s), last);
	/* With room again it goes on where it stopped. */
	assert_int_equal(commit_from(s, last + 1, 100, NULL), OK);
	assert_int_equal(replayed(s), last + 100);
	store_close(s);
}

int main(void)
{
#define ROW(f) cmocka_unit_test_setup_teardown(f, dir_make, dir_remove)
	const struct CMUnitTest tests[] = {
		ROW(nothing_promised_is_lost_by_kill),
		ROW(a_full_disk_leaves_whole_batches),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
