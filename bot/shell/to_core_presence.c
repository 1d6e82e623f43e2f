#include "bot/shell/to_core.h"

enum presence_class to_core_presence(enum availability a)
{
	switch (a) {
	case AVAILABILITY_AVAILABLE:
		return PRESENCE_AVAILABLE;
	case AVAILABILITY_AVAILABLE_IDLE:
		return PRESENCE_AVAILABLE_IDLE;
	case AVAILABILITY_AWAY:
		return PRESENCE_AWAY;
	case AVAILABILITY_BE_RIGHT_BACK:
		return PRESENCE_BE_RIGHT_BACK;
	case AVAILABILITY_BUSY:
		return PRESENCE_BUSY;
	case AVAILABILITY_BUSY_IDLE:
		return PRESENCE_BUSY_IDLE;
	case AVAILABILITY_DO_NOT_DISTURB:
		return PRESENCE_DO_NOT_DISTURB;
	case AVAILABILITY_OFFLINE:
		return PRESENCE_OFFLINE;
	case AVAILABILITY_UNKNOWN:
	case AVAILABILITY_OTHER: /* a word of Graph's that is newer than this service */
		break;
	}
	return PRESENCE_UNKNOWN;
}
