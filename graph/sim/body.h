#ifndef GRAPH_SIM_BODY_H
#define GRAPH_SIM_BODY_H

/*
 * Is a request's body what the reference says, no more and no less? Stricter than the real
 * service may be: what passes here has only documented members of the documented type.
 */

#include "bot/base/err.h"

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>

enum body_kind { BODY_TEXT, BODY_INT, BODY_FLAG, BODY_OBJECT, BODY_OBJECTS, BODY_TEXTS, BODY_ANY };

struct body_member {
	const char *name;
	enum body_kind kind;
	bool need;
	size_t max;                     /* characters, elements, or the greatest number; 0: free */
	const struct body_shape *shape; /* of BODY_OBJECT and of BODY_OBJECTS' elements */
};

struct body_shape {
	const char *tag[3]; /* @odata.type, any of these; NULL: it may be anything */
	bool tag_need;
	const struct body_member *member;
	size_t n;
};

/* where names the object in why->text. E_MALFORMED: answer 400 with why's text. */
enum err body_check(json_t *json, const char *where, const struct body_shape *shape,
	struct why *why) MUST_CHECK;

extern const struct body_shape body_answer, body_reject, body_redirect, body_transfer, body_create,
	body_play, body_context, body_invite, body_empty, body_leg, body_record, body_tones,
	body_hold, body_recording, body_routing, body_sharing;

#endif
