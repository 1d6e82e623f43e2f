/*
 * People's Teams clients: they install the bot's app, write to it, see its cards and press them.
 *
 * A chat is one person's with one bot. All of it is JSON, because the books show all of it.
 * Source: Bot Framework, activity and universal actions for Adaptive Cards.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { MESSAGES_MAX = 500, ACTIVITIES_MAX = 1000, CARD_DEPTH = 12 };

struct chat *chat_of(struct sim *s, const struct app *app, const struct person *p)
{
	struct annex *a = s->annex;
	char conversation[80], member[80], id[GUID_TEXT];
	struct chat *c;

	for (size_t i = 0; i < a->n_chats; i++)
		if (a->chat[i].app == app && a->chat[i].person == p)
			return &a->chat[i];
	if (a->n_chats == CHATS_MAX)
		return NULL;
	guid_draw_text(s, id);
	snprintf(conversation, sizeof(conversation), "a:1%.8s%.4s%.12s", id, id + 9, id + 24);
	guid_draw_text(s, id);
	snprintf(member, sizeof(member), "29:1%.8s-%.12s_%.8s", id, id + 24, p->agent->user);
	c = &a->chat[a->n_chats++];
	c->app = app;
	c->person = p;
	c->json = json_pack("{ss, ss, ss, ss, ss, ss, sb, ss, s[], s[]}", "user", p->agent->user,
		"name", p->agent->name, "app_id", app->app_id, "tenant", p->agent->tenant,
		"conversation", conversation, "member", member, "installed", false, "refuses", "",
		"messages", "activities");
	return c;
}

struct chat *chat_by_conversation(struct sim *s, const char *id)
{
	for (size_t i = 0; i < s->annex->n_chats; i++)
		if (strcmp(member_text(s->annex->chat[i].json, "conversation"), id) == 0)
			return &s->annex->chat[i];
	return NULL;
}

bool chat_installed(const struct chat *c)
{
	return json_is_true(json_object_get(c->json, "installed"));
}

static json_t *list(const struct chat *c, const char *name)
{
	return json_object_get(c->json, name);
}

void chat_forget_old(struct chat *c)
{
	while (json_array_size(list(c, "messages")) > MESSAGES_MAX)
		json_array_remove(list(c, "messages"), 0);
	while (json_array_size(list(c, "activities")) > ACTIVITIES_MAX)
		json_array_remove(list(c, "activities"), 0);
}

/* What every activity of a person says; the desk adds serviceUrl and timestamp. */
static json_t *activity(struct sim *s, const struct chat *c, const char *type)
{
	char id[32], bot[64];

	snprintf(id, sizeof(id), "17%011llu",
		(unsigned long long)rng_below(&s->rng, 99999999999ull));
	snprintf(bot, sizeof(bot), "28:%s", c->app->app_id);
	return json_pack("{ss, ss, ss, s{ss, ss, ss}, s{ss, ss}, s{ss, ss, ss}, ss, s{s{ss}}}",
		"type", type, "id", id, "channelId", "msteams", "from", "id",
		member_text(c->json, "member"), "name", c->person->agent->name, "aadObjectId",
		c->person->agent->user, "recipient", "id", bot, "name", "Foyer", "conversation",
		"id", member_text(c->json, "conversation"), "tenantId", c->person->agent->tenant,
		"conversationType", "personal", "locale", "en-US", "channelData", "tenant", "id",
		c->person->agent->tenant);
}

/* An invoke's answer is what the client shows; anything but its form is "Something went wrong". */
static const char *invoke_verdict(struct chat *c, json_t *context, json_t *answer)
{
	const char *type = member_text(answer, "type");
	json_t *value = json_object_get(answer, "value"), *message;
	size_t i;

	if (!json_is_integer(json_object_get(answer, "statusCode")) || !type[0] || !value)
		return "Something went wrong";
	if (strcmp(type, "application/vnd.microsoft.activity.message") == 0)
		return json_is_string(value) ? "message" : "Something went wrong";
	if (strcmp(type, "application/vnd.microsoft.error") == 0)
		return json_is_object(value) ? "error" : "Something went wrong";
	if (strcmp(type, "application/vnd.microsoft.card.adaptive") != 0 ||
		strcmp(member_text(value, "type"), "AdaptiveCard") != 0)
		return "Something went wrong";
	json_array_foreach(list(c, "messages"), i,
		message) if (strcmp(member_text(message, "id"), member_text(context, "message")) ==
			     0) json_object_set(message, "view", value);
	return "card";
}

