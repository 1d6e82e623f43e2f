#ifndef BOT_WHATIF_ERLANG_H
#define BOT_WHATIF_ERLANG_H

/*
 * The trade's formulas: what a queue with memoryless times settles at. Offered load is arrivals
 * times service time, in erlangs; all times are in seconds.
 * Source: A. K. Erlang 1917 (B, C); C. Palm 1946 (A: with patience).
 */

/* The chance that all n servers are busy and a call is lost. load >= 0; n from 0. */
double erlang_b(double load, unsigned n);
/* The chance that a caller has to wait; 1 where n <= load: the line grows without end. */
double erlang_c(double load, unsigned n);

struct erlang {
	double waits;     /* the chance of having to wait */
	double abandons;  /* of leaving without service */
	double waiting;   /* callers in line on average */
	double wait_s;    /* of all callers, on average */
	double occupancy; /* of servers */
};

/* Without patience's end. n above load, else wait_s is infinite. */
struct erlang erlang_forever(double per_s, double service_s, unsigned n);
/* With mean patience. */
struct erlang erlang_patient(double per_s, double service_s, unsigned n, double patience_s);
/* The share answered within t_s, without patience's end. */
double erlang_level(double per_s, double service_s, unsigned n, double t_s);

#endif
