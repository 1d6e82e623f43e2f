#ifndef TESTS_MEDIA_ENGINE_PHONE_H
#define TESTS_MEDIA_ENGINE_PHONE_H

/*
 * A telephone for tests: its own RTP and libopus itself, nothing of the engine's, so that a
 * mistake there cannot cancel out here. And ears: what was heard, measured.
 */

#include <arpa/inet.h>
#include <assert.h>
#include <math.h>
#include <opus/opus.h>
#include <poll.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum {
	PHONE_RATE = 16000,
	PHONE_FRAME = 320,
	PHONE_PACKET_MAX = 6 * PHONE_FRAME,
	PHONE_HEARD_MAX = 30 * PHONE_RATE,
	PHONE_WAIT_MS = 10000, /* after that a test has failed, however slow the machine */
};

struct phone {
	int fd;
	uint16_t port;
	bool is_l16; /* else Opus */
	OpusEncoder *encoder;
	OpusDecoder *decoder;
	struct sockaddr_in to;
	uint32_t ssrc, ts;
	uint16_t seq;

	int16_t *heard; /* PHONE_HEARD_MAX samples, in order of arrival */
	size_t n_heard;
	unsigned packets, small_packets; /* small: stored silence */
	uint32_t heard_ssrc, heard_ts, first_ts;
	uint16_t heard_seq;
	bool heard_marker;
	unsigned heard_frames; /* in the last packet */
	/* Of SSRC, sequence, or a timestamp that is not the next frame's; but where the system
	 * dropped packets, because the test was elsewhere for seconds, nothing can be told. */
	unsigned breaks;
	uint32_t dropped, told_dropped; /* by the system so far, and up to the last packet */
	uint8_t said[1276], came[1276]; /* the last payload out and in */
	size_t said_bytes, came_bytes;
};

static inline void phone_init(struct phone *p, bool is_l16)
{
	struct sockaddr_in at = { .sin_family = AF_INET, .sin_addr = { htonl(INADDR_LOOPBACK) } };
	socklen_t bytes = sizeof(at);
	static uint32_t ssrc;
	int status;

	*p = (struct phone){ .is_l16 = is_l16, .ssrc = ++ssrc, .ts = 4000000000u, .seq = 65530 };
	p->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	status = bind(p->fd, (struct sockaddr *)&at, bytes);
	assert(status == 0);
	status = setsockopt(p->fd, SOL_SOCKET, SO_RXQ_OVFL, &(int){ 1 }, sizeof(int));
	assert(status == 0);
	getsockname(p->fd, (struct sockaddr *)&at, &bytes);
	p->port = ntohs(at.sin_port);
	p->encoder = opus_encoder_create(PHONE_RATE, 1, OPUS_APPLICATION_VOIP, &status);
	opus_encoder_ctl(p->encoder, OPUS_SET_BITRATE(40000));
	p->decoder = opus_decoder_create(PHONE_RATE, 1, &status);
	p->heard = calloc(PHONE_HEARD_MAX, sizeof(*p->heard));
}

static inline void phone_fini(struct phone *p)
{
	close(p->fd);
	opus_encoder_destroy(p->encoder);
	opus_decoder_destroy(p->decoder);
	free(p->heard);
}

static inline void phone_dial(struct phone *p, uint16_t port)
{
	p->to = (struct sockaddr_in){ .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr = { htonl(INADDR_LOOPBACK) } };
}

static inline uint32_t phone_ticks(const struct phone *p)
{
	return p->is_l16 ? PHONE_FRAME : 960;
}

static inline void phone_send(struct phone *p, uint8_t type, bool marker, uint32_t ts,
	const uint8_t *payload, size_t bytes)
{
	uint16_t seq = htons(p->seq++);
	uint32_t words[2] = { htonl(ts), htonl(p->ssrc) };
	uint8_t packet[1500] = { 0x80, (uint8_t)(marker << 7 | type) };
	ssize_t sent;

	memcpy(p->said, payload, bytes);
	p->said_bytes = bytes;
	memcpy(packet + 2, &seq, 2);
	memcpy(packet + 4, words, 8);
	memcpy(packet + 12, payload, bytes);
	sent = sendto(p->fd, packet, 12 + bytes, 0, (struct sockaddr *)&p->to, sizeof(p->to));
	assert(sent == (ssize_t)(12 + bytes));
	(void)sent;
}

