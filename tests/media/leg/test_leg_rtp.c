/* The RTP leg on real sockets: whom it listens to, where it answers, and its unbroken timeline. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/rng.h"
#include "media/leg/rtcp.h"
#include "tests/media/leg/peers.h"

#include <stdio.h>

enum { SLEW_US = 1000 }; /* between two clocks of one machine, in a moment */

static void only_the_configured_host_is_heard(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };
	uint16_t port, mine, others;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);
	CLEAN(close) int other = socket_on("127.0.0.2", &others);

	(void)state;
	say_sound(me, port, 1);
	assert_int_equal(take(leg, 0), 0); /* nobody is configured yet */
	set_remote(leg, "127.0.0.1", mine);
	say_sound(other, port, 2);
	assert_int_equal(take(leg, 0), 0);
	say_sound(me, port, 3);
	assert_int_equal(take(leg, 0), 1);
	assert_int_equal(batch.item[0].seq, 3);
	assert_int_equal(leg->in, 1);
	assert_int_equal(leg->refused, 2);
	leg_kind_rtp.free(leg);
}

static void answers_go_to_the_port_that_speaks(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };
	uint16_t port, announced, first, second;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int nat = socket_on("127.0.0.1", &announced);
	CLEAN(close) int one = socket_on("127.0.0.1", &first);
	CLEAN(close) int two = socket_on("127.0.0.1", &second);
	uint8_t got[64];

	(void)state;
	assert_false(leg_kind_rtp.is_sending(leg));
	set_remote(leg, "127.0.0.1", announced);
	assert_true(leg_kind_rtp.is_sending(leg));
	leg_kind_rtp.send(leg, (const uint8_t *)"a", 1, 1);
	assert_int_equal(hear(nat, got, sizeof(got)).payload[0], 'a');
	say_sound(one, port, 1);
	assert_int_equal(take(leg, 0), 1);
	leg_kind_rtp.send(leg, (const uint8_t *)"b", 1, 1);
	assert_int_equal(hear(one, got, sizeof(got)).payload[0], 'b');
	say_sound(two, port, 2); /* another port may not take over while one speaks */
	assert_int_equal(take(leg, LEG_RELEARN_MS - 1), 0);
	say_sound(two, port, 3);
	assert_int_equal(take(leg, LEG_RELEARN_MS), 1);
	leg_kind_rtp.send(leg, (const uint8_t *)"c", 1, 1);
	assert_int_equal(hear(two, got, sizeof(got)).payload[0], 'c');
	leg_kind_rtp.free(leg);
}

static void the_timeline_never_breaks(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { .payload_type = 96 };
	uint16_t port, mine;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);
	uint8_t storage[64];
	struct rtp first, p;

	(void)state;
	set_remote(leg, "127.0.0.1", mine);
	leg_kind_rtp.send(leg, (const uint8_t *)"a", 1, 1);
	first = hear(me, storage, sizeof(storage));
	assert_true(first.marker && first.payload_type == 96 && first.seq < 0x8000);
	leg_kind_rtp.send(leg, (const uint8_t *)"b", 1, 1);
	p = hear(me, storage, sizeof(storage));
	assert_true(!p.marker && p.ssrc == first.ssrc);
	assert_int_equal((uint16_t)(p.seq - first.seq), 1);
	assert_int_equal(p.ts - first.ts, 960);
	leg_kind_rtp.pass(leg, 10);
	set_remote(leg, "127.0.0.1", mine);
	leg_kind_rtp.send(leg, (const uint8_t *)"c", 1, 1);
	p = hear(me, storage, sizeof(storage));
	assert_true(p.marker && p.ssrc == first.ssrc);
	assert_int_equal((uint16_t)(p.seq - first.seq), 2);
	assert_int_equal(p.ts - first.ts, 12 * 960);
	leg_kind_rtp.send(leg, (const uint8_t *)"ddd", 3, 3); /* 60 ms */
	p = hear(me, storage, sizeof(storage));
	assert_int_equal(p.ts - first.ts, 13 * 960);
	leg_kind_rtp.send(leg, (const uint8_t *)"e", 1, 1);
	p = hear(me, storage, sizeof(storage));
	assert_true(!p.marker);
	assert_int_equal((uint16_t)(p.seq - first.seq), 4);
	assert_int_equal(p.ts - first.ts, 16 * 960);
	assert_int_equal(leg->out, 5);
	leg_kind_rtp.free(leg);
}

