#include "media/engine/arrivals.h"

#include "media/engine/line.h"

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

bool arrivals_watch(struct arrivals *a, struct line *whose)
{
	const struct leg_kind *kind = whose->leg->kind;

	return kind->watch && kind->watch(whose->leg, a->fd, whose);
}

void arrivals_forget(struct line *whose)
{
	whose->leg->kind->unwatch(whose->leg);
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
