#include "bot/shell/lint.h"

#include "bot/shell/lint_inside.h"

#include <stdlib.h>

void config_lint(const struct config *c, struct faults *faults, struct faults *warnings)
{
	struct lint l = { .c = c, .faults = faults, .warnings = warnings };

	graph_init(&l);
	moments_find(&l);
	lint_circles(&l);
	lint_humans(&l);
	lint_calls(&l);
	lint_dead(&l);
	lint_people(&l);
	moments_free(&l);
	free(l.flow_of);
}