static void what_is_not_ours_is_counted_and_dropped(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };
	uint16_t port, mine;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);
	static const char zeros[LEG_PACKET_MAX];

	(void)state;
	set_remote(leg, "127.0.0.1", mine);
	say(me, port, (struct rtp){ .payload_type = 0 }, "x", 1);
	say(me, port, (struct rtp){ .payload_type = 111 }, "", 0);
	say(me, port, (struct rtp){ .payload_type = 111 }, zeros, CODEC_PAYLOAD_MAX + 1);
	say(me, port, (struct rtp){ .payload_type = 111 }, zeros, LEG_PACKET_MAX);
	say(me, port, (struct rtp){ .payload_type = 101, .seq = 9 }, "\x05\x0a\x00\xa0", 4);
	say(me, port, (struct rtp){ .payload_type = 101, .seq = 10 }, "\x05\x8a\x00\xa0", 4);
	for (size_t n = 0; n < 2; n += batch.n)
		take(leg, 0);
	assert_int_equal(leg->in, 2);
	assert_int_equal(leg->refused, 4);
	leg_kind_rtp.free(leg);
}

static void a_flood_is_taken_one_by_one(void **state)
{
	enum { FLOOD = 20 };
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };
	uint16_t port, mine;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);

	(void)state;
	set_remote(leg, "127.0.0.1", mine);
	for (uint16_t seq = 0; seq < FLOOD; seq++)
		say_sound(me, port, seq);
	for (uint16_t seq = 0; seq < FLOOD; seq++) {
		assert_int_equal(take(leg, 0), 1);
		assert_int_equal(batch.item[0].seq, seq);
		assert_true(batch.has_more); /* as far as it knows */
	}
	leg_kind_rtp.receive(leg, 0, &batch);
	assert_int_equal(batch.n, 0);
	assert_false(batch.has_more);
	leg_kind_rtp.free(leg);
}

/* Half a second before we look; but not of a wall clock that was set meanwhile. */
static void a_packet_came_when_its_stamp_says(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1", .has_stamps = true };
	uint64_t before = clock_mono_ns() / 1000, look_ms = before / 1000 + 500;
	struct leg_conf conf = { 0 };
	uint16_t port, mine;
	struct leg *leg = leg_on(&b, &conf, &port);
	CLEAN(close) int me = socket_on("127.0.0.1", &mine);

	(void)state;
	set_remote(leg, "127.0.0.1", mine);
	say_sound(me, port, 1);
	say_sound(me, port, 2);
	batch.wall_ahead_us = (int64_t)(clock_unix_us() - clock_mono_ns() / 1000);
	assert_int_equal(take(leg, look_ms), 1);
	assert_true(batch.item[0].at_us + SLEW_US >= before);
	assert_true(batch.item[0].at_us <= clock_mono_ns() / 1000 + SLEW_US);
	batch.wall_ahead_us -= INT64_C(3600000000);
	assert_int_equal(take(leg, look_ms), 1);
	assert_int_equal(batch.item[0].at_us, look_ms * 1000);
	batch.wall_ahead_us = 0;
	leg_kind_rtp.free(leg);
}

/* Three legs in a range that holds three even ports. false: somebody else is there. */
static bool take_three(struct leg_bind *b, struct leg *leg[3], uint16_t port[3])
{
	struct leg_conf conf = { 0 };
	size_t n = 0;

	while (n < 3 && leg_kind_rtp.open(&conf, b, &leg[n], &port[n], NULL) == OK)
		n++;
	if (n == 3)
		return true;
	while (n)
		leg_kind_rtp.free(leg[--n]);
	return false;
}

