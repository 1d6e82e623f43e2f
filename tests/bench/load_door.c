/* bench: bot/base */
/*
 * A load for a web door, the same for every server: notifications over TLS connections that are
 * kept alive, each connection sending its next one when the last is answered. Prints, as a line of
 * JSON, what the server's process paid for them by its own processor clock.
 *
 *	load_door PORT CA PID COUNT FIRST LANES TOKENS
 *
 *	LANES   a file with a line a connection: path, tab, body. Where the body says @@@@@@@@ it
 *	        gets FIRST and, with each notification of the connection, one more.
 *	TOKENS  a file with a bearer token a line, used in turn by all connections together.
 *
 * Ten a connection go before COUNT and are not counted. Anything but 202 ends it with status 1.
 */
#include "bot/base/clock.h"
#include "bot/base/err.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

enum {
	LANES_MAX = 256,
	TOKENS_MAX = 20000,
	COUNT_MAX = 1000000,
	REQUEST_MAX = 16000, /* one TLS record */
	ANSWER_MAX = 4096,
	WARM = 10, /* a lane */
	SECONDS_MAX = 120,
};

static const char mark[] = "@@@@@@@@";

struct lane {
	char *path, *body;
	size_t body_bytes;
	char *number; /* inside body, NULL: none */
	uint32_t next;
	SSL *ssl;
	int fd;
	uint64_t sent_ns; /* 0: nothing is under way */
	char answer[ANSWER_MAX];
	size_t answer_bytes;
};

static struct lane lane[LANES_MAX];
static char *token[TOKENS_MAX];
static size_t n_lanes, n_tokens, n_sent, n_answered, n_warm, n_all;
static uint32_t *latency_us; /* of the counted ones */
static clockid_t server_clock;
static uint64_t cpu_begin_ns, wall_begin_ns;

static void die(const char *fmt, ...) PRINTF_LIKE(1, 2);
static void die(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fputs("load_door: ", stderr);
	vfprintf(stderr, fmt, ap);
	fputc('\n', stderr);
	va_end(ap);
	exit(EXIT_FAILURE);
}

static uint64_t server_cpu_ns(void)
{
	struct timespec t;

	if (clock_gettime(server_clock, &t))
		die("the server's processor clock cannot be read: %s", strerror(errno));
	return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static uint32_t number_of(const char *what, const char *text, uint32_t max)
{
	char *end;
	unsigned long v = strtoul(text, &end, 10);

	if (!*text || *end || v > max)
		die("%s \"%s\": a number up to %u would be right", what, text, max);
	return (uint32_t)v;
}

/* Every line is kept; the caller's until the end of the process. */
static size_t lines_read(const char *path, char **out, size_t n_max)
{
	FILE *f = fopen(path, "re");
	size_t n = 0, size = 0;
	ssize_t got;

	if (!f)
		die("%s: %s", path, strerror(errno));
	while (n < n_max && (out[n] = NULL, (got = getline(&out[n], &size, f)) > 0)) {
		out[n][strcspn(out[n], "\n")] = '\0';
		n++;
		size = 0;
	}
	fclose(f);
	if (!n)
		die("%s is empty", path);
	return n;
}

static void lanes_read(const char *path, uint32_t first)
{
	char *line[LANES_MAX];

	n_lanes = lines_read(path, line, LANES_MAX);
	for (size_t i = 0; i < n_lanes; i++) {
		struct lane *l = &lane[i];

		l->path = line[i];
		l->body = strchr(line[i], '\t');
		if (!l->body)
			die("%s:%zu: no tab between path and body", path, i + 1);
		*l->body++ = '\0';
		l->body_bytes = strlen(l->body);
		l->number = strstr(l->body, mark);
		l->next = first;
	}
}

static void lane_connect(struct lane *l, SSL_CTX *tls, uint16_t port)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(port) };
	int one = 1;

	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	l->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (l->fd < 0 || connect(l->fd, (struct sockaddr *)&to, sizeof(to)))
		die("port %u: %s", port, strerror(errno));
	setsockopt(l->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	l->ssl = SSL_new(tls);
	if (!l->ssl || !SSL_set_fd(l->ssl, l->fd) || SSL_connect(l->ssl) != 1)
		die("port %u: no TLS: %s", port, ERR_reason_error_string(ERR_get_error()));
	if (fcntl(l->fd, F_SETFL, O_NONBLOCK))
		die("fcntl: %s", strerror(errno));
}

/* A request is less than a socket's buffer, and the last one was answered: it goes as a whole. */
static void lane_send(struct lane *l)
{
	char request[REQUEST_MAX], digits[sizeof(mark)];
	int n;

	if (l->number) {
		snprintf(digits, sizeof(digits), "%8u", l->next++ % 100000000);
		memcpy(l->number, digits, sizeof(mark) - 1);
	}
	n = snprintf(request, sizeof(request),
		"POST %s HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer %s\r\n"
		"Content-Type: application/json; charset=utf-8\r\nContent-Length: %zu\r\n\r\n%s",
		l->path, token[n_sent % n_tokens], l->body_bytes, l->body);
	if (n >= REQUEST_MAX)
		die("a request of %d bytes is too long", n);
	if (SSL_write(l->ssl, request, n) != n)
		die("%s: a request cannot be written", l->path);
	l->sent_ns = clock_mono_ns();
	n_sent++;
}

