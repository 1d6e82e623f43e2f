/* What is rendered of a configuration, and what is found for an effect. The voice is the real one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clean.h"
#include "bot/shell/sound.h"
#include "media/prompt/prompt.h"
#include "media/prompt/say.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define HEAD                                                                     \
	"{\"public_url\":\"https://127.0.0.1:8443\",\"listen\":{\"plain\":true," \
	"\"address\":\"127.0.0.1\"},"                                            \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","        \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"              \
	"\"entries\":[{\"default\":true,\"flow\":\"f\"}],"

static char dir[64];
static const uint8_t secret[32] = "a secret of the test's own, 32 b";

struct house {
	struct config *conf;
	struct shelf *shelf;
	struct sounds *sounds;
};

static struct config *configure(const char *rest)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why = { .text = "" };
	char text[4000], at[80];

	snprintf(text, sizeof(text), HEAD "%s", rest);
	snprintf(at, sizeof(at), "%s/foyer.json", dir);
	if (config_parse(text, strlen(text), at, &conf, faults, &why) != OK) {
		faults_print(faults, "test", stdout);
		fail_msg("%s", why.text);
	}
	return conf;
}

static struct shelf *shelf_new(void)
{
	struct shelf *shelf;
	struct why why;
	char at[80];

	snprintf(at, sizeof(at), "%s/shelf", dir);
	if (shelf_open(at, secret, sizeof(secret), 1 << 28, &shelf, &why) != OK)
		fail_msg("%s", why.text);
	return shelf;
}

static struct house open_house(const char *rest)
{
	struct house h = { .conf = configure(rest), .shelf = shelf_new() };
	struct why why;

	if (sounds_new(h.conf, h.shelf, false, &h.sounds, &why) != OK)
		fail_msg("%s", why.text);
	return h;
}

static void close_house(struct house *h)
{
	sounds_free(h->sounds);
	shelf_close(h->shelf);
	config_free(h->conf);
}

/* Index + 1. */
static uint16_t prompt_of(const struct house *h, const char *name)
{
	for (size_t i = 0; i < h->conf->n_prompts; i++)
		if (strcmp(h->conf->prompt[i].name, name) == 0)
			return (uint16_t)(i + 1);
	fail_msg("no prompt %s", name);
	return 0;
}

/* The name of these words, said in this language. */
static const char *words(const struct house *h, const char *language, const char *text)
{
	static char name[4][SHELF_NAME];
	static unsigned turn;
	struct voice_conf voice = voice_conf_default();
	struct shelf_item item;
	struct why why;

	voice.words_per_minute = h->conf->voice.speaks.words_per_minute;
	if (prompt_speak(h->shelf, &voice, language, text, &item, &why) != OK)
		fail_msg("%s", why.text);
	turn = (turn + 1) % 4;
	snprintf(name[turn], sizeof(name[turn]), "%s", item.name);
	return name[turn];
}

static size_t files(const char *below)
{
	char at[80];
	struct dirent *e;
	size_t n = 0;
	DIR *d;

	snprintf(at, sizeof(at), "%s/%s", dir, below);
	d = opendir(at);
	while (d && (e = readdir(d)))
		n += strstr(e->d_name, ".wav") != NULL;
	if (d)
		closedir(d);
	return n;
}

static void wipe(const char *path)
{
	DIR *d = opendir(path);
	struct dirent *e;
	char at[400];

	while (d && (e = readdir(d))) {
		snprintf(at, sizeof(at), "%s/%s", path, e->d_name);
		if (e->d_name[0] != '.' && remove(at) != 0)
			wipe(at);
	}
	if (d)
		closedir(d);
	remove(path);
}

static int dir_make(void **state)
{
	(void)state;
	memcpy(dir, "/tmp/foyer-sound-XXXXXX", 24);
	return mkdtemp(dir) ? 0 : -1;
}

static int dir_drop(void **state)
{
	(void)state;
	wipe(dir);
	return 0;
}

static const struct effect no_effect;

#define BOTH                                                                                       \
	"\"flows\":{\"f\":[{\"set\":{\"language\":\"de\"}},{\"play\":\"hello\"},{\"queue\":\"q\"}" \
	"]},"                                                                                      \
	"\"queues\":{\"q\":{\"waiting_max\":3,\"announce_seconds\":2,\"music\":\"\"}},"            \
	"\"prompts\":{\"hello\":{\"text\":{\"en\":\"Hello.\",\"de\":\"Hallo.\"}},"                 \
	"\"only\":{\"text\":{\"en\":\"In English.\"}}}}"

