/* RTCP: what is written is what is read, what a stranger may send, and who is told what when. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "media/leg/reports.h"

#include <string.h>

enum { ME = 0x11111111, YOU = 0x22222222, SECOND_US = 1000000 };

/* By hand, as RFC 3550 section 6.4 draws it: an SR with one block, then CNAME, then BYE. */
static const uint8_t sr[] = { 0x81, 200, 0, 12, 0x22, 0x22, 0x22, 0x22, /* header, SSRC */
	0xe0, 0, 0, 1, 0x80, 0, 0, 0, 0, 0, 0x03, 0xe8, 0, 0, 0, 50, 0, 0, 0x1f, 0x40, /* sender */
	0x11, 0x11, 0x11, 0x11, 64, 0xff, 0xff, 0xfe, 0, 1, 0, 7, 0, 0, 0, 160, 0, 1, 0x80, 0, 0, 2,
	0, 0,                                                                  /* block */
	0x81, 202, 0, 3, 0x22, 0x22, 0x22, 0x22, 1, 3, 'a', '@', 'b', 0, 0, 0, /* SDES */
	0x81, 203, 0, 1, 0x22, 0x22, 0x22, 0x22 };

static void what_the_rfc_draws_is_read(void **state)
{
	struct rtcp r;

	(void)state;
	assert_true(rtcp_is(sr, sizeof(sr)));
	assert_int_equal(rtcp_parse(sr, sizeof(sr), ME, &r), OK);
	assert_true(r.has_sender && r.has_block && r.is_bye);
	assert_int_equal(r.ssrc, YOU);
	assert_true(r.sender.ntp == UINT64_C(0xe000000180000000));
	assert_int_equal(r.sender.ts, 1000);
	assert_int_equal(r.sender.packets, 50);
	assert_int_equal(r.sender.bytes, 8000);
	assert_int_equal(r.block.fraction, 64);
	assert_int_equal(r.block.lost, -2);
	assert_int_equal(r.block.seq_high, 0x10007);
	assert_int_equal(r.block.jitter, 160);
	assert_int_equal(r.block.lsr, 0x18000);
	assert_int_equal(r.block.dlsr, 0x20000);
	assert_int_equal(rtcp_parse(sr, sizeof(sr), YOU, &r), OK);
	assert_false(r.has_block); /* it speaks of another stream */
}

static void what_is_cut_short_is_refused(void **state)
{
	struct rtcp r = { .ssrc = 7 };

	(void)state;
	for (size_t n = 0; n < sizeof(sr); n++)
		if (n != 52 && n != 52 + 16)
			assert_int_equal(rtcp_parse(sr, n, ME, &r), E_MALFORMED);
	assert_int_equal(r.ssrc, 7);
	assert_int_equal(rtcp_parse(sr, 52, ME, &r), OK); /* RFC 5506: alone it will do */
}

static void rows_of_what_strangers_send(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[16];
		size_t n;
		bool is_rtcp;
		enum err want;
	} rows[] = {
		{ "RTP", { 0x80, 111, 0, 0 }, 12, false, E_MALFORMED },
		{ "RTP with its marker", { 0x80, 0x80 | 111, 0, 0 }, 12, false, E_MALFORMED },
		{ "another version", { 0x40, 201, 0, 1 }, 8, false, E_MALFORMED },
		{ "an RR of nothing", { 0x80, 201, 0, 1 }, 8, true, OK },
		{ "an RR that claims a block it has not", { 0x81, 201, 0, 1 }, 8, true,
			E_MALFORMED },
		{ "an SR without its sender", { 0x80, 200, 0, 1 }, 8, true, E_MALFORMED },
		{ "a length beyond the end", { 0x80, 201, 0xff, 0xff }, 8, true, E_MALFORMED },
		{ "an SR without an SSRC", { 0x80, 201, 0, 1, 0, 0, 0, 0, 0x80, 200, 0, 0 }, 12,
			true, E_MALFORMED },
		{ "a kind we do not know", { 0x80, 207, 0, 1 }, 8, true, OK },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct rtcp r;

		if (rtcp_is(rows[i].bytes, rows[i].n) != rows[i].is_rtcp ||
			rtcp_parse(rows[i].bytes, rows[i].n, ME, &r) != rows[i].want)
			fail_msg("%s", rows[i].name);
	}
}

