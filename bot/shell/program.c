/* foyer serve: the loop sleeps, signals wake it, and the parts in serve.c do the work. */
#include "bot/shell/serve.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "bot/shell/check.h"
#include "bot/shell/reload.h"
#include "bot/shell/shell.h"
#include "bot/shell/work.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

CLEAN_FN(config_free, struct config *)

static void on_signal(struct shell *s, int signals)
{
	struct signalfd_siginfo info;
	struct why why;

	if (read(signals, &info, sizeof(info)) != sizeof(info))
		return;
	if (info.ssi_signo != SIGHUP) {
		s->stopping = true;
		return;
	}
	reload_begin(s);
	if (s->conf->listen.plain)
		return;
	if (door_certificate_reload(s->door, &why) == OK)
		log_line(LOG_INFO, "door", "", "certificate read again");
	else
		log_line(LOG_ERROR, "door", "", "certificate: %s -> the old one stays", why.text);
}

static void loop(struct shell *s, int signals)
{
	struct pollfd fds[] = {
		{ .fd = door_fd(s->door), .events = POLLIN },
		{ .fd = client_fd(s->client), .events = POLLIN },
		{ .fd = signals, .events = POLLIN },
		{ .fd = s->engine ? engine_fd(s->engine) : -1, .events = POLLIN },
		{ .fd = reload_fd(s->reload), .events = POLLIN },
		{ .fd = work_fd(s->work), .events = POLLIN },
	};

	while (!s->stopping) {
		int ready = poll(fds, ARRAY_LEN(fds), shell_wait_ms(s));

		if (ready < 0 && errno != EINTR)
			abort();
		if (ready == 0)
			store_idle(s->store);
		if (fds[2].revents)
			on_signal(s, signals);
		shell_once(s);
	}
	door_quiesce(s->door);
}

static int signals_open(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	signal(SIGPIPE, SIG_IGN);
	return signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
}

static enum err open_all(struct shell *s, const char *path, struct why *why)
{
	s->reload = reload_new(path);
	return s->reload ? shell_open(s, why)
			 : FAIL(why, E_SYSTEM, "no memory to read %s again", path);
}

int serve(const char *path, const struct serve_how *how)
{
	CLEAN(close) int signals = signals_open(); /* before any thread, which inherits the mask */
	CLEAN(config_free) struct config *conf = config_or_complain(path);
	struct shell *s = conf ? calloc(1, sizeof(*s)) : NULL;
	struct why why;
	enum err e;

	if (!conf)
		return EXIT_FAILURE;
	if (!s || signals < 0)
		abort();
	s->conf = conf;
	s->console_dir = how->console_dir;
	s->watch = watch_new(conf, how->form, stdout);
	e = open_all(s, path, &why);
	if (e == OK) {
		log_line(LOG_INFO, "shell", "", "ready address=%s port=%u", conf->listen.address,
			door_port(s->door));
		fprintf(stderr, "foyer: ready on %s://%s:%u\n",
			conf->listen.plain ? "http" : "https", conf->listen.address,
			door_port(s->door));
		loop(s, signals);
		log_line(LOG_INFO, "shell", "", "stopped");
	} else {
		fprintf(stderr, "foyer: %s\n", why.text);
	}
	shell_close(s);
	free(s);
	return e == OK ? EXIT_SUCCESS : EXIT_FAILURE;
}
