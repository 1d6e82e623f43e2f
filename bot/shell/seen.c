#include "bot/shell/seen.h"

#include "bot/shell/hand.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

struct seens {
	struct seen item[SEEN_MAX];
	size_t n;
};

static bool is(const struct seen *x, struct guid tenant, struct guid user)
{
	return guid_same(x->user, user) && guid_same(x->tenant, tenant);
}

/* Hers, a free one, or who came longest ago. */
static struct seen *place_of(struct seens *all, const struct person *who)
{
	struct seen *oldest = &all->item[0];

	for (size_t i = 0; i < all->n; i++) {
		if (is(&all->item[i], who->tenant, who->user))
			return &all->item[i];
		if (all->item[i].at_unix_ms < oldest->at_unix_ms)
			oldest = &all->item[i];
	}
	return all->n < SEEN_MAX ? &all->item[all->n++] : oldest;
}

void seen_put(struct shell *s, const struct person *who)
{
	struct seen *x;

	if (!guid_is_none(who->app))
		return;
	x = place_of(s->seens, who);
	*x = (struct seen){ .tenant = who->tenant,
		.user = who->user,
		.roles = who->roles,
		.at_unix_ms = shell_now_ms(s) };
	memcpy(x->username, who->username, sizeof(x->username));
}

const struct seen *seen_get(const struct shell *s, struct guid tenant, struct guid user)
{
	for (size_t i = 0; s->seens && i < s->seens->n; i++)
		if (is(&s->seens->item[i], tenant, user))
			return &s->seens->item[i];
	return NULL;
}

const struct seen *seen_next(const struct shell *s, struct guid tenant, size_t *i)
{
	while (*i < s->seens->n) {
		const struct seen *x = &s->seens->item[(*i)++];

		if (guid_same(x->tenant, tenant))
			return x;
	}
	return NULL;
}

void seen_forget(struct shell *s, struct guid user)
{
	struct seens *all = s->seens;

	for (size_t i = 0; i < all->n;)
		if (guid_same(all->item[i].user, user))
			all->item[i] = all->item[--all->n];
		else
			i++;
}

static enum err seen_open(struct shell *s, struct why *why)
{
	s->seens = calloc(1, sizeof(*s->seens));
	return s->seens ? OK : FAIL(why, E_SYSTEM, "no memory for who was seen");
}

static void seen_close(struct shell *s)
{
	free(s->seens);
	s->seens = NULL;
}

const struct hand hand_seen = { .open = seen_open, .close = seen_close };
