/* Legs whose other side is a file, or themselves: a call replayed, and what its caller heard. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/media/engine/rig.h"

#include "media/prompt/audio.h"
#include "media/prompt/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>

enum { FRAME = PHONE_FRAME, SECOND = PHONE_RATE };

static int16_t words[2 * SECOND + 100]; /* no whole frames */
static char folder[] = "/tmp/foyer-files-XXXXXX", says[64], hears[64];

static int files_make(void **state)
{
	struct pcm pcm = { words, ARRAY_LEN(words) };
	uint8_t *bytes;
	size_t n;
	FILE *f;

	(void)state;
	if (!mkdtemp(folder))
		return -1;
	snprintf(says, sizeof(says), "%s/says.wav", folder);
	snprintf(hears, sizeof(hears), "%s/hears.wav", folder);
	voice(7, words, ARRAY_LEN(words));
	assert_int_equal(wav_write(&pcm, &bytes, &n, NULL), OK);
	f = fopen(says, "wbe");
	assert_non_null(f);
	assert_int_equal(fwrite(bytes, 1, n, f), n);
	fclose(f);
	free(bytes);
	return 0;
}

static int files_drop(void **state)
{
	(void)state;
	unlink(says);
	unlink(hears);
	return rmdir(folder);
}

static enum err leg_of(struct rig *r, const struct leg_conf *conf, uint32_t *leg, struct why *why)
{
	uint16_t port = 1;
	enum err e = engine_leg_open(r->e, 1, conf, leg, &port, why);

	assert_true(e != OK || port == 0);
	return e;
}

/* A file speaks, an echo answers, the file hears itself; and so does a telephone, exactly. */
static void a_file_hears_its_echo(void **state)
{
	struct leg_conf file = {
		.kind = &leg_kind_file, .codec = &codec_l16, .says = says, .hears = hears
	};
	struct leg_conf loop = { .kind = &leg_kind_loop, .codec = &codec_l16 };
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone(r, 1, true), at;
	uint32_t speaker, echo;
	struct why why = { 0 };
	struct stat st;
	struct pcm pcm;

	(void)state;
	assert_int_equal(leg_of(r, &file, &speaker, &why), OK);
	assert_int_equal(leg_of(r, &loop, &echo, &why), OK);
	assert_int_equal(engine_hear(r->e, echo, speaker, 0, 0), OK);
	assert_int_equal(engine_hear(r->e, speaker, echo, 0, 0), OK);
	assert_int_equal(engine_hear(r->e, r->leg[phone], speaker, 0, 0), OK);
	rig_run(r, 120);
	assert_int_equal(engine_leg_remote(r->e, speaker, "127.0.0.1", 5004, NULL), E_DENIED);
	assert_int_equal(engine_leg_close(r->e, speaker), OK);
	rig_run(r, 3);
	engine_reap(r->e);
	assert_int_equal(stat(hears, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0600);
	if (audio_read_file(hears, &pcm, &why) != OK)
		fail_msg("%s", why.text);
	assert_in_range(pcm.n_samples, 119 * FRAME, 121 * FRAME);
	for (at = 0; at < 10 * FRAME; at++)
		if (memcmp(pcm.samples + at, words + FRAME, SECOND * sizeof(*words)) == 0)
			break;
	assert_in_range(at, FRAME, 9 * FRAME);
	/* To its last sample, and then nothing. */
	assert_memory_equal(
		pcm.samples + at, words + FRAME, (ARRAY_LEN(words) - FRAME) * sizeof(*words));
	assert_true(rms(pcm.samples + at + ARRAY_LEN(words) - FRAME, 4 * FRAME) < 0.5);
	for (at = 0; at < 10 * FRAME; at++)
		if (memcmp(r->phone[phone].heard + at, words + FRAME, SECOND * sizeof(*words)) == 0)
			break;
	assert_true(at < 10 * FRAME);
	pcm_free(&pcm);
	rig_free(r);
}

/* Opus comes back as it went: the same coder's packets, one tick later. */
static void an_echo_in_opus_is_heard(void **state)
{
	struct leg_conf loop = { .kind = &leg_kind_loop };
	struct rig *r = rig_new(NULL);
	size_t phone = rig_phone(r, 1, false), lag;
	uint32_t echo;

	(void)state;
	assert_int_equal(leg_of(r, &loop, &echo, NULL), OK);
	assert_int_equal(engine_hear(r->e, echo, r->leg[phone], 0, 0), OK);
	assert_int_equal(engine_hear(r->e, r->leg[phone], echo, 0, 0), OK);
	rig_run(r, 5);
	rig_say(r, phone, words, 2 * SECOND);
	rig_run(r, 80);
	assert_true(correlation(r->phone[phone].heard + 50 * FRAME, 10 * FRAME, words + 30 * FRAME,
			    20 * FRAME, &lag) > 0.8);
	assert_int_equal(r->phone[phone].breaks, 0);
	rig_free(r);
}

static void what_cannot_be_is_refused(void **state)
{
	static const struct {
		const char *name;
		struct leg_conf conf;
		enum err want;
		const char *says;
	} rows[] = {
		{ "Opus to a file", { .kind = &leg_kind_file, .says = says }, E_MALFORMED,
			"want L16" },
		{ "no such file",
			{ .kind = &leg_kind_file, .codec = &codec_l16, .says = "/nowhere/x.wav" },
			E_ABSENT, "/nowhere/x.wav" },
		{ "nowhere to write",
			{ .kind = &leg_kind_file, .codec = &codec_l16, .hears = "/nowhere/x.wav" },
			E_SYSTEM, "/nowhere/x.wav" },
		{ "a file that is there",
			{ .kind = &leg_kind_file, .codec = &codec_l16, .hears = says }, E_SYSTEM,
			"says.wav" },
	};
	struct rig *r = rig_new(NULL);
	uint32_t leg;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		struct why why = { 0 };

		if (leg_of(r, &rows[i].conf, &leg, &why) != rows[i].want ||
			!strstr(why.text, rows[i].says))
			fail_msg("%s: \"%s\"", rows[i].name, why.text);
	}
	rig_free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_file_hears_its_echo),
		cmocka_unit_test(an_echo_in_opus_is_heard),
		cmocka_unit_test(what_cannot_be_is_refused),
	};

	return cmocka_run_group_tests_name("engine files", tests, files_make, files_drop);
}
