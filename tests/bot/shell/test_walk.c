/* Test calls: where they go, what is heard there, and that a caller of the real centre hears the
 * same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/core/centre.h"
#include "bot/shell/config.h"
#include "bot/shell/walk.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                              \
	"{\"public_url\":\"https://cc.example.com\","                     \
	"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},"       \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\"," \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
static const char text[] = HEAD
	"\"entries\":[{\"default\":true,\"flow\":\"a\"}],"
	"\"hours\":{\"o\":{\"time_zone\":\"Europe/Berlin\",\"week\":{\"fri\":[\"09:00-17:30\"]},"
	"\"holidays\":[{\"date\":\"2026-12-25\"}]}},"
	"\"flows\":{"
	"\"a\":[{\"hours\":{\"calendar\":\"o\",\"closed\":\"shut\",\"holiday\":\"feast\"}},"
	"{\"play\":\"hello\"},{\"menu\":{\"prompt\":\"choose\",\"retries\":1,\"1\":\"q\",\"2\":"
	"\"n\","
	"\"3\":\"d\",\"otherwise\":\"shut\"}}],"
	"\"shut\":[{\"play\":\"closed\"}],\"feast\":[{\"play\":\"holiday\"},{\"hang_up\":true}],"
	"\"n\":[{\"collect\":{\"prompt\":\"choose\",\"min_digits\":2,\"max_digits\":4,\"variable\":"
	"\"v\"}},"
	"{\"branch\":{\"variable\":\"v\",\"above\":50,\"to\":\"q\"}},{\"play\":\"low\"}],"
	"\"d\":[{\"set\":{\"language\":\"de\"}},{\"play\":\"hello\"},{\"queue\":\"q\"}]},"
	"\"queues\":{\"q\":{\"timeout\":{\"to\":\"shut\"},\"leave\":{\"9\":\"shut\"}}},"
	"\"agents\":[{\"user\":\"bbbbbbbb-0000-4000-8000-000000000001\",\"name\":\"Ada\","
	"\"queues\":[\"q\"]}],"
	"\"prompts\":{\"hello\":{\"text\":{\"en\":\"Hello.\",\"de\":\"Hallo.\"}},"
	"\"choose\":{\"text\":{\"en\":\"Choose.\",\"de\":\"Bitte.\"}},"
	"\"low\":{\"text\":{\"en\":\"Low.\",\"de\":\"Klein.\"}}}}";

static struct config *load(void)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *c = NULL;

	if (config_parse(text, strlen(text), "x.json", &c, faults, NULL) != OK)
		fail_msg("%d:%d: %s", faults->item[0].line, faults->item[0].column,
			faults->item[0].text);
	free(faults);
	return c;
}

/* want: kind, ":" and each prompt heard, a step; then the end, or "?" and what could happen. */
static const struct {
	const char *name, *at, *does, *want;
} rows[] = {
	{ "she must choose", "2026-11-27T17:29", "[]", "hours play:hello menu:choose ?123silence" },
	{ "a minute after closing", "2026-11-27T17:31", "[]", "hours play:closed hung_up" },
	{ "the same by UTC", "2026-11-27T16:31:00Z", "[]", "hours play:closed hung_up" },
	{ "in summer local time is two hours off", "2026-06-26T17:29", "[]",
		"hours play:hello menu:choose ?123silence" },
	{ "a holiday", "2026-12-25T12:00", "[]", "hours play:holiday hang_up hung_up" },
	{ "a key leads to a queue, and an agent answers", "2026-11-27T12:00", "[\"1\",\"answers\"]",
		"hours play:hello menu:choose waiting:position:music agent" },
	{ "a wrong key is asked again, once", "2026-11-27T12:00", "[\"7\",\"1\",\"9\"]",
		"hours play:hello menu:choose:wrong-key:choose waiting:position:music play:closed "
		"hung_up" },
	{ "two wrong ones are enough", "2026-11-27T12:00", "[\"7\",\"8\"]",
		"hours play:hello menu:choose:wrong-key:choose play:closed hung_up" },
	{ "who waits too long hears so", "2026-11-27T12:00", "[\"1\",\"timeout\"]",
		"hours play:hello menu:choose waiting:position:music:timeout play:closed hung_up" },
	{ "a number is compared", "2026-11-27T12:00", "[\"2\",\"51#\",\"answers\"]",
		"hours play:hello menu:choose collect:choose branch waiting:position:music agent" },
	{ "and one that is not above", "2026-11-27T12:00", "[\"2\",\"50\"]",
		"hours play:hello menu:choose collect:choose branch play:low hung_up" },
	{ "in German from the step on", "2026-11-27T12:00", "[\"3\",\"answers\"]",
		"hours play:hello menu:choose set play:hello(de) queue "
		"waiting:position(de):music agent" },
	{ "what cannot happen there stops it", "2026-11-27T12:00", "[\"1\",\"moon\"]",
		"hours play:hello menu:choose waiting:position:music "
		"?answers9timeoutfullnobodyclosed" },
};

