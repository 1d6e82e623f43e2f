#ifndef TESTS_BOT_HTTP_PEER_H
#define TESTS_BOT_HTTP_PEER_H

/*
 * A door with a few routes and clients of it, all in one thread: whoever waits for bytes lets the
 * door run meanwhile. Everything ends by itself or after PATIENCE_MS.
 */

#include "bot/base/clock.h"
#include "bot/http/door.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { PATIENCE_MS = 20000 };

/* What the handlers saw last. */
static struct {
	uint64_t id;
	unsigned handled, admitted;
	size_t body_bytes;
	char header[256], rest[256], query[256];
} seen;

static const char file_text[] = "0123456789abcdefghijklmnopqrstuvwxyz";

static void hello(void *arg, struct visit *v)
{
	(void)arg;
	seen.handled++;
	snprintf(seen.rest, sizeof(seen.rest), "%s", visit_rest(v));
	snprintf(seen.query, sizeof(seen.query), "%s",
		visit_query(v, "q") ? visit_query(v, "q") : "-");
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = "text/plain",
				.body = "hello",
				.body_bytes = 5 });
}

/* An answer that fills sockets' buffers soon. */
static void at_length(void *arg, struct visit *v)
{
	static const char text[32768] = "...";

	(void)arg;
	visit_answer(
		v, &(struct answer){ .status = 200, .body = text, .body_bytes = sizeof(text) });
}

static void echo(void *arg, struct visit *v)
{
	struct answer a = { .status = 200, .content_type = "text/plain" };

	(void)arg;
	seen.handled++;
	a.body = visit_body(v, &a.body_bytes);
	seen.body_bytes = a.body_bytes;
	visit_answer(v, &a);
}

static void keep(void *arg, struct visit *v)
{
	(void)arg;
	seen.handled++;
	seen.id = visit_id(v);
}

static int guard(void *arg, struct visit *v)
{
	const char *key = visit_header(v, "x-key");

	(void)arg;
	seen.admitted++;
	if (!key || strcmp(key, "open"))
		return 401;
	snprintf(visit_scratch(v), VISIT_SCRATCH_BYTES, "guest");
	return 0;
}

/* It says why. */
static int closed(void *arg, struct visit *v)
{
	(void)arg;
	visit_refusal(v, "application/json", "{\"closed\":true}");
	return 403;
}

static void guarded(void *arg, struct visit *v)
{
	const char *who = visit_scratch(v);

	(void)arg;
	seen.handled++;
	visit_answer(v, &(struct answer){ .status = 200,
				.body = who,
				.body_bytes = strlen(who),
				.extra = { { "Client-Request-Id", visit_header(v, "x-id") } } });
	visit_answer(v, &(struct answer){ .status = 500 }); /* ignored */
}

static void file(void *arg, struct visit *v)
{
	int fd = open((const char *)arg, O_RDONLY | O_CLOEXEC);

	seen.handled++;
	visit_answer_file(v, fd, sizeof(file_text) - 1, "audio/wav", "public, max-age=60");
}

/* A WebSocket whose taker has it on this descriptor. */
static struct {
	uint64_t id;
	int fd;
} took = { .fd = -1 };

static void take_it(void *arg, uint64_t id, int fd)
{
	(void)arg;
	took.id = id;
	took.fd = fd;
}

static void socket_here(void *arg, struct visit *v)
{
	(void)arg;
	visit_websocket(v, take_it, NULL);
}

static char file_path[128];
static const struct route routes[] = {
	{ "GET", "/hello", NULL, hello, NULL },
	{ "GET", "/long", NULL, at_length, NULL },
	{ "POST", "/echo", NULL, echo, NULL },
	{ "POST", "/later", NULL, keep, NULL },
	{ "POST", "/guarded", guard, guarded, NULL },
	{ "GET", "/file", NULL, file, file_path },
	{ "GET", "/socket", NULL, socket_here, NULL },
	{ "GET", "/things/*", NULL, hello, NULL },
	{ "DELETE", "/things/*", NULL, hello, NULL },
	{ "GET", "/boxes/{box}", NULL, hello, NULL },
	{ "GET", "/boxes/{box}/lids/{lid}", NULL, hello, NULL },
	{ "POST", "/closed", closed, echo, NULL },
};

