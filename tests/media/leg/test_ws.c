/* WebSocket frames, by rows and in every cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/rng.h"
#include "media/leg/ws.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What a client sends: frames as hexadecimal head and text; masked here. */
struct piece {
	uint8_t first;
	const char *text;
	size_t n; /* 0: of the text's length */
};

static size_t frame_of(uint8_t first, const char *text, size_t n, uint8_t *out)
{
	static const uint8_t mask[4] = { 0x37, 0xfa, 0x21, 0x3d };
	size_t head = 2;

	out[0] = first;
	out[1] = (uint8_t)(0x80 | (n < 126 ? n : n <= UINT16_MAX ? 126 : 127));
	if (n >= 126) {
		size_t extra = n <= UINT16_MAX ? 2 : 8;

		for (size_t i = 0; i < extra; i++)
			out[head++] = (uint8_t)((uint64_t)n >> 8 * (extra - 1 - i));
	}
	memcpy(out + head, mask, 4);
	head += 4;
	for (size_t i = 0; i < n; i++)
		out[head + i] = (uint8_t)text[i] ^ mask[i % 4];
	return head + n;
}

/* One line a message: what it was, and what it held. */
struct story {
	char text[4096];
	size_t n;
};

static void tell(struct story *s, const char *what, const uint8_t *bytes, size_t n, unsigned code)
{
	s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "%s", what);
	if (code)
		s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, " %u", code);
	if (n)
		s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, " %.*s%s",
			n > 40 ? 40 : (int)n, (const char *)bytes, n > 40 ? ".." : "");
	s->n += (size_t)snprintf(s->text + s->n, sizeof(s->text) - s->n, "\n");
}

/* false: nothing more is taken. */
static bool drain(struct ws *w, struct story *s)
{
	static const char *const names[] = { [WS_TEXT] = "text",
		[WS_BINARY] = "binary",
		[WS_CLOSE] = "close",
		[WS_PING] = "ping",
		[WS_PONG] = "pong" };
	struct ws_message m;
	enum ws_take take;
	uint16_t code;

	while ((take = ws_take(w, &m, &code)) == WS_TAKEN) {
		bool is_close = m.opcode == WS_CLOSE;
		size_t skip = is_close && m.n ? 2 : 0;

		tell(s, names[m.opcode], m.bytes + skip, m.n - skip, is_close ? m.code : 0);
	}
	if (take == WS_BAD)
		tell(s, "bad", NULL, 0, code);
	return take == WS_MORE;
}

/* The stream in pieces of this size. */
static struct story *feed(const uint8_t *bytes, size_t n, size_t step)
{
	static struct ws w;
	struct story *s = calloc(1, sizeof(*s));
	bool goes_on = true;

	ws_init(&w);
	for (size_t at = 0; at < n && goes_on;) {
		size_t room, part = n - at < step ? n - at : step;
		uint8_t *to = ws_room(&w, &room);

		assert_true(room > 0);
		part = part < room ? part : room;
		memcpy(to, bytes + at, part);
		ws_filled(&w, part);
		at += part;
		goes_on = drain(&w, s);
	}
	return s;
}

#define LONG_8 "abcdefgh"
#define LONG_64 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8
#define LONG_126 LONG_64 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 LONG_8 "abcdef"

static const struct {
	const char *name;
	struct piece piece[5];
	const char *want;
} rows[] = {
	{ "a text", { { 0x81, "hello", 0 } }, "text hello\n" },
	{ "an empty text", { { 0x81, "", 0 } }, "text\n" },
	{ "two", { { 0x81, "a", 0 }, { 0x81, "b", 0 } }, "text a\ntext b\n" },
	{ "126 bytes", { { 0x81, LONG_126, 0 } },
		"text abcdefghabcdefghabcdefghabcdefghabcdefgh..\n" },
	{ "binary", { { 0x82, "\x01\x02", 0 } }, "binary \x01\x02\n" },
	{ "in fragments", { { 0x01, "hel", 0 }, { 0x00, "l", 0 }, { 0x80, "o", 0 } },
		"text hello\n" },
	{ "fragments of nothing", { { 0x01, "", 0 }, { 0x80, "", 0 } }, "text\n" },
	{ "a ping between fragments",
		{ { 0x01, "hel", 0 }, { 0x89, "you?", 0 }, { 0x80, "lo", 0 } },
		"ping you?\ntext hello\n" },
	{ "another text after fragments",
		{ { 0x01, "a", 0 }, { 0x80, "b", 0 }, { 0x81, "c", 0 }, { 0x01, "d", 0 },
			{ 0x80, "e", 0 } },
		"text ab\ntext c\ntext de\n" },
	{ "pong", { { 0x8a, "", 0 } }, "pong\n" },
	{ "a character cut by a fragment", { { 0x01, "\xc3", 0 }, { 0x80, "\xa4", 0 } },
		"text \xc3\xa4\n" },
	{ "close", { { 0x88, "\x03\xe8", 2 } }, "close 1000\n" },
	{ "close with a reason", { { 0x88, "\x03\xe9gone", 0 } }, "close 1001 gone\n" },
	{ "close without a code", { { 0x88, "", 0 } }, "close 1005\n" },
	{ "close with a code of one's own", { { 0x88, "\x0b\xb8", 2 } }, "close 3000\n" },
	{ "close with half a code", { { 0x88, "\x03", 1 } }, "bad 1002\n" },
	{ "close with a code that is never sent", { { 0x88, "\x03\xed", 2 } }, "bad 1002\n" },
	{ "close with code 999", { { 0x88, "\x03\xe7", 2 } }, "bad 1002\n" },
	{ "close with a reason that is no text", { { 0x88, "\x03\xe8\xff", 3 } }, "bad 1007\n" },
	{ "a reserved bit", { { 0xc1, "a", 0 } }, "bad 1002\n" },
	{ "an unknown kind", { { 0x83, "a", 0 } }, "bad 1002\n" },
	{ "an unknown control frame", { { 0x8b, "a", 0 } }, "bad 1002\n" },
	{ "a continuation of nothing", { { 0x80, "a", 0 } }, "bad 1002\n" },
	{ "a text within a text", { { 0x01, "a", 0 }, { 0x81, "b", 0 } }, "bad 1002\n" },
	{ "a ping in fragments", { { 0x09, "a", 0 } }, "bad 1002\n" },
	{ "a ping of 126 bytes", { { 0x89, LONG_126, 0 } }, "bad 1002\n" },
	{ "not UTF-8", { { 0x81, "a\xc3(", 0 } }, "bad 1007\n" },
	{ "UTF-8 in too long a form", { { 0x81, "\xc0\xaf", 0 } }, "bad 1007\n" },
	{ "three bytes that are a slash", { { 0x81, "\xe0\x80\xaf", 0 } }, "bad 1007\n" },
	{ "half a surrogate pair", { { 0x81, "\xed\xa0\x80", 0 } }, "bad 1007\n" },
	{ "beyond U+10FFFF", { { 0x81, "\xf4\x90\x80\x80", 0 } }, "bad 1007\n" },
	{ "a character cut by the end", { { 0x81, "abcdefgh\xe2\x82", 0 } }, "bad 1007\n" },
	{ "all lengths of characters",
		{ { 0x81, "12345678 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80", 0 } },
		"text 12345678 \xc3\xa4 \xe2\x82\xac \xf0\x9f\x98\x80\n" },
};

