/* A contact's past: its row in a list, the sentences of its story, notes. */
#include "bot/api/told.h"

#include "graph/wire/datetime.h"

#include <jansson.h>
#include <string.h>

static json_t *time_json(uint64_t ms)
{
	char at[DATETIME_TEXT];

	if (!ms)
		return json_null();
	datetime_print(ms, at);
	return json_string(at);
}

static json_t *text_json(const char *text)
{
	return text && *text ? json_string(text) : json_null();
}

/* ---- sentences, of the caller */

static const char *exit_words(int32_t how)
{
	static const char *const words[] = { [EXIT_NONE] = "was sent on",
		[EXIT_TIMEOUT] = "waited too long",
		[EXIT_OVERFLOW] = "it was full",
		[EXIT_NO_AGENTS] = "nobody served it",
		[EXIT_CLOSED] = "it was closed",
		[EXIT_KEY] = "left by key" };

	return how >= 0 && how < (int32_t)ARRAY_LEN(words) ? words[how] : words[0];
}

static const char *ring_words(int32_t end)
{
	static const char *const words[] = { "did not take it", [RING_NO_ANSWER] = "did not answer",
		[RING_BUSY] = "was busy", [RING_REJECTED] = "declined",
		[RING_UNREACHABLE] = "could not be reached", [RING_FAILED] = "could not be rung" };

	return end >= 0 && end < (int32_t)ARRAY_LEN(words) ? words[end] : words[0];
}

static void say_supervised(const struct moment_row *row, struct text *out)
{
	static const char *const words[] = { "left the conversation", "came into the conversation",
		"listens", "whispers" };
	int32_t how = row->moment.value;

	text_add(out, "%s %s", row->agent,
		words[how >= 0 && how < (int32_t)ARRAY_LEN(words) ? how : 1]);
}

static void say_offered(const struct moment_row *row, struct text *out)
{
	switch (row->moment.value) {
	case ROLE_CONSULT:
		text_add(out, "%s is asked for advice", row->agent);
		return;
	case ROLE_TRANSFER:
		text_add(out, "rings at %s, to whom the caller is sent", row->agent);
		return;
	case ROLE_SUPERVISE:
		text_add(out, "%s, a supervisor, is let in", row->agent);
		return;
	default:
		text_add(out, "is offered to %s", row->agent);
		return;
	}
}

static void say_connected(const struct moment_row *row, struct text *out)
{
	if (row->moment.value == ROLE_SUPERVISE)
		text_add(out, "%s, a supervisor, is in the call", row->agent);
	else if (row->moment.value == ROLE_CONSULT)
		text_add(out, "%s is in the call, and asked for advice", row->agent);
	else
		text_add(out, "talks with %s", row->agent);
}

static void say_recording(const struct moment_row *row, struct text *out)
{
	static const char *const words[] = { [TAPE_OFF] = "the recording ends",
		[TAPE_ON] = "the conversation is recorded",
		[TAPE_PAUSED] = "the recording pauses" };
	int32_t how = row->moment.value;

	text_add(out, "%s", words[how >= 0 && how < (int32_t)ARRAY_LEN(words) ? how : 0]);
}

static void say_named(const struct moment_row *row, const char *code, struct text *out)
{
	const struct moment_told *m = &row->moment;

	switch ((enum moment_kind)m->kind) {
	case MOMENT_QUEUED:
		text_add(out, "came into %s, number %d in line", row->queue, (int)m->value);
		return;
	case MOMENT_REFUSED:
		text_add(out, "was not let into %s: %s", row->queue, exit_words(m->value));
		return;
	case MOMENT_LEFT_QUEUE:
		text_add(out, "left %s: %s", row->queue, exit_words(m->value));
		return;
	case MOMENT_PROMISED:
		text_add(out, "was told to wait about %d s", (int)m->value);
		return;
	case MOMENT_ASKED:
		text_add(out, "%s is asked to accept", row->agent);
		return;
	case MOMENT_NOT_TAKEN:
		text_add(out, "%s %s", row->agent, ring_words(m->value));
		return;
	case MOMENT_WITHDRAWN:
		text_add(out, "%s is rung no more", *row->agent ? row->agent : "nobody");
		return;
	case MOMENT_AGENT_LEFT:
		text_add(out, "%s left", row->agent);
		return;
	case MOMENT_CONSULTED:
		text_add(out, "is held, while %s is asked", row->agent);
		return;
	case MOMENT_SENT_TO_AGENT:
		text_add(out, "is sent on to %s", row->agent);
		return;
	case MOMENT_SENT_TO_QUEUE:
		text_add(out, "is sent on to %s", row->queue);
		return;
	case MOMENT_TAKEN_OVER:
		text_add(out, "%s took over", row->agent);
		return;
	case MOMENT_PRIORITY:
		text_add(out, "has priority %d now", (int)m->value);
		return;
	case MOMENT_PICKED:
		text_add(out, "is picked for %s", row->agent);
		return;
	case MOMENT_CALL_BACK_FAILED:
		text_add(out, "was not reached");
		return;
	case MOMENT_LOOKED_UP:
		text_add(out,
			m->value < 0 ? "another system did not answer" : "another system answered");
		return;
	case MOMENT_CODE:
		text_add(out, "wrap-up code: %s", code ? code : "of another configuration");
		return;
	case MOMENT_OVER:
		text_add(out, "is over: %s",
			m->value >= 0 && m->value < OUTCOMES ? outcome_name((enum outcome)m->value)
							     : "unknown");
		return;
	default:
		text_add(out, "%s", moment_name((enum moment_kind)m->kind));
		return;
	}
}

