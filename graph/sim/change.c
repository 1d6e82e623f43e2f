/*
 * Subscriptions: their handshake and their life; change_send.c has what they deliver.
 * Source: Graph v1.0, resources/subscription; concepts/change-notifications-*.
 */
#include "graph/sim/annex_inside.h"
#include "graph/sim/rich.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

enum {
	HANDSHAKE_MS = 10000,
	MINUTE_MS = 60000,
};

static const struct {
	const char *prefix;
	unsigned role; /* 0: with a person's token only */
	uint64_t minutes;
} kinds[] = {
	{ "communications/callRecords", ROLE_RECORDS, 4230 },
	{ "communications/presences", 0, 60 },
};

uint64_t annex_unix_ms(const struct sim *s)
{
	return s->annex->unix_at_0_ms + s->now_ms;
}

void moment_print(uint64_t unix_ms, char out[32])
{
	time_t at = (time_t)(unix_ms / 1000);
	struct tm tm;
	size_t n;

	gmtime_r(&at, &tm);
	n = strftime(out, 32, "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(out + n, 32 - n, ".%03uZ", (unsigned)(unix_ms % 1000));
}

bool moment_read(const char *text, uint64_t *unix_ms)
{
	struct tm tm = { .tm_sec = 0 };
	const char *rest = strptime(text, "%Y-%m-%dT%H:%M:%S", &tm);
	time_t at;

	if (!rest)
		return false;
	if (*rest == '.')
		rest += 1 + strspn(rest + 1, "0123456789");
	if (strcmp(rest, "Z") != 0)
		return false;
	at = timegm(&tm);
	*unix_ms = (uint64_t)at * 1000;
	return at > 0;
}

struct subscription *subscription_by_id(struct sim *s, const char *id)
{
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];

		if (x->json && text_same_nocase(member_text(x->json, "id"), id))
			return x;
	}
	return NULL;
}

void subscription_free(struct subscription *x)
{
	json_decref(x->json);
	*x = (struct subscription){ .json = NULL };
}

void subscriptions_expire(struct sim *s)
{
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];

		if (x->json && annex_unix_ms(s) >= x->expires_unix_ms)
			subscription_free(x);
	}
}

static struct subscription *subscription_asked(
	struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct subscription *x;

	subscriptions_expire(s);
	x = subscription_by_id(s, a->id[0]);
	if (x && text_same_nocase(x->app->app_id, a->request->bearer.app_id) &&
		text_same_nocase(x->tenant, a->request->bearer.tenant))
		return x;
	refuse(r, 404, "ResourceNotFound", "The subscription is not known.");
	return NULL;
}

static bool life_read(struct sim *s, const struct annex_ask *a, uint64_t minutes, uint64_t *until,
	struct reply *r)
{
	const char *text = member_text(a->body, "expirationDateTime");
	uint64_t now = annex_unix_ms(s);

	if (!moment_read(text, until))
		refuse(r, 400, "InvalidRequest", "expirationDateTime '%.40s' is none.", text);
	else if (*until <= now)
		refuse(r, 400, "InvalidRequest", "expirationDateTime is over.");
	else if (*until > now + minutes * MINUTE_MS)
		refuse(r, 400, "InvalidRequest",
			"Subscription expiration can only be %d minutes in the future.",
			(int)minutes);
	return r->status == 0;
}

static bool changes_good(const char *text)
{
	static const char *const words[] = { "created", "updated", "deleted" };

	for (;;) {
		size_t n = strcspn(text, ","), i = 0;

		while (i < ARRAY_LEN(words) &&
			!(strlen(words[i]) == n && strncmp(text, words[i], n) == 0))
			i++;
		if (i == ARRAY_LEN(words))
			return false;
		if (!text[n])
			return true;
		text += n + 1;
	}
}

static bool form_check(const struct annex_ask *a, struct reply *r)
{
	const char *url = member_text(a->body, "notificationUrl");
	const char *life = member_text(a->body, "lifecycleNotificationUrl");
	bool rich = json_is_true(json_object_get(a->body, "includeResourceData"));

	if (!changes_good(member_text(a->body, "changeType")))
		refuse(r, 400, "InvalidRequest", "changeType: want created, updated, deleted.");
	else if (strncmp(url, "https://", 8) != 0 || (life[0] && strncmp(life, "https://", 8) != 0))
		refuse(r, 400, "InvalidRequest", "notification addresses must be https.");
	else if (rich && !member_text(a->body, "encryptionCertificateId")[0])
		refuse(r, 400, "InvalidRequest", "encryptionCertificateId is missing.");
	else if (rich && !rich_certificate_good(member_text(a->body, "encryptionCertificate")))
		refuse(r, 400, "InvalidRequest",
			"encryptionCertificate is no base64 of an RSA certificate.");
	return r->status == 0;
}

