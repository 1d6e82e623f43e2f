/* One loudness for all, judged by ffmpeg, and music that loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/prompt/loudness.h"
#include "media/prompt/music.h"
#include "media/prompt/voice.h"
#include "tests/media/prompt/tools.h"

enum { EDGE = PCM_RATE / 1000 * LOUDNESS_EDGE_MS };

static const double CLOSE_LU = 1.5;

static struct pcm silence(size_t n)
{
	return (struct pcm){ .samples = calloc(n, sizeof(int16_t)), .n_samples = n };
}

/* lead ms of silence, ms of a 440 Hz tone of this amplitude, as much silence again. */
static struct pcm tone(int amplitude, size_t lead_ms, size_t ms)
{
	size_t lead = lead_ms * (PCM_RATE / 1000), n = ms * (PCM_RATE / 1000);
	struct pcm pcm = silence(lead + n + lead);

	for (size_t i = 0; i < n; i++)
		pcm.samples[lead + i] = (int16_t)lrint(
			amplitude * sin(2 * M_PI * 440 * (double)i / PCM_RATE));
	return pcm;
}

static int peak_of(const struct pcm *pcm)
{
	int peak = 0;

	for (size_t i = 0; i < pcm->n_samples; i++)
		peak = abs(pcm->samples[i]) > peak ? abs(pcm->samples[i]) : peak;
	return peak;
}

static void is_a_prompt(const struct pcm *pcm)
{
	assert_int_equal(pcm->n_samples % PCM_FRAME, 0);
	for (size_t i = 0; i < EDGE; i++) {
		assert_int_equal(pcm->samples[i], 0);
		assert_int_equal(pcm->samples[pcm->n_samples - 1 - i], 0);
	}
	assert_true(peak_of(pcm) <= 32768 * pow(10, LOUDNESS_PEAK_DBTP / 20.0));
}

static void speech_comes_to_the_prompt_level(void **state)
{
	static const char *const texts[][2] = {
		{ "en", "Welcome. All our agents are busy, please hold the line." },
		{ "de", "Sie sind der naechste Anrufer. Bitte bleiben Sie am Apparat." },
		{ "en", "Please press one." },
	};
	struct voice_conf conf = voice_conf_default();

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct why why = { .text = "" };
		struct pcm pcm;
		double lufs;

		if (voice_speak(&conf, texts[i][0], texts[i][1], &pcm, &why) != OK)
			fail_msg("%s", why.text);
		assert_int_equal(loudness_prompt(&pcm, &why), OK);
		is_a_prompt(&pcm);
		wav_make(in_dir("p.wav"), &pcm);
		lufs = ffmpeg_lufs(in_dir("p.wav"));
		if (fabs(lufs - LOUDNESS_PROMPT_LUFS) > CLOSE_LU)
			fail_msg("%s: %.1f LUFS", texts[i][1], lufs);
		pcm_free(&pcm);
	}
}

static void quiet_and_loud_recordings_become_alike(void **state)
{
	static const int amplitudes[] = { 150, 3000, 32767 };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(amplitudes); i++) {
		struct pcm pcm = tone(amplitudes[i], 0, 2000);
		double lufs;

		assert_int_equal(loudness_prompt(&pcm, NULL), OK);
		is_a_prompt(&pcm);
		assert_int_equal(loudness_lufs(&pcm, &lufs, NULL), OK);
		if (fabs(lufs - LOUDNESS_PROMPT_LUFS) > 0.5)
			fail_msg("amplitude %d: %.2f LUFS", amplitudes[i], lufs);
		pcm_free(&pcm);
	}
}

static void clicks_do_not_pass_the_ceiling(void **state)
{
	struct pcm pcm = tone(300, 0, 3000);

	(void)state;
	for (size_t i = 4000; i + 4000 < pcm.n_samples; i += 4000)
		pcm.samples[i] = 32767; /* 40 dB above the rest */
	assert_int_equal(loudness_prompt(&pcm, NULL), OK);
	is_a_prompt(&pcm);
	assert_true(rms_of(pcm.samples + 4500, 3000) > 1000);
	pcm_free(&pcm);
}

static void silence_at_the_ends_goes(void **state)
{
	struct pcm pcm = tone(5000, 1500, 1000);

	(void)state;
	assert_int_equal(loudness_prompt(&pcm, NULL), OK);
	is_a_prompt(&pcm);
	/* 1 s, twice 40 ms, a little room, up to a whole frame. */
	assert_in_range(pcm.n_samples, 1080 * 16, 1150 * 16);
	pcm_free(&pcm);
}

