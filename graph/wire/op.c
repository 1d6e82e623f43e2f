#include "graph/wire/op.h"

#include "graph/wire/op_body.h"

#include <assert.h>
#include <string.h>

enum where { EVERYWHERE, NOT_CHINA, GLOBAL };
enum manner { ONCE, REPEAT, URGENT };

static const struct {
	const char *name;
	enum err (*writer)(const struct op_in *, struct op_out *, struct why *);
	enum op_workload workload;
	enum where where;
	enum manner manner;
} ops[OP_KINDS] = {
#define OP(symbol, name, writer, workload, where, manner) \
	{ name, writer, OP_WORKLOAD_##workload, where, manner },
#include "graph/wire/ops.def"
#undef OP
};

enum err op_write(enum op_kind kind, const struct op_in *in, struct op_out *out, struct why *why)
{
	assert((unsigned)kind < OP_KINDS);
	out->body = NULL;
	return ops[kind].writer(in, out, why);
}

const char *op_name(enum op_kind kind)
{
	assert((unsigned)kind < OP_KINDS);
	return ops[kind].name;
}

enum op_workload op_workload(enum op_kind kind)
{
	assert((unsigned)kind < OP_KINDS);
	return ops[kind].workload;
}

bool op_is_harmless(enum op_kind kind)
{
	assert((unsigned)kind < OP_KINDS);
	return ops[kind].manner != ONCE;
}

bool op_is_urgent(enum op_kind kind)
{
	assert((unsigned)kind < OP_KINDS);
	return ops[kind].manner == URGENT;
}

enum err op_in_cloud(enum op_kind kind, const char *cloud, struct why *why)
{
	bool global = strcmp(cloud, "global") == 0, china = strcmp(cloud, "china") == 0;

	if (ops[kind].where == GLOBAL && !global)
		return FAIL(why, E_ABSENT, "%s does not exist in cloud \"%s\" (only: global)",
			op_name(kind), cloud);
	if (ops[kind].where == NOT_CHINA && china)
		return FAIL(why, E_ABSENT,
			"%s does not exist in cloud \"china\" (only: global, us-gov-l4, us-gov-l5)",
			op_name(kind));
	return OK;
}
