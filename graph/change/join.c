#include "graph/change/join.h"

#include "bot/base/text.h"

#include <string.h>

void join_begin(struct join *j, const struct call_record *record)
{
	*j = (struct join){ .record = record };
}

static bool overlaps(const struct call_record *r, const struct join_contact *c)
{
	uint64_t ended = c->ended_unix_ms ? c->ended_unix_ms : UINT64_MAX - JOIN_SLACK_MS;

	return r->start_unix_ms && c->offered_unix_ms <= r->end_unix_ms + JOIN_SLACK_MS &&
	       ended + JOIN_SLACK_MS >= r->start_unix_ms;
}

/* Ids of people are GUIDs in either case, numbers have no case. */
bool record_names(const struct call_record *r, const char *id)
{
	if (!*id)
		return false;
	if (text_same_nocase(r->organizer.id, id))
		return true;
	for (size_t i = 0; i < r->n_parties; i++)
		if (text_same_nocase(r->party[i].id, id))
			return true;
	for (size_t i = 0; i < r->n_sessions; i++)
		if (text_same_nocase(r->session[i].caller.id, id) ||
			text_same_nocase(r->session[i].callee.id, id))
			return true;
	return false;
}

/* Of several in one chain (a caller who came back by transfer) the first counts. */
void join_consider(struct join *j, const struct join_contact *c)
{
	if (!guid_is_none(j->record->guid) && guid_same(c->chain_id, j->record->guid)) {
		if (!j->by_chain || c->contact < j->by_chain)
			j->by_chain = c->contact;
	} else if (overlaps(j->record, c) && record_names(j->record, c->caller_id)) {
		j->by_participants = c->contact;
		j->n_by_participants++;
	}
}

uint32_t join_end(const struct join *j, enum joined *how)
{
	if (j->by_chain) {
		*how = JOINED_BY_CHAIN;
		return j->by_chain;
	}
	*how = j->n_by_participants == 1 ? JOINED_BY_PARTICIPANTS : JOINED_NONE;
	return j->n_by_participants == 1 ? j->by_participants : 0;
}
