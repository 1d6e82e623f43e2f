#include "bot/shell/config_inside.h"

#include "bot/base/clean.h"
#include "bot/base/text.h"
#include "bot/core/event.h"
#include "bot/shell/cloud.h"
#include "bot/shell/lint.h"
#include "bot/shell/schema.h"
#include "media/leg/sdes.h"

#include <arpa/inet.h>
#include <errno.h>
#include <openssl/sha.h>
#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)
CLEAN_FN(config_free, struct config *)

enum { CONFIG_BYTES_MAX = 16 << 20 };

void *config_array(size_t n, size_t size)
{
	void *at = calloc(n ? n : 1, size);

	if (!at)
		abort();
	return at;
}

void *config_keep(struct config_store *own, void *owned)
{
	size_t n = own->n_kept;

	if (!owned)
		abort();
	if ((n & (n - 1)) == 0) {
		own->kept = realloc(own->kept, (n ? 2 * n : 1) * sizeof(own->kept[0]));
		if (!own->kept)
			abort();
	}
	return own->kept[own->n_kept++] = owned;
}

void *config_kept_array(struct config_store *own, size_t n, size_t size)
{
	return config_keep(own, config_array(n, size));
}

const char *config_path(struct config_store *own, const char *path)
{
	char *full;

	if (!path || !*path || path[0] == '/')
		return path;
	if (asprintf(&full, "%s/%s", own->dir, path) < 0)
		abort();
	return config_keep(own, full);
}

uint32_t config_key(const char *name)
{
	uint32_t h = 2166136261u;

	for (; *name; name++)
		h = (h ^ (uint8_t)*name) * 16777619u;
	return h ? h : 1;
}

const char *config_names(json_t *object, char *out, size_t out_size)
{
	struct text t = text_of(out, out_size);
	const char *name;
	json_t *v;

	json_object_foreach(object, name, v) text_add(&t, "%s%s", t.used ? ", " : "", name);
	return t.used ? out : "none";
}

const char *text_of_member(json_t *object, const char *name)
{
	return json_string_value(json_object_get(object, name));
}

uint32_t ms_of_member(json_t *object, const char *name)
{
	return (uint32_t)(json_number_value(json_object_get(object, name)) * 1000.0 + 0.5);
}

uint32_t number_of_member(json_t *object, const char *name)
{
	return (uint32_t)json_number_value(json_object_get(object, name));
}

/* The host as a whole: 127.example.com is not this machine. */
static bool is_loopback_host(const char *url)
{
	const char *host = strstr(url, "://") + 3;
	char name[64];
	struct in_addr ip;

	if (strncmp(host, "[::1]", 5) == 0)
		return host[5] == '\0' || host[5] == ':' || host[5] == '/';
	snprintf(name, sizeof(name), "%.*s", (int)strcspn(host, ":/"), host);
	return strcmp(name, "localhost") == 0 ||
	       (inet_pton(AF_INET, name, &ip) == 1 && ntohl(ip.s_addr) >> 24 == 127);
}

/* An address of the configuration: https, or http to this machine alone. Without its closing slash.
 */
const char *config_url(struct compile *x, json_t *object, const char *name, const char *parent)
{
	const char *url = text_of_member(object, name);
	char at[POINTER_MAX];
	char *kept;

	if (!url)
		return NULL;
	pointer_add(at, parent, name);
	if (strncmp(url, "http://", 7) == 0 && !is_loopback_host(url))
		fault_add(x->faults, at, false,
			"http is allowed to a loopback address only: https would be right");
	kept = strdup(url);
	while (kept && strlen(kept) > 8 && kept[strlen(kept) - 1] == '/')
		kept[strlen(kept) - 1] = '\0';
	return config_keep(x->own, kept);
}

/* Up to four texts of a list; the rest stays NULL. */
static void texts_of(json_t *object, const char *name, const char *out[4])
{
	json_t *text;
	size_t i;

	json_array_foreach(json_object_get(object, name), i, text) out[i] = json_string_value(text);
}

