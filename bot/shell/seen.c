#include "bot/shell/seen.h"

#include "bot/shell/hand.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

struct seens {
	struct seen item[SEEN_MAX]; /* by tenant, then user */
	size_t n;
};

static int order(const struct seen *x, struct guid tenant, struct guid user)
{
	int by = memcmp(x->tenant.byte, tenant.byte, sizeof(tenant.byte));

	return by ? by : memcmp(x->user.byte, user.byte, sizeof(user.byte));
}

/* Where she is, or would be. Every request asks, and a view of agents once for each. */
static size_t place_of(const struct seens *all, struct guid tenant, struct guid user)
{
	size_t low = 0, high = all->n;

	while (low < high) {
		size_t mid = (low + high) / 2;

		if (order(&all->item[mid], tenant, user) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool is_at(const struct seens *all, size_t i, struct guid tenant, struct guid user)
{
	return i < all->n && order(&all->item[i], tenant, user) == 0;
}

static void drop(struct seens *all, size_t i)
{
	all->n--;
	memmove(&all->item[i], &all->item[i + 1], (all->n - i) * sizeof(all->item[0]));
}

static void drop_oldest(struct seens *all)
{
	size_t oldest = 0;

	for (size_t i = 1; i < all->n; i++)
		if (all->item[i].at_unix_ms < all->item[oldest].at_unix_ms)
			oldest = i;
	drop(all, oldest);
}

/* She came for the first time, or was forgotten. */
static struct seen *insert(struct seens *all, struct guid tenant, struct guid user)
{
	size_t i;

	if (all->n == SEEN_MAX)
		drop_oldest(all);
	i = place_of(all, tenant, user);
	memmove(&all->item[i + 1], &all->item[i], (all->n - i) * sizeof(all->item[0]));
	all->n++;
	return &all->item[i];
}

void seen_put(struct shell *s, const struct person *who)
{
	struct seens *all = s->seens;
	struct seen *x;
	size_t i;

	if (!guid_is_none(who->app))
		return;
	i = place_of(all, who->tenant, who->user);
	x = is_at(all, i, who->tenant, who->user) ? &all->item[i]
						  : insert(all, who->tenant, who->user);
	*x = (struct seen){ .tenant = who->tenant,
		.user = who->user,
		.roles = who->roles,
		.at_unix_ms = shell_now_ms(s) };
	memcpy(x->username, who->username, sizeof(x->username));
}

const struct seen *seen_get(const struct shell *s, struct guid tenant, struct guid user)
{
	size_t i = s->seens ? place_of(s->seens, tenant, user) : 0;

	return s->seens && is_at(s->seens, i, tenant, user) ? &s->seens->item[i] : NULL;
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
	size_t kept = 0;

	for (size_t i = 0; i < all->n; i++)
		if (!guid_same(all->item[i].user, user))
			all->item[kept++] = all->item[i];
	all->n = kept;
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
