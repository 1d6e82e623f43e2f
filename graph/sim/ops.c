/* Operations: asked for in one answer, ended in one notification. */
#include "graph/sim/inside.h"

#include "bot/base/text.h"

#include <string.h>

static const char *tag_of(enum op_kind kind)
{
	return kind == OP_INVITE ? "#microsoft.graph.inviteParticipantsOperation"
				 : "#microsoft.graph.playPromptOperation";
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
		if (c->op[i].kind == OP_PLAY)
			return &c->op[i];
	return NULL;
}

json_t *op_json(const struct op *op, const char *tag, const char *status)
{
	return json_pack("{ss, ss, ss, ss*}", "@odata.type", tag ? tag : tag_of(op->kind), "id",
		op->id, "status", status, "clientContext", op->context[0] ? op->context : NULL);
}

void op_end(struct sim *s, struct sim_call *c, struct op *op, bool good, int code, int subcode)
{
	size_t i = (size_t)(op - c->op);

	note_operation(s, c, op, good, code, subcode);
	memmove(op, op + 1, (c->n_ops - i - 1) * sizeof(*op));
	c->n_ops--;
}

void op_play_started(struct sim *s, struct sim_call *c)
{
	c->n_prompts++;
	c->book->prompts++;
	press_consider(s, c);
}

void op_played(struct sim *s, struct sim_call *c, uint32_t key, int subcode)
{
	struct op *op = op_by_key(c, key), *was = op_playing(c), *now;
	uint32_t before = was ? was->key : 0;

	if (!op || c->state == CALL_ENDED)
		return;
	if (subcode == SIM_HEARD)
		op_end(s, c, op, true, 200, 0);
	else
		op_end(s, c, op, false, subcode == SIM_CANCELLED ? 400 : 500, subcode);
	now = op_playing(c);
	if (now && now->key != before)
		op_play_started(s, c);
}
