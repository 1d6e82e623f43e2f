/* RTP and telephone-events byte by byte; the jitter buffer turn by turn. */
#include "tests/graph/sim/phone_help.h"

#define ROW(bytes) bytes, sizeof(bytes) - 1
#define HEAD "\x6f\x12\x34\0\0\3\xc0\xde\xad\xbe\xef"

static const struct {
	const char *name, *bytes;
	size_t n;
	const char *payload; /* NULL: refused */
} packets[] = {
	{ "plain", ROW("\x80" HEAD "abc"), "abc" },
	{ "no payload", ROW("\x80" HEAD), "" },
	{ "two contributing sources", ROW("\x82" HEAD "11112222abc"), "abc" },
	{ "an extension of one word", ROW("\x90" HEAD "\xbe\xde\0\1wordabc"), "abc" },
	{ "an extension of none", ROW("\x90" HEAD "\xbe\xde\0\0abc"), "abc" },
	{ "padding", ROW("\xa0" HEAD "abc\0\0\3"), "abc" },
	{ "all of it at once", ROW("\xb1" HEAD "1111\xbe\xde\0\1wordabc\1"), "abc" },
	{ "short", ROW("\x80\x6f\x12\x34\0\0\3\xc0\xde\xad\xbe"), NULL },
	{ "version 1", ROW("\x40" HEAD "abc"), NULL },
	{ "sources cut off", ROW("\x82" HEAD "1111222"), NULL },
	{ "an extension cut off", ROW("\x90" HEAD "\xbe\xde\0\2word"), NULL },
	{ "half an extension's head", ROW("\x90" HEAD "\xbe\xde"), NULL },
	{ "padding of none", ROW("\xa0" HEAD "abc\0"), NULL },
	{ "padding longer than the payload", ROW("\xa0" HEAD "abc\5"), NULL },
};

static void each_packet_is_read_or_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(packets); i++) {
		uint8_t *exact = malloc(packets[i].n);
		struct phone_rtp rtp = { 0 };
		bool got;

		memcpy(exact, packets[i].bytes, packets[i].n);
		got = phone_rtp_read(exact, packets[i].n, &rtp);
		if (got != (packets[i].payload != NULL))
			fail_msg("%s", packets[i].name);
		if (got && (rtp.n != strlen(packets[i].payload) ||
				   memcmp(rtp.payload, packets[i].payload, rtp.n) != 0 ||
				   rtp.payload_type != 111 || rtp.marker || rtp.seq != 0x1234 ||
				   rtp.ts != 960 || rtp.ssrc != 0xdeadbeef))
			fail_msg("%s", packets[i].name);
		free(exact);
	}
}

static void what_is_written_is_read(void **state)
{
	struct phone_rtp in = { .payload_type = 111,
		.marker = true,
		.seq = 0xfffe,
		.ts = 0x80000001,
		.ssrc = 0xfedcba98,
		.payload = (const uint8_t *)"xyz",
		.n = 3 };
	static const uint8_t want[] = { 0x80, 0x80 | 111, 0xff, 0xfe, 0x80, 0, 0, 1, 0xfe, 0xdc,
		0xba, 0x98, 'x', 'y', 'z' };
	uint8_t room[RTP_HEAD + 3];
	struct phone_rtp out;

	(void)state;
	assert_int_equal(phone_rtp_write(room, &in), sizeof(want));
	assert_memory_equal(room, want, sizeof(want));
	assert_true(phone_rtp_read(room, sizeof(room), &out) && out.marker && out.n == 3);
}

/* RFC 4733 section 2.3: event, E R volume, duration; section 2.5.1: M on the first packet only,
 * one timestamp for all, the end told three times with the final duration. */
