#ifndef GRAPH_CHANGE_JOIN_H
#define GRAPH_CHANGE_JOIN_H

/*
 * Which contact of ours is a call record about?
 *
 * A record's id is usually the callChainId that the incoming call told. After transfers it may be
 * another; then who took part and when has to do: the caller is in the record, the times overlap,
 * and there is only one such contact. Two are none: a wrong join is worse than none.
 * Source: Graph FAQ on the call records API.
 */

#include "graph/wire/record.h"

enum joined { JOINED_NONE, JOINED_BY_CHAIN, JOINED_BY_PARTICIPANTS };

/* A contact that may be it; text is borrowed for the call. */
struct join_contact {
	uint32_t contact;
	struct guid chain_id;  /* none: not known */
	const char *caller_id; /* number or object id; "": erased or anonymous */
	uint64_t offered_unix_ms;
	uint64_t ended_unix_ms; /* 0: not over yet */
};

struct join {
	const struct call_record *record; /* borrowed for as long as this is used */
	uint32_t by_chain, by_participants;
	unsigned n_by_participants;
};

/* How far clocks and the ends of legs may lie apart. */
enum { JOIN_SLACK_MS = 60000 };

void join_begin(struct join *j, const struct call_record *record);
void join_consider(struct join *j, const struct join_contact *c);
/* The contact, and how it was found; 0: none. */
uint32_t join_end(const struct join *j, enum joined *how);

/* Does this id, of an application or a resource account, stand in the record? */
bool record_names(const struct call_record *record, const char *id);

#endif
