/* Every fault of a configuration, with its place and what would be right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/base/err.h"
#include "bot/core/strategy.h"
#include "bot/shell/config.h"
#include "bot/shell/schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define HEAD                                                              \
	"{\"public_url\":\"https://cc.example.com\",\n"                   \
	"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},\n"     \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\"," \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],\n"
#define OTHER "99999999-0000-4000-8000-000000000009"
#define TWO                                                                                      \
	"{\"public_url\":\"https://cc.example.com\",\n"                                          \
	"\"listen\":{\"certificate\":\"a.pem\",\"key\":\"a.key\"},\n"                            \
	"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","                        \
	"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\",\"tenants\":[\"" OTHER "\"]},\n" \
	"{\"name\":\"two\",\"app_id\":\"22222222-2222-4333-8444-555555555555\","                 \
	"\"tenant_id\":\"" OTHER "\"}],\n"
#define USER "\"user\":\"bbbbbbbb-0000-4000-8000-000000000001\""

static const struct {
	const char *name, *text;
	const char *want; /* "line:column: beginning of the sentence"; NULL: no fault */
} rows[] = {
	{ "the smallest one that works",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"play\":\"greeting\"}]}}",
		NULL },
	{ "the design's own example of flows",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"welcome\"}],\n"
		     "\"flows\":{\"welcome\":[{\"play\":\"greeting\"},{\"menu\":{\"1\":\"sales\","
		     "\"2\":\"sales\"}}]},\n"
		     "\"queues\":{\"sales\":{\"strategy\":\"longest-idle\",\"ring_seconds\":20,"
		     "\"hand_off\":\"bridge\"}},\n"
		     "\"agents\":[{" USER
		     ",\"name\":\"A\",\"queues\":[\"sales\"],\"skills\":{\"en\":3}}],\n"
		     "\"hours\":{},\"prompts\":{},\"voice\":{},\"store\":{}}",
		NULL },
	{ "not JSON", "{\"public_url\": }", "1:16: unexpected token" },
	{ "not an object", "[1]", "1:1: an object belongs here, not array" },
	{ "duplicate member", "{\"flows\":{},\n\"flows\":{}}", "2:" },
	{ "member missing", "{\"public_url\":\"https://a.example\"}", "1:1: \"bots\" is missing" },
	{ "unknown member",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"play\":\"greeting\"}]},\n"
		     "  \"colour\":\"red\"}",
		"6:3: \"colour\" is unknown here (have: " },
	{ "wrong type",
		HEAD "\"entries\":[{\"default\":\"yes\",\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"play\":\"greeting\"}]}}",
		"4:23: a boolean belongs here, not string" },
	{ "strategy unknown",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"q\"}]},\n"
		     "\"queues\":{\"q\":{\"strategy\":\"longest\"}}}",
		"5:27: \"longest\" is unknown (have: longest-idle, round-robin," },
	{ "card's word unknown",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"q\"}]},\n"
		     "\"queues\":{\"q\":{\"card\":\"ask\"}}}",
		"5:23: \"ask\" is unknown (have: off, inform, accept)" },
	{ "cards where nobody can carry them",
		HEAD "\"cloud\":\"china\",\"endpoints\":{\"call_openid\":\"https://x.example/o\"},"
		     "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"q\"}]},\n"
		     "\"queues\":{\"q\":{\"card\":\"inform\"}}}",
		"5:23: cards need the Bot Connector" },
	{ "two queues for the chats of a tenant",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"q\"}]},\n"
		     "\"queues\":{\"q\":{\"chats\":true},\"r\":{\"chats\":true}}}",
		"5:43: queue \"q\" takes this tenant's chats already" },
	{ "an app's version of two numbers",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"greeting\"}]},\n"
		     "\"teams_app\":{\"version\":\"1.0\"}}",
		"5:24: \"1.0\" does not fit: Three numbers like 1.0.0" },
	{ "number out of range",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"q\"}]},\n"
		     "\"queues\":{\"q\":{\"ring_seconds\":900}}}",
		"5:31: 900 is out of range: 1 to 180" },
	{ "not a GUID",
		HEAD "\"entries\":[{\"application_instance\":\"7\",\"flow\":\"a\"}],\n"
		     "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"4:36: \"7\" does not fit: a GUID like" },
	{ "flow unknown",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"b\"}],\n\"flows\":{\"a\":[{"
		     "\"play\":\"greeting\"}]}}",
		"4:35: flow \"b\" is unknown (have: a)" },
	{ "prompt unknown",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"play\":\"hallo\"}]}}",
		"5:23: prompt \"hallo\" is unknown (have: greeting, menu," },
	{ "queue unknown",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"queue\":\"s\"}]}}",
		"5:24: queue \"s\" is unknown (have: none)" },
	{ "menu leads nowhere",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"menu\":{\"1\":\"x\"}}]}}",
		"5:28: \"x\" is neither flow nor queue" },
	{ "menu without a key",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"menu\":{}}]}}",
		"5:23: this menu has no key" },
	{ "name of a flow and a queue",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n\"flows\":{\"a\":[{"
		     "\"menu\":{\"1\":\"a\"}}]},\n"
		     "\"queues\":{\"a\":{}}}",
		"5:28: \"a\" is both a flow and a queue" },
	{ "step behind the end",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n"
		     "\"flows\":{\"a\":[{\"hang_up\":true},{\"play\":\"greeting\"}]}}",
		"5:32: this step is never reached" },
	{ "two steps in one",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n"
		     "\"flows\":{\"a\":[{\"hang_up\":true,\"play\":\"greeting\"}]}}",
		"5:15: at most 1 members allowed" },
	{ "two defaults",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"},{\"default\":true,\"flow\":"
		     "\"a\"}],\n"
		     "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"4:40: entry 0 is the default already" },
	{ "agent of a queue that is not",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"greeting\"}]},\n"
		     "\"agents\":[{" USER ",\"name\":\"A\",\"queues\":[\"s\"]}]}",
		"5:79: queue \"s\" is unknown" },
	{ "agent twice",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"greeting\"}]},\n"
		     "\"agents\":[{" USER ",\"name\":\"A\",\"queues\":[]},\n{" USER
		     ",\"name\":\"B\",\"queues\":[]}]}",
		"6:9: this user is agent \"A\" already" },
	{ "two bots, two tenants, nothing crosses",
		TWO "\"entries\":[{\"default\":true,\"flow\":\"a\",\"tenant\":\"" OTHER "\"},"
		    "{\"default\":true,\"flow\":\"a\",\"bot\":\"two\"},{\"default\":true,\"flow\":"
		    "\"b\"}],\n"
		    "\"flows\":{\"a\":[{\"queue\":\"s\"}],\"b\":[{\"play\":\"greeting\"}]},"
		    "\"queues\":{\"s\":{\"tenant\":\"" OTHER "\"}},\n"
		    "\"agents\":[{" USER ",\"name\":\"A\",\"queues\":[\"s\"],\"tenant\":\"" OTHER
		    "\"}]}",
		NULL },
	{ "two defaults of one tenant",
		TWO "\"entries\":[{\"default\":true,\"flow\":\"a\"},\n{\"default\":true,\"flow\":"
		    "\"a\"}],"
		    "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"6:1: entry 0 is the default already" },
	{ "an entry leads through a menu into another tenant's queue",
		TWO "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\n"
		    "\"flows\":{\"a\":[{\"menu\":{\"1\":\"b\"}}],\"b\":[{\"queue\":\"s\"}]},"
		    "\"queues\":{\"s\":{\"tenant\":\"" OTHER "\"}}}",
		"5:12: this entry leads to queue \"s\", which is another tenant's" },
	{ "an agent of another tenant",
		TWO "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		    "\"s\"}]},"
		    "\"queues\":{\"s\":{}},\n"
		    "\"agents\":[{" USER ",\"name\":\"A\",\"queues\":[\"s\"],\"tenant\":\"" OTHER
		    "\"}]}",
		"6:11: agent \"A\" serves queue \"s\", which is another tenant's" },
	{ "a tenant nobody serves",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"queue\":"
		     "\"s\"}]},\n"
		     "\"queues\":{\"s\":{\"tenant\":\"" OTHER "\"}}}",
		"5:25: no bot serves this tenant" },
	{ "a bot nobody named",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\",\"bot\":\"b\"}],"
		     "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"4:45: bot \"b\" is unknown (have: main)" },
	{ "a tenant the entry's bot does not serve",
		TWO "\"entries\":[{\"default\":true,\"flow\":\"a\",\"bot\":\"two\",\n\"tenant\":"
		    "\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
		    "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"6:10: bot \"two\" does not serve this tenant" },
	{ "a national cloud by one word",
		HEAD "\"cloud\":\"us-gov-l4\",\"entries\":[{\"default\":true,\"flow\":\"a\"}],"
		     "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		NULL },
	{ "keys where no host can be",
		HEAD "\"endpoints\":{\"keys_hosts\":[\"https://keys.example\"]},\n"
		     "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"greeting\"}]}}",
		"4:28: \"https://keys.example\"" },
	{ "relay without an address",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\",\"media\":\"relay\"}],\n"
		     "\"flows\":{\"a\":[{\"play\":\"greeting\"}]}}",
		"4:12: \"media\": \"relay\" needs" },
	{ "http beyond this machine",
		"{\"public_url\":\"http://"
		"cc.example.com\",\n\"listen\":{\"certificate\":\"a\",\"key\":\"b\"},"
		"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","
		"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
		"\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		"\"greeting\"}]}}",
		"1:15: http is allowed to a loopback address only" },
	{ "plain door on all addresses",
		"{\"public_url\":\"https://cc.example.com\",\n\"listen\":{\"plain\":true},"
		"\"bots\":[{\"app_id\":\"11111111-2222-4333-8444-555555555555\","
		"\"tenant_id\":\"7d0f6a52-3c1b-4b8e-9d7e-2f3a4b5c6d7e\"}],"
		"\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		"\"greeting\"}]}}",
		"2:19: plain HTTP is allowed on a loopback address only" },
	{ "prompt without sound",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"language\":\"en\"}}}",
		"5:16: prompt \"p\" has neither" },
	{ "a prompt twice in one language",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"text\":{\"de\":\"x\"},\"wav\":{\"de\":\"x.wav\"}}}}",
		"5:42: prompt \"p\" has both \"text\" and \"wav\" in \"de\"" },
	{ "a language nobody speaks",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"text\":{\"tlh\":\"x\"}}}}",
		"5:25: \"tlh\" is unknown here (have: en, de)" },
	{ "neither text nor list of texts",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"text\":1}}}",
		"5:24: a string or an object belongs here, not integer" },
	{ "file that is not there",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"wav\":\"nowhere.wav\"}}}",
		"5:23: ./nowhere.wav cannot be read" },
	{ "a text with a placeholder there is none of",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"text\":{\"de\":\"Nummer {nummer}\"}}}}",
		"5:30: \"{nummer}\" is unknown (have: {number}, {ordinal}, {minutes}" },
	{ "a text with a time of day that nobody knows",
		HEAD "\"entries\":[{\"default\":true,\"flow\":\"a\"}],\"flows\":{\"a\":[{\"play\":"
		     "\"p\"}]},\n"
		     "\"prompts\":{\"p\":{\"text\":\"Until {time}.\"}}}",
		"5:24: {time} has no time to say here: {time 9:30} would be right" },
};

static struct config *parse(const char *text, struct faults *faults)
{
	struct config *c = NULL;
	struct why why;
	enum err e = config_parse(text, strlen(text), "test.json", &c, faults, &why);

	assert_int_equal(e == OK, c != NULL);
	assert_int_equal(e == OK, faults->n == 0);
	return c;
}

static void each_row(void **state)
{
	struct faults *faults = malloc(sizeof(*faults));

	int bad = 0;

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		char got[500] = "";
		struct config *c;

		memset(faults, 0, sizeof(*faults));
		c = parse(rows[i].text, faults);
		if (faults->n > 0)
			snprintf(got, sizeof(got), "%d:%d: %s", faults->item[0].line,
				faults->item[0].column, faults->item[0].text);
		if (!rows[i].want != !got[0] ||
			(rows[i].want && strncmp(got, rows[i].want, strlen(rows[i].want)) != 0))
			bad += printf("# %s:\n#   got  %s\n#   want %s\n", rows[i].name, got,
				       rows[i].want) > 0;
		config_free(c);
	}
	free(faults);
	assert_int_equal(bad, 0);
}

static void all_faults_are_told_and_not_only_the_first(void **state)
{
	struct faults *faults = calloc(1, sizeof(*faults));

	(void)state;
	parse(HEAD "\"entries\":[{\"default\":1,\"flow\":2}],\"flows\":{\"A\":[]},\"x\":1}",
		faults);
	assert_int_equal(faults->n, 5);
	free(faults);
}

static void the_example_is_compiled_with_its_defaults(void **state)
{
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *c = NULL;
	struct why why;
	size_t bytes;
	const char *text = config_example(&bytes);

	(void)state;
	assert_int_equal(config_parse(text, bytes, NULL, &c, faults, &why), OK);
	assert_int_equal(c->plan.n_queues, 3);
	assert_int_equal(c->plan.queue[0].ring_ms, 5000);
	assert_int_equal(c->plan.queue[0].wait_ms_max, 1200000); /* a default */
	assert_int_equal(c->plan.queue[1].hand_off, HAND_OFF_TRANSFER);
	assert_string_equal(strategy_at(c->plan.queue[1].strategy)->name, "round-robin");
	assert_int_equal(c->plan.queue[0].n_members, 2);
	assert_int_equal(c->plan.queue[1].n_members, 2);
	assert_int_equal(c->plan.member[c->plan.queue[1].first_member], 1); /* Ben, then Cleo */
	assert_true(c->entry[1].relay);
	assert_int_equal(c->realm[0].default_entry, 2);
	assert_string_equal(c->prompt_base, "https://127.0.0.1:8443/prompts");
	assert_string_equal(c->endpoint.graph_scope, "https://graph.microsoft.com");
	config_free(c);
	free(faults);
}

/* A language that a prompt lacks is said in the voice's, or in what there is. */
static void prompts_are_compiled_in_each_language(void **state)
{
	static const char text[] = HEAD
		"\"voice\":{\"language\":\"de\"},\"entries\":[{\"default\":true,\"flow\":\"a\"}],"
		"\"flows\":{\"a\":[{\"play\":\"p\"},{\"play\":\"q\"},{\"play\":\"r\"}]},"
		"\"prompts\":{\"p\":{\"text\":{\"en\":\"E\",\"de\":\"D\"}},\"q\":{\"text\":\"Q\"},"
		"\"r\":{\"text\":\"R {number}\",\"language\":\"en\"}}}";
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *c = NULL;

	(void)state;
	assert_int_equal(config_parse(text, strlen(text), NULL, &c, faults, NULL), OK);
	assert_int_equal(c->n_languages, 2);
	assert_string_equal(c->language[0], "de");
	assert_string_equal(c->prompt[0].in[0].text, "D");
	assert_string_equal(c->prompt[0].in[1].text, "E");
	assert_string_equal(c->prompt[1].in[1].text, "Q");
	assert_int_equal(c->prompt[1].in[1].language, 0);
	assert_string_equal(c->prompt[2].in[0].text, "R {number}");
	assert_int_equal(c->prompt[2].in[0].language, 1);
	assert_true(c->prompt[2].in[0].numbered);
	assert_string_equal(c->prompt[3].name, "greeting"); /* built in */
	assert_ptr_not_equal(c->prompt[3].in[0].text, c->prompt[3].in[1].text);
	config_free(c);
	free(faults);
}

/* The card waits as long as the ring after it. */
static void cards_are_compiled(void **state)
{
	static const char text[] = HEAD
		"\"entries\":[{\"default\":true,\"flow\":\"a\"}],"
		"\"flows\":{\"a\":[{\"queue\":\"p\"}]},"
		"\"queues\":{\"p\":{},\"q\":{\"card\":\"inform\",\"card_caller\":\"full\"},"
		"\"r\":{\"card\":\"accept\",\"card_caller\":\"hidden\",\"activity_feed\":true}}}";
	struct faults *faults = calloc(1, sizeof(*faults));
	struct config *c = NULL;

	(void)state;
	assert_int_equal(config_parse(text, strlen(text), NULL, &c, faults, NULL), OK);
	assert_int_equal(c->queue[0].card, CARDS_OFF);
	assert_int_equal(c->queue[0].card_caller, CALLER_MASKED);
	assert_int_equal(c->plan.queue[0].ring_ms, 20000);
	assert_int_equal(c->queue[1].card, CARDS_INFORM);
	assert_int_equal(c->queue[1].card_caller, CALLER_FULL);
	assert_false(c->queue[1].activity_feed);
	assert_int_equal(c->plan.queue[1].ring_ms, 20000);
	assert_int_equal(c->queue[2].card, CARDS_ACCEPT);
	assert_int_equal(c->queue[2].card_caller, CALLER_HIDDEN);
	assert_true(c->queue[2].activity_feed);
	assert_int_equal(c->plan.queue[1].accept_ms, 0);
	assert_int_equal(c->plan.queue[2].accept_ms, 20000);
	assert_int_equal(c->plan.queue[2].ring_ms, 20000);
	assert_string_equal(c->flow_name[0], "a");
	config_free(c);
	free(faults);
}

static void every_keyword_of_the_schema_is_read(void **state)
{
	size_t bytes;
	const char *text = config_schema(&bytes);
	json_t *schema = json_loadb(text, bytes, JSON_REJECT_DUPLICATES, NULL);
	struct why why;

	(void)state;
	assert_non_null(schema);
	if (!schema_is_known(schema, &why))
		fail_msg("%s", why.text);
	json_object_set_new(json_object_get(json_object_get(schema, "properties"), "hours"),
		"oneOf", json_array());
	assert_false(schema_is_known(schema, &why));
	json_decref(schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(all_faults_are_told_and_not_only_the_first),
		cmocka_unit_test(the_example_is_compiled_with_its_defaults),
		cmocka_unit_test(prompts_are_compiled_in_each_language),
		cmocka_unit_test(cards_are_compiled),
		cmocka_unit_test(every_keyword_of_the_schema_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
