/* GET /communications/calls/{id}/participants. Uses call_id; page, for a page that is not the
 * first. */
#include "graph/wire/op_body.h"

#include <string.h>

enum err op_list_participants(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);
	size_t n;

	if (e == OK)
		e = op_path(out, "GET", in->call_id, "/participants", NULL, why);
	if (e != OK || !in->page)
		return e;
	n = strlen(out->path);
	/* Graph's link, so it leads into the same collection or nowhere. */
	if (strncmp(in->page, out->path, n) != 0 || in->page[n] != '?')
		return FAIL(why, E_MALFORMED, "page is not one of the call's participants");
	return op_path_of(out, "GET", in->page, NULL, NULL, why);
}
