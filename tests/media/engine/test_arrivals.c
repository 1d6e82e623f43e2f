/* What waits on a leg is taken in the next tick, whichever of its sockets it is on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "tests/media/engine/rig.h"

#include <linux/sock_diag.h>

static const int16_t speech[PHONE_FRAME];

/* What waits in the leg's socket, by the kernel's measure. */
static uint32_t waiting(const struct rig *r, size_t phone)
{
	uint32_t memory[SK_MEMINFO_VARS];
	socklen_t bytes = sizeof(memory);
	const struct leg *leg = engine_leg(r->e, r->leg[phone]);

	assert_int_equal(getsockopt(leg->peer_fd, SOL_SOCKET, SO_MEMINFO, memory, &bytes), 0);
	return memory[SK_MEMINFO_RMEM_ALLOC];
}

/* A phone's packets, of one size each, all of which the kernel has before the next tick. */
static void burst(struct rig *r, size_t phone, size_t n)
{
	uint32_t one = 0;

	for (size_t i = 0; i < n; i++) {
		phone_say(&r->phone[phone], speech);
		rig_await_arrival(r, phone);
		one = i ? one : waiting(r, phone);
	}
	for (int i = 0; waiting(r, phone) < n * one && i < PHONE_WAIT_MS; i++)
		poll(NULL, 0, 1);
	assert_int_equal(waiting(r, phone), n * one);
}

/* Nothing queues in the kernel from tick to tick, unless it is a flood. */
static void what_came_since_the_last_tick_is_taken_in_one(void **state)
{
	static const struct {
		size_t came, taken;
	} rows[] = { { 1, 1 }, { 2, 2 }, { 7, 7 }, { 70, 64 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rig *r = rig_new(NULL);
		size_t quiet = rig_phone(r, 1, true), loud = rig_phone(r, 1, true);

		rig_run(r, 1);
		burst(r, loud, rows[i].came);
		burst(r, quiet, 1);
		rig_run(r, 1);
		assert_int_equal(rig_stats(r).packets_in, rows[i].taken + 1);
		rig_run(r, 1);
		assert_int_equal(rig_stats(r).packets_in, rows[i].came + 1);
		rig_free(r);
	}
}

/* Behind a NAT that forgets: the same telephone, suddenly on another port. */
static void move(struct phone *p)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };

	close(p->fd);
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(p->fd, (struct sockaddr *)&at, sizeof(at)), 0);
}

static uint64_t heard(struct rig *r, size_t phone)
{
	uint64_t before = rig_stats(r).packets_in;

	phone_say(&r->phone[phone], speech);
	rig_await_arrival(r, phone);
	engine_wake(r->e, r->now_ns);
	r->now_ns += PACE_TICK_NS;
	return rig_stats(r).packets_in - before;
}

/* And it is sent to there from the tick on in which it is heard. */
static void who_moves_is_heard_in_the_tick_it_speaks_again(void **state)
{
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone(r, 1, true);

	(void)state;
	rig_run(r, 1);
	for (int moves = 0; moves < 3; moves++) {
		assert_int_equal(heard(r, phone), 1);
		assert_int_equal(heard(r, phone), 1);
		while (phone_hear(&r->phone[phone]))
			;
		rig_run(r, LEG_RELEARN_MS / PCM_FRAME_MS);
		move(&r->phone[phone]);
		assert_int_equal(heard(r, phone), 1);
		assert_true(phone_await(&r->phone[phone]));
	}
	assert_int_equal(rig_stats(r).packets_refused, 0);
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_came_since_the_last_tick_is_taken_in_one),
		cmocka_unit_test(who_moves_is_heard_in_the_tick_it_speaks_again),
	};

	return cmocka_run_group_tests_name("engine arrivals", tests, NULL, NULL);
}
