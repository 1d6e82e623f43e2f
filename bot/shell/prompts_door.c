/*
 * Prompts by language: what is said and what is missing, each to be heard as callers hear it, and
 * recordings to be put in their place. What is uploaded is a file beside the configuration named
 * after its content, and nothing plays it until a version of the configuration names it: so older
 * versions keep what they name.
 */
#include "bot/shell/admin.h"
#include "bot/shell/builtin.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/reload.h"
#include "bot/shell/work.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "media/prompt/audio.h"
#include "media/prompt/loudness.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <string.h>
#include <sys/stat.h>

enum { FILES_MAX = 2000, FRAME_A_MS = PCM_RATE / 1000 };

/* ---- the list */

static json_t *saying_json(struct shell *s, uint16_t prompt, uint8_t language)
{
	const struct config_saying *in = &s->conf->prompt[prompt].in[language];
	json_t *out = json_pack("{sb, sb}", "spoken", in->text != NULL, "numbered", in->numbered);
	const struct shelf_item *item = sound_item(
		s->sounds, (uint16_t)(prompt + 1), language, in->numbered ? 1 : 0);

	if (in->text)
		json_object_set_new(out, "text", admin_text(in->text));
	else
		json_object_set_new(out, "wav",
			admin_text(in->wav && strrchr(in->wav, '/') ? strrchr(in->wav, '/') + 1
								    : "built in"));
	json_object_set_new(out, "length_ms", item ? json_integer(item->ms) : json_null());
	return out;
}

static bool is_configured(const struct shell *s, const char *name)
{
	return json_object_get(json_object_get(s->conf->own->root, "prompts"), name) != NULL;
}

static json_t *prompt_json(struct shell *s, uint16_t prompt)
{
	const struct config_prompt *p = &s->conf->prompt[prompt];
	json_t *in = json_object(), *missing = json_array();

	for (uint8_t l = 0; l < s->conf->n_languages; l++) {
		if (p->in[l].language == l || (p->in[l].wav && !*p->in[l].wav))
			json_object_set_new(in, s->conf->language[l], saying_json(s, prompt, l));
		else
			json_array_append_new(missing, json_string(s->conf->language[l]));
	}
	return json_pack("{ss, sb, so, so}", "name", p->name, "built_in",
		!is_configured(s, p->name), "in", in, "missing", missing);
}

void route_prompts(struct shell *s, struct visit *v, const struct person *who)
{
	json_t *all = json_array(), *languages = json_array();

	(void)who;
	for (uint8_t l = 0; l < s->conf->n_languages; l++)
		json_array_append_new(languages, json_string(s->conf->language[l]));
	for (size_t i = 0; i < s->conf->n_prompts; i++)
		json_array_append_new(all, prompt_json(s, (uint16_t)i));
	gate_answer(
		s, visit_id(v), 200, json_pack("{so, so}", "languages", languages, "prompts", all));
}

/* ---- one, to be heard */

/* "NAME/LANGUAGE": the prompt's index + 1 and the language; 0: there is none. */
static uint16_t named(const struct shell *s, const char *rest, uint8_t *language)
{
	const char *slash = strchr(rest, '/');
	size_t n = slash ? (size_t)(slash - rest) : 0;

	*language = slash ? config_language(s->conf, slash + 1) : UINT8_MAX;
	for (size_t i = 0; n && *language != UINT8_MAX && i < s->conf->n_prompts; i++)
		if (strlen(s->conf->prompt[i].name) == n &&
			strncmp(s->conf->prompt[i].name, rest, n) == 0)
			return (uint16_t)(i + 1);
	return 0;
}

void route_prompt_sound(struct shell *s, struct visit *v, const struct person *who)
{
	const char *value = visit_query(v, "value");
	uint8_t language;
	uint16_t prompt = named(s, visit_rest(v), &language);
	const struct shelf_item *item = prompt ? sound_item(s->sounds, prompt, language,
							 value ? (int32_t)strtol(value, NULL, 10)
							       : 1)
					       : NULL;
	uint64_t bytes;
	struct why why;
	int fd;

	(void)who;
	if (item && shelf_file(s->shelf, item->name, &fd, &bytes, &why) == OK)
		visit_answer_file(v, fd, bytes, "audio/wav", "no-store");
	else
		gate_refuse(s, visit_id(v), 404, "prompt",
			"nothing says this prompt, so nobody has recorded it");
}

/* ---- a recording comes */

struct upload {
	struct job job;
	uint8_t *bytes; /* a copy */
	size_t n_bytes;
	char folder[PATH_MAX], file[128];
	uint64_t visit;
	char who[GUID_TEXT], target[160];
	uint32_t length_ms;
	enum err error;
	struct why why;
};

