#include "media/engine/gate.h"

bool gate_wants(struct gate *g, enum codec_activity activity)
{
	if (g->is_open || activity != CODEC_SILENT)
		return true;
	return ++g->quiet % GATE_LOOK_FRAMES == 0;
}

void gate_heard(struct gate *g, enum codec_activity activity, int peak)
{
	int silence = activity == CODEC_SILENT ? GATE_PEAK_NO_VOICE : GATE_PEAK;

	if (activity == CODEC_ACTIVE || peak > silence) {
		g->quiet = 0;
		g->is_open = true;
	} else if (g->is_open && ++g->quiet >= GATE_HANG_FRAMES) {
		g->is_open = false;
	}
}
