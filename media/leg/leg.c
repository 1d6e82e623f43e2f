#include "media/leg/leg.h"

#include "bot/base/text.h"

#include <arpa/inet.h>

static const struct leg_kind *const all[] = {
#define LEG(id) &leg_kind_##id,
#include "media/leg/legs.def"
#undef LEG
};

const struct leg_kind *leg_kind_find(const char *name)
{
	for (size_t i = 0; i < ARRAY_LEN(all); i++)
		if (text_same_nocase(all[i]->name, name))
			return all[i];
	return NULL;
}

enum err leg_address_parse(
	const char *address, uint16_t port, struct leg_address *out, struct why *why)
{
	*out = (struct leg_address){ 0 };
	if (inet_pton(AF_INET, address, &out->ip4.sin_addr) == 1) {
		out->ip4.sin_family = AF_INET;
		out->ip4.sin_port = htons(port);
		out->bytes = sizeof(out->ip4);
		return OK;
	}
	if (inet_pton(AF_INET6, address, &out->ip6.sin6_addr) == 1) {
		out->ip6.sin6_family = AF_INET6;
		out->ip6.sin6_port = htons(port);
		out->bytes = sizeof(out->ip6);
		return OK;
	}
	return FAIL(why, E_MALFORMED,
		"\"%.64s\" is no numeric address; want one like 192.0.2.7 or 2001:db8::7", address);
}
