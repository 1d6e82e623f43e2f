#ifndef BOT_STORE_CONTACTS_FILE_H
#define BOT_STORE_CONTACTS_FILE_H

/*
 * The projection's file: which journal it belongs to, which contacts it has, rows in and out.
 *
 * Two connections, so that two threads may use it at once: contacts_file_write is for the one that
 * writes, everything else for the owner.
 */

#include "bot/store/contacts.h"
#include "bot/store/sql.h"

struct contacts_file {
	struct sql write, read;
	sqlite3_stmt *begin, *commit, *put, *code;
	/* Which contacts are there or on the way: bit contact. */
	uint8_t *known;
	size_t known_bytes;
};

/* f all zero. path may be a URI that begins with "file:", for memory. After a failure f wants
 * contacts_file_close still. */
enum err contacts_file_open(struct contacts_file *f, const char *path, const uint8_t of[16],
	uint32_t last_contact, struct why *why) MUST_CHECK;
/* A file that is not there, or not of this journal, is an empty one. */
enum err contacts_file_open_to_read(struct contacts_file *f, const char *path, const uint8_t of[16],
	struct why *why) MUST_CHECK;
void contacts_file_close(struct contacts_file *f);

bool contacts_file_knows(const struct contacts_file *f, uint32_t contact);
/* false: out of memory. */
bool contacts_file_know(struct contacts_file *f, uint32_t contact);

/* All or none; those of contact 0 are passed over. */
enum err contacts_file_write(struct contacts_file *f, const struct contact_hand *hand, size_t n,
	struct why *why) MUST_CHECK;
enum err contacts_file_each(struct contacts_file *f, bool back,
	bool (*each)(void *arg, struct contact_row *row), void *arg, struct why *why) MUST_CHECK;

#endif
