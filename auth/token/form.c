#include "auth/token/form.h"

#include "bot/base/clean.h"
#include "bot/base/guid.h"
#include "bot/base/rng.h"

#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <string.h>

static void body_add_bytes(struct body *b, const char *bytes, size_t n)
{
	if (n >= b->size - b->used) {
		b->cut = true;
		return;
	}
	memcpy(b->at + b->used, bytes, n);
	b->used += n;
	b->at[b->used] = '\0';
}

static bool unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       c == '-' || c == '.' || c == '_' || c == '~';
}

/* A secret may hold '+', which a form takes for a space: everything but letters is encoded. */
void body_add(struct body *b, const char *name, const char *value)
{
	static const char digits[] = "0123456789ABCDEF";

	if (b->used)
		body_add_bytes(b, "&", 1);
	body_add_bytes(b, name, strlen(name));
	body_add_bytes(b, "=", 1);
	for (; *value; value++) {
		uint8_t c = (uint8_t)*value;
		char encoded[3] = { '%', digits[c >> 4], digits[c & 15] };

		if (unreserved(*value))
			body_add_bytes(b, value, 1);
		else
			body_add_bytes(b, encoded, 3);
	}
}

void body_add_assertion(struct body *b, const char *jwt)
{
	body_add(b, "client_assertion_type",
		"urn:ietf:params:oauth:client-assertion-type:jwt-bearer");
	body_add(b, "client_assertion", jwt);
}

void secret_free(char *secret)
{
	if (secret)
		OPENSSL_cleanse(secret, strlen(secret));
	free(secret);
}

char *secret_copy(const char *secret)
{
	return secret ? strdup(secret) : NULL;
}

static enum err read_all(
	int fd, const char *path, const char *env_name, char *out, size_t *n, struct why *why)
{
	ssize_t got = 0;

	for (*n = 0; *n <= SECRET_FILE_MAX; *n += (size_t)got) {
		got = read(fd, out + *n, SECRET_FILE_MAX + 1 - *n);
		if (got < 0 && errno == EINTR)
			got = 0;
		else if (got < 0)
			return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot read \"%s\": %s",
				env_name, path, strerror(errno));
		else if (got == 0)
			break;
	}
	if (*n > SECRET_FILE_MAX)
		return FAIL(why, E_LIMIT, "%s: \"%s\" holds more than %d bytes", env_name, path,
			SECRET_FILE_MAX);
	out[*n] = '\0';
	return OK;
}

enum err secret_file(const char *path, const char *env_name, char **out, size_t *n, struct why *why)
{
	CLEAN(close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *text;
	enum err e;

	*out = NULL;
	*n = 0;
	if (fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot open \"%s\": %s", env_name, path,
			strerror(errno));
	text = calloc(1, SECRET_FILE_MAX + 2);
	if (!text)
		return FAIL(why, E_SYSTEM, "%s: no memory for \"%s\"", env_name, path);
	e = read_all(fd, path, env_name, text, n, why);
	if (e != OK) {
		OPENSSL_cleanse(text, SECRET_FILE_MAX + 2);
		free(text);
		return e;
	}
	*out = text;
	return OK;
}

void guid_fresh(char out[37])
{
	struct guid g;

	random_bytes(g.byte, sizeof(g.byte));
	g.byte[6] = (uint8_t)((g.byte[6] & 0x0f) | 0x40);
	g.byte[8] = (uint8_t)((g.byte[8] & 0x3f) | 0x80);
	guid_print(g, out);
}
