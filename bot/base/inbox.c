#include "bot/base/inbox.h"

#include <assert.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

struct inbox {
	pthread_mutex_t lock; /* guards first, n and the values */
	int fd;               /* counts 1 while n > 0 */
	size_t first, n, capacity, value_bytes;
	char values[];
};

struct inbox *inbox_new(size_t capacity, size_t value_bytes)
{
	struct inbox *in;

	assert(capacity > 0 && value_bytes > 0 && value_bytes <= SIZE_MAX / 2 / capacity);
	in = calloc(1, sizeof(*in) + capacity * value_bytes);
	if (!in)
		return NULL;
	in->fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	if (in->fd < 0) {
		free(in);
		return NULL;
	}
	pthread_mutex_init(&in->lock, NULL);
	in->capacity = capacity;
	in->value_bytes = value_bytes;
	return in;
}

void inbox_free(struct inbox *in)
{
	if (!in)
		return;
	pthread_mutex_destroy(&in->lock);
	close(in->fd);
	free(in);
}

/* An eventfd of our own can refuse neither a 1 nor the read that takes it back. */
static void flag_raise(struct inbox *in)
{
	uint64_t one = 1;
	ssize_t n = write(in->fd, &one, sizeof(one));

	assert(n == sizeof(one));
	(void)n;
}

static void flag_lower(struct inbox *in)
{
	uint64_t count;
	ssize_t n = read(in->fd, &count, sizeof(count));

	assert(n == sizeof(count));
	(void)n;
}

enum err inbox_put(struct inbox *in, const void *value)
{
	enum err e = E_LIMIT;

	pthread_mutex_lock(&in->lock);
	if (in->n < in->capacity) {
		size_t at = (in->first + in->n) % in->capacity;

		memcpy(in->values + at * in->value_bytes, value, in->value_bytes);
		if (in->n++ == 0)
			flag_raise(in);
		e = OK;
	}
	pthread_mutex_unlock(&in->lock);
	return e;
}

bool inbox_take(struct inbox *in, void *value)
{
	bool some;

	pthread_mutex_lock(&in->lock);
	some = in->n > 0;
	if (some) {
		memcpy(value, in->values + in->first * in->value_bytes, in->value_bytes);
		in->first = (in->first + 1) % in->capacity;
		if (--in->n == 0)
			flag_lower(in);
	}
	pthread_mutex_unlock(&in->lock);
	return some;
}

int inbox_fd(const struct inbox *in)
{
	return in->fd;
}

size_t inbox_waiting(struct inbox *in)
{
	size_t n;

	pthread_mutex_lock(&in->lock);
	n = in->n;
	pthread_mutex_unlock(&in->lock);
	return n;
}
