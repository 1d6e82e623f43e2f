#ifndef TESTS_SIM_DRAW_H
#define TESTS_SIM_DRAW_H

/* For the files that draw. */

#include "tests/sim/life.h"

uint32_t draw_one_of(struct life *l, const uint32_t *values, size_t n);

#define ONE_OF(l, ...)                                      \
	draw_one_of((l), (const uint32_t[]){ __VA_ARGS__ }, \
		sizeof((const uint32_t[]){ __VA_ARGS__ }) / sizeof(uint32_t))

/* draw_plan.c */
void draw_config(struct life *l, struct config *g);
/* draw_flow.c; queues are drawn before. */
void draw_flows(struct life *l, struct config *g);
struct plan_target draw_exit(struct life *l, const struct config *g);

#endif
