/* Verbs on who is in a call. */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <string.h>

static struct party *party_find(struct sim_call *c, const char *id)
{
	struct guid want, have;

	if (guid_parse(id, strlen(id), &want) != OK)
		return NULL;
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state != PARTY_NONE &&
			guid_parse(c->party[i].id, strlen(c->party[i].id), &have) == OK &&
			guid_same(want, have))
			return &c->party[i];
	return NULL;
}

void verb_participants(struct sim *s, const struct ask *a, struct reply *r)
{
	r->status = 200;
	r->body = json_pack("{so}", "value", roster(s, a->call));
}

void verb_participant_get(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_find(a->call, a->id);

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
	struct party *p = party_find(a->call, a->id);

	if (!p) {
		refuse(r, 404, "itemNotFound", "No such participant.");
		return;
	}
	r->status = 204;
	if (p->state == PARTY_RINGING)
		people_ring_over(s, a->call, p, 487, 0);
	else
		people_hang_up(s, a->call, p->person);
}

void verb_participant_mute(struct sim *s, const struct ask *a, struct reply *r)
{
	struct party *p = party_find(a->call, a->id);

	if (!p || p->state != PARTY_IN || !a->call->group) {
		refuse(r, p ? 400 : 404, p ? "BadRequest" : "itemNotFound",
			p ? "Only in group calls." : "No such participant.");
		return;
	}
	p->muted = true;
	verb_mute(s, a, r);
}

static bool invited_already(const struct sim_call *c, const char *user)
{
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state != PARTY_NONE && strcmp(c->party[i].user, user) == 0)
			return true;
	return false;
}

static unsigned room_left(const struct sim_call *c)
{
	unsigned n = 0;

	for (size_t i = 0; i < PARTY_MAX; i++)
		n += c->party[i].state == PARTY_NONE;
	return n;
}

/* Several at once need a meeting's chat, which calls here have not: one a request. */
static json_t *invitee(const struct ask *a, struct reply *r, char user[GUID_TEXT])
{
	json_t *list = json_object_get(a->body, "participants"), *one = json_array_get(list, 0);
	json_t *identity = json_object_get(one, "identity");
	const char *id = json_string_value(
		json_object_get(json_object_get(identity, "user"), "id"));
	const char *pid = json_string_value(json_object_get(one, "participantId"));
	struct guid g;

	if (json_array_size(list) != 1)
		refuse(r, 400, "BadRequest",
			"Several participants need a group call with chatInfo.");
	else if (json_object_get(one, "replacesCallId"))
		refuse(r, 501, "notSupported",
			"foyer-sim does not pull parties out of other calls.");
	else if (!id || guid_parse(id, strlen(id), &g) != OK)
		refuse(r, 400, "BadRequest",
			"participants[0].identity.user.id is not the GUID of a user.");
	else if (guid_print(g, user), invited_already(a->call, user))
		refuse(r, 409, "Conflict", "This identity is in the call or invited already.");
	else if (pid && (guid_parse(pid, strlen(pid), &g) != OK || party_find(a->call, pid)))
		refuse(r, 400, "BadRequest", "participants[0].participantId is not a fresh GUID.");
	else if (!room_left(a->call))
		refuse(r, 429, "TooManyRequests", "The call is full.");
	return one;
}

void verb_invite(struct sim *s, const struct ask *a, struct reply *r)
{
	const char *context = json_string_value(json_object_get(a->body, "clientContext"));
	char user[GUID_TEXT];
	json_t *one = invitee(a, r, user), *echo;
	struct op *op;

	if (r->status)
		return;
	op = op_new(s, a->call, OP_INVITE, context);
	if (!op) {
		refuse(r, 429, "TooManyRequests", "%d operations are under way.", OPS_MAX);
		return;
	}
	people_ring(s, a->call, user, RING_INVITE, op,
		json_string_value(json_object_get(one, "participantId")));
	r->status = 200;
	r->body = op_json(op, NULL, "Running");
	echo = json_copy(one);
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (a->call->party[i].state == PARTY_RINGING && a->call->party[i].op == op->key)
			json_object_set_new(
				echo, "participantId", json_string(a->call->party[i].id));
	json_object_set_new(r->body, "participants", json_pack("[o]", echo));
	snprintf(r->location, sizeof(r->location), "/v1.0/communications/calls/%s/operations/%s",
		a->call->id_text, op->id);
}
