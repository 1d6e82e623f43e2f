/* fuzz: bot/shell */

/* Any bytes as a configuration: no crash, no leak, and faults exactly where it is refused, each
 * inside the text. Places are looked for in text that is no JSON too, by pointers made of its own
 * first line. */
#include "bot/base/err.h"
#include "bot/shell/config.h"
#include "bot/shell/lint.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n);

static void check_faults(const struct faults *faults, const char *text, size_t n)
{
	int lines = 1;

	for (size_t i = 0; i < n; i++)
		lines += text[i] == '\n';
	for (size_t i = 0; i < faults->n && i < FAULTS_MAX; i++) {
		const struct fault *f = &faults->item[i];

		if (f->line < 1 || f->line > lines || f->column < 1 || f->column > (int)n + 1 ||
			!f->text[0] || strchr(f->text, '\n'))
			abort();
	}
}

/* What was taken is looked at closely: findings too have a place and one line. */
static void look_closely(const struct config *conf, const char *text, size_t n)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct faults *warnings = calloc(1, sizeof(*warnings));

	if (!faults || !warnings)
		abort();
	faults->text = warnings->text = text;
	faults->bytes = warnings->bytes = n;
	config_lint(conf, faults, warnings);
	check_faults(faults, text, n);
	check_faults(warnings, text, n);
	free(faults);
	free(warnings);
}

static void try_places(const char *text, size_t n)
{
	const char *end = memchr(text, '\n', n);
	size_t bytes = end ? (size_t)(end - text) : n;
	char *pointer = strndup(text, bytes < POINTER_MAX ? bytes : POINTER_MAX - 1);
	int line, column;

	place_find(text, n, pointer, false, &line, &column);
	place_find(text, n, pointer, true, &line, &column);
	place_find(text, n, "/flows/a/0/menu/1", false, &line, &column);
	place_find(text, n, "/0/0/0/0", true, &line, &column);
	free(pointer);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t n)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	char *text = malloc(n ? n : 1); /* exactly as long, so that a byte beyond is seen */
	struct config *conf = NULL;
	struct why why;
	enum err e;

	if (!faults || !text)
		abort();
	memcpy(text, data, n);
	e = config_parse(text, n, NULL, &conf, faults, &why);
	if ((e == OK) != (faults->n == 0) || (e == OK) != (conf != NULL))
		abort();
	check_faults(faults, text, n);
	if (conf)
		look_closely(conf, text, n);
	config_free(conf);
	try_places(text, n);
	free(text);
	free(faults);
	return 0;
}
