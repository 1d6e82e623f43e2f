/* What was erased leaves the store's write-ahead log too: at once, or when nobody reads from it. */
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/shell.h"

enum { LOOK_MS = 1000 };

static void privacy_log_run(struct shell *s)
{
	if (!store_log_due(s->store) || clock_mono_ms() < s->privacy_log_look_ms)
		return;
	s->privacy_log_look_ms = clock_mono_ms() + LOOK_MS;
	if (store_log_empty(s->store))
		log_line(LOG_INFO, "store", "", "what was erased -> out of the write-ahead log");
}

static uint64_t privacy_log_deadline_ms(const struct shell *s)
{
	return store_log_due(s->store) ? s->privacy_log_look_ms : UINT64_MAX;
}

const struct hand hand_privacy_log = { .run = privacy_log_run,
	.deadline_ms = privacy_log_deadline_ms };
