#include "media/engine/pace.h"

struct pace_due pace_due(struct pace *p, uint64_t now_ns)
{
	struct pace_due due = { 0 };
	uint64_t ticks;

	if (now_ns < p->deadline_ns)
		return due;
	due.late_ns = now_ns - p->deadline_ns;
	ticks = due.late_ns / PACE_TICK_NS + 1;
	due.run = ticks < PACE_AT_ONCE_MAX ? (unsigned)ticks : PACE_AT_ONCE_MAX;
	due.lost = ticks - due.run;
	p->deadline_ns += ticks * PACE_TICK_NS;
	return due;
}
