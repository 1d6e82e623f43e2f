#include "bot/shell/draft.h"

#include "bot/base/clean.h"
#include "bot/shell/admin.h"
#include "bot/shell/config_inside.h"
#include "bot/shell/reload.h"

#include <string.h>

void draft_init(
	struct draft *d, const char *text, size_t bytes, const char *path, const struct config *now)
{
	*d = (struct draft){ .bytes = bytes, .now_bytes = now->text_bytes };
	d->text = config_array(bytes + 1, 1);
	memcpy(d->text, text, bytes);
	d->now = config_array(now->text_bytes + 1, 1);
	memcpy(d->now, now->text, now->text_bytes);
	d->path = path ? strdup(path) : NULL;
}

void draft_fini(struct draft *d)
{
	config_free(d->conf);
	json_decref(d->report);
	free(d->text);
	free(d->now);
	free(d->path);
	*d = (struct draft){ .text = NULL };
}

static json_t *list_of(struct faults *f)
{
	json_t *list = json_array();
	size_t n = faults_sort(f);

	for (size_t i = 0; i < n; i++)
		json_array_append_new(list,
			json_pack("{so, si, si, so}", "pointer", admin_text(f->item[i].pointer),
				"line", f->item[i].line, "column", f->item[i].column, "text",
				admin_text(f->item[i].text)));
	return list;
}

static json_t *header_of(const json_t *lookups, const char *name)
{
	return json_object_get(json_object_get(lookups, name), "header");
}

static bool same_host(json_t *a, json_t *b)
{
	const char *x = text_of_member(a, "url"), *y = text_of_member(b, "url");
	size_t n = x && strstr(x, "://") ? strcspn(strstr(x, "://") + 3, "/?") + 3 : 0;

	return n && y && strncmp(x, y, (size_t)(strstr(x, "://") - x) + n) == 0 &&
	       strcspn(y + (strstr(x, "://") - x) + n, "/?") == 0;
}

/*
 * A header's secret is in the service's environment, as the bot's own credential is. Who can write
 * the file can read those anyway; an admin at a page cannot, and must not have them sent to a host
 * of her choice.
 */
static void judge_secrets(const struct config *now, const struct config *next, struct faults *out)
{
	json_t *was = json_object_get(now->own->root, "lookups"), *lookup,
	       *is = json_object_get(next->own->root, "lookups");
	const char *name;

	json_object_foreach(is, name, lookup)
	{
		json_t *header = header_of(is, name);
		char base[POINTER_MAX], at[POINTER_MAX];

		if (!header || (json_equal(header, header_of(was, name)) &&
				       same_host(json_object_get(was, name), lookup)))
			continue;
		pointer_add(base, "/lookups", name);
		pointer_add(at, base, "header");
		fault_add(out, at, true,
			"a secret goes to another host, or is another one: that is changed in the "
			"file itself, not from here");
	}
}

/* Against what is in force: members that take a restart, and secrets. */
static void judge_change(struct draft *d, struct faults *out)
{
	CLEAN(free) struct faults *faults = config_array(1, sizeof(*faults));
	struct config *now = NULL;
	struct why why;

	out->text = d->text;
	out->bytes = d->bytes;
	if (config_parse(d->now, d->now_bytes, NULL, &now, faults, &why) == OK) {
		reload_judge(now, d->conf, out);
		judge_secrets(now, d->conf, out);
	}
	config_free(now);
}

void draft_judge(struct draft *d)
{
	CLEAN(free) struct faults *faults = config_array(1, sizeof(*faults));
	CLEAN(free) struct faults *restart = config_array(1, sizeof(*restart));
	struct why why;
	enum err e = d->path ? config_load_text(d->text, d->bytes, d->path, &d->conf, faults, &why)
			     : config_parse(d->text, d->bytes, NULL, &d->conf, faults, &why);

	if (e == OK)
		judge_change(d, restart);
	d->ok = e == OK && restart->n == 0;
	d->report = json_pack("{sb, so, so, so}", "ok", d->ok, "faults", list_of(faults),
		"warnings",
		e == OK && d->conf->warnings ? list_of(d->conf->warnings) : json_array(), "restart",
		list_of(restart));
}
