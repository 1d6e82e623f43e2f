/* What the annex sends, does later, and waits for. */
#include "graph/sim/annex_inside.h"

#include <stdio.h>
#include <string.h>

/* The one too many is not sent; its back is told so at once, as of a bot that is not there. */
void annex_send(struct sim *s, enum sim_mail mail, const char *app_id, json_t *json,
	annex_back *back, json_t *context)
{
	struct annex *a = s->annex;
	struct errand *e = NULL;
	struct sim_in nobody = { .kind = SIM_SENT };
	struct sim_out *o;

	for (size_t i = 0; i < ERRANDS_MAX && !e; i++)
		if (!a->errand[i].key)
			e = &a->errand[i];
	if (!e) {
		json_decref(json);
		back(s, context, &nobody);
		json_decref(context);
		return;
	}
	a->last_key = a->last_key == UINT32_MAX ? 1 : a->last_key + 1;
	*e = (struct errand){ a->last_key, back, context };
	o = out_add(s, SIM_SEND, 0);
	o->key = e->key;
	o->mail = mail;
	o->app_id = app_id;
	o->text = member_text(context, "url"); /* the errand keeps it */
	o->json = json;
}

void annex_sent(struct sim *s, const struct sim_in *in)
{
	for (size_t i = 0; i < ERRANDS_MAX; i++) {
		struct errand e = s->annex->errand[i];

		if (!in->key || e.key != in->key)
			continue;
		s->annex->errand[i] = (struct errand){ .key = 0 };
		e.back(s, e.context, in);
		json_decref(e.context);
		return;
	}
}

void annex_later(struct sim *s, uint64_t in_ms, annex_run *run, json_t *context)
{
	struct annex *a = s->annex;

	for (size_t i = 0; i < LATERS_MAX; i++) {
		if (a->later[i].key)
			continue;
		a->last_key = a->last_key == UINT32_MAX ? 1 : a->last_key + 1;
		a->later[i] = (struct later){ a->last_key, run, context };
		timer_set(s, in_ms, TIMER_ANNEX, 0, a->last_key);
		return;
	}
	s->count.timers_lost++;
	json_decref(context);
}

void annex_timer(struct sim *s, uint32_t key)
{
	for (size_t i = 0; i < LATERS_MAX; i++) {
		struct later l = s->annex->later[i];

		if (l.key != key)
			continue;
		s->annex->later[i] = (struct later){ .key = 0 };
		l.run(s, l.context);
		json_decref(l.context);
		return;
	}
}

void mail_free(struct annex *a)
{
	for (size_t i = 0; i < ERRANDS_MAX; i++)
		json_decref(a->errand[i].context);
	for (size_t i = 0; i < LATERS_MAX; i++)
		json_decref(a->later[i].context);
}

void reply_later(struct sim *s, uint32_t request, int status, json_t *body)
{
	struct reply r = { .status = status, .body = body };

	reply_send(s, request, &r);
}
