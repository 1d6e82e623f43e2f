#ifndef GRAPH_SIM_SCENARIO_H
#define GRAPH_SIM_SCENARIO_H

/*
 * What is to happen: who calls when, how agents behave, and the weather.
 *
 * One JSON file; `foyer-sim --help` is its manual. Every number has a range, every unknown member
 * is refused by name, so that a misspelt one never silently means its default.
 */

#include "bot/base/err.h"
#include "bot/base/guid.h"
#include "graph/sim/jwt.h"

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

enum {
	SCENARIO_NAME = 64,
	SCENARIO_URL = 512,
	SCENARIO_SPEECH = 512,
	SCENARIO_CALLERS = 2000,
	SCENARIO_AGENTS = 1000,
	SCENARIO_INSTANCES = 64,
	SCENARIO_PRESSES = 16,
	SCENARIO_BEHAVIOURS = 16,
	SCENARIO_DIGITS = 16,
	SCENARIO_BYTES_MAX = 4 << 20,
	SIM_CALLS_MAX = 2000, /* at one moment, whatever the scenario asks for */
	SCENARIO_RULES = 64,
	SCENARIO_MEETINGS = 16,
	SCENARIO_APPS = 8,    /* bot registrations in one simulator */
	SCENARIO_TENANTS = 8, /* that gave one of them consent */
	SCENARIO_IDENTITIES = 8,
	SCENARIO_FEDERATED = 4, /* credentials of a registration */
};

/* Application permissions a bot's token may carry, as bits. */
enum role {
	ROLE_INITIATE = 1,
	ROLE_INITIATE_GROUP = 2,
	ROLE_JOIN_GROUP = 4,
	ROLE_JOIN_GROUP_GUEST = 8,
	ROLE_ACCESS_MEDIA = 16,
	ROLE_PRESENCE_READ = 32,
	ROLE_PRESENCE_WRITE = 64,
	ROLE_RECORDS = 128,
	ROLE_PSTN = 256,
	ROLE_ACTIVITY = 512,
	ROLE_ALL = 1023,
};
/* "Calls.Initiate.All" and its kin; 0 when there is no such role. NULL when bit is none of them. */
unsigned role_of(const char *name);
const char *role_name(unsigned bit);

enum press_on { PRESS_AFTER, PRESS_MENU, PRESS_PROMPT };

struct press {
	enum press_on on;
	uint32_t prompt; /* PRESS_PROMPT: the how-manieth playPrompt of the call, from 1 */
	uint32_t
		after_ms; /* after what "on" names; PRESS_AFTER: after the call's audio is active */
	char digit;       /* 0-9 * # a-d */
};

enum media_wish { MEDIA_ANY, MEDIA_SERVICE, MEDIA_RELAY };

struct caller {
	char name[SCENARIO_NAME];
	char number[32];                      /* E.164, or "" */
	char user[GUID_TEXT];                 /* Entra object id, or "" */
	char to[GUID_TEXT];                   /* application instance */
	uint64_t at_ms, patience_ms, talk_ms; /* patience 0: endless */
	struct press press[SCENARIO_PRESSES];
	size_t n_press;
	char speech[SCENARIO_SPEECH]; /* "" keeps silent */
	enum media_wish media;
	/* Graph ids, or "": whose call was forwarded to us, who transferred it, for whom. */
	char forwarded_from[GUID_TEXT], transferor[GUID_TEXT], on_behalf_of[GUID_TEXT];
	char observes[GUID_TEXT]; /* the bot is to record this user's call, by policy */
	char joins[GUID_TEXT];    /* who joins that call later; "": nobody */
	uint64_t joins_after_ms;
};

enum behaviour { ANSWERS, NO_ANSWER, BUSY, REJECTS, OFFLINE, UNROUTABLE };

/* What a person does with the bot's app of her own accord. */
struct agent_chat {
	bool installs;
	uint64_t installs_ms, says_ms; /* after the start */
	uint64_t presses_ms;           /* after a card came */
	char says[128], presses[64];   /* presses: verb, id or title of a button */
};

struct agent {
	char name[SCENARIO_NAME];
	char user[GUID_TEXT]; /* "" for somebody with a telephone only */
	char number[32];      /* E.164, or "" */
	char tenant[GUID_TEXT];
	bool policy_recorded; /* the roster event of this one joining never comes */
	uint64_t answers_after_ms, talk_ms;
	enum behaviour behaviour[SCENARIO_BEHAVIOURS]; /* one a ring, then from the start again */
	size_t n_behaviour;
	bool hangs_up_first;
	struct agent_chat chat;
	char presence[24]; /* availability of her own Teams client; "": Available */
	char speech[SCENARIO_SPEECH];
};

struct instance {
	char id[GUID_TEXT];
	char name[SCENARIO_NAME];
	char tenant[GUID_TEXT];
	char app_id[GUID_TEXT];
	unsigned app;    /* whose webhook rings: an index into scenario.app */
	bool has_number; /* may call telephones, and transfer to them */
};

/* A managed identity of the machine the bot runs on. */
struct identity {
	char client_id[GUID_TEXT], object_id[GUID_TEXT], tenant[GUID_TEXT];
	char resource_id[256];
	uint64_t token_ms; /* how long its tokens live */
};

/* Whose tokens a registration takes instead of a secret. */
struct federated {
	char identity[GUID_TEXT]; /* a managed identity's object id, or "" */
	char issuer[SCENARIO_URL], subject[256];
	char keys[SCENARIO_URL]; /* a file; "": Entra's own keys */
};

