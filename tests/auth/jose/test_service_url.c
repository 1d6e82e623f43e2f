/* Where answers go: what a token's claim says, and the hosts we know. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "auth/jose/service_url.h"

#include "bot/base/text.h"

static const struct {
	const char *claim, *activity;
	bool same;
} pairs[] = {
	{ "https://smba.test/emea", "https://smba.test/emea", true },
	{ "https://smba.test/emea/", "https://smba.test/emea", true },
	{ "https://smba.test/emea", "https://smba.test/emea/", true },
	{ "https://smba.test", "https://smba.test/", true },
	{ "HTTPS://SMBA.test/emea", "https://smba.TEST/emea/", true },
	{ "https://smba.test/emea", "https://smba.test/EMEA", false },
	{ "https://smba.test/emea", "https://smba.test/emea//", false },
	{ "https://smba.test/emea", "https://smba.test/emea/x", false },
	{ "https://smba.test/emea", "https://smba.test/", false },
	{ "https://smba.test/emea", "https://smba.test.thief.test/emea", false },
	{ "https://smba.test/emea", "https://thief.test/emea", false },
	{ "https://smba.test/emea", "http://smba.test/emea", false },
	{ "https://smba.test/emea", "https://smba.test:444/emea", false },
	{ "https://smba.test/emea", "https://smba.test?/emea", false },
	{ "https://smba.test?a", "https://smba.test?A", false },
	{ "https://", "https://", false },
	{ "smba.test", "smba.test", false },
	{ "https:///", "https:///", false },
	{ "/", "/", false },
	{ "", "", false },
	{ "", "https://smba.test", false },
	{ "https://smba.test", "", false },
	{ NULL, "https://smba.test", false },
	{ "https://smba.test", NULL, false },
};

static void a_claim_names_the_address_of_its_activity(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(pairs); r++)
		if (service_url_same(pairs[r].claim, pairs[r].activity) != pairs[r].same)
			fail_msg("%s and %s", pairs[r].claim, pairs[r].activity);
}

static const struct {
	const char *url, *also;
	bool believed;
} urls[] = {
	{ "https://smba.trafficmanager.net/emea/", NULL, true },
	{ "https://smba.trafficmanager.net", "", true },
	{ "https://SMBA.trafficmanager.net/", NULL, true },
	{ "https://smba.trafficmanager.net:443/", NULL, true },
	{ "https://smba.infra.gcc.teams.microsoft.com/x", NULL, true },
	{ "https://smba.trafficmanager.net:444/", NULL, false },
	{ "https://smba.trafficmanager.net./", NULL, false },
	{ "http://smba.trafficmanager.net/", NULL, false },
	{ "https://smba.trafficmanager.net@thief.test/", NULL, false },
	{ "https://thief.test/smba.trafficmanager.net", NULL, false },
	{ "https://thief.test?smba.trafficmanager.net", NULL, false },
	{ "https://thief.test\\@smba.trafficmanager.net/", NULL, false },
	{ "https://x.smba.trafficmanager.net/", NULL, false },
	{ "https://smba.trafficmanager.net.thief.test/", NULL, false },
	{ "https://127.0.0.1:9443/", NULL, false },
	{ "", NULL, false },
	{ "https://127.0.0.1:9443/teams/", "https://127.0.0.1:9443", true },
	{ "http://127.0.0.1:9443/teams/", "http://127.0.0.1:9443/x", true },
	{ "http://127.0.0.1:9443/", "https://127.0.0.1:9443", false },
	{ "https://127.0.0.1:9443/", "http://127.0.0.1:9443", false },
	{ "https://127.0.0.1:9444/", "https://127.0.0.1:9443", false },
	{ "http://connector.test/", "http://connector.test/", false },
	{ "https://connector.test/", "https://connector.test/x", true },
};

static void our_token_goes_to_hosts_we_know(void **state)
{
	static const char *const hosts[] = { "smba.trafficmanager.net",
		"smba.infra.gcc.teams.microsoft.com", NULL };
	static const char *const none[] = { NULL };

	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(urls); r++)
		if (service_url_believed(urls[r].url, hosts, urls[r].also) != urls[r].believed)
			fail_msg("%s beside %s", urls[r].url, urls[r].also);
	assert_false(service_url_believed("https://smba.trafficmanager.net/", none, NULL));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_claim_names_the_address_of_its_activity),
		cmocka_unit_test(our_token_goes_to_hosts_we_know),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
