#ifndef TESTS_BOT_SHELL_DESK_H
#define TESTS_BOT_SHELL_DESK_H

/*
 * A desk to translate at: the example configuration, in which Ada and the first number have the ids
 * of tests/fixtures, and lines in every state a call can be in. What comes of a notification is put
 * into text, a line an event, and into the books, as the shell does.
 */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/text.h"
#include "bot/shell/to_core.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CALL "4b1f2d00-8e4c-4d0e-9a55-0d9f0c7f1a10" /* of the fixtures */
#define AGENT_CALL "99990000-8e4c-4d0e-9a55-0d9f0c7f1a99"

enum { PLAY = 21, RING = 23, TRANSFER = 24, OWN = 25 };

/* What happened before, each on top of what it needs. */
enum past {
	NOTHING,
	RINGS,     /* contact 1 at entry 2 */
	ACTIVE,    /* and hears PLAY */
	OFFERED,   /* RING: Ada is invited */
	TALKS,     /* Ada answered and is in the roster */
	INVITED,   /* Ada answered, no roster yet */
	WITHDRAWN, /* RING was withdrawn */
	FAILED,    /* RING failed */
	SENT,      /* TRANSFER to Ben */
	SENDING,   /* Graph says so */
	ACCEPTED,  /* handed over */
	UNSENT,    /* TRANSFER failed */
	HANGING_UP,
	OVER,
	LIVE,         /* a call with live audio, on leg 5 */
	LIVE_OFFERED, /* OWN: a call of her own to Ada */
	LIVE_PLACED,  /* whose id is known */
	LIVE_TALKS,
	LIVE_WITHDRAWN,
};

struct desk {
	struct config *conf;
	struct lines *lines;
	struct text said; /* "event\n"..., "ignored: ...\n" */
	char room[4096];
	struct caller person;
};

static inline void replace(char *text, const char *old, const char *with)
{
	char *at = strstr(text, old);

	assert_non_null(at);
	assert_int_equal(strlen(old), strlen(with));
	memcpy(at, with, strlen(with));
}

static inline struct config *desk_config(void)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *conf = NULL;
	size_t bytes;
	const char *example = config_example(&bytes);
	char *text = strndup(example, bytes);
	struct why why;

	replace(text, "bbbbbbbb-0000-4000-8000-000000000001",
		"3f1d6a52-9c7e-4b0a-8d5f-c2e1b4a79680");
	replace(text, "aaaaaaaa-0000-4000-8000-000000000001",
		"7c3e9a10-2b4d-4f6a-9e8c-1d2f3a4b5c6d");
	assert_int_equal(config_parse(text, bytes, NULL, &conf, faults, &why), OK);
	free(text);
	free(faults);
	/* A second realm, to which nothing of the example belongs. */
	conf->realm[conf->n_realms++] = (struct config_realm){ .default_entry = UINT16_MAX };
	return conf;
}

static inline struct guid guid_of(const char *text)
{
	struct guid id;

	assert_int_equal(guid_parse(text, strlen(text), &id), OK);
	return id;
}

static inline void desk_event(struct desk *d, struct event ev)
{
	ev.contact = ev.contact ? ev.contact : 1;
	lines_event(d->lines, &ev, d->conf);
}

static inline void desk_effect(
	struct desk *d, enum effect_kind kind, uint32_t attempt, uint16_t agent)
{
	struct effect fx = { .kind = kind, .contact = 1, .attempt = attempt, .agent = agent };

	lines_effect(d->lines, &fx, attempt == TRANSFER);
}

/* Translated, told and booked. */
static inline void desk_take(struct desk *d, const struct to_core *t)
{
	for (size_t i = 0; i < t->n; i++) {
		event_print(&t->event[i], &d->said);
		text_add(&d->said, "\n");
		desk_event(d, t->event[i]);
	}
	if (t->ignored)
		text_add(&d->said, "ignored: %s\n", t->ignored);
	if (t->person.contact)
		d->person = t->person;
}

static inline void desk_note(struct desk *d, struct address at, const char *body, size_t bytes)
{
	struct notes *notes = calloc(1, sizeof(*notes));
	struct why why = { .text = "" };
	struct to_core t;

	if (notes_decode(body, bytes, notes, &why) != OK)
		fail_msg("%d:%d: %s\n%s", notes->line, notes->column, why.text, body);
	for (size_t i = 0; i < notes->n; i++) {
		to_core_note(
			d->conf, d->lines, at, notes, &notes->item[i], d->person.contact + 1, &t);
		desk_take(d, &t);
	}
	free(notes);
}