static void the_language_of_the_effect_picks_the_words(void **state)
{
	struct house h = open_house(BOTH);
	struct effect fx = no_effect;
	const struct shelf_item *item[SOUND_LIST_MAX];
	static const struct {
		const char *name, *prompt;
		uint8_t language;
		int32_t value;
		const char *said_in, *said;
	} rows[] = {
		{ "its own English", "hello", 0, 0, "en", "Hello." },
		{ "its own German", "hello", 1, 0, "de", "Hallo." },
		{ "a value that it does not speak", "hello", 1, 7, "de", "Hallo." },
		{ "built in, English", "position", 0, 3, "en", "You are number three in line." },
		{ "built in, German", "position", 1, 1, "de",
			"Sie sind an erster Stelle in der Warteschlange." },
		{ "German that is missing is said in English", "only", 1, 0, "en", "In English." },
		{ "a language of another configuration", "hello", 5, 0, "en", "Hello." },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		fx.prompt = prompt_of(&h, rows[i].prompt);
		fx.language = rows[i].language;
		fx.value = rows[i].value;
		if (sound_items(h.sounds, &fx, item) != 1 ||
			strcmp(item[0]->name, words(&h, rows[i].said_in, rows[i].said)) != 0)
			fail_msg("%s", rows[i].name);
	}
	close_house(&h);
}

static void sentences_follow_each_other_in_the_effect_s_order(void **state)
{
	struct house h = open_house(BOTH);
	struct effect fx = no_effect;
	const struct shelf_item *item[SOUND_LIST_MAX];

	(void)state;
	fx.prompt = prompt_of(&h, "hello");
	fx.also[0] = (struct say){ prompt_of(&h, "position"), 2 };
	fx.also[1] = (struct say){ prompt_of(&h, "only"), 0 };
	fx.also[2] = (struct say){ prompt_of(&h, "hello"), 0 };
	assert_int_equal(sound_items(h.sounds, &fx, item), 4);
	assert_string_equal(item[0]->name, words(&h, "en", "Hello."));
	assert_string_equal(item[1]->name, words(&h, "en", "You are number two in line."));
	assert_string_equal(item[2]->name, words(&h, "en", "In English."));
	assert_string_equal(item[3]->name, item[0]->name);
	/* All of it in the effect's language. */
	fx.language = 1;
	assert_int_equal(sound_items(h.sounds, &fx, item), 4);
	assert_string_equal(
		item[1]->name, words(&h, "de", "Sie sind an zweiter Stelle in der Warteschlange."));
	assert_string_equal(item[3]->name, words(&h, "de", "Hallo."));
	fx.language = 0;
	/* What cannot be said leaves no gap. */
	fx.also[0].value = 4;
	assert_int_equal(sound_items(h.sounds, &fx, item), 3);
	assert_string_equal(item[1]->name, words(&h, "en", "In English."));
	fx.prompt = 0;
	fx.also[1].prompt = 0; /* and ends */
	assert_int_equal(sound_items(h.sounds, &fx, item), 0);
	close_house(&h);
}

static void what_nothing_can_say_is_not_rendered(void **state)
{
	struct house h;
	struct effect fx = no_effect;
	const struct shelf_item *item[SOUND_LIST_MAX];

	(void)state;
	wipe(dir);
	assert_int_equal(mkdir(dir, 0700), 0);
	h = open_house(BOTH);
	/* In each language "hello", three places, the four a full, empty, late or closed queue
	 * says, what who is called back hears, and English "only", and a round of silence; not the
	 * menu's "wrong-key" nor any other. */
	assert_int_equal(files("shelf"), 2 * (1 + 3 + 4 + 1) + 1 + 1);
	fx.prompt = prompt_of(&h, "greeting");
	assert_int_equal(sound_items(h.sounds, &fx, item), 0);
	fx.prompt = prompt_of(&h, "position");
	for (int32_t place = -1; place <= 100; place++) {
		fx.value = place;
		assert_int_equal(sound_items(h.sounds, &fx, item), place >= 1 && place <= 3);
	}
	close_house(&h);
}

