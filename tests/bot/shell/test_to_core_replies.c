/* What Graph answers to our requests, and what the media engine tells, in the centre's words. */
#include "tests/bot/shell/desk.h"

#include "bot/base/err.h"

#define CONTEXT(n) "{\"id\":\"op\",\"clientContext\":\"" n "\",\"status\":\""

static const struct {
	const char *name;
	enum past past;
	enum op_kind op;
	uint32_t attempt;
	enum client_end end;
	int status;
	const char *body;
	const char *want;
} replies[] = {
	{ "answer taken", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 202, "", "" },
	{ "answer refused", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 403, "",
		"effect-failed contact=1 attempt=1 end=refused\n" },
	{ "answer: no token after a second try", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 401, "",
		"effect-failed contact=1 attempt=1 end=refused\n" },
	{ "answer: the call is gone", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 404, "",
		"effect-failed contact=1 attempt=1 end=gone\n" },
	{ "answer: throttled to the end", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 429, "",
		"effect-failed contact=1 attempt=1 end=timeout\n" },
	{ "answer: Graph fails to the end", RINGS, OP_ANSWER, 1, CLIENT_ANSWERED, 503, "<html>",
		"effect-failed contact=1 attempt=1 end=timeout\n" },
	{ "answer: nobody knows", RINGS, OP_ANSWER, 1, CLIENT_UNKNOWN, 0, "",
		"effect-failed contact=1 attempt=1 end=timeout\n" },
	{ "answer: never sent", RINGS, OP_ANSWER, 1, CLIENT_NOT_SENT, 0, "",
		"effect-failed contact=1 attempt=1 end=timeout\n" },
	{ "answer: dropped since the call ends", RINGS, OP_ANSWER, 1, CLIENT_DROPPED, 0, "", "" },
	{ "answer: the contact is over", OVER, OP_ANSWER, 1, CLIENT_ANSWERED, 404, "", "" },
	{ "play taken", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_ANSWERED, 200,
		CONTEXT("21") "running\"}", "" },
	{ "play: over at once", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_ANSWERED, 200,
		CONTEXT("21") "Completed\"}", "play-ended contact=1 attempt=21 end=done\n" },
	{ "play: failed at once", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_ANSWERED, 200,
		CONTEXT("21") "failed\"}", "play-ended contact=1 attempt=21 end=failed\n" },
	{ "play refused", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_ANSWERED, 400, "",
		"effect-failed contact=1 attempt=21 end=refused\n" },
	{ "play: nobody knows, its end will tell", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_UNKNOWN, 0,
		"", "" },
	{ "play: never sent", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_NOT_SENT, 0, "",
		"effect-failed contact=1 attempt=21 end=timeout\n" },
	{ "play: the call is gone", ACTIVE, OP_PLAY_PROMPT, PLAY, CLIENT_ANSWERED, 410, "",
		"effect-failed contact=1 attempt=21 end=gone\n" },
	{ "invite taken", OFFERED, OP_INVITE, RING, CLIENT_ANSWERED, 200,
		CONTEXT("23") "Running\"}", "" },
	{ "invite: failed at once, busy", OFFERED, OP_INVITE, RING, CLIENT_ANSWERED, 200,
		CONTEXT("23") "failed\",\"resultInfo\":{\"code\":\"486\",\"subcode\":0}}",
		"agent-failed contact=1 attempt=23 end=busy\n" },
	{ "invite refused", OFFERED, OP_INVITE, RING, CLIENT_ANSWERED, 403, "",
		"effect-failed contact=1 attempt=23 end=refused\n" },
	{ "invite: what is not there may be the agent", OFFERED, OP_INVITE, RING, CLIENT_ANSWERED,
		404, "", "effect-failed contact=1 attempt=23 end=refused\n" },
	{ "invite: nobody knows", OFFERED, OP_INVITE, RING, CLIENT_UNKNOWN, 0, "", "" },
	{ "transfer taken", SENT, OP_TRANSFER, TRANSFER, CLIENT_ANSWERED, 202, "", "" },
	{ "transfer refused", SENT, OP_TRANSFER, TRANSFER, CLIENT_ANSWERED, 409, "",
		"effect-failed contact=1 attempt=24 end=refused\n" },
	{ "transfer: what is not there may be the agent", SENT, OP_TRANSFER, TRANSFER,
		CLIENT_ANSWERED, 404, "", "effect-failed contact=1 attempt=24 end=refused\n" },
	{ "transfer: nobody knows", SENT, OP_TRANSFER, TRANSFER, CLIENT_UNKNOWN, 0, "", "" },
	{ "agent's call placed", LIVE_OFFERED, OP_CREATE_CALL, OWN, CLIENT_ANSWERED, 201,
		"{\"id\":\"" AGENT_CALL "\",\"state\":\"establishing\"}",
		"ring-placed contact=1 attempt=25 ref=" AGENT_CALL "\n" },
	{ "agent's call placed, known before", LIVE_PLACED, OP_CREATE_CALL, OWN, CLIENT_ANSWERED,
		201, "{\"id\":\"" AGENT_CALL "\",\"state\":\"establishing\"}", "" },
	{ "agent's call placed, its answer unreadable", LIVE_OFFERED, OP_CREATE_CALL, OWN,
		CLIENT_ANSWERED, 201, "<html>", "" },
	{ "agent's call: there is no such user", LIVE_OFFERED, OP_CREATE_CALL, OWN, CLIENT_ANSWERED,
		404, "", "effect-failed contact=1 attempt=25 end=refused\n" },
	{ "agent's call: nobody knows", LIVE_OFFERED, OP_CREATE_CALL, OWN, CLIENT_UNKNOWN, 0, "",
		"" },
	{ "hung up", HANGING_UP, OP_DELETE_CALL, 30, CLIENT_ANSWERED, 204, "", "" },
	{ "hung up: gone before", HANGING_UP, OP_DELETE_CALL, 30, CLIENT_ANSWERED, 404, "",
		"effect-failed contact=1 attempt=30 end=gone\n" },
	{ "hung up: nobody knows", HANGING_UP, OP_DELETE_CALL, 30, CLIENT_UNKNOWN, 0, "",
		"effect-failed contact=1 attempt=30 end=timeout\n" },
	{ "kept alive", ACTIVE, OP_KEEP_ALIVE, 31, CLIENT_ANSWERED, 200, "", "" },
	{ "kept alive: gone", ACTIVE, OP_KEEP_ALIVE, 31, CLIENT_ANSWERED, 404, "",
		"effect-failed contact=1 attempt=31 end=gone\n" },
	{ "tones subscribed", ACTIVE, OP_SUBSCRIBE_TO_TONE, 2, CLIENT_ANSWERED, 200,
		CONTEXT("2") "completed\"}", "" },
	{ "tones refused", ACTIVE, OP_SUBSCRIBE_TO_TONE, 2, CLIENT_ANSWERED, 403, "",
		"effect-failed contact=1 attempt=2 end=refused\n" },
	{ "rejected", RINGS, OP_REJECT, 1, CLIENT_ANSWERED, 202, "", "" },
	{ "cancelling may fail", ACTIVE, OP_CANCEL_MEDIA, 0, CLIENT_ANSWERED, 500, "", "" },
	{ "taking out a participant may fail", TALKS, OP_REMOVE_PARTICIPANT, 0, CLIENT_ANSWERED,
		404, "", "" },
	{ "asking for the roster may fail", TALKS, OP_LIST_PARTICIPANTS, 0, CLIENT_UNKNOWN, 0, "",
		"" },
};

