/* foyer-sim over its real wires: HTTPS in, notifications and prompts out, telephones, files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "graph/sim/server.h"
#include "tests/graph/sim/webhook.h"

#include <curl/curl.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define TENANT "11111111-1111-1111-1111-111111111111"
#define APP "22222222-2222-2222-2222-222222222222"

static char dir[] = "/tmp/foyer-sim-test-XXXXXX", ca[64], origin[64], bearer[4096];
static pid_t child;
static struct webhook *hook;

static char *in_dir(const char *name)
{
	static char path[8][128];
	static unsigned turn;
	char *at = path[turn++ % 8];

	snprintf(at, 128, "%s/%s", dir, name);
	return at;
}

/* ---- a request ---- */

struct answer {
	long status;
	char *text;
	size_t n;
	json_t *json;
	char request_id[64];
};

static size_t on_text(char *data, size_t size, size_t n, void *cls)
{
	struct answer *a = cls;

	a->text = realloc(a->text, a->n + size * n + 1);
	assert_non_null(a->text);
	memcpy(a->text + a->n, data, size * n);
	a->n += size * n;
	a->text[a->n] = '\0';
	return size * n;
}

static size_t on_header(char *data, size_t size, size_t n, void *cls)
{
	struct answer *a = cls;

	if (n > 12 && strncasecmp(data, "request-id: ", 12) == 0)
		snprintf(a->request_id, sizeof(a->request_id), "%.36s", data + 12);
	return size * n;
}

/* authorization is a whole header, or NULL. */
static struct answer ask(const char *method, const char *path, const char *authorization,
	const char *body, size_t bytes)
{
	struct answer a = { 0 };
	struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
	CURL *c = curl_easy_init();
	char url[512];
	json_error_t e;

	snprintf(url, sizeof(url), "%s%s", origin, path);
	if (authorization)
		headers = curl_slist_append(headers, authorization);
	headers = curl_slist_append(headers, "Expect:");
	curl_easy_setopt(c, CURLOPT_URL, url);
	curl_easy_setopt(c, CURLOPT_CAINFO, ca);
	curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, method);
	curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
	curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_text);
	curl_easy_setopt(c, CURLOPT_WRITEDATA, &a);
	curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, on_header);
	curl_easy_setopt(c, CURLOPT_HEADERDATA, &a);
	curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 30000L);
	curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
	if (body) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE, (long)bytes);
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, body);
	} else if (strcmp(method, "POST") == 0) {
		curl_easy_setopt(c, CURLOPT_POSTFIELDS, "");
	}
	curl_easy_perform(c);
	curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &a.status);
	curl_easy_cleanup(c);
	curl_slist_free_all(headers);
	a.json = a.text ? json_loads(a.text, 0, &e) : NULL;
	return a;
}

static void forget(struct answer *a)
{
	json_decref(a->json);
	free(a->text);
}

static long status_of(
	const char *method, const char *path, const char *authorization, const char *body)
{
	struct answer a = ask(method, path, authorization, body, body ? strlen(body) : 0);

	forget(&a);
	return a.status;
}

/* ---- the process ---- */

static void scenario_write(const char *text)
{
	FILE *f = fopen(in_dir("scenario.json"), "w");

	assert_non_null(f);
	fprintf(f,
		"{\"tenant\":\"" TENANT "\",\"app_id\":\"" APP "\",\"client_secret\":\"s\","
		"\"webhook\":\"https://127.0.0.1:%u/in\",\"application_instances\":[{\"id\":\"" APP
		"\"}]%s}",
		webhook_port(hook), text);
	fclose(f);
}

