/* Addresses: where we listen, and who came. */
#include "bot/http/inside.h"

#include "bot/base/clean.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

enum { BACKLOG = 1024 };

/* The length of the address, 0 if the text is none. */
static socklen_t address_parse(const char *text, uint16_t port, struct sockaddr_storage *out)
{
	struct sockaddr_in *v4 = (struct sockaddr_in *)out;
	struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)out;

	memset(out, 0, sizeof(*out));
	if (inet_pton(AF_INET, text, &v4->sin_addr) == 1) {
		v4->sin_family = AF_INET;
		v4->sin_port = htons(port);
		return sizeof(*v4);
	}
	if (inet_pton(AF_INET6, text, &v6->sin6_addr) == 1) {
		v6->sin6_family = AF_INET6;
		v6->sin6_port = htons(port);
		return sizeof(*v6);
	}
	return 0;
}

bool address_is_loopback(const char *address)
{
	struct sockaddr_storage sa;
	const struct in6_addr *v6 = &((struct sockaddr_in6 *)&sa)->sin6_addr;

	if (!address_parse(address, 0, &sa))
		return false;
	if (sa.ss_family == AF_INET)
		return ntohl(((struct sockaddr_in *)&sa)->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(v6) || (IN6_IS_ADDR_V4MAPPED(v6) && v6->s6_addr[12] == 127);
}

static uint16_t port_of(int fd)
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);

	if (getsockname(fd, (struct sockaddr *)&sa, &n) < 0)
		return 0;
	return ntohs(sa.ss_family == AF_INET ? ((struct sockaddr_in *)&sa)->sin_port
					     : ((struct sockaddr_in6 *)&sa)->sin6_port);
}

enum err listen_open(const char *address, uint16_t *port, int *out, struct why *why)
{
	CLEAN(close) int fd = -1;
	struct sockaddr_storage sa;
	socklen_t n = address_parse(address, *port, &sa);

	if (!n)
		return FAIL(why, E_MALFORMED,
			"listen address \"%s\" is not numeric (such as 0.0.0.0, 127.0.0.1 or ::)",
			address);
	fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "no socket: %m");
	/* A restart finds connections of its forerunner in TIME_WAIT; and :: takes IPv4 too. */
	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &(int){ 1 }, sizeof(int));
	if (sa.ss_family == AF_INET6)
		setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &(int){ 0 }, sizeof(int));
	if (bind(fd, (struct sockaddr *)&sa, n) < 0 || listen(fd, BACKLOG) < 0)
		return FAIL_EXT(
			why, E_SYSTEM, errno, "cannot listen on %s port %u: %m", address, *port);
	*port = port_of(fd);
	*out = fd;
	fd = -1;
	return OK;
}

void peer_print(const struct sockaddr *sa, char out[PEER_TEXT])
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)sa;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)sa;
	char text[INET6_ADDRSTRLEN] = "?";

	if (sa->sa_family == AF_INET) {
		inet_ntop(AF_INET, &v4->sin_addr, text, sizeof(text));
		snprintf(out, PEER_TEXT, "%s:%u", text, ntohs(v4->sin_port));
	} else if (sa->sa_family == AF_INET6 && IN6_IS_ADDR_V4MAPPED(&v6->sin6_addr)) {
		inet_ntop(AF_INET, &v6->sin6_addr.s6_addr[12], text, sizeof(text));
		snprintf(out, PEER_TEXT, "%s:%u", text, ntohs(v6->sin6_port));
	} else if (sa->sa_family == AF_INET6) {
		inet_ntop(AF_INET6, &v6->sin6_addr, text, sizeof(text));
		snprintf(out, PEER_TEXT, "[%s]:%u", text, ntohs(v6->sin6_port));
	} else {
		snprintf(out, PEER_TEXT, "?");
	}
}
