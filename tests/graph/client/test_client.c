/* The client against a real server with faults. Nothing here sleeps: the peer holds back, and we
 * wait for answers. */

#include "graph/client/client.h"

#include "bot/base/clock.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/graph/client/peer.h"

enum { ANSWER_MS_MAX = 20000, CAP = 64 * 1024 };

static struct peer h2, h1, plain;
static struct client *c;
static uint64_t next_cookie;

static struct client *client_of(const char *ca, unsigned requests_max, bool plain_loopback)
{
	struct client_conf conf = {
		.extra_ca = ca,
		.user_agent = "foyer-test/1",
		.requests_max = requests_max,
		.connections_max = 4,
		.connect_ms = 5000,
		.answer_bytes_max = CAP,
		.plain_loopback = plain_loopback,
		.seed = 7,
	};
	struct why why;
	struct client *made = client_new(&conf, &why);

	if (!made)
		fail_msg("%s", why.text);
	return made;
}

static int fresh_client(void **state)
{
	(void)state;
	c = client_of(peer_ca, 256, true);
	return 0;
}

static int free_client(void **state)
{
	(void)state;
	client_free(c);
	c = NULL;
	return 0;
}

static const char *url_of(const struct peer *p, const char *path)
{
	static char url[4][256];
	static unsigned turn;
	char *out = url[turn++ % 4];

	snprintf(out, sizeof(url[0]), "%s://localhost:%d%s", p == &plain ? "http" : "https",
		p->port, path);
	return out;
}

static struct client_request get(const struct peer *p, const char *path)
{
	return (struct client_request){ .cookie = ++next_cookie,
		.method = "GET",
		.url = url_of(p, path),
		.deadline_ms = 15000,
		.attempt_ms = 10000,
		.attempts_max = 5,
		.harmless = true };
}

static struct client_request post(const struct peer *p, const char *path, const char *body)
{
	struct client_request r = get(p, path);

	r.method = "POST";
	r.content_type = "application/json";
	r.body = body;
	r.body_bytes = strlen(body);
	r.harmless = false;
	return r;
}

static void send_it(const struct client_request *r)
{
	struct why why;

	if (client_send(c, r, &why) != OK)
		fail_msg("%s", why.text);
}

static struct client_answer take(void)
{
	struct pollfd fd = { .fd = client_fd(c), .events = POLLIN };
	struct client_answer a;

	if (poll(&fd, 1, ANSWER_MS_MAX) != 1 || !client_take(c, &a))
		fail_msg("no answer came");
	return a;
}

static struct client_answer ask(const struct client_request *r)
{
	struct client_answer a;

	send_it(r);
	a = take();
	assert_int_equal(a.cookie, r->cookie);
	return a;
}

/* The peer's book, to be freed. */
static char *peer_log(const struct peer *p)
{
	struct client_request r = get(p, "/log");
	struct client_answer a = ask(&r);

	assert_int_equal(a.status, 200);
	return a.body;
}

/* How often, and when, a name arrived: the log's order is the order of arrival. */
static unsigned arrivals(
	const char *log, const char *name, double at_ms[], int connection[], unsigned most)
{
	char want[64];
	unsigned n = 0;

	snprintf(want, sizeof(want), "{\"name\":\"%s\",", name);
	for (const char *p = log; (p = strstr(p, want)) != NULL; p++, n++) {
		assert_true(n < most);
		assert_int_equal(sscanf(p + strlen(want), "\"at_ms\":%lf,\"connection\":%d",
					 &at_ms[n], &connection[n]),
			2);
	}
	return n;
}

static unsigned times_arrived(const struct peer *p, const char *name)
{
	double at_ms[64];
	int connection[64];
	char *log = peer_log(p);
	unsigned n = arrivals(log, name, at_ms, connection, 64);

	free(log);
	return n;
}

static void has(const struct client_answer *a, const char *part)
{
	if (!strstr(a->body, part))
		fail_msg("%s is not in %s", part, a->body);
}

static void has_not(const struct client_answer *a, const char *part)
{
	if (strstr(a->body, part))
		fail_msg("%s is in %s", part, a->body);
}

