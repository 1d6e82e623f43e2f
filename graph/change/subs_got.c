/* What Graph's answers mean for our subscriptions. */
#include "graph/change/subs_inside.h"

#include "bot/base/text.h"

#include <inttypes.h>
#include <string.h>

#define SECOND_MS UINT64_C(1000)
#define MINUTE_MS (60 * SECOND_MS)
#define BACKOFF_MIN_MS (2 * SECOND_MS)
#define BACKOFF_MAX_MS (5 * MINUTE_MS)
#define MARGIN_MIN_MS MINUTE_MS

static uint64_t rest_for_a_person_ms(uint32_t failed_in_row)
{
	static const uint64_t rest_ms[] = { MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS };

	return rest_ms[failed_in_row < ARRAY_LEN(rest_ms) ? failed_in_row : ARRAY_LEN(rest_ms) - 1];
}

static uint64_t rest_transient_ms(struct subs *s, uint32_t failed_in_row)
{
	uint64_t most = BACKOFF_MIN_MS << (failed_in_row < 10 ? failed_in_row : 10);

	return 1 + rng_below(&s->rng, most < BACKOFF_MAX_MS ? most : BACKOFF_MAX_MS);
}

/* Until when to rest after a failure, and what kind it was. */
static enum err judge(struct subs *s, const struct sub_answer *a, const struct reply *r,
	uint32_t failed_in_row, uint64_t *rest_ms)
{
	bool answered = a->end == SUB_ANSWERED;
	bool person = answered && (r->kind == REPLY_FORBIDDEN || r->kind == REPLY_AUTH ||
					  r->kind == REPLY_REFUSED || r->kind == REPLY_CONFLICT);

	*rest_ms = person ? rest_for_a_person_ms(failed_in_row)
			  : rest_transient_ms(s, failed_in_row);
	if (answered && r->kind == REPLY_THROTTLED)
		*rest_ms = a->retry_after_ms == UINT64_MAX ? MINUTE_MS : a->retry_after_ms + 1;
	else if (answered && a->retry_after_ms != UINT64_MAX && a->retry_after_ms > *rest_ms)
		*rest_ms = a->retry_after_ms;
	return person ? E_DENIED : E_REMOTE;
}

/* A sentence for whom it concerns. */
static void tell(const struct subs *s, const struct sub *sub, const struct sub_answer *a,
	const struct reply *r, struct text *out)
{
	char tenant[GUID_TEXT];

	guid_print(s->tenant, tenant);
	text_add(out, "subscription to %.60s in tenant %s: ", sub->resource, tenant);
	if (a->end != SUB_ANSWERED)
		text_add(out, "Graph did not answer %s", op_name(s->op));
	else if (r->kind == REPLY_FORBIDDEN)
		text_add(out,
			"Graph refuses it (403 %s): grant the application permission %s there, and "
			"consent to it again",
			r->code, sub->subject->permission);
	else if (s->op == OP_CREATE_SUBSCRIPTION && r->kind == REPLY_REFUSED)
		text_add(out,
			"Graph refuses it (%d %s: %.80s): it must reach public_url from outside, "
			"with a certificate of a public authority",
			a->status, r->code, r->message);
	else
		text_add(out, "%s got %d %s %.80s", op_name(s->op), a->status, r->code, r->message);
}

static enum err failed(struct subs *s, struct sub *sub, uint64_t now_ms, const struct sub_answer *a,
	const struct reply *r, struct why *why)
{
	uint64_t rest_ms;
	enum err e = judge(s, a, r, sub->view.failed_in_row, &rest_ms);
	struct text story = TEXT(sub->view.story);

	tell(s, sub, a, r, &story);
	sub->view.failed_in_row++;
	sub->rest_until_ms = now_ms + rest_ms;
	return FAIL_EXT(why, e, a->status, "%s -> again in %" PRIu64 " s", sub->view.story,
		(rest_ms + 999) / 1000);
}

static void well(struct sub *sub)
{
	sub->view.failed_in_row = 0;
	sub->view.story[0] = '\0';
	sub->rest_until_ms = 0;
}

/* Renewed when a third of its life is left, up to a tenth of that earlier; a life too short for
 * that, in its middle. */
static void set_life(
	struct subs *s, struct sub *sub, uint64_t now_unix_ms, uint64_t expires_unix_ms)
{
	uint64_t life = expires_unix_ms > now_unix_ms ? expires_unix_ms - now_unix_ms : 0;
	uint64_t margin = life / 3;

