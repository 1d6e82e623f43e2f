#include "graph/wire/note_path.h"

#include "bot/base/text.h"

#include <string.h>
#include <strings.h>

/* The text behind the prefix, whatever its casing; NULL when it does not begin so. */
static const char *behind(const char *text, const char *prefix)
{
	size_t n = strlen(prefix);

	return strncasecmp(text, prefix, n) == 0 ? text + n : NULL;
}

static const char *behind_root(const char *text)
{
	const char *rest = behind(text += text[0] == '/', "communications/calls/");

	return rest ? rest : behind(text, "app/calls/");
}

/* rest begins behind the call's id: "" or "/..." */
static void below_call(const char *rest, struct note_path *out)
{
	const char *at;

	out->kind = PATH_OTHER;
	if (rest[0] == '\0' || strcmp(rest, "/") == 0) {
		out->kind = PATH_CALL;
	} else if ((at = behind(rest, "/participants")) != NULL) {
		if (at[0] == '\0' || strcmp(at, "/") == 0)
			out->kind = PATH_PARTICIPANTS;
		else if (at[0] == '/' && !strchr(at + 1, '/'))
			*out = (struct note_path){ PATH_PARTICIPANT, out->call_id, at + 1 };
	} else if ((at = behind(rest, "/contentsharingsessions")) != NULL) {
		if (at[0] == '\0' || at[0] == '/')
			out->kind = PATH_SHARING;
	} else if ((at = behind(rest, "/operations/")) != NULL && at[0] && !strchr(at, '/')) {
		if (text_same_nocase(at, "participants"))
			out->kind = PATH_OPERATION_PARTICIPANTS;
		else
			*out = (struct note_path){ PATH_OPERATION, out->call_id, at };
	}
}

bool note_path_read(const char *text, struct note_path *out)
{
	const char *id = behind_root(text);

	*out = (struct note_path){ .last = "" };
	if (!id || guid_parse(id, strcspn(id, "/"), &out->call_id) != OK)
		return false;
	below_call(id + strcspn(id, "/"), out);
	return true;
}
