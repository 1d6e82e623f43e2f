/*
 * The pages of the Teams app under /app/: built from bot/console, carried in the program. Assets
 * have their content's hash in their name and are kept by browsers for ever; pages name them and
 * are never kept. Nothing here is secret, so everybody may have it: what a page shows comes from
 * the API, which asks who wants to know.
 *
 * With --console-dir the files are read from a folder whenever they are asked for.
 */
#include "bot/shell/console.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "bot/shell/cloud.h"
#include "bot/shell/shell.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CSP_MAX = 1024, FILE_BYTES_MAX = 4 << 20, NAME_BYTES_MAX = 100 };

struct found {
	const char *body, *content_type;
	size_t bytes;
};

/* Letters, digits and . - _ alone, no dot first: nothing leaves the folder. */
static bool is_name(const char *name)
{
	size_t n = strspn(
		name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");

	return n > 0 && n <= NAME_BYTES_MAX && !name[n] && name[0] != '.';
}

static bool find_carried(const char *name, struct found *out)
{
	for (size_t i = 0; i < n_console_files; i++) {
		const struct console_file *f = &console_files[i];

		if (strcmp(f->name, name) != 0)
			continue;
		*out = (struct found){ f->body, f->content_type, (size_t)(f->end - f->body) };
		return true;
	}
	return false;
}

static const char *type_of(const char *name)
{
	const char *dot = strrchr(name, '.');

	if (dot && strcmp(dot, ".html") == 0)
		return "text/html; charset=utf-8";
	if (dot && strcmp(dot, ".css") == 0)
		return "text/css; charset=utf-8";
	return "text/javascript; charset=utf-8";
}

static char *read_whole(const char *path, size_t *bytes)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;
	char *body = NULL;
	ssize_t n = -1;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && st.st_size <= FILE_BYTES_MAX)
		body = malloc((size_t)st.st_size + 1);
	if (body)
		n = read(fd, body, (size_t)st.st_size);
	close(fd);
	*bytes = n < 0 ? 0 : (size_t)n;
	if (n < 0) {
		free(body);
		return NULL;
	}
	return body;
}

/* name: "assets/..." or a page's. *owned is the caller's to free: what was read from a folder. */
static bool find(const struct shell *s, const char *name, struct found *out, char **owned)
{
	char path[700];
	struct text t = TEXT(path);

	if (!s->console_dir)
		return find_carried(name, out);
	text_add(&t, "%s/%s%s", s->console_dir, name, strchr(name, '/') ? ".gz" : "");
	*out = (struct found){ .content_type = type_of(name) };
	*owned = t.cut ? NULL : read_whole(path, &out->bytes);
	out->body = *owned;
	return *owned != NULL;
}

/* Where Accept-Encoding says nothing of gzip, the answer would not be understood. */
static bool takes_gzip(struct visit *v)
{
	const char *accepts = visit_header(v, "Accept-Encoding");

	return !accepts || strstr(accepts, "gzip") || strstr(accepts, "*");
}

static void handle_asset(void *arg, struct visit *v)
{
	const struct shell *s = arg;
	char name[NAME_BYTES_MAX + 16];
	CLEAN(free) char *owned = NULL;
	struct found f;

	snprintf(name, sizeof(name), "assets/%s", visit_rest(v));
	if (!is_name(visit_rest(v)) || !find(s, name, &f, &owned)) {
		visit_answer(v, &(struct answer){ .status = 404 });
		return;
	}
	if (!takes_gzip(v)) {
		visit_answer(v, &(struct answer){ .status = 406 });
		return;
	}
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = f.content_type,
				.body = f.body,
				.body_bytes = f.bytes,
				.cache_control = "public, max-age=31536000, immutable",
				.extra = { { "Content-Encoding", "gzip" },
					{ "Vary", "Accept-Encoding" } } });
}

/* Teams puts a locale like "de-de" into the address; browsers have their own list. */
static const char *language(struct visit *v)
{
	const char *l = visit_query(v, "l");

	if (!l || !*l)
		l = visit_header(v, "Accept-Language");
	return l && strncasecmp(l, "de", 2) == 0 ? "de" : "en";
}

