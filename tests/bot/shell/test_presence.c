/* Presence in the configuration, and Graph's words in the centre's. */

#include "bot/core/event.h"
#include "bot/shell/config.h"
#include "bot/shell/to_core.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define BIT(p) (1u << (p))

enum {
	DEFAULT_AVAILABLE = BIT(PRESENCE_UNKNOWN) | BIT(PRESENCE_AVAILABLE) |
			    BIT(PRESENCE_AVAILABLE_IDLE)
};

/* queue: members of the queue "a"; presence: the section, or "". NULL: faults says. */
static struct config *parse(const char *queue, const char *presence, struct faults *faults)
{
	struct config *c = NULL;
	struct why why;
	char *text;
	enum err e;

	memset(faults, 0, sizeof(*faults));
	assert_true(
		asprintf(&text,
			"{\"public_url\":\"https://cc.example.com\","
			"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},"
			"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","
			"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
			"\"entries\":[{\"default\":true,\"flow\":\"f\"}],"
			"\"flows\":{\"f\":[{\"queue\":\"a\"}]},\"queues\":{\"a\":{%s},\"b\":{}}%s}",
			queue, presence) > 0);
	e = config_parse(text, strlen(text), "x.json", &c, faults, &why);
	assert_int_equal(e == OK, c != NULL);
	free(text);
	return c;
}

static const struct {
	const char *name, *queue, *presence;
	unsigned a, b; /* plan_queue.available of the two */
} rows[] = {
	{ "nothing said: available, idle, and unknown", "", "", DEFAULT_AVAILABLE,
		DEFAULT_AVAILABLE },
	{ "said for all", "", ",\"presence\":{\"available\":[\"Available\",\"Busy\"]}",
		BIT(PRESENCE_AVAILABLE) | BIT(PRESENCE_BUSY),
		BIT(PRESENCE_AVAILABLE) | BIT(PRESENCE_BUSY) },
	{ "said for one queue", "\"available\":[\"Offline\"]", "", BIT(PRESENCE_OFFLINE),
		DEFAULT_AVAILABLE },
	{ "said for both", "\"available\":[\"Away\",\"BeRightBack\"]",
		",\"presence\":{\"available\":[\"BusyIdle\",\"DoNotDisturb\"]}",
		BIT(PRESENCE_AWAY) | BIT(PRESENCE_BE_RIGHT_BACK),
		BIT(PRESENCE_BUSY_IDLE) | BIT(PRESENCE_DO_NOT_DISTURB) },
	{ "without polling nobody is passed over", "\"available\":[\"Available\"]",
		",\"presence\":{\"poll\":false}", 0, 0 },
};

static void each_row(void **state)
{
	struct faults *faults = malloc(sizeof(*faults));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct config *c = parse(rows[i].queue, rows[i].presence, faults);

		assert_non_null(c);
		if (c->plan.queue[0].available != rows[i].a ||
			c->plan.queue[1].available != rows[i].b)
			fail_msg("%s: %x and %x", rows[i].name, c->plan.queue[0].available,
				c->plan.queue[1].available);
		config_free(c);
	}
	free(faults);
}

static void what_is_not_said_is_soft_and_asks_for_no_right_to_write(void **state)
{
	struct faults *faults = malloc(sizeof(*faults));
	struct config *c = parse("", "", faults);

	(void)state;
	assert_non_null(c);
	assert_true(c->presence.poll);
	assert_false(c->presence.set);
	assert_true(c->presence.set_in_wrap_up);
	assert_int_equal(c->presence.waiting_ms, 3000);
	assert_int_equal(c->presence.seldom_ms, 30000);
	assert_int_equal(c->presence.stale_ms, 60000);
	assert_int_equal(c->presence.set_minutes, 10);
	config_free(c);
	free(faults);
}

static void what_cannot_be_meant_is_a_fault(void **state)
{
	static const char *const sections[] = { "{\"available\":[\"available\"]}",
		"{\"available\":[]}", "{\"set_minutes\":4}", "{\"set_minutes\":241}",
		"{\"waiting_seconds\":0}", "{\"polling\":true}" };
	struct faults *faults = malloc(sizeof(*faults));

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(sections); i++) {
		char presence[100];

		snprintf(presence, sizeof(presence), ",\"presence\":%s", sections[i]);
		if (parse("", presence, faults) || faults->n != 1)
			fail_msg("%s: %zu faults", sections[i], faults->n);
	}
	assert_null(parse("\"available\":[\"InACall\"]", "", faults));
	free(faults);
}

/* Both list Graph's words; what the centre has no word for is unknown to it. */
static void graphs_words_are_the_centres(void **state)
{
	(void)state;
	for (int a = 0; a < AVAILABILITY_OTHER; a++)
		assert_string_equal(presence_name(to_core_presence((enum availability)a)),
			availability_word((enum availability)a));
	assert_int_equal(to_core_presence(AVAILABILITY_OTHER), PRESENCE_UNKNOWN);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(what_is_not_said_is_soft_and_asks_for_no_right_to_write),
		cmocka_unit_test(what_cannot_be_meant_is_a_fault),
		cmocka_unit_test(graphs_words_are_the_centres),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
