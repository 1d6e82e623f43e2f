/* What the centre remembers of a caller by number is found again by name under another
 * configuration. */
#include "bot/shell/config_inside.h"

static const char *prompt_name(const struct config *c, uint32_t i)
{
	return c->prompt[i].name;
}

static const char *need_name(const struct config *c, uint32_t i)
{
	return c->need_name[i];
}

static const char *language_name(const struct config *c, uint32_t i)
{
	return c->language[i];
}

static uint32_t *keys_of(
	struct compile *x, uint32_t n, const char *(*name)(const struct config *c, uint32_t i))
{
	uint32_t *key = config_kept_array(x->own, n, sizeof(*key));

	for (uint32_t i = 0; i < n; i++)
		key[i] = config_key(name(x->c, i));
	return key;
}

void compile_plan_keys(struct compile *x)
{
	struct config *c = x->c;
	struct plan *p = &c->plan;

	p->n_prompts = (uint32_t)c->n_prompts;
	p->n_languages = c->n_languages;
	p->prompt_key = keys_of(x, p->n_prompts, prompt_name);
	p->need_key = keys_of(x, p->n_needs, need_name);
	p->language_key = keys_of(x, p->n_languages, language_name);
}
