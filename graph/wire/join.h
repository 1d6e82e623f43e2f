#ifndef GRAPH_WIRE_JOIN_H
#define GRAPH_WIRE_JOIN_H

/*
 * What a recording bot answers when it is asked about a party who joins (NOTE_JOINING): the
 * body of the 200 to that very POST.
 * Source: Graph v1.0, resources/participantjoiningresponse and what derives from it.
 */

#include "bot/base/err.h"

enum join_answer {
	JOIN_ACCEPT,     /* this bot takes her as well */
	JOIN_REJECT,     /* text is the reason: "none", "busy", "forbidden" */
	JOIN_INVITE_NEW, /* text is the https address where another bot is called */
};

/*
 * *out is owned by the receiver (free), NUL-terminated; NULL unless OK.
 *
 * E_MALFORMED  the reason is not of those, or the address is missing or none
 * E_SYSTEM     no memory
 *
 * Pure. Any thread.
 */
enum err join_write(
	enum join_answer answer, const char *text, char **out, struct why *why) MUST_CHECK;

#endif
