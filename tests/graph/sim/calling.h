#ifndef TESTS_GRAPH_SIM_CALLING_H
#define TESTS_GRAPH_SIM_CALLING_H

/* What the rows about calls of every kind share: who is there, and how a call is begun. */

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "tests/graph/sim/rig.h"

#define CAROL "77777777-7777-7777-7777-777777777777"
#define OTHER_TENANT "88888888-8888-8888-8888-888888888888"
#define PEOPLE                                                                          \
	",\"agents\":[{\"user\":\"" BOB                                                 \
	"\",\"name\":\"bob\",\"answers_after_s\":1,\"talk_s\":600},"                    \
	"{\"user\":\"" EVE "\",\"name\":\"eve\",\"answers_after_s\":2,\"talk_s\":600}," \
	"{\"number\":\"+15550177\",\"name\":\"zoe\",\"answers_after_s\":1}]"
#define PHONE(n)                                                                         \
	"{\"@odata.type\":\"#microsoft.graph.invitationParticipantInfo\",\"identity\":{" \
	"\"phone\":{\"id\":\"" n "\"}}}"
#define CALL_OUT(targets, more)                                           \
	"{\"callbackUri\":\"https://bot/"                                 \
	"cb\",\"requestedModalities\":[\"audio\"],\"tenantId\":\"" TENANT \
	"\",\"mediaConfig\":" SERVICE targets more "}"
#define FROM(id) ",\"source\":{\"identity\":{\"applicationInstance\":{\"id\":\"" id "\"}}}"
#define CALLS "/v1.0/communications/calls"

/* verb of the call whose key this is. */
static inline int at(
	struct rig *r, uint32_t key, const char *method, const char *verb, const char *body)
{
	uint32_t was = r->call;
	int status;

	r->call = key;
	status = rig_verb(r, method, verb, body);
	if (!status) { /* the answer waits for its notification */
		rig_run(r, 1500);
		status = r->status;
	}
	r->call = was;
	return status;
}

static inline uint32_t call_out(struct rig *r, const char *body)
{
	assert_int_equal(rig_ask(r, "POST", CALLS, body), 201);
	rig_run(r, 4000);
	return r->call;
}

static inline struct sim_call *call(struct rig *r, uint32_t key)
{
	return &r->sim->call[key % CALL_SLOTS];
}

static inline struct party *who(struct rig *r, uint32_t key, const char *user)
{
	struct subject s = { .kind = user[0] == '+' ? SUBJECT_PHONE : SUBJECT_USER };

	snprintf(s.id, sizeof(s.id), "%s", user);
	return party_by_subject(r->sim, call(r, key), &s);
}

#endif
