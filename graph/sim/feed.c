/* The activity feed: a toast for one person, from an app she has. */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <string.h>

enum { TOASTS_MAX = 1000 };

static bool topic_check(json_t *topic, struct reply *r)
{
	const char *source = member_text(topic, "source");

	if (strcmp(source, "text") != 0 && strcmp(source, "entityUrl") != 0)
		refuse(r, 400, "BadRequest", "topic.source: want text or entityUrl.");
	else if (strcmp(source, "text") == 0 && !member_text(topic, "webUrl")[0])
		refuse(r, 400, "BadRequest", "topic.webUrl: a topic of text needs it.");
	return r->status == 0;
}

static void feed_send(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct app *app = scenario_app(s->scn, a->request->bearer.app_id);
	struct person *p = person_of(s, a->request->bearer.tenant, a->id[0]);
	struct chat *c = p ? chat_of(s, app, p) : NULL;
	json_t *toasts = s->annex->toasts;

	if (!topic_check(json_object_get(a->body, "topic"), r))
		return;
	if (!c)
		refuse(r, 404, "NotFound", "The user is not known.");
	else if (!chat_installed(c))
		refuse(r, 403, "Forbidden", "The app is not installed for the recipient.");
	if (r->status)
		return;
	while (json_array_size(toasts) >= TOASTS_MAX)
		json_array_remove(toasts, 0);
	json_array_append_new(
		toasts, json_pack("{sI, ss, ss, sO}", "at_ms", (json_int_t)book_now(s), "user",
				p->agent->user, "app_id", app->app_id, "activity", a->body));
	r->status = 204;
}

static const struct body_member topic_m[] = { { "source", BODY_TEXT, true, 0, NULL },
	{ "value", BODY_TEXT, true, 0, NULL }, { "webUrl", BODY_TEXT, false, 0, NULL } };
static const struct body_shape topic = { { "#microsoft.graph.teamworkActivityTopic", NULL }, false,
	topic_m, ARRAY_LEN(topic_m) };
static const struct body_member preview_m[] = { { "content", BODY_TEXT, true, 0, NULL },
	{ "contentType", BODY_TEXT, false, 0, NULL } };
static const struct body_shape preview = { { "#microsoft.graph.itemBody", NULL }, false, preview_m,
	ARRAY_LEN(preview_m) };
static const struct body_member pair_m[] = { { "name", BODY_TEXT, true, 0, NULL },
	{ "value", BODY_TEXT, true, 0, NULL } };
static const struct body_shape pair = { { "#microsoft.graph.keyValuePair", NULL }, false, pair_m,
	ARRAY_LEN(pair_m) };
static const struct body_member feed_m[] = { { "topic", BODY_OBJECT, true, 0, &topic },
	{ "activityType", BODY_TEXT, true, 0, NULL },
	{ "previewText", BODY_OBJECT, false, 0, &preview },
	{ "templateParameters", BODY_OBJECTS, false, 20, &pair },
	{ "chainId", BODY_INT, false, 0, NULL }, { "teamsAppId", BODY_TEXT, false, 0, NULL },
	{ "iconId", BODY_TEXT, false, 0, NULL } };
static const struct body_shape feed = SHAPE(feed_m);

/* Who the token speaks for. */
static void me_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct sim_bearer *b = &a->request->bearer;
	struct person *p = b->user[0] ? person_of(s, b->tenant, b->user) : NULL;

	if (!b->user[0])
		refuse(r, 400, "BadRequest",
			"/me request is only valid with delegated authentication flow.");
	else if (!p)
		refuse(r, 404, "Request_ResourceNotFound", "The user is not known.");
	if (r->status)
		return;
	r->status = 200;
	r->body = json_pack("{ss, ss}", "id", p->agent->user, "displayName", p->agent->name);
}

static const struct route routes[] = {
	{ ROOT_GRAPH, "GET", "me", 0, NULL, me_get },
	{ ROOT_GRAPH, "POST", "users/*/teamwork/sendActivityNotification", ROLE_ACTIVITY, &feed,
		feed_send },
};

const struct routes feed_routes = { routes, ARRAY_LEN(routes) };
