/* Every translation of a notification, in every state of a line that matters. */
#include "tests/bot/shell/desk.h"

#include "bot/base/err.h"

#define CALL_DATA(members) "{\"@odata.type\":\"#microsoft.graph.call\"," members "}"
#define OP_DATA(type, members) "{\"@odata.type\":\"#microsoft.graph." type "\"," members "}"
#define RESULT(code, subcode) "\"resultInfo\":{\"code\":" code ",\"subcode\":" subcode "}"
#define OP "/operations/1"
#define ESTABLISHED CALL_DATA("\"state\":\"established\"")
#define ACTIVE_AUDIO(state) \
	CALL_DATA("\"state\":\"" state "\",\"mediaState\":{\"audio\":\"active\"}")
#define TONE(n, name)                                                                             \
	CALL_DATA("\"state\":\"established\",\"toneInfo\":{\"sequenceId\":" n ",\"tone\":\"" name \
		  "\"}")
#define FAILED_INVITE(code, subcode)           \
	OP_DATA("inviteParticipantsOperation", \
		"\"clientContext\":\"23\",\"status\":\"failed\"," RESULT(code, subcode))
#define ENDED(code, subcode) CALL_DATA("\"state\":\"terminated\"," RESULT(code, subcode))
#define PARTY(pid, kind, id)                                              \
	"{\"@odata.type\":\"#microsoft.graph.participant\",\"id\":\"" pid \
	"\",\"info\":{\"identity\":{\"" kind "\":{\"id\":\"" id "\"}}}}"
#define BOT PARTY("p-bot", "application", "11111111-2222-4333-8444-555555555555")
#define CALLER PARTY("c19f4e72-0d5b-4a83-9f6e-8b3d2a1c5e07", "phone", "+15550123")
#define ADA PARTY("p-ada", "user", "3F1D6A52-9C7E-4B0A-8D5F-C2E1B4A79680")
#define ADA_REMOVED                                                                             \
	"{\"@odata.type\":\"#microsoft.graph.participant\",\"id\":\"p-ada\",\"removedState\":{" \
	"\"reason\":\"Removed\"},\"info\":{\"identity\":{\"user\":{\"id\":"                     \
	"\"3F1D6A52-9C7E-4B0A-8D5F-C2E1B4A79680\"}}}}"
#define BEN PARTY("p-ben", "user", "bbbbbbbb-0000-4000-8000-000000000002")

struct said {
	const char *id; /* of the call; NULL: CALL */
	const char *change, *below, *data;
};

