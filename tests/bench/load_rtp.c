/* bench: media/leg media/codec media/dsp */
/*
 * Telephones for bench_media.mjs: they say speech or a room's hush at 50 packets a second each, and
 * listen to what comes back.
 *
 *   load_rtp CODEC LEGS WARM_UP_S WINDOW_S
 *
 * CODEC: opus (VOIP, 24 kb/s, complexity 5, as telephones do), pcmu. "PORTS n n ..." is printed, a
 * port a leg on 127.0.0.1; then a line a leg is read, "PORT ROLE": where it sends to, and what:
 *
 *   talk   speech        quiet  noise of -69 dBov        mute  nothing
 *   probe  a burst of 1 kHz each second, quiet between
 *   listen quiet, and waits for the bursts of the leg before it
 *
 * "START" and "END" are printed around the window, then a line of JSON about what came in it.
 */
#include "bot/base/clock.h"
#include "bot/base/rng.h"
#include "media/codec/codec.h"
#include "media/leg/rtp.h"
#include "tests/bench/speech.h"

#include <arpa/inet.h>
#include <math.h>
#include <opus/opus.h>
#include <sched.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum {
	LEGS_MAX = 4000,
	FRAMES = 500,
	VOICES = 8,
	SLOTS = 10, /* of a tick: legs do not all send at once */
	SLOT_NS = 20000000 / SLOTS,
	PACKET_MAX = 1500,
	SECOND_FRAMES = 50,
	BURST_FRAMES = 5,
	BURST_HZ = 1000,
	LOUD = 2000,
	GAP_NS = 100000000,
	STEP = PCM_RATE / 200, /* samples looked at for a burst */
};

enum role { TALK, QUIET, MUTE, PROBE, LISTEN };

struct frames {
	uint16_t bytes[FRAMES];
	uint8_t payload[FRAMES][CODEC_PAYLOAD_MAX];
};

struct leg {
	int fd;
	enum role role;
	struct rtp head;
	size_t at;
	bool is_heard;
	uint16_t seq;
	uint32_t ts;
	uint64_t came_ns;
	uint64_t packets, frames;
	uint64_t burst_ns; /* PROBE: when it said what nobody has heard yet; 0: all is heard */
	OpusDecoder *ear;  /* LISTEN */
};

static struct leg leg[LEGS_MAX];
static size_t n_legs;
static const struct codec *codec;
static struct frames voice[VOICES], hush, probe;
static double delay_ms[1000];
static size_t n_delays;
static bool is_measured;
static uint64_t sent, lost, gaps, late_slots;

static int fail(const char *what)
{
	fprintf(stderr, "load_rtp: %s\n", what);
	return 1;
}

static void fill(struct frames *out, const int16_t *pcm)
{
	int status;
	OpusEncoder *e = opus_encoder_create(PCM_RATE, 1, OPUS_APPLICATION_VOIP, &status);
	void *other = codec_encoder_new(codec);

	opus_encoder_ctl(e, OPUS_SET_BITRATE(24000));
	opus_encoder_ctl(e, OPUS_SET_COMPLEXITY(5));
	for (size_t f = 0; f < FRAMES; f++) {
		const int16_t *in = pcm + f * PCM_FRAME;

		if (codec == &codec_opus)
			out->bytes[f] = (uint16_t)opus_encode(
				e, in, PCM_FRAME, out->payload[f], CODEC_PAYLOAD_MAX);
		else
			out->bytes[f] = (uint16_t)codec->encode(other, in, out->payload[f]);
	}
	opus_encoder_destroy(e);
	free(other);
}

static bool make_sounds(void)
{
	static int16_t pcm[FRAMES * PCM_FRAME];
	CLEAN(pcm_free) struct pcm speech = { 0 };
	struct rng r = { 1 };

	if (speech_make(&speech) != OK || speech.n_samples < ARRAY_LEN(pcm) * 2)
		return false;
	for (size_t i = 0; i < VOICES; i++)
		fill(&voice[i], speech.samples + i * (speech.n_samples - ARRAY_LEN(pcm)) / VOICES);
	for (size_t i = 0; i < ARRAY_LEN(pcm); i++)
		pcm[i] = (int16_t)((int)rng_below(&r, 41) - 20);
	fill(&hush, pcm);
	for (size_t i = 0; i < ARRAY_LEN(pcm); i++)
		if (i / PCM_FRAME % SECOND_FRAMES < BURST_FRAMES)
			pcm[i] = (int16_t)lrint(
				12000 * sin(2 * M_PI * BURST_HZ * (double)i / PCM_RATE));
	fill(&probe, pcm);
	return true;
}

