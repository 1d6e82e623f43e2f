/* Conversations to files: what is left and right in them, pauses, ends, and full disks. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>

enum { FRAME = PHONE_FRAME, FRAMES = 100, N = FRAMES * FRAME, HEADER = 44, ROOM = 60 * N };

static int16_t left_voice[4 * N], right_voice[4 * N];
static char folder[] = "/tmp/foyer-record-XXXXXX", path[64];

/* A file as it is on disk. Returns its samples a side. */
static int16_t sides[2][ROOM];

static uint32_t little(const uint8_t *at, int bytes)
{
	uint32_t v = 0;

	for (int i = 0; i < bytes; i++)
		v |= (uint32_t)at[i] << (8 * i);
	return v;
}

static size_t read_wav(void)
{
	static uint8_t bytes[HEADER + 4 * ROOM];
	FILE *f = fopen(path, "rbe");
	size_t n, samples;

	assert_non_null(f);
	n = fread(bytes, 1, sizeof(bytes), f);
	fclose(f);
	assert_true(n >= HEADER);
	assert_memory_equal(bytes, "RIFF", 4);
	assert_memory_equal(bytes + 8, "WAVEfmt ", 8);
	assert_int_equal(little(bytes + 22, 2), 2);
	assert_int_equal(little(bytes + 24, 4), 16000);
	samples = little(bytes + 40, 4) / 4;
	assert_true(HEADER + 4 * samples <= n);
	for (size_t i = 0; i < 2 * samples; i++)
		sides[i % 2][i / 2] = (int16_t)little(bytes + HEADER + 2 * i, 2);
	return samples;
}

static struct rig *two_phones(bool is_l16)
{
	struct rig *r = rig_new(NULL);

	unlink(path);
	rig_phone(r, 1, is_l16);
	rig_phone(r, 1, is_l16);
	voice(41, left_voice, ARRAY_LEN(left_voice));
	voice(42, right_voice, ARRAY_LEN(right_voice));
	rig_say(r, 0, left_voice, ARRAY_LEN(left_voice));
	rig_say(r, 1, right_voice, ARRAY_LEN(right_voice));
	return r;
}

static uint32_t record(struct rig *r, enum engine_format format)
{
	struct why why = { 0 };
	uint32_t id;

	if (engine_record(r->e, r->leg[0], r->leg[1], path, format, 0, 77, &id, &why) != OK)
		fail_msg("%s", why.text);
	return id;
}

static const struct engine_event *recorded(const struct rig *r)
{
	const struct engine_event *found = NULL;

	for (size_t i = 0; i < r->n_events; i++)
		if (r->event[i].kind == ENGINE_RECORDED) {
			assert_null(found);
			found = &r->event[i];
		}
	return found;
}

/* Where a second of the voice stands in what was recorded; exact. SIZE_MAX: nowhere. */
static size_t where(const int16_t *voice, const int16_t *file, size_t n)
{
	for (size_t at = 0; at + N / 2 <= n; at++)
		if (memcmp(file + at, voice, N / 2 * sizeof(*voice)) == 0)
			return at;
	return SIZE_MAX;
}

static void each_side_says_what_it_said(void **state)
{
	struct rig *r = two_phones(true);
	const struct engine_event *ev;
	size_t n, left, right;
	struct stat st;
	uint32_t id;

	(void)state;
	id = record(r, ENGINE_WAV);
	rig_run(r, FRAMES);
	assert_int_equal(engine_record_end(r->e, id), OK);
	assert_int_equal(engine_record_end(r->e, id), E_STALE);
	rig_run(r, 2);
	ev = recorded(r);
	assert_non_null(ev);
	assert_int_equal(ev->cookie, 77);
	assert_int_equal(ev->error, 0);
	assert_int_equal(ev->leg, r->leg[0]);
	n = read_wav();
	assert_int_equal(n, N);
	left = where(left_voice + FRAME, sides[0], n);
	right = where(right_voice + FRAME, sides[1], n);
	assert_true(left < 5 * FRAME);
	assert_int_equal(left, right);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	rig_free(r);
}

static void a_pause_is_silent_and_as_long_as_it_was(void **state)
{
	struct rig *r = two_phones(true);
	uint32_t id = record(r, ENGINE_WAV);
	size_t n;

	(void)state;
	rig_run(r, 30);
	assert_int_equal(engine_record_pause(r->e, id, true), OK);
	rig_run(r, 20);
	assert_int_equal(engine_record_pause(r->e, id, false), OK);
	rig_run(r, 30);
	assert_int_equal(engine_record_end(r->e, id), OK);
	rig_run(r, 2);
	n = read_wav();
	assert_int_equal(n, 80 * FRAME);
	for (int side = 0; side < 2; side++) {
		assert_true(rms(sides[side] + 10 * FRAME, 20 * FRAME) > 100);
		assert_true(rms(sides[side] + 30 * FRAME, 20 * FRAME) < 0.5);
		assert_true(rms(sides[side] + 50 * FRAME, 30 * FRAME) > 100);
	}
	rig_free(r);
}

