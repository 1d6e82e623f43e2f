/* Everything has a limit, and the one too many is an answer; what ends, ends once. */
#include "tests/graph/sim/phone_help.h"

static const struct {
	const char *name, *who;
	struct phone_speech speech;
	enum err want;
} people[] = {
	{ "good, mute", "anna-2.b_C", { NULL, NULL, 0 }, OK },
	{ "no name", "", { NULL, NULL, 0 }, E_MALFORMED },
	{ "a path", "../anna", { NULL, NULL, 0 }, E_MALFORMED },
	{ "a hidden file", ".anna", { NULL, NULL, 0 }, E_MALFORMED },
	{ "a quote", "an\"na", { NULL, NULL, 0 }, E_MALFORMED },
	{ "49 letters", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", { NULL, NULL, 0 },
		E_MALFORMED },
	{ "too high a voice", "anna", { "Hello.", NULL, 100 }, E_MALFORMED },
	{ "a voice nobody has", "anna", { "Hello.", "nosuch", 50 }, E_ABSENT },
	{ "nothing one could say aloud", "anna", { " ", NULL, 50 }, E_MALFORMED },
	{ "words beyond ASCII", "anna", { "Grüß Gott, schönen Tag!", "de", 50 }, OK },
};

static void each_person_gets_a_phone_or_a_reason(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(people); i++) {
		struct why why = { 0 };
		uint32_t id;
		enum err e = phone_add(d->p, people[i].who, &people[i].speech, &id, &why);

		if (e != people[i].want || (e == OK) != (id != 0) || (e != OK && !why.text[0]))
			fail_msg("%s: %s: %s", people[i].name, err_text(e), why.text);
	}
}

static void a_speech_has_a_length(void **state)
{
	struct desk *d = *state;
	char text[PHONE_TEXT_MAX + 2];
	struct phone_speech s = { text, NULL, 50 };
	struct why why = { 0 };
	uint32_t id;

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_int_equal(phone_add(d->p, "anna", &s, &id, &why), E_MALFORMED);
}

static void the_phone_too_many_is_refused_until_one_is_free(void **state)
{
	struct desk *d = *state;
	uint32_t id[20], more;
	struct why why = { 0 };

	for (size_t i = 0; i < ARRAY_LEN(id); i++)
		must(phone_add(d->p, "x", NULL, &id[i], &why), &why);
	assert_int_equal(phone_add(d->p, "x", NULL, &more, &why), E_LIMIT);
	phone_free(d->p, id[7]);
	must(phone_add(d->p, "x", NULL, &more, &why), &why);
	assert_int_not_equal(more, id[7]);
	/* The old handle is nobody's, though the place is taken again. */
	assert_int_equal(phone_pick_up(d->p, id[7], &why), E_ABSENT);
	assert_int_equal(phone_say(d->p, id[7], true, &why), E_ABSENT);
	assert_int_equal(phone_dtmf(d->p, id[7], '1', &why), E_ABSENT);
	assert_string_equal(phone_ear_path(d->p, id[7]), "");
	phone_hang_up(d->p, id[7]);
	phone_bridge_leave(d->p, id[7]);
	phone_free(d->p, id[7]);
	must(phone_pick_up(d->p, more, &why), &why);
	ticks(d, 1);
}

