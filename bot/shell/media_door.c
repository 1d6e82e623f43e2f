#include "bot/shell/media_door.h"

#include "auth/jose/jws.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"

#include <openssl/crypto.h>
#include <stdlib.h>
#include <string.h>

enum {
	TAKEN_A_LEG = 2,      /* connections at once: one, and one that follows it */
	KEYLESS_SOCKETS = 32, /* that wait for a key to be fetched */
	SHAKE_MS = 10000,     /* from our answer to the connection, or it never comes */
	LAST_WORDS_MS = 2000,
	MAC_CHARS = 24,
};

struct socket {
	uint32_t contact, attempt;
	uint32_t leg; /* of the engine; 0: not connected yet */
	uint64_t visit;
	uint64_t hang_up_ms; /* UINT64_MAX: not before it is over */
};

struct keyless_socket {
	uint64_t visit, until_ms;
	uint32_t contact, attempt;
	char *token;
	size_t token_bytes;
};

struct media_door {
	struct keys *keys; /* NULL: no token is asked for */
	struct token_profile profile;
	struct socket *socket;
	size_t n, max;
	struct keyless_socket keyless[KEYLESS_SOCKETS];
	size_t n_keyless;
};

/* What admit leaves for handle. */
struct scratch {
	uint32_t contact, attempt;
	bool keyless;
};

static void mac_print(
	const struct shell *s, uint32_t contact, uint32_t attempt, char out[MAC_CHARS + 1])
{
	char purpose[64];

	snprintf(purpose, sizeof(purpose), "media %u.%u", contact, attempt);
	secret_name_print(s, purpose, out);
}

void media_url_print(
	const struct shell *s, uint32_t contact, uint32_t attempt, char out[MEDIA_URL_MAX])
{
	const char *rest = strstr(s->conf->public_url, "://");
	bool is_plain = strncmp(s->conf->public_url, "http:", 5) == 0;
	char mac[MAC_CHARS + 1];

	mac_print(s, contact, attempt, mac);
	snprintf(out, MEDIA_URL_MAX, "%s%s/media/%u.%u/%s", is_plain ? "ws" : "wss", rest, contact,
		attempt, mac);
}

static bool address_read(const struct shell *s, const char *rest, struct scratch *out)
{
	char mac[MAC_CHARS + 1];
	int n = 0;

	if (sscanf(rest, "%9u.%10u/%n", &out->contact, &out->attempt, &n) != 2 || n == 0 ||
		strlen(rest + n) != MAC_CHARS)
		return false;
	mac_print(s, out->contact, out->attempt, mac);
	return CRYPTO_memcmp(mac, rest + n, MAC_CHARS) == 0;
}

/* 0: the call is over, or has no such leg. */
static uint32_t leg_of(struct shell *s, uint32_t contact, uint32_t attempt)
{
	struct line *l = line_of(s->lines, contact);
	const struct ring_out *r = l && attempt ? line_ring(l, attempt) : NULL;

	if (attempt)
		return r ? r->leg : 0;
	return l ? l->leg : 0;
}

static enum err judge(struct shell *s, const char *token, size_t n, struct why *why)
{
	struct claims claims;

	return keys_verify(s->media->keys, &s->media->profile, clock_mono_ms(),
		clock_unix_ms() / 1000, token, n, &claims, why);
}

static int admit_token(struct shell *s, struct visit *v, struct scratch *scratch)
{
	const char *token;
	struct why why;
	size_t n;
	enum err e;

	if (visit_header_count(v, "Authorization") != 1) {
		visit_reason(v, "not exactly one Authorization header");
		return 401;
	}
	e = jws_bearer(visit_header(v, "Authorization"), &token, &n, &why);
	if (e == OK)
		e = judge(s, token, n, &why);
	scratch->keyless = e == E_STALE;
	if (e == OK || e == E_STALE)
		return 0;
	visit_reason(v, why.text);
	return e == E_DENIED ? 401 : 503;
}

static int admit(void *arg, struct visit *v)
{
	struct scratch *scratch = visit_scratch(v);
	struct shell *s = arg;

	if (!s->media || !address_read(s, visit_rest(v), scratch) ||
		!leg_of(s, scratch->contact, scratch->attempt))
		return 404;
	return s->media->keys ? admit_token(s, v, scratch) : 0;
}

