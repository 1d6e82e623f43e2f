/* The pages of law: whose language, whose words, and that a word is never markup. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/shell/legal.h"

#include <stdlib.h>
#include <string.h>

static const struct {
	const char *name, *asked, *accepted;
	enum page_language want;
} languages[] = {
	{ "nobody says", NULL, NULL, PAGE_EN },
	{ "German browser", NULL, "de-AT,de;q=0.9,en;q=0.8", PAGE_DE },
	{ "English before German", NULL, "en-GB, de;q=0.5", PAGE_EN },
	{ "neither is first", NULL, "fr-FR,fr;q=0.9,de;q=0.8,en;q=0.7", PAGE_DE },
	{ "neither at all", NULL, "fr,sv-DE", PAGE_EN },
	{ "Teams' word goes first", "de-de", "en", PAGE_DE },
	{ "and its other", "en-us", "de", PAGE_EN },
	{ "an empty one", "", "de", PAGE_EN },
	{ "commas alone", NULL, ",,, ,", PAGE_EN },
};

static void language(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(languages); i++)
		if (legal_language(languages[i].asked, languages[i].accepted) != languages[i].want)
			fail_msg("%s", languages[i].name);
}

static const struct {
	const char *name;
	const char *organisation, *contact, *privacy; /* NULL: not given */
	const char *want, *not_wanted;
} pages[] = {
	{ "ours, of nobody", NULL, NULL, NULL, "the organisation that gave you this app runs it",
		"{" },
	{ "ours, of somebody", "Muster", "data@muster.example", NULL,
		"Muster runs it and is responsible", "{" },
	{ "markup in a name", "<script>x</script>", NULL, NULL, "&lt;script&gt;x&lt;/script&gt;",
		"<script" },
	{ "their own", NULL, NULL, "Title\n\nOne {organisation}.\n\n\nTwo & three.\n",
		"<h1>Title</h1>\n<p>One the organisation that gave you this app.</p>\n"
		"<p>Two &amp; three.\n</p>",
		"Microsoft" },
	{ "markup in theirs", NULL, NULL, "</title><script>\"</script>",
		"<h1>&lt;/title&gt;&lt;script&gt;&quot;&lt;/script&gt;</h1>", "<script" },
	{ "braces that mean nothing", NULL, NULL, "A\n\n{nobody} { {name",
		"<p>{nobody} { {name</p>", "Foyer" },
	{ "a title alone", NULL, NULL, "Only this", "<h1>Only this</h1>\n", "<p>" },
};

static void page(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(pages); i++) {
		struct config c = { .app = { .name = "Foyer",
					    .organisation = pages[i].organisation,
					    .contact = pages[i].contact,
					    .privacy = { pages[i].privacy, pages[i].privacy } } };
		char *html = legal_page(&c, LEGAL_PRIVACY, PAGE_EN);

		assert_non_null(html);
		if (!strstr(html, pages[i].want))
			fail_msg("%s: %s", pages[i].name, html);
		if (strstr(strstr(html, "</style>"), pages[i].not_wanted))
			fail_msg("%s: has %s: %s", pages[i].name, pages[i].not_wanted, html);
		free(html);
	}
}

/* Each built-in one is there in both languages, and each brace in it is one we fill in. */
static void built_in(void **state)
{
	struct config c = { .app = { .name = "Foyer" } };

	(void)state;
	for (int p = 0; p < LEGAL_PAGES; p++)
		for (int l = 0; l < PAGE_LANGUAGES; l++) {
			char *html = legal_page(&c, (enum legal_page)p, (enum page_language)l);
			const char *body = strstr(html, "</style>");

			assert_true(strlen(body) > 500);
			assert_null(strchr(body, '{'));
			free(html);
		}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(language),
		cmocka_unit_test(page),
		cmocka_unit_test(built_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
