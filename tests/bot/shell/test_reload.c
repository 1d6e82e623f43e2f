/* What may change while calls go on, and what is the same in two configurations. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/config.h"
#include "bot/shell/reload.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static struct config *config_of(const char *text)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why;

	if (config_parse(text, strlen(text), NULL, &conf, faults, &why) != OK)
		fail_msg("%d:%d: %s", faults->item[0].line, faults->item[0].column,
			faults->item[0].text);
	free(faults);
	return conf;
}

/* The example with text replaced. */
static struct config *edited(const char *old, const char *with)
{
	size_t bytes;
	const char *example = config_example(&bytes), *at = strstr(example, old);
	struct config *conf;
	char *out;

	assert_non_null(at);
	assert_true(
		asprintf(&out, "%.*s%s%.*s", (int)(at - example), example, with,
			(int)(bytes - (size_t)(at - example) - strlen(old)), at + strlen(old)) > 0);
	conf = config_of(out);
	free(out);
	return conf;
}

static struct config *plain(void)
{
	return edited("\"bots\"", "\"bots\"");
}

#define MORE(members) "{\n\t" members ",\n\t\"$schema\""

static void each_row(void **state)
{
	static const struct {
		const char *name, *old, *with;
		const char *fault; /* NULL: taken */
	} rows[] = {
		{ "a queue's ring", "\"ring_seconds\": 5", "\"ring_seconds\": 7", NULL },
		{ "an agent", "\"name\": \"Ada\"", "\"name\": \"Adele\"", NULL },
		{ "a prompt", "Welcome to Foyer.", "Welcome again.", NULL },
		{ "an entry", "\"flow\": \"hotline\"", "\"flow\": \"welcome\"", NULL },
		{ "contacts at once", "{\n\t\"$schema\"", MORE("\"limits\": { \"contacts\": 20 }"),
			NULL },
		{ "how often presence is asked", "{\n\t\"$schema\"",
			MORE("\"presence\": { \"waiting_seconds\": 9 }"), NULL },
		{ "the door", "\"port\": 8443", "\"port\": 8444", "\"listen\" is not what" },
		{ "where the world finds us", "\"public_url\": \"https://127.0.0.1:8443\"",
			"\"public_url\": \"https://cc.example.com\"", "\"public_url\" is not" },
		{ "a bot", "\"app_id\": \"11111111", "\"app_id\": \"21111111",
			"\"bots\" is not what" },
		{ "an endpoint", "\"connector\": \"https://127.0.0.1:9443\"",
			"\"connector\": \"https://127.0.0.1:9444\"", "\"endpoints\" is not" },
		{ "the store", "foyer.sqlite", "other.sqlite", "\"store\" is not what" },
		{ "media ports", "\"rtp_port_first\": 40000", "\"rtp_port_first\": 40002",
			"\"media\" is not what" },
		{ "connections at once", "{\n\t\"$schema\"",
			MORE("\"limits\": { \"connections\": 100 }"), "\"connections\" is not" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *now = plain(), *next = edited(rows[i].old, rows[i].with);
		struct faults *faults = calloc(1, sizeof(*faults));
		bool good;

		reload_judge(now, next, faults);
		good = rows[i].fault ? faults->n == 1 && faults->item[0].line > 0 &&
					       strstr(faults->item[0].text, rows[i].fault)
				     : faults->n == 0;
		if (!good)
			fail_msg("%s: %zu faults: %s", rows[i].name, faults->n,
				faults->n ? faults->item[0].text : "");
		free(faults);
		config_free(now);
		config_free(next);
	}
}

/* Removed: it is not there any more, so the place is the whole's. */
static void a_member_that_is_gone_is_a_fault_too(void **state)
{
	struct config *now = edited(
		"{\n\t\"$schema\"", MORE("\"prompt_base\": \"https://cdn.example.com/p\""));
	struct config *next = plain();
	struct faults *faults = calloc(1, sizeof(*faults));

	(void)state;
	reload_judge(now, next, faults);
	assert_int_equal(faults->n, 1);
	assert_int_equal(faults->item[0].line, 1);
	assert_non_null(strstr(faults->item[0].text, "\"prompt_base\" is not what"));
	free(faults);
	config_free(now);
	config_free(next);
}

static void live_audio_begins_with_a_restart(void **state)
{
	struct config *now = edited(", \"media\": \"relay\"", ""), *next = plain();
	struct faults *faults = calloc(1, sizeof(*faults));

	(void)state;
	reload_judge(now, next, faults);
	assert_int_equal(faults->n, 1);
	assert_non_null(strstr(faults->item[0].text, "live audio"));
	memset(faults, 0, sizeof(*faults));
	reload_judge(next, now, faults); /* but it may end without one */
	assert_int_equal(faults->n, 0);
	free(faults);
	config_free(now);
	config_free(next);
}

static void who_and_what_is_the_same(void **state)
{
	struct config *now = plain();
	struct config *next = edited("\"entries\": [",
		"\"entries\": [\n"
		"{ \"application_instance\": \"aaaaaaaa-0000-4000-8000-000000000009\", "
		"\"flow\": \"hotline\" },");
	struct config *fewer = edited("{ \"user\": \"bbbbbbbb-0000-4000-8000-000000000001\", "
				      "\"name\": \"Ada\", \"queues\": [\"sales\"] },",
		"");

	(void)state;
	assert_int_equal(config_entry_in(next, now, 1), 2);
	assert_int_equal(config_entry_in(next, now, 3), 4); /* the default */
	assert_int_equal(config_entry_in(now, next, 1), 0);
	assert_int_equal(config_agent_in(fewer, now, 1), 0);
	assert_int_equal(config_agent_in(fewer, now, 2), 1);
	assert_int_equal(config_agent_in(now, fewer, 2), 3);
	assert_int_equal(config_agent_in(now, fewer, 0), 0);
	assert_int_equal(config_queue_in(fewer, now, 2), 2);
	config_free(now);
	config_free(next);
	config_free(fewer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(a_member_that_is_gone_is_a_fault_too),
		cmocka_unit_test(live_audio_begins_with_a_restart),
		cmocka_unit_test(who_and_what_is_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