/* Those that need no name. */
static const char *const plain[MOMENTS] = {
	[MOMENT_CAME] = "called",
	[MOMENT_HEARD] = "was answered",
	[MOMENT_HELD] = "is put on hold",
	[MOMENT_UNHELD] = "is taken from hold",
	[MOMENT_CONSULT_ENDED] = "who was asked has left, and the caller is back",
	[MOMENT_CONFERENCE] = "all hear each other",
	[MOMENT_COMPLETED] = "goes on with who was asked",
	[MOMENT_RELEASED] = "was hung up by a supervisor",
	[MOMENT_VOICEMAIL] = "left a message",
	[MOMENT_CALL_BACK_KEPT] = "keeps the place, and is called back",
	[MOMENT_CALLED_BACK] = "is called back",
	[MOMENT_SENT_OUT] = "was sent on to somebody outside",
};

static void say(const struct moment_row *row, const char *code, struct text *out)
{
	enum moment_kind kind = (enum moment_kind)row->moment.kind;

	if (plain[kind])
		text_add(out, "%s", plain[kind]);
	else if (kind == MOMENT_OFFERED)
		say_offered(row, out);
	else if (kind == MOMENT_CONNECTED)
		say_connected(row, out);
	else if (kind == MOMENT_SUPERVISED)
		say_supervised(row, out);
	else if (kind == MOMENT_RECORDING)
		say_recording(row, out);
	else
		say_named(row, code, out);
	if (*row->by && strcmp(row->by, row->agent) != 0)
		text_add(out, ", by %s", row->by);
}

json_t *api_moment(const struct moment_row *row, const char *code)
{
	const struct moment_told *m = &row->moment;
	char buf[600];
	struct text text = TEXT(buf);

	if (m->kind >= MOMENTS)
		return NULL;
	say(row, code, &text);
	return json_pack("{s:o, s:I, s:s, s:o, s:o, s:o, s:I, s:s%}", "at", time_json(m->at_ms),
		"position", (json_int_t)m->seq, "what", moment_name((enum moment_kind)m->kind),
		"agent", text_json(row->agent), "queue", text_json(row->queue), "by",
		text_json(row->by), "value", (json_int_t)m->value, "text", buf, text.used);
}

/* ---- rows */

static uint64_t between(uint64_t from_ms, uint64_t to_ms)
{
	return from_ms && to_ms > from_ms ? to_ms - from_ms : 0;
}

json_t *api_contact_row(const struct told_row *row, const char *caller, const char *code)
{
	const struct record *r = &row->record;
	uint64_t until = r->connected_ms ? r->connected_ms : r->ended_ms;

	return json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:s, s:o, s:I, s:I, s:I, s:I, s:o, s:b}",
		"contact", (json_int_t)row->contact, "offered_at", time_json(r->offered_ms),
		"ended_at", time_json(r->ended_ms), "caller", text_json(caller), "queue",
		text_json(row->queue), "agent", text_json(row->agent), "outcome",
		outcome_name((enum outcome)r->outcome), "flow", text_json(row->flow), "wait_ms",
		(json_int_t)between(r->answered_ms, until), "talk_ms",
		(json_int_t)between(r->connected_ms, r->ended_ms), "held_ms",
		(json_int_t)r->held_ms, "queues", (json_int_t)r->n_queues, "wrap_up_code",
		text_json(code), "recorded", r->recorded);
}

json_t *api_note(const struct note_row *row, const char *reader, uint64_t now_ms)
{
	bool mine = strcmp(row->author, reader) == 0;

	return json_pack("{s:I, s:I, s:o, s:o, s:o, s:s, s:b}", "note", (json_int_t)row->number,
		"contact", (json_int_t)row->contact, "at", time_json(row->at_unix_ms), "edited_at",
		time_json(row->edited_unix_ms), "author", text_json(row->name), "text", row->text,
		"editable", mine && now_ms < row->at_unix_ms + NOTE_EDIT_MS);
}

static json_t *mos_json(int64_t percent)
{
	return percent ? json_real((double)percent / 100) : json_null();
}

json_t *api_leg(const struct leg_row *row)
{
	return json_pack("{s:o, s:o, s:o, s:o, s:I, s:I, s:I, s:I, s:I, s:I, s:f, s:f, s:o, s:f}",
		"agent", text_json(row->agent), "ended_at", time_json(row->ended_unix_ms), "mos",
		mos_json(row->mos_percent), "mos_there", mos_json(row->theirs_mos_percent),
		"packets", (json_int_t)row->expected, "lost", (json_int_t)row->lost, "frames",
		(json_int_t)row->frames, "concealed", (json_int_t)row->concealed, "clipped",
		(json_int_t)row->clipped, "sent", (json_int_t)row->sent, "jitter_ms",
		(double)row->jitter_us / 1000, "delay_ms", (double)row->delay_us / 1000,
		"round_trip_ms",
		row->rtt_us < 0 ? json_null() : json_real((double)row->rtt_us / 1000), "level_dbov",
		(double)row->level_cb / 10);
}
