#ifndef MEDIA_PROMPT_SHELF_H
#define MEDIA_PROMPT_SHELF_H

/*
 * The prompt shelf: a directory of rendered WAVs that Graph fetches by URI.
 *
 * The fetch carries no authentication, so the name is the permission: HMAC-SHA256 of the bytes
 * under a secret of the service, in hexadecimal. Same content, same name, so putting twice is
 * putting once, a URI never changes its meaning, and caches may keep it for ever. The resource
 * id, Graph's own cache key, is a UUID (version 8) made from that name one way: it may be seen
 * by others without giving the name away, and nobody without the secret can occupy it first.
 *
 * Beside the WAVs lie the index entries ("<64 hex>.key"): what was asked for -> which WAV, so
 * that a restart renders nothing again. Files are written whole (temporary name, fsync, rename,
 * fsync of the directory): after a crash a file is there and right, or not there. Everything on
 * the shelf can be rendered again; an operator may empty the directory while we are stopped.
 *
 * One process a directory. shelf_put and shelf_bind from any thread at once; so may reads.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "media/dsp/pcm.h"

#include <stddef.h>
#include <stdint.h>

enum {
	SHELF_NAME = 64 + 4 + 1, /* hexadecimal, ".wav", NUL */
	SHELF_SECRET_BYTES_MIN = 16,
	SHELF_SECRET_BYTES_MAX = 64,
	SHELF_ITEMS_MAX = 100000, /* files, index entries included */
};

struct shelf;

struct shelf_item {
	char name[SHELF_NAME];       /* the last part of the URI */
	char resource_id[GUID_TEXT]; /* mediaInfo.resourceId */
	uint32_t ms;                 /* how long it plays */
};

/*
 * Open or create (mode 0700) the directory. What an interrupted write left is swept away.
 *
 *   secret     copied, wiped by shelf_close; never logged, never in why
 *   bytes_max  of all WAVs together
 *
 * E_DENIED  secret shorter than SHELF_SECRET_BYTES_MIN or longer than ..._MAX
 * E_LIMIT   the directory holds more than SHELF_ITEMS_MAX or bytes_max already: why says how much
 * E_SYSTEM  the directory cannot be made, read or written (why->ext is errno)
 */
enum err shelf_open(const char *dir, const uint8_t *secret, size_t secret_bytes, uint64_t bytes_max,
	struct shelf **out, struct why *why) MUST_CHECK;
/* NULL is fine. */
void shelf_close(struct shelf *shelf);

/*
 * Put a sound on the shelf; durable when it returns. Waits for the disk: not on a loop.
 *
 * E_LIMIT   the shelf is full, or the sound longer than a WAV may be; what is there stays
 * E_SYSTEM  disk or memory
 */
enum err shelf_put(struct shelf *shelf, const struct pcm *pcm, struct shelf_item *out,
	struct why *why) MUST_CHECK;

/* Remember that key (any bytes; say voice, language and text) gave item. Errors as shelf_put. */
enum err shelf_bind(struct shelf *shelf, const void *key, size_t key_bytes,
	const struct shelf_item *item, struct why *why) MUST_CHECK;

/*
 * What key gave earlier, in this life or another.
 * E_ABSENT: never bound, or the WAV has gone: render it (and bind again).
 */
enum err shelf_find(struct shelf *shelf, const void *key, size_t key_bytes, struct shelf_item *out,
	struct why *why) MUST_CHECK;

/*
 * For the web door: open a WAV for reading. name is a stranger's text: only 64 lower-case
 * hexadecimal digits and ".wav" ever reach the file system, so no path leads out.
 *
 *   fd     owned by the caller, close()
 *   bytes  of the whole file
 *
 * E_ABSENT  answer 404, whatever the reason
 * E_SYSTEM  answer 503 (out of descriptors)
 *
 * Any thread. Does not wait for anything but the file system.
 */
enum err shelf_file(const struct shelf *shelf, const char *name, int *fd, uint64_t *bytes,
	struct why *why) MUST_CHECK;

/* For the real-time legs: the samples of an item. Errors as shelf_file and wav_read. */
enum err shelf_load(
	const struct shelf *shelf, const char *name, struct pcm *out, struct why *why) MUST_CHECK;

#endif