static void a_request_arrives_as_it_was_written(void **state)
{
	struct client_request r = post(&h2, "/echo", "{\"a\":1}");
	struct client_answer a;
	char line[512];
	struct text t = TEXT(line);

	(void)state;
	r.bearer = "tok.en";
	r.scenario_id = "0e0b2f6c-1111-4222-8333-444455556666";
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 200);
	assert_int_equal(a.attempts, 1);
	assert_int_equal(a.body_bytes, strlen(a.body));
	has(&a, "\"method\":\"POST\"");
	has(&a, "\"body\":\"{\\\"a\\\":1}\"");
	has(&a, "\"authorization\":\"Bearer tok.en\"");
	has(&a, "\"scenario-id\":\"0e0b2f6c-1111-4222-8333-444455556666\"");
	has(&a, "\"content-type\":\"application/json\"");
	has(&a, "\"user-agent\":\"foyer-test/1\"");
	has_not(&a, "\"expect\"");
	assert_string_equal(a.request_id, "7d1f0000-1111-4222-8333-444455556666");
	assert_string_equal(a.location, "/v1.0/here");
	assert_true(a.date_unix_ms > 1600000000000);
	assert_string_equal(
		a.diagnostic, "{\"ServerInfo\":{\"DataCenter\":\"West Europe\",\"Ring\":\"5\"}}");
	has(&a, a.client_request_id); /* the one that was sent */
	assert_int_equal(strlen(a.client_request_id), GUID_TEXT - 1);
	client_answer_print(&a, &t);
	assert_non_null(strstr(line,
		"status=200 request-id=7d1f0000-1111-4222-8333-444455556666 client-request-id="));
	assert_non_null(strstr(line, " ags={\"ServerInfo\""));
	assert_true(a.retry_after_ms == UINT64_MAX);
	client_answer_fini(&a);
}

static void a_post_without_a_body_says_so(void **state)
{
	struct client_request r = post(&h1, "/echo", "");
	struct client_answer a;

	(void)state;
	r.body = NULL;
	r.content_type = NULL;
	a = ask(&r);
	assert_int_equal(a.status, 200);
	has(&a, "\"method\":\"POST\"");
	has(&a, "\"content-length\":\"0\"");
	has_not(&a, "\"content-type\"");
	has_not(&a, "\"authorization\"");
	has_not(&a, "\"scenario-id\"");
	client_answer_fini(&a);
	r = get(&h1, "/echo");
	r.method = "DELETE";
	a = ask(&r);
	has(&a, "\"method\":\"DELETE\"");
	client_answer_fini(&a);
}

static void each_request_has_an_id_of_its_own(void **state)
{
	static const char name[] = "\"client-request-id\":\"";
	struct client_request r = get(&h2, "/echo");
	struct client_answer a = ask(&r), b = ask(&r);
	const char *first = strstr(a.body, name), *second = strstr(b.body, name);

	(void)state;
	assert_true(first && second);
	assert_int_equal(strcspn(first + sizeof(name) - 1, "\""), 36);
	assert_int_not_equal(strncmp(first, second, sizeof(name) - 1 + 36), 0);
	client_answer_fini(&a);
	client_answer_fini(&b);
}

static void http_2_is_spoken_over_one_connection(void **state)
{
	double at_ms[8];
	int connection[8];
	char *log;

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct client_request r = get(&h2, "/crowd/two?n=4");

		send_it(&r); /* no one is answered before all four are there */
	}
	for (int i = 0; i < 4; i++) {
		struct client_answer a = take();

		assert_int_equal(a.status, 200);
		client_answer_fini(&a);
	}
	log = peer_log(&h2);
	assert_int_equal(arrivals(log, "two", at_ms, connection, 8), 4);
	for (int i = 1; i < 4; i++)
		assert_int_equal(connection[i], connection[0]);
	free(log);
}

static void the_version_is_negotiated(void **state)
{
	struct client_request r = get(&h2, "/echo");
	struct client_answer a = ask(&r);

	(void)state;
	has(&a, "\"version\":\"2.0\"");
	client_answer_fini(&a);
	r = get(&h1, "/echo");
	a = ask(&r);
	has(&a, "\"version\":\"1.1\"");
	client_answer_fini(&a);
}