/* Bytes of the whole answer, 0: not all is here. */
static size_t answer_length(const struct lane *l)
{
	const char *end = strstr(l->answer, "\r\n\r\n"), *length;

	if (!end)
		return 0;
	if (strncmp(l->answer, "HTTP/1.1 202", 12) != 0)
		die("%s: answered \"%.*s\"", l->path, (int)strcspn(l->answer, "\r"), l->answer);
	length = strcasestr(l->answer, "\r\nContent-Length:");
	if (!length || length > end)
		die("%s: an answer without its length", l->path);
	return (size_t)(end + 4 - l->answer) + strtoul(length + 17, NULL, 10);
}

static void answered(struct lane *l)
{
	uint64_t now = clock_mono_ns();

	if (n_answered++ == n_warm) {
		cpu_begin_ns = server_cpu_ns();
		wall_begin_ns = now;
	}
	if (n_answered > n_warm)
		latency_us[n_answered - n_warm - 1] = (uint32_t)((now - l->sent_ns) / 1000);
	l->sent_ns = 0;
	l->answer_bytes = 0;
	if (n_sent < n_all)
		lane_send(l);
}

static void lane_read(struct lane *l)
{
	int n;

	while ((n = SSL_read(l->ssl, l->answer + l->answer_bytes,
			(int)(ANSWER_MAX - 1 - l->answer_bytes))) > 0) {
		size_t whole;

		l->answer_bytes += (size_t)n;
		l->answer[l->answer_bytes] = '\0';
		whole = answer_length(l);
		if (whole > ANSWER_MAX - 1 || (whole && l->answer_bytes > whole))
			die("%s: an answer that is too long", l->path);
		if (whole && l->answer_bytes == whole)
			answered(l);
	}
	if (SSL_get_error(l->ssl, n) != SSL_ERROR_WANT_READ)
		die("%s: the server closed, after %zu answers", l->path, n_answered);
}

static void run(void)
{
	uint64_t until = clock_mono_ms() + SECONDS_MAX * 1000;
	int e = epoll_create1(EPOLL_CLOEXEC);

	for (size_t i = 0; i < n_lanes; i++) {
		struct epoll_event ev = { .events = EPOLLIN, .data.ptr = &lane[i] };

		if (epoll_ctl(e, EPOLL_CTL_ADD, lane[i].fd, &ev))
			die("epoll: %s", strerror(errno));
		lane_send(&lane[i]);
	}
	while (n_answered < n_all) {
		struct epoll_event ready[LANES_MAX];
		uint64_t now = clock_mono_ms();
		int n = now < until ? epoll_wait(e, ready, LANES_MAX, (int)(until - now)) : 0;

		if (n == 0)
			die("%zu of %zu answered in %d s", n_answered, n_all, SECONDS_MAX);
		for (int i = 0; i < n; i++)
			lane_read(ready[i].data.ptr);
	}
	close(e);
}

static int by_value(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

static void report(size_t count)
{
	uint64_t cpu = server_cpu_ns() - cpu_begin_ns, wall = clock_mono_ns() - wall_begin_ns;

	qsort(latency_us, count, sizeof(latency_us[0]), by_value);
	printf("{\"answered\":%zu,\"cpu_us\":%.3f,\"per_s\":%.0f,\"p50_us\":%" PRIu32
	       ",\"p99_us\":%" PRIu32 "}\n",
		count, (double)cpu / 1e3 / (double)count, (double)count * 1e9 / (double)wall,
		latency_us[count / 2], latency_us[count * 99 / 100]);
}

int main(int argc, char **argv)
{
	SSL_CTX *tls = SSL_CTX_new(TLS_client_method());
	uint32_t count;

	if (argc != 8)
		die("usage: load_door PORT CA PID COUNT FIRST LANES TOKENS");
	signal(SIGPIPE, SIG_IGN);
	if (!tls || SSL_CTX_load_verify_locations(tls, argv[2], NULL) != 1)
		die("%s: no authority's certificate", argv[2]);
	SSL_CTX_set_verify(tls, SSL_VERIFY_PEER, NULL);
	if (clock_getcpuclockid((pid_t)number_of("PID", argv[3], INT32_MAX), &server_clock))
		die("no process %s", argv[3]);
	count = number_of("COUNT", argv[4], COUNT_MAX);
	lanes_read(argv[6], number_of("FIRST", argv[5], 100000000));
	n_tokens = lines_read(argv[7], token, TOKENS_MAX);
	n_warm = WARM * n_lanes;
	n_all = n_warm + count;
	latency_us = calloc(count + 1, sizeof(latency_us[0]));
	if (!count || !latency_us)
		die("COUNT \"%s\": some would be right", argv[4]);
	for (size_t i = 0; i < n_lanes; i++)
		lane_connect(&lane[i], tls, (uint16_t)number_of("PORT", argv[1], 65535));
	run();
	report(count);
	return EXIT_SUCCESS;
}
