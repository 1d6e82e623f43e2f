/* Operations: asked for in one answer, ended in one notification. */
#include "graph/sim/inside.h"

#include "bot/base/text.h"

#include <string.h>

static const char *tag_of(enum op_kind kind)
{
	switch (kind) {
	case OP_RECORD:
		return "#microsoft.graph.recordOperation";
	case OP_INVITE:
		return "#microsoft.graph.inviteParticipantsOperation";
	case OP_DTMF:
		return "#microsoft.graph.sendDtmfTonesOperation";
	case OP_HOLD:
		return "#microsoft.graph.startHoldMusicOperation";
	case OP_UNHOLD:
		return "#microsoft.graph.stopHoldMusicOperation";
	case OP_PLAY:
	case OP_NONE:
		break;
	}
	return "#microsoft.graph.playPromptOperation";
}

/* NULL: too many under way. */
struct op *op_new(struct sim *s, struct sim_call *c, enum op_kind kind, const char *context)
{
	struct op *op;

	if (c->n_ops == OPS_MAX)
		return NULL;
	op = &c->op[c->n_ops++];
	*op = (struct op){ .kind = kind, .key = ++c->next_key };
	guid_draw_text(s, op->id);
	if (context && text_copy(op->context, sizeof(op->context), context) != OK)
		op->context[0] = '\0'; /* refused before, by the body's check */
	return op;
}

struct op *op_by_key(struct sim_call *c, uint32_t key)
{
	for (size_t i = 0; i < c->n_ops; i++)
		if (c->op[i].key == key)
			return &c->op[i];
	return NULL;
}

/* The one that is heard: the first in the queue, as they play one after another. */
struct op *op_playing(struct sim_call *c)
{
	for (size_t i = 0; i < c->n_ops; i++)
		if (c->op[i].kind == OP_PLAY || c->op[i].kind == OP_RECORD)
			return &c->op[i];
	return NULL;
}

json_t *op_json(const struct op *op, const char *tag, const char *status)
{
	json_t *json = json_pack("{ss, ss, ss, ss*}", "@odata.type", tag ? tag : tag_of(op->kind),
		"id", op->id, "status", status, "clientContext",
		op->context[0] ? op->context : NULL);

	if (op->echo)
		json_object_set(json, "participants", op->echo);
	return json;
}

void op_forget(struct op *op)
{
	json_decref(op->echo);
	op->echo = NULL;
}

void op_end(struct sim *s, struct sim_call *c, struct op *op, bool good, int code, int subcode)
{
	size_t i = (size_t)(op - c->op);

	note_operation(s, c, op, good, code, subcode);
	op_forget(op);
	memmove(op, op + 1, (c->n_ops - i - 1) * sizeof(*op));
	c->n_ops--;
}

void op_play_started(struct sim *s, struct sim_call *c)
{
	c->n_prompts++;
	c->book->prompts++;
	press_consider(s, c);
}

static const struct {
	int status, code, subcode;
	bool good;
	const char *reason;
} record_ends[] = {
	{ SIM_REC_STOP_TONE, 200, 8514, true, "stopToneDetected" },
	{ SIM_REC_LONGEST, 200, 8515, true, "maxRecordDurationReached" },
	{ SIM_REC_SILENCE, 200, 0, true, "maxSilenceTimeout" },
	{ SIM_REC_INITIAL_SILENCE, 400, 8510, false, "initialSilenceTimeout" },
	{ SIM_CANCELLED, 400, 8508, false, "operationCanceled" },
};

static void record_ended(struct sim *s, struct sim_call *c, struct op *op, int status)
{
	c->listens = false;
	for (size_t i = 0; i < ARRAY_LEN(record_ends); i++)
		if (record_ends[i].status == status) {
			op->reason = record_ends[i].reason;
			op->recorded = record_ends[i].good;
			op_end(s, c, op, record_ends[i].good, record_ends[i].code,
				record_ends[i].subcode);
			return;
		}
	op->reason = "playPromptFailed";
	op_end(s, c, op, false, 500, status);
}

static void hold_began(struct sim *s, struct sim_call *c, struct op *op, int status)
{
	struct party *p = party_of(c, op->party);

	if (status == SIM_HEARD) {
		op_end(s, c, op, true, 200, 0);
		return;
	}
	if (p) { /* no music, no hold */
		p->held = false;
		mix_update(s, c);
	}
	op_end(s, c, op, false, 500, status);
}

void op_played(struct sim *s, struct sim_call *c, uint32_t key, int status)
{
	struct op *op = op_by_key(c, key), *was = op_playing(c), *now;
	uint32_t before = was ? was->key : 0;

	if (!op || c->state == CALL_ENDED)
		return;
	if (op->kind == OP_RECORD) {
		record_ended(s, c, op, status);
	} else if (op->kind == OP_HOLD) {
		hold_began(s, c, op, status);
	} else {
		op->reason = status == SIM_HEARD ? "completedSuccessfully"
						 : "mediaOperationCanceled";
		op_end(s, c, op, status == SIM_HEARD,
			status == SIM_HEARD       ? 200
			: status == SIM_CANCELLED ? 400
						  : 500,
			status);
	}
	now = op_playing(c);
	if (now && now->key != before)
		op_play_started(s, c);
}

/* What ends by the clock: tones are sent, hold music has stopped. */
void op_timer(struct sim *s, struct sim_call *c, uint32_t key)
{
	struct op *op = op_by_key(c, key);

	if (!op || c->state == CALL_ENDED)
		return;
	if (op->kind == OP_DTMF)
		op->reason = "completedSuccessfully";
	if (op->nowhere)
		op_end(s, c, op, false, 404, 10202);
	else
		op_end(s, c, op, true, 200, 0);
}

/* Graph sendDtmfTones: also an error is "completed"; the reason tells. */
void op_cancel_tones(struct sim *s, struct sim_call *c)
{
	for (size_t i = c->n_ops; i > 0; i--)
		if (c->op[i - 1].kind == OP_DTMF) {
			c->op[i - 1].reason = "mediaOperationCanceled";
			op_end(s, c, &c->op[i - 1], true, 200, 0);
		}
}
