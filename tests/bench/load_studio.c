/* bench: media/engine */
/*
 * The media engine as a process of its own, for bench_media.mjs: its CPU time is the engine's.
 *
 *   load_studio room SIZE CODEC     rooms of SIZE legs in which everybody hears everybody
 *   load_studio hold MS             hold music for all, SRTP, packets of MS
 *   load_studio bare MS             no engine: the same packets sent and received, and nothing else
 *
 * A line "n PORT..." is read: so many legs, and where each one's telephone is; "PORTS n..." is
 * printed. It ends with its input, and then says what the engine counted.
 */
#include "bot/base/clock.h"
#include "media/engine/engine.h"
#include "media/leg/rtp.h"
#include "tests/bench/speech.h"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { LEGS_MAX = 4000, OPUS_BYTES = 120, SRTP_TAG = 10, TICK_MS = 20, PRESS_MS = 3000 };

static unsigned n_legs, sink[LEGS_MAX];
static uint32_t leg[LEGS_MAX];
static struct engine *engine;

static int fail(const char *what, const struct why *why)
{
	fprintf(stderr, "load_studio: %s: %s\n", what, why ? why->text : "");
	return 1;
}

static bool read_ports(void)
{
	bool good = scanf("%u", &n_legs) == 1 && n_legs && n_legs <= LEGS_MAX;

	for (unsigned i = 0; good && i < n_legs; i++)
		good = scanf("%u", &sink[i]) == 1;
	return good;
}