static void each_reply(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(replies); i++) {
		struct desk *d = desk_new(replies[i].past);
		struct reply *r = calloc(1, sizeof(*r));
		struct to_core t;

		if (replies[i].status)
			reply_decode(
				replies[i].status, replies[i].body, strlen(replies[i].body), r);
		to_core_reply(line_of(d->lines, 1), replies[i].op, 1, replies[i].attempt,
			replies[i].end, r, &t);
		desk_take(d, &t);
		bad += desk_differs(d, replies[i].name, replies[i].want);
		free(r);
		desk_free(d);
	}
	assert_int_equal(bad, 0);
}

static void an_invite_tells_the_participants_id(void **state)
{
	static const char body[] = "{\"id\":\"op\",\"clientContext\":\"23\",\"status\":\"Running\","
				   "\"participants\":[{\"participantId\":\"p-7\"}]}";
	struct desk *d = desk_new(OFFERED);
	struct reply *r = calloc(1, sizeof(*r));
	struct to_core t;

	(void)state;
	reply_decode(200, body, strlen(body), r);
	to_core_reply(line_of(d->lines, 1), OP_INVITE, 1, RING, CLIENT_ANSWERED, r, &t);
	assert_int_equal(t.n, 0);
	assert_string_equal(line_ring(line_of(d->lines, 1), RING)->participant_id, "p-7");
	free(r);
	desk_free(d);
}

