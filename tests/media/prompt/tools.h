#ifndef TESTS_MEDIA_PROMPT_TOOLS_H
#define TESTS_MEDIA_PROMPT_TOOLS_H

/* What several tests of this room need: a directory, files in it, other people's programs. */

#include "bot/base/text.h"
#include "media/dsp/pcm.h"
#include "media/prompt/audio.h"
#include "media/prompt/process.h"
#include "media/prompt/wav.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum { TOOL_MS = 60000 };

static char tool_dir[64];

/* A fresh directory, as cmocka's group setup. */
__attribute__((unused)) static int dir_make(void **state)
{
	(void)state;
	memcpy(tool_dir, "/tmp/foyer-prompt-XXXXXX", 25);
	return mkdtemp(tool_dir) ? 0 : -1;
}

static void dir_empty(const char *path)
{
	DIR *dir = opendir(path);
	struct dirent *e;

	while (dir && (e = readdir(dir)))
		if (strcmp(e->d_name, ".") != 0 && strcmp(e->d_name, "..") != 0) {
			if (unlinkat(dirfd(dir), e->d_name, 0) != 0) {
				char sub[512];

				snprintf(sub, sizeof(sub), "%s/%s", path, e->d_name);
				dir_empty(sub);
				rmdir(sub);
			}
		}
	if (dir)
		closedir(dir);
}

__attribute__((unused)) static int dir_drop(void **state)
{
	(void)state;
	dir_empty(tool_dir);
	return rmdir(tool_dir);
}

/* The path of name in the test's directory; four may be in use at once. */
__attribute__((unused)) static const char *in_dir(const char *name)
{
	static char paths[4][256];
	static unsigned turn;
	char *path = paths[turn++ % ARRAY_LEN(paths)];
	struct text t = text_of(path, sizeof(paths[0]));

	text_add(&t, "%s/%s", tool_dir, name);
	assert_false(t.cut);
	return path;
}

__attribute__((unused)) static void file_make(
	const char *path, const void *bytes, size_t n, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

__attribute__((unused)) static void wav_make(const char *path, const struct pcm *pcm)
{
	uint8_t *bytes;
	size_t n;

	assert_int_equal(wav_write(pcm, &bytes, &n, NULL), OK);
	file_make(path, bytes, n, 0600);
	free(bytes);
}

/* Run a program; its output with a NUL behind it, the caller's to free. */
__attribute__((unused)) static char *output_of(const char *const argv[])
{
	struct why why = { .text = "" };
	uint8_t *out;
	char *text;
	size_t n;

	if (process_filter(argv, "", 0, 64 << 20, TOOL_MS, &out, &n, &why) != OK)
		fail_msg("%s", why.text);
	text = realloc(out, n + 1);
	assert_non_null(text);
	text[n] = '\0';
	return text;
}

/* What ffmpeg's ebur128 says of a whole file. */
struct judged {
	double lufs, peak_dbtp;
};

/* The last number in text behind these words; each frame's verdict is on all before it. */
static double last_behind(const char *text, const char *words)
{
	double number = NAN;

	for (const char *p = text; (p = strstr(p, words)); p += strlen(words))
		number = strtod(p + strlen(words), NULL);
	return number;
}

__attribute__((unused)) static struct judged ffmpeg_judges(const char *path)
{
	char *text = output_of((const char *[]){ "ffmpeg", "-v", "error", "-nostdin", "-i", path,
		"-af", "ebur128=metadata=1:peak=true,ametadata=print:file=-", "-f", "null", "-",
		NULL });
	struct judged j = { .lufs = last_behind(text, "lavfi.r128.I="),
		.peak_dbtp = 20 * log10(last_behind(text, "lavfi.r128.true_peak=")) };

	free(text);
	return j;
}

__attribute__((unused)) static double rms_of(const int16_t *x, size_t n)
{
	double sum = 0;

	for (size_t i = 0; i < n; i++)
		sum += (double)x[i] * x[i];
	return n ? sqrt(sum / (double)n) : 0;
}

/* Three voices that swell and fade, all of it under 3 kHz so that 8 kHz carries it. */
__attribute__((unused)) static struct pcm sound_make(size_t n)
{
	struct pcm pcm = { .samples = malloc(n * sizeof(int16_t)), .n_samples = n };

	for (size_t i = 0; i < n; i++) {
		double t = (double)i / PCM_RATE, swell = 0.5 - 0.5 * cos(2 * M_PI * 3.1 * t);

		pcm.samples[i] = (int16_t)lrint(
			6000 * swell *
			(sin(2 * M_PI * 311 * t) + sin(2 * M_PI * 1013 * t) +
				0.5 * sin(2 * M_PI * 2609 * t)));
	}
	return pcm;
}

/* The normalised correlation of a and b, b up to lag_max samples early or late. */
__attribute__((unused)) static double alike(const struct pcm *a, const struct pcm *b, int lag_max)
{
	size_t n = (a->n_samples < b->n_samples ? a->n_samples : b->n_samples) -
		   2 * (size_t)lag_max;
	double best = 0;

	for (int lag = -lag_max; lag <= lag_max; lag++) {
		const int16_t *x = a->samples + lag_max, *y = b->samples + lag_max + lag;
		double sum = 0;

		for (size_t i = 0; i < n; i++)
			sum += (double)x[i] * y[i];
		best = fmax(best, sum / (double)n / rms_of(x, n) / rms_of(y, n));
	}
	return best;
}

#endif
