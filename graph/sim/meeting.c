/*
 * Meetings that are there before the bot, and calls it is to record by policy.
 *
 * Assumed, as no source shows it: a participantJoiningNotification comes as a notification like
 * others, on the participant that wants to join. A bot that says nothing of use is taken to have
 * accepted, so that nobody is shut out of a call by our guess.
 */
#include "graph/sim/inside.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

enum { STAYS_MS = 10000 }; /* who joined a recorded call */

/* A stamp without a clock: the state machine's own milliseconds, in a year of their own. */
static void stamp(const struct sim *s, char out[32])
{
	unsigned long long sec = s->now_ms / 1000;

	snprintf(out, 32, "2026-01-%02lluT%02llu:%02llu:%02lluZ", 1 + sec / 86400 % 28,
		sec / 3600 % 24, sec / 60 % 60, sec % 60);
}

static void note_transcription(struct sim *s, struct sim_call *c, const char *state)
{
	json_t *data = call_data(s, c, "established");
	char at[32];

	stamp(s, at);
	json_object_set_new(data, "transcription",
		json_pack("{ss, ss, ss}", "@odata.type", "#microsoft.graph.callTranscriptionInfo",
			"state", state, "lastModifiedDateTime", at));
	note_call(s, c, "updated", data);
}

static void there_already(struct sim *s, struct sim_call *c, uint32_t agent)
{
	const struct agent *plan = agent_plan(s, agent);
	bool elsewhere = s->agent[agent].call != 0;
	struct party *p = party_add(s, c, elsewhere ? 0 : agent);
	struct sim_out *o;

	if (!p)
		return;
	p->state = PARTY_IN;
	p->changed = true;
	p->who = (struct subject){ plan->user[0] ? SUBJECT_USER : SUBJECT_PHONE, "" };
	snprintf(p->who.id, sizeof(p->who.id), "%s", plan->user[0] ? plan->user : plan->number);
	if (elsewhere) /* in by another of her devices: seen, not heard */
		return;
	s->agent[agent].call = c->key;
	o = out_add(s, SIM_PICK_UP, c->key);
	o->person = agent;
	o->name = plan->name;
	o->text = plan->speech;
	out_add(s, SIM_JOIN, c->key)->person = agent;
}

void meeting_begins(struct sim *s, struct sim_call *c)
{
	const struct meeting *m = c->meeting;

	for (size_t i = 0; i < m->n_agents; i++)
		there_already(s, c, m->agent[i]);
	mix_update(s, c);
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN && c->party[i].person)
			people_connected(s, c, c->party[i].person);
	note_roster(s, c);
	if (m->transcribed) {
		note_transcription(s, c, "notStarted");
		note_transcription(s, c, "active");
	}
	if (m->shared && c->sharing)
		note_sharing(s, c);
}

void joining_ask(struct sim *s, struct sim_call *c)
{
	char id[GUID_TEXT], suffix[80];
	json_t *call = call_entity(s, c), *data;
	struct note **at = &c->note;

	if (c->state != CALL_ESTABLISHED || c->book->joining != JOINING_NONE) {
		json_decref(call);
		return;
	}
	c->book->joining = JOINING_ASKED;
	guid_draw_text(s, id);
	snprintf(suffix, sizeof(suffix), "/participants/%s", id);
	data = json_pack("{ss, ss, so}", "@odata.type",
		"#microsoft.graph.participantJoiningNotification", "id", id, "call", call);
	note(s, c, "created", suffix, data, false);
	while (*at && (*at)->next)
		at = &(*at)->next;
	if (*at)
		(*at)->asks = true;
}

static void joins(struct sim *s, struct sim_call *c)
{
	struct party *p = party_add(s, c, 0);

	if (!p)
		return;
	p->state = PARTY_IN;
	p->changed = true;
	p->who.kind = SUBJECT_USER;
	snprintf(p->who.id, sizeof(p->who.id), "%s", c->caller.joins);
	note_roster(s, c);
	timer_set(s, scaled(s, STAYS_MS), TIMER_JOINING, c->key, 1);
}

void joining_answered(struct sim *s, struct sim_call *c, const char *body, int status)
{
	json_error_t e;
	CLEAN(json_decref) json_t *json = body && status == 200 ? json_loads(body, 0, &e) : NULL;
	const char *tag = json_string_value(json_object_get(json, "@odata.type"));

	if (c->book->joining != JOINING_ASKED)
		return;
	if (tag && strcasecmp(tag, "#microsoft.graph.rejectJoinResponse") == 0)
		c->book->joining = JOINING_REJECTED;
	else if (tag && strcasecmp(tag, "#microsoft.graph.inviteNewBotResponse") == 0)
		c->book->joining = JOINING_NEW_BOT;
	else if (tag && strcasecmp(tag, "#microsoft.graph.acceptJoinResponse") == 0)
		c->book->joining = JOINING_ACCEPTED;
	else
		book_surprise(s, c,
			"participantJoiningNotification was answered %d without one of "
			"the three responses",
			status);
	if (c->book->joining == JOINING_ACCEPTED || c->book->joining == JOINING_ASKED)
		joins(s, c);
}

void joining_over(struct sim *s, struct sim_call *c)
{
	for (size_t i = 0; c->policy && i < PARTY_MAX; i++) {
		struct party *p = &c->party[i];

		if (p->state != PARTY_IN || p->person || c->state != CALL_ESTABLISHED)
			continue;
		note(s, c, "updated", "/participants",
			json_pack("{ss, ss, ss}", "@odata.type",
				"#microsoft.graph.participantLeftNotification", "id", p->id,
				"participantId", p->id),
			false);
		people_leave(s, c, p, "Left");
		note_roster(s, c);
	}
}
