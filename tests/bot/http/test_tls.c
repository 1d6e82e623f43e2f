/* TLS with strangers as peers: openssl's s_client and curl. Certificates by scripts/certs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/bot/http/peer.h"

static char dir[64];

static const char *in_dir(const char *name)
{
	static char path[4][128];
	static unsigned turn_of;

	turn_of = (turn_of + 1) % 4;
	snprintf(path[turn_of], sizeof(path[0]), "%s/%s", dir, name);
	return path[turn_of];
}

static struct door_conf conf_tls(void)
{
	struct door_conf conf = conf_plain;

	conf.certificate = in_dir("tls.pem");
	conf.key = in_dir("tls.key");
	return conf;
}

/* Run a shell line beside the door; %d becomes the port, $D the directory. Its exit status. */
static int peer(struct door *d, char *out, size_t size, const char *fmt)
{
	uint64_t until = clock_mono_ms() + PATIENCE_MS;
	char line[1024];
	size_t used = 0;
	FILE *f;
	int fd;

	snprintf(line, sizeof(line), "P=%d; D=%s; { %s; } 2>&1", door_port(d), dir, fmt);
	f = popen(line, "re");
	assert_non_null(f);
	fd = fileno(f);
	fcntl(fd, F_SETFL, O_NONBLOCK);
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		ssize_t n = read(fd, out + used, size - 1 - used);

		if (n == 0)
			break;
		if (n > 0)
			used += (size_t)n;
		assert_true(used < size - 1);
		assert_true(clock_mono_ms() < until);
		if (n < 0)
			turn(d, &p, 1);
	}
	out[used] = '\0';
	return pclose(f);
}

#define CURL "curl -sS --max-time 15 --cacert $D/ca.pem "
#define S_CLIENT "openssl s_client -connect 127.0.0.1:$P -servername localhost -CAfile $D/ca.pem "

static const struct {
	const char *name, *line;
	bool fits;        /* exit status 0 */
	const char *want; /* in what it printed */
} rows[] = {
	{ "curl by name", CURL "https://localhost:$P/hello", true, "hello" },
	{ "curl by address", CURL "https://127.0.0.1:$P/hello", true, "hello" },
	{ "hsts", CURL "-D- -o /dev/null https://localhost:$P/hello", true,
		"Strict-Transport-Security: max-age=31536000" },
	{ "keep-alive",
		CURL "-w '%{num_connects}' https://localhost:$P/hello https://localhost:$P/hello",
		true, "hello1hello0" },
	{ "a body", CURL "--data abc https://localhost:$P/echo", true, "abc" },
	{ "a part of a file", CURL "-r 2-4 https://localhost:$P/file", true, "234" },
	{ "10 MB with expect",
		"head -c 10000000 /dev/zero | " CURL "-w ' %{http_code}' -H 'Expect: 100-continue' "
		"--data-binary @- https://localhost:$P/echo",
		true, "413" },
	{ "10 MB without",
		"head -c 10000000 /dev/zero | " CURL
		"-w ' %{http_code}' -H Expect: --data-binary @- https://localhost:$P/echo",
		true, "413" },
	{ "plain HTTP to the TLS port", "curl -sS --max-time 15 http://127.0.0.1:$P/hello", false,
		"curl: (" },
	{ "TLS 1.0", S_CLIENT "-tls1 -cipher ALL:@SECLEVEL=0 </dev/null", false,
		"read 0 bytes and written 1" },
	{ "TLS 1.1", S_CLIENT "-tls1_1 -cipher ALL:@SECLEVEL=0 </dev/null", false,
		"read 0 bytes and written 1" },
	{ "TLS 1.2", S_CLIENT "-tls1_2 -verify_return_error </dev/null", true,
		"Verify return code: 0" },
	{ "TLS 1.3", S_CLIENT "-tls1_3 -verify_return_error </dev/null", true, "TLSv1.3" },
	{ "the chain is shown", S_CLIENT "-showcerts </dev/null", true, "Foyer local authority" },
	{ "no ciphers without encryption", S_CLIENT "-tls1_2 -cipher eNULL:@SECLEVEL=0 </dev/null",
		false, "read 0 bytes and written 1" },
};

