#include "bot/shell/faults.h"

#include "bot/base/text.h"

#include <stdarg.h>
#include <stdlib.h>

/* The next free one; NULL: it is counted only. */
static struct fault *fault_next(struct faults *f)
{
	return f->n++ < FAULTS_MAX ? &f->item[f->n - 1] : NULL;
}

/* One line, whatever a file's names hold. */
static void fault_write(struct fault *at, const char *fmt, va_list args)
{
	vsnprintf(at->text, sizeof(at->text), fmt, args);
	for (char *c = at->text; *c; c++)
		if ((unsigned char)*c < ' ' || *c == 0x7f)
			*c = '?';
}

void fault_add(struct faults *f, const char *pointer, bool at_key, const char *fmt, ...)
{
	struct fault *at = fault_next(f);
	va_list args;

	if (!at)
		return;
	place_find(f->text, f->bytes, pointer, at_key, &at->line, &at->column);
	snprintf(at->pointer, sizeof(at->pointer), "%s", pointer);
	va_start(args, fmt);
	fault_write(at, fmt, args);
	va_end(args);
}

void fault_add_at(struct faults *f, int line, int column, const char *fmt, ...)
{
	struct fault *at = fault_next(f);
	va_list args;

	if (!at)
		return;
	at->line = line;
	at->column = column;
	va_start(args, fmt);
	fault_write(at, fmt, args);
	va_end(args);
}

static int by_place(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	return x->line != y->line ? x->line - y->line : x->column - y->column;
}

size_t faults_sort(struct faults *f)
{
	size_t kept = f->n < FAULTS_MAX ? f->n : FAULTS_MAX;

	qsort(f->item, kept, sizeof(f->item[0]), by_place);
	return kept;
}

static void print(struct faults *f, const char *file, const char *word, FILE *out)
{
	size_t kept = faults_sort(f);

	for (size_t i = 0; i < kept; i++)
		fprintf(out, "%s:%d:%d: %s%s\n", file, f->item[i].line, f->item[i].column, word,
			f->item[i].text);
	if (f->n > kept)
		fprintf(out, "%s: %sand %zu more\n", file, word, f->n - kept);
}

void faults_print(struct faults *f, const char *file, FILE *out)
{
	print(f, file, "", out);
}

void warnings_print(struct faults *f, const char *file, FILE *out)
{
	print(f, file, "warning: ", out);
}

void pointer_add(char out[POINTER_MAX], const char *pointer, const char *name)
{
	char buf[POINTER_MAX];
	struct text t = TEXT(buf);

	text_add(&t, "%s/", pointer);
	for (; *name; name++) {
		if (*name == '~')
			text_add(&t, "~0");
		else if (*name == '/')
			text_add(&t, "~1");
		else
			text_add_bytes(&t, name, 1);
	}
	if (text_copy(out, POINTER_MAX, t.cut ? pointer : buf) != OK)
		out[0] = '\0';
}
