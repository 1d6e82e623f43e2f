#include "graph/wire/activity.h"

#include "graph/wire/note_read.h"

#include <string.h>

static const struct word kinds[] = {
	{ "message", CHAT_MESSAGE },
	{ "invoke", CHAT_INVOKE },
	{ "installationUpdate", CHAT_INSTALLATION },
	{ "conversationUpdate", CHAT_CONVERSATION },
};

static const struct word scopes[] = {
	{ "personal", SCOPE_PERSONAL },
	{ "groupChat", SCOPE_GROUP },
	{ "channel", SCOPE_CHANNEL },
};

static const struct word changes[] = {
	{ "add", INSTALL_ADD },
	{ "add-upgrade", INSTALL_ADD },
	{ "remove", INSTALL_REMOVE },
	/* Removed to be added again in a newer version: nothing ends. */
	{ "remove-upgrade", INSTALL_OTHER },
};

static enum err read_one(struct reader *r, uint32_t object, struct activity_party *out)
{
	enum err e = read_id(r, object, "id", out->id, sizeof(out->id));

	if (e == OK)
		e = read_guid(r, object, "aadObjectId", &out->user);
	return e == OK ? read_text(r, object, "name", out->name, sizeof(out->name)) : e;
}

static enum err read_person(
	struct reader *r, uint32_t object, const char *name, struct activity_party *out)
{
	uint32_t at;
	enum err e = read_member(r, object, name, TAPE_OBJECT, &at);

	return e == OK && at ? read_one(r, at, out) : e;
}

static enum err read_conversation(struct reader *r, struct chat_activity *out)
{
	struct guid data_tenant = { { 0 } };
	uint32_t at, data, tenant = 0;
	int scope = SCOPE_OTHER;
	enum err e = read_member(r, 0, "conversation", TAPE_OBJECT, &at);

	if (e == OK && at)
		e = read_id(r, at, "id", out->conversation.id, sizeof(out->conversation.id));
	if (e == OK && at)
		e = read_word(
			r, at, "conversationType", scopes, ARRAY_LEN(scopes), SCOPE_OTHER, &scope);
	if (e == OK && at)
		e = read_guid(r, at, "tenantId", &out->tenant);
	out->conversation.scope = (enum activity_scope)scope;
	if (e == OK)
		e = read_member(r, 0, "channelData", TAPE_OBJECT, &data);
	if (e == OK && data)
		e = read_member(r, data, "tenant", TAPE_OBJECT, &tenant);
	if (e == OK && tenant)
		e = read_guid(r, tenant, "id", &data_tenant);
	if (e != OK || guid_is_none(data_tenant))
		return e;
	if (!guid_is_none(out->tenant) && !guid_same(out->tenant, data_tenant)) {
		r->wrong = tenant;
		return FAIL(r->why, E_MALFORMED,
			"conversation.tenantId and channelData.tenant.id differ");
	}
	out->tenant = data_tenant;
	return OK;
}

static bool is_space(const char *at, size_t *bytes)
{
	*bytes = 1;
	if (*at == ' ' || *at == '\n' || *at == '\r' || *at == '\t')
		return true;
	*bytes = 2; /* no-break space, which Teams puts behind a mention */
	return at[0] == '\xc2' && at[1] == '\xa0';
}

/* Outer spaces go. */
static void trim(char *text)
{
	size_t from = 0, n, end = 0;

	while (text[from] && is_space(text + from, &n))
		from += n;
	n = strlen(text + from);
	memmove(text, text + from, n + 1);
	for (size_t i = 0, step; text[i]; i += step) {
		bool space = is_space(text + i, &step);

		if (!space)
			step = 1, end = i + 1;
	}
	text[end] = '\0';
}

static void take_out(char *text, const char *what)
{
	size_t n = strlen(what);
	char *at = n ? strstr(text, what) : NULL;

	if (at)
		memmove(at, at + n, strlen(at + n) + 1);
}

/* In a channel the text names the bot: "<at>Foyer</at> status". Its entity holds the same words. */
static enum err read_words(struct reader *r, struct chat_activity *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t entities;
	enum err e = read_text(r, 0, "text", out->text, sizeof(out->text));

	if (e == OK)
		e = read_member(r, 0, "entities", TAPE_ARRAY, &entities);
	if (e == OK && entities)
		for (uint32_t i = entities + 1; i < token[entities].next && e == OK;
			i = token[i].next) {
			char type[16] = "", mention[ACTIVITY_NAME_MAX] = "";

			if (token[i].kind != TAPE_OBJECT)
				return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
			e = read_text(r, i, "type", type, sizeof(type));
			if (e != OK || !text_same_nocase(type, "mention"))
				continue;
			e = read_text(r, i, "text", mention, sizeof(mention));
			take_out(out->text, mention);
		}
	trim(out->text);
	return e;
}

static enum err read_number(struct reader *r, uint32_t object, const char *name, uint32_t *out)
{
	int64_t value = 0;
	enum err e = read_integer(r, object, name, &value);

	*out = value > 0 && value <= UINT32_MAX ? (uint32_t)value : 0;
	return e;
}

static enum err read_data(struct reader *r, uint32_t data, struct card_press *out)
{
	enum err e = OK;

