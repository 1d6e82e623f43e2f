#include "graph/wire/note_read.h"

#include <string.h>

enum err read_wrong(struct reader *r, uint32_t token, const char *wanted)
{
	char path[160];
	struct text t = TEXT(path);

	r->wrong = token;
	tape_path(&r->tape, token, &t);
	return FAIL(r->why, E_MALFORMED, "%s is %s, not %s", path,
		tape_kind_text(r->tape.token[token].kind), wanted);
}

enum err read_member(
	struct reader *r, uint32_t object, const char *name, enum tape_kind kind, uint32_t *out)
{
	uint32_t at = tape_member(&r->tape, object, name);
	enum tape_kind found = r->tape.token[at].kind;

	*out = 0;
	if (at == 0 || found == TAPE_NULL)
		return OK;
	if (found != kind)
		return read_wrong(r, at, tape_kind_text(kind));
	*out = at;
	return OK;
}

enum err read_text(struct reader *r, uint32_t object, const char *name, char *out, size_t out_size)
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);

	if (e == OK && at)
		tape_string(&r->tape, at, out, out_size);
	return e;
}

enum err read_id(struct reader *r, uint32_t object, const char *name, char *out, size_t out_size)
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);

	if (e == OK && at && !tape_string(&r->tape, at, out, out_size)) {
		r->wrong = at;
		return FAIL(r->why, E_MALFORMED, "%s is longer than %zu bytes", name, out_size - 1);
	}
	return e;
}

enum err read_guid_text(struct reader *r, uint32_t object, const char *name, char out[GUID_TEXT])
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);
	struct guid g;

	if (e != OK || !at)
		return e;
	if (!tape_string(&r->tape, at, out, GUID_TEXT))
		out[0] = '\0';
	else if (guid_parse(out, strlen(out), &g) == OK)
		guid_print(g, out);
	return OK;
}

enum err read_guid(struct reader *r, uint32_t object, const char *name, struct guid *out)
{
	char text[GUID_TEXT] = "";
	enum err e = read_guid_text(r, object, name, text);

	if (e == OK && text[0] && guid_parse(text, strlen(text), out) != OK)
		*out = (struct guid){ { 0 } };
	return e;
}

enum err read_bool(struct reader *r, uint32_t object, const char *name, bool *out)
{
	uint32_t at = tape_member(&r->tape, object, name);
	enum tape_kind kind = r->tape.token[at].kind;

	if (at == 0 || kind == TAPE_NULL)
		return OK;
	if (kind != TAPE_TRUE && kind != TAPE_FALSE)
		return read_wrong(r, at, tape_kind_text(TAPE_TRUE));
	*out = kind == TAPE_TRUE;
	return OK;
}

enum err read_integer(struct reader *r, uint32_t object, const char *name, int64_t *out)
{
	uint32_t at = tape_member(&r->tape, object, name);
	enum tape_kind kind = r->tape.token[at].kind;

	if (at == 0 || kind == TAPE_NULL)
		return OK;
	if (kind != TAPE_NUMBER && kind != TAPE_STRING)
		return read_wrong(r, at, tape_kind_text(TAPE_NUMBER));
	if (!tape_integer(&r->tape, at, out))
		*out = -1;
	return OK;
}

enum err read_word(struct reader *r, uint32_t object, const char *name, const struct word *words,
	size_t n_words, int other, int *out)
{
	char text[64];
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_STRING, &at);

	if (e != OK || !at)
		return e;
	*out = other;
	if (!tape_string(&r->tape, at, text, sizeof(text)))
		return OK;
	for (size_t i = 0; i < n_words; i++)
		if (text_same_nocase(text, words[i].name))
			*out = words[i].value;
	return OK;
}

enum err read_tag(struct reader *r, uint32_t object, char *out, size_t out_size)
{
	char text[160] = "";
	enum err e = read_text(r, object, "@odata.type", text, sizeof(text));
	const char *dot = strrchr(text, '.');
	const char *name = dot ? dot + 1 : text + (text[0] == '#');

	if (text_copy(out, out_size, name) != OK)
		out[0] = '\0'; /* no tag of Graph's is that long */
	return e;
}
