/* The program's words. */
#include "bot/shell/app.h"
#include "bot/shell/check.h"
#include "bot/shell/explain.h"
#include "bot/shell/reference.h"
#include "bot/shell/replay.h"
#include "bot/shell/report.h"
#include "bot/shell/serve.h"
#include "bot/shell/whatif.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char help[] =
	"foyer: a contact centre for Microsoft Teams\n"
	"\n"
	"  foyer serve --config FILE [--live | --story]   run the service until SIGINT or SIGTERM\n"
	"        --console-dir DIR  show the pages in that folder, as make writes them to "
	"build/console\n"
	"        --live   a picture of calls and agents on the terminal; the log goes to standard "
	"error\n"
	"        --story  a sentence a happening\n"
	"  foyer check FILE                               say everything that is wrong in a "
	"configuration\n"
	"  foyer manifest --config FILE [--out FILE.zip] [--manifest-version X] [--bot NAME]\n"
	"                                                 the app to install in Teams, as a zip\n"
	"  foyer replay [--config FILE] PATH...           notification bodies, folders of them, or "
	"journals:\n"
	"                                                 a line an event and an effect, and a "
	"digest\n"
	"  foyer replay --config CONFIG JOURNAL           which decisions would have been others "
	"under "
	"another\n"
	"                                                 configuration\n"
	"  foyer explain JOURNAL CONTACT|AGENT [TIME]     who could have had the caller and why "
	"she met whom "
	"she met,\n"
	"                                                 at a moment or whenever something was "
	"decided\n"
	"  foyer plan [--runs N] [--seed S] CONFIG JOURNAL\n"
	"                                                 what another configuration would have "
	"made of the\n"
	"                                                 journal's callers, by simulation, with "
	"bands\n"
	"  foyer report STORE                             the contacts that are over\n"
	"  foyer schema                                   the JSON Schema of the configuration\n"
	"  foyer reference                                the same as a page to read, in Markdown\n"
	"\n"
	"The bot's credential is in the environment: AZURE_CLIENT_SECRET, "
	"AZURE_CLIENT_CERTIFICATE_PATH\n"
	"or AZURE_FEDERATED_TOKEN_FILE; the media relay's key, if any, in FOYER_RELAY_KEY;\n"
	"that of the Azure Speech resource, if it speaks, in FOYER_SPEECH_KEY;\n"
	"who shall read /metrics shows FOYER_METRICS_KEY as a bearer token.\n";

static int usage(const char *what)
{
	fprintf(stderr, "foyer: %s; \"foyer --help\" tells what there is\n", what);
	return 2;
}

static int main_serve(int argc, char **argv)
{
	struct serve_how how = { .form = WATCH_NONE };
	const char *path = NULL;

	for (int i = 0; i < argc; i++) {
		if (strcmp(argv[i], "--config") == 0 && i + 1 < argc)
			path = argv[++i];
		else if (strcmp(argv[i], "--console-dir") == 0 && i + 1 < argc)
			how.console_dir = argv[++i];
		else if (strcmp(argv[i], "--live") == 0)
			how.form = isatty(STDOUT_FILENO) ? WATCH_LIVE : WATCH_STORY;
		else if (strcmp(argv[i], "--story") == 0)
			how.form = WATCH_STORY;
		else
			return usage("serve: unknown word");
	}
	if (!path)
		return usage("serve needs --config FILE");
	return serve(path, &how);
}

static int main_replay(int argc, char **argv)
{
	const char *path = NULL;

	if (argc >= 2 && strcmp(argv[0], "--config") == 0) {
		path = argv[1];
		argc -= 2;
		argv += 2;
	}
	if (argc == 0)
		return usage("replay needs a path");
	return replay(path, argv, (size_t)argc);
}

static int main_plan(int argc, char **argv)
{
	unsigned long runs = WHATIF_RUNS;
	unsigned long long seed = 1;

	for (; argc >= 2 && argv[0][0] == '-'; argc -= 2, argv += 2) {
		char *end = argv[1];

		if (strcmp(argv[0], "--runs") == 0)
			runs = strtoul(argv[1], &end, 10);
		else if (strcmp(argv[0], "--seed") == 0)
			seed = strtoull(argv[1], &end, 10);
		if (end == argv[1] || *end)
			return usage("plan knows --runs N and --seed N");
	}
	if (argc != 2)
		return usage("plan needs a configuration and a journal");
	if (runs < 1 || runs > WHATIF_RUNS_MAX)
		return usage("plan: from 1 to 1000 runs");
	return whatif(argv[0], argv[1], (unsigned)runs, seed);
}

static int main_manifest(int argc, char **argv)
{
	struct app_options o = { .config = NULL };
	const struct {
		const char *word, **to;
	} options[] = {
		{ "--config", &o.config },
		{ "--out", &o.out },
		{ "--manifest-version", &o.manifest_version },
		{ "--bot", &o.bot },
	};

	for (; argc >= 2; argc -= 2, argv += 2) {
		size_t i = 0;

		while (i < ARRAY_LEN(options) && strcmp(options[i].word, argv[0]) != 0)
			i++;
		if (i == ARRAY_LEN(options))
			break;
		*options[i].to = argv[1];
	}
	if (argc > 0 || !o.config)
		return usage("manifest needs --config FILE, and knows --out FILE.zip, "
			     "--manifest-version X and --bot NAME");
	return app_write(&o);
}

static int main_reference(void)
{
	reference_print(stdout);
	return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static int main_schema(void)
{
	size_t bytes;
	const char *text = config_schema(&bytes);

	return fwrite(text, 1, bytes, stdout) == bytes ? EXIT_SUCCESS : EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	const char *word = argc > 1 ? argv[1] : "";

	if (strcmp(word, "serve") == 0)
		return main_serve(argc - 2, argv + 2);
	if (strcmp(word, "check") == 0)
		return argc == 3 ? check(argv[2]) : usage("check needs one file");
	if (strcmp(word, "manifest") == 0)
		return main_manifest(argc - 2, argv + 2);
	if (strcmp(word, "replay") == 0)
		return main_replay(argc - 2, argv + 2);
	if (strcmp(word, "explain") == 0)
		return argc == 4 || argc == 5
			       ? explain(argv[2], argv[3], argc == 5 ? argv[4] : NULL)
			       : usage("explain needs a journal, a contact or an agent, and "
				       "perhaps a time");
	if (strcmp(word, "plan") == 0)
		return main_plan(argc - 2, argv + 2);
	if (strcmp(word, "report") == 0)
		return argc == 3 ? report(argv[2]) : usage("report needs one store");
	if (strcmp(word, "schema") == 0)
		return main_schema();
	if (strcmp(word, "reference") == 0)
		return main_reference();
	if (strcmp(word, "--help") != 0 && strcmp(word, "help") != 0)
		return usage(*word ? "unknown word" : "a word is missing");
	fputs(help, stdout);
	return EXIT_SUCCESS;
}
