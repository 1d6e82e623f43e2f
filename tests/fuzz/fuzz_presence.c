/* fuzz: graph/wire */

/* Answers to getPresencesByUserId: whatever comes is read or refused, and what was read is in
 * order. */

#include "graph/wire/presence.h"

#include <assert.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct presences out;
	struct why why;

	if (presences_decode((const char *)data, size, &out, &why) != OK)
		return 0;
	assert(out.n <= PRESENCES_MAX);
	for (size_t i = 0; i < out.n; i++) {
		assert(strlen(out.item[i].user_id) == GUID_TEXT - 1);
		assert(out.item[i].availability <= AVAILABILITY_OTHER);
		assert(out.item[i].activity <= ACTIVITY_OTHER);
	}
	return 0;
}
