#include "bot/shell/events_inside.h"

#include "bot/base/clock.h"
#include "bot/shell/noun.h"
#include "bot/shell/voicemail.h"

#include <stdlib.h>
#include <string.h>

/* ---- contacts as they were shown ---- */

static struct shown *shown_of(const struct events *e, uint32_t contact)
{
	uint32_t at = e->bucket[contact & e->mask];

	while (at && e->shown[at].contact != contact)
		at = e->shown[at].next;
	return at ? &e->shown[at] : NULL;
}

static struct shown *shown_new(struct events *e, uint32_t contact)
{
	uint32_t at = e->free, *bucket = &e->bucket[contact & e->mask];

	if (!at)
		return NULL;
	e->free = e->shown[at].next;
	e->shown[at] = (struct shown){ .contact = contact, .next = *bucket };
	*bucket = at;
	return &e->shown[at];
}

static void shown_drop(struct events *e, uint32_t contact)
{
	uint32_t *at = &e->bucket[contact & e->mask], is;

	while (*at && e->shown[*at].contact != contact)
		at = &e->shown[*at].next;
	is = *at;
	if (!is)
		return;
	*at = e->shown[is].next;
	e->shown[is] = (struct shown){ .next = e->free };
	e->free = is;
}

const char *events_keys(const struct shell *s, uint32_t contact)
{
	const struct shown *k = shown_of(s->events, contact);

	return k ? k->keys : "";
}

/* ---- the view ---- */

static json_t *queues(struct shell *s, const struct viewer *v)
{
	json_t *list = json_array();
	struct audience a;

	for (uint32_t i = 0; i < s->conf->plan.n_queues; i++) {
		audience_queue(s, i, &a);
		if (sight_of(v, &a, s->events->served) != UNSEEN)
			json_array_append_new(list, noun_queue(s, i));
	}
	return list;
}

static json_t *agents(struct shell *s, const struct viewer *v)
{
	json_t *list = json_array();
	struct audience a;

	for (uint32_t i = 0; i < s->conf->plan.n_agents; i++) {
		enum sight sight;

		audience_agent(s, i, &a);
		sight = sight_of(v, &a, s->events->served);
		if (sight != UNSEEN)
			json_array_append_new(list, noun_agent(s, i, sight == WHOLE));
	}
	return list;
}

static json_t *contacts(struct shell *s, const struct viewer *v)
{
	struct contact_view k = { .contact = 0 };
	json_t *list = json_array();
	struct audience a;

	while (centre_contact_after(s->centre, k.contact, &k)) {
		enum sight sight;

		audience_contact(s, &k, &a);
		sight = sight_of(v, &a, s->events->served);
		if (sight != UNSEEN)
			json_array_append_new(list, noun_contact(s, &k, sight == WHOLE));
	}
	return list;
}

char *events_view(struct shell *s, const struct person *who, const struct viewer *v)
{
	json_t *root = json_pack("{s:I, s:o, s:o, s:o, s:o, s:o, s:o, s:o}", "position",
		(json_int_t)store_position(s->store), "at", noun_time(shell_now_ms(s)), "me",
		noun_self(s, who, v), "settings", noun_settings(s, v), "queues", queues(s, v),
		"agents", agents(s, v), "contacts", contacts(s, v), "voicemails",
		voicemail_nouns(s, who));
	char *text = root ? json_dumps(root, JSON_COMPACT) : NULL;

	json_decref(root);
	return text;
}

void route_view(struct shell *s, struct visit *v, const struct person *who)
{
	struct viewer viewer;
	char *text;

	viewer_of(s, who, &viewer);
	text = events_view(s, who, &viewer);
	visit_answer(v, &(struct answer){ .status = text ? 200 : 503,
				.content_type = text ? "application/json" : NULL,
				.body = text,
				.body_bytes = text ? strlen(text) : 0 });
	free(text);
}

/* ---- what a step touched ---- */

/* FNV-1a; never 0, which is "not shown yet". */
static uint64_t hash_of(const char *text)
{
	uint64_t h = UINT64_C(0xcbf29ce484222325);

	for (; text && *text; text++)
		h = (h ^ (unsigned char)*text) * UINT64_C(0x100000001b3);
	return h ? h : 1;
}

static char *text_of_noun(json_t *noun)
{
	char *text = noun ? json_dumps(noun, JSON_COMPACT) : NULL;

	json_decref(noun);
	return text;
}

/* Told only where it looks different. */
static bool is_new(uint64_t *last, const char *text)
{
	uint64_t now = hash_of(text);
	bool changed = *last != now;

	*last = now;
	return changed;
}

