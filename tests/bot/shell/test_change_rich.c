/* The key for content that comes along, in a service that runs for longer than a key lasts. */
#include "tests/bot/shell/desk.h"

#include "bot/base/clock.h"
#include "bot/base/err.h"
#include "bot/shell/change.h"

#include <unistd.h>

static struct told told;

static struct subs *subs_of(void)
{
	const struct subs_conf conf = { .url = "https://x/1",
		.lifecycle_url = "https://x/2",
		.url_head = "https://x/",
		.graph = "https://graph" };
	struct subs *subs;

	assert_int_equal(subs_new(&conf, &subs, NULL), OK);
	return subs;
}

/* The store leaves its lock and its logs behind. */
static void clear(const char *folder)
{
	static const char *const names[] = { "", "-shm", "-wal", "-lock", "-contacts",
		"-contacts-shm", "-contacts-wal" };
	char path[96];

	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		snprintf(path, sizeof(path), "%s/f.sqlite%s", folder, names[i]);
		unlink(path);
	}
	assert_int_equal(rmdir(folder), 0);
}

static void a_key_that_is_old_is_renewed_while_it_runs(void **state)
{
	struct config *conf = desk_config();
	static struct shell s;
	char folder[] = "/tmp/foyer-rich-XXXXXX", path[64];
	struct store_summary found;
	struct why why;
	struct rich_key *old;
	uint64_t now_s = clock_unix_ms() / 1000;

	(void)state;
	assert_non_null(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/f.sqlite", folder);
	s.conf = conf;
	s.told = &told;
	assert_int_equal(store_open(path, &s.store, &found, &why), OK);
	for (uint16_t i = 0; i < s.conf->n_realms; i++)
		told.realm[i].subs = subs_of();
	assert_int_equal(rich_key_make(now_s - RICH_KEY_AGE_S - 60, &old, &why), OK);
	told.key[0] = old;
	rich_run(&s);
	assert_ptr_equal(told.key[1], old); /* what it was used for is opened still */
	assert_true(rich_key_made_unix_s(told.key[0]) >= now_s);
	assert_true(rich_deadline_ms(&s) > clock_mono_ms());
	told.key_look_ms = 0;
	rich_run(&s); /* and not twice */
	assert_ptr_equal(told.key[1], old);
	rich_stop(&s);
	for (uint16_t i = 0; i < s.conf->n_realms; i++)
		subs_free(told.realm[i].subs);
	store_close(s.store);
	config_free(conf);
	clear(folder);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_key_that_is_old_is_renewed_while_it_runs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
