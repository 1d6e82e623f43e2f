/* Words that several translators know, and whose call a notification is about. */
#include "bot/shell/to_core_inside.h"

#include "bot/base/text.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

void to_core_say(struct to_core *out, struct event ev)
{
	assert(out->n < TO_CORE_MAX);
	out->event[out->n++] = ev;
}

/* Ours are decimal numbers; whatever else comes back is not ours. */
uint32_t to_core_attempt(const char *client_context)
{
	char *end;
	unsigned long v = strtoul(client_context, &end, 10);

	return *client_context >= '0' && *client_context <= '9' && !*end && v <= UINT32_MAX
		       ? (uint32_t)v
		       : 0;
}

bool to_core_failed(const struct result *r)
{
	return r->present && r->code >= 400;
}

/* Graph's result codes, section "resultInfo" of the calls' documentation, and SIP's where it passes
 * them on. */
enum ring_end to_core_ring_end(const struct result *r)
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
		to_core_say(out, (struct event){ .kind = EV_CALL_INCOMING,
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

/* Out of our hands, by words that one of several notifications brings, or all. */
static bool was_accepted(const struct line *l, const struct note *note)
{
	return l->state == CALL_TRANSFER_ACCEPTED || note->result.subcode == 7015 ||
	       text_same_nocase(note->termination_reason, "AppTransferred");
}

static void accepted(struct line *l, const struct ring_out *t, struct to_core *out)
{
	struct event ev = { .contact = l->contact };

	if (t && !t->answered) {
		ev.kind = EV_HANDED_OVER;
		ev.attempt = t->attempt;
		to_core_say(out, ev);
	}
	if (l->leaving.attempt && !l->leaving.done) {
		ev.kind = EV_TRANSFERRED;
		ev.attempt = l->leaving.attempt;
		to_core_say(out, ev);
	}
}

static void terminated(struct line *l, const struct note *note, struct to_core *out)
{
	struct ring_out *t = transfer_of(l);
	bool leaves = (t || l->leaving.attempt) && was_accepted(l, note);
	struct event ev = { .kind = EV_CALL_ENDED, .contact = l->contact };

	if (leaves)
		accepted(l, t, out);
	ev.value = leaves ? END_HUNG_UP : (int32_t)end_of(l, &note->result);
	/* Who was called back and did not answer was never in a call. */
	if (l->dial && !l->active && !l->hanging_up) {
		ev.kind = EV_DIAL_FAILED;
		ev.attempt = l->dial;
		ev.value = (int32_t)to_core_ring_end(&note->result);
	}
	to_core_say(out, ev);
	l->state = CALL_TERMINATED;
}

/* Unless Graph began this very transfer, a failure is the last one's, told twice. */
static void transfer_failed(
	struct line *l, const struct ring_out *t, const struct note *note, struct to_core *out)
{
	struct event ev = { .contact = l->contact };

	if (t && t->transferring) {
		ev.kind = EV_AGENT_FAILED;
		ev.attempt = t->attempt;
		ev.value = (int32_t)to_core_ring_end(&note->result);
		to_core_say(out, ev);
	}
	if (l->leaving.transferring && !l->leaving.done) {
		ev = (struct event){ .kind = EV_TRANSFER_FAILED,
			.contact = l->contact,
			.attempt = l->leaving.attempt };
		to_core_say(out, ev);
	}
}

static void transfer_note(struct line *l, const struct note *note, struct to_core *out)
{
	struct ring_out *t = transfer_of(l);

	if (note->state == CALL_TRANSFER_ACCEPTED) {
		accepted(l, t, out);
	} else if (note->state == CALL_TRANSFERRING) {
		if (t)
			t->transferring = true;
		l->leaving.transferring = l->leaving.attempt != 0;
	} else if (note->state == CALL_ESTABLISHED && to_core_failed(&note->result)) {
		transfer_failed(l, t, note, out);
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
	to_core_say(out, (struct event){ .kind = EV_DIGIT,
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
	bool back = note->state == CALL_ESTABLISHED && to_core_failed(&note->result);

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
		to_core_say(out, (struct event){ .kind = EV_CALL_ACTIVE, .contact = l->contact });
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
		to_core_say(out, ev);
		ev.ref = (struct guid){ { 0 } };
	}
	if (note->change == CHANGE_DELETED || note->state == CALL_TERMINATED) {
		ev.kind = r->answered ? EV_AGENT_LEFT : EV_AGENT_FAILED;
		ev.value = r->answered ? 0 : (int32_t)to_core_ring_end(&note->result);
		if (!r->over)
			to_core_say(out, ev);
	} else if (note->state == CALL_ESTABLISHED && !r->answered) {
		ev.kind = EV_AGENT_ANSWERED;
		to_core_say(out, ev);
	}
}

static void line_note(const struct config *conf, struct line *l, const struct notes *notes,
	const struct note *note, struct to_core *out)
{
	if (note->kind == NOTE_CALL)
		call_note(l, note, out);
	else if (note->kind == NOTE_OPERATION)
		to_core_operation(l, note, out);
	else
		to_core_roster(conf, l, notes->party + note->first_party, note->n_parties,
			note->delta, out);
}

/* At the address of a call-back: its id may be known by the answer, by this, or by neither yet. */
static void dialled_note(const struct config *conf, struct line *l, const struct notes *notes,
	const struct note *note, struct to_core *out)
{
	if (l->dialled && !guid_same(note->call_id, l->call_id)) {
		out->ignored = "another call's id at this call's address";
		return;
	}
	if (!l->dialled)
		to_core_say(out, (struct event){ .kind = EV_DIALLED,
					 .contact = l->contact,
					 .attempt = l->dial,
					 .ref = note->call_id });
	line_note(conf, l, notes, note, out);
}

static void address_note(const struct config *conf, struct line *l, struct address at,
	const struct notes *notes, const struct note *note, struct to_core *out)
{
	struct ring_out *r = line_ring(l, at.attempt);

	if (l->realm != at.realm)
		out->ignored = "another bot's or tenant's call";
	else if (at.attempt && at.attempt == l->dial)
		dialled_note(conf, l, notes, note, out);
	else if (at.attempt && !r)
		out->ignored = "unknown call";
	else if (r && note->kind == NOTE_CALL)
		agent_call_note(l, r, note, out);
	else if (r)
		out->ignored = "not needed for an agent's call";
	else if (!guid_same(note->call_id, l->call_id))
		out->ignored = "another call's id at this call's address";
	else
		line_note(conf, l, notes, note, out);
}

void to_core_note(const struct config *conf, struct lines *lines, struct address at,
	const struct notes *notes, const struct note *note, uint32_t next_contact,
	struct to_core *out)
{
	struct line *l = at.contact ? line_of(lines, at.contact)
				    : line_of_call(lines, note->call_id);

	*out = (struct to_core){ 0 };
	if (note->kind == NOTE_OTHER)
		out->ignored = note->fault[0] ? "cannot be read" : "of a kind we do not know";
	else if (note->kind != NOTE_CALL && note->kind != NOTE_OPERATION &&
		 note->kind != NOTE_ROSTER)
		out->ignored = "nothing for a contact centre";
	else if (!l && note->kind == NOTE_CALL && note->state == CALL_INCOMING && !at.contact)
		incoming(conf, lines, at.realm, note, next_contact, out);
	else if (!l && note->recording) /* she hung up when she had said it all */
		out->recorded = to_core_attempt(note->client_context);
	else if (!l)
		out->ignored = "unknown call";
	else
		address_note(conf, l, at, notes, note, out);
}
