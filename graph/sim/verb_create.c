/* Graph application-post-calls: to one user or telephone, to a group, into a meeting. */
#include "graph/sim/verb.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

/* What the body asks for, found before anything is made. */
struct wish {
	struct target target[INVITEES_MAX];
	size_t n;
	const struct instance *instance;
	const struct meeting *meeting;
	bool guest, by_token;
};

static const struct instance *instance_of(const struct sim *s, const struct ask *a, const char *id)
{
	struct guid g;
	char want[GUID_TEXT];

	if (guid_parse(id, strlen(id), &g) != OK)
		return NULL;
	guid_print(g, want);
	for (size_t i = 0; i < s->scn->n_instances; i++) {
		const struct instance *at = &s->scn->instance[i];

		if (strcmp(at->id, want) == 0 && at->app == a->app &&
			text_same_nocase(at->tenant, a->request->bearer.tenant))
			return at;
	}
	return NULL;
}

static bool source_read(struct sim *s, const struct ask *a, struct wish *w, struct reply *r)
{
	json_t *identity = json_object_get(json_object_get(a->body, "source"), "identity");
	json_t *instance = json_object_get(identity, "applicationInstance");
	json_t *app = json_object_get(identity, "application");

	w->guest = json_is_object(json_object_get(identity, "guest"));
	if (json_is_object(instance)) {
		w->instance = instance_of(s, a, text_at(instance, "id"));
		if (!w->instance)
			refuse(r, 400, "BadRequest",
				"source.identity.applicationInstance is no resource account of "
				"this "
				"application.");
	} else if (json_is_object(app) &&
		   !text_same_nocase(text_at(app, "id"), a->request->bearer.app_id)) {
		refuse(r, 400, "BadRequest",
			"source.identity.application is not the token's application.");
	}
	return r->status == 0;
}

static bool targets_read(const struct ask *a, struct wish *w, struct reply *r)
{
	json_t *list = json_object_get(a->body, "targets");
	char where[40];

	if (json_array_size(list) > INVITEES_MAX) {
		refuse(r, 400, "BadRequest", "A group call begins with at most %d targets.",
			INVITEES_MAX);
		return false;
	}
	for (; w->n < json_array_size(list); w->n++) {
		snprintf(where, sizeof(where), "targets[%zu]", w->n);
		if (!target_read(json_array_get(list, w->n), where, &w->target[w->n], r))
			return false;
		for (size_t i = 0; i < w->n; i++)
			if (strcmp(w->target[i].who.id, w->target[w->n].who.id) == 0)
				refuse(r, 400, "BadRequest", "%s is invited already.", where);
	}
	return r->status == 0;
}

/* To one telephone: from a resource account that has a number, with the tenant said. */
static void number_checked(const struct ask *a, const struct wish *w, struct reply *r)
{
	if (!w->instance)
		refuse(r, 400, "BadRequest",
			"A call to a telephone needs source.identity.applicationInstance.");
	else if (!w->instance->has_number)
		refuse(r, 400, "BadRequest", "The application instance holds no number.");
	else if (!text_at(a->body, "tenantId")[0])
		refuse(r, 400, "BadRequest", "A call to a telephone needs tenantId.");
}

static void people_checked(const struct ask *a, struct wish *w, struct reply *r)
{
	if (!targets_read(a, w, r))
		return;
	if (w->n == 0) {
		refuse(r, 400, "BadRequest", "targets or meetingInfo: one of them is needed.");
	} else if (w->n == 1) {
		if (roles_checked(a, ROLE_INITIATE, 0, r) && w->target[0].who.kind == SUBJECT_PHONE)
			number_checked(a, w, r);
		return;
	}
	for (size_t i = 0; !r->status && i < w->n; i++)
		if (w->target[i].who.kind != SUBJECT_USER)
			refuse(r, 400, "BadRequest",
				"targets[%zu]: a group call begins with users.", i);
	if (!r->status)
		roles_checked(a, ROLE_INITIATE_GROUP, 0, r);
}

static bool meeting_fits(const struct meeting *m, const struct ask *a, json_t *info)
{
	const char *tag = text_at(info, "@odata.type");
	json_t *organizer = json_object_get(json_object_get(info, "organizer"), "user");

	if (!text_same_nocase(m->tenant, a->request->bearer.tenant))
		return false;
	if (text_same_nocase(tag, "#microsoft.graph.tokenMeetingInfo"))
		return m->token[0] && strcmp(m->token, text_at(info, "token")) == 0;
	if (text_same_nocase(tag, "#microsoft.graph.joinMeetingIdMeetingInfo"))
		return m->join_id[0] && strcmp(m->join_id, text_at(info, "joinMeetingId")) == 0 &&
		       strcmp(m->passcode, text_at(info, "passcode")) == 0;
	return m->organizer[0] && text_same_nocase(m->organizer, text_at(organizer, "id")) &&
	       strcmp(m->thread, text_at(json_object_get(a->body, "chatInfo"), "threadId")) == 0;
}

