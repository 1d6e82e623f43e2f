#ifndef BOT_SHELL_ARCHIVE_INSIDE_H
#define BOT_SHELL_ARCHIVE_INSIDE_H

/* What the archive's files of the loop share. */

#include "bot/http/door.h"
#include "bot/shell/archive.h"
#include "bot/shell/command_again.h"

struct archive_hand {
	struct archive *archive; /* the lane's; NULL: the store has no file */
	bool following;
	uint64_t due_ms;
	uint32_t *forget; /* contacts; the heap's */
	size_t n_forget;
	struct agains again; /* notes that came with a key */
};

/* NULL: no memory. */
struct question *question_new(
	struct shell *s, struct visit *v, const struct person *who, archive_ask *what);
void question_free(struct question *q);
/* "12", "12/notes" or "12/notes/3" of its path. false: no such address, and refused. */
bool question_read_path(struct shell *s, struct visit *v, struct question *q);
/* On its way to the lane; with good false it was refused already, and is freed. q may be NULL. */
void question_put(struct shell *s, struct visit *v, struct question *q, bool good);
/* As the lane left it. */
void question_answer(struct shell *s, const struct question *q);

#endif
