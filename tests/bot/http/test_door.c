/* Routes, answers now and later, files, keep-alive and the end of service, over real sockets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

#define HOST "Host: x\r\n"

static const struct {
	const char *name, *request;
	int status;
	const char *header; /* NULL: none asked for */
	const char *body;
} rows[] = {
	{ "get", "GET /hello HTTP/1.1\r\n" HOST "\r\n", 200, "Content-Type: text/plain", "hello" },
	{ "nosniff", "GET /hello HTTP/1.1\r\n" HOST "\r\n", 200, "X-Content-Type-Options: nosniff",
		"hello" },
	{ "not stored", "GET /hello HTTP/1.1\r\n" HOST "\r\n", 200, "Cache-Control: no-store",
		"hello" },
	{ "http/1.0", "GET /hello HTTP/1.0\r\n\r\n", 200, NULL, "hello" },
	{ "echo", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 3\r\n\r\nabc", 200, NULL, "abc" },
	{ "echo of nothing", "POST /echo HTTP/1.1\r\n" HOST "Content-Length: 0\r\n\r\n", 200, NULL,
		"" },
	{ "chunked",
		"POST /echo HTTP/1.1\r\n" HOST
		"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1\r\nc\r\n0\r\n\r\n",
		200, NULL, "abc" },
	{ "no such path", "GET /hell HTTP/1.1\r\n" HOST "\r\n", 404, NULL,
		"nothing is at this path" },
	{ "no such method", "PUT /hello HTTP/1.1\r\n" HOST "\r\n", 405, "Allow: GET, HEAD", NULL },
	{ "two methods", "POST /things/1 HTTP/1.1\r\n" HOST "\r\n", 405, "Allow: GET, HEAD, DELETE",
		NULL },
	{ "star takes one segment", "GET /things/a HTTP/1.1\r\n" HOST "\r\n", 200, NULL, "hello" },
	{ "star takes more", "DELETE /things/a/b HTTP/1.1\r\n" HOST "\r\n", 200, NULL, "hello" },
	{ "star takes not none", "GET /things/ HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL },
	{ "star wants its slash", "GET /things HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL },
	{ "a name takes one segment", "GET /boxes/a HTTP/1.1\r\n" HOST "\r\n", 200, NULL, "hello" },
	{ "a name takes no more", "GET /boxes/a/b HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL },
	{ "a name takes not none", "GET /boxes/ HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL },
	{ "a name within", "GET /boxes/a/lids/b HTTP/1.1\r\n" HOST "\r\n", 200, NULL, "hello" },
	{ "its path goes on", "GET /boxes/a/lid/b HTTP/1.1\r\n" HOST "\r\n", 404, NULL, NULL },
	{ "refused with a word", "POST /closed HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 403,
		"Content-Type: application/json", "{\"closed\":true}" },
	{ "admitted",
		"POST /guarded HTTP/1.1\r\n" HOST "X-Key: open\r\nX-Id: 7\r\nContent-Length: "
		"1\r\n\r\nx",
		200, "Client-Request-Id: 7", "guest" },
	{ "not admitted", "POST /guarded HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx", 401,
		"WWW-Authenticate: Bearer", NULL },
};

static void requests_get_their_answers_on_one_connection(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct door_stats stats;
	int fd = dial(d);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_reply r;

		if (status_of(d, fd, rows[i].request, &r) != rows[i].status)
			fail_msg("%s: %s", rows[i].name, r.text);
		if (rows[i].header && !has_header(&r, rows[i].header))
			fail_msg("%s: no \"%s\" in %s", rows[i].name, rows[i].header, r.text);
		if (rows[i].body && strcmp(r.body, rows[i].body))
			fail_msg("%s: body \"%s\"", rows[i].name, r.body);
		assert_null(strcasestr(r.text, "microhttpd"));
		assert_null(strcasestr(r.text, "\r\nserver:"));
		assert_null(strcasestr(r.text, "strict-transport-security"));
		if (strstr(rows[i].request, "HTTP/1.0")) {
			close(fd);
			fd = dial(d);
		}
	}
	door_stats(d, &stats);
	assert_int_equal(stats.accepted, 2);
	assert_int_equal(stats.requests, ARRAY_LEN(rows));
	assert_int_equal(stats.answered[2] + stats.answered[4], ARRAY_LEN(rows));
	assert_int_equal(stats.open, 1);
	close(fd);
	door_free(d);
}

static void what_the_client_wrote_is_decoded_once(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);
	struct http_reply r;

	(void)state;
	status_of(d, fd, "GET /things/a%20b%00c%2541?q=x%26y+z&q=2 HTTP/1.1\r\n" HOST "\r\n", &r);
	assert_int_equal(r.status, 200);
	assert_string_equal(seen.rest, "a b%00c%41");
	assert_string_equal(seen.query, "x&y z");
	status_of(d, fd, "GET /things/a?q HTTP/1.1\r\n" HOST "\r\n", &r);
	assert_string_equal(seen.query, "");
	status_of(d, fd, "GET /things/a HTTP/1.1\r\n" HOST "\r\n", &r);
	assert_string_equal(seen.query, "-");
	status_of(d, fd, "GET /boxes/a%20b/lids/7 HTTP/1.1\r\n" HOST "\r\n", &r);
	assert_string_equal(seen.rest, "a b/lids/7");
	close(fd);
	door_free(d);
}

static void head_is_get_without_a_body(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);
	struct http_reply r;

	(void)state;
	say(d, fd, "HEAD /hello HTTP/1.1\r\n" HOST "\r\n");
	hear_one(d, fd, &r, true);
	assert_int_equal(r.status, 200);
	assert_true(has_header(&r, "Content-Length: 5"));
	say(d, fd, "HEAD /file HTTP/1.1\r\n" HOST "Range: bytes=0-1\r\n\r\n");
	hear_one(d, fd, &r, true);
	assert_int_equal(r.status, 200);
	assert_true(has_header(&r, "Content-Length: 36"));
	/* Nothing of a body came: the next answer begins at its status line. */
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
	close(fd);
	door_free(d);
}

static const struct {
	const char *name, *header;
	int status;
	const char *range, *body;
} ranges[] = {
	{ "none", "", 200, NULL, file_text },
	{ "first bytes", "Range: bytes=0-3\r\n", 206, "Content-Range: bytes 0-3/36", "0123" },
	{ "to the end", "Range: bytes=30-\r\n", 206, "Content-Range: bytes 30-35/36", "uvwxyz" },
	{ "beyond the end", "Range: bytes=34-99\r\n", 206, "Content-Range: bytes 34-35/36", "yz" },
	{ "suffix", "Range: bytes=-2\r\n", 206, "Content-Range: bytes 34-35/36", "yz" },
	{ "longer suffix", "Range: bytes=-99\r\n", 206, "Content-Range: bytes 0-35/36", file_text },
	{ "outside", "Range: bytes=36-\r\n", 416, "Content-Range: bytes */36", "" },
	{ "far outside", "Range: bytes=99999999999999999999999-\r\n", 416,
		"Content-Range: bytes */36", "" },
	{ "no bytes", "Range: bytes=-0\r\n", 416, "Content-Range: bytes */36", "" },
	{ "two ranges", "Range: bytes=0-1,3-4\r\n", 200, NULL, file_text },
	{ "backwards", "Range: bytes=5-2\r\n", 200, NULL, file_text },
	{ "not bytes", "Range: seconds=1-2\r\n", 200, NULL, file_text },
	{ "nonsense", "Range: bytes=x\r\n", 200, NULL, file_text },
	{ "if-range", "Range: bytes=0-3\r\nIf-Range: \"v1\"\r\n", 200, NULL, file_text },
};

static void files_are_served_in_parts(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(ranges); i++) {
		char request[256];
		struct http_reply r;

		snprintf(request, sizeof(request), "GET /file HTTP/1.1\r\n" HOST "%s\r\n",
			ranges[i].header);
		if (status_of(d, fd, request, &r) != ranges[i].status ||
			strcmp(r.body, ranges[i].body))
			fail_msg("%s: %s", ranges[i].name, r.text);
		if (ranges[i].range && !has_header(&r, ranges[i].range))
			fail_msg("%s: %s", ranges[i].name, r.text);
		if (ranges[i].status != 416)
			assert_true(has_header(&r, "Cache-Control: public, max-age=60"));
	}
	close(fd);
	door_free(d);
}

#define LATER "POST /later HTTP/1.1\r\n" HOST "Content-Length: 1\r\n\r\nx"

static void wait_handled(struct door *d, unsigned n)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;

	while (seen.handled < n) {
		assert_true(clock_mono_ms() < until);
		turn(d, NULL, 0);
	}
}

