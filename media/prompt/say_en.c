/* English numbers, with the "and" of British usage, which every listener understands. */
#include "media/prompt/say.h"

static const char *const ones[20] = { "zero", "one", "two", "three", "four", "five", "six", "seven",
	"eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen",
	"seventeen", "eighteen", "nineteen" };
static const char *const ones_th[20] = { "zeroth", "first", "second", "third", "fourth", "fifth",
	"sixth", "seventh", "eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth",
	"fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth", "nineteenth" };
/* Without the y, which becomes ie in "twentieth". */
static const char *const tens[10] = { "", "", "twent", "thirt", "fort", "fift", "sixt", "sevent",
	"eight", "ninet" };

static void below_hundred(unsigned n, struct text *out)
{
	if (n < 20)
		text_add(out, "%s", ones[n]);
	else if (n % 10 == 0)
		text_add(out, "%sy", tens[n / 10]);
	else
		text_add(out, "%sy-%s", tens[n / 10], ones[n % 10]);
}

static void below_hundred_th(unsigned n, struct text *out)
{
	if (n < 20)
		text_add(out, "%s", ones_th[n]);
	else if (n % 10 == 0)
		text_add(out, "%sieth", tens[n / 10]);
	else
		text_add(out, "%sy-%s", tens[n / 10], ones_th[n % 10]);
}

/* Thousands and hundreds; the rest follows, if there is one. */
static void round_hundreds(unsigned n, struct text *out)
{
	if (n >= 1000)
		text_add(out, "%s thousand", ones[n / 1000]);
	if (n >= 1000 && n % 1000 >= 100)
		text_add(out, " ");
	if (n % 1000 >= 100)
		text_add(out, "%s hundred", ones[n % 1000 / 100]);
}

static void say_number(unsigned n, struct text *out)
{
	round_hundreds(n, out);
	if (n >= 100 && n % 100)
		text_add(out, " and ");
	if (n < 100 || n % 100)
		below_hundred(n % 100, out);
}

static void say_ordinal(unsigned n, struct text *out)
{
	round_hundreds(n, out);
	if (n >= 100)
		text_add(out, n % 100 ? " and " : "th");
	if (n < 100 || n % 100)
		below_hundred_th(n % 100, out);
}

static void say_minutes(unsigned n, struct text *out)
{
	say_number(n, out);
	text_add(out, n == 1 ? " minute" : " minutes");
}

static void say_time(unsigned minute_of_day, struct text *out)
{
	unsigned hour = minute_of_day / 60 % 24, minute = minute_of_day % 60;

	if (minute == 0 && hour % 12 == 0) {
		text_add(out, hour ? "noon" : "midnight");
		return;
	}
	text_add(out, "%s", ones[hour % 12 ? hour % 12 : 12]);
	if (minute)
		text_add(out, minute < 10 ? " oh " : " ");
	if (minute)
		below_hundred(minute, out);
	text_add(out, hour < 12 ? " a.m." : " p.m.");
}

const struct say_language say_en = { .number = say_number,
	.ordinal = say_ordinal,
	.ordinal_end = "",
	.minutes = say_minutes,
	.time = say_time };