/* tests/fixtures/NAME.json */
static inline void desk_fixture(struct desk *d, struct address at, const char *name)
{
	char path[200], body[16384];
	size_t n;
	FILE *f;

	snprintf(path, sizeof(path), "tests/fixtures/%s.json", name);
	f = fopen(path, "re");
	if (!f)
		fail_msg("%s cannot be read", path);
	n = fread(body, 1, sizeof(body), f);
	fclose(f);
	desk_note(d, at, body, n);
}

/* One notification about call id; below is "" for the call itself; data are members, or an array.
 */
static inline void desk_say(struct desk *d, struct address at, const char *id, const char *change,
	const char *below, const char *data)
{
	char body[4096];

	snprintf(body, sizeof(body),
		"{\"@odata.type\":\"#microsoft.graph.commsNotifications\",\"value\":[{"
		"\"changeType\":\"%s\","
		"\"resourceUrl\":\"/communications/calls/%s%s\",\"resourceData\":%s}]}",
		change, id, below, data);
	desk_note(d, at, body, strlen(body));
}

static inline void desk_past(struct desk *d, enum past past);

static inline void desk_live(struct desk *d, enum past past)
{
	struct guid own = guid_of(AGENT_CALL);

	desk_event(d, (struct event){ .kind = EV_CALL_INCOMING, .value = 1, .ref = guid_of(CALL) });
	line_of(d->lines, 1)->leg = 5;
	desk_event(d, (struct event){ .kind = EV_CALL_ACTIVE });
	desk_effect(d, FX_PLAY, PLAY, 0);
	if (past >= LIVE_OFFERED)
		desk_effect(d, FX_RING, OWN, 1);
	if (past >= LIVE_PLACED)
		desk_event(d, (struct event){ .kind = EV_RING_PLACED, .attempt = OWN, .ref = own });
	if (past == LIVE_TALKS)
		desk_event(d, (struct event){ .kind = EV_AGENT_ANSWERED, .attempt = OWN });
	if (past == LIVE_WITHDRAWN)
		desk_effect(d, FX_WITHDRAW, OWN, 0);
}

static inline void desk_bridge(struct desk *d, enum past past)
{
	desk_effect(d, FX_RING, RING, 1);
	if (past == TALKS)
		desk_fixture(d, (struct address){ .contact = 1 }, "roster/full");
	if (past == INVITED)
		desk_event(d, (struct event){ .kind = EV_AGENT_ANSWERED, .attempt = RING });
	if (past == WITHDRAWN)
		desk_effect(d, FX_WITHDRAW, RING, 0);
	if (past == FAILED)
		desk_event(
			d, (struct event){
				   .kind = EV_AGENT_FAILED, .attempt = RING, .value = RING_BUSY });
}

static inline void desk_transfer(struct desk *d, enum past past)
{
	desk_effect(d, FX_RING, TRANSFER, 2);
	if (past > SENT)
		desk_fixture(d, (struct address){ .contact = 1 }, "call/transferring");
	if (past == ACCEPTED)
		desk_fixture(d, (struct address){ .contact = 1 }, "call/transfer-accepted");
	if (past == UNSENT)
		desk_fixture(d, (struct address){ .contact = 1 }, "call/transfer-failed");
}

static inline void desk_past(struct desk *d, enum past past)
{
	if (past == NOTHING)
		return;
	if (past >= LIVE) {
		desk_live(d, past);
		return;
	}
	desk_event(d, (struct event){ .kind = EV_CALL_INCOMING, .value = 2, .ref = guid_of(CALL) });
	if (past == RINGS)
		return;
	desk_event(d, (struct event){ .kind = EV_CALL_ACTIVE });
	desk_effect(d, FX_PLAY, PLAY, 0);
	if (past >= OFFERED && past <= FAILED)
		desk_bridge(d, past);
	else if (past >= SENT && past <= UNSENT)
		desk_transfer(d, past);
	else if (past >= HANGING_UP)
		desk_effect(d, FX_HANG_UP, 30, 0);
	if (past == OVER)
		desk_effect(d, FX_OUTCOME, 0, 0);
}

static inline struct desk *desk_new(enum past past)
{
	struct desk *d = calloc(1, sizeof(*d));

	d->conf = desk_config();
	d->lines = lines_new(8);
	assert_non_null(d->lines);
	d->said = TEXT(d->room);
	desk_past(d, past);
	d->said = TEXT(d->room);
	d->room[0] = '\0';
	return d;
}

static inline void desk_free(struct desk *d)
{
	config_free(d->conf);
	lines_free(d->lines);
	free(d);
}

/* Complains, and returns 1, if what was said differs. */
static inline int desk_differs(const struct desk *d, const char *name, const char *want)
{
	if (strcmp(d->room, want) == 0)
		return 0;
	printf("# %s:\n#   got  %s#   want %s", name, *d->room ? d->room : "\n",
		*want ? want : "\n");
	return 1;
}

#endif
