/* Notifications: each quirk of the wire that the fixtures' printed lines do not show. */

#include "graph/wire/note.h"
#include "graph/wire/note_path.h"
#include "tests/graph/wire/files.h"

#include "bot/base/text.h"

#define CALL "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a10"

static struct notes got;

static enum err decode(const char *body)
{
	return notes_decode(body, strlen(body), &got, NULL);
}

/* One item about the call, with these members of resourceData. */
static const struct note *call_with(const char *members)
{
	char body[4096];

	snprintf(body, sizeof(body),
		"{\"value\":[{\"changeType\":\"updated\",\"resourceUrl\":\"/communications/"
		"calls/" CALL
		"\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.call\",%s}}]}",
		members);
	if (decode(body) != OK || got.n != 1)
		fail_msg("%s", members);
	return &got.item[0];
}

static void fixture(const char *path)
{
	size_t bytes;
	char *body = file_read(path, &bytes);
	struct why why;

	assert_non_null(body);
	if (notes_decode(body, bytes, &got, &why) != OK)
		fail_msg("%s: %s", path, why.text);
	free(body);
}

static void paths(void **state)
{
	static const struct {
		const char *path;
		bool is;
		enum note_path_kind kind;
		const char *last;
	} rows[] = {
		{ "/communications/calls/" CALL, true, PATH_CALL, "" },
		{ "communications/calls/" CALL, true, PATH_CALL, "" },
		{ "/app/calls/" CALL, true, PATH_CALL, "" },
		{ "app/calls/" CALL "/", true, PATH_CALL, "" },
		{ "/App/Calls/4B1F2D008E4C4D0E9A550D9F0C7F1A10", true, PATH_CALL, "" },
		{ "/app/calls/4b1f2d008e4c4d0e9a550d9f0c7f1a10", true, PATH_CALL, "" },
		{ "/app/calls/" CALL "/participants", true, PATH_PARTICIPANTS, "" },
		{ "/app/calls/" CALL "/participants/", true, PATH_PARTICIPANTS, "" },
		{ "/app/calls/" CALL "/participants/p1", true, PATH_PARTICIPANT, "p1" },
		{ "/app/calls/" CALL "/participants/p1/mute", true, PATH_OTHER, "" },
		{ "/app/calls/" CALL "/participantsX", true, PATH_OTHER, "" },
		{ "/app/calls/" CALL "/operations/o1", true, PATH_OPERATION, "o1" },
		{ "/app/calls/" CALL "/operations/participants", true, PATH_OPERATION_PARTICIPANTS,
			"" },
		{ "/app/calls/" CALL "/operations/", true, PATH_OTHER, "" },
		{ "/app/calls/" CALL "/operations/a/b", true, PATH_OTHER, "" },
		{ "/app/calls/" CALL "/contentsharingsessions/x", true, PATH_SHARING, "" },
		{ "/app/calls/" CALL "/contentsharingsessions", true, PATH_SHARING, "" },
		{ "/app/calls/" CALL "/contentsharingsessionsX", true, PATH_OTHER, "" },
		{ "/app/calls/" CALL "?x=1", false, PATH_OTHER, "" },
		{ "/app/calls/", false, PATH_OTHER, "" },
		{ "/app/calls/4b1f2d00", false, PATH_OTHER, "" },
		{ "/app/calls", false, PATH_OTHER, "" },
		{ "//app/calls/" CALL, false, PATH_OTHER, "" },
		{ "/communications/presences/" CALL, false, PATH_OTHER, "" },
		{ "", false, PATH_OTHER, "" },
	};
	struct guid want;

	(void)state;
	assert_int_equal(guid_parse(CALL, strlen(CALL), &want), OK);
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct note_path path;
		bool is = note_path_read(rows[i].path, &path);

		if (is != rows[i].is)
			fail_msg("%s", rows[i].path);
		if (is && (path.kind != rows[i].kind || strcmp(path.last, rows[i].last) != 0 ||
				  !guid_same(path.call_id, want)))
			fail_msg("%s: %d %s", rows[i].path, path.kind, path.last);
	}
}

