#ifndef BOT_WHATIF_PATIENCE_H
#define BOT_WHATIF_PATIENCE_H

/*
 * How long callers wait before they give up, from waits of which most ended otherwise.
 *
 * Who was answered after 30 s says only that her patience is more than that: her wait is censored.
 * The curve is the product-limit estimate of E. L. Kaplan and P. Meier (1958): at each moment at
 * which d of n who still waited gave up, the share of the patient falls by d / n.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PATIENCE_ENDLESS UINT64_MAX

struct wait_seen {
	uint32_t ms;
	bool left; /* gave up; else the wait ended otherwise */
};

struct patience_step {
	uint32_t ms;
	double patient; /* the share whose patience is more than ms */
};

struct patience {
	struct patience_step *step; /* rising ms, one for each moment at which somebody gave up */
	size_t n;
};

/* wait is sorted here. E_SYSTEM: no memory. */
enum err patience_of(struct wait_seen *wait, size_t n, struct patience *out) MUST_CHECK;
void patience_fini(struct patience *p);

/* The share whose patience is more than ms. */
double patience_share(const struct patience *p, uint32_t ms);
/*
 * The patience of the caller whom `share` of all others outlast, 0 to 1. PATIENCE_ENDLESS: beyond
 * all that was seen; such callers never give up, as nobody can tell when they would.
 */
uint64_t patience_ms(const struct patience *p, double share);

#endif
