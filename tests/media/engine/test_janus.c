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

#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

enum {
	FRAME = PHONE_FRAME,
	ROOM = 4711,
	REPLY_MAX = 4096,
	LOG_MAX = 65536,
	LOG_TAIL = 600,     /* of what is told: cmocka prints a line of 1,024 */
	PORT_FIRST = 10000, /* below those the kernel gives to whoever asks for any */
	PORTS = 10000,
	LOOK = 10 * FRAME
};
#define LIBRARIES "/usr/lib/x86_64-linux-gnu/janus"

static const double hz[2] = { 440, 700 }; /* what each of us plays */

struct janus {
	char dir[32];
	uint16_t port;
	pid_t pid;
	int log;
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
	snprintf(text, sizeof(text), "general: { http = true ip = \"127.0.0.1\" port = %u }\n",
		j->port);
	put_file(j, "janus.transport.http.jcfg", text);
	put_file(j, "janus.plugin.audiobridge.jcfg",
		"general: { local_ip = \"127.0.0.1\" rtp_port_range = \"20000-30000\" }\n");
	put_library(j, "plugins", "libjanus_audiobridge.so");
	put_library(j, "transports", "libjanus_http.so");
}

/*
 * Its log says when everything is loaded; spoken to before, it hangs up, forgets, or dies. It is
 * spoken to by HTTP: of its Unix sockets the thread looks whether the transport has begun, which
 * says so only once that thread runs, and where the thread is quicker Janus ends for want of a way
 * to be spoken to (1.1.2, one start in twenty here).
 */
static void await_ready(int log)
{
	struct pollfd p = { .fd = log, .events = POLLIN };
	char text[LOG_MAX + 1] = "";
	size_t n = 0;

	while (!strstr(text, "transport plugin initialized")) {
		ssize_t got = poll(&p, 1, PHONE_WAIT_MS) == 1 ? read(log, text + n, LOG_MAX - n)
							      : 0;

		if (got <= 0)
			fail_msg("Janus does not start (is Debian's package \"janus\" here?): %s",
				n > LOG_TAIL ? text + n - LOG_TAIL : text);
		n += (size_t)got;
		text[n] = 0;
	}
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
		setrlimit(
			RLIMIT_CORE, &(struct rlimit){ 0 }); /* it may die; not into this folder */
		dup2(log[1], 1);
		dup2(log[1], 2);
		execlp("janus", "janus", "-C", config, "-F", j->dir, (char *)NULL);
		_exit(127);
	}
	close(log[1]);
	j->log = log[0];
}

/* Free, and not one that another process is given by chance before Janus takes it. */
static uint16_t port_for_it(void)
{
	for (int i = 0; i < PORTS; i++) {
		uint16_t port = (uint16_t)(PORT_FIRST + (getpid() + i) % PORTS);
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_port = htons(port),
			.sin_addr = { htonl(INADDR_LOOPBACK) } };
		int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
		bool is_free = bind(fd, (struct sockaddr *)&at, sizeof(at)) == 0;

		close(fd);
		if (is_free)
			return port;
	}
	fail_msg("no port is free");
	return 0;
}

static void start(struct janus *j)
{
	j->port = port_for_it();
	snprintf(j->dir, sizeof(j->dir), "/tmp/foyer-janus-XXXXXX");
	assert_non_null(mkdtemp(j->dir));
	configure(j);
	launch(j);
	await_ready(j->log);
}

static void stop(struct janus *j)
{
	char command[64];

	close(j->log);
	kill(j->pid, SIGKILL);
	waitpid(j->pid, NULL, 0);
	snprintf(command, sizeof(command), "rm -rf %s", j->dir);
	assert_int_equal(system(command), 0);
}

/* One request; the reply's body. body NULL: GET, which waits for the next event of a session. */
static const char *http(struct janus *j, const char *path, const char *body)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_port = htons(j->port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	struct pollfd p = { .fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0),
		.events = POLLIN };
	char text[1024];
	size_t n = 0;
	ssize_t got;

	snprintf(text, sizeof(text),
		"%s /janus%s HTTP/1.1\r\nHost: far\r\nConnection: close\r\n"
		"Content-Length: %zu\r\n\r\n%s",
		body ? "POST" : "GET", path, body ? strlen(body) : 0, body ? body : "");
	assert_int_equal(connect(p.fd, (struct sockaddr *)&at, sizeof(at)), 0);
	assert_int_equal(send(p.fd, text, strlen(text), 0), strlen(text));
	do {
		if (poll(&p, 1, PHONE_WAIT_MS) != 1)
			fail_msg("no answer to %s", text);
		got = recv(p.fd, j->reply + n, REPLY_MAX - 1 - n, 0);
		assert_true(got >= 0);
		n += (size_t)got;
	} while (got > 0);
	close(p.fd);
	j->reply[n] = 0;
	assert_non_null(strstr(j->reply, "\r\n\r\n"));
	return strstr(j->reply, "\r\n\r\n") + 4;
}

/* The reply, or the event after it, that has this word in it. handle: one of ours, or -1. */
static const char *ask(struct janus *j, const char *wanted, int handle, const char *text)
{
	char path[96] = "", events[64];
	const char *reply;

	snprintf(events, sizeof(events), "/%llu", (unsigned long long)j->session);
	if (j->session)
		snprintf(path, sizeof(path), "%s", events);
	if (handle >= 0)
		snprintf(path, sizeof(path), "%s/%llu", events,
			(unsigned long long)j->handle[handle]);
	for (reply = http(j, path, text); !strstr(reply, wanted); reply = http(j, events, NULL))
		if (strstr(reply, "\"error\""))
			fail_msg("no \"%s\": %s", wanted, reply);
	return reply;
}

static uint64_t number_after(const char *text, const char *member)
{
	const char *at = strstr(text, member);

	assert_non_null(at);
	return strtoull(at + strlen(member) + strspn(at + strlen(member), "\": "), NULL, 10);
}

static void open_room(struct janus *j)
{
	j->session = number_after(
		ask(j, "\"success\"", -1, "{\"janus\":\"create\",\"transaction\":\"c\"}"),
		"\"id\"");
	for (int i = 0; i < 2; i++)
		j->handle[i] = number_after(ask(j, "\"success\"", -1,
						    "{\"janus\":\"attach\",\"transaction\":\"a\","
						    "\"plugin\":\"janus.plugin.audiobridge\"}"),
			"\"id\"");
	ask(j, "\"created\"", 0,
		"{\"janus\":\"message\",\"transaction\":\"m\",\"body\":{\"request\":\"create\","
		"\"room\":4711,\"sampling_rate\":16000,\"allow_rtp_participants\":true}}");
}

/* One of us comes in; the port where Janus listens for him. */
static uint16_t join(struct janus *j, int who, uint16_t port)
{
	char text[512];

	snprintf(text, sizeof(text),
		"{\"janus\":\"message\",\"transaction\":\"m\",\"body\":{\"request\":\"join\","
		"\"room\":%d,\"display\":\"%d\",\"rtp\":{\"ip\":\"127.0.0.1\",\"port\":%u,"
		"\"payload_type\":111}}}",
		ROOM, who, port);
	/* "joined" is told to him who is here already, too, but not where to send to. */
	return (uint16_t)number_after(strstr(ask(j, "\"rtp\"", who, text), "\"rtp\""), "\"port\"");
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
