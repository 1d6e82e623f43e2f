#include "bot/shell/relay.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "media/leg/sdes.h"
#include "bot/shell/media_door.h"
#include "bot/shell/quality.h"
#include "bot/shell/recordings.h"

#include <jansson.h>
#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { RELAY_MS = 5000, PT_OPUS = 111, PT_EVENT = 101, CRYPTO_TAG = 1 };

void relay_hung_up(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	char id[16], told[ERRAND_STORY_MAX];

	(void)s;
	snprintf(id, sizeof(id), "%u", e->contact);
	if (a->end != CLIENT_ANSWERED || (a->status >= 300 && a->status != 404))
		log_line(LOG_WARN, e->with_token ? "graph" : "relay", id,
			"op=%s %s -> left as it is", e->with_token ? e->what : "hang-up",
			errand_told(a, told));
}

static void say_failed(struct shell *s, const struct errand *e, const char *why)
{
	char id[16];

	snprintf(id, sizeof(id), "%u", e->contact);
	log_line(LOG_ERROR, "relay", id, "attempt=%u no leg: %s -> failed", e->attempt, why);
	from_core_relayed(s, e->contact, e->attempt, NULL);
}

/* The answer's key, where keys are asked for. */
static enum err take_key(
	struct shell *s, const struct errand *e, uint32_t leg, json_t *root, struct why *why)
{
	const char *suite = sdes_suite_name(s->conf->media.suite), *line = NULL;
	struct sdes answer;
	enum err err;

	if (!s->conf->media.is_sealed)
		return OK;
	if (json_unpack(root, "{s:{s:s}}", "rtp", "crypto", &line) != 0)
		return FAIL(why, E_DENIED, "its answer lacks rtp.crypto, a key of %s", suite);
	if ((err = sdes_read(line, &answer, why)) != OK)
		return err;
	if (answer.tag != CRYPTO_TAG || answer.key.suite != s->conf->media.suite)
		err = FAIL(why, E_DENIED, "its answer's crypto has another tag or suite than %d %s",
			CRYPTO_TAG, suite);
	else if (sdes_mark(&answer) == e->number)
		err = FAIL(why, E_DENIED, "its answer's crypto is our own key");
	else
		err = engine_leg_key(s->engine, leg, &answer.key, why);
	OPENSSL_cleanse(&answer, sizeof(answer));
	return err;
}

/* How long a packet it takes, told when the leg is open already. Where it does not say, or says
 * less than two frames, packets stay 20 ms on hold, too. */
static void take_maxptime(struct shell *s, uint32_t leg, json_t *root)
{
	json_t *told = json_object_get(json_object_get(root, "rtp"), "maxptime");
	json_int_t ms = json_integer_value(told);

	if (ms > s->conf->media.hold_packet_ms)
		ms = s->conf->media.hold_packet_ms;
	if (ms >= 2 * PCM_FRAME_MS && engine_leg_hold_ms(s->engine, leg,
					      (unsigned)ms / PCM_FRAME_MS * PCM_FRAME_MS) != OK)
		log_line(LOG_WARN, "media", "", "leg=%u packets stay as short on hold", leg);
}

static void on_open(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct line *l = line_of(s->lines, e->contact);
	struct ring_out *r = l ? line_ring(l, e->attempt) : NULL;
	CLEAN(json_decref) json_t *root = NULL;
	const char *blob = NULL, *address = NULL;
	char told[ERRAND_STORY_MAX];
	struct why why;
	int port = 0;

	if (!l || (r && r->over))
		return;
	if (a->end != CLIENT_ANSWERED || a->status != 201) {
		say_failed(s, e, errand_told(a, told));
		return;
	}
	root = json_loadb(a->body, a->body_bytes, JSON_REJECT_DUPLICATES, NULL);
	if (s->conf->media.websocket && json_unpack(root, "{s:s}", "blob", &blob) == 0)
		from_core_relayed(s, e->contact, e->attempt, blob);
	else if (!root ||
		 json_unpack(root, "{s:s, s:{s:s, s:i}}", "blob", &blob, "rtp", "address", &address,
			 "port", &port) != 0 ||
		 port < 1 || port > 65535)
		say_failed(s, e,
			s->conf->media.websocket
				? "its answer lacks blob"
				: "its answer lacks blob, rtp.address or rtp.port");
	else if (take_key(s, e, r ? r->leg : l->leg, root, &why) != OK ||
		 engine_leg_remote(s->engine, r ? r->leg : l->leg, address, (uint16_t)port, &why) !=
			 OK)
		say_failed(s, e, why.text);
	else {
		take_maxptime(s, r ? r->leg : l->leg, root);
		from_core_relayed(s, e->contact, e->attempt, blob);
	}
}

static void leg_name(const struct line *l, const struct ring_out *r, char out[32])
{
	snprintf(out, 32, "%u.%u", l->contact, r ? r->attempt : 0);
}

/* Our end of a leg, as the relay is told. */
struct leg_ours {
	uint16_t port;
	bool is_sealed;
	struct sdes offer;
};

