/*
 * Where in a JSON text a pointer leads. jansson keeps no places, so the text is walked once more:
 * it is known to parse by now, and only the parts on the pointer's way are looked at closely; of
 * text that does not, it reads nothing beyond the end.
 */
#include "bot/shell/faults.h"

#include <ctype.h>
#include <string.h>

struct walk {
	const char *at, *end;
	const char *found; /* the deepest part of the way seen so far */
};

static void skip_space(struct walk *w)
{
	while (w->at < w->end && strchr(" \t\r\n,:", *w->at) && *w->at)
		w->at++;
}

static void skip_string(struct walk *w)
{
	w->at++;
	while (w->at < w->end && *w->at != '"')
		w->at += *w->at == '\\' ? 2 : 1;
	w->at++;
	if (w->at > w->end)
		w->at = w->end;
}

static void skip_value(struct walk *w)
{
	int depth = 0;

	do {
		skip_space(w);
		if (w->at >= w->end)
			return;
		if (*w->at == '"') {
			skip_string(w);
		} else if (*w->at == '{' || *w->at == '[') {
			depth++;
			w->at++;
		} else if (*w->at == '}' || *w->at == ']') {
			depth--;
			w->at++;
		} else {
			do
				w->at++;
			while (w->at < w->end && !strchr(" \t\r\n,]}", *w->at));
		}
		skip_space(w);
	} while (depth > 0);
}

/* Does the string at w equal the pointer's next part? Keys with JSON escapes do not occur in our
 * files' schemas. */
static bool key_is(const struct walk *w, const char *part, size_t n)
{
	const char *key = w->at + 1;

	for (size_t i = 0; i < n; i++, key++) {
		char want = part[i];

		if (want == '~' && i + 1 < n)
			want = part[++i] == '1' ? '/' : '~';
		if (key >= w->end || *key != want)
			return false;
	}
	return key < w->end && *key == '"';
}

/* Move to the member; false: the object has none of that name. */
static bool enter_object(struct walk *w, const char *part, size_t n, bool stop_at_key)
{
	w->at++;
	for (skip_space(w); w->at < w->end && *w->at == '"'; skip_space(w)) {
		bool hit = key_is(w, part, n);

		if (hit && stop_at_key)
			return true;
		skip_string(w);
		skip_space(w);
		if (hit)
			return true;
		skip_value(w);
	}
	return false;
}

static bool enter_array(struct walk *w, const char *part, size_t n)
{
	size_t index = 0;

	for (size_t i = 0; i < n; i++) {
		if (!isdigit((unsigned char)part[i]) || index > 1000000)
			return false;
		index = index * 10 + (size_t)(part[i] - '0');
	}
	w->at++;
	skip_space(w);
	while (index-- > 0 && w->at < w->end && *w->at != ']') {
		skip_value(w);
		skip_space(w);
	}
	return w->at < w->end && *w->at != ']';
}

static bool follow(struct walk *w, const char *pointer, bool at_key)
{
	while (*pointer == '/') {
		const char *part = pointer + 1;
		size_t n = strcspn(part, "/");
		bool last = part[n] == '\0';
		bool hit = false;

		if (w->at < w->end && *w->at == '{')
			hit = enter_object(w, part, n, at_key && last);
		else if (w->at < w->end && *w->at == '[')
			hit = enter_array(w, part, n);
		if (!hit)
			return false;
		w->found = w->at;
		pointer = part + n;
	}
	return true;
}

bool place_find(
	const char *text, size_t bytes, const char *pointer, bool at_key, int *line, int *column)
{
	struct walk w = { .at = text, .end = text + bytes };
	bool hit;

	skip_space(&w);
	w.found = w.at;
	hit = follow(&w, pointer, at_key);
	*line = *column = 1;
	for (const char *p = text; p < w.found && p < w.end; p++) {
		if (*p == '\n') {
			++*line;
			*column = 1;
		} else {
			*column += (*p & 0xc0) != 0x80; /* characters, not bytes */
		}
	}
	return hit;
}
