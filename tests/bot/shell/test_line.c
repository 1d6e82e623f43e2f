/* The books of lines: what events and effects write into them, and how much they hold. */
#include "tests/bot/shell/desk.h"

static struct guid call_nth(uint32_t n)
{
	struct guid id = { { 1 } };

	memcpy(&id.byte[8], &n, sizeof(n));
	return id;
}

static void open_nth(struct desk *d, uint32_t n)
{
	desk_event(d, (struct event){ .kind = EV_CALL_INCOMING,
			      .contact = n,
			      .value = 2,
			      .at_ms = 1000 + n,
			      .ref = call_nth(n) });
}

static void close_nth(struct desk *d, uint32_t n)
{
	lines_effect(d->lines, &(struct effect){ .kind = FX_OUTCOME, .contact = n }, false);
}

static void a_line_is_found_by_contact_and_by_call_until_its_outcome(void **state)
{
	struct desk *d = desk_new(NOTHING);
	struct line *l;

	(void)state;
	open_nth(d, 7);
	l = line_of(d->lines, 7);
	assert_non_null(l);
	assert_ptr_equal(line_of_call(d->lines, call_nth(7)), l);
	assert_null(line_of(d->lines, 8));
	assert_null(line_of_call(d->lines, call_nth(8)));
	assert_int_equal(l->entry, 2);
	assert_int_equal(l->state, CALL_INCOMING);
	assert_int_equal(l->offered_ms, 1007);
	assert_false(l->relay);
	close_nth(d, 7);
	assert_null(line_of(d->lines, 7));
	assert_null(line_of_call(d->lines, call_nth(7)));
	assert_true(line_ended(d->lines, call_nth(7)));
	assert_false(line_ended(d->lines, call_nth(8)));
	desk_free(d);
}

static void an_entry_with_live_audio_makes_a_live_line(void **state)
{
	struct desk *d = desk_new(LIVE);

	(void)state;
	assert_true(line_of(d->lines, 1)->relay);
	desk_free(d);
}

/* Eight fit; 512 share 64 chains when there is more room. */
static void what_does_not_fit_has_no_line_and_more_room_helps(void **state)
{
	struct desk *d = desk_new(NOTHING);
	uint32_t n;

	(void)state;
	for (n = 1; n <= 9; n++)
		open_nth(d, n);
	assert_non_null(line_of(d->lines, 8));
	assert_null(line_of(d->lines, 9));
	close_nth(d, 3);
	assert_true(lines_grow(d->lines, 4)); /* less than there is changes nothing */
	assert_int_equal(lines_slots(d->lines), 8);
	assert_true(lines_grow(d->lines, 512));
	assert_int_equal(lines_slots(d->lines), 512);
	assert_true(line_ended(d->lines, call_nth(3)));
	for (n = 10; n <= 514; n++)
		open_nth(d, n);
	for (n = 1; n <= 514; n++) {
		bool held = n != 3 && n != 9;

		assert_int_equal(line_of(d->lines, n) != NULL, held);
		assert_int_equal(line_of_call(d->lines, call_nth(n)) != NULL, held);
	}
	for (n = 514; n > 0; n--)
		close_nth(d, n);
	for (n = 0; n < lines_slots(d->lines); n++)
		assert_null(lines_at(d->lines, n));
	desk_free(d);
}

static void the_same_contact_twice_is_one_line(void **state)
{
	struct desk *d = desk_new(NOTHING);

	(void)state;
	open_nth(d, 5);
	line_of(d->lines, 5)->active = true;
	open_nth(d, 5);
	assert_true(line_of(d->lines, 5)->active);
	close_nth(d, 5);
	assert_null(line_of(d->lines, 5));
	desk_free(d);
}

static void the_last_ended_calls_are_remembered(void **state)
{
	struct desk *d = desk_new(NOTHING);

	(void)state;
	for (uint32_t n = 1; n <= LINE_ENDED_MAX + 1; n++) {
		open_nth(d, n);
		close_nth(d, n);
	}
	assert_false(line_ended(d->lines, call_nth(1)));
	assert_true(line_ended(d->lines, call_nth(2)));
	assert_true(line_ended(d->lines, call_nth(LINE_ENDED_MAX + 1)));
	desk_free(d);
}

