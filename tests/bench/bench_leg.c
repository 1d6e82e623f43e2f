/* bench: media/engine */
/*
 * What one mixed real-time leg costs a frame, beside bare libopus decoding and encoding of the very
 * same frames with the same settings, frame by frame in the same run.
 *
 * Two legs are bridged, a little quieter so that nothing is just passed on, and both talk without a
 * pause: each is decoded, mixed and encoded in every tick. The clock is moved by hand; what is
 * timed is the engine's tick, sockets included. What the kernel takes for the same packets is
 * measured beside it.
 */
#include "media/engine/inside.h"
#include "media/leg/rtp.h"
#include "tests/bench/speech.h"

#include <arpa/inet.h>
#include <opus/opus.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum { FRAMES = 6000, WARM_UP = 200, LEGS = 2, WAIT_MS = 5000, GAIN_CB = -10 };

struct peer {
	int fd;
	uint32_t leg;
	struct sockaddr_in to;
	struct rtp head;
	void *encoder; /* of what it says; not timed */
	uint8_t payload[CODEC_PAYLOAD_MAX];
	size_t bytes;

	/* Bare: what a leg cannot do without. */
	OpusDecoder *bare_decoder;
	void *bare_encoder;
};

static struct engine *engine;
static struct peer peer[LEGS];
static int echo; /* a socket that sends to itself */

static uint64_t cpu_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

static int fail(const char *what)
{
	fprintf(stderr, "bench_leg: %s\n", what);
	return 1;
}

static int socket_on(struct sockaddr_in *at)
{
	socklen_t bytes = sizeof(*at);
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	*at = (struct sockaddr_in){ .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	if (fd < 0 || bind(fd, (struct sockaddr *)at, bytes) < 0 ||
		getsockname(fd, (struct sockaddr *)at, &bytes) < 0)
		return -1;
	return fd;
}

static bool peer_open(struct peer *p)
{
	struct leg_conf conf = { 0 };
	struct sockaddr_in mine;
	uint16_t port;
	int status;

	p->fd = socket_on(&mine);
	if (p->fd < 0 || engine_leg_open(engine, 1, &conf, &p->leg, &port, NULL) != OK ||
		engine_leg_remote(engine, p->leg, "127.0.0.1", ntohs(mine.sin_port), NULL) != OK)
		return false;
	p->to = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
	p->head = (struct rtp){ .payload_type = 111, .ssrc = port };
	p->encoder = codec_encoder_new(&codec_opus);
	p->bare_encoder = codec_encoder_new(&codec_opus);
	p->bare_decoder = opus_decoder_create(PCM_RATE, 1, &status);
	return p->encoder && p->bare_encoder && p->bare_decoder;
}

static bool peer_say(struct peer *p, const int16_t *frame)
{
	const struct leg *leg = engine_leg(engine, p->leg);
	struct pollfd arrived[] = { { .fd = leg->fd, .events = POLLIN },
		{ .fd = leg->peer_fd, .events = POLLIN } };
	uint8_t packet[RTP_HEADER_BYTES + CODEC_PAYLOAD_MAX];

	p->bytes = codec_opus.encode(p->encoder, frame, p->payload);
	rtp_write(&p->head, packet);
	memcpy(packet + RTP_HEADER_BYTES, p->payload, p->bytes);
	p->head.seq++;
	p->head.ts += 960;
	return sendto(p->fd, packet, RTP_HEADER_BYTES + p->bytes, 0, (struct sockaddr *)&p->to,
		       sizeof(p->to)) > 0 &&
	       poll(arrived, ARRAY_LEN(arrived), WAIT_MS) > 0;
}

static uint64_t timed_tick(uint64_t now_ns)
{
	uint64_t from = cpu_ns();

	engine_wake(engine, now_ns);
	return cpu_ns() - from;
}

static uint64_t timed_bare(struct peer *p)
{
	uint8_t payload[CODEC_PAYLOAD_MAX];
	uint64_t from = cpu_ns();
	int16_t pcm[PCM_FRAME];

	if (opus_decode(p->bare_decoder, p->payload, (opus_int32)p->bytes, pcm, PCM_FRAME, 0) !=
		PCM_FRAME)
		return 0;
	codec_opus.encode(p->bare_encoder, pcm, payload);
	return cpu_ns() - from;
}

/* One packet out and one in, of the size a leg's has. */
static uint64_t timed_kernel(const struct sockaddr_in *to, size_t bytes)
{
	uint8_t packet[RTP_HEADER_BYTES + CODEC_PAYLOAD_MAX] = { 0 };
	uint64_t from = cpu_ns();

	if (sendto(echo, packet, RTP_HEADER_BYTES + bytes, 0, (const struct sockaddr *)to,
		    sizeof(*to)) > 0)
		recv(echo, packet, sizeof(packet), 0);
	return cpu_ns() - from;
}

static bool heard(struct peer *p)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };
	uint8_t packet[2048];

	return poll(&f, 1, WAIT_MS) == 1 &&
	       recv(p->fd, packet, sizeof(packet), 0) > RTP_HEADER_BYTES;
}

