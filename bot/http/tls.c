#include "bot/http/tls.h"

#include "bot/base/clean.h"

#include <gnutls/x509.h>

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { CHAIN_MAX = 8 };

struct tls_pair {
	unsigned refs;
	unsigned n_chain;
	gnutls_pcert_st chain[CHAIN_MAX];
	gnutls_privkey_t key;
};

struct tls {
	char *certificate, *key, *client_ca; /* two paths, and PEM text or NULL */
	struct tls_pair *pair;
};

static void pair_drop(struct tls_pair *p)
{
	if (!p || --p->refs)
		return;
	for (unsigned i = 0; i < p->n_chain; i++)
		gnutls_pcert_deinit(&p->chain[i]);
	if (p->key)
		gnutls_privkey_deinit(p->key);
	free(p);
}
CLEAN_FN(pair_drop, struct tls_pair *)

static void datum_wipe(gnutls_datum_t d)
{
	if (d.data)
		gnutls_memset(d.data, 0, d.size);
	gnutls_free(d.data);
}

static enum err file_read(const char *path, gnutls_datum_t *out, struct why *why)
{
	int rc = gnutls_load_file(path, out);

	if (rc < 0)
		return FAIL_EXT(why, E_SYSTEM, rc, "%s: cannot be read (%m)", path);
	return OK;
}

static enum err chain_read(struct tls_pair *p, const char *path, struct why *why)
{
	gnutls_datum_t pem;
	enum err e = file_read(path, &pem, why);
	int rc;

	if (e != OK)
		return e;
	p->n_chain = CHAIN_MAX;
	rc = gnutls_pcert_list_import_x509_raw(p->chain, &p->n_chain, &pem, GNUTLS_X509_FMT_PEM, 0);
	gnutls_free(pem.data);
	if (rc < 0) {
		p->n_chain = 0;
		return FAIL_EXT(why, E_MALFORMED, rc,
			"%s: no certificate chain in PEM, leaf first, of at most %d (%s)", path,
			CHAIN_MAX, gnutls_strerror(rc));
	}
	return OK;
}

static enum err key_read(struct tls_pair *p, const char *path, struct why *why)
{
	gnutls_datum_t pem;
	enum err e = file_read(path, &pem, why);
	int rc;

	if (e != OK)
		return e;
	rc = gnutls_privkey_init(&p->key);
	if (rc >= 0)
		rc = gnutls_privkey_import_x509_raw(p->key, &pem, GNUTLS_X509_FMT_PEM, NULL, 0);
	datum_wipe(pem);
	if (rc < 0)
		return FAIL_EXT(why, E_MALFORMED, rc,
			"%s: no private key in PEM without a password (%s)", path,
			gnutls_strerror(rc));
	return OK;
}

/* GnuTLS would find a foreign key out in the first handshake only. */
static bool pair_fits(const struct tls_pair *p)
{
	unsigned char of_key[64], of_leaf[64];
	size_t n_key = sizeof(of_key), n_leaf = sizeof(of_leaf);
	gnutls_pubkey_t public;
	bool fits;

	if (gnutls_pubkey_init(&public) < 0)
		return false;
	fits = gnutls_pubkey_import_privkey(public, p->key, 0, 0) >= 0 &&
	       gnutls_pubkey_get_key_id(public, 0, of_key, &n_key) >= 0 &&
	       gnutls_pubkey_get_key_id(p->chain[0].pubkey, 0, of_leaf, &n_leaf) >= 0 &&
	       n_key == n_leaf && !memcmp(of_key, of_leaf, n_key);
	gnutls_pubkey_deinit(public);
	return fits;
}

enum err tls_reload(struct tls *t, struct why *why)
{
	CLEAN(pair_drop) struct tls_pair *p = calloc(1, sizeof(*p));
	enum err e;

	if (!p)
		return FAIL(why, E_SYSTEM, "no memory for a certificate");
	p->refs = 1;
	e = chain_read(p, t->certificate, why);
	if (e == OK)
		e = key_read(p, t->key, why);
	if (e != OK)
		return e;
	if (!pair_fits(p))
		return FAIL(why, E_MALFORMED, "%s: is not the key of the certificate in %s", t->key,
			t->certificate);
	pair_drop(t->pair);
	t->pair = TAKE(p);
	return OK;
}

