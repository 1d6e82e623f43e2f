#include "graph/client/recording.h"

struct client_request recording_get(const struct recording *r)
{
	return (struct client_request){ .method = "GET",
		.url = r->location,
		.bearer = r->token,
		.deadline_ms = RECORDING_MS,
		.attempt_ms = RECORDING_ATTEMPT_MS,
		.attempts_max = 3,
		.answer_bytes_max = RECORDING_BYTES_MAX,
		.harmless = true };
}
