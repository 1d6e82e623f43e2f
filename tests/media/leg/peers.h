#ifndef TESTS_MEDIA_LEG_PEERS_H
#define TESTS_MEDIA_LEG_PEERS_H

/* An RTP leg on real sockets, and sockets of the other side. Include after cmocka. */

#include "bot/base/text.h"
#include "media/leg/leg.h"
#include "media/leg/rtp.h"

#include <arpa/inet.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WAIT_MS = 5000 };

static struct leg_batch batch;

static inline struct leg *leg_on(struct leg_bind *b, const struct leg_conf *conf, uint16_t *port)
{
	struct leg *leg = NULL;
	struct why why = { 0 };

	if (leg_kind_rtp.open(conf, b, &leg, port, &why) != OK)
		fail_msg("%s", why.text);
	return leg;
}

static inline int socket_on(const char *address, uint16_t *port)
{
	struct leg_address at;
	int fd;

	assert_int_equal(leg_address_parse(address, 0, &at, NULL), OK);
	fd = socket(at.any.sa_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(fd, &at.any, at.bytes), 0);
	assert_int_equal(getsockname(fd, &at.any, &at.bytes), 0);
	*port = ntohs(at.ip4.sin_port); /* IPv6 has it in the same place */
	return fd;
}

static inline void say(int fd, uint16_t port, struct rtp rtp, const char *payload, size_t bytes)
{
	uint8_t packet[LEG_PACKET_MAX + 100];
	struct leg_address to;

	assert_int_equal(leg_address_parse("127.0.0.1", port, &to, NULL), OK);
	rtp_write(&rtp, packet);
	memcpy(packet + RTP_HEADER_BYTES, payload, bytes);
	assert_true(sendto(fd, packet, RTP_HEADER_BYTES + bytes, 0, &to.any, to.bytes) > 0);
}

static inline void say_sound(int fd, uint16_t port, uint16_t seq)
{
	say(fd, port, (struct rtp){ .payload_type = 111, .seq = seq, .ts = seq * 960u }, "x", 1);
}

/* What the leg took of the packets that are on their way. */
static inline size_t take(struct leg *leg, uint64_t now_ms)
{
	struct pollfd p[] = { { .fd = leg->fd, .events = POLLIN },
		{ .fd = leg->peer_fd, .events = POLLIN } };

	assert_true(poll(p, ARRAY_LEN(p), WAIT_MS) > 0);
	leg_kind_rtp.receive(leg, now_ms, &batch);
	return batch.n;
}

static inline struct rtp hear(int fd, uint8_t *storage, size_t size)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	struct rtp rtp;
	ssize_t n;

	assert_int_equal(poll(&p, 1, WAIT_MS), 1);
	n = recv(fd, storage, size, 0);
	assert_true(n >= 0);
	assert_int_equal(rtp_parse(storage, (size_t)n, &rtp), OK);
	return rtp;
}

static inline void set_remote(struct leg *leg, const char *address, uint16_t port)
{
	struct leg_address a;

	assert_int_equal(leg_address_parse(address, port, &a, NULL), OK);
	leg_kind_rtp.remote(leg, &a);
}

#endif
