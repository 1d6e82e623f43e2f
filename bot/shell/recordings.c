/*
 * Conversations recorded to files: the folder, a file a conversation and agent, and how long they
 * are kept. Only live audio can be recorded; what Graph carries never passes here.
 */
#include "bot/shell/recordings.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <dirent.h>
#include <errno.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { LOOK_MS = 3600000, DAY_S = 86400, PATH_MAX_BYTES = 4200 };

static void closedir_clean(DIR **d)
{
	if (*d)
		closedir(*d);
}

/* Of a notice's play: no attempt has it. */
#define NOTICE ((uint64_t)1 << 32)

static void begin(struct shell *s, const struct line *l, struct ring_out *r)
{
	bool is_wav = s->conf->recordings.format == ENGINE_WAV;
	char path[PATH_MAX_BYTES];
	struct why why;
	enum err e;

	snprintf(path, sizeof(path), "%s/%010u-%u.%s", s->conf->recordings.folder, l->contact,
		r->attempt, is_wav ? "wav" : "opus");
	e = engine_record(s->engine, l->leg, r->leg, path, s->conf->recordings.format,
		r->record_beep_ms, l->contact, &r->recording, &why);
	if (e != OK)
		log_line(LOG_ERROR, "media", "", "contact=%u is not recorded: %s", l->contact,
			why.text);
}

/* What she may not have heard while she waited is said to her first, and nothing is recorded before
 * its end. */
static void tell_and_begin(
	struct shell *s, const struct line *l, struct ring_out *r, const struct effect *fx)
{
	uint32_t sound[SOUND_LIST_MAX];
	size_t n = sound_lives(s->sounds, fx, sound);

	r->record_beep_ms = fx->queue ? s->conf->queue[fx->queue - 1].record_beep_ms : 0;
	if (!n)
		begin(s, l, r);
	else if (engine_play(s->engine, l->leg, NOTICE | r->attempt, sound, n) == OK)
		r->tells = true;
	else
		log_line(LOG_ERROR, "media", "",
			"contact=%u cannot be told that she is recorded -> is not", l->contact);
}

void recordings_untold(struct ring_out *r)
{
	if (r->tells)
		log_line(LOG_WARN, "media", "",
			"attempt=%u was not recorded: its notice was not said to the end",
			r->attempt);
	r->tells = false;
}

static void end(struct shell *s, struct ring_out *r)
{
	/* E_STALE: both legs are closed, and the recording ended with them. */
	if (r->recording && engine_record_end(s->engine, r->recording) == E_LIMIT)
		log_line(LOG_ERROR, "media", "", "attempt=%u is recorded until its legs close",
			r->attempt);
	r->recording = 0;
	recordings_untold(r);
}

/* Rather nothing than what must not be recorded. */
static void pause_or_end(struct shell *s, struct ring_out *r)
{
	if (r->recording && engine_record_pause(s->engine, r->recording, r->pauses) == E_LIMIT &&
		r->pauses)
		end(s, r);
}

void from_core_recording(struct shell *s, struct line *l, const struct effect *fx)
{
	struct ring_out *r = line_ring(l, fx->attempt);

	if (!r || !l->relay || !l->leg || !r->leg) {
		if (fx->value == TAPE_ON)
			log_line(LOG_WARN, "media", "",
				"contact=%u is not recorded: its audio is Graph's", l->contact);
		return;
	}
	if (fx->value == TAPE_OFF) {
		end(s, r);
		return;
	}
	r->pauses = fx->value == TAPE_PAUSED;
	if (!r->recording && !r->tells && fx->value == TAPE_ON)
		tell_and_begin(s, l, r, fx);
	else
		pause_or_end(s, r);
}

bool recordings_notice(struct shell *s, struct line *l, const struct engine_event *ev)
{
	struct ring_out *r = line_ring(l, (uint32_t)ev->cookie);

	if (ev->kind != ENGINE_PLAYED || !(ev->cookie & NOTICE))
		return false;
	if (r && r->tells) {
		r->tells = false;
		begin(s, l, r);
		if (r->pauses)
			pause_or_end(s, r);
	}
	return true;
}

