/*
 * GET /communications/callRecords/{id}, with its sessions and their segments unless they were too
 * many (record_alone). Uses record_id, record_alone.
 */
#include "graph/wire/op_body.h"

enum err op_get_call_record(const struct op_in *in, struct op_out *out, struct why *why)
{
	enum err e = op_need(in->record_id, "record_id", OP_ID_MAX, why);

	return e == OK ? op_path_of(out, "GET", "/v1.0/communications/callRecords", in->record_id,
				 in->record_alone ? NULL : "?$expand=sessions($expand=segments)",
				 why)
		       : e;
}
