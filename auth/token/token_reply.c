#include "auth/token/token_reply.h"

#include "auth/jose/json.h"
#include "auth/token/form.h"
#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { LIFE_S_MIN = 60, LIFE_S_MAX = 90000, RETRY_AFTER_S_MAX = 3600, THROTTLED_S = 60 };

static const struct {
	long number;
	unsigned retry_s;
	const char *text;
} hints[] = {
#define HINT(number, retry_s, text) { number, retry_s, text },
#include "auth/token/token_hints.def"
#undef HINT
};

/* OAuth's errors, and what we do about each. Any other of a 4xx is for a person, too. */
static const struct {
	const char *error;
	enum token_class class;
	const char *text;
} errors[] = {
	{ "temporarily_unavailable", TOKEN_TRANSIENT, "Entra is unavailable for a while" },
	{ "server_error", TOKEN_TRANSIENT, "Entra failed" },
	{ "invalid_client", TOKEN_FOR_A_PERSON, "Entra refuses our credential" },
	{ "unauthorized_client", TOKEN_FOR_A_PERSON, "Entra refuses the app in this tenant" },
	{ "invalid_request", TOKEN_FOR_A_PERSON, "Entra refuses the request" },
	{ "invalid_resource", TOKEN_FOR_A_PERSON, "the resource is not known in this tenant" },
	{ "invalid_scope", TOKEN_FOR_A_PERSON, "the scope is not one Entra knows" },
};

/* Seconds, also with a fraction, or an HTTP date. 0: absent or not understood. */
static uint64_t retry_after_ms(const struct token_reply *reply)
{
	struct tm when = { .tm_year = 0 };
	const char *text = reply->retry_after;
	double s = 0;
	char *end;

	if (!text)
		return 0;
	s = strtod(text, &end);
	if (end == text) {
		end = strptime(text, "%a, %d %b %Y %H:%M:%S GMT", &when);
		s = end ? (double)timegm(&when) - (double)reply->now_unix_s : 0;
	}
	if (!end || *end || !(s > 0))
		return 0;
	return (uint64_t)((s < RETRY_AFTER_S_MAX ? s : RETRY_AFTER_S_MAX) * 1000);
}

/* Whole seconds as a number or as digits, as managed identities send them. 0: neither. */
static uint64_t seconds_of(const json_t *member)
{
	const char *text = json_string_value(member);

	if (json_is_integer(member) && json_integer_value(member) > 0)
		return (uint64_t)json_integer_value(member);
	if (text && text[0] && strlen(text) <= 10 && strspn(text, "0123456789") == strlen(text))
		return strtoull(text, NULL, 10);
	return 0;
}

/* It will stand in a header line of ours. */
static bool bearer_fit(const char *text)
{
	size_t n = strlen(text);

	for (size_t i = 0; i < n; i++)
		if (text[i] <= ' ' || text[i] > '~')
			return false;
	return n > 0 && n <= TOKEN_BYTES_MAX;
}

/* A managed identity may say when its token ends instead of how long it lives: seconds of the
 * epoch in digits, or a date. */
static uint64_t life_of(const json_t *root, uint64_t now_unix_s)
{
	uint64_t life_s = seconds_of(json_object_get(root, "expires_in"));
	uint64_t end_s = seconds_of(json_object_get(root, "expires_on"));
	const char *text = json_string_value(json_object_get(root, "expires_on"));
	struct tm when = { .tm_year = 0 };

	if (life_s)
		return life_s;
	if (!end_s && text && strptime(text, "%Y-%m-%dT%H:%M:%S", &when))
		end_s = (uint64_t)timegm(&when);
	return end_s > now_unix_s ? end_s - now_unix_s : 0;
}

static void good_read(
	const json_t *root, bool managed, uint64_t now_unix_s, struct token_verdict *out)
{
	const char *type = json_string_value(json_object_get(root, "token_type"));
	const char *bearer = json_string_value(json_object_get(root, "access_token"));
	uint64_t life_s = managed ? life_of(root, now_unix_s)
				  : seconds_of(json_object_get(root, "expires_in"));
	uint64_t refresh_s = seconds_of(json_object_get(root, "refresh_in"));

	out->class = TOKEN_TRANSIENT;
	snprintf(out->story, sizeof(out->story), "%s answer is not a bearer token with a life",
		managed ? "the managed identity's" : "Entra's");
	if (!type || strcasecmp(type, "Bearer") != 0 || !bearer || !bearer_fit(bearer) || !life_s)
		return;
	out->bearer = secret_copy(bearer);
	if (!out->bearer)
		return;
	out->class = TOKEN_GOOD;
	out->story[0] = '\0';
	life_s = life_s < LIFE_S_MIN ? LIFE_S_MIN : life_s > LIFE_S_MAX ? LIFE_S_MAX : life_s;
	out->life_ms = life_s * 1000;
	/* The platform hands out what it has cached: a long life is halved, as MSAL does. */
	if (managed && !refresh_s && life_s > 2 * 3600)
		refresh_s = life_s / 2;
	out->refresh_ms = refresh_s < life_s ? refresh_s * 1000 : 0;
}

