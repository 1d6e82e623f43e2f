/*
 * The Bot Connector: conversations opened, messages and cards sent, edited and withdrawn.
 * Source: Bot Framework REST, Connector service; Teams' rate limits for bots.
 */
#include "graph/sim/annex_inside.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

enum {
	MESSAGE_BYTES_MAX = 28 * 1024,
	BOT_MAX = 30, /* a second, of one bot; elsewhere 50 is printed */
	REFRESH_USERS_MAX = 60,
};

static const struct {
	size_t max;
	uint64_t span_ms;
} limits[CHAT_WINDOWS] = { { 7, 1000 }, { 8, 2000 }, { 60, 30000 }, { 1800, 3600000 } };

/* Single-tenant bots speak with the token of their own tenant. NULL: refused. */
static const struct app *bot_of(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct app *app = scenario_app(s->scn, a->request->bearer.app_id);

	if (text_same_nocase(a->request->bearer.tenant, app->tenant[0]))
		return app;
	refuse(r, 401, "BotNotRegistered", "The token is not of the bot's own tenant.");
	return NULL;
}

static bool within_limit(struct sim *s, const struct app *app, struct chat *c, struct reply *r)
{
	struct window *bot = &s->annex->bot_window[app - s->scn->app];
	uint64_t wait = window_full(bot, s->now_ms, scaled(s, 1000));

	for (size_t i = 0; c && i < CHAT_WINDOWS; i++) {
		uint64_t more = window_full(&c->window[i], s->now_ms, scaled(s, limits[i].span_ms));

		wait = more > wait ? more : wait;
	}
	if (wait) {
		s->count.throttled++;
		refuse(r, 429, "Throttled", "Too many requests.");
		r->retry_after_s = (double)wait / 1000;
		return false;
	}
	window_add(bot, BOT_MAX, s->now_ms);
	for (size_t i = 0; c && i < CHAT_WINDOWS; i++)
		window_add(&c->window[i], limits[i].max, s->now_ms);
	return true;
}

/* What the person, her admin or the service has against it. */
static bool willing(const struct chat *c, struct reply *r)
{
	static const struct {
		const char *code;
		int status;
		double retry_after_s; /* 0: not told */
	} kinds[] = { { "PreconditionFailed", 412, 0 }, { "Throttled", 429, 1 },
		{ "BadGateway", 502, 0 }, { "ConversationNotFound", 404, 0 } };
	const char *refuses = member_text(c->json, "refuses");
	int status = 403;

	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		if (strcmp(kinds[i].code, refuses) == 0) {
			status = kinds[i].status;
			r->retry_after_s = kinds[i].retry_after_s;
		}
	if (refuses[0])
		refuse(r, status, refuses, "The message was not taken.");
	else if (!chat_installed(c))
		refuse(r, 403, "BotNotInConversationRoster",
			"The bot is not part of the conversation roster.");
	return r->status == 0;
}

static struct chat *chat_asked(
	struct sim *s, const struct annex_ask *a, bool write, struct reply *r)
{
	const struct app *app = bot_of(s, a, r);
	struct chat *c = app ? chat_by_conversation(s, a->id[0]) : NULL;

	if (!app)
		return NULL;
	if (!c || c->app != app) {
		refuse(r, 404, "ConversationNotFound", "Conversation not found.");
		return NULL;
	}
	if (!willing(c, r) || !within_limit(s, app, write ? c : NULL, r))
		return NULL;
	return c;
}

static struct chat *chat_of_member(
	struct sim *s, const struct app *app, const char *tenant, const char *member)
{
	struct person *p = person_of(s, tenant, member);

	if (p)
		return chat_of(s, app, p);
	for (size_t i = 0; i < s->annex->n_chats; i++) {
		struct chat *c = &s->annex->chat[i];

		if (c->app == app && strcmp(member_text(c->json, "member"), member) == 0 &&
			text_same_nocase(c->person->agent->tenant, tenant))
			return c;
	}
	return NULL;
}

static void conversation_open(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	const struct app *app = bot_of(s, a, r);
	json_t *members = json_object_get(a->body, "members");
	json_t *channel = json_object_get(json_object_get(a->body, "channelData"), "tenant");
	const char *tenant = member_text(a->body, "tenantId");
	const char *member = member_text(json_array_get(members, 0), "id");
	const char *bot = member_text(json_object_get(a->body, "bot"), "id");
	struct chat *c;

	if (!app || !within_limit(s, app, NULL, r))
		return;
	if (json_is_true(json_object_get(a->body, "isGroup")) || json_array_size(members) != 1)
		refuse(r, 400, "BadSyntax", "A personal conversation has one member.");
	else if (channel && !text_same_nocase(member_text(channel, "id"), tenant))
		refuse(r, 400, "BadArgument", "channelData.tenant.id is not tenantId.");
	else if (strncmp(bot, "28:", 3) != 0 || !text_same_nocase(bot + 3, app->app_id))
		refuse(r, 400, "BadArgument", "bot.id is not 28: and the application's id.");
	else if (strchr(member, '@'))
		refuse(r, 400, "BadArgument", "Bad format of the member's id.");
	if (r->status)
		return;
	c = chat_of_member(s, app, tenant, member);
	if (!c)
		refuse(r, 404, "NotFound", "The member is not known in this tenant.");
	else if (willing(c, r))
		*r = (struct reply){ .status = 201,
			.body = json_pack("{ss}", "id", member_text(c->json, "conversation")) };
}

