#ifndef GRAPH_WIRE_NOTE_PATH_H
#define GRAPH_WIRE_NOTE_PATH_H

/*
 * The resource a notification is about, from its URL:
 *
 *	[/](communications|app)/calls/{id}[/participants[/{id}] | /operations/{id}
 *		| /operations/participants
 *		| /contentsharingsessions[/{id}] | /...]
 */

#include "bot/base/guid.h"

#include <stdbool.h>

enum note_path_kind {
	PATH_OTHER, /* below a call, but nothing we know */
	PATH_CALL,
	PATH_PARTICIPANTS,
	PATH_PARTICIPANT,
	PATH_OPERATION,
	PATH_SHARING,                /* contentsharingsessions, and one of them */
	PATH_OPERATION_PARTICIPANTS, /* an oddity of Graph's documentation: an operation or a roster
				      */
};

struct note_path {
	enum note_path_kind kind;
	struct guid call_id;
	const char *last; /* into the text: the id of the operation or participant, or "" */
};

/* false: no path of a call; out is unspecified then. */
bool note_path_read(const char *text, struct note_path *out);

#endif
