#include "media/prompt/blob.h"

#include "bot/base/clean.h"
#include "bot/base/rng.h"
#include "bot/base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* read() until n bytes are in or the file ends. -1: errno. */
static ssize_t read_all(int fd, uint8_t *to, size_t n)
{
	size_t got = 0;

	while (got < n) {
		ssize_t r = read(fd, to + got, n - got);

		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return -1;
		if (r == 0)
			break;
		got += (size_t)r;
	}
	return (ssize_t)got;
}

enum err blob_read(int dir_fd, const char *path, size_t bytes_max, uint8_t **bytes, size_t *n_bytes,
	struct why *why)
{
	/* O_NONBLOCK: a FIFO in place of a file must not hold us. */
	CLEAN(close) int fd = openat(dir_fd, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	CLEAN(free) uint8_t *buf = NULL;
	struct stat st;
	ssize_t got;

	*bytes = NULL;
	*n_bytes = 0;
	if (fd < 0 || fstat(fd, &st) != 0)
		return FAIL_EXT(why, E_ABSENT, errno, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return FAIL_EXT(why, E_ABSENT, EINVAL, "%s: not a regular file", path);
	if ((uint64_t)st.st_size > bytes_max)
		return FAIL(why, E_LIMIT, "%s: has %lld bytes, %zu is the most", path,
			(long long)st.st_size, bytes_max);
	if (st.st_size == 0)
		return OK;
	buf = malloc((size_t)st.st_size);
	if (!buf)
		return FAIL(why, E_SYSTEM, "%s: no memory for it", path);
	got = read_all(fd, buf, (size_t)st.st_size);
	if (got < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	*bytes = TAKE(buf);
	*n_bytes = (size_t)got;
	return OK;
}

static int write_all(int fd, const uint8_t *bytes, size_t n)
{
	while (n > 0) {
		ssize_t w = write(fd, bytes, n);

		if (w < 0 && errno == EINTR)
			continue;
		if (w < 0)
			return -1;
		bytes += w;
		n -= (size_t)w;
	}
	return fsync(fd);
}

static void temporary_name(char *out, size_t out_size)
{
	struct text t = text_of(out, out_size);
	uint8_t chance[8];
	char hex[2 * sizeof(chance) + 1];

	random_bytes(chance, sizeof(chance));
	text_hex(hex, sizeof(hex), chance, sizeof(chance));
	text_add(&t, ".tmp-%s", hex);
}

enum err blob_write(
	int dir_fd, const char *path, const uint8_t *bytes, size_t n_bytes, struct why *why)
{
	CLEAN(close) int fd = -1;
	char temporary[32];
	int errno_was;

	temporary_name(temporary, sizeof(temporary));
	fd = openat(dir_fd, temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return FAIL_EXT(
			why, E_SYSTEM, errno, "%s: cannot be made: %s", path, strerror(errno));
	if (write_all(fd, bytes, n_bytes) == 0 && renameat(dir_fd, temporary, dir_fd, path) == 0 &&
		fsync(dir_fd) == 0)
		return OK;
	errno_was = errno;
	unlinkat(dir_fd, temporary, 0); /* has gone already when only the last fsync failed */
	return FAIL_EXT(
		why, E_SYSTEM, errno_was, "%s: cannot be written: %s", path, strerror(errno_was));
}
