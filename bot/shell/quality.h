#ifndef BOT_SHELL_QUALITY_H
#define BOT_SHELL_QUALITY_H

/*
 * How live audio sounded, kept beside the contact: measured by the engine, told when a leg ends,
 * written together with others' within a second. No event and no business of the centre's, so a
 * replay decides the same whatever the network did; what a crash takes in that second stays untold.
 *
 * Only legs of ours: of a call whose media Graph hosts, Graph's own call record tells.
 */

#include "bot/shell/shell.h"

struct leg_metrics;

/* A leg is about to be closed: r's, or the caller's (NULL). */
void quality_ended(struct shell *s, const struct line *l, const struct ring_out *r, uint32_t leg);
/* Over all legs that ended since the start. */
const struct leg_metrics *quality_metrics(const struct shell *s);

#endif
