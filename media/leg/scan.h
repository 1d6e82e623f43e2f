#ifndef MEDIA_LEG_SCAN_H
#define MEDIA_LEG_SCAN_H

/*
 * JSON read where it lies: one value after another, strings unescaped in place, nothing taken from
 * the heap, so that the 20 ms clock may do it. What is wanted is asked for in the order in which
 * it comes; tests and the fuzzer hold it against jansson.
 *
 * The text is valid UTF-8 (the WebSocket's business). Every function returns false when the text is
 * not JSON at this place; then nothing after it means anything. Source: RFC 8259.
 */

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum { SCAN_DEPTH_MAX = 16 };

struct scan {
	char *at, *end;
};

/* Of the text itself; no NUL. */
struct scan_text {
	char *at;
	size_t n;
};

/* Whether c comes next, blanks aside; then it is taken. */
bool scan_is(struct scan *s, char c);
bool scan_string(struct scan *s, struct scan_text *out);
bool scan_bool(struct scan *s, bool *out);
/* An integer of at most nine digits; another number is taken for UINT_MAX. */
bool scan_number(struct scan *s, unsigned *out);
/* Any value. */
bool scan_skip(struct scan *s);
/* Nothing but blanks is left. */
bool scan_end(struct scan *s);

/* An object, member by member: *first is true before the first call. true: name is set and the
 * value comes next; *ended is true and false returned after the last. */
bool scan_member(struct scan *s, bool *first, struct scan_text *name, bool *ended);

/* Letter case aside. Here, so that the length of a word written down is known beforehand. */
static inline bool scan_same(struct scan_text t, const char *word)
{
	return strlen(word) == t.n && strncasecmp(t.at, word, t.n) == 0;
}

#endif