static void a_word_shorter_than_the_meters_gate_is_levelled(void **state)
{
	struct pcm pcm = tone(200, 0, 150);

	(void)state;
	assert_int_equal(loudness_prompt(&pcm, NULL), OK);
	/* The tone itself, not its mean with the edges, within 3 dB of what a long one gets. */
	assert_in_range(rms_of(pcm.samples + EDGE + 400, 1600), 2400, 6500);
	pcm_free(&pcm);
}

static void silence_is_no_prompt(void **state)
{
	struct pcm none = { 0 }, still = silence(PCM_RATE), hiss = tone(1, 0, 1000);
	struct why why;

	(void)state;
	assert_int_equal(loudness_prompt(&none, &why), E_MALFORMED);
	assert_int_equal(loudness_prompt(&still, &why), E_MALFORMED);
	assert_int_equal(loudness_prompt(&hiss, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "silent"));
	assert_int_equal(still.n_samples, PCM_RATE);
	assert_int_equal(loudness_music(&still, &why), E_MALFORMED);
	pcm_free(&still);
	pcm_free(&hiss);
}

/* How sharply the sound bends at i, the end running into the beginning. */
static int bend(const struct pcm *pcm, size_t i)
{
	const int16_t *x = pcm->samples;
	size_t n = pcm->n_samples;

	return abs(x[(i + n - 1) % n] - 2 * x[i % n] + x[(i + 1) % n]);
}

static int bend_at_seam(const struct pcm *pcm)
{
	int end = bend(pcm, pcm->n_samples - 1), beginning = bend(pcm, 0);

	return end > beginning ? end : beginning;
}

static int bend_most_inside(const struct pcm *pcm)
{
	int most = 0;

	for (size_t i = 1; i + 1 < pcm->n_samples; i++)
		most = bend(pcm, i) > most ? bend(pcm, i) : most;
	return most;
}

static void our_music_is_a_loop_of_even_sound(void **state)
{
	struct pcm pcm, again;
	double lufs;

	(void)state;
	assert_int_equal(music_default(&pcm, NULL), OK);
	assert_int_equal(pcm.n_samples, (size_t)MUSIC_DEFAULT_MS * 16);
	assert_true(bend_at_seam(&pcm) <= bend_most_inside(&pcm));
	assert_true(bend_most_inside(&pcm) < 1000);
	wav_make(in_dir("m.wav"), &pcm);
	lufs = ffmpeg_lufs(in_dir("m.wav"));
	assert_true(fabs(lufs - LOUDNESS_MUSIC_LUFS) < CLOSE_LU);
	/* Nowhere a hole, the seam not excepted: each second carries sound. */
	for (size_t s = 0; s + PCM_RATE <= pcm.n_samples; s += PCM_RATE)
		assert_true(rms_of(pcm.samples + s, PCM_RATE) > 300);
	assert_int_equal(music_default(&again, NULL), OK);
	assert_memory_equal(pcm.samples, again.samples, pcm.n_samples * sizeof(int16_t));
	pcm_free(&pcm);
	pcm_free(&again);
}

static void a_file_of_music_loops_without_a_click(void **state)
{
	struct pcm in = tone(8000, 0, 2990), pcm; /* ends a quarter wave off */
	struct why why;

	(void)state;
	in.n_samples -= 9;
	assert_true(bend_at_seam(&in) > bend_most_inside(&in));
	wav_make(in_dir("m.wav"), &in);
	assert_int_equal(music_file(in_dir("m.wav"), &pcm, &why), OK);
	assert_int_equal(pcm.n_samples % PCM_FRAME, 0);
	assert_in_range(pcm.n_samples, in.n_samples - 40 * 16 - PCM_FRAME, in.n_samples - 40 * 16);
	assert_true(bend_at_seam(&pcm) <= bend_most_inside(&pcm));
	pcm_free(&pcm);
	in.n_samples = PCM_RATE - 1;
	wav_make(in_dir("m.wav"), &in);
	assert_int_equal(music_file(in_dir("m.wav"), &pcm, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "m.wav: lasts 999 ms"));
	pcm_free(&in);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speech_comes_to_the_prompt_level),
		cmocka_unit_test(quiet_and_loud_recordings_become_alike),
		cmocka_unit_test(clicks_do_not_pass_the_ceiling),
		cmocka_unit_test(silence_at_the_ends_goes),
		cmocka_unit_test(a_word_shorter_than_the_meters_gate_is_levelled),
		cmocka_unit_test(silence_is_no_prompt),
		cmocka_unit_test(our_music_is_a_loop_of_even_sound),
		cmocka_unit_test(a_file_of_music_loops_without_a_click),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
