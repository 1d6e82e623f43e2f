/* Faults, and the many spellings of one thing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#include <ctype.h>

static void lost_notifications_are_counted_and_never_come(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"faults\":{\"lose\":1}");
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 20000);
	assert_int_equal(r.n_posts, 0);
	assert_true(r.sim->count.lost >= 2);
	assert_int_equal(r.sim->book[0].offered_ms, -1);
	assert_true(sim_idle(r.sim));
	rig_close(&r);
}

static void doubled_notifications_are_the_same_message(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"faults\":{\"double\":1}");
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 10);
	assert_true(r.n_posts >= 2 && r.n_posts % 2 == 0);
	for (size_t i = 0; i < r.n_posts; i += 2) {
		assert_true(json_equal(r.post[i].json, r.post[i + 1].json));
		assert_int_equal(r.post[i].key, r.post[i + 1].key);
	}
	rig_close(&r);
}

static void a_refused_notification_comes_again_twice(void **state)
{
	struct rig r;
	size_t once;

	(void)state;
	rig_open(&r, 2, "");
	r.bot_says = 500;
	rig_caller(&r, (struct caller){ 0 });
	once = r.n_posts;
	assert_int_equal(once, 1);
	rig_run(&r, 999);
	assert_int_equal(r.n_posts, 1);
	rig_run(&r, 1);
	assert_int_equal(r.n_posts, 2);
	rig_run(&r, 3000);
	assert_true(r.n_posts >= 3);
	assert_int_equal(r.sim->count.given_up, 1);
	assert_int_equal(r.sim->count.other, r.n_posts);
	rig_close(&r);
}

static void redelivery_can_be_off(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"faults\":{\"redeliver\":0}");
	r.bot_says = 503;
	rig_caller(&r, (struct caller){ 0 });
	rig_run(&r, 10000);
	assert_int_equal(r.sim->count.given_up, r.n_posts);
	rig_close(&r);
}

/* The legacy body wants 204; another 2xx is a surprise, and it is sent again. */
static void the_legacy_message_wants_204(void **state)
{
	bool seen = false;

	(void)state;
	for (unsigned seed = 1; seed <= 16; seed++) {
		struct rig r;

		rig_open(&r, seed, "");
		r.silent = true;
		rig_caller(&r, (struct caller){ 0 });
		assert_int_equal(r.n_posts, 1);
		if (r.post[0].legacy) {
			seen = true;
			assert_null(json_object_get(r.post[0].json, "value"));
			assert_null(json_object_get(r.post[0].json, "@odata.type"));
			r.bot_says = 202;
			rig_step(&r, (struct sim_in){ .kind = SIM_NOTIFIED,
					     .call = r.post[0].call,
					     .key = r.post[0].key,
					     .status = 202 });
			assert_int_equal(r.sim->n_surprises, 1);
			assert_int_equal(r.n_posts, 1);
			rig_run(&r, 1000);
			assert_int_equal(r.n_posts, 2);
			rig_step(&r, (struct sim_in){ .kind = SIM_NOTIFIED,
					     .call = r.post[0].call,
					     .key = r.post[0].key,
					     .status = 204 });
			assert_int_equal(r.n_posts, 3);
			assert_false(r.post[2].legacy);
		}
		rig_close(&r);
	}
	assert_true(seen);
}

static void one_notification_of_a_call_is_under_way_at_a_time(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	r.silent = true;
	rig_caller(&r, (struct caller){ 0 });
	rig_verb(&r, "POST", "answer", ANSWER);
	rig_run(&r, 5000);
	assert_int_equal(r.n_posts, 1);
	rig_close(&r);
}

/* With the dice of some seeds the notification goes first; the answer waits, but not for ever. */
static void a_notification_may_beat_the_answer(void **state)
{
	unsigned beaten = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 40; seed++) {
		struct rig r;

		rig_open(&r, seed, "");
		rig_caller(&r, (struct caller){ 0 });
		rig_forget(&r);
		r.silent = true;
		if (!rig_verb(&r, "POST", "answer", ANSWER)) {
			beaten++;
			assert_int_equal(r.n_posts, 1);
			if (seed % 2) {
				rig_step(&r, (struct sim_in){ .kind = SIM_NOTIFIED,
						     .call = r.post[0].call,
						     .key = r.post[0].key,
						     .status = 202 });
			} else {
				rig_run(&r, 1499);
				assert_int_equal(r.status, 0);
				rig_run(&r, 1);
			}
		}
		assert_int_equal(r.status, 202);
		rig_close(&r);
	}
	assert_in_range(beaten, 2, 30);
}

