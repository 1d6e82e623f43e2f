#ifndef TESTS_GRAPH_SIM_WEBHOOK_H
#define TESTS_GRAPH_SIM_WEBHOOK_H

/* The smallest bot: takes notifications and keeps them in order, and serves three prompts, of
 * which one is right. */

#include "bot/base/err.h"

#include <arpa/inet.h>
#include <jansson.h>
#include <microhttpd.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <time.h>

enum { HOOK_ITEMS = 256, HOOK_WAV = 44 + 6400 };

struct webhook {
	struct MHD_Daemon *daemon;
	char *certificate, *key;
	pthread_mutex_t lock; /* guards what follows */
	pthread_cond_t more;
	char *item[HOOK_ITEMS]; /* as text, so that no JSON is shared by two threads */
	size_t first, n;
	char token[4096];
};

struct hook_body {
	char *text;
	size_t n;
};

static char *hook_file(const char *name)
{
	FILE *f = fopen(name, "r");
	char *text = calloc(1, 65536);

	if (!f || !text || !fread(text, 1, 65535, f))
		abort();
	fclose(f);
	return text;
}

/* 0.2 s of something, at 16 or 8 kHz. */
static void hook_wav(uint8_t out[HOOK_WAV], unsigned rate)
{
	static const uint8_t head[44] = { 'R', 'I', 'F', 'F', 0x24, 0x19, 0, 0, 'W', 'A', 'V', 'E',
		'f', 'm', 't', ' ', 16, 0, 0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 16, 0,
		'd', 'a', 't', 'a', 0x00, 0x19, 0, 0 };

	memcpy(out, head, 44);
	for (int i = 0; i < 4; i++) {
		out[24 + i] = (uint8_t)(rate >> 8 * i);
		out[28 + i] = (uint8_t)(2 * rate >> 8 * i);
	}
	for (int i = 44; i < HOOK_WAV; i++)
		out[i] = (uint8_t)(i % 2 ? i % 32 : i);
}

static enum MHD_Result hook_answer(struct MHD_Connection *c, unsigned status, void *data, size_t n)
{
	struct MHD_Response *r = MHD_create_response_from_buffer(n, data, MHD_RESPMEM_MUST_COPY);
	enum MHD_Result done = MHD_queue_response(c, status, r);

	MHD_destroy_response(r);
	return done;
}

static enum MHD_Result hook_get(struct MHD_Connection *c, const char *url)
{
	uint8_t wav[HOOK_WAV];

	hook_wav(wav, strcmp(url, "/slow.wav") == 0 ? 8000 : 16000);
	if (strcmp(url, "/absent.wav") == 0)
		return hook_answer(c, 404, wav, 0);
	return hook_answer(c, 200, wav, sizeof(wav));
}

static unsigned hook_keep(struct webhook *h, json_t *body, const char *authorization)
{
	json_t *value = json_object_get(body, "value"), *item;
	size_t i;

	pthread_mutex_lock(&h->lock);
	snprintf(h->token, sizeof(h->token), "%s", authorization ? authorization : "");
	json_array_foreach(value, i, item) if (h->n < HOOK_ITEMS)
		h->item[(h->first + h->n++) % HOOK_ITEMS] = json_dumps(item, 0);
	pthread_cond_signal(&h->more);
	pthread_mutex_unlock(&h->lock);
	return value ? 202 : 204;
}

static enum MHD_Result hook_request(void *cls, struct MHD_Connection *c, const char *url,
	const char *method, const char *version, const char *data, size_t *n, void **state)
{
	struct hook_body *b = *state;
	json_error_t e;
	json_t *json;
	unsigned status;

	(void)version;
	if (!b) {
		*state = calloc(1, sizeof(struct hook_body));
		return *state ? MHD_YES : MHD_NO;
	}
	if (*n) {
		b->text = realloc(b->text, b->n + *n);
		memcpy(b->text + b->n, data, *n);
		b->n += *n;
		*n = 0;
		return MHD_YES;
	}
	if (strcmp(method, "GET") == 0)
		return hook_get(c, url);
	json = json_loadb(b->text ? b->text : "", b->n, 0, &e);
	status = json ? hook_keep(cls, json,
				MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Authorization"))
		      : 400;
	json_decref(json);
	return hook_answer(c, status, (void *)(uintptr_t) "", 0);
}

static void hook_done(
	void *cls, struct MHD_Connection *c, void **state, enum MHD_RequestTerminationCode how)
{
	struct hook_body *b = *state;

	(void)cls;
	(void)c;
	(void)how;
	if (b)
		free(b->text);
	free(b);
	*state = NULL;
}

static struct webhook *webhook_new(const char *certificate, const char *key)
{
	struct sockaddr_in at = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	struct webhook *h = calloc(1, sizeof(*h));

	h->certificate = hook_file(certificate);
	h->key = hook_file(key);
	pthread_mutex_init(&h->lock, NULL);
	pthread_cond_init(&h->more, NULL);
	h->daemon = MHD_start_daemon(MHD_USE_POLL_INTERNAL_THREAD | MHD_USE_TLS, 0, NULL, NULL,
		hook_request, h, MHD_OPTION_SOCK_ADDR, &at, MHD_OPTION_HTTPS_MEM_CERT,
		h->certificate, MHD_OPTION_HTTPS_MEM_KEY, h->key, MHD_OPTION_NOTIFY_COMPLETED,
		hook_done, NULL, MHD_OPTION_END);
	return h->daemon ? h : NULL;
}

static unsigned webhook_port(struct webhook *h)
{
	return MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_BIND_PORT)->port;
}

