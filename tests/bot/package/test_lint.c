/* What the linter says of a package that is right, and of one thing wrong at a time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/package/icon.h"
#include "bot/package/lint.h"

#include <jansson.h>
#include <png.h>
#include <stdlib.h>
#include <string.h>

static const struct app app = { .manifest_version = "1.20",
	.id = "11111111-2222-4333-8444-555555555555",
	.version = "1.0.0",
	.bot_id = "11111111-2222-4333-8444-555555555555",
	.public_url = "https://cc.example.com",
	.name = "Foyer",
	.developer = "Muster",
	.website = "https://muster.example",
	.accent = "#5B5FC7",
	.tabs = true };

static void make(struct package *p)
{
	uint8_t *png;
	size_t n;

	*p = (struct package){ .n = 0 };
	assert_int_equal(manifest_write(&app, p, NULL), OK);
	assert_int_equal(icon_color(app.accent, &png, &n, NULL), OK);
	package_add(p, PACKAGE_COLOR, png, n);
	assert_int_equal(icon_outline(&png, &n, NULL), OK);
	package_add(p, PACKAGE_OUTLINE, png, n);
}

static struct package_file *file(struct package *p, const char *name)
{
	return (struct package_file *)package_file(p, name);
}

/* The first place where from stands becomes to; in the file as it is on disk. */
static void replace(struct package *p, const char *name, const char *from, const char *to)
{
	struct package_file *f = file(p, name);
	char *at = strstr((char *)f->bytes, from), *made;

	if (!at)
		fail_msg("%s: no %s", name, from);
	if (asprintf(&made, "%.*s%s%s", (int)(at - (char *)f->bytes), (char *)f->bytes, to,
		    at + strlen(from)) < 0)
		abort();
	free(f->bytes);
	f->bytes = (uint8_t *)made;
	f->n = strlen(made);
}

static void expect(const char *row, const struct package *p, const char *want)
{
	struct lint got;

	package_lint(p, &got);
	if (!want && got.n != 0)
		fail_msg("%s: %s", row, got.item[0]);
	if (want && got.n == 0)
		fail_msg("%s: nothing was found", row);
	for (size_t i = 0; i < got.n; i++)
		if (strncmp(got.item[i], want, strlen(want)) == 0)
			return;
	if (want)
		fail_msg("%s: \"%s\" is not among: %s", row, want, got.item[0]);
}

