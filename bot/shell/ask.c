#include "bot/shell/ask.h"

#include "bot/base/log.h"
#include "bot/shell/from_core.h"
#include "bot/shell/relay.h"

/* An agent's own call has a lane of its own. */
uint64_t ask_lane(uint32_t contact, uint32_t attempt)
{
	return (uint64_t)attempt << 32 | contact;
}

void ask_failed(struct shell *s, uint32_t contact, uint32_t attempt, enum effect_end end)
{
	shell_push(s, to_core_failure(line_of(s->lines, contact), contact, attempt, end));
}

static void tell(const struct errand *e, const struct client_answer *a, const struct reply *r)
{
	char id[16], told[ERRAND_STORY_MAX];

	snprintf(id, sizeof(id), "%u", e->contact);
	if (e->op == OP_DELETE_CALL && r->kind == REPLY_GONE)
		return; /* gone is what it asks for */
	if (a->end == CLIENT_ANSWERED && r->kind != REPLY_OK)
		log_line(LOG_WARN, "graph", id, "op=%s code=%s message=\"%s\" %s", op_name(e->op),
			r->code, r->message, errand_told(a, told));
	else if (a->end == CLIENT_UNKNOWN || a->end == CLIENT_NOT_SENT)
		log_line(LOG_WARN, "graph", id, "op=%s %s", op_name(e->op), errand_told(a, told));
}

void ask_graph(struct shell *s, errand_done *done, enum op_kind op, struct line *l,
	uint32_t attempt, struct op_in *in)
{
	struct errand e = {
		.done = done, .op = op, .contact = l->contact, .realm = l->realm, .attempt = attempt
	};
	char call_id[GUID_TEXT];

	guid_print(l->call_id, call_id);
	if (!in->call_id)
		in->call_id = call_id;
	errand_graph(s, &e, ask_lane(l->contact, 0), in);
}

void ask_own_call(struct shell *s, errand_done *done, enum op_kind op, const struct line *l,
	const struct ring_out *r, uint32_t attempt, const struct op_in *in)
{
	struct errand e = {
		.done = done, .op = op, .contact = l->contact, .realm = l->realm, .attempt = attempt
	};

	errand_graph(s, &e, ask_lane(l->contact, r->attempt), in);
}

static void on_roster(struct shell *s, const struct errand *e, const struct client_answer *a);

void ask_roster(struct shell *s, struct line *l, uint32_t probe_attempt)
{
	struct op_in in = { .call_id = NULL };

	ask_graph(s, on_roster, OP_LIST_PARTICIPANTS, l, probe_attempt, &in);
}

/* An answer that Graph finds out of place was perhaps taken before: the call itself tells. */
static void on_conflict(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct reply r;

	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	tell(e, a, &r);
	if (!l || a->end != CLIENT_ANSWERED)
		return; /* the centre's deadline for audio stands */
	if (r.kind == REPLY_GONE)
		ask_failed(s, e->contact, e->attempt, EFFECT_GONE);
	else if (r.audio == AUDIO_ACTIVE && !l->active)
		shell_push(s, (struct event){ .kind = EV_CALL_ACTIVE, .contact = e->contact });
}

void ask_state(struct shell *s, struct line *l, uint32_t attempt, errand_done *done)
{
	struct op_in in = { .call_id = NULL };

	ask_graph(s, done, OP_GET_CALL, l, attempt, &in);
}

static bool transfers(const struct line *l)
{
	if (l->leaving.attempt)
		return true;
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].attempt && !l->ring[i].over && l->ring[i].transfer)
			return true;
	return false;
}

/* The call whose request was lost: it tells whether it lives, not what it plays. So a prompt counts
 * as failed, and what comes next stops it should it play after all; a transfer is in doubt, and
 * its deadline decides. */
static void on_lost(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct reply r;

	if (!l)
		return;
	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	tell(e, a, &r);
	if (a->end != CLIENT_ANSWERED || r.kind != REPLY_GONE)
		ask_failed(s, e->contact, e->attempt, EFFECT_TIMEOUT);
	else if (!transfers(l)) /* else its notification is on the way, and knows more */
		ask_failed(s, e->contact, e->attempt, EFFECT_GONE);
}

/* Without an answer nobody knows whether it took effect, and a notification may never come. */
static bool lost(struct shell *s, struct line *l, const struct errand *e)
{
	if (e->op == OP_PLAY_PROMPT || e->op == OP_TRANSFER || e->op == OP_RECORD_RESPONSE)
		ask_state(s, l, e->attempt, on_lost);
	else if (e->op == OP_INVITE)
		ask_roster(s, l, 0);
	else
		return false;
	return true;
}

/* Without them the caller would press in vain. Not asked again at once: where Graph is away, the
 * next prompt comes soon enough. */
static bool tones_lost(const struct errand *e, const struct client_answer *a, const struct reply *r)
{
	if (e->op != OP_SUBSCRIBE_TO_TONE)
		return false;
	return a->end != CLIENT_ANSWERED || r->kind == REPLY_TRANSIENT ||
	       r->kind == REPLY_THROTTLED;
}