static enum err client_ca_read(struct tls *t, const char *path, struct why *why)
{
	gnutls_datum_t pem;
	gnutls_x509_crt_t *list = NULL;
	unsigned n = 0;
	enum err e = file_read(path, &pem, why);
	int rc;

	if (e != OK)
		return e;
	rc = gnutls_x509_crt_list_import2(&list, &n, &pem, GNUTLS_X509_FMT_PEM, 0);
	if (rc >= 0)
		t->client_ca = strndup((const char *)pem.data, pem.size);
	for (unsigned i = 0; rc >= 0 && i < n; i++)
		gnutls_x509_crt_deinit(list[i]);
	gnutls_free(list);
	gnutls_free(pem.data);
	if (rc < 0)
		return FAIL_EXT(why, E_MALFORMED, rc,
			"%s: no certificate of an authority in PEM (%s)", path,
			gnutls_strerror(rc));
	return t->client_ca ? OK : FAIL(why, E_SYSTEM, "no memory for %s", path);
}

CLEAN_FN(tls_free, struct tls *)

enum err tls_new(const char *certificate, const char *key, const char *client_ca, struct tls **out,
	struct why *why)
{
	CLEAN(tls_free) struct tls *t = calloc(1, sizeof(*t));
	enum err e = OK;

	if (t) {
		t->certificate = strdup(certificate);
		t->key = strdup(key);
	}
	if (!t || !t->certificate || !t->key)
		return FAIL(why, E_SYSTEM, "no memory for TLS");
	if (client_ca)
		e = client_ca_read(t, client_ca, why);
	if (e == OK)
		e = tls_reload(t, why);
	if (e == OK)
		*out = TAKE(t);
	return e;
}

void tls_free(struct tls *t)
{
	if (!t)
		return;
	pair_drop(t->pair);
	free(t->certificate);
	free(t->key);
	free(t->client_ca);
	free(t);
}

const char *tls_client_ca(const struct tls *t)
{
	return t->client_ca;
}

void tls_peer_init(struct tls_peer *p, struct tls *t, gnutls_session_t session)
{
	*p = (struct tls_peer){ .session = session, .tls = t };
	gnutls_session_set_ptr(session, p);
}

void tls_peer_fini(struct tls_peer *p)
{
	pair_drop(p->shown);
	p->shown = NULL;
}

int tls_show(gnutls_session_t session, const gnutls_datum_t *authorities, int n_authorities,
	const gnutls_pk_algorithm_t *algorithms, int n_algorithms, gnutls_pcert_st **chain,
	unsigned *n_chain, gnutls_privkey_t *key)
{
	struct tls_peer *p = gnutls_session_get_ptr(session);

	(void)authorities, (void)n_authorities, (void)algorithms, (void)n_algorithms;
	if (!p)
		return -1;
	if (!p->shown) {
		p->shown = p->tls->pair;
		p->shown->refs++;
	}
	*chain = p->shown->chain;
	*n_chain = p->shown->n_chain;
	*key = p->shown->key;
	return 0;
}

/* The library only asks for a certificate: who shows none, or a wrong one, still gets here. */
static bool client_verified(gnutls_session_t session)
{
	gnutls_typed_vdata_st purpose = { .type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)GNUTLS_KP_TLS_WWW_CLIENT };
	unsigned status = 0;

	return gnutls_certificate_type_get(session) == GNUTLS_CRT_X509 &&
	       gnutls_certificate_verify_peers(session, &purpose, 1, &status) >= 0 && status == 0;
}

bool tls_peer_allowed(struct tls_peer *p)
{
	if (!p->session || !p->tls->client_ca)
		return true;
	if (p->client == CLIENT_UNCHECKED)
		p->client = client_verified(p->session) ? CLIENT_GOOD : CLIENT_BAD;
	return p->client == CLIENT_GOOD;
}