static void a_lane_keeps_its_order_and_never_overlaps(void **state)
{
	uint64_t first = next_cookie + 1;
	char *log;

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct client_request r = get(&h2, "/lane/order");

		r.lane = 42;
		send_it(&r);
	}
	for (uint64_t i = 0; i < 8; i++) {
		struct client_answer a = take();

		assert_int_equal(a.cookie, first + i);
		assert_int_equal(a.status, 200);
		client_answer_fini(&a);
	}
	log = peer_log(&h2);
	assert_non_null(strstr(log, "\"overlapped\":0"));
	free(log);
}

/* The peer answers none of a crowd before all of it has come. */
static void lanes_do_not_wait_for_each_other(void **state)
{
	const struct {
		const struct peer *peer;
		const char *path;
	} of[] = { { &h1, "/crowd/lanes?n=3" }, { &plain, "/crowd/plain?n=3" } };

	(void)state;
	for (size_t p = 0; p < ARRAY_LEN(of); p++) {
		for (uint64_t lane = 1; lane <= 3; lane++) {
			struct client_request r = get(of[p].peer, of[p].path);

			r.lane = lane;
			send_it(&r);
		}
		for (int i = 0; i < 3; i++) {
			struct client_answer a = take();

			assert_int_equal(a.status, 200);
			client_answer_fini(&a);
		}
	}
}

static void a_fractional_retry_after_is_honoured(void **state)
{
	struct client_request r = post(&h2, "/script/throttled?steps=429:0.25,429:0.1,200", "{}");
	struct client_answer a = ask(&r);
	double at_ms[8];
	int connection[8];
	char *log = peer_log(&h2);

	(void)state;
	assert_int_equal(a.status, 200);
	assert_int_equal(a.attempts, 3);
	assert_int_equal(arrivals(log, "throttled", at_ms, connection, 8), 3);
	assert_true(at_ms[1] - at_ms[0] >= 249); /* the peer's clock, ours rounds to milliseconds */
	assert_true(at_ms[2] - at_ms[1] >= 99);
	client_answer_fini(&a);
	free(log);
}

static void a_retry_after_beyond_the_deadline_ends_at_once(void **state)
{
	struct client_request r = get(&h2, "/script/patience?steps=429:60");
	uint64_t before_ms = clock_mono_ms();
	struct client_answer a = ask(&r);

	(void)state;
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 429);
	assert_int_equal(a.attempts, 1);
	assert_int_equal(a.retry_after_ms, 60000);
	assert_true(clock_mono_ms() - before_ms < r.deadline_ms);
	client_answer_fini(&a);
}

static void what_the_server_failed_at_is_repeated(void **state)
{
	struct client_request r = get(&h2, "/script/failing?steps=500,503,200");
	struct client_answer a = ask(&r);
	double at_ms[8];
	int connection[8];
	char *log = peer_log(&h2);

	(void)state;
	assert_int_equal(a.status, 200);
	assert_int_equal(a.attempts, 3);
	assert_int_equal(arrivals(log, "failing", at_ms, connection, 8), 3);
	assert_int_equal(connection[1], connection[0]);
	assert_int_not_equal(connection[2], connection[1]); /* after 503: a new one */
	client_answer_fini(&a);
	free(log);
}

static void attempts_are_counted_out(void **state)
{
	struct client_request r = get(&h2, "/script/never?steps=500");
	struct client_answer a;

	(void)state;
	r.attempts_max = 2;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 500);
	assert_int_equal(a.attempts, 2);
	has(&a, "500");
	client_answer_fini(&a);
}

/* createCall may ring an agent before it fails. */
static void a_500_to_what_is_not_harmless_is_an_unknown_outcome(void **state)
{
	struct client_request r = post(&h2, "/script/broken?steps=500,200", "{}");
	struct client_answer a = ask(&r);

	(void)state;
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_int_equal(a.status, 0);
	assert_int_equal(a.attempts, 1);
	assert_non_null(strstr(a.story, "HTTP 500"));
	client_answer_fini(&a);
}

