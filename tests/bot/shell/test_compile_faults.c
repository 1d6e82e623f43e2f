/* What an admin may not describe, each with its place and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/shell/config.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                              \
	"{\"public_url\":\"https://cc.example.com\","                     \
	"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},"       \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\"," \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],\n"     \
	"\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n"
#define USER(n) "{\"user\":\"bbbbbbbb-0000-4000-8000-00000000000" n "\",\"name\":\"" n "\","
#define PLAY "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}"
#define QUEUE(members) "\"flows\":{\"a\":[{\"queue\":\"q\"}]},\n\"queues\":{\"q\":{" members "}}"
#define STEP(step) "\"flows\":{\"a\":[\n" step ",{\"play\":\"greeting\"}]}"
#define WEEK(members) \
	PLAY ",\n\"hours\":{\"o\":{\"time_zone\":\"Europe/Berlin\",\"week\":{" members "}}}"
#define DATES(list)                                                                \
	PLAY ",\n\"hours\":{\"o\":{\"time_zone\":\"Europe/Berlin\",\"week\":{},\n" \
	     "\"holidays\":[" list "]}}"
#define LOOKUP                                                             \
	"\"lookups\":{\"crm\":{\"url\":\"https://crm.example\",\"cases\":" \
	"{\"gold\":{\"pointer\":\"/tier\",\"values\":[\"gold\"]}}}}"

/* Every row has exactly one fault. */
static const struct {
	const char *name, *text, *want;
} rows[] = {
	{ "a service without its address", HEAD PLAY ",\n\"voice\":{\"engine\":\"azure-speech\"}}",
		"4:9: voice: azure-speech needs the region of its resource, like \"westeurope\"" },
	{ "a region that is none",
		HEAD PLAY ",\n\"voice\":{\"engine\":\"azure-speech\",\"region\":\"West Europe\"}}",
		"4:43: \"West Europe\" does not fit" },
	{ "a voice that is an option of a program",
		HEAD PLAY ",\n\"voice\":{\"names\":{\"de\":\"--path=/x\"}}}",
		"4:9: voice: \"--path=/x\" is no name of a voice for \"de\"" },
	{ "faster than a service speaks",
		HEAD PLAY ",\n\"voice\":{\"engine\":\"azure-speech\",\"region\":\"westeurope\","
			  "\"words_per_minute\":311}}",
		"4:9: voice: 311 words a minute: azure-speech understands 80 to 310" },
	{ "a voice that stands in for itself",
		HEAD PLAY ",\n\"voice\":{\"fallback\":\"espeak-ng\"}}",
		"4:21: \"espeak-ng\" speaks already" },
	{ "exit that leads nowhere", HEAD QUEUE("\"timeout\":{\"to\":\"x\"}") "}",
		"4:32: \"x\" is neither flow nor queue" },
	{ "key that leads nowhere", HEAD QUEUE("\"leave\":{\"1\":\"x\"}") "}",
		"4:29: \"x\" is neither flow nor queue" },
	{ "key that is none", HEAD QUEUE("\"leave\":{\"12\":\"a\"}") "}",
		"4:25: \"12\" is unknown here" },
	{ "survey that is a queue", HEAD QUEUE("\"survey\":\"q\"") "}",
		"4:25: flow \"q\" is unknown (have: a)" },
	{ "ring-all cannot transfer",
		HEAD QUEUE("\"strategy\":\"ring-all\",\"hand_off\":\"transfer\"") "}",
		"4:27: a call can be transferred to one agent at a time" },
	{ "ring-all cannot ask by card",
		HEAD QUEUE("\"strategy\":\"ring-all\",\"card\":\"accept\"") "}",
		"4:45: ring-all rings several agents, and a card asks one" },
	{ "a wrap-up code nobody knows", HEAD QUEUE("\"wrap_up_codes\":[\"Sold\"]") "}",
		"4:33: \"Sold\" is none of the whole's \"wrap_up_codes\"" },
	{ "a wrap-up code twice", HEAD PLAY ",\n\"wrap_up_codes\":[\"Sold\",\"Sold\"]}",
		"4:25: \"Sold\" is listed twice" },
	{ "a tone that tells of nothing", HEAD QUEUE("\"record_beep_seconds\":15") "}",
		"4:38: nothing is recorded here that a tone could tell of" },
	{ "a message that is not there", HEAD QUEUE("\"messages\":[\"timeout\",\"x\"]") "}",
		"4:38: prompt \"x\" is unknown" },
	{ "an exit's prompt that is not there", HEAD QUEUE("\"full\":{\"prompt\":\"x\"}") "}",
		"4:33: prompt \"x\" is unknown" },
	{ "relaxed to more",
		HEAD QUEUE("\"skills\":{\"de\":1},\n\"relax\":[{\"after_seconds\":30,\"skills\":"
			   "{\"de\":3}}]") "}",
		"5:10: \"de\" rises from 1 to 3: with time less must be needed" },
	{ "relaxed to something else",
		HEAD QUEUE("\"skills\":{\"de\":1},\n\"relax\":[{\"after_seconds\":30,\"skills\":"
			   "{\"en\":1}}]") "}",
		"5:10: \"en\" rises from 0 to 1" },
	{ "relaxed backwards",
		HEAD QUEUE("\"skills\":{\"de\":3},\"relax\":[{\"after_seconds\":30,\"skills\":"
			   "{\"de\":2}},\n{\"after_seconds\":30,\"skills\":{}}]") "}",
		"5:1: after_seconds must be more than the 30 of the step before" },
	{ "a level too high", HEAD QUEUE("\"skills\":{\"de\":11}") "}",
		"4:31: 11 is out of range: 0 to 10" },
	{ "a queue of an agent twice, once with a tier",
		HEAD QUEUE("") ",\n\"agents\":[" USER(
			"1") "\"queues\":[\"q\",{\"queue\":\"q\",\"tier\":1}]}]}",
		"5:" },
	{ "a tier there is not",
		HEAD QUEUE("") ",\"agents\":[" USER(
			"1") "\n\"queues\":[{\"queue\":\"q\",\"tier\":8}]}]}",
		"5:31: 8 is out of range: 0 to 7" },
	{ "a place without a queue",
		HEAD QUEUE("") ",\"agents\":[" USER("1") "\n\"queues\":[{\"tier\":1}]}]}",
		"5:11: \"queue\" is missing" },
	{ "a mailbox for nobody known",
		HEAD QUEUE("") ",\n\"mailboxes\":{\"m\":{\"agents\":"
			       "[\"bbbbbbbb-0000-4000-8000-000000000009\"]}}}",
		"5:29: bbbbbbbb-0000-4000-8000-000000000009 is the \"user\" of no agent" },
	{ "a transfer to two",
		HEAD PLAY ",\n\"transfers\":{\"t\":{\"number\":\"+4930123456\",\"user\":"
			  "\"bbbbbbbb-0000-4000-8000-000000000009\"}}}",
		"4:18: at most 1 members allowed" },
	{ "a number not in E.164",
		HEAD PLAY ",\n\"transfers\":{\"t\":{\"number\":\"030 123456\"}}}",
		"4:28: \"030 123456\" does not fit: a number like +4930123456" },
	{ "a lookup over http",
		HEAD PLAY ",\n\"lookups\":{\"l\":{\"url\":\"http://crm.example\",\"cases\":"
			  "{\"c\":{\"pointer\":\"\",\"values\":[1]}}}}}",
		"4:23: http is allowed to a loopback address only" },
	{ "a lookup's secret in the file",
		HEAD PLAY ",\n\"lookups\":{\"l\":{\"url\":\"https://crm.example\",\"header\":"
			  "{\"name\":\"Authorization\",\"environment\":\"Bearer x\"},\"cases\":"
			  "{\"c\":{\"pointer\":\"\",\"values\":[1]}}}}}",
		"4:92: \"Bearer x\" does not fit: an environment variable's name like CRM_TOKEN" },
	/* Hours. */
	{ "a zone near Berlin",
		HEAD PLAY ",\n\"hours\":{\"o\":{\"time_zone\":\"Europe/Berln\",\"week\":{}}}}",
		"4:27: time zone \"Europe/Berln\" is unknown: IANA's names are known (near: "
		"Europe/Berlin" },
	{ "a city alone",
		HEAD PLAY ",\n\"hours\":{\"o\":{\"time_zone\":\"new_york\",\"week\":{}}}}",
		"4:27: time zone \"new_york\" is unknown: IANA's names are known (near: "
		"America/New_York" },
	{ "Windows' name of a zone",
		HEAD PLAY ",\n\"hours\":{\"o\":{\"time_zone\":\"W. Europe Standard Time\","
			  "\"week\":{}}}}",
		"4:27: time zone \"W. Europe Standard Time\" is unknown: IANA's names are known "
		"(near: Europe/Berlin)" },
	{ "a time there is not", HEAD WEEK("\"mon\":[\"09:00-25:00\"]") "}",
		"4:58: \"09:00-25:00\" does not fit: hours like 09:00-17:00" },
	{ "no time at all", HEAD WEEK("\"mon\":[\"09:00-09:00\"]") "}",
		"4:58: 09:00-09:00 is no time at all: 00:00-24:00 is the whole day" },
	{ "a weekday there is not", HEAD WEEK("\"monday\":[]") "}",
		"4:51: \"monday\" is unknown here (have: mon, tue, wed, thu, fri, sat, sun)" },
	{ "a date there is not", HEAD DATES("{\"date\":\"2027-02-29\"}") "}",
		"5:21: the month has no such day" },
	{ "a date that is written otherwise", HEAD DATES("{\"date\":\"24.12.2026\"}") "}",
		"5:21: \"24.12.2026\" does not fit: a date like 2026-12-24" },
	{ "a date twice",
		HEAD DATES("{\"date\":\"2027-02-28\"},{\"date\":\"2026-12-24\"},"
			   "{\"date\":\"2027-02-28\"}") "}",
		"5:12: a date is listed twice" },
	{ "a date's hours that end on the next",
		HEAD DATES("{\"date\":\"2026-12-31\",\"hours\":[\"18:00-02:00\"]}") "}",
		"5:43: 18:00-02:00 ends on the next day: 18:00-24:00 would be right" },
	/* Steps. */
	{ "a calendar there is not", HEAD STEP("{\"hours\":{\"calendar\":\"o\"}}") "}",
		"4:22: calendar \"o\" is unknown (have: none)" },
	{ "a need there is not", HEAD STEP("{\"set\":{\"need\":\"n\"}}") "}",
		"4:16: need \"n\" is unknown (have: none)" },
	{ "a priority there is not", HEAD STEP("{\"set\":{\"priority\":6}}") "}",
		"4:20: 6 is out of range: 1 to 5" },
	{ "nothing set", HEAD STEP("{\"set\":{}}") "}", "4:8: at least 1 member(s) needed" },
	{ "a variable nobody sets",
		HEAD STEP("{\"branch\":{\"variable\":\"v\",\"is\":1,\"to\":\"a\"}}") "}",
		"4:23: variable \"v\" is never set" },
	{ "compared twice",
		HEAD STEP("{\"set\":{\"variables\":{\"v\":1}}},{\"branch\":{\"variable\":\"v\","
			  "\"is\":1,\"above\":1,\"to\":\"a\"}}") "}",
		"4:41: either \"language\", or \"variable\" with one of" },
	{ "nine variables",
		HEAD STEP("{\"set\":{\"variables\":{\"a\":1,\"b\":1,\"c\":1,\"d\":1,\"e\":1,"
			  "\"f\":1,\"g\":1,\"h\":1}}},\n{\"collect\":{\"variable\":\"i\"}}") "}",
		"5:1: more than 8 variables in all" },
	{ "no number fits", HEAD STEP("{\"collect\":{\"min_digits\":5,\"max_digits\":4}}") "}",
		"4:41: at most 4 digits, but at least 5" },
	{ "a lookup there is not", HEAD STEP("{\"lookup\":{\"ask\":\"crm\"}}") "}",
		"4:18: lookup \"crm\" is unknown (have: none)" },
	{ "a case there is not",
		HEAD STEP("{\"lookup\":{\"ask\":\"crm\",\"cases\":{\"tin\":\"a\"}}}") "," LOOKUP
										      "}",
		"4:33: lookup \"crm\" has no case \"tin\"" },
	{ "a person there is not", HEAD STEP("{\"transfer\":{\"to\":\"m\"}}") "}",
		"4:19: transfer \"m\" is unknown (have: none)" },
	{ "a mailbox there is not",
		HEAD "\"flows\":{\"a\":[\n{\"voicemail\":{\"mailbox\":\"m\"}}]}}",
		"4:25: mailbox \"m\" is unknown (have: none)" },
	{ "something after voicemail",
		HEAD STEP("{\"voicemail\":{\"mailbox\":\"m\"}}") ",\"mailboxes\":{\"m\":{}}}",
		"4:31: this step is never reached" },
	{ "a question without an answer",
		HEAD STEP("{\"survey\":{\"question\":1,\"min\":5,\"max\":4}}") "}",
		"4:39: no digit is from 5 to 4" },
	{ "a call-back where there are none",
		HEAD STEP("{\"call_back\":{}}") ",\"limits\":{\"call_back_hours\":0}}",
		"4:14: callers are never called back" },
	{ "a step of no kind", HEAD STEP("{\"sing\":true}") "}",
		"4:2: \"sing\" is unknown here (have: play, menu, collect, hours," },
};

static void each_fault(void **state)
{
	struct faults *faults = malloc(sizeof(*faults));
	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *c = NULL;
		char got[500] = "";
		enum err e;

		memset(faults, 0, sizeof(*faults));
		e = config_parse(rows[i].text, strlen(rows[i].text), NULL, &c, faults, NULL);
		if (e != OK)
			snprintf(got, sizeof(got), "%d:%d: %s", faults->item[0].line,
				faults->item[0].column, faults->item[0].text);
		if (faults->n != 1 || strncmp(got, rows[i].want, strlen(rows[i].want)) != 0)
			bad += printf("# %s: %zu fault(s)\n#   got  %s\n#   want %s\n",
				       rows[i].name, faults->n, got, rows[i].want) > 0;
		config_free(c);
	}
	free(faults);
	assert_int_equal(bad, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_fault),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
