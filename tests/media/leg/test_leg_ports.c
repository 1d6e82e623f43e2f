/* The two sockets of an RTP leg's port: nothing is lost between them, and nobody else gets in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clean.h"
#include "tests/media/leg/peers.h"

#include <errno.h>
#include <sys/epoll.h>
#include <sys/resource.h>

static struct leg *open_leg(uint16_t *port)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };

	return leg_on(&b, &conf, port);
}

static void send_one(struct leg *leg)
{
	leg_kind_rtp.send(leg, (const uint8_t *)"a", 1, 1);
}

static bool is_heard_by(struct leg *leg, int fd)
{
	uint8_t storage[64];

	send_one(leg);
	return hear(fd, storage, sizeof(storage)).payload[0] == 'a';
}

static bool awaits(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };

	return poll(&p, 1, WAIT_MS) == 1;
}

static bool has_ip6(void)
{
	CLEAN(close) int fd = socket(AF_INET6, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct sockaddr_in6 at = { .sin6_family = AF_INET6, .sin6_addr = IN6ADDR_LOOPBACK_INIT };

	return fd >= 0 && bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;
}

static void whom_we_send_to_has_a_socket_wherever_we_are_bound(void **state)
{
	static const struct {
		const char *ours, *theirs;
	} rows[] = { { "127.0.0.1", "127.0.0.1" }, { "0.0.0.0", "127.0.0.1" }, { "::1", "::1" },
		{ "::", "::1" } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows) && (i < 2 || has_ip6()); i++) {
		struct leg_conf conf = { 0 };
		struct leg_bind b = { 0 };
		struct leg_address at;
		uint16_t port, mine;
		struct leg *leg;

		memcpy(b.address, rows[i].ours, strlen(rows[i].ours));
		leg = leg_on(&b, &conf, &port);
		/* Twice: what is connected can be connected to another. */
		for (int turn = 0; turn < 2; turn++) {
			CLEAN(close) int me = socket_on(rows[i].theirs, &mine);

			set_remote(leg, rows[i].theirs, mine);
			assert_true(is_heard_by(leg, me));
			assert_int_equal(leg_address_parse(rows[i].theirs, port, &at, NULL), OK);
			assert_int_equal(sendto(me, "?", 1, 0, &at.any, at.bytes), 1);
			assert_true(awaits(leg->peer_fd));
			take(leg, 0);
		}
		assert_int_equal(leg->refused, 2);
		assert_int_equal(leg->unsent, 0);
		leg_kind_rtp.free(leg);
	}
}

static void what_came_before_it_was_known_from_whom_is_heard(void **state)
{
	uint16_t port, mine;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);
	unsigned seqs = 0;

	(void)state;
	say_sound(me, port, 0);
	say_sound(me, port, 1);
	assert_true(awaits(leg->fd));
	set_remote(leg, "127.0.0.1", mine);
	say_sound(me, port, 2);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(take(leg, 0), 1);
		seqs |= 1u << batch.item[0].seq;
	}
	assert_int_equal(seqs, 7);
	leg_kind_rtp.free(leg);
}

static void who_moves_after_a_second_is_heard_at_once(void **state)
{
	enum { LATER = 10 * LEG_RELEARN_MS };
	uint16_t port, first, second, others;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int one = socket_on("127.0.0.1", &first);
	CLEAN(close) int two = socket_on("127.0.0.1", &second);
	CLEAN(close) int stranger = socket_on("127.0.0.2", &others);

	(void)state;
	set_remote(leg, "127.0.0.1", first);
	say_sound(one, port, 1);
	assert_int_equal(take(leg, 0), 1);
	say_sound(two, port, 2);
	assert_int_equal(take(leg, LEG_RELEARN_MS - 1), 0);
	say_sound(stranger, port, 3); /* a host is not learnt, however long the silence */
	assert_int_equal(take(leg, LATER), 0);
	assert_true(is_heard_by(leg, one));
	say_sound(two, port, 4);
	assert_int_equal(take(leg, LATER), 1);
	assert_true(is_heard_by(leg, two));
	say_sound(two, port, 5);
	assert_true(awaits(leg->peer_fd));
	assert_int_equal(take(leg, LATER), 1);
	say_sound(one, port, 6); /* too late, and then late enough */
	assert_int_equal(take(leg, LATER + LEG_RELEARN_MS - 1), 0);
	assert_true(is_heard_by(leg, two));
	say_sound(one, port, 7);
	assert_int_equal(take(leg, LATER + LEG_RELEARN_MS), 1);
	assert_true(is_heard_by(leg, one));
	assert_int_equal(leg->refused, 3);
	leg_kind_rtp.free(leg);
}