static void what_is_written_is_read(void **state)
{
	struct rtcp in = { .ssrc = ME,
		.has_sender = true,
		.has_block = true,
		.is_bye = true,
		.sender = { UINT64_C(0x0123456789abcdef), 4000000000u, 70000, 8000000 },
		.block = { YOU, 255, -8388608, 0xfffffffe, 5, 6, 7 } };
	char cname[RTCP_CNAME_MAX];
	uint8_t bytes[RTCP_BYTES_MAX];

	(void)state;
	memset(cname, 'n', sizeof(cname) - 1);
	cname[sizeof(cname) - 1] = 0;
	for (unsigned i = 0; i < 8; i++) {
		struct rtcp out, want = in;
		size_t n;

		want.has_sender = i & 1;
		want.has_block = i & 2;
		want.is_bye = i & 4;
		n = rtcp_write(&want, cname, bytes);
		assert_true(n <= sizeof(bytes) && n % 4 == 0);
		assert_int_equal(rtcp_parse(bytes, n, YOU, &out), OK);
		assert_true(out.has_sender == want.has_sender && out.has_block == want.has_block &&
			    out.is_bye == want.is_bye && out.ssrc == ME);
		if (out.has_sender)
			assert_memory_equal(
				&out.sender, &want.sender, offsetof(struct rtcp_sender, bytes) + 4);
		if (out.has_block) {
			assert_int_equal(out.block.lost, -8388608);
			assert_int_equal(out.block.seq_high, 0xfffffffe);
			assert_int_equal(out.block.dlsr, 7);
		}
		assert_int_equal(bytes[n - (out.is_bye ? 8 : 0) - 44 + 1], 202);
	}
}

