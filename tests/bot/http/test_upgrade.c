/* A request that becomes a WebSocket, and who has the connection then. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

#define ASK "GET /socket HTTP/1.1\r\nHost: x\r\n"
#define KEY "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
#define GOOD                                                                \
	ASK "Connection: keep-alive, Upgrade\r\nUpgrade: WebSocket\r\n" KEY \
	    "Sec-WebSocket-Version: 13\r\n\r\n"

static void *door_of(void)
{
	if (took.fd >= 0)
		close(took.fd);
	took.fd = -1;
	return open_door(&conf_plain);
}

/* Wait until one of the door's connections is gone. */
static unsigned open_after_turns(struct door *d, unsigned want)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;
	struct door_stats stats;

	do {
		turn(d, NULL, 0);
		door_stats(d, &stats);
	} while (stats.open != want && clock_mono_ms() < until);
	return stats.open;
}

static int shake(struct door *d, struct http_reply *r)
{
	int fd = dial(d);

	assert_int_equal(status_of(d, fd, GOOD, r), 101);
	while (took.fd < 0)
		turn(d, NULL, 0);
	return fd;
}

static void bytes_go_both_ways_past_the_door(void **state)
{
	struct door *d = door_of();
	struct http_reply r;
	char text[8] = "";
	int fd = shake(d, &r);

	(void)state;
	/* RFC 6455 section 1.3's own example. */
	assert_true(has_header(&r, "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo="));
	assert_true(has_header(&r, "Upgrade: websocket"));
	assert_true(has_header(&r, "Connection: Upgrade"));
	assert_int_equal(write(took.fd, "ours", 4), 4);
	assert_int_equal(recv(fd, text, 4, 0), 4);
	assert_string_equal(text, "ours");
	assert_int_equal(send(fd, "hers", 4, 0), 4);
	assert_int_equal(recv(took.fd, text, 4, 0), 4);
	assert_string_equal(text, "hers");
	assert_int_equal(open_after_turns(d, 1), 1);
	/* The taker's own descriptor outlives the door's. */
	door_hang_up(d, took.id);
	assert_int_equal(open_after_turns(d, 0), 0);
	door_hang_up(d, took.id);
	assert_int_equal(write(took.fd, "last", 4), 4);
	assert_int_equal(recv(fd, text, 4, 0), 4);
	close(took.fd);
	took.fd = -1;
	assert_int_equal(recv(fd, text, 4, 0), 0);
	close(fd);
	door_free(d);
}

static void a_door_that_closes_hangs_up(void **state)
{
	struct door *d = door_of();
	struct http_reply r;
	char byte;
	int fd = shake(d, &r);

	(void)state;
	door_free(d);
	close(took.fd);
	took.fd = -1;
	fcntl(fd, F_SETFL, 0);
	assert_true(recv(fd, &byte, 1, 0) <= 0);
	close(fd);
}

static void who_asks_wrongly_is_told_what_is_wanted(void **state)
{
	static const struct {
		const char *name, *request;
	} rows[] = {
		{ "a page", ASK "\r\n" },
		{ "another protocol", ASK "Connection: Upgrade\r\nUpgrade: h2c\r\n" KEY
					  "Sec-WebSocket-Version: 13\r\n\r\n" },
		{ "no Connection",
			ASK "Upgrade: websocket\r\n" KEY "Sec-WebSocket-Version: 13\r\n\r\n" },
		{ "an older version", ASK "Connection: Upgrade\r\nUpgrade: websocket\r\n" KEY
					  "Sec-WebSocket-Version: 8\r\n\r\n" },
		{ "no key", ASK "Connection: Upgrade\r\nUpgrade: websocket\r\n"
				"Sec-WebSocket-Version: 13\r\n\r\n" },
		{ "half a key",
			ASK "Connection: Upgrade\r\nUpgrade: websocket\r\n"
			    "Sec-WebSocket-Key: dGhlIHNh\r\nSec-WebSocket-Version: 13\r\n\r\n" },
	};
	struct door *d = door_of();
	int fd = dial(d);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct http_reply r;

		if (status_of(d, fd, rows[i].request, &r) != 426 ||
			!has_header(&r, "Sec-WebSocket-Version: 13"))
			fail_msg("%s: %s", rows[i].name, r.text);
	}
	assert_int_equal(took.fd, -1);
	close(fd);
	door_free(d);
}

static void who_speaks_before_the_answer_is_closed(void **state)
{
	struct door *d = door_of();
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	assert_true(say(d, fd, GOOD "\x81\x80"));
	hear(d, fd, &r);
	assert_int_equal(open_after_turns(d, 0), 0);
	assert_int_equal(took.fd, -1);
	close(fd);
	door_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(bytes_go_both_ways_past_the_door),
		cmocka_unit_test(a_door_that_closes_hangs_up),
		cmocka_unit_test(who_asks_wrongly_is_told_what_is_wanted),
		cmocka_unit_test(who_speaks_before_the_answer_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
