#include "graph/wire/op_body.h"

#include "bot/base/text.h"
#include "graph/wire/utf8.h"

#include <string.h>

CLEAN_FN(json_decref, json_t *)

static size_t characters(const char *text)
{
	size_t n = 0;

	for (; *text; text++)
		n += ((unsigned char)*text & 0xc0) != 0x80;
	return n;
}

enum err op_may(const char *value, const char *name, size_t chars_max, struct why *why)
{
	if (!value)
		return OK;
	if (!utf8_is_valid(value, strlen(value)))
		return FAIL(why, E_MALFORMED, "%s is not UTF-8", name);
	if (characters(value) > chars_max)
		return FAIL(why, E_MALFORMED, "%s is longer than %zu characters", name, chars_max);
	return OK;
}

enum err op_need(const char *value, const char *name, size_t chars_max, struct why *why)
{
	if (!value || !value[0])
		return FAIL(why, E_MALFORMED, "%s is missing", name);
	return op_may(value, name, chars_max, why);
}

enum err op_need_callback(const struct op_in *in, struct why *why)
{
	enum err e = op_need(in->callback_uri, "callback_uri", OP_URI_BYTES_MAX, why);

	return e == OK ? op_need_prompts(in, why) : e;
}

enum err op_need_prompts(const struct op_in *in, struct why *why)
{
	enum err e = OK;

	if (in->n_prompts > OP_PROMPTS_MAX)
		return FAIL(why, E_MALFORMED, "%zu prompts; Graph takes at most %d", in->n_prompts,
			OP_PROMPTS_MAX);
	for (size_t i = 0; i < in->n_prompts && e == OK; i++) {
		e = op_need(in->prompts[i].uri, "a prompt's uri", OP_URI_BYTES_MAX, why);
		if (e == OK)
			e = op_need(in->prompts[i].resource_id, "a prompt's resource_id", OP_ID_MAX,
				why);
	}
	return e;
}

enum err op_need_both(const char *call_id, const char *client_context, struct why *why)
{
	enum err e = op_need(call_id, "call_id", OP_ID_MAX, why);

	return e == OK ? op_need(client_context, "client_context", OP_CONTEXT_CHARS_MAX, why) : e;
}

enum err op_with_context(
	const struct op_in *in, struct op_out *out, const char *tail, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK)
		e = op_path(out, "POST", in->call_id, tail, NULL, why);
	if (e != OK)
		return e;
	body = json_object();
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}

/* Ids come from outside: all that could leave its segment of the path is escaped. */
void op_add_segment(struct text *path, const char *id)
{
	text_add(path, "/");
	for (; *id; id++) {
		bool plain = (*id >= '0' && *id <= '9') || (*id >= 'a' && *id <= 'z') ||
			     (*id >= 'A' && *id <= 'Z') || *id == '-' || *id == '_';

		text_add(path, plain ? "%c" : "%%%02X", (unsigned char)*id);
	}
}

enum err op_path(struct op_out *out, const char *method, const char *call_id, const char *tail,
	const char *participant_id, struct why *why)
{
	struct text path = TEXT(out->path);

	out->method = method;
	text_add(&path, "/v1.0/communications/calls");
	if (call_id)
		op_add_segment(&path, call_id);
	if (tail)
		text_add(&path, "%s", tail);
	if (participant_id)
		op_add_segment(&path, participant_id);
	if (path.cut)
		return FAIL(why, E_MALFORMED, "an id is too long for a path");
	return OK;
}