static void each_probe(void **state)
{
	static const struct {
		int status;
		const char *body, *want;
	} probes[] = {
		{ 404, "", "call-ended contact=1 attempt=50 end=gone\n" },
		{ 200, "{\"state\":\"terminated\"}", "call-ended contact=1 attempt=50 end=gone\n" },
		{ 200, "{\"state\":\"incoming\"}",
			"call-present contact=1 attempt=50 presence=ringing\n" },
		{ 200, "{\"state\":\"established\"}",
			"call-present contact=1 attempt=50 presence=active\n" },
		{ 200, "{\"state\":\"transferring\",\"mediaState\":{\"audio\":\"active\"}}",
			"call-present contact=1 attempt=50 presence=active\n" },
		{ 200, "{\"state\":\"establishing\"}",
			"call-present contact=1 attempt=50 presence=pending\n" },
		{ 200, "{}", "call-present contact=1 attempt=50 presence=pending\n" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(probes); i++) {
		struct desk *d = desk_new(ACTIVE);
		struct reply *r = calloc(1, sizeof(*r));
		struct to_core t;

		reply_decode(probes[i].status, probes[i].body, strlen(probes[i].body), r);
		to_core_probe(line_of(d->lines, 1), 50, r, &t);
		desk_take(d, &t);
		assert_string_equal(d->room, probes[i].want);
		free(r);
		desk_free(d);
	}
}

static void each_media_event(void **state)
{
	static const struct {
		struct engine_event ev;
		const char *want;
	} media[] = {
		{ { ENGINE_PLAYED, 5, 21, 0, 0 }, "play-ended contact=1 attempt=21 end=done\n" },
		{ { ENGINE_DTMF, 5, 0, '#', 0 }, "digit contact=1 attempt=1 digit=#\n" },
		{ { ENGINE_DTMF, 5, 0, '1', 0 }, "digit contact=1 attempt=2 digit=1\n" },
		{ { ENGINE_DTMF, 6, 0, '1', 0 }, "" }, /* an agent's leg */
		{ { ENGINE_HEARD, 5, 0, 0, 0 }, "" },
		{ { ENGINE_SILENT, 5, 0, 0, 0 }, "" },
	};
	struct desk *d = desk_new(LIVE);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(media); i++) {
		struct to_core t;

		d->said = TEXT(d->room);
		d->room[0] = '\0';
		to_core_media(line_of(d->lines, 1), &media[i].ev, &t);
		desk_take(d, &t);
		assert_string_equal(d->room, media[i].want);
	}
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_reply),
		cmocka_unit_test(an_invite_tells_the_participants_id),
		cmocka_unit_test(each_probe),
		cmocka_unit_test(each_media_event),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
