#include "media/engine/arrivals.h"

#include <stdlib.h>
#include <sys/epoll.h>
#include <unistd.h>

enum err arrivals_init(struct arrivals *a, size_t legs_max)
{
	a->max = legs_max;
	a->ready = calloc(legs_max, sizeof(*a->ready));
	a->fd = a->ready ? epoll_create1(EPOLL_CLOEXEC) : -1;
	return a->fd >= 0 ? OK : E_SYSTEM;
}

void arrivals_fini(struct arrivals *a)
{
	if (a->ready && a->fd >= 0)
		close(a->fd);
	free(a->ready);
	*a = (struct arrivals){ 0 };
}

bool arrivals_watch(struct arrivals *a, int fd, struct line *whose)
{
	struct epoll_event e = { .events = EPOLLIN, .data.ptr = whose };

	return fd >= 0 && epoll_ctl(a->fd, EPOLL_CTL_ADD, fd, &e) == 0;
}

void arrivals_forget(struct arrivals *a, int fd)
{
	epoll_ctl(a->fd, EPOLL_CTL_DEL, fd, NULL);
}

size_t arrivals_look(struct arrivals *a)
{
	int n = epoll_wait(a->fd, a->ready, (int)a->max, 0);

	return n > 0 ? (size_t)n : 0;
}

struct line *arrivals_at(const struct arrivals *a, size_t i)
{
	return a->ready[i].data.ptr;
}
