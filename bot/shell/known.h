#ifndef BOT_SHELL_KNOWN_H
#define BOT_SHELL_KNOWN_H

/*
 * Who calls again, and with whom she spoke last. A caller is known by a keyed hash of what Graph
 * tells of her, never by a name or number, so that this and the journal say nothing without the
 * service's secret. In memory, made anew from the journal; only the last KNOWN_MAX
 * conversations are remembered.
 */

#include "bot/base/guid.h"
#include "bot/core/effect.h"
#include "bot/shell/config.h"
#include "bot/store/store.h"

enum { KNOWN_MAX = 65536 };

struct shell;
struct known;

/* NULL: no memory. */
struct known *known_new(void);
void known_free(struct known *k);

/* false: the caller is nobody who could be told apart: anonymous, or known to us by a name that
 * Graph makes up anew for each call. */
bool known_hash(const struct shell *s, const struct caller *who, struct guid *out);
/* A contact of the caller's is over; conf was in force then. */
void known_ended(struct known *k, struct guid caller, uint32_t contact, const struct record *r,
	const struct config *conf);
/* Index + 1 of the agent she spoke with last, not longer ago than conf says; 0: nobody, or she is
 * an agent no more. */
uint16_t known_agent(
	const struct known *k, struct guid caller, uint64_t now_ms, const struct config *conf);
/* Nobody knows any more with whom she spoke. */
void known_forget(struct known *k, struct guid caller);

/* A conversation she had; indices + 1 of the configuration asked with, 0: it has no such any more.
 */
struct known_talk {
	uint32_t contact;
	uint64_t at_ms;
	uint16_t queue, agent, wrap_up_code;
	enum outcome outcome;
};
/* n from 0: the newest. false: no more are remembered. */
bool known_earlier(const struct known *k, struct guid caller, size_t n, const struct config *conf,
	struct known_talk *out);

#endif