static const struct row {
	const char *name;
	enum past past;
	struct address at;
	const char *fixture; /* NULL: said */
	struct said said;
	unsigned times; /* 0 is once */
	const char *want;
} rows[] = {
	{ "incoming: to a number of ours", NOTHING, { .contact = 0 }, "call/incoming-phone", { 0 },
		0, "call-incoming contact=1 entry=0 ref=" CALL "\n" },
	{ "incoming: to the bot itself takes the default", NOTHING, { .contact = 0 },
		"call/incoming-user", { 0 }, 0,
		"call-incoming contact=1 entry=2 ref=4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a11\n" },
	{ "incoming: a guest's, forwarded", NOTHING, { .contact = 0 },
		"call/incoming-guest-forwarded", { 0 }, 0,
		"call-incoming contact=1 entry=0 ref=4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a13\n" },
	{ "incoming: told twice", NOTHING, { .contact = 0 }, "call/incoming-phone", { 0 }, 2,
		"call-incoming contact=1 entry=0 ref=" CALL "\nignored: this call is known\n" },
	{ "incoming: told again while it is answered", ACTIVE, { .contact = 0 },
		"call/incoming-phone", { 0 }, 0, "ignored: this call is known\n" },
	{ "incoming: told again after its end", OVER, { .contact = 0 }, "call/incoming-phone",
		{ 0 }, 0, "ignored: this call has ended\n" },
	{ "incoming: not at a call's own address", NOTHING, { .contact = 9 }, "call/incoming-phone",
		{ 0 }, 0, "ignored: unknown call\n" },
	{ "incoming: another realm's entry is not found", NOTHING, { .realm = 1 },
		"call/incoming-phone", { 0 }, 0,
		"ignored: no entry for the number called, and no default entry\n" },
	{ "another realm's word on a call", ACTIVE, { .contact = 1, .realm = 1 },
		"call/established", { 0 }, 0, "ignored: another bot's or tenant's call\n" },
	{ "a call nobody knows", NOTHING, { .contact = 0 }, "call/established", { 0 }, 0,
		"ignored: unknown call\n" },
	{ "another call's id at a call's address", ACTIVE, { .contact = 1 }, NULL,
		{ AGENT_CALL, "updated", "", ESTABLISHED }, 0,
		"ignored: another call's id at this call's address\n" },
	{ "a kind nobody knows", ACTIVE, { .contact = 1 }, "envelope/unknown-type", { 0 }, 0,
		"ignored: of a kind we do not know\nignored: another call's id at this call's "
		"address\n" },
	{ "a kind that is others' business", ACTIVE, { .contact = 1 }, "envelope/contentsharing",
		{ 0 }, 0, "ignored: nothing for a contact centre\n" },
	{ "somebody joins, and it is no recording bot who hears", NOTHING, { .contact = 0 },
		"envelope/joining-notification", { 0 }, 0,
		"ignored: nothing for a contact centre\n" },

	{ "answered: established is not yet audible", RINGS, { .contact = 1 }, "call/established",
		{ 0 }, 0, "" },
	{ "answered: audio flows", RINGS, { .contact = 1 }, "call/audio-active", { 0 }, 0,
		"call-active contact=1\n" },
	{ "answered: at the registered webhook too", RINGS, { .contact = 0 }, "call/audio-active",
		{ 0 }, 0, "call-active contact=1\n" },
	{ "answered: audio without a state", RINGS, { .contact = 1 }, "call/audio-active-only",
		{ 0 }, 0, "call-active contact=1\n" },
	{ "answered: audio while establishing", RINGS, { .contact = 1 }, NULL,
		{ NULL, "updated", "", ACTIVE_AUDIO("establishing") }, 0,
		"call-active contact=1\n" },
	{ "answered: told three times", RINGS, { .contact = 1 }, "call/audio-active", { 0 }, 3,
		"call-active contact=1\n" },
	{ "answered: establishing late", ACTIVE, { .contact = 1 }, "call/establishing", { 0 }, 0,
		"" },
	{ "answered: silence later changes nothing", ACTIVE, { .contact = 1 },
		"call/audio-inactive", { 0 }, 0, "" },
	{ "live audio: established again", LIVE, { .contact = 1 }, "call/established", { 0 }, 0,
		"" },

	{ "tone", ACTIVE, { .contact = 1 }, NULL, { NULL, "updated", "", TONE("1", "tone1") }, 0,
		"digit contact=1 attempt=1 digit=1\n" },
	{ "tone: star", ACTIVE, { .contact = 1 }, NULL, { NULL, "updated", "", TONE("2", "star") },
		0, "digit contact=1 attempt=2 digit=*\n" },
	{ "tone: of the fixture", ACTIVE, { .contact = 1 }, "call/tone-pound", { 0 }, 0,
		"digit contact=1 attempt=2 digit=#\n" },
	{ "tone: told twice", ACTIVE, { .contact = 1 }, "call/tone-a", { 0 }, 2,
		"digit contact=1 attempt=4 digit=A\nignored: this digit was taken before\n" },
	{ "tone: flash is no digit", ACTIVE, { .contact = 1 }, "call/tone-flash", { 0 }, 0, "" },
	{ "tone: of a kind nobody knows", ACTIVE, { .contact = 1 }, "call/tone-unknown", { 0 }, 0,
		"" },
	{ "tone: a number beyond ours", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "updated", "", TONE("4294967296", "tone1") }, 0,
		"ignored: this digit was taken before\n" },

	{ "play: ended", ACTIVE, { .contact = 1 }, "operation/play-prompt-completed", { 0 }, 0,
		"play-ended contact=1 attempt=21 end=done\n" },
	{ "play: ended, all numbers as strings", ACTIVE, { .contact = 1 },
		"operation/play-prompt-strings", { 0 }, 0,
		"play-ended contact=1 attempt=21 end=done\n" },
	{ "play: failed", ACTIVE, { .contact = 1 }, "operation/play-prompt-failed", { 0 }, 0,
		"play-ended contact=1 attempt=21 end=failed\n" },
	{ "play: completed with a result that failed", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP,
			OP_DATA("playPromptOperation",
				"\"clientContext\":\"21\",\"status\":\"completed\"," RESULT(
					"500", "8536")) },
		0, "play-ended contact=1 attempt=21 end=failed\n" },
	{ "play: cancelled", ACTIVE, { .contact = 1 }, "operation/play-prompt-cancelled", { 0 }, 0,
		"play-ended contact=1 attempt=21 end=cancelled\n" },
	{ "play: without a type, known by its context", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP,
			"{\"id\":\"1\",\"clientContext\":\"21\",\"status\":\"completed\"}" },
		0, "play-ended contact=1 attempt=21 end=done\n" },
	{ "play: still running", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "updated", OP,
			OP_DATA("playPromptOperation",
				"\"clientContext\":\"21\",\"status\":\"Running\"") },
		0, "ignored: the operation is still running\n" },
	{ "operation: of nobody's context", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP,
			OP_DATA("playPromptOperation",
				"\"clientContext\":\"a guid\",\"status\":\"completed\"") },
		0, "ignored: no operation of ours waits for this\n" },
	{ "operation: a context that is too large", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP,
			OP_DATA("playPromptOperation",
				"\"clientContext\":\"4294967317\",\"status\":\"completed\"") },
		0, "ignored: no operation of ours waits for this\n" },
	{ "operation: subscribed to tones", ACTIVE, { .contact = 1 }, "operation/subscribe-to-tone",
		{ 0 }, 0, "ignored: no operation of ours waits for this\n" },
	{ "operation: hold music, of no interest", ACTIVE, { .contact = 1 },
		"operation/hold-music-no-slash", { 0 }, 0,
		"ignored: no operation of ours waits for this\n" },

	{ "invite: ended well", OFFERED, { .contact = 1 }, "operation/invite-completed", { 0 }, 0,
		"agent-answered contact=1 attempt=23\n" },
	{ "invite: ended well, on the odd path", OFFERED, { .contact = 1 },
		"operation/invite-odd-path", { 0 }, 0, "agent-answered contact=1 attempt=23\n" },
	{ "invite: not signalled", OFFERED, { .contact = 1 }, "operation/invite-failed", { 0 }, 0,
		"agent-failed contact=1 attempt=23 end=no-answer\n" },
	{ "invite: busy", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("486", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=busy\n" },
	{ "invite: busy everywhere", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("600", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=busy\n" },
	{ "invite: declined", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("603", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=rejected\n" },
	{ "invite: forbidden", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("403", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=rejected\n" },
	{ "invite: no endpoint", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("\"480\"", "\"10037\"") }, 0,
		"agent-failed contact=1 attempt=23 end=unreachable\n" },
	{ "invite: unknown user", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("404", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=unreachable\n" },
	{ "invite: rang out", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("487", "0") }, 0,
		"agent-failed contact=1 attempt=23 end=no-answer\n" },
	{ "invite: a fault of Graph", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP, FAILED_INVITE("500", "7117") }, 0,
		"agent-failed contact=1 attempt=23 end=failed\n" },
	{ "invite: failed without a reason", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "deleted", OP,
			OP_DATA("inviteParticipantsOperation",
				"\"clientContext\":\"23\",\"status\":\"failed\"") },
		0, "agent-failed contact=1 attempt=23 end=failed\n" },
	{ "invite: ended well after it was withdrawn", WITHDRAWN, { .contact = 1 },
		"operation/invite-completed", { 0 }, 0, "agent-answered contact=1 attempt=23\n" },

	{ "roster: the agent joins", OFFERED, { .contact = 1 }, "roster/full", { 0 }, 0,
		"agent-answered contact=1 attempt=23\n" },
	{ "roster: told twice", OFFERED, { .contact = 1 }, "roster/full", { 0 }, 2,
		"agent-answered contact=1 attempt=23\n" },
	{ "roster: one participant of a delta joins", OFFERED, { .contact = 1 }, "roster/one",
		{ 0 }, 0, "agent-answered contact=1 attempt=23\n" },
	{ "roster: the agent with two devices", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "," ADA "," ADA "]" }, 0,
		"agent-answered contact=1 attempt=23\n" },
	{ "roster: the agent is in the lobby", OFFERED, { .contact = 1 }, "roster/lobby", { 0 }, 0,
		"" },
	{ "roster: before the agent", OFFERED, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "]" }, 0, "" },
	{ "roster: older than the answer", INVITED, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "]" }, 0, "" },
	{ "roster: the agent leaves", TALKS, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "]" }, 2,
		"agent-left contact=1 attempt=23\n" },
	{ "roster: the agent leaves, as a delta without identity", TALKS, { .contact = 1 },
		"roster/one-left", { 0 }, 2, "agent-left contact=1 attempt=23\n" },
	{ "roster: the agent is listed as removed, among all", TALKS, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "," ADA_REMOVED "]" }, 0,
		"agent-left contact=1 attempt=23\n" },
	{ "roster: the caller leaves", TALKS, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," ADA "]" }, 0,
		"call-ended contact=1 end=left\n" },
	{ "roster: the caller leaves, as a delta", TALKS, { .contact = 1 }, "roster/delta", { 0 },
		0, "call-ended contact=1 end=left\n" },
	{ "roster: the bot alone", TALKS, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "]" }, 0,
		"agent-left contact=1 attempt=23\ncall-ended contact=1 end=left\n" },
	{ "roster: empty", TALKS, { .contact = 1 }, "roster/empty", { 0 }, 0,
		"agent-left contact=1 attempt=23\ncall-ended contact=1 end=left\n" },
	{ "roster: empty before anybody was seen", OFFERED, { .contact = 1 }, "roster/empty", { 0 },
		0, "" },
	{ "roster: somebody the agent added changes nothing", TALKS, { .contact = 1 }, NULL,
		{ NULL, "updated", "/participants", "[" BOT "," CALLER "," ADA "," BEN "]" }, 0,
		"" },
	{ "roster: the late agent of a withdrawn ring", WITHDRAWN, { .contact = 1 }, "roster/full",
		{ 0 }, 0, "agent-answered contact=1 attempt=23\n" },
	{ "roster: strangers of every kind", OFFERED, { .contact = 1 }, "roster/kinds", { 0 }, 0,
		"" },

	{ "transfer: begins", SENT, { .contact = 1 }, "call/transferring", { 0 }, 0, "" },
	{ "transfer: accepted", SENDING, { .contact = 1 }, "call/transfer-accepted", { 0 }, 2,
		"handed-over contact=1 attempt=24\n" },
	{ "transfer: accepted, its beginning never told", SENT, { .contact = 1 },
		"call/transfer-accepted", { 0 }, 0, "handed-over contact=1 attempt=24\n" },
	{ "transfer: accepted and over", ACCEPTED, { .contact = 1 }, "call/transfer-finished",
		{ 0 }, 0, "call-ended contact=1 end=hung-up\n" },
	{ "transfer: over, accepted never told", SENDING, { .contact = 1 },
		"call/transfer-finished", { 0 }, 0,
		"handed-over contact=1 attempt=24\ncall-ended contact=1 end=hung-up\n" },
	{ "transfer: over, by number", SENDING, { .contact = 1 }, NULL,
		{ NULL, "deleted", "", ENDED("200", "7015") }, 0,
		"handed-over contact=1 attempt=24\ncall-ended contact=1 end=hung-up\n" },
	{ "transfer: over, by string", SENDING, { .contact = 1 }, NULL,
		{ NULL, "deleted", "", ENDED("\"0\"", "\"7015\"") }, 0,
		"handed-over contact=1 attempt=24\ncall-ended contact=1 end=hung-up\n" },
	{ "transfer: over, by its reason", SENDING, { .contact = 1 },
		"call/transfer-finished-consultative", { 0 }, 0,
		"handed-over contact=1 attempt=24\ncall-ended contact=1 end=hung-up\n" },
	{ "transfer: the caller hangs up first", SENDING, { .contact = 1 }, NULL,
		{ NULL, "deleted", "", ENDED("200", "540000") }, 0,
		"call-ended contact=1 end=hung-up\n" },
	{ "transfer: failed, told twice", SENDING, { .contact = 1 }, "call/transfer-failed", { 0 },
		2, "agent-failed contact=1 attempt=24 end=no-answer\n" },
	{ "transfer: failed, but this one has not begun", SENT, { .contact = 1 },
		"call/transfer-failed", { 0 }, 0, "" },
	{ "transfer: plainly established meanwhile", SENDING, { .contact = 1 }, "call/established",
		{ 0 }, 0, "" },
	{ "transfer: 7015 without one", ACTIVE, { .contact = 1 }, "call/transfer-finished", { 0 },
		0, "call-ended contact=1 end=hung-up\n" },

	{ "end: hung up", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "deleted", "", ENDED("200", "540000") }, 0,
		"call-ended contact=1 end=hung-up\n" },
	{ "end: numbers as strings", ACTIVE, { .contact = 1 }, "call/terminated-strings", { 0 }, 0,
		"call-ended contact=1 end=hung-up\n" },
	{ "end: deleted says it, without a state", ACTIVE, { .contact = 1 },
		"call/deleted-without-state", { 0 }, 0, "call-ended contact=1 end=hung-up\n" },
	{ "end: deleted says it, without data", ACTIVE, { .contact = 1 },
		"call/deleted-without-data", { 0 }, 0, "call-ended contact=1 end=hung-up\n" },
	{ "end: updated to terminated", ACTIVE, { .contact = 1 }, NULL,
		{ NULL, "updated", "", ENDED("200", "0") }, 0,
		"call-ended contact=1 end=hung-up\n" },
	{ "end: terminating is not yet the end", ACTIVE, { .contact = 1 }, "call/terminating",
		{ 0 }, 0, "" },
	{ "end: no keep-alive", ACTIVE, { .contact = 1 }, "call/terminated-no-keepalive", { 0 }, 0,
		"call-ended contact=1 end=failed\n" },
	{ "end: a fault of Graph", ACTIVE, { .contact = 1 }, "call/terminated-diagcode", { 0 }, 0,
		"call-ended contact=1 end=failed\n" },
	{ "end: the caller gave up before", RINGS, { .contact = 1 }, "call/deleted-without-state",
		{ 0 }, 0, "call-ended contact=1 end=hung-up\n" },
	{ "end: by us", HANGING_UP, { .contact = 1 }, "call/terminated-strings", { 0 }, 0,
		"call-ended contact=1 end=by-us\n" },
	{ "end: told again after it", OVER, { .contact = 1 }, "call/terminated-strings", { 0 }, 0,
		"ignored: unknown call\n" },

	{ "agent's call: its id comes before Graph's answer", LIVE_OFFERED,
		{ .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "updated", "", CALL_DATA("\"state\":\"establishing\"") }, 2,
		"ring-placed contact=1 attempt=25 ref=" AGENT_CALL "\n" },
	{ "agent's call: established, its id unknown till now", LIVE_OFFERED,
		{ .contact = 1, .attempt = OWN }, NULL, { AGENT_CALL, "updated", "", ESTABLISHED },
		2,
		"ring-placed contact=1 attempt=25 ref=" AGENT_CALL
		"\nagent-answered contact=1 attempt=25\n" },
	{ "agent's call: established", LIVE_PLACED, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "updated", "", ESTABLISHED }, 2,
		"agent-answered contact=1 attempt=25\n" },
	{ "agent's call: busy", LIVE_PLACED, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "deleted", "", ENDED("486", "0") }, 2,
		"agent-failed contact=1 attempt=25 end=busy\n" },
	{ "agent's call: no answer", LIVE_PLACED, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "deleted", "", ENDED("408", "10057") }, 0,
		"agent-failed contact=1 attempt=25 end=no-answer\n" },
	{ "agent's call: the agent hangs up", LIVE_TALKS, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "deleted", "", ENDED("200", "0") }, 2,
		"agent-left contact=1 attempt=25\n" },
	{ "agent's call: answered after it was withdrawn", LIVE_WITHDRAWN,
		{ .contact = 1, .attempt = OWN }, NULL, { AGENT_CALL, "updated", "", ESTABLISHED },
		0, "agent-answered contact=1 attempt=25\n" },
	{ "agent's call: over after it was withdrawn", LIVE_WITHDRAWN,
		{ .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "deleted", "", ENDED("200", "0") }, 0, "" },
	{ "agent's call: another id at its address", LIVE_PLACED, { .contact = 1, .attempt = OWN },
		NULL, { CALL, "updated", "", ESTABLISHED }, 0,
		"ignored: another call's id at this call's address\n" },
	{ "agent's call: of no ring of ours", LIVE, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "updated", "", ESTABLISHED }, 0, "ignored: unknown call\n" },
	{ "agent's call: an operation there", LIVE_PLACED, { .contact = 1, .attempt = OWN }, NULL,
		{ AGENT_CALL, "deleted", OP,
			OP_DATA("playPromptOperation", "\"status\":\"completed\"") },
		0, "ignored: not needed for an agent's call\n" },
};

