#ifndef MEDIA_ENGINE_ARRIVALS_H
#define MEDIA_ENGINE_ARRIVALS_H

/*
 * On which legs something came: one question to the kernel a tick instead of one for each leg, most
 * of which have nothing. For legs that are silent, held or only listen.
 *
 * Belongs to a shard. Takes no memory after arrivals_init.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>

struct epoll_event;
struct line;

struct arrivals {
	int fd;
	struct epoll_event *ready;
	size_t max;
};

/* Of so many legs at most. E_SYSTEM. arrivals_fini also after a failure, and of zeros. */
enum err arrivals_init(struct arrivals *a, size_t legs_max) MUST_CHECK;
void arrivals_fini(struct arrivals *a);

/* Tell of its leg while something waits there. false: its kind or the system cannot, so it has to
 * be looked at. */
bool arrivals_watch(struct arrivals *a, struct line *whose);
void arrivals_forget(struct line *whose);

/* Returns of how many sockets something waits; arrivals_at says whose. */
size_t arrivals_look(struct arrivals *a);
struct line *arrivals_at(const struct arrivals *a, size_t i);

#endif