void recordings_told(const struct engine_event *ev)
{
	if (ev->error)
		log_line(LOG_ERROR, "media", "", "contact=%u: its recording broke off: %s",
			(unsigned)ev->cookie, strerror(ev->error));
	else
		log_line(LOG_INFO, "media", "", "contact=%u recorded", (unsigned)ev->cookie);
}

static bool is_wanted(const struct shell *s)
{
	for (uint32_t i = 0; i < s->conf->plan.n_queues; i++)
		if (s->conf->plan.queue[i].consent != RECORD_OFF)
			return true;
	return false;
}

static enum err recordings_open(struct shell *s, struct why *why)
{
	const char *folder = s->conf->recordings.folder;

	if (is_wanted(s) && mkdir(folder, 0700) != 0 && errno != EEXIST)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", folder, strerror(errno));
	return OK;
}

static void recordings_reload(struct shell *s, const struct config *old)
{
	struct why why;

	(void)old;
	s->recordings_look_ms = 0; /* the folder, and how long, may be others */
	if (recordings_open(s, &why) != OK)
		log_line(LOG_ERROR, "media", "", "%s", why.text);
}

/* Ours by their names: whatever else somebody keeps there is left alone. */
static bool is_ours(const char *name)
{
	unsigned contact, attempt;
	char kind[5];

	return sscanf(name, "%10u-%u.%4s", &contact, &attempt, kind) == 3 &&
	       (strcmp(kind, "wav") == 0 || strcmp(kind, "opus") == 0);
}

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

size_t recordings_of(
	const char *folder, const uint32_t *contact, size_t n, bool remove, json_t *list)
{
	__attribute__((cleanup(closedir_clean))) DIR *d = opendir(folder);
	const struct dirent *entry;
	size_t found = 0;

	while (d && n && (entry = readdir(d))) {
		uint32_t of = is_ours(entry->d_name) ? (uint32_t)strtoul(entry->d_name, NULL, 10)
						     : 0;

		if (!of || !bsearch(&of, contact, n, sizeof(of), by_number) ||
			(remove && unlinkat(dirfd(d), entry->d_name, 0) != 0))
			continue;
		found++;
		if (list)
			json_array_append_new(list, json_string(entry->d_name));
	}
	return found;
}

static unsigned forget_old(const char *folder, uint64_t before_s)
{
	__attribute__((cleanup(closedir_clean))) DIR *d = opendir(folder);
	const struct dirent *entry;
	unsigned n = 0;

	while (d && (entry = readdir(d))) {
		struct stat st;

		if (is_ours(entry->d_name) && fstatat(dirfd(d), entry->d_name, &st, 0) == 0 &&
			(uint64_t)st.st_mtime < before_s &&
			unlinkat(dirfd(d), entry->d_name, 0) == 0)
			n++;
	}
	return n;
}

static void recordings_run(struct shell *s)
{
	uint64_t now_s = clock_unix_ms() / 1000, keep_s;
	unsigned n;

	if (!is_wanted(s) || clock_mono_ms() < s->recordings_look_ms)
		return;
	s->recordings_look_ms = clock_mono_ms() + LOOK_MS;
	keep_s = (uint64_t)s->conf->recordings.keep_days * DAY_S;
	n = forget_old(s->conf->recordings.folder, now_s > keep_s ? now_s - keep_s : 0);
	if (n)
		log_line(LOG_INFO, "media", "", "recordings files=%u are old -> gone", n);
}

static uint64_t recordings_deadline_ms(const struct shell *s)
{
	return is_wanted(s) ? s->recordings_look_ms : UINT64_MAX;
}

const struct hand hand_recordings = { .open = recordings_open,
	.run = recordings_run,
	.deadline_ms = recordings_deadline_ms,
	.reload = recordings_reload };
