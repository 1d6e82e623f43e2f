#!/usr/bin/env node
// The document and the live service: every route it tells of is called with no token, with an app's, and with each role;
// who may not is told so in one shape, and what is answered validates. No route of the API is outside it.
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, root, same } from "./house.mjs";
import { Stream } from "./stream.mjs";

const Ajv = createRequire(join(root, "tests", "peers", "package.json"))("ajv/dist/2020").default;
const READER = "cccccccc-0000-4000-8000-000000000001", STRANGER = "cccccccc-0000-4000-8000-000000000002";
const house = await new House("openapi", {
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.3, talk_s: 600, speech: "Yes." }],
}, (config) => {
	config.flows = { welcome: [{ queue: "sales" }] };
	config.entries = [{ application_instance: MAIN, flow: "welcome" }];
	config.queues = { sales: { card: "accept", ring_seconds: 60, wrap_up_seconds: 60, wait_seconds_max: 0, supervisors: [agent(3)] }, support: {} };
	config.agents = [{ user: agent(1), name: "ada", signed_in: true, queues: ["sales"] }, { user: agent(2), name: "ben", signed_in: false, queues: ["support"] }];
	config.pause_reasons = ["lunch"];
	config.readers = [{ app_id: READER, queues: ["sales"] }];
}).open();
const token = async (more) => (await house.control("POST", "/sim/token", { user: agent(1), name: "Ada", scp: "access_as_user", ...more })).json.access_token;
const ask = async (method, path, bearer, body, headers = {}) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, method, path, { headers: { ...(bearer && { Authorization: `Bearer ${bearer}` }), ...headers }, body });
		const json = String(r.headers["content-type"]).includes("json") ? JSON.parse(r.body) : undefined;
		if (r.status !== 503 || tries === 200) return { status: r.status, type: String(r.headers["content-type"]), json };
	}
};
const who = {
	nobody: undefined,
	app: await token({ user: "dddddddd-0000-4000-8000-000000000001", roles: ["Admin"], scp: "", azp: READER, idtyp: "app" }),
	Agent: await token({ roles: ["Agent"] }),
	Supervisor: await token({ user: agent(3), roles: ["Supervisor"] }),
	Admin: await token({ user: agent(4), roles: ["Admin"] }),
};
const level = { nobody: 0, app: 1, Agent: 2, Supervisor: 3, Admin: 4 }, least = { Anybody: 0, App: 1, Agent: 2, Supervisor: 3, Admin: 4 };

// ---- the document
const document = (await ask("GET", "/api/v1/openapi.json")).json;
const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
ajv.addSchema(document, "api");
const validates = (name, value) => {
	const check = ajv.compile({ $ref: `api#/components/schemas/${name}` });
	return check(value) ? null : check.errors.map((e) => `${e.instancePath} ${e.message}`);
};
for (const name of Object.keys(document.components.schemas)) validates(name, null);
ok(document.openapi === "3.1.0", "every schema of the document compiles");
for (const [file, schema] of [["view-agent", "view"], ["view-supervisor", "view"], ["view-app", "view"], ["event-queue", "queue"], ["event-agent", "agent"], ["event-agent-brief", "agent"], ["event-contact", "contact"],
	["event-contact-brief", "contact"], ["event-contact_gone", "contact_gone"], ["event-contact_ended", "contact_ended"], ["event-end", "end"], ["error", "error"], ["command-accept", "command"], ["command-answer", "command_done"]])
	same(validates(schema, JSON.parse(readFileSync(join(root, "tests", "fixtures", "api", `${file}.json`)))), null, `the example ${file} is as it says`);