static long rss_kib(void)
{
	long pages = 0;
	FILE *f = fopen("/proc/self/statm", "r");

	if (f && fscanf(f, "%*d %ld", &pages) != 1)
		pages = 0;
	if (f)
		fclose(f);
	return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static bool is_over(int wait_ms)
{
	struct pollfd f = { .fd = STDIN_FILENO, .events = POLLIN };
	char rest[64];

	return poll(&f, 1, wait_ms) == 1 && read(STDIN_FILENO, rest, sizeof(rest)) <= 0;
}

static enum err open_all(const struct leg_conf *conf, unsigned size, struct why *why)
{
	enum err err;

	printf("PORTS");
	for (unsigned i = 0; i < n_legs; i++) {
		uint16_t port;

		err = engine_leg_open(engine, i / size, conf, &leg[i], &port, why);
		if (err == OK)
			err = engine_leg_remote(
				engine, leg[i], "127.0.0.1", (uint16_t)sink[i], why);
		if (err != OK)
			return err;
		printf(" %u", (unsigned)port);
	}
	puts("");
	fflush(stdout);
	return OK;
}

/* As many at once as the ring of commands takes: then the clock must have run. */
static bool hear_all(unsigned size)
{
	for (unsigned l = 0; l < n_legs; l++)
		for (unsigned t = l / size * size; t < (l / size + 1) * size && t < n_legs; t++) {
			enum err err = OK;

			if (l != t)
				err = engine_hear(engine, leg[l], leg[t], 0, 20);
			for (int i = 0; err == E_LIMIT && i < 500; i++) {
				poll(NULL, 0, TICK_MS);
				err = engine_hear(engine, leg[l], leg[t], 0, 20);
			}
			if (err != OK)
				return false;
		}
	return true;
}

/* It is there once, whoever hears it, and pressed for each codec before anybody does. */
static bool load_music(uint32_t *sound)
{
	struct pcm music = { 0 };

	if (speech_make(&music) != OK)
		return false;
	music.n_samples -= music.n_samples % PCM_FRAME;
	if (engine_sound_add(engine, &music, sound, NULL) != OK)
		return false;
	poll(NULL, 0, PRESS_MS);
	return true;
}

static bool hold_all(uint32_t sound)
{
	for (unsigned i = 0; i < n_legs; i++) {
		if (engine_hold(engine, leg[i], 1, sound, NULL, 0, 3600000) != OK)
			return false;
		if (i % 10 == 9)
			poll(NULL, 0, TICK_MS); /* so that not all are in the same place */
	}
	return true;
}

static int run_engine(const char *what, unsigned value, const struct codec *codec)
{
	struct rtp_key key = { .suite = RTP_AES_CM_128_HMAC_SHA1_80, .master = { 1, 2, 3 } };
	bool holds = strcmp(what, "hold") == 0;
	struct leg_conf conf = { .codec = codec };
	struct engine_conf e;
	struct engine_stats s;
	uint32_t music = 0;
	long before_kib;
	struct why why = { 0 };

	engine_conf_default(&e);
	e.legs_max = n_legs;
	e.hears_max = value < e.hears_max || strcmp(what, "room") != 0 ? e.hears_max : value;
	e.priority = 10;
	engine = engine_new(&e, &why);
	if (holds) {
		conf.key_out = conf.key_in = &key;
		conf.hold_ms = (uint8_t)value;
	}
	if (!engine || (holds && !load_music(&music)))
		return fail("no engine, or no music", &why);
	before_kib = rss_kib();
	if (open_all(&conf, holds ? 1 : value, &why) != OK)
		return fail("cannot open its legs", &why);
	if (!(holds ? hold_all(music) : hear_all(value)))
		return fail("cannot say who hears whom", NULL);
	while (!is_over(1000))
		;
	engine_stats(engine, &s);
	printf("{\"ticks\":%llu,\"ticks_lost\":%llu,\"late_us_max\":%llu,\"decoded\":%llu,"
	       "\"encoded\":%llu,\"stored\":%llu,\"passed\":%llu,\"encoders\":%u,\"decoders\":%u,"
	       "\"before_kib\":%ld,\"rss_kib\":%ld}\n",
		(unsigned long long)s.ticks, (unsigned long long)s.ticks_lost,
		(unsigned long long)s.late_us_max, (unsigned long long)s.frames_decoded,
		(unsigned long long)s.frames_encoded, (unsigned long long)s.frames_stored,
		(unsigned long long)s.packets_passed, s.encoders, s.decoders, before_kib,
		rss_kib() - before_kib);
	engine_free(engine);
	return 0;
}

/* What the kernel takes for a packet out and one in. */
static int run_bare(unsigned ms)
{
	size_t bytes = RTP_HEADER_BYTES + OPUS_BYTES * (size_t)(ms / TICK_MS) + SRTP_TAG;
	static struct sockaddr_in to[LEGS_MAX];
	static uint8_t packet[2048];
	static int fd[LEGS_MAX];
	uint64_t deadline_ns;

	printf("PORTS");
	for (unsigned i = 0; i < n_legs; i++) {
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_addr = { htonl(INADDR_LOOPBACK) } };
		socklen_t size = sizeof(at);

		fd[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (fd[i] < 0 || bind(fd[i], (struct sockaddr *)&at, size) < 0 ||
			getsockname(fd[i], (struct sockaddr *)&at, &size) < 0)
			return fail("no socket", NULL);
		to[i] = at;
		to[i].sin_port = htons((uint16_t)sink[i]);
		printf(" %u", (unsigned)ntohs(at.sin_port));
	}
	puts("");
	fflush(stdout);
	deadline_ns = clock_mono_ns();
	for (unsigned tick = 0; tick % 50 || !is_over(0); tick++, deadline_ns += 20000000) {
		struct timespec at = { (time_t)(deadline_ns / 1000000000),
			(long)(deadline_ns % 1000000000) };
		uint8_t in[2048];

		clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
		for (unsigned i = 0; i < n_legs; i++)
			while (recv(fd[i], in, sizeof(in), 0) > 0)
				;
		for (unsigned i = tick % (ms / TICK_MS); i < n_legs; i += ms / TICK_MS) {
			struct rtp head = { .seq = (uint16_t)tick, .ts = tick * 960 };

			rtp_write(&head, packet);
			if (sendto(fd[i], packet, bytes, MSG_NOSIGNAL, (struct sockaddr *)&to[i],
				    sizeof(to[i])) < 0)
				return fail("cannot send", NULL);
		}
	}
	puts("{}");
	return 0;
}

int main(int argc, char **argv)
{
	unsigned value = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 0;
	const struct codec *codec = argc > 3 ? codec_find(argv[3]) : &codec_opus;

	if (!value || !codec || !read_ports())
		return fail(
			"usage: load_studio room SIZE CODEC | hold MS | bare MS; then ports", NULL);
	return strcmp(argv[1], "bare") == 0 ? run_bare(value) : run_engine(argv[1], value, codec);
}
