#include "graph/sim/phone_speech.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum {
	SPEAK_MS_MAX = 10000,
	SPEAK_BYTES_MAX = 16 << 20, /* three minutes at 44.1 kHz; a text of 1000 bytes has one */
	RATE = 16000,
	PAUSE = RATE * 4 / 10,
	BLOCK = RATE / 50,
	LEVEL_DB = -20,
	TAPS = 48, /* to either side: 60 dB down a few 100 Hz above 8 kHz */
	PHASES_MAX = 640,
};

struct sound {
	float *at;
	size_t n;
	unsigned rate;
};

/* ---- the process ---- */

struct speaker {
	int in, out; /* the text, and the reading end of what it says */
	pid_t pid;
	char *wav;
	size_t n;
};

static enum err give_text(struct speaker *sp, const char *text, struct why *why)
{
	size_t n = strlen(text);

	sp->in = memfd_create("speech", MFD_CLOEXEC);
	if (sp->in < 0 || write(sp->in, text, n) != (ssize_t)n || lseek(sp->in, 0, SEEK_SET) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "memfd: %s", strerror(errno));
	return OK;
}

static enum err spawn(struct speaker *sp, const struct phone_speech *speech, struct why *why)
{
	char pitch[8], *voice = (char *)(speech->voice ? speech->voice : "en");
	char *argv[] = { "espeak-ng", "-v", voice, "-p", pitch, "-b", "1", "-z", "--stdin",
		"--stdout", NULL };
	CLEAN(close) int end = -1;
	posix_spawn_file_actions_t fa;
	int fd[2], rc;

	snprintf(pitch, sizeof(pitch), "%u", speech->pitch);
	if (pipe2(fd, O_CLOEXEC) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "pipe: %s", strerror(errno));
	sp->out = fd[0];
	end = fd[1];
	rc = posix_spawn_file_actions_init(&fa);
	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "spawn: %s", strerror(rc));
	posix_spawn_file_actions_adddup2(&fa, sp->in, STDIN_FILENO);
	posix_spawn_file_actions_adddup2(&fa, end, STDOUT_FILENO);
	posix_spawn_file_actions_addopen(&fa, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	rc = posix_spawnp(&sp->pid, argv[0], &fa, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&fa);
	if (rc == ENOENT)
		return FAIL_EXT(why, E_ABSENT, rc,
			"espeak-ng is not installed; it gives simulated people their voices");
	if (rc != 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "espeak-ng: %s", strerror(rc));
	return OK;
}

static enum err listen_to(struct speaker *sp, struct why *why)
{
	uint64_t until = clock_mono_ms() + SPEAK_MS_MAX;

	sp->wav = malloc(SPEAK_BYTES_MAX);
	if (!sp->wav)
		return FAIL(why, E_SYSTEM, "no memory");
	while (sp->n < SPEAK_BYTES_MAX) {
		struct pollfd p = { .fd = sp->out, .events = POLLIN };
		uint64_t now = clock_mono_ms();
		ssize_t got;

		if (now >= until || poll(&p, 1, (int)(until - now)) == 0)
			return FAIL(why, E_REMOTE, "espeak-ng took more than 10 s");
		got = read(sp->out, sp->wav + sp->n, SPEAK_BYTES_MAX - sp->n);
		if (got == 0)
			return OK;
		if (got > 0)
			sp->n += (size_t)got;
		else if (errno != EINTR)
			return FAIL_EXT(why, E_SYSTEM, errno, "espeak-ng: %s", strerror(errno));
	}
	return FAIL(why, E_REMOTE, "espeak-ng said more than %d bytes", SPEAK_BYTES_MAX);
}

/* Waits for the child in every case, so that none stays behind. */
static enum err let_go(struct speaker *sp, enum err so_far, const char *voice, struct why *why)
{
	int status = 0;

	if (so_far != OK)
		kill(sp->pid, SIGKILL);
	while (waitpid(sp->pid, &status, 0) < 0 && errno == EINTR)
		;
	if (so_far != OK)
		return so_far;
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0)
		return FAIL_EXT(why, sp->n ? E_REMOTE : E_ABSENT, status,
			"espeak-ng failed (status %d); does it know the voice \"%s\"?", status,
			voice ? voice : "en");
	return OK;
}

static void speaker_end(struct speaker *sp)
{
	close_clean(&sp->in);
	close_clean(&sp->out);
	free(sp->wav);
}

/* What espeak-ng writes to a pipe: a head of 44 bytes with made-up lengths, then the samples. */
static enum err decode(const struct speaker *sp, struct sound *out, struct why *why)
{
	const uint8_t *b = (const uint8_t *)sp->wav;

	if (sp->n < 44 || memcmp(b, "RIFF", 4) != 0 || memcmp(b + 36, "data", 4) != 0 ||
		b[20] != 1 || b[22] != 1 || b[34] != 16)
		return FAIL(why, E_REMOTE, "espeak-ng wrote no 16 bit mono WAV (%zu bytes)", sp->n);
	out->rate = (unsigned)(b[24] | b[25] << 8 | b[26] << 16);
	out->n = (sp->n - 44) / 2;
	out->at = malloc((out->n + 1) * sizeof(*out->at));
	if (!out->at)
		return FAIL(why, E_SYSTEM, "no memory");
	for (size_t i = 0; i < out->n; i++)
		out->at[i] = (float)(int16_t)(b[44 + 2 * i] | b[45 + 2 * i] << 8);
	return OK;
}

