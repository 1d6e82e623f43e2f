/* Where a day of reports begins, and whether they may be by agent. */
#include "bot/shell/config_inside.h"
#include "bot/shell/zone.h"

static const char *zone_of(struct compile *x, json_t *of, const char *pointer)
{
	const char *name = text_of_member(of, "time_zone");
	char near[300], at[POINTER_MAX];
	struct text t = TEXT(near);

	if (!name || !*name || zone_is_known(name))
		return name && *name ? name : NULL;
	pointer_add(at, pointer, "time_zone");
	zone_suggest(name, &t);
	fault_add(x->faults, at, false,
		"time zone \"%.60s\" is unknown: IANA's names are known (near: %s)", name, near);
	return NULL;
}

void compile_reports(struct compile *x)
{
	json_t *r = json_object_get(x->own->root, "reports");

	x->c->reports.time_zone = zone_of(x, r, "/reports");
	x->c->reports.per_agent = json_is_true(json_object_get(r, "per_agent"));
}

void compile_queue_zone(struct compile *x, json_t *q, const char *pointer, struct config_queue *out)
{
	out->time_zone = zone_of(x, q, pointer);
}
