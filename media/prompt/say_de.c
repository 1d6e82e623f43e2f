/*
 * German numbers: one word each, ones before tens. "eins" stands alone and last ("einhunderteins"),
 * "ein" within a word, before "Uhr", and last before what is counted ("einhundertein Minuten");
 * "eine" is one minute.
 */
#include "media/prompt/say.h"

static const char *const ones[20] = { "null", "ein", "zwei", "drei", "vier", "fünf", "sechs",
	"sieben", "acht", "neun", "zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn",
	"sechzehn", "siebzehn", "achtzehn", "neunzehn" };
static const char *const tens[10] = { "", "", "zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig",
	"siebzig", "achtzig", "neunzig" };
/* The others are the number and t. */
static const char *const ones_t[9] = { "nullt", "erst", "zweit", "dritt", "viert", "fünft",
	"sechst", "siebt", "acht" };

static void round_hundreds(unsigned n, struct text *out)
{
	if (n >= 1000)
		text_add(out, "%stausend", ones[n / 1000]);
	if (n % 1000 >= 100)
		text_add(out, "%shundert", ones[n % 1000 / 100]);
}

static void from_twenty(unsigned n, struct text *out)
{
	if (n % 10)
		text_add(out, "%sund", ones[n % 10]);
	text_add(out, "%s", tens[n / 10]);
}

/* The last word with this "one". */
static void number_with(unsigned n, const char *one, struct text *out)
{
	unsigned rest = n % 100;

	round_hundreds(n, out);
	if (rest == 1)
		text_add(out, "%s", one);
	else if (rest >= 20)
		from_twenty(rest, out);
	else if (rest || n == 0)
		text_add(out, "%s", ones[rest]);
}

static void say_number(unsigned n, struct text *out)
{
	number_with(n, "eins", out);
}

static void say_ordinal(unsigned n, struct text *out)
{
	unsigned rest = n % 100;

	round_hundreds(n, out);
	if (rest >= 20)
		from_twenty(rest, out);
	if (rest >= 20 || (rest == 0 && n > 0))
		text_add(out, "st");
	else if (rest < 9)
		text_add(out, "%s", ones_t[rest]);
	else
		text_add(out, "%st", ones[rest]);
}

static void say_minutes(unsigned n, struct text *out)
{
	number_with(n, n == 1 ? "eine" : "ein", out);
	text_add(out, n == 1 ? " Minute" : " Minuten");
}

static void say_time(unsigned minute_of_day, struct text *out)
{
	number_with(minute_of_day / 60, "ein", out);
	text_add(out, " Uhr");
	if (minute_of_day % 60) {
		text_add(out, " ");
		say_number(minute_of_day % 60, out);
	}
}

const struct say_language say_de = { .number = say_number,
	.ordinal = say_ordinal,
	.ordinal_end = "e",
	.minutes = say_minutes,
	.time = say_time };
