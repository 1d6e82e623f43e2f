#ifndef BOT_API_TOLD_H
#define BOT_API_TOLD_H

/*
 * The past, as JSON, CSV and sentences: renderings of bot/history's counts and bot/store's rows.
 * Pure; any thread.
 */

#include "bot/base/text.h"
#include "bot/history/count.h"
#include "bot/store/history.h"

enum report_by { BY_QUEUE, BY_AGENT, BY_FLOW, BY_JOURNEY, REPORT_BYS };
/* "queue"; NULL beyond. */
const char *report_by_name(enum report_by by);

struct report_page {
	enum report_by by;
	const char *time_zone, *step;
	const uint64_t *bound; /* of count, n + 1 */
	size_t n;
	uint64_t position; /* of the journal, that it tells of */
	bool per_agent;    /* whether agents may be asked for */
};

struct json_t;
/* GET /api/v1/reports: an owned json_t; NULL: no memory. */
struct json_t *api_report(const struct count *c, const struct report_page *p);
/* The same as text/csv (RFC 4180, CRLF), a line a key and interval. A cell that a spreadsheet would
 * take for a formula begins with an apostrophe. The heap's; NULL: no memory. */
char *api_report_csv(const struct count *c, const struct report_page *p);

/* A moment of a story: an owned json_t with "what", its names, and "text", one sentence of the
 * caller ("was offered to Ada"). code: the name of a wrap-up code it is about; NULL: none. */
struct json_t *api_moment(const struct moment_row *row, const char *code);
/* One row of a list of contacts. caller: masked; "": not known. code as above. */
struct json_t *api_contact_row(const struct told_row *row, const char *caller, const char *code);
struct json_t *api_note(const struct note_row *row, const char *reader, uint64_t now_ms);
/* How a leg of live audio sounded. */
struct json_t *api_leg(const struct leg_row *row);

#endif
