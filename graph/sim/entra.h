#ifndef GRAPH_SIM_ENTRA_H
#define GRAPH_SIM_ENTRA_H

/*
 * Who may do what: Entra's token endpoint, the OpenID documents of the issuers, and the tokens
 * that travel with notifications. Time is an argument. One thread.
 */

#include "graph/sim/jwt.h"
#include "graph/sim/sim.h"

struct entra;

/* s is borrowed for life; origin is "https://127.0.0.1:8444", copied. E_ABSENT: the certificate of
 * the scenario cannot be read. */
enum err entra_new(const struct scenario *s, const char *origin, struct entra **out,
	struct why *why) MUST_CHECK;
void entra_free(struct entra *e);

/* POST /{tenant}/oauth2/v2.0/token: the HTTP status, and a body to own. */
int entra_token(
	struct entra *e, const char *tenant, const char *form, uint64_t now_unix, json_t **body);

/* GET /{tenant}/oauth2/v2.0/authorize: 302 and where to, for the person of login_hint (an id or a
 * name; else the first agent); or a refusal with a body to own. */
int entra_authorize(struct entra *e, const char *tenant, const json_t *query, uint64_t now_unix,
	char *location, size_t room, json_t **body);

/* The value of an Authorization header (or NULL), judged as Graph does. */
void entra_bearer(const struct entra *e, const char *authorization, uint64_t now_unix,
	struct sim_bearer *out);

/* The documents at path, or NULL: there is none there. A new reference. */
json_t *entra_document(const struct entra *e, const char *path);
/* GET path: the documents, the discovery of this cloud, or a refusal to name a stranger's: the
 * HTTP status and a body to own; 0: nothing of Entra's is there. */
int entra_discover(const struct entra *e, const char *path, const json_t *query, json_t **body);

/* Where Entra can be out of order. */
enum entra_door { ENTRA_TOKEN, ENTRA_IDENTITY, ENTRA_DOORS };
/* The next times requests there are answered by status (retry_after_s 0: without that header);
 * times 0 ends that. */
void entra_outage(
	struct entra *e, enum entra_door door, int status, unsigned times, unsigned retry_after_s);
/* One request's share of that: the status, or 0. */
int entra_outage_take(struct entra *e, enum entra_door door, unsigned *retry_after_s);
/* What is said then: status, and a body to own. */
int entra_outage_body(enum entra_door door, int status, json_t **body);

/* The token of an activity of service_url's channel, heap, or NULL. */
char *entra_activity_token(
	const struct entra *e, const char *app_id, const char *service_url, uint64_t now_unix);

/* A validationToken of Graph's change tracking, heap, or NULL. */
char *entra_change_token(
	const struct entra *e, const char *app_id, const char *tenant, uint64_t now_unix);

struct token_wish {
	const char *app_id, *tenant;
	bool graph_issuer; /* https://graph.microsoft.com, or the bot framework's */
	enum evil evil;
};

/* The token of a notification, heap, or NULL. */
char *entra_notification_token(
	const struct entra *e, const struct token_wish *wish, uint64_t now_unix);
/* Notifications are signed by another key from now on; the old one is withdrawn. false: OpenSSL
 * refused, and the old one stays. */
bool entra_roll(struct entra *e);

/* A token of a person for the bot's own API: {"user":GUID,"name":..,"roles":[..],"scp":..,
 * "azp":..,"idtyp":..,"life_s":..}; without scp and with idtyp "app" it is an app's own.
 * NULL: asked with something else. */
char *entra_person_token(const struct entra *e, json_t *asked, uint64_t now_unix);

#endif
