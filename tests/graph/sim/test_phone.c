/* Who hears what, sample by sample, with time driven by hand. */
#include "tests/graph/sim/phone_help.h"

enum { LONG = 10000, ODD = 1777 };

static const char HELLO[] = "Hello, I would like to ask about my order.";
static const char SALES[] = "Sales, good morning, how can I help you?";
static const char THIRD[] = "This is the supervisor speaking, one moment.";

static void a_caller_hears_the_prompt_bit_for_bit_and_on_time(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0), b = bridge_of(d, anna, 0);
	int16_t one[LONG], two[ODD];
	struct phone_clip *clips[2];
	struct why why = { 0 };
	struct pcm ear;

	noise(one, LONG, 1);
	noise(two, ODD, 2);
	clips[0] = clip_of(one, LONG, "welcome");
	clips[1] = clip_of(two, ODD, "a \"quoted\" name");
	assert_int_equal(phone_clip_ms(clips[0]), 625);
	ticks(d, 10);
	must(phone_play(d->p, b, 41, clips, 2, &why), &why);
	phone_clip_drop(clips[0]);
	phone_clip_drop(clips[1]);
	ticks(d, (LONG + ODD) / TICK_SAMPLES);
	no_event(d); /* a part of a tick is still to come */
	ticks(d, 1);
	next_event(d, PHONE_PLAYED, 41);
	ticks(d, 5);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	next_event(d, PHONE_HUNG_UP, 0);

	ear = read_wav(d, "anna");
	assert_int_equal(ear.n, (10 + 37 + 5) * TICK_SAMPLES);
	assert_true(silent(ear.at, 3200));
	assert_memory_equal(ear.at + 3200, one, sizeof(one));
	assert_memory_equal(ear.at + 3200 + LONG, two, sizeof(two));
	assert_true(silent(ear.at + 3200 + LONG + ODD, ear.n - 3200 - LONG - ODD));
	free(ear.file);
	told(d, "anna", "{\"ms\":0,\"sample\":0,\"what\":\"picked-up\"}\n");
	told(d, "anna", "{\"ms\":200,\"sample\":3200,\"what\":\"clip-started\",\"bridge\":");
	told(d, "anna", "\"cookie\":41,\"clip\":0,\"name\":\"welcome\"}\n");
	told(d, "anna", "{\"ms\":825,\"sample\":13200,\"what\":\"clip-started\",\"bridge\":");
	told(d, "anna", "\"cookie\":41,\"clip\":1,\"name\":\"a ?quoted? name\"}\n");
	told(d, "anna", "{\"ms\":936,\"sample\":14977,\"what\":\"clip-ended\",\"bridge\":");
	told(d, "anna", "{\"ms\":1040,\"sample\":16640,\"what\":\"hung-up\"}\n");
}

/* A mouth as it goes round, from sample 0 on. */
static int16_t said(struct pcm mouth, size_t i)
{
	i %= mouth.n + 6400; /* 0.4 s of pause */
	return i < mouth.n ? mouth.at[i] : 0;
}

static void two_people_hear_each_other_and_not_themselves(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", HELLO, 70), bert = person(d, "bert", SALES, 30);
	struct pcm a, b, ear;

	bridge_of(d, anna, bert);
	talk(d, anna, true);
	talk(d, bert, true);
	ticks(d, 500); /* ten seconds: both went round */
	a = read_wav(d, "anna.mouth");
	b = read_wav(d, "bert.mouth");
	ear = read_wav(d, "bert");
	assert_int_equal(ear.n, 500 * TICK_SAMPLES);
	for (size_t i = 0; i < ear.n; i++)
		assert_int_equal(ear.at[i], said(a, i));
	free(ear.file);
	ear = read_wav(d, "anna");
	for (size_t i = 0; i < ear.n; i++)
		assert_int_equal(ear.at[i], said(b, i));
	free(ear.file);
	free(a.file);
	free(b.file);
}

