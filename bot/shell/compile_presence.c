/* Presence: how it is asked for and told, and who may be offered a call. */
#include "bot/shell/config_inside.h"

#include "bot/core/event.h"

#include <string.h>

/* The presences that a list names, as bits; the schema has seen to the words. */
static uint16_t presences_of(json_t *list)
{
	uint16_t bits = 0;
	json_t *word;
	size_t i;

	json_array_foreach(list, i, word)
	{
		for (int p = 0; p < PRESENCES; p++)
			if (strcmp(json_string_value(word),
				    presence_name((enum presence_class)p)) == 0)
				bits |= (uint16_t)(1u << p);
	}
	return bits;
}

void compile_presence(struct compile *x)
{
	json_t *p = json_object_get(x->own->root, "presence");
	struct config *c = x->c;

	c->presence.poll = json_is_true(json_object_get(p, "poll"));
	c->presence.available = presences_of(json_object_get(p, "available"));
	c->presence.waiting_ms = ms_of_member(p, "waiting_seconds");
	c->presence.seldom_ms = ms_of_member(p, "seldom_seconds");
	c->presence.stale_ms = ms_of_member(p, "stale_seconds");
	c->presence.subscribe = json_is_true(json_object_get(p, "subscribe"));
	c->presence.set = json_is_true(json_object_get(p, "set"));
	c->presence.set_in_wrap_up = json_is_true(json_object_get(p, "set_in_wrap_up"));
	c->presence.set_minutes = number_of_member(p, "set_minutes");
}

uint16_t compile_available(struct compile *x, json_t *queue)
{
	json_t *list = json_object_get(queue, "available");

	/* Nobody is asked about, so nobody is to be passed over. */
	if (!x->c->presence.poll)
		return 0;
	return list ? presences_of(list) : x->c->presence.available;
}
