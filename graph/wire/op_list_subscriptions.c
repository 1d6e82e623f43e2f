/* GET /subscriptions: those of this application in the token's tenant. Uses page, for a page that
 * is not the first. */
#include "graph/wire/op_body.h"

#include <string.h>

enum err op_list_subscriptions(const struct op_in *in, struct op_out *out, struct why *why)
{
	static const char root[] = "/v1.0/subscriptions";

	if (!in->page)
		return op_path_of(out, "GET", root, NULL, NULL, why);
	/* Graph's link, so it leads into the same collection or nowhere. */
	if (strncmp(in->page, root, strlen(root)) != 0 || in->page[strlen(root)] != '?')
		return FAIL(why, E_MALFORMED, "page is not one of %s", root);
	return op_path_of(out, "GET", in->page, NULL, NULL, why);
}