static void a_gateway_s_loss_is_an_unknown_outcome(void **state)
{
	struct client_request r = post(&h2, "/script/gateway?steps=504,200", "{}");
	struct client_answer a = ask(&r);

	(void)state;
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_int_equal(a.status, 0);
	assert_int_equal(a.attempts, 1);
	assert_non_null(strstr(a.story, "504"));
	client_answer_fini(&a);
	r.harmless = true;
	a = ask(&r);
	assert_int_equal(a.status, 200);
	client_answer_fini(&a);
}

/* The connection is warm, so curl would repeat by itself what died on it. */
static void reset_after_effect(const struct peer *p, const char *path, const char *name)
{
	struct client_request r = get(p, "/echo");
	struct client_answer a = ask(&r);

	client_answer_fini(&a);
	r = post(p, path, "{\"effect\":1}");
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_int_equal(a.attempts, 1);
	assert_true(a.story[0]);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(p, name), 1);
}

static void a_reset_after_the_effect_is_not_repeated(void **state)
{
	(void)state;
	reset_after_effect(&h2, "/reset/once-h2", "once-h2");
	reset_after_effect(&h1, "/reset/once-h1", "once-h1");
}

static void a_reset_of_the_harmless_is_repeated(void **state)
{
	struct client_request r = post(&h1, "/script/healing?steps=reset,200", "{}");
	struct client_answer a;

	(void)state;
	r.harmless = true;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 200);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(&h1, "healing"), 2);
}

/* The probe's answer comes behind the early one's head, on the same connection. */
static void an_early_answer_with_a_broken_stream_is_unknown(void **state)
{
	struct client_request early = post(&h2, "/early/x", "{}"), probe = get(&h2, "/echo/x"),
			      off = get(&h2, "/break/x");
	struct client_answer a;

	(void)state;
	send_it(&early);
	a = ask(&probe);
	client_answer_fini(&a);
	send_it(&off);
	for (int i = 0; i < 2; i++) {
		a = take();
		if (a.cookie == early.cookie) {
			assert_int_equal(a.end, CLIENT_UNKNOWN);
			assert_int_equal(a.status, 0);
			assert_non_null(strstr(a.story, "curl 92"));
		}
		client_answer_fini(&a);
	}
}

static void a_deadline_ends_an_attempt(void **state)
{
	struct client_request r = post(&h2, "/hang/x", "{}");
	uint64_t before_ms = clock_mono_ms();
	struct client_answer a;

	(void)state;
	r.deadline_ms = 300;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_true(clock_mono_ms() - before_ms >= 299);
	assert_true(clock_mono_ms() - before_ms < 5000);
	client_answer_fini(&a);
}

static void an_attempt_s_time_is_its_own(void **state)
{
	struct client_request r = get(&h2, "/hang/twice");
	struct client_answer a;

	(void)state;
	r.attempt_ms = 100;
	r.attempts_max = 2;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_int_equal(a.attempts, 2);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(&h2, "twice"), 2);
}

static void waiting_in_a_lane_counts_against_the_deadline(void **state)
{
	struct client_request slow = get(&h2, "/hang/slow"),
			      behind = post(&h2, "/echo/behind", "{}");
	struct client_answer a;

	(void)state;
	slow.lane = behind.lane = 9;
	slow.attempt_ms = slow.deadline_ms = 3000;
	behind.deadline_ms = 50;
	send_it(&slow);
	send_it(&behind);
	a = take();
	assert_int_equal(a.cookie, behind.cookie);
	assert_int_equal(a.end, CLIENT_NOT_SENT);
	assert_int_equal(a.attempts, 0);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(&h2, "behind"), 0);
	a = take();
	assert_int_equal(a.cookie, slow.cookie);
	client_answer_fini(&a);
}

static void an_answer_has_a_largest_size(void **state)
{
	struct client_request r = get(&h2, "/big/65536");
	struct client_answer a = ask(&r);

	(void)state;
	assert_int_equal(a.status, 200);
	assert_int_equal(a.body_bytes, CAP);
	client_answer_fini(&a);
	r = get(&h2, "/big/65537");
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_int_equal(a.attempts, 1); /* it would be as large again */
	assert_non_null(strstr(a.story, "limit"));
	client_answer_fini(&a);
}

