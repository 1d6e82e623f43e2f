#!/usr/bin/env node
// What 1,000 calls that wait in one queue hold: each came in, was answered, hears music, and no agent takes it.
import { setImmediate } from "node:timers/promises";
import { Folder, Foyer, Graph } from "./graph.mjs";

const CALLS = 1000, AT_ONCE = 32;

const folder = new Folder("memory");
const graph = await new Graph().open(folder);
const foyer = await Foyer.open(folder, graph, (config) => (config.limits.contacts = CALLS));
const mib = (kb) => (kb / 1024).toFixed(1);

// The first calls open the connections and fill the caches that all share.
let number = 0;
async function callers(n) {
	while (number < n) {
		await foyer.caller(number++);
		await setImmediate();
	}
}
const wave = (n) => Promise.all(Array.from({ length: AT_ONCE }, () => callers(n)));
const idle = foyer.memory();
await wave(AT_ONCE);
const first = foyer.memory();
await wave(CALLS);
const full = foyer.memory();
const health = await foyer.health();
if (health.in_progress !== CALLS || graph.playing.size !== CALLS) throw new Error(`${CALLS} calls, of which ${health.in_progress} wait: ${JSON.stringify(health)}`);
console.log(`peak with ${CALLS} waiting calls: VmHWM ${mib(full.VmHWM)} MiB (VmRSS ${mib(full.VmRSS)}); before the first call VmHWM ${mib(idle.VmHWM)}, VmRSS ${mib(idle.VmRSS)}`);
console.log(`a further call: ${((full.VmRSS - first.VmRSS) / (CALLS - AT_ONCE)).toFixed(2)} KiB, from ${AT_ONCE} calls (VmRSS ${mib(first.VmRSS)} MiB) to ${CALLS}`);

await foyer.close();
await graph.close();
folder.remove();
