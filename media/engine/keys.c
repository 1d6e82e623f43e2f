#include "media/engine/keys.h"

#include "media/dsp/gain.h"
#include "media/dsp/half.h"
#include "media/dsp/mix.h"

#include <spandsp.h>

#include <string.h>

/* Q.24: so much softer a line may make the high tone, or the low one; what is softer is an echo. */
#define TWIST_DB 8.0f
#define REVERSE_TWIST_DB 4.0f
#define SOFTEST_DBM0 (-36.0f)

struct pressed {
	dtmf_rx_state_t *rx;
	struct half_down half;
	char down;     /* is pressed; 0: none */
	char begun;    /* in this frame */
	bool has_down; /* some of this frame was pressed */
	bool was_mute;
	struct {
		int16_t at[PCM_FRAME];
		bool is_mute;
	} held[KEYS_HELD];
};

static void on_key(void *arg, int code, int level, int delay)
{
	struct pressed *k = arg;

	(void)level;
	(void)delay;
	k->down = (char)code;
	k->has_down = true;
	if (code)
		k->begun = (char)code;
}

struct pressed *pressed_new(void)
{
	struct pressed *k = calloc(1, sizeof(*k));

	if (!k)
		return NULL;
	k->rx = dtmf_rx_init(NULL, NULL, NULL);
	if (!k->rx) {
		free(k);
		return NULL;
	}
	dtmf_rx_set_realtime_callback(k->rx, on_key, k);
	dtmf_rx_parms(k->rx, false, TWIST_DB, REVERSE_TWIST_DB, SOFTEST_DBM0);
	return k;
}

void pressed_free(struct pressed *k)
{
	if (k)
		dtmf_rx_free(k->rx);
	free(k);
}

static char listen(struct pressed *k, const int16_t *frame)
{
	int16_t narrow[PCM_FRAME / 2];

	half_down(&k->half, frame, PCM_FRAME, narrow);
	k->begun = 0;
	k->has_down = k->down != 0;
	dtmf_rx(k->rx, narrow, PCM_FRAME / 2);
	return k->begun;
}

/* The oldest of those held, in exchange. */
static void exchange(struct pressed *k, int16_t *frame)
{
	int16_t out[PCM_FRAME];
	bool is_mute = k->held[0].is_mute;

	memcpy(out, k->held[0].at, sizeof(out));
	memmove(&k->held[0], &k->held[1], (KEYS_HELD - 1) * sizeof(k->held[0]));
	memcpy(k->held[KEYS_HELD - 1].at, frame, sizeof(out));
	k->held[KEYS_HELD - 1].is_mute = k->has_down;
	if (is_mute)
		memset(out, 0, sizeof(out));
	else if (k->was_mute)
		mix_scale(out, (struct gain_span){ 0, GAIN_UNITY });
	k->was_mute = is_mute;
	memcpy(frame, out, sizeof(out));
}

char pressed_frame(struct pressed *k, int16_t frame[PCM_FRAME], bool is_made_up)
{
	char digit = is_made_up ? 0 : listen(k, frame);

	if (digit)
		for (int i = 0; i < KEYS_HELD; i++)
			k->held[i].is_mute = true;
	exchange(k, frame);
	return digit;
}
