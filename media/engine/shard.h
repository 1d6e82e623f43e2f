#ifndef MEDIA_ENGINE_SHARD_H
#define MEDIA_ENGINE_SHARD_H

/*
 * One thread's share of the engine: its lines, and the tick that moves them on by 20 ms.
 *
 * Commands come in and events and done things go out through rings; figures are shown in atomics.
 * Between two ticks nothing is shared, and the tick takes no memory, lock, log or file.
 */

#include "bot/base/ring.h"
#include "media/engine/arrivals.h"
#include "media/engine/engine.h"
#include "media/engine/pace.h"
#include "media/engine/recording.h"
#include "media/engine/studio.h"

#include <pthread.h>
#include <stdatomic.h>

enum command_kind {
	COMMAND_ADD,     /* line */
	COMMAND_REMOVE,  /* line */
	COMMAND_REMOTE,  /* line, remote */
	COMMAND_CONNECT, /* line, fd */
	COMMAND_KEY,     /* line, seal */
	COMMAND_HEAR,    /* line, talker, factor, ramp_ms */
	COMMAND_ORDER,   /* line, order */
	COMMAND_RECORD,  /* recording */
	COMMAND_PAUSE,   /* recording, is_paused */
	COMMAND_END,     /* recording */
	COMMAND_PRESS,   /* line, digits */
	COMMAND_JOIN,    /* line, frames */
};

struct command {
	enum command_kind kind;
	struct line *line;
	union {
		struct leg_address remote;
		int fd;
		struct {
			struct line *talker;
			int32_t factor; /* below 0: no longer */
			unsigned ramp_ms;
		} hear;
		struct order *order; /* NULL: stop */
		char digits[LEG_DIGITS_MAX];
		unsigned frames; /* of one packet on hold */
		struct rtp_seal *seal;
		struct {
			struct recording *what;
			bool is_paused;
		} record;
	};
};

/* What engine_stats adds up, in the order of struct engine_stats. */
enum tally {
	TALLY_TICKS,
	TALLY_TICKS_LOST,
	TALLY_LATE_US_MAX,
	TALLY_CPU_US,
	TALLY_IN,
	TALLY_OUT,
	TALLY_LOST,
	TALLY_LATE,
	TALLY_REFUSED,
	TALLY_UNSENT,
	TALLY_CONCEALED,
	TALLY_DECODED,
	TALLY_ENCODED,
	TALLY_EVENTS_DROPPED,
	TALLY_STORED,
	TALLY_PASSED,
	TALLY_ENCODERS, /* now */
	TALLY_DECODERS,
	TALLY_BUSY, /* lately, in 1/1000 of its time */
	TALLY_COUNT,
};

struct shard {
	struct ring commands; /* struct command: control to shard */
	struct ring events;   /* struct engine_event: shard to control */
	struct ring returns;  /* struct returned: shard to control */
	int wake_fd;          /* the engine's eventfd; borrowed */
	bool wakes;           /* something was put for the control thread in this tick */
	_Atomic uint64_t shown[TALLY_COUNT];

	/* From here on the shard's own. */
	struct line **line; /* lines of one room lie side by side */
	uint64_t *room;     /* of each: to look for a room's end, no line is touched */
	size_t n_lines, lines_max, n_closing;
	unsigned rtp_lost_ms;
	uint64_t tally[TALLY_COUNT];      /* of itself and of lines that are gone */
	uint64_t counted[TALLY_COUNT];    /* of its lines, lately */
	uint64_t count_tick, count_ticks; /* when they are counted again, and how often */
	struct studio studio;
	struct recordings recordings;
	struct arrivals arrivals;
	struct leg_batch batch;

	/* The thread. */
	pthread_t thread;
	bool has_thread;
	_Atomic bool stops;
	unsigned priority;
	struct pace pace;
	int64_t busy; /* smoothed */
};

/* wake_fd is borrowed. E_SYSTEM: no memory. shard_fini also after a failure. */
enum err shard_init(
	struct shard *s, const struct engine_conf *conf, int wake_fd, struct why *why) MUST_CHECK;
/* The thread has ended. What is left in it was taken out. */
void shard_fini(struct shard *s);

/* The next 20 ms. now_ns: monotonic, or a test's own. */
void shard_tick(struct shard *s, uint64_t now_ns);
/* Ticks that are not run: time went by all the same. behind: how many ticks will follow the next
 * one at once. */
void shard_pass(struct shard *s, uint64_t ticks, unsigned behind);
/* Show the tally to engine_stats. */
void shard_show(struct shard *s);

/* Run what is due by now_ns. */
void shard_wake(struct shard *s, uint64_t now_ns);
/* Run ticks until stops, the first one tick plus offset_ns from now. */
enum err shard_start(struct shard *s, uint64_t offset_ns, struct why *why) MUST_CHECK;
void shard_stop(struct shard *s);

/* Between shard.c, where commands and lines come and go, and tick.c. */

/* As many of the commands that wait as a tick has time for. */
void shard_obey(struct shard *s);
/* Lines that closed and have faded go back to the control thread. */
void shard_drop_closed(struct shard *s);
/* Its figures into the shard's own. */
void shard_count(uint64_t tally[TALLY_COUNT], const struct line *l);

static inline struct pool *shard_decoders(struct shard *s, const struct line *l)
{
	return &s->studio.decoder[codec_number(l->codec)];
}

#endif
