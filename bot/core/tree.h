#ifndef BOT_CORE_TREE_H
#define BOT_CORE_TREE_H

/*
 * Ordered sets whose members bear masks: the first one with a bit of a mask, the number of those
 * in front of one, in steps of the logarithm of the size.
 *
 * A treap over an array of nodes, a node being in one set at most; ids are from 1. What is heavier
 * than what follows from the ids alone, so the shape is storage's affair, and the order never is.
 */

#include <stdbool.h>
#include <stdint.h>

struct tree_node {
	int64_t key;  /* first this */
	uint64_t tie; /* then this; no two in a set share both */
	uint64_t own; /* the mask of this one; */
	uint64_t all; /* and of everybody from here down */
	uint32_t child[2];
	uint32_t up;
	uint32_t n; /* from here down, where they are counted; 0: in no set */
};

/* id, in no set, has key, tie and own. root 0: the empty set. */
void tree_insert(struct tree_node *t, uint32_t *root, uint32_t id);
void tree_remove(struct tree_node *t, uint32_t *root, uint32_t id);
/* The same, of a set in which nobody ever asks for tree_before: everybody above need not be told.
 */
void tree_remove_uncounted(struct tree_node *t, uint32_t *root, uint32_t id);
/* id, in a set, bears another mask. */
void tree_mark(struct tree_node *t, uint32_t id, uint64_t own);
/* The first who bears a bit of the mask; 0: nobody. */
uint32_t tree_first(const struct tree_node *t, uint32_t root, uint64_t mask);
/* Whoever bears what. */
uint32_t tree_least(const struct tree_node *t, uint32_t root);
uint32_t tree_after(const struct tree_node *t, uint32_t id);
/* How many are in front of id. */
uint32_t tree_before(const struct tree_node *t, uint32_t id);

#endif
