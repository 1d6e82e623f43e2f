#include "graph/sim/server.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/base/text.h"
#include "graph/sim/control.h"
#include "graph/sim/desk.h"

#include <assert.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <unistd.h>

enum { STOP_WAIT_MS = 3000, INBOX_MAX = 2048 };

static enum err signals_open(int *fd, struct why *why)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	/* Before any thread is made, so that all of them leave the signals to the loop. */
	if (pthread_sigmask(SIG_BLOCK, &set, NULL) != 0)
		return FAIL(why, E_SYSTEM, "signals cannot be blocked");
	signal(SIGPIPE, SIG_IGN);
	*fd = signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	return *fd < 0 ? FAIL(why, E_SYSTEM, "no signal descriptor") : OK;
}

static enum err scenario_read(const struct server_conf *conf, struct scenario *s, struct why *why)
{
	enum err e = scenario_load(conf->scenario, s, why);

	if (e == OK && conf->weather)
		e = scenario_weather(conf->weather, s, why);
	if (e == OK && conf->webhook)
		e = scenario_webhook(s, conf->webhook, why);
	if (e == OK && strncmp(s->webhook, "https://", 8) != 0)
		e = FAIL(why, E_MALFORMED,
			"%s: scenario.webhook: want an https URL, here or as --webhook",
			conf->scenario);
	return e;
}

/* At once: who reads the first line may read no more. */
static void tell(const struct desk *d)
{
	char identity[80] = "";

	if (d->machine)
		snprintf(identity, sizeof(identity), "foyer-sim: identity on http://127.0.0.1:%u\n",
			door_port(d->machine));
	printf("foyer-sim: listening on %s\n%s", d->origin, identity);
	fflush(stdout);
}

static enum err open_all(struct desk *d, struct why *why)
{
	const struct server_conf *conf = d->conf;
	struct door_conf door = { conf->address, conf->port, conf->certificate, conf->key, NULL };
	struct ears_conf ears = { &d->scenario, conf->record_dir, conf->address, NULL };
	char origin[96];
	struct text t = TEXT(origin);
	enum err e;

	d->inbox = inbox_new(INBOX_MAX, sizeof(struct exchange *));
	d->office = post_office_new(conf->ca);
	d->sim = sim_new(&d->scenario, conf->address);
	if (!d->inbox || !d->office || !d->sim)
		return FAIL(why, E_SYSTEM, "no memory");
	ears.office = d->office;
	door.inbox = d->inbox;
	e = ears_new(&ears, &d->ears, why);
	if (e == OK)
		e = door_open(&door, &d->door, why);
	if (e != OK)
		return e;
	text_add(&t, "https://%s:%u", conf->address, door_port(d->door));
	sim_origin(d->sim, origin);
	e = entra_new(&d->scenario, origin, &d->entra, why);
	sim_place(d->sim, origin, clock_unix_ms() - clock_mono_ms());
	memcpy(d->origin, origin, sizeof(d->origin));
	if (e == OK && conf->identity)
		e = door_open(&(struct door_conf){ "127.0.0.1", conf->identity_port, NULL, NULL,
				      d->inbox },
			&d->machine, why);
	if (e == OK)
		tell(d);
	return e;
}

static void close_all(struct desk *d)
{
	desk_drop_all(d);
	door_close(d->door);
	door_close(d->machine);
	ears_free(d->ears);
	post_office_free(d->office);
	entra_free(d->entra);
	sim_free(d->sim);
	inbox_free(d->inbox);
	if (d->signals >= 0)
		close(d->signals);
}

static int wait_ms(const struct desk *d)
{
	uint64_t now = clock_mono_ms(), due = sim_deadline_ms(d->sim);

	if (control_deadline_ms(d) < due)
		due = control_deadline_ms(d);
	if (d->stop_at_ms && d->stop_at_ms < due)
		due = d->stop_at_ms;
	if (due <= now)
		return 0;
	return due - now > 10000 ? 10000 : (int)(due - now);
}

static void listen_once(struct desk *d)
{
	int fds[] = { inbox_fd(d->inbox), ears_fd(d->ears), d->signals };
	struct signalfd_siginfo info;
	struct post_result r;
	struct exchange *x;

	post_office_wait(d->office, fds, ARRAY_LEN(fds), wait_ms(d));
	if (read(d->signals, &info, sizeof(info)) == (ssize_t)sizeof(info))
		control_stop(d);
	while (inbox_take(d->inbox, &x))
		desk_exchange(d, x);
	while (post_office_take(d->office, &r))
		desk_result(d, &r);
	desk_step(d, &(struct sim_in){ .kind = SIM_TICK });
	control_tick(d);
}

/* Notifications of the end still go out, but a bot that is gone holds nobody up. */
static bool over(const struct desk *d)
{
	return d->stop_at_ms &&
	       ((sim_idle(d->sim) && ears_quiet(d->ears)) || clock_mono_ms() >= d->stop_at_ms);
}

enum err server_run(const struct server_conf *conf, struct why *why)
{
	CLEAN(free) struct desk *d = calloc(1, sizeof(*d));
	enum err e;

	if (!d)
		return FAIL(why, E_SYSTEM, "no memory");
	d->conf = conf;
	d->signals = -1;
	e = scenario_read(conf, &d->scenario, why);
	if (e == OK && !conf->check)
		e = signals_open(&d->signals, why);
	if (e == OK && !conf->check)
		e = open_all(d, why);
	if (e == OK && !conf->check) {
		if (!conf->paused)
			desk_step(d, &(struct sim_in){ .kind = SIM_START });
		while (!over(d))
			listen_once(d);
	}
	if (!conf->check)
		close_all(d);
	scenario_fini(&d->scenario);
	return e;
}
