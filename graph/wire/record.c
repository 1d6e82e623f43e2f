#include "graph/wire/record.h"

#include "graph/wire/datetime.h"
#include "graph/wire/note_read.h"

#include <string.h>

static const struct word types[] = {
	{ "groupCall", RECORD_GROUP_CALL },
	{ "peerToPeer", RECORD_PEER_TO_PEER },
};

static const struct word stages[] = {
	{ "callSetup", STAGE_CALL_SETUP },
	{ "midcall", STAGE_MIDCALL },
};

static enum err read_moment(struct reader *r, uint32_t object, const char *name, uint64_t *unix_ms)
{
	char text[64] = "";
	enum err e = read_text(r, object, name, text, sizeof(text));

	(void)datetime_read(text, unix_ms);
	return e;
}

static unsigned modality_of(const char *word)
{
	if (text_same_nocase(word, "audio"))
		return MODALITY_AUDIO;
	if (text_same_nocase(word, "video"))
		return MODALITY_VIDEO;
	if (text_same_nocase(word, "screenSharing") ||
		text_same_nocase(word, "videoBasedScreenSharing"))
		return MODALITY_SCREEN;
	return text_same_nocase(word, "data") ? MODALITY_DATA : MODALITY_OTHER;
}

static enum err read_modalities(struct reader *r, uint32_t object, unsigned *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	char word[64];
	enum err e = read_member(r, object, "modalities", TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; i < token[array].next; i = token[i].next) {
		if (token[i].kind != TAPE_STRING)
			return read_wrong(r, i, tape_kind_text(TAPE_STRING));
		tape_string(&r->tape, i, word, sizeof(word));
		*out |= modality_of(word);
	}
	return OK;
}

static enum err read_failure(struct reader *r, uint32_t object, struct record_failure *out)
{
	int stage = STAGE_UNKNOWN;
	uint32_t info;
	enum err e = read_member(r, object, "failureInfo", TAPE_OBJECT, &info);

	if (e != OK || !info || out->stage != STAGE_NONE)
		return e; /* the first one counts */
	e = read_word(r, info, "stage", stages, ARRAY_LEN(stages), STAGE_UNKNOWN, &stage);
	out->stage = (enum record_stage)stage;
	return e == OK ? read_text(r, info, "reason", out->reason, sizeof(out->reason)) : e;
}

/* caller and callee are endpoints; those of Microsoft's own services have no identity. */
static enum err read_endpoint(
	struct reader *r, uint32_t object, const char *name, struct party *out)
{
	uint32_t end;
	enum err e = read_member(r, object, name, TAPE_OBJECT, &end);

	return e == OK && end ? read_party(r, end, out) : e;
}

static enum err read_segments(struct reader *r, uint32_t session, struct record_session *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, session, "segments", TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	out->n_segments = token[array].size;
	for (uint32_t i = array + 1; e == OK && i < token[array].next; i = token[i].next)
		e = token[i].kind == TAPE_OBJECT ? read_failure(r, i, &out->failure)
						 : read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
	return e;
}

static enum err read_session(struct reader *r, uint32_t object, struct record_session *out)
{
	enum err e = read_moment(r, object, "startDateTime", &out->start_unix_ms);

	if (e == OK)
		e = read_moment(r, object, "endDateTime", &out->end_unix_ms);
	if (e == OK)
		e = read_modalities(r, object, &out->modalities);
	if (e == OK)
		e = read_endpoint(r, object, "caller", &out->caller);
	if (e == OK)
		e = read_endpoint(r, object, "callee", &out->callee);
	if (e == OK)
		e = read_failure(r, object, &out->failure);
	return e == OK ? read_segments(r, object, out) : e;
}

static enum err read_sessions(struct reader *r, struct call_record *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, "sessions", TAPE_ARRAY, &array);

	out->more |= tape_member(&r->tape, 0, "sessions@odata.nextLink") != 0;
	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; e == OK && i < token[array].next; i = token[i].next) {
		struct record_session *s = &out->session[out->n_sessions];

		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		if (out->n_sessions == RECORD_SESSIONS_MAX) {
			out->more = true;
			return OK;
		}
		*s = (struct record_session){ .n_segments = 0 };
		e = read_session(r, i, s);
		out->n_sessions++;
		if (out->failure.stage == STAGE_NONE)
			out->failure = s->failure;
	}
	return e;
}

/* participants are identity sets, participants_v2 hold one each. Microsoft fills either. */
static enum err read_parties(
	struct reader *r, const char *name, bool wrapped, struct call_record *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, name, TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; e == OK && i < token[array].next; i = token[i].next) {
		struct party *p = &out->party[out->n_parties];

		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		if (out->n_parties == RECORD_PARTIES_MAX) {
			out->more = true;
			return OK;
		}
		*p = (struct party){ .kind = PARTY_NONE };
		e = wrapped ? read_party(r, i, p) : read_identity_set(r, i, p);
		out->n_parties++;
	}
	return e;
}

static enum err read_people(struct reader *r, struct call_record *out)
{
	uint32_t set;
	enum err e = read_parties(r, "participants_v2", true, out);

	if (e == OK && out->n_parties == 0)
		e = read_parties(r, "participants", false, out);
	if (e == OK)
		e = read_member(r, 0, "organizer_v2", TAPE_OBJECT, &set);
	if (e == OK && set)
		return read_party(r, set, &out->organizer);
	if (e == OK)
		e = read_member(r, 0, "organizer", TAPE_OBJECT, &set);
	return e == OK && set ? read_identity_set(r, set, &out->organizer) : e;
}

static enum err read_times(struct reader *r, struct call_record *out)
{
	enum err e = read_moment(r, 0, "startDateTime", &out->start_unix_ms);

	if (e == OK)
		e = read_moment(r, 0, "endDateTime", &out->end_unix_ms);
	return e == OK ? read_moment(r, 0, "lastModifiedDateTime", &out->modified_unix_ms) : e;
}

static enum err read_identity(struct reader *r, struct call_record *out)
{
	int type = RECORD_TYPE_UNKNOWN;
	enum err e = read_id(r, 0, "id", out->id, sizeof(out->id));

	if (e == OK)
		e = read_guid(r, 0, "id", &out->guid);
	if (e == OK)
		e = read_integer(r, 0, "version", &out->version);
	if (e == OK)
		e = read_word(r, 0, "type", types, ARRAY_LEN(types), RECORD_TYPE_UNKNOWN, &type);
	out->type = (enum record_type)type;
	if (e == OK && (!out->id[0] || out->version < 0))
		e = FAIL(r->why, E_MALFORMED, "a call record without %s",
			out->id[0] ? "a version" : "an id");
	return e;
}

enum err record_decode(
	const char *body, size_t body_bytes, struct call_record *out, struct why *why)
{
	struct reader r;
	enum err e = tape_read(&r.tape, body, body_bytes, why);

	memset(out, 0, sizeof(*out));
	out->version = -1;
	r.why = why;
	r.wrong = 0;
	if (e == OK && r.tape.token[0].kind != TAPE_OBJECT)
		e = read_wrong(&r, 0, tape_kind_text(TAPE_OBJECT));
	if (e == OK)
		e = read_identity(&r, out);
	if (e == OK)
		e = read_times(&r, out);
	if (e == OK)
		e = read_modalities(&r, 0, &out->modalities);
	if (e == OK)
		e = read_people(&r, out);
	return e == OK ? read_sessions(&r, out) : e;
}
