/* Whisper, monitor, hold and recordings, at the ears themselves, with time driven by hand. */
#include "tests/graph/sim/phone_help.h"

enum { MUSIC = 4800 };

static const char ANN[] = "Hello, I would like to ask about my order.";
static const char BOB[] = "Sales, good morning, how can I help you?";

static void hang_up(struct desk *d, uint32_t phone)
{
	struct phone_event ev;

	phone_hang_up(d->p, phone);
	ticks(d, 1);
	while (phones_event_take(d->p, &ev))
		free(ev.sound);
}

static bool any(const int16_t *at, size_t n)
{
	return !silent(at, n);
}

/* A supervisor whom one hears and the other does not, and who hears no prompts. */
static void a_whisper_reaches_one_ear(void **state)
{
	struct desk *d = *state;
	uint32_t ann = person(d, "ann", NULL, 0), bob = person(d, "bob", NULL, 0);
	uint32_t eve = person(d, "eve", BOB, 30), b = bridge_of(d, ann, bob);
	struct why why = { 0 };
	struct pcm ear;

	must(phone_bridge_join(d->p, b, eve, &why), &why);
	must(phone_hears(d->p, ann, eve, false, &why), &why);
	talk(d, eve, true);
	ticks(d, 100);
	must(phone_hears(d->p, ann, eve, true, &why), &why);
	ticks(d, 100);
	hang_up(d, ann);
	hang_up(d, bob);
	ear = read_wav(d, "ann");
	assert_true(silent(ear.at, 100 * TICK_SAMPLES));
	assert_true(any(ear.at + 100 * TICK_SAMPLES, 100 * TICK_SAMPLES));
	free(ear.file);
	ear = read_wav(d, "bob");
	assert_true(any(ear.at, 100 * TICK_SAMPLES));
	free(ear.file);
}

/* Who comes back into a bridge is heard again. */
static void deafness_ends_with_leaving(void **state)
{
	struct desk *d = *state;
	uint32_t ann = person(d, "ann", NULL, 0), eve = person(d, "eve", BOB, 30);
	uint32_t b = bridge_of(d, ann, eve);
	struct why why = { 0 };
	struct pcm ear;

	must(phone_hears(d->p, ann, eve, false, &why), &why);
	talk(d, eve, true);
	ticks(d, 50);
	phone_bridge_leave(d->p, eve);
	ticks(d, 10);
	must(phone_bridge_join(d->p, b, eve, &why), &why);
	ticks(d, 100);
	hang_up(d, ann);
	ear = read_wav(d, "ann");
	assert_true(silent(ear.at, 60 * TICK_SAMPLES));
	assert_true(any(ear.at + 60 * TICK_SAMPLES, 100 * TICK_SAMPLES));
	free(ear.file);
}

static void the_music_of_a_hold_is_for_one_ear(void **state)
{
	struct desk *d = *state;
	uint32_t ann = person(d, "ann", NULL, 0), bob = person(d, "bob", NULL, 0);
	int16_t music[MUSIC];
	struct phone_clip *clip;
	struct why why = { 0 };
	struct pcm ear;

	bridge_of(d, ann, bob);
	noise(music, MUSIC, 7);
	clip = clip_of(music, MUSIC, "music");
	must(phone_hold(d->p, ann, clip, &why), &why);
	phone_clip_drop(clip);
	ticks(d, 30); /* twice round */
	must(phone_hold(d->p, ann, NULL, &why), &why);
	ticks(d, 10);
	hang_up(d, ann);
	hang_up(d, bob);
	ear = read_wav(d, "ann");
	assert_memory_equal(ear.at, music, sizeof(music));
	assert_memory_equal(ear.at + MUSIC, music, sizeof(music));
	assert_true(silent(ear.at + 2 * MUSIC, 10 * TICK_SAMPLES));
	free(ear.file);
	ear = read_wav(d, "bob");
	assert_true(silent(ear.at, 40 * TICK_SAMPLES));
	free(ear.file);
	told(d, "ann", "\"what\":\"hold-on\",\"name\":\"music\"");
	clip = phone_clip_failed(PHONE_SUBCODE_FORMAT, "bad");
	assert_int_equal(phone_hold(d->p, bob, clip, &why), E_MALFORMED);
	phone_clip_drop(clip);
}

