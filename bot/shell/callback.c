/*
 * Addresses of calls: /api/calls/CONTACT/MAC and, for an agent's own call,
 * /api/calls/CONTACT.ATTEMPT/MAC. The MAC is HMAC-SHA256 under the service's secret, so that nobody
 * can guess one, and it says which contact a notification is about even where the call's id is not
 * known yet. It names no node.
 */
#include "bot/shell/shell.h"

#include "bot/base/text.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

enum { MAC_BYTES = 12, NAME_MAX_ = 32 };

static void name_print(uint32_t contact, uint32_t attempt, char out[NAME_MAX_])
{
	if (attempt)
		snprintf(out, NAME_MAX_, "%u.%u", contact, attempt);
	else
		snprintf(out, NAME_MAX_, "%u", contact);
}

static void mac_print(const struct shell *s, const char *name, char out[2 * MAC_BYTES + 1])
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned n = sizeof(mac);
	char text[64];

	snprintf(text, sizeof(text), "callback %s", name);
	if (!HMAC(EVP_sha256(), s->secret, sizeof(s->secret), (const uint8_t *)text, strlen(text),
		    mac, &n))
		abort();
	text_hex(out, 2 * MAC_BYTES + 1, mac, MAC_BYTES);
}

/* One GUID for all that belongs to a contact: Graph echoes it, and its support asks for it. It
 * names nobody. */
void scenario_print(const struct shell *s, uint32_t contact, char out[GUID_TEXT])
{
	uint8_t mac[EVP_MAX_MD_SIZE];
	unsigned n = sizeof(mac);
	struct guid g;
	char text[32];

	snprintf(text, sizeof(text), "scenario %u", contact);
	if (!HMAC(EVP_sha256(), s->secret, sizeof(s->secret), (const uint8_t *)text, strlen(text),
		    mac, &n))
		abort();
	memcpy(g.byte, mac, sizeof(g.byte));
	g.byte[6] = (g.byte[6] & 0x0f) | 0x80; /* RFC 9562: version 8, of our own making */
	g.byte[8] = (g.byte[8] & 0x3f) | 0x80;
	guid_print(g, out);
}

void callback_print(
	const struct shell *s, uint32_t contact, uint32_t attempt, char out[CALLBACK_MAX])
{
	char name[NAME_MAX_], mac[2 * MAC_BYTES + 1];

	name_print(contact, attempt, name);
	mac_print(s, name, mac);
	snprintf(out, CALLBACK_MAX, "%s/api/calls/%s/%s", s->conf->public_url, name, mac);
}

bool callback_read(const struct shell *s, const char *rest, struct address *out)
{
	char name[NAME_MAX_], mac[2 * MAC_BYTES + 1], expect[2 * NAME_MAX_ + 2 * MAC_BYTES];
	unsigned contact = 0, attempt = 0;
	int n = 0;

	if (sscanf(rest, "%9u%n", &contact, &n) != 1)
		return false;
	if (rest[n] == '.' && sscanf(rest + n, ".%10u", &attempt) != 1)
		return false;
	name_print(contact, attempt, name);
	mac_print(s, name, mac);
	snprintf(expect, sizeof(expect), "%s/%s", name, mac);
	*out = (struct address){ contact, attempt };
	return contact > 0 && strlen(rest) == strlen(expect) &&
	       CRYPTO_memcmp(rest, expect, strlen(expect)) == 0;
}
