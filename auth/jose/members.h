#ifndef AUTH_JOSE_MEMBERS_H
#define AUTH_JOSE_MEMBERS_H

/*
 * The members of one JSON object, as claims come. Of the room alone.
 *
 * Nearly every token holds a flat object of plain texts and whole numbers without white
 * space; that is read in place, without the heap. Whatever is not exactly so (an escape, a
 * list, a name given twice, anything wrong) goes to jansson by jose_json, whose word
 * counts: the short way only accepts what jansson would read the same.
 */

#include "auth/jose/json.h"

#include <stddef.h>

enum { MEMBERS_MAX = 64 };

enum member_kind { MEMBER_TEXT, MEMBER_WHOLE, MEMBER_LIST, MEMBER_OTHER };

struct member {
	const char *name, *text; /* not NUL-terminated; text of MEMBER_TEXT alone */
	size_t name_bytes, bytes;
	enum member_kind kind;
	json_int_t whole;
	const json_t *list;
};

/* Borrows the bytes it was read from. */
struct members {
	size_t n;
	json_t *root; /* owned; NULL: read in place */
	struct member item[MEMBERS_MAX];
};

/* E_MALFORMED: as jose_json, or more than MEMBERS_MAX. members_fini also then. Pure. */
enum err members_read(const char *bytes, size_t n, struct members *out, struct why *why) MUST_CHECK;
void members_fini(struct members *m);

/* NULL: there is none. */
const struct member *members_find(const struct members *m, const char *name);

#endif
