/* A contact: who calls, what she chose, what is known of her, and who is there for her. */
#include "bot/shell/noun.h"

#include "bot/shell/events.h"
#include "bot/shell/known.h"
#include "bot/shell/lookup.h"

#include <stdio.h>
#include <string.h>

enum { EARLIER_MAX = 5 };

static const char *queue_name(const struct shell *s, uint32_t queue)
{
	return queue ? s->conf->queue[queue - 1].name : NULL;
}

static const char *agent_id(const struct shell *s, uint32_t agent)
{
	return agent ? s->conf->agent[agent - 1].user_id : NULL;
}

void noun_mask(char *out, size_t size, const struct caller *p)
{
	if (strcmp(p->kind, "phone") != 0)
		text_mask_name(out, size, p->name);
	else
		text_mask_number(out, size, p->id);
}

static enum card_caller how_shown(const struct shell *s, uint32_t queue, bool whole)
{
	enum card_caller how = queue ? s->conf->queue[queue - 1].card_caller : CALLER_MASKED;

	return how == CALLER_FULL && !whole ? CALLER_MASKED : how;
}

static void shown(
	struct shell *s, const struct contact_view *k, bool whole, char out[160], struct caller *p)
{
	enum card_caller how = how_shown(s, k->record.queue, whole);

	out[0] = '\0';
	if (store_person_get(s->store, k->contact, p, NULL) != OK || how == CALLER_HIDDEN)
		*p = (struct caller){ .contact = 0 };
	else if (how == CALLER_FULL)
		snprintf(out, 160, "%s", p->id);
	else
		noun_mask(out, 160, p);
	if (how == CALLER_MASKED)
		p->name[0] = '\0';
}

/* ---- what is known of her */

static json_t *lookups(const struct shell *s, uint32_t contact)
{
	json_t *list = json_array();
	const char *name, *answer;
	uint64_t at_ms;

	for (size_t i = 0; lookup_finding(s, contact, &i, &name, &answer, &at_ms);)
		json_array_append_new(list, json_pack("{s:s, s:s, s:o}", "lookup", name, "answer",
						    answer, "at", noun_time(at_ms)));
	return list;
}

static json_t *earlier(struct shell *s, uint32_t contact)
{
	const struct line *l = line_of(s->lines, contact);
	json_t *list = json_array();
	struct known_talk talk;

	for (size_t i = 0;
		l && i < EARLIER_MAX && known_earlier(s->known, l->caller, i, s->conf, &talk); i++)
		json_array_append_new(
			list, json_pack("{s:I, s:o, s:s?, s:s?, s:s, s:s?}", "contact",
				      (json_int_t)talk.contact, "at", noun_time(talk.at_ms),
				      "queue", queue_name(s, talk.queue), "agent",
				      talk.agent ? s->conf->agent[talk.agent - 1].name : NULL,
				      "outcome", outcome_name(talk.outcome), "wrap_up_code",
				      config_wrap_up_code(s->conf, talk.wrap_up_code)));
	return list;
}

/* ---- who is there for her */

static bool can_decline(
	const struct shell *s, const struct contact_view *k, const struct party_view *p)
{
	return !p->talks && p->role == ROLE_OFFER && k->record.queue &&
	       (p->asked || s->conf->plan.queue[k->record.queue - 1].hand_off == HAND_OFF_BRIDGE);
}

static json_t *parties(struct shell *s, const struct contact_view *k)
{
	static const char *const roles[] = { "offer", "consult", "transfer", "supervise" };
	static const char *const words[HEARINGS] = { "nothing", "all", "listen", "whisper",
		"music" };
	json_t *list = json_array();
	struct party_view p;

	for (uint32_t n = 0; centre_contact_party(s->centre, k->contact, n, &p); n++)
		json_array_append_new(list,
			json_pack("{s:s, s:I, s:s, s:s, s:b, s:b, s:b, s:o, s:s?}", "agent",
				agent_id(s, p.agent + 1), "attempt", (json_int_t)p.attempt, "role",
				roles[p.role], "state", p.talks ? "talking" : "ringing", "asked",
				p.asked, "can_accept", p.asked && !p.talks, "can_decline",
				can_decline(s, k, &p), "until", noun_time(p.until_ms), "hearing",
				p.talks ? words[p.hearing] : NULL));
	return list;
}