static void each_notification(void **state)
{
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *r = &rows[i];
		struct desk *d = desk_new(r->past);

		for (unsigned n = 0; n < (r->times ? r->times : 1); n++) {
			if (r->fixture)
				desk_fixture(d, r->at, r->fixture);
			else
				desk_say(d, r->at, r->said.id ? r->said.id : CALL, r->said.change,
					r->said.below, r->said.data);
		}
		bad += desk_differs(d, r->name, r->want);
		desk_free(d);
	}
	assert_int_equal(bad, 0);
}

static void a_digit_overtaken_by_the_next_one_is_not_taken(void **state)
{
	struct desk *d = desk_new(ACTIVE);

	(void)state;
	desk_say(d, (struct address){ .contact = 1 }, CALL, "updated", "", TONE("2", "tone2"));
	desk_say(d, (struct address){ .contact = 1 }, CALL, "updated", "", TONE("1", "tone1"));
	desk_say(d, (struct address){ .contact = 1 }, CALL, "updated", "", TONE("7", "tone7"));
	assert_int_equal(desk_differs(d, "2, 1, 7",
				 "digit contact=1 attempt=2 digit=2\n"
				 "ignored: this digit was taken before\n"
				 "digit contact=1 attempt=7 digit=7\n"),
		0);
	desk_free(d);
}