static bool card_check(json_t *card, struct reply *r)
{
	const char *version = member_text(card, "version");
	json_t *refresh = json_object_get(card, "refresh");
	json_t *users = json_object_get(refresh, "userIds");

	if (strcmp(member_text(card, "type"), "AdaptiveCard") != 0)
		refuse(r, 400, "BadArgument", "content: want an object of type AdaptiveCard.");
	else if (strlen(version) != 3 || version[0] != '1' || version[1] != '.' || version[2] > '5')
		refuse(r, 400, "BadArgument", "version: want \"1.5\" or less.");
	else if (!json_is_array(json_object_get(card, "body")))
		refuse(r, 400, "BadArgument", "body: want a list.");
	else if (refresh && strcmp(member_text(json_object_get(refresh, "action"), "type"),
				    "Action.Execute") != 0)
		refuse(r, 400, "BadArgument", "refresh.action: want an Action.Execute.");
	else if (json_array_size(users) > REFRESH_USERS_MAX)
		refuse(r, 400, "BadArgument", "refresh.userIds: more than 60.");
	return r->status == 0;
}

/* The card of an activity, borrowed; NULL also when there is none. */
static json_t *card_of(json_t *activity, struct reply *r)
{
	json_t *attachments = json_object_get(activity, "attachments"), *one;
	size_t i;

	json_array_foreach(attachments, i, one)
	{
		json_t *content = json_object_get(one, "content");

		if (strcmp(member_text(one, "contentType"),
			    "application/vnd.microsoft.card.adaptive") != 0)
			continue;
		return card_check(content, r) ? content : NULL;
	}
	return NULL;
}

static bool activity_check(const struct annex_ask *a, json_t **card, struct reply *r)
{
	*card = card_of(a->body, r);
	if (r->status)
		return false;
	if (a->request->body_bytes > MESSAGE_BYTES_MAX)
		refuse(r, 413, "MessageSizeTooBig", "The message is larger than 28 KB.");
	else if (strcmp(member_text(a->body, "type"), "message") == 0 && !*card &&
		 !member_text(a->body, "text")[0])
		refuse(r, 400, "BadArgument", "The message has neither text nor a card.");
	return r->status == 0;
}

static void version_add(struct sim *s, json_t *message, json_t *activity, json_t *card)
{
	json_array_append_new(json_object_get(message, "versions"),
		json_pack("{sI, sO}", "at_ms", (json_int_t)book_now(s), "activity", activity));
	if (card)
		json_object_set(message, "card", card);
	else
		json_object_del(message, "card");
}

static void activity_post(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct chat *c = chat_asked(s, a, true, r);
	json_t *card = NULL, *message;
	char id[32];

	if (!c || !activity_check(a, &card, r))
		return;
	snprintf(id, sizeof(id), "1%012llu",
		(unsigned long long)rng_below(&s->rng, 999999999999ull));
	r->status = 201;
	r->body = json_pack("{ss}", "id", id);
	if (strcmp(member_text(a->body, "type"), "message") != 0)
		return; /* typing, and the like: nobody keeps it */
	message = json_pack("{ss, sI, sb, s[]}", "id", id, "at_ms", (json_int_t)book_now(s),
		"deleted", false, "versions");
	version_add(s, message, a->body, card);
	json_array_append_new(json_object_get(c->json, "messages"), message);
	chat_forget_old(c);
	chat_posted(s, c, message);
}

static json_t *message_asked(
	struct sim *s, const struct annex_ask *a, struct chat **c, struct reply *r)
{
	json_t *message;

	*c = chat_asked(s, a, true, r);
	message = *c ? chat_message(*c, a->id[1]) : NULL;
	if (*c && !message)
		refuse(r, 404, "ActivityNotFoundInConversation", "The activity was not found.");
	return message;
}

static void activity_put(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct chat *c;
	json_t *message = message_asked(s, a, &c, r), *card = NULL;

	if (!message || !activity_check(a, &card, r))
		return;
	version_add(s, message, a->body, card);
	chat_edited(s, c, message);
	r->status = 200;
	r->body = json_pack("{ss}", "id", a->id[1]);
}

static void activity_delete(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct chat *c;
	json_t *message = message_asked(s, a, &c, r);

	if (!message)
		return;
	json_object_set_new(message, "deleted", json_true());
	r->status = 200;
}