static bool meeting_members_good(const struct ask *a, json_t *info, struct wish *w, struct reply *r)
{
	const char *tag = text_at(info, "@odata.type");
	json_t *organizer = json_object_get(json_object_get(info, "organizer"), "user");
	const char *need = "organizer.user.id", *have = text_at(organizer, "id");

	if (text_same_nocase(tag, "#microsoft.graph.tokenMeetingInfo")) {
		need = "token";
		have = text_at(info, need);
		w->by_token = true;
	} else if (text_same_nocase(tag, "#microsoft.graph.joinMeetingIdMeetingInfo")) {
		need = "joinMeetingId";
		have = text_at(info, need);
	} else if (!text_at(json_object_get(a->body, "chatInfo"), "threadId")[0]) {
		refuse(r, 400, "BadRequest", "chatInfo.threadId is missing.");
	}
	if (!r->status && !have[0])
		refuse(r, 400, "BadRequest", "meetingInfo.%s is missing.", need);
	return r->status == 0;
}

static void meeting_checked(
	struct sim *s, const struct ask *a, json_t *info, struct wish *w, struct reply *r)
{
	if (!meeting_members_good(a, info, w, r))
		return;
	if (json_array_size(json_object_get(a->body, "targets")))
		refuse(r, 400, "BadRequest", "targets and meetingInfo exclude each other.");
	else if (!text_at(a->body, "tenantId")[0])
		refuse(r, 400, "BadRequest", "To join a meeting needs tenantId.");
	else if (!roles_checked(a, w->guest ? ROLE_JOIN_GROUP_GUEST : ROLE_JOIN_GROUP, 0, r))
		return;
	for (size_t i = 0; !r->status && !w->meeting && i < s->scn->n_meetings; i++)
		if (meeting_fits(&s->scn->meeting[i], a, info))
			w->meeting = &s->scn->meeting[i];
	if (!r->status && !w->meeting)
		refuse(r, 404, "itemNotFound", "Meeting not found.");
}

static bool wish_read(struct sim *s, const struct ask *a, struct wish *w, struct reply *r)
{
	const char *tenant = text_at(a->body, "tenantId");
	json_t *meeting = json_object_get(a->body, "meetingInfo");

	if (tenant[0] && !text_same_nocase(tenant, a->request->bearer.tenant))
		refuse(r, 403, "7505", "Request authorization tenant mismatch.");
	else if (source_read(s, a, w, r) && json_is_object(meeting))
		meeting_checked(s, a, meeting, w, r);
	else if (!r->status)
		people_checked(a, w, r);
	return r->status == 0 && audio_asked(json_object_get(a->body, "requestedModalities"), r);
}

/* The people of a meeting are there; a guest waits in the lobby, unless let through. */
static void join_meeting(struct sim *s, struct sim_call *c, const struct ask *a)
{
	bool bypass = json_is_true(json_object_get(a->body, "allowGuestToBypassLobby"));
	uint64_t lobby = c->guest && !bypass ? scaled(s, c->meeting->lobby_ms) : 0;

	snprintf(c->thread, sizeof(c->thread), "%s", c->meeting->thread);
	timer_set(s, lobby + between(s, 60, 250), TIMER_ESTABLISHED, c->key, 0);
}

static void set_up(struct sim *s, struct sim_call *c, const struct ask *a, const struct wish *w)
{
	c->outgoing = true;
	c->instance = w->instance;
	c->meeting = w->meeting;
	c->guest = w->guest;
	c->by_token = w->by_token;
	c->group = w->meeting || w->n > 1;
	options_read(c, a->body);
	scenario_id_keep(c, a->request);
	snprintf(c->subject, sizeof(c->subject), "%s", text_at(a->body, "subject"));
	c->book = book_open(s, c, "");
	c->book->outgoing = true;
	c->book->relay = c->relay;
	if (w->n && w->target[0].who.kind != SUBJECT_PHONE)
		memcpy(c->book->to, w->target[0].who.id, GUID_TEXT);
	out_add(s, SIM_BRIDGE_NEW, c->key);
	for (size_t i = 0; i < w->n; i++)
		ring(s, c, &w->target[i], RING_CREATE, NULL);
	if (c->meeting)
		join_meeting(s, c, a);
	else if (c->group)
		snprintf(c->thread, sizeof(c->thread), "19:%s@thread.v2", c->id_text);
}

void verb_create(struct sim *s, const struct ask *a, struct reply *r)
{
	struct wish w = { .n = 0 };
	struct sim_call *c;

	if (!wish_read(s, a, &w, r))
		return;
	c = call_new(s, a->app, a->request->bearer.tenant);
	if (!c) {
		r->retry_after_s = 2.128;
		refuse(r, 429, "TooManyRequests", "The app has %u concurrent calls.",
			s->scn->concurrent_calls);
		s->count.limited++;
		return;
	}
	if (!callback_read(c, a->body, r) || !media_read(s, c, a, r)) {
		c->key = 0;
		return;
	}
	s->quota[a->app].created++;
	set_up(s, c, a, &w);
	call_answered(s, c);
	r->status = 201;
	r->body = call_entity(s, c);
	snprintf(r->location, sizeof(r->location), "/v1.0/communications/calls/%s", c->id_text);
}