static size_t files_in(const char *folder)
{
	DIR *d = opendir(folder);
	size_t n = 0;

	while (d && readdir(d))
		n++;
	if (d)
		closedir(d);
	return n;
}

/* It can be played, as every prompt will be. */
static enum err listen_to(struct upload *u)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	enum err e = audio_read(u->bytes, u->n_bytes, &pcm, &u->why);

	if (e == OK)
		e = loudness_prompt(&pcm, &u->why);
	u->length_ms = (uint32_t)(pcm.n_samples / FRAME_A_MS);
	return e;
}

static enum err store_file(struct upload *u)
{
	char path[PATH_MAX + 160], temporary[PATH_MAX + 160];
	CLEAN(close) int fd = -1;

	if (mkdir(u->folder, 0755) != 0 && errno != EEXIST)
		return FAIL_EXT(&u->why, E_SYSTEM, errno, "%s: %s", u->folder, strerror(errno));
	if (files_in(u->folder) > FILES_MAX)
		return FAIL(&u->why, E_LIMIT, "more than %d recordings are kept in %s", FILES_MAX,
			u->folder);
	snprintf(path, sizeof(path), "%s/%s", u->folder, u->file);
	snprintf(temporary, sizeof(temporary), "%s/.%s.tmp", u->folder, u->file);
	fd = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	if (fd < 0 || write(fd, u->bytes, u->n_bytes) != (ssize_t)u->n_bytes || fsync(fd) != 0 ||
		rename(temporary, path) != 0)
		return FAIL_EXT(&u->why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	return OK;
}

static void take_in(struct job *j, const atomic_bool *stop)
{
	struct upload *u = (struct upload *)j;

	(void)stop;
	u->error = listen_to(u);
	if (u->error == OK)
		u->error = store_file(u);
}

static void taken_in(struct shell *s, struct job *j)
{
	struct upload *u = (struct upload *)j;
	char wav[160];

	snprintf(wav, sizeof(wav), "audio/%s", u->file);
	if (s && u->error == OK) {
		audit_add(s, u->who, "prompt-upload", u->target, wav);
		gate_answer(s, u->visit, 200,
			json_pack("{ss, sI}", "wav", wav, "length_ms", (json_int_t)u->length_ms));
	} else if (s) {
		gate_refuse(s, u->visit, u->error == E_SYSTEM ? 503 : 422, "wav", u->why.text);
	}
	free(u->bytes);
	free(u);
}

/* Of what may be the name of a file everywhere. */
static bool is_plain(const char *rest)
{
	const char *slash = strchr(rest, '/');
	size_t n = strspn(rest, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_");

	return slash && n > 0 && n < 64 && rest + n == slash &&
	       (!strcmp(slash + 1, "en") || !strcmp(slash + 1, "de"));
}

static void name_it(struct upload *u, const char *rest, const char *config)
{
	const struct audio_format *format;
	char folder[PATH_MAX];
	uint8_t digest[6];
	char hex[13];

	snprintf(folder, sizeof(folder), "%s", config);
	snprintf(u->folder, sizeof(u->folder), "%.4000s/audio", dirname(folder));
	config_digest((const char *)u->bytes, u->n_bytes, digest, sizeof(digest));
	format = audio_format_of(u->bytes, u->n_bytes);
	text_hex(hex, sizeof(hex), digest, sizeof(digest));
	snprintf(u->file, sizeof(u->file), "%.*s-%s-%s%s", (int)strcspn(rest, "/"), rest,
		strchr(rest, '/') + 1, hex, format ? format->suffix : "");
	snprintf(u->target, sizeof(u->target), "prompt %s", rest);
}

void route_prompt_upload(struct shell *s, struct visit *v, const struct person *who)
{
	const char *path = reload_path(s->reload);
	struct upload *u;
	size_t n;
	const char *body = visit_body(v, &n);

	if (!is_plain(visit_rest(v)) || !path) {
		gate_refuse(s, visit_id(v), 404, "prompt",
			"no such prompt: NAME/LANGUAGE, of letters, digits, - and _");
		return;
	}
	u = calloc(1, sizeof(*u));
	if (!u || !(u->bytes = malloc(n + 1)))
		abort();
	memcpy(u->bytes, body ? body : "", n);
	u->n_bytes = n;
	u->visit = visit_id(v);
	u->job.run = take_in;
	u->job.done = taken_in;
	guid_print(who->user, u->who);
	name_it(u, visit_rest(v), path);
	if (!work_put(s->work, LANE_SHORT, &u->job)) {
		gate_refuse(s, visit_id(v), 503, NULL, "too much is under way: ask again");
		free(u->bytes);
		free(u);
	}
}