const outside = readdirSync(join(root, "bot", "shell")).filter((f) => f.endsWith(".c") &&
	/\{\s*"(GET|POST|PUT|PATCH|DELETE)",\s*"\/api\/(v1\/|board"|me")/.test(readFileSync(join(root, "bot", "shell", f), "utf8")));
same(outside, [], "no route of the API is outside the document");

// ---- every route, by everybody
for (const [path, methods] of Object.entries(document.paths))
	for (const [method, operation] of Object.entries(methods)) {
		const verb = method.toUpperCase(), url = path.replace(/\{[^}]*\}/g, "1"), wants = least[operation["x-least-role"]];
		const stream = operation.responses[200].content && "text/event-stream" in operation.responses[200].content, wrong = [];
		for (const [name, bearer] of Object.entries(who)) {
			if (stream && level[name] >= wants) {
				const s = await new Stream(house, bearer).began;
				if (s.status !== 200 || !(await s.until((e) => e.event === "snapshot"))) wrong.push([name, s.status]);
				s.cut();
				continue;
			}
			const r = await ask(verb, url, bearer, verb === "GET" ? undefined : "{}");
			const refused = r.status === 401 || r.status === 403;
			if (level[name] < wants ? !refused : refused && r.json?.error?.code !== "forbidden") wrong.push([name, r.status]);
			if (level[name] < wants && level[name] > 0 && r.status !== 403) wrong.push([name, r.status, "want 403"]);
			const content = operation.responses[200].content?.["application/json"];
			const schema = r.status === 200 ? content?.schema.$ref.split("/").pop() : "error";
			if (schema && r.json === undefined && r.status !== 200) wrong.push([name, r.status, r.type]);
			if (schema && r.json !== undefined && validates(schema, r.json)) wrong.push([name, r.status, schema, validates(schema, r.json), r.json]);
		}
		same(wrong, [], `${verb} ${path}`);
	}
same((await ask("GET", "/api/v1/view", await token({ roles: ["Auditor"] }))).json?.error?.code, "forbidden", "a role we do not know is none");
same((await ask("GET", "/api/v1/view", await token({ roles: ["Admin"], scp: "", azp: STRANGER, idtyp: "app" }))).status, 403, "an app that nobody named reads nothing, whatever its role");
const board = (await ask("GET", "/api/v1/view", who.app)).json;
same([board.me.roles, board.queues.map((q) => q.queue), board.agents, board.contacts, board.settings.agents], [["App"], ["sales"], [], [], []], "a partner's program reads the queues it is named for, and nothing else");

// ---- who supervises what
same((await ask("GET", "/api/v1/view", who.Supervisor)).json.queues.map((q) => q.queue), ["sales", "support"], "a supervisor sees the queues that name her, and those that name nobody");
const other = await token({ user: agent(5), roles: ["Supervisor"] });
const say = (bearer, command, headers) => ask("POST", "/api/v1/commands", bearer, JSON.stringify(command), headers);
same([(await ask("GET", "/api/v1/view", other)).json.queues.map((q) => q.queue), (await say(other, { command: "queue-close", queue: "sales" })).status, (await say(other, { command: "pause", agent: agent(1), reason: "lunch" })).status], [["support"], 403, 403], "another one neither sees nor steers them");

// ---- accept, decline, and once is once
const stream = await new Stream(house, who.Agent).began;
await stream.until((e) => e.event === "snapshot");
await house.start();
await house.control("POST", "/sim/calls", { name: "anna", number: "+4930555010001", to: MAIN, patience_s: 0, talk_s: 600, speech: "Hello." });
const asked = await stream.until((e) => e.event === "contact" && e.data.parties?.[0]?.asked);
ok(asked?.data.parties[0].can_accept && asked.data.parties[0].can_decline, "she is asked, and may take it or not", asked);
const contact = asked?.data.contact, key = { "Idempotency-Key": "once" };
const first = await say(who.Agent, { command: "decline", contact }, key);
const again = await say(who.Agent, { command: "decline", contact }, key);
same([first.status, again], [200, first], "a decline that is sent again is answered again, and not done again");
same((await say(who.Agent, { command: "resume" }, key)).status, 422, "another command under the same key is not done");
ok(await stream.until((e) => e.event === "agent" && e.data.state === "back_off"), "she who declined rests");
await say(who.Agent, { command: "resume" });
const offered = await stream.until((e) => e.event === "contact" && e.data.parties?.some((p) => p.attempt > asked.data.parties[0].attempt && p.asked));
const taken = await say(who.Agent, { command: "accept", contact });
same([Boolean(offered), taken.status], [true, 200], "asked once more, she accepts");
ok(await stream.until((e) => e.event === "contact" && e.data.phase === "talking"), "and they talk");
same((await say(who.Agent, { command: "accept", contact })).status, 409, "what does not ring is not accepted");
stream.cut();
await house.close();
done();
