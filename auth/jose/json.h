#ifndef AUTH_JOSE_JSON_H
#define AUTH_JOSE_JSON_H

/*
 * JSON as tokens and key sets may be written: one object, no member twice (however it is
 * spelled), no NUL, valid UTF-8, nothing after it, at most JOSE_DEPTH_MAX deep. The
 * depth is counted before the parser recurses into a stranger's text.
 */

#include "bot/base/clean.h"
#include "bot/base/err.h"

#include <jansson.h>

enum { JOSE_DEPTH_MAX = 16 };

CLEAN_FN(json_decref, json_t *)

/* E_MALFORMED: why says what and where, and quotes nothing. *out is owned, NULL unless OK. Pure. */
enum err jose_json(const char *bytes, size_t n, json_t **out, struct why *why) MUST_CHECK;

#endif
