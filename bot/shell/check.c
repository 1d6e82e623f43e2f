#include "bot/shell/check.h"

#include "bot/base/clean.h"

#include <stdlib.h>

struct config *config_or_tell(const char *path, FILE *complaints)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why;

	if (!faults)
		abort();
	if (config_load(path, &conf, faults, &why) == OK) {
		warnings_print(conf->warnings, path, complaints);
		return conf;
	}
	if (faults->n > 0)
		faults_print(faults, path, complaints);
	else
		fprintf(complaints, "foyer: %s\n", why.text);
	return NULL;
}

struct config *config_or_complain(const char *path)
{
	return config_or_tell(path, stderr);
}

struct config *config_of_example(void)
{
	CLEAN(free) struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	struct why why;
	size_t bytes;
	const char *text = config_example(&bytes);

	if (!faults)
		abort();
	if (config_parse(text, bytes, NULL, &conf, faults, &why) != OK) {
		faults_print(faults, "the example configuration", stderr);
		abort(); /* built in: a bug, found by the first test that runs */
	}
	return conf;
}

int check(const char *path)
{
	struct config *conf = config_or_tell(path, stdout);

	if (!conf)
		return EXIT_FAILURE;
	printf("%s: ok: %u entries, %u flows, %u queues, %u agents, %zu prompts\n", path,
		conf->plan.n_entries, conf->plan.n_flows, conf->plan.n_queues, conf->plan.n_agents,
		conf->n_prompts);
	config_free(conf);
	return EXIT_SUCCESS;
}
