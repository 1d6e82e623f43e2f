/* Every request we can write, against its golden file; and what is refused. */

#include "graph/wire/op.h"
#include "tests/graph/wire/files.h"

#include <jansson.h>

static const struct op_prompt prompts[] = {
	{ "https://cc.example.com/p/9f86d081884c7d65.wav", "2c26b46b-68ff-4c68-9f45-3a5c0d8e7f11" },
	{ "https://cc.example.com/p/60303ae22b998861.wav", "fcde2b2e-dba5-4bf4-8860-1fb721fe9b5c" },
};

static const struct op_in all = {
	.call_id = "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01",
	.participant_id = "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264",
	.callback_uri = "https://cc.example.com/api/calls?k=s3cr3t",
	.client_context = "17",
	.tenant_id = "11111111-aaaa-4bbb-8ccc-222222222222",
	.user_id = "3f1d6a52-9c7e-4b0a-8d5f-c2e1b4a79680",
	.user_name = "Ada Agent",
	.reason = "busy",
	.prompts = prompts,
	.n_prompts = ARRAY_LEN(prompts),
};

static char *golden_text(const struct op_out *out)
{
	json_t *body = out->body ? json_loads(out->body, JSON_REJECT_DUPLICATES, NULL) : NULL;
	json_t *whole = json_pack(
		"{s:s, s:s, s:o*}", "method", out->method, "path", out->path, "body", body);
	char *text = json_dumps(whole, JSON_INDENT(2)), *line;

	assert_true(!out->body || body);
	json_decref(whole);
	assert_true(asprintf(&line, "%s\n", text) > 0);
	free(text);
	return line;
}

static void write_and_compare(enum op_kind kind, const struct op_in *in, const char *name)
{
	struct op_out out;
	struct why why;
	char path[128], *text;

	if (op_write(kind, in, &out, &why) != OK)
		fail_msg("%s: %s", name, why.text);
	snprintf(path, sizeof(path), "tests/golden/wire/%s.json", name);
	text = golden_text(&out);
	golden_compare(path, text);
	free(text);
	free(out.body);
}

static void every_operation_is_its_golden_request(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		write_and_compare((enum op_kind)kind, &all, op_name((enum op_kind)kind));
}

static void variants_are_their_golden_requests(void **state)
{
	struct op_in in = all;

	(void)state;
	in.n_prompts = 0;
	in.user_name = NULL;
	write_and_compare(OP_ANSWER, &in, "answer-bare");
	write_and_compare(OP_INVITE, &in, "invite-nameless");
	in.media_blob = "{\"mpUri\":\"net.tcp://relay.example.com:20100/MediaProcessor\"}";
	write_and_compare(OP_ANSWER, &in, "answer-app-hosted");
	write_and_compare(OP_CREATE_CALL, &in, "createCall-app-hosted");
}

static char *text_of_length(size_t n, const char *character)
{
	size_t bytes = strlen(character);
	char *text = calloc(n, bytes + 1);

	assert_non_null(text);
	for (size_t i = 0; i < n; i++)
		memcpy(text + i * bytes, character, bytes);
	return text;
}

static void refused(enum op_kind kind, const struct op_in *in, const char *wanted)
{
	struct op_out out;
	struct why why;

	assert_int_equal(op_write(kind, in, &out, &why), E_MALFORMED);
	assert_null(out.body);
	if (!strstr(why.text, wanted))
		fail_msg("%s: \"%s\" does not name %s", op_name(kind), why.text, wanted);
}

#define REFUSED(kind, member, value, wanted)   \
	do {                                   \
		struct op_in in_ = all;        \
                                               \
		in_.member = (value);          \
		refused(kind, &in_, (wanted)); \
	} while (0)