static void activity_back(struct sim *s, json_t *context, const struct sim_in *in)
{
	struct chat *c = chat_by_conversation(s, member_text(context, "conversation"));
	json_t *answer = in->body ? json_loads(in->body, 0, NULL) : NULL;
	json_t *entry = json_object_get(context, "entry");
	json_int_t request = json_integer_value(json_object_get(context, "request"));

	json_object_set_new(entry, "status", json_integer(in->status));
	if (answer)
		json_object_set(entry, "answer", answer);
	if (c && strcmp(member_text(entry, "type"), "invoke") == 0)
		json_object_set_new(entry, "shown",
			json_string(in->status == 200 ? invoke_verdict(c, context, answer)
						      : "Something went wrong"));
	if (request)
		reply_later(s, (uint32_t)request, 200, json_deep_copy(entry));
	json_decref(answer);
}

/* what is consumed. request: of the control, told the outcome; or 0. */
static void activity_send(
	struct sim *s, struct chat *c, json_t *what, const char *message, uint32_t request)
{
	json_t *entry = json_pack("{ss, ss*, sI, sO}", "type", member_text(what, "type"), "name",
		json_string_value(json_object_get(what, "name")), "at_ms", (json_int_t)book_now(s),
		"activity", what);

	json_array_append(list(c, "activities"), entry);
	chat_forget_old(c);
	annex_send(s, MAIL_ACTIVITY, c->app->app_id, what, activity_back,
		json_pack("{ss, ss, ss, sI, so}", "url", c->app->messages, "conversation",
			member_text(c->json, "conversation"), "message", message, "request",
			(json_int_t)request, "entry", entry));
}

/* Teams tells both ways, the older one first. */
void chat_install(struct sim *s, struct chat *c, bool on, uint32_t request)
{
	json_t *update = activity(s, c, "conversationUpdate");
	json_t *install = activity(s, c, "installationUpdate");
	char bot[64];

	json_object_set_new(c->json, "installed", json_boolean(on));
	snprintf(bot, sizeof(bot), "28:%s", c->app->app_id);
	json_object_set_new(install, "action", json_string(on ? "add" : "remove"));
	if (on) {
		json_object_set_new(update, "membersAdded", json_pack("[{ss}]", "id", bot));
		activity_send(s, c, update, "", 0);
	} else {
		json_decref(update);
	}
	activity_send(s, c, install, "", request);
}

static void chat_say(struct sim *s, struct chat *c, const char *text, uint32_t request)
{
	json_t *a = activity(s, c, "message");

	json_object_set_new(a, "text", json_string(text));
	json_object_set_new(a, "textFormat", json_string("plain"));
	activity_send(s, c, a, "", request);
}

static json_t *message_of(const struct chat *c, const char *id)
{
	size_t n = json_array_size(list(c, "messages"));

	for (size_t i = n; i-- > 0;) {
		json_t *m = json_array_get(list(c, "messages"), i);

		if (id[0] ? strcmp(member_text(m, "id"), id) == 0
			  : !json_is_true(json_object_get(m, "deleted")) &&
					json_object_get(m, "card"))
			return m;
	}
	return NULL;
}

json_t *chat_message(const struct chat *c, const char *id)
{
	json_t *m = id[0] ? message_of(c, id) : NULL;

	return m && !json_is_true(json_object_get(m, "deleted")) ? m : NULL;
}

/* What this person sees of the card: her own view of it, or everybody's. */
static json_t *card_seen(json_t *message)
{
	json_t *view = json_object_get(message, "view");

	return view ? view : json_object_get(message, "card");
}

