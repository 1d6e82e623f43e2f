/* Who is meant, in Graph's words: identity, identitySet, invitationParticipantInfo. The tags are
 * those of Graph's examples: the set is tagged identitySet even where the member is its heir's. */
#include "graph/wire/op_body.h"

#include <string.h>

enum { E164_DIGITS_MIN = 3, E164_DIGITS_MAX = 15 };

static const char *const members[OP_PARTY_KINDS] = { "user", "phone", "applicationInstance",
	"application", "guest", "encrypted" };

static bool is_e164(const char *number)
{
	size_t digits = strspn(number + (number[0] == '+'), "0123456789");

	return number[0] == '+' && number[digits + 1] == '\0' && digits >= E164_DIGITS_MIN &&
	       digits <= E164_DIGITS_MAX;
}

enum err op_need_party(const struct op_party *p, const char *name, struct why *why)
{
	enum err e;

	if (!p)
		return FAIL(why, E_MALFORMED, "%s is missing", name);
	if ((unsigned)p->kind >= OP_PARTY_KINDS)
		return FAIL(why, E_MALFORMED, "%s is of no kind", name);
	if (!p->id || !p->id[0])
		return FAIL(why, E_MALFORMED, "%s has no id", name);
	if (p->kind == OP_PARTY_PHONE && !is_e164(p->id))
		return FAIL(why, E_MALFORMED, "%s is a phone, but not + and %d to %d digits", name,
			E164_DIGITS_MIN, E164_DIGITS_MAX);
	e = op_may(p->id, name, OP_PARTY_ID_MAX, why);
	if (e == OK)
		e = op_may(p->name, "a party's name", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(p->participant_id, "a party's participant_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_may(p->replaces_call_id, "a party's replaces_call_id", OP_ID_MAX, why);
	return e;
}

enum err op_need_targets(const struct op_in *in, size_t n_max, struct why *why)
{
	enum err e = OK;

	if (in->n_targets == 0)
		return FAIL(why, E_MALFORMED, "targets are missing");
	if (in->n_targets > n_max)
		return FAIL(why, E_MALFORMED, "%zu targets; Graph takes at most %zu", in->n_targets,
			n_max);
	for (size_t i = 0; i < in->n_targets && e == OK; i++)
		e = op_need_party(&in->targets[i], "a target", why);
	return e;
}

static json_t *op_identity_set(const struct op_party *p)
{
	json_t *identity = op_tagged("identity");
	json_t *set = op_tagged("identitySet");

	op_set_text(&identity, "id", p->id);
	op_set_text(&identity, "displayName", p->name);
	op_set(&set, members[p->kind], identity);
	return set;
}

json_t *op_participant(const struct op_party *p)
{
	json_t *info = op_tagged("participantInfo");

	op_set(&info, "identity", op_identity_set(p));
	op_set_text(&info, "participantId", p->participant_id);
	return info;
}

json_t *op_invitation(const struct op_party *p)
{
	json_t *invitation = op_tagged("invitationParticipantInfo");

	op_set(&invitation, "identity", op_identity_set(p));
	op_set_text(&invitation, "participantId", p->participant_id);
	op_set_text(&invitation, "replacesCallId", p->replaces_call_id);
	op_set_text(&invitation, "endpointType", p->voicemail ? "voicemail" : NULL);
	if (p->hidden)
		op_set(&invitation, "hidden", json_true());
	if (p->apart)
		op_set(&invitation, "removeFromDefaultAudioRoutingGroup", json_true());
	return invitation;
}

json_t *op_invitations(const struct op_in *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n_targets; i++)
		op_append(&list, op_invitation(&in->targets[i]));
	return list;
}
