#include "media/prompt/shelf.h"

#include "bot/base/text.h"
#include "media/prompt/audio.h"
#include "media/prompt/blob.h"
#include "media/prompt/wav.h"

#include <assert.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>

enum { HASH = SHA256_DIGEST_LENGTH, HASH_HEX = 2 * HASH };

struct shelf {
	int dir_fd;
	char dir[256]; /* for stories */
	uint8_t secret[SHELF_SECRET_BYTES_MAX];
	size_t secret_bytes;
	uint64_t bytes_max;
	/* Writers one after another: they wait for the same disk, and two with the same content
	 * must not both be counted. Guards the two fields below. */
	pthread_mutex_t lock;
	uint64_t bytes; /* of the WAVs */
	size_t items;   /* files, index entries included */
};

/* What every index entry's hash begins with; a WAV begins with RIFF, so the two never meet. */
static const char key_prefix[] = "shelf key";

static void secret_hash(
	const struct shelf *shelf, const void *bytes, size_t n_bytes, char hex[HASH_HEX + 1])
{
	uint8_t hash[HASH];
	unsigned n = sizeof(hash);

	/* It fails only without memory or without SHA-256, and there is no name without it. */
	if (!HMAC(EVP_sha256(), shelf->secret, (int)shelf->secret_bytes, bytes, n_bytes, hash, &n))
		abort();
	text_hex(hex, HASH_HEX + 1, hash, sizeof(hash));
}

/* 64 lower-case hexadecimal digits and the suffix: the only names that reach the disk. */
static bool is_ours(const char *name, const char *suffix)
{
	size_t n = strnlen(name, SHELF_NAME);

	if (n != HASH_HEX + strlen(suffix) || strspn(name, "0123456789abcdef") != HASH_HEX)
		return false;
	return strcmp(name + HASH_HEX, suffix) == 0;
}

static enum err item_of(const char *name, uint64_t bytes, struct shelf_item *out, struct why *why)
{
	uint8_t hash[HASH];
	struct guid id;

	if (bytes < WAV_HEADER_BYTES || text_copy(out->name, sizeof(out->name), name) != OK)
		return FAIL(why, E_ABSENT, "%s: is no WAV of ours", name);
	SHA256((const uint8_t *)name, strlen(name), hash);
	memcpy(id.byte, hash, sizeof(id.byte));
	id.byte[6] = (uint8_t)(0x80 |
			       (id.byte[6] & 0x0f)); /* RFC 9562: version 8, our own making */
	id.byte[8] = (uint8_t)(0x80 | (id.byte[8] & 0x3f)); /* and its variant */
	guid_print(id, out->resource_id);
	out->ms = (uint32_t)((bytes - WAV_HEADER_BYTES) / sizeof(int16_t) * 1000 / PCM_RATE);
	return OK;
}

/* Count one directory entry, or sweep it away. */
static void entry_take(struct shelf *shelf, const char *name)
{
	struct stat st;

	if (strncmp(name, ".tmp-", 5) == 0)
		unlinkat(shelf->dir_fd, name, 0);
	if (!is_ours(name, ".wav") && !is_ours(name, ".key"))
		return;
	shelf->items++;
	if (is_ours(name, ".wav") && fstatat(shelf->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) == 0)
		shelf->bytes += (uint64_t)st.st_size;
}