/* The action with this verb, id or title, anywhere in the card but its refresh. */
static json_t *action_find(json_t *json, const char *wanted, int depth)
{
	const char *type = member_text(json, "type"), *name;
	json_t *value, *found = NULL;
	size_t i;

	if (depth == CARD_DEPTH)
		return NULL;
	if (strncmp(type, "Action.", 7) == 0 &&
		(strcmp(member_text(json, "verb"), wanted) == 0 ||
			strcmp(member_text(json, "id"), wanted) == 0 ||
			strcmp(member_text(json, "title"), wanted) == 0))
		return json;
	json_object_foreach(json, name, value) if (!found && strcmp(name, "refresh") != 0)
		found = action_find(value, wanted, depth + 1);
	json_array_foreach(json, i, value) if (!found)
		found = action_find(value, wanted, depth + 1);
	return found;
}

static void execute(struct sim *s, struct chat *c, json_t *message, json_t *action, json_t *inputs,
	bool manual, uint32_t request)
{
	json_t *a = activity(s, c, "invoke");
	json_t *data = json_deep_copy(json_object_get(action, "data"));

	if (!json_is_object(data)) {
		json_decref(data);
		data = json_object();
	}
	if (json_is_object(inputs))
		json_object_update(data, inputs);
	json_object_set_new(a, "name", json_string("adaptiveCard/action"));
	json_object_set_new(a, "replyToId", json_string(member_text(message, "id")));
	json_object_set_new(a, "value",
		json_pack("{s{ss, sO*, sO*, so}, ss}", "action", "type", "Action.Execute", "id",
			json_object_get(action, "id"), "verb", json_object_get(action, "verb"),
			"data", data, "trigger", manual ? "manual" : "automatic"));
	activity_send(s, c, a, member_text(message, "id"), request);
}

static void submit(struct sim *s, struct chat *c, json_t *message, json_t *action, json_t *inputs,
	uint32_t request)
{
	json_t *a = activity(s, c, "message");
	json_t *data = json_deep_copy(json_object_get(action, "data"));

	if (!json_is_object(data)) {
		json_decref(data);
		data = json_object();
	}
	if (json_is_object(inputs))
		json_object_update(data, inputs);
	json_object_set_new(a, "replyToId", json_string(member_text(message, "id")));
	json_object_set_new(a, "value", data);
	activity_send(s, c, a, member_text(message, "id"), request);
}

/* false: there is no such button on what she sees. */
static bool chat_press(struct sim *s, struct chat *c, const char *message_id, const char *wanted,
	json_t *inputs, uint32_t request)
{
	json_t *message = message_of(c, message_id);
	json_t *action = message ? action_find(card_seen(message), wanted, 0) : NULL;

	if (action && strcmp(member_text(action, "type"), "Action.Execute") == 0)
		execute(s, c, message, action, inputs, true, request);
	else if (action && strcmp(member_text(action, "type"), "Action.Submit") == 0)
		submit(s, c, message, action, inputs, request);
	else
		return false;
	return true;
}

static bool chat_refresh(
	struct sim *s, struct chat *c, const char *message_id, bool manual, uint32_t request)
{
	json_t *message = message_of(c, message_id);
	json_t *refresh = json_object_get(json_object_get(message, "card"), "refresh");
	json_t *action = json_object_get(refresh, "action");

	if (!action)
		return false;
	execute(s, c, message, action, NULL, manual, request);
	return true;
}

static void press_later(struct sim *s, json_t *context)
{
	struct chat *c = chat_by_conversation(s, member_text(context, "conversation"));

	if (c)
		chat_press(s, c, member_text(context, "message"), c->person->agent->chat.presses,
			NULL, 0);
}

/* A new card is looked at, and perhaps pressed once. */
void chat_posted(struct sim *s, struct chat *c, json_t *message)
{
	const struct agent_chat *habit = &c->person->agent->chat;

	if (habit->presses[0] && json_object_get(message, "card"))
		annex_later(s, scaled(s, habit->presses_ms), press_later,
			json_pack("{ss, ss}", "conversation", member_text(c->json, "conversation"),
				"message", member_text(message, "id")));
}

/* An edit makes the clients that the card names fetch their own view: the bot's way to push. */
void chat_edited(struct sim *s, struct chat *c, json_t *message)
{
	json_t *refresh = json_object_get(json_object_get(message, "card"), "refresh");
	json_t *users = json_object_get(refresh, "userIds"), *user;
	bool named = refresh && !users;
	size_t i;

	json_array_foreach(users, i, user)
		named |= strcmp(json_string_value(user) ? json_string_value(user) : "",
				 member_text(c->json, "member")) == 0;
	json_object_del(message, "view");
	if (named)
		chat_refresh(s, c, member_text(message, "id"), false, 0);
}

