/* The life of a call, from the platform's side. */
#include "graph/sim/annex.h"
#include "graph/sim/inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

/* Of one registration. */
static unsigned calls_live(const struct sim *s, unsigned app)
{
	unsigned n = 0;

	for (uint32_t i = 0; i < s->slots_used; i++)
		n += s->call[i].key && s->call[i].state != CALL_ENDED && s->call[i].app == app;
	return n;
}

const struct app *app_of(const struct sim *s, const struct sim_call *c)
{
	return &s->scn->app[c->app];
}

/* An ended call is as unknown as one that never was, and so is another application's. */
struct sim_call *call_by_id(struct sim *s, unsigned app, const char *id)
{
	struct guid g;

	if (guid_parse(id, strlen(id), &g) != OK)
		return NULL;
	for (uint32_t i = 0; i < s->slots_used; i++)
		if (s->call[i].key && s->call[i].state != CALL_ENDED && s->call[i].app == app &&
			guid_same(s->call[i].id, g))
			return &s->call[i];
	return NULL;
}

/* NULL: the app has all the calls it may have. */
struct sim_call *call_new(struct sim *s, unsigned app, const char *tenant)
{
	uint32_t slot = 0;
	struct sim_call *c;

	if (calls_live(s, app) >= s->scn->concurrent_calls)
		return NULL;
	while (slot < CALL_SLOTS && s->call[slot].key)
		slot++;
	if (slot == CALL_SLOTS)
		return NULL;
	if (slot >= s->slots_used)
		s->slots_used = slot + 1;
	c = &s->call[slot];
	*c = (struct sim_call){ 0 };
	/* Below PERSON_CALLER, so that a caller's person number fits; never 0. */
	s->generation = (s->generation % ((PERSON_CALLER / CALL_SLOTS) - 2)) + 1;
	c->key = s->generation * CALL_SLOTS + slot;
	c->id = guid_draw(s);
	guid_print(c->id, c->id_text);
	guid_draw_text(s, c->chain);
	guid_draw_text(s, c->me);
	c->app = app;
	snprintf(c->tenant, sizeof(c->tenant), "%s", tenant);
	return c;
}

/* Two people of one name would write one WAV. */
static void name_once(const struct sim *s, char name[SCENARIO_NAME])
{
	char plain[SCENARIO_NAME];

	memcpy(plain, name, sizeof(plain));
	for (unsigned i = 2; book_has_name(s, name) && i < 10000; i++) {
		struct text t = text_of(name, SCENARIO_NAME);

		text_add(&t, "%.40s.%u", plain, i);
	}
}

static const struct instance *instance_of(const struct sim *s, const char *id)
{
	for (size_t i = 0; i < s->scn->n_instances; i++)
		if (strcmp(s->scn->instance[i].id, id) == 0)
			return &s->scn->instance[i];
	return NULL;
}

/* Whom a caller reaches: a resource account's bot, or a bot by its own name. */
static struct sim_call *call_to(struct sim *s, const char *to)
{
	const struct instance *at = instance_of(s, to);
	const struct app *app = at ? &s->scn->app[at->app] : scenario_app(s->scn, to);
	struct sim_call *c;

	app = app ? app : &s->scn->app[0];
	c = call_new(s, (unsigned)(app - s->scn->app), at ? at->tenant : app->tenant[0]);
	if (c)
		c->instance = at;
	return c;
}

/* Graph call-answer: 15 s, and 5 s for a bot that is to record by policy. */
static uint64_t answer_window(const struct sim *s, const struct sim_call *c)
{
	return c->policy ? s->scn->answer_window_ms / 3 : s->scn->answer_window_ms;
}