static void a_kept_visit_is_answered_later_and_once(void **state)
{
	struct door *d = open_door(&conf_plain);
	uint64_t id[3];
	struct http_reply r;
	int fd[3];

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		fd[i] = dial(d);
		say(d, fd[i], LATER);
		wait_handled(d, i + 1);
		id[i] = seen.id;
		assert_true(id[i] != 0 && (i == 0 || id[i] != id[i - 1]));
	}
	for (unsigned i = 3; i-- > 0;)
		door_answer(d, id[i], &(struct answer){ .status = (int)(202 + i) });
	door_answer(d, id[0], &(struct answer){ .status = 500 });
	door_answer(d, 0, &(struct answer){ .status = 500 });
	door_answer(d, UINT64_MAX, &(struct answer){ .status = 500 });
	for (unsigned i = 0; i < 3; i++) {
		hear(d, fd[i], &r);
		assert_int_equal(r.status, 202 + i);
	}
	/* The same place, the next visit: the old id is not its. */
	say(d, fd[0], LATER);
	wait_handled(d, 4);
	door_answer(d, id[0], &(struct answer){ .status = 500 });
	door_answer(
		d, seen.id, &(struct answer){ .status = 503, .retry_after_s = 3, .close = true });
	hear(d, fd[0], &r);
	assert_int_equal(r.status, 503);
	assert_true(has_header(&r, "Retry-After: 3"));
	assert_true(has_header(&r, "Connection: close"));
	assert_true(hears_close(d, fd[0]));
	for (unsigned i = 0; i < 3; i++)
		close(fd[i]);
	door_free(d);
}

