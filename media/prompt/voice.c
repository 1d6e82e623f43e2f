#include "media/prompt/voice.h"

#include "bot/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define VOICE(name, symbol) extern const struct voice symbol;
#include "media/prompt/voices.def"
#undef VOICE

static const struct {
	const char *name;
	const struct voice *voice;
} voices[] = {
#define VOICE(name, symbol) { name, &symbol },
#include "media/prompt/voices.def"
#undef VOICE
};

struct voice_conf voice_conf_default(void)
{
	return (struct voice_conf){
		.engine = "espeak-ng",
		.command = "espeak-ng",
		.words_per_minute = 160,
		.deadline_ms = VOICE_DEADLINE_MS,
		.languages = { { "en", "en-gb" }, { "de", "de" } },
		.n_languages = 2,
	};
}

static const struct voice *voice_of(const char *engine)
{
	for (size_t i = 0; i < ARRAY_LEN(voices); i++)
		if (strcmp(voices[i].name, engine) == 0)
			return voices[i].voice;
	return NULL;
}

static enum err refuse_engine(const char *engine, struct why *why)
{
	char buf[128];
	struct text have = TEXT(buf);

	for (size_t i = 0; i < ARRAY_LEN(voices); i++)
		text_add(&have, "%s%s", i ? ", " : "", voices[i].name);
	return FAIL(why, E_DENIED, "voice engine \"%s\" is unknown (have: %s)", engine, buf);
}

/* It becomes an argument of a program: letters, digits and the signs espeak-ng's own names have,
 * and no '-' first. */
static bool name_is_plain(const char *name)
{
	if (!isalnum((unsigned char)name[0]))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr("-_+/", *name))
			return false;
	return true;
}

enum err voice_check(const struct voice_conf *conf, struct why *why)
{
	if (!voice_of(conf->engine))
		return refuse_engine(conf->engine, why);
	if (!conf->command[0])
		return FAIL(why, E_DENIED, "voice: command is empty: name the program, like \"%s\"",
			conf->engine);
	if (conf->words_per_minute < VOICE_WPM_MIN || conf->words_per_minute > VOICE_WPM_MAX)
		return FAIL(why, E_DENIED, "voice: %u words a minute: %d to %d are understood",
			conf->words_per_minute, VOICE_WPM_MIN, VOICE_WPM_MAX);
	if (conf->deadline_ms < VOICE_DEADLINE_MS_MIN || conf->deadline_ms > VOICE_DEADLINE_MS_MAX)
		return FAIL(why, E_DENIED, "voice: a deadline of %u ms: %d to %d are taken",
			conf->deadline_ms, VOICE_DEADLINE_MS_MIN, VOICE_DEADLINE_MS_MAX);
	if (conf->n_languages == 0 || conf->n_languages > VOICE_LANGUAGES_MAX)
		return FAIL(why, E_DENIED, "voice: %zu languages: 1 to %d are taken",
			conf->n_languages, VOICE_LANGUAGES_MAX);
	for (size_t i = 0; i < conf->n_languages; i++)
		if (!name_is_plain(conf->languages[i].name))
			return FAIL(why, E_DENIED,
				"voice: \"%s\" is no name of a voice for \"%s\": letters, digits "
				"and "
				"-_+/, like \"en-gb\"",
				conf->languages[i].name, conf->languages[i].language);
	return OK;
}

/* The voice of exactly this language, its first n characters. */
static const char *name_of(const struct voice_conf *conf, const char *language, size_t n)
{
	char wanted[sizeof(conf->languages[0].language)] = "";

	if (n >= sizeof(wanted))
		return NULL;
	memcpy(wanted, language, n);
	for (size_t i = 0; i < conf->n_languages; i++)
		if (text_same_nocase(conf->languages[i].language, wanted))
			return conf->languages[i].name;
	return NULL;
}

static enum err refuse_language(
	const struct voice_conf *conf, const char *language, struct why *why)
{
	char buf[200];
	struct text have = TEXT(buf);

	for (size_t i = 0; i < conf->n_languages; i++)
		text_add(&have, "%s%s", i ? ", " : "", conf->languages[i].language);
	return FAIL(why, E_ABSENT, "no voice for language \"%.32s\" (have: %s)", language, buf);
}

enum err voice_speak(const struct voice_conf *conf, const char *language, const char *text,
	struct pcm *out, struct why *why)
{
	const char *name = name_of(conf, language, strlen(language));
	enum err e;

	*out = (struct pcm){ 0 };
	if (!name) /* "de-AT": the language without its region */
		name = name_of(conf, language, strcspn(language, "-_"));
	if (!name)
		return refuse_language(conf, language, why);
	if (text[strspn(text, " \t\r\n")] == '\0')
		return FAIL(why, E_MALFORMED, "there is no text to speak");
	if (strlen(text) > VOICE_TEXT_MAX)
		return FAIL(why, E_LIMIT, "the text has %zu bytes: %d is the most, make it several",
			strlen(text), VOICE_TEXT_MAX);
	e = voice_check(conf, why);
	return e == OK ? voice_of(conf->engine)->speak(conf, name, text, out, why) : e;
}
