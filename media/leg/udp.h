#ifndef MEDIA_LEG_UDP_H
#define MEDIA_LEG_UDP_H

/*
 * The sockets of an RTP leg: bound to a port of the range, read with the kernel's time of arrival
 * where that is wanted. For leg_rtp.c.
 */

#include "media/leg/leg.h"

struct udp {
	int fd;      /* RTP, and RTCP of who muxes; -1: closed */
	int rtcp_fd; /* the port above; -1: none */
	bool has_stamps;
};

/* apart: bind the port above for RTCP too. E_MALFORMED, E_LIMIT, E_SYSTEM as leg.h says. */
enum err udp_open(
	struct udp *u, struct leg_bind *b, bool apart, uint16_t *port, struct why *why) MUST_CHECK;
void udp_close(struct udp *u);

struct udp_datagram {
	uint8_t *bytes;
	size_t n; /* 0: it was longer than LEG_PACKET_MAX */
	struct leg_address from;
	uint64_t at_us; /* when it came */
};

/* The next datagram of fd into storage. now_us: when it came, if it has no stamp; wall_ahead_us: as
 * leg.h says. false: none waits. */
bool udp_receive(const struct udp *u, int fd, uint64_t now_us, int64_t wall_ahead_us,
	uint8_t storage[LEG_PACKET_MAX], struct udp_datagram *out);

/* false: the system did not take it. */
bool udp_send(int fd, const struct leg_address *to, const uint8_t *packet, size_t n);

/* Of the address. */
uint16_t udp_port(const struct leg_address *a);
void udp_set_port(struct leg_address *a, uint16_t port);
bool udp_same_host(const struct leg_address *a, const struct leg_address *b);

#endif