static enum err speak(const struct phone_speech *speech, struct sound *out, struct why *why)
{
	struct speaker sp = { .in = -1, .out = -1 };
	enum err e = give_text(&sp, speech->text, why);

	if (e == OK)
		e = spawn(&sp, speech, why);
	if (e == OK)
		e = let_go(&sp, listen_to(&sp, why), speech->voice, why);
	if (e == OK)
		e = decode(&sp, out, why);
	speaker_end(&sp);
	return e;
}

/* ---- the sound ---- */

static unsigned gcd(unsigned a, unsigned b)
{
	return b ? gcd(b, a % b) : a;
}

/* Windowed sinc (Blackman), one row of taps a phase, each row of gain 1. */
static void filter_make(float *taps, unsigned phases, double cutoff)
{
	for (unsigned p = 0; p < phases; p++) {
		float *row = taps + (size_t)p * 2 * TAPS, sum = 0;

		for (int k = 0; k < 2 * TAPS; k++) {
			double x = k - TAPS + 1 - (double)p / phases;
			double w = 0.42 + 0.5 * cos(M_PI * x / TAPS) +
				   0.08 * cos(2 * M_PI * x / TAPS);
			double s = x == 0 ? cutoff : sin(M_PI * cutoff * x) / (M_PI * x);

			row[k] = (float)(s * w);
			sum += row[k];
		}
		for (int k = 0; k < 2 * TAPS; k++)
			row[k] /= sum;
	}
}

static float filter_at(const struct sound *in, size_t centre, const float *row)
{
	float sum = 0;

	for (int k = 0; k < 2 * TAPS; k++) {
		long i = (long)centre + k - TAPS + 1;

		if (i >= 0 && i < (long)in->n)
			sum += in->at[i] * row[k];
	}
	return sum;
}

static enum err resample(const struct sound *in, struct sound *out, struct why *why)
{
	unsigned g, up, down;
	CLEAN(free) float *taps = NULL;

	if (in->rate < 8000 || in->rate > 48000)
		return FAIL(why, E_REMOTE, "espeak-ng speaks at %u Hz", in->rate);
	g = gcd(RATE, in->rate);
	up = RATE / g;
	down = in->rate / g;
	if (up > PHASES_MAX)
		return FAIL(why, E_REMOTE, "espeak-ng speaks at %u Hz", in->rate);
	out->n = in->n * up / down;
	out->rate = RATE;
	out->at = malloc((out->n + 1) * sizeof(*out->at));
	taps = malloc((size_t)up * 2 * TAPS * sizeof(*taps));
	if (!out->at || !taps)
		return FAIL(why, E_SYSTEM, "no memory");
	filter_make(taps, up, in->rate > RATE ? 0.95 * RATE / in->rate : 0.95);
	for (size_t i = 0; i < out->n; i++) {
		uint64_t at = (uint64_t)i * down;

		out->at[i] = filter_at(in, at / up, taps + at % up * 2 * TAPS);
	}
	return OK;
}

static double block_power(const struct sound *s, size_t block)
{
	double sum = 0;

	for (size_t i = block * BLOCK; i < (block + 1) * BLOCK; i++)
		sum += (double)s->at[i] * s->at[i];
	return sum / BLOCK;
}

/* Where the voice is (blocks from first to last - 1), and its power there; none: first == last. */
struct voiced {
	size_t first, last;
	double power;
};

static struct voiced find_voice(const struct sound *s)
{
	struct voiced v = { 0 };
	double most = 0;
	size_t blocks = s->n / BLOCK, n = 0;

	for (size_t b = 0; b < blocks; b++)
		most = fmax(most, block_power(s, b));
	for (size_t b = 0; b < blocks && most > 1; b++) {
		double power = block_power(s, b);

		if (power < most * 1e-4) /* 40 dB below the loudest is silence */
			continue;
		if (n++ == 0)
			v.first = b;
		v.last = b + 1;
		v.power += power;
	}
	v.power /= n ? (double)n : 1;
	return v;
}

static enum err fit(const struct sound *s, struct phone_mouth **out, struct why *why)
{
	struct voiced v = find_voice(s);
	double gain = 32768 * pow(10, LEVEL_DB / 20.0) / sqrt(v.power > 0 ? v.power : 1);
	size_t n = (v.last - v.first) * BLOCK;

	if (n == 0)
		return FAIL(why, E_MALFORMED, "speech: the text has nothing to say aloud");
	*out = calloc(1, sizeof(**out) + (n + PAUSE) * sizeof((*out)->sample[0]));
	if (!*out)
		return FAIL(why, E_SYSTEM, "no memory");
	(*out)->n = n + PAUSE;
	(*out)->n_speech = n;
	for (size_t i = 0; i < n; i++) {
		double x = s->at[v.first * BLOCK + i] * gain;

		(*out)->sample[i] = (int16_t)lrint(fmin(fmax(x, -32767), 32767));
	}
	return OK;
}

enum err phone_mouth_render(
	const struct phone_speech *speech, struct phone_mouth **out, struct why *why)
{
	struct sound said = { 0 }, ours = { 0 };
	enum err e;

	*out = NULL;
	e = speak(speech, &said, why);
	if (e == OK)
		e = resample(&said, &ours, why);
	if (e == OK)
		e = fit(&ours, out, why);
	free(said.at);
	free(ours.at);
	return e;
}
