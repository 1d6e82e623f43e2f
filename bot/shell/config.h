#ifndef BOT_SHELL_CONFIG_H
#define BOT_SHELL_CONFIG_H

/*
 * One JSON file, checked whole, and compiled: names for people and Graph here, indices for
 * the centre in plan. Immutable once loaded.
 */

#include "bot/base/guid.h"
#include "bot/core/plan.h"
#include "bot/shell/faults.h"
#include "media/engine/engine.h"
#include "media/prompt/voice.h"

/* A prompt in one language: either is NULL, and the other is what is played. */
struct config_saying {
	const char *text;
	const char *wav;  /* a path that can be opened; "" for the built-in music */
	uint8_t language; /* what it is in; another than asked for where the prompt lacks that one
			   */
	bool numbered;    /* the text speaks the prompt's value: {number} and its kin */
};

struct config_prompt {
	char name[64];
	struct config_saying in[PLAN_LANGUAGES_MAX]; /* as config.language; all of them can be said
						      */
};

/* Languages of pages and cards, whatever prompts speak. */
enum page_language { PAGE_EN, PAGE_DE, PAGE_LANGUAGES };

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
	const char *time_zone;   /* of its reports; NULL: as reports.time_zone */
	uint32_t record_beep_ms; /* between tones in a recording; 0: none */
	bool chats;              /* of its tenant's bot, this queue's agents are asked */
	uint32_t chat_wait_ms;
	const uint16_t *wrap_up_code; /* those an agent may choose from, into config.wrap_up_code,
					 from 1 */
	size_t n_wrap_up_codes;
	const struct guid *supervisor; /* who sees and steers it; none: every supervisor */
	size_t n_supervisors;
};

enum { LOOKUP_CASES_MAX = PLAN_KEYS };

struct json_t;
/* One answer that a lookup tells apart: the JSON at pointer (RFC 6901) is one of values. */
struct config_case {
	const char *name, *pointer;
	const struct json_t *values; /* an array */
};

/* Another system that flows ask: plan_step.index of STEP_LOOKUP. */
struct config_lookup {
	const char *name, *url; /* {digits} and {caller} in it are replaced */
	bool post;              /* POST with a JSON body, else GET */
	uint32_t timeout_ms;    /* of the request; how long the caller waits is the step's */
	const char *header;     /* NULL: none */
	const char *secret;     /* of the header: the environment variable that holds its value */
	struct config_case in_case[LOOKUP_CASES_MAX]; /* the first that fits; its index is
							 EV_LOOKED_UP's value */
	size_t n_cases;
};

/* Where voicemail goes: plan_step.index of STEP_VOICEMAIL. */
struct config_mailbox {
	const char *name;
	struct guid tenant;
	const uint16_t *agent; /* who is told: indices, each once */
	size_t n_agents;
	uint32_t keep_days; /* 0: until deleted by hand */
};

/* A partner's program that may read queues. */
struct config_reader {
	struct guid app, tenant;
	const uint16_t *queue; /* indices */
	size_t n_queues;
};