/* Another process, as the real program is: this one, started with the folder's name. */
static int serve(const char *folder)
{
	struct server_conf conf = { .address = "127.0.0.1", .relay_key = "shared", .paused = true };
	struct why why = { .text = "" };

	snprintf(dir, sizeof(dir), "%s", folder);
	conf.scenario = in_dir("scenario.json");
	conf.certificate = in_dir("tls.pem");
	conf.key = in_dir("tls.key");
	conf.ca = in_dir("ca.pem");
	conf.record_dir = in_dir("rec");
	if (server_run(&conf, &why) == OK)
		return 0;
	fprintf(stderr, "%s\n", why.text);
	return 1;
}

static void start(const char *scenario)
{
	char *argv[] = { (char *)(uintptr_t) "serve", dir, NULL };
	posix_spawn_file_actions_t actions;
	int out[2];
	char line[128] = "";
	FILE *f;

	scenario_write(scenario);
	assert_int_equal(pipe2(out, O_CLOEXEC), 0);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, out[1], STDOUT_FILENO);
	assert_int_equal(posix_spawn(&child, "/proc/self/exe", &actions, NULL, argv, environ), 0);
	posix_spawn_file_actions_destroy(&actions);
	close(out[1]);
	f = fdopen(out[0], "r");
	assert_non_null(fgets(line, sizeof(line), f));
	fclose(f);
	assert_int_equal(sscanf(line, "foyer-sim: listening on %63s", origin), 1);
}

static void ended(int want)
{
	int status;

	assert_int_equal(waitpid(child, &status, 0), child);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), want);
}

static void token_get(void)
{
	static const char form[] =
		"grant_type=client_credentials&client_id=" APP
		"&client_secret=s&scope=https%3A%2F%2Fgraph.microsoft.com%2F.default";
	struct answer a = ask(
		"POST", "/" TENANT "/oauth2/v2.0/token", NULL, form, sizeof(form) - 1);

	assert_int_equal(a.status, 200);
	snprintf(bearer, sizeof(bearer), "Authorization: Bearer %s",
		json_string_value(json_object_get(a.json, "access_token")));
	forget(&a);
}

static void the_door_and_its_refusals(void **state)
{
	struct answer a;
	char *big = malloc(2 << 20);

	(void)state;
	start("");
	a = ask("GET", "/v1.0/communications/calls/" APP, NULL, NULL, 0);
	assert_int_equal(a.status, 401);
	assert_string_equal(json_string_value(json_object_get(
				    json_object_get(json_object_get(a.json, "error"), "innerError"),
				    "request-id")),
		a.request_id);
	forget(&a);
	assert_int_equal(
		status_of("POST", "/" TENANT "/oauth2/v2.0/token", NULL, "grant_type=x"), 400);
	token_get();
	assert_int_equal(status_of("GET", "/v1.0/communications/calls/" APP, bearer, NULL), 404);
	assert_int_equal(status_of("GET", "/sim/nothing", NULL, NULL), 404);
	assert_int_equal(status_of("POST", "/sim/calls", NULL, "{\"number\":5}"), 400);
	assert_int_equal(status_of("POST", "/relay/legs", NULL, "{}"), 401);
	assert_int_equal(
		status_of("POST", "/relay/legs", "Authorization: Bearer shared", "{}"), 400);
	memset(big, ' ', 2 << 20);
	a = ask("POST", "/v1.0/communications/calls", bearer, big, 2 << 20);
	assert_int_equal(a.status, 413);
	forget(&a);
	free(big);
	a = ask("GET", "/sim/books", NULL, NULL, 0);
	assert_int_equal(json_array_size(json_object_get(a.json, "refused")), 4);
	assert_true(json_is_false(json_object_get(a.json, "started")));
	forget(&a);
	/* Nobody is scripted, so nobody is awaited. */
	assert_int_equal(status_of("POST", "/sim/idle?timeout_ms=5000", NULL, NULL), 200);
	kill(child, SIGTERM);
	ended(0);
}

