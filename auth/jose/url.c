#include "auth/jose/url.h"

#include <string.h>

static bool loopback(const char *host)
{
	if (!strncmp(host, "127.", 4))
		return strspn(host, "0123456789.:") == strlen(host);
	return !strcmp(host, "localhost") || !strncmp(host, "localhost:", 10) ||
	       !strcmp(host, "[::1]") || !strncmp(host, "[::1]:", 6);
}

static bool printable(const char *url)
{
	for (; *url; url++)
		if (*url <= ' ' || *url == 0x7f || *url == '\\' || *url == '"')
			return false;
	return true;
}

static enum err copy_host(const char *from, char *host, size_t size)
{
	size_t n = strcspn(from, "/?#");

	if (n == 0 || n >= size || memchr(from, '@', n) || from[0] == ':')
		return E_MALFORMED;
	for (size_t i = 0; i < n; i++)
		host[i] = from[i] >= 'A' && from[i] <= 'Z' ? (char)(from[i] + 32) : from[i];
	host[n] = '\0';
	return OK;
}

enum err url_check(
	const char *url, bool http_on_loopback, char *host, size_t host_size, struct why *why)
{
	bool plain = !strncmp(url, "http://", 7);

	if ((!plain && strncmp(url, "https://", 8) != 0) || !printable(url) ||
		copy_host(url + (plain ? 7 : 8), host, host_size) != OK)
		return FAIL(why, E_MALFORMED, "\"%.200s\" is not an https URL", url);
	if (plain && !(http_on_loopback && loopback(host)))
		return FAIL(why, E_MALFORMED, "\"%.200s\" is plain http%s", url,
			http_on_loopback ? ", and not on loopback" : "; https is needed");
	return OK;
}
