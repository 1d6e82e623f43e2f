/* The door of WebSocket legs: who takes a place there, and who does not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "bot/shell/media_door.h"

#include "bot/shell/shell.h"
#include "tests/bot/http/peer.h"
#include "tests/bot/shell/desk.h"

#define UPGRADE                                           \
	"Connection: Upgrade\r\nUpgrade: websocket\r\n"   \
	"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" \
	"Sec-WebSocket-Version: 13\r\n"

/* A service with one call, whose leg can be connected to, and room for one leg. */
struct stand {
	struct desk *desk;
	struct shell *s;
	struct route route;
};

static struct stand *stand_new(void)
{
	struct stand *at = calloc(1, sizeof(*at));
	struct leg_conf leg = { .kind = &leg_kind_ws, .codec = &codec_pcm16 };
	struct config *conf;
	struct engine_conf engine;
	struct why why = { 0 };
	uint16_t port;

	at->desk = desk_new(LIVE);
	at->s = calloc(1, sizeof(*at->s));
	conf = at->desk->conf;
	conf->media.websocket = true;
	conf->media.legs = 1;
	conf->public_url = "http://127.0.0.1";
	at->s->conf = conf;
	at->s->lines = at->desk->lines;
	engine_conf_default(&engine);
	at->s->engine = engine_new(&engine, &why);
	if (!at->s->engine || callback_open(at->s, &why) != OK ||
		engine_leg_open(at->s->engine, 1, &leg, &line_of(at->s->lines, 1)->leg, &port,
			&why) != OK ||
		hand_media.open(at->s, &why) != OK)
		fail_msg("%s", why.text);
	assert_int_equal(hand_media.routes(at->s, &at->route, 1), 1);
	at->s->door = door_new(&conf_plain, &at->route, 1, &why);
	assert_non_null(at->s->door);
	return at;
}

static void stand_free(struct stand *at)
{
	hand_media.close(at->s);
	door_free(at->s->door);
	engine_free(at->s->engine);
	callback_close(at->s);
	free(at->s);
	desk_free(at->desk);
	free(at);
}

static int asks(const struct stand *at, const char *headers, int *fd, struct http_reply *r)
{
	char url[MEDIA_URL_MAX], text[MEDIA_URL_MAX + 400];

	media_url_print(at->s, 1, 0, url);
	snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: x\r\n%s\r\n",
		url + strlen("ws://127.0.0.1"), headers);
	*fd = dial(at->s->door);
	return status_of(at->s->door, *fd, text, r);
}

/* Two places: of the leg's connection, and of the one that follows it. */
static void who_asks_for_no_websocket_takes_no_place_and_places_have_an_end(void **state)
{
	struct stand *at = stand_new();
	struct http_reply r;
	int fd[6];

	(void)state;
	for (int i = 0; i < 3; i++)
		assert_int_equal(asks(at, "", &fd[i], &r), 426);
	assert_int_equal(asks(at, UPGRADE, &fd[3], &r), 101);
	assert_int_equal(asks(at, UPGRADE, &fd[4], &r), 101);
	assert_int_equal(asks(at, UPGRADE, &fd[5], &r), 503);
	assert_true(has_header(&r, "Retry-After: 1"));
	for (size_t i = 0; i < ARRAY_LEN(fd); i++)
		close(fd[i]);
	stand_free(at);
}

int main(void)
{
	const struct CMUnitTest rows[] = {
		cmocka_unit_test(who_asks_for_no_websocket_takes_no_place_and_places_have_an_end),
	};

	return cmocka_run_group_tests(rows, NULL, NULL);
}
