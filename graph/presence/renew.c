/* Other people in the same realm: what is known of those who stay goes on. */
#include "graph/presence/inside.h"

#include <stdlib.h>
#include <string.h>

/* Index + 1; 0: not there. Lists change little, so the search begins where she was. */
static uint32_t find(const struct people_conf *conf, const char *user_id, uint32_t was)
{
	for (uint32_t n = 0; n < conf->n; n++) {
		uint32_t i = (was + n) % conf->n;

		if (strcmp(conf->user_id[i], user_id) == 0)
			return i + 1;
	}
	return 0;
}

/* The answer to the poll under way counts for those who are still here. */
static void move_batch(struct people *p, const uint32_t *now)
{
	size_t n = 0;

	for (size_t i = 0; i < p->n_batch; i++)
		if (now[p->batch[i]])
			p->batch[n++] = now[p->batch[i]] - 1;
	p->n_batch = n;
}

static void move_flights(struct people *p, const uint32_t *now)
{
	for (size_t i = 0; i < SESSIONS_IN_FLIGHT; i++) {
		struct flight *f = &p->flight[i];

		if (f->attempt && now[f->person])
			f->person = now[f->person] - 1;
		else
			f->attempt = 0;
	}
}

bool people_renew(struct people *p, const struct people_conf *conf)
{
	struct person *person = calloc(conf->n ? conf->n : 1, sizeof(*person));
	uint32_t *now = calloc(p->conf.n ? p->conf.n : 1, sizeof(*now));

	if (!person || !now) {
		free(person);
		free(now);
		return false;
	}
	for (uint32_t i = 0; i < p->conf.n; i++) {
		now[i] = find(conf, p->conf.user_id[i], i);
		if (now[i])
			person[now[i] - 1] = p->person[i];
	}
	move_batch(p, now);
	move_flights(p, now);
	free(p->person);
	free(now);
	p->person = person;
	p->conf = *conf;
	p->n_changed = p->news_at = 0;
	for (uint32_t i = 0; i < conf->n; i++)
		p->n_changed += person[i].changed;
	for (uint32_t i = 0; i < conf->n && !conf->poll; i++)
		people_know(p, i, AVAILABILITY_UNKNOWN);
	p->next_ms = 0;
	return true;
}
