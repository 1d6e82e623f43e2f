/* The prompt shelf: names that cannot be guessed or escaped, and a memory that outlives us. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/prompt/loudness.h"
#include "media/prompt/prompt.h"
#include "tests/media/prompt/tools.h"

#include <errno.h>

#include <openssl/evp.h>
#include <openssl/hmac.h>

enum { ROOMY = 64 << 20 };

static const uint8_t secret_a[] = "a secret of 20 bytes";
static const uint8_t secret_b[] = "another of 20 bytes!";

static struct shelf *opened(const uint8_t *secret, uint64_t bytes_max)
{
	struct why why = { .text = "" };
	struct shelf *shelf;

	if (shelf_open(in_dir("shelf"), secret, 20, bytes_max, &shelf, &why) != OK)
		fail_msg("%s", why.text);
	return shelf;
}

static struct pcm ramp(size_t n, int slope)
{
	struct pcm pcm = { .samples = malloc(n * sizeof(int16_t)), .n_samples = n };

	for (size_t i = 0; i < n; i++)
		pcm.samples[i] = (int16_t)((int)i * slope % 1000);
	return pcm;
}

static struct shelf_item put(struct shelf *shelf, size_t n, int slope)
{
	struct pcm pcm = ramp(n, slope);
	struct why why = { .text = "" };
	struct shelf_item item;

	if (shelf_put(shelf, &pcm, &item, &why) != OK)
		fail_msg("%s", why.text);
	pcm_free(&pcm);
	return item;
}

static void assert_same_item(const struct shelf_item *a, const struct shelf_item *b)
{
	assert_string_equal(a->name, b->name);
	assert_string_equal(a->resource_id, b->resource_id);
	assert_int_equal(a->ms, b->ms);
}

static int fresh(void **state)
{
	(void)state;
	dir_empty(in_dir("shelf"));
	return 0;
}

static void the_name_is_an_hmac_of_the_bytes_on_disk(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item item = put(shelf, 1600, 3);
	uint8_t bytes[WAV_HEADER_BYTES + 3200], hash[32];
	char hex[65];
	uint64_t n_bytes;
	int fd;

	(void)state;
	assert_int_equal(item.ms, 100);
	assert_int_equal(shelf_file(shelf, item.name, &fd, &n_bytes, NULL), OK);
	assert_int_equal(n_bytes, sizeof(bytes));
	assert_int_equal(read(fd, bytes, sizeof(bytes)), sizeof(bytes));
	close(fd);
	HMAC(EVP_sha256(), secret_a, 20, bytes, sizeof(bytes), hash, NULL);
	text_hex(hex, sizeof(hex), hash, sizeof(hash));
	assert_memory_equal(item.name, hex, 64);
	assert_string_equal(item.name + 64, ".wav");
	assert_int_equal(item.resource_id[14], '8');
	assert_non_null(strchr("89ab", item.resource_id[19]));
	shelf_close(shelf);
}

static void same_content_same_name_other_secret_other_name(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item one = put(shelf, 1600, 3), again = put(shelf, 1600, 3);
	struct shelf_item other = put(shelf, 1600, 4), foreign;

	(void)state;
	assert_same_item(&one, &again);
	assert_string_not_equal(one.name, other.name);
	assert_string_not_equal(one.resource_id, other.resource_id);
	shelf_close(shelf);
	shelf = opened(secret_a, ROOMY);
	again = put(shelf, 1600, 3);
	assert_string_equal(one.name, again.name);
	assert_string_equal(one.resource_id, again.resource_id);
	shelf_close(shelf);
	shelf = opened(secret_b, ROOMY);
	foreign = put(shelf, 1600, 3);
	assert_string_not_equal(one.name, foreign.name);
	assert_string_not_equal(one.resource_id, foreign.resource_id);
	shelf_close(shelf);
}

static void only_names_of_our_own_reach_the_disk(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item item = put(shelf, 1600, 3);
	char upper[SHELF_NAME], longer[SHELF_NAME + 1], key[SHELF_NAME], absent[SHELF_NAME];
	char above[SHELF_NAME] = "..";
	const char *const names[] = { "", "..", "../../etc/passwd", "a.wav", "/etc/passwd", ".wav",
		upper, longer, key, absent, above };
	struct pcm pcm;
	struct why why;

	(void)state;
	memcpy(upper, item.name, sizeof(upper));
	for (char *p = upper; *p; p++)
		*p = *p >= 'a' && *p <= 'f' ? (char)(*p - 32) : *p;
	snprintf(longer, sizeof(longer), "0%s", item.name);
	snprintf(key, sizeof(key), "%.64s.key", item.name);
	memset(absent, '0', 64);
	memcpy(absent + 64, ".wav", 5);
	/* A way up that is as long as our names and ends as they do. */
	memset(above + 2, '/', sizeof(above) - 2);
	memcpy(above + SHELF_NAME - sizeof("in.wav"), "in.wav", sizeof("in.wav"));
	wav_make(in_dir("in.wav"), &(struct pcm){ 0 });
	file_make(in_dir("shelf/a.wav"), "RIFF", 4, 0600);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		uint64_t bytes = 1;
		int fd = 0;

		if (shelf_file(shelf, names[i], &fd, &bytes, &why) != E_ABSENT || fd != -1 || bytes)
			fail_msg("\"%s\" is served", names[i]);
		assert_int_equal(shelf_load(shelf, names[i], &pcm, &why), E_ABSENT);
	}
	shelf_close(shelf);
}

