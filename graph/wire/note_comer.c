#include "graph/wire/note_path.h"
#include "graph/wire/note_read.h"

/* The call is told whole, or only by its @odata.id, or not at all where the URL does. */
static enum err read_its_call(struct reader *r, uint32_t call, struct note *out)
{
	char id[512] = "";
	struct note_path path;
	enum err e = read_text(r, call, "@odata.id", id, sizeof(id));

	if (e == OK && note_path_read(id, &path))
		out->call_id = path.call_id;
	if (e == OK && guid_is_none(out->call_id))
		e = read_guid(r, call, "id", &out->call_id);
	return e == OK ? read_call(r, call, out) : e;
}

enum err read_comer(struct reader *r, uint32_t object, struct note *out)
{
	uint32_t call;
	enum err e = read_id(
		r, object, "participantId", out->participant_id, sizeof(out->participant_id));

	if (e == OK)
		e = read_member(r, object, "call", TAPE_OBJECT, &call);
	return e == OK && call ? read_its_call(r, call, out) : e;
}
