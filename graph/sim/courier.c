#include "graph/sim/courier.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/text.h"
#include "graph/sim/rich.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

CLEAN_FN(json_decref, json_t *)

static bool activity_send(struct desk *d, const struct sim_out *o, struct why *why)
{
	char service[128], stamp[40];
	uint64_t now_ms = clock_unix_ms();
	time_t now = (time_t)(now_ms / 1000);
	struct tm tm;
	size_t n;

	/* The address has a path, so that who only joins host and path is found out. */
	snprintf(service, sizeof(service), "%s/teams/", d->origin);
	gmtime_r(&now, &tm);
	n = strftime(stamp, sizeof(stamp), "%Y-%m-%dT%H:%M:%S", &tm);
	snprintf(stamp + n, sizeof(stamp) - n, ".%03uZ", (unsigned)(now_ms % 1000));
	json_object_set_new(o->json, "serviceUrl", json_string(service));
	json_object_set_new(o->json, "timestamp", json_string(stamp));
	CLEAN(free) char *token = entra_activity_token(d->entra, o->app_id, service, now_ms / 1000);
	CLEAN(free) char *body = json_dumps(o->json, JSON_COMPACT);

	if (!token || !body)
		return false;
	return post_talk(d->office, o->key, o->text, "application/json; charset=utf-8", body, token,
		       why) == OK;
}

/* The token goes percent-encoded, every byte that may be. */
static bool handshake_send(struct desk *d, const struct sim_out *o, struct why *why)
{
	const char *token = json_string_value(json_object_get(o->json, "token"));
	char url[2048];
	struct text t = TEXT(url);

	text_add(&t, "%s%cvalidationToken=", o->text, strchr(o->text, '?') ? '&' : '?');
	for (; *token; token++)
		if (isalnum((unsigned char)*token))
			text_add(&t, "%c", *token);
		else
			text_add(&t, "%%%02X", (unsigned char)*token);
	return !t.cut &&
	       post_talk(d->office, o->key, url, "text/plain; charset=utf-8", "", NULL, why) == OK;
}

void courier_dress(const struct entra *e, json_t *body, const char *app_id)
{
	json_t *item, *rich, *tokens = json_array();
	size_t i;

	json_array_foreach(json_object_get(body, "value"), i, item)
	{
		const char *tenant = json_string_value(json_object_get(item, "tenantId"));
		char *token;

		rich = json_object_get(item, "@rich");
		if (!rich)
			continue;
		json_object_set_new(item, "encryptedContent",
			rich_encrypt(json_object_get(rich, "content"),
				json_string_value(json_object_get(rich, "certificate")),
				json_string_value(json_object_get(rich, "id"))));
		json_object_del(item, "@rich");
		token = entra_change_token(e, app_id, tenant, clock_unix_ms() / 1000);
		json_array_append_new(tokens, json_string(token ? token : ""));
		free(token);
	}
	if (json_array_size(tokens))
		json_object_set(body, "validationTokens", tokens);
	json_decref(tokens);
}

static bool change_send(struct desk *d, const struct sim_out *o, struct why *why)
{
	courier_dress(d->entra, o->json, o->app_id);
	CLEAN(free) char *body = json_dumps(o->json, JSON_COMPACT);

	return body && post_talk(d->office, o->key, o->text, "application/json; charset=utf-8",
			       body, NULL, why) == OK;
}

bool courier_send(struct desk *d, const struct sim_out *o)
{
	struct why why = { .text = "no memory" };
	bool left = false;

	switch (o->mail) {
	case MAIL_ACTIVITY:
		left = activity_send(d, o, &why);
		break;
	case MAIL_HANDSHAKE:
		left = handshake_send(d, o, &why);
		break;
	case MAIL_CHANGE:
		left = change_send(d, o, &why);
		break;
	}
	if (!left)
		log_line(LOG_ERROR, "sim", "", "to the bot: %s -> not sent", why.text);
	return left;
}

void courier_back(struct desk *d, struct post_result *r)
{
	struct sim_in in = { .kind = SIM_SENT,
		.key = (uint32_t)r->cookie,
		.status = r->status,
		.body = r->bytes,
		.type = r->type,
		.waited_ms = r->waited_ms };

	if (r->status / 100 != 2)
		log_line(LOG_WARN, "sim", "", "to the bot status=%d -> book", r->status);
	desk_step(d, &in);
	free(r->bytes);
	r->bytes = NULL;
}
