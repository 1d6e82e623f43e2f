/* fuzz: graph/wire */

/* Answers of Graph, or of whoever stands in between. The first byte chooses the status. */

#include "graph/wire/reply.h"

#include "graph/wire/retry.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static const int statuses[] = { 200, 201, 202, 204, 400, 401, 403, 404, 409, 429, 500,
		503 };
	static struct reply reply;
	char *exact;
	uint64_t ms;

	if (n == 0)
		return 0;
	exact = malloc(n);
	assert(exact);
	memcpy(exact, data + 1, n - 1);
	reply_decode(statuses[data[0] % ARRAY_LEN(statuses)], exact, n - 1, &reply);
	assert(reply.n_parties <= NOTE_PARTIES_MAX && reply.status <= OP_FAILED);
	assert(memchr(reply.message, 0, sizeof(reply.message)));
	exact[n - 1] = '\0'; /* the same bytes as a Retry-After header */
	ms = retry_after_read(exact, 1700000000000);
	assert(ms <= 3600000 || ms == UINT64_MAX);
	free(exact);
	return 0;
}
