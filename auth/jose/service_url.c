#include "auth/jose/service_url.h"

#include "auth/jose/url.h"
#include "bot/base/text.h"

#include <string.h>
#include <strings.h>

enum { HOST_MAX = 256 };

/* Where scheme and host end; 0: no URL. */
static size_t origin_bytes(const char *url)
{
	const char *scheme_end = strstr(url, "://");
	size_t host = scheme_end ? strcspn(scheme_end + 3, "/?#") : 0;

	return host ? (size_t)(scheme_end + 3 - url) + host : 0;
}

static size_t bytes_without_slash(const char *url)
{
	size_t n = strlen(url);

	return n > 0 && url[n - 1] == '/' ? n - 1 : n;
}

bool service_url_same(const char *claim, const char *activity)
{
	size_t n, origin;

	if (!claim || !activity)
		return false;
	n = bytes_without_slash(claim);
	origin = origin_bytes(claim);
	return origin > 0 && n >= origin && n == bytes_without_slash(activity) &&
	       origin == origin_bytes(activity) && !strncasecmp(claim, activity, origin) &&
	       !memcmp(claim + origin, activity + origin, n - origin);
}

bool service_url_believed(const char *url, const char *const *hosts, const char *also)
{
	char host[HOST_MAX], other[HOST_MAX];
	size_t n;

	if (url_check(url, true, host, sizeof(host), NULL) != OK)
		return false;
	if (also && url_check(also, true, other, sizeof(other), NULL) == OK &&
		!strcmp(host, other) && !strncmp(url, also, strlen("https:")))
		return true;
	if (strncmp(url, "https:", 6) != 0)
		return false;
	n = strlen(host);
	if (n > 4 && !strcmp(host + n - 4, ":443"))
		host[n - 4] = '\0';
	for (; *hosts; hosts++)
		if (text_same_nocase(*hosts, host))
			return true;
	return false;
}
