#include "graph/wire/note_read.h"

/*
 * Kinds of identity, the telling ones first: exactly one is normally not null, but a
 * user may carry a device and a telephone may carry an asserted identity.
 */
static const struct word kinds[] = {
	{ "user", PARTY_USER },
	{ "phone", PARTY_PHONE },
	{ "applicationInstance", PARTY_APPLICATION_INSTANCE },
	{ "application", PARTY_APPLICATION },
	{ "guest", PARTY_GUEST },
	{ "encrypted", PARTY_ENCRYPTED },
};

/* The set is open: any other member that is an object is a party of a kind we do not know. */
static uint32_t other_identity(const struct tape *t, uint32_t set)
{
	for (uint32_t k = set + 1; k < t->token[set].next; k = t->token[k + 1].next)
		if (t->token[k + 1].kind == TAPE_OBJECT)
			return k + 1;
	return 0;
}

static enum err choose(struct reader *r, uint32_t set, enum party_kind *kind, uint32_t *identity)
{
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++) {
		enum err e = read_member(r, set, kinds[i].name, TAPE_OBJECT, identity);

		*kind = (enum party_kind)kinds[i].value;
		if (e != OK || *identity)
			return e;
	}
	*identity = other_identity(&r->tape, set);
	*kind = *identity ? PARTY_OTHER : PARTY_NONE;
	return OK;
}

enum err read_party(struct reader *r, uint32_t object, struct party *out)
{
	uint32_t set;
	enum err e = read_member(r, object, "identity", TAPE_OBJECT, &set);

	return e == OK && set ? read_identity_set(r, set, out) : e;
}

enum err read_identity_set(struct reader *r, uint32_t set, struct party *out)
{
	uint32_t identity, id;
	enum err e = choose(r, set, &out->kind, &identity);

	if (e != OK || !identity)
		return e;
	e = read_member(r, identity, "id", TAPE_STRING, &id);
	/* Half an id is none; encrypted ones have been seen longer than ours. */
	if (e == OK && id && !tape_string(&r->tape, id, out->id, sizeof(out->id)))
		out->id[0] = '\0';
	if (e == OK)
		e = read_text(r, identity, "displayName", out->name, sizeof(out->name));
	return e == OK ? read_guid_text(r, identity, "tenantId", out->tenant_id) : e;
}

/* Inactive when there is audio and none of it goes any way. */
static enum err read_streams(struct reader *r, uint32_t object, bool *inactive)
{
	static const struct word ways[] = { { "inactive", 1 } };
	static const struct word kinds_of_media[] = { { "audio", 1 } };
	const struct tape_token *token = r->tape.token;
	uint32_t streams;
	enum err e = read_member(r, object, "mediaStreams", TAPE_ARRAY, &streams);
	int flows = 0, stands = 0;

	if (e != OK || !streams)
		return e;
	for (uint32_t i = streams + 1; i < token[streams].next && e == OK; i = token[i].next) {
		int audio = 0, still = 0;

		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		e = read_word(r, i, "mediaType", kinds_of_media, 1, 0, &audio);
		if (e == OK)
			e = read_word(r, i, "direction", ways, 1, 0, &still);
		flows += audio && !still;
		stands += audio && still;
	}
	*inactive = stands > 0 && flows == 0;
	return e;
}

enum err read_participant(struct reader *r, uint32_t object, struct roster_entry *out)
{
	uint32_t info, removed;
	enum err e = read_id(r, object, "id", out->participant_id, sizeof(out->participant_id));

	if (e == OK)
		e = read_member(r, object, "info", TAPE_OBJECT, &info);
	if (e == OK && info)
		e = read_party(r, info, &out->who);
	if (e == OK)
		e = read_bool(r, object, "isInLobby", &out->in_lobby);
	if (e == OK)
		e = read_member(r, object, "removedState", TAPE_OBJECT, &removed);
	if (e == OK && removed)
		e = read_text(
			r, removed, "reason", out->removed_reason, sizeof(out->removed_reason));
	if (e == OK)
		e = read_bool(r, object, "isMuted", &out->muted);
	if (e == OK)
		e = read_streams(r, object, &out->inactive);
	if (e == OK)
		e = read_integer(r, object, "rosterSequenceNumber", &out->sequence);
	if (e == OK)
		out->removed = removed != 0;
	return e;
}

enum err read_roster(struct reader *r, uint32_t array, struct roster_entry *party, size_t *n)
{
	const struct tape_token *token = r->tape.token;

	for (uint32_t i = array + 1; i < token[array].next; i = token[i].next) {
		enum err e;

		r->wrong = i;
		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		if (*n == NOTE_PARTIES_MAX)
			return FAIL(r->why, E_LIMIT, "more than %d participants in one body",
				NOTE_PARTIES_MAX);
		party[*n] = (struct roster_entry){ .in_lobby = false };
		e = read_participant(r, i, &party[(*n)++]);
		if (e != OK)
			return e;
	}
	return OK;
}
