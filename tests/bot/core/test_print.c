/* Events and effects as bytes of the journal and as lines of a trace. */

#include "bot/core/effect.h"
#include "bot/core/event.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const struct {
	const char *name;
	struct event ev;
	const char *want;
} event_rows[] = {
	{ "a tick says only that", { .kind = EV_TICK }, "tick" },
	{ "an incoming call names its entry and Graph's id",
		{ .kind = EV_CALL_INCOMING, .contact = 1, .ref = { { 0xab, 1 } } },
		"call-incoming contact=1 entry=0 ref=ab010000-0000-0000-0000-000000000000" },
	{ "a digit is its character", { .kind = EV_DIGIT, .contact = 2, .value = '#' },
		"digit contact=2 digit=#" },
	{ "a digit that is none stays a number", { .kind = EV_DIGIT, .contact = 2, .value = 7 },
		"digit contact=2 value=7" },
	{ "an end has a name", { .kind = EV_CALL_ENDED, .contact = 2, .value = END_LEFT },
		"call-ended contact=2 end=left" },
	{ "an unknown end stays a number", { .kind = EV_CALL_ENDED, .contact = 2, .value = 99 },
		"call-ended contact=2 end=99" },
	{ "a negative end stays a number", { .kind = EV_CALL_ENDED, .contact = 2, .value = -1 },
		"call-ended contact=2 end=-1" },
	{ "a failed effect echoes its attempt",
		{ .kind = EV_EFFECT_FAILED, .contact = 3, .attempt = 9, .value = EFFECT_TIMEOUT },
		"effect-failed contact=3 attempt=9 end=timeout" },
	{ "a presence is an agent's, by Teams' word",
		{ .kind = EV_AGENT_PRESENCE, .attempt = 3, .value = PRESENCE_DO_NOT_DISTURB },
		"agent-presence agent=3 presence=DoNotDisturb" },
	{ "a presence of a later version stays a number",
		{ .kind = EV_AGENT_PRESENCE, .attempt = 3, .value = PRESENCES },
		"agent-presence agent=3 presence=9" },
	{ "an unknown kind is no crash", { .kind = 77 }, "unknown kind=77" },
};

static void events_print(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(event_rows); r++) {
		char buf[256];
		struct text t = TEXT(buf);

		event_print(&event_rows[r].ev, &t);
		if (strcmp(buf, event_rows[r].want) != 0)
			fail_msg("%s: got \"%s\"", event_rows[r].name, buf);
	}
}

static const struct {
	const char *name;
	struct effect fx;
	const char *want;
} effect_rows[] = {
	{ "a ring", { .kind = FX_RING, .contact = 1, .attempt = 7, .agent = 2, .queue = 1 },
		"ring contact=1 attempt=7 agent=2 queue=1" },
	{ "a round of waiting",
		{ .kind = FX_HOLD,
			.contact = 1,
			.attempt = 8,
			.queue = 1,
			.prompt = 4,
			.value = 3,
			.music = 5 },
		"hold contact=1 attempt=8 queue=1 prompt=4 value=3 music=5" },
	{ "an outcome shows its record",
		{ .kind = FX_OUTCOME,
			.contact = 1,
			.record = { .offered_ms = 10,
				.answered_ms = 20,
				.queued_ms = 30,
				.connected_ms = 40,
				.ended_ms = 50,
				.queue = 1,
				.agent = 2,
				.n_offers = 3,
				.outcome = OUTCOME_HANDLED,
				.estimated = true } },
		"outcome contact=1 handled entry=0 queue=1 agent=2 offers=3 offered=10 answered=20 "
		"queued=30 connected=40 ended=50 estimated" },
	{ "an unknown kind is no crash", { .kind = 99 }, "unknown kind=99" },
};

static void effects_print(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(effect_rows); r++) {
		char buf[256];
		struct text t = TEXT(buf);

		effect_print(&effect_rows[r].fx, &t);
		if (strcmp(buf, effect_rows[r].want) != 0)
			fail_msg("%s: got \"%s\"", effect_rows[r].name, buf);
	}
}

static void packed_layout_is_fixed(void **state)
{
	static const uint8_t want[EVENT_BYTES] = { 8, 7, 6, 5, 4, 3, 2, 1, EV_DIGIT, 0, 0, 1, 0x44,
		0x33, 0x22, 0x11, 0x88, 0x77, 0x66, 0x55, 0xfe, 0xff, 0xff, 0xff, 0xaa };
	struct event ev = {
		.at_ms = 0x0102030405060708,
		.kind = EV_DIGIT,
		.contact = 0x11223344,
		.attempt = 0x55667788,
		.value = -2,
		.ref = { { 0xaa } },
	};
	struct event back;
	uint8_t got[EVENT_BYTES];

	(void)state;
	event_pack(&ev, got);
	assert_memory_equal(got, want, EVENT_BYTES);
	assert_int_equal(event_unpack(got, sizeof(got), &back), OK);
	assert_memory_equal(&back, &ev, sizeof(ev));
}

static void strange_bytes_are_refused(void **state)
{
	struct event ev = { .kind = EV_TICK };
	uint8_t good[EVENT_BYTES], bad[EVENT_BYTES];
	struct event out;

	(void)state;
	event_pack(&ev, good);
	assert_int_equal(event_unpack(good, sizeof(good), &out), OK);
	assert_int_equal(event_unpack(good, sizeof(good) - 1, &out), E_MALFORMED);
	assert_int_equal(event_unpack(good, 0, &out), E_MALFORMED);
	memcpy(bad, good, sizeof(bad));
	bad[8] = EVENT_KINDS;
	assert_int_equal(event_unpack(bad, sizeof(bad), &out), E_MALFORMED);
	bad[8] = EV_NONE;
	assert_int_equal(event_unpack(bad, sizeof(bad), &out), E_MALFORMED);
	memcpy(bad, good, sizeof(bad));
	bad[11] = 2;
	assert_int_equal(event_unpack(bad, sizeof(bad), &out), E_MALFORMED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(events_print),
		cmocka_unit_test(effects_print),
		cmocka_unit_test(packed_layout_is_fixed),
		cmocka_unit_test(strange_bytes_are_refused),
	};

	return cmocka_run_group_tests_name("core print", tests, NULL, NULL);
}
