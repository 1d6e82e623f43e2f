// Debian's rtpengine in user space, on loopback: it relays the packets of two who call each other, and no more.
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { setTimeout } from "node:timers/promises";
import { Process, isHere } from "./process.mjs";

const PORT = 17000 + (process.pid % 1000), TRIES = 20, WAIT_MS = 500;

const encode = (v) =>
	Array.isArray(v) ? `l${v.map(encode).join("")}e`
	: typeof v === "object" ? `d${Object.keys(v).sort().map((k) => encode(k) + encode(v[k])).join("")}e`
	: `${Buffer.byteLength(v)}:${v}`;

const sdp = (port) => `v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio ${port} RTP/AVP 111\r\na=rtpmap:111 opus/48000/2\r\n`;

export class Rtpengine {
	static isHere = () => isHere("/usr/bin/rtpengine");

	async open() {
		this.process = new Process("rtpengine", ["--config-file=none", "--table=-1", "--interface=127.0.0.1", `--listen-ng=127.0.0.1:${PORT}`, "--foreground",
			"--log-stderr", "--log-level=3", "--port-min=40000", "--port-max=59998", "--num-threads=1"], "ignore");
		this.socket = createSocket("udp4");
		this.number = 0;
		return this;
	}

	// The port of the other side in the SDP it answers with.
	async ask(body) {
		const message = `c${++this.number} ${encode(body)}`;
		for (let i = 0; i < TRIES; i++) {
			this.socket.send(message, PORT, "127.0.0.1");
			const answer = await Promise.race([once(this.socket, "message"), setTimeout(WAIT_MS)]);
			const text = answer?.[0].toString();
			if (text?.includes("6:result2:ok")) return Number(/m=audio (\d+)/.exec(text)[1]);
			if (text) throw new Error(`rtpengine: ${text}`);
		}
		throw new Error("rtpengine does not answer");
	}

	async pairs(phones) {
		const ports = [];
		for (let i = 0; i < phones.length; i += 2) {
			const call = { "call-id": `c${i}`, "from-tag": "a", ICE: "remove" };
			const forSecond = await this.ask({ ...call, command: "offer", "rtcp-mux": ["demux"], sdp: sdp(phones[i]) });
			const forFirst = await this.ask({ ...call, command: "answer", "to-tag": "b", sdp: sdp(phones[i + 1]) });
			ports.push(forFirst, forSecond);
		}
		return ports;
	}

	async close() {
		this.socket.close();
		await this.process.end();
	}
}
