#include "bot/base/log.h"

#include "bot/base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static enum log_level log_least = LOG_INFO;

void log_level_set(enum log_level least)
{
	log_least = least;
}

static void add_time(struct text *t)
{
	struct timespec now;
	struct tm tm;

	clock_gettime(CLOCK_REALTIME, &now);
	localtime_r(&now.tv_sec, &tm);
	text_add(
		t, "%02d:%02d:%02d.%03ld", tm.tm_hour, tm.tm_min, tm.tm_sec, now.tv_nsec / 1000000);
}

/* A stranger's bytes must not forge a line of their own. */
static void tame(char *at)
{
	for (; *at; at++)
		if ((unsigned char)*at < 0x20 || *at == 0x7f)
			*at = '?';
}

void log_line(enum log_level level, const char *room, const char *id, const char *fmt, ...)
{
	static const char *const names[] = { "debug", "info ", "warn ", "error" };
	char story[800];
	char line[1024];
	struct text t = TEXT(line);
	va_list args;

	if (level < log_least)
		return;
	va_start(args, fmt);
	vsnprintf(story, sizeof(story), fmt, args);
	va_end(args);
	tame(story);
	add_time(&t);
	text_add(&t, " %s %s %s%s%s", names[level], room, id, *id ? " " : "", story);
	if (t.used >= sizeof(line) - 1)
		t.used = sizeof(line) - 2;
	line[t.used++] = '\n';
	if (write(STDERR_FILENO, line, t.used) < 0)
		return; /* nowhere left to complain */
}
