#include "media/leg/udp.h"

#include "bot/base/clean.h"

#include <errno.h>
#include <string.h>
#include <sys/epoll.h>
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

	*u = (struct udp){
		.fd = -1, .peer_fd = -1, .rtcp_fd = -1, .epoll_fd = -1, .has_stamps = b->has_stamps
	};
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
	if (u->peer_fd >= 0)
		close(u->peer_fd);
	if (u->rtcp_fd >= 0)
		close(u->rtcp_fd);
	u->fd = u->peer_fd = u->rtcp_fd = -1;
}

static bool watch_one(const struct udp *u, int fd)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = u->whose };

	return u->epoll_fd < 0 || epoll_ctl(u->epoll_fd, EPOLL_CTL_ADD, fd, &e) == 0;
}

static void drop_peer(struct udp *u)
{
	if (u->peer_fd >= 0)
		close(u->peer_fd);
	u->peer_fd = -1;
}

bool udp_watch(struct udp *u, int epoll_fd, void *whose)
{
	u->epoll_fd = epoll_fd;
	u->whose = whose;
	if (u->peer_fd >= 0 && !watch_one(u, u->peer_fd))
		drop_peer(u);
	if (watch_one(u, u->fd))
		return true;
	udp_unwatch(u);
	return false;
}

void udp_unwatch(struct udp *u)
{
	epoll_ctl(u->epoll_fd, EPOLL_CTL_DEL, u->fd, NULL);
	if (u->peer_fd >= 0)
		epoll_ctl(u->epoll_fd, EPOLL_CTL_DEL, u->peer_fd, NULL);
	u->epoll_fd = -1;
}

static bool share(int fd, int yes)
{
	return setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof(yes)) == 0;
}

/* A port is shared by those alone who all say so: both do, for this moment. In it another process
 * that says so too could come in; before and after nobody can. */
static bool bind_beside(int fd, int first)
{
	struct leg_address at = { .bytes = sizeof(at.ip6) };
	bool good = getsockname(first, &at.any, &at.bytes) == 0 && share(first, 1) &&
		    share(fd, 1) && bind(fd, &at.any, at.bytes) == 0;

	return share(first, 0) && share(fd, 0) && good;
}

static bool open_peer(struct udp *u, int family)
{
	CLEAN(close) int fd = -1;

	if (socket_new(u, &fd, family, NULL) != OK || !bind_beside(fd, u->fd) || !watch_one(u, fd))
		return false;
	u->peer_fd = fd;
	fd = -1;
	return true;
}

/* Connected anew it keeps what waits in it, which like all that comes while it is not connected may
 * be anybody's; let go of the old way first, so that the new one decides our address. */
void udp_aim(struct udp *u, const struct leg_address *to)
{
	static const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	if (u->peer_fd >= 0)
		connect(u->peer_fd, &nobody, sizeof(nobody));
	else if (!open_peer(u, to->any.sa_family))
		return;
	if (connect(u->peer_fd, &to->any, to->bytes) != 0)
		drop_peer(u);
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

	/* The other side's host had said that nobody is there; that is not what was asked. */
	if (n < 0 && errno != EAGAIN)
		n = recvmsg(fd, &m, 0);
	if (n < 0)
		return false;
	out->bytes = storage;
	out->n = m.msg_flags & MSG_TRUNC ? 0 : (size_t)n;
	out->from.bytes = m.msg_namelen;
	out->at_us = arrived_us(&m, now_us, wall_ahead_us);
	return true;
}

/* Connected, it would rather tell that the packet before this one met a closed port than send; and
 * it keeps an address that we may have lost. */
bool udp_send(const struct udp *u, const struct leg_address *aim, const uint8_t *packet, size_t n)
{
	if (u->peer_fd >= 0 && send(u->peer_fd, packet, n, MSG_NOSIGNAL) >= 0)
		return true;
	return sendto(u->fd, packet, n, MSG_NOSIGNAL, &aim->any, aim->bytes) >= 0;
}

bool udp_send_apart(
	const struct udp *u, const struct leg_address *to, const uint8_t *packet, size_t n)
{
	return sendto(u->rtcp_fd, packet, n, MSG_NOSIGNAL, &to->any, to->bytes) >= 0;
}