static void handshake(struct sim *s, json_t *context, const char *url);

/* Graph answers the POST /subscriptions only now. */
static void created(struct sim *s, json_t *context)
{
	json_t *json = json_object_get(context, "subscription");
	uint32_t request = (uint32_t)json_integer_value(json_object_get(context, "request"));
	struct subscription *x = NULL;
	struct reply r = { .status = 0 };

	for (size_t i = 0; i < SUBSCRIPTIONS_MAX && !x; i++)
		if (!s->annex->subscription[i].json)
			x = &s->annex->subscription[i];
	if (!x) {
		refuse(&r, 403, "ExtensionError", "The limit of subscriptions is reached.");
		reply_send(s, request, &r);
		return;
	}
	*x = (struct subscription){ .json = json_incref(json),
		.app = scenario_app(s->scn, member_text(json, "applicationId")),
		.expires_unix_ms = (uint64_t)json_integer_value(
			json_object_get(context, "until")) };
	snprintf(x->tenant, sizeof(x->tenant), "%s", member_text(context, "tenant"));
	r.status = 201;
	r.body = json_deep_copy(json);
	snprintf(r.location, sizeof(r.location), "/v1.0/subscriptions/%s", member_text(json, "id"));
	reply_send(s, request, &r);
}

static void handshake_back(struct sim *s, json_t *context, const struct sim_in *in)
{
	const char *life = member_text(
		json_object_get(context, "subscription"), "lifecycleNotificationUrl");
	const char *token = member_text(context, "token");
	bool good = in->status == 200 && in->body && strcmp(in->body, token) == 0 && in->type &&
		    strncasecmp(in->type, "text/plain", 10) == 0 &&
		    in->waited_ms <= scaled(s, HANDSHAKE_MS);
	struct reply r = { .status = 0 };

	if (!good) {
		refuse(&r, 400, "ValidationError",
			"Subscription validation request failed. Notification endpoint must "
			"respond with 200 OK to validation request.");
		reply_send(
			s, (uint32_t)json_integer_value(json_object_get(context, "request")), &r);
	} else if (life[0] && !json_object_get(context, "second")) {
		json_object_set_new(context, "second", json_true());
		handshake(s, json_deep_copy(context), life);
	} else {
		created(s, context);
	}
}

/* What must be decoded is in it: a blank, a colon, a plus and a slash. */
static void handshake(struct sim *s, json_t *context, const char *url)
{
	char id[GUID_TEXT], token[128];

	guid_draw_text(s, id);
	snprintf(token, sizeof(token),
		"Validation: Testing client application reachability Request-Id: %s+/=&", id);
	json_object_set_new(context, "url", json_string(url));
	json_object_set_new(context, "token", json_string(token));
	annex_send(s, MAIL_HANDSHAKE, s->scn->app_id, json_pack("{ss}", "token", token),
		handshake_back, context);
}

static void subscription_create(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct sim_bearer *b = &a->request->bearer;
	const char *resource = member_text(a->body, "resource");
	uint64_t until = 0;
	json_t *json;
	char id[GUID_TEXT];
	size_t k = 0;

	resource += resource[0] == '/';
	while (k < ARRAY_LEN(kinds) &&
		strncmp(resource, kinds[k].prefix, strlen(kinds[k].prefix)) != 0)
		k++;
	if (k == ARRAY_LEN(kinds))
		refuse(r, 400, "InvalidRequest", "resource '%.60s' is not supported.", resource);
	else if (kinds[k].role ? !(b->roles & kinds[k].role) : !b->user[0])
		refuse(r, 403, "ExtensionError",
			"Operation: Create; Exception: [Status Code: Forbidden]");
	else if (form_check(a, r))
		life_read(s, a, kinds[k].minutes, &until, r);
	if (r->status)
		return;
	guid_draw_text(s, id);
	json = json_deep_copy(a->body);
	json_object_set_new(json, "id", json_string(id));
	json_object_set_new(json, "applicationId", json_string(b->app_id));
	handshake(s,
		json_pack("{so, sI, ss, sI}", "subscription", json, "request",
			(json_int_t)a->request->id, "tenant", b->tenant, "until",
			(json_int_t)until),
		member_text(a->body, "notificationUrl"));
}

static void subscription_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct subscription *x = subscription_asked(s, a, r);

	if (!x)
		return;
	r->status = 200;
	r->body = json_deep_copy(x->json);
}