static void relay_legs_have_ports(void **state)
{
	static const char leg[] =
		"{\"leg\":\"a\",\"rtp\":{\"address\":\"127.0.0.1\",\"port\":40000,\"codec\":"
		"\"opus/48000/2\",\"payload_type\":111,\"telephone_event\":101,\"ptime\":20}}";
	struct answer a;

	(void)state;
	start("");
	a = ask("POST", "/relay/legs", "Authorization: Bearer shared", leg, sizeof(leg) - 1);
	assert_int_equal(a.status, 201);
	assert_true(
		json_integer_value(json_object_get(json_object_get(a.json, "rtp"), "port")) > 0);
	assert_non_null(json_object_get(a.json, "blob"));
	forget(&a);
	assert_int_equal(
		status_of("DELETE", "/relay/legs/a", "Authorization: Bearer shared", NULL), 204);
	assert_int_equal(
		status_of("DELETE", "/relay/legs/a", "Authorization: Bearer shared", NULL), 404);
	assert_int_equal(status_of("POST", "/sim/stop", NULL, NULL), 204);
	ended(0);
}

/* ---- a call from end to end ---- */

static char call_path[128];

static long verb(const char *method, const char *what, const char *body)
{
	char path[256];

	snprintf(path, sizeof(path), "%s%s", call_path, what);
	return status_of(method, path, bearer, body);
}

/* The next item for which wanted says so; 10 s are an eternity. */
static json_t *await(bool (*wanted)(json_t *data))
{
	json_t *item;

	while ((item = webhook_next(hook, 10000))) {
		json_t *data = json_object_get(item, "resourceData");

		if (wanted(data))
			return item;
		json_decref(item);
	}
	fail_msg("the notification never came");
	return NULL;
}

static bool incoming(json_t *d)
{
	const char *s = json_string_value(json_object_get(d, "state"));

	return s && strcasecmp(s, "incoming") == 0;
}

static bool active(json_t *d)
{
	const char *s = json_string_value(
		json_object_get(json_object_get(d, "mediaState"), "audio"));

	return s && strcmp(s, "active") == 0;
}

static bool operation(json_t *d)
{
	return json_object_get(d, "status") != NULL;
}

static bool terminated(json_t *d)
{
	const char *s = json_string_value(json_object_get(d, "state"));

	return s && strcasecmp(s, "terminated") == 0;
}

static void play(const char *file, const char *status, int subcode)
{
	char body[512];
	json_t *item, *data, *info, *n;

	snprintf(body, sizeof(body),
		"{\"prompts\":[{\"@odata.type\":\"#microsoft.graph.mediaPrompt\",\"mediaInfo\":{"
		"\"uri\":"
		"\"https://127.0.0.1:%u/%s\",\"resourceId\":\"%s\"}}]}",
		webhook_port(hook), file, file);
	assert_int_equal(verb("POST", "/playPrompt", body), 200);
	item = await(operation);
	data = json_object_get(item, "resourceData");
	assert_int_equal(strcasecmp(json_string_value(json_object_get(data, "status")), status), 0);
	info = json_object_get(data, "resultInfo");
	n = json_object_get(info, "subcode") ? json_object_get(info, "subcode")
					     : json_object_get(info, "subCode");
	assert_int_equal(
		json_is_string(n) ? strtol(json_string_value(n), NULL, 10) : json_integer_value(n),
		subcode);
	json_decref(item);
}

/* The token of a notification verifies with the key the OpenID document leads to. */
static void notification_token_check(void)
{
	struct answer doc = ask("GET", "/v1/.well-known/OpenIdConfiguration", NULL, NULL, 0), keys;
	const char *uri = json_string_value(json_object_get(doc.json, "jwks_uri"));

	assert_int_equal(strncmp(uri, origin, strlen(origin)), 0);
	keys = ask("GET", uri + strlen(origin), NULL, NULL, 0);
	assert_true(webhook_token_good(hook, keys.json, APP, TENANT));
	forget(&doc);
	forget(&keys);
}

