#ifndef MEDIA_PROMPT_SAY_H
#define MEDIA_PROMPT_SAY_H

/*
 * Numbers, durations and times of day as words, so that every voice says them right, and in the
 * language's own grammar.
 *
 * A text speaks the prompt's value by a placeholder, or a number of its own by one that holds it:
 *
 *	{number}    twenty-one              einundzwanzig
 *	{ordinal}   twenty-first            einundzwanzigste; letters that follow are its ending:
 *	                                    "an {ordinal}er Stelle"
 *	{minutes}   one minute, 5 minutes   eine Minute, fünf Minuten (nominative and accusative)
 *	{time}      minutes since midnight: nine thirty a.m.    neun Uhr dreißig
 *
 *	{number 12}   {ordinal 3}   {minutes 5}   {time 9:30}
 *
 * A language is a file say_X.c and a line in languages.def. Everything here is pure. Any thread.
 */

#include "bot/base/err.h"
#include "bot/base/text.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	SAY_MAX = 9999,         /* the highest number there are words for; the lowest is 0 */
	SAY_DAY_MINUTES = 1440, /* 24:00, which is a time too: of closing */
	SAY_TEXT_MAX = 4000,    /* bytes of a text with its words in place */
};

/* Placeholders of a text that speak the prompt's value, as bits. */
enum { SAYS_NUMBER = 1, SAYS_ORDINAL = 2, SAYS_MINUTES = 4, SAYS_TIME = 8 };

/*
 * Whether a text can be said in a language, and what it wants of the prompt's value: *says is 0
 * where it always says the same.
 *
 * E_MALFORMED  a placeholder that is unknown, not closed, or holds a number it cannot say
 * E_ABSENT     it has placeholders, and there are no words for this language: why lists those
 *              there are ("de-AT" is served by "de")
 */
enum err say_check(
	const char *language, const char *text, unsigned *says, struct why *why) MUST_CHECK;

/*
 * The text with words in place of its placeholders. out is "" on error.
 *
 * E_LIMIT  value is out of range (SAY_MAX, SAY_DAY_MINUTES), or the text too long for out
 * and what say_check refuses
 */
enum err say_text(const char *language, const char *text, int32_t value, char *out, size_t out_size,
	struct why *why) MUST_CHECK;

/* For say_X.c: one language. Numbers are in range. */
struct say_language {
	void (*number)(unsigned n, struct text *out);
	void (*ordinal)(unsigned n, struct text *out); /* without the ending */
	const char *ordinal_end;                       /* where the text has none */
	void (*minutes)(unsigned n, struct text *out);
	void (*time)(unsigned minute_of_day, struct text *out);
};

#endif
