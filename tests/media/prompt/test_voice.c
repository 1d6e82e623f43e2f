/* Speech from a separate process: that it speaks, and every way in which a process can misbehave.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clock.h"
#include "media/prompt/voice.h"
#include "tests/media/prompt/tools.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>

static struct pcm spoken(const char *language, const char *text)
{
	struct voice_conf conf = voice_conf_default();
	struct why why = { .text = "" };
	struct pcm pcm;

	if (voice_speak(&conf, language, text, &pcm, &why) != OK)
		fail_msg("%s", why.text);
	return pcm;
}

static void speech_is_heard_and_lasts_as_long_as_words_do(void **state)
{
	struct pcm pcm = spoken("en", "You are number three in the queue. Please hold the line.");

	(void)state;
	/* Twelve words at 160 a minute are 4.5 s. */
	assert_in_range(pcm.n_samples, 2 * PCM_RATE, 7 * PCM_RATE);
	assert_true(rms_of(pcm.samples, pcm.n_samples) > 300);
	pcm_free(&pcm);
}

/* How much of a and b is the same at the same time: 1 is a copy. */
static double sameness(const struct pcm *a, const struct pcm *b)
{
	size_t n = a->n_samples < b->n_samples ? a->n_samples : b->n_samples;
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)a->samples[i] * b->samples[i];
	return sum / (double)n / rms_of(a->samples, n) / rms_of(b->samples, n);
}

static void two_texts_and_two_languages_differ_and_one_does_not(void **state)
{
	struct pcm one = spoken("en", "Welcome to the support line.");
	struct pcm again = spoken("en-US", "Welcome to the support line.");
	struct pcm other = spoken("en", "Our offices are closed today.");
	struct pcm german = spoken("DE", "Welcome to the support line.");

	(void)state;
	assert_true(sameness(&one, &again) > 0.99);
	assert_true(fabs(sameness(&one, &other)) < 0.3);
	assert_true(fabs(sameness(&one, &german)) < 0.3);
	pcm_free(&one);
	pcm_free(&again);
	pcm_free(&other);
	pcm_free(&german);
}

static void speed_is_configurable(void **state)
{
	struct voice_conf conf = voice_conf_default();
	struct pcm slow, fast;

	(void)state;
	conf.words_per_minute = 100;
	assert_int_equal(
		voice_speak(&conf, "de", "Bitte bleiben Sie am Apparat.", &slow, NULL), OK);
	conf.words_per_minute = 300;
	assert_int_equal(
		voice_speak(&conf, "de", "Bitte bleiben Sie am Apparat.", &fast, NULL), OK);
	assert_true(slow.n_samples > fast.n_samples * 3 / 2);
	pcm_free(&slow);
	pcm_free(&fast);
}

static void no_shell_reads_the_text(void **state)
{
	char text[200];
	struct text t = TEXT(text);
	struct pcm pcm;

	(void)state;
	text_add(&t, "$(touch %s); `touch %s` | -f /etc/passwd", in_dir("hole"), in_dir("hole"));
	pcm = spoken("en", text);
	assert_true(pcm.n_samples > PCM_RATE);
	assert_int_equal(access(in_dir("hole"), F_OK), -1);
	pcm_free(&pcm);
}

static void conf_row(struct voice_conf *conf, int row)
{
	*conf = voice_conf_default();
	if (row == 0)
		assert_int_equal(text_copy(conf->engine, sizeof(conf->engine), "hal"), OK);
	else if (row == 1)
		conf->words_per_minute = 10;
	else if (row == 2)
		conf->deadline_ms = 0;
	else if (row == 3)
		conf->n_languages = 0;
	else if (row == 4)
		assert_int_equal(text_copy(conf->languages[1].name, 64, "--path=/x"), OK);
	else
		conf->command[0] = '\0';
}

