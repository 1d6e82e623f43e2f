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

static const char *const routings[] = { "", "forwarded", "lookup", "selfFork", "other" };
static const char *const transcriptions[] = { "", " transcription=notStarted",
	" transcription=active", " transcription=inactive" };

static void print_result(const struct result *result, struct text *out)
{
	if (result->present)
		text_add(out, " result=%d/%d", result->code, result->subcode);
}

static void print_who(const char *name, const struct party *who, struct text *out)
{
	if (who->kind != PARTY_NONE)
		text_add(out, " %s=%s", name, parties[who->kind]);
}

/* How the call came here, and what became of it elsewhere. */
static void print_way(const struct note *note, struct text *out)
{
	print_who("transferor", &note->context.transferor, out);
	print_who("on-behalf-of", &note->context.on_behalf_of, out);
	if (note->context.routing != ROUTING_NONE)
		text_add(out, " route=%s", routings[note->context.routing]);
	print_who("first-called", &note->context.first_called, out);
	if (note->context.observed_participant_id[0])
		text_add(out, " observed");
	print_who("answered-by", &note->answered_by, out);
	text_add(out, "%s", transcriptions[note->transcription]);
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
	print_way(note, out);
}

static void print_operation(const struct note *note, struct text *out)
{
	text_add(out, "%s %s", statuses[note->status],
		note->op_type[0] ? note->op_type : "operation");
	if (note->client_context[0])
		text_add(out, " context=%s", note->client_context);
	print_result(&note->result, out);
	if (note->completion_reason[0])
		text_add(out, " reason=%s", note->completion_reason);
	if (note->recording)
		text_add(out, " recording");
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
	static const char *const kinds[] = { "other", "call", "operation", "roster", "joining",
		"left", "sharing" };
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
	if (note->kind == NOTE_OTHER && note->op_type[0])
		text_add(out, " %s", note->op_type);
	if (note->fault[0])
		text_add(out, " %d:%d %s", note->fault_line, note->fault_column, note->fault);
	if ((note->kind == NOTE_LEFT || note->kind == NOTE_JOINING) && note->participant_id[0])
		text_add(out, " participant=%s", note->participant_id);
	print_safe(out->at + from);
}
