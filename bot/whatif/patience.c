#include "bot/whatif/patience.h"

#include <stdlib.h>

/* At the same moment those who gave up come first: who was answered then had more patience. */
static int by_time(const void *a, const void *b)
{
	const struct wait_seen *x = a, *y = b;

	if (x->ms != y->ms)
		return x->ms < y->ms ? -1 : 1;
	return (int)y->left - (int)x->left;
}

enum err patience_of(struct wait_seen *wait, size_t n, struct patience *out)
{
	double share = 1;

	out->n = 0;
	out->step = calloc(n ? n : 1, sizeof(*out->step));
	if (!out->step)
		return E_SYSTEM;
	if (n)
		qsort(wait, n, sizeof(*wait), by_time);
	for (size_t i = 0, k; i < n; i = k) {
		size_t left = 0;

		for (k = i; k < n && wait[k].ms == wait[i].ms; k++)
			left += wait[k].left;
		if (!left)
			continue;
		share *= 1 - (double)left / (double)(n - i);
		out->step[out->n++] = (struct patience_step){ wait[i].ms, share };
	}
	return OK;
}

void patience_fini(struct patience *p)
{
	free(p->step);
	*p = (struct patience){ .n = 0 };
}

double patience_share(const struct patience *p, uint32_t ms)
{
	double share = 1;

	for (size_t i = 0; i < p->n && p->step[i].ms <= ms; i++)
		share = p->step[i].patient;
	return share;
}

uint64_t patience_ms(const struct patience *p, double share)
{
	size_t low = 0, high = p->n;

	/* The first step at which no more than this share is patient still. */
	while (low < high) {
		size_t middle = (low + high) / 2;

		if (p->step[middle].patient <= share)
			high = middle;
		else
			low = middle + 1;
	}
	return low < p->n ? p->step[low].ms : PATIENCE_ENDLESS;
}
