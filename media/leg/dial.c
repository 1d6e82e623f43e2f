#include "media/leg/dial.h"

#include "media/leg/wire.h"

#include <ctype.h>
#include <string.h>

enum { VOLUME = 10, END = 0x80, DURATION_MAX = 0xffff }; /* -10 dBm0 */

int dial_event(char digit)
{
	static const char digits[] = "0123456789*#ABCD";
	const char *at = digit ? strchr(digits, toupper((unsigned char)digit)) : NULL;

	return at ? (int)(at - digits) : -1;
}

bool dial_add(struct dial *d, const char *digits)
{
	size_t n = strlen(digits);

	if (n > (size_t)DIAL_MAX - d->n)
		return false;
	for (size_t i = 0; i < n; i++)
		if (dial_event(digits[i]) < 0)
			return false;
	for (size_t i = 0; i < n; i++)
		d->event[(d->head + d->n++) % DIAL_MAX] = (uint8_t)dial_event(digits[i]);
	return true;
}

static void put(const struct dial *d, bool is_end, uint32_t duration, struct dial_frame *out)
{
	out->is_event = true;
	out->ts = d->began;
	out->payload[0] = d->event[d->head];
	out->payload[1] = (uint8_t)((is_end ? END : 0) | VOLUME);
	wire_put16(out->payload + 2, (uint16_t)duration);
}

/* Between two presses: the end again, until it was said three times, and silence. */
static bool pause_is_over(struct dial *d, uint32_t ts, uint32_t ms_ticks, struct dial_frame *out)
{
	if (d->ends_left) {
		put(d, true, d->duration, out);
		if (--d->ends_left == 0) {
			d->head = (uint8_t)((d->head + 1) % DIAL_MAX);
			d->n--;
			out->is_done = true;
		}
		return false;
	}
	return ts - d->ended >= DIAL_PAUSE_MS * ms_ticks;
}

static void press(struct dial *d, uint32_t ts, uint32_t frame_ticks, uint32_t ms_ticks,
	struct dial_frame *out)
{
	uint32_t duration;

	if (!d->is_down) {
		d->is_down = out->is_first = true;
		d->began = ts;
	}
	duration = ts + frame_ticks - d->began;
	/* The clock was gone for longer than the field holds. */
	if (duration > DURATION_MAX)
		duration = DURATION_MAX;
	if (duration < DIAL_TONE_MS * ms_ticks) {
		put(d, false, duration, out);
		return;
	}
	put(d, true, duration, out);
	d->is_down = false;
	d->has_begun = true;
	d->ended = ts + frame_ticks;
	d->duration = duration;
	d->ends_left = DIAL_ENDS - 1;
}

struct dial_frame dial_next(struct dial *d, uint32_t ts, uint32_t frame_ticks, uint32_t ms_ticks)
{
	struct dial_frame out = { .is_busy = true };

	if (d->has_begun && !pause_is_over(d, ts, ms_ticks, &out))
		return out;
	d->has_begun = false;
	if (!d->n)
		return (struct dial_frame){ 0 };
	press(d, ts, frame_ticks, ms_ticks, &out);
	return out;
}