/* One frame of speech into the line. */
static inline void phone_say(struct phone *p, const int16_t frame[PHONE_FRAME])
{
	uint8_t payload[1276];
	int bytes = 2 * PHONE_FRAME;

	if (p->is_l16)
		for (int i = 0; i < PHONE_FRAME; i++) {
			payload[2 * i] = (uint8_t)((uint16_t)frame[i] >> 8);
			payload[2 * i + 1] = (uint8_t)frame[i];
		}
	else
		bytes = opus_encode(p->encoder, frame, PHONE_FRAME, payload, sizeof(payload));
	phone_send(p, p->is_l16 ? 97 : 111, false, p->ts, payload, (size_t)bytes);
	p->ts += phone_ticks(p);
}

/* A press of `frames` frames, as RFC 4733 sends it: one timestamp, three ends. */
static inline void phone_press(struct phone *p, uint8_t event, int frames)
{
	uint32_t start = p->ts;

	for (int i = 1; i <= frames + 2; i++) {
		uint32_t duration = phone_ticks(p) * (uint32_t)(i < frames ? i : frames);
		uint8_t payload[] = { event, (uint8_t)((i >= frames) << 7 | 10),
			(uint8_t)(duration >> 8), (uint8_t)duration };

		phone_send(p, 101, i == 1, start, payload, sizeof(payload));
	}
	p->ts += phone_ticks(p) * (uint32_t)frames;
}

static inline void phone_note(struct phone *p, const uint8_t *packet)
{
	uint16_t seq = (uint16_t)(packet[2] << 8 | packet[3]);
	uint32_t words[2];

	memcpy(words, packet + 4, 8);
	words[0] = ntohl(words[0]);
	if (p->packets && p->dropped == p->told_dropped &&
		(ntohl(words[1]) != p->heard_ssrc || seq != (uint16_t)(p->heard_seq + 1) ||
			words[0] != p->heard_ts + p->heard_frames * phone_ticks(p)))
		p->breaks++;
	p->told_dropped = p->dropped;
	p->first_ts = p->packets ? p->first_ts : words[0];
	p->heard_ssrc = ntohl(words[1]);
	p->heard_seq = seq;
	p->heard_ts = words[0];
	p->heard_marker = packet[1] >> 7;
	p->packets++;
}

