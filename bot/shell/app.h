#ifndef BOT_SHELL_APP_H
#define BOT_SHELL_APP_H

/*
 * foyer manifest --config FILE [--out FILE.zip] [--manifest-version X] [--bot NAME]
 *
 * The Teams app of a bot as a zip that Teams takes: out whole, or not at all. Other options NULL:
 * foyer.zip, 1.20, the first bot, whose registration is also the one that people sign in by; the
 * app of another bot has no pages. Returns the exit status; what is wrong is told on standard
 * error.
 */
struct app_options {
	const char *config, *out, *manifest_version, *bot;
};
int app_write(const struct app_options *o);

#endif
