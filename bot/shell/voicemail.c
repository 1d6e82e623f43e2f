#include "bot/shell/voicemail.h"

#include "bot/base/clean.h"
#include "bot/base/clock.h"
#include "bot/base/log.h"
#include "bot/shell/chat.h"
#include "graph/client/recording.h"
#include "graph/wire/card.h"
#include "media/dsp/level.h"
#include "media/prompt/wav.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
	TAPES_MAX = 256, /* under way at once; the oldest gives way */
	HEARD_MS_MIN = 500,
	LOOK_MS = 3600000, /* how often what is old is looked for */
	DAY_MS = 86400000,
	TELL_MS = 600000,
	LIST_MAX = 500,
};
#define SILENT_DBOV (-55.0f) /* nobody spoke; a quiet line's noise is below */

/* A recording from its beginning until it is kept or lost. */
struct tape {
	uint32_t contact, attempt; /* contact 0: free */
	uint16_t realm, mailbox;
	bool fetching;
	uint64_t begun_ms;
};

struct voicemails {
	char folder[4096];
	uint64_t look_ms;
	struct tape tape[TAPES_MAX];
};

static struct tape *tape_of(struct voicemails *v, uint32_t contact, uint32_t attempt)
{
	for (size_t i = 0; i < TAPES_MAX; i++)
		if (v->tape[i].contact == contact && v->tape[i].attempt == attempt)
			return &v->tape[i];
	return NULL;
}

static struct tape *tape_new(struct shell *s, const struct line *l, uint32_t attempt)
{
	struct tape *t = &s->voicemails->tape[0];

	for (size_t i = 0; i < TAPES_MAX; i++)
		if (s->voicemails->tape[i].begun_ms < t->begun_ms)
			t = &s->voicemails->tape[i];
	*t = (struct tape){ .contact = l->contact,
		.attempt = attempt,
		.realm = l->realm,
		.mailbox = l->mailbox,
		.begun_ms = clock_mono_ms() };
	return t;
}

void voicemail_begun(struct shell *s, const struct line *l, uint32_t attempt)
{
	tape_new(s, l, attempt);
}

/* ---- keeping ---- */

static void path_of(const struct shell *s, const char *file, char out[4200])
{
	snprintf(out, 4200, "%s/%s", s->voicemails->folder, file);
}