/* Each is given once, in turn, then none, then the one that came free. */
static void ports_are_given_in_turn_and_end(void **state)
{
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg_conf conf = { 0 };
	struct leg *leg[3], *more = NULL;
	uint16_t port[3], again;
	char want[80];
	struct why why;

	(void)state;
	do {
		random_bytes(&b.port_first, sizeof(b.port_first));
		b.port_first = (uint16_t)(b.port_first % 20000 * 2 + 10001);
		b.port_last = (uint16_t)(b.port_first + 6);
	} while (!take_three(&b, leg, port));
	for (size_t i = 0; i < 3; i++)
		assert_int_equal(port[i], b.port_first + 1 + 2 * i);
	assert_int_equal(leg_kind_rtp.open(&conf, &b, &more, &again, &why), E_LIMIT);
	snprintf(want, sizeof(want), "all 3 even ports of %u-%u on 127.0.0.1 are taken",
		(unsigned)b.port_first, (unsigned)b.port_last);
	assert_string_equal(why.text, want);
	leg_kind_rtp.free(leg[1]);
	leg[1] = leg_on(&b, &conf, &again);
	assert_int_equal(again, port[1]);
	for (size_t i = 0; i < 3; i++)
		leg_kind_rtp.free(leg[i]);
}

static void what_makes_no_sense_is_refused_with_a_reason(void **state)
{
	struct leg_bind nowhere = { .address = "localhost" }, b = { .address = "::1" };
	struct leg_conf clash = { .payload_type = 101 }, high = { .payload_type = 200 },
			fine = { 0 };
	struct leg *leg = NULL;
	struct why why;
	uint16_t port;

	(void)state;
	assert_int_equal(leg_kind_rtp.open(&fine, &nowhere, &leg, &port, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "\"localhost\" is no numeric address"));
	assert_int_equal(leg_kind_rtp.open(&clash, &b, &leg, &port, &why), E_MALFORMED);
	assert_int_equal(leg_kind_rtp.open(&high, &b, &leg, &port, &why), E_MALFORMED);
	assert_null(leg);
	assert_ptr_equal(leg_kind_find("RTP"), &leg_kind_rtp);
	assert_null(leg_kind_find("fax"));
}

/* Two legs with each other's keys understand one another; who has no key is neither heard nor
 * followed to another port. */
static void sealed_legs_hear_only_each_other(void **state)
{
	struct rtp_key key[2] = { { .master = "one way's key and salt, 30 byt" },
		{ .master = "and another 30 for the way bac" } };
	struct leg_conf conf[2] = { { .key_out = &key[0], .key_in = &key[1] },
		{ .key_out = &key[1], .key_in = &key[0] } };
	struct leg_bind b = { .address = "127.0.0.1" };
	uint16_t port[2], strangers;
	struct leg *leg[2] = { leg_on(&b, &conf[0], &port[0]), leg_on(&b, &conf[1], &port[1]) };
	CLEAN(close) int stranger = socket_on("127.0.0.1", &strangers);

	(void)state;
	set_remote(leg[0], "127.0.0.1", port[1]);
	set_remote(leg[1], "127.0.0.1", port[0]);
	for (int i = 0; i < 4; i++) {
		leg_kind_rtp.send(leg[i % 2], (const uint8_t *)"hello", 5, 1);
		assert_int_equal(take(leg[!(i % 2)], 0), 1);
		assert_int_equal(batch.item[0].payload_bytes, 5);
		assert_memory_equal(batch.item[0].payload, "hello", 5);
	}
	say_sound(stranger, port[0], 1);
	assert_int_equal(take(leg[0], 10 * LEG_RELEARN_MS), 0);
	assert_int_equal(leg[0]->refused, 1);
	leg_kind_rtp.send(leg[0], (const uint8_t *)"still", 5, 1);
	assert_int_equal(take(leg[1], 0), 1);
	leg_kind_rtp.free(leg[0]);
	leg_kind_rtp.free(leg[1]);
}

static void half_a_pair_of_keys_is_refused(void **state)
{
	struct rtp_key key = { .master = "x" };
	struct leg_conf conf = { .key_in = &key };
	struct leg_bind b = { .address = "127.0.0.1" };
	struct leg *leg = NULL;
	struct why why;
	uint16_t port;

	(void)state;
	assert_int_equal(leg_kind_rtp.open(&conf, &b, &leg, &port, &why), E_MALFORMED);
	assert_null(leg);
}

/* A datagram that is RTCP, on this socket. */
static struct rtcp hear_rtcp(int fd, uint32_t about)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	uint8_t packet[256];
	struct rtcp r = { 0 };
	ssize_t n;

	do {
		assert_int_equal(poll(&p, 1, WAIT_MS), 1);
		n = recv(fd, packet, sizeof(packet), 0);
		assert_true(n > 0);
	} while (!rtcp_is(packet, (size_t)n));
	assert_int_equal(rtcp_parse(packet, (size_t)n, about, &r), OK);
	return r;
}

