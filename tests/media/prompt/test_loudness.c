/* One loudness for all, judged by ffmpeg, and music that loops. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/prompt/audio.h"
#include "media/prompt/loudness.h"
#include "media/prompt/music.h"
#include "media/prompt/voice.h"
#include "tests/media/prompt/tools.h"

enum { EDGE = PCM_RATE / 1000 * LOUDNESS_EDGE_MS };

/* R 128 allows a programme that cannot be measured beforehand 1 LU; ours can. */
static const double CLOSE_LU = 0.5;
/* Two meters that oversample differently. */
static const double PEAK_CLOSE_DB = 0.1;

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

static struct pcm spoken(const char *language, const char *text)
{
	struct voice_conf conf = voice_conf_default();
	struct why why = { .text = "" };
	struct pcm pcm;

	if (voice_speak(&conf, language, text, &pcm, &why) != OK)
		fail_msg("%s", why.text);
	return pcm;
}

/* What ffmpeg makes of a source of its own, as an admin would import it. */
static void ffmpeg_makes(const char *path, const char *source)
{
	free(output_of((const char *[]){ "ffmpeg", "-v", "error", "-nostdin", "-y", "-f", "lavfi",
		"-i", source, "-t", "5", path, NULL }));
}

static void is_levelled(const char *name, const struct pcm *pcm, int lufs)
{
	struct judged j;

	wav_make(in_dir("judged.wav"), pcm);
	j = ffmpeg_judges(in_dir("judged.wav"));
	if (!(fabs(j.lufs - lufs) <= CLOSE_LU) ||
		!(j.peak_dbtp <= LOUDNESS_PEAK_DBTP + PEAK_CLOSE_DB))
		fail_msg("%s: %.2f LUFS, %.2f dBTP", name, j.lufs, j.peak_dbtp);
}

/* EBU R 128: -23 LUFS. */
static void speech_is_at_the_level_of_r128(void **state)
{
	static const char *const texts[][2] = {
		{ "en", "Welcome. All our agents are busy, please hold the line." },
		{ "de", "Sie sind der naechste Anrufer. Bitte bleiben Sie am Apparat." },
		{ "en", "Please press one." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		struct pcm pcm = spoken(texts[i][0], texts[i][1]);

		assert_int_equal(loudness_prompt(&pcm, NULL), OK);
		is_a_prompt(&pcm);
		is_levelled(texts[i][1], &pcm, -23);
		pcm_free(&pcm);
	}
}

/* Any rate, any channels, too quiet, too loud, peaks far above the rest. */
static void what_an_admin_imports_is_at_the_same_levels(void **state)
{
	static const struct {
		const char *name, *source;
	} rows[] = {
		{ "quiet, 44.1 kHz", "anoisesrc=r=44100:c=pink:a=0.01:seed=7" },
		{ "at full scale, 48 kHz", "anoisesrc=r=48000:c=pink:a=1:seed=7" },
		{ "stereo, 22.05 kHz", "aevalsrc=0.3*sin(700*t)|0.1*sin(1900*t):s=22050" },
		{ "telephone, pulses", "aevalsrc=0.02*sin(2500*t)+gt(mod(t\\,0.5)\\,0.49):s=8000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct why why = { .text = "" };
		struct pcm prompt, music;

		ffmpeg_makes(in_dir("in.wav"), rows[i].source);
		if (audio_read_file(in_dir("in.wav"), &prompt, &why) != OK ||
			loudness_prompt(&prompt, &why) != OK ||
			music_file(in_dir("in.wav"), &music, &why) != OK)
			fail_msg("%s: %s", rows[i].name, why.text);
		is_levelled(rows[i].name, &prompt, -23);
		is_levelled(rows[i].name, &music, -29);
		pcm_free(&prompt);
		pcm_free(&music);
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

	(void)state;
	assert_int_equal(music_default(&pcm, NULL), OK);
	assert_int_equal(pcm.n_samples, (size_t)MUSIC_DEFAULT_MS * 16);
	assert_true(bend_at_seam(&pcm) <= bend_most_inside(&pcm));
	assert_true(bend_most_inside(&pcm) < 1000);
	is_levelled("our music", &pcm, -29); /* 6 LU under speech */
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
		cmocka_unit_test(speech_is_at_the_level_of_r128),
		cmocka_unit_test(what_an_admin_imports_is_at_the_same_levels),
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
