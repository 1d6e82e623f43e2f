#include "graph/wire/note_read.h"

#include <string.h>

/* Graph v1.0 enums callState, mediaState, operationStatus, tone. "ringing" is beta. */
static const struct word states[] = {
	{ "incoming", CALL_INCOMING },
	{ "establishing", CALL_ESTABLISHING },
	{ "established", CALL_ESTABLISHED },
	{ "hold", CALL_HOLD },
	{ "transferring", CALL_TRANSFERRING },
	{ "transferAccepted", CALL_TRANSFER_ACCEPTED },
	{ "redirecting", CALL_REDIRECTING },
	{ "terminating", CALL_TERMINATING },
	{ "terminated", CALL_TERMINATED },
};

static const struct word audios[] = { { "active", AUDIO_ACTIVE }, { "inactive", AUDIO_INACTIVE } };

static const struct word directions[] = { { "incoming", 1 }, { "outgoing", 0 } };

static const struct word tones[] = {
	{ "tone0", '0' },
	{ "tone1", '1' },
	{ "tone2", '2' },
	{ "tone3", '3' },
	{ "tone4", '4' },
	{ "tone5", '5' },
	{ "tone6", '6' },
	{ "tone7", '7' },
	{ "tone8", '8' },
	{ "tone9", '9' },
	{ "star", '*' },
	{ "pound", '#' },
	{ "a", 'A' },
	{ "b", 'B' },
	{ "c", 'C' },
	{ "d", 'D' },
	{ "flash", 'F' },
};

static const struct word transcriptions[] = {
	{ "notStarted", TRANSCRIPTION_NOT_STARTED },
	{ "active", TRANSCRIPTION_ACTIVE },
	{ "inactive", TRANSCRIPTION_INACTIVE },
};

enum err read_state(struct reader *r, uint32_t object, enum call_state *out)
{
	int value = *out;
	enum err e = read_word(r, object, "state", states, ARRAY_LEN(states), CALL_OTHER, &value);

	*out = (enum call_state)value;
	return e;
}

enum err read_audio(struct reader *r, uint32_t object, enum audio_state *out)
{
	int value = *out;
	uint32_t media;
	enum err e = read_member(r, object, "mediaState", TAPE_OBJECT, &media);

	if (e != OK || !media)
		return e;
	e = read_word(r, media, "audio", audios, ARRAY_LEN(audios), AUDIO_NONE, &value);
	*out = (enum audio_state)value;
	return e;
}

static enum err read_tone(struct reader *r, uint32_t object, struct note *out)
{
	int tone = 0;
	uint32_t info;
	enum err e = read_member(r, object, "toneInfo", TAPE_OBJECT, &info);

	if (e != OK || !info)
		return e;
	e = read_word(r, info, "tone", tones, ARRAY_LEN(tones), 0, &tone);
	out->tone = (char)tone;
	return e == OK ? read_integer(r, info, "sequenceId", &out->tone_sequence) : e;
}

/* The caller, and the first of the called: an incoming call has one target that is ours. */
static enum err read_parties(struct reader *r, uint32_t object, struct note *out)
{
	uint32_t source, targets, first;
	enum err e = read_member(r, object, "source", TAPE_OBJECT, &source);

	if (e == OK && source)
		e = read_party(r, source, &out->source);
	if (e == OK)
		e = read_member(r, object, "targets", TAPE_ARRAY, &targets);
	if (e != OK || !targets || r->tape.token[targets].size == 0)
		return e;
	first = targets + 1;
	if (r->tape.token[first].kind != TAPE_OBJECT)
		return read_wrong(r, first, tape_kind_text(TAPE_OBJECT));
	return read_party(r, first, &out->target);
}

static enum err read_transcription(struct reader *r, uint32_t object, enum transcription *out)
{
	int value = TRANSCRIPTION_NONE;
	uint32_t info;
	enum err e = read_member(r, object, "transcription", TAPE_OBJECT, &info);

	if (e == OK && info)
		e = read_word(r, info, "state", transcriptions, ARRAY_LEN(transcriptions),
			TRANSCRIPTION_NONE, &value);
	*out = (enum transcription)value;
	return e;
}

/* Beta's answeredBy is a participantInfo in the reference and an identitySet in logs. */
static enum err read_answered_by(struct reader *r, uint32_t object, struct party *out)
{
	uint32_t by;
	enum err e = read_member(r, object, "answeredBy", TAPE_OBJECT, &by);

	if (e != OK || !by)
		return e;
	return tape_member(&r->tape, by, "identity") ? read_party(r, by, out)
						     : read_identity_set(r, by, out);
}

static enum err read_rest(struct reader *r, uint32_t object, struct note *out)
{
	enum err e = read_text(r, object, "terminationReason", out->termination_reason,
		sizeof(out->termination_reason));

	if (e == OK)
		e = read_id(r, object, "myParticipantId", out->my_participant_id,
			sizeof(out->my_participant_id));
	if (e == OK)
		e = read_answered_by(r, object, &out->answered_by);
	if (e == OK)
		e = read_transcription(r, object, &out->transcription);
	return e == OK ? read_context(r, object, &out->context) : e;
}

enum err read_call(struct reader *r, uint32_t object, struct note *out)
{
	int incoming = 0;
	enum err e = read_state(r, object, &out->state);

	if (e == OK)
		e = read_audio(r, object, &out->audio);
	if (e == OK)
		e = read_word(
			r, object, "direction", directions, ARRAY_LEN(directions), 0, &incoming);
	out->incoming = incoming;
	if (e == OK)
		e = read_tone(r, object, out);
	if (e == OK)
		e = read_parties(r, object, out);
	if (e == OK)
		e = read_guid_text(r, object, "tenantId", out->tenant_id);
	if (e == OK)
		e = read_guid(r, object, "callChainId", &out->chain_id);
	if (e == OK)
		e = read_rest(r, object, out);
	return e == OK ? read_result(r, object, &out->result) : e;
}
