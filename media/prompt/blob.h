#ifndef MEDIA_PROMPT_BLOB_H
#define MEDIA_PROMPT_BLOB_H

/* Whole files, with a limit. For this room. */

#include "bot/base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 * Read a regular file (not a FIFO, a device or a directory), at most bytes_max of it.
 *
 *   dir_fd  where a relative path begins; AT_FDCWD
 *   bytes   owned by the caller, free(); NULL when the file is empty
 *
 * E_ABSENT (why->ext is errno), E_LIMIT, E_SYSTEM.
 */
enum err blob_read(int dir_fd, const char *path, size_t bytes_max, uint8_t **bytes, size_t *n_bytes,
	struct why *why) MUST_CHECK;

/*
 * Make path in dir_fd be these bytes, or leave it as it was: written beside it under a name of
 * ".tmp-*", fsynced, renamed, and the directory fsynced.
 *
 * E_SYSTEM  why->ext is errno
 */
enum err blob_write(int dir_fd, const char *path, const uint8_t *bytes, size_t n_bytes,
	struct why *why) MUST_CHECK;

#endif