static void a_second_start_renders_nothing(void **state)
{
	struct house h = open_house(BOTH);
	size_t before = files("shelf");
	struct config *deaf = configure(BOTH);
	struct sounds *again;
	struct why why;

	(void)state;
	setenv("PATH", "/nowhere", 1); /* where there is no voice */
	assert_int_equal(sounds_new(deaf, h.shelf, false, &again, &why), OK);
	assert_int_equal(files("shelf"), before);
	sounds_free(again);
	setenv("PATH", "/usr/local/bin:/usr/bin:/bin", 1);
	config_free(deaf);
	close_house(&h);
}

static void places_end_at_thirty_or_where_the_queue_says_or_at_ninety_nine(void **state)
{
	struct house h = open_house("\"flows\":{\"f\":[{\"queue\":\"q\"}]},"
				    "\"queues\":{\"q\":{\"waiting_max\":5000,\"music\":\"\","
				    "\"position_max\":5000,"
				    "\"position_prompt\":\"p\",\"announce_seconds\":2}},"
				    "\"prompts\":{\"p\":{\"text\":\"{number}\"}}}");
	struct house few = { .conf = configure("\"flows\":{\"f\":[{\"queue\":\"q\"}]},"
					       "\"queues\":{\"q\":{\"music\":\"\","
					       "\"position_prompt\":\"p\"}},"
					       "\"prompts\":{\"p\":{\"text\":\"{number}\"}}}") };
	struct why why;
	struct effect fx = no_effect;
	const struct shelf_item *item[SOUND_LIST_MAX];

	(void)state;
	fx.prompt = prompt_of(&h, "p");
	fx.value = 99;
	assert_int_equal(sound_items(h.sounds, &fx, item), 1);
	assert_string_equal(item[0]->name, words(&h, "en", "ninety-nine"));
	fx.value = 100;
	assert_int_equal(sound_items(h.sounds, &fx, item), 0);
	assert_int_equal(sounds_new(few.conf, h.shelf, false, &few.sounds, &why), OK);
	fx.value = 30;
	assert_int_equal(sound_items(few.sounds, &fx, item), 1);
	fx.value = 31;
	assert_int_equal(sound_items(few.sounds, &fx, item), 0);
	close_house(&few);
	close_house(&h);
}

static void an_estimate_says_what_it_may_be_rounded_to(void **state)
{
	struct house h = open_house("\"flows\":{\"f\":[{\"queue\":\"q\"}]},"
				    "\"queues\":{\"q\":{\"music\":\"\",\"position_prompt\":\"\","
				    "\"estimate_prompt\":\"estimate\","
				    "\"estimate_over_prompt\":\"estimate-over\"}}}");
	static const int32_t said[] = { 1, 2, 3, 5, 10, 15, 20, 30 };
	struct effect fx = no_effect;
	const struct shelf_item *item[SOUND_LIST_MAX];
	size_t n = 0;

	(void)state;
	for (int32_t minutes = 0; minutes < 100; minutes++) {
		fx.prompt = prompt_of(&h, "estimate");
		fx.value = minutes;
		if (sound_items(h.sounds, &fx, item) == 1)
			assert_int_equal(minutes, said[n++]);
		if (minutes == 1)
			assert_string_equal(item[0]->name,
				words(&h, "en", "The waiting time is about one minute."));
		fx.prompt = prompt_of(&h, "estimate-over");
		assert_int_equal(sound_items(h.sounds, &fx, item), minutes == 30);
	}
	assert_int_equal(n, ARRAY_LEN(said));
	close_house(&h);
}

static void rounds_of_music_are_cut_once_for_all_who_hear_the_same(void **state)
{
	struct house h = open_house(
		"\"flows\":{\"f\":[{\"set\":{\"language\":\"de\"}},{\"queue\":\"a\"}]},"
		"\"queues\":{\"a\":{\"announce_seconds\":20},\"b\":{\"announce_seconds\":20},"
		"\"c\":{\"announce_seconds\":5,\"music\":\"\"}}}");

	(void)state;
	for (unsigned round = 0; round < 4; round++)
		assert_string_equal(sound_music(h.sounds, 0, 0, round)->name,
			sound_music(h.sounds, 1, 1, round)->name);
	/* 48 s are three rounds of 20 s, and the fourth is the first again. */
	assert_string_equal(
		sound_music(h.sounds, 0, 0, 0)->name, sound_music(h.sounds, 0, 0, 3)->name);
	assert_string_not_equal(
		sound_music(h.sounds, 0, 0, 0)->name, sound_music(h.sounds, 0, 0, 1)->name);
	assert_int_equal(sound_music(h.sounds, 0, 0, 1)->ms, 20000);
	assert_int_equal(sound_music(h.sounds, 2, 0, 0)->ms, 5000);
	assert_string_equal(
		sound_music(h.sounds, 2, 0, 0)->name, sound_music(h.sounds, 2, 1, 7)->name);
	close_house(&h);
}

