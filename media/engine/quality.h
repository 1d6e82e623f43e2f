#ifndef MEDIA_ENGINE_QUALITY_H
#define MEDIA_ENGINE_QUALITY_H

/*
 * How good a leg sounds: what was measured on it, and what a listener would say of it.
 *
 * The opinion is the E-model's: R = 93.2 - Idd(delay) - Ie,eff(codec, loss), and from R a mean
 * opinion of 1 to 4.5. All other impairments have their default values; wideband codecs are judged
 * on the narrowband scale, so theirs is a careful figure. Sources: ITU-T G.107 sections 7.4 (Idd),
 * 7.5 (Ie,eff), annex B (R to MOS); G.113 appendix I (Ie and Bpl of codecs; for Opus, which is not
 * in it, those of a codec as robust as G.711 with concealment).
 *
 * Pure but for the figures shown, which the leg's shard writes and any thread reads.
 */

#include "media/leg/leg.h"

#include <stdatomic.h>

/* Of one leg since it was opened: what comes in from the other side. */
struct engine_quality {
	uint64_t expected, lost; /* packets, by sequence, events among them */
	uint32_t jitter_us;      /* RFC 3550, lately */
	uint32_t buffer_us;      /* a packet waits so long in the jitter buffer, lately */
	bool has_rtt;
	uint32_t rtt_us;    /* there and back, lately; by RTCP */
	uint32_t delay_us;  /* from their mouth to our mix: buffer and half of the way */
	uint64_t frames;    /* decoded, and concealed ones; none of what nobody had to hear */
	uint64_t concealed; /* of them, made up in place of lost ones */
	uint64_t clipped;   /* of those decoded, with a sample at full scale */
	int level_cb;    /* mean of the frames that were decoded and not silent, 0.1 dBov; -1270 */
	uint64_t sent;   /* packets */
	bool has_theirs; /* and how they get what we send; by RTCP */
	uint32_t theirs_lost, theirs_jitter_us;
	unsigned mos_percent, theirs_mos_percent; /* 100 to 450; theirs 0: not told */
};

/* What the E-model says. loss: 0 to 1 of packets, delay: from mouth to ear. */
double quality_r(const struct codec *codec, double loss, double delay_ms);
double quality_mos(double r);

/* What a shard shows of a line, and when it does. */
enum quality_shown {
	QUALITY_EXPECTED,
	QUALITY_LOST,
	QUALITY_JITTER_US,
	QUALITY_BUFFER_US,
	QUALITY_RTT_US, /* and one; 0: not known */
	QUALITY_FRAMES,
	QUALITY_CONCEALED,
	QUALITY_CLIPPED,
	QUALITY_POWER,       /* mean square */
	QUALITY_THEIRS_LOST, /* and one; 0: not known */
	QUALITY_THEIRS_JITTER_US,
	QUALITY_SENT,
	QUALITY_SHOWN,
};

enum { QUALITY_TICKS = 25 }; /* between two looks at a line */

struct quality {
	_Atomic uint64_t shown[QUALITY_SHOWN];
	/* The shard's. */
	uint64_t clipped, sounding;
	double power; /* sum of the mean squares of the sounding frames */
};

/* One frame that was decoded and is not silent. */
void quality_frame(struct quality *q, const int16_t *frame, int peak);

void quality_show(struct quality *q, const struct leg *leg, uint32_t buffer_us, uint64_t decoded,
	uint64_t concealed);

/* From what is shown. */
void quality_read(const struct quality *q, const struct codec *codec, struct engine_quality *out);

#endif