/* An answer must not wait for somebody else's bytes, whether the library was asked again or not. */
static void an_answer_given_later_wants_the_door_at_once(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	for (unsigned turns = 0; turns < 5; turns++) {
		say(d, fd, LATER);
		wait_handled(d, turns + 1);
		for (unsigned i = 0; i < turns; i++)
			door_run(d);
		if (turns > 2)
			assert_true(door_timeout_ms(d) > 0);
		door_answer(d, seen.id, &(struct answer){ .status = 202 });
		assert_int_equal(door_timeout_ms(d), 0);
		hear(d, fd, &r);
		assert_int_equal(r.status, 202);
	}
	close(fd);
	door_free(d);
}

static void a_visit_whose_client_left_goes_stale(void **state)
{
	struct door_conf conf = conf_plain;
	struct door_stats stats;
	struct door *d;
	int fd;

	(void)state;
	conf.head_ms_max = 100;
	d = open_door(&conf);
	fd = dial(d);
	say(d, fd, LATER);
	wait_handled(d, 1);
	close(fd);
	do {
		turn(d, NULL, 0);
		door_stats(d, &stats);
	} while (stats.open);
	door_answer(d, seen.id, &(struct answer){ .status = 202 });
	turn(d, NULL, 0);
	door_stats(d, &stats);
	assert_int_equal(stats.answered[2], 0);
	door_free(d);
}

/* The library does not see an end that comes together with the bytes before it (it takes a short
 * read for an empty socket): the deadline of the head or body closes such a connection. */
static void a_client_may_leave_at_any_point(void **state)
{
	static const char request[] = "POST /guarded HTTP/1.1\r\n" HOST
				      "X-Key: open\r\nContent-Length: 5\r\n\r\nabcde";
	struct door_conf conf = conf_plain;
	struct door_stats stats;
	struct door *d;

	(void)state;
	conf.head_ms_max = conf.body_ms_max = conf.idle_ms_max = 40;
	d = open_door(&conf);
	for (size_t left = 0; left < sizeof(request); left += 5) {
		uint64_t until = clock_mono_ms() + PATIENCE_MS;
		int fd = dial(d);

		send_all(d, fd, request, sizeof(request) - 1 - left);
		turn(d, NULL, 0);
		close(fd);
		do {
			turn(d, NULL, 0);
			door_stats(d, &stats);
			assert_true(clock_mono_ms() < until);
		} while (stats.open);
	}
	assert_true(stats.accepted > 10);
	assert_int_equal(seen.handled, 1);
	door_free(d);
}

static void a_door_may_go_while_visits_wait(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);

	(void)state;
	say(d, fd, LATER);
	wait_handled(d, 1);
	door_free(d);
	close(fd);
}