static void a_key_is_seven_packets_each_as_the_rfc_says(void **state)
{
	static const uint8_t want[7][4] = {
		{ 11, 0x0a, 0x03, 0xc0 }, /* '#': 960 ticks of 48 kHz are 20 ms */
		{ 11, 0x0a, 0x07, 0x80 },
		{ 11, 0x0a, 0x0b, 0x40 },
		{ 11, 0x0a, 0x0f, 0x00 },
		{ 11, 0x8a, 0x12, 0xc0 }, /* the end, at 100 ms */
		{ 11, 0x8a, 0x12, 0xc0 },
		{ 11, 0x8a, 0x12, 0xc0 },
	};
	struct phone_keys k = { .n = 0 };
	uint8_t room[4];
	struct phone_rtp rtp = { .payload_type = 101 };
	uint32_t now = 0xfffff000; /* so that the timestamp wraps while it sounds */

	(void)state;
	assert_false(phone_keys_next(&k, 0, room, &rtp));
	assert_true(phone_keys_push(&k, '#'));
	for (size_t i = 0; i < 7; i++, now += RTP_TICK) {
		assert_true(phone_keys_next(&k, now, room, &rtp));
		assert_int_equal(rtp.ts, 0xfffff000);
		assert_int_equal(rtp.marker, i == 0);
		assert_int_equal(rtp.n, 4);
		assert_int_equal(rtp.payload_type, 101);
		assert_memory_equal(rtp.payload, want[i], 4);
	}
	assert_false(phone_keys_next(&k, now, room, &rtp));
	assert_false(phone_keys_next(&k, now, room, &rtp));
	assert_int_equal(k.n, 0);
}

static void keys_wait_for_each_other_and_the_one_too_many_is_told(void **state)
{
	static const char keys[] = "0123456789*#ABCD";
	struct phone_keys k = { .n = 0 };
	struct phone_rtp rtp;
	uint8_t room[4];
	uint32_t last = 1;

	(void)state;
	for (int i = 0; i < PHONE_KEYS_MAX; i++)
		assert_true(phone_keys_push(&k, keys[i % 16]));
	assert_false(phone_keys_push(&k, '1'));
	for (uint32_t key = 0; key < PHONE_KEYS_MAX; key++) {
		for (uint32_t tick = 0; tick < 9; tick++) { /* 140 ms of packets, 40 of pause */
			bool some = phone_keys_next(&k, (key * 9 + tick) * 960, room, &rtp);

			assert_int_equal(some, tick < 7);
			if (some) {
				assert_int_equal(room[0], key % 16);
				assert_int_equal(rtp.ts, key * 9 * 960);
			}
		}
		assert_int_not_equal(rtp.ts, last); /* two presses of one key are two presses */
		last = rtp.ts;
	}
	assert_int_equal(phone_key_event('E'), -1);
	assert_int_equal(phone_key_event('\0'), -1);
}

/* What comes (a letter is the packet of that turn: a is sequence 65534; '.' is the end of a tick),
 * and what is heard: a letter decoded, '-' concealed, '+' concealed with the next at hand, '?' dry,
 * '_' silence. */
static const struct {
	const char *name, *come, *heard;
	unsigned in, lost, late;
} flows[] = {
	{ "nobody", "...", "___", 0, 0, 0 },
	{ "in order, 40 ms behind", "a.b.c.d.e.", "__abc", 5, 0, 0 },
	{ "swapped", "a.c.b.d.e.f.", "__abcd", 6, 0, 0 },
	{ "swapped at the start", "b.a.c.d.e.", "__abc", 5, 0, 0 },
	{ "back over more than the buffer is long", "hw.a.b........", "__ab----+h", 4, 5, 0 },
	{ "twice", "a.bb.a.c.d.", "__abc", 6, 0, 0 },
	{ "one lost, told by the next", "a.b..d.e.f.g.", "__ab+de", 6, 1, 0 },
	{ "two lost", "a.b...e.f.g.h.", "__ab-+ef", 6, 2, 0 },
	{ "too late", "a.b...e.f.c.g.h.", "__ab-+efg", 7, 2, 1 },
	{ "late, within the buffer", "a.b..cd.e.f.g.", "__abcde", 7, 0, 0 },
	{ "falls silent", "a.b.......", "__ab???_", 2, 0, 0 },
	{ "speaks again", "a........h.i.j.", "__a???____h", 4, 0, 0 },
	{ "two dry turns become delay", "a.b.....c.d.e.", "__ab??cde", 5, 0, 0 },
	{ "an empty packet is no loss", "a.b.C.d.e.f.", "__abde", 5, 0, 0 },
	{ "a jump starts afresh", "a.b.c.z.", "__a_", 4, 0, 0 },
};

