/* Calls that we make, recordings, and calls that leave us: what Graph tells of them. */
#include "tests/bot/shell/desk.h"

#include "bot/base/err.h"

#define SECOND_CALL "77770000-8e4c-4d0e-9a55-0d9f0c7f1a77"
#define CALL_DATA(members) "{\"@odata.type\":\"#microsoft.graph.call\"," members "}"
#define RESULT(code, subcode) "\"resultInfo\":{\"code\":" code ",\"subcode\":" subcode "}"
#define OP "/operations/1"
#define RECORD_DATA(members)                                                                      \
	"{\"@odata.type\":\"#microsoft.graph.recordOperation\",\"clientContext\":\"41\"," members \
	"}"
#define WITH_RECORDING "\"recordingLocation\":\"https://x/1\",\"recordingAccessToken\":\"t\""

enum { DIAL = 40, TAPE = 41, AWAY = 42 };

/* What happened before: effects, then events. */
enum before { DIALS, DIALLED, DIAL_ANSWERED, UNDIALLED, RECORDS, LEAVES, LEAVING, LEFT };

static void before(struct desk *d, enum before what)
{
	struct event ev = { .kind = EV_DIALLED, .attempt = DIAL, .ref = guid_of(SECOND_CALL) };

	if (what <= UNDIALLED) {
		desk_event(d, (struct event){ .kind = EV_CALL_ENDED, .value = END_HUNG_UP });
		desk_effect(d, FX_DIAL, DIAL, 0);
	}
	if (what == DIALLED || what == DIAL_ANSWERED)
		desk_event(d, ev);
	if (what == DIAL_ANSWERED)
		desk_event(d, (struct event){ .kind = EV_CALL_ACTIVE });
	if (what == UNDIALLED)
		desk_effect(d, FX_UNDIAL, DIAL, 0);
	if (what == RECORDS)
		desk_effect(d, FX_RECORD, TAPE, 0);
	if (what >= LEAVES)
		desk_effect(d, FX_TRANSFER, AWAY, 0);
	if (what >= LEAVING)
		desk_fixture(d, (struct address){ .contact = 1 }, "call/transferring");
	if (what == LEFT)
		desk_event(d, (struct event){ .kind = EV_TRANSFERRED, .attempt = AWAY });
	d->said = TEXT(d->room);
	d->room[0] = '\0';
}

