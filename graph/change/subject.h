#ifndef GRAPH_CHANGE_SUBJECT_H
#define GRAPH_CHANGE_SUBJECT_H

/* What one can subscribe to: how long Graph lets it live, and which permission it wants. */

#include <stdint.h>

struct subject {
	const char *resource; /* how its path begins, without a leading slash */
	uint32_t life_min;    /* what we ask for: below the documented edge, which is printed in two
				 versions */
	const char *permission;
};

/* By the head of the resource's path. NULL: nothing we know. Pure. */
const struct subject *subject_of(const char *resource);

#endif