static void compile_addresses(struct compile *x)
{
	json_t *root = x->own->root, *e = json_object_get(root, "endpoints");
	const struct cloud *cloud = cloud_named(text_of_member(root, "cloud"));
	struct config *c = x->c;
	const char *given;
	char *made;

	c->public_url = config_url(x, root, "public_url", "");
	c->prompt_base = config_url(x, root, "prompt_base", "");
	if (!c->prompt_base) {
		if (asprintf(&made, "%s/prompts", c->public_url) < 0)
			abort();
		c->prompt_base = config_keep(x->own, made);
	}
	c->endpoint.cloud = cloud->name;
	c->endpoint.graph_scope = cloud->graph;
	c->endpoint.issuer = cloud->authority;
	c->endpoint.bot_scope = cloud->bot;
	c->endpoint.bot_issuer = cloud->bot;
	c->endpoint.bot_openid = (given = config_url(x, e, "bot_openid", "/endpoints"))
					 ? given
					 : cloud->bot_openid;
	texts_of(e, "call_issuers", c->endpoint.call_issuer);
	texts_of(e, "keys_hosts", c->endpoint.keys_host);
	c->endpoint.connector = config_url(x, e, "connector", "/endpoints");
	c->endpoint.graph = (given = config_url(x, e, "graph", "/endpoints")) ? given
									      : cloud->graph;
	c->endpoint.authority = (given = config_url(x, e, "authority", "/endpoints"))
					? given
					: cloud->authority;
	c->endpoint.call_openid = (given = config_url(x, e, "call_openid", "/endpoints"))
					  ? given
					  : cloud->call_openid;
	if (!c->endpoint.call_openid)
		fault_add(x->faults, "/endpoints", false,
			"\"call_openid\" is missing: its address is not published for cloud \"%s\"",
			cloud->name);
	c->endpoint.change_openid = config_url(x, e, "change_openid", "/endpoints");
	c->endpoint.entra_openid = config_url(
		x, e, "entra_openid", "/endpoints"); /* else the tenant's own */
	c->endpoint.extra_ca = config_path(x->own, text_of_member(e, "extra_ca"));
}

static void default_change_openid(struct compile *x)
{
	char *made;

	if (x->c->endpoint.change_openid)
		return;
	if (asprintf(&made, "%s/common/.well-known/openid-configuration",
		    x->c->endpoint.authority) < 0)
		abort();
	x->c->endpoint.change_openid = config_keep(x->own, made);
}

static void default_entra_openid(struct compile *x)
{
	const char *tenant = x->c->bot[0].tenant_id;
	char *made;

	if (x->c->endpoint.entra_openid)
		return;
	for (uint16_t i = 0; i < x->c->n_realms; i++)
		if (strcmp(x->c->realm[i].tenant_id, tenant) != 0)
			tenant = "organizations"; /* the keys of all of them */
	if (asprintf(&made, "%s/%s/v2.0/.well-known/openid-configuration", x->c->endpoint.authority,
		    tenant) < 0)
		abort();
	x->c->endpoint.entra_openid = config_keep(x->own, made);
}

static void compile_listen(struct compile *x)
{
	json_t *l = json_object_get(x->own->root, "listen");
	struct config *c = x->c;
	unsigned char ip[16];

	c->listen.address = text_of_member(l, "address");
	c->listen.port = (uint16_t)number_of_member(l, "port");
	c->listen.certificate = config_path(x->own, text_of_member(l, "certificate"));
	c->listen.key = config_path(x->own, text_of_member(l, "key"));
	c->listen.client_ca = config_path(x->own, text_of_member(l, "client_ca"));
	c->listen.plain = json_is_true(json_object_get(l, "plain"));
	if (inet_pton(AF_INET, c->listen.address, ip) != 1 &&
		inet_pton(AF_INET6, c->listen.address, ip) != 1)
		fault_add(x->faults, "/listen/address", false,
			"\"%.60s\" is no numeric address: 0.0.0.0 or 127.0.0.1 would be right",
			c->listen.address);
	if (c->listen.plain && strncmp(c->listen.address, "127.", 4) != 0 &&
		strcmp(c->listen.address, "::1") != 0)
		fault_add(x->faults, "/listen/plain", false,
			"plain HTTP is allowed on a loopback address only: set \"address\" to "
			"127.0.0.1");
	if (!c->listen.plain && (!c->listen.certificate || !c->listen.key))
		fault_add(x->faults, "/listen", false,
			"\"certificate\" and \"key\" are missing: PEM files would be right");
}

static void compile_websocket(struct compile *x, json_t *w)
{
	x->c->media.websocket = w;
	x->c->media.sample_rate = w ? number_of_member(w, "sample_rate") : 0;
	x->c->media.audience = text_of_member(w, "audience");
	x->c->media.issuer = config_url(x, w, "issuer", "/media/websocket");
	x->c->media.openid = config_url(x, w, "openid", "/media/websocket");
}