/* Whatever came, and what the system dropped before it. */
static inline ssize_t phone_take(struct phone *p, uint8_t packet[1500])
{
	union {
		struct cmsghdr align;
		char bytes[CMSG_SPACE(sizeof(uint32_t))];
	} control;
	struct iovec at = { packet, 1500 };
	struct msghdr m = { .msg_iov = &at,
		.msg_iovlen = 1,
		.msg_control = &control,
		.msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(p->fd, &m, MSG_DONTWAIT);
	struct cmsghdr *c = n < 0 ? NULL : CMSG_FIRSTHDR(&m);

	if (c && c->cmsg_level == SOL_SOCKET && c->cmsg_type == SO_RXQ_OVFL)
		memcpy(&p->dropped, CMSG_DATA(c), sizeof(p->dropped));
	return n;
}

/* One packet of sound; RTCP, whose types RFC 5761 tells from it, is passed over. */
static inline ssize_t phone_receive(struct phone *p, uint8_t packet[1500])
{
	ssize_t n;

	do
		n = phone_take(p, packet);
	while (n >= 8 && packet[1] >= 192 && packet[1] <= 223);
	return n;
}

/* Take one packet if one is here. */
static inline bool phone_hear(struct phone *p)
{
	uint8_t packet[1500];
	ssize_t n = phone_receive(p, packet);
	int16_t *out = p->heard + p->n_heard;
	int got = PHONE_FRAME;

	if (n < 12 || p->n_heard + PHONE_PACKET_MAX > PHONE_HEARD_MAX)
		return false;
	phone_note(p, packet);
	p->came_bytes = (size_t)n - 12;
	memcpy(p->came, packet + 12, p->came_bytes);
	p->small_packets += n < 20;
	if (p->is_l16)
		for (int i = 0; i < PHONE_FRAME; i++)
			out[i] = (int16_t)(packet[12 + 2 * i] << 8 | packet[13 + 2 * i]);
	else
		got = opus_decode(
			p->decoder, packet + 12, (opus_int32)(n - 12), out, PHONE_PACKET_MAX, 0);
	assert(got > 0 && got % PHONE_FRAME == 0);
	p->heard_frames = (unsigned)got / PHONE_FRAME;
	p->n_heard += (size_t)got;
	return true;
}

/* The same, waiting for it. */
static inline bool phone_await(struct phone *p)
{
	struct pollfd f = { .fd = p->fd, .events = POLLIN };

	/* Twice: what woke us may have been RTCP. */
	for (int i = 0; i < 2; i++)
		if (poll(&f, 1, PHONE_WAIT_MS) == 1 && phone_hear(p))
			return true;
	return false;
}

/* Voices that are like nothing else: noise of a voice's band, in syllables. */
static inline void voice(uint64_t seed, int16_t *out, size_t n)
{
	double low = 0, high = 0;

	for (size_t i = 0; i < n; i++) {
		double syllable = 0.6 +
				  0.4 * sin(2 * M_PI * 3 * (double)i / PHONE_RATE + (double)seed);

		seed = seed * 6364136223846793005u + 1442695040888963407u;
		low += 0.35 * ((double)(int32_t)(seed >> 32) / 2147483648.0 - low);
		high += 0.05 * (low - high);
		out[i] = (int16_t)lrint(14000 * syllable * (low - high));
	}
}

static inline void tone(double hz, double amplitude, int16_t *out, size_t n)
{
	for (size_t i = 0; i < n; i++)
		out[i] = (int16_t)lrint(amplitude * sin(2 * M_PI * hz * (double)i / PHONE_RATE));
}

static inline double rms(const int16_t *a, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a[i] * a[i];
	return sqrt(sum / (double)n);
}

static inline double db(double ratio)
{
	return 20 * log10(ratio + 1e-9);
}

static inline double snr_db(const int16_t *want, const int16_t *got, size_t n)
{
	double noise = 1e-3, signal = 1e-3;

	for (size_t i = 0; i < n; i++) {
		signal += (double)want[i] * want[i];
		noise += ((double)want[i] - got[i]) * ((double)want[i] - got[i]);
	}
	return 10 * log10(signal / noise);
}

/* How much of a tone is in it: its amplitude, over whole periods. */
static inline double amplitude_at(double hz, const int16_t *a, size_t n)
{
	double re = 0, im = 0;

	for (size_t i = 0; i < n; i++) {
		re += a[i] * cos(2 * M_PI * hz * (double)i / PHONE_RATE);
		im += a[i] * sin(2 * M_PI * hz * (double)i / PHONE_RATE);
	}
	return 2 * sqrt(re * re + im * im) / (double)n;
}

/* The best normalised correlation of a window of heard with what was said, said moved by up to
 * lags samples (n + lags + 1 of them are here); *lag is where in said the window begins. */
static inline double correlation(
	const int16_t *heard, size_t n, const int16_t *said, size_t lags, size_t *lag)
{
	double best = 0, power = 1e-9;
	int64_t own = 1;

	for (size_t i = 0; i < n; i++) {
		power += (double)heard[i] * heard[i];
		own += (int32_t)said[i] * said[i];
	}
	for (size_t at = 0; at < lags; at++) {
		int64_t sum = 0;
		double r;

		for (size_t i = 0; i < n; i++)
			sum += (int32_t)heard[i] * said[at + i];
		r = (double)sum / sqrt(power * (double)own);
		if (r > best) {
			best = r;
			*lag = at;
		}
		own += (int32_t)said[at + n] * said[at + n] - (int32_t)said[at] * said[at];
	}
	return best;
}

#endif