static struct socket *socket_of_visit(struct media_door *m, uint64_t visit)
{
	for (size_t i = 0; i < m->n; i++)
		if (m->socket[i].visit == visit)
			return &m->socket[i];
	return NULL;
}

/* The handshake has left. */
static void taken(void *arg, uint64_t visit, int fd)
{
	struct shell *s = arg;
	struct socket *k = socket_of_visit(s->media, visit);
	uint32_t leg = k ? leg_of(s, k->contact, k->attempt) : 0;
	struct why why = { .text = "the call is over" };
	char id[16];

	snprintf(id, sizeof(id), "%u", k ? k->contact : 0);
	if (!leg) {
		close(fd);
	} else if (engine_leg_connect(s->engine, leg, fd, &why) == OK) {
		log_line(LOG_INFO, "media", id, "attempt=%u websocket connected", k->attempt);
		k->leg = leg;
		k->hang_up_ms = UINT64_MAX;
		return;
	}
	log_line(LOG_WARN, "media", id, "websocket: %s -> closed", why.text);
	door_hang_up(s->door, visit);
}

static void shake(struct shell *s, uint64_t visit, uint32_t contact, uint32_t attempt)
{
	struct media_door *m = s->media;

	if (m->n == m->max) {
		door_answer(s->door, visit, &(struct answer){ .status = 503, .retry_after_s = 1 });
		return;
	}
	if (door_websocket(s->door, visit, taken, s))
		m->socket[m->n++] = (struct socket){ .contact = contact,
			.attempt = attempt,
			.visit = visit,
			.hang_up_ms = clock_mono_ms() + SHAKE_MS };
}

static void handle(void *arg, struct visit *v)
{
	struct shell *s = arg;
	const struct scratch *scratch = visit_scratch(v);
	struct keyless_socket *k = &s->media->keyless[s->media->n_keyless];
	const char *token;
	size_t n;

	if (!scratch->keyless) {
		shake(s, visit_id(v), scratch->contact, scratch->attempt);
		return;
	}
	if (s->media->n_keyless == KEYLESS_SOCKETS ||
		jws_bearer(visit_header(v, "Authorization"), &token, &n, NULL) != OK) {
		visit_answer(v, &(struct answer){ .status = 503, .retry_after_s = 1 });
		return;
	}
	*k = (struct keyless_socket){ .visit = visit_id(v),
		.until_ms = clock_mono_ms() + KEYS_WAIT_MS,
		.contact = scratch->contact,
		.attempt = scratch->attempt,
		.token = strndup(token, n),
		.token_bytes = n };
	if (!k->token)
		abort();
	s->media->n_keyless++;
}

/* true: answered, forget it. */
static bool keyless_again(struct shell *s, const struct keyless_socket *k, uint64_t now_ms)
{
	struct why why;
	enum err e = judge(s, k->token, k->token_bytes, &why);

	if (e == E_STALE && now_ms < k->until_ms)
		return false;
	if (e == OK) {
		shake(s, k->visit, k->contact, k->attempt);
		return true;
	}
	log_line(LOG_WARN, "media", "", "token refused after its key was fetched: %s -> %d",
		why.text, e == E_DENIED ? 401 : 503);
	door_answer(s->door, k->visit, &(struct answer){ .status = e == E_DENIED ? 401 : 503 });
	return true;
}

static void look_again(struct shell *s)
{
	struct media_door *m = s->media;
	uint64_t now = clock_mono_ms();
	size_t kept = 0;

	for (size_t i = 0; i < m->n_keyless; i++) {
		if (keyless_again(s, &m->keyless[i], now))
			free(m->keyless[i].token);
		else
			m->keyless[kept++] = m->keyless[i];
	}
	m->n_keyless = kept;
}

void media_gone(struct shell *s, uint32_t leg)
{
	struct media_door *m = s->media;

	/* They end in the order in which they came. */
	for (size_t i = 0; m && i < m->n; i++)
		if (m->socket[i].leg == leg && m->socket[i].hang_up_ms == UINT64_MAX) {
			log_line(LOG_INFO, "media", "", "contact=%u attempt=%u websocket is over",
				m->socket[i].contact, m->socket[i].attempt);
			m->socket[i].hang_up_ms = clock_mono_ms() + LAST_WORDS_MS;
			return;
		}
}

