/*
 * Somebody else's conference at the other end: Janus's AudioBridge, which we join as two plain RTP
 * participants. What one of them plays the other one hears, both ways, mixed and coded by Janus.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clock.h"
#include "media/engine/engine.h"
#include "tests/media/engine/phone.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>

enum {
	FRAME = PHONE_FRAME,
	ROOM = 4711,
	REPLY_MAX = 4096,
	LOG_MAX = 65536,
	TRIES = 8,
	LOOK = 10 * FRAME
};
#define LIBRARIES "/usr/lib/x86_64-linux-gnu/janus"

static const double hz[2] = { 440, 700 }; /* what each of us plays */

struct janus {
	char dir[32];
	pid_t pid;
	int fd, log;
	uint64_t session, handle[2];
	char reply[REPLY_MAX];
};

static void put_file(const struct janus *j, const char *name, const char *text)
{
	char path[96];
	FILE *f;

	snprintf(path, sizeof(path), "%s/%s", j->dir, name);
	f = fopen(path, "w");
	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

/* A folder of one library, because Janus loads all it finds. */
static void put_library(const struct janus *j, const char *kind, const char *name)
{
	char folder[64], from[96], to[128];

	snprintf(folder, sizeof(folder), "%s/%s", j->dir, kind);
	snprintf(from, sizeof(from), LIBRARIES "/%s/%s", kind, name);
	snprintf(to, sizeof(to), "%s/%s", folder, name);
	assert_int_equal(mkdir(folder, 0700), 0);
	assert_int_equal(symlink(from, to), 0);
}

static void configure(const struct janus *j)
{
	char text[512];

	snprintf(text, sizeof(text),
		"general: { plugins_folder = \"%s/plugins\" transports_folder = \"%s/transports\" "
		"configs_folder = \"%s\" debug_level = 4 server_name = \"far\" }\n"
		"media: { rtp_port_range = \"20000-30000\" }\n",
		j->dir, j->dir, j->dir);
	put_file(j, "janus.jcfg", text);
	snprintf(text, sizeof(text), "general: { enabled = true path = \"%s/api\" }\n", j->dir);
	put_file(j, "janus.transport.pfunix.jcfg", text);
	put_file(j, "janus.plugin.audiobridge.jcfg",
		"general: { local_ip = \"127.0.0.1\" rtp_port_range = \"20000-30000\" }\n");
	put_library(j, "plugins", "libjanus_audiobridge.so");
	put_library(j, "transports", "libjanus_pfunix.so");
}

/* Its log says when everything is loaded; spoken to before, it hangs up, forgets, or dies. false:
 * it has ended. */
static bool await_ready(int log)
{
	struct pollfd p = { .fd = log, .events = POLLIN };
	char text[LOG_MAX + 1];
	size_t n = 0;
	ssize_t got;

	do {
		assert_int_equal(poll(&p, 1, PHONE_WAIT_MS), 1);
		got = read(log, text + n, LOG_MAX - n);
		if (got <= 0)
			return false;
		text[n += (size_t)got] = 0;
	} while (!strstr(text, "transport plugin initialized") ||
		 !strstr(text, "Sockets thread started"));
	return true;
}

static void launch(struct janus *j)
{
	char config[96];
	int log[2];

	snprintf(config, sizeof(config), "%s/janus.jcfg", j->dir);
	assert_int_equal(pipe(log), 0);
	j->pid = fork();
	if (j->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		dup2(log[1], 1);
		dup2(log[1], 2);
		execlp("janus", "janus", "-C", config, "-F", j->dir, (char *)NULL);
		_exit(127);
	}
	close(log[1]);
	j->log = log[0];
}

/* false: it has ended. */
static bool connect_to(struct janus *j)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	uint64_t deadline_ms = clock_mono_ms() + PHONE_WAIT_MS;

	snprintf(at.sun_path, sizeof(at.sun_path), "%s/api", j->dir);
	j->fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	while (connect(j->fd, (struct sockaddr *)&at, sizeof(at)) < 0) {
		struct pollfd none = { .fd = -1 };

		if (waitpid(j->pid, NULL, WNOHANG) == j->pid) {
			close(j->fd);
			return false;
		}
		assert_true(clock_mono_ms() < deadline_ms);
		poll(&none, 1, 20);
	}
	return true;
}

