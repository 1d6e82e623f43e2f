/*
 * espeak-ng, or any program that takes its arguments: text on standard input, a WAV on standard
 * output. Source: espeak-ng(1).
 */
#include "media/prompt/audio.h"
#include "media/prompt/process.h"
#include "media/prompt/voice.h"
#include "media/prompt/wav.h"

#include "bot/base/text.h"

#include <string.h>

/* Twice of what WAV_SECONDS_MAX take at espeak-ng's 22050 Hz; audio_read has the exact word. */
enum { ESPEAK_BYTES_MAX = 2 * WAV_SECONDS_MAX * 22050 * (int)sizeof(int16_t) };

static enum err check(const struct voice_conf *conf, struct why *why)
{
	if (!conf->command[0])
		return FAIL(why, E_DENIED, "voice: command is empty: name the program, like \"%s\"",
			conf->engine);
	return OK;
}

static enum err speak(const struct voice_conf *conf, const struct voice_language *as,
	const char *text, struct pcm *out, struct why *why)
{
	CLEAN(free) uint8_t *wav = NULL;
	struct why inner = { .text = "" };
	char speed[16];
	struct text t = TEXT(speed);
	size_t wav_bytes;
	enum err e;

	text_add(&t, "%u", conf->words_per_minute);
	e = process_filter((const char *[]){ conf->command, "--stdin", "--stdout", "-b", "1", "-v",
				   as->name, "-s", speed, NULL },
		text, strlen(text), ESPEAK_BYTES_MAX, conf->deadline_ms, &wav, &wav_bytes, why);
	if (e != OK)
		return e;
	e = audio_read(wav, wav_bytes, out, &inner);
	if (e == E_DENIED)
		e = E_MALFORMED;
	return e == OK ? OK : FAIL(why, e, "%s: its output %s", conf->command, inner.text);
}

const struct voice voice_espeak = {
	.languages = { { "en", "en-gb" }, { "de", "de" } },
	.deadline_ms = VOICE_DEADLINE_MS,
	.words_per_minute_max = VOICE_WPM_MAX,
	.command = "espeak-ng",
	.name_signs = "-_+/",
	.check = check,
	.speak = speak,
};
