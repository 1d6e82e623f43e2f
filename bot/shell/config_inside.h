#ifndef BOT_SHELL_CONFIG_INSIDE_H
#define BOT_SHELL_CONFIG_INSIDE_H

/* Between config.c, which owns the file, and the compile_*.c, which each turn one part of it into
 * the plan. */

#include "bot/shell/config.h"

#include <jansson.h>

struct config_store {
	json_t *root;
	char *dir;   /* of the file, for relative paths */
	void **kept; /* made here, freed with the config */
	size_t n_kept;
	struct plan_queue *queue;
	struct plan_agent *plan_agent;
	struct plan_flow *flow;
	struct plan_step *step;
	uint16_t *step_at; /* a step's place in its flow on paper, where one may make several */
	struct plan_entry *plan_entry;
	struct config_entry *entry;
	struct config_agent *agent;
	struct config_queue *queue_of;
	const char **flow_name;
	struct config_prompt *prompt;
	/* Names to index + 1. */
	json_t *prompt_index, *queue_index, *flow_index, *agent_index;
	json_t *skill_index; /* those that anything asks for */
	struct config_needs *needs;
};

struct compile {
	struct config *c;
	struct config_store *own;
	struct faults *faults;
	bool past; /* out of a journal: its files need not be there */
};

/* A calloc that cannot fail: a configuration is read at start or not at all. */
void *config_array(size_t n, size_t size);
/* Kept until the config is freed. */
void *config_keep(struct config_store *own, void *owned);
/* An array of zeros that is kept. */
void *config_kept_array(struct config_store *own, size_t n, size_t size);
/* path as such, or below the file's folder. */
const char *config_path(struct config_store *own, const char *path);
/* An address: https, or http to this machine alone, else a fault. Without its closing slash. NULL:
 * absent. */
const char *config_url(struct compile *x, json_t *object, const char *name, const char *parent);
/* A hash of a name that is the same on every machine: FNV-1a, never 0. */
uint32_t config_key(const char *name);
/* "a, b or c": the members of an object, for messages. */
const char *config_names(json_t *object, char *out, size_t out_size);

const char *text_of_member(json_t *object, const char *name); /* NULL: absent */
uint32_t ms_of_member(json_t *object, const char *name);      /* seconds on paper */
uint32_t number_of_member(json_t *object, const char *name);

void compile_bots(struct compile *x);
/* The tenant a member names, else the first bot's. One that no bot serves is a fault. */
struct guid compile_tenant(struct compile *x, json_t *object, const char *pointer);
/* The realm an entry names by "bot" and "tenant". */
uint16_t compile_realm(struct compile *x, json_t *entry, const char *pointer);
/* Last of all: what an entry can reach, and who serves it, is of one tenant. */
void check_tenants(struct compile *x);
/* After the addresses. */
void compile_voice(struct compile *x);
/* First: what they speak is known to all that follows. */
void compile_prompts(struct compile *x);
/* Prompt index + 1; NULL and "" are 0; an unknown name is a fault. */
uint16_t compile_prompt_named(struct compile *x, const char *name, const char *at);
/* Prompt index + 1 of the name that a member holds; "" or absent is 0; an unknown name is a fault.
 */
uint16_t compile_prompt_ref(
	struct compile *x, json_t *object, const char *name, const char *pointer);
/* Before the queues, whose presences it knows. */
void compile_presence(struct compile *x);
/* plan_queue's, from a queue's "available" or the whole's. */
uint16_t compile_available(struct compile *x, json_t *queue);
/* What flows and queues name: calendars, lookups, mailboxes, transfers, reasons and codes. */
void compile_hours(struct compile *x);
void compile_lookups(struct compile *x);
void compile_mailboxes(struct compile *x); /* after queues and agents */
void compile_transfers(struct compile *x);
void compile_codes(struct compile *x);
void compile_app(struct compile *x);
/* So that queues and flows can name each other. */
void compile_names(struct compile *x);
void compile_queues(struct compile *x);
void compile_needs(struct compile *x); /* after the queues, before the agents */
void compile_agents(struct compile *x);
void compile_flows(struct compile *x);
void compile_entries(struct compile *x);

/* The classes of callers that an agent may serve, as bits, in a queue. */
uint64_t needs_served(struct compile *x, uint32_t queue, uint32_t agent);
/* Learn an agent's levels of the skills that anything asks for. */
void needs_learn(struct compile *x, uint32_t agent, json_t *skills);
/* Need + 1 of a name; an unknown name is a fault; "" is 0. */
uint16_t compile_need(struct compile *x, const char *name, const char *at);

/* Index + 1 by a name of one of the root's objects ("hours", "lookups"), else a fault that lists
 * what there is, and 0. what: "calendar". */
uint16_t compile_name(
	struct compile *x, const char *of, const char *what, const char *name, const char *at);
/* Where a name leads: a flow, a queue, or "hang-up". NULL: TARGET_NONE. */
struct plan_target compile_target(struct compile *x, const char *name, const char *at);
/* The same of an object's member. */
struct plan_target compile_target_of(
	struct compile *x, json_t *object, const char *name, const char *pointer);
/* Keys 0-9, * and # of an object, those it has; how many. */
size_t compile_keys(
	struct compile *x, json_t *object, const char *pointer, struct plan_target out[PLAN_KEYS]);
/* One step on paper, as one or more of the plan from out on. true: it never goes on to the next. */
bool compile_step(struct compile *x, json_t *step, const char *at, struct plan_step **out);
/* How many it becomes. */
size_t compile_step_count(json_t *step);
/* All that set and collect name, before the first step is compiled. */
void compile_variables(struct compile *x);

/* What the centre remembers by number, after all that has names. */
void compile_plan_keys(struct compile *x);
/* By name; UINT32_MAX: none. */
uint32_t queue_index(const struct config *c, const char *name);
uint32_t flow_index(const struct config *c, const char *name);
/* By user id, in lower case. */
uint32_t agent_index(const struct config *c, const char *user_id);

/* compile_sight.c */
void compile_supervisors(struct compile *x, json_t *q, struct config_queue *out);
void compile_readers(struct compile *x); /* after the queues */
/* compile_reports.c */
void compile_reports(struct compile *x);
void compile_queue_zone(
	struct compile *x, json_t *q, const char *pointer, struct config_queue *out);
/* compile_recording.c */
void compile_recordings(struct compile *x);
void compile_queue_recording(struct compile *x, json_t *q, const char *pointer,
	struct plan_queue *plan, struct config_queue *out);

#endif