/* The next item, to own; NULL after ms without one. */
static json_t *webhook_next(struct webhook *h, unsigned ms)
{
	struct timespec until;
	char *text = NULL;
	json_t *item;
	json_error_t e;

	clock_gettime(CLOCK_REALTIME, &until);
	until.tv_sec += ms / 1000;
	pthread_mutex_lock(&h->lock);
	while (!h->n && pthread_cond_timedwait(&h->more, &h->lock, &until) == 0)
		;
	if (h->n) {
		text = h->item[h->first];
		h->first = (h->first + 1) % HOOK_ITEMS;
		h->n--;
	}
	pthread_mutex_unlock(&h->lock);
	item = text ? json_loads(text, 0, &e) : NULL;
	free(text);
	return item;
}

static size_t hook_unb64(const char *in, size_t n, uint8_t *out)
{
	char text[4096];
	size_t pad = (4 - n % 4) % 4;
	int got;

	if (n + 4 > sizeof(text))
		return 0;
	for (size_t i = 0; i < n; i++)
		text[i] = in[i] == '-' ? '+' : in[i] == '_' ? '/' : in[i];
	memset(text + n, '=', pad);
	got = EVP_DecodeBlock(out, (uint8_t *)text, (int)(n + pad));
	return got < 0 ? 0 : (size_t)got - pad;
}

static EVP_PKEY *hook_key(json_t *jwk)
{
	const char *n = json_string_value(json_object_get(jwk, "n"));
	const char *e = json_string_value(json_object_get(jwk, "e"));
	uint8_t bytes[1024];
	OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
	BIGNUM *bn = BN_bin2bn(bytes, (int)hook_unb64(n, strlen(n), bytes), NULL);
	BIGNUM *be = BN_bin2bn(bytes, (int)hook_unb64(e, strlen(e), bytes), NULL);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, bn);
	OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, be);
	params = OSSL_PARAM_BLD_to_param(bld);
	EVP_PKEY_fromdata_init(ctx);
	EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(bld);
	EVP_PKEY_CTX_free(ctx);
	BN_free(bn);
	BN_free(be);
	return key;
}

static bool hook_claims_good(const char *at, size_t n, const char *app, const char *tenant)
{
	uint8_t bytes[4096];
	size_t got = hook_unb64(at, n, bytes);
	json_error_t e;
	json_t *claims = json_loadb((char *)bytes, got, 0, &e);
	const char *iss = json_string_value(json_object_get(claims, "iss"));
	json_int_t now = (json_int_t)time(NULL);
	bool good = iss &&
		    (strcmp(iss, "https://graph.microsoft.com") == 0 ||
			    strcmp(iss, "https://api.botframework.com") == 0) &&
		    strcmp(json_string_value(json_object_get(claims, "aud")), app) == 0 &&
		    strcmp(json_string_value(json_object_get(claims, "tid")), tenant) == 0 &&
		    json_integer_value(json_object_get(claims, "nbf")) <= now + 1 &&
		    json_integer_value(json_object_get(claims, "exp")) > now;

	json_decref(claims);
	return good;
}

/* Of the last notification, by our own reading of RFC 7515. */
static bool webhook_token_good(struct webhook *h, json_t *jwks, const char *app, const char *tenant)
{
	json_t *jwk = json_array_get(json_object_get(jwks, "keys"), 0);
	EVP_PKEY *key = hook_key(jwk);
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	uint8_t signature[1024];
	char token[4096];
	const char *dot, *last;
	bool good;
	size_t n;

	pthread_mutex_lock(&h->lock);
	snprintf(token, sizeof(token), "%s", strncmp(h->token, "Bearer ", 7) ? "" : h->token + 7);
	pthread_mutex_unlock(&h->lock);
	dot = strchr(token, '.');
	last = strrchr(token, '.');
	good = dot && last && last > dot &&
	       hook_claims_good(dot + 1, (size_t)(last - dot - 1), app, tenant);
	n = good ? hook_unb64(last + 1, strlen(last + 1), signature) : 0;
	good = good && EVP_DigestVerifyInit(ctx, NULL, EVP_sha256(), NULL, key) == 1 &&
	       EVP_DigestVerify(ctx, signature, n, (uint8_t *)token, (size_t)(last - token)) == 1;
	EVP_MD_CTX_free(ctx);
	EVP_PKEY_free(key);
	return good;
}

static void webhook_free(struct webhook *h)
{
	if (!h)
		return;
	MHD_stop_daemon(h->daemon);
	while (h->n--)
		free(h->item[(h->first + h->n) % HOOK_ITEMS]);
	free(h->certificate);
	free(h->key);
	free(h);
}

#endif
