/*
 * What the library lets through and we do not: heads about whose end two readers could disagree.
 *
 * A proxy in front may read such a head otherwise than we do, and what is body for the one is the
 * next request for the other. So whoever sends one is told 400 and loses the connection.
 * Source: RFC 9112 sections 3.2, 5.1, 5.2 and 6.3.
 */
#include "bot/http/inside.h"

#include "bot/base/text.h"

#include <string.h>

struct scan {
	unsigned n_lengths, n_encodings, n_hosts;
	const char *encoding;
	const char *fault;
};

static bool is_token(const char *s, size_t n)
{
	static const char others[] = "!#$%&'*+-.^_`|~";

	for (size_t i = 0; i < n; i++) {
		char c = s[i];

		if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') &&
			(!c || !strchr(others, c)))
			return false;
	}
	return n > 0;
}

static bool is_number(const char *s, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (s[i] < '0' || s[i] > '9')
			return false;
	return n > 0 && n < 20;
}

static const char *value_fault(struct scan *s, const char *name, const char *value, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (((unsigned char)value[i] < ' ' && value[i] != '\t') || value[i] == 0x7f)
			return "a header holds a control character";
	if (text_same_nocase(name, "Content-Length")) {
		s->n_lengths++;
		return is_number(value, n) ? NULL : "Content-Length is not a number";
	}
	if (text_same_nocase(name, "Transfer-Encoding")) {
		s->n_encodings++;
		s->encoding = value;
	} else if (text_same_nocase(name, "Host")) {
		s->n_hosts++;
	}
	return NULL;
}

static enum MHD_Result header_scan(void *arg, enum MHD_ValueKind kind, const char *name,
	size_t n_name, const char *value, size_t n_value)
{
	struct scan *s = arg;

	(void)kind;
	if (!is_token(name, n_name))
		s->fault = "a header's name is not a token (space before the colon?)";
	/* The library glues a folded line to the name, in storage behind the head it was read into,
	 * while the value stays there: so only then is the value before its name. */
	else if (value && (uintptr_t)value < (uintptr_t)name)
		s->fault = "a header is folded over two lines";
	else if (value)
		s->fault = value_fault(s, name, value, n_value);
	return s->fault ? MHD_NO : MHD_YES;
}

static const char *path_fault(const char *path)
{
	if (path[0] != '/')
		return "the path does not begin with /";
	for (const char *p = path; *p; p++) {
		if ((unsigned char)*p < ' ' || *p == 0x7f || *p == '\\')
			return "the path holds a control character or a backslash";
		if (p[0] != '/')
			continue;
		if (p[1] == '/' || (p[1] == '.' && (!p[2] || p[2] == '/')) ||
			(p[1] == '.' && p[2] == '.' && (!p[3] || p[3] == '/')))
			return "the path holds an empty segment, . or ..";
	}
	return NULL;
}

const char *head_fault(struct MHD_Connection *c, const char *version, const char *path, int *status)
{
	struct scan s = { 0 };
	bool is_1_1 = !strcmp(version, "HTTP/1.1");

	*status = 400;
	MHD_get_connection_values_n(c, MHD_HEADER_KIND, header_scan, &s);
	if (s.fault)
		return s.fault;
	if (s.n_lengths > 1)
		return "more than one Content-Length";
	if (s.n_lengths && s.n_encodings)
		return "Content-Length and Transfer-Encoding together";
	if (s.n_encodings > 1 || (s.n_encodings && !is_1_1))
		return "Transfer-Encoding twice, or in HTTP/1.0";
	if (is_1_1 ? s.n_hosts != 1 : s.n_hosts > 1)
		return "not exactly one Host";
	if (path_fault(path))
		return path_fault(path);
	if (s.encoding && !text_same_nocase(s.encoding, "chunked")) {
		*status = 501;
		return "a Transfer-Encoding other than chunked";
	}
	if (!is_1_1 && strcmp(version, "HTTP/1.0")) {
		*status = 505;
		return "neither HTTP/1.1 nor HTTP/1.0";
	}
	return NULL;
}

uint64_t head_body_bytes(struct MHD_Connection *c)
{
	const char *text = MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Content-Length");
	uint64_t n = 0;

	if (MHD_lookup_connection_value(c, MHD_HEADER_KIND, "Transfer-Encoding"))
		return UINT64_MAX;
	for (; text && *text; text++)
		n = n * 10 + (uint64_t)(*text - '0');
	return n;
}