	if (margin < MARGIN_MIN_MS)
		margin = life / 2;
	margin += rng_below(&s->rng, margin / 10 + 1);
	sub->renew_unix_ms = expires_unix_ms > margin ? expires_unix_ms - margin : 0;
	sub->unsaved |= sub->state.expires_unix_ms != expires_unix_ms;
	sub->state.expires_unix_ms = expires_unix_ms;
}

/* Graph may shorten what we asked for, and says so; silent, it took what we asked for. */
static uint64_t expiry_of(
	const struct sub *sub, const struct subscription *told, uint64_t now_unix_ms)
{
	return told->expires_unix_ms ? told->expires_unix_ms
				     : now_unix_ms + sub->subject->life_min * MINUTE_MS;
}

static void live(
	struct subs *s, struct sub *sub, const struct subscription *told, uint64_t now_unix_ms)
{
	sub->unsaved |= sub->phase != SUB_LIVE || !guid_same(sub->state.id, told->id);
	sub->phase = SUB_LIVE;
	sub->state.id = told->id;
	set_life(s, sub, now_unix_ms, expiry_of(sub, told, now_unix_ms));
	well(sub);
}

static enum err gone(struct sub *sub, struct why *why)
{
	sub_lose(sub);
	return FAIL(why, E_ABSENT, "subscription to %.60s: Graph does not have it any more -> anew",
		sub->resource);
}

static enum err got_created(struct subs *s, struct sub *sub, uint64_t now_ms, uint64_t now_unix_ms,
	const struct sub_answer *a, const struct reply *r, struct why *why)
{
	struct subscription told;

	/* Whether it is there only the list can tell. */
	s->list_due |= a->end == SUB_UNKNOWN || r->kind == REPLY_CONFLICT;
	if (a->end != SUB_ANSWERED || r->kind != REPLY_OK)
		return failed(s, sub, now_ms, a, r, why);
	if (subscription_decode(a->body, a->body_bytes, &told, why) != OK) {
		s->list_due = true;
		sub->rest_until_ms = now_ms + MINUTE_MS;
		return E_REMOTE;
	}
	sub->view.made++;
	sub->adopted = false;
	live(s, sub, &told, now_unix_ms);
	return OK;
}

/* GET and PATCH answer with the subscription; some of its members may be left out. */
static enum err got_alive(struct subs *s, struct sub *sub, uint64_t now_ms, uint64_t now_unix_ms,
	const struct sub_answer *a, const struct reply *r, struct why *why)
{
	struct subscription told;

	if (a->end == SUB_ANSWERED && r->kind == REPLY_GONE)
		return gone(sub, why);
	if (a->end != SUB_ANSWERED || r->kind != REPLY_OK)
		return failed(s, sub, now_ms, a, r, why);
	if (subscription_decode(a->body, a->body_bytes, &told, NULL) != OK ||
		!guid_same(told.id, sub->state.id))
		told = (struct subscription){ .id = sub->state.id,
			.expires_unix_ms = s->op == OP_GET_SUBSCRIPTION ? sub->state.expires_unix_ms
									: 0 };
	sub->view.renewed += s->op == OP_RENEW_SUBSCRIPTION;
	live(s, sub, &told, now_unix_ms);
	return OK;
}

static enum err got_reauthorized(struct subs *s, struct sub *sub, uint64_t now_ms,
	const struct sub_answer *a, const struct reply *r, struct why *why)
{
	if (a->end == SUB_ANSWERED && r->kind == REPLY_GONE)
		return gone(sub, why);
	if (a->end != SUB_ANSWERED || r->kind != REPLY_OK)
		return failed(s, sub, now_ms, a, r, why);
	sub->reauthorize = false;
	sub->view.reauthorized++;
	well(sub);
	return OK;
}

static void buried(struct subs *s)
{
	for (size_t i = 0; i < s->n_doomed; i++)
		if (guid_same(s->doomed[i], s->dying))
			s->doomed[i--] = s->doomed[--s->n_doomed];
}

/* Gone is what a delete asks for; one that is refused is left to its end. */
static enum err got_deleted(struct subs *s, uint64_t now_ms, const struct sub_answer *a,
	const struct reply *r, struct why *why)
{
	if (a->end == SUB_ANSWERED && r->kind != REPLY_TRANSIENT && r->kind != REPLY_THROTTLED) {
		buried(s);
		return OK;
	}
	s->doomed_rest_ms = now_ms +
			    (a->retry_after_ms == UINT64_MAX ? MINUTE_MS : a->retry_after_ms);
	return FAIL(why, E_REMOTE, "a left-over subscription could not be deleted -> again");
}

