#ifndef BOT_STORE_CONTACTS_H
#define BOT_STORE_CONTACTS_H

/*
 * Contact records, written behind in a file of their own: SQLite has one writer a file, and the
 * journal's must never wait for a report's row. What this file loses, the journal gives again, so
 * it may sync lazily, and one that does not fit its journal is thrown away and made anew.
 *
 * One thread of ours writes; everything declared here is for the store's owner.
 */

#include "bot/store/store.h"

struct contacts;

struct contact_hand {
	uint32_t contact; /* 0: nothing, it only wakes the thread */
	bool code_alone;  /* only its wrap_up_code, of a record handed over before */
	struct record record;
	char queue_name[64], agent_name[128];
};

/* of: the journal's own id. last_contact: its highest contact; the file cannot know later ones. */
enum err contacts_open(const char *path, const uint8_t of[16], uint32_t last_contact,
	struct contacts **out, struct why *why) MUST_CHECK;
/* No thread; a file that is not there is an empty one. */
enum err contacts_open_to_read(
	const char *path, const uint8_t of[16], struct contacts **out, struct why *why) MUST_CHECK;
/* Writes what was handed over first. NULL is fine. */
void contacts_close(struct contacts *c);

/* What is there already is not written again, but for a code alone. wait: for room, else the one
 * too many is missed. */
void contacts_put(struct contacts *c, const struct contact_hand *hand, bool wait);
void contacts_flush(struct contacts *c);
uint64_t contacts_missed(struct contacts *c);

enum err contacts_each(struct contacts *c, bool (*each)(void *arg, struct contact_row *row),
	void *arg, struct why *why) MUST_CHECK;

/* The newest first. */
enum err contacts_each_back(struct contacts *c, bool (*each)(void *arg, struct contact_row *row),
	void *arg, struct why *why) MUST_CHECK;

#endif