static const struct {
	const char *name, *file, *from, *to;
	const char *want; /* how a finding begins; NULL: none */
} rows[] = {
	{ "as it is", NULL, NULL, NULL, NULL },
	{ "a version of two numbers", "manifest.json", "\"1.0.0\"", "\"1.0\"",
		"manifest.json: version: \"1.0\" is no semantic version: 1.0.0" },
	{ "a leading zero", "manifest.json", "\"1.0.0\"", "\"1.02.0\"",
		"manifest.json: version: " },
	{ "a version before the release", "manifest.json", "\"1.0.0\"", "\"1.0.0-beta.1+7\"",
		NULL },
	{ "a version with an empty mark", "manifest.json", "\"1.0.0\"", "\"1.0.0-\"",
		"manifest.json: version: " },
	{ "a version with words behind", "manifest.json", "\"1.0.0\"", "\"1.0.0 beta\"",
		"manifest.json: version: " },
	{ "the schema of another version", "manifest.json", "teams/v1.20/", "teams/v1.25/",
		"manifest.json: $schema: it is not the one of manifestVersion \"1.20\"" },
	{ "a permission twice", "manifest.json", "\"messageTeamMembers\"", "\"identity\"",
		"manifest.json: permissions[1]: \"identity\" stands at [0] already" },
	{ "a tab's id twice", "manifest.json", "\"entityId\": \"wall\"", "\"entityId\": \"desk\"",
		"manifest.json: staticTabs[1]: \"desk\" stands at [0] already" },
	{ "a command twice", "manifest.json", "\"title\": \"help\"", "\"title\": \"status\"",
		"manifest.json: bots[0].commandLists[0].commands[1]: \"status\" stands at" },
	{ "short and full the same", "manifest.json", "\"full\": \"Foyer contact centre\"",
		"\"full\": \"Foyer\"", "manifest.json: name.full: it is the same as short" },
	{ "a tab elsewhere", "manifest.json", "\"https://cc.example.com/app/wall?",
		"\"https://elsewhere.example/app/wall?",
		"manifest.json: staticTabs[1].contentUrl: host \"elsewhere.example\" is not in "
		"validDomains: add" },
	{ "and so another host than the resource's", "manifest.json",
		"\"https://cc.example.com/app/wall?", "\"https://elsewhere.example/app/wall?",
		"manifest.json: webApplicationInfo.resource: host \"cc.example.com\" is not "
		"\"elsewhere.example\" of staticTabs[1]" },
	{ "a domain that holds it", "manifest.json", "[\n    \"cc.example.com\"",
		"[\n    \"*.example.com\"", NULL },
	{ "a domain that only ends alike", "manifest.json", "[\n    \"cc.example.com\"",
		"[\n    \"*.c.example.com\"", "manifest.json: staticTabs[0].contentUrl: host" },
	{ "a wild card is not the domain itself", "manifest.json", "[\n    \"cc.example.com\"",
		"[\n    \"*.cc.example.com\"", "manifest.json: staticTabs[0].contentUrl: host" },
	{ "a tab without TLS", "manifest.json", "\"https://cc.example.com/app/desk?",
		"\"http://cc.example.com/app/desk?",
		"manifest.json: staticTabs[0].contentUrl: \"http://cc.example.com/app/desk" },
	{ "a resource of another app", "manifest.json", "/botid-1111", "/botid-9999",
		"manifest.json: webApplicationInfo.resource: \"api://cc.example.com/botid-9999" },
	{ "a resource in capitals", "manifest.json", "api://cc.", "api://CC.",
		"manifest.json: webApplicationInfo.resource: host \"CC.example.com\" has "
		"capitals" },
	{ "a resource that is none", "manifest.json", "api://", "https://",
		"manifest.json: webApplicationInfo.resource: \"https://cc.example.com/botid-" },
	{ "two registrations", "manifest.json", "\"botId\": \"1111", "\"botId\": \"2222",
		"manifest.json: webApplicationInfo.id: \"11111111" },
	{ "an icon that is not there", "manifest.json", "\"outline.png\"", "\"line.png\"",
		"manifest.json: icons.outline: \"line.png\" is not in the package" },
	{ "and one that nobody asks for", "manifest.json", "\"outline.png\"", "\"line.png\"",
		"outline.png: the manifest does not name this file" },
	{ "a language that is not there", "manifest.json", "\"de.json\"", "\"fr.json\"",
		"manifest.json: localizationInfo.additionalLanguages[0].file: \"fr.json\" is not" },
	{ "a translation without what it must have", "de.json", "\"description.full\"",
		"\"description.more\"", "de.json: description.full: it is missing" },
	{ "a translation of nothing", "de.json", "\"staticTabs[2].name\"", "\"staticTabs[3].name\"",
		"de.json: staticTabs[3].name: the manifest has nothing there" },
	{ "a tab without a translation", "de.json", "\"staticTabs[2].name\"",
		"\"staticTabs[3].name\"", "de.json: staticTabs[2].name: it is missing" },
	{ "another placeholder", "de.json", "{queue}", "{Schlange}",
		"de.json: activities.activityTypes[0].templateText: its {placeholders}" },
	{ "a placeholder left out", "de.json", "{queue}", "",
		"de.json: activities.activityTypes[0].templateText: its {placeholders}" },
	{ "a translation that is no JSON", "en.json", "{", "[", "en.json: line " },
	{ "a manifest that is no JSON", "manifest.json", "{", "", "manifest.json: line " },
	{ "a member twice", "manifest.json", "\"version\"", "\"id\"", "manifest.json: line " },
};

static void each_row(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(rows); r++) {
		struct package p;

		make(&p);
		if (rows[r].file)
			replace(&p, rows[r].file, rows[r].from, rows[r].to);
		expect(rows[r].name, &p, rows[r].want);
		package_fini(&p);
	}
}

/* ---- pictures */

enum paint { PAINT_WHITE_HALF, PAINT_OPAQUE, PAINT_CLEAR, PAINT_GREY_HALF };

