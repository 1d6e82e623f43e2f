/*
 * The weather of a weather file, tokens nobody may accept, and the limits of the reference.
 * Windows count from the start, in the scenario's own scaled time.
 */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <string.h>

static bool blows(const struct sim *s, const struct rule *r, uint64_t now_ms)
{
	uint64_t at = (uint64_t)((double)(now_ms - s->start_ms) * s->scn->faults.time_scale);

	return s->start_ms && now_ms >= s->start_ms && at >= r->from_ms && at < r->to_ms;
}

/* The first rule of this kind that is in its window and whose dice fall; NULL: fine weather. */
const struct rule *weather(struct sim *s, enum fault kind)
{
	for (size_t i = 0; i < s->scn->n_weather; i++) {
		const struct rule *r = &s->scn->weather[i];

		if (r->fault == kind && blows(s, r, s->now_ms) && chance(s, r->rate))
			return r;
	}
	return NULL;
}

const struct rule *sim_weather_now(const struct sim *s, enum fault kind, uint64_t now_ms)
{
	for (size_t i = 0; i < s->scn->n_weather; i++)
		if (s->scn->weather[i].fault == kind && blows(s, &s->scn->weather[i], now_ms))
			return &s->scn->weather[i];
	return NULL;
}

void weather_start(struct sim *s)
{
	for (uint32_t i = 0; i < s->scn->n_weather; i++)
		if (s->scn->weather[i].fault == FAULT_ROLLOVER)
			timer_set(s, scaled(s, s->scn->weather[i].from_ms), TIMER_KEYS, 0, i);
}

/* A forged end of the call, with a token of this kind: a bot that believes it has lost the call,
 * and one that takes it (2xx) is booked. */
void evil_post(struct sim *s, struct sim_call *c, enum evil kind)
{
	struct sim_out *o = out_add(s, SIM_POST, c->key);
	json_t *data = json_pack(
		"{ss, ss}", "@odata.type", "#microsoft.graph.call", "state", "terminated");
	char at[96];

	snprintf(at, sizeof(at), "/communications/calls/%s", c->id_text);
	o->key = EVIL_KEY + kind;
	o->text = c->callback;
	o->json = json_pack("{ss, s[{ss, ss, ss, so}]}", "@odata.type",
		"#microsoft.graph.commsNotifications", "value", "@odata.type",
		"#microsoft.graph.commsNotification", "changeType", "deleted", "resourceUrl", at,
		"resourceData", data);
	o->evil = kind;
	o->app_id = app_of(s, c)->app_id;
	o->tenant = c->tenant;
	guid_draw_text(s, o->message_id);
	memcpy(o->chain_id, c->chain, GUID_TEXT);
	s->count.evil[kind].sent++;
}

void evil_answered(struct sim *s, enum evil kind, int status)
{
	if (kind <= EVIL_NOT || kind >= EVIL_KINDS)
		return;
	if (status / 100 == 2)
		s->count.evil[kind].accepted++;
	else if (status)
		s->count.evil[kind].refused++;
	else
		s->count.evil[kind].unanswered++;
}

json_t *evil_json(const struct sim *s)
{
	json_t *all = json_object();

	for (int i = EVIL_NONE; i < EVIL_KINDS; i++)
		json_object_set_new(all, evil_name((enum evil)i),
			json_pack("{sI, sI, sI, sI}", "sent", (json_int_t)s->count.evil[i].sent,
				"refused", (json_int_t)s->count.evil[i].refused, "accepted",
				(json_int_t)s->count.evil[i].accepted, "unanswered",
				(json_int_t)s->count.evil[i].unanswered));
	return all;
}

/* Requests a second, and calls a month, counted a registration. */
bool over_limits(struct sim *s, unsigned app, bool creates, struct reply *r)
{
	unsigned most = s->scn->requests_per_second;

	if (s->now_ms - s->quota[app].second_ms >= 1000) {
		s->quota[app].second_ms = s->now_ms;
		s->quota[app].requests = 0;
	}
	if (++s->quota[app].requests > most) {
		r->retry_after_s = (double)(1000 - (s->now_ms - s->quota[app].second_ms)) / 1000 +
				   0.128;
		refuse(r, 429, "TooManyRequests", "The app makes more than %u requests a second.",
			most);
	} else if (creates && s->quota[app].created >= s->scn->calls_per_month) {
		r->retry_after_s = 3600.128;
		refuse(r, 429, "TooManyRequests", "The app has made its %u calls this month.",
			s->scn->calls_per_month);
	}
	if (r->status)
		s->count.limited++;
	return r->status != 0;
}
