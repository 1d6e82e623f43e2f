#include "bot/shell/to_core.h"

#include "bot/base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static void say(struct to_core *out, struct event ev)
{
	assert(out->n < TO_CORE_MAX);
	out->event[out->n++] = ev;
}

/* Ours are decimal numbers; whatever else comes back is not ours. */
static uint32_t attempt_of(const char *client_context)
{
	char *end;
	unsigned long v = strtoul(client_context, &end, 10);

	return *client_context >= '0' && *client_context <= '9' && !*end && v <= UINT32_MAX
		       ? (uint32_t)v
		       : 0;
}

static bool failed(const struct result *r)
{
	return r->present && r->code >= 400;
}

/* Graph's result codes, section "resultInfo" of the calls' documentation, and SIP's where it passes
 * them on. */
static enum ring_end ring_end_of(const struct result *r)
{
	if (!r->present)
		return RING_FAILED;
	switch (r->code) {
	case 486:
	case 600:
		return RING_BUSY;
	case 603:
	case 403:
		return RING_REJECTED;
	case 404:
	case 480:
		return RING_UNREACHABLE;
	case 408:
	case 487:
		return RING_NO_ANSWER;
	default:
		return r->subcode == 7000 || r->subcode == 7700 ? RING_NO_ANSWER : RING_FAILED;
	}
}

static uint16_t entry_of(const struct config *conf, uint16_t realm, const struct note *note)
{
	struct guid instance;

	if (note->target.kind == PARTY_APPLICATION_INSTANCE &&
		guid_parse(note->target.id, strlen(note->target.id), &instance) == OK)
		for (uint32_t i = 0; i < conf->plan.n_entries; i++)
			if (conf->entry[i].realm == realm &&
				guid_same(conf->entry[i].application_instance, instance))
				return (uint16_t)i;
	return conf->realm[realm].default_entry;
}

static void set_person(
	struct caller *p, uint32_t contact, const char *tenant_id, const struct note *note)
{
	static const char *const kinds[] = { "unknown", "user", "phone", "guest", "application",
		"application-instance", "encrypted", "other" };

	*p = (struct caller){ .contact = contact };
	snprintf(p->kind, sizeof(p->kind), "%s", kinds[note->source.kind]);
	snprintf(p->id, sizeof(p->id), "%s", note->source.id);
	snprintf(p->name, sizeof(p->name), "%s", note->source.name);
	snprintf(p->line, sizeof(p->line), "%s", note->target.id);
	snprintf(p->tenant_id, sizeof(p->tenant_id), "%s", tenant_id);
	if (!guid_is_none(note->chain_id))
		guid_print(note->chain_id, p->chain_id);
}

static void incoming(const struct config *conf, const struct lines *lines, uint16_t realm,
	const struct note *note, uint32_t next_contact, struct to_core *out)
{
	uint16_t entry = entry_of(conf, realm, note);

	if (line_ended(lines, note->call_id)) {
		out->ignored = "this call has ended";
	} else if (entry == UINT16_MAX) {
		out->ignored = "no entry for the number called, and no default entry";
	} else {
		set_person(&out->person, next_contact, conf->realm[realm].tenant_id, note);
		say(out, (struct event){ .kind = EV_CALL_INCOMING,
				 .contact = next_contact,
				 .value = entry,
				 .ref = note->call_id });
	}
}

/* A transfer that is under way, if any. */
static struct ring_out *transfer_of(struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++)
		if (l->ring[i].attempt && l->ring[i].transfer && !l->ring[i].over)
			return &l->ring[i];
	return NULL;
}

static enum call_end end_of(const struct line *l, const struct result *r)
{
	if (l->hanging_up)
		return END_BY_US;
	if (r->present && (r->code >= 500 || r->code == 408 || r->code == 410))
		return END_FAILED;
	return END_HUNG_UP;
}