static void queue_touched(struct shell *s, uint32_t queue, uint64_t position)
{
	struct happening h = { .position = position, .event = "queue" };
	char *text = text_of_noun(noun_queue(s, queue));

	audience_queue(s, queue, &h.is);
	h.was = h.is;
	h.whole = text;
	if (text && is_new(&s->events->queue_hash[queue], text))
		news_put(s->events->news, &h);
	free(text);
}

static void agent_touched(struct shell *s, uint32_t agent, uint64_t position)
{
	uint64_t *hash = &s->events->agent_hash[2 * agent];
	struct happening h = { .position = position, .event = "agent" };
	char *whole = text_of_noun(noun_agent(s, agent, true));
	char *in_short = text_of_noun(noun_agent(s, agent, false));

	audience_agent(s, agent, &h.is);
	h.was = h.is;
	h.whole = is_new(&hash[0], whole) ? whole : NULL;
	h.in_short = is_new(&hash[1], in_short) ? in_short : NULL;
	if (h.whole || h.in_short)
		news_put(s->events->news, &h);
	free(whole);
	free(in_short);
}

static void put_contact(
	struct shell *s, struct shown *k, const struct contact_view *v, struct happening *h)
{
	char *whole = text_of_noun(noun_contact(s, v, true));
	char *in_short = text_of_noun(noun_contact(s, v, false));
	bool moved;

	h->was = k->is;
	audience_contact(s, v, &h->is);
	moved = memcmp(&h->was, &h->is, sizeof(h->is)) != 0;
	h->whole = is_new(&k->whole, whole) || moved ? whole : NULL;
	h->in_short = is_new(&k->in_short, in_short) || moved ? in_short : NULL;
	k->is = h->is;
	if (h->whole || h->in_short)
		news_put(s->events->news, h);
	free(whole);
	free(in_short);
}

static void contact_touched(struct shell *s, uint32_t contact, uint64_t position)
{
	struct shown *k = shown_of(s->events, contact);
	struct contact_view v;
	char gone[40];
	struct happening h = {
		.position = position, .event = "contact", .gone_event = "contact_gone", .gone = gone
	};

	if (!k || !centre_contact(s->centre, contact, &v))
		return;
	snprintf(gone, sizeof(gone), "{\"contact\":%u}", contact);
	put_contact(s, k, &v, &h);
}

static void contact_ended(
	struct shell *s, uint32_t contact, const struct record *r, uint64_t position)
{
	struct shown *k = shown_of(s->events, contact);
	struct happening h = { .position = position, .gone_event = "contact_ended" };
	char *text;

	if (!k)
		return;
	text = text_of_noun(noun_ended(s, contact, r));
	h.was = k->is;
	h.gone = text;
	if (text)
		news_put(s->events->news, &h);
	free(text);
}

static void events_stepped(struct shell *s, const struct event *ev, uint64_t position)
{
	struct events *e = s->events;
	uint32_t what;

	if (e->awake) {
		for (uint32_t n = 0; (what = centre_touched_queue(s->centre, n)); n++)
			queue_touched(s, what - 1, position);
		for (uint32_t n = 0; (what = centre_touched_agent(s->centre, n)); n++)
			agent_touched(s, what - 1, position);
		for (uint32_t n = 0; (what = centre_touched_contact(s->centre, n)); n++)
			contact_touched(s, what, position);
		for (size_t i = 0; i < e->n_ended; i++)
			contact_ended(s, e->ended[i].contact, &e->ended[i].record, position);
		streams_wake(s);
	}
	for (size_t i = 0; i < e->n_ended; i++)
		shown_drop(e, e->ended[i].contact);
	e->n_ended = 0;
	(void)ev;
}

static void events_event(struct shell *s, const struct event *ev)
{
	struct shown *k = shown_of(s->events, ev->contact);
	size_t n = k ? strlen(k->keys) : 0;

	if (ev->kind == EV_CALL_INCOMING && !k)
		shown_new(s->events, ev->contact);
	else if (ev->kind == EV_DIGIT && k && n < KEYS_SHOWN_MAX)
		k->keys[n] = (char)ev->value;
}

static void events_effect(struct shell *s, const struct effect *fx)
{
	struct events *e = s->events;

	if (fx->kind != FX_OUTCOME)
		return;
	e->ended[e->n_ended].contact = fx->contact;
	e->ended[e->n_ended++].record = fx->record;
}

/* ---- what the centre does not know of ---- */

