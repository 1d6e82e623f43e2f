#ifndef GRAPH_WIRE_OP_CALL_H
#define GRAPH_WIRE_OP_CALL_H

/*
 * What requests about calls are made of: who is meant, which meeting is joined, how a recording
 * ends, who hears whom. All borrowed, UTF-8; NULL, 0 and false: not given.
 * Source: Graph v1.0, resources/invitationparticipantinfo, communicationsidentityset,
 * organizermeetinginfo, joinmeetingidmeetinginfo, tokenmeetinginfo, calloptions,
 * audioroutinggroup; api/call-record.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum op_party_kind {
	OP_PARTY_USER,        /* of Teams; id is the Entra object id */
	OP_PARTY_PHONE,       /* id is E.164: "+15550100" */
	OP_PARTY_INSTANCE,    /* a resource account; id is its object id */
	OP_PARTY_APPLICATION, /* a bot; id is its application id */
	OP_PARTY_GUEST,
	OP_PARTY_ENCRYPTED, /* who called an application without a Calls role; id is opaque */
	OP_PARTY_KINDS
};

struct op_party {
	enum op_party_kind kind;
	const char *id;
	const char *name;             /* displayName */
	const char *participant_id;   /* transferee: of the roster, needed */
	const char *replaces_call_id; /* the call this party comes out of, which then ends; of an
					 invite only the first party's counts */
	bool voicemail;               /* transfer to a user: her voicemail; a word of beta */
	bool hidden;
	bool apart; /* not in the default audio routing group: hears nobody, is heard by nobody */
};

/* One of organizer_id, join_id, token. */
struct op_meeting {
	const char *organizer_id; /* then thread_id is needed as well */
	const char *organizer_tenant_id;
	const char *thread_id, *message_id, *reply_chain_message_id;
	bool without_host; /* talk before the organizer comes */
	const char *join_id, *passcode;
	const char *token;
};

struct op_call_options {
	bool hide_bot_after_escalation;
	bool content_sharing_notification;
	bool delta_roster;
	bool interactive_roster;
};

struct op_record {
	bool barge_in; /* goes before what waits to play, and cancels what plays */
	bool beep;
	const char *stop_tones; /* "#*1" */
	/* 1-120; 0: Graph's default of 5 */
	unsigned initial_silence_s, max_silence_s, max_record_s;
};

/* Members are participant ids of the roster, not users. */
struct op_audio_group {
	bool multicast; /* one source, several receivers; else one of each */
	const char *const *sources, *const *receivers;
	size_t n_sources, n_receivers;
};

#endif
