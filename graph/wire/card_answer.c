/* A card, or words, as the answer of an invoke and as a message. */
#include "graph/wire/card.h"

#include "graph/wire/op_body.h"

#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { MESSAGE_BYTES_MAX = 27 * 1024 /* Teams refuses above 28 KB */ };

static char *answer(int status, const char *type, json_t *value)
{
	CLEAN(json_decref) json_t *a = json_object();

	op_set(&a, "statusCode", json_integer(status));
	op_set_text(&a, "type", type);
	op_set(&a, "value", value);
	return a ? json_dumps(a, JSON_COMPACT) : NULL;
}

char *card_answer(const char *card)
{
	return answer(200, "application/vnd.microsoft.card.adaptive", json_loads(card, 0, NULL));
}

char *card_answer_text(const char *text)
{
	return answer(200, "application/vnd.microsoft.activity.message", json_string(text));
}

char *card_answer_error(int status, const char *code, const char *message)
{
	json_t *value = json_object();

	op_set_text(&value, "code", code);
	op_set_text(&value, "message", message);
	return answer(status, "application/vnd.microsoft.error", value);
}

static enum err message(json_t *m, char **out, struct why *why)
{
	CLEAN(json_decref) json_t *owned = m;

	*out = owned ? json_dumps(owned, JSON_COMPACT) : NULL;
	if (!*out)
		return FAIL(why, E_SYSTEM, "no memory for a message");
	if (strlen(*out) <= MESSAGE_BYTES_MAX)
		return OK;
	free(*out);
	*out = NULL;
	return FAIL(why, E_LIMIT, "a message is larger than %d KB", MESSAGE_BYTES_MAX >> 10);
}

enum err message_of_card(
	const char *card, const char *summary, bool alert, char **out, struct why *why)
{
	json_t *m = json_object(), *attachment = json_object();

	op_set_text(&m, "type", "message");
	op_set_text(&m, "summary", summary);
	op_set_text(&attachment, "contentType", "application/vnd.microsoft.card.adaptive");
	op_set(&attachment, "content", json_loads(card, 0, NULL));
	op_set(&m, "attachments", op_list_of(attachment));
	if (alert) { /* also a toast, with the summary as its text */
		json_t *data = json_object(), *notification = json_object();

		op_set(&notification, "alert", json_true());
		op_set(&data, "notification", notification);
		op_set(&m, "channelData", data);
	}
	return message(m, out, why);
}

enum err message_of_text(const char *text, char **out, struct why *why)
{
	json_t *m = json_object();

	op_set_text(&m, "type", "message");
	op_set_text(&m, "textFormat", "plain");
	op_set_text(&m, "text", text);
	return message(m, out, why);
}
