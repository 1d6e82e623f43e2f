#ifndef BOT_SHELL_SPEAKER_H
#define BOT_SHELL_SPEAKER_H

/*
 * Who speaks the prompts, for one thread: the configuration's voice and, where it names one, the
 * voice that stands in for it; and the way by which a voice that is a service is asked
 * (graph/client, which is started when the first sentence wants it).
 */

#include "bot/shell/config.h"
#include "media/prompt/voice.h"

struct client;

struct speaker {
	struct voice_conf voice, fallback; /* fallback.engine "": none */
	const char *extra_ca;
	struct client *client; /* NULL: nobody was asked yet */
};

/* conf is borrowed for its life. The key of a service is in the environment: SPEAKER_KEY. The
 * voice knows where s is, which stays there. */
void speaker_init(struct speaker *s, const struct config *conf);
void speaker_fini(struct speaker *s);

#define SPEAKER_KEY "FOYER_SPEECH_KEY"

#endif