static void each_row_in_every_cut(void **state)
{
	static const size_t steps[] = { 1, 2, 3, 7, 4096 };
	uint8_t bytes[1024];

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++)
		for (size_t k = 0; k < ARRAY_LEN(steps); k++) {
			struct story *got;
			size_t n = 0;

			for (size_t p = 0; p < 5 && rows[r].piece[p].text; p++) {
				const struct piece *x = &rows[r].piece[p];

				n += frame_of(x->first, x->text, x->n ? x->n : strlen(x->text),
					bytes + n);
			}
			got = feed(bytes, n, steps[k]);
			if (strcmp(got->text, rows[r].want) != 0)
				fail_msg(
					"%s, %zu at a time: %s", rows[r].name, steps[k], got->text);
			free(got);
		}
}

/* Heads that no frame_of writes. */
static const struct {
	const char *name;
	uint8_t bytes[14];
	size_t n;
	const char *want;
} heads[] = {
	{ "not masked", { 0x81, 0x01, 'a' }, 3, "bad 1002\n" },
	{ "five in sixteen bits", { 0x81, 0xfe, 0, 5 }, 4, "bad 1002\n" },
	{ "200 in 64 bits", { 0x81, 0xff, 0, 0, 0, 0, 0, 0, 0, 200 }, 10, "bad 1002\n" },
	{ "too long", { 0x81, 0xfe, 0x20, 0x01 }, 4, "bad 1009\n" },
	{ "the longest there is", { 0x81, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		10, "bad 1009\n" },
	{ "a head not yet whole", { 0x81, 0xfe, 0x20 }, 3, "" },
};

static void heads_are_judged_before_the_payload_comes(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(heads); r++) {
		struct story *got = feed(heads[r].bytes, heads[r].n, 1);

		if (strcmp(got->text, heads[r].want) != 0)
			fail_msg("%s: %s", heads[r].name, got->text);
		free(got);
	}
}

static void the_longest_message_passes_and_one_byte_more_does_not(void **state)
{
	static char text[WS_MESSAGE_MAX + 1];
	static uint8_t bytes[3 * WS_MESSAGE_MAX];
	size_t n;
	struct story *got;

	(void)state;
	memset(text, 'x', sizeof(text));
	n = frame_of(0x01, text, WS_MESSAGE_MAX - 10, bytes);
	n += frame_of(0x89, "?", 1, bytes + n);
	n += frame_of(0x80, text, 10, bytes + n);
	n += frame_of(0x81, text, WS_MESSAGE_MAX, bytes + n);
	got = feed(bytes, n, 1000);
	assert_string_equal(got->text, "ping ?\n"
				       "text xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..\n"
				       "text xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx..\n");
	free(got);
	n = frame_of(0x01, text, WS_MESSAGE_MAX - 10, bytes);
	n += frame_of(0x80, text, 11, bytes + n);
	got = feed(bytes, n, 1000);
	assert_string_equal(got->text, "bad 1009\n");
	free(got);
}

static void what_we_send_has_a_plain_head(void **state)
{
	uint8_t head[WS_HEADER_MAX];

	(void)state;
	assert_int_equal(ws_header(head, WS_TEXT, 125), 2);
	assert_memory_equal(head, "\x81\x7d", 2);
	assert_int_equal(ws_header(head, WS_TEXT, 126), 4);
	assert_memory_equal(head, "\x81\x7e\x00\x7e", 4);
	assert_int_equal(ws_header(head, WS_CLOSE, 2), 2);
	assert_memory_equal(head, "\x88\x02", 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row_in_every_cut),
		cmocka_unit_test(heads_are_judged_before_the_payload_comes),
		cmocka_unit_test(the_longest_message_passes_and_one_byte_more_does_not),
		cmocka_unit_test(what_we_send_has_a_plain_head),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