	if (!out->verb[0])
		e = read_text(r, data, "verb", out->verb, sizeof(out->verb));
	if (e == OK)
		e = read_number(r, data, "contact", &out->contact);
	if (e == OK)
		e = read_number(r, data, "attempt", &out->attempt);
	return e == OK ? read_number(r, data, "rev", &out->rev) : e;
}

/* An Action.Execute brings value.action.data, the older Action.Submit its data as value. A value of
 * another kind belongs to an activity that is not ours. */
static enum err read_press(struct reader *r, struct chat_activity *out)
{
	uint32_t value = tape_member(&r->tape, 0, "value"), action, data;
	char trigger[16] = "";
	enum err e;

	if (!value || r->tape.token[value].kind != TAPE_OBJECT)
		return OK;
	if (out->kind == CHAT_MESSAGE)
		return read_data(r, value, &out->press);
	if (out->kind != CHAT_INVOKE || strcmp(out->name, "adaptiveCard/action") != 0)
		return OK;
	e = read_text(r, value, "trigger", trigger, sizeof(trigger));
	out->press.automatic = text_same_nocase(trigger, "automatic");
	if (e == OK)
		e = read_member(r, value, "action", TAPE_OBJECT, &action);
	if (e != OK || !action)
		return e;
	e = read_text(r, action, "verb", out->press.verb, sizeof(out->press.verb));
	if (e == OK)
		e = read_member(r, action, "data", TAPE_OBJECT, &data);
	return e == OK && data ? read_data(r, data, &out->press) : e;
}

static enum err read_added(struct reader *r, struct chat_activity *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, "membersAdded", TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; i < token[array].next && e == OK; i = token[i].next) {
		struct activity_party one = { .id = "" };

		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		e = read_one(r, i, &one);
		if (strcmp(one.id, out->recipient.id) == 0)
			out->bot_added = true;
		else if (out->n_added < ACTIVITY_MEMBERS_MAX)
			out->added[out->n_added++] = one;
	}
	return e;
}

static enum err read_removed(struct reader *r, struct chat_activity *out)
{
	const struct tape_token *token = r->tape.token;
	uint32_t array;
	enum err e = read_member(r, 0, "membersRemoved", TAPE_ARRAY, &array);

	if (e != OK || !array)
		return e;
	for (uint32_t i = array + 1; i < token[array].next && e == OK; i = token[i].next) {
		struct activity_party one = { .id = "" };

		if (token[i].kind != TAPE_OBJECT)
			return read_wrong(r, i, tape_kind_text(TAPE_OBJECT));
		e = read_one(r, i, &one);
		out->bot_removed |= strcmp(one.id, out->recipient.id) == 0;
	}
	return e;
}

static enum err read_head(struct reader *r, struct chat_activity *out)
{
	const struct {
		const char *name;
		char *out;
		size_t size;
	} ids[] = {
		{ "id", out->id, sizeof(out->id) },
		{ "serviceUrl", out->service_url, sizeof(out->service_url) },
		{ "channelId", out->channel_id, sizeof(out->channel_id) },
		{ "replyToId", out->reply_to, sizeof(out->reply_to) },
	};
	int kind = CHAT_OTHER, change = INSTALL_OTHER;
	enum err e = read_word(r, 0, "type", kinds, ARRAY_LEN(kinds), CHAT_OTHER, &kind);

	for (size_t i = 0; i < ARRAY_LEN(ids) && e == OK; i++)
		e = read_id(r, 0, ids[i].name, ids[i].out, ids[i].size);
	if (e == OK)
		e = read_text(r, 0, "type", out->type, sizeof(out->type));
	if (e == OK)
		e = read_text(r, 0, "name", out->name, sizeof(out->name));
	if (e == OK)
		e = read_text(r, 0, "locale", out->locale, sizeof(out->locale));
	if (e == OK && kind == CHAT_INSTALLATION)
		e = read_word(r, 0, "action", changes, ARRAY_LEN(changes), INSTALL_OTHER, &change);
	out->kind = (enum activity_kind)kind;
	out->change = (enum activity_change)change;
	return e;
}

static enum err read_activity(struct reader *r, struct chat_activity *out)
{
	enum err e;

	if (r->tape.token[0].kind != TAPE_OBJECT)
		return read_wrong(r, 0, tape_kind_text(TAPE_OBJECT));
	e = read_head(r, out);
	if (e == OK && !out->type[0])
		return FAIL(r->why, E_MALFORMED, "an activity without a type");
	if (e == OK)
		e = read_person(r, 0, "from", &out->from);
	if (e == OK)
		e = read_person(r, 0, "recipient", &out->recipient);
	if (e == OK)
		e = read_conversation(r, out);
	if (e == OK)
		e = read_words(r, out);
	if (e == OK)
		e = read_press(r, out);
	if (e == OK && out->kind == CHAT_CONVERSATION)
		e = read_added(r, out);
	return e == OK && out->kind == CHAT_CONVERSATION ? read_removed(r, out) : e;
}

enum err activity_decode(
	const char *body, size_t body_bytes, struct chat_activity *out, struct why *why)
{
	struct reader r;
	enum err e;

	memset(out, 0, sizeof(*out));
	r.why = why;
	r.wrong = 0;
	e = tape_read(&r.tape, body, body_bytes, why);
	if (e != OK) {
		out->line = r.tape.line;
		out->column = r.tape.column;
		return e;
	}
	e = read_activity(&r, out);
	if (e != OK)
		tape_place(&r.tape, r.wrong, &out->line, &out->column);
	return e;
}
