/* Fetching recordings from a real HTTPS server that gives them to their own token alone. */

#include "graph/client/recording.h"

#include <fcntl.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#include "tests/graph/client/peer.h"

/* Two minutes of 16 kHz, 16 bit, mono, and a WAV's head. */
enum { LONGEST = 120 * 32000 + 44, ANSWER_MS_MAX = 20000, CAP = 64 * 1024 };

static struct peer peer;
static struct client *c;

static int start(void **state)
{
	struct why why;

	(void)state;
	peer_certificate_make();
	peer = peer_start("h2");
	c = client_new(&(struct client_conf){ .extra_ca = peer_ca,
			       .user_agent = "foyer-test/1",
			       .requests_max = 8,
			       .connections_max = 2,
			       .connect_ms = 5000,
			       .answer_bytes_max = CAP },
		&why);
	return c ? 0 : -1;
}

static int stop(void **state)
{
	(void)state;
	client_free(c);
	peer_stop(&peer);
	peer_certificate_remove();
	return 0;
}

static struct recording at(const char *path, const char *token)
{
	struct recording r;

	snprintf(r.location, sizeof(r.location), "https://localhost:%d%s", peer.port, path);
	snprintf(r.token, sizeof(r.token), "%s", token);
	return r;
}

static struct client_answer ask(const struct client_request *r)
{
	struct pollfd fd = { .fd = client_fd(c), .events = POLLIN };
	struct client_answer a;
	struct why why;

	if (client_send(c, r, &why) != OK)
		fail_msg("%s", why.text);
	if (poll(&fd, 1, ANSWER_MS_MAX) != 1 || !client_take(c, &a))
		fail_msg("no answer came");
	return a;
}

static struct client_answer fetch(const char *path, const char *token)
{
	struct recording rec = at(path, token);
	struct client_request r = recording_get(&rec);

	return ask(&r);
}

static void two_minutes_arrive_whole(void **state)
{
	char path[64];
	struct client_answer a;

	(void)state;
	snprintf(path, sizeof(path), "/recording/%d", LONGEST);
	a = fetch(path, "the-recording-s-own");
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 200);
	assert_int_equal(a.attempts, 1);
	assert_int_equal(a.body_bytes, LONGEST);
	assert_memory_equal(a.body, "RIFF", 4);
	client_answer_fini(&a);
	assert_null(a.body);
}

static void no_other_token_is_tried(void **state)
{
	struct client_answer a = fetch("/recording/44", "Graph-s");

	(void)state;
	assert_int_equal(a.end, CLIENT_ANSWERED);
	assert_int_equal(a.status, 401);
	assert_int_equal(a.attempts, 1);
	client_answer_fini(&a);
}

static void a_redirect_gets_no_token(void **state)
{
	struct client_answer a = fetch("/redirect", "the-recording-s-own");

	(void)state;
	assert_int_equal(a.status, 302);
	assert_int_equal(a.attempts, 1);
	client_answer_fini(&a);
}

static void an_endless_one_is_broken_off(void **state)
{
	char path[64];
	struct client_answer a;

	(void)state;
	snprintf(path, sizeof(path), "/recording/%d", RECORDING_BYTES_MAX + 1);
	a = fetch(path, "the-recording-s-own");
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	assert_non_null(strstr(a.story, "larger than the limit"));
	client_answer_fini(&a);
}

static void all_other_answers_keep_the_client_s_limit(void **state)
{
	char path[64];
	struct recording rec;
	struct client_request r;
	struct client_answer a;

	(void)state;
	snprintf(path, sizeof(path), "/recording/%d", CAP + 1);
	rec = at(path, "the-recording-s-own");
	r = recording_get(&rec);
	r.answer_bytes_max = 0;
	a = ask(&r);
	assert_int_equal(a.end, CLIENT_UNKNOWN);
	client_answer_fini(&a);
}

static void an_address_that_is_not_https_is_refused(void **state)
{
	struct recording rec = { "http://graph.microsoft.com/recordings/1", "t" };
	struct client_request r = recording_get(&rec);
	struct why why;

	(void)state;
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	snprintf(rec.location, sizeof(rec.location), "file:///etc/passwd");
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
	rec = at("/recording/44", "t\r\nEvil: 1");
	assert_int_equal(client_send(c, &r, &why), E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_minutes_arrive_whole),
		cmocka_unit_test(no_other_token_is_tried),
		cmocka_unit_test(a_redirect_gets_no_token),
		cmocka_unit_test(an_endless_one_is_broken_off),
		cmocka_unit_test(all_other_answers_keep_the_client_s_limit),
		cmocka_unit_test(an_address_that_is_not_https_is_refused),
	};

	return cmocka_run_group_tests(tests, start, stop);
}