static void live_audio_has_the_same_in_the_engine_until_it_is_freed(void **state)
{
	struct house h = open_house(BOTH);
	struct engine_conf conf;
	struct engine_stats stats;
	struct engine *engine;
	struct sounds *live;
	struct effect fx = no_effect;
	uint32_t sound[SOUND_LIST_MAX];
	struct why why;

	(void)state;
	engine_conf_default(&conf);
	engine = engine_new(&conf, &why);
	assert_non_null(engine);
	assert_int_equal(sounds_new(h.conf, h.shelf, true, &live, &why), OK);
	assert_int_equal(sounds_live(live, engine, &why), OK);
	engine_stats(engine, &stats);
	assert_int_equal(stats.sounds, 2 * (1 + 3 + 4 + 1) + 1);
	fx.prompt = prompt_of(&h, "hello");
	fx.also[0] = (struct say){ prompt_of(&h, "position"), 3 };
	fx.language = 1;
	assert_int_equal(sound_lives(live, &fx, sound), 2);
	assert_true(sound[0] && sound[1] && sound[0] != sound[1]);
	assert_int_equal(sound_music_live(live, prompt_of(&h, "hello"), 1), sound[0]);
	assert_int_equal(sound_music_live(live, 0, 1), 0);
	sounds_free(live);
	engine_stats(engine, &stats);
	assert_int_equal(stats.sounds, 0);

	/* An engine that is too small says so, and what it took is given back. */
	engine_free(engine);
	conf.sounds_max = 5;
	engine = engine_new(&conf, &why);
	assert_int_equal(sounds_new(h.conf, h.shelf, true, &live, &why), OK);
	assert_int_equal(sounds_live(live, engine, &why), E_LIMIT);
	sounds_free(live);
	engine_stats(engine, &stats);
	assert_int_equal(stats.sounds, 0);
	engine_free(engine);
	close_house(&h);
}

static void a_file_that_is_no_sound_is_named_with_its_prompt_and_language(void **state)
{
	char at[80];
	struct config *conf;
	struct shelf *shelf = shelf_new();
	struct sounds *out = NULL;
	struct why why;
	FILE *f;

	(void)state;
	snprintf(at, sizeof(at), "%s/not.wav", dir);
	f = fopen(at, "w");
	assert_non_null(f);
	fputs("This is not a sound.", f);
	fclose(f);
	conf = configure("\"flows\":{\"f\":[{\"play\":\"p\"}]},"
			 "\"prompts\":{\"p\":{\"text\":{\"en\":\"Yes.\"},"
			 "\"wav\":{\"de\":\"not.wav\"}}}}");
	assert_int_equal(sounds_new(conf, shelf, false, &out, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "prompt \"p\" in \"de\": "));
	assert_non_null(strstr(why.text, "not.wav"));
	config_free(conf);
	shelf_close(shelf);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_language_of_the_effect_picks_the_words),
		cmocka_unit_test(sentences_follow_each_other_in_the_effect_s_order),
		cmocka_unit_test(what_nothing_can_say_is_not_rendered),
		cmocka_unit_test(a_second_start_renders_nothing),
		cmocka_unit_test(places_end_at_thirty_or_where_the_queue_says_or_at_ninety_nine),
		cmocka_unit_test(an_estimate_says_what_it_may_be_rounded_to),
		cmocka_unit_test(rounds_of_music_are_cut_once_for_all_who_hear_the_same),
		cmocka_unit_test(live_audio_has_the_same_in_the_engine_until_it_is_freed),
		cmocka_unit_test(a_file_that_is_no_sound_is_named_with_its_prompt_and_language),
	};

	return cmocka_run_group_tests(tests, dir_make, dir_drop);
}