static void terminated(struct line *l, const struct note *note, struct to_core *out)
{
	struct ring_out *t = transfer_of(l);
	bool accepted = l->state == CALL_TRANSFER_ACCEPTED || note->result.subcode == 7015 ||
			text_same_nocase(note->termination_reason, "AppTransferred");

	if (t && accepted && !t->answered)
		say(out, (struct event){ .kind = EV_HANDED_OVER,
				 .contact = l->contact,
				 .attempt = t->attempt });
	say(out, (struct event){ .kind = EV_CALL_ENDED,
			 .contact = l->contact,
			 .value = accepted && t ? END_HUNG_UP : end_of(l, &note->result) });
	l->state = CALL_TERMINATED;
}

static void transfer_note(struct line *l, const struct note *note, struct to_core *out)
{
	struct ring_out *t = transfer_of(l);

	if (!t)
		return;
	if (note->state == CALL_TRANSFER_ACCEPTED && !t->answered) {
		say(out, (struct event){ .kind = EV_HANDED_OVER,
				 .contact = l->contact,
				 .attempt = t->attempt });
	} else if (note->state == CALL_TRANSFERRING) {
		t->transferring = true;
	} else if (note->state == CALL_ESTABLISHED && failed(&note->result) && t->transferring) {
		/* Unless Graph began this very transfer, the failure is the last one's, told twice.
		 */
		say(out, (struct event){ .kind = EV_AGENT_FAILED,
				 .contact = l->contact,
				 .attempt = t->attempt,
				 .value = (int32_t)ring_end_of(&note->result) });
	}
}

static void tone(struct line *l, const struct note *note, struct to_core *out)
{
	if (!note->tone || note->tone == 'F')
		return;
	if (note->tone_sequence <= l->tone_sequence || note->tone_sequence > UINT32_MAX) {
		out->ignored = "this digit was taken before";
		return;
	}
	say(out, (struct event){ .kind = EV_DIGIT,
			 .contact = l->contact,
			 .attempt = (uint32_t)note->tone_sequence,
			 .value = note->tone });
}

/*
 * Graph documents that states may come out of order, so a state only moves forward, except back to
 * established after a transfer that failed.
 */
static void merge_state(struct line *l, const struct note *note)
{
	bool back = note->state == CALL_ESTABLISHED && failed(&note->result);

	if (note->state != CALL_NONE && note->state != CALL_OTHER &&
		(note->state > l->state || back))
		l->state = note->state;
}

static void call_note(struct line *l, const struct note *note, struct to_core *out)
{
	bool up = l->relay ? note->state == CALL_ESTABLISHED
			   : note->audio == AUDIO_ACTIVE && note->state != CALL_INCOMING;

	if (note->change == CHANGE_DELETED || note->state == CALL_TERMINATED) {
		terminated(l, note, out);
		return;
	}
	if (note->state == CALL_INCOMING) {
		out->ignored = "this call is known";
		return;
	}
	transfer_note(l, note, out);
	merge_state(l, note);
	tone(l, note, out);
	if (up && !l->active)
		say(out, (struct event){ .kind = EV_CALL_ACTIVE, .contact = l->contact });
}

static void agent_call_note(
	struct line *l, struct ring_out *r, const struct note *note, struct to_core *out)
{
	struct event ev = { .contact = l->contact, .attempt = r->attempt };

	if (!guid_is_none(r->call_id) && !guid_same(r->call_id, note->call_id)) {
		out->ignored = "another call's id at this call's address";
		return;
	}
	if (guid_is_none(r->call_id)) {
		ev.kind = EV_RING_PLACED;
		ev.ref = note->call_id;
		say(out, ev);
		ev.ref = (struct guid){ { 0 } };
	}
	if (note->change == CHANGE_DELETED || note->state == CALL_TERMINATED) {
		ev.kind = r->answered ? EV_AGENT_LEFT : EV_AGENT_FAILED;
		ev.value = r->answered ? 0 : (int32_t)ring_end_of(&note->result);
		if (!r->over)
			say(out, ev);
	} else if (note->state == CALL_ESTABLISHED && !r->answered) {
		ev.kind = EV_AGENT_ANSWERED;
		say(out, ev);
	}
}

