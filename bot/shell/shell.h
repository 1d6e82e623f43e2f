#ifndef BOT_SHELL_SHELL_H
#define BOT_SHELL_SHELL_H

/*
 * The shell around the brain: it appends every event to the journal, lets the centre step, and
 * carries the effects out. Everything here belongs to the main loop's thread.
 */

#include "auth/keys/keys.h"
#include "auth/login/session.h"
#include "auth/token/token.h"
#include "bot/core/centre.h"
#include "bot/http/door.h"
#include "bot/shell/config.h"
#include "bot/shell/errand.h"
#include "bot/shell/hand.h"
#include "bot/shell/line.h"
#include "bot/shell/roster.h"
#include "bot/shell/sound.h"
#include "bot/shell/to_core.h"
#include "bot/shell/watch.h"
#include "bot/store/store.h"
#include "graph/client/client.h"
#include "media/engine/engine.h"

enum {
	BATCH_MAX = 4096,  /* events committed together, our own answers and failures included */
	PERSONS_MAX = 512, /* callers of new contacts among them: only notifications bring these */
	BATCH_POST_MAX =
		256, /* above this no notification is taken: the rest is for our own answers */
	WAITING_MAX = 256, /* POSTs that wait for the commit */
	KEYLESS_MAX = 64,  /* POSTs that wait for a key to be fetched */
	ROSTERS_MAX = 8,   /* calls whose roster comes in pages, at the same time */
	SECRET_BYTES = 32,
};

/* A POST that is answered when its events are durable. */
struct waiting {
	uint64_t visit;
	char message_id[64], scenario_id[64]; /* echoed */
};

/* A POST whose token was signed by a key we do not know yet. */
struct keyless {
	uint64_t visit;
	uint64_t until_ms;
	struct address at;
	char *token, *body;
	size_t token_bytes, body_bytes;
	struct waiting echo;
};

/* A roster of which a further page is asked for. */
struct paged {
	bool used;
	struct roster roster;
};

struct presence_desk;
struct reload;
struct work;
struct metrics_hand;
struct quality_hand;
struct voicemails;
struct known;
struct media_door;
struct lookups;
struct commands;
struct gate;
struct events;

struct shell {
	const struct config *conf;
	struct store *store;
	void *centre_storage;
	struct centre *centre;
	struct lines *lines;
	struct client *client;
	struct engine *engine; /* NULL: no entry has live audio */
	struct shelf *shelf;
	struct sounds *sounds;
	struct door *door;
	struct errands *errands;
	struct keys *call_keys, *people_keys;
	struct sessions *sessions; /* of people outside Teams */
	struct signin_hand *signin;
	struct myself_hand *myself;
	struct token_profile call_profile[BOTS_MAX], people_profile;
	struct tokens *tokens;
	struct credential *credential[BOTS_MAX];
	uint32_t graph_slot[REALMS_MAX]; /* tokens for Graph, a realm each */
	uint32_t bot_slot[BOTS_MAX];     /* and for the Bot Connector: of the bot's own tenant */
	struct told *told;               /* change.c: what Graph tells beside calls */
	struct watch *watch;
	struct metrics_hand *metrics;
	struct quality_hand *quality;   /* quality.c's */
	struct reload *reload;          /* NULL: there is no file to read again */
	struct archive_hand *archive;   /* archive_routes.c's: what is asked of the past */
	struct work *work;              /* what takes long, beside the loop */
	struct presence_desk *presence; /* presence.c's */
	struct chat *chat;              /* chat.c's; NULL: the cloud has no Bot Connector */
	struct known *known;            /* callers, and with whom they spoke */
	struct lookups *lookups;        /* lookup.c's */
	struct media_door *media;       /* media_door.c's; NULL: no WebSockets */
	struct commands *commands;      /* command.c's */
	struct events *events;          /* events.c's */
	struct gate *gates;             /* gate.c's, a route of the API each */
	struct seens *seens;            /* seen.c's */
	uint64_t recordings_look_ms;    /* recordings.c: when old files are looked for */
	struct voicemails *voicemails;  /* voicemail.c's */
	uint64_t privacy_log_look_ms;   /* privacy_log.c: when it is tried again */
	uint64_t audit_minute;          /* audit.c: refusals are counted by the minute */
	unsigned audit_refusals;
	uint8_t secret[SECRET_BYTES];
	struct evp_mac_ctx_st *mac; /* HMAC-SHA256 under secret */
	const char *relay_key;      /* NULL: none */
	const char *console_dir;    /* where pages are read from; NULL: those that were built in */

