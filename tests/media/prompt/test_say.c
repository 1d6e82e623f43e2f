/* Numbers, durations and times as words, in every language there is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "media/prompt/say.h"

#include <string.h>

static const struct {
	int32_t n;
	const char *en, *en_th, *de, *de_te;
} numbers[] = {
	{ 0, "zero", "zeroth", "null", "nullte" },
	{ 1, "one", "first", "eins", "erste" },
	{ 2, "two", "second", "zwei", "zweite" },
	{ 3, "three", "third", "drei", "dritte" },
	{ 4, "four", "fourth", "vier", "vierte" },
	{ 5, "five", "fifth", "fünf", "fünfte" },
	{ 6, "six", "sixth", "sechs", "sechste" },
	{ 7, "seven", "seventh", "sieben", "siebte" },
	{ 8, "eight", "eighth", "acht", "achte" },
	{ 9, "nine", "ninth", "neun", "neunte" },
	{ 10, "ten", "tenth", "zehn", "zehnte" },
	{ 11, "eleven", "eleventh", "elf", "elfte" },
	{ 12, "twelve", "twelfth", "zwölf", "zwölfte" },
	{ 13, "thirteen", "thirteenth", "dreizehn", "dreizehnte" },
	{ 15, "fifteen", "fifteenth", "fünfzehn", "fünfzehnte" },
	{ 16, "sixteen", "sixteenth", "sechzehn", "sechzehnte" },
	{ 17, "seventeen", "seventeenth", "siebzehn", "siebzehnte" },
	{ 18, "eighteen", "eighteenth", "achtzehn", "achtzehnte" },
	{ 19, "nineteen", "nineteenth", "neunzehn", "neunzehnte" },
	{ 20, "twenty", "twentieth", "zwanzig", "zwanzigste" },
	{ 21, "twenty-one", "twenty-first", "einundzwanzig", "einundzwanzigste" },
	{ 30, "thirty", "thirtieth", "dreißig", "dreißigste" },
	{ 31, "thirty-one", "thirty-first", "einunddreißig", "einunddreißigste" },
	{ 40, "forty", "fortieth", "vierzig", "vierzigste" },
	{ 66, "sixty-six", "sixty-sixth", "sechsundsechzig", "sechsundsechzigste" },
	{ 77, "seventy-seven", "seventy-seventh", "siebenundsiebzig", "siebenundsiebzigste" },
	{ 80, "eighty", "eightieth", "achtzig", "achtzigste" },
	{ 99, "ninety-nine", "ninety-ninth", "neunundneunzig", "neunundneunzigste" },
	{ 100, "one hundred", "one hundredth", "einhundert", "einhundertste" },
	{ 101, "one hundred and one", "one hundred and first", "einhunderteins",
		"einhunderterste" },
	{ 111, "one hundred and eleven", "one hundred and eleventh", "einhundertelf",
		"einhundertelfte" },
	{ 120, "one hundred and twenty", "one hundred and twentieth", "einhundertzwanzig",
		"einhundertzwanzigste" },
	{ 200, "two hundred", "two hundredth", "zweihundert", "zweihundertste" },
	{ 999, "nine hundred and ninety-nine", "nine hundred and ninety-ninth",
		"neunhundertneunundneunzig", "neunhundertneunundneunzigste" },
	{ 1000, "one thousand", "one thousandth", "eintausend", "eintausendste" },
	{ 1001, "one thousand and one", "one thousand and first", "eintausendeins",
		"eintausenderste" },
	{ 1100, "one thousand one hundred", "one thousand one hundredth", "eintausendeinhundert",
		"eintausendeinhundertste" },
	{ 1999, "one thousand nine hundred and ninety-nine",
		"one thousand nine hundred and ninety-ninth", "eintausendneunhundertneunundneunzig",
		"eintausendneunhundertneunundneunzigste" },
	{ 9999, "nine thousand nine hundred and ninety-nine",
		"nine thousand nine hundred and ninety-ninth",
		"neuntausendneunhundertneunundneunzig", "neuntausendneunhundertneunundneunzigste" },
};

static const char *said(const char *language, const char *text, int32_t value)
{
	static char out[SAY_TEXT_MAX];
	struct why why = { .text = "" };

	if (say_text(language, text, value, out, sizeof(out), &why) != OK)
		fail_msg("%s", why.text);
	return out;
}

static void numbers_and_ordinals(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(numbers); i++) {
		assert_string_equal(said("en", "{number}", numbers[i].n), numbers[i].en);
		assert_string_equal(said("en", "{ordinal}", numbers[i].n), numbers[i].en_th);
		assert_string_equal(said("de", "{number}", numbers[i].n), numbers[i].de);
		assert_string_equal(said("de", "{ordinal}", numbers[i].n), numbers[i].de_te);
	}
}

static const struct {
	const char *name, *language, *text;
	int32_t value;
	const char *want;
} texts[] = {
	{ "one minute", "en", "about {minutes}.", 1, "about one minute." },
	{ "two minutes", "en", "about {minutes}.", 2, "about two minutes." },
	{ "no minutes", "en", "{minutes}", 0, "zero minutes" },
	{ "a hundred and one minutes", "en", "{minutes}", 101, "one hundred and one minutes" },
	{ "eine Minute", "de", "etwa {minutes}.", 1, "etwa eine Minute." },
	{ "zwei Minuten", "de", "etwa {minutes}.", 2, "etwa zwei Minuten." },
	{ "null Minuten", "de", "{minutes}", 0, "null Minuten" },
	{ "elf Minuten", "de", "{minutes}", 11, "elf Minuten" },
	{ "einundzwanzig Minuten", "de", "{minutes}", 21, "einundzwanzig Minuten" },
	{ "hundertein Minuten, not hunderteins", "de", "{minutes}", 101, "einhundertein Minuten" },
	{ "midnight", "en", "{time}", 0, "midnight" },
	{ "noon", "en", "{time}", 720, "noon" },
	{ "half past midnight", "en", "{time 0:30}", 0, "twelve thirty a.m." },
	{ "one minute past noon", "en", "{time 12:01}", 0, "twelve oh one p.m." },
	{ "morning", "en", "{time}", 9 * 60 + 30, "nine thirty a.m." },
	{ "the full hour", "en", "from {time 8:00} on", 0, "from eight a.m. on" },
	{ "evening", "en", "{time 17:05}", 0, "five oh five p.m." },
	{ "the last minute", "en", "{time 23:59}", 0, "eleven fifty-nine p.m." },
	{ "closing at midnight", "en", "{time 24:00}", 0, "midnight" },
	{ "ein Uhr", "de", "{time 1:00}", 0, "ein Uhr" },
	{ "ein Uhr eins", "de", "{time}", 61, "ein Uhr eins" },
	{ "neun Uhr dreißig", "de", "{time 9:30}", 0, "neun Uhr dreißig" },
	{ "one leading nought", "de", "{time 09:05}", 0, "neun Uhr fünf" },
	{ "einundzwanzig Uhr", "de", "{time 21:00}", 0, "einundzwanzig Uhr" },
	{ "null Uhr", "de", "{time 0:00}", 0, "null Uhr" },
	{ "vierundzwanzig Uhr", "de", "{time 24:00}", 0, "vierundzwanzig Uhr" },
	{ "an ending", "de", "Sie sind an {ordinal}er Stelle.", 21,
		"Sie sind an einundzwanzigster Stelle." },
	{ "an ending after one of its own", "de", "am {ordinal 3}en Mai", 7, "am dritten Mai" },
	{ "no ending", "de", "Der {ordinal}, bitte.", 1, "Der erste, bitte." },
	{ "several, and one of its own", "en", "{number} of {number 12}, {ordinal}", 2,
		"two of twelve, second" },
	{ "nothing to speak", "fr", "Bonjour, un instant.", 5, "Bonjour, un instant." },
	{ "a region", "de-AT", "{number}", 2, "zwei" },
	{ "the case of a language", "EN", "{number}", 2, "two" },
	{ "a closing brace alone", "en", "a } b", 2, "a } b" },
	{ "nothing", "en", "", 2, "" },
};

static void texts_with_words_in_place(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
		const char *got = said(texts[i].language, texts[i].text, texts[i].value);

		if (strcmp(got, texts[i].want) != 0)
			fail_msg("%s: \"%s\"", texts[i].name, got);
	}
}

static const struct {
	const char *language, *text;
	int32_t value;
	enum err code;
	const char *story;
} refused[] = {
	{ "en", "{number}", -1, E_LIMIT, "{number} cannot say -1: 0 to 9999 is its range" },
	{ "en", "{number}", 10000, E_LIMIT, "{number} cannot say 10000: 0 to 9999 is its range" },
	{ "de", "{ordinal}", 10000, E_LIMIT, "{ordinal} cannot say 10000" },
	{ "en", "{time}", 1441, E_LIMIT, "{time} cannot say 1441: 0:00 to 24:00 is its range" },
	{ "en", "{digits}", 1, E_MALFORMED, "\"{digits}\" is unknown (have: {number}" },
	{ "en", "{Number}", 1, E_MALFORMED, "\"{Number}\" is unknown" },
	{ "en", "{}", 1, E_MALFORMED, "\"{}\" is unknown" },
	{ "en", "Press { to", 1, E_MALFORMED, "\"{ to\": a brace is opened and not closed" },
	{ "en", "{number 10000}", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{number 99999999999}", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{number -1}", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{number }", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{number  5}", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{minutes 5 }", 1, E_MALFORMED, "what can be said is 0 to 9999" },
	{ "en", "{time 24:01}", 1, E_MALFORMED, "what can be said is 0:00 to 24:00" },
	{ "en", "{time 9:60}", 1, E_MALFORMED, "what can be said is 0:00 to 24:00" },
	{ "en", "{time 9.30}", 1, E_MALFORMED, "what can be said is 0:00 to 24:00" },
	{ "en", "{time :30}", 1, E_MALFORMED, "what can be said is 0:00 to 24:00" },
	{ "en", "{time 930}", 1, E_MALFORMED, "what can be said is 0:00 to 24:00" },
	{ "fr", "{number}", 1, E_ABSENT, "language \"fr\" (have: en, de)" },
	{ "", "{number}", 1, E_ABSENT, "language \"\"" },
	{ "enx", "{number}", 1, E_ABSENT, "language \"enx\"" },
};

static void what_cannot_be_said_is_refused_and_named(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(refused); i++) {
		char out[64] = "before";
		struct why why = { .text = "" };
		enum err e = say_text(refused[i].language, refused[i].text, refused[i].value, out,
			sizeof(out), &why);

		if (e != refused[i].code || !strstr(why.text, refused[i].story) || *out)
			fail_msg("%s: %d \"%s\" \"%s\"", refused[i].text, (int)e, why.text, out);
	}
}

static void what_a_text_wants_of_the_value(void **state)
{
	static const struct {
		const char *text;
		unsigned want;
	} rows[] = { { "Please hold.", 0 }, { "{number 3} and {time 9:00}", 0 },
		{ "{number}", SAYS_NUMBER },
		{ "{ordinal}e, {minutes}", SAYS_ORDINAL | SAYS_MINUTES },
		{ "{time} {time 9:00}", SAYS_TIME } };

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		unsigned says = 99;

		assert_int_equal(say_check("en", rows[i].text, &says, NULL), OK);
		assert_int_equal(says, rows[i].want);
	}
}

static void a_text_that_grows_too_long_is_refused_whole(void **state)
{
	char out[16];
	struct why why;

	(void)state;
	assert_int_equal(say_text("en", "{number}", 77, out, sizeof(out), &why), OK);
	assert_int_equal(say_text("en", "{number}", 777, out, sizeof(out), &why), E_LIMIT);
	assert_non_null(strstr(why.text, "more than 15 bytes"));
	assert_string_equal(out, "");
}

/* Nothing is said twice, and nothing is empty: 10,000 of each in each language. */
static void every_number_has_words_of_its_own(void **state)
{
	static const char *const language[] = { "en", "de" }, *const text[] = { "{number}",
		"{ordinal}" };
	static uint32_t seen[1 << 16];
	char out[128];

	(void)state;
	for (size_t l = 0; l < ARRAY_LEN(language); l++)
		for (size_t t = 0; t < ARRAY_LEN(text); t++) {
			memset(seen, 0, sizeof(seen));
			for (int32_t n = 0; n <= SAY_MAX; n++) {
				uint32_t hash = 2166136261u, at;

				assert_int_equal(
					say_text(language[l], text[t], n, out, sizeof(out), NULL),
					OK);
				assert_true(strlen(out) > 2);
				for (const char *c = out; *c; c++)
					hash = (hash ^ (uint8_t)*c) * 16777619u;
				hash += !hash;
				for (at = hash % ARRAY_LEN(seen); seen[at] && seen[at] != hash;)
					at = (at + 1) % ARRAY_LEN(seen);
				if (seen[at])
					fail_msg("%s is said twice", out);
				seen[at] = hash;
			}
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(numbers_and_ordinals),
		cmocka_unit_test(texts_with_words_in_place),
		cmocka_unit_test(what_cannot_be_said_is_refused_and_named),
		cmocka_unit_test(what_a_text_wants_of_the_value),
		cmocka_unit_test(a_text_that_grows_too_long_is_refused_whole),
		cmocka_unit_test(every_number_has_words_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
