/* What Prometheus reads, as text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/api/api.h"
#include "bot/store/store.h"

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

/* Legs that are over, each in its place of every spread: bounds count what is at most that, the
 * last one all. */
static void legs_are_spread(void **state)
{
	static const struct leg_row legs[] = {
		{ .expected = 1000,
			.lost = 0,
			.frames = 900,
			.mos_percent = 441,
			.rtt_us = -1,
			.jitter_us = 1500,
			.delay_us = 40000,
			.level_cb = -262 },
		{ .expected = 200,
			.lost = 30,
			.frames = 190,
			.concealed = 28,
			.clipped = 3,
			.mos_percent = 250,
			.theirs_mos_percent = 420,
			.jitter_us = 300000,
			.delay_us = 41000,
			.level_cb = -1270 },
		{ .frames = 100, /* by WebSocket, which counts no packets */
			.concealed = 5,
			.mos_percent = 420,
			.delay_us = 60000,
			.level_cb = -1270 },
	};
	static const char *const lines[] = {
		"\nfoyer_leg_packets_total 1200\n",
		"\nfoyer_leg_packets_lost_total 30\n",
		"\nfoyer_leg_frames_total 1190\n",
		"\nfoyer_leg_frames_concealed_total 33\n",
		"\nfoyer_leg_frames_clipped_total 3\n",
		"# TYPE foyer_leg_mos histogram\nfoyer_leg_mos_bucket{le=\"2\"} 0\n"
		"foyer_leg_mos_bucket{le=\"2.5\"} 1\n",
		"\nfoyer_leg_mos_bucket{le=\"4.4\"} 2\nfoyer_leg_mos_bucket{le=\"+Inf\"} 3\n"
		"foyer_leg_mos_sum 11.11\nfoyer_leg_mos_count 3\n",
		"\nfoyer_leg_mos_there_bucket{le=\"4\"} 0\n"
		"foyer_leg_mos_there_bucket{le=\"4.2\"} 1\n",
		"\nfoyer_leg_mos_there_count 1\n",
		"\nfoyer_leg_loss_ratio_bucket{le=\"0\"} 1\n",
		"\nfoyer_leg_loss_ratio_bucket{le=\"0.1\"} 1\n"
		"foyer_leg_loss_ratio_bucket{le=\"0.2\"} 2\n",
		"\nfoyer_leg_loss_ratio_count 2\n",
		"\nfoyer_leg_jitter_milliseconds_bucket{le=\"1\"} 0\n"
		"foyer_leg_jitter_milliseconds_bucket{le=\"2\"} 1\n",
		"\nfoyer_leg_jitter_milliseconds_bucket{le=\"200\"} 1\n"
		"foyer_leg_jitter_milliseconds_bucket{le=\"+Inf\"} 2\n",
		"\nfoyer_leg_delay_milliseconds_bucket{le=\"40\"} 1\n"
		"foyer_leg_delay_milliseconds_bucket{le=\"60\"} 3\n",
		"\nfoyer_leg_level_dbov_bucket{le=\"-30\"} 0\n"
		"foyer_leg_level_dbov_bucket{le=\"-26\"} 1\n",
		"\nfoyer_leg_level_dbov_count 1\n",
	};
	struct metrics m = { .n_queues = 0 };
	char *text;

	(void)state;
	for (size_t i = 0; i < sizeof(legs) / sizeof(legs[0]); i++)
		leg_metrics_add(&m.legs, &legs[i]);
	text = api_metrics(&m);
	assert_non_null(text);
	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
		if (!strstr(text, lines[i]))
			fail_msg("missing: %s\nin\n%s", lines[i], text);
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
		cmocka_unit_test(legs_are_spread),
		cmocka_unit_test(each_name_is_declared_once),
	};

	return cmocka_run_group_tests_name("api metrics", tests, NULL, NULL);
}
