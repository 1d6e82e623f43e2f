#include "bot/whatif/erlang.h"

#include <math.h>

double erlang_b(double load, unsigned n)
{
	double b = 1;

	/* The recursion, since factorials overflow where call centres begin. */
	for (unsigned i = 1; i <= n; i++)
		b = load * b / (i + load * b);
	return b;
}

double erlang_c(double load, unsigned n)
{
	double b = erlang_b(load, n);

	return n > load ? n * b / (n - load * (1 - b)) : 1;
}

double erlang_level(double per_s, double service_s, unsigned n, double t_s)
{
	double load = per_s * service_s;

	if (n <= load)
		return 0;
	return 1 - erlang_c(load, n) * exp(-(n - load) * t_s / service_s);
}

struct erlang erlang_forever(double per_s, double service_s, unsigned n)
{
	double load = per_s * service_s, c = erlang_c(load, n);

	if (n <= load)
		return (struct erlang){
			.waits = 1, .waiting = INFINITY, .wait_s = INFINITY, .occupancy = 1
		};
	return (struct erlang){ .waits = c,
		.waiting = c * load / (n - load),
		.wait_s = c * service_s / (n - load),
		.occupancy = load / n };
}

/*
 * Birth and death: with k in the house, one comes at per_s and one goes at min(k, n) / service_s +
 * max(0, k - n) / patience_s. Chances are summed relative to the one of n in the house, down and
 * up, so that nothing overflows.
 */
struct erlang erlang_patient(double per_s, double service_s, unsigned n, double patience_s)
{
	double p = 1, below = 0, above = 0, line = 0, busy;
	struct erlang e = { 0 };

	for (unsigned k = n; k > 0; k--) {
		p *= k / (per_s * service_s);
		below += p;
		e.occupancy += p * (k - 1);
	}
	p = 1;
	for (unsigned k = 1; p > 1e-15; k++) {
		above += p; /* n + k - 1 in the house */
		p *= per_s / (n / service_s + k / patience_s);
		line += p * k;
	}
	busy = above / (above + below);
	e.waits = busy;
	e.waiting = line / (above + below);
	e.wait_s = e.waiting / per_s;
	e.abandons = e.wait_s / patience_s;
	e.occupancy = n ? (e.occupancy / (above + below) + busy * n) / n : 0;
	return e;
}
