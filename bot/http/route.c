/* Which route serves a request: the first in the table whose path and method fit. */
#include "bot/http/inside.h"

#include "bot/base/text.h"

#include <string.h>

bool route_serves(const char *route_method, const char *method)
{
	return !strcmp(route_method, method) ||
	       (!strcmp(method, "HEAD") && !strcmp(route_method, "GET"));
}

/* NULL: the path is another. Else what the first name in braces and all after it took, or the star.
 */
static const char *path_rest(const char *pattern, const char *path)
{
	const char *rest = NULL;
	size_t n;

	for (;; pattern++, path++) {
		if (!strcmp(pattern, "*"))
			return *path ? path : NULL;
		if (*pattern == '{') {
			n = strcspn(path, "/");
			rest = rest ? rest : path;
			if (n == 0)
				return NULL;
			pattern += strcspn(pattern, "}") + 1;
			path += n;
		}
		if (*pattern != *path)
			return NULL;
		if (!*pattern)
			return rest ? rest : path;
	}
}

int route_find(const struct route *routes, size_t n, const char *method, const char *path,
	const struct route **out, const char **rest)
{
	int status = 404;

	for (size_t i = 0; i < n; i++) {
		*rest = path_rest(routes[i].path, path);
		if (!*rest)
			continue;
		*out = &routes[i];
		if (route_serves(routes[i].method, method))
			return 0;
		status = 405;
	}
	*out = NULL;
	*rest = "";
	return status;
}

static bool served_before(
	const struct route *routes, size_t n, const char *method, const char *path)
{
	for (size_t i = 0; i < n; i++)
		if (path_rest(routes[i].path, path) && !strcmp(routes[i].method, method))
			return true;
	return false;
}

void route_allow(const struct route *routes, size_t n, const char *path, char *out, size_t size)
{
	struct text t = text_of(out, size);

	for (size_t i = 0; i < n; i++) {
		const char *method = routes[i].method;

		if (!path_rest(routes[i].path, path) || served_before(routes, i, method, path))
			continue;
		text_add(&t, "%s%s%s", t.used ? ", " : "", method,
			strcmp(method, "GET") ? "" : ", HEAD");
	}
}