/* A bot registration. The scenario's own members are app[0]; "apps" adds others. */
struct app {
	char app_id[GUID_TEXT];
	char tenant[SCENARIO_TENANTS][GUID_TEXT]; /* that gave consent; the first is its home */
	size_t n_tenants;
	char client_secret[128];               /* "": any secret will do */
	char client_certificate[SCENARIO_URL]; /* PEM file; "": assertions are refused */
	char webhook[SCENARIO_URL];
	char messages[SCENARIO_URL]; /* where its activities go; "": it has no chat */
	unsigned roles;
	struct federated federated[SCENARIO_FEDERATED];
	size_t n_federated;
};

struct arrivals {
	double per_minute; /* 0: none; a Poisson stream until stopped */
	uint64_t talk_ms_min, talk_ms_max, patience_ms;
	char digits[SCENARIO_DIGITS + 1]; /* each caller draws one; "" presses nothing */
	struct press press;               /* when the drawn digit is pressed */
	char speech[SCENARIO_SPEECH];
	enum media_wish media;
};

/* Rates are fractions, 0 to 1. */
struct faults {
	double lose, twice, reorder;         /* of notifications */
	uint32_t delay_ms_min, delay_ms_max; /* of each notification */
	double throttle_rate, throttle_retry_after_s;
	double error_rate;
	int error_status; /* 500, 502, 503 or 504 */
	double hang_rate;
	uint32_t hang_ms;
	double reset_after_effect;
	double time_scale; /* people and platform wait this many times shorter */
	unsigned redeliver;
};

/* What can go wrong, of a weather file. */
enum fault {
	FAULT_429,
	FAULT_5XX,
	FAULT_TIMEOUT,
	FAULT_RESET,
	FAULT_LOSE,
	FAULT_DOUBLE,
	FAULT_LATE,
	FAULT_REORDER,
	FAULT_ROLLOVER,
	FAULT_TOKEN_OUTAGE,
	FAULT_IDENTITY_OUTAGE,
	FAULT_EVIL,
	FAULT_KINDS,
};

/* Between from and to (since the start, scaled) the fault happens at this rate. */
struct rule {
	enum fault fault;
	double rate, retry_after_s;
	uint64_t from_ms, to_ms;
	int status;
	uint32_t ms_min, ms_max;
	enum evil evil; /* FAULT_EVIL: this kind; EVIL_NOT: each in turn */
};

struct meeting {
	char organizer[GUID_TEXT], tenant[GUID_TEXT];
	char thread[128], join_id[64], passcode[64], token[128]; /* "": cannot be joined that way */
	uint32_t agent[8];                                       /* who is in: from 1 */
	size_t n_agents;
	uint64_t lobby_ms; /* how long a guest waits */
	bool transcribed, shared;
};

struct scenario {
	uint64_t seed;
	char tenant[GUID_TEXT], app_id[GUID_TEXT];
	char client_secret[128];               /* "": any secret will do */
	char client_certificate[SCENARIO_URL]; /* PEM file; "": assertions are refused */
	char webhook[SCENARIO_URL], messages[SCENARIO_URL];
	unsigned roles;
	unsigned concurrent_calls; /* of the app, at one moment */
	uint64_t answer_window_ms, ring_timeout_ms, keep_alive_ms;
	uint64_t record_ms;     /* after a call, and between its record's versions */
	bool record_ids_differ; /* from their calls' chain ids */
	struct app app[SCENARIO_APPS];
	size_t n_apps;
	struct identity identity[SCENARIO_IDENTITIES];
	size_t n_identities;
	char identity_header[128]; /* App Service's; "": there is no such endpoint */
	struct instance instance[SCENARIO_INSTANCES];
	size_t n_instances;
	struct caller *caller;
	size_t n_callers;
	struct agent *agent;
	size_t n_agents;
	struct arrivals arrivals;
	struct faults faults;
	struct rule weather[SCENARIO_RULES];
	size_t n_weather;
	struct meeting meeting[SCENARIO_MEETINGS];
	size_t n_meetings;
	unsigned requests_per_second, calls_per_month,
		roster_page; /* of an app; roster_page 0: one */
};

/*
 * Read a scenario. file names it in messages.
 *
 * E_MALFORMED  why->text is "FILE: where: what is wrong, what would be right": show it
 * E_ABSENT     the file cannot be read
 *
 * out owns heap until scenario_fini, on every path.
 */
enum err scenario_load(const char *file, struct scenario *out, struct why *why) MUST_CHECK;
enum err scenario_parse(const char *file, const char *text, size_t bytes, struct scenario *out,
	struct why *why) MUST_CHECK;
/* One caller, as an element of "callers"; the scenario supplies its instances and defaults. */
enum err scenario_caller(const char *where, json_t *json, const struct scenario *s,
	struct caller *out, struct why *why) MUST_CHECK;
/* The registration of this id, in any spelling of its GUID; NULL: there is none. */
const struct app *scenario_app(const struct scenario *s, const char *app_id);
/* Has tenant given app consent? */
bool app_serves(const struct app *app, const char *tenant);
/* --webhook: of the scenario's own registration. E_MALFORMED: too long. */
enum err scenario_webhook(struct scenario *s, const char *url, struct why *why) MUST_CHECK;
/* --weather: rules from a file of their own, besides the scenario's. Errors as scenario_load. */
enum err scenario_weather(const char *file, struct scenario *s, struct why *why) MUST_CHECK;
void scenario_fini(struct scenario *s);

#endif
