/* Many and slow clients: the deadlines take them, and who is quick does not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

#include <sys/resource.h>

#define HOST "Host: x\r\n"

enum { SLOW = 2000, SLOW_BYTE_MS = 100, SLOW_LIMIT_MS = 1500 };

static struct door_conf conf_slow(void)
{
	struct door_conf conf = conf_plain;

	conf.connections_max = SLOW + 100;
	conf.head_ms_max = conf.body_ms_max = SLOW_LIMIT_MS;
	return conf;
}

static unsigned open_of(struct door *d)
{
	struct door_stats stats;

	door_stats(d, &stats);
	return stats.open;
}

static int *dial_many(struct door *d, size_t n)
{
	int *fd = calloc(n, sizeof(int));

	for (size_t i = 0; i < n; i++) {
		fd[i] = dial(d);
		if (i % 8 == 0)
			turn(d, NULL, 0);
	}
	return fd;
}

static void close_many(int *fd, size_t n)
{
	for (size_t i = 0; i < n; i++)
		close(fd[i]);
	free(fd);
}

/* 2,000 heads that grow by a byte now and then, each byte in time for a deadline of idleness. */
static void slow_heads_are_held_and_closed_while_others_are_served(void **state)
{
	static const char head[] =
		"GET /hello HTTP/1.1\r\nHost: x\r\nX-Slow: aaaaaaaaaaaaaaaaaaaaaa";
	struct door_conf conf = conf_slow();
	struct door *d = open_door(&conf);
	int *slow = dial_many(d, SLOW), quick = dial(d);
	uint64_t next_byte_ms = 0, until = clock_mono_ms() + PATIENCE_MS;
	unsigned served_beside = 0, at = 0;
	struct door_stats stats;
	struct http_reply r;

	(void)state;
	do {
		uint64_t now = clock_mono_ms();

		assert_true(now < until);
		for (size_t i = 0; now >= next_byte_ms && i < SLOW; i++)
			send(slow[i], head + at % (sizeof(head) - 1), 1, MSG_NOSIGNAL);
		if (now >= next_byte_ms) {
			next_byte_ms = now + SLOW_BYTE_MS;
			at++;
		}
		assert_int_equal(
			status_of(d, quick, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
		served_beside += open_of(d) > SLOW;
	} while (open_of(d) > 1);
	door_stats(d, &stats);
	assert_int_equal(stats.timed_out, SLOW);
	assert_int_equal(stats.accepted, SLOW + 1);
	assert_int_equal(stats.answered[2], seen.handled);
	/* All of them were held until the deadline, and hundreds were served beside them. */
	assert_true(at >= 3);
	assert_true(served_beside >= 100);
	close_many(slow, SLOW);
	close(quick);
	door_free(d);
}

static void slow_bodies_are_closed(void **state)
{
	struct door_conf conf = conf_slow();
	struct door_stats stats;
	struct door *d;
	uint64_t next_byte_ms = 0, until = clock_mono_ms() + PATIENCE_MS;
	int fd;

	(void)state;
	conf.body_ms_max = 200;
	d = open_door(&conf);
	fd = dial(d);
	say(d, fd, "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 1000\r\n\r\n");
	turn(d, NULL, 0);
	assert_int_equal(open_of(d), 1);
	while (open_of(d)) {
		assert_true(clock_mono_ms() < until);
		if (clock_mono_ms() >= next_byte_ms) {
			send(fd, "x", 1, MSG_NOSIGNAL);
			next_byte_ms = clock_mono_ms() + 20;
		}
		turn(d, NULL, 0);
	}
	door_stats(d, &stats);
	assert_int_equal(stats.timed_out, 1);
	assert_int_equal(seen.handled, 0);
	close(fd);
	door_free(d);
}

/* Asks and asks and never reads, until no answer fits into the sockets' buffers any more. */
static void who_does_not_read_is_closed(void **state)
{
	static const char request[] = "GET /long HTTP/1.1\r\nHost: x\r\n\r\n";
	struct door_conf conf = conf_slow();
	uint64_t until = clock_mono_ms() + PATIENCE_MS;
	struct door_stats stats;
	struct door *d;
	int fd;

	(void)state;
	conf.body_ms_max = 200;
	d = open_door(&conf);
	fd = dial(d);
	do {
		if (send(fd, request, sizeof(request) - 1, MSG_NOSIGNAL) !=
			(ssize_t)sizeof(request) - 1)
			turn(d, NULL, 0);
		else
			door_run(d);
		assert_true(clock_mono_ms() < until);
		door_stats(d, &stats);
	} while (stats.open || !stats.accepted);
	assert_int_equal(stats.timed_out, 1);
	close(fd);
	door_free(d);
}

static void idle_connections_are_closed_and_it_is_no_fault(void **state)
{
	struct door_conf conf = conf_slow();
	struct door_stats stats;
	struct door *d;
	struct http_reply r;
	int fd;

	(void)state;
	conf.idle_ms_max = 100;
	d = open_door(&conf);
	fd = dial(d);
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
	assert_true(hears_close(d, fd));
	door_stats(d, &stats);
	assert_int_equal(stats.timed_out, 0);
	close(fd);
	door_free(d);
}

/* More than 128 at once is where the library's own loop would stall. */
static void three_hundred_at_once_are_answered(void **state)
{
	enum { MANY = 300 };
	struct door_conf conf = conf_slow();
	struct door *d = open_door(&conf);
	int *fd = dial_many(d, MANY);
	struct http_reply r;

	(void)state;
	for (int round = 0; round < 3; round++) {
		for (size_t i = 0; i < MANY; i++)
			say(d, fd[i], "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 2\r\n\r\nok");
		for (size_t i = 0; i < MANY; i++) {
			hear(d, fd[i], &r);
			assert_int_equal(r.status, 200);
			assert_string_equal(r.body, "ok");
		}
	}
	assert_int_equal(seen.handled, 3 * MANY);
	close_many(fd, MANY);
	door_free(d);
}

static void the_connection_too_many_waits(void **state)
{
	static const char request[] = "GET /hello HTTP/1.1\r\n" HOST "\r\n";
	struct door_conf conf = conf_plain;
	struct door *d;
	struct http_reply r;
	int a, b, c;

	(void)state;
	conf.connections_max = 2;
	d = open_door(&conf);
	a = dial(d);
	b = dial(d);
	assert_int_equal(status_of(d, a, request, &r), 200);
	assert_int_equal(status_of(d, b, request, &r), 200);
	c = dial(d);
	say(d, c, request);
	assert_int_equal(status_of(d, a, request, &r), 200);
	assert_int_equal(seen.handled, 3);
	assert_int_equal(open_of(d), 2);
	close(a);
	hear(d, c, &r);
	assert_int_equal(r.status, 200);
	close(b), close(c);
	door_free(d);
}

static void one_address_cannot_take_all_connections(void **state)
{
	static const char request[] = "GET /hello HTTP/1.1\r\n" HOST "\r\n";
	struct door_conf conf = conf_plain;
	struct door *d;
	struct http_reply r;
	int a, b, c, other;

	(void)state;
	conf.connections_per_ip_max = 2;
	d = open_door(&conf);
	a = dial(d), b = dial(d), c = dial(d), other = dial_from(d, "127.0.0.2");
	assert_int_equal(status_of(d, a, request, &r), 200);
	assert_int_equal(status_of(d, b, request, &r), 200);
	assert_int_equal(status_of(d, c, request, &r), 0);
	assert_true(r.closed);
	assert_int_equal(status_of(d, other, request, &r), 200);
	close(a), close(b), close(c), close(other);
	door_free(d);
}

static int files_raise(void **state)
{
	struct rlimit r;

	(void)state;
	if (getrlimit(RLIMIT_NOFILE, &r))
		return -1;
	r.rlim_cur = r.rlim_max;
	if (r.rlim_max < 2 * SLOW + 200)
		print_error("no %d files at once (ulimit -Hn)\n", 2 * SLOW + 200);
	return r.rlim_max < 2 * SLOW + 200 ? -1 : setrlimit(RLIMIT_NOFILE, &r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(slow_heads_are_held_and_closed_while_others_are_served),
		cmocka_unit_test(slow_bodies_are_closed),
		cmocka_unit_test(who_does_not_read_is_closed),
		cmocka_unit_test(idle_connections_are_closed_and_it_is_no_fault),
		cmocka_unit_test(three_hundred_at_once_are_answered),
		cmocka_unit_test(the_connection_too_many_waits),
		cmocka_unit_test(one_address_cannot_take_all_connections),
	};

	return cmocka_run_group_tests(tests, files_raise, NULL);
}
