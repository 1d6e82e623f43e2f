/* Calls that we make to a caller who left her number, and calls that leave us for somebody outside.
 */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"
#include "bot/shell/relay.h"

#include <string.h>

/* Who called, as a party to be called. why: what the log says if she cannot be. */
static bool caller_party(const struct caller *who, struct op_party *out, const char **why)
{
	static const struct {
		const char *word;
		enum op_party_kind kind;
	} kinds[] = { { "phone", OP_PARTY_PHONE }, { "user", OP_PARTY_USER } };

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(who->kind, kinds[i].word) == 0 && who->id[0]) {
			*out = (struct op_party){ .kind = kinds[i].kind, .id = who->id };
			return true;
		}
	*why = "neither a telephone number nor a Teams user is known of the caller";
	return false;
}

/* A telephone is called from the resource account whose number was dialled. */
static bool instance_party(const struct shell *s, const struct line *l, const struct caller *who,
	char id[GUID_TEXT], struct op_party *out)
{
	struct guid instance = s->conf->entry[l->entry].application_instance;
	struct guid dialled;

	if (guid_parse(who->line, strlen(who->line), &dialled) == OK)
		instance = dialled;
	if (guid_is_none(instance))
		return false;
	guid_print(instance, id);
	*out = (struct op_party){ .kind = OP_PARTY_INSTANCE, .id = id };
	return true;
}

static void refuse(struct shell *s, const struct line *l, uint32_t attempt, enum event_kind kind,
	const char *why)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", l->contact);
	log_line(LOG_WARN, "call", id, "attempt=%u %s -> failed", attempt, why);
	shell_push(s, (struct event){ .kind = kind,
			      .contact = l->contact,
			      .attempt = attempt,
			      .value = kind == EV_DIAL_FAILED ? RING_FAILED : 0 });
}

void from_core_dial_with(struct shell *s, struct line *l, uint32_t attempt, const char *blob)
{
	char callback[CALLBACK_MAX], instance[GUID_TEXT];
	struct op_party callee, source;
	struct caller who;
	const char *lacks = "the entry has no resource account to call a telephone from";
	struct op_in in = { .callback_uri = callback,
		.media_blob = blob,
		.targets = &callee,
		.n_targets = 1,
		.tenant_id = s->conf->realm[l->realm].tenant_id };
	struct why why;

	if (store_person_get(s->store, l->contact, &who, &why) != OK) {
		refuse(s, l, attempt, EV_DIAL_FAILED, "nobody knows any more who called");
		return;
	}
	if (instance_party(s, l, &who, instance, &source))
		in.source = &source;
	if (!caller_party(&who, &callee, &lacks) || (callee.kind == OP_PARTY_PHONE && !in.source)) {
		refuse(s, l, attempt, EV_DIAL_FAILED, lacks);
		return;
	}
	callback_print(s, l->realm, l->contact, attempt, callback);
	ask_graph(s, ask_replied, OP_CREATE_CALL, l, attempt, &in);
}

void from_core_dial(struct shell *s, struct line *l, const struct effect *fx)
{
	if (l->realm == REALM_NONE || l->entry >= s->conf->plan.n_entries)
		refuse(s, l, fx->attempt, EV_DIAL_FAILED, "its entry is served no more");
	else if (l->relay)
		relay_open(s, l, NULL, fx->attempt);
	else
		from_core_dial_with(s, l, fx->attempt, NULL);
}

/* A call whose id is not known yet is ended when the answer brings it (line_waits). */
void from_core_undial(struct shell *s, struct line *l, const struct effect *fx)
{
	struct op_in in = { .call_id = NULL };

	(void)fx;
	client_lane_drop(s->client, ask_lane(l->contact, 0));
	relay_close_caller(s, l);
	if (l->dial && l->dialled)
		ask_graph(s, relay_hung_up, OP_DELETE_CALL, l, 0, &in);
}

/* Out of a group call Graph wants to be told who goes. */
static bool transferee(
	struct shell *s, const struct line *l, struct caller *who, struct op_party *out)
{
	const char *lacks;
	struct why why;

	if (!l->caller_id[0] || store_person_get(s->store, l->contact, who, &why) != OK ||
		!caller_party(who, out, &lacks))
		return false;
	out->participant_id = l->caller_id;
	return true;
}

void from_core_leave(struct shell *s, struct line *l, const struct effect *fx)
{
	static const enum op_party_kind kinds[] = { [TRANSFER_USER] = OP_PARTY_USER,
		[TRANSFER_NUMBER] = OP_PARTY_PHONE,
		[TRANSFER_INSTANCE] = OP_PARTY_INSTANCE };
	const struct config_transfer *to;
	struct op_party target, goes;
	struct caller who;
	struct op_in in = { .targets = &target, .n_targets = 1 };

	if (fx->value < 0 || (size_t)fx->value >= s->conf->n_transfers) {
		refuse(s, l, fx->attempt, EV_TRANSFER_FAILED,
			"that transfer is no more in the configuration");
		return;
	}
	to = &s->conf->transfer[fx->value];
	target = (struct op_party){ .kind = kinds[to->kind], .id = to->id, .name = to->name };
	if (transferee(s, l, &who, &goes))
		in.transferee = &goes;
	if (l->play_attempt && !l->relay)
		from_core_cancel(s, l);
	ask_graph(s, ask_replied, OP_TRANSFER, l, fx->attempt, &in);
}