void media_closed(struct shell *s, uint32_t leg)
{
	struct media_door *m = s->media;

	for (size_t i = 0; m && i < m->n; i++)
		if (m->socket[i].leg == leg && m->socket[i].hang_up_ms == UINT64_MAX)
			m->socket[i].hang_up_ms = clock_mono_ms() + LAST_WORDS_MS;
}

static void hang_up(struct shell *s)
{
	struct media_door *m = s->media;
	uint64_t now = clock_mono_ms();
	size_t kept = 0;

	for (size_t i = 0; i < m->n; i++) {
		if (m->socket[i].hang_up_ms <= now)
			door_hang_up(s->door, m->socket[i].visit);
		else
			m->socket[kept++] = m->socket[i];
	}
	m->n = kept;
}

static void on_keys(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct why why;

	if (keys_got(s->media->keys, clock_mono_ms(), e->number, a->status, a->body, a->body_bytes,
		    &why) == E_REMOTE)
		log_line(LOG_WARN, "auth", "", "keys of media tokens: %s -> later again", why.text);
	look_again(s);
}

static void fetch_keys(struct shell *s)
{
	struct keys_fetch f;

	while (s->media->keys && keys_want(s->media->keys, clock_mono_ms(), &f)) {
		struct errand e = { .done = on_keys, .number = f.attempt };

		errand_http(s, &e,
			&(struct client_request){ .method = "GET",
				.url = f.url,
				.deadline_ms = KEYS_FLIGHT_MS,
				.attempt_ms = KEYS_FLIGHT_MS,
				.attempts_max = 1,
				.harmless = true });
	}
}

static enum err media_open(struct shell *s, struct why *why)
{
	const struct config *c = s->conf;
	enum err e;

	if (!s->engine || !c->media.websocket)
		return OK;
	s->media = calloc(1, sizeof(*s->media));
	if (!s->media)
		return FAIL(why, E_SYSTEM, "no memory for WebSockets");
	s->media->max = (size_t)TAKEN_A_LEG * c->media.legs;
	s->media->socket = calloc(s->media->max, sizeof(*s->media->socket));
	if (!s->media->socket)
		return FAIL(why, E_SYSTEM, "no memory for %zu WebSockets", s->media->max);
	if (!c->media.audience)
		return OK;
	e = profile_media(&s->media->profile, c->media.audience, why);
	if (e == OK)
		e = profile_issuer_add(&s->media->profile, c->media.issuer, "", why);
	return e == OK ? trust_root(c, &s->media->keys, "media", c->media.openid, why) : e;
}

static void media_close(struct shell *s)
{
	if (!s->media)
		return;
	for (size_t i = 0; i < s->media->n_keyless; i++)
		free(s->media->keyless[i].token);
	keys_free(s->media->keys);
	free(s->media->socket);
	free(s->media);
	s->media = NULL;
}

static void media_run(struct shell *s)
{
	if (!s->media)
		return;
	look_again(s);
	fetch_keys(s);
	hang_up(s);
}

static uint64_t media_deadline_ms(const struct shell *s)
{
	const struct media_door *m = s->media;
	uint64_t due = m && m->keys ? keys_deadline_ms(m->keys) : UINT64_MAX;

	for (size_t i = 0; m && i < m->n; i++)
		due = m->socket[i].hang_up_ms < due ? m->socket[i].hang_up_ms : due;
	for (size_t i = 0; m && i < m->n_keyless; i++)
		due = m->keyless[i].until_ms < due ? m->keyless[i].until_ms : due;
	return due;
}

static size_t media_routes(struct shell *s, struct route *out, size_t n_max)
{
	if (n_max < 1)
		abort();
	out[0] = (struct route){
		.method = "GET", .path = "/media/*", .admit = admit, .handle = handle, .arg = s
	};
	return 1;
}

const struct hand hand_media = { .open = media_open,
	.close = media_close,
	.run = media_run,
	.deadline_ms = media_deadline_ms,
	.routes = media_routes };