/* The caller goes first, then the agent: the recording outlives the one and ends with the other. */
static void it_ends_with_the_last_of_both(void **state)
{
	struct rig *r = two_phones(true);
	size_t n;

	(void)state;
	record(r, ENGINE_WAV);
	rig_run(r, 30);
	assert_int_equal(engine_leg_close(r->e, r->leg[0]), OK);
	r->n_says[0] = 0;
	rig_run(r, 30);
	assert_null(recorded(r));
	assert_int_equal(engine_leg_close(r->e, r->leg[1]), OK);
	r->n_says[1] = 0;
	rig_run(r, 3);
	assert_non_null(recorded(r));
	n = read_wav();
	assert_int_equal(n, 60 * FRAME);
	assert_true(rms(sides[0] + 31 * FRAME, 29 * FRAME) < 0.5);
	assert_true(rms(sides[1] + 31 * FRAME, 25 * FRAME) > 100);
	rig_free(r);
}

static void one_leg_alone_is_recorded_beside_silence(void **state)
{
	struct rig *r = two_phones(true);
	uint32_t id;

	(void)state;
	assert_int_equal(engine_record(r->e, r->leg[1], 0, path, ENGINE_WAV, 0, 1, &id, NULL), OK);
	rig_run(r, 30);
	assert_int_equal(engine_record_end(r->e, id), OK);
	rig_run(r, 2);
	assert_int_equal(read_wav(), 30 * FRAME);
	assert_true(rms(sides[0] + 5 * FRAME, 20 * FRAME) > 100);
	assert_true(rms(sides[1], 30 * FRAME) < 0.5);
	rig_free(r);
}

enum { BEEP_EVERY = 75, BEEP = 20, BEEP_AT_MOST = 3300 };

/* From when on, in frames, a tone is in it, and that it is whole. */
static size_t beep_from(const int16_t *a, size_t from, size_t frames)
{
	for (size_t f = from; f < from + frames; f++)
		if (amplitude_at(1400, a + f * FRAME, FRAME) > 2900) {
			for (size_t i = 0; i < BEEP - 2; i++)
				assert_true(amplitude_at(1400, a + (f + i) * FRAME, FRAME) > 2900);
			return f;
		}
	return SIZE_MAX;
}

/* None of it within those frames. */
static void assert_no_beep(const int16_t *a, size_t from, size_t frames)
{
	for (size_t f = from; f < from + frames; f++)
		assert_true(amplitude_at(1400, a + f * FRAME, FRAME) < 30);
}

/* No step, and no bend: what is but a tone of this height and its ramps turns no faster than it. */
static void assert_no_click(const int16_t *a, size_t n)
{
	double most = 4 * BEEP_AT_MOST * pow(sin(M_PI * 1400 / PHONE_RATE), 2) + 20;

	for (size_t i = 1; i + 1 < n; i++)
		assert_true(abs(a[i + 1] - 2 * a[i] + a[i - 1]) < most);
}

/* Both are silent, so that what is heard is the tone alone: at the start, then so often; a pause
 * has none, and the first one comes at once after it. */
static void a_tone_tells_both_ends_and_is_on_the_tape(void **state)
{
	struct rig *r = two_phones(true);
	size_t n, at;
	uint32_t id;

	(void)state;
	r->n_says[0] = r->n_says[1] = 0;
	assert_int_equal(engine_record(r->e, r->leg[0], r->leg[1], path, ENGINE_WAV,
				 BEEP_EVERY * 20, 1, &id, NULL),
		OK);
	rig_run(r, 2 * BEEP_EVERY + 10);
	assert_int_equal(engine_record_pause(r->e, id, true), OK);
	rig_run(r, BEEP_EVERY + 50);
	assert_int_equal(engine_record_pause(r->e, id, false), OK);
	rig_run(r, 50);
	assert_int_equal(engine_record_end(r->e, id), OK);
	rig_run(r, 2);
	n = read_wav();
	for (int who = 0; who < 4; who++) {
		const int16_t *a = who < 2 ? sides[who] : r->phone[who - 2].heard;

		assert_true(who >= 2 || n == (3 * BEEP_EVERY + 110) * FRAME);
		at = beep_from(a, 0, 10);
		assert_in_range(at, 0, 5);
		assert_no_beep(a, at + BEEP, BEEP_EVERY - BEEP - 2);
		assert_int_equal(beep_from(a, at + BEEP, BEEP_EVERY), at + BEEP_EVERY);
		/* The third had begun when the pause came, and is not cut. */
		assert_int_equal(
			beep_from(a, at + BEEP_EVERY + BEEP, BEEP_EVERY), at + 2 * BEEP_EVERY);
		assert_no_beep(a, at + 2 * BEEP_EVERY + BEEP, BEEP_EVERY + 10);
		assert_in_range(beep_from(a, 3 * BEEP_EVERY + 40, 40), 3 * BEEP_EVERY + 60,
			3 * BEEP_EVERY + 64);
		assert_no_click(a, (3 * BEEP_EVERY + 100) * FRAME);
		assert_int_equal(amplitude_at(1400, a + (at + 5) * FRAME, FRAME) > BEEP_AT_MOST, 0);
	}
	assert_int_equal(r->phone[0].breaks + r->phone[1].breaks, 0);
	rig_free(r);
}