static enum err dir_scan(struct shelf *shelf, struct why *why)
{
	int fd = openat(shelf->dir_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd >= 0 ? fdopendir(fd) : NULL;
	struct dirent *entry;

	if (!dir) {
		close_clean(&fd);
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", shelf->dir, strerror(errno));
	}
	while ((entry = readdir(dir)) && shelf->items <= SHELF_ITEMS_MAX)
		entry_take(shelf, entry->d_name);
	closedir(dir);
	if (shelf->items > SHELF_ITEMS_MAX)
		return FAIL(why, E_LIMIT,
			"%s: holds more than %d files: empty it, all can be made again", shelf->dir,
			SHELF_ITEMS_MAX);
	if (shelf->bytes > shelf->bytes_max)
		return FAIL(why, E_LIMIT,
			"%s: holds %" PRIu64 " bytes of prompts, the limit is %" PRIu64
			": raise it or empty the directory, all can be made again",
			shelf->dir, shelf->bytes, shelf->bytes_max);
	return OK;
}

static enum err dir_open(struct shelf *shelf, struct why *why)
{
	if (mkdir(shelf->dir, 0700) != 0 && errno != EEXIST)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot be made: %s", shelf->dir,
			strerror(errno));
	shelf->dir_fd = open(shelf->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (shelf->dir_fd < 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", shelf->dir, strerror(errno));
	if (flock(shelf->dir_fd, LOCK_EX | LOCK_NB) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: is in use by another process: %s",
			shelf->dir, strerror(errno));
	if (faccessat(shelf->dir_fd, ".", W_OK | X_OK, AT_EACCESS) != 0)
		return FAIL_EXT(why, E_SYSTEM, errno, "%s: cannot be written: %s", shelf->dir,
			strerror(errno));
	return dir_scan(shelf, why);
}

void shelf_close(struct shelf *shelf)
{
	if (!shelf)
		return;
	close_clean(&shelf->dir_fd);
	OPENSSL_cleanse(shelf->secret, sizeof(shelf->secret));
	pthread_mutex_destroy(&shelf->lock);
	free(shelf);
}

CLEAN_FN(shelf_close, struct shelf *)

enum err shelf_open(const char *dir, const uint8_t *secret, size_t secret_bytes, uint64_t bytes_max,
	struct shelf **out, struct why *why)
{
	CLEAN(shelf_close) struct shelf *shelf = NULL;
	enum err e;

	*out = NULL;
	if (secret_bytes < SHELF_SECRET_BYTES_MIN || secret_bytes > SHELF_SECRET_BYTES_MAX)
		return FAIL(why, E_DENIED,
			"the secret of the prompt shelf has %zu bytes: %d to %d are taken",
			secret_bytes, SHELF_SECRET_BYTES_MIN, SHELF_SECRET_BYTES_MAX);
	shelf = calloc(1, sizeof(*shelf));
	if (!shelf)
		return FAIL(why, E_SYSTEM, "no memory for the prompt shelf");
	pthread_mutex_init(&shelf->lock, NULL);
	shelf->dir_fd = -1;
	shelf->bytes_max = bytes_max;
	shelf->secret_bytes = secret_bytes;
	memcpy(shelf->secret, secret, secret_bytes);
	if (text_copy(shelf->dir, sizeof(shelf->dir), dir) != OK)
		return FAIL(why, E_DENIED, "the path of the prompt shelf is longer than %zu bytes",
			sizeof(shelf->dir) - 1);
	e = dir_open(shelf, why);
	if (e != OK)
		return e;
	*out = TAKE(shelf);
	return OK;
}

/* The size of a file of ours, or -1. */
static int64_t bytes_of(const struct shelf *shelf, const char *name)
{
	struct stat st;

	if (fstatat(shelf->dir_fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(st.st_mode))
		return -1;
	return st.st_size;
}

/* Under the lock. bytes count against the limit only where counted says so. */
static enum err file_keep(struct shelf *shelf, const char *name, const uint8_t *bytes,
	size_t n_bytes, bool counted, struct why *why)
{
	int64_t was = bytes_of(shelf, name);
	uint64_t total = shelf->bytes;
	enum err e;

	if (counted)
		total += n_bytes - (was > 0 ? (uint64_t)was : 0);
	if (was < 0 && shelf->items >= SHELF_ITEMS_MAX)
		return FAIL(why, E_LIMIT, "%s: is full with %zu files", shelf->dir, shelf->items);
	if (total > shelf->bytes_max)
		return FAIL(why, E_LIMIT,
			"%s: is full: %zu bytes more would make %" PRIu64 ", the limit is %" PRIu64,
			shelf->dir, n_bytes, total, shelf->bytes_max);
	e = blob_write(shelf->dir_fd, name, bytes, n_bytes, why);
	if (e != OK)
		return e;
	shelf->bytes = total;
	shelf->items += was < 0;
	return OK;
}

enum err shelf_put(
	struct shelf *shelf, const struct pcm *pcm, struct shelf_item *out, struct why *why)
{
	CLEAN(free) uint8_t *wav = NULL;
	char name[SHELF_NAME];
	char hex[HASH_HEX + 1];
	struct text t = TEXT(name);
	size_t n_bytes;
	enum err e = wav_write(pcm, &wav, &n_bytes, why);

	if (e != OK)
		return e;
	secret_hash(shelf, wav, n_bytes, hex);
	text_add(&t, "%s.wav", hex);
	pthread_mutex_lock(&shelf->lock);
	/* What is there under this name and of this length is this content. */
	if (bytes_of(shelf, name) != (int64_t)n_bytes)
		e = file_keep(shelf, name, wav, n_bytes, true, why);
	pthread_mutex_unlock(&shelf->lock);
	return e == OK ? item_of(name, n_bytes, out, why) : e;
}

static enum err key_name(const struct shelf *shelf, const void *key, size_t key_bytes,
	char name[SHELF_NAME], struct why *why)
{
	size_t n = sizeof(key_prefix) + key_bytes;
	CLEAN(free) uint8_t *both = malloc(n);
	char hex[HASH_HEX + 1];
	struct text t = text_of(name, SHELF_NAME);

	if (!both)
		return FAIL(why, E_SYSTEM, "no memory for a key of %zu bytes", key_bytes);
	memcpy(both, key_prefix, sizeof(key_prefix));
	memcpy(both + sizeof(key_prefix), key, key_bytes);
	secret_hash(shelf, both, n, hex);
	text_add(&t, "%s.key", hex);
	return OK;
}

enum err shelf_bind(struct shelf *shelf, const void *key, size_t key_bytes,
	const struct shelf_item *item, struct why *why)
{
	char name[SHELF_NAME];
	enum err e = key_name(shelf, key, key_bytes, name, why);

	assert(is_ours(item->name, ".wav"));
	if (e != OK)
		return e;
	pthread_mutex_lock(&shelf->lock);
	e = file_keep(shelf, name, (const uint8_t *)item->name, strlen(item->name), false, why);
	pthread_mutex_unlock(&shelf->lock);
	return e;
}

enum err shelf_find(struct shelf *shelf, const void *key, size_t key_bytes, struct shelf_item *out,
	struct why *why)
{
	CLEAN(free) uint8_t *bytes = NULL;
	char name[SHELF_NAME], wav[SHELF_NAME] = "";
	size_t n_bytes;
	enum err e = key_name(shelf, key, key_bytes, name, why);

	if (e == OK)
		e = blob_read(shelf->dir_fd, name, sizeof(wav) - 1, &bytes, &n_bytes, why);
	if (e != OK)
		return e == E_LIMIT ? E_ABSENT : e;
	if (bytes)
		memcpy(wav, bytes, n_bytes);
	if (!is_ours(wav, ".wav") || bytes_of(shelf, wav) < 0)
		return FAIL(why, E_ABSENT, "%s: names a prompt that has gone", name);
	return item_of(wav, (uint64_t)bytes_of(shelf, wav), out, why);
}

enum err shelf_file(
	const struct shelf *shelf, const char *name, int *fd, uint64_t *bytes, struct why *why)
{
	CLEAN(close) int opened = -1;
	struct stat st;

	*fd = -1;
	*bytes = 0;
	if (!is_ours(name, ".wav"))
		return FAIL(why, E_ABSENT, "no prompt has such a name");
	opened = openat(shelf->dir_fd, name, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	if (opened < 0 && errno != EMFILE && errno != ENFILE && errno != ENOMEM)
		return FAIL_EXT(
			why, E_ABSENT, errno, "the prompt is not there: %s", strerror(errno));
	if (opened < 0 || fstat(opened, &st) != 0)
		return FAIL_EXT(
			why, E_SYSTEM, errno, "the prompt cannot be opened: %s", strerror(errno));
	if (!S_ISREG(st.st_mode))
		return FAIL(why, E_ABSENT, "the prompt is not a file");
	*fd = opened;
	*bytes = (uint64_t)st.st_size;
	opened = -1;
	return OK;
}

enum err shelf_load(const struct shelf *shelf, const char *name, struct pcm *out, struct why *why)
{
	CLEAN(free) uint8_t *bytes = NULL;
	size_t n_bytes;
	enum err e;

	*out = (struct pcm){ 0 };
	if (!is_ours(name, ".wav"))
		return FAIL(why, E_ABSENT, "no prompt has such a name");
	e = blob_read(shelf->dir_fd, name, AUDIO_FILE_BYTES_MAX, &bytes, &n_bytes, why);
	return e == OK ? wav_read(bytes, n_bytes, out, why) : e;
}