static void a_certificate_nobody_vouches_for_is_refused(void **state)
{
	struct client_request r = get(&h2, "/echo/untrusted");
	struct client_answer a;

	client_free(c);
	c = client_of(NULL, 8, false);
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_NOT_SENT);
	assert_int_equal(a.attempts, 1);
	assert_non_null(strstr(a.story, "certificate"));
	client_answer_fini(&a);
	free_client(state);
	fresh_client(state);
	assert_int_equal(times_arrived(&h2, "untrusted"), 0);
}

static void a_certificate_for_another_name_is_refused(void **state)
{
	char url[128];
	struct client_request r = get(&h2, "/echo/named");
	struct client_answer a;

	(void)state;
	snprintf(url, sizeof(url), "https://127.0.0.1:%d/echo/named", h2.port);
	r.url = url;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_NOT_SENT);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(&h2, "named"), 0);
}

static void a_redirect_is_an_answer_like_others(void **state)
{
	struct client_request r = get(&h2, "/redirect/x");
	struct client_answer a = ask(&r);

	(void)state;
	assert_int_equal(a.status, 302);
	assert_string_equal(a.location, "/echo");
	assert_int_equal(a.attempts, 1);
	client_answer_fini(&a);
}

static void the_one_too_many_is_refused(void **state)
{
	struct client_request r = get(&h2, "/hang/limit");
	struct client_answer a;
	struct why why;

	client_free(c);
	c = client_of(peer_ca, 2, false);
	r.deadline_ms = 100;
	r.attempts_max = 1;
	send_it(&r);
	send_it(&r);
	assert_int_equal(client_send(c, &r, &why), E_LIMIT);
	a = take(); /* only what is taken makes room */
	client_answer_fini(&a);
	send_it(&r);
	free_client(state); /* with answers and requests left inside */
	fresh_client(state);
}

static void a_dropped_lane_gives_back_what_was_not_sent(void **state)
{
	struct client_request first = get(&h2, "/hang/drop"),
			      second = post(&h2, "/echo/dropped", "{}"),
			      other = get(&h2, "/echo/other");
	struct client_answer a;

	(void)state;
	first.lane = second.lane = 77;
	first.deadline_ms = 1500;
	first.attempts_max = 1;
	send_it(&first);
	send_it(&second);
	client_lane_drop(c, 77);
	client_lane_drop(c, 78); /* nobody's */
	a = take();
	assert_int_equal(a.cookie, second.cookie);
	assert_int_equal(a.end, CLIENT_DROPPED);
	client_answer_fini(&a);
	a = ask(&other);
	client_answer_fini(&a);
	a = take();
	assert_int_equal(a.cookie, first.cookie);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	client_answer_fini(&a);
	assert_int_equal(times_arrived(&h2, "dropped"), 0);
}

static void a_drop_ends_a_rest_with_the_last_answer(void **state)
{
	struct client_request r = get(&h2, "/script/rest?steps=429:5"),
			      probe = get(&h2, "/echo/probe");
	struct client_answer a;

	(void)state;
	r.lane = 5;
	send_it(&r);
	while (times_arrived(&h2, "rest") == 0)
		; /* each turn is a round trip */
	a = ask(&probe);
	client_answer_fini(&a);
	client_lane_drop(c, 5);
	a = take();
	assert_int_equal(a.cookie, r.cookie);
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 429);
	client_answer_fini(&a);
}

static void addresses_that_are_not_allowed(void **state)
{
	static const struct {
		const char *name, *url;
	} rows[] = {
		{ "plain http elsewhere", "http://graph.example.com/v1.0" },
		{ "plain http to a name like ours", "http://localhost.example.com/" },
		{ "plain http to a number like ours", "http://127.example.com/" },
		{ "another scheme", "ftp://localhost/" },
		{ "a file", "file:///etc/passwd" },
		{ "a user's name", "https://user:word@localhost/" },
		{ "no scheme", "localhost/x" },
		{ "a line end", "https://localhost/\r\nX: y" },
		{ "nothing", "" },
	};
	struct why why;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct client_request r = get(&h2, "/echo");

		r.url = rows[i].url;
		if (client_send(c, &r, &why) != E_MALFORMED)
			fail_msg("%s", rows[i].name);
	}
}

