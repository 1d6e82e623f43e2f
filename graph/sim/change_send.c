/*
 * What subscriptions deliver: changes and lifecycle events, and again what was not taken.
 * Source: Graph v1.0, concepts/change-notifications-delivery-webhooks, -lifecycle-events.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	SLOW_MS = 2900,
	AGAIN_MS = 10000, /* twice as long each time */
	TRIES_MAX = 8,
};

static void deliver(struct sim *s, json_t *context);

static void delivered(struct sim *s, json_t *context, const struct sim_in *in)
{
	struct subscription *x = subscription_by_id(s, member_text(context, "id"));
	json_int_t tries = json_integer_value(json_object_get(context, "tries"));

	if (x && in->waited_ms > SLOW_MS)
		x->slow++;
	if (in->status / 100 == 2) {
		if (x)
			x->delivered++;
		return;
	}
	if (x)
		x->failed++;
	if (tries + 1 >= TRIES_MAX)
		return;
	json_object_set_new(context, "tries", json_integer(tries + 1));
	annex_later(s, scaled(s, (uint64_t)AGAIN_MS << tries), deliver, json_deep_copy(context));
}

static void deliver(struct sim *s, json_t *context)
{
	const struct app *app = scenario_app(s->scn, member_text(context, "app_id"));

	annex_send(s, MAIL_CHANGE, app->app_id, json_deep_copy(json_object_get(context, "body")),
		delivered, json_incref(context));
}

/* item is taken over. */
static void post(struct sim *s, struct subscription *x, const char *url, json_t *item)
{
	json_t *context = json_pack("{ss, ss, ss, si, s{s[o]}}", "url", url, "id",
		member_text(x->json, "id"), "app_id", x->app->app_id, "tries", 0, "body", "value",
		item);

	if (chance(s, s->scn->faults.twice))
		deliver(s, context);
	deliver(s, context);
	json_decref(context);
}

static json_t *item_new(const struct subscription *x)
{
	return json_pack("{ss, ss, ss*, ss}", "subscriptionId", member_text(x->json, "id"),
		"subscriptionExpirationDateTime", member_text(x->json, "expirationDateTime"),
		"clientState", json_string_value(json_object_get(x->json, "clientState")),
		"tenantId", x->tenant);
}

void change_notify(struct sim *s, const char *tenant, const char *change, const char *tag,
	const char *path, json_t *data)
{
	subscriptions_expire(s);
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];
		const char *wanted = x->json ? member_text(x->json, "resource") : "";
		char at[160];
		json_t *item;

		wanted += wanted[0] == '/';
		if (!x->json || !text_same_nocase(x->tenant, tenant) ||
			strncmp(path, wanted, strlen(wanted)) != 0 ||
			!strstr(member_text(x->json, "changeType"), change))
			continue;
		snprintf(at, sizeof(at), "%s", path);
		item = item_new(x);
		json_object_set_new(item, "changeType", json_string(change));
		json_object_set_new(item, "resource", json_string(at));
		json_object_set_new(item, "resourceData",
			json_pack("{ss, ss, ss, ss}", "@odata.type", tag, "@odata.id", at,
				"@odata.etag", "W/\"1\"", "id", member_text(data, "id")));
		if (json_is_true(json_object_get(x->json, "includeResourceData")))
			json_object_set_new(item, "@rich",
				json_pack("{sO, sO, sO}", "content", data, "certificate",
					json_object_get(x->json, "encryptionCertificate"), "id",
					json_object_get(x->json, "encryptionCertificateId")));
		post(s, x, member_text(x->json, "notificationUrl"), item);
	}
}

/* {"event", "subscription"?}: a lifecycle notification, to one or to all. */
void change_lifecycle(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	static const char *const events[] = { "reauthorizationRequired", "subscriptionRemoved",
		"missed" };
	const char *event = member_text(a->body, "event"),
		   *id = member_text(a->body, "subscription");
	bool known = false;

	for (size_t i = 0; i < ARRAY_LEN(events); i++)
		known |= strcmp(event, events[i]) == 0;
	if (!known) {
		refuse(r, 400, "sim",
			"event: want reauthorizationRequired, subscriptionRemoved or missed");
		return;
	}
	subscriptions_expire(s);
	for (size_t i = 0; i < SUBSCRIPTIONS_MAX; i++) {
		struct subscription *x = &s->annex->subscription[i];
		const char *url = x->json ? member_text(x->json, "lifecycleNotificationUrl") : "";
		json_t *item;

		if (!url[0] || (id[0] && !text_same_nocase(id, member_text(x->json, "id"))))
			continue;
		item = item_new(x);
		json_object_set_new(item, "lifecycleEvent", json_string(event));
		post(s, x, url, item);
		if (strcmp(event, "subscriptionRemoved") == 0)
			subscription_free(x);
	}
	r->status = 204;
}
