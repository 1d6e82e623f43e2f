#!/usr/bin/env node
// /metrics while forty callers come and go: what is exported adds up at every look, also over a reload, and nobody without
// the key sees it.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { agent, done, House, MAIN, ok, same } from "./house.mjs";
import { Log } from "./log.mjs";

const KEY = "a-key-of-some-length-for-tests";
const callers = Array.from({ length: 40 }, (_, i) => ({ name: `c${i}`, number: `+4930555050${String(i).padStart(3, "0")}`, to: MAIN, at_s: i / 8,
	press: [{ on: "menu", digit: i % 3 ? "1" : "2" }], patience_s: 2 + (i % 7) * 2, talk_s: 0.5 + (i % 3) / 2, speech: "Hello." }));
const house = new House("metrics", { callers,
	agents: [1, 2, 3].map((n) => ({ user: agent(n), name: `a${n}`, behaviour: n === 3 ? "rejects" : "answers", answers_after_s: 0.3, talk_s: 60, speech: "Hello." })) },
(config) => {
	config.entries = [{ default: true, flow: "welcome" }];
	config.queues.sales = { hand_off: "bridge", wrap_up_seconds: 0 };
	config.queues.support = { hand_off: "bridge", wrap_up_seconds: 0 };
});
house.env = { FOYER_METRICS_KEY: KEY };
await house.open();
const log = new Log(house);
const metrics = (headers) => house.ask(house.port, "GET", "/metrics", { headers });
const look = async () => {
	const r = await metrics({ Authorization: `Bearer ${KEY}` });
	const values = new Map(), types = new Map();
	for (const line of r.body.toString().trim().split("\n")) {
		const type = /^# TYPE (\S+) (\S+)$/.exec(line), value = /^(\S+?)(\{.*\})? (\d+(?:\.\d+)?)$/.exec(line);
		if (type) types.set(type[1], type[2]);
		else if (value) values.set(value[1] + (value[2] ?? ""), Number(value[3]));
		else if (!line.startsWith("# HELP ")) throw new Error(`not Prometheus' format: ${line}`);
	}
	return { values, types, sum: (name) => [...values].filter(([k]) => k.startsWith(name)).reduce((n, [, v]) => n + v, 0) };
};
const queueSum = (m, queue) => m.sum(`foyer_queue_contacts_total{queue="${queue}"`) + m.values.get(`foyer_queue_in_progress{queue="${queue}"}`);

same([(await metrics({})).status, (await metrics({ Authorization: "Bearer nonsense-of-the-same-length..." })).status], [401, 401],
	"who does not show the key sees nothing");
const wrong = [];
let looks = 0, busiest = 0, reloaded = false, before = 0;
await house.start();
for (let over = false; !over;) {
	const m = await look(), offered = m.values.get("foyer_contacts_offered_total"), inProgress = m.values.get("foyer_contacts_in_progress");
	looks++;
	busiest = Math.max(busiest, inProgress);
	if (offered !== m.sum("foyer_contacts_total{") + inProgress) wrong.push([...m.values]);
	for (const q of ["sales", "support"])
		if (m.values.get(`foyer_queue_entered_total{queue="${q}"}`) !== queueSum(m, q)) wrong.push([...m.values]);
	if (offered < before) wrong.push(["went back", before, offered]);
	before = offered;
	if (offered > 20 && !reloaded) {
		reloaded = true;
		const path = join(house.dir, "foyer.json"), config = JSON.parse(readFileSync(path, "utf8"));
		config.queues = { extra: { hand_off: "bridge" }, ...config.queues };
		config.agents.push({ user: agent(7), name: "Gil", queues: ["extra"] });
		writeFileSync(path, JSON.stringify(config));
		house.foyer.kill("SIGHUP");
	}
	over = offered === 40 && inProgress === 0;
}
ok(await log.line(/reload .* is in force/, 0, 1), "the configuration changed in the middle of it", log.text.slice(-2000));
ok(looks > 100 && busiest >= 5, `${looks} looks, up to ${busiest} contacts in progress`);
same(wrong, [], "offered = sum of outcomes + in progress at every look, of the whole and of each queue");
await house.idle();
const m = await look(), contacts = house.contacts();
for (const o of new Set(contacts.map((c) => c.outcome)))
	same(m.values.get(`foyer_contacts_total{outcome="${o}"}`), contacts.filter((c) => c.outcome === o).length, `${o}: as many as there are records`);
same(m.sum('foyer_queue_contacts_total{queue="support"') + m.sum('foyer_queue_contacts_total{queue="sales"'),
	contacts.filter((c) => c.queue).length, "counts by queue went on over the reload");
same(m.values.get('foyer_queue_waiting{queue="extra"}'), 0, "a new queue is there");
same(m.values.get('foyer_decisions_total{kind="outcome"}'), 40, "forty outcomes were decided");
same([m.values.get('foyer_events_total{kind="call-incoming"}'), m.values.get('foyer_events_total{kind="reload"}')], [40, 1], "and the events counted");
same([...m.types.values()].filter((t) => !["counter", "gauge", "histogram"].includes(t)), [], "every name has its type");
same(await house.close(), 0, "the service ends with status 0");
done();
