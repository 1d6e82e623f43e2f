#ifndef BOT_SHELL_CONFIG_H
#define BOT_SHELL_CONFIG_H

/*
 * One JSON file, checked whole, and compiled: names for people and Graph here, indices for
 * the centre in plan. Immutable once loaded.
 */

#include "bot/base/guid.h"
#include "bot/core/plan.h"
#include "bot/shell/faults.h"

struct config_prompt {
	char name[64];
	const char *text; /* NULL: wav */
	const char *wav;  /* a path that can be opened; "" for the built-in music; NULL: text */
	char language[4];
	bool numbered; /* the text speaks {number} */
};

enum { BOTS_MAX = 16, REALMS_MAX = 128, REALM_NONE = UINT16_MAX };

/* A registration in Azure. */
struct config_bot {
	const char *name;
	char app_id[GUID_TEXT];
	char tenant_id[GUID_TEXT]; /* its own; its messages are sent with tokens of this one */
};

/* A bot in a tenant: what tokens are for, and what nothing crosses. */
struct config_realm {
	uint16_t bot;
	struct guid tenant;
	char tenant_id[GUID_TEXT];
	uint16_t default_entry; /* index; UINT16_MAX: none, unknown numbers are refused */
};

struct config_entry {
	struct guid application_instance; /* none: by default only */
	bool is_default;
	bool relay; /* live audio */
	uint16_t realm;
};

struct config_agent {
	char user_id[GUID_TEXT];
	const char *name;
	struct guid tenant;
	uint16_t realm; /* the first of her tenant */
};

enum card_mode { CARDS_OFF, CARDS_INFORM, CARDS_ACCEPT };
enum card_caller { CALLER_MASKED, CALLER_FULL, CALLER_HIDDEN };

struct config_queue {
	const char *name;
	struct guid tenant;
	enum card_mode card;
	enum card_caller card_caller;
	bool activity_feed;
};

struct config {
	uint8_t digest[32]; /* SHA-256 of the text */
	char *text;         /* the file's bytes */
	size_t text_bytes;

	const char *public_url, *prompt_base;
	struct {
		const char *address, *certificate, *key, *client_ca; /* NULL: not given */
		uint16_t port;
		bool plain;
	} listen;
	struct {
		const char *graph, *authority, *call_openid, *bot_openid, *entra_openid,
			*change_openid, *extra_ca;
		const char *connector; /* a service address of the Bot Connector to believe, beside
					  the cloud's; NULL: none */
		const char *call_issuer[4]; /* of call notifications' tokens, if not the two of
					       Microsoft's samples; NULL ends */
		const char *keys_host[4]; /* where metadata may find keys beside its own host; NULL
					     ends */
		const char *issuer;       /* of people's tokens: the cloud's authority, wherever its
					   requests go */
		const char *graph_scope; /* the resource tokens are for: the cloud's Graph, wherever
					    requests go */
		const char *bot_scope;   /* the same for the Bot Connector */
		const char *bot_issuer;  /* of bot messages' tokens */
		const char *cloud;       /* the cloud's name */
	} endpoint;
	struct config_bot bot[BOTS_MAX];
	uint16_t n_bots;
	struct config_realm realm[REALMS_MAX];
	uint16_t n_realms;
	struct {
		const char *language;
		unsigned words_per_minute;
	} voice;
	struct {
		const char *relay; /* NULL: none */
		const char *rtp_address;
		uint16_t rtp_port_first, rtp_port_last;
	} media;
	struct {
		bool fetch;
		uint32_t retry_ms;
	} call_records;
	const char *store_path, *store_prompts;
	struct {
		bool poll, set, set_in_wrap_up;
		uint16_t available; /* presences as bits, of queues that say nothing else */
		uint32_t waiting_ms, seldom_ms, stale_ms;
		unsigned set_minutes;
		bool subscribe;
	} presence;
	struct {
		unsigned connections;
		uint32_t head_ms, body_ms;
	} limit;

	struct plan plan;
	const struct config_entry *entry;   /* as plan.entry */
	const struct config_agent *agent;   /* as plan.agent */
	const struct config_queue *queue;   /* as plan.queue */
	const char *const *flow_name;       /* as plan.flow */
	const struct config_prompt *prompt; /* plan's prompt index + 1 */
	size_t n_prompts;
	struct config_store *own; /* what the pointers above lead into */
};

/*
 * Read and compile. Faults are collected, every one; path is for messages and for resolving
 * relative paths. E_MALFORMED  faults->n > 0 says what is wrong where E_ABSENT     the file cannot
 * be read: why says
 */
enum err config_load(
	const char *path, struct config **out, struct faults *faults, struct why *why) MUST_CHECK;
/*
 * The same from memory; text is copied. name is for relative paths ("bot/example.json"). NULL: a
 * configuration of the past, out of a journal, whose files need not be there any more.
 */
enum err config_parse(const char *text, size_t bytes, const char *name, struct config **out,
	struct faults *faults, struct why *why) MUST_CHECK;
void config_free(struct config *c);

/* The realm of that bot in that tenant; REALM_NONE: it does not serve it. */
uint16_t config_realm(const struct config *c, uint16_t bot, struct guid tenant);
/* The first realm of that tenant, whichever bot's. */
uint16_t config_realm_of_tenant(const struct config *c, struct guid tenant);
/* A realm of old in next: the same registration in the same tenant. */
uint16_t config_realm_in(const struct config *next, const struct config *old, uint16_t realm);

/* The example configuration, built into the program. */
const char *config_example(size_t *bytes);
/* The JSON Schema, built into the program. */
const char *config_schema(size_t *bytes);

/* Secrets have no place in the file, nor in memory longer than needed: they are read from the
 * environment when the service starts, by auth/token. */

#endif
