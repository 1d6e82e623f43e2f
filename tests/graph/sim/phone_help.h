#ifndef TESTS_GRAPH_SIM_PHONE_HELP_H
#define TESTS_GRAPH_SIM_PHONE_HELP_H

/* What the telephone tests share: a folder that goes away, WAVs in and out, time by hand. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/sim/phone.h"
#include "graph/sim/phone_clip.h"
#include "graph/sim/phone_clock.h"

#include "bot/base/text.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define HELP __attribute__((unused)) static
#define AT_DESK(f) cmocka_unit_test_setup_teardown(f, desk_open, desk_close)

struct desk {
	char dir[64];
	struct phones *p;
};

HELP void must(enum err e, const struct why *why)
{
	if (e != OK)
		fail_msg("%s: %s (%s)", err_text(e), why->text, why->site);
}

HELP int desk_open(void **state)
{
	struct desk *d = calloc(1, sizeof(*d));
	struct phones_conf conf = { .phones_max = 20, .bridges_max = 3, .legs_max = 3 };
	struct why why = { 0 };

	must(text_copy(d->dir, sizeof(d->dir), "/tmp/phones-XXXXXX"), &why);
	assert_non_null(mkdtemp(d->dir));
	conf.record_dir = d->dir;
	must(phones_new(&conf, &d->p, &why), &why);
	*state = d;
	return 0;
}

HELP int desk_close(void **state)
{
	struct desk *d = *state;
	struct dirent *at;
	DIR *dir;

	phones_free(d->p);
	dir = opendir(d->dir);
	while ((at = readdir(dir)))
		if (at->d_name[0] != '.')
			unlinkat(dirfd(dir), at->d_name, 0);
	closedir(dir);
	rmdir(d->dir);
	free(d);
	return 0;
}

HELP void ticks(struct desk *d, int n)
{
	while (n-- > 0)
		phones_tick(d->p);
}

/* A person with a voice of their own; text NULL: mute. Off the hook. */
HELP uint32_t person(struct desk *d, const char *name, const char *text, int pitch)
{
	struct phone_speech s = {
		.text = text, .voice = pitch > 50 ? "en+f3" : "en+m3", .pitch = (uint8_t)pitch
	};
	struct why why = { 0 };
	uint32_t id;

	must(phone_add(d->p, name, &s, &id, &why), &why);
	must(phone_pick_up(d->p, id, &why), &why);
	return id;
}

HELP uint32_t bridge_of(struct desk *d, uint32_t a, uint32_t b)
{
	struct why why = { 0 };
	uint32_t id;

	must(phone_bridge_new(d->p, &id, &why), &why);
	must(phone_bridge_join(d->p, id, a, &why), &why);
	if (b)
		must(phone_bridge_join(d->p, id, b, &why), &why);
	return id;
}

HELP void talk(struct desk *d, uint32_t phone, bool on)
{
	struct why why = { 0 };

	must(phone_say(d->p, phone, on, &why), &why);
}

/* Whole file; freed by the caller. */
HELP char *read_whole(const char *path, size_t *n)
{
	FILE *f = fopen(path, "rb");
	char *bytes = calloc(1, 8 << 20);

	if (!f)
		fail_msg("%s is not there", path);
	*n = fread(bytes, 1, (8 << 20) - 1, f);
	fclose(f);
	return bytes;
}

struct pcm {
	char *file;
	int16_t *at;
	size_t n;
};

HELP struct pcm read_wav_at(const char *path)
{
	struct pcm pcm = { 0 };
	struct why why = { 0 };
	struct phone_clip *clip;
	size_t n;

	pcm.file = read_whole(path, &n);
	clip = phone_clip_new(pcm.file, n, "x", &why); /* as strict with ours as with theirs */
	if (phone_clip_subcode(clip))
		fail_msg("%s: %s", path, why.text);
	phone_clip_drop(clip);
	pcm.at = (int16_t *)(pcm.file + WAV_HEAD);
	pcm.n = (n - WAV_HEAD) / 2;
	return pcm;
}

HELP struct pcm read_wav(struct desk *d, const char *name)
{
	char path[128];

	snprintf(path, sizeof(path), "%s/%s.wav", d->dir, name);
	return read_wav_at(path);
}

/* The timeline has a line with this in it. */
HELP void told(struct desk *d, const char *name, const char *line)
{
	char path[128], *text;
	size_t n;

	snprintf(path, sizeof(path), "%s/%s.jsonl", d->dir, name);
	text = read_whole(path, &n);
	if (!strstr(text, line))
		fail_msg("%s has no %s:\n%s", path, line, text);
	free(text);
}

HELP void noise(int16_t *out, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525 + 1013904223;
		out[i] = (int16_t)((int32_t)(seed >> 16) % 8000 - 4000);
	}
}

HELP struct phone_clip *clip_of(const int16_t *pcm, size_t n, const char *name)
{
	uint8_t *file = malloc(WAV_HEAD + n * 2);
	struct why why = { 0 };
	struct phone_clip *clip;

	phone_wav_head(file, (uint32_t)(n * 2));
	memcpy(file + WAV_HEAD, pcm, n * 2);
	clip = phone_clip_new(file, WAV_HEAD + n * 2, name, &why);
	free(file);
	if (phone_clip_subcode(clip))
		fail_msg("%s", why.text);
	return clip;
}

HELP void play_one(struct desk *d, uint32_t bridge, uint64_t cookie, struct phone_clip *clip)
{
	struct why why = { 0 };

	must(phone_play(d->p, bridge, cookie, &clip, 1, &why), &why);
	phone_clip_drop(clip);
}

HELP void next_event(struct desk *d, enum phone_event_kind kind, uint64_t cookie)
{
	struct phone_event ev;

	if (!phones_event_take(d->p, &ev))
		fail_msg("no event waits, wanted kind %d of %d", kind, (int)cookie);
	assert_int_equal(ev.kind, kind);
	assert_int_equal(ev.cookie, cookie);
}

HELP void no_event(struct desk *d)
{
	struct phone_event ev;

	if (phones_event_take(d->p, &ev))
		fail_msg("an event of kind %d waits, wanted none", ev.kind);
}

HELP bool silent(const int16_t *pcm, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (pcm[i])
			return false;
	return true;
}

HELP double level_db(const int16_t *pcm, size_t n)
{
	double sum = 1e-9;

	for (size_t i = 0; i < n; i++)
		sum += (double)pcm[i] * pcm[i];
	return 10 * log10(sum / (double)n / 32768 / 32768);
}

/* The best normalised correlation of needle in hay at lags 0 to lags - 1, and where. */
HELP double match(struct pcm hay, const int16_t *needle, size_t n, size_t lags, size_t *where)
{
	double best = 0, own = 1e-9;

	*where = 0;
	for (size_t i = 0; i < n; i++)
		own += (double)needle[i] * needle[i];
	for (size_t lag = 0; lag < lags && lag + n <= hay.n; lag++) {
		double dot = 0, power = 1e-9, r;

		for (size_t i = 0; i < n; i++) {
			dot += (double)needle[i] * hay.at[lag + i];
			power += (double)hay.at[lag + i] * hay.at[lag + i];
		}
		r = dot / sqrt(own * power);
		if (r > best) {
			best = r;
			*where = lag;
		}
	}
	return best;
}

#endif
