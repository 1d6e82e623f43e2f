#include "bot/whatif/bands.h"

#include <math.h>
#include <stdlib.h>

static int rising(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static double ranked(const double *value, size_t n, double share)
{
	size_t rank = (size_t)ceil(share * (double)n);

	return value[rank ? rank - 1 : 0];
}

struct band band_of(double *value, size_t n)
{
	size_t kept = 0;

	for (size_t i = 0; i < n; i++)
		if (!isnan(value[i]))
			value[kept++] = value[i];
	if (!kept)
		return (struct band){ NAN, NAN, NAN };
	qsort(value, kept, sizeof(*value), rising);
	return (struct band){ ranked(value, kept, 0.1), ranked(value, kept, 0.5),
		ranked(value, kept, 0.9) };
}
