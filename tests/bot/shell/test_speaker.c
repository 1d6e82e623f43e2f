/* Azure Speech as a voice: each answer of the service, over TLS, from a server that holds requests
 * to its documents; and what the prompts do when it fails. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "bot/shell/sound.h"
#include "bot/shell/speaker.h"
#include "tests/graph/client/peer.h"

#define KEY "the-resource-s-key"

static struct peer peer;
static char dir[64];
static const uint8_t secret[32] = "a secret of the test's own, 32 b";

static int open_all(void **state)
{
	(void)state;
	peer_script = "tests/bot/shell/speech.js";
	peer_certificate_make();
	peer = peer_start("");
	snprintf(dir, sizeof(dir), "/tmp/foyer-speaker-XXXXXX");
	return mkdtemp(dir) && setenv(SPEAKER_KEY, KEY, 1) == 0 ? 0 : -1;
}

static int close_all(void **state)
{
	char command[80];

	(void)state;
	peer_stop(&peer);
	peer_certificate_remove();
	snprintf(command, sizeof(command), "rm -r %s", dir);
	return system(command);
}

/* ---- one sentence */

struct row {
	const char *name, *kind, *text;
	enum err want;
	const char *says; /* in why */
	uint32_t words_per_minute, deadline_ms;
	size_t n_samples; /* 0: half a second */
	const char *voice, *key, *url;
	bool is_strange; /* its certificate is nobody's */
};

static const struct row rows[] = {
	{ "a sentence", "ok", "Hello.", .want = OK },
	{ "in German, by a voice with a colon", "ok", "Guten Tag.",
		.voice = "de-DE-Seraphina:DragonHDLatestNeural", .want = OK },
	{ "at twice the pace", "ok", "Hello.", .words_per_minute = 310, .n_samples = 4000,
		.want = OK },
	{ "at four fifths", "ok", "Hello.", .words_per_minute = 124, .n_samples = 10000,
		.want = OK },
	{ "with what XML reserves or cannot hold", "quote",
		"Tom & \"Ann\" <say> it's 3 > 2 f\u00fcr \x01\u00d6l", .want = OK },
	{ "as a stream of unknown length", "stream", "Hello.", .want = OK },
	{ "told to come again, twice", "busy", "Hello.", .want = OK },
	{ "told to come again tomorrow", "away", "Hello.", .want = E_REMOTE,
		.says = "azure-speech: status 429, again in 3600 s: more requests than the "
			"resource "
			"allows" },
	{ "a failure that passes", "shaky", "Hello.", .want = OK },
	{ "a failure that stays", "down", "Hello.", .want = E_REMOTE,
		.says = "status 503, again in 3600 s: it fails: maintenance" },
	{ "an answer that breaks off, once", "lost", "Hello.", .want = OK },
	{ "no key", "ok", "Hello.", .want = E_DENIED, .says = "without a key", .key = "" },
	{ "another resource's key", "ok", "Hello.", .want = E_DENIED,
		.says = "status 401: the key is not that of a Speech resource of this region",
		.key = "another-one" },
	{ "a firewall of the resource's", "forbidden", "Hello.", .want = E_DENIED,
		.says = "status 403: the key may not be used: from this network, or for this "
			"resource: "
			"Access denied" },
	{ "a voice that is none", "ok", "Hello.", .want = E_DENIED,
		.says = "is this the name of one of its voices?: Unsupported voice "
			"?[31men-GB-HalNeural",
		.voice = "en-GB-HalNeural" },
	{ "another service's address", "nothing", "Hello.", .want = E_DENIED,
		.says = "status 404: there is no" },
	{ "half a WAV", "short", "Hello.", .want = E_MALFORMED,
		.says = "azure-speech: its answer " },
	{ "a page of the hotel's", "page", "Hello.", .want = E_MALFORMED,
		.says = "its answer is not audio" },
	{ "nothing", "empty", "Hello.", .want = E_MALFORMED, .says = "its answer is not audio" },
	{ "cut at ten minutes", "endless", "Hello.", .want = E_LIMIT,
		.says = "is cut short there" },
	{ "no answer in time", "mute", "Hello.", .want = E_REMOTE,
		.says = "azure-speech: no answer: ", .deadline_ms = VOICE_DEADLINE_MS_MIN },
	{ "nobody there", "ok", "Hello.", .want = E_REMOTE, .says = "no answer: ",
		.url = "https://127.0.0.1:1", .deadline_ms = VOICE_DEADLINE_MS_MIN },
	{ "somebody else there", "ok", "Hello.", .want = E_REMOTE, .says = "certificate",
		.is_strange = true },
};

static void speaker_of(const struct row *row, char url[96], struct speaker *out)
{
	struct config conf = { .endpoint.extra_ca = row->is_strange ? NULL : peer_ca };

	assert_int_equal(voice_conf_of("azure-speech", &conf.voice.speaks, NULL), OK);
	speaker_init(out, &conf);
	out->voice.words_per_minute = row->words_per_minute ? row->words_per_minute : 155;
	out->voice.deadline_ms = row->deadline_ms ? row->deadline_ms : out->voice.deadline_ms;
	snprintf(url, 96, "https://localhost:%d/%s", peer.port, row->kind);
	out->voice.url = row->url ? row->url : url;
	if (row->voice)
		snprintf(out->voice.languages[0].name, VOICE_NAME_MAX, "%s", row->voice);
	if (row->key)
		out->voice.key = *row->key ? row->key : NULL;
}