/* Somebody outside the queues: plan_step.index of STEP_TRANSFER. */
struct config_transfer {
	const char *name;
	enum { TRANSFER_USER, TRANSFER_NUMBER, TRANSFER_INSTANCE } kind;
	char id[64]; /* a GUID, or E.164 with its + */
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
		struct voice_conf speaks;   /* without its key */
		struct voice_conf fallback; /* engine "": none */
	} voice;
	struct {
		const char *relay; /* NULL: none */
		const char *rtp_address;
		uint16_t rtp_port_first, rtp_port_last;
		unsigned legs, threads /* 0: a core each */, priority;
		unsigned opus_complexity, opus_complexity_lossy;
		bool is_sealed;
		enum rtp_suite suite; /* when it is */
		bool websocket;       /* legs come by it, in place of RTP */
		uint32_t sample_rate;
		uint32_t hold_packet_ms; /* at most, where the relay takes such; 20: never longer */
		const char *audience;    /* of tokens there; NULL: none is asked for */
		const char *issuer, *openid;
	} media;
	struct {
		bool fetch;
		uint32_t retry_ms;
	} call_records;
	struct {
		const char *time_zone;
		bool per_agent;
	} reports;
	const char *store_path, *store_prompts;
	struct {
		const char *folder;
		enum engine_format format;
		unsigned keep_days;
	} recordings;
	struct {
		const char *id; /* NULL: the bot's */
		const char *version, *name, *website, *accent;
		const char *organisation, *contact;                          /* NULL: not given */
		const char *color_icon, *outline_icon;                       /* NULL: drawn */
		const char *privacy[PAGE_LANGUAGES], *terms[PAGE_LANGUAGES]; /* NULL: our own */
	} app;
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
		uint64_t known_ms; /* so long a caller is known by whom she spoke with */
	} limit;

	struct plan plan;
	/* Of prompts, by plan's language; the first one is the voice's. */
	const char *language[PLAN_LANGUAGES_MAX];
	uint8_t n_languages;
	const struct config_lookup *lookup;
	const struct config_mailbox *mailbox;
	const struct config_transfer *transfer;
	const struct config_reader *reader;
	size_t n_readers;
	size_t n_lookups, n_mailboxes, n_transfers;
	/* Numbers in events are index + 1. */
	const char *const *pause_reason, *const *wrap_up_code;
	size_t n_pause_reasons, n_wrap_up_codes;
	const char *const *calendar_name;   /* as plan.calendar */
	const char *const *need_name;       /* as plan's needs: need n is need_name[n - 1] */
	const char *const *class_name;      /* as plan.class: what its callers need, "de 3, en 1";
					       "" nothing */
	const char *var_name[PLAN_VARS];    /* NULL: not used */
	const struct config_entry *entry;   /* as plan.entry */
	const struct config_agent *agent;   /* as plan.agent */
	const struct config_queue *queue;   /* as plan.queue */
	const char *const *flow_name;       /* as plan.flow */
	const struct config_prompt *prompt; /* plan's prompt index + 1 */
	size_t n_prompts;
	struct faults *warnings;  /* of a file that was loaded: what is well formed and still not
				     meant; NULL: nobody looked */
	struct config_store *own; /* what the pointers above lead into */
};

/*
 * Read, compile and look for what is not meant. Faults are collected, every one; path is for
 * messages and for resolving relative paths.
 *
 * E_MALFORMED  faults->n > 0 says what is wrong where
 * E_ABSENT     the file cannot be read: why says
 */
enum err config_load(
	const char *path, struct config **out, struct faults *faults, struct why *why) MUST_CHECK;
/* The same of a text that is to be the file at path. */
enum err config_load_text(const char *text, size_t bytes, const char *path, struct config **out,
	struct faults *faults, struct why *why) MUST_CHECK;
/* The bytes of a configuration file; owned by the receiver, and a NUL behind them. E_ABSENT,
 * E_LIMIT. */
enum err config_read(const char *path, char **text, size_t *bytes, struct why *why) MUST_CHECK;
/*
 * The same from memory; text is copied. name is for relative paths ("bot/example.json"). NULL: a
 * configuration of the past, out of a journal, whose files need not be there any more.
 */
enum err config_parse(const char *text, size_t bytes, const char *name, struct config **out,
	struct faults *faults, struct why *why) MUST_CHECK;
/* The first n bytes of a text's SHA-256, at most 32: by which it is known. */
void config_digest(const char *text, size_t bytes, uint8_t *out, size_t n);
void config_free(struct config *c);

/* The realm of that bot in that tenant; REALM_NONE: it does not serve it. */
uint16_t config_realm(const struct config *c, uint16_t bot, struct guid tenant);
/* The first realm of that tenant, whichever bot's. */
uint16_t config_realm_of_tenant(const struct config *c, struct guid tenant);
/* A realm of old in next: the same registration in the same tenant. */
uint16_t config_realm_in(const struct config *next, const struct config *old, uint16_t realm);

/* A mailbox of old in next; UINT16_MAX: it is no more. */
uint16_t config_mailbox_in(const struct config *next, const struct config *old, uint16_t mailbox);
/* Index into language; UINT8_MAX: not spoken here. */
uint8_t config_language(const struct config *c, const char *name);
/* "Lunch", or the centre's own; NULL: no such number. */
const char *config_pause_reason(const struct config *c, uint32_t number);
const char *config_wrap_up_code(const struct config *c, uint32_t number);
/*
 * Index + 1 in next of the agent, queue or entry that had that index + 1 in old; 0: gone. The same
 * are the same person, the same name, the same number dialled (or the default).
 */
uint16_t config_agent_in(const struct config *next, const struct config *old, uint16_t agent);
uint16_t config_queue_in(const struct config *next, const struct config *old, uint16_t queue);
uint16_t config_entry_in(const struct config *next, const struct config *old, uint16_t entry);

/* The example configuration, built into the program. */
const char *config_example(size_t *bytes);
/* The JSON Schema, built into the program. */
const char *config_schema(size_t *bytes);

/* Secrets have no place in the file, nor in memory longer than needed: they are read from the
 * environment when the service starts, by auth/token. */

#endif
