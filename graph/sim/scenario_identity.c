#include "graph/sim/scenario_identity.h"

#include "bot/base/text.h"

#include <stdio.h>
#include <string.h>

static enum err identity_read(
	struct reader *r, const char *where, json_t *json, struct scenario *s, struct identity *out)
{
	static const struct field fields[] = {
		F_AS("client_id", struct identity, client_id, FIELD_GUID, 0, 0, true),
		F_AS("object_id", struct identity, object_id, FIELD_GUID, 0, 0, true),
		F(struct identity, tenant, FIELD_GUID, 0, 0),
		F(struct identity, resource_id, FIELD_TEXT, 0, 0),
		F_AS("token_s", struct identity, token_ms, FIELD_SECONDS, 1, 86400, false),
	};

	*out = (struct identity){ .token_ms = 86400000 };
	memcpy(out->tenant, s->tenant, sizeof(out->tenant));
	return fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
}

enum err identities_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	struct scenario *s = scenario;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_IDENTITIES)
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want a list of at most %d {client_id, object_id}", r->file, where,
			SCENARIO_IDENTITIES);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = identity_read(r, at, json_array_get(json, i), s, &s->identity[i]);
		if (e != OK)
			return e;
		s->n_identities = i + 1;
	}
	return OK;
}

static enum err credential_read(
	struct reader *r, const char *where, json_t *json, struct federated *out)
{
	static const struct field fields[] = {
		F_AS("managed_identity", struct federated, identity, FIELD_GUID, 0, 0, false),
		F(struct federated, issuer, FIELD_TEXT, 0, 0),
		F(struct federated, subject, FIELD_TEXT, 0, 0),
		F(struct federated, keys, FIELD_TEXT, 0, 0),
	};
	enum err e = fields_read(r, where, json, fields, ARRAY_LEN(fields), out);
	bool outside = out->issuer[0] && out->subject[0] && out->keys[0];
	bool any = out->issuer[0] || out->subject[0] || out->keys[0];

	if (e == OK && (out->identity[0] ? any : !outside))
		return FAIL(r->why, E_MALFORMED,
			"%s: %s: want \"managed_identity\", or \"issuer\", \"subject\" and "
			"\"keys\"",
			r->file, where);
	return e;
}

enum err federated_of(struct reader *r, const char *where, json_t *json, void *app)
{
	struct app *out = app;
	char at[128];

	if (!json_is_array(json) || json_array_size(json) > SCENARIO_FEDERATED)
		return FAIL(r->why, E_MALFORMED, "%s: %s: want a list of at most %d", r->file,
			where, SCENARIO_FEDERATED);
	for (size_t i = 0; i < json_array_size(json); i++) {
		struct text t = TEXT(at);
		enum err e;

		text_add(&t, "%s[%zu]", where, i);
		e = credential_read(r, at, json_array_get(json, i), &out->federated[i]);
		if (e != OK)
			return e;
		out->n_federated = i + 1;
	}
	return OK;
}

enum err federated_read(struct reader *r, const char *where, json_t *json, void *scenario)
{
	return federated_of(r, where, json, &((struct scenario *)scenario)->app[0]);
}

static const struct identity *identity_of(const struct scenario *s, const char *object_id)
{
	for (size_t i = 0; i < s->n_identities; i++)
		if (strcmp(s->identity[i].object_id, object_id) == 0)
			return &s->identity[i];
	return NULL;
}

/* Entra: the issuer is the identity's tenant, the subject its object id. */
static enum err settle_one(struct reader *r, const struct scenario *s, struct federated *f)
{
	const struct identity *who = identity_of(s, f->identity);

	if (!f->identity[0])
		return OK;
	if (!who)
		return FAIL(r->why, E_MALFORMED,
			"%s: federated_credentials: managed_identity: is the object_id of none of "
			"\"managed_identities\"",
			r->file);
	snprintf(f->issuer, sizeof(f->issuer), "https://login.microsoftonline.com/%s/v2.0",
		who->tenant);
	snprintf(f->subject, sizeof(f->subject), "%s", who->object_id);
	return OK;
}

enum err federated_settle(struct reader *r, struct scenario *s)
{
	for (size_t i = 0; i < s->n_apps; i++)
		for (size_t k = 0; k < s->app[i].n_federated; k++) {
			enum err e = settle_one(r, s, &s->app[i].federated[k]);

			if (e != OK)
				return e;
		}
	return OK;
}
