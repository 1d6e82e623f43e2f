#ifndef BOT_CORE_TALK_H
#define BOT_CORE_TALK_H

/*
 * A conversation: who has the caller, whom she asks, and who listens.
 *
 * Who has the caller is the contact's agent and ring, whatever role brought her in. The others are
 * beside it: its parties of role consult or supervise, ringing or in the call. k is in
 * PHASE_TALKING.
 */

#include "bot/core/offer.h"
#include "bot/core/party.h"

/* The caller hears music and is not heard; or again is. Nothing where it is so already. */
void talk_hold(struct centre *c, struct contact *k);
void talk_unhold(struct centre *c, struct contact *k);

/* Whether p is beside the conversation. */
bool talk_is_beside(const struct centre *c, const struct contact *k, struct party p);
/* Who is asked, in the call or ringing still; agent 0: nobody. */
struct party talk_consulted(const struct centre *c, const struct contact *k);
/* A free agent rings, to hear so much from her answer on. */
struct party talk_invite(
	struct centre *c, struct contact *k, uint32_t agent, enum role role, enum hearing hearing);
/* From now on p hears so much. */
void talk_hear(struct centre *c, struct contact *k, struct party p, enum hearing hearing);
/* What is told of p, who is beside. */
void talk_told(struct centre *c, struct contact *k, struct party p, enum event_kind kind);
void talk_effect_failed(struct centre *c, struct contact *k, struct party p, enum effect_end end);
/* An agent's deadline: she may have rung too long. */
void talk_due(struct centre *c, uint32_t agent);
/* p, who is beside, is sent away; without a word to the caller where all are. */
void talk_dismiss(struct centre *c, struct contact *k, struct party p);
void talk_dismiss_all(struct centre *c, struct contact *k, struct freed *f);
/* Until when who is invited now may ring. */
uint64_t talk_ring_until_ms(const struct centre *c, const struct contact *k);
/* Who hears whom is said again. */
void talk_again(struct centre *c, const struct contact *k);
/* A new plan has lost p, who was beside; and the next step lets her go. */
void talk_lose(struct centre *c, const struct contact *k, uint32_t attempt, enum role role);
void talk_let_go(struct centre *c);

/* The agent talks with k, of whom she may have to say something afterwards. */
void talk_met(struct centre *c, const struct contact *k, uint32_t agent);
/* Who had the caller is out, and wraps up. */
void talk_lead_out(struct centre *c, struct contact *k, struct freed *f);
/* She is sent away, and p has the caller. */
void talk_over_to(struct centre *c, struct contact *k, struct party p);
/* She is sent away, and the caller waits in the old place while a free agent rings. */
void talk_to_agent(struct centre *c, struct contact *k, uint32_t agent);
/* She is sent away, and the caller goes to a queue. */
void talk_to_queue(struct centre *c, struct contact *k, uint32_t queue);
/* She has left by herself: who is asked has the caller then; or it is over, but for a survey. */
void talk_left(struct centre *c, struct contact *k);
/* Everybody is sent away. The phase is left to be changed. */
void talk_end(struct centre *c, struct contact *k, struct freed *f);

#endif
