/* Steps that ask somebody outside: lookups, voicemail, transfers. */
#include "tests/bot/core/trace.h"

#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

#define UP(plan) "plan " plan "\n+0 call-incoming contact=1 entry=0\n+0 call-active contact=1\n"
#define PLAY(attempt, prompt) "play contact=1 attempt=" attempt " prompt=" prompt
#define LISTEN "listen contact=1 attempt=2\n"
#define STOP "stop-play contact=1\n"
#define PLAYED(n) "+100 play-ended contact=1 attempt=" n " end=done\n"
#define OUTCOME(what, ended) \
	"outcome contact=1 " what " entry=0 offered=1000000 answered=1000000 ended=" ended
#define LEFT "+10 call-ended contact=1 end=hung-up\n"
#define BACK(attempt) "+5 start\n+5 call-present contact=1 attempt=" attempt " presence=active\n"

#define LOOK UP("lookup")
#define RECORDING UP("voicemail") PLAYED("3")
#define OUT UP("outside") PLAYED("3")

static const struct trace_row lookups[] = {
	{ "asked while a prompt is heard", LOOK,
		LISTEN PLAY("3", "2") "\nlookup contact=1 attempt=4 value=7" },
	{ "a case leads its way", LOOK "+10 looked-up contact=1 attempt=4 case=0",
		STOP PLAY("5", "4") },
	{ "another into a queue", LOOK "+10 looked-up contact=1 attempt=4 case=2",
		STOP "hold contact=1 attempt=5 queue=1 prompt=11 value=1 music=10\n"
		     "ring contact=1 attempt=6 agent=1 queue=1" },
	{ "no such case leads otherwise", LOOK "+10 looked-up contact=1 attempt=4 case=1",
		STOP PLAY("5", "5") },
	{ "so does no key's case", LOOK "+10 looked-up contact=1 attempt=4 case=12",
		STOP PLAY("5", "5") },
	{ "and no answer", LOOK "+10 looked-up contact=1 attempt=4 case=-1", STOP PLAY("5", "5") },
	{ "and a lookup that could not be made",
		LOOK "+10 effect-failed contact=1 attempt=4 end=timeout", STOP PLAY("5", "5") },
	{ "the end of the prompt is not the end of waiting", LOOK PLAYED("3"), "" },
	{ "but time is", LOOK PLAYED("3") "+2900 pass", PLAY("5", "5") },
	{ "also over the prompt", LOOK "+3000 pass", STOP PLAY("5", "5") },
	{ "not before", LOOK "+2999 pass", "" },
	{ "a late answer changes no way",
		LOOK "+3000 pass\n+10 looked-up contact=1 attempt=4 case=0", "" },
	{ "nor does a doubled one",
		LOOK "+10 looked-up contact=1 attempt=4 case=0\n"
		     "+10 looked-up contact=1 attempt=4 case=2",
		"" },
	{ "another's answer is nothing", LOOK "+10 looked-up contact=1 attempt=3 case=0", "" },
	{ "nothing otherwise: the next step", UP("lookup-plain") "+3000 pass", PLAY("4", "6") },
	{ "nobody waits: on at once", UP("lookup-aside"),
		LISTEN "lookup contact=1 attempt=3 value=7\n" PLAY("4", "6") },
	{ "the answer is there when it is wanted",
		UP("lookup-aside") "+10 looked-up contact=1 attempt=3 case=2\n" PLAYED("4"),
		PLAY("5", "4") },
	{ "or is not: then that is known", UP("lookup-aside") PLAYED("4"), PLAY("5", "5") },
	{ "an answer without a variable is nothing",
		UP("lookup-no-var") "+10 looked-up contact=1 attempt=3 case=2\n" PLAYED("4"),
		PLAY("5", "4") },
	{ "in a queue it is nothing at all",
		LOOK "+10 looked-up contact=1 attempt=4 case=2\n"
		     "+10 looked-up contact=1 attempt=4 case=1",
		"" },
	{ "lost at a restart: unanswered", LOOK BACK("5"),
		"listen contact=1 attempt=6\n" PLAY("7", "5") },
	{ "unless it was asked after the restart",
		UP("lookup-plain") "+5 start\n+5 looked-up contact=1 attempt=3 case=0\n",
		PLAY("5", "4") },
	{ "a plan without that flow begins anew",
		LOOK "again other-flow\n+10 looked-up contact=1 attempt=4 case=2", "" },
	{ "the same plan again keeps it waiting",
		LOOK "again lookup\n+10 looked-up contact=1 attempt=4 case=0",
		STOP PLAY("5", "4") },
};

