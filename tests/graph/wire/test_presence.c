/* Answers to getPresencesByUserId, as rows: words of every kind, holes, and what is no answer. */

#include "graph/wire/presence.h"
#include "tests/graph/wire/files.h"

#include <jansson.h>

#define ADA "3f1d6a52-9c7e-4b0a-8d5f-c2e1b4a79680"
#define BEN "e4a7c2b9-6f18-4d35-a0c9-5b7e1d3f8264"
#define ONE(members) "{\"value\":[{\"id\":\"" ADA "\"" members "}]}"
#define WORDS(availability, activity) \
	ONE(",\"availability\":\"" availability "\",\"activity\":\"" activity "\"")

static const struct {
	const char *name, *body;
	enum availability availability;
	enum activity activity;
} words[] = {
	{ "available", WORDS("Available", "Available"), AVAILABILITY_AVAILABLE,
		ACTIVITY_AVAILABLE },
	{ "idle", WORDS("AvailableIdle", "AvailableIdle"), AVAILABILITY_AVAILABLE_IDLE,
		ACTIVITY_AVAILABLE_IDLE },
	{ "in a call", WORDS("Busy", "InACall"), AVAILABILITY_BUSY, ACTIVITY_IN_A_CALL },
	{ "in a conference", WORDS("Busy", "InAConferenceCall"), AVAILABILITY_BUSY,
		ACTIVITY_IN_A_CONFERENCE_CALL },
	{ "busy and idle", WORDS("BusyIdle", "InAMeeting"), AVAILABILITY_BUSY_IDLE,
		ACTIVITY_IN_A_MEETING },
	{ "presenting", WORDS("DoNotDisturb", "Presenting"), AVAILABILITY_DO_NOT_DISTURB,
		ACTIVITY_PRESENTING },
	{ "urgent only", WORDS("DoNotDisturb", "UrgentInterruptionsOnly"),
		AVAILABILITY_DO_NOT_DISTURB, ACTIVITY_URGENT_ONLY },
	{ "right back", WORDS("BeRightBack", "BeRightBack"), AVAILABILITY_BE_RIGHT_BACK,
		ACTIVITY_BE_RIGHT_BACK },
	{ "off work", WORDS("Offline", "OffWork"), AVAILABILITY_OFFLINE, ACTIVITY_OFF_WORK },
	{ "nobody knows", WORDS("PresenceUnknown", "PresenceUnknown"), AVAILABILITY_UNKNOWN,
		ACTIVITY_UNKNOWN },
	{ "another casing", WORDS("doNotDisturb", "INACALL"), AVAILABILITY_DO_NOT_DISTURB,
		ACTIVITY_IN_A_CALL },
	{ "words of a later year", WORDS("Dreaming", "InASpaceship"), AVAILABILITY_OTHER,
		ACTIVITY_OTHER },
	{ "no words", ONE(""), AVAILABILITY_UNKNOWN, ACTIVITY_UNKNOWN },
	{ "nulls", ONE(",\"availability\":null,\"activity\":null"), AVAILABILITY_UNKNOWN,
		ACTIVITY_UNKNOWN },
	{ "empty words", WORDS("", ""), AVAILABILITY_UNKNOWN, ACTIVITY_UNKNOWN },
	{ "numbers for words", ONE(",\"availability\":3,\"activity\":{}"), AVAILABILITY_UNKNOWN,
		ACTIVITY_UNKNOWN },
	{ "and all that comes along",
		ONE(",\"availability\":\"Away\",\"activity\":\"Away\",\"sequenceNumber\":\"A1\","
		    "\"statusMessage\":{\"message\":{\"content\":\"x\",\"contentType\":\"text\"}},"
		    "\"outOfOfficeSettings\":{\"message\":null,\"isOutOfOffice\":false},"
		    "\"@odata.type\":\"#microsoft.graph.presence\",\"new\":[1,{\"a\":2}]"),
		AVAILABILITY_AWAY, ACTIVITY_AWAY },
};

static void each_word_is_read(void **state)
{
	static struct presences got;
	struct why why;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (presences_decode(words[i].body, strlen(words[i].body), &got, &why) != OK)
			fail_msg("%s: %s", words[i].name, why.text);
		if (got.n != 1 || strcmp(got.item[0].user_id, ADA) != 0 ||
			got.item[0].availability != words[i].availability ||
			got.item[0].activity != words[i].activity)
			fail_msg("%s: %s/%s", words[i].name,
				availability_word(got.item[0].availability),
				activity_word(got.item[0].activity));
	}
}

