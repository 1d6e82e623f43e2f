/* What an admin can describe, and the plan that comes of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/base/text.h"
#include "bot/core/hours.h"
#include "bot/core/strategy.h"
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
#define LOOKUP                                                             \
	"\"lookups\":{\"crm\":{\"url\":\"https://crm.example\",\"cases\":" \
	"{\"gold\":{\"pointer\":\"/tier\",\"values\":[\"gold\"]}}}}"

static struct config *parse(const char *text)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *c = NULL;

	if (config_parse(text, strlen(text), NULL, &c, faults, NULL) != OK) {
		faults_print(faults, "test", stdout);
		fail_msg("not parsed");
	}
	free(faults);
	return c;
}

static const struct plan_class *class_of(const struct config *c, uint32_t queue, uint32_t need)
{
	const struct plan *p = &c->plan;

	return &p->class[p->queue[queue].first_class +
			 p->need_class[queue * (p->n_needs + 1) + need]];
}

static const char *name_of(const struct config *c, const struct plan_class *class)
{
	return c->class_name[class - c->plan.class];
}

static uint64_t bit(const struct config *c, uint32_t queue, const struct plan_class *class)
{
	return (uint64_t)1 << (class - c->plan.class - c->plan.queue[queue].first_class);
}

/* Queue q asks for German itself, r for nothing; need n is French, or any tongue later. */
static void skills_become_classes_that_time_widens(void **state)
{
	struct config *c = parse(HEAD
		"\"flows\":{\"a\":[{\"set\":{\"need\":\"n\"}},{\"queue\":\"q\"}]},"
		"\"queues\":{\"q\":{\"skills\":{\"de\":3,\"x\":0},\"relax\":[{\"after_seconds\":30,"
		"\"skills\":{\"de\":1}},{\"after_seconds\":60,\"skills\":{}}]},\"r\":{}},"
		"\"needs\":{\"n\":{\"skills\":{\"fr\":2},\"relax\":[{\"after_seconds\":45,"
		"\"skills\":{}}]}},"
		"\"agents\":[" USER("1") "\"queues\":[\"q\",\"r\"],\"skills\":{\"de\":2}}," USER(
			"2") "\"queues\":[\"q\"],\"skills\":{\"de\":10,\"fr\":2,\"la\":9}}]}");
	const struct plan *p = &c->plan;
	const struct plan_class *at = class_of(c, 0, 0), *need = class_of(c, 0, 1);
	const struct plan_place *place = p->place + p->queue[0].first_member;

	(void)state;
	assert_string_equal(name_of(c, at), "de 3");
	assert_int_equal(at->after_ms, 30000);
	assert_false(place[0].classes & bit(c, 0, at));
	assert_true(place[1].classes & bit(c, 0, at));
	at = &p->class[p->queue[0].first_class + at->next];
	assert_string_equal(name_of(c, at), "de 1");
	assert_int_equal(at->after_ms, 60000);
	assert_true(place[0].classes & place[1].classes & bit(c, 0, at));
	at = &p->class[p->queue[0].first_class + at->next];
	assert_string_equal(name_of(c, at), "");
	assert_int_equal(at->after_ms, 0);
	assert_string_equal(name_of(c, need), "fr 2");
	assert_int_equal(need->after_ms, 45000);
	assert_false(place[0].classes & bit(c, 0, need));
	assert_true(place[1].classes & bit(c, 0, need));
	/* Chains that end alike share their end. */
	assert_ptr_equal(&p->class[p->queue[0].first_class + need->next], at);
	/* Where nothing is asked for, callers without a need are everybody's. */
	assert_string_equal(name_of(c, class_of(c, 1, 0)), "");
	assert_true(p->place[p->queue[1].first_member].classes & bit(c, 1, class_of(c, 1, 0)));
	assert_false(p->place[p->queue[1].first_member].classes & bit(c, 1, class_of(c, 1, 1)));
	assert_string_equal(c->need_name[0], "n");
	config_free(c);
}

static void without_skills_there_are_no_classes(void **state)
{
	struct config *c = parse(HEAD QUEUE("") ",\"agents\":[" USER(
		"1") "\"queues\":[{"
		     "\"queue\":\"q\",\"tier\":2,\"weight\":5}],\"skills\":{\"de\":2}}]}");

	(void)state;
	assert_int_equal(c->plan.n_classes, 0);
	assert_null(c->plan.need_class);
	assert_int_equal(c->plan.place[0].classes, UINT64_MAX);
	assert_int_equal(c->plan.place[0].tier, 2);
	assert_int_equal(c->plan.place[0].weight, 5);
	config_free(c);
}

