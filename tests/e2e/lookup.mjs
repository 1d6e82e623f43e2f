#!/usr/bin/env node
// Another system is asked about callers: a quick one, a slow one, one that fails, one that answers too much, one that
// answers something else, and one that wants a secret. The call never waits for longer than the flow says.
import { createServer } from "node:http";
import { agent, done, freePort, House, MAIN, ok, same } from "./house.mjs";

const asked = [], held = [];
const port = await freePort();
const other = createServer((req, res) => {
	const parts = [];
	req.on("data", (c) => parts.push(c));
	req.on("end", () => {
		const url = new URL(req.url, "http://x");
		asked.push({ method: req.method, path: url.pathname, query: Object.fromEntries(url.searchParams), body: Buffer.concat(parts).toString(), secret: req.headers["x-key"] });
		const json = (v, status = 200) => (res.writeHead(status, { "Content-Type": "application/json" }), res.end(typeof v === "string" ? v : JSON.stringify(v)));
		if (url.pathname === "/quick") json({ customer: { tier: url.searchParams.get("n") === "42" ? "gold" : "none", "a/b": [false, 7] } });
		else if (url.pathname === "/slow") held.push(res); // never answered
		else if (url.pathname === "/fails") json({ customer: { tier: "gold" } }, 500);
		else if (url.pathname === "/huge") json({ pad: "x".repeat(200000), customer: { tier: "gold" } });
		else if (url.pathname === "/nonsense") json('{"customer": {"tier": "gold"');
		else json({ customer: { tier: "gold" } }, req.headers["x-key"] === "of the house" ? 200 : 401);
	});
});
await new Promise((yes) => other.listen(port, "127.0.0.1", yes));

// Each flow says by its queue where the lookup led to.
const systems = ["quick", "slow", "fails", "huge", "nonsense", "post"];
const instance = (i) => `aaaaaaaa-0000-4000-8000-00000000010${i}`;
const cases = { gold: { pointer: "/customer/tier", values: ["gold"] }, seven: { pointer: "/customer/a~1b/1", values: [7] } };
const house = new House("lookup", {
	application_instances: [{ id: MAIN, name: "Main" }, ...systems.map((s, i) => ({ id: instance(i), name: s }))],
	callers: [
		...systems.map((s, i) => ({ name: s, number: `+493055501000${i}`, to: instance(i), at_s: 0.3 * i, patience_s: 25, talk_s: 1, speech: "Hello.",
			press: s === "quick" ? [{ on: "menu", digit: "4", after_s: 0.2 }, { on: "menu", digit: "2", after_s: 0.6 }] : [] })),
	],
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: ["", "ada", "ben", "cleo"][n], behaviour: "answers", answers_after_s: 0.3, talk_s: 1 })),
}, (config) => {
	config.lookups = Object.fromEntries(systems.map((s) => [s, { url: `http://127.0.0.1:${port}/${s}${s === "quick" ? "?n={digits}&who={caller}" : ""}`, timeout_seconds: 3, cases }]));
	Object.assign(config.lookups.post, { method: "POST", header: { name: "X-Key", environment: "OTHER_KEY" } });
	const flow = (s, before = []) => [...before, { lookup: { ask: s, wait_seconds: 2, cases: { gold: "gold", seven: "seven" }, otherwise: "plain" } }];
	config.flows = Object.fromEntries(systems.map((s) => [s, flow(s, s === "quick" ? [{ collect: { prompt: "greeting", min_digits: 2, max_digits: 2, otherwise: "plain" } }] : [])]));
	config.entries = systems.map((s, i) => ({ application_instance: instance(i), flow: s }));
	config.queues = Object.fromEntries(["gold", "seven", "plain"].map((q) => [q, { wrap_up_seconds: 0 }]));
	config.agents = [1, 2, 3].map((n) => ({ user: agent(n), name: ["", "Ada", "Ben", "Cleo"][n], queues: ["gold", "seven", "plain"] }));
});
house.env = { OTHER_KEY: "of the house" };
await house.open();
await house.start();
const books = await house.idle();
await house.quiet();
const contacts = house.contacts();
const by = (s) => contacts.find((c) => c.number.endsWith(String(systems.indexOf(s))));
same(contacts.map((c) => c.outcome), systems.map(() => "handled"), "every caller talked with somebody", contacts);
same(systems.map((s) => [s, by(s).queue_name]), [["quick", "gold"], ["slow", "plain"], ["fails", "plain"], ["huge", "plain"], ["nonsense", "plain"], ["post", "gold"]],
	"who was found is gold, and whatever goes wrong is no answer");
const waited = by("slow").queued_ms - by("slow").answered_ms;
ok(waited > 1900 && waited < 4000, `the slow one cost its caller two seconds (${waited} ms)`);
ok(by("nonsense").queued_ms - by("nonsense").answered_ms < 2000, "the others less");
const quick = asked.find((a) => a.path === "/quick"), post = asked.find((a) => a.path === "/post");
same(quick?.query, { n: "42", who: "+4930555010000" }, "the address carries what was typed, and the number where it says so, escaped");
same([post?.method, post && JSON.parse(post.body), post?.secret], ["POST", { digits: "", caller: "+4930555010005" }, "of the house"], "a POST carries both as JSON, and the secret in its header");
ok(asked.filter((a) => a.path === "/fails").every((a) => a.secret === undefined), "nobody else is shown the secret");
same(books.surprises, [], "and nothing strange");
const log = house.foyerLog();
ok(!/4930555|of the house|x{50}/.test(log), "no number, secret or body is in the log");
ok(/lookup .*quick -> gold/.test(log) && /lookup .*nonsense: not JSON -> no answer/.test(log), "but what came of each is");
same(await house.close(), 0, "the service ends well, with a request under way");
held.forEach((r) => r.destroy());
other.close();
done();
