/* fuzz: graph/wire */

/* Call records and answers about subscriptions: Graph's, or of whoever stands in between. */

#include "graph/wire/record.h"
#include "graph/wire/subscription.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct call_record record;
	static struct subscriptions list;
	static struct subscription one;
	char *exact = malloc(n + !n);

	assert(exact);
	memcpy(exact, data, n);
	if (record_decode(exact, n, &record, NULL) == OK) {
		assert(record.id[0] && record.version >= 0);
		assert(record.n_parties <= RECORD_PARTIES_MAX);
		assert(record.n_sessions <= RECORD_SESSIONS_MAX);
		assert(memchr(record.failure.reason, 0, sizeof(record.failure.reason)));
	}
	if (subscriptions_decode(exact, n, &list, NULL) == OK)
		assert(list.n <= SUBSCRIPTIONS_MAX);
	if (subscription_decode(exact, n, &one, NULL) == OK)
		assert(!guid_is_none(one.id));
	free(exact);
	return 0;
}