static long number_of(const json_t *root)
{
	const json_t *codes = json_object_get(root, "error_codes");
	const char *text = json_string_value(json_object_get(root, "error_description"));
	const char *at = text ? strstr(text, "AADSTS") : NULL;

	if (json_is_integer(json_array_get(codes, 0)))
		return (long)json_integer_value(json_array_get(codes, 0));
	return at ? strtol(at + 6, NULL, 10) : 0;
}

/* A word of theirs for a log line of ours: short, and of harmless letters. */
static void word_of(const json_t *root, const char *name, char *out, size_t size)
{
	const char *text = json_string_value(json_object_get(root, name));
	size_t n = text ? strspn(text, "abcdefghijklmnopqrstuvwxyzABCDEF0123456789_-") : 0;

	snprintf(out, size, "%.*s", (int)(n < size ? n : size - 1), text ? text : "");
}

/* Where nothing came back: the transport's own words, which name the host and no more. */
static void add_story(struct text *t, const struct token_reply *reply)
{
	if (!reply->status && reply->story && reply->story[0])
		text_add(t, ": %.120s", reply->story);
}

static enum token_class class_of(int status, const char *error, long number, const char **text)
{
	*text = status ? "Entra refuses us" : "Entra cannot be reached";
	if (status == 429 || (!strcmp(error, "invalid_grant") && number == 50196)) {
		*text = "Entra asks us to slow down";
		return TOKEN_THROTTLED;
	}
	if (status == 0 || status == 408 || status >= 500 || status < 400) {
		*text = status ? "Entra failed" : *text;
		return TOKEN_TRANSIENT;
	}
	for (size_t i = 0; i < ARRAY_LEN(errors); i++) {
		if (strcmp(error, errors[i].error) != 0)
			continue;
		*text = errors[i].text;
		return errors[i].class;
	}
	/* HTML of a proxy says nothing about us. */
	return error[0] ? TOKEN_FOR_A_PERSON : TOKEN_TRANSIENT;
}

static void fault_read(
	const struct token_reply *reply, const json_t *root, struct token_verdict *out)
{
	char error[40], trace[40];
	long number = number_of(root);
	const char *text;
	uint64_t hint_s = 0;
	struct text t = TEXT(out->story);

	word_of(root, "error", error, sizeof(error));
	word_of(root, "trace_id", trace, sizeof(trace));
	out->class = class_of(reply->status, error, number, &text);
	for (size_t i = 0; number && i < ARRAY_LEN(hints); i++) {
		if (hints[i].number != number)
			continue;
		text = hints[i].text;
		hint_s = hints[i].retry_s;
	}
	out->wait_ms = retry_after_ms(reply);
	if (hint_s && !out->wait_ms)
		out->wait_ms = hint_s * 1000;
	if (out->class == TOKEN_THROTTLED && !out->wait_ms)
		out->wait_ms = THROTTLED_S * 1000;
	text_add(&t, "%s", text);
	add_story(&t, reply);
	text_add(&t, " (status %d%s%s", reply->status, error[0] ? ", " : "", error);
	if (number)
		text_add(&t, ", AADSTS%ld", number);
	text_add(&t, trace[0] ? ", trace %s)" : ")", trace);
}

/* 404 and 410: the endpoint is being updated, or not up yet. */
static void managed_fault_read(
	const struct token_reply *reply, const json_t *root, struct token_verdict *out)
{
	char error[40];
	int status = reply->status;
	struct text t = TEXT(out->story);

	word_of(root, "error", error, sizeof(error));
	out->class = TOKEN_FOR_A_PERSON;
	if (status == 429)
		out->class = TOKEN_THROTTLED;
	else if (status < 400 || status == 404 || status == 408 || status == 410 || status >= 500)
		out->class = TOKEN_TRANSIENT;
	out->wait_ms = retry_after_ms(reply);
	text_add(&t, "%s",
		!status ? "the managed identity's endpoint cannot be reached: is this machine in "
			  "Azure?"
		: out->class == TOKEN_FOR_A_PERSON
			? "the managed identity's endpoint refuses us: is the identity assigned to "
			  "this machine?"
			: "the managed identity's endpoint is not ready");
	add_story(&t, reply);
	text_add(&t, " (status %d%s%s)", status, error[0] ? ", " : "", error);
}

void token_reply_read(const struct token_reply *reply, bool managed, struct token_verdict *out)
{
	CLEAN(json_decref) json_t *root = NULL;
	bool readable = reply->status && reply->body_bytes <= TOKEN_REPLY_MAX &&
			jose_json(reply->body, reply->body_bytes, &root, NULL) == OK;

	*out = (struct token_verdict){ .class = TOKEN_TRANSIENT };
	if (!readable)
		root = NULL;
	if (reply->status == 200)
		good_read(root, managed, reply->now_unix_s, out);
	else if (managed)
		managed_fault_read(reply, root, out);
	else
		fault_read(reply, root, out);
}
