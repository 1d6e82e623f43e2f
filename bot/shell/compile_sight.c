/* Who sees which queues: supervisors of a queue, and partners' programs. */
#include "bot/shell/config_inside.h"

#include <stdlib.h>
#include <string.h>

static struct guid guid_of(json_t *text)
{
	struct guid g;

	if (guid_parse(json_string_value(text), json_string_length(text), &g) != OK)
		abort(); /* the schema said it is one */
	return g;
}

void compile_supervisors(struct compile *x, json_t *q, struct config_queue *out)
{
	json_t *all = json_object_get(q, "supervisors"), *one;
	struct guid *list = config_kept_array(x->own, json_array_size(all), sizeof(*list));
	size_t i;

	json_array_foreach(all, i, one) list[i] = guid_of(one);
	out->supervisor = list;
	out->n_supervisors = json_array_size(all);
}

static void compile_reader(struct compile *x, size_t n, json_t *of, struct config_reader *out)
{
	json_t *all = json_object_get(of, "queues"), *one;
	uint16_t *list = config_kept_array(x->own, json_array_size(all), sizeof(*list));
	char at[POINTER_MAX], have[300];
	size_t i;

	snprintf(at, sizeof(at), "/readers/%zu", n);
	*out = (struct config_reader){ .app = guid_of(json_object_get(of, "app_id")),
		.tenant = compile_tenant(x, of, at),
		.queue = list };
	json_array_foreach(all, i, one)
	{
		uint32_t queue = queue_index(x->c, json_string_value(one));

		snprintf(at, sizeof(at), "/readers/%zu/queues/%zu", n, i);
		if (queue == UINT32_MAX)
			fault_add(x->faults, at, false, "queue \"%.60s\" is unknown (have: %s)",
				json_string_value(one),
				config_names(json_object_get(x->own->root, "queues"), have,
					sizeof(have)));
		else if (!guid_same(x->c->queue[queue].tenant, out->tenant))
			fault_add(x->faults, at, false, "queue \"%.60s\" is of another tenant",
				json_string_value(one));
		else
			list[out->n_queues++] = (uint16_t)queue;
	}
}

void compile_readers(struct compile *x)
{
	json_t *all = json_object_get(x->own->root, "readers"), *one;
	struct config_reader *out = config_kept_array(x->own, json_array_size(all), sizeof(*out));
	size_t i;

	json_array_foreach(all, i, one) compile_reader(x, i, one, &out[i]);
	x->c->reader = out;
	x->c->n_readers = json_array_size(all);
}
