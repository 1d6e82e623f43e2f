#include "bot/shell/admin.h"

#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

json_t *admin_body(struct shell *s, struct visit *v)
{
	json_error_t at;
	size_t n;
	const char *body = visit_body(v, &n);
	json_t *root = json_loadb(body, n, JSON_REJECT_DUPLICATES, &at);

	if (json_is_object(root))
		return root;
	gate_refuse(s, visit_id(v), 400, NULL, root ? "the body is no JSON object" : at.text);
	json_decref(root);
	return NULL;
}

json_t *admin_text(const char *text)
{
	json_t *value = json_string(text);
	char *copy;

	if (value)
		return value;
	copy = strdup(text);
	for (char *c = copy; c && *c; c++)
		if ((unsigned char)*c >= 0x80)
			*c = '?';
	value = copy ? json_string(copy) : NULL;
	free(copy);
	return value;
}

void admin_time_print(uint64_t at_unix_ms, char out[TIME_TEXT])
{
	time_t at = (time_t)(at_unix_ms / 1000);
	struct tm utc;
	size_t n;

	gmtime_r(&at, &utc);
	n = strftime(out, TIME_TEXT, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out + n, TIME_TEXT - n, ".%03uZ", (unsigned)(at_unix_ms % 1000));
}

json_t *admin_time(uint64_t at_unix_ms)
{
	char text[TIME_TEXT];

	if (!at_unix_ms)
		return json_null();
	admin_time_print(at_unix_ms, text);
	return json_string(text);
}

const char *admin_name(const struct shell *s, const char *user_id)
{
	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++)
		if (strcmp(s->conf->agent[i].user_id, user_id) == 0)
			return s->conf->agent[i].name;
	return "";
}

void audit_add(
	struct shell *s, const char *who, const char *what, const char *target, const char *detail)
{
	struct audit_row row = { .at_unix_ms = clock_unix_ms() };
	struct why why;

	snprintf(row.who, sizeof(row.who), "%s", who);
	snprintf(row.what, sizeof(row.what), "%s", what);
	snprintf(row.target, sizeof(row.target), "%s", target);
	snprintf(row.detail, sizeof(row.detail), "%s", detail);
	if (store_audit_put(s->store, &row, &why) != OK)
		log_line(LOG_ERROR, "audit", "", "who=%s what=%s: %s", who, what, why.text);
}

void audit_add_by(struct shell *s, const struct person *who, const char *what, const char *target,
	const char *detail)
{
	char id[GUID_TEXT];

	guid_print(who->user, id);
	audit_add(s, id, what, target, detail);
}
