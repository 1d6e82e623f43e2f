/*
 * Eight soft chords over sixteen bars at 80 beats a minute, and a few plucked notes above them.
 *
 * Notes are laid onto a ring: what still sounds at the end goes on at the beginning, so the loop
 * has no seam. Everything is a sum of sines within what a telephone carries.
 */
#include "media/prompt/music.h"

#include "media/prompt/loudness.h"

#include <math.h>

enum {
	BEAT = PCM_RATE * 60 / 80,
	BAR = 4 * BEAT,
	BARS = 16,
	LOOP = BARS * BAR,
	CHORDS = 8,
	CHORD = LOOP / CHORDS,
	VOICES = 4,
};
_Static_assert(LOOP == MUSIC_DEFAULT_MS * (PCM_RATE / 1000), "the header tells the length");
_Static_assert(LOOP % PCM_FRAME == 0, "a loop is whole frames");

/* MIDI numbers, D major: a ninth chord each, its voices moving as little as they can. */
static const struct {
	int bass;
	int voice[VOICES];
} chords[CHORDS] = {
	{ 50, { 54, 57, 61, 64 } }, /* D */
	{ 47, { 54, 57, 61, 62 } }, /* B minor */
	{ 43, { 54, 57, 59, 62 } }, /* G */
	{ 45, { 55, 59, 62, 64 } }, /* A suspended */
	{ 42, { 52, 57, 61, 64 } }, /* F sharp minor */
	{ 47, { 54, 57, 62, 66 } }, /* B minor */
	{ 40, { 55, 59, 62, 66 } }, /* E minor */
	{ 45, { 55, 59, 61, 64 } }, /* A */
};

/* Eighths of each bar; 0 rests. */
static const int melody[BARS][8] = {
	{ 0, 0, 78, 0, 0, 76, 0, 0 },
	{ 73, 0, 0, 0, 0, 0, 69, 0 },
	{ 0, 0, 74, 0, 0, 73, 0, 0 },
	{ 69, 0, 0, 0, 66, 0, 0, 0 },
	{ 0, 0, 71, 0, 0, 74, 0, 0 },
	{ 78, 0, 0, 0, 0, 0, 74, 0 },
	{ 0, 0, 76, 0, 0, 0, 74, 0 },
	{ 71, 0, 0, 0, 0, 0, 0, 0 },
	{ 0, 0, 73, 0, 0, 76, 0, 0 },
	{ 81, 0, 0, 0, 0, 0, 78, 0 },
	{ 0, 0, 74, 0, 0, 78, 0, 0 },
	{ 76, 0, 0, 0, 74, 0, 0, 0 },
	{ 0, 0, 71, 0, 0, 74, 0, 0 },
	{ 78, 0, 0, 0, 0, 0, 76, 0 },
	{ 0, 0, 74, 0, 71, 0, 0, 0 },
	{ 73, 0, 0, 0, 0, 0, 0, 0 },
};

/* How a note begins and ends, in samples; decay 1 holds it, less lets it ring away. */
struct touch {
	size_t attack, hold, release;
	double decay; /* a sample */
	double level;
	double partials[3]; /* the fundamental and what is above it */
};

static const struct touch pad = { PCM_RATE, CHORD - PCM_RATE, 2 * PCM_RATE, 1, 0.10,
	{ 1, 0.3, 0.12 } };
static const struct touch bass = { PCM_RATE / 8, CHORD - PCM_RATE, PCM_RATE, 1, 0.16,
	{ 1, 0.5, 0.2 } };
static const struct touch pluck = { PCM_RATE / 100, 0, 2 * PCM_RATE, 0.99988, 0.17,
	{ 1, 0.25, 0.06 } };

/* Raised cosine from 0 to 1 at part of whole. */
static double rise(size_t part, size_t whole)
{
	return 0.5 - 0.5 * cos(M_PI * (double)part / (double)whole);
}

static double envelope(const struct touch *t, size_t i)
{
	if (i < t->attack)
		return rise(i, t->attack);
	if (i < t->attack + t->hold)
		return 1;
	return rise(t->attack + t->hold + t->release - i, t->release);
}

/* One sine onto the ring from start on. A rotating vector costs four multiplications a sample. */
static void lay_sine(float *ring, size_t start, double hz, const struct touch *t, double level)
{
	double turn = 2 * M_PI * hz / PCM_RATE;
	double c = cos(turn), s = sin(turn), x = level, y = 0;
	size_t n = t->attack + t->hold + t->release;

	for (size_t i = 0; i < n; i++) {
		double next = (x * c - y * s) * t->decay;

		y = (x * s + y * c) * t->decay;
		x = next;
		ring[(start + i) % LOOP] += (float)(y * envelope(t, i));
	}
}

/* detune: parts of the frequency; two that differ a little move gently. */
static void lay_note(float *ring, size_t start, int note, const struct touch *t, double detune)
{
	double hz = 440 * pow(2, (note - 69) / 12.0) * (1 + detune);

	for (size_t p = 0; p < ARRAY_LEN(t->partials); p++)
		lay_sine(ring, start, hz * (double)(p + 1), t, t->level * t->partials[p]);
}

static void lay_everything(float *ring)
{
	for (size_t c = 0; c < CHORDS; c++) {
		/* A chord begins to swell before its bar, as the last one lets go. */
		size_t start = (c * CHORD + LOOP - pad.attack / 2) % LOOP;

		lay_note(ring, c * CHORD, chords[c].bass, &bass, 0);
		for (size_t v = 0; v < VOICES; v++) {
			lay_note(ring, start, chords[c].voice[v], &pad, 0.0012);
			lay_note(ring, start, chords[c].voice[v], &pad, -0.0012);
		}
	}
	for (size_t eighth = 0; eighth < (size_t)BARS * 8; eighth++) {
		int note = melody[eighth / 8][eighth % 8];

		if (note)
			lay_note(ring, eighth * (BEAT / 2), note, &pluck, 0);
	}
}

/* Onto 16 bits, the highest peak at half of full scale; the meter does the rest. */
static void quantise(const float *ring, int16_t *out)
{
	float most = 0;

	for (size_t i = 0; i < LOOP; i++)
		most = fmaxf(most, fabsf(ring[i]));
	for (size_t i = 0; i < LOOP; i++)
		out[i] = (int16_t)lrintf(ring[i] / most * 16384);
}

enum err music_default(struct pcm *out, struct why *why)
{
	CLEAN(free) float *ring = calloc(LOOP, sizeof(*ring));
	CLEAN(pcm_free) struct pcm pcm = { .samples = malloc(LOOP * sizeof(int16_t)) };
	enum err e;

	*out = (struct pcm){ 0 };
	if (!ring || !pcm.samples)
		return FAIL(why, E_SYSTEM, "no memory for %d samples of music", LOOP);
	pcm.n_samples = LOOP;
	lay_everything(ring);
	quantise(ring, pcm.samples);
	e = loudness_music(&pcm, why);
	if (e != OK)
		return e;
	*out = pcm;
	pcm = (struct pcm){ 0 };
	return OK;
}