static void a_live_call_is_up_when_established(void **state)
{
	struct desk *d = desk_new(NOTHING);

	(void)state;
	desk_event(d, (struct event){ .kind = EV_CALL_INCOMING, .value = 1, .ref = guid_of(CALL) });
	desk_fixture(d, (struct address){ .contact = 1 }, "call/establishing");
	assert_string_equal(d->room, "");
	desk_fixture(d, (struct address){ .contact = 1 }, "call/established");
	desk_fixture(d, (struct address){ .contact = 1 }, "call/audio-active");
	assert_string_equal(d->room, "call-active contact=1\n");
	desk_free(d);
}

/* Offered twice, the first ring withdrawn: she is in the call for the second. */
static void an_agent_offered_twice_answers_the_newer_ring(void **state)
{
	struct desk *d = desk_new(WITHDRAWN);

	(void)state;
	desk_effect(d, FX_RING, 40, 1);
	desk_fixture(d, (struct address){ .contact = 1 }, "roster/full");
	assert_string_equal(d->room, "agent-answered contact=1 attempt=40\n");
	assert_string_equal(line_ring(line_of(d->lines, 1), 40)->participant_id,
		"e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264");
	desk_free(d);
}

/* The failure of the first may be told again while the second is under way. */
static void a_failed_transfer_does_not_fail_the_next_one(void **state)
{
	struct desk *d = desk_new(UNSENT);

	(void)state;
	lines_effect(d->lines,
		&(struct effect){ .kind = FX_RING, .contact = 1, .attempt = 41, .agent = 3 }, true);
	desk_fixture(d, (struct address){ .contact = 1 }, "call/transfer-failed");
	assert_string_equal(d->room, "");
	desk_fixture(d, (struct address){ .contact = 1 }, "call/transferring");
	desk_fixture(d, (struct address){ .contact = 1 }, "call/transfer-failed");
	assert_string_equal(d->room, "agent-failed contact=1 attempt=41 end=no-answer\n");
	desk_free(d);
}

