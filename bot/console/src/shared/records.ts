// Contacts as the service keeps them: shapes of GET /api/v1/contacts and of what stands about one of them.

export interface ContactRow {
	contact: number;
	offered_at: string | null;
	ended_at: string | null;
	caller: string | null;
	queue: string | null;
	agent: string | null;
	outcome: string;
	flow: string | null;
	wait_ms: number;
	talk_ms: number;
	held_ms: number;
	queues: number;
	wrap_up_code: string | null;
	recorded: boolean;
}

export interface ContactRows {
	contacts: ContactRow[];
	next: string | null;
}

export interface Moment {
	at: string;
	position: number;
	what: string;
	agent: string | null;
	queue: string | null;
	by: string | null;
	value: number;
	text: string;
}

export interface Note {
	note: number;
	at: string;
	edited_at: string | null;
	author: string | null;
	text: string;
	editable: boolean;
}

// A leg of live audio, as it sounded.
export interface Leg {
	agent: string | null;
	mos: number;
	mos_there: number | null;
	packets: number; // 0: it came by WebSocket, which has frames alone
	lost: number;
	frames: number;
	concealed: number;
	jitter_ms: number;
	delay_ms: number;
}

export interface Story extends ContactRow {
	story: Moment[];
	notes: Note[];
	earlier: ContactRow[];
	sound: Leg[];
}
