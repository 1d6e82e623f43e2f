#include "graph/change/subject.h"

#include "bot/base/err.h"

#include <string.h>

/* Source: resources/subscription, "Subscription lifetime": presence 60 min, chat messages 4320,
 * call records 4230. */
static const struct subject subjects[] = {
	{ "communications/callRecords", 4200, "CallRecords.Read.All" },
	{ "communications/presences", 55, "Presence.Read.All" },
	{ "chats", 4200, "Chat.Read.All" },
};

const struct subject *subject_of(const char *resource)
{
	resource += *resource == '/';
	for (size_t i = 0; i < ARRAY_LEN(subjects); i++) {
		size_t n = strlen(subjects[i].resource);
		char next = strncmp(resource, subjects[i].resource, n) == 0 ? resource[n] : 'x';

		if (!next || strchr("/?(", next))
			return &subjects[i];
	}
	return NULL;
}