/* What waits from the port before is judged as if there were one socket. */
static void what_waits_when_the_other_side_moves_is_heard(void **state)
{
	uint16_t port, first, second;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int one = socket_on("127.0.0.1", &first);
	CLEAN(close) int two = socket_on("127.0.0.1", &second);

	(void)state;
	set_remote(leg, "127.0.0.1", first);
	say_sound(one, port, 1);
	assert_true(awaits(leg->peer_fd));
	set_remote(leg, "127.0.0.1", second);
	assert_int_equal(take(leg, 0), 1);
	assert_int_equal(batch.item[0].seq, 1);
	leg_kind_rtp.free(leg);
}

/* Until the leg knows that there: each packet to a closed port may bring word of it, but the
 * system says only so many a second. */
static void send_until_refused(struct leg *leg)
{
	struct pollfd p = { .fd = leg->peer_fd };

	for (int tries = 0; !(p.revents & POLLERR); tries++) {
		assert_true(tries < 100);
		send_one(leg);
		poll(&p, 1, WAIT_MS / 100);
	}
}

static void a_closed_port_that_opens_again_has_missed_nothing_since(void **state)
{
	struct epoll_event e;
	uint16_t port, mine;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int epoll = epoll_create1(EPOLL_CLOEXEC);
	int me = socket_on("127.0.0.1", &mine);
	struct leg_address at;

	(void)state;
	assert_true(leg_kind_rtp.watch(leg, epoll, leg));
	set_remote(leg, "127.0.0.1", mine);
	for (int i = 0; i < 2; i++) { /* who sends next hears of it, or who receives */
		close(me);
		send_until_refused(leg);
		assert_int_equal(leg_address_parse("127.0.0.1", mine, &at, NULL), OK);
		me = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		assert_int_equal(bind(me, &at.any, at.bytes), 0);
		if (i == 1) {
			say_sound(me, port, 1);
			assert_true(awaits(leg->peer_fd));
			assert_int_equal(take(leg, 0), 1);
		}
		assert_true(is_heard_by(leg, me));
		assert_int_equal(epoll_wait(epoll, &e, 1, 0), 0); /* nor does it turn in vain */
	}
	assert_int_equal(leg->unsent, 0);
	close(me);
	leg_kind_rtp.free(leg);
}

/* As a stranger would, with this option. */
static bool can_bind(const char *address, uint16_t port, int option)
{
	CLEAN(close) int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	struct leg_address at;
	int yes = 1;

	assert_int_equal(leg_address_parse(address, port, &at, NULL), OK);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, option, &yes, sizeof(yes)), 0);
	return bind(fd, &at.any, at.bytes) == 0;
}

static void nobody_gets_the_port_of_a_leg(void **state)
{
	static const char *const address[] = { "127.0.0.1", "0.0.0.0" };
	uint16_t port, mine;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);

	(void)state;
	for (int turn = 0; turn < 2; turn++) {
		for (size_t i = 0; i < ARRAY_LEN(address); i++) {
			assert_false(can_bind(address[i], port, SO_REUSEADDR));
			assert_false(can_bind(address[i], port, SO_REUSEPORT));
		}
		set_remote(leg, "127.0.0.1", mine);
		assert_true(leg->peer_fd >= 0);
	}
	leg_kind_rtp.free(leg);
}