static void headers_cannot_smuggle_lines(void **state)
{
	struct client_request r = get(&h2, "/echo");
	struct why why;

	(void)state;
	r.bearer = "x\r\nEvil: 1";
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	r.bearer = NULL;
	r.method = "GET / HTTP/1.1\r\nEvil: 1";
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
}

static void plain_http_to_this_machine_where_allowed(void **state)
{
	struct client_request r = get(&plain, "/echo");
	struct client_answer a = ask(&r);
	struct why why;

	assert_int_equal(a.status, 200);
	client_answer_fini(&a);
	client_free(c);
	c = client_of(peer_ca, 8, false);
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	free_client(state);
	fresh_client(state);
}

/* A managed identity's endpoint: this machine, or the address of its platform, and nobody else. */
static void a_platform_is_asked_by_plain_http(void **state)
{
	static const char *const beyond[] = { "http://169.254.example.com/", "http://192.168.0.1/",
		"http://169.255.1.1/", "http://graph.example.com/" };
	struct client_request r = get(&plain, "/echo");
	struct client_answer a;
	struct why why;

	(void)state;
	client_free(c);
	c = client_of(peer_ca, 8, false);
	r.platform = true;
	r.header[0][0] = "X-IDENTITY-HEADER";
	r.header[0][1] = "853b9a84";
	a = ask(&r);
	assert_int_equal(a.status, 200);
	assert_non_null(strstr(a.body, "853b9a84"));
	client_answer_fini(&a);
	r.header[0][1] = "a\r\nEvil: 1";
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	r.header[0][0] = NULL;
	for (size_t i = 0; i < ARRAY_LEN(beyond); i++) {
		r.url = beyond[i];
		assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	}
	r.url = "http://169.254.169.254:1/";
	r.attempts_max = 1;
	assert_int_equal(client_send(c, &r, &why), OK);
	a = take();
	client_answer_fini(&a);
	r.platform = false;
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	free_client(state);
	fresh_client(state);
}

static void nobody_listening_is_tried_again_and_told(void **state)
{
	struct client_request r = get(&h2, "/");
	struct client_answer a;

	(void)state;
	r.url = "https://127.0.0.1:1/";
	r.attempts_max = 2;
	r.harmless = false;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_NOT_SENT);
	assert_int_equal(a.attempts, 2);
	assert_true(a.story[0]);
	client_answer_fini(&a);
}

static void a_dead_host_is_told_of_once(void **state)
{
	struct client_notice n;
	unsigned refused = 0;

	(void)state;
	for (int i = 0; i < 20; i++) {
		struct client_request r = get(&h2, "/");
		struct client_answer a;

		r.url = "https://127.0.0.1:1/";
		r.attempts_max = 1;
		a = ask(&r);
		assert_int_equal(a.end, CLIENT_NOT_SENT);
		refused += strstr(a.story, "left alone") != NULL;
	}
	assert_in_range(refused, 1, 12);
	assert_true(client_notice(c, &n));
	assert_int_equal(n.kind, CLIENT_HOST_DOWN);
	assert_string_equal(n.host, "https://127.0.0.1:1");
	has(&(struct client_answer){ .body = n.story }, "curl 7");
}

static void a_ca_file_that_is_none(void **state)
{
	struct client_conf conf = { .extra_ca = "/nonexistent.pem",
		.user_agent = "x",
		.requests_max = 1,
		.connections_max = 1,
		.connect_ms = 1,
		.answer_bytes_max = 1 };
	struct why why;

	(void)state;
	assert_null(client_new(&conf, &why));
	assert_int_equal(why.code, E_ABSENT);
	assert_non_null(strstr(why.text, "/nonexistent.pem"));
	conf.extra_ca = peer_key;
	assert_null(client_new(&conf, &why));
	assert_int_equal(why.code, E_MALFORMED);
}

