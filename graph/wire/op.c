#include "graph/wire/op.h"

#include "graph/wire/op_body.h"

#include <assert.h>

enum err op_write(enum op_kind kind, const struct op_in *in, struct op_out *out, struct why *why)
{
#define OP(symbol, name, writer) writer,
	static enum err (*const writers[OP_KINDS])(
		const struct op_in *, struct op_out *, struct why *) = {
#include "graph/wire/ops.def"
	};
#undef OP

	assert((unsigned)kind < OP_KINDS);
	out->body = NULL;
	return writers[kind](in, out, why);
}

const char *op_name(enum op_kind kind)
{
#define OP(symbol, name, writer) name,
	static const char *const names[OP_KINDS] = {
#include "graph/wire/ops.def"
	};
#undef OP

	assert((unsigned)kind < OP_KINDS);
	return names[kind];
}