static void a_play_is_booked_from_its_effect_to_its_end(void **state)
{
	struct desk *d = desk_new(ACTIVE);
	struct line *l = line_of(d->lines, 1);

	(void)state;
	assert_int_equal(l->play_attempt, PLAY);
	desk_event(d, (struct event){ .kind = EV_PLAY_ENDED, .attempt = PLAY - 1 });
	assert_int_equal(l->play_attempt, PLAY);
	desk_event(d, (struct event){ .kind = EV_PLAY_ENDED, .attempt = PLAY });
	assert_int_equal(l->play_attempt, 0);
	desk_effect(d, FX_HOLD, 60, 0);
	desk_effect(d, FX_HOLD, 61, 0);
	assert_int_equal(l->play_attempt, 61);
	assert_int_equal(l->hold_rounds, 2);
	desk_effect(d, FX_STOP_PLAY, 0, 0);
	assert_int_equal(l->play_attempt, 0);
	desk_effect(d, FX_PLAY, 62, 0);
	assert_int_equal(l->hold_rounds, 0);
	desk_free(d);
}

/* So that a doubled digit is known after a restart too. */
static void digits_are_remembered_by_their_sequence(void **state)
{
	struct desk *d = desk_new(ACTIVE);

	(void)state;
	desk_event(d, (struct event){ .kind = EV_DIGIT, .attempt = 4, .value = '1' });
	desk_event(d, (struct event){ .kind = EV_DIGIT, .attempt = 2, .value = '1' });
	assert_int_equal(line_of(d->lines, 1)->tone_sequence, 4);
	desk_free(d);
}

static void rings_are_kept_after_they_are_over_and_the_oldest_of_those_goes_first(void **state)
{
	struct desk *d = desk_new(OFFERED);
	struct line *l = line_of(d->lines, 1);

	(void)state;
	for (uint32_t i = 1; i < LINE_RINGS; i++)
		desk_effect(d, FX_RING, 30 + i, 2);
	desk_effect(d, FX_WITHDRAW, 32, 0);
	desk_event(d, (struct event){ .kind = EV_AGENT_FAILED, .attempt = 31, .value = RING_BUSY });
	desk_effect(d, FX_RING, 60, 3);
	assert_non_null(line_ring(l, RING)); /* older, but in force */
	assert_null(line_ring(l, 31));
	assert_non_null(line_ring(l, 32));
	assert_non_null(line_ring(l, 33));
	assert_int_equal(line_ring(l, 60)->agent, 3);
	assert_null(line_ring(l, 0));
	desk_free(d);
}

static void a_ring_goes_its_way(void **state)
{
	struct desk *d = desk_new(LIVE_OFFERED);
	struct ring_out *r = line_ring(line_of(d->lines, 1), OWN);

	(void)state;
	desk_event(d, (struct event){
			      .kind = EV_RING_PLACED, .attempt = OWN, .ref = guid_of(AGENT_CALL) });
	assert_true(guid_same(r->call_id, guid_of(AGENT_CALL)));
	assert_false(r->answered);
	desk_event(d, (struct event){ .kind = EV_AGENT_ANSWERED, .attempt = OWN });
	assert_true(r->answered);
	assert_false(r->over);
	desk_event(d, (struct event){ .kind = EV_AGENT_LEFT, .attempt = OWN });
	assert_true(r->over);
	desk_free(d);
	d = desk_new(ACCEPTED);
	assert_true(line_ring(line_of(d->lines, 1), TRANSFER)->answered);
	desk_free(d);
}

static void strangers_change_nothing(void **state)
{
	struct desk *d = desk_new(OFFERED);
	struct line before = *line_of(d->lines, 1);

	(void)state;
	desk_event(d, (struct event){ .kind = EV_CALL_ACTIVE, .contact = 2 });
	desk_event(d, (struct event){ .kind = EV_AGENT_ANSWERED, .attempt = RING + 1 });
	desk_event(d, (struct event){ .kind = EV_TICK });
	desk_effect(d, FX_WITHDRAW, RING + 1, 0);
	close_nth(d, 2);
	assert_memory_equal(&before, line_of(d->lines, 1), sizeof(before));
	desk_free(d);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_is_found_by_contact_and_by_call_until_its_outcome),
		cmocka_unit_test(an_entry_with_live_audio_makes_a_live_line),
		cmocka_unit_test(what_does_not_fit_has_no_line_and_more_room_helps),
		cmocka_unit_test(the_same_contact_twice_is_one_line),
		cmocka_unit_test(the_last_ended_calls_are_remembered),
		cmocka_unit_test(a_play_is_booked_from_its_effect_to_its_end),
		cmocka_unit_test(digits_are_remembered_by_their_sequence),
		cmocka_unit_test(
			rings_are_kept_after_they_are_over_and_the_oldest_of_those_goes_first),
		cmocka_unit_test(a_ring_goes_its_way),
		cmocka_unit_test(strangers_change_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
