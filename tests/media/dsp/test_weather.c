/*
 * The jitter buffer through hours of networks, in virtual time: what delay it adds, and how much of
 * what arrived it spoils, for whatever the network does.
 *
 * The listener is a simple one: too much delay, he leaves a packet out; too little, he waits a
 * frame. What is lost on the way is not the buffer's fault; what is made up beyond that is.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/rng.h"
#include "bot/base/text.h"
#include "media/dsp/jitter.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FRAME = 160, MINUTES_MAX = 40, SENT_MAX = MINUTES_MAX * 60 * 50, PATH_US = 7000 };
enum { DELAY_MIN_MS = 20, FRAME_US = 20000, SETTLING_US = 5000000 };

/* How a network is. */
struct weather {
	const char *name;
	unsigned minutes;
	unsigned loss_permille;                  /* each packet for itself */
	unsigned bursts_permille, burst_packets; /* losses in a row begin so often */
	unsigned jitter_ms;                      /* each packet for itself, evenly up to this */
	unsigned stall_every_s, stall_ms;        /* everything waits, then comes at once */
	int drift_ppm;                           /* above 0: the sender's clock runs fast */
	unsigned copies_permille;
	/* Promised: delay from arrival of the fastest packet to the take, on average and at worst;
	 * frames made up or left out beside those lost on the way, and one in a thousand. Time is
	 * virtual, so it is what comes out, rounded up. */
	unsigned mean_ms, worst_ms, spoilt_permille;
};

static const struct weather weathers[] = {
	{ .name = "still", .minutes = 2, .mean_ms = 33, .worst_ms = 33 },
	{ .name = "a LAN",
		.minutes = 2,
		.jitter_ms = 10,
		.mean_ms = 33,
		.worst_ms = 33,
		.spoilt_permille = 0 },
	{ .name = "5 % lost",
		.minutes = 4,
		.loss_permille = 50,
		.jitter_ms = 20,
		.mean_ms = 34,
		.worst_ms = 34,
		.spoilt_permille = 0 },
	{ .name = "20 % lost",
		.minutes = 4,
		.loss_permille = 200,
		.jitter_ms = 30,
		.mean_ms = 34,
		.worst_ms = 54,
		.spoilt_permille = 0 },
	{ .name = "lost in fives",
		.minutes = 4,
		.bursts_permille = 10,
		.burst_packets = 5,
		.jitter_ms = 20,
		.mean_ms = 34,
		.worst_ms = 34,
		.spoilt_permille = 0 },
	{ .name = "jitter of 60 ms",
		.minutes = 4,
		.jitter_ms = 60,
		.mean_ms = 74,
		.worst_ms = 74,
		.spoilt_permille = 0 },
	{ .name = "jitter of 100 ms",
		.minutes = 4,
		.jitter_ms = 100,
		.mean_ms = 114,
		.worst_ms = 114,
		.spoilt_permille = 1 },
	{ .name = "jitter of 200 ms",
		.minutes = 4,
		.jitter_ms = 200,
		.mean_ms = 213,
		.worst_ms = 213,
		.spoilt_permille = 4 },
	{ .name = "jitter of 200 ms and 20 % lost",
		.minutes = 4,
		.jitter_ms = 200,
		.loss_permille = 200,
		.mean_ms = 213,
		.worst_ms = 233,
		.spoilt_permille = 3 },
	{ .name = "a fast sender, forty minutes",
		.minutes = 40,
		.jitter_ms = 5,
		.drift_ppm = 200,
		.mean_ms = 41,
		.worst_ms = 51,
		.spoilt_permille = 0 },
	{ .name = "a slow sender, forty minutes",
		.minutes = 40,
		.jitter_ms = 5,
		.drift_ppm = -200,
		.mean_ms = 30,
		.worst_ms = 41,
		.spoilt_permille = 0 },
	{ .name = "stalls of 200 ms",
		.minutes = 4,
		.jitter_ms = 5,
		.stall_every_s = 20,
		.stall_ms = 200,
		.mean_ms = 39,
		.worst_ms = 194,
		.spoilt_permille = 14 },
	{ .name = "stalls of a second",
		.minutes = 4,
		.jitter_ms = 5,
		.stall_every_s = 30,
		.stall_ms = 1000,
		.mean_ms = 101,
		.worst_ms = 314,
		.spoilt_permille = 36 },
	{ .name = "all of it, twice",
		.minutes = 10,
		.jitter_ms = 80,
		.loss_permille = 50,
		.bursts_permille = 5,
		.burst_packets = 3,
		.stall_every_s = 40,
		.stall_ms = 150,
		.drift_ppm = 100,
		.copies_permille = 50,
		.mean_ms = 98,
		.worst_ms = 210,
		.spoilt_permille = 3 },
};

