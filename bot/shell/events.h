#ifndef BOT_SHELL_EVENTS_H
#define BOT_SHELL_EVENTS_H

/*
 * GET /api/v1/view and GET /api/v1/events: what people see now, and what changes in it. After each
 * step of the centre, what it touched is rendered once and put into the news (bot/api/news.h), from
 * which every stream takes what its person may see.
 */

#include "bot/api/sight.h"
#include "bot/base/text.h"

#include <jansson.h>

struct shell;

enum { STREAMS_MAX = 2000, STREAM_BEAT_MS = 15000 };

/* Something that the centre does not know of has happened at the journal's present position: to
 * whom may see it. noun is taken over. */
void events_tell(struct shell *s, const char *event, const struct audience *audience, json_t *noun);
/* Pressed by a caller in progress, the first few. "" where nothing is known. */
const char *events_keys(const struct shell *s, uint32_t contact);

/* That agent (index + 1) has her desk open: she can be asked there. */
bool events_listens(const struct shell *s, uint16_t agent);

#endif