static void a_wrong_configuration_is_told_what_would_be_right(void **state)
{
	static const char *const says[] = { "\"hal\" is unknown (have: espeak-ng, azure-speech)",
		"80 to 450", "100 to 60000", "1 to 16",
		"\"--path=/x\" is no name of a voice for \"de\"", "command is empty" };
	struct voice_conf conf = voice_conf_default();
	struct why why;

	(void)state;
	assert_int_equal(voice_check(&conf, &why), OK);
	for (int i = 0; i < (int)ARRAY_LEN(says); i++) {
		conf_row(&conf, i);
		assert_int_equal(voice_check(&conf, &why), E_DENIED);
		if (!strstr(why.text, says[i]))
			fail_msg("row %d says \"%s\"", i, why.text);
	}
}

static void texts_that_cannot_be_spoken_are_refused(void **state)
{
	struct voice_conf conf = voice_conf_default();
	static char text[VOICE_TEXT_MAX + 2];
	struct why why;
	struct pcm pcm;

	(void)state;
	assert_int_equal(voice_speak(&conf, "en", " \n", &pcm, &why), E_MALFORMED);
	memset(text, 'a', sizeof(text) - 1);
	assert_int_equal(voice_speak(&conf, "en", text, &pcm, &why), E_LIMIT);
	assert_int_equal(voice_speak(&conf, "fr", "bonjour", &pcm, &why), E_ABSENT);
	assert_non_null(strstr(why.text, "\"fr\" (have: en, de)"));
	assert_int_equal(
		voice_speak(&conf, "an-overlong-language-name", "a", &pcm, &why), E_ABSENT);
	assert_null(pcm.samples);
}

/* Voices that are shell scripts. */
static const struct {
	const char *name, *script;
	enum err want;
	const char *says;
} scripts[] = {
	{ "fails", "echo 'no such\tvoice' >&2; echo more >&2; exit 3", E_REMOTE,
		"failed with status 3: no such?voice" },
	{ "fails silently", "exit 1", E_REMOTE, "(it did not say why)" },
	{ "dies", "kill -SEGV $$", E_REMOTE, "died of signal 11" },
	{ "prints no WAV", "echo hello there", E_MALFORMED, "its output is not audio" },
	{ "prints MP3", "printf 'ID3000000000'", E_MALFORMED, "is an MP3 file" },
	{ "prints nothing", "cat >/dev/null", E_MALFORMED, "its output is not audio" },
	{ "complains without end", "head -c 1000000 /dev/zero >&2; exit 2", E_REMOTE, "status 2" },
	{ "writes without end", "cat /dev/zero", E_LIMIT, "wrote more than" },
};

static void a_voice_that_misbehaves_is_an_error_with_a_story(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(scripts); i++) {
		struct voice_conf conf = voice_conf_default();
		struct why why = { .text = "" };
		char script[256];
		struct text t = TEXT(script);
		struct pcm pcm;

		text_add(&t, "#!/bin/sh\n%s\n", scripts[i].script);
		file_make(in_dir("voice"), script, t.used, 0700);
		assert_int_equal(
			text_copy(conf.command, sizeof(conf.command), in_dir("voice")), OK);
		if (voice_speak(&conf, "en", "hello", &pcm, &why) != scripts[i].want)
			fail_msg("%s: %s", scripts[i].name, why.text);
		if (!strstr(why.text, scripts[i].says))
			fail_msg("%s: says \"%s\"", scripts[i].name, why.text);
	}
}

static void a_voice_that_is_not_installed_is_named(void **state)
{
	struct voice_conf conf = voice_conf_default();
	struct why why;
	struct pcm pcm;

	(void)state;
	assert_int_equal(text_copy(conf.command, sizeof(conf.command), "no-such-voice"), OK);
	assert_int_equal(voice_speak(&conf, "en", "hello", &pcm, &why), E_SYSTEM);
	assert_int_equal(why.ext, ENOENT);
	assert_non_null(strstr(why.text, "no-such-voice: cannot be started"));
}