static void what_is_missing_is_named(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (kind != OP_CREATE_CALL)
			REFUSED((enum op_kind)kind, call_id, NULL, "call_id");
	REFUSED(OP_ANSWER, call_id, "", "call_id");
	REFUSED(OP_ANSWER, callback_uri, NULL, "callback_uri");
	REFUSED(OP_REJECT, callback_uri, NULL, "callback_uri");
	REFUSED(OP_REJECT, reason, "Busy", "busy");
	REFUSED(OP_REJECT, reason, NULL, "busy");
	REFUSED(OP_CREATE_CALL, callback_uri, NULL, "callback_uri");
	REFUSED(OP_CREATE_CALL, tenant_id, NULL, "tenant_id");
	REFUSED(OP_CREATE_CALL, user_id, NULL, "user_id");
	REFUSED(OP_TRANSFER, user_id, NULL, "user_id");
	REFUSED(OP_INVITE, user_id, NULL, "user_id");
	REFUSED(OP_INVITE, client_context, NULL, "client_context");
	REFUSED(OP_PLAY_PROMPT, client_context, NULL, "client_context");
	REFUSED(OP_SUBSCRIBE_TO_TONE, client_context, "", "client_context");
	REFUSED(OP_CANCEL_MEDIA, client_context, NULL, "client_context");
	REFUSED(OP_PLAY_PROMPT, n_prompts, 0, "prompts");
	REFUSED(OP_PLAY_PROMPT, n_prompts, 21, "21 prompts");
	REFUSED(OP_REMOVE_PARTICIPANT, participant_id, NULL, "participant_id");
	REFUSED(OP_INVITE, user_name, "\xff", "user_name");
}

static void a_prompt_wants_both_its_members(void **state)
{
	const struct op_prompt bare[] = { { NULL, "x" }, { "https://x", NULL } };

	(void)state;
	REFUSED(OP_PLAY_PROMPT, prompts, bare, "uri");
	REFUSED(OP_PLAY_PROMPT, prompts, bare + 1, "resource_id"); /* n_prompts: the first fails */
}

static void client_context_holds_256_characters_and_no_more(void **state)
{
	char *most = text_of_length(256, "ü"), *more = text_of_length(257, "x");
	struct op_in in = all;
	struct op_out out;

	(void)state;
	in.client_context = most;
	assert_int_equal(op_write(OP_INVITE, &in, &out, NULL), OK);
	free(out.body);
	REFUSED(OP_INVITE, client_context, more, "256");
	free(most);
	free(more);
}

static void an_id_cannot_leave_its_segment(void **state)
{
	struct op_in in = all;
	struct op_out out;

	(void)state;
	in.participant_id = "../x?y#z%2f";
	assert_int_equal(op_write(OP_REMOVE_PARTICIPANT, &in, &out, NULL), OK);
	assert_string_equal(out.path,
		"/v1.0/communications/calls/4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a01/participants/"
		"%2E%2E%2Fx%3Fy%23z%252f");
	assert_null(out.body);
}

static unsigned allocations_left;

static void *failing_malloc(size_t n)
{
	return allocations_left-- ? malloc(n) : NULL;
}

/* The first allocation fails, then the second, ..., until one is not needed any more. */
static void no_memory_is_told_and_leaks_nothing(void **state)
{
	(void)state;
	for (unsigned kind = 0; kind < OP_KINDS; kind++) {
		enum err e = E_SYSTEM;

		for (unsigned n = 0; e != OK; n++) {
			struct op_out out;

			assert_true(n < 1000);
			allocations_left = n;
			json_set_alloc_funcs(failing_malloc, free);
			e = op_write((enum op_kind)kind, &all, &out, NULL);
			json_set_alloc_funcs(malloc, free);
			if (e != OK && (e != E_SYSTEM || out.body))
				fail_msg("%s after %u allocations", op_name((enum op_kind)kind), n);
			free(out.body);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_operation_is_its_golden_request),
		cmocka_unit_test(variants_are_their_golden_requests),
		cmocka_unit_test(what_is_missing_is_named),
		cmocka_unit_test(a_prompt_wants_both_its_members),
		cmocka_unit_test(client_context_holds_256_characters_and_no_more),
		cmocka_unit_test(an_id_cannot_leave_its_segment),
		cmocka_unit_test(no_memory_is_told_and_leaks_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
