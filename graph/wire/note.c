#include "graph/wire/note.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "graph/wire/note_path.h"
#include "graph/wire/note_read.h"
#include "graph/wire/utf8.h"

#include <stdlib.h>
#include <string.h>

static const struct word changes[] = {
	{ "created", CHANGE_CREATED },
	{ "updated", CHANGE_UPDATED },
	{ "deleted", CHANGE_DELETED },
};

static const char joining[] = "participantJoiningNotification";
static const char left[] = "participantLeftNotification";

static bool tag_is_operation(const char *tag)
{
	static const char operation[] = "Operation";
	size_t n = strlen(tag), tail = sizeof(operation) - 1;

	return n >= tail && text_same_nocase(tag + n - tail, operation);
}

/* What an item's data is; NOTE_OTHER: nothing we know. */
static enum note_kind kind_of_object(const char *tag, const struct note_path *path)
{
	if (text_same_nocase(tag, "call"))
		return NOTE_CALL;
	if (tag_is_operation(tag))
		return NOTE_OPERATION;
	if (text_same_nocase(tag, "participant") || text_same_nocase(tag, "deltaParticipants"))
		return NOTE_ROSTER;
	if (text_same_nocase(tag, "contentSharingSession"))
		return NOTE_SHARING;
	if (text_same_nocase(tag, joining))
		return NOTE_JOINING;
	if (text_same_nocase(tag, left))
		return NOTE_LEFT;
	if (tag[0])
		return NOTE_OTHER;
	if (path->kind == PATH_SHARING)
		return NOTE_SHARING;
	if (path->kind == PATH_CALL)
		return NOTE_CALL;
	if (path->kind == PATH_OPERATION || path->kind == PATH_OPERATION_PARTICIPANTS)
		return NOTE_OPERATION;
	if (path->kind == PATH_PARTICIPANTS || path->kind == PATH_PARTICIPANT)
		return NOTE_ROSTER;
	return NOTE_OTHER;
}

/* An array is a roster, unless its first entry's tag or the path says that it is not. */
static enum err kind_of_array(
	struct reader *r, uint32_t array, const struct note_path *path, enum note_kind *out)
{
	char tag[64] = "";
	enum err e = OK;

	if (r->tape.token[array].size > 0 && r->tape.token[array + 1].kind == TAPE_OBJECT)
		e = read_tag(r, array + 1, tag, sizeof(tag));
	if (tag[0])
		*out = text_same_nocase(tag, "participant")             ? NOTE_ROSTER
		       : text_same_nocase(tag, "contentSharingSession") ? NOTE_SHARING
									: NOTE_OTHER;
	else if (path->kind == PATH_SHARING)
		*out = NOTE_SHARING;
	else
		*out = path->kind == PATH_OTHER ? NOTE_OTHER : NOTE_ROSTER;
	return e;
}

static enum err roster_of_delta(
	struct reader *r, uint32_t object, struct notes *notes, struct note *out)
{
	uint32_t array;
	enum err e = read_integer(r, object, "sequenceNumber", &out->roster_sequence);

	out->delta = true;
	if (e == OK)
		e = read_member(r, object, "participants", TAPE_ARRAY, &array);
	return e == OK && array ? read_roster(r, array, notes->party, &notes->n_parties) : e;
}

/* One participant alone says nothing about the others, so it is a delta of one. */
static enum err roster_of_one(struct reader *r, uint32_t object, const struct note_path *path,
	struct notes *notes, struct note *out)
{
	struct roster_entry *one = &notes->party[notes->n_parties];
	enum err e;

	out->delta = true;
	r->wrong = object;
	if (notes->n_parties == NOTE_PARTIES_MAX)
		return FAIL(
			r->why, E_LIMIT, "more than %d participants in one body", NOTE_PARTIES_MAX);
	notes->n_parties++;
	*one = (struct roster_entry){ .in_lobby = false };
	if (text_copy(one->participant_id, sizeof(one->participant_id), path->last) != OK)
		return FAIL(r->why, E_MALFORMED, "a participant's id in a URL is too long");
	e = read_participant(r, object, one);
	if (e == OK)
		e = read_integer(r, object, "rosterSequenceNumber", &out->roster_sequence);
	one->removed |= out->change == CHANGE_DELETED;
	return e;
}

/* No data at all: nobody is known to have come or gone. */
static enum err roster_unsaid(struct note *out)
{
	out->delta = true;
	return OK;
}

