#include "media/prompt/music.h"

#include "media/prompt/audio.h"
#include "media/prompt/loudness.h"

#include <string.h>

enum { SEAM = PCM_RATE / 1000 * MUSIC_SEAM_MS };

/* The last SEAM samples come in under the first ones: what plays after the new end is what played
 * after it before. */
static void seam_close(struct pcm *pcm)
{
	int16_t *head = pcm->samples, *tail;

	pcm->n_samples -= SEAM;
	pcm->n_samples -= pcm->n_samples % PCM_FRAME;
	tail = pcm->samples + pcm->n_samples;
	for (int32_t i = 0; i < SEAM; i++)
		head[i] = (int16_t)((head[i] * i + tail[i] * (SEAM - i)) / SEAM);
}

enum err music_file(const char *path, struct pcm *out, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	struct why inner = { .text = "" };
	enum err e;

	*out = pcm;
	e = audio_read_file(path, &pcm, why);
	if (e != OK)
		return e;
	if (pcm.n_samples < PCM_RATE)
		return FAIL(why, E_MALFORMED,
			"%s: lasts %zu ms: a loop of music needs a second at least", path,
			pcm.n_samples * 1000 / PCM_RATE);
	seam_close(&pcm);
	e = loudness_music(&pcm, &inner);
	if (e != OK)
		return FAIL(why, e, "%s: %s", path, inner.text);
	*out = pcm;
	pcm = (struct pcm){ 0 };
	return OK;
}
