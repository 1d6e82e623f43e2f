/* fuzz: graph/wire */

/* Activities, and the connector's answers. What is accepted must keep its own promises: every
 * string ends, every count is within its room. */

#include "graph/wire/activity.h"
#include "graph/wire/connector.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

#define ENDS(array) assert(memchr((array), 0, sizeof(array)))

static void check(const struct chat_activity *a)
{
	assert(a->kind <= CHAT_CONVERSATION && a->conversation.scope <= SCOPE_CHANNEL);
	assert(a->type[0] && a->n_added <= ACTIVITY_MEMBERS_MAX);
	ENDS(a->type), ENDS(a->id), ENDS(a->service_url), ENDS(a->channel_id), ENDS(a->name);
	ENDS(a->locale), ENDS(a->reply_to), ENDS(a->from.id), ENDS(a->from.name), ENDS(a->text);
	ENDS(a->conversation.id), ENDS(a->press.verb);
	assert(a->text[0] != ' ' && (!a->text[0] || a->text[strlen(a->text) - 1] != ' '));
	for (size_t i = 0; i < a->n_added; i++)
		ENDS(a->added[i].id), ENDS(a->added[i].name);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct chat_activity a;
	struct connector_reply r;
	char *exact = malloc(n + !n); /* so that a step beyond the end is seen */
	struct why why = { .text = "" };
	enum err e;

	assert(exact);
	memcpy(exact, data, n);
	e = activity_decode(exact, n, &a, &why);
	assert(e == OK || e == E_MALFORMED || e == E_LIMIT);
	assert(e == OK || (why.text[0] && a.line > 0 && a.column > 0));
	if (e == OK)
		check(&a);
	connector_reply_decode(exact, n, &r);
	ENDS(r.id), ENDS(r.code), ENDS(r.message), ENDS(r.service_url);
	free(exact);
	return 0;
}