/* What Teams puts into the address, so that the first look is right: its names of themes. */
static const char *theme(struct visit *v)
{
	const char *t = visit_query(v, "theme");

	return t && (strcmp(t, "dark") == 0 || strcmp(t, "contrast") == 0) ? t : "light";
}

/* Who may show our pages in a frame: Teams, and what else of Microsoft 365 opens Teams apps.
 * Source: Microsoft's page on tab requirements. 'self': a page of our own may play Teams. */
static void security_policy(const struct shell *s, struct text *out)
{
	const char *more = cloud_named(s->conf->endpoint.cloud)->frames;

	text_add(out,
		"default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
		"media-src 'self' blob:; connect-src 'self' https://res.cdn.office.net; "
		"base-uri 'none'; form-action 'self'; object-src 'none'; frame-ancestors 'self' "
		"https://*.cloud.microsoft https://teams.microsoft.com "
		"https://*.teams.microsoft.com https://*.microsoft365.com https://*.office.com "
		"https://outlook.office.com https://outlook.office365.com%s%s",
		more ? " " : "", more ? more : "");
}

static void answer_page(const struct shell *s, struct visit *v, const struct found *f)
{
	static const char hole[] = "{{theme}}";
	const char *at = memmem(f->body, f->bytes, hole, strlen(hole)), *word = theme(v);
	char csp[CSP_MAX];
	struct text policy = TEXT(csp);
	CLEAN(free) char *body = malloc(f->bytes + 16);
	size_t before = at ? (size_t)(at - f->body) : f->bytes, n = before;

	if (!body)
		abort();
	memcpy(body, f->body, before);
	if (at) {
		n += (size_t)snprintf(body + n, 16, "%s", word);
		memcpy(body + n, at + strlen(hole), f->bytes - before - strlen(hole));
		n += f->bytes - before - strlen(hole);
	}
	security_policy(s, &policy);
	visit_answer(v, &(struct answer){ .status = 200,
				.content_type = "text/html; charset=utf-8",
				.body = body,
				.body_bytes = n,
				.extra = { { "Content-Security-Policy", csp },
					{ "Referrer-Policy", "no-referrer" },
					{ "Content-Language", language(v) } } });
}

/* Every page of an area is the same document: its script reads the address. */
static void handle_page(void *arg, struct visit *v)
{
	const struct shell *s = arg;
	const char *to = visit_header(v, "Sec-Fetch-Dest");
	char name[NAME_BYTES_MAX + 24];
	CLEAN(free) char *owned = NULL;
	struct found f;
	size_t area = strcspn(visit_rest(v), "/");

	if (area > NAME_BYTES_MAX)
		area = NAME_BYTES_MAX;
	snprintf(name, sizeof(name), "%.*s.%s%s.html", (int)area, visit_rest(v), language(v),
		to && strcmp(to, "iframe") == 0 ? ".framed" : "");
	if (!is_name(name) || !find(s, name, &f, &owned))
		visit_answer(v, &(struct answer){ .status = 404 });
	else
		answer_page(s, v, &f);
}

static void handle_front(void *arg, struct visit *v)
{
	(void)arg;
	visit_answer(
		v, &(struct answer){ .status = 302, .extra = { { "Location", "/app/desk" } } });
}

static size_t console_routes(struct shell *s, struct route *out, size_t n_max)
{
	const struct route routes[] = {
		{ "GET", "/app/assets/*", NULL, handle_asset, s },
		{ "GET", "/app/*", NULL, handle_page, s },
		{ "GET", "/app", NULL, handle_front, s },
		{ "GET", "/", NULL, handle_front, s },
	};

	if (n_max < ARRAY_LEN(routes))
		abort();
	memcpy(out, routes, sizeof(routes));
	return ARRAY_LEN(routes);
}

const struct hand hand_console = { .routes = console_routes };
