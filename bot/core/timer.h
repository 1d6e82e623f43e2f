#ifndef BOT_CORE_TIMER_H
#define BOT_CORE_TIMER_H

/*
 * Deadlines of many, each one movable: a binary heap over (due, tie).
 *
 * A node is a number from 1; its tie decides between equal deadlines, so that the order
 * of firing depends on what happened and never on where a thing lies in memory.
 */

#include <stddef.h>
#include <stdint.h>

#define NEVER UINT64_MAX

struct timer {
	uint64_t due_ms;
	uint64_t tie : 36;   /* so that many calls wait in little memory; */
	uint64_t place : 28; /* in the heap; 0: not armed */
};

struct timers {
	struct timer *timer; /* [nodes + 1], by node */
	uint32_t *heap;      /* [nodes + 1], from 1 */
	uint32_t n;          /* armed */
};

/* Arm, move or (NEVER) disarm a node. */
void timer_set(struct timers *t, uint32_t node, uint64_t due_ms);
/* The node due first; 0: none is armed. */
uint32_t timer_first(const struct timers *t);
/* When a node is due; NEVER: not armed. */
uint64_t timer_due(const struct timers *t, uint32_t node);

#endif