void call_incoming(struct sim *s, const struct caller *who)
{
	struct sim_call *c = call_to(s, who->to);
	struct sim_out *o;

	if (!c) {
		s->count.not_offered++;
		return;
	}
	c->caller = *who;
	c->policy = c->group = who->observes[0] != '\0';
	name_once(s, c->caller.name);
	memcpy(c->callback, app_of(s, c)->webhook, sizeof(c->callback));
	party_add(s, c, caller_of(c))->state = PARTY_IN;
	c->party[0].changed = true;
	c->book = book_open(s, c, c->caller.name);
	memcpy(c->book->to, who->to, sizeof(c->book->to));
	out_add(s, SIM_BRIDGE_NEW, c->key);
	o = out_add(s, SIM_PICK_UP, c->key);
	o->person = caller_of(c);
	o->name = c->caller.name;
	o->text = c->caller.speech;
	note_incoming(s, c);
	timer_set(s, scaled(s, answer_window(s, c)), TIMER_WINDOW, c->key, 0);
	if (who->patience_ms)
		timer_set(s, scaled(s, who->patience_ms), TIMER_PATIENCE, c->key, 0);
}

static void alive_again(struct sim *s, struct sim_call *c)
{
	c->alive_ms = s->now_ms;
	timer_set(s, scaled(s, s->scn->keep_alive_ms), TIMER_ALIVE, c->key, 0);
}

/* Graph call-keepAlive: at least once in 45 minutes, or the call ends. */
void call_keep_alive(struct sim *s, struct sim_call *c)
{
	uint64_t life_ms = scaled(s, s->scn->keep_alive_ms);

	if (c->state == CALL_ENDED)
		return;
	if (s->now_ms - c->alive_ms >= life_ms)
		call_end(s, c, 408, 8537, BY_PLATFORM);
	else
		timer_set(s, c->alive_ms + life_ms - s->now_ms, TIMER_ALIVE, c->key, 0);
}

void call_answered(struct sim *s, struct sim_call *c)
{
	c->state = CALL_ESTABLISHING;
	c->answered = true;
	if (!c->outgoing)
		c->book->answered_ms = book_now(s);
	note_state(s, c, "establishing");
	if (!c->outgoing)
		timer_set(s, between(s, 60, 250), TIMER_ESTABLISHED, c->key, 0);
	alive_again(s, c);
}

void call_established(struct sim *s, struct sim_call *c)
{
	struct leg *l;

	if (c->state != CALL_ESTABLISHING)
		return;
	c->state = CALL_ESTABLISHED;
	if (c->outgoing)
		c->book->answered_ms = book_now(s);
	note_state(s, c, "established");
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN) {
			struct sim_out *o = out_add(s, SIM_JOIN, c->key);

			o->person = c->party[i].person;
		}
	for (l = s->leg; l < s->leg + LEGS_MAX; l++)
		if (c->leg && l->key == c->leg)
			out_add(s, SIM_LEG_JOIN, c->key)->key = l->key;
	if (c->meeting)
		meeting_begins(s, c);
	else
		note_roster(s, c);
	/* A state-only established can precede the audio, and often comes twice. */
	if (dice(s, 2))
		timer_set(s, between(s, 10, 100), TIMER_AGAIN, c->key, 0);
	timer_set(s, between(s, 100, 300), TIMER_ACTIVE, c->key, 0);
}

void call_again(struct sim *s, struct sim_call *c)
{
	if (c->state == CALL_ESTABLISHED)
		note_state(s, c, "established");
}

void call_active(struct sim *s, struct sim_call *c)
{
	json_t *data;

	if (c->state != CALL_ESTABLISHED || c->active)
		return;
	c->active = true;
	c->book->active_ms = book_now(s);
	data = call_data(s, c, "established");
	json_object_set_new(data, "mediaState", active_state("active"));
	note_call(s, c, "updated", data);
	if (c->policy && c->caller.joins[0])
		timer_set(s, scaled(s, c->caller.joins_after_ms), TIMER_JOINING, c->key, 0);
	if (dice(s, 3))
		timer_set(s, between(s, 50, 500), TIMER_AGAIN, c->key, 0);
	press_active(s, c);
	for (size_t i = 0; c->outgoing && !c->meeting && i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_IN && c->party[i].person)
			people_connected(s, c, c->party[i].person);
}