static char turn(struct phone_jitter *j, struct phone_leg_counters *count)
{
	const struct jitter_slot *packet;

	switch (phone_jitter_take(j, &packet, count)) {
	case JITTER_PACKET:
		return (char)packet->payload[0];
	case JITTER_LOST:
		return packet ? '+' : '-';
	case JITTER_DRY:
		return '?';
	case JITTER_SILENCE:
		return '_';
	}
	return '!';
}

static void each_flow_is_heard_in_order(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(flows); i++) {
		struct phone_leg_counters n = { 0 };
		struct phone_jitter *j = calloc(1, sizeof(*j));
		char heard[32] = "";
		size_t at = 0;

		for (const char *c = flows[i].come; *c; c++) {
			uint8_t byte = (uint8_t)*c;

			if (*c == '.')
				heard[at++] = turn(j, &n);
			else if (*c >= 'a')
				phone_jitter_put(j, (uint16_t)(65534 + *c - 'a'), &byte, 1, &n);
			else if (*c >= 'A')
				phone_jitter_put(j, (uint16_t)(65534 + *c - 'A'), NULL, 0, &n);
		}
		if (strcmp(heard, flows[i].heard) != 0)
			fail_msg("%s: heard %s, not %s", flows[i].name, heard, flows[i].heard);
		if (n.in != flows[i].in || n.lost != flows[i].lost || n.late != flows[i].late)
			fail_msg("%s: %d in, %d lost, %d late", flows[i].name, (int)n.in,
				(int)n.lost, (int)n.late);
		free(j);
	}
}

static void a_sender_that_starts_again_far_behind_is_heard(void **state)
{
	struct phone_leg_counters n = { 0 };
	struct phone_jitter *j = calloc(1, sizeof(*j));
	char heard[8] = "";

	(void)state;
	phone_jitter_put(j, 1000, (const uint8_t *)"a", 1, &n);
	for (size_t at = 0; at < 6; at++) {
		if (at == 3)
			phone_jitter_put(j, 500, (const uint8_t *)"b", 1, &n);
		heard[at] = turn(j, &n);
	}
	assert_string_equal(heard, "__a__b");
	assert_int_equal(n.late, 0);
	free(j);
}

static void a_burst_is_caught_up_with_and_counted(void **state)
{
	struct phone_leg_counters n = { 0 };
	struct phone_jitter *j = calloc(1, sizeof(*j));
	uint16_t seq = 0;
	uint8_t byte = 0;

	(void)state;
	for (; seq < 12; seq++)
		phone_jitter_put(j, seq, &byte, 1, &n);
	for (int i = 0; i < 500; i++, seq++) {
		turn(j, &n);
		phone_jitter_put(j, seq, &byte, 1, &n);
	}
	/* 14 deep after the two turns of waiting; more than 5 must not stay. */
	assert_in_range(n.skipped, 7, 9);
	assert_int_equal(n.lost + n.late, 0);
	free(j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packet_is_read_or_refused),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(a_key_is_seven_packets_each_as_the_rfc_says),
		cmocka_unit_test(keys_wait_for_each_other_and_the_one_too_many_is_told),
		cmocka_unit_test(each_flow_is_heard_in_order),
		cmocka_unit_test(a_sender_that_starts_again_far_behind_is_heard),
		cmocka_unit_test(a_burst_is_caught_up_with_and_counted),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
