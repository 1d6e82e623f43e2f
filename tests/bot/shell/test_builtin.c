/* The prompts that are there by themselves: in both languages, sayable, and in the schema. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/builtin.h"
#include "bot/shell/config.h"
#include "media/prompt/say.h"

#include <string.h>

static unsigned says_of(const char *language, const char *text)
{
	struct why why = { .text = "" };
	unsigned says;

	if (say_check(language, text, &says, &why) != OK)
		fail_msg("%s", why.text);
	return says;
}

static void each_can_be_said_in_both_languages_and_speaks_a_value_in_both_or_neither(void **state)
{
	(void)state;
	for (size_t i = 0; i < n_builtin_prompts; i++) {
		const struct builtin_prompt *p = &builtin_prompts[i];

		assert_int_equal(!p->en, !p->de);
		if (!p->en)
			continue;
		if (!says_of("en", p->en) != !says_of("de", p->de))
			fail_msg("%s speaks a value in one language only", p->name);
		assert_int_equal(says_of("de", p->de) & SAYS_TIME, 0);
	}
}

static void the_schema_names_each_once(void **state)
{
	size_t bytes;
	const char *schema = config_schema(&bytes);

	(void)state;
	for (size_t i = 0; i < n_builtin_prompts; i++) {
		char name[80];

		snprintf(name, sizeof(name), i ? ", %s%c" : ": %s%c", builtin_prompts[i].name,
			i + 1 < n_builtin_prompts ? ',' : '.');
		if (!memmem(schema, bytes, name, strlen(name)))
			fail_msg("\"%s\" is not in the schema's list", builtin_prompts[i].name);
		for (size_t other = 0; other < i; other++)
			assert_string_not_equal(
				builtin_prompts[other].name, builtin_prompts[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_can_be_said_in_both_languages_and_speaks_a_value_in_both_or_neither),
		cmocka_unit_test(the_schema_names_each_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