static void after_quiesce_open_visits_are_answered_and_nobody_new_comes(void **state)
{
	struct door *d = open_door(&conf_plain);
	struct door_stats stats;
	int idle = dial(d), busy = dial(d), late;
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(door_port(d)) };
	struct http_reply r;

	(void)state;
	assert_int_equal(status_of(d, idle, "GET /hello HTTP/1.1\r\n" HOST "\r\n", &r), 200);
	say(d, busy, LATER);
	wait_handled(d, 2);
	door_quiesce(d);
	assert_true(hears_close(d, idle));
	door_answer(d, seen.id, &(struct answer){ .status = 202 });
	hear(d, busy, &r);
	assert_int_equal(r.status, 202);
	assert_true(has_header(&r, "Connection: close"));
	assert_true(hears_close(d, busy));
	late = socket(AF_INET, SOCK_STREAM, 0);
	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	assert_int_equal(connect(late, (struct sockaddr *)&to, sizeof(to)), -1);
	assert_int_equal(errno, ECONNREFUSED);
	do {
		turn(d, NULL, 0);
		door_stats(d, &stats);
	} while (stats.open);
	close(idle), close(busy), close(late);
	door_free(d);
}

static void an_echoed_value_cannot_break_the_head(void **state)
{
	struct door *d = open_door(&conf_plain);
	int fd = dial(d);
	struct http_reply r;

	(void)state;
	say(d, fd, LATER);
	wait_handled(d, 1);
	door_answer(d, seen.id,
		&(struct answer){ .status = 200,
			.extra = { { "X-Echo", "a\r\nX-Bad: 1" }, { "X-Good", "1" } } });
	hear(d, fd, &r);
	assert_int_equal(r.status, 200);
	assert_null(strstr(r.text, "X-Bad"));
	assert_true(has_header(&r, "X-Good: 1"));
	close(fd);
	door_free(d);
}

static const struct {
	const char *name;
	struct door_conf conf;
	const char *want;
} faults[] = {
	{ "plain to the world", { .address = "0.0.0.0", .connections_max = 1 }, "loopback" },
	{ "plain to the world, v6", { .address = "::", .connections_max = 1 }, "loopback" },
	{ "not numeric", { .address = "localhost", .connections_max = 1 }, "localhost" },
	{ "key missing", { .address = "127.0.0.1", .connections_max = 1, .certificate = "a.pem" },
		"key" },
	{ "client CA without TLS",
		{ .address = "127.0.0.1", .connections_max = 1, .client_ca = "ca.pem" }, "TLS" },
	{ "certificate missing",
		{ .address = "127.0.0.1",
			.connections_max = 1,
			.certificate = "/no/such.pem",
			.key = "/no/such.key" },
		"/no/such.pem" },
	{ "no connections", { .address = "127.0.0.1" }, "connections_max" },
};

static void a_door_that_cannot_open_says_why(void **state)
{
	struct door_conf taken = conf_plain;
	struct door *d = open_door(&conf_plain);
	struct why why;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(faults); i++) {
		memset(&why, 0, sizeof(why));
		if (door_new(&faults[i].conf, routes, ARRAY_LEN(routes), &why))
			fail_msg("%s: opened", faults[i].name);
		if (!strstr(why.text, faults[i].want))
			fail_msg("%s: %s", faults[i].name, why.text);
	}
	taken.port = door_port(d);
	assert_null(door_new(&taken, routes, ARRAY_LEN(routes), &why));
	assert_int_equal(why.ext, EADDRINUSE);
	door_free(d);
}

static int file_make(void **state)
{
	int fd;

	(void)state;
	snprintf(file_path, sizeof(file_path), "/tmp/test_door.XXXXXX");
	fd = mkstemp(file_path);
	if (fd < 0 || write(fd, file_text, sizeof(file_text) - 1) != sizeof(file_text) - 1)
		return -1;
	return close(fd);
}

static int file_remove(void **state)
{
	(void)state;
	return unlink(file_path);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_get_their_answers_on_one_connection),
		cmocka_unit_test(what_the_client_wrote_is_decoded_once),
		cmocka_unit_test(head_is_get_without_a_body),
		cmocka_unit_test(files_are_served_in_parts),
		cmocka_unit_test(a_kept_visit_is_answered_later_and_once),
		cmocka_unit_test(an_answer_given_later_wants_the_door_at_once),
		cmocka_unit_test(a_visit_whose_client_left_goes_stale),
		cmocka_unit_test(a_client_may_leave_at_any_point),
		cmocka_unit_test(a_door_may_go_while_visits_wait),
		cmocka_unit_test(after_quiesce_open_visits_are_answered_and_nobody_new_comes),
		cmocka_unit_test(an_echoed_value_cannot_break_the_head),
		cmocka_unit_test(a_door_that_cannot_open_says_why),
	};

	return cmocka_run_group_tests(tests, file_make, file_remove);
}
