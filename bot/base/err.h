#ifndef BOT_BASE_ERR_H
#define BOT_BASE_ERR_H

/*
 * How a call fails, in three kinds that are never mixed.
 *
 * A bug is an assert, and assertions stay on in production. The world failing is
 * one value of this small closed enum; whoever receives it decides by it. The
 * story for people is struct why: filled once, where it happened, never used to
 * decide.
 */

#include <stddef.h>

#define ERR_LIST(X)                                        \
	X(OK, "ok")                                        \
	X(E_MALFORMED, "input does not follow its format") \
	X(E_LIMIT, "a fixed limit was reached")            \
	X(E_DENIED, "not allowed")                         \
	X(E_ABSENT, "not there")                           \
	X(E_STALE, "no longer true")                       \
	X(E_LATE, "the deadline passed")                   \
	X(E_REMOTE, "the other side failed")               \
	X(E_SYSTEM, "the operating system or a library refused")

#define ERR_ENUM(name, text) name,
enum err { ERR_LIST(ERR_ENUM) ERR_COUNT };
#undef ERR_ENUM

struct why {
	enum err code;
	int ext;          /* HTTP status, SQLite code or errno; 0 if none */
	const char *site; /* "file.c:42" */
	char text[320];   /* one sentence, NUL-terminated, cut when longer */
};

#define MUST_CHECK __attribute__((warn_unused_result))
#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

#define STR_(x) #x
#define STR(x) STR_(x)
#define ARRAY_LEN(a) (sizeof(a) / sizeof((a)[0]))

/* Fill why (may be NULL) and return code. The text is for people: say where, and what would be
 * right. */
#define FAIL(why, code, ...) why_set((why), (code), 0, __FILE__ ":" STR(__LINE__), __VA_ARGS__)
/* The same, with the outside world's own number. */
#define FAIL_EXT(why, code, ext, ...) \
	why_set((why), (code), (ext), __FILE__ ":" STR(__LINE__), __VA_ARGS__)

enum err why_set(struct why *why, enum err code, int ext, const char *site, const char *fmt, ...)
	PRINTF_LIKE(5, 6);

/* The enum's own sentence, for a log line without a story. Never NULL. */
const char *err_text(enum err code);

#endif
