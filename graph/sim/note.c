/*
 * Notifications as JSON, in every spelling the real service was seen to use: which one is drawn
 * from the seed, so that all of them occur.
 */
#include "graph/sim/inside.h"

#include "bot/base/text.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

/* Enum values are lower camel on the wire, mostly. */
static const char *spelled(struct sim *s, const char *word, char out[32])
{
	snprintf(out, 32, "%s", word);
	if (dice(s, 10))
		out[0] = (char)toupper((unsigned char)out[0]);
	return out;
}

static void id_spelled(struct sim *s, const struct sim_call *c, char out[GUID_TEXT])
{
	memcpy(out, c->id_text, GUID_TEXT);
	switch (rng_below(&s->rng, 4)) {
	case 0:
		text_hex(out, GUID_TEXT, c->id.byte, sizeof(c->id.byte));
		break;
	case 1:
		for (char *p = out; *p; p++)
			*p = (char)toupper((unsigned char)*p);
		break;
	default:
		break;
	}
}

json_t *result_info(struct sim *s, int code, int subcode, const char *message)
{
	const char *sub = dice(s, 2) ? "subcode" : "subCode";
	char a[16], b[16];

	if (dice(s, 2))
		return json_pack("{ss, si, si, ss}", "@odata.type", "#microsoft.graph.resultInfo",
			"code", code, sub, subcode, "message", message);
	snprintf(a, sizeof(a), "%d", code);
	snprintf(b, sizeof(b), "%d", subcode);
	return json_pack("{ss, ss, ss, ss}", "@odata.type", "#microsoft.graph.resultInfo", "code",
		a, sub, b, "message", message);
}

/* What changed, and whatever the service feels like. state may be NULL. */
json_t *call_data(struct sim *s, const struct sim_call *c, const char *state)
{
	json_t *data = json_object();
	char word[32];

	json_object_set_new(data, "@odata.type",
		json_string(dice(s, 16) ? "#Microsoft.Graph.Call" : "#microsoft.graph.call"));
	if (state)
		json_object_set_new(data, "state", json_string(spelled(s, state, word)));
	if (dice(s, 3)) {
		char at[96];

		snprintf(at, sizeof(at), "/communications/calls/%s", c->id_text);
		json_object_set_new(data, "@odata.id", json_string(at));
		json_object_set_new(data, "@odata.etag", json_string("W/\"5445\""));
	}
	if (dice(s, 4))
		json_object_set_new(data, "id", json_null());
	if (dice(s, 4))
		json_object_set_new(data, "callChainId", json_string(c->chain));
	if (dice(s, 4)) {
		json_object_set_new(data, "terminationReason", json_null());
		json_object_set_new(data, "ringingTimeoutInSeconds", json_null());
		json_object_set_new(data, "activeModalities", json_array());
	}
	return data;
}

/* An example lacks the leading slash: of the operations of hold music, and of others. */
static bool slash_lost(struct sim *s, const char *suffix, const json_t *data)
{
	const char *tag = json_string_value(json_object_get(data, "@odata.type"));

	if (strncmp(suffix, "/operations", 11) != 0)
		return false;
	return dice(s, tag && strstr(tag, "HoldMusic") ? 2 : 4);
}

/* Takes data over. suffix begins with a slash, or is "". */
void note(struct sim *s, struct sim_call *c, const char *change, const char *suffix, json_t *data,
	bool incoming)
{
	static const char *const prefix[] = { "/app/calls/", "/communications/calls/" };
	char id[GUID_TEXT], resource[160], url[160], word[32];
	json_t *item = json_object(), *items = json_array();
	uint64_t which = rng_below(&s->rng, 4); /* 0: resource alone, 1: resourceUrl alone */

	id_spelled(s, c, id);
	snprintf(resource, sizeof(resource), "%s%s%s", prefix[rng_below(&s->rng, 2)], id, suffix);
	snprintf(url, sizeof(url), "%s%s%s", "/communications/calls/", id, suffix);
	json_object_set_new(item, "@odata.type", json_string("#microsoft.graph.commsNotification"));
	json_object_set_new(item, "changeType", json_string(spelled(s, change, word)));
	if (which != 1)
		json_object_set_new(item, "resource", json_string(resource));
	if (which != 0)
		json_object_set_new(item, "resourceUrl",
			json_string(slash_lost(s, suffix, data) ? url + 1 : url));
	if (dice(s, 2))
		json_object_set_new(item, "callbackUri", json_string(c->callback));
	if (dice(s, 12)) {
		json_object_set_new(item, "subscriptionId", json_null());
		json_object_set_new(item, "somethingNew", json_pack("{s[i]}", "values", 1));
	}
	json_object_set_new(item, "resourceData", data);
	json_array_append_new(items, item);
	post_add(s, c, items, false, incoming);
}