static void delayed_notifications_keep_their_order(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 3, ",\"faults\":{\"delay_ms\":[500,900]}");
	rig_caller(&r, (struct caller){ 0 });
	assert_int_equal(r.n_posts, 0);
	rig_run(&r, 2000);
	assert_true(rig_said(&r, "incoming"));
	rig_verb(&r, "POST", "answer", ANSWER);
	rig_run(&r, 10000);
	assert_true(rig_said(&r, "established+"));
	rig_close(&r);
}

static void reordered_notifications_overtake(void **state)
{
	unsigned overtaken = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 20; seed++) {
		struct rig r;
		char story[8192], *a, *b;

		rig_open(&r, seed, ",\"faults\":{\"reorder\":0.5}");
		rig_caller(&r, (struct caller){ 0 });
		rig_verb(&r, "POST", "answer", ANSWER);
		rig_run(&r, 3000);
		rig_story(&r, story, sizeof(story));
		a = strstr(story, "establishing ");
		b = strstr(story, "established");
		assert_true(a && b);
		overtaken += b < a;
		rig_close(&r);
	}
	assert_in_range(overtaken, 1, 19);
}

static void weather_of_requests(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"faults\":{\"http_429\":{\"rate\":1,\"retry_after\":2.128}}");
	assert_int_equal(rig_ask(&r, "GET", "/v1.0/communications/calls/" NOBODY, NULL), 429);
	assert_string_equal(rig_code(&r), "TooManyRequests");
	assert_true(r.retry_after_s == 2.128);
	assert_int_equal(r.sim->count.refused, 0); /* nobody's fault */
	rig_close(&r);

	rig_open(&r, 1, ",\"faults\":{\"http_5xx\":{\"rate\":1,\"status\":504}}");
	assert_int_equal(rig_ask(&r, "GET", "/v1.0/communications/calls/" NOBODY, NULL), 504);
	rig_close(&r);

	rig_open(&r, 1, ",\"faults\":{\"hang\":{\"rate\":1,\"ms\":700}}");
	assert_int_equal(rig_ask(&r, "GET", "/v1.0/communications/calls/" NOBODY, NULL), 0);
	rig_run(&r, 699);
	assert_int_equal(r.status, 0);
	rig_run(&r, 1);
	assert_int_equal(r.status, -1);
	rig_close(&r);
}

static void a_repetition_before_its_retry_after_is_a_surprise(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, "");
	rig_caller(&r, (struct caller){ 0 });
	r.scn.faults.throttle_rate = 1;
	r.scn.faults.throttle_retry_after_s = 0.378;
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), 429);
	r.scn.faults.throttle_rate = 0;
	assert_int_equal(rig_verb(&r, "GET", "", NULL), 200);
	rig_run(&r, 377);
	assert_int_equal(r.sim->n_surprises, 0);
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), 202);
	assert_int_equal(r.sim->n_surprises, 1);
	assert_non_null(
		strstr(r.sim->surprise[0], "1 ms before its Retry-After again: POST /v1.0"));
	rig_run(&r, 1);
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), 409);
	assert_int_equal(r.sim->n_surprises, 1);
	rig_close(&r);
}

static void a_reset_comes_after_the_effect(void **state)
{
	struct rig r;

	(void)state;
	rig_open(&r, 1, ",\"faults\":{\"reset_after_effect\":1}");
	rig_caller(&r, (struct caller){ 0 });
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), -1);
	assert_int_equal(rig_call(&r)->state, CALL_ESTABLISHING);
	assert_int_equal(rig_verb(&r, "POST", "answer", ANSWER), 409);
	rig_close(&r);
}