/* A stream told by one character a packet: its number 0-9 a-z; A-Z is 100 packets further. */
static void losses_are_counted_as_the_rfc_does(void **state)
{
	static const struct {
		const char *name, *came;
		uint16_t first;
		uint32_t expected, lost;
		uint8_t fraction;
	} rows[] = {
		{ "all of them", "01234567", 100, 8, 0, 0 },
		{ "two of eight", "013467", 100, 8, 2, 64 },
		{ "over the wrap", "013467", 65533, 8, 2, 64 },
		{ "out of order is no loss", "10325476", 100, 7, 0, 0 },
		{ "twice is no gain", "0112344", 100, 5, 0, 0 },
		{ "a leap alone is passed over", "01Z23", 100, 4, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reception r = { 0 };
		struct rtcp_block b;

		for (const char *c = rows[i].came; *c; c++) {
			unsigned n = *c >= 'A' ? (unsigned)(*c - 'A' + 1) * 1000
					       : (unsigned)(*c - '0');

			reception_packet(
				&r, YOU, (uint16_t)(rows[i].first + n), n * 160, n * 160, true);
		}
		assert_true(reception_report(&r, &b));
		if (reception_expected(&r) != rows[i].expected ||
			reception_lost(&r) != rows[i].lost || b.fraction != rows[i].fraction)
			fail_msg("%s: %llu of %llu, %u", rows[i].name,
				(unsigned long long)reception_lost(&r),
				(unsigned long long)reception_expected(&r), b.fraction);
	}
}

/* Who begins anew, by SSRC or by a count that leaps for good, loses nothing by that; what was lost
 * before stays counted. */
static void another_beginning_is_no_loss(void **state)
{
	struct reception r = { 0 };

	(void)state;
	for (uint16_t n = 0; n < 10; n++)
		if (n != 5)
			reception_packet(&r, YOU, n, n, n, true);
	for (uint16_t n = 0; n < 10; n++)
		reception_packet(&r, YOU, (uint16_t)(30000 + n), n, n, true);
	assert_int_equal(reception_lost(&r), 1);
	assert_int_equal(reception_expected(&r), 19); /* the first of the leap is passed over */
	reception_packet(&r, YOU + 1, 7, 7, 7, true);
	assert_int_equal(reception_expected(&r), 20);
	assert_int_equal(reception_lost(&r), 1);
}

/* A.8: the mean of how much the way of one packet differs from the next one's. */
static void jitter_is_the_rfcs(void **state)
{
	static const struct {
		unsigned swing, want;
	} rows[] = { { 0, 0 }, { 40, 40 }, { 160, 160 }, { 800, 800 } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct reception r = { 0 };

		for (uint32_t n = 0; n < 400; n++) {
			reception_packet(&r, YOU, (uint16_t)n, n * 160,
				77 + n * 160 + (n % 2) * rows[i].swing, true);
			/* A key press under an old timestamp says nothing of it. */
			reception_packet(&r, YOU, (uint16_t)n, 5, 77 + n * 160, false);
		}
		assert_in_range(r.jitter16 / 16, rows[i].want ? rows[i].want - 1 : 0, rows[i].want);
	}
}

static const uint8_t chance[2][20] = { "a name of one,chance", "a name of two, other" };

/* Each tells the other each 5 s or so, and both know the way there and back from then on. */
static void two_measure_the_way(void **state)
{
	struct reports r[2];
	struct reception heard[2] = { { 0 }, { 0 } };
	uint64_t last[2] = { 0, 0 }, first[2] = { 0, 0 };
	unsigned told[2] = { 0, 0 };

	(void)state;
	reports_init(&r[0], chance[0]);
	reports_init(&r[1], chance[1]);
	assert_string_not_equal(r[0].cname, r[1].cname);
	for (uint64_t now = 0; now < 300 * (uint64_t)SECOND_US; now += 20000)
		for (int i = 0; i < 2; i++) {
			uint64_t clock = now + (i ? UINT64_C(777777777) : 0); /* theirs */
			uint64_t other = now + 35000 + (i ? 0 : UINT64_C(777777777));
			uint8_t bytes[RTCP_BYTES_MAX];
			struct rtcp said, got;

			reports_sent(&r[i], 160);
			reception_packet(
				&heard[i], (uint32_t)!i, (uint16_t)(now / 20000), 0, 0, true);
			if (!reports_due(&r[i], clock))
				continue;
			said = reports_make(&r[i], &heard[i], (uint32_t)i, 0, clock);
			assert_true(said.has_sender && said.has_block);
			assert_int_equal(rtcp_parse(bytes, rtcp_write(&said, r[i].cname, bytes),
						 (uint32_t)!i, &got),
				OK);
			reports_came(&r[!i], &got, other);
			if (told[i]++)
				assert_in_range(now - last[i], 2500000, 7500000);
			else
				first[i] = now;
			last[i] = now;
		}
	for (int i = 0; i < 2; i++) {
		assert_in_range(first[i], 1250000, 3750000);
		assert_in_range(told[i], 50, 70);
		assert_true(r[i].has_rtt && r[i].has_theirs);
		assert_in_range(r[i].rtt_us, 69900, 70100); /* 35 ms each way */
		assert_int_equal(r[i].theirs.lost, 0);
	}
}

static void a_way_that_cannot_be_is_not_believed(void **state)
{
	struct rtcp in = { .has_block = true, .block = { .lsr = 5, .dlsr = 0 } };
	struct reports r;

	(void)state;
	reports_init(&r, chance[0]);
	reports_came(&r, &in, UINT64_C(1000000000000));
	assert_true(r.has_theirs && !r.has_rtt);
	in.block.lsr = 0;
	reports_came(&r, &in, UINT64_C(1000000000000));
	assert_false(r.has_rtt);
}

static void who_sends_nothing_reports_as_a_receiver(void **state)
{
	struct reception heard = { 0 };
	struct reports r;

	(void)state;
	reports_init(&r, chance[0]);
	assert_false(reports_make(&r, &heard, ME, 0, 1).has_sender);
	reports_sent(&r, 10);
	assert_true(reports_make(&r, &heard, ME, 0, 2).has_sender);
	assert_true(reports_make(&r, &heard, ME, 0, 3).has_sender);
	assert_false(reports_make(&r, &heard, ME, 0, 4).has_sender); /* silent for two */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_the_rfc_draws_is_read),
		cmocka_unit_test(what_is_cut_short_is_refused),
		cmocka_unit_test(rows_of_what_strangers_send),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(losses_are_counted_as_the_rfc_does),
		cmocka_unit_test(another_beginning_is_no_loss),
		cmocka_unit_test(jitter_is_the_rfcs),
		cmocka_unit_test(two_measure_the_way),
		cmocka_unit_test(a_way_that_cannot_be_is_not_believed),
		cmocka_unit_test(who_sends_nothing_reports_as_a_receiver),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
