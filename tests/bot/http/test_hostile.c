/* What strangers may send: each gets the right status or the door, and the others do not notice. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

#include "bot/base/rng.h"

#define HOST "Host: x\r\n"
#define POST "POST /echo HTTP/1.1\r\n"
#define TEN "1234567890"

static const struct {
	const char *name, *request;
	int status;
} heads[] = {
	{ "two lengths", POST HOST "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", 400 },
	{ "two lengths that differ", POST HOST "Content-Length: 3\r\ncontent-length: 4\r\n\r\nabcd",
		400 },
	{ "length and chunked",
		POST HOST
		"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
		400 },
	{ "chunked and length",
		POST HOST "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n", 400 },
	{ "two encodings",
		POST HOST
		"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400 },
	{ "another encoding", POST HOST "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501 },
	{ "identity", POST HOST "Transfer-Encoding: identity\r\n\r\n", 501 },
	{ "chunked in 1.0", "POST /echo HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
		400 },
	{ "length in words", POST HOST "Content-Length: three\r\n\r\nabc", 400 },
	{ "length with plus", POST HOST "Content-Length: +3\r\n\r\nabc", 400 },
	{ "negative length", POST HOST "Content-Length: -3\r\n\r\nabc", 400 },
	{ "length in hex", POST HOST "Content-Length: 0x3\r\n\r\nabc", 400 },
	{ "list of lengths", POST HOST "Content-Length: 3, 3\r\n\r\nabc", 400 },
	{ "no length", POST HOST "Content-Length:\r\n\r\nabc", 400 },
	{ "length beyond 64 bits", POST HOST "Content-Length: " TEN TEN TEN "\r\n\r\n", 413 },
	{ "chunk size in words",
		POST HOST "Transfer-Encoding: chunked\r\n\r\nthree\r\nabc\r\n0\r\n\r\n", 400 },
	{ "chunk longer than it says",
		POST HOST "Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n", 400 },
	{ "no host", "GET /hello HTTP/1.1\r\n\r\n", 400 },
	{ "two hosts", "GET /hello HTTP/1.1\r\n" HOST HOST "\r\n", 400 },
	{ "space before the colon", POST HOST "Content-Length : 3\r\n\r\nabc", 400 },
	{ "a name with a space", "GET /hello HTTP/1.1\r\n" HOST "X Y: 1\r\n\r\n", 400 },
	{ "no colon", "GET /hello HTTP/1.1\r\n" HOST "nonsense\r\n\r\n", 400 },
	{ "folded", "GET /hello HTTP/1.1\r\n" HOST "X-A: b\r\n c\r\n\r\n", 400 },
	{ "folded into a length", POST HOST "Content-Leng: 3\r\n th\r\n\r\nabc", 400 },
	{ "folded length", POST HOST "Content-Length: 1\r\n 0\r\n\r\nabcdefghij", 400 },
	{ "folded first", "GET /hello HTTP/1.1\r\n " HOST "\r\n", 400 },
	{ "control character", "GET /hello HTTP/1.1\r\n" HOST "X-A: b\x01\r\n\r\n", 400 },
	{ "up and away", "GET /things/../hello HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "up, encoded", "GET /things/%2e%2e/hello HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "up, at the end", "GET /things/.. HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "here", "GET /things/./a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "empty segment", "GET /things//a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "backslash", "GET /things/..\\a HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "encoded line end", "GET /things/a%0d%0ab HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "for a proxy", "GET http://x/hello HTTP/1.1\r\n" HOST "\r\n", 400 },
	{ "a later HTTP", "GET /hello HTTP/2.0\r\n" HOST "\r\n", 505 },
	{ "no HTTP", "GET /hello\r\n" HOST "\r\n", 400 },
};

static void bad_heads_are_refused_and_the_connection_closed(void **state)
{
	struct door *d = open_door(&conf_plain);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(heads); i++) {
		int fd = dial(d);
		struct http_reply r;

		/* What follows must not be taken for a request. */
		say(d, fd, heads[i].request);
		say(d, fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n");
		hear(d, fd, &r);
		if (r.status != heads[i].status)
			fail_msg("%s: %d, not %d: %s", heads[i].name, r.status, heads[i].status,
				r.text);
		/* The library writes the head of its own 400 for a bad length twice: more of the
		 * same may come, an answer to what followed may not. */
		do {
			hear(d, fd, &r);
			if (r.status && r.status != heads[i].status)
				fail_msg("%s: then %s", heads[i].name, r.text);
		} while (!r.closed);
		close(fd);
	}
	assert_int_equal(seen.handled, 0);
	door_free(d);
}

