#ifndef GRAPH_SIM_ENTRA_INSIDE_H
#define GRAPH_SIM_ENTRA_INSIDE_H

/* Entra's own state, for its files alone. */

#include "graph/sim/entra.h"

enum { TOKEN_S = 3599, CODES_MAX = 256, CODE_S = 600 };

/* What /authorize gave out, to be redeemed once. */
struct code {
	char text[40]; /* "": free */
	const struct app *app;
	char tenant[GUID_TEXT], user[GUID_TEXT], name[SCENARIO_NAME];
	char redirect[SCENARIO_URL], challenge[64], nonce[128];
	uint64_t until_unix;
	bool used;
};

struct entra {
	const struct scenario *scn;
	char origin[128];
	struct jwt_key *graph, *calls, *chats, *people;
	struct jwt_certificate *certificate[SCENARIO_APPS];
	struct code code[CODES_MAX]; /* a ring */
	uint64_t n_codes;
	struct {
		int status;
		unsigned left, retry_after_s;
	} outage[ENTRA_DOORS]; /* asked for by the control */
};

/* The audience of tokens that stand for a client's secret. */
#define IDENTITY_EXCHANGE "api://AzureADTokenExchange"

/* entra.c */
void entra_field(const char *form, const char *name, char *out, size_t room);
int entra_fail(json_t **body, int status, const char *error, int number, const char *text);
bool entra_tenant(const struct entra *e, const char *tenant, char out[GUID_TEXT]);
/* As entra_tenant; of "common" and "organizations" out is "": whose tenant it is turns out later.
 */
bool entra_place(const struct entra *e, const char *name, char out[GUID_TEXT]);
json_t *entra_roles(unsigned roles);

/* entra_federated.c: 200, or the refusal. peeked is what token says, not verified yet. */
int entra_federated(const struct entra *e, const struct app *app, const json_t *peeked,
	const char *token, uint64_t now_unix, json_t **body);

/* entra_person.c: a grant in a person's name, by a client that has shown who it is. tenant "": the
 * person's own. */
int entra_on_behalf(struct entra *e, const struct app *app, const char *tenant, const char *form,
	uint64_t now_unix, json_t **body);
int entra_redeem(struct entra *e, const struct app *app, const char *tenant, const char *form,
	uint64_t now_unix, json_t **body);

#endif
