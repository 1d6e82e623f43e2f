#ifndef BOT_BASE_LOG_H
#define BOT_BASE_LOG_H

/*
 * One event, one line: time, level, room, the id that threads the story, a fixed verb
 * and key=value, ending with the decision.
 *
 *	12:04:31.402 warn  graph 17 invite status=429 retry_ms=4000 -> wait
 *
 * Never a token, a body, or a phone number in full (text_mask). The core does not log,
 * it returns effects; media threads count, and somebody else prints.
 * Any thread: a line is one write to standard error.
 */

#include "bot/base/err.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Lines below this level are dropped. Starts as LOG_INFO; set once, before threads start. */
void log_level_set(enum log_level least);

/* id may be "" where a line belongs to no call. Control characters in the text become '?'. */
void log_line(enum log_level level, const char *room, const char *id, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

#endif
