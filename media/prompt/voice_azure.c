/*
 * Azure Speech: SSML by POST, a WAV for an answer.
 *
 * Of the formats there are, the one of the documents' own sample request: 24 kHz is what its
 * voices speak at, and our resampler takes it from there. Of speech beyond ten minutes
 * the rest is left out, with 200 all the same, so it is refused here. Relative rates are what
 * "+10%" means to this service (SSML 1.1 would have 110%); the pace of a voice differs, so 155
 * words a minute, about what they have, is taken as its own. Source: Speech service, "Text to
 * speech REST API", "Quotas and limits" and "Customize voice and sound with SSML"; Retry-After is
 * not in them, and is followed where it comes.
 */
#include "media/prompt/voice.h"
#include "media/prompt/wav.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

enum {
	OWN_WPM = 155,
	ASK_MS = 60000,                                       /* with repeating, for one sentence */
	BYTES_MAX = (WAV_SECONDS_MAX + 10) * 24000 * 2,       /* of an answer */
	CUT_SAMPLES = (WAV_SECONDS_MAX - 1) * PCM_RATE,       /* who speaks as long was cut short */
	SSML_MAX = 6 * VOICE_TEXT_MAX + VOICE_NAME_MAX + 400, /* "&quot;" is six for one */
	COMPLAINT_MAX = 80,
	URL_MAX = 400,
};

/* What its answers mean to the person who reads the log. */
static const struct {
	int status;
	enum err e;
	const char *means;
} refusals[] = {
	{ 400, E_DENIED, "it does not take the request: is this the name of one of its voices?" },
	{ 401, E_DENIED, "the key is not that of a Speech resource of this region" },
	{ 403, E_DENIED, "the key may not be used: from this network, or for this resource" },
	{ 404, E_DENIED, "there is no such service: is this its region?" },
	{ 429, E_REMOTE, "more requests than the resource allows (20 a minute where it is free)" },
};

static enum err check(const struct voice_conf *conf, struct why *why)
{
	if (!conf->url || !conf->url[0])
		return FAIL(why, E_DENIED,
			"voice: azure-speech needs the region of its resource, like "
			"\"westeurope\"");
	return OK;
}

/* Text between tags and in attributes. What XML 1.0 cannot hold becomes a space. */
static void escape(const char *text, struct text *out)
{
	for (; *text; text++)
		switch (*text) {
		case '&':
			text_add(out, "&amp;");
			break;
		case '<':
			text_add(out, "&lt;");
			break;
		case '>':
			text_add(out, "&gt;");
			break;
		case '"':
			text_add(out, "&quot;");
			break;
		case '\'':
			text_add(out, "&apos;");
			break;
		default:
			text_add_bytes(out, (unsigned char)*text < ' ' ? " " : text, 1);
		}
}

static void ssml(const struct voice_conf *conf, const struct voice_language *as, const char *text,
	struct text *out)
{
	int rate = ((int)conf->words_per_minute - OWN_WPM) * 100 / OWN_WPM;

	text_add(out, "<speak version=\"1.0\" xmlns=\"http://www.w3.org/2001/10/synthesis\" "
		      "xml:lang=\"");
	escape(as->language, out);
	text_add(out, "\"><voice name=\"");
	escape(as->name, out);
	text_add(out, "\"><prosody rate=\"%+d%%\">", rate);
	escape(text, out);
	text_add(out, "</prosody></voice></speak>");
}

/* The first line of what it says itself, without anything that could write on a terminal. */
static void complaint(const struct voice_answer *a, char out[COMPLAINT_MAX])
{
	size_t n = strcspn((const char *)a->body, "\r\n");

	n = n < COMPLAINT_MAX ? n : COMPLAINT_MAX - 1;
	for (size_t i = 0; i < n; i++)
		out[i] = a->body[i] < ' ' || a->body[i] > '~' ? '?' : (char)a->body[i];
	out[n] = '\0';
}

static enum err refuse(const struct voice_conf *conf, const struct voice_answer *a, struct why *why)
{
	enum err e = E_REMOTE;
	const char *means = "it fails";
	char says[COMPLAINT_MAX], wait[40] = "";
	struct text t = TEXT(wait);

	for (size_t i = 0; i < ARRAY_LEN(refusals); i++)
		if (refusals[i].status == a->status) {
			e = refusals[i].e;
			means = refusals[i].means;
		}
	complaint(a, says);
	if (a->retry_after_ms != UINT64_MAX)
		text_add(&t, ", again in %llu s",
			(unsigned long long)(a->retry_after_ms + 999) / 1000);
	return FAIL_EXT(why, e, a->status, "%s: status %d%s: %s%s%s", conf->engine, a->status, wait,
		means, says[0] ? ": " : "", says);
}

static enum err heard(const struct voice_conf *conf, const struct voice_answer *a, struct pcm *out,
	struct why *why)
{
	struct why inner = { .text = "" };
	enum err e = wav_read(a->body, a->body_bytes, out, &inner);

	if (e != OK)
		return FAIL(why, e == E_DENIED ? E_MALFORMED : e, "%s: its answer %s", conf->engine,
			inner.text);
	if (out->n_samples < CUT_SAMPLES)
		return OK;
	pcm_free(out);
	return FAIL(why, E_LIMIT,
		"%s: speaks for ten minutes and is cut short there: make it several", conf->engine);
}

static enum err speak(const struct voice_conf *conf, const struct voice_language *as,
	const char *text, struct pcm *out, struct why *why)
{
	CLEAN(free) char *body = malloc(SSML_MAX);
	struct voice_answer a = { .status = 0 };
	struct why inner = { .text = "" };
	char url[URL_MAX];
	struct text at = TEXT(url), t;
	enum err e;

	if (!body)
		return FAIL(why, E_SYSTEM, "no memory for what %s shall say", conf->engine);
	if (!conf->key)
		return FAIL(why, E_DENIED, "%s: it is not asked without a key", conf->engine);
	text_add(&at, "%s/cognitiveservices/v1", conf->url);
	t = text_of(body, SSML_MAX);
	ssml(conf, as, text, &t);
	e = conf->post(conf->post_ctx,
		&(struct voice_ask){ .url = url,
			.header = { { "Ocp-Apim-Subscription-Key", conf->key },
				{ "X-Microsoft-OutputFormat", "riff-24khz-16bit-mono-pcm" } },
			.content_type = "application/ssml+xml",
			.body = body,
			.body_bytes = t.used,
			.answer_bytes_max = BYTES_MAX,
			.deadline_ms = conf->deadline_ms },
		&a, &inner);
	if (e != OK)
		return FAIL(why, e, "%s: %s", conf->engine, inner.text);
	e = a.status == 200 ? heard(conf, &a, out, why) : refuse(conf, &a, why);
	free(a.body);
	return e;
}

const struct voice voice_azure = {
	.languages = { { "en", "en-GB-SoniaNeural" }, { "de", "de-DE-KatjaNeural" } },
	.deadline_ms = ASK_MS,
	.words_per_minute_max = 2 * OWN_WPM, /* it knows half to twice a voice's own pace */
	.name_signs = "-_:",
	.check = check,
	.speak = speak,
};
