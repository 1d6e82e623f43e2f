/*
 * Read by jansson and not by the tape: 650 people with their status messages are more tokens than
 * a tape holds, and an answer every few seconds need not be quick.
 */
#include "graph/wire/presence.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <jansson.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

#define PRESENCE_WORD(symbol, word) [symbol] = word,
static const char *const availabilities[AVAILABILITY_OTHER] = { AVAILABILITY_LIST(PRESENCE_WORD) };
static const char *const activities[ACTIVITY_OTHER] = { ACTIVITY_LIST(PRESENCE_WORD) };
#undef PRESENCE_WORD

const char *availability_word(enum availability a)
{
	return a < AVAILABILITY_OTHER ? availabilities[a] : "?";
}

const char *activity_word(enum activity a)
{
	return a < ACTIVITY_OTHER ? activities[a] : "?";
}

/* Its place in the list, 0 (unknown) for none, n (other) for one that is not there. */
static size_t word_read(const json_t *word, const char *const *list, size_t n)
{
	const char *text = json_string_value(word);
	size_t i = 0;

	if (!text || !text[0])
		return 0;
	while (i < n && !text_same_nocase(text, list[i]))
		i++;
	return i;
}

/* false: nobody we could have asked for. */
static bool person_read(const json_t *person, struct presence *out)
{
	const char *id = json_string_value(json_object_get(person, "id"));
	struct guid g;

	if (!id || guid_parse(id, strlen(id), &g) != OK)
		return false;
	guid_print(g, out->user_id);
	out->availability = (enum availability)word_read(
		json_object_get(person, "availability"), availabilities, ARRAY_LEN(availabilities));
	out->activity = (enum activity)word_read(
		json_object_get(person, "activity"), activities, ARRAY_LEN(activities));
	return true;
}

enum err presences_decode(
	const char *body, size_t body_bytes, struct presences *out, struct why *why)
{
	json_error_t at;
	CLEAN(json_decref) json_t *root = json_loadb(body, body_bytes, JSON_REJECT_DUPLICATES, &at);
	const json_t *value = json_object_get(root, "value"), *person;
	size_t i;

	out->n = 0;
	if (!root)
		return FAIL(
			why, E_MALFORMED, "line %d, column %d: %s", at.line, at.column, at.text);
	if (!json_is_array(value))
		return FAIL(why, E_MALFORMED, "no array \"value\"");
	json_array_foreach(value, i, person)
	{
		if (out->n == PRESENCES_MAX)
			return FAIL(why, E_LIMIT, "more than %d people", PRESENCES_MAX);
		out->n += person_read(person, &out->item[out->n]);
	}
	return OK;
}
