/*
 * Plans for the steps that ask somebody outside, by name; part of plans_flow.h. Flow 1 says prompt
 * 4, flow 2 prompt 5.
 *
 *   lookup          7, prompt 2, waits 3 s, into var 1; case 0: flow 1; 2: the queue; otherwise
 *                   flow 2
 *   lookup-plain    no prompt, nothing otherwise: prompt 6
 *   lookup-aside    not waited for, into var 1; prompt 6; var 1 is 2: flow 1
 *   lookup-no-var   the same into none; var 0 is 0: flow 1
 *   voicemail       9, prompt 2, a minute, 4 s of silence, prompt 8 at the end; otherwise flow 1
 *   voicemail-plain no prompts, nothing otherwise
 *   outside         transfer to 3, prompt 2; otherwise flow 1
 *   outside-plain   no prompt, nothing otherwise: prompt 6
 */

static inline bool plans_lookup(struct plans *p, const char *name)
{
	struct plan_step play = { .kind = STEP_PLAY, .prompt = 6 };

	if (strcmp(name, "lookup") == 0)
		PLANS_STEPS(p, { .kind = STEP_LOOKUP,
				       .index = 7,
				       .prompt = 2,
				       .timeout_ms = 3000,
				       .var = 1,
				       .key = { TO_FLOW(1), [2] = TO_QUEUE },
				       .otherwise = TO_FLOW(2) });
	else if (strcmp(name, "lookup-plain") == 0)
		PLANS_STEPS(p,
			{ .kind = STEP_LOOKUP,
				.index = 7,
				.timeout_ms = 3000,
				.key = { TO_FLOW(1) } },
			play);
	else if (strcmp(name, "lookup-aside") == 0)
		PLANS_STEPS(p, { .kind = STEP_LOOKUP, .index = 7, .prompt = 2, .var = 1 }, play,
			{ .kind = STEP_BRANCH, .var = 1, .value = 2, .key = { TO_FLOW(1) } },
			{ .kind = STEP_BRANCH, .var = 1, .value = -1, .key = { TO_FLOW(2) } });
	else if (strcmp(name, "lookup-no-var") == 0)
		PLANS_STEPS(p, { .kind = STEP_LOOKUP, .index = 7, .var = PLAN_VARS }, play,
			{ .kind = STEP_BRANCH, .key = { TO_FLOW(1) } });
	else
		return false;
	return true;
}

static inline bool plans_task(struct plans *p, const char *name)
{
	bool plain = strstr(name, "-plain") != NULL;

	if (strncmp(name, "voicemail", 9) == 0) {
		PLANS_STEPS(p, { .kind = STEP_VOICEMAIL,
				       .index = 9,
				       .prompt = plain ? 0 : 2,
				       .done_prompt = plain ? 0 : 8,
				       .length_ms = 60000,
				       .timeout_ms = 4000,
				       .otherwise = { plain ? TARGET_NONE : TARGET_FLOW, 1 } });
	} else if (strncmp(name, "outside", 7) == 0) {
		PLANS_STEPS(p,
			{ .kind = STEP_TRANSFER,
				.index = 3,
				.prompt = plain ? 0 : 2,
				.otherwise = { plain ? TARGET_NONE : TARGET_FLOW, 1 } },
			{ .kind = STEP_PLAY, .prompt = 6 });
	} else {
		return plans_lookup(p, name);
	}
	return true;
}