static void a_link_under_our_name_is_not_followed(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	char name[SHELF_NAME], path[128];
	uint64_t bytes;
	int fd;

	(void)state;
	memset(name, 'a', 64);
	memcpy(name + 64, ".wav", 5);
	snprintf(path, sizeof(path), "shelf/%s", name);
	assert_int_equal(symlink("/etc/passwd", in_dir(path)), 0);
	assert_int_equal(shelf_file(shelf, name, &fd, &bytes, NULL), E_ABSENT);
	shelf_close(shelf);
}

static void what_lies_there_can_be_loaded(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item item = put(shelf, 777, 5);
	struct pcm want = ramp(777, 5), got;

	(void)state;
	assert_int_equal(shelf_load(shelf, item.name, &got, NULL), OK);
	assert_int_equal(got.n_samples, 777);
	assert_memory_equal(got.samples, want.samples, 777 * 2);
	pcm_free(&want);
	pcm_free(&got);
	shelf_close(shelf);
}

static void a_full_shelf_refuses_and_keeps_what_it_has(void **state)
{
	struct shelf *shelf = opened(secret_a, 2 * (WAV_HEADER_BYTES + 3200));
	struct pcm pcm = ramp(1600, 9);
	struct shelf_item one = put(shelf, 1600, 3), out;
	struct why why;
	uint64_t bytes;
	int fd;

	(void)state;
	put(shelf, 1600, 4);
	assert_int_equal(shelf_put(shelf, &pcm, &out, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "is full"));
	put(shelf, 1600, 3); /* there already: takes no room */
	assert_int_equal(shelf_file(shelf, one.name, &fd, &bytes, NULL), OK);
	close(fd);
	shelf_close(shelf);
	assert_int_equal(shelf_open(in_dir("shelf"), secret_a, 20, 100, &shelf, &why), E_LIMIT);
	assert_non_null(strstr(why.text, "holds 6488 bytes of prompts, the limit is 100"));
	shelf = opened(secret_a, 2 * (WAV_HEADER_BYTES + 3200));
	assert_int_equal(shelf_put(shelf, &pcm, &out, &why), E_LIMIT);
	pcm_free(&pcm);
	shelf_close(shelf);
}

static void what_a_crash_left_is_swept_and_what_it_spoilt_mended(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item item = put(shelf, 1600, 3);
	char path[128];
	uint64_t bytes;
	int fd;

	(void)state;
	shelf_close(shelf);
	snprintf(path, sizeof(path), "shelf/%s", item.name);
	assert_int_equal(truncate(in_dir(path), 100), 0);
	file_make(in_dir("shelf/.tmp-0123"), "half", 4, 0600);
	shelf = opened(secret_a, ROOMY);
	assert_int_equal(access(in_dir("shelf/.tmp-0123"), F_OK), -1);
	put(shelf, 1600, 3);
	assert_int_equal(shelf_file(shelf, item.name, &fd, &bytes, NULL), OK);
	assert_int_equal(bytes, WAV_HEADER_BYTES + 3200);
	close(fd);
	shelf_close(shelf);
}

static void a_weak_secret_or_a_second_owner_is_refused(void **state)
{
	struct shelf *shelf, *second;
	struct why why;

	(void)state;
	assert_int_equal(shelf_open(in_dir("shelf"), secret_a, 15, ROOMY, &shelf, &why), E_DENIED);
	assert_null(shelf);
	assert_null(strstr(why.text, "a secret of"));
	shelf = opened(secret_a, ROOMY);
	assert_int_equal(shelf_open(in_dir("shelf"), secret_a, 20, ROOMY, &second, &why), E_SYSTEM);
	assert_non_null(strstr(why.text, "in use"));
	assert_int_equal(
		shelf_open(in_dir("no/way"), secret_a, 20, ROOMY, &second, &why), E_SYSTEM);
	assert_int_equal(why.ext, ENOENT);
	shelf_close(shelf);
	shelf_close(NULL);
}

static void a_key_is_remembered_across_lives(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct shelf_item item = put(shelf, 1600, 3), got;
	char path[128];

	(void)state;
	assert_int_equal(shelf_find(shelf, "one\0two", 7, &got, NULL), E_ABSENT);
	assert_int_equal(shelf_bind(shelf, "one\0two", 7, &item, NULL), OK);
	shelf_close(shelf);
	shelf = opened(secret_a, ROOMY);
	assert_int_equal(shelf_find(shelf, "one\0two", 7, &got, NULL), OK);
	assert_same_item(&got, &item);
	assert_int_equal(shelf_find(shelf, "one\0twa", 7, &got, NULL), E_ABSENT);
	snprintf(path, sizeof(path), "shelf/%s", item.name);
	assert_int_equal(unlink(in_dir(path)), 0);
	assert_int_equal(shelf_find(shelf, "one\0two", 7, &got, NULL), E_ABSENT);
	shelf_close(shelf);
}