static void answered(const char *body)
{
	json_t *item = await(incoming);
	const char *id = json_string_value(
		json_object_get(json_object_get(item, "resourceData"), "id"));

	snprintf(call_path, sizeof(call_path), "/v1.0/communications/calls/%s", id);
	json_decref(item);
	assert_int_equal(verb("POST", "/answer", body), 202);
	json_decref(await(active));
}

static void a_call_from_end_to_end(void **state)
{
	char body[512];
	struct answer a;
	json_t *call;
	struct stat st;

	(void)state;
	start(",\"callers\":[{\"name\":\"ann\",\"number\":\"+15550100\",\"talk_s\":60}]");
	token_get();
	assert_int_equal(status_of("POST", "/sim/start", NULL, NULL), 204);
	snprintf(body, sizeof(body),
		"{\"callbackUri\":\"https://127.0.0.1:%u/"
		"cb?n=1\",\"acceptedModalities\":[\"audio\"],"
		"\"mediaConfig\":{\"@odata.type\":\"#microsoft.graph.serviceHostedMediaConfig\"}}",
		webhook_port(hook));
	answered(body);
	notification_token_check();
	play("good.wav", "completed", 0);
	play("slow.wav", "failed", 8535); /* 8 kHz */
	play("absent.wav", "failed", 8536);
	assert_int_equal(status_of("POST", "/sim/idle?timeout_ms=20", NULL, NULL), 408);
	assert_int_equal(verb("DELETE", "", NULL), 204);
	json_decref(await(terminated));
	assert_int_equal(status_of("POST", "/sim/idle?timeout_ms=10000", NULL, NULL), 200);
	a = ask("GET", "/sim/books", NULL, NULL, 0);
	call = json_array_get(json_object_get(a.json, "calls"), 0);
	assert_string_equal(json_string_value(json_object_get(call, "ended_by")), "bot");
	assert_int_equal(json_integer_value(json_object_get(call, "prompts")), 3);
	assert_int_equal(stat(json_string_value(json_object_get(call, "wav")), &st), 0);
	assert_true(st.st_size > 44 + 32000 / 5);
	assert_int_equal(json_array_size(json_object_get(a.json, "refused")), 0);
	forget(&a);
	assert_int_equal(status_of("POST", "/sim/stop", NULL, NULL), 204);
	ended(0);
}

static void a_bad_scenario_does_not_start(void **state)
{
	struct server_conf conf = { .scenario = in_dir("scenario.json"), .check = true };
	struct why why;

	(void)state;
	scenario_write(",\"colour\":\"blue\"");
	assert_int_equal(server_run(&conf, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "scenario.json: scenario: \"colour\" is unknown"));
	scenario_write("");
	assert_int_equal(server_run(&conf, &why), OK);
	conf.scenario = in_dir("none.json");
	assert_int_equal(server_run(&conf, &why), E_ABSENT);
}

static int set_up(void **state)
{
	char command[128];

	(void)state;
	if (!mkdtemp(dir))
		return -1;
	snprintf(command, sizeof(command), "scripts/certs %s >/dev/null", dir);
	if (system(command) != 0 || mkdir(in_dir("rec"), 0777) != 0)
		return -1;
	snprintf(ca, sizeof(ca), "%s/ca.pem", dir);
	curl_global_init(CURL_GLOBAL_DEFAULT);
	hook = webhook_new(in_dir("tls.pem"), in_dir("tls.key"));
	return hook ? 0 : -1;
}

static int tear_down(void **state)
{
	char command[128];

	(void)state;
	webhook_free(hook);
	curl_global_cleanup();
	snprintf(command, sizeof(command), "rm -rf %s", dir);
	return system(command);
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_bad_scenario_does_not_start),
		cmocka_unit_test(the_door_and_its_refusals),
		cmocka_unit_test(relay_legs_have_ports),
		cmocka_unit_test(a_call_from_end_to_end),
	};
	if (argc == 2 && strcmp(argv[0], "serve") == 0)
		return serve(argv[1]);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