/* Wait until the process is gone; a zombie of ours would still answer to kill. */
static bool is_gone(pid_t pid)
{
	for (int i = 0; i < 2000; i++) {
		if (kill(pid, 0) != 0)
			return true;
		poll(NULL, 0, 1);
	}
	return false;
}

static void a_hung_voice_and_its_children_are_killed_at_the_deadline(void **state)
{
	struct voice_conf conf = voice_conf_default();
	char script[512], *pids;
	struct text t = TEXT(script);
	uint64_t began_ms = clock_mono_ms();
	struct why why;
	struct pcm pcm;
	int child = 0, grandchild = 0;

	(void)state;
	/* sh, and a sleep that holds our pipe. */
	text_add(&t, "#!/bin/sh\nsleep 600 &\necho $$ $! >%s\nwait\n", in_dir("pids"));
	file_make(in_dir("hung"), script, t.used, 0700);
	assert_int_equal(text_copy(conf.command, sizeof(conf.command), in_dir("hung")), OK);
	conf.deadline_ms = 1500;
	assert_int_equal(voice_speak(&conf, "en", "hello", &pcm, &why), E_LATE);
	assert_non_null(strstr(why.text, "not done within 1500 ms, killed"));
	assert_in_range(clock_mono_ms() - began_ms, 1500, 20000);
	pids = output_of((const char *[]){ "cat", in_dir("pids"), NULL });
	assert_int_equal(sscanf(pids, "%d %d", &child, &grandchild), 2);
	free(pids);
	assert_true(is_gone(child));
	assert_true(is_gone(grandchild));
}

static void a_voice_that_leaves_a_child_behind_is_not_waited_for(void **state)
{
	uint64_t began_ms = clock_mono_ms();
	struct why why = { .text = "" };
	uint8_t *out;
	size_t n;

	(void)state;
	assert_int_equal(process_filter((const char *[]){ "sh", "-c", "sleep 600 & cat", NULL },
				 "abc", 3, 100, TOOL_MS, &out, &n, &why),
		OK);
	assert_int_equal(n, 3);
	assert_memory_equal(out, "abc", 3);
	assert_true(clock_mono_ms() - began_ms < TOOL_MS / 2);
	free(out);
}

static void a_voice_sees_neither_our_secrets_nor_our_files(void **state)
{
	int secret = open("/dev/null", O_RDONLY); /* without O_CLOEXEC, as a library might */
	char *out;

	(void)state;
	setenv("AZURE_CLIENT_SECRET", "hush", 1);
	out = output_of((const char *[]){ "env", NULL });
	assert_null(strstr(out, "hush"));
	assert_non_null(strstr(out, "PATH="));
	free(out);
	out = output_of((const char *[]){ "ls", "/proc/self/fd", NULL });
	assert_string_equal(out, "0\n1\n2\n3\n"); /* 3 is ls's own, on the directory */
	free(out);
	unsetenv("AZURE_CLIENT_SECRET");
	close(secret);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(speech_is_heard_and_lasts_as_long_as_words_do),
		cmocka_unit_test(two_texts_and_two_languages_differ_and_one_does_not),
		cmocka_unit_test(speed_is_configurable),
		cmocka_unit_test(no_shell_reads_the_text),
		cmocka_unit_test(a_wrong_configuration_is_told_what_would_be_right),
		cmocka_unit_test(texts_that_cannot_be_spoken_are_refused),
		cmocka_unit_test(a_voice_that_misbehaves_is_an_error_with_a_story),
		cmocka_unit_test(a_voice_that_is_not_installed_is_named),
		cmocka_unit_test(a_hung_voice_and_its_children_are_killed_at_the_deadline),
		cmocka_unit_test(a_voice_that_leaves_a_child_behind_is_not_waited_for),
		cmocka_unit_test(a_voice_sees_neither_our_secrets_nor_our_files),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