/* RFC 9112 section 2.2 lets a server read a bare line feed as a line's end; then both readers here
 * must agree where a request ends. */
static void bare_line_feeds_end_lines_and_nothing_else(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);
	struct http_reply r;

	(void)state;
	say(d, fd, "POST /echo HTTP/1.1\nHost: x\nContent-Length: 3\n\nabcGET /hello HTTP/1.1\n");
	say(d, fd, "Host: x\n\n");
	hear(d, fd, &r);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "abc");
	hear(d, fd, &r);
	assert_int_equal(r.status, 200);
	assert_string_equal(r.body, "hello");
	assert_int_equal(seen.handled, 2);
	close(fd);
	door_free(d);
}

static void heads_have_a_size(void **state)
{
	struct door *d = open_door(&conf_plain);
	static char request[65536];
	struct http_reply r;
	int fd;

	(void)state;
	fd = dial(d);
	snprintf(request, sizeof(request), "GET /hello HTTP/1.1\r\n" HOST "X-Long: %08000d\r\n\r\n",
		0);
	assert_int_equal(status_of(d, fd, request, &r), 200);
	snprintf(request, sizeof(request),
		"GET /hello HTTP/1.1\r\n" HOST "X-Long: %040000d\r\n\r\n", 0);
	assert_int_equal(status_of(d, fd, request, &r), 431);
	close(fd);
	fd = dial(d);
	snprintf(request, sizeof(request), "GET /hello?%040000d HTTP/1.1\r\n" HOST "\r\n", 0);
	assert_int_equal(status_of(d, fd, request, &r), 414);
	close(fd);
	door_free(d);
}

static size_t resident_bytes(void)
{
	size_t pages = 0;
	FILE *f = fopen("/proc/self/statm", "re");

	assert_non_null(f);
	assert_int_equal(fscanf(f, "%*u %zu", &pages), 1);
	fclose(f);
	return pages * 4096;
}

static char block[1 << 16];

/* true: all of it was taken. */
static bool pour(struct door *d, int fd, size_t bytes, bool chunked)
{
	size_t start = resident_bytes();

	for (size_t done = 0; done < bytes; done += sizeof(block)) {
		if (chunked && !say(d, fd, "10000\r\n"))
			return false;
		if (!send_all(d, fd, block, sizeof(block)))
			return false;
		if (chunked && !say(d, fd, "\r\n"))
			return false;
		assert_true(resident_bytes() < start + (4 << 20));
	}
	return true;
}

static void ten_megabytes_are_refused_without_keeping_them(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct door_stats stats;
	const size_t ten_mb = 160 * sizeof(block);
	char head[128];
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	snprintf(head, sizeof(head), POST HOST "Content-Length: %zu\r\n\r\n", ten_mb);
	say(d, fd, head);
	assert_true(pour(d, fd, ten_mb, false));
	hear(d, fd, &r);
	assert_int_equal(r.status, 413);
	say(d, fd, POST HOST "Transfer-Encoding: chunked\r\n\r\n");
	assert_true(pour(d, fd, ten_mb, true));
	assert_int_equal(status_of(d, fd, "0\r\n\r\n", &r), 413);
	/* Who may not come in sends as much in vain. */
	snprintf(head, sizeof(head),
		"POST /guarded HTTP/1.1\r\n" HOST "Content-Length: %zu\r\n\r\n", ten_mb);
	say(d, fd, head);
	assert_true(pour(d, fd, ten_mb, false));
	hear(d, fd, &r);
	assert_int_equal(r.status, 401);
	/* The same connection still serves. */
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
	door_stats(d, &stats);
	assert_int_equal(stats.refused_body, 2);
	assert_int_equal(stats.accepted, 1);
	close(fd);
	door_free(d);
}