static void sixty_four_classes_and_no_more(void **state)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	char *text = malloc(20000);
	struct config *c = NULL;

	(void)state;
	for (int n = 63; n <= 64; n++) {
		struct text t = text_of(text, 20000);

		text_add(&t, "%s", HEAD QUEUE("") ",\"needs\":{");
		for (int i = 0; i < n; i++)
			text_add(&t, "%s\"n%d\":{\"skills\":{\"s%d\":1}}", i ? "," : "", i, i);
		text_add(&t, "}}");
		memset(faults, 0, sizeof(*faults));
		if (config_parse(text, strlen(text), NULL, &c, faults, NULL) == OK) {
			assert_int_equal(n, 63); /* and the class of everybody */
			assert_int_equal(c->plan.queue[0].n_classes, 64);
			config_free(c);
		}
	}
	assert_int_equal(faults->n, 1);
	assert_non_null(strstr(faults->item[0].text, "more than 64 classes"));
	free(text);
	free(faults);
}

static void a_queue_is_compiled_with_all_it_says(void **state)
{
	struct config *c = parse(HEAD
		"\"flows\":{\"a\":[{\"queue\":\"q\"}],\"b\":[{\"survey\":{\"question\":2}}]},"
		"\"wrap_up_codes\":[\"Sold\",\"Lost\"],\"pause_reasons\":[\"Lunch\"],"
		"\"limits\":{\"tickets\":7,\"call_back_hours\":1.5},"
		"\"queues\":{\"p\":{},\"q\":{\"strategy\":\"pick\",\"priority_seconds\":90,"
		"\"head_start_seconds\":1,\"sticky_seconds\":2,\"wrap_up_more_seconds\":3,"
		"\"back_off_seconds\":4,\"back_off_busy_seconds\":5,\"unanswered_max\":6,"
		"\"service_level_seconds\":7,\"join_needs\":\"present\",\"stay_needs\":\"active\","
		"\"timeout\":{\"to\":\"p\"},\"full\":{\"prompt\":\"\"},\"no_agents\":{\"to\":\"b\","
		"\"prompt\":\"good-bye\"},\"closed\":{\"to\":\"hang-up\"},"
		"\"leave\":{\"0\":\"a\",\"#\":\"p\"},\"position_max\":8,\"estimate_prompt\":"
		"\"estimate\",\"messages\":[\"thanks\",\"good-bye\"],\"redial_seconds\":9,"
		"\"call_back\":{\"attempts\":2,\"retry_seconds\":10,\"dial_seconds\":11},"
		"\"survey\":\"b\",\"wrap_up_codes\":[\"Lost\"]}}}");
	const struct plan_queue *q = &c->plan.queue[1];

	(void)state;
	assert_true(q->by_hand && !c->plan.queue[0].by_hand);
	assert_int_equal(q->priority_ms, 90000);
	assert_int_equal(q->head_start_ms, 1000);
	assert_int_equal(q->sticky_ms, 2000);
	assert_int_equal(q->wrap_up_more_ms, 3000);
	assert_int_equal(q->back_off_ms, 4000);
	assert_int_equal(q->busy_ms, 5000);
	assert_int_equal(q->rejected_ms, 4000); /* as back_off_seconds */
	assert_int_equal(q->unanswered_max, 6);
	assert_int_equal(q->service_level_ms, 7000);
	assert_int_equal(q->join_needs, STAFF_PRESENT);
	assert_int_equal(q->stay_needs, STAFF_ACTIVE);
	assert_int_equal(q->timeout.kind, TARGET_QUEUE);
	assert_int_equal(q->timeout.index, 0);
	assert_string_equal(c->prompt[q->timeout_prompt - 1].name, "timeout");
	assert_int_equal(q->full.kind, TARGET_HANG_UP);
	assert_int_equal(q->full_prompt, 0);
	assert_int_equal(q->no_agents.kind, TARGET_FLOW);
	assert_string_equal(c->prompt[q->no_agents_prompt - 1].name, "good-bye");
	assert_string_equal(c->prompt[q->closed.prompt - 1].name, "queue-closed");
	assert_int_equal(q->leave[0].kind, TARGET_FLOW);
	assert_int_equal(q->leave[1].kind, TARGET_NONE);
	assert_int_equal(q->leave[11].kind, TARGET_QUEUE);
	assert_int_equal(q->position_max, 8);
	assert_int_equal(q->n_messages, 2);
	assert_string_equal(c->prompt[c->plan.message[q->first_message + 1] - 1].name, "good-bye");
	assert_int_equal(q->redial_ms, 9000);
	assert_int_equal(q->dials_max, 2);
	assert_int_equal(q->redial_after_ms, 10000);
	assert_int_equal(q->dial_ms_max, 11000);
	assert_int_equal(q->survey.index, 1);
	assert_int_equal(c->plan.queue[0].join_needs, STAFF_SIGNED_IN); /* the default */
	assert_int_equal(c->plan.tickets_max, 7);
	assert_int_equal(c->plan.call_back_ms_max, 5400000);
	assert_int_equal(c->queue[0].n_wrap_up_codes, 2);
	assert_int_equal(c->queue[1].n_wrap_up_codes, 1);
	assert_string_equal(config_wrap_up_code(c, c->queue[1].wrap_up_code[0]), "Lost");
	assert_string_equal(config_pause_reason(c, 1), "Lunch");
	assert_null(config_pause_reason(c, 2));
	config_free(c);
}