static void speech_is_loud_distinct_and_the_same_every_time(void **state)
{
	struct desk *d = *state;
	struct pcm a, b, c;
	size_t where;

	person(d, "anna", HELLO, 70);
	person(d, "bert", HELLO, 30);
	person(d, "carl", HELLO, 30);
	assert_int_equal(d->p->n_said, 2); /* carl's was known */
	a = read_wav(d, "anna.mouth");
	b = read_wav(d, "bert.mouth");
	c = read_wav(d, "carl.mouth");
	assert_true(a.n > 16000 && a.n < 5 * 16000);
	assert_true(fabs(level_db(a.at, a.n) + 20) < 2 && fabs(level_db(b.at, b.n) + 20) < 2);
	assert_true(level_db(a.at, 1600) > -50); /* the silence before it is cut */
	assert_true(match(a, b.at + 4000, 4000, 12000, &where) < 0.6);
	assert_true(b.n == c.n && memcmp(b.at, c.at, b.n * 2) == 0);
	free(a.file);
	free(b.file);
	free(c.file);
}

static void three_are_summed_and_saturated_once(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", HELLO, 70), bert = person(d, "bert", SALES, 30);
	uint32_t carl = person(d, "carl", THIRD, 50), b = bridge_of(d, anna, bert);
	int16_t loud[LONG];
	struct why why = { 0 };
	struct pcm ma, mb, ear;
	size_t clipped = 0;

	for (size_t i = 0; i < LONG; i++)
		loud[i] = i / 50 % 2 ? 32767 : -32768;
	must(phone_bridge_join(d->p, b, carl, &why), &why);
	talk(d, anna, true);
	talk(d, bert, true);
	talk(d, carl, true); /* so that carl's own voice must come out exactly, over range too */
	play_one(d, b, 1, clip_of(loud, LONG, "loud"));
	ticks(d, 40);
	phone_hang_up(d->p, carl);
	ticks(d, 1);
	ma = read_wav(d, "anna.mouth");
	mb = read_wav(d, "bert.mouth");
	ear = read_wav(d, "carl");
	for (size_t i = 0; i < ear.n; i++) {
		int32_t want = said(ma, i) + said(mb, i) + (i < LONG ? loud[i] : 0);

		clipped += want > INT16_MAX || want < INT16_MIN;
		want = want > INT16_MAX ? INT16_MAX : want < INT16_MIN ? INT16_MIN : want;
		assert_int_equal(ear.at[i], want);
	}
	assert_true(clipped > 100);
	free(ma.file);
	free(mb.file);
	free(ear.file);
}

static void a_cancelled_prompt_stops_at_the_tick_and_the_queue_with_it(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0), b = bridge_of(d, anna, 0);
	int16_t pcm[LONG];
	struct why why = { 0 };
	struct pcm ear;

	noise(pcm, LONG, 3);
	play_one(d, b, 1, clip_of(pcm, LONG, "one"));
	play_one(d, b, 2, clip_of(pcm, LONG, "two"));
	ticks(d, 7);
	must(phone_play_stop(d->p, b, &why), &why);
	play_one(d, b, 3, clip_of(pcm, ODD, "three")); /* asked for after the stop: plays */
	ticks(d, 1);
	next_event(d, PHONE_CANCELLED, 1);
	next_event(d, PHONE_CANCELLED, 2);
	no_event(d);
	ticks(d, 5);
	next_event(d, PHONE_PLAYED, 3);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	ear = read_wav(d, "anna");
	assert_memory_equal(ear.at, pcm, 7 * TICK_SAMPLES * 2);
	assert_memory_equal(ear.at + 7 * TICK_SAMPLES, pcm, ODD * 2);
	assert_true(silent(ear.at + 7 * TICK_SAMPLES + ODD, 6 * TICK_SAMPLES - ODD));
	free(ear.file);
	told(d, "anna", "{\"ms\":140,\"sample\":2240,\"what\":\"play-cancelled\",\"bridge\":");
}

