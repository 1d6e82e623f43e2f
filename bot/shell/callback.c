/*
 * Addresses of calls: /api/calls/BOT/CONTACT/MAC and, for an agent's own call,
 * /api/calls/BOT/CONTACT.ATTEMPT/MAC. /api/calls/BOT is the webhook to register for that bot. The
 * MAC is HMAC-SHA256 under the service's secret, so that nobody can guess one, and it says which
 * contact a notification is about even where the call's id is not known yet. It names no node.
 */
#include "bot/shell/shell.h"

#include "bot/base/text.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_BYTES = 12, NAME_MAX_ = 64, HMAC_BYTES = 32 };

/* Keyed once, since every notification asks: to find HMAC by its name costs more than to compute
 * it. */
enum err callback_open(struct shell *s, struct why *why)
{
	EVP_MAC *hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	OSSL_PARAM digest[] = { OSSL_PARAM_construct_utf8_string(
					OSSL_MAC_PARAM_DIGEST, (char *)"SHA256", 0),
		OSSL_PARAM_construct_end() };

	s->mac = hmac ? EVP_MAC_CTX_new(hmac) : NULL;
	EVP_MAC_free(hmac);
	if (!s->mac || EVP_MAC_init(s->mac, s->secret, sizeof(s->secret), digest) != 1)
		return FAIL(why, E_SYSTEM, "OpenSSL has no HMAC-SHA256 for us");
	return OK;
}

void callback_close(struct shell *s)
{
	EVP_MAC_CTX_free(s->mac);
	s->mac = NULL;
}

static void hmac_of(const struct shell *s, const char *text, uint8_t out[HMAC_BYTES])
{
	size_t n;

	/* Begun again with the key it has. */
	if (EVP_MAC_init(s->mac, NULL, 0, NULL) != 1 ||
		EVP_MAC_update(s->mac, (const uint8_t *)text, strlen(text)) != 1 ||
		EVP_MAC_final(s->mac, out, &n, HMAC_BYTES) != 1)
		abort();
}

static void name_print(const char *bot, uint32_t contact, uint32_t attempt, char out[NAME_MAX_])
{
	if (attempt)
		snprintf(out, NAME_MAX_, "%s/%u.%u", bot, contact, attempt);
	else
		snprintf(out, NAME_MAX_, "%s/%u", bot, contact);
}

void secret_name_print(const struct shell *s, const char *purpose, char out[25])
{
	uint8_t mac[HMAC_BYTES];

	_Static_assert(2 * MAC_BYTES + 1 == 25, "the header says so");
	hmac_of(s, purpose, mac);
	text_hex(out, 25, mac, MAC_BYTES);
}

struct guid secret_guid(const struct shell *s, const char *purpose)
{
	uint8_t mac[HMAC_BYTES];
	struct guid g;

	hmac_of(s, purpose, mac);
	memcpy(g.byte, mac, sizeof(g.byte));
	return g;
}

static void mac_print(const struct shell *s, const char *name, char out[2 * MAC_BYTES + 1])
{
	uint8_t mac[HMAC_BYTES];
	char text[NAME_MAX_ + 16];

	snprintf(text, sizeof(text), "callback %s", name);
	hmac_of(s, text, mac);
	text_hex(out, 2 * MAC_BYTES + 1, mac, MAC_BYTES);
}

/* One GUID for all that belongs to a contact: Graph echoes it, and its support asks for it. It
 * names nobody. */
void scenario_print(const struct shell *s, uint32_t contact, char out[GUID_TEXT])
{
	uint8_t mac[HMAC_BYTES];
	struct guid g;
	char text[32];

	snprintf(text, sizeof(text), "scenario %u", contact);
	hmac_of(s, text, mac);
	memcpy(g.byte, mac, sizeof(g.byte));
	g.byte[6] = (g.byte[6] & 0x0f) | 0x80; /* RFC 9562: version 8, of our own making */
	g.byte[8] = (g.byte[8] & 0x3f) | 0x80;
	guid_print(g, out);
}

void callback_print(const struct shell *s, uint16_t realm, uint32_t contact, uint32_t attempt,
	char out[CALLBACK_MAX])
{
	char name[NAME_MAX_], mac[2 * MAC_BYTES + 1];

	name_print(s->conf->bot[s->conf->realm[realm].bot].name, contact, attempt, name);
	mac_print(s, name, mac);
	snprintf(out, CALLBACK_MAX, "%s/api/calls/%s/%s", s->conf->public_url, name, mac);
}

static uint16_t bot_of(const struct config *conf, const char *name, size_t n)
{
	for (uint16_t i = 0; i < conf->n_bots; i++)
		if (strlen(conf->bot[i].name) == n && memcmp(conf->bot[i].name, name, n) == 0)
			return i;
	return UINT16_MAX;
}

bool callback_read(const struct shell *s, const char *rest, struct address *out)
{
	char name[NAME_MAX_], mac[2 * MAC_BYTES + 1], expect[2 * NAME_MAX_ + 2 * MAC_BYTES];
	unsigned contact = 0, attempt = 0;
	size_t bot_bytes = strcspn(rest, "/");
	int n = 0;

	*out = (struct address){ .bot = bot_of(s->conf, rest, bot_bytes) };
	if (out->bot == UINT16_MAX || !rest[bot_bytes])
		return out->bot != UINT16_MAX;
	if (sscanf(rest + bot_bytes + 1, "%9u%n", &contact, &n) != 1)
		return false;
	if (rest[bot_bytes + 1 + (size_t)n] == '.' &&
		sscanf(rest + bot_bytes + 1 + n, ".%10u", &attempt) != 1)
		return false;
	name_print(s->conf->bot[out->bot].name, contact, attempt, name);
	mac_print(s, name, mac);
	snprintf(expect, sizeof(expect), "%s/%s", name, mac);
	out->contact = contact;
	out->attempt = attempt;
	return contact > 0 && strlen(rest) == strlen(expect) &&
	       CRYPTO_memcmp(rest, expect, strlen(expect)) == 0;
}