static void compile_rest(struct compile *x)
{
	json_t *root = x->own->root, *m = json_object_get(root, "media"),
	       *l = json_object_get(root, "limits"), *s = json_object_get(root, "store"),
	       *records = json_object_get(root, "call_records");
	struct config *c = x->c;

	c->media.relay = config_url(x, m, "relay", "/media");
	c->media.rtp_address = text_of_member(m, "rtp_address");
	c->media.rtp_port_first = (uint16_t)number_of_member(m, "rtp_port_first");
	c->media.rtp_port_last = (uint16_t)number_of_member(m, "rtp_port_last");
	c->media.legs = number_of_member(m, "legs");
	c->media.threads = number_of_member(m, "threads");
	c->media.priority = number_of_member(m, "priority");
	c->media.opus_complexity = number_of_member(m, "opus_complexity");
	c->media.opus_complexity_lossy = number_of_member(m, "opus_complexity_lossy");
	c->media.is_sealed = sdes_suite(text_of_member(m, "srtp"), &c->media.suite, NULL) == OK;
	if (c->media.rtp_port_last <= c->media.rtp_port_first)
		fault_add(x->faults, "/media", false,
			"\"rtp_port_last\" must be above \"rtp_port_first\": each call takes one "
			"even port");
	c->media.hold_packet_ms = number_of_member(m, "hold_packet_ms");
	compile_websocket(x, json_object_get(m, "websocket"));
	c->call_records.fetch = json_is_true(json_object_get(records, "fetch"));
	c->call_records.retry_ms = ms_of_member(records, "retry_seconds");
	c->store_path = config_path(x->own, text_of_member(s, "path"));
	c->store_prompts = config_path(x->own, text_of_member(s, "prompts"));
	compile_reports(x);
	compile_recordings(x);
	c->limit.connections = number_of_member(l, "connections");
	c->limit.head_ms = ms_of_member(l, "head_seconds");
	c->limit.known_ms = (uint64_t)number_of_member(l, "known_days") * 86400000;
	c->limit.body_ms = ms_of_member(l, "body_seconds");
	c->plan.contacts_max = number_of_member(l, "contacts");
	c->plan.keep_alive_ms = ms_of_member(l, "keep_alive_seconds");
	c->plan.active_ms_max = ms_of_member(l, "active_seconds");
	c->plan.transfer_ms_max = ms_of_member(l, "transfer_seconds");
	c->plan.play_ms_max = ms_of_member(l, "play_seconds");
	c->plan.talk_ms_max = ms_of_member(l, "talk_seconds");
	c->plan.tickets_max = number_of_member(l, "tickets");
	c->plan.call_back_ms_max =
		(uint32_t)(json_number_value(json_object_get(l, "call_back_hours")) * 3600000.0 +
			   0.5);
}

static void compile(struct compile *x)
{
	compile_addresses(x);
	compile_listen(x);
	compile_voice(x);
	compile_rest(x);
	compile_bots(x);
	compile_app(x);
	default_entra_openid(x);
	default_change_openid(x);
	compile_prompts(x);
	compile_presence(x);
	compile_names(x);
	compile_codes(x);
	compile_hours(x);
	compile_lookups(x);
	compile_transfers(x);
	compile_queues(x);
	compile_needs(x);
	compile_agents(x);
	compile_mailboxes(x);
	compile_readers(x);
	compile_flows(x);
	compile_entries(x);
	check_tenants(x);
	if (x->faults->n == 0)
		compile_plan_keys(x);
}

const char *config_pause_reason(const struct config *c, uint32_t number)
{
	if (number == PAUSE_UNANSWERED)
		return "calls not answered";
	if (number == PAUSE_PLAIN)
		return "without a reason";
	return number > 0 && number <= c->n_pause_reasons ? c->pause_reason[number - 1] : NULL;
}

const char *config_wrap_up_code(const struct config *c, uint32_t number)
{
	return number > 0 && number <= c->n_wrap_up_codes ? c->wrap_up_code[number - 1] : NULL;
}

void config_digest(const char *text, size_t bytes, uint8_t *out, size_t n)
{
	uint8_t whole[32];

	SHA256((const unsigned char *)text, bytes, whole);
	memcpy(out, whole, n);
}

static json_t *schema_load(void)
{
	size_t bytes;
	const char *text = config_schema(&bytes);
	json_error_t at;
	json_t *schema = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &at);

	if (!schema)
		abort(); /* built in: a bug, found by the first test that runs */
	return schema;
}

