/* Answers without an end: they begin, wait, go on, end, and are cut off where nobody reads. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

#define GET_NEWS "GET /news HTTP/1.1\r\nHost: x\r\n\r\n"

/* What a listener is told: text, and then the end if it has one. */
static struct news {
	uint64_t id;
	char text[64];
	bool endless; /* the text again and again */
	bool ends;
	unsigned gone, reads;
} news;

static ssize_t read_news(void *arg, char *buf, size_t max)
{
	struct news *n = arg;
	size_t bytes = strlen(n->text);

	assert_int_equal(n->gone, 0);
	n->reads++;
	if (!bytes)
		return n->ends ? STREAM_END : 0;
	assert_true(bytes <= max);
	memcpy(buf, n->text, bytes);
	if (n->endless) {
		memset(buf, 'x', max);
		return (ssize_t)max;
	}
	n->text[0] = '\0';
	return (ssize_t)bytes;
}

static void gone(void *arg)
{
	((struct news *)arg)->gone++;
}

static void listen_to(void *arg, struct visit *v)
{
	(void)arg;
	news.id = visit_id(v);
	visit_answer_stream(v, &(struct stream){ .content_type = "text/event-stream",
				       .read = read_news,
				       .gone = gone,
				       .arg = &news });
}

static const struct route news_routes[] = {
	{ "GET", "/news", NULL, listen_to, NULL },
	{ "GET", "/hello", NULL, hello, NULL },
};

static struct door *open_news(const struct door_conf *conf, const char *first)
{
	struct why why = { 0 };
	struct door *d = door_new(conf, news_routes, ARRAY_LEN(news_routes), &why);

	if (!d)
		fail_msg("door_new: %s", why.text);
	news = (struct news){ .id = 0 };
	snprintf(news.text, sizeof(news.text), "%s", first);
	return d;
}

static void tell(struct door *d, const char *text)
{
	snprintf(news.text, sizeof(news.text), "%s", text);
	door_stream_ready(d, news.id);
}

/* Until what has come ends so. */
static void hear_until(struct door *d, int fd, char *got, size_t size, const char *end)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;
	size_t n = strlen(got);

	while (n < strlen(end) || strcmp(got + n - strlen(end), end) != 0) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t more = recv(fd, got + n, 1, 0);

		if (more > 0) {
			got[++n] = '\0';
			assert_true(n < size - 1);
			continue;
		}
		if (more == 0 || errno != EAGAIN)
			fail_msg("closed after \"%s\"", got);
		if (clock_mono_ms() >= until)
			fail_msg("no \"%s\" in \"%s\"", end, got);
		turn(d, &p, 1);
	}
}

static void turn_until_gone(struct door *d)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;

	while (!news.gone) {
		assert_true(clock_mono_ms() < until);
		turn(d, NULL, 0);
	}
}

static void a_stream_begins_waits_and_goes_on(void **state)
{
	struct door *d = open_news(&conf_plain, "one");
	struct door_stats stats;
	char got[1024] = "";
	unsigned reads;
	int fd = dial(d);

	(void)state;
	say(d, fd, GET_NEWS);
	hear_until(d, fd, got, sizeof(got), "3\r\none\r\n");
	assert_non_null(strstr(got, "HTTP/1.1 200"));
	assert_non_null(strcasestr(got, "\r\ncontent-type: text/event-stream\r\n"));
	assert_non_null(strcasestr(got, "\r\ncache-control: no-store\r\n"));
	door_stats(d, &stats);
	assert_int_equal(stats.streams, 1);
	/* With nothing to say, nobody asks. */
	turn(d, NULL, 0);
	reads = news.reads;
	for (int i = 0; i < 5; i++)
		door_run(d);
	assert_int_equal(news.reads, reads);
	tell(d, "two");
	assert_int_equal(door_timeout_ms(d), 0);
	hear_until(d, fd, got, sizeof(got), "3\r\ntwo\r\n");
	tell(d, "three");
	hear_until(d, fd, got, sizeof(got), "5\r\nthree\r\n");
	assert_int_equal(news.gone, 0);
	close(fd);
	door_free(d);
	assert_int_equal(news.gone, 1);
}

