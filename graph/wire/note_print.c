#include "graph/wire/note.h"

#include "bot/base/text.h"

static const char *const changes[] = { "", " created", " updated", " deleted" };
static const char *const states[] = { "", " incoming", " establishing", " established", " hold",
	" transferring", " transferAccepted", " redirecting", " terminating", " terminated",
	" state=other" };
static const char *const audios[] = { "", " audio=inactive", " audio=active" };
static const char *const statuses[] = { "", " notStarted", " running", " completed", " failed" };
static const char *const parties[] = { "", "user", "phone", "guest", "application",
	"applicationInstance", "encrypted", "other" };

static void print_result(const struct result *result, struct text *out)
{
	if (result->present)
		text_add(out, " result=%d/%d", result->code, result->subcode);
}

/* Which digit it was stays out: callers dial PINs. */
static void print_call(const struct note *note, struct text *out)
{
	text_add(out, "%s%s", states[note->state], audios[note->audio]);
	if (note->source.kind != PARTY_NONE)
		text_add(out, " from=%s", parties[note->source.kind]);
	if (note->target.kind != PARTY_NONE)
		text_add(out, " to=%s", parties[note->target.kind]);
	if (note->tone)
		text_add(out, " tone=%lld", (long long)note->tone_sequence);
	print_result(&note->result, out);
	if (note->termination_reason[0])
		text_add(out, " reason=%s", note->termination_reason);
}

static void print_operation(const struct note *note, struct text *out)
{
	text_add(out, "%s %s", statuses[note->status],
		note->op_type[0] ? note->op_type : "operation");
	if (note->client_context[0])
		text_add(out, " context=%s", note->client_context);
	print_result(&note->result, out);
}

/* What Graph wrote cannot break the line. */
static void print_safe(char *at)
{
	for (; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 0x7f)
			*at = '?';
}

void note_print(const struct note *note, struct text *out)
{
	static const char *const kinds[] = { "other", "call", "operation", "roster" };
	size_t from = out->used;
	char id[GUID_TEXT];

	guid_print(note->call_id, id);
	text_add(out, "%s %s%s", kinds[note->kind], guid_is_none(note->call_id) ? "-" : id,
		changes[note->change]);
	if (note->kind == NOTE_CALL)
		print_call(note, out);
	if (note->kind == NOTE_OPERATION)
		print_operation(note, out);
	if (note->kind == NOTE_ROSTER)
		text_add(out, "%s n=%zu", note->delta ? " delta" : "", note->n_parties);
	print_safe(out->at + from);
}