static void add_whole(
	struct shell *s, const struct contact_view *k, const struct caller *p, json_t *out)
{
	static const char *const tapings[] = { "off", "on", "paused" };
	const struct record *r = &k->record;
	char name[sizeof(p->name) + 1];

	snprintf(name, sizeof(name), "%s", p->name);
	json_object_update_new(
		out, json_pack("{s:s, s:s%, s:s, s:s, s:o, s:o, s:o, s:b, s:I, s:s, s:I, s:s?}",
			     "caller_kind", p->kind, "caller_name", name, strlen(name), "entry",
			     s->conf->flow_name[s->conf->plan.entry[r->entry].flow], "keys",
			     events_keys(s, k->contact), "lookups", lookups(s, k->contact),
			     "earlier", earlier(s, k->contact), "parties", parties(s, k), "held",
			     k->held, "held_ms", (json_int_t)r->held_ms, "recording",
			     tapings[k->taping], "offers", (json_int_t)r->n_offers, "wrap_up_code",
			     config_wrap_up_code(s->conf, r->wrap_up_code)));
}

json_t *noun_contact(struct shell *s, const struct contact_view *k, bool whole)
{
	static const char *const phases[] = { "arriving", "flow", "waiting", "ringing", "talking",
		"closing", "call_back" };
	const struct record *r = &k->record;
	char rank[48] = "", caller[160];
	struct caller p = { .contact = 0 };
	json_t *out;

	if (k->rank_seq)
		snprintf(rank, sizeof(rank), "%015lld.%010llu", (long long)k->rank_ms,
			(unsigned long long)k->rank_seq);
	shown(s, k, whole, caller, &p);
	out = json_pack(
		"{s:I, s:s, s:o, s:s?, s:s?, s:o, s:o, s:o, s:I, s:s, s:s%, s:b, s:s?, s:b}",
		"contact", (json_int_t)k->contact, "phase", phases[k->phase], "since",
		noun_time(k->since_ms), "queue", queue_name(s, r->queue), "rank",
		rank[0] ? rank : NULL, "offered_at", noun_time(r->offered_ms), "queued_at",
		noun_time(r->queued_ms), "connected_at", noun_time(r->connected_ms), "priority",
		(json_int_t)r->priority, "language", s->conf->language[r->language], "caller",
		caller, strlen(caller), "call_back", k->phase == PHASE_CALL_BACK || k->called_back,
		"agent", agent_id(s, r->agent), "detail", whole);
	if (out && whole)
		add_whole(s, k, &p, out);
	return out;
}

static uint64_t between(uint64_t from_ms, uint64_t to_ms)
{
	return from_ms && to_ms > from_ms ? to_ms - from_ms : 0;
}

json_t *noun_ended(struct shell *s, uint32_t contact, const struct record *r)
{
	uint64_t ended_ms = r->ended_ms ? r->ended_ms : s->now_ms;

	return json_pack("{s:I, s:s?, s:s?, s:s, s:o, s:I, s:I, s:s?}", "contact",
		(json_int_t)contact, "queue", queue_name(s, r->queue), "agent",
		agent_id(s, r->agent), "outcome", outcome_name((enum outcome)r->outcome),
		"ended_at", noun_time(ended_ms), "waited_ms",
		(json_int_t)between(r->queued_ms, r->connected_ms ? r->connected_ms : ended_ms),
		"talked_ms",
		(json_int_t)between(r->connected_ms, r->left_ms ? r->left_ms : ended_ms),
		"wrap_up_code", config_wrap_up_code(s->conf, r->wrap_up_code));
}

void audience_contact(const struct shell *s, const struct contact_view *k, struct audience *out)
{
	const struct config *c = s->conf;
	struct party_view p;
	size_t n = 0;

	*out = (struct audience){ .tenant = c->realm[c->entry[k->record.entry].realm].tenant,
		.queue = k->record.queue,
		.in_short = k->phase == PHASE_WAITING || k->phase == PHASE_RINGING ||
			    k->phase == PHASE_CALL_BACK };
	for (uint32_t i = 0;
		n < AUDIENCE_AGENTS && centre_contact_party(s->centre, k->contact, i, &p); i++)
		out->agent[n++] = (uint16_t)(p.agent + 1);
}
