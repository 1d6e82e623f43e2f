/* The end of what was asked of Graph for a call: prompts, invitations, recordings. */
#include "bot/shell/to_core_inside.h"

#include "bot/base/text.h"

static enum play_end play_end_of(const struct note *note)
{
	if (note->result.present && note->result.code == 400 && note->result.subcode == 8508)
		return PLAY_CANCELLED;
	return note->status == OP_FAILED || to_core_failed(&note->result) ? PLAY_FAILED : PLAY_DONE;
}

/*
 * Graph documents the end of a recording by example only. Nobody spoke: completed, or failed with
 * 8510, and a recording or none; what there is of it is fetched and judged by who keeps it.
 */
static enum record_end record_end_of(const struct note *note)
{
	if (note->result.subcode == 8510 ||
		text_same_nocase(note->completion_reason, "initialSilenceTimeout"))
		return RECORD_EMPTY;
	if (note->status == OP_FAILED || to_core_failed(&note->result) || !note->recording)
		return RECORD_FAILED;
	return RECORD_DONE;
}

static void ring_ended(struct event ev, const struct note *note, struct to_core *out)
{
	bool done = play_end_of(note) == PLAY_DONE;

	ev.kind = done ? EV_AGENT_ANSWERED : EV_AGENT_FAILED;
	ev.value = done ? 0 : (int32_t)to_core_ring_end(&note->result);
	to_core_say(out, ev);
}

void to_core_operation(struct line *l, const struct note *note, struct to_core *out)
{
	struct event ev = { .contact = l->contact,
		.attempt = to_core_attempt(note->client_context) };
	bool is_ring = line_ring(l, ev.attempt) != NULL;
	bool is_record = ev.attempt && ev.attempt == l->recording;
	bool is_play = text_same_nocase(note->op_type, "playPromptOperation") ||
		       (ev.attempt && ev.attempt == l->play_attempt);

	if (note->status == OP_FAILED &&
		text_same_nocase(note->op_type, "startHoldMusicOperation")) {
		out->ignored = "hold music failed, so the caller is not on hold";
	} else if (!ev.attempt || (!is_ring && !is_play && !is_record)) {
		out->ignored = "no operation of ours waits for this";
	} else if (note->change != CHANGE_DELETED && note->status != OP_COMPLETED &&
		   note->status != OP_FAILED) {
		out->ignored = "the operation is still running";
	} else if (is_ring) {
		ring_ended(ev, note, out);
	} else {
		ev.kind = is_record ? EV_RECORDED : EV_PLAY_ENDED;
		ev.value = is_record ? (int32_t)record_end_of(note) : (int32_t)play_end_of(note);
		out->recorded = is_record && ev.value == RECORD_DONE ? ev.attempt : 0;
		to_core_say(out, ev);
	}
}
