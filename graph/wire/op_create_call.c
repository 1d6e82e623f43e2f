/*
 * POST /communications/calls: to one party, to 2-5 Teams users as a group call, or into a
 * meeting. Without a source Graph takes the application of the token.
 * Uses callback_uri, tenant_id, and either targets or meeting; source (needed for phones, as an
 * application instance that holds a number; a guest joins meetings only), subject, options,
 * media_blob or prompts may be given.
 */
#include "graph/wire/op_body.h"

enum { TARGETS_MAX = 5 };

static enum err check_meeting(const struct op_meeting *m, struct why *why)
{
	enum err e;

	if (!!m->organizer_id + !!m->join_id + !!m->token != 1)
		return FAIL(why, E_MALFORMED, "meeting wants one of organizer_id, join_id, token");
	e = op_may(m->organizer_id, "meeting's organizer_id", OP_ID_MAX, why);
	if (e == OK && m->organizer_id)
		e = op_need(m->thread_id, "meeting's thread_id", OP_PARTY_ID_MAX, why);
	if (e == OK)
		e = op_may(m->organizer_tenant_id, "meeting's organizer_tenant_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(m->thread_id, "meeting's thread_id", OP_PARTY_ID_MAX, why);
	if (e == OK)
		e = op_may(m->message_id, "meeting's message_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(m->reply_chain_message_id, "meeting's reply_chain_message_id", OP_ID_MAX,
			why);
	if (e == OK)
		e = op_may(m->join_id, "meeting's join_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(m->passcode, "meeting's passcode", OP_ID_MAX, why);
	return e == OK ? op_may(m->token, "meeting's token", OP_URI_BYTES_MAX, why) : e;
}

/* Graph's matrix of what telephones can do: an instance calls them, one at a time. */
static enum err check_targets(const struct op_in *in, struct why *why)
{
	bool instance = in->source && in->source->kind == OP_PARTY_INSTANCE;
	enum err e = op_need_targets(in, TARGETS_MAX, why);

	for (size_t i = 0; i < in->n_targets && e == OK; i++) {
		if (in->targets[i].kind != OP_PARTY_PHONE)
			continue;
		if (in->n_targets > 1)
			e = FAIL(why, E_MALFORMED, "targets of a group call are no phones");
		else if (!instance)
			e = FAIL(why, E_MALFORMED,
				"source is no application instance, and the target is a phone");
	}
	return e;
}

static enum err check_source(const struct op_in *in, struct why *why)
{
	const struct op_party *source = in->source;
	enum err e = source ? op_need_party(source, "source", why) : OK;

	if (e != OK || !source || source->kind == OP_PARTY_INSTANCE ||
		source->kind == OP_PARTY_APPLICATION ||
		(source->kind == OP_PARTY_GUEST && in->meeting))
		return e;
	return FAIL(why, E_MALFORMED,
		"source is none of application instance, application, guest of a meeting");
}

static enum err check(const struct op_in *in, struct why *why)
{
	enum err e = op_need_callback(in, why);

	if (e == OK)
		e = op_need(in->tenant_id, "tenant_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(in->subject, "subject", OP_CONTEXT_CHARS_MAX, why);
	if (e == OK)
		e = check_source(in, why);
	if (e == OK && in->meeting && in->n_targets > 0)
		e = FAIL(why, E_MALFORMED, "targets and a meeting do not go together");
	if (e == OK)
		e = in->meeting ? check_meeting(in->meeting, why) : check_targets(in, why);
	return e;
}

static json_t *chat_info(const struct op_meeting *m)
{
	json_t *chat = op_tagged("chatInfo");

	op_set_text(&chat, "threadId", m->thread_id);
	op_set_text(&chat, "messageId", m->message_id ? m->message_id : "0");
	op_set_text(&chat, "replyChainMessageId", m->reply_chain_message_id);
	return chat;
}

static json_t *organizer(const struct op_meeting *m)
{
	json_t *user = op_tagged("identity");
	json_t *set = op_tagged("identitySet");
	json_t *info = op_tagged("organizerMeetingInfo");

	op_set_text(&user, "id", m->organizer_id);
	op_set_text(&user, "tenantId", m->organizer_tenant_id);
	op_set(&set, "user", user);
	op_set(&info, "organizer", set);
	if (m->without_host)
		op_set(&info, "allowConversationWithoutHost", json_true());
	return info;
}

static json_t *meeting_info(const struct op_meeting *m)
{
	json_t *info;

	if (m->organizer_id)
		return organizer(m);
	info = op_tagged(m->token ? "tokenMeetingInfo" : "joinMeetingIdMeetingInfo");
	op_set_text(&info, "token", m->token);
	op_set_text(&info, "joinMeetingId", m->join_id);
	op_set_text(&info, "passcode", m->passcode);
	return info;
}

enum err op_create_call(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	enum err e = check(in, why);

	if (e == OK)
		e = op_path(out, "POST", NULL, NULL, NULL, why);
	if (e != OK)
		return e;
	body = op_tagged("call");
	op_set_text(&body, "callbackUri", in->callback_uri);
	if (in->source)
		op_set(&body, "source", op_participant(in->source));
	if (in->n_targets > 0)
		op_set(&body, "targets", op_invitations(in));
	op_set(&body, "requestedModalities", op_modalities());
	op_set(&body, "mediaConfig", op_media_config(in));
	op_set_text(&body, "subject", in->subject);
	if (in->options)
		op_set(&body, "callOptions", op_call_options(in->options, "outgoingCallOptions"));
	if (in->meeting && in->meeting->thread_id)
		op_set(&body, "chatInfo", chat_info(in->meeting));
	if (in->meeting)
		op_set(&body, "meetingInfo", meeting_info(in->meeting));
	op_set_text(&body, "tenantId", in->tenant_id);
	return op_body(out, body, why);
}
