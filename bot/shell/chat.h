#ifndef BOT_SHELL_CHAT_H
#define BOT_SHELL_CHAT_H

/*
 * The bot's chat: activities in, messages and cards out. The hand is chat.c; chat_door.c judges
 * who knocks, chat_talk.c hears people, chat_card.c offers calls as cards, chat_press.c obeys their
 * buttons, chat_handoff.c hands a person's chat to an agent, chat_send.c asks the Bot Connector.
 * Everything on the main loop's thread; state a realm.
 */

#include "bot/shell/shell.h"
#include "graph/chat/cards.h"
#include "graph/chat/handoff.h"
#include "graph/chat/outbox.h"
#include "graph/chat/refs.h"

enum {
	CHAT_REFS_MAX = 20000,  /* people a realm; the one too many is not learnt */
	CHAT_OUTBOX_MAX = 1024, /* messages a realm; the one too many is not sent */
	CHAT_CARDS_MAX = 4096,
	CHAT_TRAILS = 4096, /* a power of two; a contact's trail may be overwritten by a later's */
	CHAT_KEYLESS_MAX = 64,
	CHAT_EDIT_MS = 600000,  /* an edit of a card is tried for so long */
	CHAT_SAY_MS = 60000,    /* an answer to what was said */
	FEED_PAUSE_MS = 900000, /* after Graph refused an entry in the activity feed */
};

struct chat_realm {
	struct refs *refs;
	struct outbox *outbox;
	uint64_t feed_from_ms; /* no entry in the feed before */
	bool full_told;        /* that no more people are learnt */
};

/* How a contact came to where it is, for the card. */
struct trail {
	uint32_t contact;
	uint16_t entry;
	char digits[8]; /* pressed so far, cut */
};

struct chat_keyless {
	uint64_t visit, until_ms;
	uint16_t bot;
	char *token, *body;
	size_t token_bytes, body_bytes;
};

struct chat {
	struct keys *keys;
	struct token_profile profile[BOTS_MAX];
	struct chat_realm realm[REALMS_MAX];
	struct cards *cards;
	struct handoffs *handoffs;
	struct trail trail[CHAT_TRAILS];
	struct chat_keyless keyless[CHAT_KEYLESS_MAX];
	size_t n_keyless;
	bool *told; /* [agents] that this one cannot be reached */
};

/* chat_door.c */
size_t chat_routes(struct shell *s, struct route *out, size_t n_max);
/* Keys arrived or time passed. */
void chat_keyless(struct shell *s);

/* chat_talk.c: an activity of that realm. NULL: nothing to answer (200); else the body of an
 * invoke's answer, owned by the receiver; *status is set. */
char *chat_take(struct shell *s, uint16_t realm, const struct chat_activity *a, int *status);
/* The configured agent of that person in that tenant; UINT32_MAX: none. */
uint32_t chat_agent(const struct shell *s, uint16_t realm, struct guid user);
/* Of her Teams, or else the voice's. */
const char *chat_language(struct shell *s, const struct config_agent *agent);
/* Somebody shall not be known, here and on disk. */
void chat_forget(struct shell *s, uint16_t realm, struct guid user);
/* Store a reference as it is now. */
void chat_remember(struct shell *s, uint16_t realm, const struct chat_ref *ref);

/* Words, in the language of who reads them. */
void chat_say(struct shell *s, uint16_t realm, uint32_t place, const char *text);
void chat_say_word(struct shell *s, uint16_t realm, uint32_t place, enum card_word word);
const char *chat_place_language(struct shell *s, uint16_t realm, uint32_t place);

/* chat_handoff.c */
/* A person or an agent wrote, and it is of a hand-off, or begins one. false: it is neither. */
bool chat_handoff_says(struct shell *s, uint16_t realm, uint32_t place, uint32_t agent,
	const struct chat_activity *a);
/* A button of a hand-off's card; as chat_press. */
char *chat_handoff_press(struct shell *s, uint16_t realm, const struct chat_activity *a);
/* She is not there any more, or nothing reaches her: whoever has to do with her is told. */
void chat_handoff_lost(struct shell *s, uint16_t realm, uint32_t place);
/* A card of a hand-off did not arrive. */
void chat_handoff_died(struct shell *s, uint32_t handle);
void chat_handoff_run(struct shell *s, uint64_t now_ms);
uint64_t chat_handoff_deadline_ms(const struct shell *s);

/* chat_card.c */
/* Where that agent (index + 1) can be written to; UINT32_MAX: nowhere (told once). */
uint32_t chat_place(struct shell *s, uint16_t realm, uint16_t agent);
void chat_event(struct shell *s, const struct event *ev);
void chat_effect(struct shell *s, const struct effect *fx);
/* The agent has a card now that asks her; false: there is no asking her. */
bool chat_asks(struct shell *s, const struct effect *fx);
/* She may be rung. false: no room in the batch (told). */
bool chat_card_accept(struct shell *s, const struct card *c);
/* A card did not arrive: if it asked, the agent is rung without. */
void chat_card_died(struct shell *s, struct card *c);
/* As it stands, in her language. notice may be NULL. */
enum err chat_card_draw(struct shell *s, const struct card *c, const char *notice, char **card,
	char **summary, struct why *why) MUST_CHECK;
const char *chat_card_language(const struct shell *s, const struct card *c);
/* A ring that cannot be withdrawn cannot be declined in a card. */
bool chat_card_can_decline(const struct shell *s, const struct card *c);
/* NULL: no room. */
struct card *chat_card_make(struct shell *s, uint16_t realm, const struct effect *fx,
	enum card_form form, uint32_t place);
/* Every card that this changes is edited. */
void chat_card_happened(struct shell *s, uint32_t contact, uint32_t attempt, enum card_fate fate);

/* chat_press.c */
/* A button of a card, or a client that refreshes. The body of the answer; NULL: no memory. */
char *chat_press(struct shell *s, uint16_t realm, const struct chat_activity *a, bool invoke);
/* chat_send.c */
/* Send or edit; taken over. false: it will not be (told why). */
bool chat_post(struct shell *s, uint16_t realm, enum outbox_kind kind, uint32_t place,
	uint32_t handle, char *message, uint32_t for_ms);
/* Start what may be sent now. */
void chat_run(struct shell *s, uint64_t now_ms);
/* A line in an agent's activity feed, of one of the app's types. agent and queue: index + 1. */
struct nudge {
	const char *type, *preview;
	uint16_t realm, agent, queue;
	uint32_t contact; /* 0: none */
};
void chat_nudge(struct shell *s, const struct nudge *n);
/* May our token go there? */
bool chat_url_believed(const struct shell *s, const char *url);

#endif
