#ifndef BOT_CORE_AGENT_H
#define BOT_CORE_AGENT_H

/* One agent at a time does one thing. None of these offers anything: offer.h does. */

#include "bot/core/state.h"

/* Free again as if nothing had happened: keeps the place among the idle. */
void agent_release(struct centre *c, uint32_t agent);
void agent_ring(struct centre *c, uint32_t agent, struct contact *k);
void agent_talk(struct centre *c, uint32_t agent);
/* The conversation is over; free after ms. */
void agent_wrap_up(struct centre *c, uint32_t agent, uint32_t ms);
/* Did not answer; free after ms. */
void agent_back_off(struct centre *c, uint32_t agent, uint32_t ms);
/* Whether her presence is one that the queue offers callers to. */
bool agent_is_available(const struct centre *c, uint32_t agent, uint32_t queue);
/* Elsewhere she is now p. */
void agent_presence(struct centre *c, uint32_t agent, enum presence_class p);
/* Wrap-up or back-off ran out. */
void agent_due(struct centre *c, uint32_t agent);

#endif