static bool open_legs(void)
{
	struct rlimit files;
	int size = 1 << 18;

	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	printf("PORTS");
	for (size_t i = 0; i < n_legs; i++) {
		struct sockaddr_in at = { .sin_family = AF_INET,
			.sin_addr = { htonl(INADDR_LOOPBACK) } };
		socklen_t bytes = sizeof(at);

		leg[i].fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
		if (leg[i].fd < 0 || bind(leg[i].fd, (struct sockaddr *)&at, bytes) < 0 ||
			getsockname(leg[i].fd, (struct sockaddr *)&at, &bytes) < 0)
			return false;
		setsockopt(leg[i].fd, SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
		printf(" %u", (unsigned)ntohs(at.sin_port));
	}
	puts("");
	return fflush(stdout) == 0;
}

static bool read_map(void)
{
	static const char *const name[] = { "talk", "quiet", "mute", "probe", "listen" };
	char role[16];
	unsigned port;
	int status;

	for (size_t i = 0; i < n_legs; i++) {
		struct sockaddr_in to = { .sin_family = AF_INET,
			.sin_addr = { htonl(INADDR_LOOPBACK) } };
		size_t r = 0;

		if (scanf("%u %15s", &port, role) != 2)
			return false;
		to.sin_port = htons((uint16_t)port);
		while (r < ARRAY_LEN(name) && strcmp(role, name[r]) != 0)
			r++;
		if (r == ARRAY_LEN(name) ||
			connect(leg[i].fd, (struct sockaddr *)&to, sizeof(to)) < 0)
			return false;
		leg[i].role = (enum role)r;
		if (r == LISTEN &&
			(i == 0 || leg[i - 1].role != PROBE ||
				!(leg[i].ear = opus_decoder_create(PCM_RATE, 1, &status))))
			return false;
		leg[i].at = r == PROBE ? 0 : i * 31 % FRAMES;
		leg[i].head = (struct rtp){ .payload_type = codec->payload_type,
			.ssrc = 0x10000000u + (uint32_t)i,
			.seq = (uint16_t)(i * 101) };
	}
	return true;
}

static void say(struct leg *l, size_t i)
{
	const struct frames *f = l->role == TALK    ? &voice[i % VOICES]
				 : l->role == PROBE ? &probe
						    : &hush;
	uint8_t packet[RTP_HEADER_BYTES + CODEC_PAYLOAD_MAX];
	size_t at = l->at++ % FRAMES;

	if (l->role == MUTE)
		return;
	if (l->role == PROBE && at % SECOND_FRAMES == 0)
		l->burst_ns = clock_mono_ns();
	rtp_write(&l->head, packet);
	memcpy(packet + RTP_HEADER_BYTES, f->payload[at], f->bytes[at]);
	l->head.seq++;
	l->head.ts += codec->clock_hz / 1000 * PCM_FRAME_MS;
	if (send(l->fd, packet, RTP_HEADER_BYTES + f->bytes[at], MSG_NOSIGNAL) > 0)
		sent += is_measured;
}

static bool is_burst(const int16_t *x)
{
	double re = 0, im = 0;

	for (int i = 0; i < STEP; i++) {
		re += x[i] * cos(2 * M_PI * BURST_HZ * i / PCM_RATE);
		im += x[i] * sin(2 * M_PI * BURST_HZ * i / PCM_RATE);
	}
	return 2 * hypot(re, im) / STEP > LOUD;
}

/* When the packet is here its first sample can be played: what a receiver adds is its own. */
static void listen_for_burst(struct leg *l, const uint8_t *payload, size_t bytes)
{
	int16_t pcm[CODEC_SAMPLES_MAX];
	int n = opus_decode(l->ear, payload, (opus_int32)bytes, pcm, CODEC_SAMPLES_MAX, 0);
	struct leg *probe_leg = l - 1;

	for (int at = 0; at + STEP <= n && probe_leg->burst_ns; at += STEP) {
		if (!is_burst(pcm + at))
			continue;
		if (is_measured && n_delays < ARRAY_LEN(delay_ms))
			delay_ms[n_delays++] = (double)(clock_mono_ns() - probe_leg->burst_ns) /
						       1e6 +
					       at * 1000.0 / PCM_RATE;
		probe_leg->burst_ns = 0;
	}
}

static void hear(struct leg *l)
{
	uint32_t frame = codec->clock_hz / 1000 * PCM_FRAME_MS;
	uint8_t packet[PACKET_MAX];
	struct rtp p;
	ssize_t n;

	while ((n = recv(l->fd, packet, sizeof(packet), 0)) > 0) {
		uint64_t now = clock_mono_ns();

		if (rtp_parse(packet, (size_t)n, &p) != OK)
			continue;
		if (l->role == LISTEN && codec == &codec_opus)
			listen_for_burst(l, p.payload, p.payload_bytes);
		if (is_measured && l->is_heard) {
			lost += (uint16_t)(p.seq - l->seq - 1) < 3000
					? (uint16_t)(p.seq - l->seq - 1)
					: 0;
			gaps += now - l->came_ns > GAP_NS;
			l->frames += (p.ts - l->ts) / frame;
			l->packets++;
		}
		l->is_heard = true;
		l->seq = p.seq;
		l->ts = p.ts;
		l->came_ns = now;
	}
}

static void slot(uint64_t deadline_ns, size_t s)
{
	struct timespec at = { (time_t)(deadline_ns / 1000000000),
		(long)(deadline_ns % 1000000000) };

	clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL);
	late_slots += is_measured && clock_mono_ns() - deadline_ns > 5000000;
	for (size_t i = s; i < n_legs; i += SLOTS)
		say(&leg[i], i);
	for (size_t i = 0; i < n_legs; i++)
		if (i % SLOTS == s || leg[i].role == LISTEN)
			hear(&leg[i]);
}