static enum err decode_roster(struct reader *r, uint32_t data, const char *tag,
	const struct note_path *path, struct notes *notes, struct note *out)
{
	enum err e;

	out->first_party = notes->n_parties;
	if (data && r->tape.token[data].kind == TAPE_ARRAY)
		e = read_roster(r, data, notes->party, &notes->n_parties);
	else if (data && (text_same_nocase(tag, "deltaParticipants") ||
				 tape_member(&r->tape, data, "participants")))
		e = roster_of_delta(r, data, notes, out);
	else if (data)
		e = roster_of_one(r, data, path, notes, out);
	else
		e = roster_unsaid(out);
	out->n_parties = notes->n_parties - out->first_party;
	return e;
}

static enum err decode_operation(struct reader *r, uint32_t data, const struct note_path *path,
	struct notes *notes, struct note *out)
{
	enum err e;

	if (path->kind == PATH_OPERATION &&
		text_copy(out->op_id, sizeof(out->op_id), path->last) != OK)
		return FAIL(r->why, E_MALFORMED, "an operation's id in a URL is too long");
	e = data ? read_operation(r, data, out) : OK;
	return e == OK && data ? read_recording(r, data, notes, &out->recording) : e;
}

/* "deleted" is how Graph spells the end of a call, with or without a state. */
static enum err decode_call(struct reader *r, uint32_t data, struct note *out)
{
	enum err e = data ? read_call(r, data, out) : OK;

	if (out->change == CHANGE_DELETED)
		out->state = CALL_TERMINATED;
	return e;
}

/* resourceUrl is the declared member, resource the older one; either may come, or both. */
static enum err decode_path(struct reader *r, uint32_t item, char *text, size_t text_size,
	struct note_path *out, bool *is)
{
	static const char *const names[] = { "resourceUrl", "resource" };

	*is = false;
	for (size_t i = 0; i < ARRAY_LEN(names) && !*is; i++) {
		enum err e;

		text[0] = '\0';
		e = read_text(r, item, names[i], text, text_size);
		if (e != OK)
			return e;
		*is = note_path_read(text, out);
	}
	return OK;
}

static enum err decode_data(
	struct reader *r, uint32_t item, uint32_t *data, char *tag, size_t tag_size)
{
	enum tape_kind kind;

	tag[0] = '\0';
	*data = tape_member(&r->tape, item, "resourceData");
	kind = r->tape.token[*data].kind;
	if (*data && kind == TAPE_NULL)
		*data = 0;
	if (!*data || kind == TAPE_ARRAY)
		return OK;
	if (kind != TAPE_OBJECT)
		return read_wrong(r, *data, "an object or an array");
	return read_tag(r, *data, tag, tag_size);
}

static enum err decode_kind(struct reader *r, uint32_t data, const char *tag,
	const struct note_path *path, struct notes *notes, struct note *out)
{
	switch (out->kind) {
	case NOTE_CALL:
		return decode_call(r, data, out);
	case NOTE_OPERATION:
		return decode_operation(r, data, path, notes, out);
	case NOTE_ROSTER:
		return decode_roster(r, data, tag, path, notes, out);
	case NOTE_JOINING:
	case NOTE_LEFT:
		return read_comer(r, data, out);
	case NOTE_SHARING:
		return OK;
	case NOTE_OTHER:
		break;
	}
	/* No tag of Graph's is longer than ours; what is cut still says what came. */
	(void)!text_copy(out->op_type, sizeof(out->op_type), tag);
	return OK;
}

static enum err decode_item(struct reader *r, uint32_t item, struct notes *notes, struct note *out)
{
	char url[512], tag[64];
	struct note_path path;
	int change = CHANGE_NONE;
	uint32_t data;
	bool known;
	enum err e = read_word(
		r, item, "changeType", changes, ARRAY_LEN(changes), CHANGE_NONE, &change);

	out->change = (enum note_change)change;
	if (e == OK)
		e = decode_path(r, item, url, sizeof(url), &path, &known);
	if (e == OK)
		e = decode_data(r, item, &data, tag, sizeof(tag));
	if (e != OK)
		return e;
	if (!known) { /* a resource that is no call's is not ours to judge */
		(void)!text_copy(out->op_type, sizeof(out->op_type), tag);
		return OK;
	}
	out->call_id = path.call_id;
	if (data && r->tape.token[data].kind == TAPE_ARRAY)
		e = kind_of_array(r, data, &path, &out->kind);
	else
		out->kind = kind_of_object(tag, &path);
	return e == OK ? decode_kind(r, data, tag, &path, notes, out) : e;
}

/* Nothing of it is believed but where it stands; its neighbours are none the worse for it. */
static void faulty(struct reader *r, struct notes *notes, struct note *out, size_t n_parties,
	size_t n_recordings)
{
	struct guid call_id = out->call_id;
	struct text fault = TEXT(out->fault);

	notes->n_parties = n_parties;
	notes->n_recordings = n_recordings;
	*out = (struct note){ .kind = NOTE_OTHER, .change = out->change, .call_id = call_id };
	tape_place(&r->tape, r->wrong, &out->fault_line, &out->fault_column);
	text_add(&fault, "%s", r->why->text); /* a long path may be cut: the place says the same */
}

