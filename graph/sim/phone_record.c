/* The end of a play that records: a beep, and then everybody's voice until a key, silence or time.
 */
#include "graph/sim/phone_clock.h"

#include <assert.h>
#include <ctype.h>
#include <inttypes.h>
#include <string.h>

enum { BEEP_SAMPLES = 3200, BEEP_PERIOD = 16, BEEP_PEAK = 8000, SPEECH_PEAK = 500, TICK_MS = 20 };

static void note(struct phones *p, const struct clock_bridge *b, const char *what, int why)
{
	phone_bridge_note(p, b, 0, "\"%s\",\"bridge\":%u,\"cookie\":%" PRIu64 ",\"why\":%d", what,
		b->id, b->queue[0]->cookie, why);
}

static void begin(struct phones *p, struct clock_bridge *b)
{
	struct phone_event ev = {
		.kind = PHONE_RECORDS, .bridge = b->id, .cookie = b->queue[0]->cookie
	};
	enum err e = inbox_put(p->events, &ev);

	assert(e == OK); /* there is room for two events of each play */
	(void)e;
	b->listening = true;
	note(p, b, "record-started", 0);
}

size_t phone_record_beep(
	struct phones *p, struct clock_bridge *b, int16_t pcm[TICK_SAMPLES], size_t done)
{
	struct play *play = b->queue[0];

	if (b->listening)
		return done;
	for (; play->how.beep && done < TICK_SAMPLES && play->beep_at < BEEP_SAMPLES; done++)
		pcm[done] = play->beep_at++ / (BEEP_PERIOD / 2) % 2 ? BEEP_PEAK : -BEEP_PEAK;
	if (!play->how.beep || play->beep_at == BEEP_SAMPLES)
		begin(p, b);
	return done;
}

static void end(struct phones *p, struct clock_bridge *b, int why)
{
	note(p, b, "record-ended", why);
	phone_play_end(p, b, PHONE_RECORDED, why);
}

void phone_record_hear(struct phones *p, struct clock_bridge *b, const int32_t voices[TICK_SAMPLES])
{
	struct play *play = b->queue[0];
	uint32_t ms = (uint32_t)(play->n_sound / (WAV_RATE / 1000)) + TICK_MS;
	bool speech = false;

	for (size_t i = 0; i < TICK_SAMPLES; i++) {
		int32_t v = voices[i];

		speech |= v > SPEECH_PEAK || v < -SPEECH_PEAK;
		play->sound[play->n_sound++] = (int16_t)(v > INT16_MAX   ? INT16_MAX
							 : v < INT16_MIN ? INT16_MIN
									 : v);
	}
	play->heard |= speech;
	play->quiet_ms = speech ? 0 : play->quiet_ms + TICK_MS;
	if (!play->heard && ms >= play->how.initial_ms)
		end(p, b, PHONE_END_NOBODY_SPOKE);
	else if (play->heard && play->quiet_ms >= play->how.silence_ms)
		end(p, b, PHONE_END_SILENCE);
	else if (ms >= play->how.longest_ms)
		end(p, b, PHONE_END_LONGEST);
}

void phone_record_key(struct phones *p, struct clock_bridge *b, char digit)
{
	if (!b->listening)
		return;
	for (const char *stop = b->queue[0]->how.stop; *stop; stop++)
		if (tolower((unsigned char)*stop) == tolower((unsigned char)digit)) {
			end(p, b, PHONE_END_STOP_TONE);
			return;
		}
}