static const struct {
	const char *name;
	enum before before;
	uint32_t attempt; /* of the address */
	const char *id;
	const char *change, *below, *data;
	const char *want;
} rows[] = {
	{ "call-back: its first word tells the id", DIALS, DIAL, SECOND_CALL, "updated", "",
		CALL_DATA("\"state\":\"establishing\""),
		"dialled contact=1 attempt=40 ref=" SECOND_CALL "\n" },
	{ "call-back: answered, and audible", DIALS, DIAL, SECOND_CALL, "updated", "",
		CALL_DATA("\"state\":\"established\",\"mediaState\":{\"audio\":\"active\"}"),
		"dialled contact=1 attempt=40 ref=" SECOND_CALL "\ncall-active contact=1\n" },
	{ "call-back: the id is told once", DIALLED, DIAL, SECOND_CALL, "updated", "",
		CALL_DATA("\"state\":\"established\",\"mediaState\":{\"audio\":\"active\"}"),
		"call-active contact=1\n" },
	{ "call-back: nobody answers", DIALLED, DIAL, SECOND_CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("408", "0")),
		"dial-failed contact=1 attempt=40 end=no-answer\n" },
	{ "call-back: busy, and the id was never told", DIALS, DIAL, SECOND_CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("486", "0")),
		"dialled contact=1 attempt=40 ref=" SECOND_CALL
		"\ndial-failed contact=1 attempt=40 end=busy\n" },
	{ "call-back: who answered hangs up", DIAL_ANSWERED, DIAL, SECOND_CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("200", "0")),
		"call-ended contact=1 end=hung-up\n" },
	{ "call-back: what comes late for the call before", DIAL_ANSWERED, 0, CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("200", "0")),
		"ignored: another call's id at this call's address\n" },
	{ "call-back: a third call at its address", DIALLED, DIAL, AGENT_CALL, "updated", "",
		CALL_DATA("\"state\":\"established\""),
		"ignored: another call's id at this call's address\n" },
	{ "call-back: given up, then answered", UNDIALLED, DIAL, SECOND_CALL, "updated", "",
		CALL_DATA("\"state\":\"established\""), "ignored: unknown call\n" },
	{ "call-back: keys of the new call", DIAL_ANSWERED, DIAL, SECOND_CALL, "updated", "",
		CALL_DATA("\"state\":\"established\",\"toneInfo\":{\"sequenceId\":1,\"tone\":"
			  "\"tone1\"}"),
		"digit contact=1 attempt=1 digit=1\n" },

	{ "recording: there is one", RECORDS, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"completed\"," RESULT("200", "8515") "," WITH_RECORDING),
		"recorded contact=1 attempt=41 end=done\n" },
	{ "recording: nobody spoke, as a failure", RECORDS, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"failed\"," RESULT("400", "8510")),
		"recorded contact=1 attempt=41 end=empty\n" },
	{ "recording: nobody spoke, in beta's words", RECORDS, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"completed\",\"completionReason\":"
			    "\"initialSilenceTimeout\"," WITH_RECORDING),
		"recorded contact=1 attempt=41 end=empty\n" },
	{ "recording: completed, and nowhere to be had", RECORDS, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"completed\""),
		"recorded contact=1 attempt=41 end=failed\n" },
	{ "recording: cancelled", RECORDS, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"failed\"," RESULT("400", "8508")),
		"recorded contact=1 attempt=41 end=failed\n" },
	{ "recording: still running", RECORDS, 0, CALL, "updated", OP,
		RECORD_DATA("\"status\":\"running\""),
		"ignored: the operation is still running\n" },
	{ "recording: nobody asked", LEAVES, 0, CALL, "deleted", OP,
		RECORD_DATA("\"status\":\"completed\"," WITH_RECORDING),
		"ignored: no operation of ours waits for this\n" },

	{ "transfer out: accepted", LEAVING, 0, CALL, "updated", "",
		CALL_DATA("\"state\":\"transferAccepted\""), "transferred contact=1 attempt=42\n" },
	{ "transfer out: over", LEAVING, 0, CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("200", "7015")),
		"transferred contact=1 attempt=42\ncall-ended contact=1 end=hung-up\n" },
	{ "transfer out: over, told before that it was accepted", LEFT, 0, CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("0", "7015")),
		"call-ended contact=1 end=hung-up\n" },
	{ "transfer out: failed", LEAVING, 0, CALL, "updated", "",
		CALL_DATA("\"state\":\"established\"," RESULT("500", "7000")),
		"transfer-failed contact=1 attempt=42\n" },
	{ "transfer out: an earlier one's failure, told late", LEAVES, 0, CALL, "updated", "",
		CALL_DATA("\"state\":\"established\"," RESULT("500", "7000")), "" },
	{ "transfer out: the caller hangs up meanwhile", LEAVES, 0, CALL, "deleted", "",
		CALL_DATA("\"state\":\"terminated\"," RESULT("200", "0")),
		"call-ended contact=1 end=hung-up\n" },
};

static void every_notification_has_its_meaning(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct desk *d = desk_new(ACTIVE);
		struct address at = { .contact = 1, .attempt = rows[i].attempt };

		before(d, rows[i].before);
		desk_say(d, at, rows[i].id, rows[i].change, rows[i].below, rows[i].data);
		failed += desk_differs(d, rows[i].name, rows[i].want);
		desk_free(d);
	}
	assert_int_equal(failed, 0);
}

static const struct {
	const char *name;
	enum before before;
	enum op_kind op;
	uint32_t attempt;
	enum client_end end;
	int status;
	const char *body;
	const char *want;
} replies[] = {
	{ "dial: the answer tells the id", DIALS, OP_CREATE_CALL, DIAL, CLIENT_ANSWERED, 201,
		"{\"id\":\"" SECOND_CALL "\",\"state\":\"establishing\"}",
		"dialled contact=1 attempt=40 ref=" SECOND_CALL "\n" },
	{ "dial: and tells nothing new", DIALLED, OP_CREATE_CALL, DIAL, CLIENT_ANSWERED, 201,
		"{\"id\":\"" SECOND_CALL "\"}", "" },
	{ "dial: refused", DIALS, OP_CREATE_CALL, DIAL, CLIENT_ANSWERED, 403, "",
		"effect-failed contact=1 attempt=40 end=refused\n" },
	{ "dial: lost, and perhaps it rings", DIALS, OP_CREATE_CALL, DIAL, CLIENT_UNKNOWN, 0, "",
		"" },
	{ "record: refused", RECORDS, OP_RECORD_RESPONSE, TAPE, CLIENT_ANSWERED, 400, "",
		"recorded contact=1 attempt=41 end=failed\n" },
	{ "record: failed at once", RECORDS, OP_RECORD_RESPONSE, TAPE, CLIENT_ANSWERED, 200,
		"{\"id\":\"o\",\"status\":\"failed\",\"clientContext\":\"41\"}",
		"recorded contact=1 attempt=41 end=failed\n" },
	{ "record: begun", RECORDS, OP_RECORD_RESPONSE, TAPE, CLIENT_ANSWERED, 200,
		"{\"id\":\"o\",\"status\":\"running\",\"clientContext\":\"41\"}", "" },
	{ "record: the call is gone", RECORDS, OP_RECORD_RESPONSE, TAPE, CLIENT_ANSWERED, 404, "",
		"effect-failed contact=1 attempt=41 end=gone\n" },
	{ "transfer out: refused", LEAVES, OP_TRANSFER, AWAY, CLIENT_ANSWERED, 400, "",
		"transfer-failed contact=1 attempt=42\n" },
	{ "transfer out: whom it is to is not there", LEAVES, OP_TRANSFER, AWAY, CLIENT_ANSWERED,
		404, "", "transfer-failed contact=1 attempt=42\n" },
	{ "hold music: refused is no matter of the centre's", RECORDS, OP_START_HOLD_MUSIC, 0,
		CLIENT_ANSWERED, 400, "", "" },
};