static bool same_path(const char *a, const char *b)
{
	return !strcmp(a + (*a == '/'), b + (*b == '/'));
}

static bool may_adopt(const struct subs *s, const struct sub *sub, const struct subscription *found)
{
	return sub->phase == SUB_LOST && !sub->unsaved &&
	       same_path(sub->resource, found->resource) &&
	       text_same_nocase(sub->change_type, found->change_type) &&
	       (!sub->rich || (s->key_id[0] && !strcmp(s->key_id, found->certificate_id)));
}

/* What bears our address is one of ours, was made by a request whose answer was lost, or is left
 * over. */
static void look_at(struct subs *s, const struct subscription *found, uint64_t now_unix_ms)
{
	for (uint32_t i = 0; i < s->n; i++) {
		struct sub *sub = &s->sub[i];

		if (!guid_is_none(sub->state.id) && guid_same(sub->state.id, found->id)) {
			live(s, sub, found, now_unix_ms);
			return;
		}
	}
	for (uint32_t i = 0; i < s->n && !strcmp(found->url, s->url); i++) {
		struct sub *sub = &s->sub[i];

		if (guid_is_none(found->id) || !may_adopt(s, sub, found))
			continue;
		if (sub->rich)
			memcpy(sub->state.key_id, s->key_id, sizeof(sub->state.key_id));
		sub->adopted = true;
		live(s, sub, found, now_unix_ms);
		return;
	}
	if (!guid_is_none(found->id) && !strncmp(found->url, s->url_head, strlen(s->url_head)))
		subs_doom(s, found->id);
}

/* Graph's link, if it leads to Graph. */
static const char *page_of(const struct subs *s, const char *link)
{
	size_t n = strlen(s->graph);

	return strncmp(link, s->graph, n) == 0 && link[n] == '/' ? link + n : "";
}

static enum err list_failed(struct subs *s, uint64_t now_ms, const struct sub_answer *a,
	const struct reply *r, struct why *why)
{
	uint64_t rest_ms;
	enum err e = judge(s, a, r, s->list_failed++, &rest_ms);

	s->page[0] = '\0';
	s->list_rest_ms = now_ms + rest_ms;
	/* Who may not look goes on without: at worst one is made twice, and ends by itself. */
	s->list_due = e != E_DENIED;
	return FAIL_EXT(why, e, a->status,
		"what subscriptions there are cannot be told: %d %s %.80s -> %s", a->status,
		r->code, r->message, s->list_due ? "again" : "go on without");
}

static enum err got_list(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms,
	const struct sub_answer *a, const struct reply *r, struct why *why)
{
	const char *page;

	if (a->end != SUB_ANSWERED || r->kind != REPLY_OK)
		return list_failed(s, now_ms, a, r, why);
	if (subscriptions_decode(a->body, a->body_bytes, &s->list, why) != OK) {
		s->list_due = false;
		return E_REMOTE;
	}
	for (size_t i = 0; i < s->list.n; i++)
		look_at(s, &s->list.item[i], now_unix_ms);
	s->list_failed = 0;
	page = page_of(s, s->list.next_link);
	s->list_due = page[0] && strcmp(page, s->page) != 0 &&
		      text_copy(s->page, sizeof(s->page), page) == OK;
	if (!s->list_due)
		s->page[0] = '\0';
	return OK;
}

enum err subs_got(struct subs *s, uint64_t now_ms, uint64_t now_unix_ms, uint32_t attempt,
	const struct sub_answer *answer, struct why *why)
{
	static _Thread_local struct reply r; /* large */
	struct sub *sub = &s->sub[s->on];

	if (!s->flying || attempt != s->attempt)
		return FAIL(why, E_STALE, "an answer to a request that is not under way");
	s->flying = false;
	reply_decode(answer->end == SUB_ANSWERED ? answer->status : 0,
		answer->body ? answer->body : "", answer->body ? answer->body_bytes : 0, &r);
	switch (s->op) {
	case OP_LIST_SUBSCRIPTIONS:
		return got_list(s, now_ms, now_unix_ms, answer, &r, why);
	case OP_DELETE_SUBSCRIPTION:
		return got_deleted(s, now_ms, answer, &r, why);
	case OP_CREATE_SUBSCRIPTION:
		return got_created(s, sub, now_ms, now_unix_ms, answer, &r, why);
	case OP_REAUTHORIZE_SUBSCRIPTION:
		return got_reauthorized(s, sub, now_ms, answer, &r, why);
	default:
		return got_alive(s, sub, now_ms, now_unix_ms, answer, &r, why);
	}
}
