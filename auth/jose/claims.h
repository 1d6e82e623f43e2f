#ifndef AUTH_JOSE_CLAIMS_H
#define AUTH_JOSE_CLAIMS_H

/*
 * What a verified token says, and what a receiver wants it to say.
 *
 * A receiver is a profile: one per trust root and bot, chosen by the URL that was
 * asked, never by the token. Decoding and judging are two steps, so that a remembered
 * token is judged again, with today's clock and this profile, each time it is shown.
 * Source: RFC 7519, RFC 8725; Entra's access-token claims; Bot Framework's and Graph's
 * rules for their callers.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"

#include <stdbool.h>
#include <stdint.h>

enum {
	PROFILE_ISSUERS_MAX = 4,
	PROFILE_TENANTS_MAX = 64,
	PROFILE_CLIENTS_MAX = 8,
	ISSUER_MAX = 160, /* with the NUL, as all below */
	CLAIM_MAX = 128,
	CLAIM_LIST_MAX = 192,
	SERVICE_URL_MAX = 192,
	SKEW_S = 300,
	TOKEN_LIFE_S_MAX = 30 * 3600,
	BOT_TOKEN_BYTES_MAX = 8 * 1024, /* no bot token comes near; people's carry more */
};

struct token_issuer {
	char form[ISSUER_MAX]; /* byte for byte; "{tenantid}" stands for the token's own tid */
	/* Entra's token format: "1.0" names the client in appid, "2.0" in azp, and neither in both.
	 * "": not Entra, no version is looked at. */
	char ver[4];
};

/* A plain value: copy it, compare nothing, free nothing. */
struct token_profile {
	char name[16]; /* "call": for our log */
	struct token_issuer issuer[PROFILE_ISSUERS_MAX];
	size_t n_issuers;
	char audience[GUID_TEXT]; /* our app id; compared without case */
	unsigned algs;            /* enum jws_alg bits */
	size_t token_bytes_max;
	/* Entra signs for every tenant of a cloud with the same keys, so what keeps tenants apart
	 * is here: tid in lower case, one of tenant[] (none given: nobody passes), and a key that
	 * names an issuer signs for that one's tenant alone. */
	bool entra;
	bool need_tid;
	struct guid tenant[PROFILE_TENANTS_MAX]; /* none: any tenant, unless Entra's */
	size_t n_tenants;
	char scope[64]; /* scp must hold this word, so no app-only token passes. "": any */
	/* Which apps may have asked for it; none: any. */
	char client[PROFILE_CLIENTS_MAX][GUID_TEXT];
	size_t n_clients;
	bool cty_jwt;  /* its issuer says "cty":"JWT" of plain claims, so it may */
	bool endorsed; /* a key that has endorsements must have "msteams" among them */
	uint32_t skew_s;
};

/* Strings are NUL-terminated, "" if the claim is absent. */
struct claims {
	char iss[ISSUER_MAX];
	char aud[CLAIM_MAX];
	char sub[CLAIM_MAX];
	char ver[8];
	char azp[GUID_TEXT], appid[GUID_TEXT]; /* the client, see struct token_issuer */
	struct guid tid;                       /* none: absent */
	struct guid oid;                       /* none: absent */
	/* One space between words. Words that do not fit are left out: too few rights are safe. */
	char scp[CLAIM_LIST_MAX];
	char roles[CLAIM_LIST_MAX];
	char service_url[SERVICE_URL_MAX]; /* "serviceurl": bot messages only */
	char nonce[CLAIM_MAX];             /* of an id_token */
	/* "preferred_username", of a person; "": none, or nothing we could show. To call her by,
	 * never to know her by: it changes hands. */
	char username[CLAIM_MAX];
	bool tid_is_plain; /* tid is dashed, in lower case */
	bool app_only;     /* idtyp is "app" */
	bool has_nonce;    /* an id_token, not an access token */
	uint64_t exp_unix_s;
	uint64_t nbf_unix_s; /* 0: absent */
	uint64_t iat_unix_s; /* 0: absent */
};

/*
 * Graph's call notifications for the bot with this app id: both issuers of Microsoft's
 * samples, RS256, tid required, cty tolerated (bot-docs issue 2242 shows one). The caller
 * may add tenants, and issuers of national clouds. E_MALFORMED: app_id is not a GUID. Pure.
 */
enum err profile_call(struct token_profile *out, const char *app_id, struct why *why) MUST_CHECK;
/* Bot messages: no tid, endorsed keys, cty tolerated. The receiver still compares service_url
 * with the activity's serviceUrl (service_url.h), and its channelId with "msteams". */
enum err profile_chat(struct token_profile *out, const char *app_id, struct why *why) MUST_CHECK;

/*
 * The validationTokens of Graph's change notifications: issued by Entra for the tenant
 * itself, version 1.0 or 2.0, and asked for by Graph's change tracking. authority is the
 * cloud's ("https://login.microsoftonline.com", no closing slash). The caller adds
 * the tenants we serve, and compares tid with each item's tenantId.
 * E_MALFORMED: app_id is not a GUID. Pure.
 * Source: graph-docs, change-notifications-with-resource-data.
 */
enum err profile_change(struct token_profile *out, const char *authority, const char *app_id,
	struct why *why) MUST_CHECK;

/*
 * Audio streaming of Azure Communication Services: one token a WebSocket, for our resource. No
 * issuer yet. E_MALFORMED: resource_id is not a GUID. Pure.
 * Source: Azure docs, communication-services/how-tos/call-automation/secure-webhook-endpoint.
 */
enum err profile_media(
	struct token_profile *out, const char *resource_id, struct why *why) MUST_CHECK;

/*
 * One more issuer for a profile: another cloud's, or a simulator's. Set n_issuers to 0
 * before to have no others. ver as in struct token_issuer.
 * E_LIMIT: it has PROFILE_ISSUERS_MAX. E_MALFORMED: no URL, or too long. Pure.
 */
enum err profile_issuer_add(
	struct token_profile *p, const char *form, const char *ver, struct why *why) MUST_CHECK;

/*
 * Read the payload of a token (still base64url) whose signature is good.
 * E_DENIED: not a JSON object of claims as RFC 7519 types them; answer 401. Pure.
 */
enum err claims_read(const char *payload, size_t n, struct claims *out, struct why *why) MUST_CHECK;

/*
 * Is this a token for this receiver, now? E_DENIED: no; answer 401, why is for our log.
 * Pure. Any thread.
 */
enum err claims_check(const struct claims *c, const struct token_profile *profile,
	uint64_t now_unix_s, struct why *why) MUST_CHECK;

/* Does a list of words with single spaces hold this one? */
bool claims_list_has(const char *list, const char *word);

/*
 * The issuer a form means for a tenant. False: it has the placeholder and tid is none, or
 * the whole does not fit.
 */
bool claims_issuer_of(const char *form, struct guid tid, char out[ISSUER_MAX]);

/*
 * Is text the form, once "{tenantid}" (in any case) in it is replaced by tid? Byte by
 * byte; false when form has the placeholder and tid is none.
 */
bool claims_issuer_fits(const char *form, const char *text, struct guid tid);

#endif
