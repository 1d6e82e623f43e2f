/* foyer-sim: options, and the server. */
#include "bot/base/log.h"
#include "graph/sim/help.h"
#include "graph/sim/server.h"

#include <fcntl.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static const struct option options[] = {
	{ "scenario", required_argument, NULL, 's' },
	{ "certificate", required_argument, NULL, 'c' },
	{ "key", required_argument, NULL, 'k' },
	{ "ca", required_argument, NULL, 'a' },
	{ "address", required_argument, NULL, 'A' },
	{ "port", required_argument, NULL, 'p' },
	{ "identity-port", required_argument, NULL, 'i' },
	{ "webhook", required_argument, NULL, 'w' },
	{ "weather", required_argument, NULL, 'W' },
	{ "record", required_argument, NULL, 'r' },
	{ "log", required_argument, NULL, 'l' },
	{ "paused", no_argument, NULL, 'P' },
	{ "check", no_argument, NULL, 'C' },
	{ "help", no_argument, NULL, 'h' },
	{ NULL, 0, NULL, 0 },
};

static enum err port_read(const char *option, const char *text, uint16_t *out, struct why *why)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || n > 65535)
		return FAIL(why, E_MALFORMED, "--%s %s: want 0 to 65535", option, text);
	*out = (uint16_t)n;
	return OK;
}

static enum err log_to(const char *file, struct why *why)
{
	int fd = open(file, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0666);

	if (fd < 0 || dup2(fd, STDERR_FILENO) < 0)
		return FAIL(why, E_SYSTEM, "--log %s: cannot be written", file);
	close(fd);
	return OK;
}

/* 'h' asked for help, 0 fine, '?' anything else: why says. */
static int options_read(int argc, char **argv, struct server_conf *c, struct why *why)
{
	int o;

	opterr = 0;
	while ((o = getopt_long(argc, argv, "h", options, NULL)) != -1) {
		enum err e = OK;

		switch (o) {
		case 's':
			c->scenario = optarg;
			break;
		case 'c':
			c->certificate = optarg;
			break;
		case 'k':
			c->key = optarg;
			break;
		case 'a':
			c->ca = optarg;
			break;
		case 'A':
			c->address = optarg;
			break;
		case 'p':
			e = port_read("port", optarg, &c->port, why);
			break;
		case 'i':
			e = port_read("identity-port", optarg, &c->identity_port, why);
			c->identity = true;
			break;
		case 'w':
			c->webhook = optarg;
			break;
		case 'W':
			c->weather = optarg;
			break;
		case 'r':
			c->record_dir = optarg;
			break;
		case 'l':
			e = log_to(optarg, why);
			break;
		case 'P':
			c->paused = true;
			break;
		case 'C':
			c->check = true;
			break;
		case 'h':
			return 'h';
		default:
			e = FAIL(why, E_MALFORMED, "%s is no option, or lacks its value",
				argv[optind - 1]);
		}
		if (e != OK)
			return '?';
	}
	if (optind < argc) {
		why_set(why, E_MALFORMED, 0, "main.c", "%s: only options are expected",
			argv[optind]);
		return '?';
	}
	if (!c->scenario || (!c->check && (!c->certificate || !c->key))) {
		why_set(why, E_MALFORMED, 0, "main.c",
			"--scenario, --certificate and --key are needed");
		return '?';
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct server_conf conf = { .address = "127.0.0.1",
		.relay_key = getenv("FOYER_RELAY_KEY") };
	struct why why = { .text = "" };
	int terminal = fcntl(
		STDERR_FILENO, F_DUPFD_CLOEXEC, 3); /* --log takes standard error away */
	int o = options_read(argc, argv, &conf, &why);

	if (o == 'h') {
		fputs(help_text, stdout);
		return 0;
	}
	if (o == 0 && server_run(&conf, &why) == OK)
		return 0;
	dprintf(terminal, "%s%s\n", o ? "foyer-sim: " : "", why.text);
	if (o)
		dprintf(terminal, "foyer-sim --help says more.\n");
	return 1;
}