static const struct {
	const char *name, *speech;
	struct phone_record how;
	char key; /* pressed after 20 ticks; '\0': none */
	int end;
	size_t ticks; /* so long is the recording; 0: it depends on the speech */
} rows[] = {
	{ "nobody speaks", NULL, { 1000, 1000, 5000, false, "" }, 0, PHONE_END_NOBODY_SPOKE, 50 },
	{ "the longest", ANN, { 5000, 5000, 1000, false, "" }, 0, PHONE_END_LONGEST, 50 },
	{ "silence after speech", ANN, { 5000, 1000, 60000, false, "" }, 0, PHONE_END_SILENCE, 0 },
	{ "a key that stops", NULL, { 5000, 5000, 5000, false, "*#" }, '#', PHONE_END_STOP_TONE,
		20 },
	{ "a key that does not", NULL, { 1000, 5000, 5000, false, "*" }, '#',
		PHONE_END_NOBODY_SPOKE, 50 },
};

static void each_end_of_a_recording(void **state)
{
	struct desk *d = *state;

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char name[16];
		struct why why = { 0 };
		struct phone_event ev;
		uint32_t ann, b;

		snprintf(name, sizeof(name), "ann%zu", i);
		ann = person(d, name, rows[i].speech, 70);
		b = bridge_of(d, ann, 0);
		must(phone_record(d->p, b, 5, NULL, 0, &rows[i].how, &why), &why);
		ticks(d, 1);
		next_event(d, PHONE_RECORDS, 5);
		if (rows[i].speech)
			must(phone_say_once(d->p, ann, &why), &why);
		ticks(d, 19);
		if (rows[i].key)
			must(phone_dtmf(d->p, ann, rows[i].key, &why), &why);
		for (int n = 0; n < 500 && !phones_event_take(d->p, &ev); n++) {
			ev.kind = 0;
			ticks(d, 1);
		}
		if (ev.kind != PHONE_RECORDED || ev.subcode != rows[i].end ||
			(rows[i].ticks && ev.n_samples != rows[i].ticks * TICK_SAMPLES) ||
			silent(ev.sound, ev.n_samples) != !rows[i].speech)
			fail_msg("%s: kind %d, %d, %zu ticks", rows[i].name, ev.kind, ev.subcode,
				ev.n_samples / TICK_SAMPLES);
		free(ev.sound);
		hang_up(d, ann);
		phone_bridge_free(d->p, b);
	}
}

/* The beep and the prompt are heard, and are not in the recording. */
static void a_recording_waits_for_prompt_and_beep(void **state)
{
	struct desk *d = *state;
	struct phone_record how = { 1000, 1000, 1000, true, "" };
	uint32_t ann = person(d, "ann", NULL, 0), b = bridge_of(d, ann, 0);
	int16_t prompt[MUSIC];
	struct phone_clip *clip;
	struct phone_event ev;
	struct why why = { 0 };
	struct pcm ear;

	noise(prompt, MUSIC, 9);
	clip = clip_of(prompt, MUSIC, "leave a message");
	must(phone_record(d->p, b, 6, &clip, 1, &how, &why), &why);
	phone_clip_drop(clip);
	ticks(d, 24);
	no_event(d);
	ticks(d, 3);
	next_event(d, PHONE_RECORDS, 6);
	ticks(d, 60);
	assert_true(phones_event_take(d->p, &ev));
	assert_int_equal(ev.subcode, PHONE_END_NOBODY_SPOKE);
	assert_true(silent(ev.sound, ev.n_samples));
	free(ev.sound);
	must(phone_record(d->p, b, 7, NULL, 0, &how, &why), &why);
	must(phone_play_stop(d->p, b, &why), &why);
	ticks(d, 1);
	next_event(d, PHONE_CANCELLED, 7);
	hang_up(d, ann);
	ear = read_wav(d, "ann");
	assert_memory_equal(ear.at, prompt, sizeof(prompt));
	assert_true(any(ear.at + MUSIC, 3200));
	free(ear.file);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		AT_DESK(a_whisper_reaches_one_ear),
		AT_DESK(deafness_ends_with_leaving),
		AT_DESK(the_music_of_a_hold_is_for_one_ear),
		AT_DESK(each_end_of_a_recording),
		AT_DESK(a_recording_waits_for_prompt_and_beep),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
