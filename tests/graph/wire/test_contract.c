/*
 * Graph's own types as judge: every request we can write (tests/graph/wire/samples.h), and every
 * member of our fixtures that Graph declares. Without the file of types the tests are skipped,
 * and counted as such.
 *
 * Not here: requests to Entra for a token and to the Bot Connector for conversations and
 * activities, of which Graph has no types. An exception (tests/graph/csdl_tables.h lists them, each
 * with its source) that no sample and no fixture needs is a fault too.
 */

#include "tests/graph/csdl.h"
#include "tests/graph/wire/files.h"
#include "tests/graph/wire/samples.h"

#include <ftw.h>

/* Fixtures of what Graph's types do not have, on purpose. */
static const char *const strangers[] = { "call/ringing.json", "call/tone-unknown.json",
	"envelope/2018-style.json", "envelope/2016-untagged.json", "envelope/legacy.json",
	"one-call/01-legacy.json", "envelope/empty-object.json", "envelope/windows-1252.json",
	"roster/untagged.json", "operation/untagged.json" };

static void judge_sample(const struct sample *s)
{
	struct op_out out;
	struct why why;
	json_t *body;

	if (op_write(s->kind, &s->in, &out, &why) != OK)
		fail_msg("%s: %s", s->name, why.text);
	body = out.body ? json_loads(out.body, JSON_REJECT_DUPLICATES, NULL) : NULL;
	assert_true(!out.body || body);
	csdl_request(s->name, out.method, out.path, body);
	json_decref(body);
	free(out.body);
}

static void every_request_keeps_graph_s_types(void **state)
{
	unsigned n[OP_KINDS] = { 0 };

	(void)state;
	csdl_begin();
	for (size_t i = 0; i < ARRAY_LEN(samples); i++) {
		judge_sample(&samples[i]);
		n[samples[i].kind]++;
	}
	for (unsigned kind = 0; kind < OP_KINDS; kind++)
		if (n[kind] == 0)
			fail_msg("%s has no sample in tests/graph/wire/samples.h",
				op_name((enum op_kind)kind));
	csdl_unused(CSDL_REQUEST);
	if (csdl_told.used)
		fail_msg("\n%s", csdl_faults);
	assert_true(csdl_judged >= 60);
}

static bool is_stranger(const char *path)
{
	for (size_t i = 0; i < ARRAY_LEN(strangers); i++)
		if (strcmp(path + strlen("tests/fixtures/"), strangers[i]) == 0)
			return true;
	return strstr(path, "/malformed/") != NULL;
}

static int each_fixture(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	size_t n = strlen(path);
	json_t *root;

	(void)st;
	(void)where;
	if (flag != FTW_F || n < 5 || strcmp(path + n - 5, ".json") != 0 || is_stranger(path))
		return 0;
	root = json_load_file(path, 0, NULL);
	assert_non_null(root);
	csdl_notification(path, CSDL_FIXTURE, root);
	json_decref(root);
	return 0;
}

static void fixtures_keep_what_graph_declares(void **state)
{
	(void)state;
	csdl_begin();
	for (size_t i = 0; i < ARRAY_LEN(note_folders); i++)
		assert_int_equal(nftw(note_folders[i], each_fixture, 16, FTW_PHYS), 0);
	csdl_unused(CSDL_FIXTURE);
	if (csdl_told.used)
		fail_msg("\n%s", csdl_faults);
	assert_true(csdl_judged >= 300);
}

