/* POST /subscriptions/{id}/reauthorize, when Graph asks for it; it does not move the end. No body.
 * Uses subscription_id. */
#include "graph/wire/op_body.h"

enum err op_reauthorize_subscription(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->subscription_id, "subscription_id", OP_ID_MAX, why);

	return e == OK ? op_path_of(out, "POST", "/v1.0/subscriptions", in->subscription_id,
				 "/reauthorize", why)
		       : e;
}
