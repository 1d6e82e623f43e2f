#ifndef GRAPH_WIRE_NOTE_READ_H
#define GRAPH_WIRE_NOTE_READ_H

/*
 * Inside graph/wire: members of Graph's objects, read into ours.
 *
 * An absent member and an explicit null are the same and leave the out-parameter as it was
 * (OK). A member of the wrong JSON type is E_MALFORMED and named with its path; words we
 * do not know are not wrong, for Graph may grow.
 */

#include "graph/wire/json_tape.h"
#include "graph/wire/note.h"

struct reader {
	struct tape tape;
	struct why *why;
	uint32_t wrong; /* the token a failure names */
};

enum err read_wrong(struct reader *r, uint32_t token, const char *wanted);

/* The member, if it is there, of this kind and not null; else *out = 0. */
enum err read_member(struct reader *r, uint32_t object, const char *name, enum tape_kind kind,
	uint32_t *out) MUST_CHECK;
/* For what people read: cut when too long. */
enum err read_text(
	struct reader *r, uint32_t object, const char *name, char *out, size_t out_size) MUST_CHECK;
/* For what must be whole to be of use: E_MALFORMED when too long. */
enum err read_id(
	struct reader *r, uint32_t object, const char *name, char *out, size_t out_size) MUST_CHECK;
/* A GUID's plain form, lower case with dashes; anything else as it is, or "" when too long. */
enum err read_guid_text(
	struct reader *r, uint32_t object, const char *name, char out[GUID_TEXT]) MUST_CHECK;
/* Text that is no GUID leaves none. */
enum err read_guid(
	struct reader *r, uint32_t object, const char *name, struct guid *out) MUST_CHECK;
enum err read_bool(struct reader *r, uint32_t object, const char *name, bool *out) MUST_CHECK;
/* A number or a string of digits; other text and other numbers give -1. */
enum err read_integer(struct reader *r, uint32_t object, const char *name, int64_t *out) MUST_CHECK;

/* One of Graph's enums, whatever its casing. */
struct word {
	const char *name;
	int value;
};
/* other: the value of a word that is not in the list. */
enum err read_word(struct reader *r, uint32_t object, const char *name, const struct word *words,
	size_t n_words, int other, int *out) MUST_CHECK;

/* The name in @odata.type behind its last dot: "call" of "#microsoft.graph.call"; "" if none. */
enum err read_tag(struct reader *r, uint32_t object, char *out, size_t out_size) MUST_CHECK;

/* Our kinds of object, each from an object token. They set what they find. */
enum err read_call(struct reader *r, uint32_t object, struct note *out) MUST_CHECK;
enum err read_operation(struct reader *r, uint32_t object, struct note *out) MUST_CHECK;
/* recordOperation's; *out is the recording's index + 1. */
enum err read_recording(
	struct reader *r, uint32_t object, struct notes *notes, size_t *out) MUST_CHECK;
/* incomingContext and the first of callRoutes, of a call. */
enum err read_context(struct reader *r, uint32_t call, struct incoming_context *out) MUST_CHECK;
/* participantJoiningNotification, participantLeftNotification: the call's id and the party's. */
enum err read_comer(struct reader *r, uint32_t object, struct note *out) MUST_CHECK;
enum err read_result(struct reader *r, uint32_t object, struct result *out) MUST_CHECK;
enum err read_state(struct reader *r, uint32_t object, enum call_state *out) MUST_CHECK;
enum err read_audio(struct reader *r, uint32_t object, enum audio_state *out) MUST_CHECK;
enum err read_status(struct reader *r, uint32_t object, enum op_status *out) MUST_CHECK;
/* object has an "identity": participantInfo and its kin. */
enum err read_party(struct reader *r, uint32_t object, struct party *out) MUST_CHECK;
/* object is the identitySet itself. */
enum err read_identity_set(struct reader *r, uint32_t set, struct party *out) MUST_CHECK;
enum err read_participant(struct reader *r, uint32_t object, struct roster_entry *out) MUST_CHECK;
/* From an array token; appended to party[*n]. E_LIMIT: more than NOTE_PARTIES_MAX. */
enum err read_roster(
	struct reader *r, uint32_t array, struct roster_entry *party, size_t *n) MUST_CHECK;

#endif