static void every_step_is_compiled(void **state)
{
	static const uint8_t kinds[] = { STEP_SET, STEP_SET, STEP_SET, STEP_SET, STEP_COLLECT,
		STEP_LOOKUP, STEP_HOURS, STEP_BRANCH, STEP_BRANCH, STEP_CALL_BACK, STEP_TRANSFER,
		STEP_SURVEY, STEP_VOICEMAIL };
	struct config *c = parse(HEAD
		"\"flows\":{\"a\":[{\"set\":{\"priority\":1,\"language\":\"de\",\"variables\":"
		"{\"v\":-5,\"w\":6}}},{\"collect\":{\"variable\":\"w\",\"max_digits\":4}},"
		"{\"lookup\":{\"ask\":\"crm\",\"wait_seconds\":1.5,\"cases\":{\"gold\":\"q\"}}},"
		"{\"hours\":{\"calendar\":\"o\",\"closed\":\"q\"}},"
		"{\"branch\":{\"variable\":\"w\",\"below\":3,\"to\":\"q\"}},"
		"{\"branch\":{\"language\":\"de\",\"to\":\"q\"}},{\"call_back\":{}},"
		"{\"transfer\":{\"to\":\"t\",\"otherwise\":\"q\"}},{\"survey\":{\"question\":3}},"
		"{\"voicemail\":{\"mailbox\":\"m\",\"silence_seconds\":4}}]},"
		"\"queues\":{\"q\":{}},\"mailboxes\":{\"m\":{\"queue\":\"q\",\"agents\":["
		"\"bbbbbbbb-0000-4000-8000-000000000001\",\"BBBBBBBB-0000-4000-8000-000000000002\"]"
		"}},"
		"\"transfers\":{\"t\":{\"number\":\"+4930123456\"}},"
		"\"hours\":{\"o\":{\"time_zone\":\"UTC\",\"week\":{}}},"
		"\"agents\":[" USER("1") "\"queues\":[\"q\"]}," USER("2") "\"queues\":[]}]," LOOKUP
									  "}");
	const struct plan_step *s = c->plan.step;

	(void)state;
	assert_int_equal(c->plan.flow[0].n_steps, ARRAY_LEN(kinds));
	for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
		assert_int_equal(s[i].kind, kinds[i]);
	assert_int_equal(s[0].value, 1);
	assert_int_equal(s[1].value, config_language(c, "de"));
	assert_int_equal(s[2].value, -5);
	assert_int_equal(s[3].var, 1);
	assert_int_equal(s[4].var, 1);
	assert_int_equal(s[4].max, 4);
	assert_int_equal(s[4].terminator, '#');
	assert_int_equal(s[5].timeout_ms, 1500);
	assert_int_equal(s[5].key[0].kind, TARGET_QUEUE);
	assert_int_equal(s[5].otherwise.kind, TARGET_NONE);
	assert_int_equal(s[5].var, UINT8_MAX); /* no variable, and not the first one */
	assert_int_equal(s[6].key[0].kind, TARGET_QUEUE);
	assert_int_equal(s[6].key[1].kind, TARGET_NONE);
	assert_int_equal(s[7].op, BRANCH_BELOW);
	assert_int_equal(s[7].value, 3);
	assert_int_equal(s[8].op, BRANCH_LANGUAGE);
	assert_int_equal(s[10].otherwise.kind, TARGET_QUEUE);
	assert_int_equal(s[11].var, 2);
	assert_int_equal(s[12].timeout_ms, 4000);
	assert_int_equal(s[12].length_ms, 120000);
	assert_int_equal(c->mailbox[0].n_agents, 2); /* each once */
	assert_string_equal(c->transfer[0].id, "+4930123456");
	assert_int_equal(c->lookup[0].n_cases, 1);
	assert_string_equal(c->lookup[0].in_case[0].pointer, "/tier");
	config_free(c);
}

