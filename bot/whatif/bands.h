#ifndef BOT_WHATIF_BANDS_H
#define BOT_WHATIF_BANDS_H

/* Of a figure over replications: its median, and between what four in five of them lie. */

#include <stddef.h>

struct band {
	double low, middle, high; /* p10, p50, p90, by nearest rank */
};

/* value is sorted here; values that are no numbers (NAN: the figure has no sense in that
 * replication) are left out. None left: all NAN. */
struct band band_of(double *value, size_t n);

#endif
