// Debian's Janus with its AudioBridge, on loopback: a mixer for plain RTP, as its own configuration has it but for 16 kHz.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Process, isHere } from "./process.mjs";

const LIB = "/usr/lib/x86_64-linux-gnu/janus", PORT = 18000 + (process.pid % 1000), FIRST_MS = 100, TRIES = 100;

export class Janus {
	static isHere = () => isHere("/usr/bin/janus") && isHere(`${LIB}/plugins/libjanus_audiobridge.so`);

	async open() {
		this.folder = mkdtempSync(join(tmpdir(), "foyer-janus-"));
		for (const name of ["conf", "none", "plugins", "transports"]) mkdirSync(join(this.folder, name));
		symlinkSync(`${LIB}/plugins/libjanus_audiobridge.so`, join(this.folder, "plugins/libjanus_audiobridge.so"));
		symlinkSync(`${LIB}/transports/libjanus_http.so`, join(this.folder, "transports/libjanus_http.so"));
		const write = (name, text) => writeFileSync(join(this.folder, "conf", name), text);
		write("janus.jcfg", `general: { configs_folder = "${this.folder}/conf"; plugins_folder = "${this.folder}/plugins"
	transports_folder = "${this.folder}/transports"; events_folder = "${this.folder}/none"; loggers_folder = "${this.folder}/none"
	debug_level = 2; interface = "127.0.0.1"; session_timeout = 0 }
media: { ipv6 = false }
nat: { ice_enforce_list = "lo" }
`);
		write("janus.transport.http.jcfg", `general: { json = "compact"; base_path = "/janus"; http = true; port = ${PORT}; ip = "127.0.0.1"; https = false }
admin: { admin_http = false; admin_https = false }
`);
		write("janus.plugin.audiobridge.jcfg", `general: { events = false; rtp_port_range = "40000-59998"; local_ip = "127.0.0.1" }
`);
		this.process = new Process("janus", ["-o", "-F", join(this.folder, "conf"), "-C", join(this.folder, "conf/janus.jcfg")], "ignore");
		this.answers = new Map();
		this.number = 0;
		for (let i = 0; !this.session; i++) {
			await setTimeout(FIRST_MS);
			try {
				this.session = (await this.call("", { janus: "create" })).data.id;
			} catch (e) {
				if (i === TRIES) throw e;
			}
		}
		this.polling = this.poll();
		return this;
	}

	async call(path, body) {
		const transaction = String(++this.number);
		const post = body && { method: "POST", body: JSON.stringify({ ...body, transaction }) };
		const answer = await (await fetch(`http://127.0.0.1:${PORT}/janus${path}`, post)).json();
		return { ...answer, asked: transaction };
	}

	// One long poll brings the answers of all handles. The last one breaks off when Janus ends.
	async poll() {
		const ask = async () => (await fetch(`http://127.0.0.1:${PORT}/janus/${this.session}?maxev=10`)).json();
		this.process.gone.then(() => (this.isClosed = true));
		while (!this.isClosed) {
			const events = await ask().catch(() => null);
			for (const e of [events].flat()) this.answers.get(e?.transaction)?.(e);
		}
	}

	attach = async () => (await this.call(`/${this.session}`, { janus: "attach", plugin: "janus.plugin.audiobridge" })).data.id;

	async message(handle, body) {
		const transaction = String(++this.number);
		const later = new Promise((done) => this.answers.set(transaction, done));
		const post = { method: "POST", body: JSON.stringify({ janus: "message", transaction, body }) };
		let answer = await (await fetch(`http://127.0.0.1:${PORT}/janus/${this.session}/${handle}`, post)).json();
		if (answer.janus === "ack") answer = await later;
		const data = answer.plugindata?.data;
		if (!data || data.error) throw new Error(`janus: ${JSON.stringify(answer)}`);
		return data;
	}

	// Rooms of so many, and a plain RTP participant for each telephone.
	async rooms(size, codec, phones) {
		const control = await this.attach(), ports = [];
		for (let i = 0; i < phones.length; i++) {
			const room = 1 + Math.floor(i / size);
			if (i % size === 0)
				await this.message(control, { request: "create", room, permanent: false, sampling_rate: 16000, default_bitrate: 24000,
					audiolevel_ext: false, allow_rtp_participants: true });
			const rtp = { ip: "127.0.0.1", port: phones[i], ...(codec === "opus" && { payload_type: 111 }) };
			const joined = await this.message(await this.attach(), { request: "join", room, id: i + 1, muted: false, codec, rtp });
			ports.push(joined.rtp.port);
		}
		return ports;
	}

	async close() {
		this.isClosed = true;
		await this.process.end();
		await this.polling;
		rmSync(this.folder, { recursive: true });
	}
}
