#!/usr/bin/env node
// What one notification costs the whole door: TLS kept alive, token, parse, journal on the disk, 202. Beside it in the
// same run, under the same load: nginx that says 202 to everybody, Node that parses and verifies, and the raw costs.
// Processor time of the server's process by answered notification; rounds alternate, medians are shown.
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { connect } from "node:net";
import { Folder, Foyer, Graph, audio, bin, entity, freePort, median, notification, publicJwk, root, start, stop, token, until } from "./graph.mjs";

const LANES = 32, ROUNDS = 9, COUNT = 3000, COUNT_FRESH = 400, WARM = 10 * LANES;

const folder = new Folder("door");
const graph = await new Graph().open(folder);
const foyer = await Foyer.open(folder, graph);

async function startNginx() {
	const port = await freePort(), temp = (name) => `${name}_temp_path ${folder.file(name)};`;
	// To keep a connection, return reads the body to its end and throws it away.
	writeFileSync(folder.file("nginx.conf"), `
		daemon off; master_process off; pid ${folder.file("nginx.pid")}; error_log ${folder.file("nginx.log")};
		events { worker_connections 256; }
		http {
			access_log off; keepalive_requests 1000000000; ${["client_body", "proxy", "fastcgi", "uwsgi", "scgi"].map(temp).join(" ")}
			server {
				listen 127.0.0.1:${port} ssl; ssl_protocols TLSv1.2 TLSv1.3;
				ssl_certificate ${folder.file("tls.pem")}; ssl_certificate_key ${folder.file("tls.key")};
				location / { return 202; }
			}
		}`);
	const child = start("/usr/sbin/nginx", ["-c", folder.file("nginx.conf"), "-e", folder.file("nginx.log")], folder.file("nginx.out"));
	const answers = () => new Promise((yes) => {
		const s = connect(port, "127.0.0.1", () => (s.destroy(), yes(true)));
		s.on("error", () => yes(false));
	});
	await until(answers, "nginx", child);
	return { port, child };
}

async function startPeer() {
	const out = folder.file("peer.out");
	const child = start(process.execPath, [join(root, "tests", "bench", "peer.mjs"), folder.path, JSON.stringify(publicJwk)], out);
	await until(() => /^port \d+/.test(readFileSync(out, "utf8")), "the Node peer", child);
	return { port: Number(readFileSync(out, "utf8").slice(5)), child };
}

// ---- what is sent: a line a connection, each with a call of its own

const calls = [];
for (let i = 0; i < LANES; i++) calls.push(await foyer.caller(i));
const lines = (data) => calls.map((id, i) => `${graph.callback.get(id)}\t${notification(id, "updated", { state: "established", ...entity(i), ...data })}\n`).join("");
const tone = { toneInfo: { "@odata.type": "#microsoft.graph.toneInfo", sequenceId: 0, tone: "tone5" } };
writeFileSync(folder.file("digits"), lines(tone).replaceAll('"sequenceId":0', '"sequenceId":@@@@@@@@'));
writeFileSync(folder.file("repeats"), lines(audio));
writeFileSync(folder.file("token"), foyer.token);

let sequence = 1, fresh = 0;
function load(server, lanes, tokens, count) {
	const args = [server.port, folder.file("ca.pem"), server.child.pid, count, sequence, folder.file(lanes), folder.file(tokens)];
	sequence += count + WARM; // no lane can have come further
	return JSON.parse(execFileSync(join(bin, "tests", "bench", "load_door"), args.map(String), { encoding: "utf8" }));
}
function loadFresh(server) {
	const name = `tokens-${fresh++}`;
	writeFileSync(folder.file(name), Array.from({ length: COUNT_FRESH + WARM }, token).join("\n"));
	return load(server, "digits", name, COUNT_FRESH);
}

const nginx = await startNginx(), node = await startPeer();
const body = readFileSync(folder.file("digits"), "utf8").split("\n")[0].split("\t")[1];
const rows = [
	["foyer, an event journalled", () => load(foyer, "digits", "token", COUNT)],
	["foyer, no event in it", () => load(foyer, "repeats", "token", COUNT)],
	["foyer, event, each token new", () => loadFresh(foyer)],
	["nginx, return 202", () => load(nginx, "digits", "token", COUNT)],
	["node, parses and verifies", () => load(node, "digits", "token", COUNT / 3)],
].map(([name, run]) => ({ name, run, got: [] }));
const raw = [];
const before = await foyer.health();
for (let r = 0; r < ROUNDS; r++) {
	for (const row of rows) row.got.push(row.run());
	raw.push(JSON.parse(execFileSync(join(bin, "tests", "bench", "load_raw"), [folder.path], { encoding: "utf8" })));
}
const after = await foyer.health();
if (after.in_progress !== LANES || before.in_progress !== LANES) throw new Error(`of ${LANES} calls ${after.in_progress} are there still`);
const ended = foyer.log().split("\n").filter((l) => l.includes("ignored"));
if (ended.length) throw new Error(`foyer ignored what should count: ${ended[0]}`);

// ---- the table

const of = (row, key) => median(row.got.map((g) => g[key]));
const span = (row) => `${Math.min(...row.got.map((g) => g.cpu_us)).toFixed(1)}-${Math.max(...row.got.map((g) => g.cpu_us)).toFixed(1)}`;
const bare = rows[3];
console.log(`${LANES} connections with TLS 1.3 kept alive, a body of ${Buffer.byteLength(body)} bytes, a token of ${foyer.token.length}; median of ${ROUNDS} rounds`);
console.log(`${"".padEnd(30)} CPU-us each  (min-max)       times nginx   a second   p50 us   p99 us`);
for (const row of rows) {
	const ratio = median(row.got.map((g, r) => g.cpu_us / bare.got[r].cpu_us));
	console.log(`${row.name.padEnd(30)} ${of(row, "cpu_us").toFixed(1).padStart(11)}  ${`(${span(row)})`.padEnd(15)} ${ratio.toFixed(2).padStart(10)}   ${String(of(row, "per_s")).padStart(9)} ${String(of(row, "p50_us")).padStart(8)} ${String(of(row, "p99_us")).padStart(8)}`);
}
const rawOf = (key) => median(raw.map((g) => g[key])).toFixed(1);
console.log(`raw: RSA-2048 verified ${rawOf("verify_us")} us of CPU; fdatasync of one record ${rawOf("sync_cpu_us")} (${rawOf("sync_us")} on the wall), of 32 together ${rawOf("sync_32_cpu_us")} (${rawOf("sync_32_us")})`);

await foyer.close();
await stop(nginx.child);
await stop(node.child);
await graph.close();
folder.remove();
