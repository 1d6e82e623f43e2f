#include "media/prompt/voice.h"

#include "bot/base/text.h"

#include <ctype.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
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

enum err voice_conf_of(const char *engine, struct voice_conf *out, struct why *why)
{
	const struct voice *v = voice_of(engine);

	if (!v)
		return refuse_engine(engine, why);
	*out = (struct voice_conf){
		.words_per_minute = 160,
		.deadline_ms = v->deadline_ms,
		.n_languages = ARRAY_LEN(v->languages),
	};
	memcpy(out->languages, v->languages, sizeof(v->languages));
	snprintf(out->engine, sizeof(out->engine), "%s", engine);
	snprintf(out->command, sizeof(out->command), "%s", v->command ? v->command : "");
	return OK;
}

struct voice_conf voice_conf_default(void)
{
	struct voice_conf conf;

	if (voice_conf_of("espeak-ng", &conf, NULL) != OK)
		abort(); /* it is in voices.def */
	return conf;
}

/* It becomes an argument of a program, or part of a document: no '-' first, and nothing that
 * stands for something else there. */
static bool name_is_plain(const char *name, const char *signs)
{
	if (!isalnum((unsigned char)name[0]))
		return false;
	for (; *name; name++)
		if (!isalnum((unsigned char)*name) && !strchr(signs, *name))
			return false;
	return true;
}

static enum err check_names(const struct voice_conf *conf, const struct voice *v, struct why *why)
{
	if (conf->n_languages == 0 || conf->n_languages > VOICE_LANGUAGES_MAX)
		return FAIL(why, E_DENIED, "voice: %zu languages: 1 to %d are taken",
			conf->n_languages, VOICE_LANGUAGES_MAX);
	for (size_t i = 0; i < conf->n_languages; i++)
		if (!name_is_plain(conf->languages[i].name, v->name_signs))
			return FAIL(why, E_DENIED,
				"voice: \"%s\" is no name of a voice for \"%s\": letters, digits "
				"and %s, like \"%s\"",
				conf->languages[i].name, conf->languages[i].language, v->name_signs,
				v->languages[0].name);
	return OK;
}

enum err voice_check(const struct voice_conf *conf, struct why *why)
{
	const struct voice *v = voice_of(conf->engine);
	enum err e;

	if (!v)
		return refuse_engine(conf->engine, why);
	if (conf->words_per_minute < VOICE_WPM_MIN ||
		conf->words_per_minute > v->words_per_minute_max)
		return FAIL(why, E_DENIED, "voice: %u words a minute: %s understands %d to %u",
			conf->words_per_minute, conf->engine, VOICE_WPM_MIN,
			v->words_per_minute_max);
	if (conf->deadline_ms < VOICE_DEADLINE_MS_MIN || conf->deadline_ms > VOICE_DEADLINE_MS_MAX)
		return FAIL(why, E_DENIED, "voice: a deadline of %u ms: %d to %d are taken",
			conf->deadline_ms, VOICE_DEADLINE_MS_MIN, VOICE_DEADLINE_MS_MAX);
	e = check_names(conf, v, why);
	return e == OK ? v->check(conf, why) : e;
}

/* The voice of exactly this language, its first n characters. */
static const struct voice_language *language_of(
	const struct voice_conf *conf, const char *language, size_t n)
{
	char wanted[sizeof(conf->languages[0].language)] = "";

	if (n >= sizeof(wanted))
		return NULL;
	memcpy(wanted, language, n);
	for (size_t i = 0; i < conf->n_languages; i++)
		if (text_same_nocase(conf->languages[i].language, wanted))
			return &conf->languages[i];
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
	const struct voice_language *as = language_of(conf, language, strlen(language));
	enum err e;

	*out = (struct pcm){ 0 };
	if (!as) /* "de-AT": the language without its region */
		as = language_of(conf, language, strcspn(language, "-_"));
	if (!as)
		return refuse_language(conf, language, why);
	if (text[strspn(text, " \t\r\n")] == '\0')
		return FAIL(why, E_MALFORMED, "there is no text to speak");
	if (strlen(text) > VOICE_TEXT_MAX)
		return FAIL(why, E_LIMIT, "the text has %zu bytes: %d is the most, make it several",
			strlen(text), VOICE_TEXT_MAX);
	e = voice_check(conf, why);
	return e == OK ? voice_of(conf->engine)->speak(conf, as, text, out, why) : e;
}
