/* RTP headers and key presses, by rows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "media/leg/rtp.h"

#include <string.h>

#define HEAD "\x6f\x12\x34\x00\x00\x03\xc0\xde\xad\xbe\xef"

static const struct {
	const char *name;
	const char *packet;
	size_t bytes, payload_at, payload_bytes; /* payload_at 0: refused */
} packets[] = {
	{ "plain", "\x80" HEAD "abc", 15, 12, 3 },
	{ "no payload", "\x80" HEAD, 12, 12, 0 },
	{ "one CSRC", "\x81" HEAD "cccCabc", 19, 16, 3 },
	{ "fifteen CSRCs of which not all are there", "\x8f" HEAD "cccC", 16, 0, 0 },
	{ "an extension of one word", "\x90" HEAD "\xbe\xde\x00\x01xxxxabc", 23, 20, 3 },
	{ "an extension longer than the packet", "\x90" HEAD "\xbe\xde\xff\xffxxxx", 20, 0, 0 },
	{ "an extension cut in its head", "\x90" HEAD "\xbe\xde", 14, 0, 0 },
	{ "CSRC and extension", "\x91" HEAD "cccC\xbe\xde\x00\x00y", 21, 20, 1 },
	{ "padding", "\xa0" HEAD "ab\x00\x02", 16, 12, 2 },
	{ "nothing but padding", "\xa0" HEAD "\x00\x02", 14, 12, 0 },
	{ "padding of no byte", "\xa0" HEAD "ab\x00", 15, 0, 0 },
	{ "padding longer than the payload", "\xa0" HEAD "ab\x04", 15, 0, 0 },
	{ "too short", "\x80" HEAD, 11, 0, 0 },
	{ "empty", "", 0, 0, 0 },
	{ "version 1", "\x40" HEAD "abc", 15, 0, 0 },
	{ "STUN", "\x00\x01" HEAD "abc", 15, 0, 0 },
	{ "RTCP", "\x80\xc8\x00\x06\x00\x00\x00\x00\x00\x00\x00\x00", 12, 0, 0 },
};

static void each_packet(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(packets); r++) {
		const uint8_t *at = (const uint8_t *)packets[r].packet;
		struct rtp rtp;
		enum err err = rtp_parse(at, packets[r].bytes, &rtp);

		if ((err == OK) != (packets[r].payload_at != 0))
			fail_msg("%s: %s", packets[r].name, err_text(err));
		if (err == OK &&
			(rtp.payload != at + packets[r].payload_at ||
				rtp.payload_bytes != packets[r].payload_bytes ||
				rtp.payload_type != 111 || rtp.marker || rtp.seq != 0x1234 ||
				rtp.ts != 960 || rtp.ssrc != 0xdeadbeef))
			fail_msg("%s: wrong fields", packets[r].name);
	}
}

static void what_is_written_is_read(void **state)
{
	struct rng r = { 5 };

	(void)state;
	for (int round = 0; round < 1000; round++) {
		struct rtp in = { .marker = rng_below(&r, 2),
			.payload_type = (uint8_t)rng_below(&r, 64),
			.seq = (uint16_t)rng_next(&r),
			.ts = (uint32_t)rng_next(&r),
			.ssrc = (uint32_t)rng_next(&r) };
		uint8_t bytes[RTP_HEADER_BYTES];
		struct rtp out;

		rtp_write(&in, bytes);
		assert_int_equal(rtp_parse(bytes, sizeof(bytes), &out), OK);
		assert_true(out.marker == in.marker && out.payload_type == in.payload_type);
		assert_true(out.seq == in.seq && out.ts == in.ts && out.ssrc == in.ssrc);
	}
}

struct press_packet {
	uint8_t event;
	uint32_t ts;
	bool marker, end;
	uint32_t ssrc;
	size_t bytes; /* of the payload's four, how many came */
};

static const struct {
	const char *name;
	struct press_packet packet[10];
	size_t n;
	const char *want;
} presses[] = {
	{ "a press, its updates and three ends",
		{ { 5, 100, 1, 0, 7, 4 }, { 5, 100, 0, 0, 7, 4 }, { 5, 100, 0, 1, 7, 4 },
			{ 5, 100, 0, 1, 7, 4 }, { 5, 100, 0, 1, 7, 4 } },
		5, "5" },
	{ "only the last end came", { { 11, 100, 0, 1, 7, 4 } }, 1, "#" },
	{ "the same key twice",
		{ { 1, 100, 1, 0, 7, 4 }, { 1, 100, 0, 1, 7, 4 }, { 1, 4000, 1, 0, 7, 4 } }, 3,
		"11" },
	{ "keys of all sixteen, ends lost",
		{ { 0, 1, 1, 0, 7, 4 }, { 9, 2, 1, 0, 7, 4 }, { 10, 3, 1, 0, 7, 4 },
			{ 12, 4, 1, 0, 7, 4 }, { 15, 5, 1, 0, 7, 4 } },
		5, "09*AD" },
	{ "an old end comes late",
		{ { 1, 100, 1, 0, 7, 4 }, { 2, 5000, 1, 0, 7, 4 }, { 1, 100, 0, 1, 7, 4 },
			{ 2, 5000, 0, 1, 7, 4 } },
		4, "12" },
	{ "held longer than a duration can say",
		{ { 7, 100, 1, 0, 7, 4 }, { 7, 100 + 0xffff, 0, 0, 7, 4 },
			{ 7, 100 + 0xffff * 2, 0, 1, 7, 4 } },
		3, "7" },
	{ "pressed again at that very time",
		{ { 7, 100, 1, 0, 7, 4 }, { 7, 100, 0, 1, 7, 4 }, { 7, 100 + 0xffff, 0, 0, 7, 4 } },
		3, "77" },
	{ "timestamps wrap", { { 3, 0xfffffff0, 1, 1, 7, 4 }, { 4, 4000, 1, 0, 7, 4 } }, 2, "34" },
	{ "another sender's clock", { { 3, 90000, 1, 0, 1, 4 }, { 4, 100, 1, 0, 2, 4 } }, 2, "34" },
	{ "the same sender's clock began anew",
		{ { 3, 9000000, 1, 1, 7, 4 }, { 4, 100, 1, 0, 7, 4 } }, 2, "34" },
	{ "flash and tones are no digits", { { 16, 100, 1, 0, 7, 4 }, { 255, 300, 1, 0, 7, 4 } }, 2,
		"" },
	{ "cut short", { { 1, 100, 1, 0, 7, 3 } }, 1, "" },
};

static void each_press(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(presses); r++) {
		struct rtp_presses p = { 0 };
		char got[16] = "";
		size_t n = 0;

		for (size_t i = 0; i < presses[r].n; i++) {
			const struct press_packet *in = &presses[r].packet[i];
			uint8_t payload[] = { in->event, (uint8_t)(in->end << 7 | 10), 0, 160 };
			struct rtp rtp = { .marker = in->marker,
				.ts = in->ts,
				.ssrc = in->ssrc,
				.payload = payload,
				.payload_bytes = in->bytes };
			char digit = rtp_press(&p, &rtp);

			if (digit)
				got[n++] = digit;
		}
		if (strcmp(got, presses[r].want) != 0)
			fail_msg("%s: \"%s\", not \"%s\"", presses[r].name, got, presses[r].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_packet),
		cmocka_unit_test(what_is_written_is_read),
		cmocka_unit_test(each_press),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
