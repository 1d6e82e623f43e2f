#ifndef BOT_SHELL_FAULTS_H
#define BOT_SHELL_FAULTS_H

/*
 * What is wrong with a JSON file, every fault and not only the first, each with its place:
 * file:line:column: what is wrong and what would be right.
 */

#include "bot/base/err.h"

#include <stdbool.h>
#include <stdio.h>

enum { FAULTS_MAX = 200, POINTER_MAX = 512 };

struct fault {
	int line, column;
	char pointer[POINTER_MAX]; /* "": the whole, or no place in the JSON */
	char text[400];
};

struct faults {
	const char *text; /* of the file; borrowed */
	size_t bytes;
	struct fault item[FAULTS_MAX];
	size_t n; /* found; those beyond FAULTS_MAX are counted only */
};

/* A fault at the value that the JSON pointer names ("" is the whole), or at its key. */
void fault_add(struct faults *f, const char *pointer, bool at_key, const char *fmt, ...)
	PRINTF_LIKE(4, 5);
/* A fault whose place is known. */
void fault_add_at(struct faults *f, int line, int column, const char *fmt, ...) PRINTF_LIKE(4, 5);
/* In order of the file, one line each. */
void faults_print(struct faults *f, const char *file, FILE *out);
/* In that order; how many of them are kept. */
size_t faults_sort(struct faults *f);
/* The same, each marked as a warning. */
void warnings_print(struct faults *f, const char *file, FILE *out);

/* pointer + "/" + name, with RFC 6901's escapes. Cut when too long: then the place is the parent's.
 */
void pointer_add(char out[POINTER_MAX], const char *pointer, const char *name);

/* Where in a JSON text a pointer leads. false: nowhere (then line and column are of the last part
 * found). */
bool place_find(
	const char *text, size_t bytes, const char *pointer, bool at_key, int *line, int *column);

#endif
