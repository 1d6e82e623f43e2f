#ifndef GRAPH_WIRE_JSON_TAPE_H
#define GRAPH_WIRE_JSON_TAPE_H

/*
 * A strict JSON reader for what strangers send: one pass, no heap, and every value keeps
 * its place in the text, so that a wrong one is named by line and column.
 *
 * The text becomes a flat row of tokens in the text's order: a container, then what it
 * holds; an object holds key, value, key, value. Token 0 is the whole text, and since it is
 * nobody's member, 0 also says "absent".
 *
 * Strict: RFC 8259 with UTF-8 only, no U+0000, no lone surrogate, no key twice, nothing
 * behind the value. jansson is the library of record: a test holds the two against each
 * other. They differ in one point: a number too large for a machine word is no error here,
 * for it may stand in a member nobody reads; it is one when it is read.
 */

#include "bot/base/err.h"
#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	TAPE_TOKENS_MAX = 16384, /* 256 KiB: fits a thread's stack */
	TAPE_DEPTH_MAX = 64,
	TAPE_MEMBERS_MAX = 1024, /* of one object: bounds the search for doubled keys */
	TAPE_TEXT_BYTES_MAX = 16 << 20,
};

enum tape_kind {
	TAPE_NULL,
	TAPE_FALSE,
	TAPE_TRUE,
	TAPE_NUMBER,
	TAPE_STRING,
	TAPE_ARRAY,
	TAPE_OBJECT,
};

struct tape_token {
	uint32_t at;   /* offset of the value; of a string: behind its quote */
	uint32_t size; /* of a string or number its bytes as written, of a container its members */
	uint32_t next; /* the token behind this value and all it holds */
	uint16_t hash; /* of a key, decoded */
	uint8_t kind;  /* enum tape_kind */
	bool escaped;  /* a string with a backslash in it */
};

struct tape {
	const char *text; /* borrowed: must outlive the tape's use */
	size_t text_bytes;
	uint32_t n;
	int line, column; /* after a failure: where; 1-based, columns count characters */
	struct tape_token token[TAPE_TOKENS_MAX];
};

/*
 * E_MALFORMED  not JSON by the rules above
 * E_LIMIT      deeper, longer or more than the limits above
 * In both, line and column tell where, and the text does not repeat them.
 */
enum err tape_read(struct tape *t, const char *text, size_t bytes, struct why *why) MUST_CHECK;

/* The value of an object's member, 0 when absent. Names are compared exactly. */
uint32_t tape_member(const struct tape *t, uint32_t object, const char *name);

/* "an object", for messages. */
const char *tape_kind_text(enum tape_kind kind);

/* A string, decoded and NUL-terminated. false: cut between two characters to fit. */
bool tape_string(const struct tape *t, uint32_t string, char *out, size_t out_size);

/* An integer, as a number or as a string of digits. false: neither, or out of range. */
bool tape_integer(const struct tape *t, uint32_t token, int64_t *out);

/* Where a token stands, and where a byte does. */
void tape_place(const struct tape *t, uint32_t token, int *line, int *column);
void tape_place_of(const struct tape *t, size_t offset, int *line, int *column);
/* What it is: "value[2].resourceData.state"; "the body" for token 0. */
void tape_path(const struct tape *t, uint32_t token, struct text *out);

#endif
