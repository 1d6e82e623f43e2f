/* Which conversations are recorded, and where the files go. */
#include "bot/shell/config_inside.h"

#include <string.h>

void compile_recordings(struct compile *x)
{
	json_t *r = json_object_get(x->own->root, "recordings");

	x->c->recordings.folder = config_path(x->own, text_of_member(r, "folder"));
	x->c->recordings.format = strcmp(text_of_member(r, "format"), "wav") == 0 ? ENGINE_WAV
										  : ENGINE_OPUS;
	x->c->recordings.keep_days = number_of_member(r, "keep_days");
}

static bool has_live_audio(json_t *entries)
{
	json_t *entry;
	size_t i;

	json_array_foreach(entries, i,
		entry) if (strcmp(text_of_member(entry, "media"), "relay") == 0) return true;
	return false;
}

/* How often the tone comes, which only a recording has. */
static void compile_beep(struct compile *x, json_t *q, const char *pointer, bool is_recorded,
	struct config_queue *out)
{
	char at[POINTER_MAX];

	out->record_beep_ms = ms_of_member(q, "record_beep_seconds");
	pointer_add(at, pointer, "record_beep_seconds");
	if (out->record_beep_ms && !is_recorded)
		fault_add(x->faults, at, false,
			"nothing is recorded here that a tone could tell of: "
			"0, or a \"record\" would be right");
}

void compile_queue_recording(struct compile *x, json_t *q, const char *pointer,
	struct plan_queue *plan, struct config_queue *out)
{
	static const char *const way[] = { [RECORD_OFF] = "off",
		[RECORD_NOTICE] = "notice",
		[RECORD_OPT_IN] = "opt-in",
		[RECORD_OPT_OUT] = "opt-out" };
	const char *wanted = text_of_member(q, "record");
	char at[POINTER_MAX];

	while (strcmp(way[plan->consent], wanted) != 0)
		plan->consent++;
	compile_beep(x, q, pointer, plan->consent != RECORD_OFF, out);
	if (plan->consent == RECORD_OFF)
		return;
	plan->consent_prompt = compile_prompt_ref(x, q, "record_prompt", pointer);
	pointer_add(at, pointer, "record");
	if (!has_live_audio(json_object_get(x->own->root, "entries")))
		fault_add(x->faults, at, false,
			"no entry has live audio, and nothing else can be recorded: \"off\", or an "
			"entry with \"media\": \"relay\", would be right");
	if (!plan->consent_prompt && plan->consent != RECORD_OPT_IN)
		fault_add(x->faults, at, false,
			"who is recorded must be told: a \"record_prompt\" would be right");
}