static void bodies_without_an_end_are_cut_off(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	assert_int_equal(
		status_of(d, fd, POST HOST "Content-Length: 18446744073709\r\n\r\n", &r), 413);
	assert_true(hears_close(d, fd));
	close(fd);
	fd = dial(d);
	say(d, fd, POST HOST "Transfer-Encoding: chunked\r\n\r\n");
	assert_false(pour(d, fd, 64 << 20, true));
	close(fd);
	fd = dial(d);
	/* Who asks first is told before sending. */
	say(d, fd, POST HOST "Expect: 100-continue\r\nContent-Length: 4097\r\n\r\n");
	hear(d, fd, &r);
	assert_int_equal(r.status, 413);
	close(fd);
	assert_int_equal(seen.handled, 0);
	door_free(d);
}

static void the_body_limit_is_the_byte(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	say(d, fd, POST HOST "Content-Length: 4096\r\n\r\n");
	send_all(d, fd, block, 4096);
	hear(d, fd, &r);
	assert_int_equal(r.status, 200);
	assert_int_equal(seen.body_bytes, 4096);
	say(d, fd, POST HOST "Content-Length: 4097\r\n\r\n");
	send_all(d, fd, block, 4097);
	hear(d, fd, &r);
	assert_int_equal(r.status, 413);
	say(d, fd, POST HOST "Transfer-Encoding: chunked\r\n\r\n1000\r\n");
	send_all(d, fd, block, 4096);
	assert_int_equal(status_of(d, fd, "\r\n1\r\nx\r\n0\r\n\r\n", &r), 413);
	assert_int_equal(seen.handled, 1);
	close(fd);
	door_free(d);
}

static void nonsense_leaves_no_trace(void **state)
{
	struct door_conf conf = conf_plain;
	struct rng rng = { 11 };
	struct door_stats stats;
	struct door *d;
	struct http_reply r;
	int fd;

	(void)state;
	conf.head_ms_max = conf.body_ms_max = 50;
	d = open_door(&conf);
	for (int i = 0; i < 200; i++) {
		static const char start[] = "POST /echo HTTP/1.1\r\nHost: x\r\n";
		char bytes[300];
		size_t n = rng_below(&rng, sizeof(bytes)), keep = rng_below(&rng, sizeof(start));

		for (size_t j = 0; j < n; j++)
			bytes[j] = (char)rng_next(&rng);
		memcpy(bytes, start, keep < n ? keep : n);
		fd = dial(d);
		send_all(d, fd, bytes, n);
		turn(d, NULL, 0);
		close(fd);
	}
	do {
		turn(d, NULL, 0);
		door_stats(d, &stats);
	} while (stats.open);
	assert_int_equal(seen.handled, 0);
	fd = dial(d);
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
	close(fd);
	door_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bad_heads_are_refused_and_the_connection_closed),
		cmocka_unit_test(bare_line_feeds_end_lines_and_nothing_else),
		cmocka_unit_test(heads_have_a_size),
		cmocka_unit_test(ten_megabytes_are_refused_without_keeping_them),
		cmocka_unit_test(bodies_without_an_end_are_cut_off),
		cmocka_unit_test(the_body_limit_is_the_byte),
		cmocka_unit_test(nonsense_leaves_no_trace),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
