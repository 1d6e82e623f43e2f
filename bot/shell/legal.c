#include "bot/shell/legal.h"

#include "bot/base/text.h"
#include "bot/shell/shell.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The whole of it, so that the page needs nothing else; its hash is in the page's policy. */
#define STYLE                                                                                 \
	":root{color-scheme:light dark}body{font:1rem/1.6 \"Segoe UI\",system-ui,sans-serif;" \
	"max-width:42rem;margin:0 auto;padding:2rem 1.25rem}h1{font-weight:600}"

/* Browsers list what they like best first. */
enum page_language legal_language(const char *asked, const char *accepted)
{
	const char *tag = asked ? asked : accepted ? accepted : "";

	for (; *tag; tag += strcspn(tag, ",")) {
		tag += strspn(tag, ", ");
		if (strncasecmp(tag, "de", 2) == 0)
			return PAGE_DE;
		if (strncasecmp(tag, "en", 2) == 0)
			return PAGE_EN;
	}
	return PAGE_EN;
}

static const char *filled(const struct config *c, enum page_language l, const char *name, size_t n)
{
	static const char *const nobody[PAGE_LANGUAGES] = {
		"the organisation that gave you this app",
		"die Organisation, die Ihnen diese App gegeben hat"
	};
	static const char *const anybody[PAGE_LANGUAGES] = {
		"whoever manages Microsoft Teams in your organisation",
		"die Verwaltung von Microsoft Teams in Ihrer Organisation"
	};

	if (n == 4 && strncmp(name, "name", n) == 0)
		return c->app.name;
	if (n == 12 && strncmp(name, "organisation", n) == 0)
		return c->app.organisation ? c->app.organisation : nobody[l];
	if (n == 7 && strncmp(name, "contact", n) == 0)
		return c->app.contact ? c->app.contact : anybody[l];
	return NULL;
}

static void print_text(FILE *out, const char *text, size_t n)
{
	for (size_t i = 0; i < n; i++)
		switch (text[i]) {
		case '<':
			fputs("&lt;", out);
			break;
		case '>':
			fputs("&gt;", out);
			break;
		case '&':
			fputs("&amp;", out);
			break;
		case '"':
			fputs("&quot;", out);
			break;
		default:
			fputc(text[i], out);
		}
}

/* With what stands in {braces}, where we know the word. */
static void print_filled(
	FILE *out, const struct config *c, enum page_language l, const char *text, size_t n)
{
	while (n > 0) {
		size_t plain = 0, name;
		const char *word;

		while (plain < n && text[plain] != '{')
			plain++;
		print_text(out, text, plain);
		text += plain;
		n -= plain;
		if (n == 0)
			return;
		name = strcspn(text + 1, "}");
		word = name + 1 < n ? filled(c, l, text + 1, name) : NULL;
		print_text(out, word ? word : "{", word ? strlen(word) : 1);
		text += word ? name + 2 : 1;
		n -= word ? name + 2 : 1;
	}
}

/* Up to the next empty line. */
static size_t paragraph(const char *text)
{
	const char *end = strstr(text, "\n\n");

	return end ? (size_t)(end - text) : strlen(text);
}

char *legal_page(const struct config *c, enum legal_page page, enum page_language l)
{
	const char *own = page == LEGAL_PRIVACY ? c->app.privacy[l] : c->app.terms[l];
	const char *text = own ? own : legal_text(page, l);
	size_t title = strcspn(text, "\n"), n;
	char *html = NULL;
	FILE *out = open_memstream(&html, &(size_t){ 0 });

	if (!out)
		return NULL;
	fprintf(out,
		"<!doctype html>\n<html lang=\"%s\">\n<meta charset=\"utf-8\">\n<meta name=\""
		"viewport\" content=\"width=device-width\">\n<title>",
		l == PAGE_DE ? "de" : "en");
	print_filled(out, c, l, text, title);
	fprintf(out, "</title>\n<style>" STYLE "</style>\n<h1>");
	print_filled(out, c, l, text, title);
	fprintf(out, "</h1>\n");
	for (text += title; *(text += strspn(text, "\n")); text += n) {
		n = paragraph(text);
		fprintf(out, "<p>");
		print_filled(out, c, l, text, n);
		fprintf(out, "</p>\n");
	}
	return fclose(out) == 0 ? html : NULL;
}

/* "default-src 'none'; style-src 'sha256-...'": this page's own style and nothing else. */
static const char *policy(void)
{
	static char text[160];
	unsigned char hash[EVP_MAX_MD_SIZE], base64[64];
	unsigned n;

	if (text[0])
		return text;
	if (EVP_Digest(STYLE, sizeof(STYLE) - 1, hash, &n, EVP_sha256(), NULL) != 1)
		abort();
	EVP_EncodeBlock(base64, hash, (int)n);
	snprintf(text, sizeof(text), "default-src 'none'; style-src 'sha256-%s'; base-uri 'none'",
		(const char *)base64);
	return text;
}

static void answer(struct shell *s, struct visit *v, enum legal_page page)
{
	enum page_language l = legal_language(
		visit_query(v, "l"), visit_header(v, "Accept-Language"));
	char *html = legal_page(s->conf, page, l);

	visit_answer(v, &(struct answer){ .status = html ? 200 : 503,
				.content_type = "text/html; charset=utf-8",
				.body = html,
				.body_bytes = html ? strlen(html) : 0,
				.extra = { { "Content-Security-Policy", policy() },
					{ "X-Content-Type-Options", "nosniff" },
					{ "Referrer-Policy", "no-referrer" } } });
	free(html);
}

static void handle_privacy(void *arg, struct visit *v)
{
	answer(arg, v, LEGAL_PRIVACY);
}

static void handle_terms(void *arg, struct visit *v)
{
	answer(arg, v, LEGAL_TERMS);
}

static size_t legal_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "GET", "/privacy", NULL, handle_privacy, s },
		{ "GET", "/terms", NULL, handle_terms, s },
	};

	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}

const struct hand hand_legal = { .routes = legal_routes };
