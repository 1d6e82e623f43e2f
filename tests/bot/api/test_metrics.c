/* What Prometheus reads, as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/api/api.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char *page_of(const struct queue_metrics *queue, uint32_t n)
{
	struct metrics m = {
		.ledger = { .offered = 7, .in_progress = 3, .outcome = { [OUTCOME_HANDLED] = 4 } },
		.n_queues = n,
		.queue = queue,
		.agents = { [AGENT_WRAP_UP] = 2 },
		.event = { [EV_DIGIT] = 5 },
		.effect = { [FX_RING] = 6 }
	};
	char *text = api_metrics(&m);

	assert_non_null(text);
	return text;
}

static void each_row(void **state)
{
	static const struct queue_metrics queue[] = {
		{ .name = "sales",
			.waiting = 2,
			.oldest_wait_ms = 1500,
			.in_progress = 3,
			.entered = 7,
			.offers = 6,
			.outcome = { [OUTCOME_HANDLED] = 4 } },
		{ .name = "a \"b\" \\ c\nd" },
	};
	static const char *const lines[] = {
		"# TYPE foyer_contacts_offered_total counter\nfoyer_contacts_offered_total 7\n",
		"\nfoyer_contacts_total{outcome=\"handled\"} 4\n",
		"\nfoyer_contacts_total{outcome=\"failed\"} 0\n",
		"\nfoyer_contacts_in_progress 3\n",
		"\nfoyer_queue_waiting{queue=\"sales\"} 2\n",
		"\nfoyer_queue_oldest_wait_milliseconds{queue=\"sales\"} 1500\n",
		"\nfoyer_queue_in_progress{queue=\"sales\"} 3\n",
		"\nfoyer_queue_entered_total{queue=\"sales\"} 7\n",
		"\nfoyer_queue_offers_total{queue=\"sales\"} 6\n",
		"\nfoyer_queue_contacts_total{queue=\"sales\",outcome=\"handled\"} 4\n",
		"\nfoyer_queue_waiting{queue=\"a \\\"b\\\" \\\\ c\\nd\"} 0\n",
		"\nfoyer_agents{state=\"wrap_up\"} 2\n",
		"\nfoyer_events_total{kind=\"digit\"} 5\n",
		"\nfoyer_decisions_total{kind=\"ring\"} 6\n",
	};
	char *text = page_of(queue, 2);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strstr(text, lines[i]))
			fail_msg("missing: %s\nin\n%s", lines[i], text);
	/* An outcome that no contact of the queue had takes no line. */
	assert_null(strstr(text, "queue_contacts_total{queue=\"sales\",outcome=\"failed\"}"));
	free(text);
}

/* A name has one TYPE, before its first value. */
static void each_name_is_declared_once(void **state)
{
	static const struct queue_metrics queue[] = { { .name = "sales" }, { .name = "other" } };
	char *text = page_of(queue, 2), *rest = text, *line, name[80];

	(void)state;
	while ((line = strsep(&rest, "\n"))) {
		if (strncmp(line, "# TYPE ", 7) != 0)
			continue;
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(line + 7, " "), line + 7);
		if (rest && strncmp(rest, name, strlen(name)) != 0 &&
			strcmp(name, "foyer_queue_contacts_total") != 0)
			fail_msg("%s has no value", name);
		if (strstr(rest ? rest : "", line))
			fail_msg("%s is declared twice", name);
	}
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(each_name_is_declared_once),
	};

	return cmocka_run_group_tests_name("api metrics", tests, NULL, NULL);
}