/* A voice that counts how often it is started. */
static struct voice_conf counting_voice(void)
{
	struct voice_conf conf = voice_conf_default();
	char script[256];
	struct text t = TEXT(script);

	text_add(&t, "#!/bin/sh\necho once >>%s\nexec espeak-ng \"$@\"\n", in_dir("count"));
	file_make(in_dir("voice"), script, t.used, 0700);
	assert_int_equal(text_copy(conf.command, sizeof(conf.command), in_dir("voice")), OK);
	return conf;
}

static size_t count(void)
{
	struct stat st;

	return stat(in_dir("count"), &st) == 0 ? (size_t)st.st_size / strlen("once\n") : 0;
}

static void a_restart_renders_nothing_again(void **state)
{
	struct voice_conf conf = counting_voice();
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct why why = { .text = "" };
	struct shelf_item first, again, faster, german;
	struct pcm pcm;

	(void)state;
	if (prompt_speak(shelf, &conf, "en", "Welcome to Foyer.", &first, &why) != OK)
		fail_msg("%s", why.text);
	shelf_close(shelf);
	shelf = opened(secret_a, ROOMY);
	assert_int_equal(prompt_speak(shelf, &conf, "en", "Welcome to Foyer.", &again, &why), OK);
	assert_int_equal(count(), 1);
	assert_same_item(&first, &again);
	assert_in_range(first.ms, 700, 4000);
	conf.words_per_minute = 250;
	assert_int_equal(prompt_speak(shelf, &conf, "en", "Welcome to Foyer.", &faster, &why), OK);
	assert_true(faster.ms < first.ms);
	assert_int_equal(prompt_speak(shelf, &conf, "de", "Welcome to Foyer.", &german, &why), OK);
	assert_string_not_equal(faster.name, german.name);
	assert_int_equal(count(), 3);
	assert_int_equal(shelf_load(shelf, first.name, &pcm, &why), OK);
	assert_true(rms_of(pcm.samples, pcm.n_samples) > 500);
	pcm_free(&pcm);
	shelf_close(shelf);
}

static void files_and_music_come_onto_the_shelf_levelled(void **state)
{
	struct shelf *shelf = opened(secret_a, ROOMY);
	struct why why = { .text = "" };
	struct shelf_item music, file;
	struct pcm pcm;
	double lufs;

	(void)state;
	assert_int_equal(prompt_music(shelf, NULL, &music, &why), OK);
	assert_int_equal(music.ms, 48000);
	assert_int_equal(prompt_music(shelf, NULL, &file, &why), OK);
	assert_same_item(&music, &file);
	assert_int_equal(shelf_load(shelf, music.name, &pcm, &why), OK);
	pcm.n_samples = 3 * PCM_RATE;
	wav_make(in_dir("in.wav"), &pcm);
	pcm_free(&pcm);
	assert_int_equal(prompt_file(shelf, in_dir("in.wav"), &file, &why), OK);
	assert_int_equal(shelf_load(shelf, file.name, &pcm, &why), OK);
	assert_int_equal(loudness_lufs(&pcm, &lufs, &why), OK);
	assert_true(fabs(lufs - LOUDNESS_PROMPT_LUFS) < 0.5);
	pcm_free(&pcm);
	assert_int_equal(prompt_music(shelf, in_dir("in.wav"), &file, &why), OK);
	assert_int_equal(file.ms, 2960);
	assert_int_equal(prompt_file(shelf, in_dir("none.wav"), &file, &why), E_ABSENT);
	shelf_close(shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(the_name_is_an_hmac_of_the_bytes_on_disk, fresh),
		cmocka_unit_test_setup(same_content_same_name_other_secret_other_name, fresh),
		cmocka_unit_test_setup(only_names_of_our_own_reach_the_disk, fresh),
		cmocka_unit_test_setup(a_link_under_our_name_is_not_followed, fresh),
		cmocka_unit_test_setup(what_lies_there_can_be_loaded, fresh),
		cmocka_unit_test_setup(a_full_shelf_refuses_and_keeps_what_it_has, fresh),
		cmocka_unit_test_setup(what_a_crash_left_is_swept_and_what_it_spoilt_mended, fresh),
		cmocka_unit_test_setup(a_weak_secret_or_a_second_owner_is_refused, fresh),
		cmocka_unit_test_setup(a_key_is_remembered_across_lives, fresh),
		cmocka_unit_test_setup(a_restart_renders_nothing_again, fresh),
		cmocka_unit_test_setup(files_and_music_come_onto_the_shelf_levelled, fresh),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
