/*
 * POST /users/{id}/teamwork/sendActivityNotification: a line in a person's activity feed, as good
 * as its delivery, which nothing bounds. The app is installed for her, its manifest names the
 * type, TeamsActivity.Send is given.
 * A preview that is too long is cut: it is for the eye.
 * Uses user_id, feed.type, .preview, .topic, .url (a deep link of Teams); the topic is also the
 * one template parameter, "queue".
 */
#include "graph/wire/op_body.h"

enum { PREVIEW_CHARS_MAX = 150, TOPIC_CHARS_MAX = 128, TYPE_CHARS_MAX = 64 };

/* Whole characters, as Graph counts them. */
static size_t preview_bytes(const char *text)
{
	size_t n = 0, chars = 0;

	for (; text[n]; n++)
		if (((unsigned char)text[n] & 0xc0) != 0x80 && ++chars > PREVIEW_CHARS_MAX)
			break;
	return n;
}

static enum err check(const struct op_in *in, struct why *why)
{
	const struct op_feed *f = in->feed;
	enum err e = op_need(in->user_id, "user_id", OP_ID_MAX, why);

	if (e == OK)
		e = op_need(f ? f->type : NULL, "feed.type", TYPE_CHARS_MAX, why);
	if (e == OK)
		e = op_need(f->preview, "feed.preview", SIZE_MAX, why);
	if (e == OK)
		e = op_need(f->topic, "feed.topic", TOPIC_CHARS_MAX, why);
	return e == OK ? op_need(f->url, "feed.url", OP_URI_BYTES_MAX, why) : e;
}

enum err op_send_activity_notification(const struct op_in *in, struct op_out *out, struct why *why)
{
	json_t *body, *topic, *preview, *parameter;
	enum err e = check(in, why);

	if (e == OK)
		e = op_path_of(out, "POST", "/v1.0/users", in->user_id,
			"/teamwork/sendActivityNotification", why);
	if (e != OK)
		return e;
	body = json_object();
	topic = json_object();
	preview = json_object();
	parameter = json_object();
	op_set_text(&topic, "source", "text");
	op_set_text(&topic, "value", in->feed->topic);
	op_set_text(&topic, "webUrl", in->feed->url);
	op_set(&preview, "content",
		json_stringn(in->feed->preview, preview_bytes(in->feed->preview)));
	op_set_text(&parameter, "name", "queue");
	op_set_text(&parameter, "value", in->feed->topic);
	op_set(&body, "topic", topic);
	op_set_text(&body, "activityType", in->feed->type);
	op_set(&body, "previewText", preview);
	op_set(&body, "templateParameters", op_list_of(parameter));
	return op_body(out, body, why);
}
