/* What is refused says so in one shape. */
#include "bot/api/route.h"

#include <jansson.h>
#include <string.h>

const char *api_error_code(int status)
{
	static const struct {
		int status;
		const char *code;
	} codes[] = {
		{ 400, "bad_request" },
		{ 401, "unauthorized" },
		{ 403, "forbidden" },
		{ 404, "not_found" },
		{ 405, "method_not_allowed" },
		{ 409, "conflict" },
		{ 412, "precondition_failed" },
		{ 413, "too_large" },
		{ 422, "unprocessable" },
		{ 428, "precondition_required" },
		{ 429, "too_many_requests" },
		{ 503, "unavailable" },
	};

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
		if (codes[i].status == status)
			return codes[i].code;
	return status < 500 ? "bad_request" : "internal";
}

char *api_error(int status, const char *target, const char *message)
{
	json_t *root = json_pack("{s:{s:s, s:s%, s:s?}}", "error", "code", api_error_code(status),
		"message", message, strlen(message), "target", target);
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	return text;
}
