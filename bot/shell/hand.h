#ifndef BOT_SHELL_HAND_H
#define BOT_SHELL_HAND_H

/*
 * A hand is something the service does beside carrying calls: presence, cards, call records. It has
 * a file of its own here, and a line in hands.def; the loop knows no hand by name. Its state hangs
 * on a pointer of its own in struct shell.
 *
 * Members may be NULL. All run on the main loop's thread and must not wait.
 */

#include "bot/base/err.h"

#include <stddef.h>
#include <stdint.h>

struct config;
struct shell;
struct route;
struct event;
struct effect;

struct hand {
	/* After the store, the tokens, the client and recovery, before the door opens; in the order
	 * of hands.def. An error ends the start, so a permission that is not given is none. */
	enum err (*open)(struct shell *s, struct why *why);
	/* In the opposite order; also when open was not reached. */
	void (*close)(struct shell *s);
	/* Each turn of the loop: start what is due. */
	void (*run)(struct shell *s);
	/* When run is wanted again if nothing else happens, on the monotonic clock; UINT64_MAX:
	 * not. */
	uint64_t (*deadline_ms)(const struct shell *s);
	/* Its routes of the web door. n_max is enough or a bug. */
	size_t (*routes)(struct shell *s, struct route *out, size_t n_max);
	/* s->conf is another one since now, with other numbers for agents, queues and entries;
	 * realms keep theirs. old is freed when all hands have returned. */
	void (*reload)(struct shell *s, const struct config *old);
	/* An event is durable and about to be stepped. Not during recovery. */
	void (*event)(struct shell *s, const struct event *ev);
	/* An effect was carried out. Not during recovery. */
	void (*effect)(struct shell *s, const struct effect *fx);
	/* The event was stepped, and all its effects were carried out; position: in the journal. */
	void (*stepped)(struct shell *s, const struct event *ev, uint64_t position);
};

#define HAND(name) extern const struct hand hand_##name;
#include "bot/shell/hands.def"
#undef HAND

#endif
