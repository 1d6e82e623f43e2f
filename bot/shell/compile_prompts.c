/* Prompts, in each language a caller may meet. */
#include "bot/shell/config_inside.h"

#include "bot/base/text.h"
#include "bot/shell/builtin.h"
#include "media/prompt/say.h"

#include <assert.h>
#include <string.h>
#include <unistd.h>

uint8_t config_language(const struct config *c, const char *name)
{
	for (uint8_t i = 0; i < c->n_languages; i++)
		if (strcmp(c->language[i], name) == 0)
			return i;
	return UINT8_MAX;
}

static void add_language(struct compile *x, const char *name)
{
	if (!name || config_language(x->c, name) != UINT8_MAX)
		return;
	assert(x->c->n_languages < PLAN_LANGUAGES_MAX); /* the schema knows fewer */
	x->c->language[x->c->n_languages++] = name;
}

static void add_languages_of(struct compile *x, json_t *words)
{
	const char *language;
	json_t *v;

	json_object_foreach(words, language, v) add_language(x, language);
}

/* The voice's own, then every one that an entry, a step or a prompt names. */
static void compile_languages(struct compile *x)
{
	json_t *root = x->own->root, *of, *step;
	const char *name;
	size_t i;

	add_language(x, x->c->voice.language);
	json_array_foreach(json_object_get(root, "entries"), i, of)
		add_language(x, text_of_member(of, "language"));
	json_object_foreach(json_object_get(root, "flows"), name, of)
	{
		json_array_foreach(of, i, step)
			add_language(x, text_of_member(json_object_get(step, "set"), "language"));
	}
	json_object_foreach(json_object_get(root, "prompts"), name, of)
	{
		add_language(x, text_of_member(of, "language"));
		add_languages_of(x, json_object_get(of, "text"));
		add_languages_of(x, json_object_get(of, "wav"));
	}
}

static bool speaks_value(const char *text, const char *language)
{
	unsigned says;

	return say_check(language, text, &says, NULL) == OK && says;
}

static void set_saying(struct compile *x, struct config_prompt *p, const char *language,
	const char *text, const char *wav)
{
	uint8_t l = config_language(x->c, language);

	p->in[l] = (struct config_saying){
		.text = text,
		.wav = text ? NULL : config_path(x->own, wav),
		.language = l,
		.numbered = text && speaks_value(text, language),
	};
}

static bool is_said(const struct config_saying *s)
{
	return s->text || s->wav;
}

/* A language that is missing is spoken in the voice's, or else in the first there is. */
static void fill_missing(struct compile *x, struct config_prompt *p)
{
	uint8_t other = 0;

	while (other + 1 < x->c->n_languages && !is_said(&p->in[other]))
		other++;
	for (uint8_t l = 0; l < x->c->n_languages; l++)
		if (!is_said(&p->in[l]))
			p->in[l] = p->in[other];
}

static struct config_prompt *new_prompt(struct compile *x, const char *name)
{
	struct config_prompt *p = &x->own->prompt[x->c->n_prompts++];

	snprintf(p->name, sizeof(p->name), "%s", name);
	json_object_set_new(x->own->prompt_index, name, json_integer((json_int_t)x->c->n_prompts));
	return p;
}

static void compile_builtin(struct compile *x, const struct builtin_prompt *b)
{
	struct config_prompt *p = new_prompt(x, b->name);

	for (uint8_t l = 0; l < x->c->n_languages && (b->en || l == 0); l++)
		set_saying(x, p, x->c->language[l],
			strcmp(x->c->language[l], "de") == 0 ? b->de : b->en, "");
	fill_missing(x, p); /* music is the same in all of them */
}

static void check_wav(struct compile *x, const char *wav, const char *at)
{
	const char *path = config_path(x->own, wav);

	if (path && !x->past && access(path, R_OK) != 0)
		fault_add(x->faults, at, false, "%s cannot be read", path);
}

/* What cannot be said; times of day there are only of the text's own. */
static void check_text(struct compile *x, const char *language, const char *text, const char *at)
{
	struct why why;
	unsigned says;

	if (x->past)
		return;
	if (say_check(language, text, &says, &why) != OK)
		fault_add(x->faults, at, false, "%s", why.text);
	else if (says & SAYS_TIME)
		fault_add(x->faults, at, false,
			"{time} has no time to say here: {time 9:30} would be right");
}