static enum err decode_next(struct reader *r, uint32_t item, struct notes *notes)
{
	size_t n_parties = notes->n_parties, n_recordings = notes->n_recordings;
	struct note *out = &notes->item[notes->n++];
	enum err e;

	*out = (struct note){ .kind = NOTE_OTHER };
	e = r->tape.token[item].kind == TAPE_OBJECT
		    ? decode_item(r, item, notes, out)
		    : read_wrong(r, item, tape_kind_text(TAPE_OBJECT));
	if (e == E_MALFORMED) {
		faulty(r, notes, out, n_parties, n_recordings);
		return OK;
	}
	return e;
}

static enum err decode_items(struct reader *r, uint32_t array, struct notes *out)
{
	const struct tape_token *token = r->tape.token;

	for (uint32_t i = array + 1; i < token[array].next; i = token[i].next) {
		enum err e;

		r->wrong = i;
		if (out->n == NOTES_MAX)
			return FAIL(r->why, E_LIMIT, "more than %d notifications in one body",
				NOTES_MAX);
		e = decode_next(r, i, out);
		if (e != OK)
			return e;
	}
	return OK;
}

/* What a recording bot is asked comes bare, and waits for an answer of its own. */
static enum err decode_bare(struct reader *r, const char *tag, struct notes *out)
{
	struct note *note = &out->item[out->n++];

	*note = (struct note){ .kind = text_same_nocase(tag, joining) ? NOTE_JOINING : NOTE_LEFT };
	return read_comer(r, 0, note);
}

/* Graph v1.0 says commsNotifications, 2018's said Notifications, 2016's had no tag at all. What has
 * neither tag nor value is the older format, for which Graph waits for 204. */
static enum err decode_envelope(struct reader *r, struct notes *out)
{
	char tag[64];
	uint32_t value;
	enum err e;

	if (r->tape.token[0].kind != TAPE_OBJECT)
		return read_wrong(r, 0, "an object");
	e = read_tag(r, 0, tag, sizeof(tag));
	if (e != OK)
		return e;
	if (text_same_nocase(tag, joining) || text_same_nocase(tag, left))
		return decode_bare(r, tag, out);
	out->legacy = tag[0] ? !text_same_nocase(tag, "commsNotifications") &&
				       !text_same_nocase(tag, "Notifications")
			     : !tape_member(&r->tape, 0, "value");
	if (out->legacy)
		return OK;
	e = read_member(r, 0, "value", TAPE_ARRAY, &value);
	if (e == OK && !value)
		return FAIL(r->why, E_MALFORMED, "commsNotifications without a value");
	return e == OK ? decode_items(r, value, out) : e;
}

static enum err decode(const char *body, size_t body_bytes, struct notes *out, struct why *why)
{
	struct why own; /* an item's fault is told, whether or not the caller wants a story */
	struct reader r;
	enum err e;

	r.why = why ? why : &own;
	r.wrong = 0;
	out->n = out->n_parties = out->n_recordings = 0;
	out->legacy = false;
	out->line = out->column = 0;
	e = tape_read(&r.tape, body, body_bytes, why);
	if (e != OK) {
		out->line = r.tape.line;
		out->column = r.tape.column;
		return e;
	}
	e = decode_envelope(&r, out);
	if (e != OK)
		tape_place(&r.tape, r.wrong, &out->line, &out->column);
	return e;
}

/* Logs of 2018 show bodies in Windows-1252; UTF-8 is tried first, and what is valid stays it. */
static enum err decode_windows_1252(
	const char *body, size_t body_bytes, struct notes *out, struct why *why)
{
	CLEAN(free) char *utf8 = malloc(3 * body_bytes);

	if (!utf8)
		return FAIL(why, E_SYSTEM, "no memory for %zu bytes", 3 * body_bytes);
	return decode(utf8, utf8_from_windows_1252(utf8, body, body_bytes), out, why);
}

enum err notes_decode(const char *body, size_t body_bytes, struct notes *out, struct why *why)
{
	enum err e;

	if (body_bytes == 0) { /* field reports speak of callbacks without any body */
		out->n = out->n_parties = out->n_recordings = 0;
		out->legacy = true;
		return OK;
	}
	e = decode(body, body_bytes, out, why);
	if (e == E_MALFORMED && !utf8_is_valid(body, body_bytes))
		e = decode_windows_1252(body, body_bytes, out, why);
	return e;
}
