/* Verbs on the call itself. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

static const char *text_at(json_t *body, const char *name)
{
	const char *text = json_string_value(json_object_get(body, name));

	return text ? text : "";
}

static bool callback_read(struct sim_call *c, json_t *body, struct reply *r)
{
	const char *uri = text_at(body, "callbackUri");

	if (!uri[0])
		return true;
	if (strncmp(uri, "https://", 8) != 0 ||
		text_copy(c->callback, sizeof(c->callback), uri) != OK) {
		refuse(r, 400, "BadRequest", "callbackUri is not an https URL.");
		return false;
	}
	return true;
}

/* Graph: appHostedMediaConfig wants its blob and Calls.AccessMedia.All; the blob here is a relay
 * leg's. */
static bool media_read(struct sim *s, struct sim_call *c, const struct ask *a, struct reply *r)
{
	json_t *config = json_object_get(a->body, "mediaConfig");
	struct leg *l;

	c->relay = text_same_nocase(
		text_at(config, "@odata.type"), "#microsoft.graph.appHostedMediaConfig");
	if (!c->relay && json_object_get(config, "blob"))
		refuse(r, 400, "BadRequest", "serviceHostedMediaConfig has no blob.");
	else if (c->relay && json_object_get(config, "preFetchMedia"))
		refuse(r, 400, "BadRequest", "appHostedMediaConfig has no preFetchMedia.");
	else if (c->relay && !(a->request->bearer.roles & ROLE_ACCESS_MEDIA))
		refuse(r, 403, "7504", "Insufficient enterprise tenant permissions, %s is missing.",
			role_name(ROLE_ACCESS_MEDIA));
	if (r->status || !c->relay)
		return r->status == 0;
	l = leg_by_blob(s, text_at(config, "blob"));
	if (!l || l->call) {
		refuse(r, 400, "BadRequest", "mediaConfig.blob is %s.",
			l ? "used by another call" : "of no media relay");
		return false;
	}
	c->leg = l->key;
	l->call = c->key;
	return true;
}

static bool audio_asked(json_t *list, struct reply *r)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), "audio") == 0)
			return true;
	refuse(r, 400, "BadRequest", "The modalities lack audio.");
	return false;
}

static void scenario_id_keep(struct sim_call *c, const struct sim_request *q)
{
	if (q->scenario_id)
		snprintf(c->scenario_id, sizeof(c->scenario_id), "%s", q->scenario_id);
}

void verb_answer(struct sim *s, const struct ask *a, struct reply *r)
{
	struct sim_call *c = a->call;

	if (!audio_asked(json_object_get(a->body, "acceptedModalities"), r) ||
		!callback_read(c, a->body, r) || !media_read(s, c, a, r))
		return;
	if (c->caller.media != MEDIA_ANY && (c->caller.media == MEDIA_RELAY) != c->relay)
		book_surprise(s, c, "answered with %s media, the scenario expects the other",
			c->relay ? "relay" : "service");
	scenario_id_keep(c, a->request);
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

/* Nobody in this simulator takes redirected calls yet: the bot learns nothing of them anyway. */
void verb_redirect(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *timeout = json_object_get(a->body, "timeout");

	if (timeout && json_is_integer(timeout) && json_integer_value(timeout) < 15) {
		refuse(r, 400, "BadRequest", "timeout is 15 to 90 seconds.");
		return;
	}
	if (!callback_read(a->call, a->body, r))
		return;
	call_end(s, a->call, 0, 0, BY_BOT);
	r->status = 202;
}

static const char *user_of_target(json_t *target)
{
	json_t *identity = json_object_get(target, "identity");

	return text_at(json_object_get(identity, "user"), "id");
}

static bool create_checked(
	struct sim *s, const struct ask *a, struct reply *r, char user[GUID_TEXT])
{
	const char *tenant = text_at(a->body, "tenantId");
	json_t *targets = json_object_get(a->body, "targets");
	const char *id = user_of_target(json_array_get(targets, 0));
	struct guid g;

	if (tenant[0] && !text_same_nocase(tenant, a->request->bearer.tenant))
		refuse(r, 403, "7505", "Request authorization tenant mismatch.");
	else if (json_array_size(targets) != 1)
		refuse(r, 501, "notSupported", "foyer-sim calls one target.");
	else if (guid_parse(id, strlen(id), &g) != OK)
		refuse(r, 400, "BadRequest",
			"targets[0].identity.user.id is not the GUID of a user.");
	else
		guid_print(g, user);
	(void)s;
	return r->status == 0 && audio_asked(json_object_get(a->body, "requestedModalities"), r);
}

void verb_create(struct sim *s, const struct ask *a, struct reply *r)
{
	char user[GUID_TEXT];
	struct sim_call *c;

	if (!create_checked(s, a, r, user))
		return;
	c = call_new(s);
	if (!c) {
		refuse(r, 429, "TooManyRequests", "The app has %u concurrent calls.",
			s->scn->concurrent_calls);
		return;
	}
	if (!callback_read(c, a->body, r) || !media_read(s, c, a, r)) {
		c->key = 0;
		return;
	}
	c->outgoing = true;
	scenario_id_keep(c, a->request);
	c->book = book_open(s, c, "");
	c->book->outgoing = true;
	c->book->relay = c->relay;
	memcpy(c->book->to, user, GUID_TEXT);
	out_add(s, SIM_BRIDGE_NEW, c->key);
	people_ring(s, c, user, RING_CREATE, NULL, NULL);
	call_answered(s, c);
	r->status = 201;
	r->body = call_entity(s, c);
	snprintf(r->location, sizeof(r->location), "/v1.0/communications/calls/%s", c->id_text);
}

void verb_get(struct sim *s, const struct ask *a, struct reply *r)
{
	r->status = 200;
	r->body = call_entity(s, a->call);
	if (a->call->active)
		json_object_set_new(r->body, "mediaState",
			json_pack("{ss, ss}", "@odata.type", "#microsoft.graph.callMediaState",
				"audio", "active"));
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

void verb_transfer(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *target = json_object_get(a->body, "transferTarget");
	const char *id = user_of_target(target);
	char user[GUID_TEXT];
	struct guid g;

	if (a->call->group)
		refuse(r, 501, "notSupported", "foyer-sim transfers out of a call of two only.");
	else if (json_object_get(target, "replacesCallId"))
		refuse(r, 501, "notSupported", "foyer-sim has no consultative transfer.");
	else if (guid_parse(id, strlen(id), &g) != OK)
		refuse(r, 400, "BadRequest",
			"transferTarget.identity.user.id is not the GUID of a user.");
	if (r->status)
		return;
	guid_print(g, user);
	a->call->state = CALL_TRANSFERRING;
	note_state(s, a->call, "transferring");
	people_ring(s, a->call, user, RING_TRANSFER, NULL, NULL);
	r->status = 202;
}