/* The judge is tried too: each of these must be found. */
static void faults_are_found(void **state)
{
	static const struct {
		const char *name, *method, *path, *body;
	} rows[] = {
		{ "an unknown member", "POST", "/v1.0/communications/calls/1/reject",
			"{\"reason\":\"busy\",\"why\":1}" },
		{ "a wrong type", "POST", "/v1.0/communications/calls/1/subscribeToTone",
			"{\"clientContext\":17}" },
		{ "no member of an enum", "POST", "/v1.0/communications/calls/1/reject",
			"{\"reason\":\"Busy\"}" },
		{ "a missing parameter", "POST", "/v1.0/communications/calls/1/answer",
			"{\"acceptedModalities\":[\"audio\"]}" },
		{ "an untagged abstract type", "POST", "/v1.0/communications/calls/1/answer",
			"{\"callbackUri\":\"x\",\"mediaConfig\":{}}" },
		{ "a tag of another family", "POST", "/v1.0/communications/calls/1/answer",
			"{\"callbackUri\":\"x\",\"mediaConfig\":{\"@odata.type\":"
			"\"#microsoft.graph.call\"}}" },
		{ "a missing member inside", "POST", "/v1.0/communications/calls/1/playPrompt",
			"{\"prompts\":[{\"@odata.type\":\"#microsoft.graph.mediaPrompt\","
			"\"mediaInfo\":{\"resourceId\":\"x\"}}]}" },
		{ "a call without callbackUri", "POST", "/v1.0/communications/calls",
			"{\"@odata.type\":\"#microsoft.graph.call\"}" },
		{ "an unknown member of an open type", "POST", "/v1.0/communications/calls",
			"{\"callbackUri\":\"x\",\"colour\":\"red\"}" },
		{ "a body where none belongs", "GET", "/v1.0/communications/calls/1/participants",
			"{}" },
		{ "a post to no collection", "POST", "/v1.0/communications/calls/1", "{}" },
		{ "a post without body", "POST", "/v1.0/communications/calls", NULL },
		{ "an action that is read", "GET", "/v1.0/communications/calls/1/keepAlive", NULL },
		{ "a collection that is deleted", "DELETE", "/v1.0/communications/calls", NULL },
		{ "a path to nowhere", "GET", "/v1.0/communications/calls/1/mood", NULL },
		{ "an action of another type", "POST",
			"/v1.0/communications/calls/1/participants/2/answer", NULL },
		{ "something behind an action", "POST", "/v1.0/communications/calls/1/keepAlive/2",
			NULL },
		{ "an unknown root", "GET", "/v1.0/app/calls", NULL },
		{ "beta", "GET", "/beta/communications/calls/1", NULL },
		{ "a duration that is none", "POST", "/v1.0/users/1/presence/setPresence",
			"{\"sessionId\":\"1\",\"expirationDuration\":\"300\"}" },
		{ "a subscription without resource", "POST", "/v1.0/subscriptions",
			"{\"changeType\":\"updated\",\"notificationUrl\":\"x\","
			"\"expirationDateTime\":\"2026-11-22T10:00:00Z\"}" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *body = rows[i].body ? json_loads(rows[i].body, 0, NULL) : NULL;

		assert_true(body || !rows[i].body);
		csdl_begin();
		csdl_request(rows[i].name, rows[i].method, rows[i].path, body);
		if (!csdl_told.used)
			fail_msg("%s", rows[i].name);
		json_decref(body);
	}
}

static void what_is_right_is_taken(void **state)
{
	static const struct {
		const char *method, *path, *body;
	} rows[] = {
		{ "POST", "/v1.0/communications/getPresencesByUserId", "{\"ids\":[\"1\"]}" },
		{ "GET", "/v1.0/communications/callRecords/1?$expand=sessions($expand=segments)",
			NULL },
		{ "GET",
			"/v1.0/communications/callRecords/microsoft.graph.callRecords.getPstnCalls"
			"(fromDateTime=2026-01-01,toDateTime=2026-01-31)",
			NULL },
		{ "PATCH", "/v1.0/subscriptions/1",
			"{\"expirationDateTime\":\"2026-11-22T10:00:00Z\"}" },
		{ "POST", "/v1.0/subscriptions/1/reauthorize", NULL },
		{ "POST", "/v1.0/communications/calls/1/microsoft.graph.keepAlive", NULL },
		{ "GET", "/v1.0/communications/presences/1", NULL },
		{ "GET", "/v1.0/users/1/presence", NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		json_t *body = rows[i].body ? json_loads(rows[i].body, 0, NULL) : NULL;

		csdl_begin();
		csdl_request(rows[i].path, rows[i].method, rows[i].path, body);
		if (csdl_told.used)
			fail_msg("%s", csdl_faults);
		json_decref(body);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_request_keeps_graph_s_types),
		cmocka_unit_test(fixtures_keep_what_graph_declares),
		cmocka_unit_test(faults_are_found),
		cmocka_unit_test(what_is_right_is_taken),
	};
	const char *names[ARRAY_LEN(tests)];
	int failed;

	for (size_t i = 0; i < ARRAY_LEN(tests); i++)
		names[i] = tests[i].name;
	failed = csdl_load() ? cmocka_run_group_tests(tests, NULL, NULL)
			     : csdl_skip(names, ARRAY_LEN(names));
	csdl_free();
	return failed;
}