static const struct trace_row voicemails[] = {
	{ "greeted", UP("voicemail"), LISTEN PLAY("3", "2") },
	{ "then recorded", RECORDING,
		"record contact=1 attempt=4 value=9 length=60000 silence=4000" },
	{ "without greeting, at once", UP("voicemail-plain"),
		LISTEN "record contact=1 attempt=3 value=9 length=60000 silence=4000" },
	{ "a key cuts the greeting short", UP("voicemail") "+10 digit contact=1 digit=#",
		STOP "record contact=1 attempt=4 value=9 length=60000 silence=4000" },
	{ "a key in the message is the recorder's", RECORDING "+10 digit contact=1 digit=#", "" },
	{ "recorded: thanks", RECORDING "+10 recorded contact=1 attempt=4 end=done",
		PLAY("5", "8") },
	{ "and good-bye",
		RECORDING "+10 recorded contact=1 attempt=4 end=done\n" PLAYED(
			"5") "+10 call-ended contact=1 end=by-us",
		OUTCOME("voicemail", "1000210") },
	{ "hung up during the thanks", RECORDING "+10 recorded contact=1 attempt=4 end=done\n" LEFT,
		OUTCOME("voicemail", "1000120") },
	{ "without thanks", UP("voicemail-plain") "+10 recorded contact=1 attempt=3 end=done",
		"hang-up contact=1 attempt=4" },
	{ "nothing was said", RECORDING "+10 recorded contact=1 attempt=4 end=empty",
		PLAY("5", "4") },
	{ "nothing was said, and there is nothing else",
		UP("voicemail-plain") "+10 recorded contact=1 attempt=3 end=empty\n"
				      "+10 call-ended contact=1 end=by-us",
		OUTCOME("self_served", "1000010") },
	{ "it failed", RECORDING "+10 recorded contact=1 attempt=4 end=failed", PLAY("5", "4") },
	{ "it failed, and there is nothing else",
		UP("voicemail-plain") "+10 recorded contact=1 attempt=3 end=failed\n"
				      "+10 call-ended contact=1 end=by-us",
		OUTCOME("failed", "1000010") },
	{ "it was refused", RECORDING "+10 effect-failed contact=1 attempt=4 end=refused",
		PLAY("5", "4") },
	{ "nobody ever tells", RECORDING "+124000 pass", PLAY("5", "4") },
	{ "hung up during the greeting", UP("voicemail") LEFT,
		OUTCOME("abandoned_in_ivr", "1000010") },
	{ "hung up on the recording: it is waited for", RECORDING LEFT, "" },
	{ "it was recorded", RECORDING LEFT "+50 recorded contact=1 attempt=4 end=done",
		OUTCOME("voicemail", "1000110") },
	{ "it was empty", RECORDING LEFT "+50 recorded contact=1 attempt=4 end=empty",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "it came to nothing", RECORDING LEFT "+50 effect-failed contact=1 attempt=4 end=refused",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "another word that the call is gone ends the waiting",
		RECORDING LEFT "+50 effect-failed contact=1 attempt=4 end=gone",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "nobody tells for ten seconds", RECORDING LEFT "+10000 pass",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "left, and our leg is up", RECORDING "+10 call-ended contact=1 end=left",
		"hang-up contact=1 attempt=5" },
	{ "and it was recorded",
		RECORDING "+10 call-ended contact=1 end=left\n"
			  "+50 recorded contact=1 attempt=4 end=done\n"
			  "+50 call-ended contact=1 end=by-us",
		OUTCOME("voicemail", "1000110") },
	{ "or told after the hang-up",
		RECORDING "+10 call-ended contact=1 end=left\n"
			  "+50 call-ended contact=1 end=by-us\n"
			  "+50 recorded contact=1 attempt=4 end=done",
		OUTCOME("voicemail", "1000110") },
	{ "after a restart the greeting anew", RECORDING BACK("5"),
		"listen contact=1 attempt=6\n" PLAY("7", "2") },
	{ "and what was recorded before is nothing",
		RECORDING BACK("5") "+10 recorded contact=1 attempt=4 end=done", "" },
	{ "a recording begun since the restart goes on",
		UP("voicemail") "+5 start\n+5 play-ended contact=1 attempt=3 end=done\n"
				"+5 call-present contact=1 attempt=4 presence=active\n",
		"listen contact=1 attempt=6" },
	{ "a restart while the end is awaited asks nobody", RECORDING LEFT "+5 start", "" },
	{ "and ends it all the same", RECORDING LEFT "+5 start\n+9995 pass",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "another plan too", RECORDING LEFT "again direct\n+0 pass",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "and the same one waits on",
		RECORDING LEFT "again voicemail\n+5 recorded contact=1 attempt=4 end=done",
		OUTCOME("voicemail", "1000110") },
};

