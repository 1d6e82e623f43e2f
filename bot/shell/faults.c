#include "bot/shell/faults.h"

#include "bot/base/text.h"

#include <stdarg.h>
#include <stdlib.h>

static struct fault *fault_next(struct faults *f)
{
	static struct fault beyond;

	f->n++;
	return f->n <= FAULTS_MAX ? &f->item[f->n - 1] : &beyond;
}

void fault_add(struct faults *f, const char *pointer, bool at_key, const char *fmt, ...)
{
	struct fault *at = fault_next(f);
	va_list args;

	place_find(f->text, f->bytes, pointer, at_key, &at->line, &at->column);
	va_start(args, fmt);
	vsnprintf(at->text, sizeof(at->text), fmt, args);
	va_end(args);
}

void fault_add_at(struct faults *f, int line, int column, const char *fmt, ...)
{
	struct fault *at = fault_next(f);
	va_list args;

	at->line = line;
	at->column = column;
	va_start(args, fmt);
	vsnprintf(at->text, sizeof(at->text), fmt, args);
	va_end(args);
}

static int by_place(const void *a, const void *b)
{
	const struct fault *x = a, *y = b;

	return x->line != y->line ? x->line - y->line : x->column - y->column;
}

void faults_print(struct faults *f, const char *file, FILE *out)
{
	size_t kept = f->n < FAULTS_MAX ? f->n : FAULTS_MAX;

	qsort(f->item, kept, sizeof(f->item[0]), by_place);
	for (size_t i = 0; i < kept; i++)
		fprintf(out, "%s:%d:%d: %s\n", file, f->item[i].line, f->item[i].column,
			f->item[i].text);
	if (f->n > kept)
		fprintf(out, "%s: and %zu more\n", file, f->n - kept);
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