static const struct door_conf conf_plain = {
	.address = "127.0.0.1",
	.connections_max = 64,
	.body_bytes_max = 4096,
	.head_ms_max = 10000,
	.body_ms_max = 10000,
	.idle_ms_max = 10000,
};

static inline struct door *open_door(const struct door_conf *conf)
{
	struct why why = { 0 };
	struct door *d = door_new(conf, routes, ARRAY_LEN(routes), &why);

	if (!d)
		fail_msg("door_new: %s", why.text);
	memset(&seen, 0, sizeof(seen));
	return d;
}

/* Let the door run until it or one of the descriptors has something, once. */
static void turn(struct door *d, struct pollfd *p, nfds_t n)
{
	struct pollfd all[8] = { { .fd = door_fd(d), .events = POLLIN } };
	uint64_t ms = door_timeout_ms(d);

	assert_true(n < ARRAY_LEN(all));
	if (n)
		memcpy(all + 1, p, n * sizeof(*p));
	poll(all, n + 1, ms > 1000 ? 1000 : (int)ms);
	door_run(d);
	if (n)
		memcpy(p, all + 1, n * sizeof(*p));
}

static int dial_from(struct door *d, const char *from)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(door_port(d)) };
	struct sockaddr_in own = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
	inet_pton(AF_INET, from, &own.sin_addr);
	assert_true(fd >= 0);
	assert_int_equal(bind(fd, (struct sockaddr *)&own, sizeof(own)), 0);
	assert_int_equal(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	return fd;
}

static inline int dial(struct door *d)
{
	return dial_from(d, "127.0.0.1");
}

/* false: the other side closed first. */
static bool send_all(struct door *d, int fd, const char *bytes, size_t n)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;

	while (n) {
		ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
		struct pollfd p = { .fd = fd, .events = POLLOUT };

		if (sent > 0) {
			bytes += sent;
			n -= (size_t)sent;
			continue;
		}
		if (errno != EAGAIN)
			return false;
		assert_true(clock_mono_ms() < until);
		turn(d, &p, 1);
	}
	return true;
}

static inline bool say(struct door *d, int fd, const char *text)
{
	return send_all(d, fd, text, strlen(text));
}

struct http_reply {
	int status; /* 0: closed without an answer */
	bool closed;
	char text[16384]; /* head and body */
	size_t n;
	const char *body;
	size_t body_bytes;
};

static bool reply_is_whole(struct http_reply *r, bool is_head)
{
	const char *end, *length;

	end = strstr(r->text, "\r\n\r\n");
	if (!end)
		return false;
	r->body = end + 4;
	length = strcasestr(r->text, "\r\ncontent-length:");
	r->body_bytes = is_head || !length || length > end ? 0 : strtoul(length + 17, NULL, 10);
	return (size_t)(r->body - r->text) + r->body_bytes <= r->n;
}

/* One answer; what follows it stays in the socket. */
static void hear_one(struct door *d, int fd, struct http_reply *r, bool is_head)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;

	memset(r, 0, sizeof(*r));
	while (!reply_is_whole(r, is_head)) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = recv(fd, r->text + r->n, 1, 0);

		if (n > 0) {
			r->n += (size_t)n;
			assert_true(r->n < sizeof(r->text) - 1);
			continue;
		}
		if (n == 0 || errno != EAGAIN) {
			r->closed = true;
			break;
		}
		assert_true(clock_mono_ms() < until);
		turn(d, &p, 1);
	}
	sscanf(r->text, "HTTP/1.%*d %d", &r->status);
	if (r->body)
		r->text[(size_t)(r->body - r->text) + r->body_bytes] = '\0';
}

static void hear(struct door *d, int fd, struct http_reply *r)
{
	hear_one(d, fd, r, false);
}

/* Does the other side close now, without another byte? */
static inline bool hears_close(struct door *d, int fd)
{
	struct http_reply r;

	hear(d, fd, &r);
	return r.closed && r.n == 0;
}

static inline int status_of(struct door *d, int fd, const char *request, struct http_reply *r)
{
	say(d, fd, request);
	hear(d, fd, r);
	return r->status;
}

static inline bool has_header(const struct http_reply *r, const char *line)
{
	char want[256];

	snprintf(want, sizeof(want), "\r\n%s\r\n", line);
	return strcasestr(r->text, want) != NULL;
}

#endif
