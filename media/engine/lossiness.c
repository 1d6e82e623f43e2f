#include "media/engine/lossiness.h"

bool lossiness_step(struct lossiness *l, uint8_t fraction, uint64_t now_ms)
{
	bool turns = l->is_lossy ? fraction < LOSSINESS_BELOW : fraction > LOSSINESS_FROM;
	uint64_t wait_ms = l->is_lossy ? LOSSLESS_MS : LOSSINESS_MS;

	if (turns && !l->is_turning)
		l->since_ms = now_ms;
	l->is_turning = turns;
	if (turns && now_ms - l->since_ms >= wait_ms) {
		l->is_lossy = !l->is_lossy;
		l->is_turning = false;
	}
	return l->is_lossy;
}
