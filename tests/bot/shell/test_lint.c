/* What is well formed and still not meant, with the call that shows it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/shell/lint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                              \
	"{\"public_url\":\"https://cc.example.com\","                     \
	"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},"       \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\"," \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],\n"
#define ENTRY "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n"
#define ADA "{\"user\":\"bbbbbbbb-0000-4000-8000-000000000001\",\"name\":\"Ada\","
#define AGENTS "\"agents\":[" ADA "\"queues\":[\"q\"]}]"
#define OFFICE                                                                                     \
	"\"hours\":{\"office\":{\"time_zone\":\"Europe/Berlin\","                                  \
	"\"week\":{\"mon\":[\"09:00-17:30\"],\"tue\":[\"09:00-17:30\"],\"wed\":[\"09:00-17:30\"]," \
	"\"thu\":[\"09:00-17:30\"],\"fri\":[\"09:00-17:30\"]}"

/* want: lines of "fault" or "warning", place and text's beginning, in order of the file; "" none.
 */
static const struct {
	const char *name, *text;
	const char *want[4];
} rows[] = {
	{ "a queue with an agent, and nothing else",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{}}," AGENTS
			   "}",
		{ NULL } },
	{ "a flow no call comes to",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}],\n\"b\":[{\"queue\":\"q\"}]},"
			   "\"queues\":{\"q\":{}}," AGENTS "}",
		{ "warning 4:1: no call comes to it: flow \"b\"" } },
	{ "a queue no call comes to",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{},\n\"r\":{}},"
			   "\"agents\":[" ADA "\"queues\":[\"q\",\"r\"]}]}",
		{ "warning 4:1: no call comes to it but by an agent's transfer: queue \"r\"" } },
	{ "a prompt that nothing plays",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{}}," AGENTS
			   ",\n\"prompts\":{\"p\":{\"text\":\"x\"}}}",
		{ "warning 4:12: nothing plays it, unless a supervisor announces it: prompt "
		  "\"p\"" } },
	{ "hours, lookups, mailboxes, transfers and needs that nothing uses",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{}}," AGENTS
			   ",\n\"needs\":{\"n\":{\"skills\":{}}},\n" OFFICE "}},\n"
			   "\"mailboxes\":{\"m\":{}},\n"
			   "\"transfers\":{\"t\":{\"number\":\"+4930123456\"}}}",
		{ "warning 4:10: no flow sets it: need \"n\"",
			"warning 5:10: no step looks at them: hours \"office\"",
			"warning 6:14: no step records for it: mailbox \"m\"",
			"warning 7:14: no step goes there: transfer \"t\"" } },
	{ "a lookup nobody asks, a variable nobody looks at",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"set\":{\"variables\":{\"v\":1}}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS
		",\n\"lookups\":{\"l\":{\"url\":\"https://x.example\",\"cases\":{\"c\":"
		"{\"pointer\":\"/a\",\"values\":[1]}}}}}",
		{ "warning 3:1: variable \"v\" is set and never looked at by branch",
			"warning 4:12: no step asks it: lookup \"l\"" } },
	{ "closed in silence",
		HEAD ENTRY "\"flows\":{\"a\":[\n{\"hours\":{\"calendar\":\"office\"}},"
			   "{\"queue\":\"q\"}]},\"queues\":{\"q\":{}}," AGENTS ",\n" OFFICE "}}}",
		{ "warning 2:35: Friday 17:31: flow \"a\" leads to no person and no voicemail, "
		  "whatever is pressed",
			"warning 4:1: Friday 17:31: silence, then hung up" } },
	{ "closed with a word, and with voicemail",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"hours\":{\"calendar\":\"office\",\"closed\":\"v\"}},"
		"{\"queue\":\"q\"}],\"v\":[{\"play\":\"closed\"},{\"voicemail\":"
		"{\"mailbox\":\"m\"}}]},"
		"\"queues\":{\"q\":{}}," AGENTS ",\"mailboxes\":{\"m\":{\"queue\":\"q\"}}," OFFICE
		"}}}",
		{ NULL } },
	{ "a holiday has its own way, which says nothing of people",
		HEAD ENTRY "\"flows\":{\"a\":[{\"hours\":{\"calendar\":\"office\",\"closed\":\"v\","
			   "\"holiday\":"
			   "\"h\"}},"
			   "{\"queue\":\"q\"}],\"v\":[{\"voicemail\":{\"mailbox\":\"m\"}}],"
			   "\"h\":[{\"play\":\"holiday\"}]},"
			   "\"queues\":{\"q\":{}}," AGENTS
			   ",\"mailboxes\":{\"m\":{\"queue\":\"q\"}}," OFFICE
			   ",\"holidays\":[{\"date\":\"2026-12-25\"}]}}}",
		{ "warning 2:35: Friday 2026-12-25 00:01: flow \"a\" leads to no person and no "
		  "voicemail, whatever is pressed (last heard: \"holiday\")" } },
	{ "a way for holidays of which there are none",
		HEAD ENTRY "\"flows\":{\"a\":[{\"hours\":{\"calendar\":\"office\",\"closed\":\"v\","
			   "\"holiday\":"
			   "\"h\"}},"
			   "{\"queue\":\"q\"}],\"v\":[{\"voicemail\":{\"mailbox\":\"m\"}}],"
			   "\"h\":[{\"queue\":\"q\"}]},"
			   "\"queues\":{\"q\":{}}," AGENTS
			   ",\"mailboxes\":{\"m\":{\"queue\":\"q\"}}," OFFICE "}}}",
		{ "warning 3:15: \"holiday\" leads nowhere, as hours \"office\" have no "
		  "holidays" } },
	{ "press 2: silence",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"b\"}}],\n"
		"\"b\":[{\"hours\":{\"calendar\":\"office\"}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS "," OFFICE "}}}",
		{ "warning 4:6: Friday 17:31, press 2: silence, then hung up" } },
	{ "a queue in which nothing is heard",
		HEAD ENTRY "\"flows\":{\"a\":[{\"play\":\"greeting\"},{\"queue\":\"q\"}]},\n"
			   "\"queues\":{\"q\":{\"music\":\"\",\"position_prompt\":\"\"}}," AGENTS
			   "}",
		{ "warning 4:11: any time: silence" } },
	{ "a circle in which no time passes",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"b\"}}],\n"
		"\"b\":[{\"set\":{\"priority\":1}},{\"branch\":{\"language\":\"en\",\"to\":"
		"\"b\"}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS "}",
		{ "fault 4:6: any time, press 2: in circles without waiting: \"b\" and so on" } },
	{ "a circle that what is set may lead out of",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"b\"}}],\n"
		"\"b\":[{\"set\":{\"variables\":{\"v\":1}}},{\"branch\":{\"variable\":\"v\",\"is\":"
		"0,\"to\":"
		"\"b\"}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS "}",
		{ "warning 4:6: any time, press 2: in circles without waiting: \"b\" and so on" } },
	{ "a circle on a Friday evening",
		HEAD ENTRY
		"\"flows\":{\n\"a\":[{\"hours\":{\"calendar\":\"office\",\"closed\":\"b\"}},{"
		"\"queue\":\"q\"}],"
		"\"b\":[{\"hours\":{\"calendar\":\"office\",\"closed\":\"a\"}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS "," OFFICE "}}}",
		{ "warning 2:35: Friday 17:31: flow \"a\" leads to no person",
			"fault 4:6: Friday 17:31: in circles without waiting: \"a\", \"b\" and so "
			"on" } },
	{ "who says nothing is asked for ever",
		HEAD ENTRY "\"flows\":{\n\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\","
			   "\"otherwise\":\"a\"}}]},"
			   "\"queues\":{\"q\":{}}," AGENTS "}",
		{ "warning 4:6: any time: in circles for who does nothing: \"a\" and so on" } },
	{ "exits that lead to each other",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\n"
			   "\"queues\":{\"q\":{\"timeout\":{\"to\":\"r\"}},\"r\":{\"timeout\":{"
			   "\"to\":\"q\"}}},"
			   "\"agents\":[" ADA "\"queues\":[\"q\",\"r\"]}]}",
		{ "warning 4:11: any time: in circles for who does nothing: \"q\", \"r\" and so "
		  "on" } },
	{ "a prompt that lacks the language the caller chose",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"d\"}}],"
		"\"d\":[{\"set\":{\"language\":\"de\"}},{\"play\":\"p\"},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS ",\n\"prompts\":{\"p\":{\"text\":\"x\"}}}",
		{ "warning 4:12: any time, press 2: \"p\" is heard in \"en\", not \"de\"" } },
	{ "it has it",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"d\"}}],"
		"\"d\":[{\"set\":{\"language\":\"de\"}},{\"play\":\"p\"},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{}}," AGENTS
		",\n\"prompts\":{\"p\":{\"text\":{\"en\":\"x\",\"de\":\"y\"}}}}",
		{ NULL } },
	{ "it is in that language on purpose",
		HEAD ENTRY "\"flows\":{\"a\":[{\"play\":\"p\"},{\"queue\":\"q\"}]},"
			   "\"queues\":{\"q\":{}}," AGENTS
			   ",\n\"prompts\":{\"p\":{\"text\":\"x\",\"language\":\"de\"}}}",
		{ NULL } },
	{ "a language that only an entry brings",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\",\"language\":\"de\"}],\n"
		     "\"flows\":{\"a\":[{\"play\":\"p\"},{\"queue\":\"q\"}]},"
		     "\"queues\":{\"q\":{}}," AGENTS ",\n\"prompts\":{\"p\":{\"text\":\"x\"}}}",
		{ "warning 4:12: any time: \"p\" is heard in \"en\", not \"de\"" } },
	{ "a branch by language is gone by its own callers only",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\",\"language\":\"de\"}],\n"
		     "\"flows\":{\"a\":[{\"branch\":{\"language\":\"de\",\"to\":\"q\"}},{\"play\":"
		     "\"p\"},"
		     "{\"queue\":\"q\"}]},"
		     "\"queues\":{\"q\":{}}," AGENTS ",\n\"prompts\":{\"p\":{\"text\":\"x\"}}}",
		{ NULL } },
	{ "callers leave before the ring is over",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"queue\":\"q\"}]},\n"
		"\"queues\":{\"q\":{\"wait_seconds_max\":15,\"service_level_seconds\":10}}," AGENTS
		"}",
		{ "warning 4:16: queue \"q\": callers leave after 15 s while the first agent still "
		  "rings, for 20 s" } },
	{ "a transfer that cannot ring so long",
		HEAD ENTRY
		"\"limits\":{\"transfer_seconds\":10},\"flows\":{\"a\":[{\"queue\":\"q\"}]},\n"
		"\"queues\":{\"q\":{\"hand_off\":\"transfer\"}}," AGENTS "}",
		{ "warning 4:15: queue \"q\": a transfer must be over in "
		  "limits.transfer_seconds" } },
	{ "options that do nothing",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{\n"
			   "\"ring_at_once\":3,\n\"position_prompt\":\"\",\"position_max\":3,\n"
			   "\"wrap_up_seconds\":0,\"wrap_up_more_seconds\":5}}," AGENTS "}",
		{ "warning 4:1: queue \"q\": is of strategy ring-all",
			"warning 5:22: queue \"q\": limits nothing, as position_prompt is empty",
			"warning 6:21: queue \"q\": adds to nothing, as wrap_up_seconds is 0" } },
	{ "exits that are never taken",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{\n"
			   "\"wait_seconds_max\":0,\n\"timeout\":{\"to\":\"a\"},\"join_needs\":"
			   "\"nobody\",\n\"no_agents\":{\"to\":\"a\"}}}," AGENTS "}",
		{ "warning 5:1: queue \"q\": is never taken, as wait_seconds_max is 0",
			"warning 6:1: queue \"q\": is never taken, as join_needs and stay_needs "
			"are "
			"nobody" } },
	{ "tiers and weights where agents pick",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{\n"
			   "\"strategy\":\"pick\"}},\"agents\":[" ADA
			   "\"queues\":[{\"queue\":\"q\",\"weight\":3}]},"
			   "{\"user\":\"bbbbbbbb-0000-4000-8000-000000000002\",\"name\":\"Ben\","
			   "\"queues\":[{\"queue\":\"q\",\"tier\":1}]}]}",
		{ "warning 4:1: queue \"q\": its agents' ",
			"warning 4:1: queue \"q\": its agents' " } },
	{ "nobody serves a queue",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"menu\":{\"prompt\":\"menu\",\"1\":\"q\",\"2\":\"r\"}}]},"
		"\"queues\":{\"q\":{},\n\"r\":{}}," AGENTS "}",
		{ "warning 4:1: queue \"r\": no agent serves it" } },
	{ "skills nobody has",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{\n"
			   "\"skills\":{\"de\":3}}},\"agents\":[" ADA
			   "\"queues\":[\"q\"],\"skills\":{\"de\":2}}]}",
		{ "warning 4:1: queue \"q\": no agent has de 3, and nothing relaxes it" } },
	{ "skills nobody has, for a while",
		HEAD ENTRY
		"\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{\n"
		"\"skills\":{\"de\":3},\"relax\":[{\"after_seconds\":30,\"skills\":{}}]}}," AGENTS
		"}",
		{ "warning 4:1: queue \"q\": no agent has de 3, so that callers wait 30 s for "
		  "nothing" } },
	{ "relaxed after everybody has left",
		HEAD ENTRY "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\"queues\":{\"q\":{"
			   "\"wait_seconds_max\":60,\"skills\":{\"de\":3},\n\"relax\":[{"
			   "\"after_seconds\":90,\"skills\":{}}]}},\"agents\":[" ADA
			   "\"queues\":[\"q\"],\"skills\":{\"de\":3}}]}",
		{ "warning 4:1: queue \"q\": begins after callers have left" } },
	{ "a need nobody can meet, a skill nobody asks for",
		HEAD ENTRY "\"flows\":{\"a\":[{\"set\":{\"need\":\"n\"}},{\"queue\":\"q\"}]},"
			   "\"queues\":{\"q\":{}},\"agents\":[" ADA
			   "\"queues\":[\"q\"],\n\"skills\":{\"de\":3}}],\n"
			   "\"needs\":{\"n\":{\"skills\":{\"fr\":1}}}}",
		{ "warning 4:11: skill \"de\" is asked for by no queue and no need",
			"warning 5:10: need \"n\": no agent of any queue has these skills" } },
};

static int by_place(const void *a, const void *b)
{
	const struct fault *const *x = a, *const *y = b;

	return (*x)->line != (*y)->line ? (*x)->line - (*y)->line : (*x)->column - (*y)->column;
}

/* Faults and warnings together, as the rows have them. */
static size_t sorted(struct faults *faults, struct faults *warnings, struct fault *out[10])
{
	size_t n = 0;

	for (size_t i = 0; i < faults->n && n < 10; i++)
		out[n++] = &faults->item[i];
	for (size_t i = 0; i < warnings->n && n < 10; i++)
		out[n++] = &warnings->item[i];
	qsort(out, n, sizeof(out[0]), by_place);
	return n;
}

static int row_fails(size_t r, struct faults *faults, struct faults *warnings)
{
	struct fault *found[10];
	size_t n = sorted(faults, warnings, found), wanted = 0;
	int bad = 0;

	while (wanted < ARRAY_LEN(rows[r].want) && rows[r].want[wanted])
		wanted++;
	for (size_t i = 0; i < n || i < wanted; i++) {
		const char *want = i < wanted ? rows[r].want[i] : "nothing";
		char got[500] = "nothing";

		if (i < n)
			snprintf(got, sizeof(got), "%s %d:%d: %s",
				found[i] >= faults->item && found[i] < faults->item + FAULTS_MAX
					? "fault"
					: "warning",
				found[i]->line, found[i]->column, found[i]->text);
		if (strncmp(got, want, strlen(want)) != 0)
			bad += printf("# %s:\n#   got  %s\n#   want %s\n", rows[r].name, got,
				       want) > 0;
	}
	return bad;
}

static void each_row(void **state)
{
	struct faults *faults = malloc(sizeof(*faults)), *warnings = malloc(sizeof(*warnings));
	int bad = 0;

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct config *c = NULL;
		size_t bytes = strlen(rows[r].text);
		struct why why;

		memset(faults, 0, sizeof(*faults));
		memset(warnings, 0, sizeof(*warnings));
		if (config_parse(rows[r].text, bytes, NULL, &c, faults, &why) != OK) {
			bad += printf("# %s: %s\n", rows[r].name, faults->item[0].text) > 0;
			continue;
		}
		warnings->text = rows[r].text;
		warnings->bytes = bytes;
		config_lint(c, faults, warnings);
		bad += row_fails(r, faults, warnings);
		config_free(c);
	}
	free(faults);
	free(warnings);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