static json_t *member_json(const struct chat *c)
{
	return json_pack("{ss, ss, ss, ss, ss}", "id", member_text(c->json, "member"), "name",
		c->person->agent->name, "aadObjectId", c->person->agent->user, "tenantId",
		c->person->agent->tenant, "userRole", "user");
}

static void member_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct chat *c = chat_asked(s, a, false, r);

	if (!c)
		return;
	if (strcmp(a->id[1], member_text(c->json, "member")) != 0 &&
		!text_same_nocase(a->id[1], c->person->agent->user)) {
		refuse(r, 404, "MemberNotFoundInConversation", "The member was not found.");
		return;
	}
	r->status = 200;
	r->body = member_json(c);
}

static void members_get(struct sim *s, const struct annex_ask *a, struct reply *r)
{
	struct chat *c = chat_asked(s, a, false, r);

	if (!c)
		return;
	r->status = 200;
	r->body = json_pack("{s[o]}", "members", member_json(c));
}

static const struct body_member account_m[] = { { "id", BODY_TEXT, true, 0, NULL },
	{ "name", BODY_TEXT, false, 0, NULL }, { "aadObjectId", BODY_TEXT, false, 0, NULL },
	{ "role", BODY_TEXT, false, 0, NULL } };
static const struct body_shape account = SHAPE(account_m);
static const struct body_member conversation_m[] = { { "id", BODY_TEXT, true, 0, NULL },
	{ "tenantId", BODY_TEXT, false, 0, NULL },
	{ "conversationType", BODY_TEXT, false, 0, NULL }, { "isGroup", BODY_FLAG, false, 0, NULL },
	{ "name", BODY_TEXT, false, 0, NULL } };
static const struct body_shape conversation = SHAPE(conversation_m);
static const struct body_member attachment_m[] = { { "contentType", BODY_TEXT, true, 0, NULL },
	{ "content", BODY_ANY, false, 0, NULL }, { "contentUrl", BODY_TEXT, false, 0, NULL },
	{ "name", BODY_TEXT, false, 0, NULL }, { "thumbnailUrl", BODY_TEXT, false, 0, NULL } };
static const struct body_shape attachment = SHAPE(attachment_m);
static const struct body_member activity_m[] = { { "type", BODY_TEXT, true, 0, NULL },
	{ "id", BODY_TEXT, false, 0, NULL }, { "text", BODY_TEXT, false, 0, NULL },
	{ "textFormat", BODY_TEXT, false, 0, NULL }, { "summary", BODY_TEXT, false, 0, NULL },
	{ "locale", BODY_TEXT, false, 0, NULL }, { "channelId", BODY_TEXT, false, 0, NULL },
	{ "serviceUrl", BODY_TEXT, false, 0, NULL }, { "replyToId", BODY_TEXT, false, 0, NULL },
	{ "inputHint", BODY_TEXT, false, 0, NULL }, { "importance", BODY_TEXT, false, 0, NULL },
	{ "attachmentLayout", BODY_TEXT, false, 0, NULL },
	{ "from", BODY_OBJECT, false, 0, &account },
	{ "recipient", BODY_OBJECT, false, 0, &account },
	{ "conversation", BODY_OBJECT, false, 0, &conversation },
	{ "attachments", BODY_OBJECTS, false, 10, &attachment },
	{ "entities", BODY_ANY, false, 0, NULL }, { "channelData", BODY_ANY, false, 0, NULL } };
static const struct body_shape activity = SHAPE(activity_m);
static const struct body_member tenant_m[] = { { "id", BODY_TEXT, true, 0, NULL } };
static const struct body_shape tenant = SHAPE(tenant_m);
static const struct body_member channel_m[] = { { "tenant", BODY_OBJECT, false, 0, &tenant } };
static const struct body_shape channel = SHAPE(channel_m);
static const struct body_member open_m[] = { { "bot", BODY_OBJECT, true, 0, &account },
	{ "members", BODY_OBJECTS, true, 0, &account }, { "tenantId", BODY_TEXT, true, 0, NULL },
	{ "isGroup", BODY_FLAG, false, 0, NULL },
	{ "channelData", BODY_OBJECT, false, 0, &channel } };
static const struct body_shape open_shape = SHAPE(open_m);

static const struct route routes[] = {
	{ ROOT_CONNECTOR, "POST", "conversations", 0, &open_shape, conversation_open },
	{ ROOT_CONNECTOR, "POST", "conversations/*/activities", 0, &activity, activity_post },
	{ ROOT_CONNECTOR, "PUT", "conversations/*/activities/*", 0, &activity, activity_put },
	{ ROOT_CONNECTOR, "DELETE", "conversations/*/activities/*", 0, NULL, activity_delete },
	{ ROOT_CONNECTOR, "GET", "conversations/*/members/*", 0, NULL, member_get },
	{ ROOT_CONNECTOR, "GET", "conversations/*/pagedmembers", 0, NULL, members_get },
};

const struct routes connector_routes = { routes, ARRAY_LEN(routes) };
