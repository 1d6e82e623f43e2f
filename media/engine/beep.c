#include "media/engine/beep.h"

#include "media/engine/stream.h"

enum { WAVES = 80 }; /* samples, in which seven of them fit */

_Static_assert(PCM_FRAME % WAVES == 0 && WAVES * BEEP_HZ / PCM_RATE == 7 &&
		       WAVES * BEEP_HZ % PCM_RATE == 0,
	"each frame is the same");

static const int16_t wave[WAVES] = {
	0,
	1712,
	2920,
	3267,
	2651,
	1254,
	-513,
	-2128,
	-3117,
	-3186,
	-2317,
	-765,
	1013,
	2492,
	3237,
	3028,
	1926,
	257,
	-1488,
	-2794,
	-3277,
	-2794,
	-1488,
	257,
	1926,
	3028,
	3237,
	2492,
	1013,
	-765,
	-2317,
	-3186,
	-3117,
	-2128,
	-513,
	1254,
	2651,
	3267,
	2920,
	1712,
	0,
	-1712,
	-2920,
	-3267,
	-2651,
	-1254,
	513,
	2128,
	3117,
	3186,
	2317,
	765,
	-1013,
	-2492,
	-3237,
	-3028,
	-1926,
	-257,
	1488,
	2794,
	3277,
	2794,
	1488,
	-257,
	-1926,
	-3028,
	-3237,
	-2492,
	-1013,
	765,
	2317,
	3186,
	3117,
	2128,
	513,
	-1254,
	-2651,
	-3267,
	-2920,
	-1712,
};

void beep_add(struct mix *m, unsigned left)
{
	struct gain_span span = { left == BEEP_FRAMES ? 0 : GAIN_UNITY,
		left == 1 ? 0 : GAIN_UNITY };
	int16_t frame[PCM_FRAME];

	for (size_t i = 0; i < PCM_FRAME; i++)
		frame[i] = wave[i % WAVES];
	mix_add_gained(m, frame, span);
}

uint64_t beep_key(unsigned left)
{
	return left ? stream_part(BEEP_HZ, left) : 0;
}
