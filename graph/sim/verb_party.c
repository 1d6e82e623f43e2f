/* Verbs on who is in a call. */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void verb_participants(struct sim *s, const struct ask *a, struct reply *r)
{
	const char *skip = json_string_value(json_object_get(a->request->query, "$skiptoken"));
	size_t first = skip ? (size_t)strtoul(skip, NULL, 10) : 0, page = s->scn->roster_page;
	json_t *all = roster(s, a->call), *some = json_array(), *one;
	char next[256];
	size_t i;

	page = page ? page : json_array_size(all);
	json_array_foreach(all, i, one) if (i >= first && i < first + page)
		json_array_append(some, one);
	r->status = 200;
	r->body = json_pack("{so}", "value", some);
	if (first + page < json_array_size(all)) {
		snprintf(next, sizeof(next),
			"%s/v1.0/communications/calls/%s/participants?$skiptoken=%zu",
			s->origin[0] ? s->origin : "https://graph.microsoft.com", a->call->id_text,
			first + page);
		json_object_set_new(r->body, "@odata.nextLink", json_string(next));
	}
	json_decref(all);
	/* Last, as in examples. */
	json_object_set_new(r->body, "@odata.context",
		json_string("https://graph.microsoft.com/v1.0/$metadata#communications/calls/"
			    "participants"));
}

void verb_participant_get(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_by_id(a->call, a->id);

	if (!p || p->state != PARTY_IN) {
		refuse(r, 404, "itemNotFound", "No such participant.");
		return;
	}
	r->status = 200;
	r->body = participant(s, a->call, p);
}

/* Removes somebody who is in, or calls off an invitation. */
void verb_participant_delete(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_by_id(a->call, a->id);

	if (!p) {
		refuse(r, 404, "itemNotFound", "No such participant.");
		return;
	}
	r->status = 204;
	if (p->state == PARTY_RINGING)
		ring_over(s, a->call, p, 487, 0);
	else
		people_hang_up(s, a->call, p->person);
}

void verb_participant_mute(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_by_id(a->call, a->id);

	if (!p || p->state != PARTY_IN || !a->call->group) {
		refuse(r, p ? 400 : 404, p ? "BadRequest" : "itemNotFound",
			p ? "Only in group calls." : "No such participant.");
		return;
	}
	p->muted = p->changed = true;
	mix_update(s, a->call);
	verb_mute(s, a, r);
}

static unsigned room_left(const struct sim_call *c)
{
	unsigned n = TALKERS_MAX;

	for (size_t i = 0; i < PARTY_MAX; i++)
		n -= n && c->party[i].state != PARTY_NONE;
	return n;
}

/* One invitee, against the call and the others of the request. */
static void invitee_checked(
	struct sim *s, const struct ask *a, const struct target *all, size_t i, struct reply *r)
{
	const struct target *one = &all[i];

	if (party_by_subject(s, a->call, &one->who))
		refuse(r, 409, "Conflict", "This identity is in the call or invited already.");
	else if (one->participant_id[0] && party_by_id(a->call, one->participant_id))
		refuse(r, 400, "BadRequest", "participants[%zu].participantId is not a fresh GUID.",
			i);
	else if (one->voicemail)
		refuse(r, 400, "BadRequest", "participants[%zu]: a voicemail joins nothing.", i);
	for (size_t k = 0; !r->status && k < i; k++)
		if (strcmp(all[k].who.id, one->who.id) == 0)
			refuse(r, 400, "BadRequest", "participants[%zu] is there twice.", i);
}

static size_t invitees(
	struct sim *s, const struct ask *a, struct target out[INVITEES_MAX], struct reply *r)
{
	json_t *list = json_object_get(a->body, "participants");
	size_t n = json_array_size(list);
	char where[40];

	if (n > 1 && !a->call->group)
		refuse(r, 400, "BadRequest",
			"Several participants need a group call with chatInfo.");
	else if (room_left(a->call) < n)
		refuse(r, 429, "TooManyRequests", "The call is full.");
	for (size_t i = 0; !r->status && i < n; i++) {
		snprintf(where, sizeof(where), "participants[%zu]", i);
		if (target_read(json_array_get(list, i), where, &out[i], r))
			invitee_checked(s, a, out, i, r);
	}
	return n;
}

/* Whoever is to come out of another call; NULL: that call, or that one in it, is not there. */
static struct party *replaced(
	struct sim *s, const struct ask *a, const struct target *to, struct sim_call **home)
{
	struct sim_call *c = call_by_id(s, a->app, to->replaces);
	struct party *p;

	if (!c || c == a->call || c->state != CALL_ESTABLISHED || c->relay ||
		strcmp(c->tenant, a->call->tenant) != 0)
		return NULL;
	p = party_by_subject(s, c, &to->who);
	*home = c;
	return p && p->state == PARTY_IN ? p : NULL;
}

static json_t *echo_of(const struct sim_call *c, const struct op *op, const struct ask *a)
{
	json_t *all = json_deep_copy(json_object_get(a->body, "participants")), *one;
	size_t k = 0, i;

	json_array_foreach(all, i, one)
	{
		while (k < PARTY_MAX &&
			(c->party[k].state != PARTY_RINGING || c->party[k].op != op->key))
			k++;
		if (k < PARTY_MAX)
			json_object_set_new(one, "participantId", json_string(c->party[k++].id));
	}
	return all;
}

void verb_invite(struct sim *s, const struct ask *a, struct reply *r)
{
	struct target to[INVITEES_MAX];
	size_t n = invitees(s, a, to, r);
	struct sim_call *home = NULL;
	struct party *pulled = NULL;
	struct op *op = r->status ? NULL : op_asked(s, a, OP_INVITE, r);

	if (!op)
		return;
	op->waits = (uint32_t)n;
	/* Graph participant-invite: only the first one's replacesCallId is honoured. */
	if (to[0].replaces[0]) {
		pulled = replaced(s, a, &to[0], &home);
		op->nowhere = !pulled;
	}
	for (size_t i = to[0].replaces[0] ? 1 : 0; !op->nowhere && i < n; i++)
		ring(s, a->call, &to[i], RING_INVITE, op);
	op->echo = echo_of(a->call, op, a);
	r->status = 200;
	r->body = op_json(op, NULL, "Running");
	location_set(r, a->call, op->id);
	if (op->nowhere)
		timer_set(s, 100, TIMER_OP, a->call->key, op->key);
	else if (pulled)
		people_pulled(s, home, pulled, a->call, op);
}
