/* Who is meant, and what a call is set up with: read once for all verbs. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

const char *text_at(const json_t *json, const char *name)
{
	const char *text = json_string_value(json_object_get(json, name));

	return text ? text : "";
}

static bool number_good(const char *id)
{
	size_t n = id[0] == '+' ? strspn(id + 1, "0123456789") : 0;

	return n >= 3 && n <= 15 && !id[n + 1];
}

static bool subject_read(json_t *identity, const char *where, struct subject *out, struct reply *r)
{
	static const char *const kinds[] = { "user", "phone", "application", "guest" };
	unsigned n = 0;
	struct guid g;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		json_t *one = json_object_get(identity, kinds[i]);

		if (!json_is_object(one))
			continue;
		n++;
		out->kind = (enum subject_kind)i;
		snprintf(out->id, sizeof(out->id), "%s", text_at(one, "id"));
	}
	if (n != 1)
		refuse(r, 400, "BadRequest",
			"%s.identity names %u of user, phone, application, guest; "
			"want one.",
			where, n);
	else if (out->kind == SUBJECT_PHONE && !number_good(out->id))
		refuse(r, 400, "BadRequest", "%s.identity.phone.id is not E.164.", where);
	else if (out->kind < SUBJECT_GUEST && out->kind != SUBJECT_PHONE &&
		 guid_parse(out->id, strlen(out->id), &g) != OK)
		refuse(r, 400, "BadRequest", "%s.identity.%s.id is not the GUID of a %s.", where,
			kinds[out->kind], kinds[out->kind]);
	else if (out->kind != SUBJECT_PHONE && out->kind != SUBJECT_GUEST)
		guid_print(g, out->id);
	return r->status == 0;
}

static bool guid_at(json_t *json, const char *name, const char *where, char *out, struct reply *r)
{
	const char *text = text_at(json, name);
	struct guid g;

	out[0] = '\0';
	if (!text[0])
		return true;
	if (guid_parse(text, strlen(text), &g) != OK) {
		refuse(r, 400, "BadRequest", "%s.%s is not a GUID.", where, name);
		return false;
	}
	guid_print(g, out);
	return true;
}

bool target_read(json_t *json, const char *where, struct target *out, struct reply *r)
{
	const char *endpoint = text_at(json, "endpointType");

	*out = (struct target){ .hidden = json_is_true(json_object_get(json, "hidden")),
		.apart = json_is_true(json_object_get(json, "removeFromDefaultAudioRoutingGroup")),
		.voicemail = text_same_nocase(endpoint, "voicemail") };
	if (!subject_read(json_object_get(json, "identity"), where, &out->who, r) ||
		!guid_at(json, "participantId", where, out->participant_id, r) ||
		!guid_at(json, "replacesCallId", where, out->replaces, r))
		return false;
	if (endpoint[0] && !out->voicemail && !text_same_nocase(endpoint, "default"))
		refuse(r, 400, "BadRequest", "%s.endpointType is neither default nor voicemail.",
			where);
	return r->status == 0;
}

bool callback_read(struct sim_call *c, json_t *body, struct reply *r)
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
bool media_read(struct sim *s, struct sim_call *c, const struct ask *a, struct reply *r)
{
	json_t *config = json_object_get(a->body, "mediaConfig");
	struct leg *l;

	c->relay = text_same_nocase(
		text_at(config, "@odata.type"), "#microsoft.graph.appHostedMediaConfig");
	if (!c->relay && json_object_get(config, "blob"))
		refuse(r, 400, "BadRequest", "serviceHostedMediaConfig has no blob.");
	else if (c->relay && json_object_get(config, "preFetchMedia"))
		refuse(r, 400, "BadRequest", "appHostedMediaConfig has no preFetchMedia.");
	else if (c->relay)
		roles_checked(a, ROLE_ACCESS_MEDIA, 0, r);
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

bool audio_asked(json_t *list, struct reply *r)
{
	for (size_t i = 0; i < json_array_size(list); i++)
		if (strcmp(json_string_value(json_array_get(list, i)), "audio") == 0)
			return true;
	refuse(r, 400, "BadRequest", "The modalities lack audio.");
	return false;
}

void options_read(struct sim_call *c, json_t *body)
{
	json_t *o = json_object_get(body, "callOptions");

	c->delta = json_is_true(json_object_get(o, "isDeltaRosterEnabled"));
	c->sharing = json_is_true(json_object_get(o, "isContentSharingNotificationEnabled"));
}

void scenario_id_keep(struct sim_call *c, const struct sim_request *q)
{
	if (q->scenario_id)
		snprintf(c->scenario_id, sizeof(c->scenario_id), "%s", q->scenario_id);
}
