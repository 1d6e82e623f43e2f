#!/usr/bin/env node
// Live audio by WebSocket, in the format of Azure Communication Services, with the npm package ws as the other side: who
// shows no token or knows no address is not let in; the greeting is heard; a key cuts a prompt off; then caller and agent
// hear each other through the mixer, and not themselves.
// listens
import { createServer } from "node:http";
import { createSocket } from "node:dgram";
import { createRequire } from "node:module";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { findPiece, readWav } from "./ear.mjs";
import { agent, done, HOTLINE, House, ok, root, same } from "./house.mjs";

const peers = createRequire(join(root, "tests", "peers", "package.json"));
const WebSocket = peers("ws");
const { exportJWK, generateKeyPair, SignJWT } = await import(peers.resolve("jose"));
const RESOURCE = "9f8e7d6c-1111-4222-8333-444455556666", ISSUER = "https://acscallautomation.communication.azure.com";
const RATE = 16000, FRAME = 320;

const keys = await generateKeyPair("RS256");
const token = (audience) => new SignJWT({}).setProtectedHeader({ alg: "RS256", kid: "k1", typ: "JWT" })
	.setIssuer(ISSUER).setAudience(audience).setNotBefore("-5s").setExpirationTime("24h").sign(keys.privateKey);

// The other side of one leg: says a note all the time, keeps what it hears.
class Voice {
	constructor(hz) {
		this.hz = hz, this.heard = [], this.stops = 0, this.sent = 0;
	}
	async connect(url, ca) {
		this.socket = new WebSocket(url, { ca, headers: { Authorization: `Bearer ${await token(RESOURCE)}`, "x-ms-call-connection-id": "c1" } });
		this.socket.on("message", (text) => this.#take(JSON.parse(text)));
		this.closed = new Promise((yes) => this.socket.once("close", (code) => yes(code)));
		await new Promise((yes, no) => this.socket.once("open", yes).once("error", no));
		this.say({ kind: "AudioMetadata", audioMetadata: { subscriptionId: "s1", encoding: "PCM", sampleRate: RATE, channels: 1, length: 640 } });
		const began = Date.now();
		this.timer = setInterval(() => {
			while (this.sent * 20 < Date.now() - began && this.socket.readyState === WebSocket.OPEN) this.#frame();
		}, 20);
		this.socket.once("close", () => clearInterval(this.timer));
	}
	say(message) {
		this.socket.send(JSON.stringify(message));
	}
	#frame() {
		const pcm = Buffer.alloc(2 * FRAME);
		for (let i = 0; i < FRAME; i++) pcm.writeInt16LE(Math.round(5000 * Math.sin((2 * Math.PI * this.hz * (this.sent * FRAME + i)) / RATE)), 2 * i);
		this.sent++;
		this.say({ kind: "AudioData", audioData: { timestamp: new Date().toISOString(), participantRawID: "4:+4930555010003", data: pcm.toString("base64"), silent: false } });
	}
	#take(message) {
		if (message.kind === "StopAudio") this.stops++;
		if (message.kind !== "AudioData") return;
		const pcm = Buffer.from(message.audioData.data, "base64");
		if (pcm.length !== 2 * FRAME) throw new Error(`a frame of ${pcm.length} bytes`);
		for (let i = 0; i < FRAME; i++) this.heard.push(pcm.readInt16LE(2 * i));
		this.waiting?.();
	}
	// Resolves when test(what was heard) holds; asked with each frame.
	until(test, seconds = 40) {
		return new Promise((yes, no) => {
			const timer = setTimeout(() => no(new Error(`not heard in ${seconds} s`)), seconds * 1000);
			this.waiting = () => test(this.heard) && (clearTimeout(timer), (this.waiting = null), yes());
		});
	}
}

// The power of one note in dB relative to full scale.
function note(pcm, hz) {
	let a = 0, b = 0;
	pcm.forEach((x, i) => {
		a += (x / 32768) * Math.cos((2 * Math.PI * hz * i) / RATE);
		b += (x / 32768) * Math.sin((2 * Math.PI * hz * i) / RATE);
	});
	return 10 * Math.log10((2 * (a * a + b * b)) / (pcm.length * pcm.length) + 1e-12);
}

// A relay that has the sound come by WebSocket. The local Graph believes blobs of its own relay only, so each leg is one of
// those too, with an end in the void.
const voices = [new Voice(440), new Voice(1000)], urls = [], deleted = [];
const nowhere = createSocket("udp4");
await new Promise((yes) => nowhere.bind(0, "127.0.0.1", yes));
let house;
const relay = createServer(async (q, r) => {
	const reply = (status, body) => r.writeHead(status, { "Content-Type": "application/json" }).end(body && JSON.stringify(body));
	const parts = [];
	for await (const part of q) parts.push(part);
	if (q.url === "/openid") return reply(200, { issuer: ISSUER, jwks_uri: `http://127.0.0.1:${relay.address().port}/keys` });
	if (q.url === "/keys") return reply(200, { keys: [{ ...(await exportJWK(keys.publicKey)), kid: "k1", use: "sig", alg: "RS256" }] });
	if (q.method === "DELETE") {
		deleted.push(q.url);
		await house.ask(house.simPort, "DELETE", `/relay${q.url}`);
		return r.writeHead(204).end();
	}
	const asked = JSON.parse(Buffer.concat(parts));
	urls.push(asked.websocket.url);
	const rtp = { address: "127.0.0.1", port: nowhere.address().port, codec: "opus/48000/2", payload_type: 111, telephone_event: 101, ptime: 20 };
	const { status, json } = await house.control("POST", "/relay/legs", { leg: asked.leg, rtp });
	if (urls.length === 1) await refusals(asked.websocket);
	await voices[urls.length - 1].connect(asked.websocket.url, house.ca);
	reply(status, { blob: json.blob });
});
await new Promise((yes) => relay.listen(0, "127.0.0.1", yes));