static void each_answer_of_the_service(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		const struct row *row = &rows[i];
		size_t samples = row->n_samples ? row->n_samples : 8000;
		struct why why = { .text = "" };
		struct speaker speaker;
		struct pcm pcm;
		char url[96];

		speaker_of(row, url, &speaker);
		if (voice_speak(&speaker.voice, "en", row->text, &pcm, &why) != row->want)
			fail_msg("%s: %s", row->name, why.text);
		if (row->want == OK && (pcm.n_samples < samples - 2 || pcm.n_samples > samples + 2))
			fail_msg("%s: %zu samples", row->name, pcm.n_samples);
		if (row->want != OK && (!strstr(why.text, row->says) || pcm.samples))
			fail_msg("%s: says \"%s\"", row->name, why.text);
		if (strstr(why.text, row->key && *row->key ? row->key : KEY))
			fail_msg("%s: tells the key", row->name);
		pcm_free(&pcm);
		speaker_fini(&speaker);
	}
}

/* ---- prompts */

#define STAND_IN ",\"fallback\":\"espeak-ng\""
/* As many as there are threads that render, so that "hello" comes after one of them. */
#define MORE(n) "\"n" n "\":{\"text\":\"More " n ".\"},"
#define NEW_ONES MORE("1") MORE("2") MORE("3") MORE("4")

static const char *hello_of(const struct config *conf, const struct sounds *sounds)
{
	for (uint16_t i = 0; i < conf->n_prompts; i++)
		if (strcmp(conf->prompt[i].name, "hello") == 0)
			return sound_item(sounds, (uint16_t)(i + 1), 0, 0)->name;
	fail_msg("no prompt hello");
	return NULL;
}

/* A house whose prompts are rendered now, by the service with this fault: these, then "hello",
 * whose name it gives. */
static enum err render(const char *kind, const char *prompts, const char *more,
	char name[SHELF_NAME], struct why *why)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct shelf *shelf = NULL;
	struct sounds *sounds = NULL;
	char text[2000], at[80], shelf_at[80];
	enum err e;

	snprintf(text, sizeof(text),
		"{\"public_url\":\"https://127.0.0.1:8443\",\"listen\":{\"plain\":true,"
		"\"address\":\"127.0.0.1\"},\"endpoints\":{\"extra_ca\":\"%s\","
		"\"speech\":\"https://localhost:%d/%s\"},"
		"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","
		"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
		"\"entries\":[{\"default\":true,\"flow\":\"f\"}],\"flows\":{\"f\":[{\"play\":"
		"\"hello\"}]},\"prompts\":{%s\"hello\":{\"text\":\"Hello.\"}},"
		"\"voice\":{\"engine\":\"azure-speech\"%s}}",
		peer_ca, peer.port, kind, prompts, more);
	snprintf(at, sizeof(at), "%s/foyer.json", dir);
	snprintf(shelf_at, sizeof(shelf_at), "%s/shelf", dir);
	if (config_parse(text, strlen(text), at, &conf, faults, why) != OK) {
		faults_print(faults, "test", stdout);
		fail_msg("%s", why->text);
	}
	assert_int_equal(shelf_open(shelf_at, secret, sizeof(secret), 1 << 28, &shelf, why), OK);
	e = sounds_new(conf, shelf, false, &sounds, why);
	if (e == OK)
		snprintf(name, SHELF_NAME, "%s", hello_of(conf, sounds));
	sounds_free(sounds);
	shelf_close(shelf);
	config_free(conf);
	return e;
}

static void a_sentence_nobody_speaks_is_told_with_its_prompt(void **state)
{
	char name[SHELF_NAME];
	struct why why;

	(void)state;
	assert_int_equal(render("forbidden", "", "", name, &why), E_DENIED);
	assert_non_null(strstr(why.text, "prompt \"hello\" in \"en\": azure-speech: status 403"));
}

/* espeak-ng stands in; the service is asked again when it is read again, and after that its
 * sentences are there whatever becomes of it. */
static void another_voice_stands_in_until_the_service_is_back(void **state)
{
	char by_espeak[SHELF_NAME], again[SHELF_NAME], by_azure[SHELF_NAME];
	struct why why = { .text = "" };

	(void)state;
	assert_int_equal(render("forbidden", "", STAND_IN, by_espeak, &why), OK);
	assert_int_equal(render("down", "", STAND_IN, again, &why), OK);
	assert_string_equal(by_espeak, again);
	assert_int_equal(render("ok", "", STAND_IN, by_azure, &why), OK);
	assert_string_not_equal(by_espeak, by_azure);
	assert_int_equal(render("forbidden", "", STAND_IN, again, &why), OK);
	assert_string_equal(by_azure, again);
	assert_int_equal(render("forbidden", NEW_ONES, STAND_IN, again, &why), OK);
	assert_string_equal(by_azure, again);
	unsetenv(SPEAKER_KEY);
	assert_int_equal(render("forbidden", "", "", again, &why), OK); /* and without a key */
	assert_string_equal(by_azure, again);
	setenv(SPEAKER_KEY, KEY, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_answer_of_the_service),
		cmocka_unit_test(a_sentence_nobody_speaks_is_told_with_its_prompt),
		cmocka_unit_test(another_voice_stands_in_until_the_service_is_back),
	};

	return cmocka_run_group_tests(tests, open_all, close_all);
}
