#include "bot/shell/conf_file.h"

#include "bot/base/clean.h"
#include "bot/shell/config.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

enum err conf_file_is(const char *path, const uint8_t digest[32], struct why *why)
{
	CLEAN(free) char *text = NULL;
	uint8_t found[32];
	size_t bytes = 0;
	enum err e = config_read(path, &text, &bytes, why);

	if (e != OK)
		return e;
	config_digest(text, bytes, found, sizeof(found));
	if (memcmp(digest, found, sizeof(found)) == 0)
		return OK;
	return FAIL(why, E_STALE,
		"the file was changed by hand and is not in force: send SIGHUP, or put it back");
}

static void next_of(const char *path, char out[PATH_MAX])
{
	snprintf(out, PATH_MAX, "%s.next", path);
}

static enum err write_all(int fd, const char *text, size_t bytes)
{
	size_t at = 0;

	while (at < bytes) {
		ssize_t n = write(fd, text + at, bytes - at);

		if (n < 0 && errno != EINTR)
			return E_SYSTEM;
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0 ? OK : E_SYSTEM;
}

enum err conf_file_write(const char *path, const char *text, size_t bytes, struct why *why)
{
	CLEAN(close) int fd = -1;
	char next[PATH_MAX];
	struct stat st;

	next_of(path, next);
	fd = open(next, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || stat(path, &st) != 0 || fchmod(fd, st.st_mode & 0777) != 0 ||
		write_all(fd, text, bytes) != OK)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", next, strerror(errno));
	return OK;
}

enum err conf_file_take(const char *path, struct why *why)
{
	char next[PATH_MAX], folder[PATH_MAX];
	CLEAN(close) int fd = -1;

	next_of(path, next);
	snprintf(folder, sizeof(folder), "%s", path);
	fd = open(dirname(folder), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || rename(next, path) != 0 || fsync(fd) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	return OK;
}