static void strangers_speak_tls_with_the_door(void **state)
{
	struct door_conf conf = conf_tls();
	struct door *d = open_door(&conf);
	static char out[65536];

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		int status = peer(d, out, sizeof(out), rows[i].line);

		if ((status == 0) != rows[i].fits)
			fail_msg("%s: exit %d: %s", rows[i].name, status, out);
		if (!strstr(out, rows[i].want))
			fail_msg("%s: no \"%s\" in: %s", rows[i].name, rows[i].want, out);
	}
	door_free(d);
}

#define SHOWN                                                              \
	"openssl s_client -connect 127.0.0.1:$P </dev/null 2>/dev/null | " \
	"openssl x509 -noout -fingerprint"

static void a_certificate_read_again_is_shown_to_the_next(void **state)
{
	struct door_conf conf = conf_tls();
	struct door *d = open_door(&conf);
	char first[4096], second[4096], out[4096];
	struct why why;

	(void)state;
	assert_int_equal(peer(d, first, sizeof(first), SHOWN), 0);
	assert_int_equal(peer(d, out, sizeof(out), "rm $D/tls.key && scripts/certs $D"), 0);
	assert_int_equal(peer(d, second, sizeof(second), SHOWN), 0);
	assert_string_equal(first, second);
	assert_int_equal(door_certificate_reload(d, &why), OK);
	assert_int_equal(peer(d, second, sizeof(second), SHOWN), 0);
	assert_string_not_equal(first, second);

	/* A key of another certificate, a certificate that is none: the good pair stays. */
	assert_int_equal(peer(d, out, sizeof(out), "cp $D/ca.key $D/tls.key"), 0);
	assert_int_equal(door_certificate_reload(d, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "tls.key"));
	assert_int_equal(peer(d, out, sizeof(out), "echo nonsense >$D/tls.pem"), 0);
	assert_int_equal(door_certificate_reload(d, &why), E_MALFORMED);
	assert_non_null(strstr(why.text, "tls.pem"));
	assert_int_equal(peer(d, out, sizeof(out), SHOWN), 0);
	assert_string_equal(second, out);
	door_free(d);
}

static int certs_make(void **state)
{
	char line[256];

	(void)state;
	if (!dir[0]) {
		snprintf(dir, sizeof(dir), "/tmp/test_tls.XXXXXX");
		if (!mkdtemp(dir))
			return -1;
	}
	snprintf(line, sizeof(line), "scripts/certs %s", dir);
	return system(line);
}

#define KEY "-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 "
#define ISSUE(name, purpose)                                                                     \
	"openssl req " KEY "-subj /CN=" name " -keyout $D/" name ".key -out $D/" name ".csr && " \
	"printf 'extendedKeyUsage=" purpose "' >$D/ext && "                                      \
	"openssl x509 -req -days 2 -in $D/" name ".csr -CA $D/ca.pem -CAkey $D/ca.key "          \
	"-set_serial 7 -extfile $D/ext -out $D/" name ".pem"

static const struct {
	const char *name, *line;
	const char *want;
} mutual[] = {
	{ "none", CURL "-w ' %{http_code}' https://localhost:$P/hello", " 403" },
	{ "right",
		CURL "-w ' %{http_code}' --cert $D/good.pem --key $D/good.key "
		     "https://localhost:$P/hello",
		"hello 200" },
	{ "of another authority",
		CURL "-w ' %{http_code}' --cert $D/alien.pem --key $D/alien.key "
		     "https://localhost:$P/hello",
		" 403" },
	{ "for servers only",
		CURL "-w ' %{http_code}' --cert $D/server.pem --key $D/server.key "
		     "https://localhost:$P/hello",
		" 403" },
	{ "right, TLS 1.2",
		CURL "-w ' %{http_code}' --tls-max 1.2 --cert $D/good.pem --key $D/good.key "
		     "https://localhost:$P/hello",
		"hello 200" },
	{ "none, TLS 1.2", CURL "-w ' %{http_code}' --tls-max 1.2 https://localhost:$P/hello",
		" 403" },
};