int voicemail_file(const struct shell *s, const char *file)
{
	char path[4200];

	path_of(s, file, path);
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* On disk before anybody is told: a message that is promised must not be lost with the power. A
 * few milliseconds of the loop, once a message. */
static enum err file_write(const char *path, const void *bytes, size_t n, struct why *why)
{
	CLEAN(close) int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	size_t done = 0;
	ssize_t w = 0;

	while (fd >= 0 && done < n && (w = write(fd, (const char *)bytes + done, n - done)) > 0)
		done += (size_t)w;
	if (fd >= 0 && done == n && fsync(fd) == 0)
		return OK;
	FAIL_EXT(why, E_SYSTEM, errno, "%s: %s", path, strerror(errno));
	unlink(path);
	return why->code;
}

/* How long, or 0: nobody is to be heard in it. */
static enum err heard_ms(const struct client_answer *a, uint32_t *ms, struct why *why)
{
	CLEAN(pcm_free) struct pcm pcm = { 0 };
	enum err e = wav_read((const uint8_t *)a->body, a->body_bytes, &pcm, why);

	if (e != OK)
		return e;
	*ms = (uint32_t)(pcm.n_samples * 1000 / PCM_RATE);
	if (*ms < HEARD_MS_MIN || level_of(pcm.samples, pcm.n_samples).peak_dbov < SILENT_DBOV)
		*ms = 0;
	return OK;
}

static enum err keep(struct shell *s, const struct tape *t, const struct client_answer *a,
	struct voicemail_row *row, struct why *why)
{
	const struct config_mailbox *m = &s->conf->mailbox[t->mailbox];
	char path[4200], name[25], purpose[64];
	enum err e;

	snprintf(purpose, sizeof(purpose), "voicemail %u %u", t->contact, t->attempt);
	secret_name_print(s, purpose, name);
	snprintf(row->file, sizeof(row->file), "%s.wav", name);
	snprintf(row->mailbox, sizeof(row->mailbox), "%s", m->name);
	guid_print(m->tenant, row->tenant);
	row->contact = t->contact;
	row->at_unix_ms = clock_unix_ms();
	path_of(s, row->file, path);
	if (mkdir(s->voicemails->folder, 0700) != 0 && errno != EEXIST)
		return FAIL_EXT(
			why, E_SYSTEM, errno, "%s: %s", s->voicemails->folder, strerror(errno));
	e = file_write(path, a->body, a->body_bytes, why);
	return e == OK ? store_voicemail_put(s->store, row, why) : e;
}

/* ---- telling ---- */

static void tell_one(struct shell *s, const struct config_agent *agent, const char *text)
{
	struct guid user;
	uint32_t place;
	struct why why;
	char *message;

	if (!s->chat || guid_parse(agent->user_id, strlen(agent->user_id), &user) != OK)
		return;
	place = refs_find(s->chat->realm[agent->realm].refs, user);
	if (place == UINT32_MAX) {
		log_line(LOG_INFO, "chat", "", "user=%s has no chat with the bot -> not told",
			agent->user_id);
		return;
	}
	if (message_of_text(text, &message, &why) == OK)
		chat_post(s, agent->realm, OUTBOX_SEND, place, 0, message, TELL_MS);
	else
		log_line(LOG_ERROR, "chat", "", "%s", why.text);
}

static void tell(struct shell *s, const struct tape *t, const struct voicemail_row *row)
{
	const struct config_mailbox *m = &s->conf->mailbox[t->mailbox];

	for (size_t i = 0; i < m->n_agents; i++) {
		const struct config_agent *agent = &s->conf->agent[m->agent[i]];
		char buf[600];
		struct text text = TEXT(buf);

		text_add(&text, "%s %s, %u:%02u. %s/api/v1/voicemail/%s",
			card_word(WORD_VOICEMAIL, chat_language(s, agent)), row->mailbox,
			row->length_ms / 60000, row->length_ms / 1000 % 60, s->conf->public_url,
			row->file);
		tell_one(s, agent, buf);
	}
}

static enum record_end taken(
	struct shell *s, const struct tape *t, const struct client_answer *a, struct why *why)
{
	struct voicemail_row row = { .seen = false };
	enum err e;

	if (t->mailbox >= s->conf->n_mailboxes) {
		(void)FAIL(why, E_ABSENT, "its mailbox is no more in the configuration");
		return RECORD_FAILED;
	}
	e = heard_ms(a, &row.length_ms, why);
	if (e == OK && row.length_ms == 0)
		return RECORD_EMPTY;
	if (e == OK)
		e = keep(s, t, a, &row, why);
	if (e != OK)
		return RECORD_FAILED;
	tell(s, t, &row);
	voicemail_changed(s, &row);
	return RECORD_DONE;
}

static void on_recording(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	struct tape *t = tape_of(s->voicemails, e->contact, e->attempt);
	struct line *l = line_of(s->lines, e->contact);
	struct why why = { .text = "the answer is no recording" };
	enum record_end end = RECORD_FAILED;
	char id[16], told[ERRAND_STORY_MAX];

	snprintf(id, sizeof(id), "%u", e->contact);
	if (t && a->end == CLIENT_ANSWERED && a->status == 200)
		end = taken(s, t, a, &why);
	if (end == RECORD_FAILED)
		log_line(LOG_ERROR, "call", id, "recording %s: %s -> lost", errand_told(a, told),
			why.text);
	else
		log_line(LOG_INFO, "call", id, "recording %s",
			end == RECORD_EMPTY ? "is silent -> not kept" : "-> kept");
	if (t)
		*t = (struct tape){ 0 };
	if (l && l->recording == e->attempt)
		shell_push(s, (struct event){ .kind = EV_RECORDED,
				      .contact = e->contact,
				      .attempt = e->attempt,
				      .value = (int32_t)end });
}

bool voicemail_fetch(
	struct shell *s, struct address at, uint32_t attempt, const struct recording *r)
{
	struct line *l = line_of(s->lines, at.contact);
	struct tape *t = tape_of(s->voicemails, at.contact, attempt);
	struct errand e = {
		.done = on_recording, .contact = at.contact, .realm = at.realm, .attempt = attempt
	};
	struct client_request q = recording_get(r);

	/* Asked for before a restart. */
	if (!t && l && l->recording == attempt)
		t = tape_new(s, l, attempt);
	if (!t || t->realm != at.realm)
		return false;
	if (t->fetching)
		return true;
	t->fetching = true;
	errand_http(s, &e, &q);
	return true;
}

/* ---- what is old ---- */

struct old {
	struct shell *s;
	uint64_t now_unix_ms;
	char file[LIST_MAX][40];
	size_t n;
};

/* Of a mailbox that is no more in the configuration nobody knows for how long: it stays. */
static bool is_old(void *arg, const struct voicemail_row *row)
{
	struct old *o = arg;
	const struct config *c = o->s->conf;
	char tenant[GUID_TEXT];

	for (size_t i = 0; i < c->n_mailboxes; i++) {
		const struct config_mailbox *m = &c->mailbox[i];

		guid_print(m->tenant, tenant);
		if (!m->keep_days || strcmp(m->name, row->mailbox) != 0 ||
			strcmp(tenant, row->tenant) != 0)
			continue;
		if (row->at_unix_ms + (uint64_t)m->keep_days * DAY_MS <= o->now_unix_ms)
			memcpy(o->file[o->n++], row->file, sizeof(row->file));
	}
	return o->n < LIST_MAX;
}

/* The row last: a file without a row would never be found again. */
void voicemail_forget(struct shell *s, const char *file)
{
	char path[4200];
	struct voicemail_row row;
	struct why why;
	bool told = voicemail_row_of(s, file, &row);

	path_of(s, file, path);
	if (unlink(path) != 0 && errno != ENOENT)
		log_line(LOG_ERROR, "store", "", "%s: %s -> again in an hour", path,
			strerror(errno));
	else if (store_voicemail_drop(s->store, file, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s -> again in an hour", why.text);
	else if (told)
		voicemail_gone(s, &row);
}

static void voicemail_run(struct shell *s)
{
	struct voicemails *v = s->voicemails;
	CLEAN(free) struct old *o = NULL;
	struct why why;

	if (clock_mono_ms() < v->look_ms)
		return;
	v->look_ms = clock_mono_ms() + LOOK_MS;
	o = calloc(1, sizeof(*o));
	if (!o)
		abort();
	*o = (struct old){ .s = s, .now_unix_ms = clock_unix_ms() };
	if (store_voicemails(s->store, is_old, o, &why) != OK)
		log_line(LOG_ERROR, "store", "", "%s", why.text);
	for (size_t i = 0; i < o->n; i++)
		voicemail_forget(s, o->file[i]);
	if (o->n)
		log_line(LOG_INFO, "store", "", "voicemail files=%zu are old -> gone", o->n);
}

static uint64_t voicemail_deadline_ms(const struct shell *s)
{
	return s->conf->n_mailboxes ? s->voicemails->look_ms : UINT64_MAX;
}

static void voicemail_reload(struct shell *s, const struct config *old)
{
	for (size_t i = 0; i < TAPES_MAX; i++) {
		struct tape *t = &s->voicemails->tape[i];

		t->mailbox = config_mailbox_in(s->conf, old, t->mailbox);
		t->realm = config_realm_in(s->conf, old, t->realm);
	}
}

static enum err voicemail_open(struct shell *s, struct why *why)
{
	const char *path = s->conf->store_path, *slash = strrchr(path, '/');
	struct voicemails *v = s->voicemails = calloc(1, sizeof(*v));

	if (!v)
		return FAIL(why, E_SYSTEM, "no memory for voicemail");
	snprintf(v->folder, sizeof(v->folder), "%.*svoicemail", slash ? (int)(slash - path) + 1 : 0,
		path);
	return OK;
}

static void voicemail_close(struct shell *s)
{
	free(s->voicemails);
	s->voicemails = NULL;
}

const struct hand hand_voicemail = { .open = voicemail_open,
	.close = voicemail_close,
	.run = voicemail_run,
	.deadline_ms = voicemail_deadline_ms,
	.reload = voicemail_reload };