static void install_later(struct sim *s, json_t *context)
{
	struct person *p = person_named(s, member_text(context, "user"));
	struct chat *c = p ? chat_of(s, &s->scn->app[0], p) : NULL;

	if (c && !chat_installed(c))
		chat_install(s, c, true, 0);
}

static void say_later(struct sim *s, json_t *context)
{
	struct person *p = person_named(s, member_text(context, "user"));
	struct chat *c = p ? chat_of(s, &s->scn->app[0], p) : NULL;

	if (c)
		chat_say(s, c, p->agent->chat.says, 0);
}

void chat_start(struct sim *s)
{
	for (size_t i = 0; i < s->scn->n_agents; i++) {
		const struct agent *a = &s->scn->agent[i];

		if (!a->user[0])
			continue;
		if (a->chat.installs)
			annex_later(s, scaled(s, a->chat.installs_ms), install_later,
				json_pack("{ss}", "user", a->user));
		if (a->chat.says[0])
			annex_later(s, scaled(s, a->chat.says_ms), say_later,
				json_pack("{ss}", "user", a->user));
	}
}

/* {"user", "do", ..}: answered when the bot's answer is there, with what became of it. */
static void control_chat(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct person *p = person_named(s, member_text(a->body, "user"));
	const char *id = member_text(a->body, "app_id"), *what = member_text(a->body, "do");
	const struct app *app = id[0] ? scenario_app(s->scn, id) : &s->scn->app[0];
	struct chat *c = p && app ? chat_of(s, app, p) : NULL;
	const char *message = member_text(a->body, "activity");
	uint32_t request = a->request->id;
	bool done = true;

	if (!c) {
		refuse(r, 404, "sim", "user, app_id: want one of the scenario's agents and apps");
	} else if (strcmp(what, "install") == 0 || strcmp(what, "uninstall") == 0) {
		chat_install(s, c, what[0] == 'i', request);
	} else if (strcmp(what, "say") == 0) {
		chat_say(s, c, member_text(a->body, "text"), request);
	} else if (strcmp(what, "press") == 0) {
		done = chat_press(s, c, message, member_text(a->body, "action"),
			json_object_get(a->body, "data"), request);
	} else if (strcmp(what, "refresh") == 0) {
		done = chat_refresh(s, c, message, true, request);
	} else if (strcmp(what, "refuse") == 0) {
		json_object_set_new(c->json, "refuses", json_string(member_text(a->body, "text")));
		r->status = 204;
	} else {
		refuse(r, 400, "sim", "do: want install, uninstall, say, press, refresh or refuse");
	}
	if (!done)
		refuse(r, 409, "sim", "there is no such message, button or refresh");
}

static const struct body_member control_m[] = { { "user", BODY_TEXT, true, 0, NULL },
	{ "do", BODY_TEXT, true, 0, NULL }, { "app_id", BODY_TEXT, false, 0, NULL },
	{ "text", BODY_TEXT, false, 8000, NULL }, { "action", BODY_TEXT, false, 0, NULL },
	{ "activity", BODY_TEXT, false, 0, NULL }, { "data", BODY_ANY, false, 0, NULL } };
static const struct body_shape control = SHAPE(control_m);

static const struct route routes[] = {
	{ ROOT_CONTROL, "POST", "chat", 0, &control, control_chat },
};

const struct routes chat_routes = { routes, ARRAY_LEN(routes) };

void chat_books(struct sim *s, json_t *books)
{
	json_t *all = json_array();

	for (size_t i = 0; i < s->annex->n_chats; i++)
		json_array_append_new(all, json_deep_copy(s->annex->chat[i].json));
	json_object_set_new(books, "chats", all);
}

void chat_free(struct annex *a)
{
	for (size_t i = 0; i < a->n_chats; i++) {
		json_decref(a->chat[i].json);
		for (size_t k = 0; k < CHAT_WINDOWS; k++)
			free(a->chat[i].window[k].at);
	}
	for (size_t i = 0; i < SCENARIO_APPS; i++)
		free(a->bot_window[i].at);
}
