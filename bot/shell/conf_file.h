#ifndef BOT_SHELL_CONF_FILE_H
#define BOT_SHELL_CONF_FILE_H

/*
 * The configuration's file, exchanged so that at every moment it is the old one or the new one:
 * written beside it as PATH.next, synced, renamed, and the folder synced. Any thread.
 */

#include "bot/base/err.h"

#include <stddef.h>
#include <stdint.h>

/* E_STALE: the file's SHA-256 is another: it was changed by hand. */
enum err conf_file_is(const char *path, const uint8_t digest[32], struct why *why) MUST_CHECK;
/* What conf_file_take will make of it. Waits for the disk. */
enum err conf_file_write(
	const char *path, const char *text, size_t bytes, struct why *why) MUST_CHECK;
enum err conf_file_take(const char *path, struct why *why) MUST_CHECK;

#endif
