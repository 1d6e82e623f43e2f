/* Messages to the Bot Connector, a line in the activity feed, and what their answers mean. */
#include "bot/shell/chat.h"

#include "auth/jose/service_url.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/cloud.h"
#include "graph/wire/connector.h"

#include <stdlib.h>
#include <string.h>

bool chat_url_believed(const struct shell *s, const char *url)
{
	const struct cloud *cloud = cloud_named(s->conf->endpoint.cloud);

	return service_url_believed(url, cloud->connector, s->conf->endpoint.connector);
}

bool chat_post(struct shell *s, uint16_t realm, enum outbox_kind kind, uint32_t place,
	uint32_t handle, char *message, uint32_t for_ms)
{
	struct chat_realm *r = &s->chat->realm[realm];
	const struct chat_ref *ref = refs_at(r->refs, place);
	struct outbox_in in = { .kind = kind,
		.chat = place,
		.handle = handle,
		.known = ref && ref->conversation_id[0],
		.message = message,
		.until_ms = clock_mono_ms() + for_ms };
	struct why why;
	enum err e = ref ? outbox_put(r->outbox, &in, &why)
			 : FAIL(&why, E_ABSENT, "nobody knows where this person's chat is");

	free(message);
	if (e != OK)
		log_line(LOG_WARN, "chat", "", "message not taken: %s -> not sent", why.text);
	return e == OK;
}

/* The realm's chats say so too, after a restart as well, until she talks again. */
static void note_block(struct shell *s, uint16_t realm, uint32_t place)
{
	struct chat_realm *r = &s->chat->realm[realm];
	struct chat_ref *ref = refs_at(r->refs, place);
	const char *reason = outbox_blocked(r->outbox, place);
	char id[GUID_TEXT];

	if (!ref || !reason || ref->blocked[0])
		return;
	snprintf(ref->blocked, sizeof(ref->blocked), "%s", reason);
	guid_print(ref->user, id);
	log_line(LOG_WARN, "chat", "", "user=%s takes no messages: %s -> none until she writes", id,
		reason);
	chat_remember(s, realm, ref);
}

static void opened(
	struct shell *s, uint16_t realm, uint32_t place, const struct connector_reply *reply)
{
	struct chat_ref *ref = refs_at(s->chat->realm[realm].refs, place);

	if (!ref || !reply->id[0])
		return;
	snprintf(ref->conversation_id, sizeof(ref->conversation_id), "%s", reply->id);
	if (reply->service_url[0] && chat_url_believed(s, reply->service_url))
		snprintf(ref->service_url, sizeof(ref->service_url), "%s", reply->service_url);
	chat_remember(s, realm, ref);
}

/* Where the id of that message is kept; NULL: nobody wants it, or whose it was is gone. */
static char *activity_id(struct shell *s, uint32_t handle)
{
	struct card *c = cards_of(s->chat->cards, handle);
	struct handoff_offer *o = handoff_by_handle(s->chat->handoffs, handle, NULL);

	return c ? c->activity_id : o ? o->activity_id : NULL;
}

static void settle(struct shell *s, uint16_t realm, uint32_t number,
	const struct outbox_answer *answer, const struct connector_reply *reply)
{
	struct outbox_out out;
	enum outbox_end end = outbox_got(
		s->chat->realm[realm].outbox, clock_mono_ms(), number, answer, &out);
	char *id;

	if (end == OUTBOX_REFUSED)
		note_block(s, realm, out.chat);
	if (end != OUTBOX_DONE)
		return;
	id = activity_id(s, out.handle);
	if (out.kind == OUTBOX_OPEN)
		opened(s, realm, out.chat, reply);
	else if (out.kind == OUTBOX_SEND && id)
		snprintf(id, ACTIVITY_ID_MAX, "%s", reply->id);
}

static void on_answer(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	char told[ERRAND_STORY_MAX];
	struct connector_reply reply;
	struct outbox_answer answer = { .status = a->end == CLIENT_ANSWERED ? a->status : 0,
		.retry_after_ms = a->retry_after_ms };

	connector_reply_decode(a->body ? a->body : "", a->body_bytes, &reply);
	answer.code = reply.code;
	if (answer.status < 200 || answer.status > 299)
		log_line(LOG_WARN, "chat", "", "connector %s code=%s message=\"%s\"",
			errand_told(a, told), reply.code, reply.message);
	settle(s, e->realm, e->number, &answer, &reply);
}

