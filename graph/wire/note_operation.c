#include "graph/wire/note_read.h"

static const struct word statuses[] = {
	{ "notStarted", OP_NOT_STARTED },
	{ "running", OP_RUNNING },
	{ "completed", OP_COMPLETED },
	{ "failed", OP_FAILED },
};

enum err read_status(struct reader *r, uint32_t object, enum op_status *out)
{
	int value = *out;
	enum err e = read_word(
		r, object, "status", statuses, ARRAY_LEN(statuses), OP_STATUS_NONE, &value);

	*out = (enum op_status)value;
	return e;
}

static enum err read_code(struct reader *r, uint32_t object, const char *name, int32_t *out)
{
	int64_t value = *out;
	enum err e = read_integer(r, object, name, &value);

	*out = value < INT32_MIN || value > INT32_MAX ? -1 : (int32_t)value;
	return e;
}

/* C26 declares Int32s and "subcode"; on the wire strings and "subCode" occur as well. */
enum err read_result(struct reader *r, uint32_t object, struct result *out)
{
	uint32_t info;
	enum err e = read_member(r, object, "resultInfo", TAPE_OBJECT, &info);

	if (e != OK || !info)
		return e;
	out->present = true;
	e = read_code(r, info, "code", &out->code);
	if (e == OK)
		e = read_code(r, info, "subCode", &out->subcode);
	if (e == OK)
		e = read_code(r, info, "subcode", &out->subcode);
	return e == OK ? read_text(r, info, "message", out->message, sizeof(out->message)) : e;
}

enum err read_operation(struct reader *r, uint32_t object, struct note *out)
{
	enum err e = read_tag(r, object, out->op_type, sizeof(out->op_type));

	if (e == OK && !out->op_id[0])
		e = read_id(r, object, "id", out->op_id, sizeof(out->op_id));
	if (e == OK)
		e = read_status(r, object, &out->status);
	if (e == OK)
		e = read_id(r, object, "clientContext", out->client_context,
			sizeof(out->client_context));
	return e == OK ? read_result(r, object, &out->result) : e;
}
