#ifndef MEDIA_LEG_UDP_H
#define MEDIA_LEG_UDP_H

/*
 * The sockets of an RTP leg: bound to a port of the range, read with the kernel's time of arrival
 * where that is wanted. For leg_rtp.c.
 *
 * Two share the port. The first hears everybody. The second is connected to whom we send to, so
 * that a packet there needs no route to be looked up; the kernel gives it what comes from there,
 * and the rest to the first. Where there can be no second one the first does for all.
 */

#include "media/leg/leg.h"

struct udp {
	int fd;      /* RTP, and RTCP of who muxes; -1: closed */
	int peer_fd; /* the second; -1: none */
	int rtcp_fd; /* the port above; -1: none */
	bool has_stamps;
	int epoll_fd; /* tells of whose when something waits at the port; -1: none */
	void *whose;
};

/* apart: bind the port above for RTCP too. E_MALFORMED, E_LIMIT, E_SYSTEM as leg.h says. */
enum err udp_open(
	struct udp *u, struct leg_bind *b, bool apart, uint16_t *port, struct why *why) MUST_CHECK;
void udp_close(struct udp *u);

/* As leg.h says of a leg. The port above is not watched. */
bool udp_watch(struct udp *u, int epoll_fd, void *whose);
void udp_unwatch(struct udp *u);

/* From now on we send there. */
void udp_aim(struct udp *u, const struct leg_address *to);

struct udp_datagram {
	uint8_t *bytes;
	size_t n; /* 0: it was longer than LEG_PACKET_MAX */
	struct leg_address from;
	uint64_t at_us; /* when it came */
};

/* The next datagram of one of its sockets into storage. now_us: when it came, if it has no stamp;
 * wall_ahead_us: as leg.h says. false: none waits. */
bool udp_receive(const struct udp *u, int fd, uint64_t now_us, int64_t wall_ahead_us,
	uint8_t storage[LEG_PACKET_MAX], struct udp_datagram *out);

/* To where it aims. false: the system did not take it. */
bool udp_send(const struct udp *u, const struct leg_address *aim, const uint8_t *packet, size_t n);
/* From the port above, if there is one. */
bool udp_send_apart(
	const struct udp *u, const struct leg_address *to, const uint8_t *packet, size_t n);

/* Of the address. */
uint16_t udp_port(const struct leg_address *a);
void udp_set_port(struct leg_address *a, uint16_t port);
bool udp_same_host(const struct leg_address *a, const struct leg_address *b);

#endif