static void an_incoming_call_says_who_and_where(void **state)
{
	const struct note *n = &got.item[0];
	char chain[GUID_TEXT];

	(void)state;
	fixture("tests/fixtures/call/incoming-phone.json");
	assert_int_equal(n->change, CHANGE_CREATED);
	assert_true(n->incoming);
	assert_int_equal(n->source.kind, PARTY_PHONE);
	assert_string_equal(n->source.id, "+15550123");
	assert_int_equal(n->target.kind, PARTY_APPLICATION_INSTANCE);
	assert_string_equal(n->target.id, "7c3e9a10-2b4d-4f6a-9e8c-1d2f3a4b5c6d");
	assert_string_equal(n->target.name, "Sales");
	assert_string_equal(n->target.tenant_id, "11111111-aaaa-4bbb-8ccc-222222222222");
	assert_string_equal(n->tenant_id, "11111111-aaaa-4bbb-8ccc-222222222222");
	guid_print(n->chain_id, chain);
	assert_string_equal(chain, "a7d1c3e5-9b2f-4d60-8e17-35c4f6a8b920");

	fixture("tests/fixtures/call/incoming-user.json");
	assert_string_equal(n->source.name, "Robin Caller");
	assert_int_equal(n->target.kind, PARTY_APPLICATION);

	fixture("tests/fixtures/call/incoming-guest-forwarded.json");
	assert_string_equal(n->source.name, "Visitor");
	assert_string_equal(
		n->tenant_id, "11111111-aaaa-4bbb-8ccc-222222222222"); /* was upper case */

	fixture("tests/fixtures/call/incoming-anonymous.json");
	assert_int_equal(n->source.kind, PARTY_PHONE);
	assert_string_equal(n->source.id, "");
}

static void how_a_call_came_is_told(void **state)
{
	const struct note *n = &got.item[0];
	const struct incoming_context *c = &n->context;

	(void)state;
	fixture("tests/fixtures/call/incoming-transferred.json");
	assert_int_equal(c->transferor.kind, PARTY_USER);
	assert_string_equal(c->transferor.id, "3f1d6a52-9c7e-4b0a-8d5f-c2e1b4a79680");
	assert_string_equal(c->transferor.name, "Ada Agent");
	assert_int_equal(c->on_behalf_of.kind, PARTY_APPLICATION_INSTANCE);
	assert_string_equal(c->source_participant_id, "c19f4e72-0d5b-4a83-9f6e-8b3d2a1c5e07");
	assert_string_equal(c->observed_participant_id, "");
	assert_int_equal(c->routing, ROUTING_LOOKUP);
	assert_string_equal(c->first_called.id, "+15550188");
	assert_string_equal(n->my_participant_id, "d2e3f4a5-0000-4111-8222-933344445555");

	fixture("tests/fixtures/call/incoming-observed.json");
	assert_string_equal(c->observed_participant_id, "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264");
	assert_int_equal(c->transferor.kind, PARTY_NONE);
	fixture("tests/fixtures/call/incoming-guest-forwarded.json");
	assert_int_equal(c->routing, ROUTING_FORWARDED);
	assert_int_equal(c->first_called.kind, PARTY_USER);
	call_with("\"callRoutes\":[{\"routingType\":\"teleported\"}]");
	assert_int_equal(c->routing, ROUTING_OTHER);

	fixture("tests/fixtures/call/redirected-answered-by.json");
	assert_int_equal(n->answered_by.kind, PARTY_ENCRYPTED);
	fixture("tests/fixtures/call/answered-by-set.json");
	assert_int_equal(n->answered_by.kind, PARTY_USER);
	fixture("tests/fixtures/call/transcription.json");
	assert_int_equal(n->transcription, TRANSCRIPTION_ACTIVE);
}

