/* Verbs on the call itself. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

void verb_answer(struct sim *s, const struct ask *a, struct reply *r)
{
	struct sim_call *c = a->call;

	/* A call of two wants no role; to answer for a group is to join it. */
	if (c->group && !roles_checked(a, 0, ROLE_JOIN_GROUP | ROLE_JOIN_GROUP_GUEST, r))
		return;
	if (json_object_get(a->body, "participantCapacity") && !c->policy) {
		refuse(r, 400, "BadRequest", "participantCapacity is for recording by policy.");
		return;
	}
	if (!audio_asked(json_object_get(a->body, "acceptedModalities"), r) ||
		!callback_read(c, a->body, r) || !media_read(s, c, a, r))
		return;
	if (c->caller.media != MEDIA_ANY && (c->caller.media == MEDIA_RELAY) != c->relay)
		book_surprise(s, c, "answered with %s media, the scenario expects the other",
			c->relay ? "relay" : "service");
	scenario_id_keep(c, a->request);
	options_read(c, a->body);
	c->book->relay = c->relay;
	call_answered(s, c);
	r->status = 202;
}

void verb_reject(struct sim *s, const struct ask *a, struct reply *r)
{
	const char *reason = text_at(a->body, "reason");

	if (!text_same_nocase(reason, "none") && !text_same_nocase(reason, "busy") &&
		!text_same_nocase(reason, "forbidden")) {
		refuse(r, 400, "BadRequest", "reason is none, busy or forbidden.");
		return;
	}
	if (!callback_read(a->call, a->body, r))
		return;
	call_end(s, a->call, text_same_nocase(reason, "busy") ? 486 : 603, 0, BY_BOT);
	r->status = 202;
}

static uint64_t redirect_ms(json_t *timeout, size_t n)
{
	if (json_is_integer(timeout))
		return (uint64_t)json_integer_value(timeout) * 1000;
	return n > 1 ? 60000 : 55000;
}

/* All ring, the first to pick up wins; the bot learns that it has lost the call, and no more. */
void verb_redirect(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *timeout = json_object_get(a->body, "timeout");
	json_t *list = json_object_get(a->body, "targets");
	struct target to[25];
	size_t n = json_array_size(list);
	char where[40];

	if (json_is_integer(timeout) && json_integer_value(timeout) < 15)
		refuse(r, 400, "BadRequest", "timeout is 15 to 90 seconds.");
	for (size_t i = 0; !r->status && i < n; i++) {
		snprintf(where, sizeof(where), "targets[%zu]", i);
		if (target_read(json_array_get(list, i), where, &to[i], r) && to[i].replaces[0])
			refuse(r, 400, "BadRequest", "%s: nobody is replaced here.", where);
		for (size_t k = 0; !r->status && k < i; k++)
			if (strcmp(to[k].who.id, to[i].who.id) == 0)
				refuse(r, 400, "BadRequest", "%s is there twice.", where);
	}
	if (r->status || !callback_read(a->call, a->body, r))
		return;
	a->call->state = CALL_REDIRECTING;
	if (dice(s, 2))
		note_state(s, a->call, "redirecting");
	for (size_t i = 0; i < n; i++)
		ring(s, a->call, &to[i], RING_REDIRECT, NULL);
	timer_set(s, scaled(s, redirect_ms(timeout, n)), TIMER_REDIRECT, a->call->key, 0);
	r->status = 202;
}

void verb_get(struct sim *s, const struct ask *a, struct reply *r)
{
	r->status = 200;
	r->body = call_entity(s, a->call);
	if (a->call->active)
		json_object_set_new(r->body, "mediaState", active_state("active"));
}

void verb_delete(struct sim *s, const struct ask *a, struct reply *r)
{
	call_end(s, a->call, 200, 5001, BY_BOT);
	r->status = 204;
}

void verb_keep_alive(struct sim *s, const struct ask *a, struct reply *r)
{
	a->call->alive_ms = s->now_ms;
	r->status = 200;
}

/* Out of a group, one of it: by the id of the roster, and by identity. */
static bool transferee_read(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *from = json_object_get(a->body, "transferee");
	struct party *p;

	a->call->transferee = 0;
	if (!a->call->group) {
		if (json_is_object(from))
			refuse(r, 400, "BadRequest", "transferee is for group calls.");
		return r->status == 0;
	}
	if (!json_is_object(from)) {
		refuse(r, 400, "BadRequest", "Out of a group call, transferee is needed.");
		return false;
	}
	p = party_by_id(a->call, text_at(from, "participantId"));
	if (!p || p->state != PARTY_IN)
		refuse(r, 404, "itemNotFound", "transferee.participantId is nobody in the call.");
	else
		a->call->transferee = p->key;
	(void)s;
	return r->status == 0;
}

void verb_transfer(struct sim *s, const struct ask *a, struct reply *r)
{
	struct target to;

	if (!target_read(json_object_get(a->body, "transferTarget"), "transferTarget", &to, r) ||
		!transferee_read(s, a, r))
		return;
	if (to.voicemail && to.who.kind != SUBJECT_USER)
		refuse(r, 400, "BadRequest", "transferTarget: voicemail is a user's.");
	else if (to.replaces[0] && (to.voicemail || a->call->group))
		refuse(r, 400, "BadRequest",
			"transferTarget.replacesCallId: in a call of two, and not to voicemail.");
	if (r->status)
		return;
	transfer_begin(s, a->call, &to);
	r->status = 202;
}