static void print(json_t *got, char *out, size_t size)
{
	const char *end = json_string_value(json_object_get(got, "end"));
	struct text t = text_of(out, size);
	json_t *step, *heard, *option;
	size_t i, k;

	json_array_foreach(json_object_get(got, "steps"), i, step)
	{
		text_add(
			&t, "%s%s", i ? " " : "", json_string_value(json_object_get(step, "kind")));
		json_array_foreach(json_object_get(step, "heard"), k, heard)
		{
			const char *in = json_string_value(json_object_get(heard, "language"));

			text_add(&t, ":%s%s", json_string_value(json_object_get(heard, "prompt")),
				strcmp(in, "en") ? "(de)" : "");
		}
	}
	text_add(&t, " %s", end ? end : "?");
	json_array_foreach(json_object_get(got, "options"), i, option)
		text_add(&t, "%s", json_string_value(json_object_get(option, "do")));
}

static void each_call_goes_its_way(void **state)
{
	struct config *c = load();

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		json_t *does = json_loads(rows[r].does, 0, NULL), *got = NULL;
		struct walk_ask ask = { 0, rows[r].at, does };
		char buf[600];

		assert_int_equal(walk_call(c, &ask, &got, NULL), OK);
		print(got, buf, sizeof(buf));
		if (strcmp(buf, rows[r].want) != 0)
			fail_msg("%s: %s", rows[r].name, buf);
		json_decref(got);
		json_decref(does);
	}
	config_free(c);
}

static void a_question_that_makes_no_sense_is_refused(void **state)
{
	struct config *c = load();
	json_t *none = json_array(), *many = json_array(), *got;
	const struct walk_ask bad[] = { { 1, "2026-11-27T12:00", none }, { 0, "tomorrow", none },
		{ 0, NULL, none }, { 0, "2026-11-27T12:00", many } };

	(void)state;
	for (size_t i = 0; i <= WALK_DOES_MAX; i++)
		json_array_append_new(many, json_string("1"));
	for (size_t i = 0; i < ARRAY_LEN(bad); i++)
		assert_int_equal(walk_call(c, &bad[i], &got, NULL), E_MALFORMED);
	json_decref(none);
	json_decref(many);
	config_free(c);
}

/* The same keys, pressed by a caller of the real centre: what it plays, prompt by prompt. */
struct life {
	const struct config *c;
	struct centre *centre;
	const char *keys;
	struct text *said;
	uint64_t now_ms;
};

static void step(struct life *l, struct event ev);

static void played(struct life *l, const struct effect *fx)
{
	bool asks;

	if (fx->prompt)
		text_add(l->said, " %s", l->c->prompt[fx->prompt - 1].name);
	asks = fx->prompt && strcmp(l->c->prompt[fx->prompt - 1].name, "choose") == 0;
	if (asks && *l->keys)
		step(l, (struct event){ .kind = EV_DIGIT, .contact = 1, .value = *l->keys++ });
	else
		step(l, (struct event){ .kind = EV_PLAY_ENDED,
				.contact = 1,
				.attempt = fx->attempt,
				.value = PLAY_DONE });
}

static void step(struct life *l, struct event ev)
{
	struct effects fx;

	ev.at_ms = ++l->now_ms;
	centre_step(l->centre, &ev, &fx);
	for (size_t i = 0; i < fx.n; i++)
		if (fx.item[i].kind == FX_PLAY)
			played(l, &fx.item[i]);
}

static void a_caller_of_the_centre_hears_the_same(void **state)
{
	static const struct {
		const char *keys, *does, *want;
	} calls[] = {
		{ "1", "[\"1\"]", " hello choose" },
		{ "71", "[\"7\",\"1\"]", " hello choose wrong-key choose" },
		{ "78", "[\"7\",\"8\"]", " hello choose wrong-key choose closed" },
		{ "3", "[\"3\"]", " hello choose hello" },
	};
	struct config *c = load();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(calls); i++) {
		void *storage = aligned_alloc(16, (centre_bytes(&c->plan) + 15) & ~(size_t)15);
		char buf[300];
		struct text said = TEXT(buf);
		struct life l = {
			.c = c,
			.centre = centre_init(storage, &c->plan),
			.keys = calls[i].keys,
			.said = &said,
			.now_ms = 1795777200000 /* Friday 2026-11-27 12:00 in Berlin, by UTC 11:00
						 */
		};

		step(&l, (struct event){ .kind = EV_START });
		step(&l, (struct event){ .kind = EV_CALL_INCOMING, .contact = 1 });
		step(&l, (struct event){ .kind = EV_CALL_ACTIVE, .contact = 1 });
		assert_string_equal(buf, calls[i].want);
		free(storage);
	}
	config_free(c);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_call_goes_its_way),
		cmocka_unit_test(a_question_that_makes_no_sense_is_refused),
		cmocka_unit_test(a_caller_of_the_centre_hears_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