static enum err request_of(struct shell *s, uint16_t realm, const struct outbox_out *o,
	struct connector_out *out, struct why *why)
{
	static const enum connector_kind kinds[] = { [OUTBOX_SEND] = CONNECTOR_SEND,
		[OUTBOX_EDIT] = CONNECTOR_UPDATE,
		[OUTBOX_OPEN] = CONNECTOR_OPEN };
	const struct chat_ref *ref = refs_at(s->chat->realm[realm].refs, o->chat);
	const struct config_realm *r = &s->conf->realm[realm];
	char bot_id[GUID_TEXT + 4];
	struct connector_in in = { .kind = kinds[o->kind],
		.message = o->message,
		.activity_id = activity_id(s, o->handle),
		.bot_id = bot_id,
		.tenant_id = r->tenant_id };

	if (!ref)
		return FAIL(why, E_ABSENT, "this person is known no more");
	if (!chat_url_believed(s, ref->service_url))
		return FAIL(why, E_DENIED, "serviceUrl %.100s is none of the cloud's",
			ref->service_url);
	snprintf(bot_id, sizeof(bot_id), "28:%s", s->conf->bot[r->bot].app_id);
	in.service_url = ref->service_url;
	in.conversation_id = ref->conversation_id;
	in.user_id = ref->user_id;
	return connector_write(&in, out, why);
}

static void start(struct shell *s, uint16_t realm, const struct outbox_out *o)
{
	struct errand e = { .done = on_answer, .realm = realm, .number = o->number };
	struct connector_out out;
	struct why why;

	if (request_of(s, realm, o, &out, &why) == OK) {
		errand_connector(s, &e, 0, out.method, out.url, out.body);
		free(out.body);
		return;
	}
	log_line(LOG_ERROR, "chat", "", "%s -> given up", why.text);
	settle(s, realm, o->number,
		&(struct outbox_answer){ .status = 400, .code = "", .retry_after_ms = UINT64_MAX },
		NULL);
}

static void died(struct shell *s, uint16_t realm, const struct outbox_out *o)
{
	struct card *c = cards_of(s->chat->cards, o->handle);
	char id[16] = "";

	if (c)
		snprintf(id, sizeof(id), "%u", c->contact);
	log_line(LOG_WARN, "chat", id, "message given up after %u attempts: %s", o->attempts,
		o->reason);
	if (c && !c->activity_id[0])
		chat_card_died(s, c);
	else if (!o->handle)
		chat_handoff_lost(s, realm, o->chat);
	else if (!c)
		chat_handoff_died(s, o->handle);
}

void chat_run(struct shell *s, uint64_t now_ms)
{
	for (uint16_t i = 0; i < s->conf->n_realms; i++) {
		struct outbox_out out;

		while (outbox_next(s->chat->realm[i].outbox, now_ms, &out)) {
			if (out.kind == OUTBOX_DEAD)
				died(s, i, &out);
			else
				start(s, i, &out);
		}
	}
}

/* Not given, the feed is left alone for a while: the card goes its own way. */
static void on_nudge(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct chat_realm *r = &s->chat->realm[e->realm];
	char told[ERRAND_STORY_MAX];

	if (a->end == CLIENT_ANSWERED && a->status < 400)
		return;
	if (a->status == 403)
		log_line(LOG_WARN, "chat", "",
			"tenant=%s activity feed refused: the app installed there is without "
			"TeamsActivity.Send.User (foyer manifest asks for it): %s -> again in 15 "
			"min",
			s->conf->realm[e->realm].tenant_id, errand_told(a, told));
	else
		log_line(LOG_WARN, "chat", "", "activity feed %s", errand_told(a, told));
	if (a->status == 401 || a->status == 403 || a->status == 409)
		r->feed_from_ms = clock_mono_ms() + FEED_PAUSE_MS;
}

void chat_nudge(struct shell *s, const struct nudge *n)
{
	const struct config_realm *r = &s->conf->realm[n->realm];
	char url[120];
	struct op_feed feed = { .type = n->type,
		.preview = n->preview,
		.topic = s->conf->queue[n->queue - 1].name,
		.url = url };
	struct op_in in = { .user_id = s->conf->agent[n->agent - 1].user_id, .feed = &feed };
	struct errand e = { .done = on_nudge,
		.op = OP_SEND_ACTIVITY_NOTIFICATION,
		.contact = n->contact,
		.realm = n->realm };

	if (clock_mono_ms() < s->chat->realm[n->realm].feed_from_ms)
		return;
	snprintf(url, sizeof(url), "https://teams.microsoft.com/l/chat/0/0?users=28:%s",
		s->conf->bot[r->bot].app_id);
	errand_graph(s, &e, 0, &in);
}