/* In the middle of what the other one says, in Opus, passed on as it came until then. */
static void a_tone_is_heard_beside_who_speaks(void **state)
{
	struct rig *r = two_phones(false);
	const int16_t *heard = r->phone[1].heard;
	uint32_t id;

	(void)state;
	r->n_says[0] = r->n_says[1] = 0;
	assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], 0, 0), OK);
	rig_run(r, 5);
	rig_say(r, 0, left_voice, ARRAY_LEN(left_voice));
	rig_run(r, 25);
	assert_int_equal(engine_place(r->e, r->leg[1])->line->feed.kind, FEED_PASSED);
	assert_int_equal(
		engine_record(r->e, r->leg[0], r->leg[1], path, ENGINE_WAV, 60000, 1, &id, NULL),
		OK);
	rig_run(r, 50);
	assert_true(amplitude_at(1400, heard + 10 * FRAME, 15 * FRAME) < 600);
	assert_true(amplitude_at(1400, heard + 35 * FRAME, 15 * FRAME) > 2500);
	assert_true(amplitude_at(1400, heard + 60 * FRAME, 15 * FRAME) < 600);
	assert_true(rms(heard + 35 * FRAME, 15 * FRAME) >
		    1.2 * amplitude_at(1400, heard + 35 * FRAME, 15 * FRAME) / sqrt(2));
	assert_int_equal(r->phone[1].breaks, 0);
	rig_free(r);
}

/* Whose writer dies leaves a file that can be played to within five seconds of that. */
static void an_unfinished_file_can_be_played(void **state)
{
	struct rig *r = two_phones(true);

	(void)state;
	record(r, ENGINE_WAV);
	rig_run(r, 260);
	assert_in_range(read_wav(), 250 * FRAME, 260 * FRAME);
	rig_free(r);
	assert_in_range(read_wav(), 250 * FRAME, 260 * FRAME);
}

static void a_full_disk_ends_the_recording_and_no_call(void **state)
{
	struct rlimit was, small = { 50000, RLIM_INFINITY };

	(void)state;
	signal(SIGXFSZ, SIG_IGN);
	for (int format = ENGINE_WAV; format <= ENGINE_OPUS; format++) {
		struct rig *r = two_phones(true);
		const struct engine_event *ev;
		uint32_t id = record(r, (enum engine_format)format);

		assert_int_equal(getrlimit(RLIMIT_FSIZE, &was), 0);
		small.rlim_cur = format == ENGINE_WAV ? 50000 : 2000;
		small.rlim_max = was.rlim_max;
		assert_int_equal(engine_hear(r->e, r->leg[1], r->leg[0], 0, 20), OK);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
		rig_run(r, 200);
		assert_int_equal(setrlimit(RLIMIT_FSIZE, &was), 0);
		ev = recorded(r);
		assert_non_null(ev);
		assert_int_equal(ev->error, EFBIG);
		assert_int_equal(engine_record_end(r->e, id), E_STALE);
		/* And the agent hears the caller all the same. */
		assert_true(rms(r->phone[1].heard + r->phone[1].n_heard - 20 * FRAME, 20 * FRAME) >
			    100);
		if (format == ENGINE_WAV)
			assert_in_range(read_wav(), 1, 50000 / 4);
		rig_free(r);
	}
}

/* The same thread presses sounds, which takes long: after each piece it looks at recordings, whose
 * rings hold five seconds. */
static void a_long_sound_is_pressed_in_pieces(void **state)
{
	static int16_t music[(3 * PRESS_FRAMES - 10) * FRAME];
	struct rig *r = two_phones(true);
	uint32_t id, sound;
	int turns = 0;

	(void)state;
	voice(43, music, ARRAY_LEN(music));
	id = record(r, ENGINE_WAV);
	sound = rig_sound(r, music, ARRAY_LEN(music));
	assert_int_equal(engine_hold(r->e, r->leg[0], 0, sound, NULL, 0, 0), OK);
	while (recorder_turn(&r->e->recorder))
		turns++;
	assert_int_equal(turns, 3);
	assert_non_null(sound_track(r->e->sound[engine_place_of_id(sound)].sound, &codec_l16));
	/* The engine ends amid it: what was begun is let go. */
	sound = rig_sound(r, music, ARRAY_LEN(music));
	assert_int_equal(engine_hold(r->e, r->leg[1], 0, sound, NULL, 0, 0), OK);
	recorder_turn(&r->e->recorder);
	assert_int_equal(engine_record_end(r->e, id), OK);
	rig_free(r);
}

