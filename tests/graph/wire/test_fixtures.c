/* Every body under tests/fixtures, decoded and printed, against one golden file. */

#include "bot/base/text.h"
#include "graph/wire/note.h"
#include "tests/graph/wire/files.h"

#include <ftw.h>

enum { PATHS_MAX = 512, GOLDEN_MAX = 256 * 1024 };

static char *paths[PATHS_MAX];
static size_t n_paths;

static int collect(const char *path, const struct stat *st, int flag, struct FTW *where)
{
	size_t n = strlen(path);

	(void)st;
	(void)where;
	if (flag == FTW_F && n > 5 && strcmp(path + n - 5, ".json") == 0) {
		assert_true(n_paths < PATHS_MAX);
		paths[n_paths++] = strdup(path);
	}
	return 0;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void print_party(const struct roster_entry *p, struct text *out)
{
	static const char *const kinds[] = { "none", "user", "phone", "guest", "application",
		"instance", "encrypted", "other" };

	text_add(out, "    %s %s%s%s%s%s%s%s\n", p->participant_id, kinds[p->who.kind],
		p->in_lobby ? " lobby" : "", p->muted ? " muted" : "",
		p->inactive ? " inactive" : "", p->removed ? " removed" : "",
		p->removed_reason[0] ? "=" : "", p->removed_reason);
}

static void print_body(const char *path, struct text *out)
{
	static struct notes notes;
	size_t bytes;
	char *body = file_read(path, &bytes);
	struct why why;
	enum err e = notes_decode(body, bytes, &notes, &why);

	text_add(out, "%s\n", path);
	if (e != OK)
		text_add(out, "  %s %d:%d: %s\n", e == E_LIMIT ? "limit" : "malformed", notes.line,
			notes.column, why.text);
	else if (notes.legacy)
		text_add(out, "  legacy\n");
	for (size_t i = 0; e == OK && i < notes.n; i++) {
		const struct note *n = &notes.item[i];

		text_add(out, "  ");
		note_print(n, out);
		text_add(out, "\n");
		for (size_t p = n->first_party; p < n->first_party + n->n_parties; p++)
			print_party(&notes.party[p], out);
	}
	free(body);
}

static void every_fixture_prints_its_golden_lines(void **state)
{
	struct text out = text_of(malloc(GOLDEN_MAX), GOLDEN_MAX);

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(note_folders); i++)
		assert_int_equal(nftw(note_folders[i], collect, 16, FTW_PHYS), 0);
	assert_true(n_paths >= 80);
	qsort(paths, n_paths, sizeof(paths[0]), by_name);
	for (size_t i = 0; i < n_paths; i++) {
		print_body(paths[i], &out);
		free(paths[i]);
	}
	assert_false(out.cut);
	golden_compare("tests/golden/wire/fixtures.txt", out.at);
	free(out.at);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_fixture_prints_its_golden_lines),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