void events_tell(struct shell *s, const char *event, const struct audience *audience, json_t *noun)
{
	char *text = text_of_noun(noun);
	struct happening h = { .position = store_position(s->store),
		.late = true,
		.event = event,
		.was = *audience,
		.is = *audience,
		.whole = text };

	if (text && s->events->awake) {
		news_put(s->events->news, &h);
		streams_wake(s);
	}
	free(text);
}

/* ---- the hand ---- */

/* Where they all are now is what was shown: once, not in every step. */
void events_awake(struct shell *s)
{
	struct contact_view v = { .contact = 0 };
	struct events *e = s->events;

	if (e->awake)
		return;
	e->awake = true;
	news_reset(e->news, e->served, store_position(s->store));
	memset(e->queue_hash, 0, s->conf->plan.n_queues * sizeof(*e->queue_hash));
	memset(e->agent_hash, 0, 2 * s->conf->plan.n_agents * sizeof(*e->agent_hash));
	while (centre_contact_after(s->centre, v.contact, &v)) {
		struct shown *k = shown_of(e, v.contact);

		if (!k)
			k = shown_new(e, v.contact);
		if (!k)
			continue;
		audience_contact(s, &v, &k->is);
		k->whole = k->in_short = 0;
	}
}

static void tables_free(struct events *e)
{
	free(e->served);
	free(e->shown);
	free(e->bucket);
	free(e->queue_hash);
	free(e->agent_hash);
}

static bool tables_new(struct shell *s, struct events *e)
{
	const struct plan *p = &s->conf->plan;
	struct place_view place;

	e->n_shown = p->contacts_max;
	for (e->mask = 1; e->mask < e->n_shown; e->mask *= 2)
		;
	e->mask--;
	e->shown = calloc(e->n_shown + 1, sizeof(*e->shown));
	e->bucket = calloc(e->mask + 1, sizeof(*e->bucket));
	e->served = calloc(p->n_agents + 1, sizeof(*e->served));
	e->queue_hash = calloc(p->n_queues + 1, sizeof(*e->queue_hash));
	e->agent_hash = calloc(2 * p->n_agents + 1, sizeof(*e->agent_hash));
	if (!e->shown || !e->bucket || !e->served || !e->queue_hash || !e->agent_hash)
		return false;
	e->free = 0;
	for (uint32_t i = e->n_shown; i; i--) {
		e->shown[i].next = e->free;
		e->free = i;
	}
	for (uint32_t i = 0; i < p->n_agents; i++)
		for (uint32_t n = 0; centre_agent_place(s->centre, i, n, &place); n++)
			queue_set_add(&e->served[i], place.queue);
	return true;
}

static enum err events_open(struct shell *s, struct why *why)
{
	struct events *e = s->events = calloc(1, sizeof(*e));

	if (e)
		e->news = news_new();
	if (!e || !e->news || !tables_new(s, e))
		return FAIL(why, E_SYSTEM, "no memory for events");
	e->due_ms = UINT64_MAX;
	return OK;
}

static void events_close(struct shell *s)
{
	if (!s->events)
		return;
	streams_close(s);
	news_free(s->events->news);
	tables_free(s->events);
	free(s->events);
	s->events = NULL;
}

/* Other numbers: everybody begins with a snapshot. The keys callers pressed are forgotten, but for
 * those of who is still there. */
static void events_reload(struct shell *s, const struct config *old)
{
	struct events was = *s->events;
	struct contact_view v = { .contact = 0 };

	(void)old;
	if (!tables_new(s, s->events))
		abort();
	while (centre_contact_after(s->centre, v.contact, &v)) {
		const struct shown *k = shown_of(&was, v.contact);
		struct shown *now = shown_new(s->events, v.contact);

		if (now && k)
			memcpy(now->keys, k->keys, sizeof(now->keys));
	}
	tables_free(&was);
	s->events->awake = false;
	if (s->events->n_listeners)
		events_awake(s);
	streams_begin_again(s);
}

static void events_run(struct shell *s)
{
	streams_run(s);
	if (s->events->awake && !s->events->n_listeners && clock_mono_ms() >= s->events->asleep_ms)
		s->events->awake = false;
}

static uint64_t events_deadline_ms(const struct shell *s)
{
	return s->events->due_ms;
}

const struct hand hand_events = { .open = events_open,
	.close = events_close,
	.run = events_run,
	.deadline_ms = events_deadline_ms,
	.reload = events_reload,
	.event = events_event,
	.effect = events_effect,
	.stepped = events_stepped };
