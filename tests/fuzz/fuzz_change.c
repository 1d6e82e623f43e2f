/* fuzz: graph/wire */

/* Change notifications, which reach us without a token. What is accepted keeps its promises: text
 * ends within the room, counts within their limits. */

#include "graph/wire/change.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static struct changes got;

static void in_room(const char *text)
{
	bool inside = text >= got.room && text < got.room + got.room_used;

	assert(!*text || (inside && memchr(text, 0, (size_t)(got.room + got.room_used - text))));
}

static void check(const struct change *c)
{
	char id[NOTE_ID_MAX];

	in_room(c->client_state);
	in_room(c->resource);
	in_room(c->data_type);
	in_room(c->data_id);
	in_room(c->encrypted.data);
	in_room(c->encrypted.thumbprint);
	assert(!c->is_encrypted || (*c->encrypted.data && *c->encrypted.certificate_id));
	assert(strlen(c->client_state) < CHANGE_STATE_MAX);
	if (change_entity_id(c, id))
		assert(*id && strlen(id) < NOTE_ID_MAX);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	char *exact = malloc(n + !n);
	struct why why = { .text = "" };
	enum err e;

	assert(exact);
	memcpy(exact, data, n);
	e = changes_decode(exact, n, &got, &why);
	assert(e == OK || e == E_MALFORMED || e == E_LIMIT);
	assert(e == OK || (why.text[0] && got.line > 0 && got.column > 0));
	if (e == OK) {
		assert(got.n <= CHANGES_MAX && got.n_tokens <= CHANGE_TOKENS_MAX);
		for (size_t i = 0; i < got.n; i++)
			check(&got.item[i]);
		for (size_t i = 0; i < got.n_tokens; i++)
			in_room(got.token[i]);
	}
	free(exact);
	return 0;
}
