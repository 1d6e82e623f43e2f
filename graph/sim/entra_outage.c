/*
 * Entra out of order, by the weather or by the control. The token endpoint speaks of it in its
 * usual shape; of the machine's endpoints nothing is documented but the numbers.
 */
#include "graph/sim/entra_inside.h"

void entra_outage(
	struct entra *e, enum entra_door door, int status, unsigned times, unsigned retry_after_s)
{
	e->outage[door].status = status;
	e->outage[door].left = times;
	e->outage[door].retry_after_s = retry_after_s;
}

int entra_outage_take(struct entra *e, enum entra_door door, unsigned *retry_after_s)
{
	if (!e->outage[door].left)
		return 0;
	e->outage[door].left--;
	*retry_after_s = e->outage[door].retry_after_s;
	return e->outage[door].status;
}

static int token_body(int status, json_t **body)
{
	if (status == 429)
		return entra_fail(body, status, "temporarily_unavailable", 90055,
			"The request was throttled because there are too many requests.");
	if (status == 503 || status == 504)
		return entra_fail(body, status, "temporarily_unavailable", 90033,
			"A transient error has occurred. Please try again.");
	return entra_fail(body, status, status >= 500 ? "server_error" : "invalid_request",
		status >= 500 ? 50000 : 90014, "There was an error issuing a token.");
}

int entra_outage_body(enum entra_door door, int status, json_t **body)
{
	const char *text = status == 410   ? "The service is being updated"
			   : status == 404 ? "The service is not there yet"
			   : status == 429 ? "Too many requests"
					   : "Failed to retrieve token from the Active directory.";

	if (door == ENTRA_TOKEN)
		return token_body(status, body);
	*body = json_pack("{ss, ss}", "error", "unknown", "error_description", text);
	return status;
}