	struct event batch[BATCH_MAX];
	size_t n_batch;
	struct caller person[PERSONS_MAX];
	size_t n_person;
	struct waiting waiting[WAITING_MAX];
	size_t n_waiting;
	struct keyless keyless[KEYLESS_MAX];
	size_t n_keyless;
	struct paged paged[ROSTERS_MAX];

	unsigned connections_max;
	uint64_t now_ms;                  /* service time of this turn of the loop */
	uint64_t mono_base, service_base; /* service time = service_base + mono - mono_base */
	uint32_t last_contact;
	bool stopping;
};

/* An event for the next commit. The books of lines are kept at once. false: no room (counted;
 * bounded by BATCH_POST_MAX for strangers, so this is a bug for our own). */
bool shell_push(struct shell *s, struct event ev);
/* All of a translation; its person too. */
void shell_push_all(struct shell *s, const struct to_core *t);
/* Commit what is pushed, step, act, answer the POSTs; again until nothing is left. Fatal errors end
 * the process. */
void shell_turn(struct shell *s);
/* Service time: milliseconds since the Unix epoch, never going back. */
uint64_t shell_now_ms(struct shell *s);

/* Every hand hears of s->conf, which has taken the place of old. */
void hands_reload(struct shell *s, const struct config *old);

/* from_core.c: carry one effect out. */
void from_core(struct shell *s, const struct effect *fx);
/* An agent who declined in the card is rung no more in Teams. */
void from_core_withdraw(struct shell *s, uint32_t contact, uint32_t attempt);
/* A roster came: agents who shall not be in the call are taken out. */
void from_core_settle(struct shell *s, struct line *l);
/* A call to an agent that nobody waits for any more: end it. */
void from_core_orphan(struct shell *s, uint16_t realm, uint32_t contact, struct guid call_id);

/* What waited for the commit is answered. */
void webhook_committed(struct shell *s);
/* Keys arrived or time passed: look at the keyless again. */
void webhook_keyless(struct shell *s);

/* trust.c: what the trust root and the token cache want fetched. */
enum err trust_open(struct shell *s, const char *(*get)(void *ctx, const char *name), void *ctx,
	struct why *why) MUST_CHECK;
/* A trust root at this metadata address. */
enum err trust_root(const struct config *c, struct keys **out, const char *name,
	const char *metadata_url, struct why *why) MUST_CHECK;
void trust_run(struct shell *s);
uint64_t trust_deadline_ms(const struct shell *s);
void trust_close(struct shell *s);

#define SESSION_COOKIE "__Host-sid"

/* callback.c: addresses of calls, unguessable. callback_open wants the secret. */
enum { CALLBACK_MAX = 400 };
enum err callback_open(struct shell *s, struct why *why) MUST_CHECK;
void callback_close(struct shell *s);
void callback_print(const struct shell *s, uint16_t realm, uint32_t contact, uint32_t attempt,
	char out[CALLBACK_MAX]);
void scenario_print(const struct shell *s, uint32_t contact, char out[GUID_TEXT]);
/* A name that nobody can guess, of 24 hexadecimal digits; the same for the same purpose. */
/* The same as 16 bytes. */
struct guid secret_guid(const struct shell *s, const char *purpose);
void secret_name_print(const struct shell *s, const char *purpose, char out[25]);
/* presence.c: Graph told of somebody by itself. */
struct presence;
void presence_told(struct shell *s, uint16_t realm, const struct presence *p);
/* rest: what follows /api/calls/. false: not an address of ours. The realm is not in it. */
bool callback_read(const struct shell *s, const char *rest, struct address *out);

#endif
