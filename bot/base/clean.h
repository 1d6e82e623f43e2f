#ifndef BOT_BASE_CLEAN_H
#define BOT_BASE_CLEAN_H

/*
 * Locals clean themselves, and handing over is visible.
 *
 * CLEAN(free) char *p: fn(p) runs when p leaves its scope, also when p is NULL, so
 * the room gives fn a form that takes the variable's address:
 *
 *	CLEAN_FN(json_decref, json_t *)
 *	CLEAN(json_decref) json_t *root = NULL;
 *	*out = TAKE(root);
 */

#include <stdlib.h>
#include <unistd.h>

#define CLEAN(fn) __attribute__((cleanup(fn##_clean)))
#define CLEAN_FN(fn, type)                                             \
	__attribute__((unused)) static inline void fn##_clean(type *p) \
	{                                                              \
		if (*p)                                                \
			fn(*p);                                        \
	}
#define TAKE(p)                         \
	__extension__({                 \
		__typeof__(p) t_ = (p); \
		(p) = NULL;             \
		t_;                     \
	})

__attribute__((unused)) static inline void free_clean(void *p)
{
	free(*(void **)p);
}

/* For file descriptors: CLEAN(close) int fd = -1; */
__attribute__((unused)) static inline void close_clean(int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

#endif
