#!/usr/bin/env node
// Call records and subscriptions between the service and the local Graph: shaken hands with, told of records that grow,
// renewed when their end is near, made again when they are lost; records whose id is not the chain's, after a transfer; and
// a tenant that has not given the permissions.
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { agent, done, foyer, House, MAIN, ok, same } from "./house.mjs";

const RECORDS = "communications/callRecords";
const caller = (name, n, digit, at_s) => ({ name, number: `+493055503000${n}`, to: MAIN, at_s, press: [{ on: "menu", digit }], patience_s: 30, talk_s: 1, speech: "Hello." });
const scenario = (more) => ({
	callers: [caller("anna", 1, "1", 0), caller("ben", 2, "2", 5)],
	agents: [1, 2].map((n) => ({ user: agent(n), name: ["ada", "bob"][n - 1], behaviour: "answers", answers_after_s: 0.5, talk_s: 30 })),
	record_s: 2, ...more,
});
const setup = (config) => {
	const queue = { wrap_up_seconds: 0, short_abandon_seconds: 0 };
	config.queues.sales = { ...queue, hand_off: "bridge" };
	config.queues.support = { ...queue, hand_off: "transfer" };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }, { user: agent(2), name: "Bob", queues: ["support"] }];
	config.call_records = { fetch: true, retry_seconds: 1 };
	config.presence = { ...config.presence, subscribe: true };
	config.endpoints.change_openid = config.endpoints.entra_openid;
};
async function until(what, look, seconds = 40) {
	for (const end = Date.now() + seconds * 1000; Date.now() < end;) {
		const found = await look();
		if (found) return found;
		await new Promise((yes) => setImmediate(yes));
	}
	throw new Error(`not within ${seconds} s: ${what}`);
}
const lines = (house, pattern) => house.foyerLog().match(new RegExp(pattern, "g"))?.length ?? 0;
const report = (house) => foyer(["report", join(house.dir, "foyer.sqlite")]).stdout;
const rows = (house, sql) => JSON.parse(execFileSync("sqlite3", ["-json", join(house.dir, "foyer.sqlite"), sql], { encoding: "utf8" }) || "[]");

for (const differ of [false, true]) {
	const named = differ ? "records of ids of their own" : "records named by their chain";
	const house = await new House(`records_sim_${differ}`, scenario({ record_ids_differ: differ }), setup).open();
	const subs = async () => (await house.books()).subscriptions.filter((s) => s.resource === RECORDS);
	const lifecycle = (event, subscription) => house.control("POST", "/sim/lifecycle", { event, subscription });

	const [first] = await until("a subscription", async () => (await subs()).length && subs());
	ok(await until("handshakes", () => lines(house, "handshake at notifications well") && lines(house, "handshake at lifecycle well")), `${named}: both addresses shook hands`);
	const life = (Date.parse(first.expires) - Date.now()) / 60e3;
	ok(life > 4000 && life < 4230, "the subscription lives for less than the longest time", life);
	await house.start();
	await house.idle();
	await house.quiet();
	const [anna, ben] = house.contacts();
	same([anna.outcome, ben.outcome], ["handled", "handled"], "one call was bridged, one transferred");
	await until("both records, grown", () => rows(house, "select version from call_record where version >= 2").length === 2);
	const how = differ ? "participants" : "chain";
	const told = report(house);
	same(told.match(new RegExp(`call record  version \\d+ .* joined by ${how}`, "g"))?.length, 2, `foyer report shows both, joined by ${how}, the newest version of each`);
	same(rows(house, "select count(*) as n from call_record")[0].n, 2, "a newer version takes the place of the one before");
	ok(!rows(house, "select * from call_record").some((r) => JSON.stringify(r).includes("49305550")), "nobody's number is kept with it");
	const [s] = await subs();
	same([s.id, s.failed, s.slow], [first.id, 0, 0], `${s.delivered} notifications were taken, none late, by one subscription`);

	await lifecycle("reauthorizationRequired", s.id);
	ok(await until("authorized again", async () => (await subs())[0].authorized > s.authorized), "reauthorization is asked for, and done");
	await lifecycle("missed", s.id);
	await until("the log says that something was missed", () => lines(house, "lifecycle=missed"));
	await lifecycle("subscriptionRemoved", s.id);
	const [again] = await until("a new subscription", async () => {
		const now = await subs();
		return now.length && now[0].id !== s.id && now;
	});
	same((await subs()).map((x) => x.id), [again.id], "what was removed is made again, once");
	await house.control("POST", "/sim/calls", caller("carl", 3, "1", 0));
	await house.idle();
	await until("a record by the new subscription", () => rows(house, "select version from call_record").length === 3);
	await house.stopFoyer("SIGKILL");
	await house.startFoyer();
	await until("the subscription is found again", () => lines(house, "op=(get|list)Subscription.* well") > 0);
	same((await subs()).map((x) => x.id), [again.id], "after a restart it is the same one");

	// The local Graph, as the documentation has it, lets nobody subscribe to presence without a person.
	const denied = () => lines(house, "error +change .*Presence.Read.All");
	await until("presence is refused in the second life too", () => denied() >= 2);
	same(denied(), 2, "that presence cannot be subscribed to is one line a life, and all else goes on");
	const { surprises, refused } = await house.books();
	same([surprises, refused.filter((r) => r.verb !== "DELETE" && !/subscriptions|callRecords/.test(r.path))], [[], []], "Graph was surprised by nothing and refused nothing else");
	same(await house.close(), 0, "the service ends with status 0");
}

// ---- the permission is missing

const poor = await new House("records_sim_denied", scenario({ roles: ["Calls.AccessMedia.All", "Calls.Initiate.All", "Calls.InitiateGroupCall.All", "Calls.JoinGroupCall.All"],
	callers: [caller("dora", 4, "1", 0)] }), (config) => {
	setup(config);
	config.presence = { ...config.presence, poll: false, subscribe: false };
}).open();
await until("the missing permission is named", () => lines(poor, "CallRecords.Read.All") > 0);
await poor.start();
const books = await poor.idle();
await poor.quiet();
same(await poor.close(), 0, "without the permission the service goes on and ends with status 0");
same(poor.contacts().map((c) => c.outcome), ["handled"], "its caller is served");
same(lines(poor, "CallRecords.Read.All"), 1, "one line names the missing permission");
same(books.subscriptions, [], "and there is no subscription");
done();
