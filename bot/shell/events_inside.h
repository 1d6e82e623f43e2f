#ifndef BOT_SHELL_EVENTS_INSIDE_H
#define BOT_SHELL_EVENTS_INSIDE_H

/* Between events.c, which follows the centre, and events_stream.c, which talks to who listens. */

#include "bot/shell/events.h"

#include "bot/api/news.h"
#include "bot/shell/gate.h"

enum {
	KEYS_SHOWN_MAX = 8,
	LISTENED_MS = 300000 /* the news goes on so long after the last stream */
};

/* A contact in progress, as it was shown last. */
struct shown {
	uint32_t contact;
	uint32_t next; /* in the bucket, or of the free; index */
	struct audience is;
	uint64_t whole, in_short; /* hashes of the texts; 0: not shown yet */
	char keys[KEYS_SHOWN_MAX + 1];
};

struct listener;

struct events {
	struct news *news;
	struct queue_set *served; /* by agent */
	struct shown *shown;      /* [n_shown], from 1 */
	uint32_t *bucket, mask, n_shown, free;
	uint64_t *queue_hash, *agent_hash; /* two an agent */
	/* Over in the step under way. */
	struct {
		uint32_t contact;
		struct record record;
	} ended[EFFECTS_MAX];
	size_t n_ended;
	bool awake;         /* somebody listens, or did a while ago */
	uint64_t asleep_ms; /* then nobody is coming back */
	struct listener *first;
	size_t n_listeners;
	uint64_t due_ms; /* a heartbeat, or a token's end */
};

/* events_stream.c */
void streams_wake(struct shell *s);
void streams_run(struct shell *s);
void streams_begin_again(struct shell *s);
/* None is left: the door has closed. */
void streams_close(struct shell *s);
/* events.c: the news follows the centre from now on. */
void events_awake(struct shell *s);
/* The view, as text: owned by the receiver; NULL: no memory. */
char *events_view(struct shell *s, const struct person *who, const struct viewer *v);

#endif