static bool open_all(struct sockaddr_in *echo_at)
{
	struct engine_conf conf;

	engine_conf_default(&conf);
	engine = engine_make(&conf, false, NULL);
	echo = socket_on(echo_at);
	if (!engine || echo < 0 || !peer_open(&peer[0]) || !peer_open(&peer[1]))
		return false;
	return engine_hear(engine, peer[0].leg, peer[1].leg, GAIN_CB, 20) == OK &&
	       engine_hear(engine, peer[1].leg, peer[0].leg, GAIN_CB, 20) == OK;
}

struct costs {
	uint64_t tick_ns, bare_ns, kernel_ns;
};

static bool run(const struct pcm *speech, const struct sockaddr_in *echo_at, struct costs *sum)
{
	size_t n_frames = speech->n_samples / PCM_FRAME;

	for (size_t f = 0; f < WARM_UP + FRAMES; f++) {
		struct costs c = { 0 };

		for (size_t i = 0; i < LEGS; i++)
			if (!peer_say(&peer[i], speech->samples + (f + i * n_frames / 2) %
									  n_frames * PCM_FRAME))
				return false;
		c.tick_ns = timed_tick(f * PACE_TICK_NS);
		for (size_t i = 0; i < LEGS; i++) {
			c.bare_ns += timed_bare(&peer[i]);
			c.kernel_ns += timed_kernel(echo_at, peer[i].bytes);
			if (!heard(&peer[i]))
				return false;
		}
		if (f < WARM_UP)
			continue;
		sum->tick_ns += c.tick_ns;
		sum->bare_ns += c.bare_ns;
		sum->kernel_ns += c.kernel_ns;
	}
	return true;
}

static double us(uint64_t ns)
{
	return (double)ns / 1000 / FRAMES / LEGS;
}

int main(void)
{
	CLEAN(pcm_free) struct pcm speech = { 0 };
	struct costs sum = { 0 };
	struct sockaddr_in echo_at;
	struct engine_stats s;

	if (speech_make(&speech) != OK)
		return fail("no speech: is espeak-ng installed? (make setup)");
	if (!open_all(&echo_at) || !run(&speech, &echo_at, &sum))
		return fail("the two legs did not hear each other");
	engine_stats(engine, &s);
	if (s.frames_encoded < LEGS * FRAMES || s.frames_decoded < LEGS * FRAMES)
		return fail("not every frame was decoded and encoded");
	printf("media: one mixed real-time leg      %6.1f CPU-us a frame (tick, UDP included; %d "
	       "frames)\n",
		us(sum.tick_ns), FRAMES * LEGS);
	printf("media: bare libopus decode + encode %6.1f CPU-us a frame   -> %.2f times\n",
		us(sum.bare_ns), (double)sum.tick_ns / (double)sum.bare_ns);
	printf("media: bare UDP send + receive      %6.1f CPU-us a frame   -> %.2f times both "
	       "together\n",
		us(sum.kernel_ns), (double)sum.tick_ns / (double)(sum.bare_ns + sum.kernel_ns));
	printf("media: Opus 48 kb/s CELT, complexity %d, decoded at 16 kHz\n",
		CODEC_OPUS_COMPLEXITY);
	engine_free(engine);
	return 0;
}
