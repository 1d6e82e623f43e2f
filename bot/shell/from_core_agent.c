/* Agents are rung, come into the call and leave it. */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"
#include "bot/shell/chat.h"
#include "bot/shell/events.h"
#include "bot/shell/relay.h"

static void ring_own_call(struct shell *s, struct line *l, struct ring_out *r, const char *blob)
{
	char callback[CALLBACK_MAX];
	const struct config_agent *agent = &s->conf->agent[r->agent - 1];
	const struct op_party callee = { .id = agent->user_id, .name = agent->name };
	struct op_in in = { .callback_uri = callback,
		.media_blob = blob,
		.targets = &callee,
		.n_targets = 1,
		.tenant_id = s->conf->realm[l->realm].tenant_id };
	callback_print(s, l->realm, l->contact, r->attempt, callback);
	ask_own_call(s, ask_replied, OP_CREATE_CALL, l, r, r->attempt, &in);
}

/* The relay has a leg for us: go on with the call it was for. */
void from_core_relayed(struct shell *s, uint32_t contact, uint32_t attempt, const char *blob)
{
	struct line *l = line_of(s->lines, contact);
	struct ring_out *r = l ? line_ring(l, attempt) : NULL;

	if (!l)
		return;
	if (!blob)
		ask_failed(s, contact, attempt, EFFECT_TIMEOUT);
	else if (!r && attempt == l->dial)
		from_core_dial_with(s, l, attempt, blob);
	else if (!r)
		from_core_answer(s, l, attempt, blob);
	else if (!r->over)
		ring_own_call(s, l, r, blob);
}

void from_core_ring(struct shell *s, struct line *l, const struct effect *fx)
{
	const struct config_agent *agent = &s->conf->agent[fx->agent - 1];
	struct ring_out *r = line_ring(l, fx->attempt);
	char context[16];
	const struct op_party callee = { .id = agent->user_id,
		.name = agent->name,
		.apart = fx->role == ROLE_SUPERVISE && groups_exist(s) };
	struct op_in in = { .client_context = context,
		.targets = &callee,
		.n_targets = 1,
		.tenant_id = s->conf->realm[l->realm].tenant_id };

	snprintf(context, sizeof(context), "%u", fx->attempt);
	if (r->transfer) {
		if (l->play_attempt && !l->relay)
			from_core_cancel(s, l);
		ask_graph(s, ask_replied, OP_TRANSFER, l, fx->attempt, &in);
	} else if (l->relay) {
		relay_open(s, l, r, fx->attempt);
	} else {
		ask_graph(s, ask_replied, OP_INVITE, l, fx->attempt, &in);
	}
}

void from_core_ask(struct shell *s, const struct effect *fx)
{
	/* By her card, by her desk, or not at all. */
	if (!chat_asks(s, fx) && !events_listens(s, fx->agent))
		shell_push(s, (struct event){ .kind = EV_AGENT_ACCEPTED,
				      .contact = fx->contact,
				      .attempt = fx->attempt });
}

/* Out of the call, ringing or talking. */
void from_core_drop(struct shell *s, struct line *l, const struct effect *fx)
{
	struct ring_out *r = line_ring(l, fx->attempt);
	char call_id[GUID_TEXT];
	struct op_in in = { .call_id = call_id };

	if (!r || r->transfer || r->held)
		return;
	if (l->relay) {
		relay_close(s, l, r);
		if (guid_is_none(r->call_id))
			return;
		guid_print(r->call_id, call_id);
		ask_own_call(s, relay_hung_up, OP_DELETE_CALL, l, r, 0, &in);
	} else {
		r->over = r->unwanted = true;
		if (r->participant_id[0])
			from_core_settle(s, l);
		else
			ask_roster(s, l, 0);
	}
}

void from_core_withdraw(struct shell *s, uint32_t contact, uint32_t attempt)
{
	struct line *l = line_of(s->lines, contact);

	if (l)
		from_core_drop(s, l, &(struct effect){ .contact = contact, .attempt = attempt });
}

void from_core_connect(struct shell *s, struct line *l, const struct effect *fx)
{
	(void)fx;
	if (l->relay)
		from_core_mix(s, l);
	else
		ask_roster(s, l, 0); /* participant ids, and who is there: the roster's
					notification may be missing */
}
