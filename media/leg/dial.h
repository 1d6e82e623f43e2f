#ifndef MEDIA_LEG_DIAL_H
#define MEDIA_LEG_DIAL_H

/*
 * Digits on their way out, as RFC 4733 events: one at a time, each for 100 ms and 60 ms of pause
 * after it, in which nothing else is said.
 *
 * Time is the stream's: what is sent is asked for with the timestamp of the frame it stands in the
 * place of, so that a tick that was missed makes a press longer, never two of one. Pure; any
 * thread. Source: RFC 4733 sections 2.3 and 2.5.1 (one timestamp a press, its end three times,
 * duration of 16 bits); ITU-T Q.24 (what the other side must recognise: 40 ms and 40 ms).
 */

#include "media/leg/rtp.h"

enum { DIAL_MAX = 64, DIAL_TONE_MS = 100, DIAL_PAUSE_MS = 60, DIAL_ENDS = 3 };

struct dial {
	uint8_t head, n;
	bool is_down, has_begun;
	uint32_t began, ended; /* timestamps */
	uint32_t duration;     /* of the press that ended */
	unsigned ends_left;
	uint8_t event[DIAL_MAX]; /* a ring */
};

/* 0-9 * # A-D in any letter case as the event's number; below 0: no digit. */
int dial_event(char digit);

/* digits: NUL-terminated, each of them one. false: they do not all fit, and none was taken. */
bool dial_add(struct dial *d, const char *digits);

struct dial_frame {
	bool is_busy;  /* nothing else may be said in this frame */
	bool is_event; /* payload is to be sent under ts */
	bool is_first; /* with the marker */
	bool is_done;  /* a press ended with this one */
	uint32_t ts;
	uint8_t payload[RTP_EVENT_BYTES];
};

/* What the frame at ts is, which lasts frame_ticks. ms_ticks: of the stream's clock, a millisecond.
 */
struct dial_frame dial_next(struct dial *d, uint32_t ts, uint32_t frame_ticks, uint32_t ms_ticks);

#endif
