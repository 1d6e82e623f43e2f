#include "bot/base/err.h"

#include <stdarg.h>
#include <stdio.h>

enum err why_set(struct why *why, enum err code, int ext, const char *site, const char *fmt, ...)
{
	va_list args;

	if (!why)
		return code;
	why->code = code;
	why->ext = ext;
	why->site = site;
	va_start(args, fmt);
	vsnprintf(why->text, sizeof(why->text), fmt, args);
	va_end(args);
	return code;
}

const char *err_text(enum err code)
{
#define ERR_TEXT(name, text) text,
	static const char *const texts[] = { ERR_LIST(ERR_TEXT) };
#undef ERR_TEXT

	return (size_t)code < ARRAY_LEN(texts) ? texts[code] : "unknown error";
}
