/* What the caller says is recorded by Graph, and kept by the hand that keeps voicemail. */
#include "bot/shell/from_core.h"

#include "bot/base/log.h"
#include "bot/shell/voicemail.h"

/* Graph takes 1 to 120 s of each. */
static unsigned seconds(uint32_t ms)
{
	enum { SECONDS_MAX = 120 };
	unsigned s = (ms + 999) / 1000;

	return s < 1 ? 1 : s > SECONDS_MAX ? SECONDS_MAX : s;
}

void from_core_record(struct shell *s, struct line *l, const struct effect *fx)
{
	char context[16];
	struct op_record how = { .barge_in = true, /* before what still plays */
		.beep = true,
		.stop_tones = "0123456789*#",
		.initial_silence_s = seconds(fx->silence_ms),
		.max_silence_s = seconds(fx->silence_ms),
		.max_record_s = seconds(fx->length_ms) };
	struct op_in in = { .client_context = context, .record = &how };

	if (l->relay) {
		log_line(LOG_WARN, "media", "",
			"contact=%u live audio is not recorded -> no voicemail", l->contact);
		shell_push(s, to_core_failure(l, l->contact, fx->attempt, EFFECT_REFUSED));
		return;
	}
	voicemail_begun(s, l, fx->attempt);
	snprintf(context, sizeof(context), "%u", fx->attempt);
	ask_graph(s, ask_replied, OP_RECORD_RESPONSE, l, fx->attempt, &in);
}
