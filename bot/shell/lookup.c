#include "bot/shell/lookup.h"

#include "bot/base/clean.h"
#include "bot/base/log.h"
#include "bot/shell/shell.h"

#include <stdlib.h>
#include <string.h>

CLEAN_FN(json_decref, json_t *)

enum { FINDINGS_MAX = 1024 };

/* What a lookup brought. */
struct finding {
	uint32_t contact; /* 0: free */
	uint16_t lookup;
	uint8_t in_case;
	uint64_t at_ms;
};

struct lookups {
	unsigned under_way;
	uint32_t epoch; /* of configurations, so that none is taken for another's */
	struct finding finding[FINDINGS_MAX]; /* a ring */
	uint32_t n_findings;
};

/* ---- asking ---- */

static enum err add_escaped(struct text *t, const char *value)
{
	static const char plain[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				    "0123456789-._~"; /* RFC 3986, 2.3 */

	for (; *value; value++)
		if (strchr(plain, *value))
			text_add_bytes(t, value, 1);
		else
			text_add(t, "%%%02X", (unsigned char)*value);
	return t->cut ? E_LIMIT : OK;
}

enum err lookup_url(
	const char *template, const char *digits, const char *caller, char out[LOOKUP_URL_MAX])
{
	const struct {
		const char *word, *value;
	} put[] = { { "{digits}", digits }, { "{caller}", caller } };
	struct text t = text_of(out, LOOKUP_URL_MAX);

	while (*template) {
		size_t i = 0;

		while (i < ARRAY_LEN(put) &&
			strncmp(template, put[i].word, strlen(put[i].word)) != 0)
			i++;
		if (i == ARRAY_LEN(put)) {
			text_add_bytes(&t, template ++, 1);
			continue;
		}
		if (add_escaped(&t, put[i].value) != OK)
			return E_LIMIT;
		template += strlen(put[i].word);
	}
	return t.cut ? E_LIMIT : OK;
}

/* Her number is read only where the configuration sends it. */
static void caller_of(
	struct shell *s, const struct config_lookup *l, uint32_t contact, struct caller *who)
{
	*who = (struct caller){ .contact = 0 };
	if ((l->post || strstr(l->url, "{caller}")) &&
		store_person_get(s->store, contact, who, NULL) != OK)
		*who = (struct caller){ .contact = 0 };
}

static void say(struct shell *s, uint32_t contact, uint32_t attempt, int value)
{
	shell_push(s, (struct event){ .kind = EV_LOOKED_UP,
			      .contact = contact,
			      .attempt = attempt,
			      .value = value });
}

static void on_answer(struct shell *s, const struct errand *e, const struct client_answer *a);

static void ask(struct shell *s, const struct effect *fx, const struct config_lookup *l,
	const char *url, const char *caller)
{
	struct errand e = { .done = on_answer,
		.contact = fx->contact,
		.attempt = fx->attempt,
		.number = s->lookups->epoch << 16 | (uint32_t)fx->value };
	CLEAN(json_decref) json_t *root = NULL;
	CLEAN(free) char *body = NULL;
	struct client_request q = { .method = l->post ? "POST" : "GET",
		.url = url,
		.header = { { l->header, l->secret ? getenv(l->secret) : NULL } },
		.deadline_ms = l->timeout_ms,
		.attempt_ms = l->timeout_ms,
		.attempts_max = l->post ? 1 : 2,
		.answer_bytes_max = LOOKUP_BYTES_MAX,
		.harmless = !l->post };

	if (l->post) {
		root = json_pack("{ss, ss}", "digits", fx->digits, "caller", caller);
		body = root ? json_dumps(root, JSON_COMPACT) : NULL;
		if (!body)
			abort();
		q.content_type = "application/json";
		q.body = body;
		q.body_bytes = strlen(body);
	}
	s->lookups->under_way++;
	errand_http(s, &e, &q);
}

void lookup_begin(struct shell *s, const struct effect *fx)
{
	const struct config_lookup *l;
	const char *fault = NULL;
	char url[LOOKUP_URL_MAX], id[16];
	struct caller who;

	if (fx->value < 0 || (size_t)fx->value >= s->conf->n_lookups) {
		say(s, fx->contact, fx->attempt, -1);
		return;
	}
	l = &s->conf->lookup[fx->value];
	caller_of(s, l, fx->contact, &who);
	if (s->lookups->under_way == LOOKUPS_UNDER_WAY)
		fault = "too many are under way";
	else if (l->secret && !getenv(l->secret))
		fault = "the environment lacks the variable of its header";
	else if (lookup_url(l->url, fx->digits, who.id, url) != OK)
		fault = "its address with what was typed is too long";
	if (!fault) {
		ask(s, fx, l, url, who.id);
		return;
	}
	snprintf(id, sizeof(id), "%u", fx->contact);
	log_line(LOG_WARN, "lookup", id, "%s: %s -> no answer", l->name, fault);
	say(s, fx->contact, fx->attempt, -1);
}

/* ---- understanding ---- */

/* One reference token; the rest of the pointer follows it. */
static const char *token_read(const char *at, char *out, size_t size)
{
	struct text t = text_of(out, size);

	for (; *at && *at != '/'; at++) {
		if (at[0] == '~' && (at[1] == '0' || at[1] == '1'))
			text_add(&t, at[1] == '0' ? "~" : "/"), at++;
		else
			text_add_bytes(&t, at, 1);
	}
	return at;
}

static json_t *element(json_t *array, const char *token)
{
	char *end;
	unsigned long i = strtoul(token, &end, 10);

	if (token[0] < '0' || token[0] > '9' || *end || (token[0] == '0' && token[1]))
		return NULL;
	return json_array_get(array, i);
}

json_t *json_at(json_t *root, const char *pointer)
{
	char token[256];

	while (root && *pointer == '/') {
		pointer = token_read(pointer + 1, token, sizeof(token));
		root = json_is_array(root) ? element(root, token) : json_object_get(root, token);
	}
	return root;
}

/* JSON knows one kind of number. */
static bool same(const json_t *a, const json_t *b)
{
	if (json_is_number(a) && json_is_number(b))
		return json_number_value(a) == json_number_value(b);
	return json_equal(a, b);
}

int lookup_case(const struct config_lookup *l, json_t *answer)
{
	for (size_t i = 0; i < l->n_cases; i++) {
		const json_t *found = json_at(answer, l->in_case[i].pointer), *value;
		size_t k;

		json_array_foreach(l->in_case[i].values, k, value)
		{
			if (found && same(found, value))
				return (int)i;
		}
	}
	return -1;
}

static void keep(struct shell *s, const struct errand *e, int in_case)
{
	s->lookups->finding[s->lookups->n_findings++ % FINDINGS_MAX] =
		(struct finding){ .contact = e->contact,
			.lookup = (uint16_t)(e->number & 0xffff),
			.in_case = (uint8_t)in_case,
			.at_ms = shell_now_ms(s) };
}

/* The configuration may have changed meanwhile, and with it which lookup was meant. */
static const struct config_lookup *lookup_of(const struct shell *s, const struct errand *e)
{
	return e->number >> 16 == s->lookups->epoch ? &s->conf->lookup[e->number & 0xffff] : NULL;
}

static void on_answer(struct shell *s, const struct errand *e, const struct client_answer *a)
{
	const struct config_lookup *l = lookup_of(s, e);
	CLEAN(json_decref) json_t *root = NULL;
	bool answered = a->end == CLIENT_ANSWERED && a->status >= 200 && a->status < 300;
	char id[16], told[ERRAND_STORY_MAX];
	int found = -1;

	s->lookups->under_way--;
	if (l && answered)
		root = json_loadb(
			a->body, a->body_bytes, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
	if (root)
		found = lookup_case(l, root);
	snprintf(id, sizeof(id), "%u", e->contact);
	if (found >= 0) {
		keep(s, e, found);
		log_line(LOG_INFO, "lookup", id, "%s -> %s", l->name, l->in_case[found].name);
	} else {
		log_line(LOG_WARN, "lookup", id, "%s: %s -> no answer", l ? l->name : "(gone)",
			!answered ? errand_told(a, told)
			: root    ? "none of its cases"
				  : "not JSON");
	}
	say(s, e->contact, e->attempt, found);
}

bool lookup_finding(const struct shell *s, uint32_t contact, size_t *at, const char **name,
	const char **answer, uint64_t *at_ms)
{
	while (*at < FINDINGS_MAX) {
		const struct finding *f = &s->lookups->finding[(*at)++];
		const struct config_lookup *l = &s->conf->lookup[f->lookup];

		if (f->contact != contact || f->lookup >= s->conf->n_lookups ||
			f->in_case >= l->n_cases)
			continue;
		*name = l->name;
		*answer = l->in_case[f->in_case].name;
		*at_ms = f->at_ms;
		return true;
	}
	return false;
}

void lookup_context(const struct shell *s, uint32_t contact, struct text *out, uint64_t *age_ms)
{
	const char *name, *answer;
	uint64_t at_ms;

	*age_ms = 0;
	for (size_t i = 0; lookup_finding(s, contact, &i, &name, &answer, &at_ms);) {
		text_add(out, "%s%s %s", out->used ? ", " : "", name, answer);
		if (s->now_ms - at_ms > *age_ms)
			*age_ms = s->now_ms - at_ms;
	}
}

/* ---- the hand ---- */

static enum err lookup_open(struct shell *s, struct why *why)
{
	s->lookups = calloc(1, sizeof(*s->lookups));
	return s->lookups ? OK : FAIL(why, E_SYSTEM, "no memory for lookups");
}

static void lookup_close(struct shell *s)
{
	free(s->lookups);
	s->lookups = NULL;
}

/* Findings are told by their place in the configuration. */
static void lookup_reload(struct shell *s, const struct config *old)
{
	(void)old;
	s->lookups->epoch = (s->lookups->epoch + 1) & 0xffff;
	memset(s->lookups->finding, 0, sizeof(s->lookups->finding));
}

const struct hand hand_lookup = {
	.open = lookup_open, .close = lookup_close, .reload = lookup_reload
};
