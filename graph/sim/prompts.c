#include "graph/sim/prompts.h"

#include "bot/base/log.h"
#include "bot/base/text.h"
#include "graph/sim/phone_clip.h"

#include <stdlib.h>
#include <string.h>

enum { CACHE_MAX = 512, URL_MAX_BYTES = 2049, ID_MAX_BYTES = 257, CANCELLED = 8508 };

/* Waiting plays point to files; a file is forgotten only when nobody does. */
struct file {
	char url[URL_MAX_BYTES], id[ID_MAX_BYTES];
	struct phone_clip *clip; /* NULL: on its way */
	unsigned wanted;
	uint64_t used;
	bool taken;
};

struct cache {
	struct post_office *office;
	uint64_t clock; /* of use */
	struct file *file;
};

struct waiting {
	struct waiting *next;
	uint32_t call, op, phone;
	bool records;
	struct phone_record record;
	struct file *file[PHONE_CLIPS_MAX];
	size_t n;
};

struct cache *cache_new(struct post_office *office)
{
	struct cache *c = calloc(1, sizeof(*c));

	if (!c)
		return NULL;
	c->office = office;
	c->file = calloc(CACHE_MAX, sizeof(*c->file));
	if (!c->file) {
		free(c);
		return NULL;
	}
	return c;
}

void cache_free(struct cache *c)
{
	if (!c)
		return;
	for (size_t i = 0; i < CACHE_MAX; i++)
		phone_clip_drop(c->file[i].clip);
	free(c->file);
	free(c);
}

/* The one longest unused gives way; NULL: all are waited for. */
static struct file *room(struct cache *c)
{
	struct file *best = NULL;

	for (size_t i = 0; i < CACHE_MAX; i++) {
		struct file *f = &c->file[i];

		if (!f->taken)
			return f;
		if (!f->wanted && f->clip && (!best || f->used < best->used))
			best = f;
	}
	return best;
}

static struct file *want(struct cache *c, const char *url, const char *id, struct why *why)
{
	struct file *f = NULL;

	for (size_t i = 0; i < CACHE_MAX && !f; i++)
		if (c->file[i].taken && strcmp(c->file[i].url, url) == 0 &&
			strcmp(c->file[i].id, id) == 0)
			f = &c->file[i];
	/* What failed is tried again. */
	if (f && f->clip && phone_clip_subcode(f->clip) == PHONE_SUBCODE_DOWNLOAD && !f->wanted) {
		phone_clip_drop(f->clip);
		f->clip = NULL;
	} else if (f) {
		return f;
	} else {
		f = room(c);
		if (!f)
			return NULL;
		phone_clip_drop(f->clip);
		*f = (struct file){ .taken = true };
		if (text_copy(f->url, sizeof(f->url), url) != OK ||
			text_copy(f->id, sizeof(f->id), id) != OK)
			f->clip = phone_clip_failed(PHONE_SUBCODE_DOWNLOAD, id);
	}
	if (!f->clip && post_fetch(c->office, (uint64_t)(f - c->file), f->url, why) != OK)
		f->clip = phone_clip_failed(PHONE_SUBCODE_DOWNLOAD, id);
	return f;
}

static const char *last_part(const char *url)
{
	const char *at = strrchr(url, '/');

	return at && at[1] ? at + 1 : url;
}

void cache_fetched(struct cache *c, struct post_result *r)
{
	struct file *f = &c->file[r->cookie];
	struct why why = { .text = "" };

	if (r->status == 200 && r->n)
		f->clip = phone_clip_new(r->bytes, r->n, last_part(f->url), &why);
	else
		f->clip = phone_clip_failed(PHONE_SUBCODE_DOWNLOAD, last_part(f->url));
	if (f->clip && phone_clip_subcode(f->clip))
		log_line(LOG_WARN, "sim", "", "prompt status=%d bytes=%zu: %s -> %d", r->status,
			r->n, why.text, phone_clip_subcode(f->clip));
	free(r->bytes);
	r->bytes = NULL;
}

enum err prompts_add(struct prompts *p, struct cache *c, const struct prompts_ask *ask)
{
	json_t *infos = ask->infos;
	struct waiting *w = calloc(1, sizeof(*w)), **at = &p->first;
	struct why why;