static const struct {
	const char *name, *body;
	enum err e;
	size_t n;
} bodies[] = {
	{ "nobody", "{\"value\":[]}", OK, 0 },
	{ "two, in their order, ids of any casing",
		"{\"value\":[{\"id\":\"E4A7C2B9-6F18-4D35-A0C9-5B7E1D3F8264\"},{\"id\":\"" ADA
		"\"}]}",
		OK, 2 },
	{ "what has no id is nobody",
		"{\"value\":[{\"availability\":\"Busy\"},7,null,{\"id\":\"x\"},{\"id\":\"" BEN
		"\"}]}",
		OK, 1 },
	{ "no value", "{}", E_MALFORMED, 0 },
	{ "another value", "{\"value\":{}}", E_MALFORMED, 0 },
	{ "an array alone", "[]", E_MALFORMED, 0 },
	{ "a proxy's page", "<html></html>", E_MALFORMED, 0 },
	{ "nothing", "", E_MALFORMED, 0 },
	{ "half of it", "{\"value\":[{\"id\":\"" ADA "\"", E_MALFORMED, 0 },
	{ "a member twice", "{\"value\":[],\"value\":[]}", E_MALFORMED, 0 },
};

static void each_body_is_taken_or_refused(void **state)
{
	static struct presences got;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(bodies); i++) {
		enum err e = presences_decode(bodies[i].body, strlen(bodies[i].body), &got, NULL);

		if (e != bodies[i].e || (e == OK && got.n != bodies[i].n))
			fail_msg("%s: %d, %zu people", bodies[i].name, e, got.n);
	}
	assert_int_equal(presences_decode(bodies[1].body, strlen(bodies[1].body), &got, NULL), OK);
	assert_string_equal(got.item[0].user_id, BEN);
	assert_string_equal(got.item[1].user_id, ADA);
}

/* The largest answer, each person with all there is to say: more than a tape would hold. */
static char *crowd(size_t n)
{
	json_t *value = json_array();
	json_t *root;
	char *text;

	for (size_t i = 0; i < n; i++) {
		char id[64];

		snprintf(id, sizeof(id), "%08zx-0000-4000-8000-000000000000", i);
		json_array_append_new(value,
			json_pack("{s:s, s:s, s:s, s:{s:{s:s, s:s}, s:{s:s, s:s}}, s:{s:n, s:b}}",
				"id", id, "availability", "Busy", "activity", "InACall",
				"statusMessage", "message", "content", "In the Alps", "contentType",
				"text", "expiryDateTime", "dateTime", "2026-11-23T17:00:00",
				"timeZone", "UTC", "outOfOfficeSettings", "message",
				"isOutOfOffice", 0));
	}
	root = json_pack("{s:o}", "value", value);
	text = json_dumps(root, 0);
	json_decref(root);
	return text;
}

static void the_largest_answer_and_one_more(void **state)
{
	static struct presences got;
	char *text = crowd(PRESENCES_MAX);

	(void)state;
	assert_int_equal(presences_decode(text, strlen(text), &got, NULL), OK);
	assert_int_equal(got.n, PRESENCES_MAX);
	free(text);
	text = crowd(PRESENCES_MAX + 1);
	assert_int_equal(presences_decode(text, strlen(text), &got, NULL), E_LIMIT);
	free(text);
}

static void words_are_written_as_they_are_read(void **state)
{
	(void)state;
	assert_string_equal(availability_word(AVAILABILITY_UNKNOWN), "PresenceUnknown");
	assert_string_equal(availability_word(AVAILABILITY_OFFLINE), "Offline");
	assert_string_equal(availability_word(AVAILABILITY_OTHER), "?");
	assert_string_equal(activity_word(ACTIVITY_URGENT_ONLY), "UrgentInterruptionsOnly");
	assert_string_equal(activity_word(ACTIVITY_OTHER), "?");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_word_is_read),
		cmocka_unit_test(each_body_is_taken_or_refused),
		cmocka_unit_test(the_largest_answer_and_one_more),
		cmocka_unit_test(words_are_written_as_they_are_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