/* Now and then it ends while it begins ("No Janus API transport is available"): then again. */
static void start(struct janus *j)
{
	snprintf(j->dir, sizeof(j->dir), "/tmp/foyer-janus-XXXXXX");
	assert_non_null(mkdtemp(j->dir));
	configure(j);
	for (int i = 0; i < TRIES; i++) {
		launch(j);
		if (await_ready(j->log) && connect_to(j))
			return;
		close(j->log);
	}
	fail_msg("Janus does not start: is Debian's package \"janus\" here?");
}

static void stop(struct janus *j)
{
	char command[64];

	close(j->fd);
	close(j->log);
	kill(j->pid, SIGKILL);
	waitpid(j->pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", j->dir);
	assert_int_equal(system(command), 0);
}

/* The reply that has this word in it. */
static const char *ask(struct janus *j, const char *wanted, const char *text)
{
	assert_true(send(j->fd, text, strlen(text), 0) > 0);
	for (;;) {
		struct pollfd p = { .fd = j->fd, .events = POLLIN };
		ssize_t n;

		if (poll(&p, 1, PHONE_WAIT_MS) != 1)
			fail_msg("no \"%s\", only %s", wanted, j->reply);
		n = recv(j->fd, j->reply, sizeof(j->reply) - 1, 0);
		assert_true(n > 0);
		j->reply[n] = 0;
		if (strstr(j->reply, wanted))
			return j->reply;
		if (strstr(j->reply, "\"error\""))
			fail_msg("%s", j->reply);
	}
}

static uint64_t number_after(const char *text, const char *member)
{
	const char *at = strstr(text, member);

	assert_non_null(at);
	return strtoull(at + strlen(member) + strspn(at + strlen(member), "\": "), NULL, 10);
}

static void message(struct janus *j, int who, const char *body, char *out, size_t size)
{
	snprintf(out, size,
		"{\"janus\":\"message\",\"transaction\":\"m\",\"session_id\":%llu,"
		"\"handle_id\":%llu,\"body\":%s}",
		(unsigned long long)j->session, (unsigned long long)j->handle[who], body);
}

static void open_room(struct janus *j)
{
	char text[512];

	j->session = number_after(
		ask(j, "\"success\"", "{\"janus\":\"create\",\"transaction\":\"c\"}"), "\"id\"");
	for (int i = 0; i < 2; i++) {
		snprintf(text, sizeof(text),
			"{\"janus\":\"attach\",\"transaction\":\"a\",\"session_id\":%llu,"
			"\"plugin\":\"janus.plugin.audiobridge\"}",
			(unsigned long long)j->session);
		j->handle[i] = number_after(ask(j, "\"success\"", text), "\"id\"");
	}
	message(j, 0,
		"{\"request\":\"create\",\"room\":4711,\"sampling_rate\":16000,"
		"\"allow_rtp_participants\":true}",
		text, sizeof(text));
	ask(j, "\"created\"", text);
}

/* One of us comes in; the port where Janus listens for him. */
static uint16_t join(struct janus *j, int who, uint16_t port)
{
	char body[256], text[512];
	const char *rtp;

	snprintf(body, sizeof(body),
		"{\"request\":\"join\",\"room\":%d,\"display\":\"%d\",\"rtp\":{\"ip\":"
		"\"127.0.0.1\",\"port\":%u,\"payload_type\":111}}",
		ROOM, who, port);
	message(j, who, body, text, sizeof(text));
	/* "joined" is told to him who is here already, too, but not where to send to. */
	rtp = strstr(ask(j, "\"rtp\"", text), "\"rtp\"");
	return (uint16_t)number_after(rtp, "\"port\"");
}

static uint32_t tone_of(struct engine *e, double of_hz)
{
	struct pcm pcm = { malloc(PHONE_RATE * sizeof(int16_t)), PHONE_RATE };
	uint32_t sound;

	tone(of_hz, 6000, pcm.samples, PHONE_RATE);
	assert_int_equal(engine_sound_add(e, &pcm, &sound, NULL), OK);
	return sound;
}

/* A leg in a room with somebody who listens to what it says. */
static uint32_t leg_with_ear(struct engine *e, int who, struct phone *ear, uint16_t *port)
{
	struct leg_conf there = { 0 }, here = { .codec = &codec_l16 };
	struct why why = { 0 };
	uint32_t leg, listener;
	uint16_t ignored;

	phone_init(ear, true);
	if (engine_leg_open(e, (uint64_t)who, &there, &leg, port, &why) != OK ||
		engine_leg_open(e, (uint64_t)who, &here, &listener, &ignored, &why) != OK ||
		engine_leg_remote(e, listener, "127.0.0.1", ear->port, &why) != OK)
		fail_msg("%s", why.text);
	assert_int_equal(engine_hear(e, listener, leg, 0, 0), OK);
	return leg;
}

/* Of the last moments: much of the other's tone, none of one's own. */
static bool hears(const struct phone *ear, double other, double own)
{
	const int16_t *at = ear->heard + ear->n_heard - LOOK;

	return ear->n_heard > LOOK && amplitude_at(other, at, LOOK) > 4000 &&
	       amplitude_at(own, at, LOOK) < 200;
}

static void the_other_side_of_janus_is_heard_both_ways(void **state)
{
	uint64_t deadline_ms;
	struct janus j = { 0 };
	struct engine_conf conf;
	struct engine_quality q;
	struct phone ear[2];
	bool heard[2] = { false, false };
	uint32_t leg[2];
	uint16_t port[2];
	struct engine *e;

	(void)state;
	engine_conf_default(&conf);
	e = engine_new(&conf, NULL);
	assert_non_null(e);
	start(&j);
	open_room(&j);
	for (int i = 0; i < 2; i++) {
		uint32_t sound = tone_of(e, hz[i]);

		leg[i] = leg_with_ear(e, i, &ear[i], &port[i]);
		assert_int_equal(
			engine_leg_remote(e, leg[i], "127.0.0.1", join(&j, i, port[i]), NULL), OK);
		assert_int_equal(engine_hold(e, leg[i], 0, sound, NULL, 0, 1000000), OK);
	}
	deadline_ms = clock_mono_ms() + PHONE_WAIT_MS;
	while (!heard[0] || !heard[1]) {
		struct pollfd f[] = { { .fd = ear[0].fd, .events = POLLIN },
			{ .fd = ear[1].fd, .events = POLLIN } };

		assert_true(clock_mono_ms() < deadline_ms);
		assert_true(poll(f, 2, PHONE_WAIT_MS) > 0);
		for (int i = 0; i < 2; i++) {
			while (phone_hear(&ear[i]))
				heard[i] |= hears(&ear[i], hz[!i], hz[i]);
			if (ear[i].n_heard + 50 * FRAME > PHONE_HEARD_MAX)
				ear[i].n_heard = 0;
		}
	}
	assert_int_equal(engine_quality(e, leg[0], &q), OK);
	printf("# Janus: %u packets of %u Hz heard, delay %u ms\n", ear[0].packets, (unsigned)hz[1],
		q.delay_us / 1000);
	engine_free(e);
	phone_fini(&ear[0]);
	phone_fini(&ear[1]);
	stop(&j);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_other_side_of_janus_is_heard_both_ways),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