json_t *active_state(const char *audio)
{
	return json_pack(
		"{ss, ss}", "@odata.type", "#microsoft.graph.callMediaState", "audio", audio);
}

json_t *identity_of(const char *kind, const char *id, const char *name, const char *tenant)
{
	json_t *one = json_pack("{ss, ss, ss*, ss*}", "@odata.type", "#microsoft.graph.identity",
		"id", id, "displayName", name && name[0] ? name : NULL, "tenantId", tenant);

	return json_pack("{ss, so}", "@odata.type", "#microsoft.graph.identitySet", kind, one);
}

static json_t *source_of(struct sim *s, const struct sim_call *c)
{
	struct subject who = subject_of(s, c, &c->party[0]);

	return json_pack("{ss, ss, ss, ss, ss, so}", "@odata.type",
		"#microsoft.graph.participantInfo", "id", c->party[0].id, "region", "emea",
		"languageId", "en-US", "endpointType", "default", "identity",
		subject_json(s, c, &who));
}

/* A resource account, or the bot itself. */
static json_t *targets_of(struct sim *s, const struct sim_call *c)
{
	const struct instance *at = c->instance;
	bool self = !at && scenario_app(s->scn, c->caller.to);

	return json_pack("[{ss, ss, so}]", "@odata.type",
		"#microsoft.graph.invitationParticipantInfo", "endpointType", "default", "identity",
		identity_of(self ? "application" : "applicationInstance", c->caller.to,
			at ? at->name : NULL, c->tenant));
}

/* Whom the bot called: they keep their places in the table from the start. */
static json_t *targets_called(struct sim *s, const struct sim_call *c)
{
	json_t *all = json_array();

	for (size_t i = 0; i < PARTY_MAX; i++) {
		const struct party *p = &c->party[i];

		if (p->state == PARTY_NONE || p->why != RING_CREATE || !p->who.id[0])
			continue;
		json_array_append_new(all, json_pack("{ss, so}", "@odata.type",
						   "#microsoft.graph.invitationParticipantInfo",
						   "identity", subject_json(s, c, &p->who)));
	}
	return all;
}

static json_t *user_json(const struct sim_call *c, const char *id)
{
	return identity_of("user", id, NULL, c->tenant);
}

/* Who had a hand in the call before it came to us. */
static void add_history(const struct sim_call *c, json_t *data)
{
	const struct caller *who = &c->caller;
	json_t *context = json_pack("{ss, ss}", "@odata.type", "#microsoft.graph.incomingContext",
		"sourceParticipantId", c->party[0].id);

	if (who->transferor[0])
		json_object_set_new(context, "transferor", user_json(c, who->transferor));
	if (who->on_behalf_of[0])
		json_object_set_new(context, "onBehalfOf", user_json(c, who->on_behalf_of));
	if (who->observes[0])
		json_object_set_new(context, "observedParticipantId", json_string(c->party[0].id));
	json_object_set_new(data, "incomingContext", context);
	if (who->forwarded_from[0])
		json_object_set_new(data, "callRoutes",
			json_pack("[{ss, ss, so, so}]", "@odata.type", "#microsoft.graph.callRoute",
				"routingType", "forwarded", "original",
				user_json(c, who->forwarded_from), "final",
				identity_of("applicationInstance", who->to, NULL, c->tenant)));
}

static void add_chat(const struct sim_call *c, json_t *data)
{
	if (c->thread[0])
		json_object_set_new(data, "chatInfo",
			json_pack("{ss, ss, ss}", "@odata.type", "#microsoft.graph.chatInfo",
				"threadId", c->thread, "messageId", "0"));
	if (c->subject[0])
		json_object_set_new(data, "subject", json_string(c->subject));
}

/* The whole of a call, for GET and for the first notification. */
json_t *call_entity(struct sim *s, const struct sim_call *c)
{
	static const char *const state[] = { "incoming", "establishing", "established",
		"transferring", "redirecting", "terminated" };
	json_t *data = json_pack("{ss, ss, ss, ss, ss, ss, ss, ss, s[s], s[], sn, sn}",
		"@odata.type", "#microsoft.graph.call", "id", c->id_text, "state", state[c->state],
		"direction", c->outgoing ? "outgoing" : "incoming", "callbackUri", c->callback,
		"tenantId", c->tenant, "callChainId", c->chain, "myParticipantId", c->me,
		"requestedModalities", "audio", "callRoutes", "terminationReason", "answeredBy");

	add_chat(c, data);
	if (c->outgoing) {
		json_object_set_new(data, "targets", targets_called(s, c));
		return data;
	}
	json_object_set_new(data, "source", source_of(s, c));
	json_object_set_new(data, "targets", targets_of(s, c));
	add_history(c, data);
	return data;
}