static enum play_end play_end_of(const struct note *note)
{
	if (note->result.present && note->result.code == 400 && note->result.subcode == 8508)
		return PLAY_CANCELLED;
	return note->status == OP_FAILED || failed(&note->result) ? PLAY_FAILED : PLAY_DONE;
}

static void operation_note(struct line *l, const struct note *note, struct to_core *out)
{
	struct event ev = { .contact = l->contact, .attempt = attempt_of(note->client_context) };
	bool is_ring = line_ring(l, ev.attempt) != NULL;
	bool is_play = text_same_nocase(note->op_type, "playPromptOperation") ||
		       (ev.attempt && ev.attempt == l->play_attempt);

	if (!ev.attempt || (!is_ring && !is_play)) {
		out->ignored = "no operation of ours waits for this";
	} else if (note->change != CHANGE_DELETED && note->status != OP_COMPLETED &&
		   note->status != OP_FAILED) {
		out->ignored = "the operation is still running";
	} else if (is_ring && play_end_of(note) == PLAY_DONE) {
		ev.kind = EV_AGENT_ANSWERED;
		say(out, ev);
	} else {
		ev.kind = is_ring ? EV_AGENT_FAILED : EV_PLAY_ENDED;
		ev.value = is_ring ? (int32_t)ring_end_of(&note->result)
				   : (int32_t)play_end_of(note);
		say(out, ev);
	}
}

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
		say(out, ev);
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
			say(out, (struct event){ .kind = EV_AGENT_LEFT,
					 .contact = l->contact,
					 .attempt = l->ring[i].attempt });
	if (seen.caller_left || (!delta && l->caller_in_roster && !seen.caller))
		say(out, (struct event){
				 .kind = EV_CALL_ENDED, .contact = l->contact, .value = END_LEFT });
	l->caller_in_roster |= seen.caller;
}

void to_core_note(const struct config *conf, struct lines *lines, struct address at,
	const struct notes *notes, const struct note *note, uint32_t next_contact,
	struct to_core *out)
{
	struct line *l = at.contact ? line_of(lines, at.contact)
				    : line_of_call(lines, note->call_id);
	struct ring_out *r = l ? line_ring(l, at.attempt) : NULL;

	*out = (struct to_core){ 0 };
	if (note->kind == NOTE_OTHER)
		out->ignored = note->fault[0] ? "cannot be read" : "of a kind we do not know";
	else if (note->kind != NOTE_CALL && note->kind != NOTE_OPERATION &&
		 note->kind != NOTE_ROSTER)
		out->ignored = "nothing for a contact centre";
	else if (!l && note->kind == NOTE_CALL && note->state == CALL_INCOMING && !at.contact)
		incoming(conf, lines, at.realm, note, next_contact, out);
	else if (!l || (at.attempt && !r))
		out->ignored = "unknown call";
	else if (l->realm != at.realm)
		out->ignored = "another bot's or tenant's call";
	else if (r && note->kind == NOTE_CALL)
		agent_call_note(l, r, note, out);
	else if (r)
		out->ignored = "not needed for an agent's call";
	else if (!guid_same(note->call_id, l->call_id))
		out->ignored = "another call's id at this call's address";
	else if (note->kind == NOTE_CALL)
		call_note(l, note, out);
	else if (note->kind == NOTE_OPERATION)
		operation_note(l, note, out);
	else
		to_core_roster(conf, l, notes->party + note->first_party, note->n_parties,
			note->delta, out);
}

static void reply_ok(struct line *l, enum op_kind op, uint32_t attempt, const struct reply *reply,
	struct to_core *out)
{
	struct event ev = { .contact = l->contact, .attempt = attempt };
	struct ring_out *r = line_ring(l, attempt);

