#ifndef MEDIA_PROMPT_PROCESS_H
#define MEDIA_PROMPT_PROCESS_H

/*
 * Run a program as a filter, with a deadline. For this room's voices.
 *
 * posix_spawn, so a large process is not copied and its other threads do not stop. The program
 * gets our bytes as standard input, an environment of PATH and LC_ALL alone, no descriptor of ours
 * but the three, every signal at its default, and a process group of its own, which is killed when
 * we are done with it, however that came.
 */

#include "bot/base/err.h"

#include <stddef.h>
#include <stdint.h>

/*
 *   argv       NULL-terminated; argv[0] is a path or found in PATH
 *   in         borrowed; the program's standard input
 *   bytes_max  of standard output
 *   out        owned by the caller, free(); NULL on error or without output
 *
 * E_LATE    not finished within deadline_ms
 * E_LIMIT   more output than bytes_max
 * E_REMOTE  it exited with a status other than 0 (why->ext) or by a signal (why->ext negative);
 *           why ends with the first line it complained with
 * E_SYSTEM  it could not be started
 */
enum err process_filter(const char *const argv[], const char *in, size_t in_bytes, size_t bytes_max,
	uint32_t deadline_ms, uint8_t **out, size_t *out_bytes, struct why *why) MUST_CHECK;

#endif