struct flight {
	uint32_t n;
	double sent_us, arrive_us;
};

static struct flight flight[2 * SENT_MAX];
static double arrived_us[SENT_MAX]; /* the first copy of each that arrived */

static int by_arrival(const void *a, const void *b)
{
	const struct flight *x = a, *y = b;

	return x->arrive_us < y->arrive_us ? -1 : x->arrive_us > y->arrive_us;
}

static double stalled(const struct weather *w, double at_us)
{
	uint64_t every = w->stall_every_s * UINT64_C(1000000), since;

	if (!every || at_us < (double)every)
		return at_us;
	since = (uint64_t)at_us % every;
	return since < w->stall_ms * 1000 ? at_us - (double)since + w->stall_ms * 1000 : at_us;
}

/* In order of arrival; what is lost is not in it. */
static size_t fly(const struct weather *w, struct rng *r, size_t sent)
{
	size_t n = 0, losing = 0;

	for (size_t i = 0; i < sent; i++) {
		double at = (double)i * FRAME_US * (1 - w->drift_ppm / 1e6);
		unsigned copies = 1 + (rng_below(r, 1000) < w->copies_permille);

		if (!losing && rng_below(r, 1000) < w->bursts_permille)
			losing = w->burst_packets;
		if (losing || (i && rng_below(r, 1000) < w->loss_permille)) {
			losing -= losing > 0;
			continue;
		}
		for (; copies; copies--, n++) {
			double way = PATH_US + (double)rng_below(r, w->jitter_ms * 1000 + 1);

			flight[n] = (struct flight){ (uint32_t)i, at, stalled(w, at + way) };
		}
	}
	qsort(flight, n, sizeof(flight[0]), by_arrival);
	return n;
}

struct heard {
	double delay_us, worst_us, held_us; /* held: the longest from a packet's own arrival on */
	uint64_t takes, given, made_up, left_out, lost;
	unsigned row, row_max; /* takes without a packet */
};

static void put(struct jitter *j, const struct flight *f)
{
	struct jitter_packet p = { .ssrc = 9,
		.ts = UINT32_MAX - 1000 + f->n * FRAME,
		.ticks = FRAME,
		.seq = (uint16_t)(65000 + f->n),
		.payload = (const uint8_t *)&f->n,
		.payload_bytes = sizeof(f->n) };

	if (jitter_put(j, &p, (uint64_t)(int64_t)f->arrive_us) != JITTER_LATE)
		arrived_us[f->n] = f->arrive_us;
}

static void note(struct heard *h, uint64_t now, uint32_t n, const struct weather *w)
{
	double delay = (double)now - (double)n * FRAME_US * (1 - w->drift_ppm / 1e6) - PATH_US;

	h->given++;
	h->row = 0;
	h->held_us = fmax(h->held_us, (double)now - arrived_us[n]);
	if (now < SETTLING_US)
		return;
	h->delay_us += delay;
	h->takes++;
	h->worst_us = delay > h->worst_us ? delay : h->worst_us;
}

/* One tick of the listener. Returns how many frames he waits. */
static int listen(
	struct jitter *j, struct heard *h, uint64_t now, const struct weather *w, int64_t *last)
{
	struct jitter_packet p;
	int32_t excess;
	uint32_t n;

	if (jitter_take(j, now, &p) == JITTER_PACKET) {
		memcpy(&n, p.payload, sizeof(n));
		assert_true((int64_t)n > *last);
		*last = n;
		note(h, now, n, w);
	} else {
		h->made_up++;
		h->row++;
		h->row_max = h->row > h->row_max ? h->row : h->row_max;
	}
	excess = jitter_excess_us(j, 0);
	if (!excess)
		return 0;
	jitter_adjusted(j);
	if (excess > 0) {
		jitter_skip(j);
		h->left_out++;
		return 0;
	}
	h->made_up++;
	return 1;
}

