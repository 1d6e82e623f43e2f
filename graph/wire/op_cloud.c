/*
 * What exists where. Source: the availability tables of Graph's reference pages, and the national
 * clouds' own types: US Government has calls but neither sendDtmfTones nor audioRoutingGroup, China
 * has no call at all. What is not named is asked of the service.
 */
#include "graph/wire/op.h"

#include <stdbool.h>
#include <string.h>

enum { EVERYWHERE, NOT_CHINA, GLOBAL_ONLY };

static const unsigned char where[OP_KINDS] = {
	[OP_ANSWER] = NOT_CHINA,
	[OP_REJECT] = NOT_CHINA,
	[OP_REDIRECT] = NOT_CHINA,
	[OP_CREATE_CALL] = NOT_CHINA,
	[OP_GET_CALL] = NOT_CHINA,
	[OP_DELETE_CALL] = NOT_CHINA,
	[OP_KEEP_ALIVE] = NOT_CHINA,
	[OP_PLAY_PROMPT] = NOT_CHINA,
	[OP_RECORD_RESPONSE] = NOT_CHINA,
	[OP_SUBSCRIBE_TO_TONE] = NOT_CHINA,
	[OP_SEND_DTMF_TONES] = GLOBAL_ONLY,
	[OP_CANCEL_MEDIA] = NOT_CHINA,
	[OP_MUTE] = NOT_CHINA,
	[OP_UNMUTE] = NOT_CHINA,
	[OP_UPDATE_RECORDING_STATUS] = NOT_CHINA,
	[OP_TRANSFER] = NOT_CHINA,
	[OP_INVITE] = NOT_CHINA,
	[OP_LIST_PARTICIPANTS] = NOT_CHINA,
	[OP_GET_PARTICIPANT] = NOT_CHINA,
	[OP_REMOVE_PARTICIPANT] = NOT_CHINA,
	[OP_MUTE_PARTICIPANT] = NOT_CHINA,
	[OP_START_HOLD_MUSIC] = NOT_CHINA,
	[OP_STOP_HOLD_MUSIC] = NOT_CHINA,
	[OP_CREATE_AUDIO_ROUTING_GROUP] = GLOBAL_ONLY,
	[OP_LIST_AUDIO_ROUTING_GROUPS] = GLOBAL_ONLY,
	[OP_GET_AUDIO_ROUTING_GROUP] = GLOBAL_ONLY,
	[OP_UPDATE_AUDIO_ROUTING_GROUP] = GLOBAL_ONLY,
	[OP_DELETE_AUDIO_ROUTING_GROUP] = GLOBAL_ONLY,
	[OP_GET_PRESENCES] = NOT_CHINA,
	[OP_SET_PRESENCE] = NOT_CHINA,
	[OP_CLEAR_PRESENCE] = NOT_CHINA,
};

enum err op_in_cloud(enum op_kind kind, const char *cloud, struct why *why)
{
	bool global = strcmp(cloud, "global") == 0, china = strcmp(cloud, "china") == 0;

	if (where[kind] == GLOBAL_ONLY && !global)
		return FAIL(why, E_ABSENT, "%s does not exist in cloud \"%s\" (only: global)",
			op_name(kind), cloud);
	if (where[kind] == NOT_CHINA && china)
		return FAIL(why, E_ABSENT,
			"%s does not exist in cloud \"china\" (only: global, us-gov-l4, us-gov-l5)",
			op_name(kind));
	return OK;
}
