/* The auditor: the rules written down a second time, over books of its own. */

#include "tests/day/day.h"

#include <assert.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

enum { SLOTS = 4096, UNDER_WAY = 8192, PENDING = 4096, FAULTS_TOLD = 12, RESOLVE_MS = 60000 };

static unsigned n_lines, n_failed, n_faults;

void audit_check(bool good, const char *fmt, ...)
{
	va_list args;

	if (good)
		return;
	if (n_faults++ < FAULTS_TOLD) {
		printf("# at %llu ms: ", (unsigned long long)day_ms);
		va_start(args, fmt);
		vprintf(fmt, args);
		va_end(args);
		putchar('\n');
	}
}

void audit_line(bool good, const char *fmt, ...)
{
	va_list args;

	good = good && n_faults == 0;
	if (n_faults)
		printf("# %u faults\n", n_faults);
	n_faults = 0;
	n_failed += !good;
	printf("%s %u - ", good ? "ok" : "not ok", ++n_lines);
	va_start(args, fmt);
	vprintf(fmt, args);
	va_end(args);
	putchar('\n');
	fflush(stdout);
}

int audit_done(void)
{
	printf("1..%u\n", n_lines);
	return n_failed ? 1 : 0;
}

/* A request, from client_send to client_take: by the cookie's low half, an errand's place. */
struct book {
	uint64_t cookie, lane, until_ms, not_before_ms, call; /* cookie 0 and not used: free */
	bool used, under_way, post, token, calls;
};

static struct book book[SLOTS];
static uint64_t lane_under_way[UNDER_WAY];
static size_t n_lanes;
static unsigned tokens_under_way;

static struct {
	uint32_t contact;
	uint64_t since_ms;
} pending[PENDING];
static size_t n_pending;

static struct book *book_of(uint64_t cookie)
{
	struct book *b = &book[(uint32_t)cookie % SLOTS];

	audit_check(b->used && b->cookie == cookie, "request %llx is in no book",
		(unsigned long long)cookie);
	return b;
}

/* Whose effect is the same however often, and told by the next request of the call. */
static bool repeats_itself(const char *url)
{
	static const char *const verbs[] = { "/cancelMediaProcessing", "/subscribeToTone",
		"/keepAlive", "/answer", "/reject" };

	for (size_t i = 0; i < sizeof(verbs) / sizeof(verbs[0]); i++)
		if (strstr(url, verbs[i]))
			return true;
	return false;
}

void audit_sent(
	uint64_t cookie, uint64_t lane, const char *method, const char *url, uint32_t deadline_ms)
{
	struct book *b = &book[(uint32_t)cookie % SLOTS];

	audit_check(!b->used, "two requests with one cookie");
	*b = (struct book){ .used = true,
		.cookie = cookie,
		.lane = lane,
		.until_ms = day_ms + deadline_ms,
		.post = strcmp(method, "POST") == 0 && !repeats_itself(url),
		.token = strstr(url, "/oauth2/") != NULL,
		.calls = strstr(url, "/communications/calls") != NULL };
}

static void resolved(uint32_t contact)
{
	for (size_t i = 0; i < n_pending; i++)
		if (pending[i].contact == contact) {
			day_count.unknown_resolved++;
			pending[i--] = pending[--n_pending];
		}
}

void audit_begun(uint64_t cookie)
{
	struct book *b = book_of(cookie);

	audit_check(!b->under_way, "a request is under way twice");
	audit_check(day_ms < b->until_ms, "an attempt begins %llu ms after its deadline",
		(unsigned long long)(day_ms - b->until_ms));
	audit_check(day_ms >= b->not_before_ms, "an attempt begins %llu ms before its Retry-After",
		(unsigned long long)(b->not_before_ms - day_ms));
	b->under_way = true;
	if (b->token)
		audit_check(tokens_under_way++ == 0, "two requests for one token");
	for (size_t i = 0; b->lane && i < n_lanes; i++)
		audit_check(lane_under_way[i] != b->lane, "two requests of call %u at once",
			(unsigned)b->lane);
	if (b->lane) {
		assert(n_lanes < UNDER_WAY);
		lane_under_way[n_lanes++] = b->lane;
	}
	if (b->calls && !b->post)
		resolved((uint32_t)b->lane);
}

void audit_ended(uint64_t cookie, int status, uint64_t retry_after_ms)
{
	struct book *b = book_of(cookie);

	audit_check(b->under_way, "an attempt ends that never began");
	b->under_way = false;
	tokens_under_way -= b->token;
	if (status >= 400 && retry_after_ms != UINT64_MAX)
		b->not_before_ms = day_ms + retry_after_ms;
	for (size_t i = 0; i < n_lanes; i++)
		if (b->lane && lane_under_way[i] == b->lane) {
			lane_under_way[i] = lane_under_way[--n_lanes];
			break;
		}
}

void audit_answered(uint64_t cookie, enum audit_end end, const char *story)
{
	struct book *b = book_of(cookie);

	audit_check(!b->under_way, "an answer while an attempt is under way");
	audit_check(day_ms <= b->until_ms + 1, "an answer %llu ms after its deadline",
		(unsigned long long)(day_ms - b->until_ms));
	audit_check(
		end == AUDIT_ANSWERED || end == AUDIT_DROPPED || *story, "an end without a story");
	b->used = false;
	if (end != AUDIT_UNKNOWN || !b->post || !b->calls || !b->lane)
		return;
	day_count.unknown++;
	assert(n_pending < PENDING);
	pending[n_pending].contact = (uint32_t)b->lane;
	pending[n_pending++].since_ms = day_ms;
}

/* Outcomes nobody knows are asked for soon, unless the call is over. */
void audit_minute(void)
{
	for (size_t i = 0; i < n_pending; i++) {
		if (!day_contact_lives(pending[i].contact)) {
			resolved(pending[i--].contact);
			continue;
		}
		audit_check(day_ms - pending[i].since_ms < RESOLVE_MS,
			"nobody asked what became of an unknown outcome of contact %u for %llu ms",
			pending[i].contact, (unsigned long long)(day_ms - pending[i].since_ms));
	}
}
