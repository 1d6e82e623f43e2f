#include "media/leg/udp.h"

#include "bot/base/clean.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

enum {
	STALE_US = 1000000, /* no stamp is further off: the wall clock was set */
	ANY_PORT_TRIES = 64,
};

uint16_t udp_port(const struct leg_address *a)
{
	return ntohs(a->any.sa_family == AF_INET ? a->ip4.sin_port : a->ip6.sin6_port);
}

void udp_set_port(struct leg_address *a, uint16_t port)
{
	*(a->any.sa_family == AF_INET ? &a->ip4.sin_port : &a->ip6.sin6_port) = htons(port);
}

bool udp_same_host(const struct leg_address *a, const struct leg_address *b)
{
	if (a->any.sa_family != b->any.sa_family)
		return false;
	if (a->any.sa_family == AF_INET)
		return a->ip4.sin_addr.s_addr == b->ip4.sin_addr.s_addr;
	return memcmp(&a->ip6.sin6_addr, &b->ip6.sin6_addr, sizeof(a->ip6.sin6_addr)) == 0;
}

static enum err socket_new(struct udp *u, int *fd, int family, struct why *why)
{
	int yes = 1;

	*fd = socket(family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (*fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "socket: %s", strerror(errno));
	if (u->has_stamps && setsockopt(*fd, SOL_SOCKET, SO_TIMESTAMPNS, &yes, sizeof(yes)) < 0)
		u->has_stamps = false; /* then the time of receiving has to do */
	return OK;
}

static bool try_port(int fd, struct leg_address *at, uint16_t port)
{
	udp_set_port(at, port);
	return bind(fd, &at->any, at->bytes) == 0;
}

/* A bound socket cannot be bound again: the next try needs a new one. */
static enum err renew(struct udp *u, int family, struct why *why)
{
	close(u->fd);
	return socket_new(u, &u->fd, family, why);
}

/* Both ports of a pair, or none and errno. */
static bool try_pair(struct udp *u, struct leg_address *at, uint16_t port)
{
	struct leg_address above = *at;
	socklen_t bytes = at->bytes;

	if (!try_port(u->fd, at, port))
		return false;
	if (u->rtcp_fd < 0)
		return true;
	if (!port && getsockname(u->fd, &at->any, &bytes) < 0)
		return false;
	port = udp_port(at);
	if (port % 2 == 0 && try_port(u->rtcp_fd, &above, (uint16_t)(port + 1)))
		return true;
	errno = EADDRINUSE;
	return false;
}

static enum err failed(const struct leg_bind *b, unsigned port, struct why *why)
{
	return FAIL_EXT(
		why, E_SYSTEM, errno, "bind %s port %u: %s", b->address, port, strerror(errno));
}

/* The even ports of the range in turn: RFC 3550 leaves the odd one above to RTCP. */
static enum err bind_in_range(
	struct udp *u, struct leg_address *at, struct leg_bind *b, struct why *why)
{
	unsigned first = b->port_first + b->port_first % 2u, last = b->port_last & ~1u;
	unsigned n = last >= first ? (last - first) / 2 + 1 : 0;
	unsigned start = b->port_next >= first && b->port_next <= last ? b->port_next : first;
	enum err err;

	for (unsigned i = 0; i < n; i++) {
		unsigned port = first + ((start - first) / 2 + i) % n * 2;

		if (try_pair(u, at, (uint16_t)port)) {
			b->port_next = (uint16_t)(port + 2);
			return OK;
		}
		if (errno != EADDRINUSE)
			return failed(b, port, why);
		if (u->rtcp_fd >= 0 && (err = renew(u, at->any.sa_family, why)) != OK)
			return err;
	}
	return FAIL(why, E_LIMIT, "all %u even ports of %u-%u on %s are taken", n,
		(unsigned)b->port_first, (unsigned)b->port_last, b->address);
}

/* The system's choice; of a pair it must be even, and the one above free. */
static enum err bind_anywhere(
	struct udp *u, struct leg_address *at, struct leg_bind *b, struct why *why)
{
	enum err err;