/* What Graph told while we were away is lost. */
static void after_a_restart_the_next_roster_and_failure_are_believed(void **state)
{
	struct desk *d = desk_new(INVITED);

	(void)state;
	desk_event(d, (struct event){ .kind = EV_START });
	desk_say(d, (struct address){ .contact = 1 }, CALL, "updated", "/participants",
		"[" BOT "," CALLER "]");
	assert_string_equal(d->room, "agent-left contact=1 attempt=23\n");
	desk_free(d);
	d = desk_new(SENT);
	desk_event(d, (struct event){ .kind = EV_START });
	desk_fixture(d, (struct address){ .contact = 1 }, "call/transfer-failed");
	assert_string_equal(d->room, "agent-failed contact=1 attempt=24 end=no-answer\n");
	desk_free(d);
}

/* As many agents as a line can ring, all removed, and the caller with them: one event each. */
static void a_roster_of_nobody_left_tells_each_once(void **state)
{
	struct desk *d = desk_new(NOTHING);
	struct line l = { .contact = 1, .caller_in_roster = true };
	struct roster_entry party[LINE_RINGS] = { 0 };
	struct to_core out = { .n = 0 };

	(void)state;
	for (uint16_t i = 0; i < LINE_RINGS; i++) {
		l.ring[i] = (struct ring_out){
			.attempt = i + 1u, .agent = 1, .answered = true, .in_roster = true
		};
		snprintf(l.ring[i].participant_id, sizeof(l.ring[i].participant_id), "p-%d", i);
		snprintf(party[i].participant_id, sizeof(party[i].participant_id), "p-%d", i);
		party[i].removed = true;
	}
	to_core_roster(d->conf, &l, party, LINE_RINGS, false, &out);
	assert_int_equal(out.n, LINE_RINGS + 1);
	for (size_t i = 0; i < LINE_RINGS; i++)
		assert_int_equal(out.event[i].kind, EV_AGENT_LEFT);
	assert_int_equal(out.event[LINE_RINGS].kind, EV_CALL_ENDED);
	desk_free(d);
}

