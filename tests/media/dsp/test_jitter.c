/* The jitter buffer packet by packet. test_weather.c takes it through hours of networks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "media/dsp/jitter.h"

#include <string.h>

enum { FRAME = 960, DELAY_MS = 20 };

/*
 * A story: one character a tick, tick by tick. What arrives before the take of a tick is named by
 * its number from the start of the call (0-9, a-z is 10-35); '-' ends a tick. The answer has one
 * character a tick: the packet that was given, 'L' lost, '.' pause.
 */
struct story {
	const char *name;
	uint16_t seq;     /* of packet 0 */
	uint32_t ts;      /* of packet 0 */
	const char *come; /* upper case: a key press spends that number */
	const char *want;
	uint64_t lost, late;
};

static const struct story stories[] = {
	{ "calm weather is given in order, a cushion later", 100, 5000, "0-1-2-3-4-5-6-7-8-",
		".01234567", 0, 0 },
	{ "sequence and timestamp wrap", 65534, UINT32_MAX - 2 * FRAME, "0-1-2-3-4-5-6-", ".012345",
		0, 0 },
	{ "two that changed places come in order", 1, 1, "0-1-3-2-4-5-6-", ".012345", 0, 0 },
	{ "a duplicate is dropped", 1, 1, "0-11-22-3-3-4-5-", ".012345", 0, 3 },
	{ "one that is lost is told when its time comes", 1, 1, "0-1-2-4-5-6-7-", ".012L45", 1, 0 },
	{ "a late one is dropped", 1, 1, "0-1-2-4-5-63-7-8-", ".012L456", 1, 1 },
	{ "a lonely packet is given all the same", 1, 1, "0-----", ".0LLL", 0, 0 },
	{ "what the network held up is given whole", 1, 1, "0-1-2-----3-4-5-6-", ".012LLL3456", 0,
		0 },
	{ "a key press between two sounds is a pause", 1, 1, "0-1-2D4-5-6-7-8-", ".012.45", 0, 0 },
	{ "a loss beside a key press is a loss", 1, 1, "0-1-2D5-6-7-8-9-", ".012LL5", 1, 0 },
	{ "a key press is a pause, not a loss", 1, 1, "0-1-2-D-E-F-6-7-8-9-", ".012...678", 0, 0 },
};

static unsigned number_of(char c)
{
	return c >= '0' && c <= '9' ? (unsigned)(c - '0')
	       : c >= 'a'           ? (unsigned)(c - 'a' + 10)
				    : (unsigned)(c - 'A');
}

static void arrive(struct jitter *j, const struct story *s, char c, uint64_t now_ms)
{
	uint8_t body = (uint8_t)c;
	unsigned n = number_of(c);
	struct jitter_packet p = { .ssrc = 7,
		.ts = s->ts + n * FRAME,
		.ticks = FRAME,
		.seq = (uint16_t)(s->seq + n),
		.payload = &body,
		.payload_bytes = 1 };

	if (c >= 'A' && c <= 'Z')
		jitter_other(j, 7, p.seq);
	else
		jitter_put(j, &p, now_ms * 1000);
}

static char taken(struct jitter *j, uint64_t now_ms)
{
	struct jitter_packet p;

	switch (jitter_take(j, now_ms * 1000, &p)) {
	case JITTER_PACKET:
		assert_int_equal(p.payload_bytes, 1);
		return (char)p.payload[0];
	case JITTER_LOST:
		return 'L';
	case JITTER_PAUSE:
		break;
	}
	return '.';
}

static void each_story(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(stories); r++) {
		const struct story *s = &stories[r];
		char got[64] = "";
		size_t n = 0;
		struct jitter j;

		jitter_init(&j, FRAME, DELAY_MS);
		for (const char *c = s->come; *c; c++) {
			if (*c != '-')
				arrive(&j, s, *c, n * 20);
			else if (n < sizeof(got) - 1)
				got[n] = taken(&j, n * 20), n++;
		}
		if (strcmp(got, s->want) != 0 || j.lost != s->lost || j.late != s->late)
			fail_msg("%s: \"%s\", not \"%s\" (lost %llu, late %llu)", s->name, got,
				s->want, (unsigned long long)j.lost, (unsigned long long)j.late);
	}
}

static struct jitter_packet packet(uint32_t ssrc, uint32_t n)
{
	static uint8_t body[4];

	memcpy(body, &n, sizeof(body));
	return (struct jitter_packet){ .ssrc = ssrc,
		.ts = n * FRAME,
		.ticks = FRAME,
		.seq = (uint16_t)n,
		.payload = body,
		.payload_bytes = sizeof(body) };
}

static uint32_t body_of(const struct jitter_packet *p)
{
	uint32_t n;

	memcpy(&n, p->payload, sizeof(n));
	return n;
}

static void another_sender_starts_anew(void **state)
{
	struct jitter_packet p, out;
	struct jitter j;

	(void)state;
	jitter_init(&j, FRAME, 0);
	p = packet(1, 500);
	assert_int_equal(jitter_put(&j, &p, 0), JITTER_NEW);
	p = packet(1, 501);
	assert_int_equal(jitter_put(&j, &p, 0), JITTER_KEPT);
	p = packet(2, 9000);
	assert_int_equal(jitter_put(&j, &p, 0), JITTER_NEW);
	assert_int_equal(jitter_take(&j, 0, &out), JITTER_PACKET);
	assert_int_equal(out.ssrc, 2);
	assert_int_equal(jitter_take(&j, 20000, &out), JITTER_LOST);
}