/* Over enough seeds each spelling must occur, and not always. */
static void every_spelling_occurs(void **state)
{
	unsigned dashless = 0, upper = 0, app = 0, only_resource = 0, only_url = 0, capital = 0,
		 strings = 0, numbers = 0, sub_code = 0, null_id = 0, several = 0, n = 0,
		 strange = 0;

	(void)state;
	for (unsigned seed = 1; seed <= 60; seed++) {
		struct rig r;

		rig_open(&r, seed, "");
		rig_active(&r, (struct caller){ .patience_ms = 3000 });
		r.silent = true;
		rig_run(&r, 5000);
		/* What piled up meanwhile may share a POST. */
		r.silent = false;
		rig_step(&r, (struct sim_in){ .kind = SIM_NOTIFIED,
				     .call = r.call,
				     .key = r.post[r.n_posts - 1].key,
				     .status = 202 });
		for (size_t i = 0; i < r.n_posts; i++) {
			json_t *items = json_object_get(r.post[i].json, "value"), *item;
			size_t k;

			several += json_array_size(items) > 1;
			json_array_foreach(items, k, item)
			{
				json_t *d = json_object_get(item, "resourceData");
				json_t *info = json_object_get(d, "resultInfo");
				const char *res = json_string_value(
					json_object_get(item, "resource"));
				const char *url = json_string_value(
					json_object_get(item, "resourceUrl"));
				const char *id = strrchr(res ? res : url, '/') + 1;

				n++;
				dashless += strlen(id) == 32;
				for (const char *p = id; *p; p++)
					if (isupper((unsigned char)*p)) {
						upper++;
						break;
					}
				app += res && strncmp(res, "/app/", 5) == 0;
				only_resource += !url;
				only_url += !res;
				capital += isupper((unsigned char)json_string_value(
						   json_object_get(item, "changeType"))[0]) != 0;
				null_id += json_is_null(json_object_get(d, "id"));
				strange += json_object_get(item, "somethingNew") != NULL;
				strings += json_is_string(json_object_get(info, "code"));
				numbers += json_is_integer(json_object_get(info, "code"));
				sub_code += json_object_get(info, "subCode") != NULL;
			}
		}
		rig_close(&r);
	}
	assert_in_range(dashless, 1, n / 2);
	assert_in_range(upper, 1, n / 2);
	assert_in_range(app, 1, n - 1);
	assert_in_range(only_resource, 1, n / 2);
	assert_in_range(only_url, 1, n / 2);
	assert_in_range(capital, 1, n / 2);
	assert_in_range(null_id, 1, n / 2);
	assert_in_range(strange, 1, n / 2);
	assert_in_range(strings, 1, 59);
	assert_in_range(numbers, 1, 59);
	assert_in_range(sub_code, 1, 59);
	assert_in_range(several, 1, 59);
}

/* The same seed and the same inputs give the same bytes. */
static void one_seed_is_one_life(void **state)
{
	json_t *first = NULL;

	(void)state;
	for (int life = 0; life < 2; life++) {
		struct rig r;
		json_t *all = json_array();

		rig_open(&r, 77,
			",\"arrivals\":{\"per_minute\":120,\"digits\":[\"1\"]},\"faults\":{"
			"\"double\":0.2,"
			"\"reorder\":0.2,\"lose\":0.1,\"delay_ms\":[0,90]}");
		rig_step(&r, (struct sim_in){ .kind = SIM_START });
		rig_run(&r, 10000);
		for (size_t i = 0; i < r.n_posts; i++)
			json_array_append(all, r.post[i].json);
		assert_true(r.n_posts > 20);
		if (life)
			assert_true(json_equal(all, first));
		else
			first = json_incref(all);
		json_decref(all);
		rig_close(&r);
	}
	json_decref(first);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lost_notifications_are_counted_and_never_come),
		cmocka_unit_test(doubled_notifications_are_the_same_message),
		cmocka_unit_test(a_refused_notification_comes_again_twice),
		cmocka_unit_test(redelivery_can_be_off),
		cmocka_unit_test(the_legacy_message_wants_204),
		cmocka_unit_test(one_notification_of_a_call_is_under_way_at_a_time),
		cmocka_unit_test(a_notification_may_beat_the_answer),
		cmocka_unit_test(delayed_notifications_keep_their_order),
		cmocka_unit_test(reordered_notifications_overtake),
		cmocka_unit_test(weather_of_requests),
		cmocka_unit_test(a_repetition_before_its_retry_after_is_a_surprise),
		cmocka_unit_test(a_reset_comes_after_the_effect),
		cmocka_unit_test(every_spelling_occurs),
		cmocka_unit_test(one_seed_is_one_life),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