static void who_calls_and_what_was_dialled_is_noted(void **state)
{
	struct desk *d = desk_new(NOTHING);

	(void)state;
	desk_fixture(d, (struct address){ .contact = 0 }, "call/incoming-phone");
	assert_int_equal(d->person.contact, 1);
	assert_string_equal(d->person.kind, "phone");
	assert_string_equal(d->person.id, "+15550123");
	assert_string_equal(d->person.line, "7c3e9a10-2b4d-4f6a-9e8c-1d2f3a4b5c6d");
	desk_fixture(d, (struct address){ .contact = 0 }, "call/incoming-user");
	assert_int_equal(d->person.contact, 2);
	assert_string_equal(d->person.kind, "user");
	assert_true(d->person.name[0] != '\0');
	desk_free(d);
}

static void without_a_default_entry_strangers_numbers_are_refused(void **state)
{
	struct desk *d = desk_new(NOTHING);

	(void)state;
	d->conf->realm[0].default_entry = UINT16_MAX;
	desk_fixture(d, (struct address){ .contact = 0 }, "call/incoming-user");
	assert_string_equal(
		d->room, "ignored: no entry for the number called, and no default entry\n");
	assert_int_equal(d->person.contact, 0);
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_notification),
		cmocka_unit_test(a_digit_overtaken_by_the_next_one_is_not_taken),
		cmocka_unit_test(a_live_call_is_up_when_established),
		cmocka_unit_test(an_agent_offered_twice_answers_the_newer_ring),
		cmocka_unit_test(a_failed_transfer_does_not_fail_the_next_one),
		cmocka_unit_test(after_a_restart_the_next_roster_and_failure_are_believed),
		cmocka_unit_test(a_roster_of_nobody_left_tells_each_once),
		cmocka_unit_test(who_calls_and_what_was_dialled_is_noted),
		cmocka_unit_test(without_a_default_entry_strangers_numbers_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
