/*
 * POST /communications/calls/{id}/cancelMediaProcessing: what plays or waits to play ends as
 * failed, 400/8508. Tones stay subscribed. Uses call_id, client_context.
 */
#include "graph/wire/op_body.h"

enum err op_cancel_media_processing(const struct op_in *in, struct op_out *out, struct why *why)
{
	return op_with_context(in, out, "/cancelMediaProcessing", why);
}
