/* fuzz: graph/wire */

/* Webhook bodies. What is accepted must keep its own promises: every string ends, every roster lies
 * within the parties, every word is one of ours. */

#include "bot/base/text.h"
#include "graph/wire/note.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check(const struct notes *notes, const struct note *note)
{
	char line[1024];
	struct text t = TEXT(line);

	assert(note->kind <= NOTE_SHARING && note->state <= CALL_OTHER &&
		note->status <= OP_FAILED);
	assert(note->first_party + note->n_parties <= notes->n_parties);
	assert(memchr(note->client_context, 0, sizeof(note->client_context)));
	assert(memchr(note->fault, 0, sizeof(note->fault)));
	assert(!note->fault[0] || (note->kind == NOTE_OTHER && note->fault_line > 0 &&
					  note->fault_column > 0 && note->n_parties == 0));
	assert(memchr(note->op_id, 0, sizeof(note->op_id)));
	assert(memchr(note->source.name, 0, sizeof(note->source.name)));
	assert(note->recording <= notes->n_recordings);
	assert(memchr(note->op_type, 0, sizeof(note->op_type)));
	assert(memchr(note->participant_id, 0, sizeof(note->participant_id)));
	assert(memchr(note->completion_reason, 0, sizeof(note->completion_reason)));
	assert(note->context.routing <= ROUTING_OTHER);
	if (note->recording) {
		const struct recording *made = &notes->recording[note->recording - 1];

		assert(memchr(made->location, 0, sizeof(made->location)));
		assert(memchr(made->token, 0, sizeof(made->token)));
	}
	note_print(note, &t);
	assert(!strchr(line, '\n'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	static struct notes notes;
	char *exact = malloc(n + !n); /* so that a step beyond the end is seen */
	struct why why = { .text = "" };
	enum err e;

	assert(exact);
	memcpy(exact, data, n);
	e = notes_decode(exact, n, &notes, &why);
	assert(e == OK || e == E_MALFORMED || e == E_LIMIT);
	assert(e == OK || (why.text[0] && notes.line > 0 && notes.column > 0));
	if (e == OK) {
		assert(notes.n <= NOTES_MAX && notes.n_parties <= NOTE_PARTIES_MAX);
		for (size_t i = 0; i < notes.n; i++)
			check(&notes, &notes.item[i]);
	}
	free(exact);
	return 0;
}
