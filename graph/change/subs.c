#include "graph/change/subs.h"

#include "bot/base/text.h"
#include "graph/change/subs_inside.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

#define MINUTE_MS (60 * UINT64_C(1000))

static uint64_t sooner(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

enum err subs_new(const struct subs_conf *conf, struct subs **out, struct why *why)
{
	struct subs *s = calloc(1, sizeof(*s));

	if (!s)
		return FAIL(why, E_SYSTEM, "no memory for subscriptions");
	s->tenant = conf->tenant;
	s->rng.state = conf->seed;
	s->list_due = true;
	if (text_copy(s->url, sizeof(s->url), conf->url) != OK ||
		text_copy(s->lifecycle_url, sizeof(s->lifecycle_url), conf->lifecycle_url) != OK ||
		text_copy(s->url_head, sizeof(s->url_head), conf->url_head) != OK ||
		text_copy(s->graph, sizeof(s->graph), conf->graph) != OK) {
		free(s);
		return FAIL(why, E_LIMIT, "a notification address is longer than %d characters",
			SUB_URL_MAX - 1);
	}
	*out = s;
	return OK;
}

void subs_free(struct subs *s)
{
	if (!s)
		return;
	for (uint32_t i = 0; i < s->n; i++)
		free(s->sub[i].resource);
	OPENSSL_cleanse(s->sub, sizeof(s->sub));
	free(s);
}

static void fresh_client_state(struct sub *sub)
{
	uint8_t secret[(SUB_STATE_TEXT - 1) / 2];

	random_bytes(secret, sizeof(secret));
	text_hex(sub->state.client_state, sizeof(sub->state.client_state), secret, sizeof(secret));
	OPENSSL_cleanse(secret, sizeof(secret));
}

void sub_lose(struct sub *sub)
{
	sub->view.lost += sub->phase == SUB_LIVE;
	sub->phase = SUB_LOST;
	sub->state = (struct sub_state){ .expires_unix_ms = 0 };
	sub->adopted = sub->reauthorize = false;
	fresh_client_state(sub);
	sub->gap = sub->unsaved = true;
}

void subs_doom(struct subs *s, struct guid id)
{
	for (size_t i = 0; i < s->n_doomed; i++)
		if (guid_same(s->doomed[i], id))
			return;
	if (s->n_doomed < DOOMED_MAX)
		s->doomed[s->n_doomed++] = id;
}

enum err subs_add(struct subs *s, const struct sub_wish *wish, const struct sub_state *state,
	uint32_t *index, struct why *why)
{
	const struct subject *subject = subject_of(wish->resource);
	struct sub *sub = &s->sub[s->n];

	if (!subject)
		return FAIL(why, E_MALFORMED, "nothing is known about subscriptions to \"%.100s\"",
			wish->resource);
	if (s->n == SUBS_MAX)
		return FAIL(why, E_LIMIT, "more than %d subscriptions", SUBS_MAX);
	*sub = (struct sub){ .subject = subject, .rich = wish->rich };
	if (text_copy(sub->change_type, sizeof(sub->change_type), wish->change_type) != OK)
		return FAIL(why, E_MALFORMED, "the kinds of change \"%.60s...\" are too long",
			wish->change_type);
	sub->resource = strdup(wish->resource);
	if (!sub->resource)
		return FAIL(why, E_SYSTEM, "no memory for a subscription");
	if (state && state->client_state[0]) {
		sub->state = *state;
		sub->phase = guid_is_none(state->id) ? SUB_LOST : SUB_CHECK;
	} else {
		fresh_client_state(sub);
		sub->unsaved = true;
	}
	*index = s->n++;
	return OK;
}

void subs_forget(struct subs *s, const struct sub_state *state)
{
	if (!guid_is_none(state->id))
		subs_doom(s, state->id);
}

enum err subs_instead(struct subs *s, uint32_t index, const char *resource, struct why *why)
{
	const struct subject *subject = subject_of(resource);
	struct sub *sub = &s->sub[index];
	char *copy = subject ? strdup(resource) : NULL;

	if (!subject)
		return FAIL(why, E_MALFORMED, "nothing is known about subscriptions to \"%.100s\"",
			resource);
	if (!copy)
		return FAIL(why, E_SYSTEM, "no memory for a subscription");
	if (!guid_is_none(sub->state.id))
		subs_doom(s, sub->state.id);
	if (s->flying && s->on == index && s->op != OP_DELETE_SUBSCRIPTION &&
		s->op != OP_LIST_SUBSCRIPTIONS) {
		/* If it is made after all, the list finds it, and as nobody's. */
		s->flying = false;
		s->list_due = true;
	}
	free(sub->resource);
	sub->resource = copy;
	sub->subject = subject;
	sub->rest_until_ms = 0;
	sub_lose(sub);
	return OK;
}

void subs_key(struct subs *s, const struct sub_key *key)
{
	s->certificate = key->certificate;
	snprintf(s->key_id, sizeof(s->key_id), "%s", key->id);
}

bool subs_unsaved(const struct subs *s, uint32_t *index, struct sub_state *out)
{
	for (*index = 0; *index < s->n; ++*index) {
		if (s->sub[*index].unsaved) {
			*out = s->sub[*index].state;
			return true;
		}
	}
	return false;
}

void subs_saved(struct subs *s, uint32_t index)
{
	s->sub[index].unsaved = false;
}

/* Let go of what time has ended. */
static void age(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms)
{
	if (s->flying && now_ms >= s->flight_ms + SUB_FLIGHT_MS) {
		s->flying = false;
		s->list_due |= s->op == OP_CREATE_SUBSCRIPTION;
	}
	for (uint32_t i = 0; i < s->n; i++) {
		struct sub *sub = &s->sub[i];

		if (sub->phase == SUB_LIVE && now_unix_ms >= sub->state.expires_unix_ms)
			sub_lose(sub);
		/* Made with a key that is to go: Graph cannot change it, so it is made again. */
		if (sub->phase == SUB_LIVE && sub->rich && s->certificate &&
			strcmp(sub->state.key_id, s->key_id) != 0) {
			subs_doom(s, sub->state.id);
			sub_lose(sub);
		}
	}
}

/* What this one wants done, as soon as its rest is over. OP_KINDS: nothing now. */
static enum op_kind wanted(const struct subs *s, const struct sub *sub, uint64_t now_unix_ms)
{
	if (sub->unsaved || (sub->rich && !s->certificate))
		return OP_KINDS;
	if (sub->phase == SUB_CHECK)
		return OP_GET_SUBSCRIPTION;
	if (sub->phase == SUB_LOST)
		return OP_CREATE_SUBSCRIPTION;
	if (sub->reauthorize)
		return OP_REAUTHORIZE_SUBSCRIPTION;
	return now_unix_ms >= sub->renew_unix_ms ? OP_RENEW_SUBSCRIPTION : OP_KINDS;
}

static void take_off(struct subs *s, struct sub_request *out, enum op_kind op, uint64_t now_ms)
{
	if (++s->attempt == 0)
		s->attempt = 1;
	s->flying = true;
	s->flight_ms = now_ms;
	s->op = op;
	out->attempt = s->attempt;
	out->op = op;
	out->harmless = op != OP_CREATE_SUBSCRIPTION;
	out->in.subscription = &out->subscription;
}

static void fill(struct subs *s, struct sub *sub, uint64_t now_unix_ms, struct sub_request *out)
{
	guid_print(sub->state.id, s->id_text);
	out->in.subscription_id = s->id_text;
	out->subscription = (struct op_subscription){ .resource = sub->resource,
		.change_type = sub->change_type,
		.url = s->url,
		.lifecycle_url = s->lifecycle_url,
		.client_state = sub->state.client_state,
		.expires_unix_ms = now_unix_ms + sub->subject->life_min * MINUTE_MS };
	if (sub->rich) {
		out->subscription.certificate = s->certificate;
		out->subscription.certificate_id = s->key_id;
	}
}

static bool want_list(struct subs *s, uint64_t now_ms, struct sub_request *out)
{
	if (!s->list_due || s->n == 0 || now_ms < s->list_rest_ms)
		return false;
	out->in.page = s->page[0] ? s->page : NULL;
	take_off(s, out, OP_LIST_SUBSCRIPTIONS, now_ms);
	return true;
}

static bool want_delete(struct subs *s, uint64_t now_ms, struct sub_request *out)
{
	if (s->n_doomed == 0 || now_ms < s->doomed_rest_ms)
		return false;
	s->dying = s->doomed[s->n_doomed - 1];
	guid_print(s->dying, s->id_text);
	out->in.subscription_id = s->id_text;
	take_off(s, out, OP_DELETE_SUBSCRIPTION, now_ms);
	return true;
}

bool subs_want(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms, struct sub_request *out)
{
	memset(out, 0, sizeof(*out));
	age(s, now_ms, now_unix_ms);
	if (s->flying)
		return false;
	/* First of all, so that nothing is made that is there. */
	if (want_list(s, now_ms, out) || want_delete(s, now_ms, out))
		return true;
	for (uint32_t i = 0; i < s->n; i++) {
		struct sub *sub = &s->sub[i];
		enum op_kind op = wanted(s, sub, now_unix_ms);

		if (op == OP_KINDS || now_ms < sub->rest_until_ms ||
			(op == OP_CREATE_SUBSCRIPTION && s->list_due))
			continue;
		if (op == OP_CREATE_SUBSCRIPTION && sub->rich)
			memcpy(sub->state.key_id, s->key_id, sizeof(sub->state.key_id));
		fill(s, sub, now_unix_ms, out);
		take_off(s, out, op, now_ms);
		s->on = i;
		return true;
	}
	return false;
}

/* On the monotonic clock, when the wall clock will say so. */
static uint64_t mono_of(uint64_t unix_ms, uint64_t now_ms, uint64_t now_unix_ms)
{
	return unix_ms > now_unix_ms ? now_ms + (unix_ms - now_unix_ms) : now_ms;
}

uint64_t subs_deadline_ms(const struct subs *s, uint64_t now_ms, uint64_t now_unix_ms)
{
	uint64_t due = UINT64_MAX;

	if (s->flying)
		return s->flight_ms + SUB_FLIGHT_MS;
	if (s->list_due && s->n > 0)
		due = s->list_rest_ms;
	if (s->n_doomed)
		due = sooner(due, s->doomed_rest_ms);
	for (uint32_t i = 0; i < s->n; i++) {
		const struct sub *sub = &s->sub[i];
		enum op_kind op = wanted(s, sub, now_unix_ms);

		if (sub->unsaved)
			return now_ms; /* the owner's turn */
		if (sub->phase == SUB_LIVE)
			due = sooner(due, mono_of(sub->state.expires_unix_ms, now_ms, now_unix_ms));
		if (op == OP_KINDS && sub->phase == SUB_LIVE)
			due = sooner(due, mono_of(sub->renew_unix_ms, now_ms, now_unix_ms));
		else if (op != OP_KINDS && !(op == OP_CREATE_SUBSCRIPTION && s->list_due))
			due = sooner(due, sub->rest_until_ms);
	}
	return due;
}

void subs_view(const struct subs *s, uint32_t index, struct sub_view *out)
{
	const struct sub *sub = &s->sub[index];

	*out = sub->view;
	out->resource = sub->resource;
	out->live = sub->phase == SUB_LIVE;
	out->expires_unix_ms = sub->state.expires_unix_ms;
}