const shake = (url, headers) => new Promise((yes) => {
	const socket = new WebSocket(url, { ca: house.ca, headers });
	socket.once("unexpected-response", (_, res) => (yes(res.statusCode), socket.terminate()));
	socket.once("open", () => (yes(101), socket.terminate()));
	socket.on("error", () => {});
});
async function refusals({ url, sample_rate }) {
	same([sample_rate, url.startsWith(`wss://127.0.0.1:${house.port}/media/`)], [RATE, true], "the relay is told where to connect, and the rate");
	same(await shake(url, {}), 401, "nobody without a token is let in");
	same(await shake(url, { Authorization: `Bearer ${await token("00000000-1111-4222-8333-444455556666")}` }), 401, "nor with one for another resource");
	same(await shake(url.replace(/.$/, (c) => (c === "0" ? "1" : "0")), { Authorization: `Bearer ${await token(RESOURCE)}` }), 404,
		"nor at an address that was guessed");
}

house = await new House("websocket", {
	callers: [{ name: "carla", number: "+4930555010003", to: HOTLINE, at_s: 0, patience_s: 60, talk_s: 4, media: "relay" }],
	agents: [{ user: agent(1), name: "ada", behaviour: ["answers"], answers_after_s: 1, talk_s: 4 }],
}, (config) => {
	config.media = { relay: `http://127.0.0.1:${relay.address().port}`,
		websocket: { audience: RESOURCE, openid: `http://127.0.0.1:${relay.address().port}/openid` } };
	config.prompts.long = { text: { en: "For sales press one. This goes on for a good while, so that somebody who knows the menu has time enough to press a key before it is over, and need not listen to the end of it." } };
	config.flows.hotline = [{ play: "greeting" }, { menu: { prompt: "long", 1: "sales" } }];
	config.queues.sales = { ring_seconds: 20, wrap_up_seconds: 1 };
	config.agents = [{ user: agent(1), name: "Ada", queues: ["sales"] }];
}).open();
await house.start();

const [carla, ada] = voices;
const lately = (heard) => heard.slice(-RATE / 2);
const loud = (pcm) => Math.max(...pcm.map(Math.abs)) > 1000;
await carla.until((heard) => heard.length >= RATE && loud(lately(heard)));
ok(true, "carla hears something");
const greeting = readdirSync(house.config.store.prompts).filter((n) => n.endsWith(".wav")).map((n) => readWav(join(house.config.store.prompts, n)))
	.filter((p) => p.length < 6 * RATE);
// Looked for once a second in what came last: looking takes time.
let looked = 0;
await carla.until((heard) => {
	if (heard.length < looked + RATE) return false;
	looked = heard.length;
	return greeting.some((p) => findPiece(Int16Array.from(heard.slice(-2 * RATE)), p, RATE / 2).correlation > 0.9);
});
ok(true, "it is the greeting"); // half a second of it, since a busy machine drops a frame now and then
same(carla.stops, 0, "what ends by itself is not cut off");
const before = carla.heard.length;
await carla.until((heard) => heard.length > before + RATE && loud(lately(heard)));
carla.say({ kind: "DtmfData", dtmfData: { data: "1" } });
await carla.until(() => carla.stops > 0);
ok(true, "a key cuts the menu off, and what was not played yet is forgotten");

await carla.until((heard) => note(lately(heard), 1000) > -25);
await ada.until((heard) => heard.length >= RATE && note(lately(heard), 440) > -25);
const apart = (pcm, one, other) => note(lately(pcm), one) > note(lately(pcm), other) + 20;
ok(apart(carla.heard, 1000, 440), "carla hears Ada, and not herself",
	[note(lately(carla.heard), 1000), note(lately(carla.heard), 440)]);
ok(apart(ada.heard, 440, 1000), "Ada hears carla, and not herself",
	[note(lately(ada.heard), 440), note(lately(ada.heard), 1000)]);
await house.idle();
await house.quiet();
same(await carla.closed, 1000, "her connection is closed in order when the call is over");
same(await ada.closed, 1000, "and Ada's");
same(deleted.length, 2, "the relay is told of both");
const [contact] = house.contacts();
same([contact.outcome, contact.agent_name], ["handled", "Ada"], "handled by Ada");
const sounded = [...house.foyerLog().matchAll(/ media 1 attempt=\d+ mos=(\S+) packets=0 .*-> leg closed/g)].map((m) => Number(m[1]));
ok(sounded.length === 2 && sounded.every((mos) => mos >= 1 && mos <= 4.5), "how each of them sounded is told, by its frames", sounded);
same(await house.close(), 0, "the service ends with status 0");
relay.close();
nowhere.close();
done();
