/* Graph's answers to our own requests, and what the media engine tells. */
#include "bot/shell/to_core_inside.h"

#include "bot/base/text.h"

static void reply_ok(struct line *l, enum op_kind op, uint32_t attempt, const struct reply *reply,
	struct to_core *out)
{
	struct event ev = { .contact = l->contact, .attempt = attempt };
	struct ring_out *r = line_ring(l, attempt);

	if (op == OP_PLAY_PROMPT && (reply->status == OP_COMPLETED || reply->status == OP_FAILED)) {
		ev.kind = EV_PLAY_ENDED;
		ev.value = reply->status == OP_COMPLETED ? PLAY_DONE : PLAY_FAILED;
		to_core_say(out, ev);
	} else if (op == OP_INVITE && r) {
		if (!r->participant_id[0] && text_copy(r->participant_id, sizeof(r->participant_id),
						     reply->participant_id) != OK)
			r->participant_id[0] = '\0';
		if (reply->status == OP_FAILED) {
			ev.kind = EV_AGENT_FAILED;
			ev.value = (int32_t)to_core_ring_end(&reply->result);
			to_core_say(out, ev);
		}
	} else if (op == OP_RECORD_RESPONSE && reply->status == OP_FAILED) {
		ev.kind = EV_RECORDED;
		ev.value = RECORD_FAILED;
		to_core_say(out, ev);
	} else if (op == OP_CREATE_CALL && attempt == l->dial && !l->dialled &&
		   !guid_is_none(reply->call_id)) {
		ev.kind = EV_DIALLED;
		ev.ref = reply->call_id;
		to_core_say(out, ev);
	} else if (op == OP_CREATE_CALL && r && guid_is_none(r->call_id) &&
		   !guid_is_none(reply->call_id)) {
		ev.kind = EV_RING_PLACED;
		ev.ref = reply->call_id;
		to_core_say(out, ev);
	}
}

/* Requests whose failure the centre need not hear of: nothing waits for them. */
static bool is_courtesy(enum op_kind op)
{
	return op == OP_CANCEL_MEDIA || op == OP_REMOVE_PARTICIPANT || op == OP_LIST_PARTICIPANTS ||
	       op == OP_START_HOLD_MUSIC || op == OP_STOP_HOLD_MUSIC || op == OP_MUTE_PARTICIPANT;
}

/* May have taken effect, and a notification will tell; until then the centre's deadline stands. */
static bool tells_later(enum op_kind op)
{
	return op == OP_PLAY_PROMPT || op == OP_INVITE || op == OP_TRANSFER ||
	       op == OP_CREATE_CALL || op == OP_RECORD_RESPONSE;
}

/* What these ask for that is not there may be the agent. */
static bool names_agent(enum op_kind op)
{
	return op == OP_INVITE || op == OP_TRANSFER || op == OP_CREATE_CALL;
}

/* A recording and a transfer out have words of their own for not having come about, unless it is
 * the call itself that is gone. */
struct event to_core_failure(
	const struct line *l, uint32_t contact, uint32_t attempt, enum effect_end end)
{
	struct event ev = { .kind = EV_EFFECT_FAILED,
		.contact = contact,
		.attempt = attempt,
		.value = (int32_t)end };

	if (!l || !attempt || end == EFFECT_GONE)
		return ev;
	if (attempt == l->recording) {
		ev.kind = EV_RECORDED;
		ev.value = RECORD_FAILED;
	} else if (attempt == l->leaving.attempt) {
		ev.kind = EV_TRANSFER_FAILED;
		ev.value = 0;
	}
	return ev;
}

void to_core_reply(struct line *l, enum op_kind op, uint32_t contact, uint32_t attempt,
	enum client_end end, const struct reply *reply, struct to_core *out)
{
	enum effect_end how;

	*out = (struct to_core){ 0 };
	if (!l || end == CLIENT_DROPPED || (end == CLIENT_UNKNOWN && tells_later(op)))
		return;
	if (end == CLIENT_ANSWERED && reply->kind == REPLY_OK) {
		reply_ok(l, op, attempt, reply, out);
		return;
	}
	if (is_courtesy(op))
		return;
	how = end != CLIENT_ANSWERED                                             ? EFFECT_TIMEOUT
	      : reply->kind == REPLY_GONE                                        ? EFFECT_GONE
	      : reply->kind == REPLY_THROTTLED || reply->kind == REPLY_TRANSIENT ? EFFECT_TIMEOUT
										 : EFFECT_REFUSED;
	/* If it is the caller's call after all, its next request tells. */
	if (how == EFFECT_GONE && names_agent(op))
		how = EFFECT_REFUSED;
	to_core_say(out, to_core_failure(l, contact, attempt, how));
}

void to_core_probe(struct line *l, uint32_t attempt, const struct reply *reply, struct to_core *out)
{
	struct event ev = { .kind = EV_CALL_PRESENT, .contact = l->contact, .attempt = attempt };

	*out = (struct to_core){ 0 };
	if (reply->kind == REPLY_GONE || reply->state == CALL_TERMINATED) {
		ev.kind = EV_CALL_ENDED;
		ev.value = END_GONE;
	} else if (reply->state == CALL_INCOMING) {
		ev.value = PRESENT_RINGING;
	} else if (reply->state == CALL_ESTABLISHED || reply->audio == AUDIO_ACTIVE) {
		ev.value = PRESENT_ACTIVE;
	} else {
		ev.value = PRESENT_PENDING;
	}
	to_core_say(out, ev);
}

void to_core_media(struct line *l, const struct engine_event *ev, struct to_core *out)
{
	*out = (struct to_core){ 0 };
	if (ev->leg != l->leg)
		return; /* an agent's leg: keys of agents mean nothing yet */
	if (ev->kind == ENGINE_PLAYED && ev->cookie)
		to_core_say(out, (struct event){ .kind = EV_PLAY_ENDED,
					 .contact = l->contact,
					 .attempt = (uint32_t)ev->cookie,
					 .value = PLAY_DONE });
	else if (ev->kind == ENGINE_DTMF)
		to_core_say(out, (struct event){ .kind = EV_DIGIT,
					 .contact = l->contact,
					 .attempt = (uint32_t)l->tone_sequence + 1,
					 .value = ev->digit });
}