/* The older Skype format: no value, no type; wants 204, then the same call comes again. */
static void note_legacy(struct sim *s, struct sim_call *c)
{
	char mri[64];
	json_t *body;

	if (!app_of(s, c)->roles)
		snprintf(mri, sizeof(mri), "29:1rzoRGBKQlXq2UqoKVjYAwd");
	else
		snprintf(mri, sizeof(mri), "%s%s", c->caller.number[0] ? "4:" : "8:orgid:",
			c->caller.number[0] ? c->caller.number : c->caller.user);
	body = json_pack("{ss, sb, s[s], ss, ss, s[{ss, ss, sn, ss, ss, ss, sb}]}", "id",
		c->id_text, "isMultiparty", 0, "presentedModalityTypes", "Audio", "callState",
		"incoming", "tenantId", c->tenant, "participants", "identity", mri, "participantId",
		c->party[0].id, "endpointId", "languageId", "en-US", "tenantId", c->tenant,
		"region", "emea", "originator", 1);
	post_add(s, c, body, true, true);
}

void note_incoming(struct sim *s, struct sim_call *c)
{
	if (dice(s, 2))
		note_legacy(s, c);
	note(s, c, "created", "", call_entity(s, c), true);
}

void note_call(struct sim *s, struct sim_call *c, const char *change, json_t *data)
{
	note(s, c, change, "", data, false);
}

void note_state(struct sim *s, struct sim_call *c, const char *state)
{
	note_call(s, c, "updated", call_data(s, c, state));
}

static const char *tone_name(char digit)
{
	static const char *const names[] = { "tone0", "tone1", "tone2", "tone3", "tone4", "tone5",
		"tone6", "tone7", "tone8", "tone9" };

	if (isdigit((unsigned char)digit))
		return names[digit - '0'];
	return digit == '*'   ? "star"
	       : digit == '#' ? "pound"
	       : digit == 'a' ? "a"
	       : digit == 'b' ? "b"
	       : digit == 'c' ? "c"
			      : "d";
}

void note_tone(struct sim *s, struct sim_call *c, char digit)
{
	json_t *data = call_data(s, c, "established");

	json_object_set_new(data, "toneInfo",
		json_pack("{ss, sI, ss}", "@odata.type", "#microsoft.graph.toneInfo", "sequenceId",
			(json_int_t)++c->tone_sequence, "tone", tone_name(digit)));
	c->book->tones++;
	note_call(s, c, "updated", data);
}

/* Where the recording is, and the token that opens it. */
static void add_recording(struct sim *s, struct sim_call *c, const struct op *op, json_t *data)
{
	const struct recording *r = recording_new(s, c, op);
	char at[256];

	snprintf(at, sizeof(at), "%s/recordings/%s",
		s->origin[0] ? s->origin : "https://graph.microsoft.com", r->id);
	json_object_set_new(data, "recordingLocation", json_string(at));
	json_object_set_new(data, "recordingAccessToken", json_string(r->token));
}

/* "deleted" is how completion is spelled, for success and failure. */
void note_operation(
	struct sim *s, struct sim_call *c, const struct op *op, bool good, int code, int subcode)
{
	char suffix[64], word[32];
	json_t *data;

	snprintf(suffix, sizeof(suffix), "/operations/%s", op->id);
	/* A page's example has this address, for the operation and for the roster. */
	if (op->kind == OP_INVITE && dice(s, 6))
		snprintf(suffix, sizeof(suffix), "/operations/participants");
	data = op_json(op, NULL, spelled(s, good ? "completed" : "failed", word));
	/* An invitation that went well often says no more than that. */
	if (op->kind != OP_INVITE || !good || dice(s, 2))
		json_object_set_new(data, "resultInfo",
			result_info(s, code, subcode,
				good ? "Action completed successfully." : "Action failed."));
	if (op->reason && (op->kind == OP_DTMF || dice(s, 3)))
		json_object_set_new(data, "completionReason", json_string(op->reason));
	if (op->recorded)
		add_recording(s, c, op, data);
	note(s, c, "deleted", suffix, data, false);
}