static void clients_show_a_certificate_where_asked(void **state)
{
	struct door_conf conf = conf_tls();
	struct door *d;
	struct door_stats stats;
	static char out[65536];

	(void)state;
	conf.client_ca = in_dir("ca.pem");
	d = open_door(&conf);
	assert_int_equal(peer(d, out, sizeof(out), ISSUE("good", "clientAuth")), 0);
	assert_int_equal(peer(d, out, sizeof(out), ISSUE("server", "serverAuth")), 0);
	assert_int_equal(
		peer(d, out, sizeof(out),
			"openssl req -x509 " KEY "-subj /CN=alien -keyout $D/alien.key -out "
			"$D/alien.pem"),
		0);
	for (size_t i = 0; i < ARRAY_LEN(mutual); i++) {
		peer(d, out, sizeof(out), mutual[i].line);
		if (!strstr(out, mutual[i].want))
			fail_msg("%s: no \"%s\" in: %s", mutual[i].name, mutual[i].want, out);
	}
	door_stats(d, &stats);
	assert_int_equal(stats.refused_head, 4);
	assert_int_equal(stats.answered[2], 2);
	door_free(d);
}

static void a_handshake_that_never_ends_is_closed(void **state)
{
	struct door_conf conf = conf_tls();
	struct door_stats stats;
	struct door *d;
	int fd;

	(void)state;
	conf.head_ms_max = 100;
	d = open_door(&conf);
	fd = dial(d);
	say(d, fd, "\x16\x03\x01");
	assert_true(hears_close(d, fd));
	door_stats(d, &stats);
	assert_int_equal(stats.timed_out, 1);
	assert_int_equal(stats.requests, 0);
	close(fd);
	door_free(d);
}

/* The library would have the door run without a pause until the deadline. */
static void half_a_handshake_does_not_keep_the_door_busy(void **state)
{
	struct door_conf conf = conf_tls();
	struct door_stats stats = { 0 };
	struct door *d;
	unsigned turns = 0;
	int fd;

	(void)state;
	conf.head_ms_max = 300;
	d = open_door(&conf);
	fd = dial(d);
	for (say(d, fd, "\x16\x03\x01"); !stats.timed_out; turns++) {
		turn(d, NULL, 0);
		door_stats(d, &stats);
	}
	assert_true(turns < 3 * conf.head_ms_max);
	close(fd);
	door_free(d);
}

static int all_begin(void **state)
{
	int fd;

	(void)state;
	if (certs_make(state))
		return -1;
	snprintf(file_path, sizeof(file_path), "%s/file", dir);
	fd = open(file_path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	if (fd < 0 || write(fd, file_text, sizeof(file_text) - 1) != sizeof(file_text) - 1)
		return -1;
	return close(fd);
}

static int all_end(void **state)
{
	char line[256];

	(void)state;
	snprintf(line, sizeof(line), "rm -r %s", dir);
	return system(line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(strangers_speak_tls_with_the_door, certs_make),
		cmocka_unit_test_setup(a_certificate_read_again_is_shown_to_the_next, certs_make),
		cmocka_unit_test_setup(clients_show_a_certificate_where_asked, certs_make),
		cmocka_unit_test_setup(a_handshake_that_never_ends_is_closed, certs_make),
		cmocka_unit_test_setup(half_a_handshake_does_not_keep_the_door_busy, certs_make),
	};

	return cmocka_run_group_tests(tests, all_begin, all_end);
}