static char *folder_of(const char *name)
{
	const char *slash = strrchr(name, '/');

	return slash ? strndup(name, (size_t)(slash - name)) : strdup(".");
}

enum err config_parse(const char *text, size_t bytes, const char *name, struct config **out,
	struct faults *faults, struct why *why)
{
	CLEAN(json_decref) json_t *schema = schema_load();
	CLEAN(config_free) struct config *c = config_array(1, sizeof(*c));
	struct compile x = { .c = c, .faults = faults, .past = !name };
	json_error_t at;

	x.own = c->own = config_array(1, sizeof(*c->own));
	c->text = config_array(bytes + 1, 1);
	memcpy(c->text, text, bytes);
	c->text_bytes = bytes;
	config_digest(text, bytes, c->digest, sizeof(c->digest));
	faults->text = text;
	faults->bytes = bytes;
	c->own->dir = folder_of(name ? name : ".");
	c->own->root = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, &at);
	if (!c->own->root) {
		fault_add_at(faults, at.line, at.column > 0 ? at.column : 1, "%s", at.text);
		return FAIL(why, E_MALFORMED, "%s is not JSON",
			name ? name : "a configuration in the journal");
	}
	schema_check(schema, c->own->root, faults);
	if (faults->n == 0) {
		schema_fill(schema, c->own->root);
		compile(&x);
	}
	if (faults->n > 0)
		return FAIL(why, E_MALFORMED, "%s has %zu fault(s)",
			name ? name : "a configuration in the journal", faults->n);
	*out = TAKE(c);
	return OK;
}

enum err config_read(const char *path, char **text, size_t *bytes, struct why *why)
{
	FILE *f = fopen(path, "re");
	int error;
	size_t n;

	if (!f)
		return FAIL_EXT(
			why, E_ABSENT, errno, "%s cannot be read: %s", path, strerror(errno));
	*text = config_array(CONFIG_BYTES_MAX + 2, 1);
	n = fread(*text, 1, CONFIG_BYTES_MAX + 1, f);
	error = ferror(f) ? errno : 0;
	fclose(f);
	if (error)
		return FAIL_EXT(
			why, E_ABSENT, error, "%s cannot be read: %s", path, strerror(error));
	if (n > CONFIG_BYTES_MAX)
		return FAIL(why, E_LIMIT, "%s is larger than %d MiB", path, CONFIG_BYTES_MAX >> 20);
	*bytes = n;
	return OK;
}

/* What must not be served is a fault after all. */
static enum err look_closely(
	struct config *c, const char *path, struct faults *faults, struct why *why)
{
	c->warnings = config_array(1, sizeof(*c->warnings));
	c->warnings->text = faults->text;
	c->warnings->bytes = faults->bytes;
	config_lint(c, faults, c->warnings);
	c->warnings->text = NULL;
	c->warnings->bytes = 0;
	return faults->n ? FAIL(why, E_MALFORMED, "%s has %zu fault(s)", path, faults->n) : OK;
}

enum err config_load_text(const char *text, size_t bytes, const char *path, struct config **out,
	struct faults *faults, struct why *why)
{
	CLEAN(config_free) struct config *c = NULL;
	enum err e = config_parse(text, bytes, path, &c, faults, why);

	if (e == OK)
		e = look_closely(c, path, faults, why);
	/* Faults are printed later: their places were found while the text was here. */
	faults->text = NULL;
	faults->bytes = 0;
	if (e == OK)
		*out = TAKE(c);
	return e;
}

enum err config_load(const char *path, struct config **out, struct faults *faults, struct why *why)
{
	CLEAN(free) char *text = NULL;
	size_t bytes = 0;
	enum err e = config_read(path, &text, &bytes, why);

	return e == OK ? config_load_text(text, bytes, path, out, faults, why) : e;
}

void config_free(struct config *c)
{
	struct config_store *own;

	if (!c)
		return;
	own = c->own;
	for (size_t i = 0; i < own->n_kept; i++)
		free(own->kept[i]);
	free(own->kept);
	json_decref(own->prompt_index);
	json_decref(own->queue_index);
	json_decref(own->flow_index);
	json_decref(own->agent_index);
	json_decref(own->skill_index);
	json_decref(own->root);
	free(own->dir);
	free(own);
	free(c->warnings);
	free(c->text);
	free(c);
}