/* Assumed, as nothing documents it: a call that ends sends no more about its operations. */
static void ops_forget(struct sim *s, struct sim_call *c)
{
	if (op_playing(c))
		out_add(s, SIM_PLAY_STOP, c->key);
	while (c->n_ops)
		op_forget(&c->op[--c->n_ops]);
	for (size_t i = 0; i < PARTY_MAX; i++)
		if (c->party[i].state == PARTY_RINGING)
			people_leave(s, c, &c->party[i], NULL);
}

static void leg_leave(struct sim *s, struct sim_call *c)
{
	for (struct leg *l = s->leg; l < s->leg + LEGS_MAX; l++)
		if (c->leg && l->key == c->leg)
			leg_close(s, l);
	c->leg = 0;
}

static const char *end_text(int subcode)
{
	switch (subcode) {
	case 4521:
	case 540000:
		return "Call ended by the other party.";
	case 5001:
		return "The call was ended.";
	case 7015:
		return "Call transferred.";
	case 8537:
		return "Call terminated: no keepAlive was received.";
	case 10037:
		return "The callee has no endpoint.";
	case 5013:
		return "Nobody else joined.";
	case 10057:
		return "No signalling answer.";
	default:
		return "Call ended.";
	}
}

/* Graph call-redirect and call-transfer's consultative example: no result, but who or why. */
static bool told_otherwise(struct sim *s, struct sim_call *c, enum ended_by by, json_t *data)
{
	if (by == BY_REDIRECT && dice(s, 2))
		json_object_set_new(data, "answeredBy",
			json_pack("{ss, so}", "@odata.type", "#microsoft.graph.participantInfo",
				"identity",
				identity_of(
					"encrypted", "29:1rzoRGBKQlXq2UqoKVjYAwd", NULL, NULL)));
	if (by == BY_TRANSFER && c->consults[0])
		json_object_set_new(data, "terminationReason", json_string("AppTransferred"));
	return by == BY_REDIRECT || (by == BY_TRANSFER && c->consults[0]);
}

static void note_end(struct sim *s, struct sim_call *c, int code, int subcode, enum ended_by by)
{
	bool known = c->answered || c->outgoing;
	json_t *data;

	if (known && dice(s, 2))
		note_state(s, c, "terminating");
	/* Graph call-reject's example has neither state nor result. */
	data = call_data(s, c, known || dice(s, 2) ? "terminated" : NULL);
	if (!told_otherwise(s, c, by, data) && (known || dice(s, 2)))
		json_object_set_new(
			data, "resultInfo", result_info(s, code, subcode, end_text(subcode)));
	note_call(s, c, "deleted", data);
}

/* The bot's part ends. People who are in it together stay together if it was a group and the bot
 * that left; else everybody is put down. */
void call_end(struct sim *s, struct sim_call *c, int code, int subcode, enum ended_by by)
{
	if (c->state == CALL_ENDED)
		return;
	ops_forget(s, c);
	note_end(s, c, code, subcode, by);
	recordings_leave(s, c);
	c->state = CALL_ENDED;
	c->book->ended_ms = book_now(s);
	c->book->code = code;
	c->book->subcode = subcode;
	c->book->by = by;
	annex_call_ended(s, c);
	leg_leave(s, c);
	c->detached = (by == BY_TRANSFER || by == BY_REDIRECT || (c->group && by == BY_BOT)) &&
		      parties_in(c) >= 2;
	json_decref(c->left);
	c->left = NULL;
	if (!c->detached)
		people_gone(s, c);
}

void call_retire(struct sim *s, struct sim_call *c)
{
	if (c->state != CALL_ENDED || c->detached || c->away || c->note || c->held.request)
		return;
	out_add(s, SIM_BRIDGE_FREE, c->key);
	c->key = 0;
}