static void operations_play_in_order_and_a_bad_one_fails_in_its_turn(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", NULL, 0), b = bridge_of(d, anna, 0);
	int16_t pcm[640];
	struct phone_clip *bad[2];
	struct phone_event ev;
	struct why why = { 0 };
	struct pcm ear;

	noise(pcm, 640, 4);
	bad[0] = clip_of(pcm, 640, "good");
	bad[1] = phone_clip_failed(PHONE_SUBCODE_DOWNLOAD, "gone");
	play_one(d, b, 1, clip_of(pcm, 640, "one"));
	must(phone_play(d->p, b, 2, bad, 2, &why), &why);
	play_one(d, b, 3, phone_clip_new("no WAV", 6, "text", NULL));
	play_one(d, b, 4, clip_of(pcm, 640, "four"));
	phone_clip_drop(bad[0]);
	phone_clip_drop(bad[1]);
	ticks(d, 1);
	no_event(d);
	ticks(d, 1);
	next_event(d, PHONE_PLAYED, 1);
	no_event(d); /* the bad one waits for its turn as well */
	ticks(d, 2);
	assert_true(phones_event_take(d->p, &ev));
	assert_int_equal(ev.kind, PHONE_FAILED);
	assert_int_equal(ev.subcode, PHONE_SUBCODE_DOWNLOAD);
	assert_int_equal(ev.bridge, b);
	assert_true(phones_event_take(d->p, &ev));
	assert_int_equal(ev.subcode, PHONE_SUBCODE_FORMAT);
	next_event(d, PHONE_PLAYED, 4);
	phone_hang_up(d->p, anna);
	ticks(d, 1);
	ear = read_wav(d, "anna");
	assert_int_equal(ear.n, 1280);
	assert_memory_equal(ear.at, pcm, sizeof(pcm));
	assert_memory_equal(ear.at + 640, pcm, sizeof(pcm)); /* nothing of the failed ones */
	free(ear.file);
}

static void who_leaves_or_hangs_up_neither_hears_nor_is_heard(void **state)
{
	struct desk *d = *state;
	uint32_t anna = person(d, "anna", HELLO, 70), bert = person(d, "bert", SALES, 30);
	struct why why = { 0 };
	struct pcm ear;
	uint32_t b = bridge_of(d, anna, bert), other;

	talk(d, anna, true);
	talk(d, bert, true);
	ticks(d, 50);
	phone_bridge_leave(d->p, anna);
	ticks(d, 50);
	must(phone_bridge_new(d->p, &other, &why), &why);
	must(phone_bridge_join(d->p, other, bert, &why), &why); /* out of b, without asking */
	must(phone_bridge_join(d->p, b, anna, &why), &why);
	ticks(d, 50);
	must(phone_bridge_join(d->p, other, anna, &why), &why);
	talk(d, bert, false);
	ticks(d, 50);
	phone_hang_up(d->p, anna);
	ticks(d, 50);
	ear = read_wav(d, "anna");
	assert_int_equal(ear.n, 200 * TICK_SAMPLES);
	assert_true(level_db(ear.at, 16000) > -30);
	assert_true(silent(ear.at + 16000, 48000));
	free(ear.file);
	ear = read_wav(d, "bert");
	assert_int_equal(ear.n, 250 * TICK_SAMPLES);
	assert_true(level_db(ear.at, 16000) > -30);
	assert_true(silent(ear.at + 16000, 32000));
	assert_true(level_db(ear.at + 48000, 16000) > -40);
	assert_true(silent(ear.at + 64000, 16000));
	free(ear.file);
	told(d, "anna", "{\"ms\":1000,\"sample\":16000,\"what\":\"left\",\"bridge\":");
	told(d, "bert", "{\"ms\":3000,\"sample\":48000,\"what\":\"say-off\"}\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(a_caller_hears_the_prompt_bit_for_bit_and_on_time),
		AT_DESK(two_people_hear_each_other_and_not_themselves),
		AT_DESK(speech_is_loud_distinct_and_the_same_every_time),
		AT_DESK(three_are_summed_and_saturated_once),
		AT_DESK(a_cancelled_prompt_stops_at_the_tick_and_the_queue_with_it),
		AT_DESK(operations_play_in_order_and_a_bad_one_fails_in_its_turn),
		AT_DESK(who_leaves_or_hangs_up_neither_hears_nor_is_heard),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