void ask_replied(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct to_core t;
	struct reply r;

	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	tell(e, a, &r);
	if (l && e->op == OP_ANSWER && a->end == CLIENT_ANSWERED && r.kind == REPLY_CONFLICT) {
		ask_state(s, l, e->attempt, on_conflict);
		return;
	}
	if (l && a->end == CLIENT_UNKNOWN && lost(s, l, e))
		return;
	if (l && tones_lost(e, a, &r)) {
		l->tones_due = true;
		return;
	}
	to_core_reply(l, e->op, e->contact, e->attempt, a->end, &r, &t);
	shell_push_all(s, &t);
	if (l)
		from_core_settle(s, l);
	if (e->op == OP_CREATE_CALL && !guid_is_none(r.call_id) && !line_waits(l, e->attempt))
		from_core_orphan(s, e->realm, e->contact, r.call_id);
}

/*
 * An agent who shall not be in the call is taken out as soon as a participant id is known: Graph's
 * answer to the invite may tell it, or only a roster.
 */
void from_core_settle(struct shell *s, struct line *l)
{
	from_core_heard(s, l);
	for (size_t i = 0; i < LINE_RINGS; i++) {
		struct ring_out *r = &l->ring[i];
		struct op_in in = { .participant_id = r->participant_id };

		if (!r->unwanted || r->removed || r->transfer || l->relay || !r->participant_id[0])
			continue;
		r->removed = true;
		ask_graph(s, ask_replied, OP_REMOVE_PARTICIPANT, l, 0, &in);
	}
}

/* A call to an agent that nobody waits for any more. */
void from_core_orphan(struct shell *s, uint16_t realm, uint32_t contact, struct guid call_id)
{
	struct errand e = {
		.done = relay_hung_up, .op = OP_DELETE_CALL, .contact = contact, .realm = realm
	};
	char text[GUID_TEXT];
	struct op_in in = { .call_id = text };

	guid_print(call_id, text);
	errand_graph(s, &e, 0, &in);
}

/* The ring that is in force, if the agent comes into the caller's own call. */
static struct ring_out *ring_in_call(struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].attempt && !l->ring[i].over && !l->ring[i].transfer)
			return &l->ring[i];
	return NULL;
}

/* Gone, and a transfer was under way: whether the caller hung up or talks with the agent only the
 * notification knows, and it may be on the way again. The centre probes once more. */
static bool waits_for_word(struct line *l, const struct reply *r)
{
	bool first = !l->gone;

	if (r->kind != REPLY_GONE || !transfers(l))
		return false;
	l->gone = true;
	return first;
}

void ask_probed(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct to_core t;
	struct reply r;

	if (!l)
		return;
	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	tell(e, a, &r);
	if (a->end == CLIENT_ANSWERED && waits_for_word(l, &r))
		return;
	if (a->end != CLIENT_ANSWERED || (r.kind != REPLY_OK && r.kind != REPLY_GONE)) {
		ask_failed(s, e->contact, e->attempt, EFFECT_TIMEOUT);
		return;
	}
	to_core_probe(l, e->attempt, &r, &t);
	if (t.event[0].value == PRESENT_ACTIVE && t.event[0].kind == EV_CALL_PRESENT &&
		ring_in_call(l))
		ask_roster(s, l, e->attempt);
	else
		shell_push_all(s, &t);
}

/* The next page, if there is room to put it to the others. false: what came is all we get. */
static bool next_page(struct shell *s, struct line *l, const struct errand *e,
	const struct roster *so_far, const char *page)
{
	struct errand next = { .done = on_roster,
		.op = OP_LIST_PARTICIPANTS,
		.contact = l->contact,
		.realm = l->realm,
		.attempt = e->attempt };
	char call_id[GUID_TEXT];

	for (uint32_t i = 0; i < ROSTERS_MAX && !next.number; i++)
		if (!s->paged[i].used)
			next.number = i + 1;
	if (!next.number)
		return false;
	s->paged[next.number - 1] = (struct paged){ .used = true, .roster = *so_far };
	guid_print(l->call_id, call_id);
	errand_graph(s, &next, ask_lane(l->contact, 0),
		&(struct op_in){ .call_id = call_id, .page = page });
	return true;
}

/* attempt: of the probe that asks, 0 where the roster alone is wanted (after an invite). number:
 * of the pages before, 0 for the first one. Who is missing of a roster that is not whole has not
 * left. */
static void on_roster(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct roster roster = { .n = 0 };
	struct ring_out *ring;
	struct to_core t = { .n = 0 };
	struct reply r;

	if (e->number) {
		roster = s->paged[e->number - 1].roster;
		s->paged[e->number - 1].used = false;
	}
	if (!l)
		return;
	reply_decode(a->status, a->body ? a->body : "", a->body_bytes, &r);
	tell(e, a, &r);
	if (roster_add(&roster, a->end == CLIENT_ANSWERED && r.kind == REPLY_OK ? &r : NULL)) {
		if (next_page(s, l, e, &roster, r.next_page))
			return;
		roster.cut = true;
	}
	to_core_roster(s->conf, l, roster.party, roster.n, roster.cut, &t);
	shell_push_all(s, &t);
	from_core_settle(s, l);
	if (!e->attempt)
		return;
	ring = ring_in_call(l);
	shell_push(
		s, (struct event){ .kind = EV_CALL_PRESENT,
			   .contact = l->contact,
			   .attempt = e->attempt,
			   .value = ring && ring->answered ? PRESENT_WITH_AGENT : PRESENT_ACTIVE });
}