static struct heard hear(const struct weather *w, size_t flown, size_t sent)
{
	struct heard h = { 0 };
	int64_t last = -1;
	struct jitter j;
	size_t next = 0;
	int waits = 0;

	jitter_init(&j, FRAME, DELAY_MIN_MS);
	for (uint64_t now = 0; now < (uint64_t)sent * FRAME_US; now += FRAME_US) {
		for (; next < flown && flight[next].arrive_us <= (double)now; next++)
			put(&j, &flight[next]);
		waits = waits ? waits - 1 : listen(&j, &h, now, w, &last);
	}
	h.lost = (uint64_t)last + 1 - h.given - h.left_out;
	h.delay_us /= (double)h.takes;
	return h;
}

/* Lost on the way, of the first n. */
static size_t missing(size_t flown, size_t n)
{
	static bool came[SENT_MAX];
	size_t all = 0;

	memset(came, 0, sizeof(came));
	for (size_t i = 0; i < flown; i++)
		if (flight[i].n < n && !came[flight[i].n]) {
			came[flight[i].n] = true;
			all++;
		}
	return n - all;
}

static void judge(const struct weather *w, const struct heard *h, size_t flown, size_t sent)
{
	double lost = (double)missing(flown, sent);
	double spoilt = 1000 * ((double)(h->made_up + h->left_out) - lost) / (double)sent;

	printf("# %s: %.1f ms, worst %.1f, held %.1f; spoilt %.1f permille beside %.1f lost; %u in "
	       "a row\n",
		w->name, h->delay_us / 1000, h->worst_us / 1000, h->held_us / 1000, spoilt,
		1000 * lost / (double)sent, h->row_max);
	/* However long the network held it up: the buffer does so no longer than it is deep. */
	assert_true(h->held_us < JITTER_SLOTS * FRAME_US);
	if (h->delay_us > w->mean_ms * 1000.0 || h->worst_us > w->worst_ms * 1000.0 ||
		spoilt > w->spoilt_permille + 1)
		fail_msg("%s: promised %u ms, worst %u, %u permille", w->name, w->mean_ms,
			w->worst_ms, w->spoilt_permille);
}

static void each_weather(void **state)
{
	(void)state;
	for (size_t k = 0; k < ARRAY_LEN(weathers); k++) {
		const struct weather *w = &weathers[k];
		size_t sent = w->minutes * 60 * 50, flown;
		struct rng r = { k + 1 };
		struct heard h;

		flown = fly(w, &r, sent);
		h = hear(w, flown, sent);
		judge(w, &h, flown, sent);
	}
}

/* What really happened: how late each packet of a program came that sent one every 20 ms by its
 * timer, in 0.1 ms, noted by the kernel. In virtual time it happens again. */
static size_t recorded(const char *path)
{
	FILE *f = fopen(path, "r");
	size_t n = 0;
	unsigned late;

	assert_non_null(f);
	for (; n < SENT_MAX && fscanf(f, "%u", &late) == 1; n++) {
		double at = (double)n * FRAME_US;

		flight[n] = (struct flight){ (uint32_t)n, at, at + PATH_US + late * 100.0 };
	}
	fclose(f);
	qsort(flight, n, sizeof(flight[0]), by_arrival);
	return n;
}

static void each_recorded_one(void **state)
{
	static const struct {
		const char *path;
		struct weather promise;
	} rows[] = {
		{ "tests/fixtures/weather/host_at_rest.txt", { .name = "a host at rest",
								     .mean_ms = 34,
								     .worst_ms = 54,
								     .spoilt_permille = 2 } },
		{ "tests/fixtures/weather/host_at_its_limit.txt",
			/* It stood still for seconds: 2.5 s is how late what was heard was sent. */
			{ .name = "a host at its limit",
				.mean_ms = 260,
				.worst_ms = 2520,
				.spoilt_permille = 220 } },
	};

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		size_t n = recorded(rows[r].path);
		struct heard h;

		assert_true(n > 1000);
		h = hear(&rows[r].promise, n, n);
		judge(&rows[r].promise, &h, n, n);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_weather),
		cmocka_unit_test(each_recorded_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