/* Not even one whose owner would share it, and not in a range nor by the system's choice. */
static void a_leg_gets_nobodys_port(void **state)
{
	enum { LEGS = 64 };
	struct leg *leg[LEGS], *more = NULL;
	uint16_t port[LEGS], taken, none;
	struct leg_conf conf = { 0 };
	struct leg_bind b = { .address = "127.0.0.1" };
	int fd = -1, yes = 1;

	(void)state;
	do {
		if (fd >= 0)
			close(fd);
		fd = socket_on("127.0.0.1", &taken);
	} while (taken % 2);
	assert_int_equal(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)), 0);
	b.port_first = b.port_last = taken;
	assert_int_equal(leg_kind_rtp.open(&conf, &b, &more, &none, NULL), E_LIMIT);
	for (size_t i = 0; i < LEGS; i++) {
		leg[i] = open_leg(&port[i]);
		set_remote(leg[i], "127.0.0.1", taken);
		assert_int_not_equal(port[i], taken);
		for (size_t k = 0; k < i; k++)
			assert_int_not_equal(port[i], port[k]);
		b.port_first = b.port_last = port[i] & 0xfffe;
		if (port[i] % 2 == 0)
			assert_int_equal(leg_kind_rtp.open(&conf, &b, &more, &none, NULL), E_LIMIT);
	}
	for (size_t i = 0; i < LEGS; i++)
		leg_kind_rtp.free(leg[i]);
	close(fd);
}

static void without_a_second_socket_sound_goes_on(void **state)
{
	uint16_t port, first, second;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int one = socket_on("127.0.0.1", &first);
	CLEAN(close) int two = socket_on("127.0.0.1", &second);
	struct rlimit before, none;
	int next = dup(one);

	(void)state;
	close(next);
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &before), 0);
	none = (struct rlimit){ (rlim_t)next, before.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	set_remote(leg, "127.0.0.1", first);
	assert_int_equal(leg->peer_fd, -1);
	assert_true(is_heard_by(leg, one));
	say_sound(one, port, 1);
	assert_int_equal(take(leg, 0), 1);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &before), 0);
	say_sound(two, port, 2); /* and there is one as soon as there can be */
	assert_int_equal(take(leg, LEG_RELEARN_MS), 1);
	assert_true(leg->peer_fd >= 0);
	assert_true(is_heard_by(leg, two));
	leg_kind_rtp.free(leg);
}

/* On both sockets, from before there are two until it shall not be. */
static void a_watched_leg_is_told_of(void **state)
{
	uint16_t port, mine, others;
	struct leg *leg = open_leg(&port);
	CLEAN(close) int epoll = epoll_create1(EPOLL_CLOEXEC);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);
	CLEAN(close) int other = socket_on("127.0.0.1", &others);
	int from[] = { me, other, me };
	struct epoll_event e;

	(void)state;
	assert_true(leg_kind_rtp.watch(leg, epoll, &port));
	for (uint16_t i = 0; i < ARRAY_LEN(from); i++) {
		say_sound(from[i], port, i);
		assert_int_equal(epoll_wait(epoll, &e, 1, WAIT_MS), 1);
		assert_ptr_equal(e.data.ptr, &port);
		leg_kind_rtp.receive(leg, 0, &batch);
		assert_int_equal(epoll_wait(epoll, &e, 1, 0), 0);
		set_remote(leg, "127.0.0.1", mine);
	}
	leg_kind_rtp.unwatch(leg);
	say_sound(me, port, 8);
	say_sound(other, port, 9);
	assert_true(awaits(leg->fd) && awaits(leg->peer_fd));
	assert_int_equal(epoll_wait(epoll, &e, 1, 0), 0);
	leg_kind_rtp.free(leg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whom_we_send_to_has_a_socket_wherever_we_are_bound),
		cmocka_unit_test(what_came_before_it_was_known_from_whom_is_heard),
		cmocka_unit_test(who_moves_after_a_second_is_heard_at_once),
		cmocka_unit_test(what_waits_when_the_other_side_moves_is_heard),
		cmocka_unit_test(a_closed_port_that_opens_again_has_missed_nothing_since),
		cmocka_unit_test(nobody_gets_the_port_of_a_leg),
		cmocka_unit_test(a_leg_gets_nobodys_port),
		cmocka_unit_test(without_a_second_socket_sound_goes_on),
		cmocka_unit_test(a_watched_leg_is_told_of),
	};

	return cmocka_run_group_tests_name("leg ports", tests, NULL, NULL);
}
