/* Keys of a telephone: characters with us and as stop tones, words of an enum where they are sent.
 */
#include "graph/wire/op_body.h"

#include <string.h>

static const char keys[] = "0123456789*#ABCDF";
static const char *const names[] = { "tone0", "tone1", "tone2", "tone3", "tone4", "tone5", "tone6",
	"tone7", "tone8", "tone9", "star", "pound", "a", "b", "c", "d", "flash" };

_Static_assert(ARRAY_LEN(names) == sizeof(keys) - 1, "a name a key");

enum err op_need_tones(
	const char *tones, const char *name, size_t n_max, bool with_flash, struct why *why)
{
	enum err e = op_need(tones, name, n_max, why);

	if (e != OK)
		return e;
	if (tones[strspn(tones, keys)] || (!with_flash && strchr(tones, 'F')))
		return FAIL(why, E_MALFORMED, "%s has characters beside 0-9*#ABCD%s", name,
			with_flash ? "F" : "");
	return OK;
}

json_t *op_stop_tones(const char *tones)
{
	json_t *list = json_array();

	for (; *tones; tones++)
		op_append(&list, json_stringn(tones, 1));
	return list;
}

json_t *op_tone_names(const char *tones)
{
	json_t *list = json_array();

	for (; *tones; tones++)
		op_append(&list, json_string(names[strchr(keys, *tones) - keys]));
	return list;
}