static void paint(struct package *p, const char *name, uint32_t side, enum paint how)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
		.width = side,
		.height = side,
		.format = PNG_FORMAT_RGBA };
	png_alloc_size_t bytes = PNG_IMAGE_PNG_SIZE_MAX(image);
	uint8_t *rgba = calloc((size_t)side * side, 4), *png = malloc(bytes);
	struct package_file *f = file(p, name);

	assert_non_null(rgba);
	for (size_t i = 0; i < (size_t)side * side; i++) {
		memset(rgba + 4 * i, how == PAINT_GREY_HALF ? 128 : 255, 3);
		rgba[4 * i + 3] = how == PAINT_OPAQUE || (how != PAINT_CLEAR && i % 2) ? 255 : 0;
	}
	assert_true(png_image_write_to_memory(&image, png, &bytes, 0, rgba, 0, NULL));
	free(rgba);
	free(f->bytes);
	f->bytes = png;
	f->n = bytes;
}

static const struct {
	const char *name, *file;
	uint32_t side;
	enum paint how;
	const char *want;
} pictures[] = {
	{ "white on nothing", "outline.png", 32, PAINT_WHITE_HALF, NULL },
	{ "too large", "outline.png", 64, PAINT_WHITE_HALF,
		"manifest.json: icons.outline: outline.png has 64x64 pixels: 32x32 would be "
		"right" },
	{ "no transparency", "outline.png", 32, PAINT_OPAQUE,
		"manifest.json: icons.outline: outline.png is nowhere transparent" },
	{ "nothing but transparency", "outline.png", 32, PAINT_CLEAR,
		"manifest.json: icons.outline: outline.png is nowhere opaque" },
	{ "grey", "outline.png", 32, PAINT_GREY_HALF,
		"manifest.json: icons.outline: outline.png has a colour: pure white" },
	{ "a colour icon may have any", "color.png", 192, PAINT_GREY_HALF, NULL },
	{ "but its size", "color.png", 96, PAINT_OPAQUE,
		"manifest.json: icons.color: color.png has 96x96 pixels: 192x192 would be right" },
	{ "a size that is not looked at", "color.png", 1200, PAINT_OPAQUE,
		"manifest.json: icons.color: color.png: 1200x1200 pixels: 1024 a side at most" },
};

static void each_picture(void **state)
{
	(void)state;
	for (size_t r = 0; r < ARRAY_LEN(pictures); r++) {
		struct package p;

		make(&p);
		paint(&p, pictures[r].file, pictures[r].side, pictures[r].how);
		expect(pictures[r].name, &p, pictures[r].want);
		package_fini(&p);
	}
}

/* Cut after every byte, a picture is told of as not whole, and never read beyond its end. */
static void half_a_picture(void **state)
{
	struct icon_facts facts;
	uint8_t *png, *part;
	size_t n;

	(void)state;
	assert_int_equal(icon_outline(&png, &n, NULL), OK);
	assert_int_equal(icon_look(png, n, &facts, NULL), OK);
	assert_true(facts.all_white && facts.any_clear && facts.any_full);
	for (size_t i = 0; i + 12 < n; i++) { /* the last 12 bytes say no more than that it ends */
		part = malloc(i ? i : 1);
		memcpy(part, png, i);
		assert_int_equal(icon_look(part, i, &facts, NULL), E_MALFORMED);
		free(part);
	}
	free(png);
}

static void no_manifest(void **state)
{
	struct package p = { .n = 0 };

	(void)state;
	expect("an empty package", &p, "manifest.json: it is missing");
}

/* More findings than fit are counted, and the room after the list stays whole. */
static void too_many(void **state)
{
	struct package p;
	struct lint got;
	json_t *root, *list = json_array();

	(void)state;
	make(&p);
	root = json_loadb(
		(char *)file(&p, "manifest.json")->bytes, file(&p, "manifest.json")->n, 0, NULL);
	for (int i = 0; i < 20; i++)
		json_array_append_new(list, json_string("identity"));
	json_object_set_new(root, "permissions", list);
	free(file(&p, "manifest.json")->bytes);
	file(&p, "manifest.json")->bytes = (uint8_t *)json_dumps(root, 0);
	file(&p, "manifest.json")->n = strlen((char *)file(&p, "manifest.json")->bytes);
	json_decref(root);
	package_lint(&p, &got);
	assert_int_equal(got.n, 19 * 20 / 2);
	package_fini(&p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_row),
		cmocka_unit_test(each_picture),
		cmocka_unit_test(half_a_picture),
		cmocka_unit_test(no_manifest),
		cmocka_unit_test(too_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
