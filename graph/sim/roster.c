/* Who is in a call, as the bot is told: the whole roster, or only what changed in it. */
#include "graph/sim/inside.h"

#include <stdio.h>
#include <string.h>

static const char *display_name(struct sim *s, const struct subject *who)
{
	for (size_t i = 0; who->kind == SUBJECT_USER && i < s->scn->n_agents; i++)
		if (strcmp(s->scn->agent[i].user, who->id) == 0)
			return s->scn->agent[i].name;
	return NULL;
}

/* Graph call-answer: without any Calls.* role of its own the application sees nobody's name. */
json_t *subject_json(struct sim *s, const struct sim_call *c, const struct subject *who)
{
	static const char *const kind[] = { "user", "phone", "application", "guest" };
	bool tenant = who->kind == SUBJECT_USER || who->kind == SUBJECT_APP;
	const char *name = display_name(s, who);
	char hidden[96];

	if (!app_of(s, c)->roles) {
		snprintf(hidden, sizeof(hidden), "29:%016llx",
			(unsigned long long)(strlen(who->id) * 0x9e3779b97f4a7c15u ^
					     (unsigned char)who->id[strlen(who->id) - 1]));
		return identity_of("encrypted", hidden, NULL, c->tenant);
	}
	if (!name && who->kind == SUBJECT_USER && strcmp(who->id, c->caller.user) == 0)
		name = c->caller.name;
	return identity_of(kind[who->kind], who->id, name, tenant ? c->tenant : NULL);
}

static json_t *recording_info(struct sim *s, const struct sim_call *c)
{
	const char *status = c->book->recording_status;

	if (!status[0])
		return json_null();
	return json_pack("{ss, ss, so}", "@odata.type", "#microsoft.graph.recordingInfo",
		"recordingStatus", status, "initiator",
		identity_of("application", app_of(s, c)->app_id, NULL, c->tenant));
}

static json_t *participant_json(const char *id, json_t *identity, bool muted, bool held)
{
	/* Unused kinds of identity are explicit nulls in examples. */
	if (!json_object_get(identity, "encrypted"))
		json_object_set_new(identity, "encrypted", json_null());
	if (!json_object_get(identity, "guest"))
		json_object_set_new(identity, "guest", json_null());
	return json_pack("{ss, ss, s{ss, so, sn}, s[{ss, ss, ss, sb}], sb, sb, sn}", "@odata.type",
		"#microsoft.graph.participant", "id", id, "info", "@odata.type",
		"#microsoft.graph.participantInfo", "identity", identity, "countryCode",
		"mediaStreams", "mediaType", "audio", "sourceId", "1", "direction",
		held ? "inactive" : "sendReceive", "serverMuted", muted, "isMuted", muted,
		"isInLobby", 0, "metadata");
}

json_t *participant(struct sim *s, const struct sim_call *c, const struct party *p)
{
	struct subject who = subject_of(s, c, p);
	json_t *one = participant_json(p->id, subject_json(s, c, &who), p->muted, p->held);

	if (c->delta)
		json_object_set_new(
			one, "rosterSequenceNumber", json_integer((json_int_t)p->roster_sequence));
	return one;
}

static json_t *bot_json(struct sim *s, const struct sim_call *c)
{
	json_t *one = participant_json(c->me,
		identity_of("application", app_of(s, c)->app_id, NULL, c->tenant), c->muted, false);

	if (c->policy)
		json_object_set_new(one, "recordingInfo", recording_info(s, c));
	return one;
}

json_t *roster(struct sim *s, const struct sim_call *c)
{
	json_t *all = json_array();

	json_array_append_new(all, bot_json(s, c));
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN)
			json_array_append_new(all, participant(s, c, &c->party[i]));
	return all;
}

/* For the next delta, if the bot wants deltas. */
void roster_left(struct sim *s, struct sim_call *c, const struct party *p, const char *reason)
{
	json_t *one;

	if (!c->delta || c->state == CALL_ENDED)
		return;
	one = participant(s, c, p);
	json_object_set_new(one, "removedState",
		json_pack("{ss, ss}", "@odata.type", "#microsoft.graph.removedState", "reason",
			reason ? reason : "Left"));
	if (!c->left)
		c->left = json_array();
	json_array_append_new(c->left, one);
}

static json_t *delta(struct sim *s, struct sim_call *c)
{
	json_t *list = c->left ? TAKE(c->left) : json_array(), *one;
	uint64_t sequence = ++c->roster_sequence;
	char id[GUID_TEXT];
	size_t k;

	if (sequence == 1)
		json_array_append_new(list, bot_json(s, c));
	for (size_t i = 0; i < PARTY_MAX; i++) {
		struct party *p = &c->party[i];

		if (p->state != PARTY_IN || !p->changed)
			continue;
		p->changed = false;
		p->roster_sequence = sequence;
		json_array_append_new(list, participant(s, c, p));
	}
	json_array_foreach(list, k, one) json_object_set_new(
		one, "rosterSequenceNumber", json_integer((json_int_t)sequence));
	guid_draw_text(s, id);
	return json_pack("{ss, ss, sI, so}", "@odata.type", "#microsoft.graph.deltaParticipants",
		"id", id, "sequenceNumber", (json_int_t)sequence, "participants", list);
}

void note_roster(struct sim *s, struct sim_call *c)
{
	if (c->group && c->state != CALL_ENDED && c->state != CALL_ESTABLISHING)
		note(s, c, "updated", "/participants", c->delta ? delta(s, c) : roster(s, c),
			false);
}

void note_sharing(struct sim *s, struct sim_call *c)
{
	char id[GUID_TEXT], suffix[80];

	guid_draw_text(s, id);
	snprintf(suffix, sizeof(suffix), "/contentsharingsessions/%s", id);
	note(s, c, "created", suffix,
		json_pack("{ss, ss}", "@odata.type", "#microsoft.graph.contentSharingSession", "id",
			id),
		false);
}
