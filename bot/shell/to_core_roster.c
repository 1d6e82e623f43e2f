/* Who is in the call. */
#include "bot/shell/to_core_inside.h"

#include "bot/base/text.h"

#include <string.h>

/* A leaver may come without an identity, then the participant's id tells. */
static bool is_agent(
	const struct config *conf, const struct ring_out *r, const struct roster_entry *p)
{
	if (p->who.kind == PARTY_USER)
		return text_same_nocase(conf->agent[r->agent - 1].user_id, p->who.id);
	return p->who.kind == PARTY_NONE && p->participant_id[0] &&
	       strcmp(r->participant_id, p->participant_id) == 0;
}

/* The newest offer to this participant; NULL: no agent of this call. */
static struct ring_out *ring_of_party(
	const struct config *conf, struct line *l, const struct roster_entry *p)
{
	struct ring_out *newest = NULL;

	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];

		if (r->attempt && is_agent(conf, r, p) && (!newest || r->attempt > newest->attempt))
			newest = r;
	}
	return newest;
}

struct seen {
	bool agent[LINE_RINGS];
	bool told[LINE_RINGS]; /* one event a ring, though an agent may be listed twice */
	bool caller;
	bool caller_left; /* delta rosters say so expressly */
};

static void see_other(struct line *l, const struct roster_entry *p, struct seen *seen)
{
	bool known = l->caller_id[0] != '\0';

	if (!p->removed && !known)
		snprintf(l->caller_id, sizeof(l->caller_id), "%s", p->participant_id);
	seen->caller |= !p->removed;
	seen->caller_left |= p->removed && (known ? strcmp(l->caller_id, p->participant_id) == 0
						  : p->who.kind != PARTY_NONE);
}

static void see_agent(struct line *l, struct ring_out *r, const struct roster_entry *p,
	struct seen *seen, struct to_core *out)
{
	struct event ev = { .contact = l->contact, .attempt = r->attempt };
	size_t i = (size_t)(r - l->ring);

	/* Without the id, too long for us, only the call can be ended. */
	if (text_copy(r->participant_id, sizeof(r->participant_id), p->participant_id) != OK)
		r->participant_id[0] = '\0';
	seen->agent[i] |= !p->removed;
	r->in_roster |= !p->removed;
	if (!p->removed && !r->answered)
		ev.kind = EV_AGENT_ANSWERED;
	else if (p->removed && r->answered && !r->over)
		ev.kind = EV_AGENT_LEFT;
	if (ev.kind && !seen->told[i])
		to_core_say(out, ev);
	seen->told[i] |= ev.kind != EV_NONE;
}

static void see_party(const struct config *conf, struct line *l, const struct roster_entry *p,
	struct seen *seen, struct to_core *out)
{
	struct ring_out *r = ring_of_party(conf, l, p);

	if (p->in_lobby || p->who.kind == PARTY_APPLICATION ||
		p->who.kind == PARTY_APPLICATION_INSTANCE)
		return; /* not in the call yet, or ourselves */
	if (r)
		see_agent(l, r, p, seen, out);
	else
		see_other(l, p, seen);
}

void to_core_roster(const struct config *conf, struct line *l, const struct roster_entry *party,
	size_t n, bool delta, struct to_core *out)
{
	struct seen seen = { .caller = false };

	for (size_t i = 0; i < n; i++)
		see_party(conf, l, &party[i], &seen, out);
	for (size_t i = 0; i < LINE_RINGS && !delta; i++)
		if (l->ring[i].answered && l->ring[i].in_roster && !l->ring[i].over &&
			!seen.agent[i] && !seen.told[i])
			to_core_say(out, (struct event){ .kind = EV_AGENT_LEFT,
						 .contact = l->contact,
						 .attempt = l->ring[i].attempt });
	if (seen.caller_left || (!delta && l->caller_in_roster && !seen.caller))
		to_core_say(out,
			(struct event){
				.kind = EV_CALL_ENDED, .contact = l->contact, .value = END_LEFT });
	l->caller_in_roster |= seen.caller;
}