static void a_clock_that_jumps_is_followed_a_stray_is_not(void **state)
{
	static const uint32_t jumps[] = { 100000, 2000 };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(jumps); r++) {
		struct jitter_packet p, out;
		struct jitter j;
		uint64_t now = 0;

		jitter_init(&j, FRAME, DELAY_MS);
		for (uint32_t n = 50000; n < 50010; n++, now += 20) {
			p = packet(1, n);
			assert_int_not_equal(jitter_put(&j, &p, now * 1000), JITTER_LATE);
			jitter_take(&j, now * 1000, &out);
		}
		for (uint32_t n = 0; n < JITTER_STRAYS_MAX - 1; n++) {
			p = packet(1, jumps[r] + n);
			assert_int_equal(jitter_put(&j, &p, now * 1000), JITTER_LATE);
		}
		p = packet(1, jumps[r] + JITTER_STRAYS_MAX);
		assert_int_equal(jitter_put(&j, &p, now * 1000), JITTER_NEW);
		now += 40;
		assert_int_equal(jitter_take(&j, now * 1000, &out), JITTER_PACKET);
		assert_int_equal(body_of(&out), jumps[r] + JITTER_STRAYS_MAX);
	}
}

static void what_was_taken_last_stays_for_a_while(void **state)
{
	struct jitter_packet p, out;
	struct jitter j;

	(void)state;
	jitter_init(&j, FRAME, DELAY_MS);
	assert_false(jitter_taken(&j, 0, &out));
	for (uint32_t n = 0; n < 40; n++) {
		p = packet(1, n);
		jitter_put(&j, &p, n * 20000);
		jitter_take(&j, n * 20000, &out);
	}
	assert_true(jitter_taken(&j, 0, &out));
	assert_int_equal(body_of(&out), 38);
	assert_true(jitter_taken(&j, 1, &out));
	assert_int_equal(body_of(&out), 37);
}

static void after_our_own_standstill_the_delay_is_level_at_once(void **state)
{
	struct jitter_packet p, out;
	struct jitter j;
	uint32_t n;

	(void)state;
	jitter_init(&j, FRAME, DELAY_MS);
	for (n = 0; n < 20; n++) {
		p = packet(1, n);
		jitter_put(&j, &p, n * 20000);
		jitter_take(&j, n * 20000, &out);
	}
	for (; n < 70; n++) { /* a second in which nobody takes: the oldest give way */
		p = packet(1, n);
		assert_int_equal(jitter_put(&j, &p, n * 20000), JITTER_KEPT);
	}
	jitter_level(&j, 2);
	assert_int_equal(jitter_take(&j, n * 20000, &out), JITTER_PACKET);
	assert_int_equal(body_of(&out), n - 1 - 2);
}

/* Longer and shorter packets than a frame: the position moves by what each one lasts. */
static void packets_of_60_ms_are_a_frame_of_three(void **state)
{
	struct jitter_packet p, out;
	struct jitter j;

	(void)state;
	jitter_init(&j, FRAME, 0);
	for (uint32_t n = 0; n < 10; n++) {
		p = packet(1, n * 3);
		p.ticks = 3 * FRAME;
		p.seq = (uint16_t)n;
		if (n == 5)
			continue;
		jitter_put(&j, &p, n * 60000);
		if (n == 6)
			for (int i = 0; i < 3; i++)
				assert_int_equal(jitter_take(&j, n * 60000, &out), JITTER_LOST);
		assert_int_equal(jitter_take(&j, n * 60000, &out), JITTER_PACKET);
		assert_int_equal(body_of(&out), n * 3);
	}
	assert_int_equal(j.lost, 1);
}

/* Short and long ones lie apart; each comes out as it went in, beside others of any length. */
static void packets_keep_their_bytes(void **state)
{
	static const size_t bytes[] = { JITTER_SHORT_MAX, JITTER_PAYLOAD_MAX, 1,
		JITTER_SHORT_MAX + 1, JITTER_PAYLOAD_MAX - 1, JITTER_SHORT_MAX - 1 };
	uint8_t body[ARRAY_LEN(bytes)][JITTER_PAYLOAD_MAX];
	struct jitter_packet out;
	struct jitter j;

	(void)state;
	jitter_init(&j, FRAME, DELAY_MS);
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		struct jitter_packet p = { .ts = (uint32_t)i * FRAME,
			.ticks = FRAME,
			.seq = (uint16_t)i,
			.payload = body[i],
			.payload_bytes = bytes[i] };

		memset(body[i], (int)i + 1, sizeof(body[i]));
		assert_int_equal(jitter_put(&j, &p, 1000), i ? JITTER_KEPT : JITTER_NEW);
	}
	for (size_t i = 0; i < ARRAY_LEN(bytes); i++) {
		assert_int_equal(jitter_take(&j, (100 + 20 * i) * 1000, &out), JITTER_PACKET);
		assert_int_equal(out.payload_bytes, bytes[i]);
		assert_memory_equal(out.payload, body[i], bytes[i]);
	}
	assert_true(jitter_taken(&j, 4, &out));
	assert_memory_equal(out.payload, body[1], bytes[1]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_story),
		cmocka_unit_test(another_sender_starts_anew),
		cmocka_unit_test(a_clock_that_jumps_is_followed_a_stray_is_not),
		cmocka_unit_test(what_was_taken_last_stays_for_a_while),
		cmocka_unit_test(after_our_own_standstill_the_delay_is_level_at_once),
		cmocka_unit_test(packets_of_60_ms_are_a_frame_of_three),
		cmocka_unit_test(packets_keep_their_bytes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