static void subscription_list(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	json_t *all = json_array();

	subscriptions_expire(s);
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];

		if (x->json && text_same_nocase(x->app->app_id, a->request->bearer.app_id) &&
			text_same_nocase(x->tenant, a->request->bearer.tenant))
			json_array_append_new(all, json_deep_copy(x->json));
	}
	r->status = 200;
	r->body = json_pack("{so}", "value", all);
}

static void subscription_renew(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct subscription *x = subscription_asked(s, a, r);
	uint64_t until, minutes = 0;
	const char *resource;

	if (!x)
		return;
	resource = member_text(x->json, "resource");
	resource += resource[0] == '/';
	for (size_t k = 0; k < ARRAY_LEN(kinds); k++)
		if (strncmp(resource, kinds[k].prefix, strlen(kinds[k].prefix)) == 0)
			minutes = kinds[k].minutes;
	if (!life_read(s, a, minutes, &until, r))
		return;
	x->expires_unix_ms = until;
	x->authorized++;
	json_object_set(
		x->json, "expirationDateTime", json_object_get(a->body, "expirationDateTime"));
	r->status = 200;
	r->body = json_deep_copy(x->json);
}

static void subscription_reauthorize(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct subscription *x = subscription_asked(s, a, r);

	if (!x)
		return;
	x->authorized++;
	r->status = dice(s, 2) ? 200 : 204; /* unverified which */
}

static void subscription_delete(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct subscription *x = subscription_asked(s, a, r);

	if (!x)
		return;
	subscription_free(x);
	r->status = 204;
}

void change_books(struct sim *s, json_t *books)
{
	json_t *all = json_array();

	subscriptions_expire(s);
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];

		if (x->json)
			json_array_append_new(all,
				json_pack("{ss, ss, ss, ss, ss, si, si, si, si}", "id",
					member_text(x->json, "id"), "app_id", x->app->app_id,
					"tenant", x->tenant, "resource",
					member_text(x->json, "resource"), "expires",
					member_text(x->json, "expirationDateTime"), "delivered",
					(int)x->delivered, "failed", (int)x->failed, "slow",
					(int)x->slow, "authorized", (int)x->authorized));
	}
	json_object_set_new(books, "subscriptions", all);
}

void change_free(struct annex *a)
{
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++)
		json_decref(a->subscription[i].json);
}

static const struct body_member create_m[] = { { "changeType", BODY_TEXT, true, 0, NULL },
	{ "notificationUrl", BODY_TEXT, true, 0, NULL },
	{ "lifecycleNotificationUrl", BODY_TEXT, false, 0, NULL },
	{ "resource", BODY_TEXT, true, 0, NULL },
	{ "expirationDateTime", BODY_TEXT, true, 0, NULL },
	{ "clientState", BODY_TEXT, false, 128, NULL },
	{ "includeResourceData", BODY_FLAG, false, 0, NULL },
	{ "encryptionCertificate", BODY_TEXT, false, 0, NULL },
	{ "encryptionCertificateId", BODY_TEXT, false, 128, NULL },
	{ "latestSupportedTlsVersion", BODY_TEXT, false, 0, NULL } };
static const struct body_shape create = { { "#microsoft.graph.subscription", NULL }, false,
	create_m, ARRAY_LEN(create_m) };
static const struct body_member renew_m[] = { { "expirationDateTime", BODY_TEXT, true, 0, NULL } };
static const struct body_shape renew = { { "#microsoft.graph.subscription", NULL }, false, renew_m,
	ARRAY_LEN(renew_m) };
static const struct body_member control_m[] = { { "event", BODY_TEXT, true, 0, NULL },
	{ "subscription", BODY_TEXT, false, 0, NULL } };
static const struct body_shape control = SHAPE(control_m);

static const struct route routes[] = {
	{ ROOT_GRAPH, "POST", "subscriptions", 0, &create, subscription_create },
	{ ROOT_GRAPH, "GET", "subscriptions", 0, NULL, subscription_list },
	{ ROOT_GRAPH, "GET", "subscriptions/*", 0, NULL, subscription_get },
	{ ROOT_GRAPH, "PATCH", "subscriptions/*", 0, &renew, subscription_renew },
	{ ROOT_GRAPH, "DELETE", "subscriptions/*", 0, NULL, subscription_delete },
	{ ROOT_GRAPH, "POST", "subscriptions/*/reauthorize", 0, NULL, subscription_reauthorize },
	{ ROOT_CONTROL, "POST", "lifecycle", 0, &control, change_lifecycle },
};

const struct routes change_routes = { routes, ARRAY_LEN(routes) };