/* Each of Graph's operations, by its fixture. */
static void operations_say_how_they_ended(void **state)
{
	static const struct {
		const char *file, *type, *reason;
		enum op_status status;
		bool recording;
	} rows[] = {
		{ "record-completed", "recordOperation", "", OP_COMPLETED, true },
		{ "record-cancelled", "recordOperation", "operationCanceled", OP_FAILED, false },
		{ "record-without-token", "recordOperation", "", OP_COMPLETED, false },
		{ "send-dtmf", "sendDtmfTonesOperation", "mediaOperationCanceled", OP_COMPLETED,
			false },
		{ "send-dtmf-completed", "sendDtmfTonesOperation", "completedSuccessfully",
			OP_COMPLETED, false },
		{ "hold-music-no-slash", "startHoldMusicOperation", "", OP_COMPLETED, false },
		{ "stop-hold-music", "stopHoldMusicOperation", "", OP_COMPLETED, false },
		{ "mute", "muteParticipantOperation", "", OP_COMPLETED, false },
		{ "unmute", "unmuteParticipantOperation", "", OP_COMPLETED, false },
		{ "update-recording-status", "updateRecordingStatusOperation", "", OP_COMPLETED,
			false },
		{ "cancel-media", "cancelMediaProcessingOperation", "", OP_COMPLETED, false },
		{ "subscribe-to-tone", "subscribeToToneOperation", "", OP_COMPLETED, false },
		{ "add-large-gallery-view", "addLargeGalleryViewOperation", "", OP_COMPLETED,
			false },
		{ "invite-participant-id", "inviteParticipantsOperation", "", OP_COMPLETED, false },
		{ "unheard-of", "doSomethingNewOperation", "", OP_COMPLETED, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct note *n = &got.item[0];
		char path[128];

		snprintf(path, sizeof(path), "tests/fixtures/operation/%s.json", rows[i].file);
		fixture(path);
		if (n->kind != NOTE_OPERATION || strcmp(n->op_type, rows[i].type) != 0 ||
			strcmp(n->completion_reason, rows[i].reason) != 0 ||
			n->status != rows[i].status || (n->recording != 0) != rows[i].recording)
			fail_msg("%s: %s %s %d %zu", rows[i].file, n->op_type, n->completion_reason,
				n->status, n->recording);
	}
	fixture("tests/fixtures/operation/invite-participant-id.json");
	assert_string_equal(got.item[0].participant_id, "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264");
}

#define RECORD(token)                                                                             \
	"{\"changeType\":\"deleted\",\"resourceUrl\":\"/app/calls/" CALL                          \
	"/operations/1\",\"resourceData\":{\"@odata.type\":\"#microsoft.graph.recordOperation\"," \
	"\"recordingLocation\":\"https://r.example/1\",\"recordingAccessToken\":\"" token "\"}}"

/* Location and token are there for who fetches it, and nobody prints them. */
static void a_recording_is_a_secret(void **state)
{
	static char body[8192], line[512];
	char token[4200];
	struct text t = TEXT(line);

	(void)state;
	fixture("tests/fixtures/operation/record-completed.json");
	assert_int_equal(got.item[0].recording, 1);
	assert_string_equal(got.recording[0].location, "https://file.location/record");
	assert_string_equal(got.recording[0].token, "not-a-token");
	note_print(&got.item[0], &t);
	assert_null(strstr(line, "file.location"));
	assert_null(strstr(line, "not-a-token"));

	assert_int_equal(decode("{\"value\":[" RECORD("a") "," RECORD("b") "," RECORD(
				 "c") "," RECORD("d") "," RECORD("e") "]}"),
		OK);
	assert_int_equal(got.item[3].recording, 4);
	assert_int_equal(got.item[4].recording, 0);
	assert_string_equal(got.recording[3].token, "d");

	memset(token, 'x', sizeof(token) - 1);
	token[sizeof(token) - 1] = '\0';
	snprintf(body, sizeof(body),
		"{\"value\":[{\"resourceUrl\":\"/app/calls/" CALL
		"/operations/1\",\"resourceData\":{\"recordingLocation\":\"https://x\","
		"\"recordingAccessToken\":\"%s\"}}]}",
		token);
	assert_int_equal(decode(body), OK);
	assert_int_equal(got.item[0].recording, 0);
}

static void who_joins_is_asked_for(void **state)
{
	const struct note *n = &got.item[0];
	struct guid want;

	(void)state;
	fixture("tests/fixtures/envelope/joining-whole.json");
	assert_int_equal(guid_parse(CALL, strlen(CALL), &want), OK);
	assert_false(got.legacy);
	assert_int_equal(n->kind, NOTE_JOINING);
	assert_true(guid_same(n->call_id, want));
	assert_int_equal(n->source.kind, PARTY_PHONE);
	assert_string_equal(n->tenant_id, "11111111-aaaa-4bbb-8ccc-222222222222");
	assert_string_equal(
		n->context.observed_participant_id, "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264");
	fixture("tests/fixtures/envelope/joining-notification.json");
	assert_int_equal(n->kind, NOTE_JOINING);
	assert_false(guid_is_none(n->call_id));
	fixture("tests/fixtures/envelope/joining-enveloped.json");
	assert_int_equal(n->kind, NOTE_JOINING);
	assert_true(guid_same(n->call_id, want));
	fixture("tests/fixtures/envelope/left-bare.json");
	assert_int_equal(n->kind, NOTE_LEFT);
	assert_true(guid_same(n->call_id, want));
	assert_string_equal(n->participant_id, "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264");
	assert_int_equal(decode("{\"@odata.type\":\"#microsoft.graph."
				"participantJoiningNotification\",\"call\":7}"),
		E_MALFORMED);
	assert_int_equal(decode("{\"@odata.type\":\"#Microsoft.Graph."
				"ParticipantJoiningNotification\"}"),
		OK);
	assert_true(guid_is_none(n->call_id));
}

static void rosters_say_who_is_on_hold_muted_and_gone(void **state)
{
	const struct roster_entry *p = got.party;

	(void)state;
	fixture("tests/fixtures/roster/held-and-muted.json");
	assert_true(p[0].inactive && !p[0].muted);
	assert_true(p[1].muted && !p[1].inactive);
	assert_false(p[2].inactive || p[3].inactive);
	fixture("tests/fixtures/roster/delta-removed.json");
	assert_int_equal(got.item[0].roster_sequence, 9);
	assert_true(p[0].removed && !p[1].removed);
	assert_string_equal(p[0].removed_reason, "removed");
	assert_int_equal(p[0].sequence, 8);
	assert_int_equal(p[1].sequence, 9);
}

static void windows_1252_becomes_utf_8(void **state)
{
	(void)state;
	fixture("tests/fixtures/envelope/windows-1252.json");
	assert_string_equal(got.item[0].source.name, "René Müller – “Vertrieb”");
	/* Broken either way: the place is that of the fault, not of the first odd byte. */
	assert_int_equal(notes_decode("{\"n\":\"\xe9\",}", 10, &got, NULL), E_MALFORMED);
	assert_int_equal(got.line, 1);
	assert_int_equal(got.column, 10);
}

static void every_tone_has_its_character(void **state)
{
	static const struct {
		const char *name;
		char want;
	} rows[] = {
		{ "tone0", '0' },
		{ "tone1", '1' },
		{ "tone2", '2' },
		{ "tone3", '3' },
		{ "tone4", '4' },
		{ "tone5", '5' },
		{ "tone6", '6' },
		{ "tone7", '7' },
		{ "tone8", '8' },
		{ "tone9", '9' },
		{ "Tone9", '9' },
		{ "star", '*' },
		{ "pound", '#' },
		{ "a", 'A' },
		{ "b", 'B' },
		{ "c", 'C' },
		{ "d", 'D' },
		{ "flash", 'F' },
		{ "tone10", 0 },
		{ "1", 0 },
		{ "", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char members[128];
		const struct note *n;

		snprintf(members, sizeof(members),
			"\"toneInfo\":{\"sequenceId\":%zu,\"tone\":\"%s\"}", i + 1, rows[i].name);
		n = call_with(members);
		if (n->tone != rows[i].want || n->tone_sequence != (int64_t)i + 1)
			fail_msg("%s: %d", rows[i].name, n->tone);
	}
}

static void states_in_any_casing(void **state)
{
	static const struct {
		const char *name;
		enum call_state want;
	} rows[] = {
		{ "incoming", CALL_INCOMING },
		{ "Establishing", CALL_ESTABLISHING },
		{ "ESTABLISHED", CALL_ESTABLISHED },
		{ "hold", CALL_HOLD },
		{ "transferring", CALL_TRANSFERRING },
		{ "transferaccepted", CALL_TRANSFER_ACCEPTED },
		{ "redirecting", CALL_REDIRECTING },
		{ "terminating", CALL_TERMINATING },
		{ "terminated", CALL_TERMINATED },
		{ "ringing", CALL_OTHER },
		{ "", CALL_OTHER },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char members[64];

		snprintf(members, sizeof(members), "\"state\":\"%s\"", rows[i].name);
		if (call_with(members)->state != rows[i].want)
			fail_msg("%s", rows[i].name);
	}
	assert_int_equal(call_with("\"state\":null")->state, CALL_NONE);
	assert_int_equal(call_with("\"id\":null")->state, CALL_NONE);
}

static void results_in_any_spelling(void **state)
{
	static const struct {
		const char *info;
		bool present;
		int code, subcode;
	} rows[] = {
		{ "{\"code\":200,\"subcode\":7015}", true, 200, 7015 },
		{ "{\"code\":\"200\",\"subcode\":\"5001\"}", true, 200, 5001 },
		{ "{\"code\":500,\"subCode\":7000}", true, 500, 7000 },
		{ "{\"code\":500,\"subCode\":1,\"subcode\":2}", true, 500, 2 },
		{ "{\"code\":null}", true, 0, 0 },
		{ "{}", true, 0, 0 },
		{ "null", false, 0, 0 },
		{ "{\"code\":\"x\"}", true, -1, 0 },
		{ "{\"code\":200.5}", true, -1, 0 },
		{ "{\"code\":99999999999}", true, -1, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char members[128];
		const struct note *n;

		snprintf(members, sizeof(members), "\"resultInfo\":%s", rows[i].info);
		n = call_with(members);
		if (n->result.present != rows[i].present || n->result.code != rows[i].code ||
			n->result.subcode != rows[i].subcode)
			fail_msg("%s: %d/%d", rows[i].info, n->result.code, n->result.subcode);
	}
}

static void the_newer_member_names_the_resource(void **state)
{
	static const char both[] =
		"{\"value\":[{\"resource\":\"/app/calls/00000000000000000000000000000001\","
		"\"resourceUrl\":\"/app/calls/00000000000000000000000000000002\"},"
		"{\"resource\":\"/app/calls/00000000000000000000000000000001\","
		"\"resourceUrl\":\"/elsewhere/7\"},"
		"{\"resource\":\"/app/calls/"
		"00000000000000000000000000000001\",\"resourceUrl\":null},{}]}";

	(void)state;
	assert_int_equal(decode(both), OK);
	assert_int_equal(got.n, 4);
	assert_int_equal(got.item[0].call_id.byte[15], 2);
	assert_int_equal(got.item[1].call_id.byte[15], 1);
	assert_int_equal(got.item[2].call_id.byte[15], 1);
	assert_int_equal(got.item[3].kind, NOTE_OTHER);
	assert_true(guid_is_none(got.item[3].call_id));
}

static void an_operation_is_known_by_its_url(void **state)
{
	(void)state;
	fixture("tests/fixtures/operation/play-prompt-strings.json");
	assert_string_equal(got.item[0].op_id, "f0c00010-1111-4222-8333-944455556666");
	assert_int_equal(got.item[0].status, OP_COMPLETED);
	assert_string_equal(got.item[0].client_context, "21");
	fixture("tests/fixtures/operation/invite-odd-path.json");
	assert_string_equal(got.item[0].op_id, "f0c00012-1111-4222-8333-944455556666");
	fixture("tests/fixtures/operation/untagged.json");
	assert_string_equal(got.item[0].op_type, "");
	fixture("tests/fixtures/operation/play-prompt-cancelled.json");
	assert_int_equal(got.item[0].status, OP_FAILED);
	assert_string_equal(got.item[0].result.message, "Action was cancelled.");
}

static void a_delta_has_its_number(void **state)
{
	(void)state;
	fixture("tests/fixtures/roster/delta.json");
	assert_true(got.item[0].delta);
	assert_int_equal(got.item[0].roster_sequence, 7);
	assert_true(got.party[1].removed);
	fixture("tests/fixtures/roster/one.json");
	assert_true(got.item[0].delta); /* it says nothing about the others */
	assert_int_equal(got.item[0].roster_sequence, 9);
	fixture("tests/fixtures/roster/full.json");
	assert_false(got.item[0].delta);
	assert_string_equal(got.party[2].who.name, "Ada Agent");
}

static void two_rosters_share_the_parties(void **state)
{
	static const char body[] =
		"{\"value\":[{\"resourceUrl\":\"/app/calls/" CALL
		"/participants\",\"resourceData\":[{"
		"\"id\":\"a\"}]},{\"resourceUrl\":\"/app/calls/" CALL
		"/participants\",\"resourceData\":[{\"id\":\"b\"},{\"id\":\"c\"}]}]}";

	(void)state;
	assert_int_equal(decode(body), OK);
	assert_int_equal(got.n_parties, 3);
	assert_int_equal(got.item[1].first_party, 1);
	assert_int_equal(got.item[1].n_parties, 2);
	assert_string_equal(got.party[2].participant_id, "c");
}

static void no_body_is_the_older_format(void **state)
{
	(void)state;
	assert_int_equal(notes_decode(NULL, 0, &got, NULL), OK);
	assert_true(got.legacy);
	assert_int_equal(got.n, 0);
	assert_int_equal(decode(" "), E_MALFORMED);
}

static void long_words_are_cut_and_long_ids_are_not(void **state)
{
	char word[400], members[600];

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = '\0';
	snprintf(members, sizeof(members), "\"resultInfo\":{\"message\":\"%s\"}", word);
	assert_int_equal(
		strlen(call_with(members)->result.message), sizeof(got.item[0].result.message) - 1);
	snprintf(members, sizeof(members),
		"\"source\":{\"identity\":{\"encrypted\":{\"id\":\"%s\"}}}", word);
	assert_int_equal(call_with(members)->source.kind, PARTY_ENCRYPTED);
	assert_string_equal(got.item[0].source.id, "");
	word[257] = '\0';
	snprintf(members, sizeof(members),
		"{\"value\":[{\"resourceUrl\":\"/app/calls/" CALL
		"/operations/1\",\"resourceData\":{\"clientContext\":\"%s\"}}]}",
		word);
	assert_int_equal(decode(members), OK);
	assert_int_equal(got.item[0].kind, NOTE_OTHER);
	assert_non_null(strstr(got.item[0].fault, "clientContext is longer"));
	assert_true(got.item[0].fault_column > 1);
}

/* One bad apple: the others are taken, whoever calls among them. */
static void an_item_that_cannot_be_read_leaves_its_neighbours(void **state)
{
	(void)state;
	fixture("tests/fixtures/malformed/among-others.json");
	assert_int_equal(got.n, 6);
	assert_int_equal(got.item[0].state, CALL_ESTABLISHED);
	for (size_t i = 1; i <= 3; i++) {
		assert_int_equal(got.item[i].kind, NOTE_OTHER);
		assert_true(got.item[i].fault[0] && got.item[i].fault_line > 1);
	}
	assert_int_equal(got.item[1].result.code, 0); /* nothing of it is believed */
	assert_int_equal(got.item[4].state, CALL_INCOMING);
	assert_string_equal(got.item[4].fault, "");
	assert_int_equal(got.n_parties, 1); /* the bad roster's are given back */
	assert_string_equal(got.party[got.item[5].first_party].participant_id, "b");
}

static void a_print_stays_on_its_line(void **state)
{
	char line[256];
	struct text t = TEXT(line);

	(void)state;
	note_print(call_with("\"terminationReason\":\"a\\nb\\u001bc\\u007f\""), &t);
	assert_string_equal(line, "call " CALL " updated reason=a?b?c?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(paths),
		cmocka_unit_test(an_incoming_call_says_who_and_where),
		cmocka_unit_test(how_a_call_came_is_told),
		cmocka_unit_test(operations_say_how_they_ended),
		cmocka_unit_test(a_recording_is_a_secret),
		cmocka_unit_test(who_joins_is_asked_for),
		cmocka_unit_test(rosters_say_who_is_on_hold_muted_and_gone),
		cmocka_unit_test(windows_1252_becomes_utf_8),
		cmocka_unit_test(every_tone_has_its_character),
		cmocka_unit_test(states_in_any_casing),
		cmocka_unit_test(results_in_any_spelling),
		cmocka_unit_test(the_newer_member_names_the_resource),
		cmocka_unit_test(an_operation_is_known_by_its_url),
		cmocka_unit_test(a_delta_has_its_number),
		cmocka_unit_test(two_rosters_share_the_parties),
		cmocka_unit_test(no_body_is_the_older_format),
		cmocka_unit_test(long_words_are_cut_and_long_ids_are_not),
		cmocka_unit_test(an_item_that_cannot_be_read_leaves_its_neighbours),
		cmocka_unit_test(a_print_stays_on_its_line),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