enum err op_party_path(const struct op_in *in, struct op_out *out, const char *method,
	const char *verb, struct why *why)
{
	struct text path;
	enum err e = op_need(in->call_id, "call_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(in->participant_id, "participant_id", OP_ID_MAX, why);
	if (e == OK)
		e = op_path(out, method, in->call_id, "/participants", in->participant_id, why);
	if (e != OK)
		return e;
	path = text_of(out->path + strlen(out->path), sizeof(out->path) - strlen(out->path));
	text_add(&path, "%s", verb);
	return path.cut ? FAIL(why, E_MALFORMED, "an id is too long for a path") : OK;
}

enum err op_party_with_context(const struct op_in *in, struct op_out *out, const char *verb,
	const struct op_prompt *prompt, struct why *why)
{
	json_t *body;
	enum err e = op_need_both(in->call_id, in->client_context, why);

	if (e == OK)
		e = op_party_path(in, out, "POST", verb, why);
	if (e != OK)
		return e;
	body = json_object();
	if (prompt)
		op_set(&body, "customPrompt", op_prompt(prompt));
	op_set_text(&body, "clientContext", in->client_context);
	return op_body(out, body, why);
}

enum err op_path_of(struct op_out *out, const char *method, const char *root, const char *id,
	const char *tail, struct why *why)
{
	struct text path = TEXT(out->path);

	out->method = method;
	text_add(&path, "%s", root);
	if (id)
		op_add_segment(&path, id);
	if (tail)
		text_add(&path, "%s", tail);
	if (path.cut)
		return FAIL(why, E_MALFORMED, "an id or a page is too long for a path");
	return OK;
}

enum err op_body(struct op_out *out, json_t *body, struct why *why)
{
	CLEAN(json_decref) json_t *owned = body;

	out->body = owned ? json_dumps(owned, JSON_COMPACT) : NULL;
	if (!out->body)
		return FAIL(why, E_SYSTEM, "no memory for a request's body");
	return OK;
}

void op_set(json_t **object, const char *name, json_t *value)
{
	if (!*object) {
		json_decref(value);
	} else if (json_object_set_new(*object, name, value) != 0) {
		json_decref(*object);
		*object = NULL;
	}
}

void op_set_text(json_t **object, const char *name, const char *value)
{
	if (value)
		op_set(object, name, json_string(value));
}

json_t *op_tagged(const char *type)
{
	json_t *object = json_object();
	char tag[96];
	struct text t = TEXT(tag);

	text_add(&t, "#microsoft.graph.%s", type);
	op_set_text(&object, "@odata.type", tag);
	return object;
}

void op_append(json_t **list, json_t *value)
{
	if (!*list) {
		json_decref(value);
	} else if (json_array_append_new(*list, value) != 0) {
		json_decref(*list);
		*list = NULL;
	}
}

json_t *op_list_of(json_t *one)
{
	json_t *list = json_array();

	op_append(&list, one);
	return list;
}

json_t *op_modalities(void)
{
	return op_list_of(json_string("audio"));
}

static json_t *op_media_info(const struct op_prompt *prompt)
{
	json_t *info = op_tagged("mediaInfo");

	op_set_text(&info, "uri", prompt->uri);
	op_set_text(&info, "resourceId", prompt->resource_id);
	return info;
}

static json_t *prefetch(const struct op_in *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n_prompts; i++)
		op_append(&list, op_media_info(&in->prompts[i]));
	return list;
}

json_t *op_prompt(const struct op_prompt *prompt)
{
	json_t *one = op_tagged("mediaPrompt");

	op_set(&one, "mediaInfo", op_media_info(prompt));
	return one;
}

json_t *op_prompts(const struct op_in *in)
{
	json_t *list = json_array();

	for (size_t i = 0; i < in->n_prompts; i++)
		op_append(&list, op_prompt(&in->prompts[i]));
	return list;
}

json_t *op_media_config(const struct op_in *in)
{
	json_t *media = op_tagged(
		in->media_blob ? "appHostedMediaConfig" : "serviceHostedMediaConfig");

	if (in->media_blob)
		op_set_text(&media, "blob", in->media_blob);
	else if (in->n_prompts > 0)
		op_set(&media, "preFetchMedia", prefetch(in));
	return media;
}

json_t *op_call_options(const struct op_call_options *o, const char *type)
{
	json_t *options = op_tagged(type);

	op_set(&options, "hideBotAfterEscalation", json_boolean(o->hide_bot_after_escalation));
	op_set(&options, "isContentSharingNotificationEnabled",
		json_boolean(o->content_sharing_notification));
	op_set(&options, "isDeltaRosterEnabled", json_boolean(o->delta_roster));
	op_set(&options, "isInteractiveRosterEnabled", json_boolean(o->interactive_roster));
	return options;
}