	for (int i = 0; i < ANY_PORT_TRIES; i++) {
		if (try_pair(u, at, 0))
			return OK;
		if (errno != EADDRINUSE)
			return failed(b, 0, why);
		if ((err = renew(u, at->any.sa_family, why)) != OK)
			return err;
	}
	return FAIL(why, E_LIMIT, "%d times no pair of ports on %s was free", (int)ANY_PORT_TRIES,
		b->address);
}

static enum err bind_all(struct udp *u, struct leg_bind *b, struct leg_address *at, struct why *why)
{
	bool anywhere = b->port_first == 0 && b->port_last == 0;
	enum err err = anywhere ? bind_anywhere(u, at, b, why) : bind_in_range(u, at, b, why);

	if (err == OK && getsockname(u->fd, &at->any, &at->bytes) < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "getsockname: %s", strerror(errno));
	return err;
}

enum err udp_open(struct udp *u, struct leg_bind *b, bool apart, uint16_t *port, struct why *why)
{
	struct leg_address at;
	enum err err;

	*u = (struct udp){ .fd = -1, .rtcp_fd = -1, .has_stamps = b->has_stamps };
	if ((err = leg_address_parse(b->address, 0, &at, why)) != OK)
		return err;
	err = socket_new(u, &u->fd, at.any.sa_family, why);
	if (err == OK && apart)
		err = socket_new(u, &u->rtcp_fd, at.any.sa_family, why);
	if (err == OK)
		err = bind_all(u, b, &at, why);
	if (err == OK)
		*port = udp_port(&at);
	else
		udp_close(u);
	return err;
}

void udp_close(struct udp *u)
{
	if (u->fd >= 0)
		close(u->fd);
	if (u->rtcp_fd >= 0)
		close(u->rtcp_fd);
	u->fd = u->rtcp_fd = -1;
}

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(sizeof(struct timespec))];
};

/* When it came, if its stamp is to be believed. */
static uint64_t arrived_us(struct msghdr *m, uint64_t now_us, int64_t wall_ahead_us)
{
	struct cmsghdr *c = m->msg_controllen ? CMSG_FIRSTHDR(m) : NULL;
	struct timespec t;
	int64_t at, late;

	if (!c || c->cmsg_level != SOL_SOCKET || c->cmsg_type != SCM_TIMESTAMPNS)
		return now_us;
	memcpy(&t, CMSG_DATA(c), sizeof(t));
	at = (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000 - wall_ahead_us;
	late = (int64_t)now_us - at;
	return late > -STALE_US && late < STALE_US ? (uint64_t)at : now_us;
}

bool udp_receive(const struct udp *u, int fd, uint64_t now_us, int64_t wall_ahead_us,
	uint8_t storage[LEG_PACKET_MAX], struct udp_datagram *out)
{
	struct iovec at = { storage, LEG_PACKET_MAX };
	union control control;
	struct msghdr m = { .msg_name = &out->from.any,
		.msg_namelen = sizeof(out->from.ip6),
		.msg_iov = &at,
		.msg_iovlen = 1,
		.msg_control = u->has_stamps ? &control : NULL,
		.msg_controllen = u->has_stamps ? sizeof(control) : 0 };
	ssize_t n = recvmsg(fd, &m, 0);

	if (n < 0)
		return false;
	out->bytes = storage;
	out->n = m.msg_flags & MSG_TRUNC ? 0 : (size_t)n;
	out->from.bytes = m.msg_namelen;
	out->at_us = arrived_us(&m, now_us, wall_ahead_us);
	return true;
}

bool udp_send(int fd, const struct leg_address *to, const uint8_t *packet, size_t n)
{
	return sendto(fd, packet, n, MSG_NOSIGNAL, &to->any, to->bytes) >= 0;
}