/* What the relay is told of our end. */
static json_t *end_of_ours(struct shell *s, const struct line *l, const struct ring_out *r,
	const struct leg_ours *ours)
{
	char name[32], url[MEDIA_URL_MAX], crypto[SDES_LINE_MAX];
	json_t *root;
	unsigned rate = s->conf->media.sample_rate;

	leg_name(l, r, name);
	if (!s->conf->media.websocket) {
		if (ours->is_sealed)
			sdes_write(&ours->offer, crypto);
		root = json_pack("{s:s, s:{s:s, s:i, s:s, s:i, s:i, s:i, s:s*}}", "leg", name,
			"rtp", "address", s->conf->media.rtp_address, "port", (int)ours->port,
			"codec", "opus/48000/2", "payload_type", PT_OPUS, "telephone_event",
			PT_EVENT, "ptime", 20, "crypto", ours->is_sealed ? crypto : NULL);
		OPENSSL_cleanse(crypto, sizeof(crypto));
		return root;
	}
	media_url_print(s, l->contact, r ? r->attempt : 0, url);
	return json_pack("{s:s, s:{s:s, s:i}}", "leg", name, "websocket", "url", url, "sample_rate",
		(int)rate);
}

static void post_leg(struct shell *s, const struct line *l, const struct ring_out *r,
	uint32_t attempt, const struct leg_ours *ours)
{
	struct errand e = { .done = on_open, .contact = l->contact, .attempt = attempt };
	CLEAN(json_decref) json_t *root = NULL;
	CLEAN(free) char *body = NULL;
	char url[400];

	e.number = ours->is_sealed ? sdes_mark(&ours->offer) : 0;
	root = end_of_ours(s, l, r, ours);
	body = root ? json_dumps(root, JSON_COMPACT) : NULL;
	if (!body)
		abort();
	snprintf(url, sizeof(url), "%s/legs", s->conf->media.relay);
	errand_http(s, &e,
		&(struct client_request){
			.method = "POST",
			.url = url,
			.bearer = s->relay_key,
			.content_type = "application/json",
			.body = body,
			.body_bytes = strlen(body),
			.deadline_ms = RELAY_MS,
			.attempt_ms = RELAY_MS,
			.attempts_max = 2,
		});
}

void relay_open(struct shell *s, struct line *l, struct ring_out *r, uint32_t attempt)
{
	struct errand e = { .contact = l->contact, .attempt = attempt };
	struct leg_conf conf = { .kind = NULL };
	uint32_t *leg = r ? &r->leg : &l->leg;
	struct leg_ours ours = { .is_sealed = s->conf->media.is_sealed };
	struct why why;

	if (ours.is_sealed && !s->conf->media.websocket) {
		sdes_make(&ours.offer, CRYPTO_TAG, s->conf->media.suite);
		conf.key_out = &ours.offer.key;
	}
	if (s->conf->media.websocket) {
		conf.kind = &leg_kind_ws;
		conf.codec = s->conf->media.sample_rate == 24000 ? &codec_pcm24 : &codec_pcm16;
	}
	if (*leg != 0)
		return; /* asked for before: its answer is on the way */
	if (engine_leg_open(s->engine, l->contact, &conf, leg, &ours.port, &why) != OK) {
		*leg = 0;
		say_failed(s, &e, why.text);
		return;
	}
	post_leg(s, l, r, attempt, &ours);
	OPENSSL_cleanse(&ours, sizeof(ours));
}

static void delete_leg(struct shell *s, const struct line *l, const struct ring_out *r)
{
	struct errand e = { .done = relay_hung_up, .contact = l->contact };
	char name[32], url[400];

	leg_name(l, r, name);
	snprintf(url, sizeof(url), "%s/legs/%s", s->conf->media.relay, name);
	errand_http(s, &e,
		&(struct client_request){
			.method = "DELETE",
			.url = url,
			.bearer = s->relay_key,
			.deadline_ms = RELAY_MS,
			.attempt_ms = RELAY_MS,
			.attempts_max = 2,
			.harmless = true,
		});
}

static void close_one(struct shell *s, const struct line *l, struct ring_out *r, uint32_t *leg)
{
	if (*leg == 0)
		return;
	quality_ended(s, l, r, *leg);
	media_closed(s, *leg);
	if (engine_leg_close(s->engine, *leg) != OK)
		log_line(LOG_WARN, "media", "", "contact=%u leg was gone", l->contact);
	*leg = 0;
	delete_leg(s, l, r);
}

void relay_close(struct shell *s, const struct line *l, struct ring_out *r)
{
	recordings_untold(r);
	close_one(s, l, r, &r->leg);
}

void relay_close_caller(struct shell *s, struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++)
		recordings_untold(&l->ring[i]);
	close_one(s, l, NULL, &l->leg);
}

void relay_close_all(struct shell *s, struct line *l)
{
	for (size_t i = 0; i < LINE_RINGS; i++)
		relay_close(s, l, &l->ring[i]);
	relay_close_caller(s, l);
}
