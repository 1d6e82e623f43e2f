#include "auth/jose/json.h"

#include <stdbool.h>

static bool too_deep(const char *bytes, size_t n)
{
	int depth = 0;
	bool in_string = false;

	for (size_t i = 0; i < n; i++) {
		char c = bytes[i];

		if (in_string) {
			if (c == '\\')
				i++;
			else if (c == '"')
				in_string = false;
		} else if (c == '"') {
			in_string = true;
		} else if (c == '{' || c == '[') {
			if (++depth > JOSE_DEPTH_MAX)
				return true;
		} else if (c == '}' || c == ']') {
			depth--;
		}
	}
	return false;
}

/* jansson's own sentence may quote the text, and tokens stay out of logs: its code says enough. */
static const char *fault_name(enum json_error_code code)
{
	switch (code) {
	case json_error_duplicate_key:
		return "a member appears twice";
	case json_error_null_character:
	case json_error_null_byte_in_key:
		return "a NUL character";
	case json_error_invalid_utf8:
		return "not UTF-8";
	case json_error_end_of_input_expected:
		return "text after the end";
	case json_error_numeric_overflow:
		return "a number out of range";
	case json_error_out_of_memory:
		return "out of memory";
	default:
		return "not JSON";
	}
}

enum err jose_json(const char *bytes, size_t n, json_t **out, struct why *why)
{
	CLEAN(json_decref) json_t *root = NULL;
	json_error_t at;

	*out = NULL;
	if (too_deep(bytes, n))
		return FAIL(why, E_MALFORMED, "JSON deeper than %d levels", JOSE_DEPTH_MAX);
	root = json_loadb(bytes, n, JSON_REJECT_DUPLICATES, &at);
	if (!root)
		return FAIL(why, E_MALFORMED, "%s, at byte %d", fault_name(json_error_code(&at)),
			at.position);
	if (!json_is_object(root))
		return FAIL(why, E_MALFORMED, "not a JSON object");
	*out = TAKE(root);
	return OK;
}