static const struct trace_row transfers[] = {
	{ "announced", UP("outside"), LISTEN PLAY("3", "2") },
	{ "then transferred", OUT, "transfer contact=1 attempt=4 value=3" },
	{ "at once without prompt", UP("outside-plain"),
		LISTEN "transfer contact=1 attempt=3 value=3" },
	{ "the end is estimated",
		OUT "+500 transferred contact=1 attempt=4\n+10 call-ended contact=1 end=hung-up",
		OUTCOME("transferred", "1000610 estimated") },
	{ "nobody says that the call ended: it is hung up",
		OUT "+500 transferred contact=1 attempt=4\n+60000 pass",
		"hang-up contact=1 attempt=5" },
	{ "it failed", OUT "+500 transfer-failed contact=1 attempt=4", PLAY("5", "4") },
	{ "it failed, and there is nothing else",
		UP("outside-plain") "+500 transfer-failed contact=1 attempt=3", PLAY("4", "6") },
	{ "refused", OUT "+500 effect-failed contact=1 attempt=4 end=refused", PLAY("5", "4") },
	{ "of unknown outcome: it may be under way",
		OUT "+500 effect-failed contact=1 attempt=4 end=timeout", "" },
	{ "until its deadline",
		OUT "+500 effect-failed contact=1 attempt=4 end=timeout\n+59500 pass",
		PLAY("5", "4") },
	{ "a word after that is nothing", OUT "+60000 pass\n+5 transferred contact=1 attempt=4",
		"" },
	{ "hung up meanwhile, or transferred: it is waited for", OUT LEFT, "" },
	{ "it was transferred", OUT LEFT "+50 transferred contact=1 attempt=4",
		OUTCOME("transferred", "1000110 estimated") },
	{ "it was not", OUT LEFT "+50 transfer-failed contact=1 attempt=4",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "nobody says so for ten seconds", OUT LEFT "+10000 pass",
		OUTCOME("abandoned_in_ivr", "1000110") },
	{ "after a restart, established: anew", OUT BACK("5"),
		"listen contact=1 attempt=6\n" PLAY("7", "2") },
	{ "after a restart, transferring: its deadline stands",
		OUT "+5 start\n+5 call-present contact=1 attempt=5 presence=pending\n+59990 pass",
		PLAY("6", "4") },
	{ "transferred, then a restart: nothing is hung up",
		OUT "+500 transferred contact=1 attempt=4\n" BACK("5"), "" },
};

static void lookup(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(lookups, ARRAY_LEN(lookups)), 0);
}

static void voicemail(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(voicemails, ARRAY_LEN(voicemails)), 0);
}

static void transfer(void **state)
{
	(void)state;
	assert_int_equal(trace_rows(transfers, ARRAY_LEN(transfers)), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookup),
		cmocka_unit_test(voicemail),
		cmocka_unit_test(transfer),
	};

	return cmocka_run_group_tests_name("core tasks", tests, NULL, NULL);
}