	if (op == OP_PLAY_PROMPT && (reply->status == OP_COMPLETED || reply->status == OP_FAILED)) {
		ev.kind = EV_PLAY_ENDED;
		ev.value = reply->status == OP_COMPLETED ? PLAY_DONE : PLAY_FAILED;
		say(out, ev);
	} else if (op == OP_INVITE && r) {
		if (!r->participant_id[0] && text_copy(r->participant_id, sizeof(r->participant_id),
						     reply->participant_id) != OK)
			r->participant_id[0] = '\0';
		if (reply->status == OP_FAILED) {
			ev.kind = EV_AGENT_FAILED;
			ev.value = (int32_t)ring_end_of(&reply->result);
			say(out, ev);
		}
	} else if (op == OP_CREATE_CALL && r && guid_is_none(r->call_id) &&
		   !guid_is_none(reply->call_id)) {
		ev.kind = EV_RING_PLACED;
		ev.ref = reply->call_id;
		say(out, ev);
	}
}

/* Requests whose failure the centre need not hear of: nothing waits for them. */
static bool is_courtesy(enum op_kind op)
{
	return op == OP_CANCEL_MEDIA || op == OP_REMOVE_PARTICIPANT || op == OP_LIST_PARTICIPANTS;
}

/* May have taken effect, and a notification will tell; until then the centre's deadline stands. */
static bool tells_later(enum op_kind op)
{
	return op == OP_PLAY_PROMPT || op == OP_INVITE || op == OP_TRANSFER || op == OP_CREATE_CALL;
}

/* What these ask for that is not there may be the agent. */
static bool names_agent(enum op_kind op)
{
	return op == OP_INVITE || op == OP_TRANSFER || op == OP_CREATE_CALL;
}

void to_core_reply(struct line *l, enum op_kind op, uint32_t contact, uint32_t attempt,
	enum client_end end, const struct reply *reply, struct to_core *out)
{
	struct event ev = { .kind = EV_EFFECT_FAILED, .contact = contact, .attempt = attempt };

	*out = (struct to_core){ 0 };
	if (!l || end == CLIENT_DROPPED || (end == CLIENT_UNKNOWN && tells_later(op)))
		return;
	if (end == CLIENT_ANSWERED && reply->kind == REPLY_OK) {
		reply_ok(l, op, attempt, reply, out);
		return;
	}
	if (is_courtesy(op))
		return;
	ev.value = end != CLIENT_ANSWERED      ? EFFECT_TIMEOUT
		   : reply->kind == REPLY_GONE ? EFFECT_GONE
		   : reply->kind == REPLY_THROTTLED || reply->kind == REPLY_TRANSIENT
			   ? EFFECT_TIMEOUT
			   : EFFECT_REFUSED;
	/* If it is the caller's call after all, its next request tells. */
	if (ev.value == EFFECT_GONE && names_agent(op))
		ev.value = EFFECT_REFUSED;
	say(out, ev);
}

void to_core_probe(struct line *l, uint32_t attempt, const struct reply *reply, struct to_core *out)
{
	struct event ev = { .kind = EV_CALL_PRESENT, .contact = l->contact, .attempt = attempt };

	*out = (struct to_core){ 0 };
	if (reply->kind == REPLY_GONE || reply->state == CALL_TERMINATED) {
		ev.kind = EV_CALL_ENDED;
		ev.value = END_GONE;
	} else if (reply->state == CALL_INCOMING) {
		ev.value = PRESENT_RINGING;
	} else if (reply->state == CALL_ESTABLISHED || reply->audio == AUDIO_ACTIVE) {
		ev.value = PRESENT_ACTIVE;
	} else {
		ev.value = PRESENT_PENDING;
	}
	say(out, ev);
}

void to_core_media(struct line *l, const struct engine_event *ev, struct to_core *out)
{
	*out = (struct to_core){ 0 };
	if (ev->leg != l->leg)
		return; /* an agent's leg: keys of agents mean nothing yet */
	if (ev->kind == ENGINE_PLAYED)
		say(out, (struct event){ .kind = EV_PLAY_ENDED,
				 .contact = l->contact,
				 .attempt = (uint32_t)ev->cookie,
				 .value = PLAY_DONE });
	else if (ev->kind == ENGINE_DTMF)
		say(out, (struct event){ .kind = EV_DIGIT,
				 .contact = l->contact,
				 .attempt = (uint32_t)l->tone_sequence + 1,
				 .value = ev->digit });
}
