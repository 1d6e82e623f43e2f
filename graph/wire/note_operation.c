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

/* An invite tells of whom it asked; the first one's id is what a lone invite wants. */
static enum err read_first_invited(struct reader *r, uint32_t object, struct note *out)
{
	uint32_t array;
	enum err e = read_member(r, object, "participants", TAPE_ARRAY, &array);

	if (e != OK || !array || r->tape.token[array].size == 0 ||
		r->tape.token[array + 1].kind != TAPE_OBJECT)
		return e;
	return read_id(
		r, array + 1, "participantId", out->participant_id, sizeof(out->participant_id));
}

/* Half a token opens nothing: a recording that does not fit is none. */
enum err read_recording(struct reader *r, uint32_t object, struct notes *notes, size_t *out)
{
	uint32_t location, token;
	enum err e = read_member(r, object, "recordingLocation", TAPE_STRING, &location);
	struct recording *to = &notes->recording[notes->n_recordings];

	*out = 0;
	if (e == OK)
		e = read_member(r, object, "recordingAccessToken", TAPE_STRING, &token);
	if (e != OK || !location || !token || notes->n_recordings == NOTE_RECORDINGS_MAX)
		return e;
	if (tape_string(&r->tape, location, to->location, sizeof(to->location)) &&
		tape_string(&r->tape, token, to->token, sizeof(to->token)))
		*out = ++notes->n_recordings;
	return OK;
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
	if (e == OK)
		e = read_text(r, object, "completionReason", out->completion_reason,
			sizeof(out->completion_reason));
	if (e == OK)
		e = read_first_invited(r, object, out);
	return e == OK ? read_result(r, object, &out->result) : e;
}