static void a_bridge_has_seats_and_a_queue_has_places(void **state)
{
	struct desk *d = *state;
	struct why why = { 0 };
	int16_t pcm[TICK_SAMPLES];
	uint32_t b, seat[PHONE_MEMBERS_MAX + 1];
	struct phone_clip *clip;

	must(phone_bridge_new(d->p, &b, &why), &why);
	for (size_t i = 0; i <= PHONE_MEMBERS_MAX; i++)
		must(phone_add(d->p, "x", NULL, &seat[i], &why), &why);
	for (size_t i = 0; i < PHONE_MEMBERS_MAX; i++)
		must(phone_bridge_join(d->p, b, seat[i], &why), &why);
	must(phone_bridge_join(d->p, b, seat[3], &why), &why); /* is in it: fine */
	assert_int_equal(phone_bridge_join(d->p, b, seat[PHONE_MEMBERS_MAX], &why), E_LIMIT);
	phone_free(d->p, seat[3]);
	must(phone_bridge_join(d->p, b, seat[PHONE_MEMBERS_MAX], &why), &why);

	noise(pcm, TICK_SAMPLES, 1);
	clip = clip_of(pcm, TICK_SAMPLES, "x");
	assert_int_equal(phone_play(d->p, b, 0, &clip, 0, &why), E_MALFORMED);
	assert_int_equal(phone_play(d->p, b, 0, &clip, PHONE_CLIPS_MAX + 1, &why), E_MALFORMED);
	for (uint64_t i = 0; i < PHONE_PLAYS_MAX; i++)
		must(phone_play(d->p, b, i, &clip, 1, &why), &why);
	assert_int_equal(phone_play(d->p, b, 99, &clip, 1, &why), E_LIMIT);
	ticks(d, PHONE_PLAYS_MAX);
	assert_int_equal(phone_play(d->p, b, 99, &clip, 1, &why), E_LIMIT); /* events wait */
	next_event(d, PHONE_PLAYED, 0);
	must(phone_play(d->p, b, 99, &clip, 1, &why), &why);
	phone_clip_drop(clip);
}

static void a_freed_bridge_cancels_its_plays_once_each_and_leaves_people_alone(void **state)
{
	struct desk *d = *state;
	struct why why = { 0 };
	uint32_t anna = person(d, "anna", "Hello there.", 50), b = bridge_of(d, anna, 0), b2;
	int16_t pcm[3200];

	noise(pcm, 3200, 2);
	play_one(d, b, 1, clip_of(pcm, 3200, "x"));
	play_one(d, b, 2, clip_of(pcm, 3200, "x"));
	ticks(d, 3);
	phone_bridge_free(d->p, b);
	phone_bridge_free(d->p, b);
	assert_int_equal(phone_play_stop(d->p, b, &why), E_ABSENT);
	assert_int_equal(phone_bridge_join(d->p, b, anna, &why), E_ABSENT);
	for (int i = 0; i < 3;
		i++) { /* the same place under a new number owes the old one nothing */
		must(phone_bridge_new(d->p, &b2, &why), &why);
		phone_bridge_free(d->p, b2);
	}
	must(phone_bridge_new(d->p, &b2, &why), &why);
	play_one(d, b2, 3, clip_of(pcm, 320, "y"));
	ticks(d, 5);
	next_event(d, PHONE_CANCELLED, 1);
	next_event(d, PHONE_CANCELLED, 2);
	next_event(d, PHONE_PLAYED, 3);
	no_event(d);
	must(phone_bridge_join(d->p, b2, anna, &why), &why);
	ticks(d, 1);
}

static void every_call_has_its_own_wav(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0);
	struct why why = { 0 };
	struct pcm ear;

	assert_int_equal(phone_pick_up(d->p, anna, &why), E_STALE);
	assert_non_null(strstr(phone_ear_path(d->p, anna), "/anna.wav"));
	ticks(d, 50);
	phone_hang_up(d->p, anna);
	phone_hang_up(d->p, anna); /* is on the hook: nothing */
	must(phone_pick_up(d->p, anna, &why), &why);
	assert_non_null(strstr(phone_ear_path(d->p, anna), "/anna-2.wav"));
	ticks(d, 100);
	phone_free(d->p, anna); /* hangs up */
	ticks(d, 1);
	next_event(d, PHONE_HUNG_UP, 0);
	next_event(d, PHONE_HUNG_UP, 0);
	no_event(d);
	ear = read_wav(d, "anna");
	assert_int_equal(ear.n, 16000);
	free(ear.file);
	ear = read_wav(d, "anna-2");
	assert_int_equal(ear.n, 32000);
	free(ear.file);
	told(d, "anna-2", "{\"ms\":2000,\"sample\":32000,\"what\":\"hung-up\"}\n");
}

static void who_takes_no_events_is_refused_and_nothing_is_lost(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0);
	struct why why = { 0 };
	enum err e = OK;
	int calls = 1;

	for (; calls < 100; calls++) {
		phone_hang_up(d->p, anna);
		e = phone_pick_up(d->p, anna, &why);
		if (e != OK)
			break;
	}
	assert_int_equal(e, E_LIMIT);
	assert_int_equal(calls, 40); /* twice phones_max */
	ticks(d, 2);
	for (int i = 0; i < 40; i++)
		next_event(d, PHONE_HUNG_UP, 0);
	no_event(d);
	must(phone_pick_up(d->p, anna, &why), &why);
}

