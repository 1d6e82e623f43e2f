/*
 * A zip whose files are stored as they are: a header and the bytes of each, then an index, then
 * where the index is. Every file has the first moment a zip can tell, 1 January 1980, so that the
 * same files make the same zip.
 * Source: PKWARE's APPNOTE 6.3.10, sections 4.3 and 4.4.
 */
#include "bot/package/package.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

enum {
	LOCAL_BYTES = 30,
	INDEX_BYTES = 46,
	END_BYTES = 22,
	VERSION = 20, /* 2.0, what every reader knows */
	NAMES_UTF8 = 1 << 11,
	DAY_ONE = 0x21, /* 1980-01-01: day 1, month 1 << 5, year 0 << 9 */
};

struct writer {
	uint8_t *at;
	size_t used;
};

static void put(struct writer *w, uint32_t value, unsigned bytes)
{
	for (unsigned i = 0; i < bytes; i++)
		w->at[w->used++] = (uint8_t)(value >> (8 * i));
}

static void put_bytes(struct writer *w, const void *from, size_t n)
{
	memcpy(w->at + w->used, from, n);
	w->used += n;
}

/* What a file's own header and its entry in the index share. */
static void put_facts(struct writer *w, const struct package_file *f)
{
	put(w, VERSION, 2);
	put(w, NAMES_UTF8, 2);
	put(w, 0, 2); /* stored */
	put(w, 0, 2); /* midnight */
	put(w, DAY_ONE, 2);
	put(w, (uint32_t)crc32(0, f->bytes, (uInt)f->n), 4);
	put(w, (uint32_t)f->n, 4);
	put(w, (uint32_t)f->n, 4);
	put(w, (uint32_t)strlen(f->name), 2);
	put(w, 0, 2); /* no extra field */
}

static void put_file(struct writer *w, const struct package_file *f)
{
	put(w, 0x04034b50, 4);
	put_facts(w, f);
	put_bytes(w, f->name, strlen(f->name));
	put_bytes(w, f->bytes, f->n);
}

static void put_entry(struct writer *w, const struct package_file *f, size_t at)
{
	put(w, 0x02014b50, 4);
	put(w, VERSION, 2); /* made by */
	put_facts(w, f);
	put(w, 0, 2); /* no comment */
	put(w, 0, 2); /* disk */
	put(w, 0, 2);
	put(w, 0, 4); /* no attributes */
	put(w, (uint32_t)at, 4);
	put_bytes(w, f->name, strlen(f->name));
}

static void put_end(struct writer *w, size_t files, size_t index_at, size_t index_bytes)
{
	put(w, 0x06054b50, 4);
	put(w, 0, 2); /* of one disk */
	put(w, 0, 2);
	put(w, (uint32_t)files, 2);
	put(w, (uint32_t)files, 2);
	put(w, (uint32_t)index_bytes, 4);
	put(w, (uint32_t)index_at, 4);
	put(w, 0, 2);
}

enum err zip_write(const struct package *p, uint8_t **out, size_t *n, struct why *why)
{
	struct writer w = { .used = 0 };
	size_t at[PACKAGE_FILES_MAX], size = END_BYTES, index_at;

	for (size_t i = 0; i < p->n; i++)
		size += LOCAL_BYTES + INDEX_BYTES + 2 * strlen(p->file[i].name) + p->file[i].n;
	w.at = malloc(size);
	if (!w.at)
		return FAIL(why, E_SYSTEM, "no memory for a zip of %zu bytes", size);
	for (size_t i = 0; i < p->n; i++) {
		at[i] = w.used;
		put_file(&w, &p->file[i]);
	}
	index_at = w.used;
	for (size_t i = 0; i < p->n; i++)
		put_entry(&w, &p->file[i], at[i]);
	put_end(&w, p->n, index_at, w.used - index_at);
	*out = w.at;
	*n = w.used;
	return OK;
}