static void every_answer_has_its_meaning(void **state)
{
	int failed = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		struct desk *d = desk_new(ACTIVE);
		struct reply *r = calloc(1, sizeof(*r));
		struct to_core t;

		before(d, replies[i].before);
		reply_decode(replies[i].status, replies[i].body, strlen(replies[i].body), r);
		to_core_reply(line_of(d->lines, 1), replies[i].op, 1, replies[i].attempt,
			replies[i].end, r, &t);
		desk_take(d, &t);
		failed += desk_differs(d, replies[i].name, replies[i].want);
		free(r);
		desk_free(d);
	}
	assert_int_equal(failed, 0);
}

/* Most callers end a message by hanging up; Graph may tell of it when the contact is over. */
static void a_recording_is_fetched_when_its_contact_is_over(void **state)
{
	static const char body[] =
		"{\"@odata.type\":\"#microsoft.graph.commsNotifications\",\"value\":[{"
		"\"changeType\":\"deleted\",\"resourceUrl\":\"/communications/calls/" CALL OP "\","
		"\"resourceData\":" RECORD_DATA("\"status\":\"completed\"," WITH_RECORDING) "}]}";
	struct notes *notes = calloc(1, sizeof(*notes));
	struct desk *d = desk_new(OVER);
	struct address at = { .contact = 1 };
	struct to_core t;

	(void)state;
	assert_int_equal(notes_decode(body, strlen(body), notes, NULL), OK);
	to_core_note(d->conf, d->lines, at, notes, &notes->item[0], 9, &t);
	assert_int_equal(t.recorded, TAPE);
	assert_int_equal(t.n, 0);
	free(notes);
	desk_free(d);
}

static void a_call_back_takes_the_line_over(void **state)
{
	struct desk *d = desk_new(ACTIVE);
	struct line *l = line_of(d->lines, 1);

	(void)state;
	before(d, DIALLED);
	assert_ptr_equal(line_of_call(d->lines, guid_of(SECOND_CALL)), l);
	assert_null(line_of_call(d->lines, guid_of(CALL)));
	assert_true(line_ended(d->lines, guid_of(CALL)));
	assert_false(l->active);
	assert_int_equal(l->play_attempt, 0);
	assert_true(line_waits(l, DIAL));
	desk_effect(d, FX_UNDIAL, DIAL, 0);
	assert_false(line_waits(l, DIAL));
	desk_effect(d, FX_OUTCOME, 0, 0);
	assert_true(line_ended(d->lines, guid_of(SECOND_CALL)));
	desk_free(d);
}

static void what_each_hears_is_booked(void **state)
{
	struct desk *d = desk_new(TALKS);
	struct line *l = line_of(d->lines, 1);
	struct effect hold = { .kind = FX_HEARING, .contact = 1, .value = HEAR_MUSIC };
	struct effect listen = {
		.kind = FX_HEARING, .contact = 1, .attempt = RING, .value = HEAR_LISTEN
	};

	(void)state;
	assert_int_equal(l->hearing, HEAR_ALL);
	lines_effect(d->lines, &hold, false);
	lines_effect(d->lines, &listen, false);
	assert_int_equal(l->hearing, HEAR_MUSIC);
	assert_int_equal(line_ring(l, RING)->hearing, HEAR_LISTEN);
	desk_effect(d, FX_CONNECT, RING, 0);
	assert_int_equal(l->hearing, HEAR_ALL);
	assert_int_equal(line_ring(l, RING)->hearing, HEAR_ALL);
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_notification_has_its_meaning),
		cmocka_unit_test(every_answer_has_its_meaning),
		cmocka_unit_test(a_recording_is_fetched_when_its_contact_is_over),
		cmocka_unit_test(a_call_back_takes_the_line_over),
		cmocka_unit_test(what_each_hears_is_booked),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