static void measure(const char *word, bool on)
{
	is_measured = on;
	puts(word);
	fflush(stdout);
}

static int by_size(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void report(uint64_t window_ns)
{
	uint64_t packets = 0, frames = 0, deaf = 0;

	for (size_t i = 0; i < n_legs; i++) {
		packets += leg[i].packets;
		frames += leg[i].frames;
		deaf += leg[i].packets == 0;
	}
	qsort(delay_ms, n_delays, sizeof(*delay_ms), by_size);
	printf("{\"window_s\":%.3f,\"sent\":%llu,\"packets\":%llu,\"frames\":%llu,\"lost\":%llu,"
	       "\"gaps\":%llu,\"deaf\":%llu,\"delays\":%zu,\"delay_min_ms\":%.1f,\"delay_ms\":%.1f,"
	       "\"delay_max_ms\":%.1f,\"late_slots\":%llu}\n",
		(double)window_ns / 1e9, (unsigned long long)sent, (unsigned long long)packets,
		(unsigned long long)frames, (unsigned long long)lost, (unsigned long long)gaps,
		(unsigned long long)deaf, n_delays, n_delays ? delay_ms[0] : 0,
		n_delays ? delay_ms[n_delays / 2] : 0, n_delays ? delay_ms[n_delays - 1] : 0,
		(unsigned long long)late_slots);
}

int main(int argc, char **argv)
{
	uint64_t deadline, began = 0;
	size_t warm_up, window;

	if (argc != 5 || !(codec = codec_find(argv[1])))
		return fail("usage: load_rtp opus|pcmu LEGS WARM_UP_S WINDOW_S");
	n_legs = strtoul(argv[2], NULL, 10);
	warm_up = strtoul(argv[3], NULL, 10) * 50 * SLOTS;
	window = strtoul(argv[4], NULL, 10) * 50 * SLOTS;
	if (!n_legs || n_legs > LEGS_MAX || !make_sounds())
		return fail("no speech: is espeak-ng installed? (make setup)");
	if (!open_legs() || !read_map())
		return fail("want a line a leg: PORT ROLE");
	/* A wish: what a busy machine does to the telephones is not the engine's doing. */
	(void)sched_setscheduler(0, SCHED_FIFO, &(struct sched_param){ .sched_priority = 20 });
	deadline = clock_mono_ns();
	for (size_t s = 0; s < warm_up + window; s++, deadline += SLOT_NS) {
		if (s == warm_up) {
			measure("START", true);
			began = clock_mono_ns();
		}
		slot(deadline, s % SLOTS);
	}
	window = clock_mono_ns() - began;
	measure("END", false);
	report(window);
	return 0;
}
