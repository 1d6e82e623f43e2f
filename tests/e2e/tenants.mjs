#!/usr/bin/env node
// Two registrations and two tenants in one process: each call is carried with its own bot's tokens of its own tenant, the
// local Graph finds no mismatch (the second is a call with live audio, whose agent has a call of her own), and nobody sees, hears or speaks for what is another tenant's.
import { agent, APP, done, House, MAIN, ok, same, TENANT } from "./house.mjs";

const OTHER = "99999999-0000-4000-8000-000000000009", APP2 = "22222222-2222-4333-8444-555555555555";
const CUSTOMER = "aaaaaaaa-0000-4000-8000-000000000011", SECOND = "aaaaaaaa-0000-4000-8000-000000000012";
const caller = (name, to, at_s) => ({ name, number: "+4930555010001", to, at_s, patience_s: 25, talk_s: 2, speech: "Hello." });
const house = new House("tenants", {
	tenants: [OTHER],
	client_secret: "of the first",
	apps: [{ app_id: APP2, tenants: [OTHER], client_secret: "of the second", webhook: "https://127.0.0.1:{port}/api/calls/two" }],
	application_instances: [{ id: MAIN, name: "Main" }, { id: CUSTOMER, name: "Customer", tenant: OTHER }, { id: SECOND, name: "Second", app_id: APP2 }],
	callers: [caller("anna", MAIN, 0), caller("boris", CUSTOMER, 0.2), caller("carla", SECOND, 6)],
	agents: [{ user: agent(1), name: "ada", behaviour: "answers", answers_after_s: 0.5 },
		{ user: agent(2), name: "olga", tenant: OTHER, behaviour: "answers", answers_after_s: 0.5 }],
}, (config) => {
	config.bots = [{ name: "main", app_id: APP, tenant_id: TENANT, tenants: [OTHER] }, { name: "two", app_id: APP2, tenant_id: OTHER }];
	config.entries = [{ application_instance: MAIN, flow: "here" }, { application_instance: CUSTOMER, tenant: OTHER, flow: "there", media: "relay" },
		{ application_instance: SECOND, bot: "two", flow: "there" }, { default: true, flow: "here" }];
	config.flows = { here: [{ queue: "ours" }], there: [{ queue: "theirs" }] };
	config.queues = { ours: { wrap_up_seconds: 0 }, theirs: { tenant: OTHER, wrap_up_seconds: 0 } };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["ours"] }, { user: agent(2), name: "Olga", tenant: OTHER, queues: ["theirs"] }];
	config.endpoints.entra_openid = config.endpoints.entra_openid.replace(TENANT, "organizations");
});
house.env = { AZURE_CLIENT_SECRET: "of the first", TWO_AZURE_CLIENT_SECRET: "of the second" };
await house.open();

const tokenOf = async (tenant) => {
	const r = (await house.control("POST", "/sim/token", { user: agent(1), tenant, name: "Ada", roles: ["Supervisor"], scp: "access_as_user" })).json;
	return typeof r === "string" ? r : r.token ?? r.access_token;
};
const board = async (token) => {
	for (let tries = 0; ; tries++) {
		const r = await house.ask(house.port, "GET", "/api/board", { headers: { Authorization: `Bearer ${token}` } });
		if (r.status !== 503 || tries === 200) return r.status === 200 ? JSON.parse(r.body) : r.status;
	}
};
const ours = await tokenOf(TENANT), theirs = await tokenOf(OTHER);
const names = (b) => [b.queues?.map((q) => q.name), b.agents?.map((a) => a.name)];
same(names(await board(ours)), [["ours"], ["Ada"]], "a supervisor sees her own tenant's queues and agents");
same(names(await board(theirs)), [["theirs"], ["Olga"]], "and one of the other tenant the other's");

await house.start();
let mixed = null, seen = { ours: 0, theirs: 0 };
const until = Date.now() + 25000;
while (Date.now() < until && !(seen.ours && seen.theirs)) {
	for (const [whose, token] of [["ours", ours], ["theirs", theirs]]) {
		const contacts = (await board(token)).contacts;
		seen[whose] = Math.max(seen[whose], contacts.length);
		mixed ??= contacts.find((c) => c.queue && c.queue !== whose) ?? null;
	}
}
ok(seen.ours && seen.theirs, "both see calls in progress", seen);
same(mixed, null, "and nobody a call of the other's");

const books = await house.idle();
await house.quiet();
same(books.refused.filter((r) => r.status !== 404).map((r) => [r.verb, r.status, r.code]), [], "Graph found no token of another tenant or registration");
same(books.surprises, [], "and nothing strange");
same(books.calls.filter((c) => c.caller).map((c) => [c.caller, c.agent, c.end_code]).sort(), [["anna", "ada", 200], ["boris", "olga", 200], ["carla", "olga", 200]].sort(), "each caller talked with an agent of her own tenant");
same(books.calls.filter((c) => !c.caller).map((c) => [c.direction, c.tenant, c.agent, c.ended_ms !== null]), [["outgoing", OTHER, "olga", true]], "the agent's own call of the live one was of that tenant too, and is over");
same(house.contacts().map((c) => [c.outcome, c.queue_name]), [["handled", "ours"], ["handled", "theirs"], ["handled", "theirs"]], "three contacts, each in its own queue");

// What is signed for one registration is nothing at the other's door.
const evil = async (path, wish) => {
	const token = (await house.control("POST", "/sim/notification-token", wish)).json?.token;
	const body = JSON.stringify({ "@odata.type": "#microsoft.graph.commsNotifications", value: [] });
	return (await house.ask(house.port, "POST", path, { headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" }, body })).status;
};
same([await evil("/api/calls", { app_id: APP, tenant: TENANT }), await evil("/api/calls/two", { app_id: APP2, tenant: OTHER })], [202, 202], "notifications for each bot are taken at its own address");
same([await evil("/api/calls/two", { app_id: APP, tenant: OTHER }), await evil("/api/calls", { app_id: APP2, tenant: OTHER })], [401, 401], "not at the other's");
same([await evil("/api/calls/two", { app_id: APP2, tenant: TENANT }), await evil("/api/calls", { app_id: APP, tenant: "88888888-0000-4000-8000-000000000008" })], [401, 401], "nor of a tenant that bot does not serve");
same(await evil("/api/calls/three", { app_id: APP, tenant: TENANT }), 404, "and a bot nobody named has no address");
same(await house.close(), 0, "the service ends well");
done();
