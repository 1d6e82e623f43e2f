#ifndef BOT_SHELL_CONFIG_INSIDE_H
#define BOT_SHELL_CONFIG_INSIDE_H

/* Between config.c, which owns the file, and the compile_*.c, which each turn one part of it into
 * the plan. */

#include "bot/shell/config.h"

#include <jansson.h>

struct config_store {
	json_t *root;
	char *dir;           /* of the file, for relative paths */
	char *strings[4096]; /* made here, freed with the config */
	size_t n_strings;
	struct plan_queue *queue;
	struct plan_agent *plan_agent;
	struct plan_flow *flow;
	struct plan_step *step;
	struct plan_entry *plan_entry;
	uint16_t *member;
	struct config_entry *entry;
	struct config_agent *agent;
	struct config_queue *queue_of;
	const char **flow_name;
	struct config_prompt *prompt;
	json_t *prompt_index; /* name: index + 1 */
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
const char *config_keep(struct config_store *own, char *owned);
/* path as such, or below the file's folder. */
const char *config_path(struct config_store *own, const char *path);
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
void compile_queues(struct compile *x);
void compile_agents(struct compile *x);
void compile_flows(struct compile *x);
void compile_entries(struct compile *x);
/* By name; UINT32_MAX: none. */
uint32_t queue_index(const struct config *c, const char *name);

#endif