static void its_end_leaves_the_connection(void **state)
{
	struct door *d = open_news(&conf_plain, "last");
	struct door_stats stats;
	char got[1024] = "";
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	say(d, fd, GET_NEWS);
	hear_until(d, fd, got, sizeof(got), "last\r\n");
	news.ends = true;
	door_stream_ready(d, news.id);
	hear_until(d, fd, got, sizeof(got), "\r\n0\r\n\r\n");
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r), 200);
	assert_int_equal(news.gone, 1);
	door_stats(d, &stats);
	assert_int_equal(stats.streams, 0);
	/* Nobody is woken by a visit that is over. */
	door_stream_ready(d, news.id);
	assert_int_equal(news.gone, 1);
	close(fd);
	door_free(d);
}

static void who_asks_for_the_head_alone_gets_it(void **state)
{
	struct door *d = open_news(&conf_plain, "never");
	struct http_reply r;
	int fd = dial(d);

	(void)state;
	say(d, fd, "HEAD /news HTTP/1.1\r\nHost: x\r\n\r\n");
	hear_one(d, fd, &r, true);
	assert_int_equal(r.status, 200);
	assert_int_equal(status_of(d, fd, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r), 200);
	assert_int_equal(news.gone, 1);
	assert_int_equal(news.reads, 0);
	close(fd);
	door_free(d);
}

static void a_listener_who_goes_is_noticed(void **state)
{
	struct door *d = open_news(&conf_plain, "one");
	char got[1024] = "";
	int fd = dial(d);

	(void)state;
	say(d, fd, GET_NEWS);
	hear_until(d, fd, got, sizeof(got), "one\r\n");
	close(fd);
	turn_until_gone(d);
	assert_int_equal(news.gone, 1);
	door_free(d);
	assert_int_equal(news.gone, 1);
}

static void who_does_not_read_is_cut_off_and_nobody_else(void **state)
{
	struct door_conf conf = conf_plain;
	struct door_stats stats;
	struct door *d;
	struct http_reply r;
	int fd, other;

	(void)state;
	conf.body_ms_max = 300;
	d = open_news(&conf, "and so on and so on and so on");
	news.endless = true;
	fd = dial(d);
	say(d, fd, GET_NEWS);
	other = dial(d);
	for (unsigned n = 0; !news.gone; n++)
		assert_int_equal(
			status_of(d, other, "GET /hello HTTP/1.1\r\nHost: x\r\n\r\n", &r), 200);
	door_stats(d, &stats);
	assert_int_equal(stats.cut, 1);
	assert_int_equal(stats.streams, 0);
	close(fd);
	close(other);
	door_free(d);
}

static void one_that_waits_is_not(void **state)
{
	struct door_conf conf = conf_plain;
	struct door *d;
	char got[1024] = "";
	uint64_t until;
	int fd;

	(void)state;
	conf.body_ms_max = 40;
	d = open_news(&conf, "one");
	fd = dial(d);
	say(d, fd, GET_NEWS);
	hear_until(d, fd, got, sizeof(got), "one\r\n");
	for (until = clock_mono_ms() + 200; clock_mono_ms() < until;)
		turn(d, NULL, 0);
	tell(d, "two");
	hear_until(d, fd, got, sizeof(got), "two\r\n");
	close(fd);
	door_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_stream_begins_waits_and_goes_on),
		cmocka_unit_test(its_end_leaves_the_connection),
		cmocka_unit_test(who_asks_for_the_head_alone_gets_it),
		cmocka_unit_test(a_listener_who_goes_is_noticed),
		cmocka_unit_test(who_does_not_read_is_cut_off_and_nobody_else),
		cmocka_unit_test(one_that_waits_is_not),
	};

	return cmocka_run_group_tests_name("http streams", tests, NULL, NULL);
}