static void commands_without_a_tick_are_refused_but_never_those_that_free(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0), b = bridge_of(d, anna, 0);
	struct why why = { 0 };
	enum err e = OK;
	int asked = 0;

	for (; e == OK && asked < 10000; asked++)
		e = phone_say(d->p, anna, asked % 2, &why);
	assert_int_equal(e, E_LIMIT);
	assert_in_range(asked, 4000, 4100);
	phone_bridge_leave(d->p, anna);
	phone_hang_up(d->p, anna);
	phone_free(d->p, anna);
	phone_bridge_free(d->p, b);
	ticks(d, 1);
	next_event(d, PHONE_HUNG_UP, 0);
	must(phone_bridge_new(d->p, &b, &why), &why);
}

static void the_end_finishes_every_file(void **state)
{
	struct desk *d = *state;
	struct phones_conf conf = {
		.record_dir = d->dir, .phones_max = 1, .bridges_max = 1, .legs_max = 1
	};
	struct phone_leg_conf leg = { "127.0.0.1", 9, 111, 101 };
	struct desk other = { .p = NULL };
	struct why why = { 0 };
	int16_t pcm[3200];
	struct pcm ear;
	uint16_t port;
	uint32_t b, l;

	must(phones_new(&conf, &other.p, &why), &why);
	b = bridge_of(&other, person(&other, "zoe", "Hello there.", 50), 0);
	must(phone_leg_open(other.p, &leg, &l, &port, &why), &why);
	must(phone_leg_join(other.p, l, b, &why), &why);
	noise(pcm, 3200, 3);
	play_one(&other, b, 1, clip_of(pcm, 3200, "x"));
	ticks(&other, 7);
	play_one(&other, b, 2, clip_of(pcm, 3200, "x")); /* not even obeyed yet: ASan watches */
	phones_free(other.p);
	phones_free(NULL);
	ear = read_wav(d, "zoe");
	assert_int_equal(ear.n, 7 * TICK_SAMPLES);
	assert_memory_equal(ear.at, pcm, 7 * TICK_SAMPLES * 2);
	free(ear.file);
}

static const struct {
	const char *name;
	struct phones_conf conf;
	enum err want;
} confs[] = {
	{ "nothing written", { NULL, NULL, 1, 1, 1 }, OK },
	{ "IPv6", { NULL, "::1", 1, 1, 1 }, OK },
	{ "no phones", { NULL, NULL, 0, 1, 1 }, E_MALFORMED },
	{ "a host name", { NULL, "localhost", 1, 1, 1 }, E_MALFORMED },
	{ "a folder that is not there", { "/nonexistent/x", NULL, 1, 1, 1 }, E_ABSENT },
	{ "the most there can be", { NULL, NULL, 65000, 65000, 1000 }, OK },
};

static void each_exchange_opens_or_says_why(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(confs); i++) {
		struct why why = { 0 };
		struct phones *p;
		enum err e = phones_new(&confs[i].conf, &p, &why);

		if (e != confs[i].want || (e == OK) != (p != NULL) || (e != OK && !why.text[0]))
			fail_msg("%s: %s: %s", confs[i].name, err_text(e), why.text);
		phones_free(p);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(each_person_gets_a_phone_or_a_reason),
		AT_DESK(a_speech_has_a_length),
		AT_DESK(the_phone_too_many_is_refused_until_one_is_free),
		AT_DESK(a_bridge_has_seats_and_a_queue_has_places),
		AT_DESK(a_freed_bridge_cancels_its_plays_once_each_and_leaves_people_alone),
		AT_DESK(every_call_has_its_own_wav),
		AT_DESK(who_takes_no_events_is_refused_and_nothing_is_lost),
		AT_DESK(commands_without_a_tick_are_refused_but_never_those_that_free),
		AT_DESK(the_end_finishes_every_file),
		cmocka_unit_test(each_exchange_opens_or_says_why),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