static void say_rtcp(int fd, uint16_t port, uint32_t ssrc)
{
	static const char name[RTCP_CNAME_MAX] = "me";
	struct rtcp r = { .ssrc = ssrc, .has_sender = true, .sender.ntp = UINT64_C(5) << 32 };
	uint8_t packet[RTCP_BYTES_MAX];
	struct leg_address to;
	size_t n = rtcp_write(&r, name, packet);

	assert_int_equal(leg_address_parse("127.0.0.1", port, &to, NULL), OK);
	assert_int_equal(sendto(fd, packet, n, 0, &to.any, to.bytes), n);
}

/* Two sockets on a port and the one above. */
static void sockets_apart(int fd[2], uint16_t port[2])
{
	for (;;) {
		struct leg_address at;

		fd[0] = socket_on("127.0.0.1", &port[0]);
		fd[1] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		port[1] = (uint16_t)(port[0] + 1);
		assert_int_equal(leg_address_parse("127.0.0.1", port[1], &at, NULL), OK);
		if (bind(fd[1], &at.any, at.bytes) == 0)
			return;
		close(fd[0]);
		close(fd[1]);
	}
}

/* What the leg does in a tick in which it is its turn to report. */
static void turn(struct leg *leg, uint64_t now_ms)
{
	do
		leg_kind_rtp.receive(leg, now_ms, &batch);
	while (batch.has_more);
	leg_kind_rtp.report(leg, now_ms, &batch);
}

/* Reports go where they were agreed to go, and after that where the other side's come from; the
 * last one says goodbye. */
static void reports_go_the_agreed_way_and_then_theirs(void **state)
{
	static const struct {
		bool is_apart;    /* agreed */
		bool comes_apart; /* done */
	} rows[] = { { false, false }, { true, true }, { true, false } };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct leg_bind b = { .address = "127.0.0.1" };
		struct leg_conf conf = { .rtcp_apart = rows[r].is_apart };
		uint16_t port, mine[2];
		struct leg *leg = leg_on(&b, &conf, &port);
		uint8_t storage[64];
		struct rtp first;
		struct rtcp told;
		uint64_t now = 0;
		int fd[2];

		sockets_apart(fd, mine);
		set_remote(leg, "127.0.0.1", mine[0]);
		turn(leg, now); /* nothing was sent: nothing to say */
		leg_kind_rtp.send(leg, (const uint8_t *)"a", 1, 1);
		first = hear(fd[0], storage, sizeof(storage));
		for (; now <= 4000; now += 20)
			turn(leg, now);
		told = hear_rtcp(fd[rows[r].is_apart], 0);
		assert_true(told.has_sender && !told.has_block && told.ssrc == first.ssrc);
		assert_int_equal(told.sender.packets, 1);
		say_sound(fd[0], port, 5);
		assert_int_equal(take(leg, now), 1);
		say_rtcp(fd[rows[r].comes_apart], (uint16_t)(port + rows[r].comes_apart), 77);
		for (uint64_t end = now + 8000; now <= end; now += 20)
			turn(leg, now);
		told = hear_rtcp(fd[rows[r].comes_apart], 0);
		assert_true(told.has_block && told.block.ssrc == 0 && told.block.seq_high == 5);
		assert_int_equal(told.block.lsr, 5 << 16);
		leg_kind_rtp.free(leg);
		while (!told.is_bye)
			told = hear_rtcp(fd[rows[r].comes_apart], 0);
		close(fd[0]);
		close(fd[1]);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_configured_host_is_heard),
		cmocka_unit_test(answers_go_to_the_port_that_speaks),
		cmocka_unit_test(the_timeline_never_breaks),
		cmocka_unit_test(what_is_not_ours_is_counted_and_dropped),
		cmocka_unit_test(a_flood_is_taken_one_by_one),
		cmocka_unit_test(a_packet_came_when_its_stamp_says),
		cmocka_unit_test(ports_are_given_in_turn_and_end),
		cmocka_unit_test(what_makes_no_sense_is_refused_with_a_reason),
		cmocka_unit_test(sealed_legs_hear_only_each_other),
		cmocka_unit_test(half_a_pair_of_keys_is_refused),
		cmocka_unit_test(reports_go_the_agreed_way_and_then_theirs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
