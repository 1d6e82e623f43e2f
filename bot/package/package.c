#include "bot/package/package.h"

#include "bot/base/text.h"

#include <stdlib.h>
#include <string.h>

void package_fini(struct package *p)
{
	for (size_t i = 0; i < p->n; i++)
		free(p->file[i].bytes);
	*p = (struct package){ .n = 0 };
}

void package_add(struct package *p, const char *name, void *bytes, size_t n)
{
	struct package_file *f = &p->file[p->n];

	if (p->n == PACKAGE_FILES_MAX || text_copy(f->name, sizeof(f->name), name) != OK)
		abort();
	f->bytes = bytes;
	f->n = n;
	p->n++;
}

const struct package_file *package_file(const struct package *p, const char *name)
{
	for (size_t i = 0; i < p->n; i++)
		if (strcmp(p->file[i].name, name) == 0)
			return &p->file[i];
	return NULL;
}