static void compile_saying(struct compile *x, struct config_prompt *p, const char *language,
	bool text, const char *word, const char *at)
{
	if (text)
		check_text(x, language, word, at);
	else
		check_wav(x, word, at);
	set_saying(x, p, language, text ? word : NULL, word);
}

/* "text" or "wav", for one language or for each. */
static void compile_sayings(struct compile *x, struct config_prompt *p, json_t *prompt,
	const char *what, const char *base)
{
	json_t *words = json_object_get(prompt, what), *word;
	const char *own = text_of_member(prompt, "language"), *language;
	bool text = strcmp(what, "text") == 0;
	char at[POINTER_MAX], below[POINTER_MAX];

	pointer_add(at, base, what);
	if (json_is_string(words)) {
		own = own ? own : x->c->voice.language;
		compile_saying(x, p, own, text, json_string_value(words), at);
		return;
	}
	json_object_foreach(words, language, word)
	{
		pointer_add(below, at, language);
		if (is_said(&p->in[config_language(x->c, language)]))
			fault_add(x->faults, below, true,
				"prompt \"%s\" has both \"text\" and \"wav\" in \"%s\": one would "
				"be right",
				p->name, language);
		compile_saying(x, p, language, text, json_string_value(word), below);
	}
}

static void compile_prompt(struct compile *x, const char *name, json_t *prompt)
{
	json_t *text = json_object_get(prompt, "text"), *wav = json_object_get(prompt, "wav");
	struct config_prompt *p = new_prompt(x, name);
	char base[POINTER_MAX], at[POINTER_MAX];

	pointer_add(base, "/prompts", name);
	pointer_add(at, base, "language");
	if (text && wav && (json_is_string(text) || json_is_string(wav))) {
		pointer_add(at, base, "wav");
		fault_add(x->faults, at, true,
			"prompt \"%s\" has both \"text\" and \"wav\": one would be right", name);
		return;
	}
	if (!text && !wav)
		fault_add(x->faults, base, false, "prompt \"%s\" has neither \"text\" nor \"wav\"",
			name);
	if (text_of_member(prompt, "language") && (json_is_object(text) || json_is_object(wav)))
		fault_add(x->faults, at, true,
			"\"language\" is of a single text: here each has its own already");
	compile_sayings(x, p, prompt, "text", base);
	compile_sayings(x, p, prompt, "wav", base);
	fill_missing(x, p);
}

void compile_prompts(struct compile *x)
{
	json_t *prompts = json_object_get(x->own->root, "prompts"), *p;
	const char *name;

	compile_languages(x);
	x->own->prompt = config_kept_array(
		x->own, json_object_size(prompts) + n_builtin_prompts, sizeof(*x->own->prompt));
	x->own->prompt_index = json_object();
	x->c->prompt = x->own->prompt;
	json_object_foreach(prompts, name, p) compile_prompt(x, name, p);
	for (size_t i = 0; i < n_builtin_prompts; i++)
		if (!json_object_get(prompts, builtin_prompts[i].name))
			compile_builtin(x, &builtin_prompts[i]);
}

uint16_t compile_prompt_named(struct compile *x, const char *name, const char *at)
{
	char have[400];
	struct text t = TEXT(have);
	json_t *found;

	if (!name || !*name)
		return 0;
	found = json_object_get(x->own->prompt_index, name);
	if (found)
		return (uint16_t)json_integer_value(found);
	for (size_t i = 0; i < x->c->n_prompts && !t.cut; i++)
		text_add(&t, "%s%s", i ? ", " : "", x->c->prompt[i].name);
	fault_add(x->faults, at, false, "prompt \"%.63s\" is unknown (have: %s)", name, have);
	return 0;
}

uint16_t compile_prompt_ref(
	struct compile *x, json_t *object, const char *name, const char *pointer)
{
	char at[POINTER_MAX];

	pointer_add(at, pointer, name);
	return compile_prompt_named(x, text_of_member(object, name), at);
}
