/* Verbs on what a call hears and presses, and on its operations. */
#include "graph/sim/verb.h"

#include <stdio.h>
#include <string.h>

static const char *context_of(const struct ask *a)
{
	return json_string_value(json_object_get(a->body, "clientContext"));
}

void location_set(struct reply *r, const struct sim_call *c, const char *op)
{
	snprintf(r->location, sizeof(r->location), "/v1.0/communications/calls/%s/operations/%s",
		c->id_text, op);
}

void done_at_once(struct sim *s, const struct ask *a, struct reply *r, const char *tag)
{
	struct op op = { .kind = OP_NONE };

	guid_draw_text(s, op.id);
	if (context_of(a))
		snprintf(op.context, sizeof(op.context), "%s", context_of(a));
	r->status = 200;
	r->body = op_json(&op, tag, "completed");
	json_object_set_new(
		r->body, "resultInfo", result_info(s, 200, 0, "Action completed successfully."));
	location_set(r, a->call, op.id);
}

struct op *op_asked(struct sim *s, const struct ask *a, enum op_kind kind, struct reply *r)
{
	struct op *op = op_new(s, a->call, kind, context_of(a));

	if (!op)
		refuse(r, 429, "TooManyRequests", "%d operations are under way.", OPS_MAX);
	return op;
}

bool media_ready(const struct sim_call *c, struct reply *r)
{
	if (c->relay)
		refuse(r, 400, "BadRequest", "The call's media is hosted by the application.");
	else if (!c->active)
		refuse(r, 409, "Conflict", "The call's audio is not active yet.");
	return r->status == 0;
}

/* FNV-1a, to know a prompt again. */
uint64_t sound_of(const char *uri)
{
	uint64_t h = 1469598103934665603u;

	for (; *uri; uri++)
		h = (h ^ (unsigned char)*uri) * 1099511628211u;
	return h;
}

void verb_play(struct sim *s, const struct ask *a, struct reply *r)
{
	json_t *prompts = json_object_get(a->body, "prompts"), *infos = json_array(), *info = NULL;
	bool first = !op_playing(a->call);
	struct sim_out *o;
	struct op *op;

	for (size_t i = 0; i < json_array_size(prompts); i++) {
		info = json_object_get(json_array_get(prompts, i), "mediaInfo");
		json_array_append(infos, info);
		if (strncmp(json_string_value(json_object_get(info, "uri")), "https://", 8) != 0)
			refuse(r, 400, "BadRequest",
				"prompts[%zu].mediaInfo.uri is not an https URL.", i);
	}
	op = r->status || !media_ready(a->call, r) ? NULL : op_asked(s, a, OP_PLAY, r);
	if (!op) {
		json_decref(infos);
		return;
	}
	op->sound = sound_of(json_string_value(json_object_get(info, "uri")));
	o = out_add(s, SIM_PLAY, a->call->key);
	o->key = op->key;
	o->json = infos;
	r->status = 200;
	r->body = op_json(op, NULL, "running");
	location_set(r, a->call, op->id);
	if (first)
		op_play_started(s, a->call);
}

void verb_tone(struct sim *s, const struct ask *a, struct reply *r)
{
	if (a->call->relay) {
		refuse(r, 400, "BadRequest", "The call's media is hosted by the application.");
		return;
	}
	done_at_once(s, a, r, "#microsoft.graph.subscribeToToneOperation");
	a->call->tones = true;
	press_subscribed(s, a->call);
}

void verb_cancel(struct sim *s, const struct ask *a, struct reply *r)
{
	if (a->call->relay) {
		refuse(r, 400, "BadRequest", "The call's media is hosted by the application.");
		return;
	}
	done_at_once(s, a, r, "#microsoft.graph.cancelMediaProcessingOperation");
	/* Each ends with 400/8508 when the phones say so. */
	if (op_playing(a->call))
		out_add(s, SIM_PLAY_STOP, a->call->key);
	op_cancel_tones(s, a->call);
}

void verb_mute(struct sim *s, const struct ask *a, struct reply *r)
{
	bool off = strstr(a->request->path, "unmute") != NULL;

	if (!a->call->group) {
		refuse(r, 400, "BadRequest", "Only in group calls.");
		return;
	}
	if (strstr(a->request->path, "/participants/") == NULL) {
		a->call->muted = !off;
		mix_update(s, a->call);
	}
	done_at_once(s, a, r,
		off ? "#microsoft.graph.unmuteParticipantOperation"
		    : "#microsoft.graph.muteParticipantOperation");
	note_roster(s, a->call);
}

void verb_operation(struct sim *s, const struct ask *a, struct reply *r)
{
	for (size_t i = 0; i < a->call->n_ops; i++)
		if (strcasecmp(a->call->op[i].id, a->id) == 0) {
			r->status = 200;
			r->body = op_json(&a->call->op[i], NULL, "running");
			return;
		}
	(void)s;
	refuse(r, 404, "itemNotFound", "No such operation, or it is over.");
}