	if (!w || json_array_size(infos) > PHONE_CLIPS_MAX) {
		free(w);
		return FAIL(NULL, w ? E_LIMIT : E_SYSTEM, "no room for a play");
	}
	w->call = ask->call;
	w->op = ask->op;
	w->phone = ask->phone;
	w->records = ask->record != NULL;
	if (ask->record)
		w->record = *ask->record;
	for (size_t i = 0; i < json_array_size(infos); i++) {
		json_t *info = json_array_get(infos, i);
		const char *id = json_string_value(json_object_get(info, "resourceId"));
		struct file *f = want(
			c, json_string_value(json_object_get(info, "uri")), id ? id : "", &why);

		if (!f)
			break;
		f->wanted++;
		f->used = ++c->clock;
		w->file[w->n++] = f;
	}
	while (*at)
		at = &(*at)->next;
	*at = w;
	if (w->n == json_array_size(infos))
		return OK;
	*at = NULL;
	for (size_t i = 0; i < w->n; i++)
		w->file[i]->wanted--;
	free(w);
	return FAIL(NULL, E_LIMIT, "all %d prompts of the cache are in use", CACHE_MAX);
}

static void first_forget(struct prompts *p)
{
	struct waiting *w = p->first;

	for (size_t i = 0; i < w->n; i++)
		w->file[i]->wanted--;
	p->first = w->next;
	free(w);
}

static bool complete(const struct waiting *w, struct phone_clip *clip[PHONE_CLIPS_MAX])
{
	for (size_t i = 0; i < w->n; i++) {
		clip[i] = w->file[i]->clip;
		if (!clip[i])
			return false;
	}
	return true;
}

/* A phrase of two notes, so that an ear on hold knows it from silence. */
static struct phone_clip *own_music(void)
{
	enum { NOTE = WAV_RATE / 2, N = 2 * NOTE };
	static int16_t sample[N];
	static uint8_t wav[WAV_HEAD + sizeof(sample)];
	struct why why;

	for (size_t i = 0; i < N; i++)
		sample[i] = i / (i < NOTE ? 24 : 18) % 2 ? 3000 : -3000;
	phone_wav_head(wav, sizeof(sample));
	memcpy(wav + WAV_HEAD, sample, sizeof(sample));
	return phone_clip_new(wav, sizeof(wav), "hold-music", &why);
}

static int hold(struct phones *phones, const struct waiting *w, struct phone_clip *const clip[])
{
	struct phone_clip *music = w->n ? phone_clip_hold(clip[0]) : own_music();
	int subcode = music ? phone_clip_subcode(music) : PHONE_SUBCODE_DOWNLOAD;
	struct why why;

	if (!subcode && phone_hold(phones, w->phone, music, &why) != OK)
		subcode = PHONE_SUBCODE_DOWNLOAD;
	phone_clip_drop(music);
	return subcode;
}

void prompts_play(
	struct prompts *p, struct phones *phones, uint32_t bridge, prompts_done *done, void *cls)
{
	struct phone_clip *clip[PHONE_CLIPS_MAX];
	struct why why;

	while (p->first && complete(p->first, clip)) {
		struct waiting *w = p->first;
		uint64_t cookie = (uint64_t)w->call << 32 | w->op;
		enum err e = OK;

		if (w->phone)
			done(cls, w->call, w->op, hold(phones, w, clip));
		else if (w->records)
			e = phone_record(phones, bridge, cookie, clip, w->n, &w->record, &why);
		else
			e = phone_play(phones, bridge, cookie, clip, w->n, &why);
		if (e != OK) {
			log_line(LOG_WARN, "sim", "", "play: %s -> failed", why.text);
			done(cls, w->call, w->op, PHONE_SUBCODE_DOWNLOAD);
		}
		first_forget(p);
	}
}

void prompts_cancel(struct prompts *p, prompts_done *done, void *cls)
{
	while (p->first) {
		done(cls, p->first->call, p->first->op, CANCELLED);
		first_forget(p);
	}
}

void prompts_fini(struct prompts *p)
{
	while (p->first)
		first_forget(p);
}
