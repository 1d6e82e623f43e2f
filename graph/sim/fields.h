#ifndef GRAPH_SIM_FIELDS_H
#define GRAPH_SIM_FIELDS_H

/*
 * A JSON object read into a struct by a table of its members. A message says where the fault is and
 * what would be right; members the table does not know are refused by name.
 */

#include "bot/base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

struct reader {
	const char *file;
	struct why *why;
};

enum field_kind {
	FIELD_TEXT,    /* char[size] */
	FIELD_GUID,    /* char[GUID_TEXT], made dashed and lower case */
	FIELD_SECONDS, /* uint64_t of milliseconds */
	FIELD_NUMBER,  /* double */
	FIELD_COUNT,   /* unsigned or uint32_t */
	FIELD_SEED,    /* uint64_t */
	FIELD_FLAG,    /* bool */
	FIELD_OTHER,   /* read decides */
};

struct field {
	const char *name;
	enum field_kind kind;
	size_t offset, size;
	double min, max;
	bool need;
	/* FIELD_OTHER: struct_at is the whole struct, where names the member. */
	enum err (*read)(struct reader *r, const char *where, json_t *json, void *struct_at);
};

#define F(type, member, kind, lo, hi)                                                              \
	{                                                                                          \
#member, kind, offsetof(type, member), sizeof(((type *)0)->member), lo, hi, false, \
			NULL                                                                       \
	}
#define F_AS(name, type, member, kind, lo, hi, need)                                           \
	{                                                                                      \
		name, kind, offsetof(type, member), sizeof(((type *)0)->member), lo, hi, need, \
			NULL                                                                   \
	}
#define F_READ(name, need, read)                          \
	{                                                 \
		name, FIELD_OTHER, 0, 0, 0, 0, need, read \
	}

enum err fields_read(struct reader *r, const char *where, json_t *json, const struct field *fields,
	size_t n, void *out) MUST_CHECK;

#endif