/* Many at once over few lanes: each gets one answer, and each lane its own order. */
static void a_crowd_is_served_to_the_last(void **state)
{
	enum { LANES = 20, A_LANE = 10 };
	uint64_t last[LANES + 1] = { 0 };

	(void)state;
	for (uint64_t i = 0; i < LANES * A_LANE; i++) {
		struct client_request r = post(i % 2 ? &h1 : &h2, "/echo/crowd", "{}");

		r.lane = 1 + i % LANES;
		r.cookie = r.lane << 32 | (i + 1);
		send_it(&r);
	}
	for (int i = 0; i < LANES * A_LANE; i++) {
		struct client_answer a = take();
		uint64_t lane = a.cookie >> 32, turn = a.cookie & 0xffffffff;

		assert_int_equal(a.status, 200);
		assert_in_range(lane, 1, LANES);
		assert_true(turn > last[lane]);
		last[lane] = turn;
		client_answer_fini(&a);
	}
	assert_int_equal(times_arrived(&plain, "crowd"), 0);
}

static void freeing_abandons_what_is_under_way(void **state)
{
	struct client_request hang = get(&h2, "/hang/free"), behind = get(&h2, "/echo"),
			      rest = get(&h2, "/script/free?steps=429:9");

	hang.lane = behind.lane = 3;
	send_it(&hang);
	send_it(&behind);
	send_it(&rest);
	while (times_arrived(&h2, "free") < 2)
		;
	free_client(state);
	fresh_client(state);
}

static int start_all(void **state)
{
	(void)state;
	peer_certificate_make();
	h2 = peer_start("h2");
	h1 = peer_start("h1");
	plain = peer_start("plain");
	return 0;
}

static int stop_all(void **state)
{
	(void)state;
	peer_stop(&h2);
	peer_stop(&h1);
	peer_stop(&plain);
	peer_certificate_remove();
	return 0;
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, fresh_client, free_client)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_arrives_as_it_was_written),
		TEST(a_post_without_a_body_says_so),
		TEST(each_request_has_an_id_of_its_own),
		TEST(the_version_is_negotiated),
		TEST(http_2_is_spoken_over_one_connection),
		TEST(a_lane_keeps_its_order_and_never_overlaps),
		TEST(lanes_do_not_wait_for_each_other),
		TEST(a_fractional_retry_after_is_honoured),
		TEST(a_retry_after_beyond_the_deadline_ends_at_once),
		TEST(what_the_server_failed_at_is_repeated),
		TEST(attempts_are_counted_out),
		TEST(a_500_to_what_is_not_harmless_is_an_unknown_outcome),
		TEST(a_gateway_s_loss_is_an_unknown_outcome),
		TEST(a_reset_after_the_effect_is_not_repeated),
		TEST(a_reset_of_the_harmless_is_repeated),
		TEST(an_early_answer_with_a_broken_stream_is_unknown),
		TEST(a_deadline_ends_an_attempt),
		TEST(an_attempt_s_time_is_its_own),
		TEST(waiting_in_a_lane_counts_against_the_deadline),
		TEST(an_answer_has_a_largest_size),
		TEST(a_certificate_nobody_vouches_for_is_refused),
		TEST(a_certificate_for_another_name_is_refused),
		TEST(a_redirect_is_an_answer_like_others),
		TEST(the_one_too_many_is_refused),
		TEST(a_dropped_lane_gives_back_what_was_not_sent),
		TEST(a_drop_ends_a_rest_with_the_last_answer),
		TEST(addresses_that_are_not_allowed),
		TEST(headers_cannot_smuggle_lines),
		TEST(plain_http_to_this_machine_where_allowed),
		TEST(a_platform_is_asked_by_plain_http),
		TEST(nobody_listening_is_tried_again_and_told),
		TEST(a_dead_host_is_told_of_once),
		TEST(a_ca_file_that_is_none),
		TEST(a_crowd_is_served_to_the_last),
		TEST(freeing_abandons_what_is_under_way),
	};

	return cmocka_run_group_tests(tests, start_all, stop_all);
}