/* 2026: clocks go forward on 29 March at 01:00 UTC and back on 25 October at 01:00 UTC. */
static void hours_are_those_of_the_zone(void **state)
{
	static const struct {
		uint64_t at_s;
		enum hours want;
	} when[] = {
		{ 1767337199, HOURS_CLOSED },  /* Fri 2026-01-02 07:59:59 */
		{ 1767340800, HOURS_OPEN },    /* 09:00, winter */
		{ 1782716400, HOURS_OPEN },    /* Mon 2026-06-29 09:00, summer */
		{ 1782716399, HOURS_CLOSED },  /* a second before */
		{ 1767394800, HOURS_OPEN },    /* Sat 2026-01-03 00:00: Friday's night goes on */
		{ 1767402000, HOURS_CLOSED },  /* 02:00 */
		{ 1798153200, HOURS_HOLIDAY }, /* Fri 2026-12-25 00:00 */
		{ 1798102800, HOURS_OPEN },    /* Thu 2026-12-24 10:00: a short day */
		{ 1798117200, HOURS_HOLIDAY }, /* 14:00 */
		{ 2145870000, HOURS_OPEN },    /* Thu 2037-12-31 12:00 */
		{ 2839669200, HOURS_OPEN },    /* Fri 2059-12-26 14:00 */
		{ 2824556340, HOURS_OPEN },    /* Fri 2059-07-04 16:59, summer */
	};
	struct config *c = parse(
		HEAD PLAY ",\"hours\":{\"o\":{\"time_zone\":\"Europe/Berlin\",\"week\":{"
			  "\"mon\":[\"09:00-17:00\"],\"thu\":[\"12:00-13:00\",\"11:00-12:00\"],"
			  "\"fri\":[\"09:00-17:00\",\"20:00-02:00\"]},\"holidays\":[{\"date\":"
			  "\"2026-12-25\"},"
			  "{\"date\":\"2026-12-24\",\"hours\":[\"09:00-12:00\"]}]}}}");
	const struct plan_calendar *cal = &c->plan.calendar[0];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(when); i++)
		if (hours_at(cal, when[i].at_s * 1000) != when[i].want)
			fail_msg("row %zu: %d", i, hours_at(cal, when[i].at_s * 1000));
	assert_int_equal(cal->weekday[3].n_ranges, 1); /* what touches is one */
	assert_int_equal(cal->weekday[5].n_ranges, 1); /* Saturday's first two hours */
	assert_int_equal(cal->n_dates, 2);
	assert_true(cal->date[0].day < cal->date[1].day);
	assert_int_equal(cal->n_offsets, 81); /* two a year, and the first */
	config_free(c);
}

/* The schema's words and the core's are the same; pick is no strategy but the absence of one. */
static void every_strategy_of_the_schema_is_built_in(void **state)
{
	static const char *const words[] = { "longest-idle", "round-robin", "ring-all", "serial",
		"fewest-calls", "least-talk", "random", "weighted", "skills" };
	char text[1000];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		struct config *c;

		snprintf(text, sizeof(text), HEAD QUEUE("\"strategy\":\"%s\"") "}", words[i]);
		c = parse(text);
		assert_string_equal(strategy_at(c->plan.queue[0].strategy)->name, words[i]);
		config_free(c);
	}
	assert_null(strategy_at(ARRAY_LEN(words)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(skills_become_classes_that_time_widens),
		cmocka_unit_test(without_skills_there_are_no_classes),
		cmocka_unit_test(sixty_four_classes_and_no_more),
		cmocka_unit_test(a_queue_is_compiled_with_all_it_says),
		cmocka_unit_test(every_step_is_compiled),
		cmocka_unit_test(hours_are_those_of_the_zone),
		cmocka_unit_test(every_strategy_of_the_schema_is_built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
