/*
 * POST /users/{id}/presence/setPresence: what our application's session says of a person, until it
 * is cleared or expires. Graph takes Available/Available, Busy/InACall, Busy/InAConferenceCall and
 * Away/Away, for 5 minutes to 4 hours.
 * Uses user_id, presence.session_id, .availability, .activity, .expires_min.
 */
#include "graph/wire/op_body.h"
#include "bot/base/text.h"
#include "graph/wire/presence.h"

enum { EXPIRES_MIN_MIN = 5, EXPIRES_MIN_MAX = 240 };

static enum err check_pair(const struct op_presence *p, struct why *why)
{
	static const struct {
		enum availability availability;
		enum activity activity;
	} pairs[] = {
		{ AVAILABILITY_AVAILABLE, ACTIVITY_AVAILABLE },
		{ AVAILABILITY_BUSY, ACTIVITY_IN_A_CALL },
		{ AVAILABILITY_BUSY, ACTIVITY_IN_A_CONFERENCE_CALL },
		{ AVAILABILITY_AWAY, ACTIVITY_AWAY },
	};

	for (size_t i = 0; i < ARRAY_LEN(pairs); i++)
		if (pairs[i].availability == p->availability && pairs[i].activity == p->activity)
			return OK;
	return FAIL(why, E_MALFORMED, "presence %s/%s cannot be set",
		availability_word(p->availability), activity_word(p->activity));
}

static enum err check(const struct op_in *in, struct why *why)
{
	const struct op_presence *p = in->presence;
	enum err e = op_need(in->user_id, "user_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(p ? p->session_id : NULL, "session_id", OP_ID_MAX, why);
	if (e == OK)
		e = check_pair(p, why);
	if (e == OK && (p->expires_min < EXPIRES_MIN_MIN || p->expires_min > EXPIRES_MIN_MAX))
		e = FAIL(why, E_MALFORMED, "a presence for %u minutes; Graph takes %d to %d",
			p->expires_min, EXPIRES_MIN_MIN, EXPIRES_MIN_MAX);
	return e;
}

enum err op_set_presence(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body;
	char duration[16];
	struct text t = TEXT(duration);
	enum err e = check(in, why);

	if (e == OK)
		e = op_path_of(
			out, "POST", "/v1.0/users", in->user_id, "/presence/setPresence", why);
	if (e != OK)
		return e;
	text_add(&t, "PT%uM", in->presence->expires_min);
	body = json_object();
	op_set_text(&body, "sessionId", in->presence->session_id);
	op_set_text(&body, "availability", availability_word(in->presence->availability));
	op_set_text(&body, "activity", activity_word(in->presence->activity));
	op_set_text(&body, "expirationDuration", duration);
	return op_body(out, body, why);
}
