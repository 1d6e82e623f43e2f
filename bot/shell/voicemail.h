#ifndef BOT_SHELL_VOICEMAIL_H
#define BOT_SHELL_VOICEMAIL_H

/*
 * What callers leave on tape. Graph makes a recording and keeps it for a moment: it is fetched as
 * soon as its end is told, also when the caller has hung up meanwhile, and only then the centre
 * hears that there is one. The sound is a file of its own in the folder voicemail beside the store,
 * readable by the service alone, with a row in the store; the mailbox's members are told in their
 * chats; after the mailbox's keep_days it is gone.
 */

#include "bot/shell/shell.h"
#include "graph/wire/note.h"

struct voicemails;

/* Graph is asked to record for the line's mailbox. */
void voicemail_begun(struct shell *s, const struct line *l, uint32_t attempt);
/* A recording is to be had. true: it is on its way, and EV_RECORDED comes of it; false: it is no
 * message of ours, or one that was taken before. */
bool voicemail_fetch(
	struct shell *s, struct address at, uint32_t attempt, const struct recording *r);

/* A message's sound, to be read; -1: it is gone. */
int voicemail_file(const struct shell *s, const char *file);
/* Sound and row are gone; what cannot be deleted is in the log, and stays listed. */
void voicemail_forget(struct shell *s, const char *file);

/* voicemail_door.c: those she may hear, as the view has them. */
struct person;
struct json_t *voicemail_nouns(struct shell *s, const struct person *who);
/* It has come, was heard or taken, or is erased: those who may hear it are told. */
void voicemail_changed(struct shell *s, const struct voicemail_row *row);
void voicemail_gone(struct shell *s, const struct voicemail_row *row);
/* false: there is none of that name. */
bool voicemail_row_of(struct shell *s, const char *file, struct voicemail_row *out);

#endif