static void what_makes_no_sense_is_refused(void **state)
{
	struct rig *r = two_phones(true);
	uint32_t id, other;

	(void)state;
	rig_phone(r, 2, true);
	assert_int_equal(
		engine_record(r->e, r->leg[0], r->leg[2], path, ENGINE_WAV, 0, 1, &id, NULL),
		E_DENIED);
	assert_int_equal(
		engine_record(r->e, r->leg[0], r->leg[0], path, ENGINE_WAV, 0, 1, &id, NULL),
		E_DENIED);
	assert_int_equal(engine_record(r->e, 99999, 0, path, ENGINE_WAV, 0, 1, &id, NULL), E_STALE);
	assert_int_equal(
		engine_record(r->e, r->leg[0], 0, "/nowhere/x.wav", ENGINE_WAV, 0, 1, &id, NULL),
		E_SYSTEM);
	id = record(r, ENGINE_WAV);
	/* Nothing is written over. */
	assert_int_equal(
		engine_record(r->e, r->leg[0], 0, path, ENGINE_WAV, 0, 1, &other, NULL), E_SYSTEM);
	assert_int_equal(engine_record(r->e, r->leg[0], 0, "/nowhere/x.wav", ENGINE_WAV,
				 ENGINE_BEEP_MS_MIN - 1, 1, &other, NULL),
		E_MALFORMED);
	assert_int_equal(engine_record_pause(r->e, id + 5, true), E_STALE);
	rig_free(r);
}

enum { LATE = 20 * FRAME };

/* ffmpeg plays it: both sides, at their places. */
static void opus_in_ogg_is_played_by_ffmpeg(void **state)
{
	static int16_t both[2 * 4 * N];
	struct rig *r = two_phones(false);
	uint32_t id = record(r, ENGINE_OPUS);
	char command[200];
	size_t n, lag;
	FILE *f;

	(void)state;
	rig_run(r, 2 * FRAMES);
	assert_int_equal(engine_record_end(r->e, id), OK);
	rig_run(r, 2);
	assert_non_null(recorded(r));
	assert_int_equal(recorded(r)->error, 0);
	rig_free(r);
	snprintf(command, sizeof(command),
		"ffmpeg -nostdin -v error -i %s -ar 16000 -f s16le - 2>/dev/null", path);
	f = popen(command, "r");
	assert_non_null(f);
	n = fread(both, sizeof(*both), ARRAY_LEN(both), f) / 2;
	assert_int_equal(pclose(f), 0);
	assert_in_range(n, 2 * N - FRAME, 2 * N + FRAME);
	for (size_t i = 0; i < 2 * n; i++)
		sides[i % 2][i / 2] = both[i];
	/* Coded twice by now, and some frames late. */
	assert_true(correlation(sides[0] + N, N / 4, left_voice + N - LATE, LATE, &lag) > 0.8);
	assert_true(correlation(sides[1] + N, N / 4, right_voice + N - LATE, LATE, &lag) > 0.8);
	assert_true(correlation(sides[1] + N, N / 4, left_voice + N - LATE, LATE, &lag) < 0.3);
}

static int make_folder(void **state)
{
	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(path, sizeof(path), "%s/call", folder);
	return 0;
}

static int remove_folder(void **state)
{
	(void)state;
	unlink(path);
	return rmdir(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_side_says_what_it_said),
		cmocka_unit_test(a_pause_is_silent_and_as_long_as_it_was),
		cmocka_unit_test(it_ends_with_the_last_of_both),
		cmocka_unit_test(one_leg_alone_is_recorded_beside_silence),
		cmocka_unit_test(a_tone_tells_both_ends_and_is_on_the_tape),
		cmocka_unit_test(a_tone_is_heard_beside_who_speaks),
		cmocka_unit_test(an_unfinished_file_can_be_played),
		cmocka_unit_test(a_full_disk_ends_the_recording_and_no_call),
		cmocka_unit_test(a_long_sound_is_pressed_in_pieces),
		cmocka_unit_test(what_makes_no_sense_is_refused),
		cmocka_unit_test(opus_in_ogg_is_played_by_ffmpeg),
	};

	return cmocka_run_group_tests_name("engine record", tests, make_folder, remove_folder);
}
