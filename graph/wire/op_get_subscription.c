/* GET /subscriptions/{id}. Uses subscription_id. */
#include "graph/wire/op_body.h"

enum err op_get_subscription(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->subscription_id, "subscription_id", OP_ID_MAX, why);

	return e == OK ? op_path_of(
				 out, "GET", "/v1.0/subscriptions", in->subscription_id, NULL, why)
		       : e;
}
